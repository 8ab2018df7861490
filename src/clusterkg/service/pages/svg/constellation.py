"""A cluster, its managements, its actors by kind and the bridges to others → a picture.

The cluster stands in the middle, actors on an arc to its left and right, grouped by kind, names
written level. Other clusters have a column of their own outside the longest name of that side.
Beyond about sixty names a kind becomes one node with its count. For phones there is a narrow one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from clusterkg.service.pages.svg.lettering import fit, width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "LETTERS",
    "SMALL_LETTERS",
    "Arc",
    "Constellation",
    "Member",
    "Node",
    "draw",
    "draw_narrow",
]

LETTERS: Final = 13.0
"""Size of the names of actors and managements, as in the style sheet."""
SMALL_LETTERS: Final = 12.0
"""Size of the names of other clusters."""

_NARROWEST: Final = 980.0
"""Width of the picture, if the names need no more."""
_ROW: Final = 22.0
_MOST: Final = 60
_ARC: Final = 150.0
"""How far from the middle an actor stands at most."""
_NAME: Final = 320.0
"""Room for the name of an actor."""
_SHORT_NAME: Final = 245.0
"""The same where both sides have a column of other clusters."""
_NAME_GAP: Final = 12.0
_BRIDGE: Final = 270.0
"""Room for the name of another cluster."""
_SHORT_BRIDGE: Final = 190.0
"""The same where both sides have such a column."""
_BRIDGE_GAP: Final = 10.0
_BETWEEN: Final = 46.0
"""From the longest name of a side to its column of other clusters."""
_MARGIN: Final = 6.0
_LEAST: Final = 300.0
"""How far a side reaches at least, so that managements can be named."""
_TOP: Final = 34.0
_LINE: Final = 26.0
_PHONE: Final = 358
"""Width of the narrow picture: a phone of 390 less its margins."""
_PHONE_MIDDLE: Final = 24.0
_PHONE_ARC: Final = 62.0
"""How far from the middle an actor stands at most in the narrow picture."""


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
    """The name as far as there is room, or a count and its kind."""
    link: str
    anchor: str
    text_x: float
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
    members: Sequence[Member],
    managements: Sequence[tuple[str, str]],
    order: Sequence[str],
    counted: Callable[[int, str], str] = "{} × {}".format,
) -> Constellation | None:
    """The constellation of ``members``; ``order`` is the order of kinds. None without members.

    ``counted`` words a kind that is not named one by one: ``24 × Company``.
    """
    if not members and not managements:
        return None
    rows = _rows(_ordered(members, order))
    cut = (len(rows) + 1) // 2
    full = all(any(member.bridges for member, _ in among) for among in (rows[:cut], rows[cut:]))
    room = (_SHORT_NAME, _SHORT_BRIDGE) if full else (_NAME, _BRIDGE)
    right, left = _Side(1, rows[:cut], counted, room), _Side(-1, rows[cut:], counted, room)
    tall = max(3, *(max(len(side.rows), len(side.bridges)) for side in (right, left)))
    spare = max(0.0, _NARROWEST - left.reach - right.reach) / 2
    top = _TOP + _LINE * len(managements)
    middle = (left.reach + spare, top + tall * _ROW / 2)
    nodes: list[Node] = []
    arcs: list[Arc] = []
    for side in (right, left):
        placed = side.actors(middle, tall)
        nodes += placed
        arcs += [Arc(node.kind, _curve(middle, (node.x, node.y))) for node in placed]
        bridges, lines = side.others(placed, middle, tall)
        nodes += bridges
        arcs += lines
    for index, (name, link) in enumerate(managements):
        x, y = middle[0], _TOP + _LINE * index
        short = fit(name, right.reach + spare - 24, LETTERS, bold=True)
        nodes.append(Node(x, y, "Management", name, short, link, "start", x + 14))
        arcs.append(Arc("Management", f"M{x:.1f} {middle[1]:.1f}L{x:.1f} {y}"))
    height = round(top + tall * _ROW + 24)
    wide = math.ceil(left.reach + right.reach + 2 * spare)
    return Constellation(wide, height, middle, tuple(nodes), tuple(arcs))


def draw_narrow(
    members: Sequence[Member],
    managements: Sequence[tuple[str, str]],
    order: Sequence[str],
    counted: Callable[[int, str], str] = "{} × {}".format,
) -> Constellation | None:
    """The same for a phone: the cluster at the left, one column of actors, no other clusters."""
    if not members and not managements:
        return None
    rows = _rows(_ordered(members, order))
    first = _TOP + _LINE * len(managements)
    last = first + _ROW * max(len(rows) - 1, 0)
    middle = (_PHONE_MIDDLE, (first + last) / 2)
    nodes: list[Node] = []
    arcs: list[Arc] = []
    for index, (name, link) in enumerate(managements):
        x, y = _PHONE_MIDDLE, _TOP / 2 + _LINE * index
        short = fit(name, _PHONE - _MARGIN - x - 14, LETTERS, bold=True)
        nodes.append(Node(x, y, "Management", name, short, link, "start", x + 14))
        arcs.append(Arc("Management", f"M{x:.1f} {middle[1]:.1f}L{x:.1f} {y}"))
    for index, (member, count) in enumerate(rows):
        y = first + index * _ROW
        lean = (y - middle[1]) / max((last - first) / 2, 1)
        x = _PHONE_MIDDLE + _PHONE_ARC * (0.6 + 0.4 * math.sqrt(max(0.0, 1 - lean * lean)))
        text_x = _PHONE_MIDDLE + _PHONE_ARC + _NAME_GAP + 4
        short = _named(member, count, counted, _PHONE - _MARGIN - text_x)
        name = member.name or short
        nodes.append(Node(x, y, member.kind, name, short, member.link, "start", text_x, count))
        arcs.append(Arc(member.kind, _curve(middle, (x, y))))
    return Constellation(_PHONE, round(last + _ROW), middle, tuple(nodes), tuple(arcs))


def _ordered(members: Sequence[Member], order: Sequence[str]) -> list[Member]:
    return sorted(members, key=lambda m: (order.index(m.kind), m.name.casefold()))


def _named(member: Member, count: int, counted: Callable[[int, str], str], room: float) -> str:
    """The name of an actor, or how many of a kind, as far as there is room."""
    if count:
        return fit(counted(count, member.kind), room, LETTERS, bold=True)
    return fit(member.name, room, LETTERS)


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


class _Side:
    """The actors on one side, ``way`` 1 for the right and -1 for the left, and what lies beyond."""

    def __init__(
        self,
        way: int,
        rows: Sequence[tuple[Member, int]],
        counted: Callable[[int, str], str],
        room: tuple[float, float],
    ) -> None:
        self.way = way
        self.rows = rows
        self.shorts = [_named(member, count, counted, room[0]) for member, count in rows]
        self._lengths = [
            width(short, LETTERS, bold=bool(count))
            for short, (_, count) in zip(self.shorts, rows, strict=True)
        ]
        self.bridges = _all_bridges([member for member, _ in rows])
        self._room = room[1]
        self._names = _ARC + _NAME_GAP + 4 + max(self._lengths, default=0.0)

    @property
    def column(self) -> float:
        """How far from the middle the other clusters stand."""
        return self._names + _BETWEEN

    @property
    def reach(self) -> float:
        """How far from the middle the last letter stands at most."""
        if not self.bridges:
            return max(self._names, _LEAST) + _MARGIN
        longest = max(width(self._short(n), SMALL_LETTERS) for n, _ in self.bridges)
        return self.column + _BRIDGE_GAP + longest + _MARGIN

    @property
    def anchor(self) -> str:
        """Where the names begin: at their mark."""
        return "start" if self.way > 0 else "end"

    def _short(self, name: str) -> str:
        return fit(name, self._room, SMALL_LETTERS)

    def actors(self, middle: tuple[float, float], tall: int) -> list[Node]:
        """The actors from top to bottom on an arc around the middle."""
        nodes = []
        start = middle[1] - (len(self.rows) - 1) * _ROW / 2
        for index, (member, count) in enumerate(self.rows):
            y = start + index * _ROW
            lean = (y - middle[1]) / max(tall * _ROW / 2, 1)
            x = middle[0] + self.way * (70 + 80 * math.sqrt(max(0.0, 1 - lean * lean * 0.9)))
            name, short = member.name or self.shorts[index], self.shorts[index]
            gap = self.way * (_NAME_GAP + (4 if count else 0))
            nodes.append(
                Node(x, y, member.kind, name, short, member.link, self.anchor, x + gap, count)
            )
        return nodes

    def others(
        self, placed: Sequence[Node], middle: tuple[float, float], tall: int
    ) -> tuple[list[Node], list[Arc]]:
        """The other clusters in their column, each near its actors, and lines to their names."""
        wanted: dict[tuple[str, str], list[int]] = {bridge: [] for bridge in self.bridges}
        for index, (member, _) in enumerate(self.rows):
            for bridge in dict.fromkeys(member.bridges):
                wanted[bridge].append(index)
        near = {
            bridge: sum(placed[index].y for index in among) / len(among)
            for bridge, among in wanted.items()
        }
        ordered = sorted(wanted, key=lambda bridge: (near[bridge], bridge))
        edges = (middle[1] - (tall - 1) * _ROW / 2, middle[1] + (tall - 1) * _ROW / 2)
        x = middle[0] + self.way * self.column
        nodes: list[Node] = []
        arcs: list[Arc] = []
        for bridge, y in zip(ordered, _spread([near[b] for b in ordered], *edges), strict=True):
            name, link = bridge
            short = self._short(name)
            text_x = x + self.way * _BRIDGE_GAP
            nodes.append(Node(x, y, "Bridge", name, short, link, self.anchor, text_x))
            for index in wanted[bridge]:
                begin = placed[index].text_x + self.way * (self._lengths[index] + 4)
                edge = middle[0] + self.way * (self._names + 4)
                arcs.append(Arc("Bridge", _level((begin, placed[index].y), edge, (x, y))))
        return nodes, arcs


def _spread(wanted: Sequence[float], top: float, bottom: float) -> list[float]:
    """Ascending places → the same, at least a row apart and as far as possible within the edges."""
    found: list[float] = []
    for place in wanted:
        found.append(max(place, found[-1] + _ROW if found else top))
    lowest = bottom
    for index in range(len(found) - 1, -1, -1):
        found[index] = min(found[index], lowest)
        lowest = found[index] - _ROW
    return found


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    bend = start[0] + (end[0] - start[0]) * 0.35
    return f"M{start[0]:.1f} {start[1]:.1f}Q{bend:.1f} {end[1]:.1f} {end[0]:.1f} {end[1]:.1f}"


def _level(start: tuple[float, float], edge: float, end: tuple[float, float]) -> str:
    """A line that stays level beside the names and bends only beyond ``edge``."""
    half = (edge + end[0]) / 2
    return (
        f"M{start[0]:.1f} {start[1]:.1f}H{edge:.1f}C{half:.1f} {start[1]:.1f} "
        f"{half:.1f} {end[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    )
