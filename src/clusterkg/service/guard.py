"""A stranger's query → what it may not do, judged by the parser that will run it.

A word like SERVICE may stand in a comment, a string, an IRI or a name, where it is harmless.
Finding out with a second grammar invites gaps between the two. Instead the word is replaced
everywhere by one that means nothing: if the query is still SPARQL, the word was no keyword.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

__all__ = [
    "MalformedError",
    "ServiceRefusedError",
    "check_service",
    "in_short",
    "is_graph",
    "states_dataset",
]

_ESCAPE = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_CALL = re.compile(
    r"(?<![\w?$:@.-])service(\s+)(silent\s+)?(?=<([A-Za-z0-9._~:/?&=%-]*)>)", re.IGNORECASE
)
_WORD = re.compile(r"(?<![\w?$:@.-])(?:(service)|silent)(?![\w:.-])", re.IGNORECASE)

_PLACE = re.compile(r"error at (\d+):(\d+)")
_LONGEST = 200


class MalformedError(ValueError):
    """The query is not SPARQL 1.1; the text is the parser's."""


class ServiceRefusedError(ValueError):
    """The query calls SERVICE on a host that is not allowed."""


def check_service(query: str, hosts: tuple[str, ...], *, base_iri: str) -> None:
    """Raise if ``query`` is malformed or calls SERVICE on anything but one of ``hosts``.

    An allowed call names its endpoint as an IRI in angle brackets.
    """
    _check_text(query, hosts, base_iri)
    plain = _unescaped(query)
    if plain != query and _parses(_silenced(plain), base_iri):
        _check_text(plain, hosts, base_iri)


def states_dataset(query: str, *, base_iri: str) -> bool:
    """True if the query itself says FROM or FROM NAMED; it has to be well-formed."""
    if not re.search("from", query, re.IGNORECASE):
        return False
    return not _parses(_without(query, "from"), base_iri)


def is_graph(query: str, *, base_iri: str) -> bool:
    """True for CONSTRUCT and DESCRIBE; the query may call SERVICE, nothing is sent."""
    return isinstance(_parse(_silenced(query), base_iri), ox.QueryTriples)


def _check_text(text: str, hosts: tuple[str, ...], base_iri: str) -> None:
    if not re.search("service", text, re.IGNORECASE):
        _parse(text, base_iri)
        return

    def allowed(call: re.Match[str]) -> str:
        host = urlsplit(call[3]).hostname
        # GRAPH stands where SERVICE may stand and takes the same IRI; no other sign changes.
        return f"GRAPH{call[1]}{' ' * len(call[2] or '')}" if host in hosts else call[0]

    local = _CALL.sub(allowed, text) if hosts else text
    if _parses(_without(local, "service"), base_iri):
        return
    _parse(_silenced(text), base_iri)
    raise ServiceRefusedError("the query calls SERVICE")


def _silenced(text: str) -> str:
    """Every keyword SERVICE [SILENT] as GRAPH, with the same length so that places stay true."""
    return _WORD.sub(lambda word: ("GRAPH" if word[1] else "").ljust(len(word[0])), text)


def _without(text: str, word: str) -> str:
    """``text`` with ``word`` replaced, in any case, by letters that occur nowhere in it."""
    fresh = next(
        name
        for name in (f"x{'q' * n}{word[1:]}" for n in range(1, len(text) + 2))
        if name not in text.lower()
    )
    return re.sub(word, fresh, text, flags=re.IGNORECASE)


def _unescaped(text: str) -> str:
    r"""Codepoint escapes (SPARQL 1.1, 19.2) as the letters they stand for: ``\u0053`` → S."""

    def letter(escape: re.Match[str]) -> str:
        code = int(escape[1] or escape[2] or "0", 16)
        return chr(code) if code < sys.maxunicode and chr(code).isalpha() else escape[0]

    return _ESCAPE.sub(letter, text)


def _parses(text: str, base_iri: str) -> bool:
    try:
        _parse(text, base_iri)
    except MalformedError:
        return False
    return True


def _parse(text: str, base_iri: str) -> Any:
    try:
        return _nothing().query(text, base_iri=base_iri)
    except SyntaxError as error:
        raise MalformedError(in_short(str(error))) from error
    except (RuntimeError, OSError):  # well-formed, but it fails while it runs on nothing
        return None


def in_short(message: str) -> str:
    """The parser's message without the hundreds of letters that might have stood there."""
    place, _, expected = " ".join(message.split()).partition(": ")
    where = _PLACE.sub(r"line \1, column \2", place)
    if "Prefix not found" in expected:
        return f"{where}: the prefix used here is not declared"
    expected = re.sub(r"\[[^\]]*'\.\.=?[^\]]*\](?: \|[^,\]]*\])*", "a letter or digit", expected)
    expected = re.sub(r"(a letter or digit)(?:, \1)+", r"\1", expected)
    # the parser's name of a gap between words
    expected = re.sub(r"(?:, )?\[_\]", "", expected)
    if expected in ("expected ", "expected one of "):
        expected = "something else has to stand here"
    if len(expected) > _LONGEST:
        expected = f"{expected[:_LONGEST]} …"
    return f"{where}: {expected}" if expected else where


@lru_cache(maxsize=1)
def _nothing() -> ox.Store:
    return ox.Store()
