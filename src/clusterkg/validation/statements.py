"""Report → quads of the named graph ``<base>graph/validation``, for pages and queries.

Each result and finding has an IRI made from what it says, so it stays the same from release to
release; there are no blank nodes and no clock. The shapes that have results in no release are
described too: a page has to name the conditions that hold.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from clusterkg.findings import Severity
from clusterkg.namespaces import PREFIXES, RDF, SH
from clusterkg.validation.finding_wording import finding_hints, finding_messages
from clusterkg.validation.path import Predicate
from clusterkg.validation.shapes import read_shapes
from clusterkg.validation.terms import is_blank, is_iri, literal_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.validation.report import Report, Result
    from clusterkg.validation.shapes_graph import ShapesGraph

__all__ = ["add_report", "report_nquads", "report_quads"]

Quad = tuple[str, str, str, str]

_SEVERITY: Final = {
    Severity.INFO: f"<{SH}Info>",
    Severity.WARNING: f"<{SH}Warning>",
    Severity.VIOLATION: f"<{SH}Violation>",
}
_TYPE: Final = f"<{RDF}type>"
_BOOLEAN: Final = f"^^<{PREFIXES['xsd']}boolean>"


def report_quads(report: Report, shapes: Sequence[Path], *, base_iri: str) -> list[Quad]:
    """The report and the named shapes as sorted, distinct quads (N-Triples text)."""
    graph = f"<{base_iri}graph/validation>"
    quads = {(s, p, o, graph) for s, p, o in _report(report, graph, base_iri)}
    described = read_shapes(shapes)
    quads |= {
        (s, p, o, graph) for s, p, o in _named_shapes(described.graph, sorted(described.nodes))
    }
    return sorted(quads)


def report_nquads(report: Report, shapes: Sequence[Path], *, base_iri: str) -> str:
    """The same as N-Quads, one sorted line a quad."""
    return "".join(
        f"{s} {p} {o} {g} .\n" for s, p, o, g in report_quads(report, shapes, base_iri=base_iri)
    )


def add_report(
    connection: Connection, report: Report, shapes: Sequence[Path], *, base_iri: str
) -> int:
    """Put the report into the quads relation in place of an earlier one; returns its quads."""
    quads = report_quads(report, shapes, base_iri=base_iri)
    connection.execute("DELETE FROM quads WHERE g = ?", [f"<{base_iri}graph/validation>"])
    columns = [list(column) for column in zip(*quads, strict=True)]
    connection.execute(
        "INSERT INTO quads SELECT unnest(?), unnest(?), unnest(?), unnest(?)", columns
    )
    return len(quads)


def _report(report: Report, node: str, base_iri: str) -> Iterator[tuple[str, str, str]]:
    yield node, _TYPE, _sh("ValidationReport")
    yield node, _sh("conforms"), f'"{"true" if report.conforms else "false"}"{_BOOLEAN}'
    for result in report.results:
        name = _name(
            base_iri, result.focus_node, result.source_shape, result.value, result.component
        )
        yield node, _sh("result"), name
        yield from _result(result, name)
    for finding in report.findings:
        yield from _finding(finding, base_iri)


def _result(result: Result, name: str) -> Iterator[tuple[str, str, str]]:
    yield name, _TYPE, _sh("ValidationResult")
    yield name, _sh("resultSeverity"), result.severity_iri
    yield name, _sh("sourceConstraintComponent"), result.component
    terms = [("focusNode", result.focus_node), ("sourceShape", result.source_shape)]
    if result.value is not None:
        terms.append(("value", result.value))
    if isinstance(result.path, Predicate):
        terms.append(("resultPath", result.path.iri))
    yield from ((name, _sh(word), term) for word, term in terms if not is_blank(term))
    for language, text in result.messages.items():
        yield name, _sh("resultMessage"), literal_text(text, language)


def _finding(finding: Finding, base_iri: str) -> Iterator[tuple[str, str, str]]:
    """A finding in a table has no focus node: it is an abstract result with its place."""
    place = str(finding.place) if finding.place else ""
    name = _name(base_iri, place, finding.rule, finding.value, finding.message)
    yield name, _TYPE, _sh("AbstractResult")
    yield name, _sh("resultSeverity"), _SEVERITY[finding.severity]
    for language, text in finding_messages(finding).items():
        yield name, _sh("resultMessage"), literal_text(text, language)
    yield name, _dct("identifier"), literal_text(finding.rule)
    if place:
        yield name, _dct("source"), literal_text(place)
    if finding.value is not None:
        yield name, _sh("value"), literal_text(finding.value)
    for language, text in finding_hints(finding).items():
        yield name, _dct("description"), literal_text(text, language)


def _named_shapes(graph: ShapesGraph, nodes: list[str]) -> Iterator[tuple[str, str, str]]:
    """What is said of shapes that have an IRI, as far as no blank node is needed to say it."""
    for node in nodes:
        if not is_iri(node):
            continue
        for predicate, value in graph.predicate_objects(node):
            if not is_blank(value):
                yield node, predicate, value


def _name(base_iri: str, *parts: str | None) -> str:
    """An IRI made from the parts, the same in every run."""
    said = "\n".join("" if part is None else part for part in parts)
    return f"<{base_iri}id/finding/{hashlib.sha256(said.encode()).hexdigest()[:16]}>"


def _sh(word: str) -> str:
    return f"<{SH}{word}>"


def _dct(word: str) -> str:
    return f"<{PREFIXES['dct']}{word}>"
