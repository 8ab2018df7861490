"""An organisation → its page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from clusterkg.service.pages import described, locale, maps
from clusterkg.service.pages.cluster import part_of
from clusterkg.service.pages.facts import expand
from clusterkg.service.pages.kinds import KINDS, kind_of, kind_term, kinds_of
from clusterkg.service.pages.rendering import render
from clusterkg.service.pages.statements import statements_of
from clusterkg.service.pages.svg import chart

if TYPE_CHECKING:
    from clusterkg.service.pages.facts import Facts
    from clusterkg.service.pages.labels import Label
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading

__all__ = ["organisation_page"]

_SCHEMA: Final = {
    "University": "CollegeOrUniversity",
    "ResearchInstitution": "ResearchOrganization",
}


@dataclass(frozen=True)
class Identifier:
    """A number or name under which others know the organisation."""

    scheme: str
    value: str
    link: str | None


@dataclass(frozen=True)
class Role:
    """A part the organisation has in a cluster."""

    iri: str
    cluster: str
    cluster_name: Label
    role: Label
    periods: tuple[Label, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Organisation:
    """Everything the upper part of the page says."""

    iri: str
    name: Label
    others: tuple[Label, ...]
    kinds: tuple[str, ...]
    types: tuple[Label, ...]
    legal_forms: tuple[str, ...]
    founded: tuple[str, ...]
    founded_notes: tuple[Label, ...]
    places: tuple[described.Address, ...]
    elsewhere: tuple[tuple[described.Address, tuple[tuple[str, Label], ...]], ...]
    """Addresses of its sites and installations, each with their names; only without a seat."""
    regions: tuple[tuple[str, Label], ...]
    fields: tuple[tuple[str, Label], ...]
    stated: tuple[Label, ...]
    manages: tuple[tuple[str, Label], ...]
    sites: tuple[tuple[str, Label], ...]
    homepages: tuple[str, ...]
    identifiers: tuple[Identifier, ...]


def organisation_page(reader: Reader, reading: Reading, iri: str) -> str:
    """The page of one organisation."""
    facts = reading.facts("organisation", this=iri)
    graphs = facts.graphs(iri)
    facts.add(reading.names(_to_name(iri, facts)))
    organisation = _organisation(iri, facts, reader)
    kind = kind_of(facts.things(iri, "rdf:type"))
    map_ = maps.draw_map(reading, reader, {iri: (organisation.name.text, kind)}, tallest=420)
    events, timeline = described.events(facts, reader)
    installations, emissions = _emissions(iri, facts, reader)
    namesakes = [row["other"].value for row in reading.rows("namesakes", this=iri)]
    facts.add(reading.statements(namesakes))
    participations = facts.subjects("clk:ClusterParticipation")
    return render(
        "organisation.html",
        reader,
        title=organisation.name.text,
        organisation=organisation,
        map=map_,
        roles=_roles(iri, facts, reader.language),
        installations=installations,
        emissions=emissions,
        indicators=described.indicators(facts, iri, reader),
        events=events,
        timeline=timeline,
        namesakes=_namesakes(namesakes, facts, reading, reader),
        statements=statements_of(iri, facts, reader),
        documents=described.documents(facts, [iri, *participations]),
        graphs=described.graph_names(reader, facts, graphs),
        jsonld=_jsonld(organisation, kind),
    )


def _to_name(iri: str, facts: Facts) -> set[str]:
    """Everything the page shows that needs a name."""
    wanted: set[str] = set()
    for subject in facts.subjects():
        if subject != iri and facts.is_a(subject, "qb:Observation"):
            wanted.update(facts.things(subject, "clk:refPeriod"))
            wanted.update(facts.things(subject, "qb:measureType"))
            wanted.update(facts.things(subject, "clk:valueQualifier"))
            continue
        for property_, term, graphs in facts.statements(subject):
            wanted.update(graphs)
            wanted.add(property_)
            if isinstance(term, ox.NamedNode):
                wanted.add(term.value)
    return wanted


def _organisation(iri: str, facts: Facts, reader: Reader) -> Organisation:
    language = reader.language

    def named(things: list[str]) -> tuple[tuple[str, Label], ...]:
        return described.named(facts, things, language)

    classes = facts.things(iri, "rdf:type")
    own = {kind_term(kind) for kind in KINDS}
    regions = [
        region
        for site in facts.things(iri, "org:hasPrimarySite")
        for region in facts.things(site, "clk:inRegion")
    ]
    managed = [thing for thing in facts.subjects() if iri in facts.things(thing, "clk:managedBy")]
    name = facts.name(iri, language)
    others = facts.sayings(iri, "skos:altLabel", language)
    return Organisation(
        iri=iri,
        name=name,
        others=tuple(label for label in others if label.text != name.text),
        kinds=kinds_of(classes),
        types=tuple(
            facts.name(term, language)
            for term in classes
            if term not in own and term.startswith(expand("clk:")) and term in facts
        ),
        legal_forms=tuple(facts.texts(iri, "clk:legalForm")),
        founded=tuple(facts.texts(iri, "schema:foundingDate")),
        founded_notes=tuple(facts.labels(iri, "clk:foundedNote", language)),
        places=(places := tuple(described.addresses(facts, iri, language))),
        elsewhere=() if places else _elsewhere(iri, facts, language),
        regions=named(sorted({*regions, *facts.things(iri, "clk:inRegion")})),
        fields=named(facts.things(iri, "clk:inSector")),
        stated=tuple(facts.sayings(iri, "clk:statedAs", language)),
        manages=named(sorted({*managed, *facts.things(iri, "clk:manages")})),
        sites=named(facts.things(iri, "clk:locatedAtSite")),
        homepages=tuple(facts.things(iri, "foaf:homepage")),
        identifiers=tuple(_identifiers(iri, facts, reader)),
    )


def _elsewhere(
    iri: str, facts: Facts, language: str
) -> tuple[tuple[described.Address, tuple[tuple[str, Label], ...]], ...]:
    """The addresses of all sites of an organisation, those at one address together."""
    operated = (s for s in facts.subjects() if iri in facts.things(s, "clk:operatedBy"))
    sites = {*facts.things(iri, "org:hasSite"), *facts.things(iri, "clk:locatedAtSite"), *operated}
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for site in sites:
        for place in described.addresses(facts, site, language):
            found[place.lines].append(site)
    return tuple(
        (described.Address(lines), described.named(facts, found[lines], language))
        for lines in sorted(found, key=lambda lines: (locale.order(lines[-1]), lines))
    )


def _identifiers(iri: str, facts: Facts, reader: Reader) -> list[Identifier]:
    found = []
    for same in facts.things(iri, "owl:sameAs"):
        parts = urlsplit(same)
        host = parts.netloc.removeprefix("www.").removeprefix("sws.")
        key = f"identifiers.{host}"
        scheme = reader.text(key) if reader.text.has(key) else host
        value = parts.fragment or parts.path.strip("/").rpartition("/")[2]
        found.append(Identifier(scheme, value or same, same))
    for text in facts.texts(iri, "dct:identifier"):
        name, _, value = text.partition(":")
        known = reader.text.has(f"identifiers.{name}")
        pattern = f"identifier_links.{name}"
        link = reader.text(pattern, value=value) if reader.text.has(pattern) else None
        scheme = reader.text(f"identifiers.{name}") if known else reader.text("identifiers.other")
        found.append(Identifier(scheme, value if known else text, link))
    register = reader.text("identifiers.register")
    found += [Identifier(register, n, None) for n in facts.texts(iri, "clk:registerNumber")]
    return sorted(dict.fromkeys(found), key=lambda i: (i.scheme, i.value))


def _roles(iri: str, facts: Facts, language: str) -> list[Role]:
    found = []
    for participation in facts.subjects("clk:ClusterParticipation"):
        if iri not in facts.things(participation, "clk:participant"):
            continue
        part = part_of(participation, facts, language)
        found += [
            Role(
                part.iri,
                cluster,
                facts.name(cluster, language),
                part.role,
                part.periods,
                part.sources,
            )
            for cluster in facts.things(participation, "clk:participatesIn")
        ]
    return sorted(found, key=lambda r: (locale.order(r.cluster_name.text), r.role.text, r.iri))


def _emissions(
    iri: str, facts: Facts, reader: Reader
) -> tuple[list[tuple[str, Label, Label | None]], chart.Chart | None]:
    """The installations an organisation operates, and the sum of their emissions a year."""
    language = reader.language
    installations = [
        thing
        for thing in facts.subjects("clk:Installation")
        if iri in facts.things(thing, "clk:operatedBy")
    ]
    sums: dict[str, int] = defaultdict(int)
    for observation in facts.subjects("qb:Observation"):
        if set(facts.things(observation, "clk:refEntity")) & set(installations):
            for period in facts.things(observation, "clk:refPeriod"):
                for tonnes in facts.texts(observation, "clk:verifiedEmissions"):
                    if tonnes.isdigit():
                        sums[facts.name(period, language).text] += int(tonnes)
    listed = []
    for thing, label in described.named(facts, installations, language):
        kind = facts.thing(thing, "clk:activityKind")
        listed.append((thing, label, facts.name(kind, language) if kind else None))
    return listed, chart.columns(sorted((year, float(total)) for year, total in sums.items()))


def _namesakes(
    others: list[str], facts: Facts, reading: Reading, reader: Reader
) -> list[tuple[str, Label, list[tuple[str, Label]]]]:
    graphs = {graph for other in others for graph in facts.graphs(other)}
    facts.add(reading.names(graphs))
    return [
        (other, label, described.graph_names(reader, facts, facts.graphs(other)))
        for other, label in described.named(facts, sorted(set(others)), reader.language)
    ]


def _jsonld(organisation: Organisation, kind: str) -> dict[str, object]:
    """The organisation in schema.org's words, for search engines."""
    described_as: dict[str, object] = {
        "@context": expand("schema:"),
        "@id": organisation.iri,
        "@type": _SCHEMA.get(kind, "Organization"),
        "name": organisation.name.text,
        "alternateName": [label.text for label in organisation.others],
        "url": list(organisation.homepages),
        "foundingDate": list(organisation.founded),
        "address": [", ".join(place.lines) for place in organisation.places],
        "sameAs": [i.link for i in organisation.identifiers if i.link],
    }
    return {name: value for name, value in described_as.items() if value}
