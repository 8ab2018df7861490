"""A sentence of a report in its three languages: what is wrong, and how to repair it."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["LANGUAGES", "Sentence", "Texts"]

LANGUAGES: Final = ("de", "en", "ru")

Texts = tuple[str, str, str]


class Sentence(NamedTuple):
    """What is wrong and how to repair it, each in German, English and Russian."""

    message: Texts
    hint: Texts = ("", "", "")
