"""Files of N-Triples → their triples, as SQL: the reader of the engine cuts the lines at ``> ``.

So cut, a line is a subject and a predicate without their last character, and an object. That holds
for lines written as :mod:`clusterkg.validation.line_sql` reads them, with IRIs as subjects. A line
that begins with a blank node or has ``> `` in a text is put together again, and read there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import XSD
from clusterkg.validation.line_sql import BLANK, IRI, TEXT, is_usual, plain, renamed

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.validation.triples import Needed

__all__ = ["MARK", "OTHERWISE", "insertion"]

OTHERWISE: Final = "written in another way"
"""What the engine says of a line that is not written as usual."""
_ELSE: Final = f"ELSE error('{OTHERWISE}') END"
_PARTS: Final = ("a", "b", "c", "d", "e", "f", "g", "h")
_COLUMNS: Final = ", ".join(f"'{name}': 'VARCHAR'" for name in _PARTS)
_READ: Final = (
    f"read_csv({{file}}, columns = {{{{{_COLUMNS}}}}}, delim = '> ', quote = '', escape = '', "
    "header = false, auto_detect = false, null_padding = true, nullstr = '\n', new_line = '\\n', "
    "buffer_size = 8000000)"
)
_OPEN: Final = IRI.removesuffix(">")
"""An IRI without its last character."""
_STRING: Final = f'"^^<{XSD}string'
_TYPED: Final = rf"{_OPEN}|{TEXT}\^\^{_OPEN}"
_UNTYPED: Final = rf"(?:{TEXT}(?:@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)?|{BLANK}) \."
_OPENED: Final = "CASE WHEN ends_with({0}, '>') THEN left({0}, length({0}) - 1) ELSE {0} END"
"""A term without the sign that closes an IRI or the datatype of a literal."""
MARK: Final = f"hash({', '.join(map(_OPENED.format, 'spo'))})"
"""The hash of a triple s, p, o, the same in whatever way it was read."""
# 0: not cut as usual; else what its object is, 1 a text or a blank node, 2 an IRI or typed,
# 3 typed as xsd:string
_FORM: Final = (
    "CASE WHEN NOT starts_with(a, '<') THEN 0 WHEN d IS NULL AND ends_with(c, ' .') THEN 1 "
    f"WHEN d = '.' AND e IS NULL THEN CASE WHEN ends_with(c, {literal(_STRING)}) THEN 3 ELSE 2 END "
    "ELSE 0 END"
)


def insertion(file: Path, number: int, needed: Needed, *, trusted: bool = False) -> str:
    """The statement that puts the triples of a file into ``t(s, p, o, mark)``.

    Of triples whose predicate is not ``needed`` only the mark is kept. The statement fails for a
    line that is not written as usual, but a ``trusted`` file, which was written by a parser, is
    not looked at. ``number`` becomes part of the names of blank nodes.
    """
    word = "p || '>'" if needed is None else "k.word"
    known = "" if needed is None else f" LEFT JOIN {_known(needed)} AS k ON k.name = r.p"
    p = "p" if trusted else f"CASE WHEN {word} IS NULL THEN {_checked('p', _OPEN)} ELSE p END"
    if needed is None and not trusted:
        p = _checked("p", _OPEN)
    s = "CASE WHEN starts_with(s, '<') THEN s || '>' ELSE s END"
    o = "CASE form WHEN 0 THEN whole WHEN 2 THEN o || '>' ELSE o END"
    return (
        f"INSERT INTO t SELECT CASE WHEN word IS NOT NULL THEN {s} END, word, "
        f"CASE WHEN word IS NOT NULL THEN {o} END, hash(s, p, o) FROM (SELECT form, whole, s, o, "
        f"{word} AS word, {p} AS p FROM ({_triples(file, number, trusted=trusted)}) AS r{known})"
    )


def _known(needed: frozenset[str]) -> str:
    """The predicates in a relation: without their last character, and as values of ``t.p``."""
    rows = ", ".join(f"({literal(one[:-1])}, {literal(one)})" for one in sorted(needed))
    choice = ", ".join(map(literal, sorted(needed)))
    return (
        f"(SELECT name, CAST(word AS ENUM({choice})) AS word FROM (VALUES {rows}) AS w(name, word))"
    )


def _triples(file: Path, number: int, *, trusted: bool) -> str:
    """A query for s, p and o without the sign that closes them, the form, and a whole object."""

    def sound(column: str, pattern: str) -> str:
        return column if trusted else _checked(column, pattern)

    joined = f"concat_ws('> ', {', '.join(_PARTS)})"
    usual = "line" if trusted else f"CASE WHEN line IS NULL OR {is_usual('nt')} THEN line {_ELSE}"
    left = "(length(s) + length(p))"
    rest = f"substr(line, {left} + 3, length(line) - {left} - 4)"
    untyped = f"left({sound('c', _UNTYPED)}, length(c) - 2)"
    typed = sound("c", _TYPED)
    steps = (
        f"*, {_FORM} AS form",
        f"*, CASE WHEN form = 0 THEN {joined} END AS line",
        f"* REPLACE ({usual} AS line)",
        "*, split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p",
        f"*, {rest} AS o",
        f"*, {renamed(plain('o'), number)} AS whole",
    )
    s = f"CASE form WHEN 0 THEN {_OPENED.format(renamed('s', number))} ELSE {sound('a', _OPEN)} END"
    p = f"CASE form WHEN 0 THEN {_OPENED.format('p')} ELSE b END"
    o = (
        f"CASE form WHEN 0 THEN {_OPENED.format('whole')} WHEN 1 THEN {renamed(untyped, number)} "
        f"WHEN 2 THEN {typed} ELSE left({typed}, length(c) - {len(_STRING) - 1}) END"
    )
    query = f"{_READ.format(file=literal(str(file)))} WHERE a <> '' OR b IS NOT NULL"
    for columns in steps:
        query = f"(SELECT {columns} FROM {query})"
    return f"SELECT form, whole, {s} AS s, {p} AS p, {o} AS o FROM {query}"


def _checked(column: str, pattern: str) -> str:
    return f"CASE WHEN regexp_full_match({column}, {literal(pattern)}) THEN {column} {_ELSE}"
