"""Lines of N-Triples and N-Quads → their terms, as SQL on the text of a line.

Only lines as they are usually written are read by SQL: one space between the terms, a space and a
full stop at the end, no characters as ``\\u`` escapes. What else the syntax allows is for a parser.
"""

from __future__ import annotations

from typing import Final

from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import XSD

__all__ = ["KINDS", "is_usual", "terms_of"]

KINDS: Final = ("nt", "nq")
"""The syntaxes whose lines can be read, by the suffix of their files."""

_IRI: Final = r'<[^\x00-\x20<>"{}|^`\\]*>'
_BLANK: Final = r"_:[^ \x00-\x1f]+"
_TEXT: Final = r'"(?:[^"\\\r]|\\[tbnrf"' + r"'\\])*" + '"'
_LITERAL: Final = rf"{_TEXT}(?:@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*|\^\^{_IRI})?"
_TRIPLE: Final = rf"(?:{_IRI}|{_BLANK}) {_IRI} (?:{_IRI}|{_BLANK}|{_LITERAL})"
_USUAL: Final = {"nt": rf"{_TRIPLE} \.", "nq": rf"{_TRIPLE}(?: {_IRI}| {_BLANK})? \."}
_TYPED_TEXT: Final = f"^^<{XSD}string>"


def is_usual(kind: str) -> str:
    """Whether the column ``line`` is written as usual; ``kind`` is one of KINDS."""
    return f"regexp_full_match(line, {literal(_USUAL[kind])})"


def terms_of(lines: str, kind: str, number: int) -> str:
    """A query for s, p and o of lines written as usual: those of a query, in the column ``line``.

    ``number`` becomes part of the names of blank nodes, so that those of different files differ.
    """
    rest = (
        "left(rest, length(rest) - 2)"
        if kind == "nt"
        else f"CASE WHEN starts_with(rest, '\"') THEN regexp_extract(rest, {literal(_LITERAL)}) "
        "ELSE split_part(rest, ' ', 1) END"
    )
    typed = literal(f'"{_TYPED_TEXT}')
    plain = (
        f"CASE WHEN ends_with(o, {typed}) THEN left(o, length(o) - {len(_TYPED_TEXT)}) ELSE o END"
    )
    return (
        f"SELECT {_renamed('s', number)} AS s, p, {_renamed(plain, number)} AS o FROM (SELECT s, "
        f"p, {rest} AS o FROM (SELECT s, p, substr(line, length(s) + length(p) + 3) AS rest FROM "
        "(SELECT line, split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p FROM "
        f"({lines}))))"
    )


def _renamed(term: str, number: int) -> str:
    """A blank node with the number of its file in its name; other terms as they are."""
    renamed = f"'_:f{number}' || substr({term}, 3)"
    return f"CASE WHEN starts_with({term}, '_:') THEN {renamed} ELSE {term} END"
