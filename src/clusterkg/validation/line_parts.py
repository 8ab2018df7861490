"""Files of N-Triples → their triples, as SQL: the reader of the engine cuts the lines at ``> ``.

So cut, a line is a subject and a predicate without their last character, and an object. That holds
for lines written as :mod:`clusterkg.validation.line_sql` reads them, with IRIs as subjects. A line
that begins with a blank node or has ``> `` in a text is put together again, and read there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import XSD
from clusterkg.validation.line_sql import BLANK, IRI, TEXT, renamed

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.validation.triples import Needed

__all__ = ["MARK", "ODD", "OTHERWISE", "insertion", "unsound"]

OTHERWISE: Final = "written in another way"
"""What the engine says of a line that is not written as usual."""
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
_TYPED: Final = rf"{TEXT}\^\^{_OPEN}"
_UNTYPED: Final = rf"(?:{TEXT}(?:@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)?|{BLANK}) \."
_OPENED: Final = "CASE WHEN ends_with({0}, '>') THEN left({0}, -1) ELSE {0} END"
"""A term without the sign that closes an IRI or the datatype of a literal."""
MARK: Final = f"hash({', '.join(map(_OPENED.format, 'spo'))})"
"""The hash of a triple s, p, o, the same in whatever way it was read."""
ODD: Final = "mark IS NULL"
"""Holds for a row of ``t`` that is a line as it stands, in the column o."""
# 0: not cut as usual; else what its object is, 1 a text or a blank node, 2 an IRI or typed,
# 3 typed as xsd:string
_FORM: Final = (
    "CASE WHEN NOT starts_with(a, '<') THEN 0 WHEN d IS NULL AND ends_with(c, ' .') THEN 1 "
    f"WHEN d = '.' AND e IS NULL THEN CASE WHEN ends_with(c, {literal(_STRING)}) THEN 3 ELSE 2 END "
    "ELSE 0 END"
)


def insertion(file: Path, number: int, needed: Needed) -> str:
    """The statement that puts the triples of a file into ``t(s, p, o, mark)``.

    Of triples whose predicate is not ``needed`` only the mark is kept. Lines that the reader does
    not cut as usual become rows that are ODD. The statement fails for a text or a datatype that is
    not written as usual; whether all IRIs are sound is asked by ``unsound``. ``number`` becomes
    part of the names of blank nodes.
    """
    word = "b || '>'" if needed is None else "k.word"
    known = "" if needed is None else f" LEFT JOIN {_known(needed)} AS k ON k.name = r.b"
    cut = f"SELECT *, {_FORM} AS form FROM {_READ.format(file=literal(str(file)))}"
    o = (
        f"CASE form WHEN 1 THEN {renamed('left(c, -2)', number)} WHEN 2 THEN c "
        f"WHEN 3 THEN left(c, {1 - len(_STRING)}) END"
    )
    rows = (
        f"SELECT *, CASE WHEN form > 0 THEN {word} END AS word, {o} AS o FROM "
        f"({cut} WHERE a <> '' OR b IS NOT NULL) AS r{known}"
    )
    line = f"concat_ws('> ', {', '.join(_PARTS)})"
    return (
        "INSERT INTO t SELECT CASE WHEN word IS NOT NULL THEN a || '>' END, word, "
        f"CASE WHEN form = 0 THEN {line} WHEN word IS NULL THEN NULL WHEN form = 2 THEN o || '>' "
        f"ELSE o END, CASE WHEN form = 0 THEN NULL WHEN {_sound(needed)} THEN hash(a, b, o) "
        f"ELSE error('{OTHERWISE}') END FROM ({rows})"
    )


def unsound(needed: Needed, first: int) -> str:
    """A query for IRIs of ``t``, from that row on, which are not written as usual.

    Each is looked at once, as most of them are there many times. They are told apart by their
    hashes, which takes half the time and the memory that texts take.
    """
    columns = "so" if needed else "spo"
    return " UNION ALL ".join(
        f"SELECT any_value({one}) FROM t WHERE rowid >= {first} AND starts_with({one}, '<') "
        f"GROUP BY hash({one}) HAVING NOT {_is(f'any_value({one})', IRI)}"
        for one in columns
    )


def _sound(needed: Needed) -> str:
    """The condition that a line is written as usual, but for IRIs that will stand in ``t``."""
    texts = (
        f"CASE form WHEN 1 THEN {_is('c', _UNTYPED)} "
        f"ELSE starts_with(c, '<') OR {_is('c', _TYPED)} END"
    )
    if needed is None:
        return texts
    value = f"(NOT starts_with(c, '<') OR {_is('c', _OPEN)})"
    iris = f"{_is('a', _OPEN)} AND {_is('b', _OPEN)} AND {value}"
    return f"{texts} AND (word IS NOT NULL OR ({iris}))"


def _known(needed: frozenset[str]) -> str:
    """The predicates in a relation: without their last character, and as values of ``t.p``."""
    rows = ", ".join(f"({literal(one[:-1])}, {literal(one)})" for one in sorted(needed))
    choice = ", ".join(map(literal, sorted(needed)))
    return (
        f"(SELECT name, CAST(word AS ENUM({choice})) AS word FROM (VALUES {rows}) AS w(name, word))"
    )


def _is(column: str, pattern: str) -> str:
    return f"regexp_full_match({column}, {literal(pattern)})"
