"""Terms as N-Triples text: their kinds and parts, and what people read.

Everywhere a term is its N-Triples text (``<iri>``, ``"text"@de``, ``_:b``),
as in the quads relation. Lexical forms are kept: ``"01"^^xsd:integer`` stays as it was written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from clusterkg.errors import GraphError
from clusterkg.namespaces import PREFIXES, XSD

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "is_blank",
    "is_iri",
    "is_literal",
    "literal_text",
    "parse_term",
    "plain",
    "short",
]

_LITERAL: Final = re.compile(
    r'"([^"\\]*(?:\\.[^"\\]*)*)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^<([^>]*)>)?', re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_WRITTEN: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
_STRING: Final = f"{XSD}string"
_NONE: Final[Mapping[str, str]] = {}
_NAMES: Final = {start: name for name, start in reversed(PREFIXES.items())}
_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def is_iri(term: str) -> bool:
    """Whether the N-Triples text is an IRI."""
    return term.startswith("<")


def is_blank(term: str) -> bool:
    """Whether the N-Triples text is a blank node."""
    return term.startswith("_:")


def is_literal(term: str) -> bool:
    """Whether the N-Triples text is a literal."""
    return term.startswith('"')


def parse_term(text: str) -> tuple[str, str | None, str | None]:
    """The parts of an N-Triples term: (value, language, datatype); IRIs and blank nodes bare.

    Raises GraphError if the text is no term.
    """
    if text.startswith("<") and text.endswith(">"):
        return _unescaped(text[1:-1]) if "\\" in text else text[1:-1], None, None
    if text.startswith("_:"):
        return text[2:], None, None
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise GraphError(f"'{text}' is not a term in N-Triples")
    value, language, datatype = match.groups()
    return _unescaped(value) if "\\" in value else value, language, datatype


def literal_text(value: str, language: str | None = None, datatype: str | None = None) -> str:
    """A literal in N-Triples text; ``datatype`` is its IRI, bare."""
    text = f'"{value.translate(_WRITTEN)}"'
    if language:
        return f"{text}@{language}"
    if datatype is None or str(datatype) == _STRING:
        return text
    return f"{text}^^<{datatype}>"


def plain(term: str) -> str:
    """The bare value of a term: the IRI, the text of a literal, ``_:b`` of a blank node."""
    return term if is_blank(term) else parse_term(term)[0]


def short(term: str, prefixes: Mapping[str, str] = _NONE) -> str:
    """A term for people: IRIs by their usual prefix or one of ``prefixes``, literals in quotes."""
    if is_blank(term):
        return term
    value, language, datatype = parse_term(term)
    if is_iri(term):
        return _prefixed(value, prefixes)
    if language:
        return f'"{value}"@{language}'
    return f'"{value}"^^{_prefixed(datatype, prefixes)}' if datatype else f'"{value}"'


def _prefixed(iri: str, prefixes: Mapping[str, str]) -> str:
    start = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
    if start in _NAMES and _LOCAL.fullmatch(iri[len(start) :]):
        return f"{_NAMES[start]}:{iri[len(start) :]}"
    for name, start in prefixes.items():
        if iri.startswith(start) and _LOCAL.fullmatch(iri[len(start) :]):
            return f"{name}:{iri[len(start) :]}"
    return f"<{iri}>"


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_unescape, text)


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
