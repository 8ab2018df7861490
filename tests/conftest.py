"""What tests of several stations share: a project of two sources, small enough to build often."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clusterkg.namespaces import CLK, PREFIXES
from clusterkg.project import Project, find_project

from .servers import mariadb, postgresql, sparql_endpoint
from .spark_sessions import interpreted, java, master, spark, spark_run, started

__all__ = [
    "interpreted",
    "java",
    "mariadb",
    "master",
    "postgresql",
    "spark",
    "spark_run",
    "sparql_endpoint",
    "started",
    "tiny_project",
    "write_project",
]

FILES = {
    "clusterkg.toml": """
shipped = []
base_iri = "https://data.example.org/tiny/"
licence = "http://dcat-ap.de/def/licenses/cc-by/4.0"

[title]
de = "Cluster von Klein"
en = "Clusters of Small"
ru = "Кластеры"

[description]
de = "Zwei Quellen, damit gebaut werden kann."
en = "Two sources, so that something can be built."
ru = "Два источника."

[publisher]
name = "Kammer von Klein"
url = "https://www.example.org/"
email = "daten@example.org"

[catalogue]
themes = ["ECON", "REGI"]
spatial = ["http://data.europa.eu/nuts/code/DED51"]

[catalogue.keywords]
de = ["Cluster"]
en = ["clusters"]
""",
    "data/clusters/source.toml": """
title = { de = "Cluster", en = "Clusters", ru = "Кластеры" }
description = { de = "Alle Cluster.", en = "All clusters.", ru = "Все кластеры." }
publisher = "Stadt Klein"
publisher_url = "https://klein.example.org/"
licence = "http://dcat-ap.de/def/licenses/cc-zero"
origin = ["https://klein.example.org/clusters.csv"]
retrieved = 2026-08-01
version = "7"
spatial = ["http://data.europa.eu/nuts/code/DED5"]

[tables.clusters]
file = "clusters.csv"
holds = "one cluster a row"
rows = [1, 10]
key = ["id"]
""",
    "data/clusters/clusters.csv": 'id,name\nauto,"Auto ""&"" Zulieferer"\nlogistik,Logistik\n',
    "data/clusters/mapping.r2rml.ttl": f"""
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix skos: <{PREFIXES["skos"]}> .
@prefix clk: <{CLK}> .

<#clusters> rr:logicalTable [ rr:tableName "clusters" ] ;
  rr:subjectMap [ rr:template "id/cluster/{{id}}" ; rr:class clk:Cluster ] ;
  rr:predicateObjectMap [ rr:predicate skos:prefLabel ;
    rr:objectMap [ rr:column "name" ; rr:language "de" ] ] .
""",
    "data/members/source.toml": """
title = { de = "Mitglieder", en = "Members", ru = "Участники" }
description = { de = "Wer mitmacht.", en = "Who takes part.", ru = "Кто участвует." }
publisher = "Verein Klein"
licence = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
licence_note = "Quelle: Verein Klein"
origin = ["https://verein.example.org/", "https://verein.example.org/members"]
retrieved = 2026-08-22

[tables.members]
file = "members.csv"
holds = "one member a row"
rows = [1, 10]

[tables.members.ignore]
remark = "for the office only"
""",
    "data/members/members.csv": (
        "member,cluster,founded,remark\nA GmbH,Logistik,1999,x\nB AG,Logistik,,\nC,Auto,2001,\n"
    ),
    "data/members/mapping.r2rml.ttl": f"""
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix clk: <{CLK}> .
@prefix schema: <{PREFIXES["schema"]}> .
@prefix xsd: <{PREFIXES["xsd"]}> .

<#members> rr:logicalTable [ rr:sqlQuery \"\"\"
    SELECT slug(member) AS key, founded, id FROM members
    LEFT JOIN clusters.clusters ON members.cluster = clusters.clusters.name\"\"\" ] ;
  rr:subjectMap [ rr:template "id/organisation/{{key}}" ; rr:class clk:Company ] ;
  rr:predicateObjectMap [ rr:predicate schema:foundingDate ;
    rr:objectMap [ rr:column "founded" ; rr:datatype xsd:gYear ] ] ;
  rr:predicateObjectMap [ rr:predicate clk:actorIn ;
    rr:objectMap [ rr:template "id/cluster/{{id}}" ] ] .
""",
    "ontology/tiny.ttl": f"""
@prefix clk: <{CLK}> .
@prefix owl: <{PREFIXES["owl"]}> .
@prefix rdfs: <{PREFIXES["rdfs"]}> .

clk:Cluster a owl:Class ; rdfs:label "Cluster"@de .
clk:actorIn a owl:ObjectProperty ; rdfs:label "Akteur in"@de .
clk:Company a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:unionOf ( clk:A clk:B ) ] .
""",
    "shapes/tiny.ttl": f"""
@prefix clk: <{CLK}> .
@prefix schema: <{PREFIXES["schema"]}> .
@prefix sh: <{PREFIXES["sh"]}> .
@prefix skos: <{PREFIXES["skos"]}> .

<https://data.example.org/shape/Cluster> a sh:NodeShape ; sh:targetClass clk:Cluster ;
  sh:property <https://data.example.org/shape/Cluster-name> .
<https://data.example.org/shape/Cluster-name> a sh:PropertyShape ; sh:path skos:prefLabel ;
  sh:minCount 1 ; sh:message "Der Cluster hat keinen Namen."@de, "The cluster has no name."@en .
<https://data.example.org/shape/Company> a sh:NodeShape ; sh:targetClass clk:Company ;
  sh:property <https://data.example.org/shape/Company-founded> .
<https://data.example.org/shape/Company-founded> a sh:PropertyShape ;
  sh:path schema:foundingDate ; sh:minCount 1 ; sh:severity sh:Info ;
  sh:message "Gründungsjahr unbekannt."@de, "Year of foundation unknown."@en .
""",
    "queries/examples/q01-clusters.rq": "#+ summary: all clusters\nSELECT * { ?s ?p ?o }\n",
}


def _write(folder: Path) -> Project:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return find_project(folder)


@pytest.fixture(scope="session")
def write_project() -> Callable[[Path], Project]:
    """Writes the tiny project into a folder of your choice."""
    return _write


@pytest.fixture
def tiny_project(tmp_path: Path) -> Project:
    """Two sources: clusters, and members that join them; its own ontology and shapes."""
    return _write(tmp_path / "tiny")
