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
from clusterkg.service.pages.paging import page_of
from clusterkg.service.pages.rendering import render
from clusterkg.service.pages.statements import groups
from clusterkg.service.pages.survey import Summary, survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.service.pages.labels import Label
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading
    from clusterkg.service.pages.svg.map import Map

__all__ = ["generic_page"]

_PER_PAGE: Final = 60
_MOST_MEMBERS: Final = 60
_MOST_FIGURES: Final = 200
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
    shown, page = page_of(referrers, reader.request.parameter("page"), size=_PER_PAGE)
    facts.add(reading.names(_to_name(iri, facts, shown)))
    name = facts.name(iri, reader.language)
    if name.text == "" or (iri not in facts and not reader.is_local(iri)):
        name = described.value_of(ox.NamedNode(iri), facts, reader).label
    around = _around(iri, facts, reader, reading)
    figures = _figures(referrers, reading)
    return render(
        "generic.html",
        reader,
        title=name.text,
        iri=iri,
        name=name,
        outside=not reader.is_local(iri),
        trail=[],
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
    inside = [row["organisation"].value for row in reading.rows("places-in-region", region=iri)]
    names = Facts(reading.names(inside))
    members = [
        Member(thing, names.name(thing, reader.language), kind_of(names.things(thing, "rdf:type")))
        for thing in inside
    ]
    members.sort(key=lambda member: (locale.order(member.name.text), member.iri))
    map_ = maps.draw_map(
        reading, reader, {m.iri: (m.name.text, m.kind) for m in members}, tallest=520
    )
    return Around(clusters, tuple(members), map_)


def _field(iri: str, reader: Reader, reading: Reading) -> Around:
    everything = survey(reading, reader.language)
    clusters = tuple(summary for summary in everything.summaries if iri in dict(summary.fields))
    activities = [row["activity"].value for row in reading.rows("field-activities", field=iri)]
    names = Facts(reading.names(activities))
    listed = [
        (thing, names.text(thing, "skos:notation") or "", names.name(thing, reader.language))
        for thing in activities
    ]
    return Around(clusters, activities=tuple(sorted(listed, key=lambda a: (a[1], a[0]))))
