"""Names in several languages → the one to show, and whether it had to be borrowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Label", "choose", "label_of", "plain"]

_FALLBACK: Final = ("de", "en", "ru")


@dataclass(frozen=True)
class Label:
    """A text with its language; ``borrowed`` if it is not the language of the page."""

    text: str
    language: str | None = None
    borrowed: bool = False

    def __str__(self) -> str:
        """The text alone, as headings and titles of windows need it."""
        return self.text


def plain(text: str) -> Label:
    """A text that belongs to no language: a legal name, a number, a code."""
    return Label(text)


def choose(names: Iterable[object], language: str) -> Label | None:
    """The best of ``names`` (literals) for a reader of ``language``; None if there are none.

    The reader's language first, then German, English, Russian, then a text without language,
    then any other. Of several in one language the shortest is shown, so that pages are stable.
    """
    literals = [name for name in names if isinstance(name, ox.Literal)]
    if not literals:
        return None
    best = min(literals, key=lambda name: _rank(name, language))
    return label_of(best, language)


def label_of(literal: ox.Literal, language: str) -> Label:
    """One literal; what has no letters, such as a year, is at home in every language."""
    tag = literal.language
    foreign = tag is not None and tag.split("-")[0] != language
    return Label(literal.value, tag, borrowed=foreign and any(map(str.isalpha, literal.value)))


def _rank(name: ox.Literal, language: str) -> tuple[int, int, str]:
    tag = (name.language or "").split("-")[0]
    wanted = (language, *(other for other in _FALLBACK if other != language), "")
    return (wanted.index(tag) if tag in wanted else len(wanted), len(name.value), name.value)
