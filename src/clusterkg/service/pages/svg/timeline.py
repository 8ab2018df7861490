"""Dated events → their places on an axis of years."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Moment", "Timeline", "draw", "year_of"]

_WIDTH: Final = 640
_HEIGHT: Final = 74
_AXIS: Final = 40.0
_ISO: Final = 10


@dataclass(frozen=True)
class Moment:
    """One event on the axis."""

    x: float
    y: float
    number: int
    """Number of the event in the list below the picture, from 1."""


@dataclass(frozen=True)
class Timeline:
    """Everything in units of the view box ``0 0 width height``."""

    width: int
    height: int
    axis: float
    moments: tuple[Moment, ...]
    years: tuple[tuple[float, str], ...]


def draw(dates: Sequence[str | None]) -> Timeline | None:
    """ISO dates in the order of the list → a Timeline; None unless two of them differ."""
    times = [(number, year_of(date)) for number, date in enumerate(dates, 1) if date]
    known = [(number, time) for number, time in times if time is not None]
    if len({time for _, time in known}) < 2:  # noqa: PLR2004
        return None
    first = math.floor(min(time for _, time in known))
    last = math.ceil(max(time for _, time in known) + 0.01)

    def across(time: float) -> float:
        return 24 + (time - first) / (last - first) * (_WIDTH - 48)

    moments: list[Moment] = []
    for number, time in sorted(known, key=lambda pair: pair[1]):
        x = across(time)
        crowd = sum(abs(moment.x - x) < 20 for moment in moments)  # noqa: PLR2004
        moments.append(Moment(x, _AXIS - 12.0 * (crowd % 3) * (1 if crowd else 0), number))
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (last - first) / step <= 8)  # noqa: PLR2004
    begin = math.ceil(first / every) * every
    years = tuple((across(year), str(year)) for year in range(begin, last + 1, every))
    return Timeline(_WIDTH, _HEIGHT, _AXIS, tuple(moments), years)


def year_of(date: str) -> float | None:
    """``2014-03-18`` → 2014.21, ``2014`` → 2014.0; None for what is no date."""
    parts = date[:_ISO].split("-")
    if not parts[0].isdigit() or not all(part.isdigit() for part in parts[1:]):
        return None
    month = int(parts[1]) if len(parts) > 1 else 1
    day = int(parts[2]) if len(parts) > 2 else 1  # noqa: PLR2004
    return int(parts[0]) + (month - 1) / 12 + (day - 1) / 365
