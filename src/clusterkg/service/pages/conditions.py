"""What Porter's conditions ask for, as the shapes in the graph say: question, bar, mark.

No number of a condition is fixed here or in the texts; ``clk-shape:threshold`` of its shape is
read.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from clusterkg.service.pages import locale
from clusterkg.service.pages.kinds import CONDITIONS, KINDS, condition_shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.service.pages.reading import Reading
    from clusterkg.service.pages.texts import Texts

    Thresholds = Mapping[str, Decimal]

__all__ = ["mark", "question", "questions", "share", "thresholds"]

_HALF = Decimal("0.5")


def thresholds(reading: Reading) -> Thresholds:
    """Condition → what it asks for at least; a condition whose shape is not in the graph is out."""
    names = {condition_shape(name): name for name in CONDITIONS}
    found: dict[str, Decimal] = {}
    for row in reading.rows("thresholds", graph=reading.site.iri("graph/validation")):
        try:
            number = Decimal(row["threshold"].value)
        except InvalidOperation:
            continue
        if row["shape"].value in names and number.is_finite() and number > 0:
            found[names[row["shape"].value]] = number
    return found


def questions(asked: Thresholds, text: Texts) -> list[tuple[str, str]]:
    """(condition, its question in words), in the order of the bars."""
    return [(name, question(name, asked.get(name), text)) for name in CONDITIONS]


def question(name: str, threshold: Decimal | None, text: Texts) -> str:
    """``Nennen die Daten mindestens zehn Akteure?`` – without a number if none is known."""
    key = f"conditions.{name}.question"
    if threshold is None:
        return text(f"{key}_open")
    if name == "concentration":
        if threshold == _HALF:
            return text(f"{key}_half")
        return text(key, percent=locale.percent(round(threshold * 100), 100, text.language))
    number = int(threshold.to_integral_value(rounding="ROUND_CEILING"))
    values = {"kinds": _words(len(KINDS), text)} if name == "variety" else {}
    if number == 1:
        return text(f"{key}_one", **values)
    return text.count(key, number, words=_words(number, text), **values)


def share(name: str, value: int, whole: int, threshold: Decimal | None) -> float:
    """Length of a bar from 0 to 1.

    The critical mass is open at the top: half the bar stands for what the condition asks for.
    """
    if name in ("concentration", "variety"):
        return value / whole if whole else 0.0
    wanted = float(threshold or 1)
    if name == "critical-mass":
        return value / (value + wanted)
    return min(1.0, value / wanted)


def mark(name: str, whole: int, threshold: Decimal | None) -> float | None:
    """Where on the bar the condition begins to be met; None if that is its end or unknown."""
    if threshold is None:
        return None
    places = {
        "critical-mass": 0.5,
        "concentration": float(threshold),
        "variety": float(threshold) / whole if whole else 1.0,
    }
    place = places.get(name, 1.0)
    return place if 0 < place < 1 else None


def _words(number: int, text: Texts) -> str:
    key = f"numerals.{number}"
    return text(key) if text.has(key) else locale.integer(number, text.language)
