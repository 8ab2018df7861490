"""A cluster, network, umbrella organisation or programme → its page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.service.pages import described, locale, maps
from clusterkg.service.pages.facts import expand
from clusterkg.service.pages.kinds import KINDS, OTHER, kind_of
from clusterkg.service.pages.rendering import render
from clusterkg.service.pages.survey import survey
from clusterkg.service.pages.svg import constellation

if TYPE_CHECKING:
    from clusterkg.service.pages.facts import Facts
    from clusterkg.service.pages.labels import Label
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading
    from clusterkg.service.pages.survey import Condition, Fingerprint, Summary, Survey

__all__ = ["Actor", "Neighbour", "Part", "actors_of", "cluster_page", "part_of"]

_NAMED = (
    "clk:inSector",
    "clk:inRegion",
    "clk:clusterKind",
    "clk:participationRole",
    "clk:eventKind",
    "clk:geoPrecision",
    "clk:underUmbrella",
    "clk:succeeds",
    "clk:cooperatesWith",
    "clk:designatedBy",
    "clk:refPeriod",
    "clk:valueQualifier",
    "qb:measureType",
    "org:linkedTo",
    "clk:operatedBy",
    "rdf:type",
)


@dataclass(frozen=True)
class Part:
    """One participation: the role and when, as a source states it."""

    iri: str
    role: Label
    periods: tuple[Label, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Actor:
    """An organisation in a cluster with everything sources say about its part."""

    iri: str
    name: Label
    kind: str
    place: str | None
    parts: tuple[Part, ...]
    counted: bool
    """Whether its role makes it an actor of the cluster."""


@dataclass(frozen=True)
class Manager:
    """Who manages the cluster, and where."""

    iri: str
    name: Label
    place: described.Address | None


@dataclass(frozen=True)
class Designation:
    """The act by which a body named the cluster."""

    iri: str
    name: Label
    dates: tuple[str, ...]
    by: tuple[tuple[str, Label], ...]


@dataclass(frozen=True)
class Neighbour:
    """Another cluster with some of the same actors."""

    iri: str
    name: Label
    fingerprint: Fingerprint | None
    shared: tuple[tuple[str, Label], ...]


@dataclass(frozen=True)
class Cluster:
    """Everything the upper part of the page says."""

    iri: str
    name: Label
    type: str
    others: tuple[Label, ...]
    descriptions: tuple[Label, ...]
    kinds: tuple[tuple[str, Label], ...]
    stated: tuple[Label, ...]
    fields: tuple[tuple[str, Label], ...]
    regions: tuple[tuple[str, Label], ...]
    aims: tuple[Label, ...]
    founded: tuple[str, ...]
    founded_notes: tuple[Label, ...]
    designations: tuple[Designation, ...]
    managers: tuple[Manager, ...]
    umbrellas: tuple[tuple[str, Label], ...]
    sheltered: tuple[tuple[str, Label], ...]
    """What stands under its roof."""
    successors: tuple[tuple[str, Label], ...]
    predecessors: tuple[tuple[str, Label], ...]
    partners: tuple[tuple[str, Label], ...]
    bodies: tuple[tuple[str, Label], ...]
    """The association or company that the network also is."""
    operators: tuple[tuple[str, Label], ...]
    homepages: tuple[str, ...]
    actors: tuple[Actor, ...]


def cluster_page(reader: Reader, reading: Reading, iri: str) -> str:
    """The page of one cluster."""
    facts = reading.facts("cluster", this=iri)
    graphs = facts.graphs(iri)
    around = {
        thing
        for subject in facts.subjects()
        for name in _NAMED
        for thing in facts.things(subject, name)
    }
    facts.add(reading.names([*around, *graphs]))
    everything = survey(reading, reader.language)
    summary = everything.get(iri)
    cluster = _cluster(iri, facts, summary, reader)
    facts.add(reading.names(_neighbouring(iri, everything)))
    indicators = described.indicators(facts, iri, reader)
    events, timeline = described.events(facts, reader)
    map_ = maps.organisation_map(reading, reader, facts, {a.iri: a.kind for a in cluster.actors})
    participations = facts.subjects("clk:ClusterParticipation")
    return render(
        "cluster.html",
        reader,
        title=cluster.name.text,
        cluster=cluster,
        fingerprint=summary.fingerprint if summary else None,
        counted=lambda condition: counted(condition, reader),
        tally=_tally(cluster.actors),
        uncounted=sum(not actor.counted for actor in cluster.actors),
        constellations=_constellations(cluster, everything, reader),
        map=map_,
        map_kinds=maps.kinds_on(map_),
        indicators=indicators,
        events=events,
        timeline=timeline,
        neighbours=_neighbours(iri, everything, facts, reader),
        documents=described.documents(facts, [iri, *participations]),
        graphs=described.graph_names(reader, facts, graphs),
        jsonld=_jsonld(cluster),
    )


def counted(condition: Condition, reader: Reader) -> str:
    """The number behind a condition in words: ``17 actors named``."""
    key = f"conditions.{condition.name}.number"
    if condition.name == "concentration" and not condition.whole:
        return reader.text("conditions.concentration.unknown")
    none = f"conditions.{condition.name}.none"
    if condition.value == 0 and reader.text.has(none):
        return reader.text(none)
    return reader.text.count(
        key,
        condition.value,
        whole=locale.integer(condition.whole, reader.language),
        percent=locale.percent(condition.value, condition.whole, reader.language),
    )


def _cluster(iri: str, facts: Facts, summary: Summary | None, reader: Reader) -> Cluster:
    language = reader.language

    def named(name: str) -> tuple[tuple[str, Label], ...]:
        return described.named(facts, facts.things(iri, name), language)

    def naming(name: str) -> tuple[tuple[str, Label], ...]:
        found = [thing for thing in facts.subjects() if iri in facts.things(thing, name)]
        return described.named(facts, found, language)

    return Cluster(
        iri=iri,
        name=facts.name(iri, language),
        type=summary.type if summary else "Cluster",
        others=tuple(facts.sayings(iri, "skos:altLabel", language)),
        descriptions=tuple(facts.labels(iri, "dct:description", language)),
        kinds=named("clk:clusterKind"),
        stated=tuple(facts.sayings(iri, "clk:statedAs", language)),
        fields=named("clk:inSector"),
        regions=named("clk:inRegion"),
        aims=tuple(facts.labels(iri, "clk:sharedAim", language)),
        founded=tuple(facts.texts(iri, "schema:foundingDate")),
        founded_notes=tuple(facts.labels(iri, "clk:foundedNote", language)),
        designations=_designations(iri, facts, language),
        managers=tuple(
            Manager(
                manager,
                name,
                next(iter(described.addresses(facts, manager, language)), None),
            )
            for manager, name in named("clk:managedBy")
        ),
        umbrellas=named("clk:underUmbrella"),
        sheltered=naming("clk:underUmbrella"),
        successors=naming("clk:succeeds"),
        predecessors=named("clk:succeeds"),
        partners=named("clk:cooperatesWith"),
        bodies=named("org:linkedTo"),
        operators=named("clk:operatedBy"),
        homepages=tuple(facts.things(iri, "foaf:homepage")),
        actors=tuple(actors_of(iri, facts, language)),
    )


def _designations(iri: str, facts: Facts, language: str) -> tuple[Designation, ...]:
    found = [
        Designation(
            act,
            facts.name(act, language),
            tuple(described.dates(facts, act)),
            described.named(facts, facts.things(act, "clk:designatedBy"), language),
        )
        for act in facts.subjects("clk:ClusterDesignation")
        if iri in facts.things(act, "clk:designates")
    ]
    return tuple(sorted(found, key=lambda act: (act.dates or ("9999",), act.iri)))


def part_of(participation: str, facts: Facts, language: str) -> Part:
    """What one participation says."""
    role = facts.thing(participation, "clk:participationRole")
    label = (
        facts.name(role, language)
        if role
        else facts.label(participation, "clk:statedAs", language)
        or facts.name(participation, language)
    )
    return Part(
        participation,
        label,
        tuple(facts.labels(participation, "clk:statedPeriod", language)),
        tuple(described.documents(facts, [participation])),
    )


def actors_of(cluster: str, facts: Facts, language: str) -> list[Actor]:
    """The actors of a cluster by kind, then by name."""
    parts: dict[str, list[Part]] = defaultdict(list)
    for participation in facts.subjects("clk:ClusterParticipation"):
        if cluster in facts.things(participation, "clk:participatesIn"):
            for actor in facts.things(participation, "clk:participant"):
                parts[actor].append(part_of(participation, facts, language))
    counted = set(facts.things(cluster, "clk:hasActor"))
    actors = [
        Actor(
            actor,
            facts.name(actor, language),
            kind_of(facts.things(actor, "rdf:type")),
            _town(actor, facts),
            tuple(sorted(own, key=lambda part: (part.role.text, part.iri))),
            actor in counted,
        )
        for actor, own in parts.items()
    ]
    order = (*KINDS, OTHER)
    return sorted(actors, key=lambda a: (order.index(a.kind), locale.order(a.name.text), a.iri))


def _town(actor: str, facts: Facts) -> str | None:
    for site in facts.things(actor, "org:hasPrimarySite"):
        for address in facts.things(site, "org:siteAddress"):
            if town := facts.text(address, "locn:postName"):
                return town
    return None


def _tally(actors: tuple[Actor, ...]) -> list[tuple[str, int]]:
    counts = {kind: sum(actor.kind == kind for actor in actors) for kind in (*KINDS, OTHER)}
    return [(kind, count) for kind, count in counts.items() if count]


def _constellations(
    cluster: Cluster, everything: Survey, reader: Reader
) -> list[tuple[str, constellation.Constellation]]:
    """The picture for screens and the one for phones; the style sheet shows one of them."""
    names = {summary.iri: summary.name.text for summary in everything.summaries}
    bridges: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for other, actors in sorted(everything.actors.items()):
        if other != cluster.iri and other in names:
            for actor in actors:
                bridges[actor].append((names[other], reader.to(other)))
    members = [
        constellation.Member(
            actor.name.text, actor.kind, reader.to(actor.iri), tuple(bridges.get(actor.iri, ()))
        )
        for actor in cluster.actors
    ]
    managers = [(manager.name.text, reader.to(manager.iri)) for manager in cluster.managers]
    if not members:
        return []

    def grouped(count: int, kind: str) -> str:
        number = locale.integer(count, reader.language)
        return f"{number} × {reader.text(f'kinds.{kind}')}"

    kinds = (*KINDS, OTHER)
    drawn = {
        "broad": constellation.draw(members, managers, kinds, grouped),
        "narrow": constellation.draw_narrow(members, managers, kinds, grouped),
    }
    return [(form, picture) for form, picture in drawn.items() if picture is not None]


def _neighbouring(iri: str, everything: Survey) -> set[str]:
    own = set(everything.actors.get(iri, ()))
    return {
        actor
        for other, actors in everything.actors.items()
        if other != iri
        for actor in own & set(actors)
    }


def _neighbours(iri: str, everything: Survey, facts: Facts, reader: Reader) -> list[Neighbour]:
    own = set(everything.actors.get(iri, ()))
    found = []
    for summary in everything.summaries:
        shared = own & set(everything.actors.get(summary.iri, ()))
        if summary.iri != iri and shared:
            names = described.named(facts, shared, reader.language)
            found.append(Neighbour(summary.iri, summary.name, summary.fingerprint, names))
    return sorted(found, key=lambda n: (-len(n.shared), locale.order(n.name.text)))


def _jsonld(cluster: Cluster) -> dict[str, object]:
    """The cluster in schema.org's words, for search engines."""
    members = [{"@id": actor.iri, "name": actor.name.text} for actor in cluster.actors]
    described_as: dict[str, object] = {
        "@context": expand("schema:"),
        "@id": cluster.iri,
        "@type": "Organization",
        "name": cluster.name.text,
        "alternateName": [label.text for label in cluster.others],
        "url": list(cluster.homepages),
        "areaServed": [label.text for _, label in cluster.regions],
        "knowsAbout": [label.text for _, label in cluster.fields],
        "foundingDate": list(cluster.founded),
        "member": members,
    }
    return {name: value for name, value in described_as.items() if value}
