"""Report → a standard ``sh:ValidationReport`` in Turtle (https://www.w3.org/TR/shacl/#validation-report).

Findings in tables have no focus node and are therefore no results of SHACL: they stand above the
report as comments, and below it as ``sh:AbstractResult`` with their rule and place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.findings import Severity
from clusterkg.namespaces import SH
from clusterkg.validation.finding_wording import finding_hints, finding_messages
from clusterkg.validation.path import path_turtle
from clusterkg.validation.terms import encode

if TYPE_CHECKING:
    from clusterkg.findings import Finding
    from clusterkg.validation.report import Report, Result

__all__ = ["turtle_report"]

_SEVERITY = {
    Severity.INFO: "sh:Info",
    Severity.WARNING: "sh:Warning",
    Severity.VIOLATION: "sh:Violation",
}


def turtle_report(report: Report) -> str:
    """The report, one block a result, in the order of the report."""
    comments = [
        f"# {finding.severity.word}: {' '.join(str(finding).split())}\n"
        for finding in report.findings
    ]
    parts = [
        f"@prefix dct: <http://purl.org/dc/terms/> .\n@prefix sh: <{SH}> .\n",
        "".join(comments),
    ]
    if report.engine:
        results = [f"  sh:result {_result(result, '  ')}" for result in report.results]
        conforms = f"  sh:conforms {'true' if report.conforms else 'false'}"
        parts.append("[] a sh:ValidationReport ;\n" + " ;\n".join([conforms, *results]) + " .\n")
    parts += [_finding(finding) for finding in report.findings]
    return "\n".join(part for part in parts if part)


def _finding(finding: Finding) -> str:
    """What ``statements`` puts into the graph of a release, without a name."""
    parts = [
        f"sh:resultSeverity {_SEVERITY[finding.severity]}",
        f"dct:identifier {_text(finding.rule, '')}",
    ]
    if finding.place:
        parts.append(f"dct:source {_text(str(finding.place), '')}")
    if finding.value is not None:
        parts.append(f"sh:value {_text(finding.value, '')}")
    messages, hints = finding_messages(finding), finding_hints(finding)
    parts += [f"sh:resultMessage {_text(text, language)}" for language, text in messages.items()]
    parts += [f"dct:description {_text(text, language)}" for language, text in hints.items()]
    return "[] a sh:AbstractResult ;\n" + " ;\n".join(f"  {part}" for part in parts) + " .\n"


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
