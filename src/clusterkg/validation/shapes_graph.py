"""A small graph that is read only: triples in N-Triples text, and the prefixes of their files.

Shapes are a few thousand triples at most, of which each is asked for several times.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError
from clusterkg.namespaces import PREFIXES, RDF, RDFS, SH
from clusterkg.validation.terms import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clusterkg.validation.loading import Triple

__all__ = ["BELOW", "CLASSES", "FIRST", "IMPORTS", "NIL", "TARGETS", "TYPE", "ShapesGraph", "sh"]

TYPE: Final = f"<{RDF}type>"
BELOW: Final = f"<{RDFS}subClassOf>"
FIRST: Final = f"<{RDF}first>"
REST: Final = f"<{RDF}rest>"
NIL: Final = f"<{RDF}nil>"
IMPORTS: Final = f"<{PREFIXES['owl']}imports>"
CLASSES: Final = (f"<{RDFS}Class>", f"<{PREFIXES['owl']}Class>")
"""The types of a class, which as a shape is its own target."""

TARGETS: Final = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
"""The words by which a shape names its targets; SHACL-AF adds ``target``."""


def sh(word: str) -> str:
    """A term of SHACL."""
    return f"<{SH}{word}>"


class ShapesGraph:
    """Triples, each once; answers come in the order in which the triples were given.

    ``prefixes`` are namespaces by prefix.
    """

    def __init__(self, triples: Iterable[Triple], prefixes: Mapping[str, str]) -> None:
        self._triples = dict.fromkeys(triples)
        self.prefixes = dict(prefixes)
        self._of_subjects: dict[str, dict[str, list[str]]] = {}
        self._of_predicates: dict[str, list[tuple[str, str]]] = {}
        for subject, predicate, value in self._triples:
            self._of_subjects.setdefault(subject, {}).setdefault(predicate, []).append(value)
            self._of_predicates.setdefault(predicate, []).append((subject, value))

    def __len__(self) -> int:
        """How many triples there are."""
        return len(self._triples)

    def __iter__(self) -> Iterator[Triple]:
        """The triples."""
        return iter(self._triples)

    def __contains__(self, triple: Triple) -> bool:
        """Whether a triple is there."""
        return triple in self._triples

    @cached_property
    def _of_values(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for subject, predicate, value in self._triples:
            found.setdefault(value, []).append((subject, predicate))
        return found

    def describes(self, node: str) -> bool:
        """Whether there is a triple about the node."""
        return node in self._of_subjects

    def objects(self, subject: str, predicate: str) -> list[str]:
        """The values of a property of a node."""
        return list(self._of_subjects.get(subject, {}).get(predicate, ()))

    def value(self, subject: str, predicate: str) -> str | None:
        """The first value of a property of a node."""
        return next(iter(self.objects(subject, predicate)), None)

    def values(self, predicate: str) -> list[str]:
        """The values of a property of whatever node, each once."""
        return list(dict.fromkeys(value for _, value in self.subject_objects(predicate)))

    def subjects(self, predicate: str) -> list[str]:
        """The nodes that have a property, each once."""
        return list(dict.fromkeys(subject for subject, _ in self.subject_objects(predicate)))

    def subjects_with(self, predicate: str, value: str) -> list[str]:
        """The nodes that have a value of a property."""
        return [subject for subject, one in self.subject_predicates(value) if one == predicate]

    def above(self, value: str) -> list[str]:
        """The nodes that have a term as a value, each once."""
        return list(dict.fromkeys(subject for subject, _ in self.subject_predicates(value)))

    def subject_objects(self, predicate: str) -> list[tuple[str, str]]:
        """The nodes that have a property, with its values."""
        return list(self._of_predicates.get(predicate, ()))

    def subject_predicates(self, value: str) -> list[tuple[str, str]]:
        """Where a term is a value: the nodes, and their properties."""
        return list(self._of_values.get(value, ()))

    def predicate_objects(self, subject: str) -> list[tuple[str, str]]:
        """The properties of a node, with their values."""
        known = self._of_subjects.get(subject, {})
        return [(predicate, value) for predicate, values in known.items() for value in values]

    def predicates(self, subject: str | None = None) -> list[str]:
        """The properties of a node, or all that there are, each once."""
        return list(self._of_predicates if subject is None else self._of_subjects.get(subject, ()))

    def items(self, head: str) -> list[str]:
        """The members of a list; raises ValidationError for one that leads back to itself."""
        found: list[str] = []
        seen: set[str] = set()
        at: str | None = head
        while at is not None:
            if at in seen:
                raise ValidationError(f"the list {short(head)} leads back to itself")
            seen.add(at)
            member = self.value(at, FIRST)
            if member is not None:
                found.append(member)
            at = self.value(at, REST)
        return found
