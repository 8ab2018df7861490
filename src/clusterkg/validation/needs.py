"""What has to be known of the data to say where a result comes from: values, or their absence.

It follows from the constraint component alone
(https://www.w3.org/TR/shacl/#core-components-constraints), never from what a shape is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from clusterkg.namespaces import SH
from clusterkg.validation.path import Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterkg.validation.constraints import Constraint, Shape
    from clusterkg.validation.path import Path
    from clusterkg.validation.report import Result

__all__ = ["Kind", "Need", "asks_shapes", "needs"]


class Kind(Enum):
    """Which triples along a path are meant."""

    VALUES = 1
    """Those that make the value, or all values."""
    CLASH = 2
    """Those that make values of the same language."""
    MISSING = 3
    """Those that are not there."""
    EITHER = 4
    """All values; if there is none, those that are not there."""


@dataclass(frozen=True)
class Need:
    """Triples from ``node`` along ``path``; with ``value`` only those that make it.

    ``languages`` are those in which a value is missing, '' is without one; None: in any.
    """

    node: str
    path: Path
    kind: Kind
    value: str | None = None
    languages: tuple[str, ...] | None = None


_ALL: Final = frozenset(("MaxCount", "QualifiedMaxCount"))
_OTHERS_WANTED: Final = frozenset(("HasValue", "QualifiedMinCount"))
_OF_TWO: Final = frozenset(("Equals", "Disjoint", "LessThan", "LessThanOrEquals"))
_LOGICAL: Final = frozenset(("And", "Or", "Xone", "Not"))
_SHAPED: Final = frozenset(("QualifiedMinCount", *_OF_TWO, *_LOGICAL))
_TYPE: Final = Predicate("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>")


def asks_shapes(result: Result) -> bool:
    """Whether what a result is about also depends on its shape, not on its component alone."""
    return _component(result) in _SHAPED


def _component(result: Result) -> str:
    return result.component.removeprefix(f"<{SH}").removesuffix("ConstraintComponent>")


def needs(result: Result, shapes: Mapping[str, Shape]) -> tuple[Need, ...]:
    """What a result is about, without its details; nothing if only its focus node is known.

    ``shapes`` are those of the shapes graph, as far as they can be known.
    """
    component = _component(result)
    shape = shapes.get(result.source_shape)
    constraints = [one for one in shape.constraints if one.component == component] if shape else []
    path = result.path
    if path is None:
        return tuple(_of_node(result.value or result.focus_node, component, constraints, shapes))
    return tuple(_of_path(result, path, component, constraints, shapes))


def _of_node(
    node: str, component: str, constraints: list[Constraint], shapes: Mapping[str, Shape]
) -> Iterator[Need]:
    if component == "Class":
        yield Need(node, _TYPE, Kind.EITHER)
    if component in _OF_TWO:
        yield from _others(node, constraints)
    if component in _LOGICAL:
        yield from _below(node, constraints, shapes)


def _of_path(
    result: Result,
    path: Path,
    component: str,
    constraints: list[Constraint],
    shapes: Mapping[str, Shape],
) -> Iterator[Need]:
    focus, value = result.focus_node, result.value
    languages = _asked_languages(constraints, shapes)
    if component == "MinCount" or languages is not None:
        yield Need(focus, path, Kind.MISSING, languages=languages)
    elif component in _OTHERS_WANTED:
        yield Need(focus, path, Kind.VALUES)
        yield Need(focus, path, Kind.MISSING)
    elif component == "UniqueLang":
        yield Need(focus, path, Kind.CLASH)
    elif component in _ALL:
        yield Need(focus, path, Kind.VALUES)
    elif value is not None:
        yield Need(focus, path, Kind.VALUES, value)
        if component in _OF_TWO:
            yield from _others(focus, constraints)
        if component in _LOGICAL:
            yield from _below(value, constraints, shapes)


def _others(node: str, constraints: list[Constraint]) -> Iterator[Need]:
    """The values of the other property that a constraint names."""
    for constraint in constraints:
        yield Need(node, Predicate(constraint.term), Kind.EITHER)


def _below(
    node: str, constraints: list[Constraint], shapes: Mapping[str, Shape], depth: int = 0
) -> Iterator[Need]:
    """What the shapes that a constraint refers to look at, beginning at a node."""
    for constraint in constraints:
        for name in constraint.terms:
            shape = shapes.get(name)
            if shape is not None:
                yield from _of_shape(node, shape, shapes, depth)


_DEEPEST: Final = 8
"""Shapes may refer to each other in circles."""


def _of_shape(node: str, shape: Shape, shapes: Mapping[str, Shape], depth: int) -> Iterator[Need]:
    if shape.path is not None:
        languages = _languages(shape, shapes)
        yield Need(node, shape.path, Kind.EITHER, languages=languages)
        return
    if depth > _DEEPEST:
        return
    for one in shape.properties:
        if one in shapes:
            yield from _of_shape(node, shapes[one], shapes, depth + 1)
    logical = [one for one in shape.constraints if one.component in {*_LOGICAL, "Node"}]
    yield from _below(node, logical, shapes, depth + 1)


# -- languages ---------------------------------------------------------------------------------


def _asked_languages(
    constraints: list[Constraint], shapes: Mapping[str, Shape]
) -> tuple[str, ...] | None:
    """The languages that qualified values have to have; None if it does not matter."""
    for constraint in constraints:
        if constraint.component == "QualifiedMinCount" and constraint.terms[0] in shapes:
            return _languages(shapes[constraint.terms[0]], shapes)
    return None


def _languages(shape: Shape, shapes: Mapping[str, Shape], depth: int = 0) -> tuple[str, ...] | None:
    """The languages of the literals that a shape allows; None if it says nothing of them."""
    for constraint in shape.constraints if depth <= _DEEPEST else ():
        inner = [shapes[one] for one in constraint.terms if one in shapes]
        if constraint.component == "LanguageIn":
            return constraint.terms
        if constraint.component == "Datatype":
            return None if constraint.term.endswith("#langString>") else ("",)
        if constraint.component in {"Or", "Xone"}:
            some = [_languages(one, shapes, depth + 1) for one in inner]
            if some and all(one is not None for one in some):
                return tuple(dict.fromkeys(tag for one in some for tag in one or ()))
        if constraint.component in {"And", "Node"}:
            for one in inner:
                found = _languages(one, shapes, depth + 1)
                if found is not None:
                    return found
    return None
