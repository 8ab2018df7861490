"""Report → a standard ``sh:ValidationReport`` in Turtle (https://www.w3.org/TR/shacl/#validation-report).

Findings in tables have no focus node and are therefore no results of SHACL: they stand above the
report as comments, and below it as ``sh:AbstractResult`` with their rule and place. The cells that
a result comes from are ``prov:qualifiedDerivation``: the entity is a ``csvw:Cell`` whose
``csvw:url`` names the row as RFC 7111 does, where the file is text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from clusterkg.findings import Severity
from clusterkg.namespaces import CSVW, PREFIXES
from clusterkg.validation.finding_wording import LANGUAGES, finding_hints, finding_messages
from clusterkg.validation.path import path_turtle
from clusterkg.validation.rendering.cells import cell_text
from clusterkg.validation.terms import literal_text

if TYPE_CHECKING:
    from clusterkg.findings import Finding, Origin
    from clusterkg.validation.report import Report, Result

__all__ = ["turtle_report"]

_SEVERITY = {
    Severity.INFO: "sh:Info",
    Severity.WARNING: "sh:Warning",
    Severity.VIOLATION: "sh:Violation",
}
_PREFIXES: Final = {
    **{name: PREFIXES[name] for name in ("dct", "prov", "rdfs", "sh", "xsd")},
    "csvw": CSVW,
}
_TEXTS: Final = (".csv", ".tsv")


def turtle_report(report: Report) -> str:
    """The report, one block a result, in the order of the report."""
    comments = [
        f"# {finding.severity.word}: {' '.join(str(finding).split())}\n"
        for finding in report.findings
    ]
    parts = ["".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(_PREFIXES.items()))]
    parts.append("".join(comments))
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
        f"dct:identifier {literal_text(finding.rule)}",
    ]
    if finding.place:
        parts.append(f"dct:source {literal_text(str(finding.place))}")
    if finding.value is not None:
        parts.append(f"sh:value {literal_text(finding.value)}")
    messages, hints = finding_messages(finding), finding_hints(finding)
    parts += [
        f"sh:resultMessage {literal_text(text, language)}" for language, text in messages.items()
    ]
    parts += [f"dct:description {literal_text(text, language)}" for language, text in hints.items()]
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
        f"sh:resultMessage {literal_text(text, language)}"
        for language, text in result.messages.items()
    ]
    inner = indent + "  "
    parts += [f"prov:qualifiedDerivation {_origin(origin, inner)}" for origin in result.origins]
    parts += [f"sh:detail {_result(detail, inner)}" for detail in result.details]
    return "[\n" + " ;\n".join(f"{inner}{part}" for part in parts) + f"\n{indent}]"


def _origin(origin: Origin, indent: str) -> str:
    """A derivation: the cell, what it has to do with the result, and the line of the mapping."""
    inner = indent + "  "
    role = f"a prov:Role ; dct:identifier {literal_text(origin.role.value)}"
    labels = (f"rdfs:label {literal_text(cell_text(origin, one), one)}" for one in LANGUAGES)
    parts = [
        "a prov:Derivation",
        f"prov:entity {_cell(origin, inner)}",
        f"prov:hadRole [ {' ; '.join([role, *labels])} ]",
    ]
    if origin.mapping:
        parts.append(f"rdfs:seeAlso {literal_text(origin.mapping)}")
    return "[\n" + " ;\n".join(f"{inner}{part}" for part in parts) + f"\n{indent}]"


def _cell(origin: Origin, indent: str) -> str:
    place = origin.place
    is_text = place.file.lower().endswith(_TEXTS)
    row = f"#row={place.row}" if is_text and place.row is not None else ""
    parts = [
        f"a {'csvw:Cell' if place.column else 'csvw:Row'} , prov:Entity",
        f"csvw:url {literal_text(quote(place.file) + row)}^^xsd:anyURI",
        f"dct:source {literal_text(str(place))}",
    ]
    if place.column:
        parts.append(f"csvw:name {literal_text(place.column)}")
    if origin.value is not None:
        parts.append(f"prov:value {literal_text(origin.value)}")
    inner = indent + "  "
    return "[\n" + " ;\n".join(f"{inner}{part}" for part in parts) + f"\n{indent}]"
