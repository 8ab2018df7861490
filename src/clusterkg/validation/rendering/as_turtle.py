"""Report → a standard ``sh:ValidationReport`` in Turtle (https://www.w3.org/TR/shacl/#validation-report).

Findings in tables have no focus node and are therefore no results of SHACL: they stand as
comments above the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.namespaces import SH
from clusterkg.validation.path import path_turtle
from clusterkg.validation.terms import encode

if TYPE_CHECKING:
    from clusterkg.validation.report import Report, Result

__all__ = ["turtle_report"]


def turtle_report(report: Report) -> str:
    """The report, one block a result, in the order of the report."""
    comments = [
        f"# {finding.severity.word}: {' '.join(str(finding).split())}\n"
        for finding in report.findings
    ]
    results = [f"  sh:result {_result(result, '  ')}" for result in report.results]
    conforms = f"  sh:conforms {'true' if report.conforms else 'false'}"
    return (
        f"@prefix sh: <{SH}> .\n\n{''.join(comments)}[] a sh:ValidationReport ;\n"
        + " ;\n".join([conforms, *results])
        + " .\n"
    )


def _result(result: Result, indent: str) -> str:
    parts = [
        "a sh:ValidationResult",
        f"sh:resultSeverity {result.severity_iri}",
        f"sh:focusNode {result.focus_node}",
    ]
    if result.path is not None:
        parts.append(f"sh:resultPath {path_turtle(result.path)}")
    if result.value is not None:
        parts.append(f"sh:value {result.value}")
    parts += [
        f"sh:sourceShape {result.source_shape}",
        f"sh:sourceConstraintComponent {result.component}",
    ]
    if result.source_constraint is not None:
        parts.append(f"sh:sourceConstraint {result.source_constraint}")
    parts += [
        f"sh:resultMessage {_text(text, language)}" for language, text in result.messages.items()
    ]
    inner = indent + "  "
    parts += [f"sh:detail {_result(detail, inner)}" for detail in result.details]
    return "[\n" + " ;\n".join(f"{inner}{part}" for part in parts) + f"\n{indent}]"


def _text(text: str, language: str) -> str:
    from rdflib import Literal

    return encode(Literal(text, lang=language or None))
