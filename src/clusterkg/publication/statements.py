"""Small descriptions as N-Triples-encoded triples: IRIs, texts per language, typed values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from clusterkg.namespaces import expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Statements", "Triple", "iri", "term", "texts", "typed"]

Triple = tuple[str, str, str]

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NO_IRI: Final = re.compile('[\x00-\x20<>"{}|\\\\^`]')


def iri(value: str) -> str:
    """``<value>``; characters that no IRI may hold are percent-encoded."""
    return f"<{_NO_IRI.sub(lambda match: f'%{ord(match[0]):02X}', value)}>"


def term(name: str) -> str:
    """The IRI of a prefixed name of :mod:`clusterkg.namespaces`; KeyError if unknown."""
    return f"<{expand(name)}>"


def typed(value: object, datatype: str = "xsd:string") -> str:
    """A literal of a datatype given as a prefixed name."""
    text = re.sub(r'["\\\n\r\t]', lambda match: _ESCAPES[match[0]], str(value))
    return f'"{text}"' if datatype == "xsd:string" else f'"{text}"^^<{expand(datatype)}>'


def texts(values: Mapping[str, str]) -> list[str]:
    """One literal a language."""
    return [f"{typed(text)}@{language}" for language, text in sorted(values.items()) if text]


@dataclass
class Statements:
    """Triples that are being collected; ``say`` takes encoded objects, one or many."""

    triples: list[Triple] = field(default_factory=list)

    def say(self, subject: str, predicate: str, objects: str | Iterable[str] | None) -> None:
        """``subject`` is a bare IRI, ``predicate`` a prefixed name; None says nothing."""
        if objects is None:
            return
        for stated in [objects] if isinstance(objects, str) else objects:
            self.triples.append((iri(subject), term(predicate), stated))

    def describe(self, subject: str, facts: Mapping[str, str | Iterable[str] | None]) -> None:
        """Say several things of one subject; the key ``a`` states its classes."""
        for predicate, objects in facts.items():
            self.say(subject, "rdf:type" if predicate == "a" else predicate, objects)
