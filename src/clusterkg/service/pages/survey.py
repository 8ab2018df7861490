"""All clusters at a glance: name, field, region, actors by kind and fingerprint.

The numbers of a fingerprint are counted here; whether a condition is met is what validation
found (a result of the shape means: not shown by the data).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from clusterkg.service.pages import conditions, locale
from clusterkg.service.pages.kinds import CONDITIONS, KINDS, condition_shape, kinds_of
from clusterkg.service.pages.labels import Label, choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from clusterkg.service.pages.facts import Facts
    from clusterkg.service.pages.reading import Reading

    Verdicts = dict[str, dict[str, list[ox.Literal]]]

__all__ = ["Condition", "Fingerprint", "Summary", "Survey", "survey"]


@dataclass(frozen=True)
class Condition:
    """One of Porter's conditions for one cluster."""

    name: str
    met: bool | None
    """None where nothing was validated."""
    value: int
    """Actors, actors inside the region, kinds, managements, fields."""
    whole: int
    """What ``value`` is a part of; 0 if of nothing."""
    share: float
    """Length of the bar, from 0 to 1."""
    reason: Label | None = None
    """Why the data do not show it, in the words of the shape."""
    mark: float | None = None
    """Where on the bar the condition begins to be met, if not at its end."""


@dataclass(frozen=True)
class Fingerprint:
    """The five conditions of one cluster, in their order."""

    conditions: tuple[Condition, ...]

    @property
    def met(self) -> int:
        """How many conditions the data show."""
        return sum(condition.met is True for condition in self.conditions)


@dataclass(frozen=True)
class Summary:
    """What a card or a row of a list says about a cluster."""

    iri: str
    name: Label
    type: str
    """Class of the thing: ``Cluster``, ``UmbrellaOrganisation``, ``ClusterProgramme``, ``Site``."""
    words: tuple[tuple[str, Label], ...]
    """Its kind in the words of sources: cluster, network, leading-edge cluster."""
    fields: tuple[tuple[str, Label], ...]
    regions: tuple[tuple[str, Label], ...]
    kinds: tuple[tuple[str, int], ...]
    """Actors by kind; an actor of two kinds counts in both."""
    actors: int
    fingerprint: Fingerprint | None


@dataclass(frozen=True)
class Survey:
    """All clusters and what surrounds them."""

    summaries: tuple[Summary, ...]
    facts: Facts
    actors: Mapping[str, Mapping[str, frozenset[str]]]
    """Cluster → actor → classes of the actor."""

    def of(self, *types: str) -> tuple[Summary, ...]:
        """The summaries of these classes."""
        return tuple(summary for summary in self.summaries if summary.type in types)

    def get(self, iri: str) -> Summary | None:
        """The summary of one cluster."""
        return next((summary for summary in self.summaries if summary.iri == iri), None)


_TYPES = ("Cluster", "UmbrellaOrganisation", "ClusterProgramme", "Site")


def survey(reading: Reading, language: str) -> Survey:
    """All clusters, sorted by name in ``language``."""
    facts = reading.facts("clusters")
    actors: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in reading.rows("cluster-actors"):
        actors[row["cluster"].value][row["actor"].value].add(row["kind"].value)
    inside = _inside(reading, facts)
    verdicts = _verdicts(reading)
    asked = conditions.thresholds(reading)
    things = facts.subjects()
    around = [thing for iri in things for name in _AROUND for thing in facts.things(iri, name)]
    facts.add(reading.names(around))
    frozen = {
        cluster: {actor: frozenset(kinds) for actor, kinds in among.items()}
        for cluster, among in actors.items()
    }
    summaries = [
        _summary(iri, facts, frozen.get(iri, {}), inside.get(iri), verdicts, asked, language)
        for iri in things
    ]
    summaries.sort(key=lambda summary: locale.order(summary.name.text))
    return Survey(tuple(summaries), facts, frozen)


_AROUND = ("clk:inSector", "clk:inRegion", "clk:clusterKind", "clk:managedBy")


def _summary(  # noqa: PLR0913, PLR0917, what a summary is made of
    iri: str,
    facts: Facts,
    actors: Mapping[str, frozenset[str]],
    inside: tuple[int, int] | None,
    verdicts: Verdicts | None,
    asked: Mapping[str, Decimal],
    language: str,
) -> Summary:
    kinds = dict.fromkeys(KINDS, 0)
    for classes in actors.values():
        for kind in kinds_of(classes):
            kinds[kind] += 1
    found = None if verdicts is None else verdicts.get(iri, {})
    is_cluster = facts.is_a(iri, "clk:Cluster")
    counts = {
        "critical-mass": (len(actors), 0),
        "concentration": inside or (0, 0),
        "variety": (sum(count > 0 for count in kinds.values()), len(KINDS)),
        "management": (len(facts.things(iri, "clk:managedBy")), 0),
        "field": (len(facts.things(iri, "clk:inSector")), 0),
    }
    return Summary(
        iri=iri,
        name=facts.name(iri, language),
        type=next((name for name in _TYPES if facts.is_a(iri, f"clk:{name}")), "Cluster"),
        words=_named(facts, facts.things(iri, "clk:clusterKind"), language),
        fields=_named(facts, facts.things(iri, "clk:inSector"), language),
        regions=_named(facts, facts.things(iri, "clk:inRegion"), language),
        kinds=tuple((kind, count) for kind, count in kinds.items() if count),
        actors=len(actors),
        fingerprint=_fingerprint(counts, found, asked, language) if is_cluster else None,
    )


def _named(facts: Facts, things: Iterable[str], language: str) -> tuple[tuple[str, Label], ...]:
    named = [(thing, facts.name(thing, language)) for thing in things]
    return tuple(sorted(named, key=lambda pair: locale.order(pair[1].text)))


def _fingerprint(
    counts: Mapping[str, tuple[int, int]],
    verdicts: Mapping[str, list[ox.Literal]] | None,
    asked: Mapping[str, Decimal],
    language: str,
) -> Fingerprint:
    found = []
    for name in CONDITIONS:
        value, whole = counts[name]
        shape = condition_shape(name)
        met = None if verdicts is None else shape not in verdicts
        reason = choose((verdicts or {}).get(shape, ()), language)
        share = conditions.share(name, value, whole, asked.get(name))
        mark = conditions.mark(name, whole, asked.get(name))
        found.append(Condition(name, met, value, whole, share, _short(reason), mark))
    return Fingerprint(tuple(found))


def _short(reason: Label | None) -> Label | None:
    """``The data do not show a critical mass: they name …`` → what follows the colon."""
    if reason is None:
        return None
    rest = reason.text.partition(": ")[2] or reason.text
    return Label(rest[:1].upper() + rest[1:], reason.language, reason.borrowed)


def _verdicts(reading: Reading) -> Verdicts | None:
    """Cluster → shapes it does not meet → messages; None if nothing was validated."""
    found: Verdicts = defaultdict(lambda: defaultdict(list))
    validated = False
    for row in reading.rows("verdicts", graph=reading.site.iri("graph/validation")):
        if "cluster" in row:
            messages = found[row["cluster"].value][row["shape"].value]
            message = row.get("message")
            if isinstance(message, ox.Literal):
                messages.append(message)
        validated = True
    return found if validated else None


def _inside(reading: Reading, facts: Facts) -> dict[str, tuple[int, int]]:
    """Cluster → (actors inside one of its regions, actors whose region is known)."""
    outer: dict[str, set[str]] = defaultdict(set)
    for row in reading.rows("regions-contained"):
        outer[row["inner"].value].add(row["outer"].value)
    located: dict[str, set[str]] = defaultdict(set)
    within: dict[str, set[str]] = defaultdict(set)
    for row in reading.rows("cluster-inside"):
        cluster, actor = row["cluster"].value, row["actor"].value
        located[cluster].add(actor)
        if _upwards(row["place"].value, outer) & set(facts.things(cluster, "clk:inRegion")):
            within[cluster].add(actor)
    return {cluster: (len(within[cluster]), len(actors)) for cluster, actors in located.items()}


def _upwards(place: str, outer: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [place]
    while waiting:
        region = waiting.pop()
        if region not in seen:
            seen.add(region)
            waiting += outer.get(region, ())
    return seen
