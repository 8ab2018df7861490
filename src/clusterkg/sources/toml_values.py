"""TOML table → typed values; every getter names file, key, what is there, what was expected."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from clusterkg.errors import SourceError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["TomlTable"]

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_WORDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "a text"),
    (int, "a number"),
    (float, "a number"),
    (list, "a list"),
    (dict, "a table"),
    (datetime, "a date with a time"),
    (date, "a date"),
)


@dataclass(frozen=True)
class TomlTable:
    """One table of a TOML file: where it stands and what it holds.

    ``at`` is the file as people know it, ``path`` the dotted keys that lead here. Every getter
    raises SourceError if the value is missing (and required) or of another kind.
    """

    at: str
    values: Mapping[str, Any]
    path: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)

    def problem(self, what: str, hint: str | None = None) -> SourceError:
        """An error of this file."""
        return SourceError(what, at=self.at, hint=hint)

    def name(self, key: str) -> str:
        """The key with the tables it stands in: ``tables.organisations.file``."""
        return f"{self.path}.{key}" if self.path else key

    def only(self, known: Iterable[str]) -> None:
        """Raise SourceError at the first key that is not ``known``."""
        known = tuple(known)
        for key in self.values:
            if key not in known:
                raise self.problem(f"unknown key '{self.name(key)}'", did_you_mean(key, known))

    def requires(self, keys: Iterable[str]) -> None:
        """Raise SourceError if one of ``keys`` is missing, naming all that are."""
        missing = [key for key in keys if key not in self.values]
        if missing:
            named = ", ".join(f"'{self.name(key)}'" for key in missing)
            noun = "keys" if len(missing) > 1 else "key"
            raise self.problem(f"missing {noun} {named}", self._example(missing[0]))

    def text(self, key: str) -> str:
        """A text that is not blank."""
        value = self.values[key]
        if not isinstance(value, str):
            raise self._wrong(key, value, "a text")
        if not value.strip():
            raise self.problem(f"'{self.name(key)}' is empty, expected a text", self._example(key))
        return value

    def optional_text(self, key: str) -> str | None:
        """A text, or None if the key is not there."""
        return self.text(key) if key in self.values else None

    def iri(self, key: str) -> str:
        """An absolute IRI."""
        value = self.text(key)
        if not _IRI.fullmatch(value):
            raise self.problem(
                f"'{self.name(key)}' is '{value}', expected an IRI", self._example(key)
            )
        return value

    def iris(self, key: str) -> tuple[str, ...]:
        """One or more absolute IRIs, written as a list."""
        found = self.texts(key)
        for value in found:
            if not _IRI.fullmatch(value):
                raise self.problem(
                    f"'{self.name(key)}' lists '{value}', expected an IRI", self._example(key)
                )
        if not found:
            raise self.problem(f"'{self.name(key)}' is an empty list", self._example(key))
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; () if the key is not there."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self._wrong(key, value, "a list of texts")
        for part in value:
            if not isinstance(part, str):
                raise self._wrong(key, part, "a list of texts")
        return tuple(value)

    def numbers(self, key: str) -> tuple[int, int]:
        """Two whole numbers, least and greatest."""
        value = self.values[key]
        whole = isinstance(value, list) and all(type(part) is int and part >= 0 for part in value)
        if not whole or len(value) != 2 or value[0] > value[1]:  # noqa: PLR2004
            raise self.problem(
                f"'{self.name(key)}' is {value}, expected the least and the greatest number",
                self._example(key),
            )
        return value[0], value[1]

    def day(self, key: str) -> date:
        """A TOML date, written without quotes."""
        value = self.values[key]
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._wrong(key, value, "a date")
        return value

    def is_true(self, key: str) -> bool:
        """``true`` or ``false``, written without quotes; false if the key is not there."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, value, "true or false")
        return value

    def table(self, key: str) -> TomlTable:
        """A table inside this one; an empty one if the key is not there."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, value, "a table")
        return TomlTable(self.at, value, self.name(key), self.examples)

    def by_key(self) -> dict[str, str]:
        """All keys with their texts."""
        return {key: self.text(key) for key in self.values}

    def _wrong(self, key: str, value: object, expected: str) -> SourceError:
        kind = next((word for type_, word in _WORDS if isinstance(value, type_)), "something else")
        shown = f"'{value}'" if isinstance(value, str) else kind
        return self.problem(
            f"'{self.name(key)}' is {shown}, expected {expected}", self._example(key)
        )

    def _example(self, key: str) -> str | None:
        example = self.examples.get(key)
        return f"For instance: {example}" if example else None
