"""Report → JSON with stable keys, complete and in every language; terms as SPARQL JSON has them."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clusterkg.validation.finding_wording import finding_hints, finding_messages
from clusterkg.validation.path import path_sparql
from clusterkg.validation.rendering.blocks import sorted_groups, tables_of
from clusterkg.validation.rendering.json_objects import json_object
from clusterkg.validation.terms import is_blank, is_iri, parse_term, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.findings import Finding, Origin, Place, Severity
    from clusterkg.validation.report import FindingGroup, Report, Result, ResultGroup

__all__ = ["json_report"]

# the same few in all results
_name = lru_cache(maxsize=1024)(plain)
_path = lru_cache(maxsize=1024)(path_sparql)


def json_report(report: Report) -> str:
    """One object: conforms, counts, engine, checked, tables, findings, rules, results.

    Where no shapes were checked, as by ``clusterkg map``, it has counts, tables and findings alone.
    """
    counts = _counts(report.counts)
    tables = iter(_tables(report))
    findings = (_finding(finding) for finding in report.findings)
    if not report.engine:
        return _written({"counts": counts, "tables": tables, "findings": findings})
    content = {
        "conforms": report.conforms,
        "counts": counts,
        "engine": report.engine,
        "checked": {
            "triples": report.checked.triples,
            "focusNodes": report.checked.focus_nodes,
            "shapes": report.checked.shapes,
        },
        "tables": tables,
        "findings": findings,
        "rules": _rules(report),
        "results": (_result(result) for result in report.results),
    }
    return _written(content)


def _written(content: dict[str, Any]) -> str:
    return json_object(content) + "\n"


def _counts(counts: Mapping[Severity, int]) -> dict[str, int]:
    return {severity.word: count for severity, count in counts.items()}


def _tables(report: Report) -> list[dict[str, Any]]:
    """Each file or sheet with its counts, in all and by rule; the worst first."""
    groups = sorted_groups(report)
    return [
        {
            "file": table.place.file,
            "sheet": table.place.sheet,
            "counts": _counts(table.counts),
            "rules": [_share(groups[at], count) for at, count in table.blocks],
        }
        for table in tables_of(groups)
    ]


def _share(group: FindingGroup | ResultGroup, count: int) -> dict[str, Any]:
    rule = group.rule if isinstance(group.rule, str) else plain(group.rule.shape)
    return {"rule": rule, "severity": group.severity.word, "count": count}


def _rules(report: Report) -> dict[str, Any]:
    counts = Counter(result.source_shape for result in report.results)
    return {
        plain(rule.shape): {
            "name": dict(rule.names),
            "description": dict(rule.descriptions),
            "count": counts[rule.shape],
        }
        for rule in report.rules.values()
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.word,
        "rule": finding.rule,
        "message": finding.message,
        "place": _place(finding.place) if finding.place else None,
        "value": finding.value,
        "mapping": finding.mapping,
        "hint": finding.hint,
        "messages": finding_messages(finding),
        "hints": finding_hints(finding),
    }


def _place(place: Place) -> dict[str, Any]:
    if place.line is not None:
        return {"file": place.file, "line": place.line}
    return {
        "file": place.file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "role": origin.role.value,
        "place": _place(origin.place),
        "value": origin.value,
        "mapping": origin.mapping,
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "severity": result.severity.word,
        "severityIri": _name(result.severity_iri),
        "focusNode": _term(result.focus_node),
        "focusLabel": dict(result.focus_label),
        "path": None if result.path is None else _path(result.path),
        "value": None if result.value is None else _term(result.value),
        "sourceShape": _name(result.source_shape),
        "component": _name(result.component),
        "sourceConstraint": result.source_constraint and plain(result.source_constraint),
        "messages": dict(result.messages),
        "places": [_place(place) for place in result.places],
        "origins": [_origin(origin) for origin in result.origins],
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
