"""Shapes that ask no more of a node than how many values it has, or for one that it has to have.

Which nodes do not conform to them is read from the triples of a property, without a relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.validation.path import Predicate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.validation.checks import Joins
    from clusterkg.validation.constraints import Constraint, Shape

__all__ = ["Counting", "countings", "does_not_conform"]

_COUNTED: Final = frozenset(("MinCount", "MaxCount", "HasValue"))


@dataclass(frozen=True)
class Counting:
    """A constraint of a property shape on the values of one property (an IRI in N-Triples text)."""

    shape: str
    constraint: Constraint
    step: str

    @property
    def always_holds(self) -> bool:
        """Whether no node breaks it."""
        return self.constraint.component == "MinCount" and self.constraint.count < 1


def countings(node: str, shapes: Mapping[str, Shape]) -> tuple[Counting, ...] | None:
    """All that a shape asks for, or None if it asks for more than numbers and single values."""
    shape = shapes[node]
    if shape.deactivated:
        return ()
    if shape.path is None:
        parts = [countings(one, shapes) for one in shape.properties]
        known = [part for part in parts if part is not None]
        if shape.constraints or len(known) < len(parts):
            return None
        return tuple(dict.fromkeys(one for part in known for one in part))
    if not isinstance(shape.path, Predicate) or shape.properties:
        return None
    if any(one.component not in _COUNTED for one in shape.constraints):
        return None
    made = [Counting(node, one, shape.path.iri) for one in shape.constraints]
    return tuple(one for one in made if not one.always_holds)


def does_not_conform(asked: tuple[Counting, ...], joins: Joins, among: str = "") -> str:
    """The condition that a value breaks one of them; ``among`` limits the subjects of triples."""
    return " OR ".join(_broken(one, joins, among) for one in asked) or "false"


def _broken(one: Counting, joins: Joins, among: str) -> str:
    count = one.constraint.count
    if one.constraint.component == "HasValue":
        which = f"p = {literal(one.step)}{among} AND o = {literal(one.constraint.term)}"
        return f"NOT ({joins.has(f'(SELECT s AS node FROM t WHERE {which})')})"
    if one.constraint.component == "MinCount":
        return f"NOT ({joins.reach(count, one.step, among)})"
    return joins.reach(count + 1, one.step, among)
