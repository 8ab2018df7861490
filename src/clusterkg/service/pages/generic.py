"""Any resource → a page: what it is, what is said of it, what refers to it.

Regions also show what lies in them, fields the clusters and activities that belong to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from clusterkg.service.pages import described, locale, maps
from clusterkg.service.pages.facts import Facts, expand
from clusterkg.service.pages.kinds import kind_of
from clusterkg.service.pages.labels import Label, plain
from clusterkg.service.pages.paging import page_of
from clusterkg.service.pages.rendering import render
from clusterkg.service.pages.statements import groups
from clusterkg.service.pages.survey import Summary, survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading
    from clusterkg.service.pages.svg.map import Map

__all__ = ["generic_page"]

_PER_PAGE: Final = 60
_MOST_MEMBERS: Final = 60
_MOST_FIGURES: Final = 200
_TOP: Final = expand("skos:hasTopConcept")
_HIDDEN: Final = (expand("sh:focusNode"), expand("sh:value"), expand("clk:hasActor"))
"""Ways to be referred to that say nothing to a reader, or that other parts of the page show."""


@dataclass(frozen=True)
class Thing:
    """Something with a page and a name."""

    iri: str
    label: Label


@dataclass(frozen=True)
class Member:
    """An organisation in a region."""

    iri: str
    name: Label
    kind: str


@dataclass(frozen=True)
class Around:
    """What belongs to a region or a field."""

    clusters: tuple[Summary, ...] = ()
    members: tuple[Member, ...] = ()
    map: Map | None = None
    activities: tuple[tuple[str, str, Label], ...] = ()
    seats: frozenset[str] = frozenset()
    """The sites by which the organisations lie in a region."""
    narrower: tuple[tuple[str, Label, tuple[Summary, ...]], ...] = ()
    """Fields that belong to a field, with their clusters."""


def generic_page(reader: Reader, reading: Reading, iri: str) -> str | None:
    """The page of any resource; None if this graph says nothing of it."""
    facts = reading.facts("resource", this=iri)
    referrers = [
        (row["p"].value, row["s"].value)
        for row in reading.rows("referrers", this=iri)
        if row["p"].value not in _HIDDEN
    ]
    if iri not in facts and not referrers:
        return None
    figures = _figures(referrers, reading)
    around = _around(iri, facts, reader, reading)
    referrers = _not_shown_elsewhere(referrers, around, figures)
    shown, page = page_of(referrers, reader.request.parameter("page"), size=_PER_PAGE)
    facts.add(reading.names(_to_name(iri, facts, shown)))
    name = facts.name(iri, reader.language)
    if name.text == "" or (iri not in facts and not reader.is_local(iri)):
        name = described.value_of(ox.NamedNode(iri), facts, reader).label
    if name.borrowed and facts.is_a(iri, "clk:Event"):
        name = _event_name(iri, facts, reader) or name
    return render(
        "generic.html",
        reader,
        title=name.text,
        iri=iri,
        name=name,
        outside=not reader.is_local(iri),
        trail=_trail(iri, facts, reader),
        is_field=facts.is_a(iri, "clk:Sector"),
        narrower=around.narrower,
        classes=[
            (term, described.property_label(term, facts, reader))
            for term in facts.things(iri, "rdf:type")
        ],
        clusters=around.clusters,
        members=around.members,
        most=_MOST_MEMBERS,
        map=around.map,
        map_kinds=maps.kinds_on(around.map),
        activities=around.activities,
        indicators=described.indicators(figures, iri, reader),
        groups=groups(iri, facts, reader),
        referrers=_referring(shown, facts, reader),
        page=page,
        documents=described.documents(facts, [iri]),
        graphs=described.graph_names(reader, facts, facts.graphs(iri)),
    )


def _not_shown_elsewhere(
    referrers: Sequence[tuple[str, str]], around: Around, figures: Facts
) -> list[tuple[str, str]]:
    """The referrers without the clusters, members, fields and figures that have their own part."""
    shown = {summary.iri for summary in around.clusters}
    shown |= {member.iri for member in around.members}
    shown |= around.seats
    shown |= {field for field, _, _ in around.narrower}
    shown |= set(figures.subjects("qb:Observation"))
    kept = [pair for pair in referrers if pair[1] not in shown]
    return [pair for pair in kept if not (around.activities and pair[0] == _TOP)]


def _event_name(iri: str, facts: Facts, reader: Reader) -> Label | None:
    """``Auszeichnung: Silicon Saxony e.V., 2012``, if the label is in another language."""
    kind = facts.thing(iri, "clk:eventKind")
    owners = described.named(facts, facts.things(iri, "clk:eventOf"), reader.language)
    if kind is None or not owners:
        return None
    title = facts.name(kind, reader.language).text
    title = title[:1].upper() + title[1:]
    when = [locale.date(date, reader.language) for date in described.dates(facts, iri)[:1]]
    return plain(f"{title}: {', '.join([*(label.text for _, label in owners), *when])}")


def _trail(iri: str, facts: Facts, reader: Reader) -> list[tuple[str, str]]:
    """For a concept the way to it: all terms, its scheme."""
    schemes = [s for s in facts.things(iri, "skos:inScheme") if reader.is_local(s)]
    if not schemes:
        return []
    names = [(reader.to(s), facts.name(s, reader.language).text) for s in schemes[:1]]
    return [(reader.at("ontology"), reader.text("nav.ontology")), *names]


def _figures(referrers: Sequence[tuple[str, str]], reading: Reading) -> Facts:
    """The observations about a thing, as far as a page can show them."""
    observed = [thing for property_, thing in referrers if property_ == expand("clk:refEntity")]
    facts = Facts(reading.statements(observed[:_MOST_FIGURES]))
    facts.add(
        reading.names(
            thing
            for observation in facts.subjects()
            for name in ("clk:refPeriod", "qb:measureType", "clk:valueQualifier")
            for thing in facts.things(observation, name)
        )
    )
    return facts


def _to_name(iri: str, facts: Facts, referrers: Sequence[tuple[str, str]]) -> set[str]:
    wanted = {thing for pair in referrers for thing in pair}
    for property_, term, graphs in facts.statements(iri):
        wanted |= {property_, *graphs}
        if isinstance(term, ox.NamedNode):
            wanted.add(term.value)
    return wanted


def _referring(
    pairs: Sequence[tuple[str, str]], facts: Facts, reader: Reader
) -> list[tuple[str, Label, list[Thing]]]:
    found = []
    for property_, among in groupby(pairs, key=lambda pair: pair[0]):
        things = [
            Thing(thing, described.value_of(ox.NamedNode(thing), facts, reader).label)
            for _, thing in among
        ]
        things.sort(key=lambda thing: (locale.order(thing.label.text), thing.iri))
        found.append((property_, described.property_label(property_, facts, reader), things))
    return found


def _around(iri: str, facts: Facts, reader: Reader, reading: Reading) -> Around:
    if facts.is_a(iri, "clk:Region"):
        return _region(iri, reader, reading)
    if facts.is_a(iri, "clk:Sector"):
        return _field(iri, reader, reading)
    return Around()


def _region(iri: str, reader: Reader, reading: Reading) -> Around:
    everything = survey(reading, reader.language)
    clusters = tuple(summary for summary in everything.summaries if iri in dict(summary.regions))
    rows = reading.rows("places-in-region", region=iri)
    inside = list(dict.fromkeys(row["organisation"].value for row in rows))
    names = Facts(reading.names(inside))
    members = [
        Member(thing, names.name(thing, reader.language), kind_of(names.things(thing, "rdf:type")))
        for thing in inside
    ]
    members.sort(key=lambda member: (locale.order(member.name.text), member.iri))
    map_ = maps.draw_map(
        reading, reader, {m.iri: (m.name.text, m.kind) for m in members}, tallest=520
    )
    seats = frozenset(row["site"].value for row in rows)
    return Around(clusters, tuple(members), map_, seats=seats)


def _field(iri: str, reader: Reader, reading: Reading) -> Around:
    everything = survey(reading, reader.language)
    clusters = tuple(summary for summary in everything.summaries if iri in dict(summary.fields))
    activities = [row["activity"].value for row in reading.rows("field-activities", field=iri)]
    below = [row["narrower"].value for row in reading.rows("field-narrower", field=iri)]
    names = Facts(reading.names([*activities, *below]))
    narrower = tuple(
        (field, label, tuple(s for s in everything.summaries if field in dict(s.fields)))
        for field, label in described.named(names, below, reader.language)
    )
    listed = [
        (thing, names.text(thing, "skos:notation") or "", names.name(thing, reader.language))
        for thing in activities
    ]
    listed.sort(key=lambda activity: (activity[1], activity[0]))
    return Around(clusters, activities=tuple(listed), narrower=narrower)
