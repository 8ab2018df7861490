"""What is asked of the tables: quads, missing values and nodes; and which triples maps to ask."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.mapping.template import Template, has_scheme
from clusterkg.mapping.triples_map import Constant
from clusterkg.namespaces import RDF

if TYPE_CHECKING:
    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.triples_map import TriplesMap

__all__ = ["Asked", "Missing", "Quad", "Question", "may_make", "subject_pattern"]

Quad = tuple[str, str, str]
"""Subject, predicate and object, in whatever graph."""
_TYPE = f"<{RDF}type>"


@dataclass(frozen=True)
class Missing:
    """A value that a node does not have; ``languages`` are those that would do, if it matters."""

    node: str
    predicate: str
    languages: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Asked:
    """What is to be traced: quads (s, p, o), values that are missing, and nodes themselves."""

    quads: frozenset[Quad] = frozenset()
    missing: frozenset[Missing] = frozenset()
    nodes: frozenset[str] = frozenset()


class Question:
    """What is asked, by what it is looked for with; made once for all triples maps."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.missing: dict[tuple[str, str], list[Missing]] = defaultdict(list)
        for one in asked.missing:
            self.missing[one.node, one.predicate].append(one)
        self.subjects: dict[str, set[str]] = defaultdict(set)
        """The subjects of what is asked, by predicate."""
        for s, p, _ in asked.quads:
            self.subjects[p].add(s)
        for node, predicate in self.missing:
            self.subjects[predicate].add(node)

    def tables(self, connection: Connection) -> None:
        """Make the temporary tables of what is asked for."""
        asked = self.asked
        nodes = {*asked.nodes, *(node for some in self.subjects.values() for node in some)}
        for name, columns, rows in (
            ("trace_quads", "s p o", asked.quads),
            ("trace_missing", "s p", self.missing.keys()),
            ("trace_nodes", "node", {(node,) for node in nodes}),
        ):
            listed = ", ".join(
                f"unnest(${number}::VARCHAR[]) AS {column}"
                for number, column in enumerate(columns.split(), start=1)
            )
            values = [list(column) for column in zip(*sorted(rows), strict=True)]
            values = values or [[] for _ in columns.split()]
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {listed}", values)


def may_make(one: TriplesMap, base_iri: str, question: Question) -> bool:
    """Whether a triples map could make something of what is asked, by the look of its terms."""
    pattern = subject_pattern(one, base_iri)
    if any(map(pattern.fullmatch, question.asked.nodes)):
        return True
    stated = _predicates(one)
    return any(
        (stated is None or predicate in stated) and any(map(pattern.fullmatch, subjects))
        for predicate, subjects in question.subjects.items()
    )


def _predicates(one: TriplesMap) -> set[str] | None:
    """The predicates that a triples map states; None if a column names one."""
    found = {_TYPE} if one.classes else set()
    for pair in one.predicate_objects:
        for predicate in pair.predicates:
            if not isinstance(predicate.expression, Constant):
                return None
            found.add(f"<{predicate.expression.value}>")
    return found


def subject_pattern(one: TriplesMap, base_iri: str) -> re.Pattern[str]:
    """What the subjects of a triples map look like."""
    expression = one.subject.expression
    if not one.subject.term_type.is_iri or not isinstance(expression, Template | Constant):
        return re.compile(".*", re.DOTALL)
    parts = expression.parts if isinstance(expression, Template) else (expression.value,)
    pattern = "".join(re.escape(part) if isinstance(part, str) else ".*" for part in parts)
    if isinstance(parts[0], str) and not has_scheme(parts[0]):
        pattern = re.escape(one.base_iri or base_iri) + pattern
    return re.compile(f"<{pattern}>", re.DOTALL)
