"""What is wrong with the data, as values: severity, place, message.

A finding is data, not an exception. Findings come from reading tables (sources), from the
plan (mapping) and from shapes (validation); a report lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

__all__ = ["Finding", "Origin", "Place", "Role", "Severity", "Words", "words"]


class Severity(IntEnum):
    """The three severities of SHACL, worst first when sorted in reverse."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @property
    def word(self) -> str:
        """The lower-case word used in reports: ``info``, ``warning``, ``violation``."""
        return self.name.lower()


@dataclass(frozen=True, order=True)
class Place:
    """Where in the publisher's tables: file, sheet, row, column; in a text such as RDF: its line.

    ``row`` is the row a spreadsheet shows: the header is row 1, the first record row 2.
    In JSON it is the number of the record, the first being 1.
    """

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """``organisations.csv, row 17, column plz``."""
        parts = [self.file]
        if self.sheet:
            parts.append(f"sheet {self.sheet}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


class Role(StrEnum):
    """What a cell has to do with a result of validation."""

    VALUE = "value"
    """The cell gave the value node that was refused, or one of several that clash."""
    MISSING = "missing"
    """The cell would have given a value, and is empty or cannot be used."""
    SUBJECT = "subject"
    """The cell gave the focus node itself; no column of its row gives what the shape asks for."""
    SOURCE = "source"
    """The result is about a triple that was derived or linked from what this cell gave."""


@dataclass(frozen=True)
class Origin:
    """A cell of the publisher's tables that a result of validation comes from.

    ``value`` is the cell as it stands in the file, None if there is nothing in it; ``mapping``
    the line that made a triple of it: ``pages/mapping.yarrrml.yml, line 42``.
    """

    place: Place
    value: str | None = None
    mapping: str | None = None
    role: Role = Role.VALUE


@dataclass(frozen=True)
class Words:
    """A sentence by its name, and what stands in it: what a report says in several languages.

    What stands in it may be part of a sentence again. The sentences themselves are the
    validation's, one a language and name.
    """

    name: str
    given: tuple[tuple[str, str | Words], ...] = ()


def words(name: str, /, **given: str | Words) -> Words:
    """``words("not-a-date", value="18.3.2014")``."""
    return Words(name, tuple(given.items()))


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a row or a cell, in words its owner understands.

    ``rule`` is a short stable name (``not-a-number``); ``value`` the cell as it stands;
    ``hint`` says how to repair it. ``message`` and ``hint`` are English; ``said`` names the
    sentence that says both in every language of a report. ``mapping`` is the line of the mapping
    that wanted the value: ``pages/mapping.yarrrml.yml, line 42``.
    """

    severity: Severity
    rule: str
    message: str
    place: Place | None = None
    value: str | None = None
    hint: str | None = None
    said: Words | None = None
    mapping: str | None = None

    def __str__(self) -> str:
        """``organisations.csv, row 17, column plz: '410' is not a postal code``."""
        return f"{self.place}: {self.message}" if self.place else self.message
