"""Results of validation → the triples that they are about → the cells these came from.

Of a value that is refused it is the last triple of the path that made it; of values that clash all
of them; of a value that is missing the first step of the path that leads nowhere. A result without
a path is about the node itself, or about what the shapes below it ask of it. What no triples map
makes was derived or linked: then it is the cells of the nodes that a triple connects. Nothing is
asked of the tables unless there are results, and what several results ask is asked once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clusterkg.findings import Origin, Place, Role
from clusterkg.mapping.tracing import Asked, Found, Missing, trace
from clusterkg.validation.constraints import read_constraints
from clusterkg.validation.needs import Kind, asks_shapes, needs
from clusterkg.validation.path import Alternative, Path, Predicate, Repeated, Sequence
from clusterkg.validation.shapes import read_shapes
from clusterkg.validation.terms import parse_term
from clusterkg.validation.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path as FilePath

    from clusterkg.mapping.tracing import Tables
    from clusterkg.validation.constraints import Shape
    from clusterkg.validation.needs import Need
    from clusterkg.validation.report import Report, Result
    from clusterkg.validation.walk import Quad

__all__ = ["traced"]


def traced(report: Report, tables: Tables, shape_files: Collection[FilePath]) -> Report:
    """The same report, its results with their origins; the shapes are those of the files."""
    if not report.results:
        return report
    shapes = _shapes(report.results, shape_files)
    walk = Walk(tables.connection)
    wanted = {id(one): needs(one, shapes) for one in _all(report.results)}
    about = _about(walk, {need for some in wanted.values() for need in some})
    asked = _asked(about.values())
    nodes = frozenset(one.focus_node for one in _all(report.results) if _is_unsure(wanted[id(one)]))
    tracing = _Tracing(wanted, about, trace(tables, replace(asked, nodes=nodes)))
    further = tracing.nodes(report.results) - nodes
    tracing.rest = trace(tables, Asked(nodes=further)) if further else Found()
    return replace(report, results=tuple(map(tracing.result, report.results)))


def _shapes(results: Iterable[Result], files: Collection[FilePath]) -> Mapping[str, Shape]:
    """The shapes as values, if a result cannot be understood without them."""
    if not any(asks_shapes(result) for result in _all(results)):
        return {}
    shapes = read_shapes(tuple(files))
    return read_constraints(shapes.graph, shapes.nodes, "")


def _is_unsure(some: Iterable[Need]) -> bool:
    """Whether it may be that only the focus node itself can be traced."""
    return all(need.kind in {Kind.MISSING, Kind.EITHER} for need in some)


def _all(results: Iterable[Result]) -> Iterator[Result]:
    for result in results:
        yield result
        yield from _all(result.details)


# -- which triples -----------------------------------------------------------------------------


@dataclass
class _About:
    """The triples of a need that are there, those that are missing, and those that lead there."""

    quads: set[Quad] = field(default_factory=set)
    missing: set[Missing] = field(default_factory=set)
    leading: set[Quad] = field(default_factory=set)


def _about(walk: Walk, wanted: Collection[Need]) -> dict[Need, _About]:
    by_path: dict[Path, list[Need]] = defaultdict(list)
    for need in wanted:
        by_path[need.path].append(need)
    found: dict[Need, _About] = {}
    for path, some in by_path.items():
        reached = walk.along(path, {need.node for need in some})
        lacking = []
        for need in some:
            about = found[need] = _About()
            values = reached[need.node]
            if need.kind is Kind.MISSING or (need.kind is Kind.EITHER and not values):
                lacking.append(need)
            else:
                about.quads = _chosen(need, values)
        for node, about in _lacking(walk, path, lacking).items():
            for need in lacking:
                if need.node == node:
                    found[need] = _in_languages(about, need.languages)
    return found


def _in_languages(about: _About, languages: tuple[str, ...] | None) -> _About:
    missing = {replace(one, languages=languages) for one in about.missing}
    return _About(set(), missing, about.leading)


def _chosen(need: Need, values: Mapping[str, set[Quad]]) -> set[Quad]:
    """The triples of a need among all that the path leads to."""
    if need.value is not None:
        return values.get(need.value, set())
    if need.kind is Kind.CLASH:
        tags: dict[str, list[str]] = defaultdict(list)
        for value in values:
            tag = parse_term(value)[1] if value.startswith('"') else None
            if tag:
                tags[tag.lower()].append(value)
        clashing = {value for some in tags.values() if len(some) > 1 for value in some}
        return {quad for value in clashing for quad in values[value]}
    return {quad for last in values.values() for quad in last}


def _lacking(walk: Walk, path: Path, lacking: Iterable[Need]) -> dict[str, _About]:
    """For each node the first steps of the path that lead nowhere."""
    nodes = {need.node for need in lacking}
    return {node: _stuck(walk, path, node) for node in sorted(nodes)}


def _stuck(walk: Walk, path: Path, node: str) -> _About:
    found = _About()
    if isinstance(path, Predicate):
        found.missing.add(Missing(node, path.iri))
    elif isinstance(path, Alternative):
        for choice in path.choices:
            _add(found, _stuck(walk, choice, node))
    elif isinstance(path, Repeated) and path.sign == "+":
        found = _stuck(walk, path.path, node)
    elif isinstance(path, Sequence):
        reached: dict[str, set[Quad]] = {node: set()}
        for number, step in enumerate(path.steps):
            ends = walk.along(step, reached)
            last = number == len(path.steps) - 1
            for middle, before in reached.items():
                if last or not ends[middle]:
                    found.leading |= before
                    _add(found, _stuck(walk, step, middle))
            reached = {value: by for some in ends.values() for value, by in some.items()}
            if found.missing and not last:
                break
    return found


def _add(found: _About, more: _About) -> None:
    found.missing |= more.missing
    found.leading |= more.leading


def _asked(about: Iterable[_About]) -> Asked:
    quads: set[Quad] = set()
    missing: set[Missing] = set()
    for one in about:
        quads |= one.quads | one.leading
        missing |= one.missing
    return Asked(frozenset(quads), frozenset(missing))


# -- origins of results ------------------------------------------------------------------------


@dataclass
class _Tracing:
    """What is known of the needs of results; ``rest`` of nodes that were asked for later."""

    wanted: Mapping[int, tuple[Need, ...]]
    about: Mapping[Need, _About]
    first: Found
    rest: Found = field(default_factory=Found)

    def nodes(self, results: Iterable[Result]) -> frozenset[str]:
        """The nodes whose own cells have to stand for what is not known otherwise."""
        found: set[str] = set()
        for result in _all(results):
            if not self._known(result):
                found.add(result.focus_node)
            for quad in self._derived(result):
                found |= {node for node in (quad[0], quad[2]) if not node.startswith('"')}
        return frozenset(found)

    def result(self, result: Result) -> Result:
        """The result and its details with their origins; what details say comes first."""
        details = tuple(map(self.result, result.details))
        own = self._known(result)
        own += [
            replace(origin, role=Role.SOURCE)
            for quad in self._derived(result)
            for node in (quad[0], quad[2])
            for origin in self._cells(node)
        ]
        telling = [one for one in details if any(o.role is not Role.SUBJECT for o in one.origins)]
        origins = [origin for detail in telling for origin in detail.origins] + own
        if not origins:
            origins += self._cells(result.focus_node)
        return result._replace(details=details, origins=_once(origins))

    def _cells(self, node: str) -> tuple[Origin, ...]:
        return self.first.nodes.get(node) or self.rest.nodes.get(node) or ()

    def _known(self, result: Result) -> list[Origin]:
        found: list[Origin] = []
        for about in self._abouts(result):
            lacking = [
                origin
                for one in sorted(about.missing, key=repr)
                for origin in self.first.missing.get(one, ())
            ]
            leading = [
                origin
                for quad in sorted(about.leading)
                for origin in self.first.quads.get(quad, ())
            ]
            if lacking:
                leading = [replace(origin, role=Role.SOURCE) for origin in leading]
            found += [
                *(o for quad in sorted(about.quads) for o in self.first.quads.get(quad, ())),
                *lacking,
                *leading,
            ]
        return found

    def _derived(self, result: Result) -> list[Quad]:
        """The triples that no triples map has made."""
        return [
            quad
            for about in self._abouts(result)
            for quad in sorted(about.quads | about.leading)
            if quad not in self.first.quads
        ]

    def _abouts(self, result: Result) -> Iterator[_About]:
        return (self.about[need] for need in self.wanted[id(result)])


_ORDER = {role: number for number, role in enumerate(Role)}


def _once(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """Each cell once, by what it has to do with the result: the most direct first."""
    found: dict[Place, Origin] = {}
    for origin in sorted(origins, key=lambda one: _ORDER[one.role]):
        found.setdefault(origin.place, origin)
    return tuple(found.values())
