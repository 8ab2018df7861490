"""Report → JSON with stable keys, complete and in every language; terms as SPARQL JSON has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from clusterkg.validation.finding_wording import finding_hints, finding_messages
from clusterkg.validation.path import path_sparql
from clusterkg.validation.terms import is_blank, is_iri, parse_term, plain

if TYPE_CHECKING:
    from clusterkg.findings import Finding, Place
    from clusterkg.validation.report import Report, Result

__all__ = ["json_report"]


def json_report(report: Report) -> str:
    """One object: conforms, counts, engine, checked, findings, rules, results.

    Where no shapes were checked, as by ``clusterkg map``, it has counts and findings alone.
    """
    counts = {severity.word: count for severity, count in report.counts.items()}
    findings = [_finding(finding) for finding in report.findings]
    if not report.engine:
        return _written({"counts": counts, "findings": findings})
    content = {
        "conforms": report.conforms,
        "counts": counts,
        "engine": report.engine,
        "checked": {
            "triples": report.checked.triples,
            "focusNodes": report.checked.focus_nodes,
            "shapes": report.checked.shapes,
        },
        "findings": findings,
        "rules": {
            plain(rule.shape): {"name": dict(rule.names), "description": dict(rule.descriptions)}
            for rule in report.rules.values()
        },
        "results": [_result(result) for result in report.results],
    }
    return _written(content)


def _written(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.word,
        "rule": finding.rule,
        "message": finding.message,
        "place": _place(finding.place) if finding.place else None,
        "value": finding.value,
        "hint": finding.hint,
        "messages": finding_messages(finding),
        "hints": finding_hints(finding),
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "file": place.file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "severity": result.severity.word,
        "severityIri": plain(result.severity_iri),
        "focusNode": _term(result.focus_node),
        "focusLabel": dict(result.focus_label),
        "path": None if result.path is None else path_sparql(result.path),
        "value": None if result.value is None else _term(result.value),
        "sourceShape": plain(result.source_shape),
        "component": plain(result.component),
        "messages": dict(result.messages),
        "places": [_place(place) for place in result.places],
        "details": [_result(detail) for detail in result.details],
    }


def _term(term: str) -> dict[str, str]:
    value, language, datatype = parse_term(term)
    if is_iri(term):
        return {"type": "uri", "value": value}
    if is_blank(term):
        return {"type": "bnode", "value": value}
    made = {"type": "literal", "value": value}
    if language:
        made["xml:lang"] = language
    if datatype:
        made["datatype"] = datatype
    return made
