"""Numbers → small charts: columns for years, dots for what sources say at different times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Chart", "Column", "Mark", "columns", "scatter", "steps"]

_WIDTH: Final = 560
_HEIGHT: Final = 240
_LEFT: Final = 64
"""Room for the numbers of the value axis."""
_BOTTOM: Final = 34
_TOP: Final = 26


@dataclass(frozen=True)
class Column:
    """One year's column."""

    x: float
    y: float
    width: float
    height: float
    year: str
    value: float
    named: bool
    """Whether the year is written below it; every other one is if there are many."""


@dataclass(frozen=True)
class Mark:
    """One value of one source at one time."""

    x: float
    y: float
    label: str
    value: float
    series: int


@dataclass(frozen=True)
class Chart:
    """Everything in units of the view box ``0 0 width height``."""

    width: int
    height: int
    columns: tuple[Column, ...]
    marks: tuple[Mark, ...]
    lines: tuple[tuple[float, float], ...]
    """(y, value) of the horizontal lines"""
    years: tuple[tuple[float, str], ...]
    """(x, year) of the names on the time axis"""


def columns(values: Sequence[tuple[str, float]]) -> Chart | None:
    """A chart of (year, value), in the order given; None without values."""
    if not values:
        return None
    top = max(1.0, *(value for _, value in values))
    scale = steps(top)
    step = (_WIDTH - _LEFT) / len(values)
    every = math.ceil(len(values) / 9)
    drawn = tuple(
        Column(
            x=_LEFT + index * step + step * 0.12,
            y=_level(value, scale[-1]),
            width=step * 0.76,
            height=_HEIGHT - _BOTTOM - _level(value, scale[-1]),
            year=year,
            value=value,
            named=index % every == 0,
        )
        for index, (year, value) in enumerate(values)
    )
    return Chart(_WIDTH, _HEIGHT, drawn, (), tuple((_level(v, scale[-1]), v) for v in scale), ())


def scatter(values: Sequence[tuple[float, float, str, int]]) -> Chart | None:
    """A chart of (year as a decimal, value, label, series); None unless two times differ."""
    times = sorted({time for time, _, _, _ in values})
    if len(times) < 2:  # noqa: PLR2004
        return None
    scale = steps(max(1.0, *(value for _, value, _, _ in values)))
    first, last = math.floor(times[0]), math.ceil(times[-1] + 0.01)
    width = _WIDTH - _LEFT - 36

    def across(time: float) -> float:
        return _LEFT + 12 + (time - first) / (last - first) * width

    marks = tuple(
        Mark(across(time), _level(value, scale[-1]), label, value, series)
        for time, value, label, series in sorted(values)
    )
    every = math.ceil((last - first) / 8)
    years = tuple((across(year), str(year)) for year in range(first, last + 1, every))
    return Chart(_WIDTH, _HEIGHT, (), marks, tuple((_level(v, scale[-1]), v) for v in scale), years)


def steps(highest: float) -> tuple[float, ...]:
    """Round numbers from 0 to at least ``highest``, three to six of them."""
    power = 10 ** math.floor(math.log10(highest))
    step = next(
        power * factor
        for factor in (0.2, 0.25, 0.5, 1, 2)
        if highest / (power * factor) <= 5  # noqa: PLR2004
    )
    return tuple(index * step for index in range(math.ceil(highest / step) + 1))


def _level(value: float, top: float) -> float:
    return _TOP + (1 - value / top) * (_HEIGHT - _BOTTOM - _TOP)
