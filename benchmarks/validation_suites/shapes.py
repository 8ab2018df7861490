"""The two shapes graphs; every shape has an IRI, by which results can be compared."""

from __future__ import annotations

from mapping_suites.cluster import BASE, PREFIXES

__all__ = ["GRAPHS"]

HEAD = "".join(
    f"@prefix {name}: <{iri}> .\n"
    for name, iri in {
        **PREFIXES,
        "sh": "http://www.w3.org/ns/shacl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "role": f"{BASE}/role/",
        "sector": f"{BASE}/sector/",
        "s": "https://clusters.example/shapes#",
    }.items()
)

PLAIN = f"""{HEAD}
s:Cluster a sh:NodeShape ; sh:targetClass org:OrganizationalCollaboration ;
  sh:property s:clusterName , s:clusterFounded , s:clusterUrl .
s:clusterName a sh:PropertyShape ; sh:path skos:prefLabel ;
  sh:minCount 1 ; sh:uniqueLang true ; sh:languageIn ( "de" "en" ) .
s:clusterFounded a sh:PropertyShape ; sh:path schema:foundingDate ;
  sh:maxCount 1 ; sh:datatype xsd:date .
s:clusterUrl a sh:PropertyShape ; sh:path schema:url ;
  sh:nodeKind sh:IRI ; sh:pattern "^https?://" .

s:Organisation a sh:NodeShape ; sh:targetClass org:FormalOrganization ;
  sh:property s:legalName , s:postalCode , s:employees , s:founded , s:latitude , s:longitude ,
    s:email .
s:legalName a sh:PropertyShape ; sh:path schema:legalName ;
  sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:minLength 2 .
s:postalCode a sh:PropertyShape ; sh:path schema:postalCode ;
  sh:minCount 1 ; sh:pattern "^[0-9]{{5}}$" .
s:employees a sh:PropertyShape ; sh:path schema:numberOfEmployees ;
  sh:maxCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 0 .
s:founded a sh:PropertyShape ; sh:path schema:foundingDate ;
  sh:maxCount 1 ; sh:datatype xsd:date .
s:latitude a sh:PropertyShape ; sh:path geo:lat ;
  sh:datatype xsd:decimal ; sh:minInclusive -90 ; sh:maxInclusive 90 .
s:longitude a sh:PropertyShape ; sh:path geo:long ;
  sh:datatype xsd:decimal ; sh:minInclusive -180 ; sh:maxInclusive 180 .
s:email a sh:PropertyShape ; sh:path schema:email ;
  sh:maxCount 1 ; sh:pattern "^[^@ ]+@[^@ ]+$" .

s:Membership a sh:NodeShape ; sh:targetClass org:Membership ;
  sh:property s:member , s:cluster , s:role .
s:member a sh:PropertyShape ; sh:path org:member ;
  sh:minCount 1 ; sh:maxCount 1 ; sh:class org:FormalOrganization .
s:cluster a sh:PropertyShape ; sh:path org:organization ;
  sh:minCount 1 ; sh:maxCount 1 ; sh:class org:OrganizationalCollaboration .
s:role a sh:PropertyShape ; sh:path org:role ;
  sh:minCount 1 ; sh:in ( role:member <{BASE}/role/core%20member> role:speaker ) .
"""

NESTED = f"""{HEAD}
# a place to write to; neither a foundation with thousands of staff nor one that is its own owner
s:Organisation a sh:NodeShape ; sh:targetClass org:FormalOrganization ;
  sh:or ( s:hasEmail s:hasUrl s:hasDescription ) ;
  sh:not s:LargeFoundation ;
  sh:xone ( s:noName s:oneName s:manyNames ) ;
  sh:property s:roles , s:speaker , s:core , s:named , s:owners , s:sectors , s:memberOf .
s:hasEmail a sh:PropertyShape ; sh:path schema:email ; sh:minCount 1 .
s:hasUrl a sh:PropertyShape ; sh:path schema:url ; sh:minCount 1 .
s:hasDescription a sh:PropertyShape ; sh:path schema:description ; sh:minCount 1 .
s:LargeFoundation a sh:NodeShape ; sh:and ( s:isFoundation s:isLarge ) .
s:isFoundation a sh:PropertyShape ; sh:path org:classification ;
  sh:hasValue <{BASE}/legal-form/Stiftung> .
s:isLarge a sh:PropertyShape ; sh:path schema:numberOfEmployees ;
  sh:minCount 1 ; sh:minInclusive 4000 .
s:noName a sh:PropertyShape ; sh:path schema:legalName ; sh:maxCount 0 .
s:oneName a sh:PropertyShape ; sh:path schema:legalName ; sh:minCount 1 ; sh:maxCount 1 .
s:manyNames a sh:PropertyShape ; sh:path schema:legalName ; sh:minCount 2 .

# what it is in clusters: twice the same is one time too many
s:roles a sh:PropertyShape ; sh:path [ sh:inversePath org:member ] ; sh:node s:Membership .
s:speaker a sh:PropertyShape ; sh:path [ sh:inversePath org:member ] ;
  sh:qualifiedValueShape s:isSpeaker ; sh:qualifiedMaxCount 1 ;
  sh:qualifiedValueShapesDisjoint true .
s:core a sh:PropertyShape ; sh:path [ sh:inversePath org:member ] ;
  sh:qualifiedValueShape s:isCore ; sh:qualifiedMaxCount 1 ;
  sh:qualifiedValueShapesDisjoint true .
s:isSpeaker a sh:PropertyShape ; sh:path org:role ; sh:hasValue role:speaker .
s:Membership a sh:NodeShape ; sh:property s:date ; sh:or ( s:isOrdinary s:isCore s:isSpeaker ) .
s:date a sh:PropertyShape ; sh:path schema:startDate ; sh:maxCount 1 ; sh:datatype xsd:date .
s:isOrdinary a sh:PropertyShape ; sh:path org:role ; sh:hasValue role:member .
s:isCore a sh:PropertyShape ; sh:path org:role ; sh:hasValue <{BASE}/role/core%20member> .

s:named a sh:PropertyShape ; sh:path [ sh:alternativePath ( schema:legalName skos:prefLabel ) ] ;
  sh:minCount 1 ; sh:maxCount 1 .
s:owners a sh:PropertyShape ; sh:path [ sh:oneOrMorePath org:subOrganizationOf ] ;
  sh:class org:Organization ; sh:node s:Owner .
s:Owner a sh:NodeShape ; sh:property s:ownerName .
s:ownerName a sh:PropertyShape ; sh:path schema:legalName ; sh:minCount 1 .
s:sectors a sh:PropertyShape ;
  sh:path ( schema:knowsAbout [ sh:zeroOrMorePath skos:broader ] ) ; sh:hasValue sector:0 .
s:memberOf a sh:PropertyShape ; sh:path ( [ sh:inversePath org:member ] org:organization ) ;
  sh:class org:OrganizationalCollaboration ; sh:node s:Named .
s:Named a sh:NodeShape ; sh:property s:label .
s:label a sh:PropertyShape ; sh:path skos:prefLabel ; sh:minCount 1 .

# whoever is a member of something has a role that is known
s:Member a sh:NodeShape ; sh:targetObjectsOf org:member ; sh:property s:known .
s:known a sh:PropertyShape ; sh:path [ sh:inversePath org:member ] ;
  sh:qualifiedValueShape s:isKnown ; sh:qualifiedMinCount 1 .
s:isKnown a sh:NodeShape ; sh:or ( s:isOrdinary s:isCore s:isSpeaker ) .

# every organisation by the class above: of clusters, too
s:AnyOrganisation a sh:NodeShape ; sh:targetClass org:Organization ; sh:property s:link .
s:link a sh:PropertyShape ; sh:path schema:url ; sh:nodeKind sh:IRI .
"""

GRAPHS = {"plain": PLAIN, "nested": NESTED}
"""By name: 3 node shapes with 13 property shapes; nested logic, qualified values and paths."""
