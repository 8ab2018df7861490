"""Can two term maps ever make the same term? Told from what their terms begin and end with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.specialise import parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.mapping.term_plan import Sql

__all__ = ["Shape", "components", "may_be_equal", "shape_of"]


@dataclass(frozen=True)
class Shape:
    """What is known of an encoded term: how it begins and ends, or all of it (``whole``)."""

    begin: str = ""
    end: str = ""
    whole: bool = False


_NONE = Shape("", "", whole=True)


def shape_of(sql: Sql) -> Shape:
    """The shape of the terms that an expression makes."""
    if isinstance(sql, exp.Cast) and isinstance(sql.this, exp.Null):
        return _NONE
    if isinstance(sql, exp.Case):
        branches = sql.args.get("ifs") or []
        if len(branches) == 1 and sql.args.get("default") is None and sql.this is None:
            return shape_of(branches[0].args["true"])
        return Shape()
    found = parts(sql)
    first, last = found[0], found[-1]
    begin = first.name if isinstance(first, exp.Literal) else ""
    end = last.name if isinstance(last, exp.Literal) else ""
    return Shape(begin, end, whole=len(found) == 1 and isinstance(first, exp.Literal))


def may_be_equal(one: Shape, other: Shape) -> bool:
    """False if no term is of both shapes."""
    if one.whole and other.whole:
        return one.begin == other.begin
    if one.whole or other.whole:
        fixed, open_ = (one, other) if one.whole else (other, one)
        return fixed.begin.startswith(open_.begin) and fixed.begin.endswith(open_.end)
    return (one.begin.startswith(other.begin) or other.begin.startswith(one.begin)) and (
        one.end.endswith(other.end) or other.end.endswith(one.end)
    )


def components(
    shapes: list[tuple[Shape, Shape, Shape, Shape]], together: Sequence[range] = ()
) -> list[list[int]]:
    """The quads' shapes (s, p, o, g) in groups; quads of different groups are never equal.

    Each group is a list of positions; the groups stand in the order of their first members.
    Positions that belong ``together`` are of one group.
    """
    leader = list(range(len(shapes)))
    for positions in together:
        leader[positions.start : positions.stop] = [positions.start] * len(positions)

    def lead(position: int) -> int:
        while leader[position] != position:
            position = leader[position]
        return position

    same: dict[str, list[int]] = {}
    anywhere: list[int] = []
    for position, (_, predicate, _, _) in enumerate(shapes):
        near = anywhere if not predicate.whole else same.setdefault(predicate.begin, [])
        others = range(position) if not predicate.whole else (*near, *anywhere)
        for other in others:
            if lead(other) != lead(position) and all(
                map(may_be_equal, shapes[position], shapes[other])
            ):
                leader[max(lead(other), lead(position))] = min(lead(other), lead(position))
        near.append(position)
    groups: dict[int, list[int]] = {}
    for position in range(len(shapes)):
        groups.setdefault(lead(position), []).append(position)
    return list(groups.values())
