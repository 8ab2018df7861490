"""Lines of N-Triples and N-Quads → their terms, as SQL on the text of a line.

Only lines as they are usually written are read by SQL: one space between the terms, a space and a
full stop at the end, no characters as ``\\u`` escapes. What else the syntax allows is for a parser.
"""

from __future__ import annotations

from typing import Final

from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import XSD

__all__ = ["BLANK", "IRI", "KINDS", "TEXT", "is_usual", "plain", "renamed", "terms_of"]

KINDS: Final = ("nt", "nq")
"""The syntaxes whose lines can be read, by the suffix of their files."""

IRI: Final = r'<[^\x00-\x20<>"{}|^`\\]*>'
BLANK: Final = r"_:[^ \x00-\x1f]+"
TEXT: Final = r'"(?:[^"\\\r]|\\[tbnrf"' + r"'\\])*" + '"'
_LITERAL: Final = rf"{TEXT}(?:@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*|\^\^{IRI})?"
_TRIPLE: Final = rf"(?:{IRI}|{BLANK}) {IRI} (?:{IRI}|{BLANK}|{_LITERAL})"
_USUAL: Final = {"nt": rf"{_TRIPLE} \.", "nq": rf"{_TRIPLE}(?: {IRI}| {BLANK})? \."}
_TYPED_TEXT: Final = f"^^<{XSD}string>"


def is_usual(kind: str) -> str:
    """Whether the column ``line`` is written as usual; ``kind`` is one of KINDS."""
    return f"regexp_full_match(line, {literal(_USUAL[kind])})"


def terms_of(lines: str, kind: str, number: int | None) -> str:
    """A query for s, p and o of lines written as usual: those of a query, in the column ``line``.

    ``number`` becomes part of the names of blank nodes, so that those of different files differ;
    without a number they keep their names.
    """
    rest = (
        "left(rest, length(rest) - 2)"
        if kind == "nt"
        else f"CASE WHEN starts_with(rest, '\"') THEN regexp_extract(rest, {literal(_LITERAL)}) "
        "ELSE split_part(rest, ' ', 1) END"
    )
    words = "split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p"
    return (
        f"SELECT {renamed('s', number)} AS s, p, {renamed(plain('o'), number)} AS o FROM "
        f"(SELECT s, p, {rest} AS o FROM (SELECT s, p, substr(line, length(s) + length(p) + 3) "
        f"AS rest FROM (SELECT line, {words} FROM ({lines}))))"
    )


def plain(term: str) -> str:
    """An object without the datatype xsd:string, which a literal without one has anyway."""
    typed = literal(f'"{_TYPED_TEXT}')
    bare = f"left({term}, length({term}) - {len(_TYPED_TEXT)})"
    return f"CASE WHEN ends_with({term}, {typed}) THEN {bare} ELSE {term} END"


def renamed(term: str, number: int | None) -> str:
    """A blank node with the number of its file in its name; other terms as they are."""
    if number is None:
        return term
    renamed = f"'_:f{number}' || substr({term}, 3)"
    return f"CASE WHEN starts_with({term}, '_:') THEN {renamed} ELSE {term} END"
