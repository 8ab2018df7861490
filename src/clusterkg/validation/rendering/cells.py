"""What a cell has to do with a result, in words: ``missing in people.csv, row 3, column born``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from clusterkg.findings import Role
from clusterkg.validation.finding_wording import LANGUAGES, PHRASES, place_text

if TYPE_CHECKING:
    from clusterkg.findings import Origin

__all__ = ["cell_text", "mapping_text", "quoted", "role_text"]

_ROLES: Final = {
    Role.VALUE: ("steht in {}", "stands in {}", "стоит в: {}"),
    Role.MISSING: ("fehlt in {}", "missing in {}", "отсутствует в: {}"),
    Role.SUBJECT: ("betrifft {}", "about {}", "относится к: {}"),
    Role.SOURCE: ("abgeleitet aus {}", "derived from {}", "получено из: {}"),
}
_UNUSABLE: Final = (
    "nicht verwendbar in {}",
    "cannot be used in {}",
    "не может быть использовано в: {}",
)
_NO_COLUMN: Final = (
    "keine Spalte gibt die Angabe",
    "no column gives the value",
    "ни один столбец не даёт значения",
)
_HERE: Final = {
    Role.VALUE: ("", "", ""),
    Role.MISSING: (
        "hier fehlt die Angabe, oder sie ist nicht verwendbar",
        "the value is missing here, or cannot be used",
        "здесь нет значения или оно не может быть использовано",
    ),
    Role.SUBJECT: (
        "betrifft, was hier genannt ist; keine Spalte gibt die Angabe",
        "about what is named here; no column gives the value",
        "относится к названному здесь; ни один столбец не даёт значения",
    ),
    Role.SOURCE: ("hieraus abgeleitet", "derived from this", "получено отсюда"),
}
_QUOTES: Final = ("„{}“", "'{}'", "«{}»")
_LINE: Final = re.compile(r"(.*), line (\d+)")
_LONGEST: Final = 80


def cell_text(origin: Origin, language: str) -> str:
    """``stands in people.csv, row 3, column born: '1.4.1990'``."""
    at = LANGUAGES.index(language)
    role = _ROLES[origin.role]
    if origin.role is Role.MISSING and origin.value:
        role = _UNUSABLE
    told = role[at].format(place_text(origin.place, language))
    told = f"{told}: {quoted(origin.value, language)}" if origin.value else told
    return f"{told}; {_NO_COLUMN[at]}" if origin.role is Role.SUBJECT else told


def role_text(role: Role, language: str) -> str:
    """The same beside the cell itself; nothing where its value is what is refused."""
    return _HERE[role][LANGUAGES.index(language)]


def mapping_text(origin: Origin, language: str) -> str:
    """``pages/mapping.yarrrml.yml, Zeile 42``; nothing if it is not known."""
    told = _LINE.fullmatch(origin.mapping or "")
    if told is None:
        return origin.mapping or ""
    line = PHRASES["line"][LANGUAGES.index(language)]
    return line.format(file=told[1], line=told[2])


def quoted(value: str, language: str) -> str:
    """A cell in the quotation marks of the language, on one line and not too long."""
    text = " ".join(value.split())
    cut = f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
    return _QUOTES[LANGUAGES.index(language)].format(cut)
