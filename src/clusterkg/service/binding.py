"""A query with variables, and terms for some of them → the query about these terms.

The terms are written into the text, so that any SPARQL engine sees the same question and can use
its indexes. For queries from the queries folder only, never for those of strangers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import BlankNode, Literal, NamedNode

    Term = NamedNode | BlankNode | Literal

__all__ = ["bind"]

_TOKENS = re.compile(
    r"""
    (?P<skip> \#[^\n]* | <[^<>"{}|^`\\\s]*> | \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}
      | '{3}(?:[^'\\]|\\.|'(?!''))*'{3} | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | [?$](?P<variable> \w+ )
    | (?P<word> [A-Za-z]\w*(?![\w:-]) ) | (?P<mark> [(){}] )
    """,
    re.VERBOSE | re.DOTALL,
)


def bind(query: str, bindings: Mapping[str, Term] | None) -> str:
    """``query`` with every ``?name`` (or ``$name``) of ``bindings`` replaced by its term.

    In the head of a SELECT the variable stays as ``(term AS ?name)``; after GROUP BY and ORDER BY
    it becomes ``(term)``.
    """
    if not bindings:
        return query
    parts = []
    for text, name, place in _segments(query):
        if name is None or name not in bindings:
            parts.append(text)
            continue
        term = str(bindings[name])
        if place == "head":
            parts.append(f"({term} AS ?{name})")
        elif place == "modifier":
            parts.append(f"({term})")
        else:
            parts.append(term)
    return "".join(parts)


@lru_cache(maxsize=512)
def _segments(query: str) -> tuple[tuple[str, str | None, str], ...]:
    """The text cut at its variables: (text, name of the variable or None, where it stands)."""
    segments: list[tuple[str, str | None, str]] = []
    place, depth, end, previous = "pattern", 0, 0, ""
    for token in _TOKENS.finditer(query):
        if token["mark"]:
            depth += {"(": 1, ")": -1}.get(token["mark"], 0)
            if token["mark"] in "{}":
                place, depth = "pattern", 0
        elif token["word"]:
            word = token["word"].upper()
            place = _place(word, previous, place)
            previous = word
        elif token["variable"]:
            segments.append((query[end : token.start()], None, place))
            here = place if depth == 0 else "pattern"
            segments.append((token[0], token["variable"], here))
            end = token.end()
    segments.append((query[end:], None, place))
    return tuple(segments)


def _place(word: str, previous: str, place: str) -> str:
    if word == "SELECT":
        return "head"
    if word == "BY" and previous in ("GROUP", "ORDER"):
        return "modifier"
    if word in ("WHERE", "FROM", "LIMIT", "OFFSET", "HAVING", "VALUES"):
        return "pattern"
    return place
