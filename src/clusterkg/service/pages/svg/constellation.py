"""A cluster, its managements, its actors by kind and the bridges to others → a picture.

The cluster stands in the middle, actors on an arc to its left and right, grouped by kind, names
written level. Beyond about sixty names a kind becomes one node with its count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Arc", "Constellation", "Member", "Node", "draw"]

_WIDTH: Final = 980
_ROW: Final = 22.0
_MOST: Final = 60
_LONGEST: Final = 32


@dataclass(frozen=True)
class Member:
    """An actor: its name, kind, page and the other clusters it acts in (name, page)."""

    name: str
    kind: str
    link: str
    bridges: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Node:
    """Something with a name; ``kind`` may also be ``Management`` or ``Bridge``."""

    x: float
    y: float
    kind: str
    name: str
    short: str
    link: str
    anchor: str
    count: int = 0


@dataclass(frozen=True)
class Arc:
    """A line between two nodes; ``path`` is the d of an SVG path."""

    kind: str
    path: str


@dataclass(frozen=True)
class Constellation:
    """Everything in units of the view box ``0 0 width height``."""

    width: int
    height: int
    middle: tuple[float, float]
    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]


def draw(
    members: Sequence[Member], managements: Sequence[tuple[str, str]], order: Sequence[str]
) -> Constellation | None:
    """The constellation of ``members``; ``order`` is the order of kinds. None without members."""
    if not members and not managements:
        return None
    rows = _rows(sorted(members, key=lambda m: (order.index(m.kind), m.name.casefold())))
    right, left = rows[: (len(rows) + 1) // 2], rows[(len(rows) + 1) // 2 :]
    longest = max(len(right), len(left), 3)
    top = 34 + 26 * len(managements)
    height = round(top + longest * _ROW + 40)
    middle = (_WIDTH / 2, top + longest * _ROW / 2)
    nodes: list[Node] = []
    arcs: list[Arc] = []
    for side, among in ((1, right), (-1, left)):
        placed = _side(among, side, middle, longest)
        nodes += placed
        arcs += [Arc(node.kind, _curve(middle, (node.x, node.y))) for node in placed]
        bridges, lines = _bridges(list(zip(among, placed, strict=True)), side, height)
        nodes += bridges
        arcs += lines
    for index, (name, link) in enumerate(managements):
        x, y = middle[0], 34 + 26 * index
        nodes.append(Node(x, y, "Management", name, _cut(name, 60), link, "start"))
        arcs.append(Arc("Management", f"M{middle[0]} {middle[1]:.1f}L{x} {y}"))
    return Constellation(_WIDTH, height, middle, tuple(nodes), tuple(arcs))


def _rows(members: Sequence[Member]) -> list[tuple[Member, int]]:
    """(member, 0), or for kinds that do not fit by name (stand-in, how many)."""
    if len(members) <= _MOST:
        return [(member, 0) for member in members]
    groups = {kind: list(among) for kind, among in groupby(members, key=lambda m: m.kind)}
    counted: set[str] = set()
    for kind, among in sorted(groups.items(), key=lambda group: -len(group[1])):
        if sum(len(m) for k, m in groups.items() if k not in counted) <= _MOST - len(counted):
            break
        if len(among) > 1:
            counted.add(kind)
    rows: list[tuple[Member, int]] = []
    for kind, among in groups.items():
        if kind in counted:
            rows.append((Member("", kind, "", _all_bridges(among)), len(among)))
        else:
            rows += [(member, 0) for member in among]
    return rows


def _all_bridges(members: Sequence[Member]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({bridge for member in members for bridge in member.bridges}))


def _side(
    rows: Sequence[tuple[Member, int]], side: int, middle: tuple[float, float], longest: int
) -> list[Node]:
    nodes = []
    start = middle[1] - (len(rows) - 1) * _ROW / 2
    for index, (member, count) in enumerate(rows):
        y = start + index * _ROW
        lean = (y - middle[1]) / max(longest * _ROW / 2, 1)
        x = middle[0] + side * (70 + 80 * math.sqrt(max(0.0, 1 - lean * lean * 0.9)))
        anchor = "start" if side > 0 else "end"
        short = _cut(member.name, _LONGEST)
        nodes.append(Node(x, y, member.kind, member.name, short, member.link, anchor, count))
    return nodes


def _bridges(
    placed: Sequence[tuple[tuple[Member, int], Node]], side: int, height: int
) -> tuple[list[Node], list[Arc]]:
    """The other clusters on the outer edge of one side, and lines from the actors' names."""
    wanted: dict[tuple[str, str], list[Node]] = {}
    for (member, _), node in placed:
        for bridge in member.bridges:
            wanted.setdefault(bridge, []).append(node)
    ordered = sorted(wanted.items(), key=lambda pair: sum(n.y for n in pair[1]) / len(pair[1]))
    nodes: list[Node] = []
    arcs: list[Arc] = []
    last = 0.0
    for (name, link), actors in ordered:
        y = max(sum(actor.y for actor in actors) / len(actors), last + 24)
        last = y
        x = _WIDTH - 14.0 if side > 0 else 14.0
        anchor = "end" if side > 0 else "start"
        nodes.append(Node(x, min(y, height - 12.0), "Bridge", name, _cut(name, 24), link, anchor))
        for actor in actors:
            begin = actor.x + side * (14 + 6.6 * len(actor.short or "000"))
            arcs.append(Arc("Bridge", _level((begin, actor.y), (x, min(y, height - 12.0)))))
    return nodes, arcs


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    bend = start[0] + (end[0] - start[0]) * 0.35
    return f"M{start[0]:.1f} {start[1]:.1f}Q{bend:.1f} {end[1]:.1f} {end[0]:.1f} {end[1]:.1f}"


def _level(start: tuple[float, float], end: tuple[float, float]) -> str:
    half = (start[0] + end[0]) / 2
    return (
        f"M{start[0]:.1f} {start[1]:.1f}C{half:.1f} {start[1]:.1f} "
        f"{half:.1f} {end[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    )


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
