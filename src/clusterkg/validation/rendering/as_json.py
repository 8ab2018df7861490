"""Report → JSON with stable keys, complete and in every language; terms as SPARQL JSON has them."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clusterkg.validation.finding_wording import finding_hints, finding_messages
from clusterkg.validation.path import path_sparql
from clusterkg.validation.rendering.blocks import sorted_groups, tables_of
from clusterkg.validation.rendering.json_objects import (
    JsonText,
    encoded,
    json_object,
    quoted,
    texts,
)
from clusterkg.validation.terms import is_blank, is_iri, parse_term, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.findings import Finding, Origin, Place, Severity
    from clusterkg.validation.path import Path
    from clusterkg.validation.report import FindingGroup, Report, Result, ResultGroup

__all__ = ["json_report"]


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


def _result(result: Result) -> JsonText:
    """A result as JSON; what it shares with all results of its shape is written once."""
    before, path, after = _of_shape(
        result.severity, result.severity_iri, result.path, result.source_shape, result.component
    )
    constraint = result.source_constraint and quoted(plain(result.source_constraint))
    places = encoded([_place(place) for place in result.places]) if result.origins else "[]"
    origins = encoded([_origin(origin) for origin in result.origins]) if result.origins else "[]"
    details = ", ".join(map(_result, result.details))
    return JsonText(
        f'{{{before}, "focusNode": {_term(result.focus_node)}, '
        f'"focusLabel": {texts(result.focus_label)}, "path": {path}, '
        f'"value": {"null" if result.value is None else _term(result.value)}, {after}, '
        f'"sourceConstraint": {constraint or "null"}, "messages": {texts(result.messages)}, '
        f'"places": {places}, "origins": {origins}, "details": [{details}]}}'
    )


@lru_cache(maxsize=1024)
def _of_shape(
    severity: Severity, severity_iri: str, path: Path | None, shape: str, component: str
) -> tuple[str, str, str]:
    """The members that all results of one shape and component share."""
    return (
        f'"severity": "{severity.word}", "severityIri": {quoted(plain(severity_iri))}',
        "null" if path is None else quoted(path_sparql(path)),
        f'"sourceShape": {quoted(plain(shape))}, "component": {quoted(plain(component))}',
    )


def _term(term: str) -> str:
    value, language, datatype = parse_term(term)
    if is_iri(term):
        return f'{{"type": "uri", "value": {quoted(value)}}}'
    if is_blank(term):
        return f'{{"type": "bnode", "value": {quoted(value)}}}'
    further = f', "xml:lang": {quoted(language)}' if language else ""
    if datatype:
        further += f', "datatype": {quoted(datatype)}'
    return f'{{"type": "literal", "value": {quoted(value)}{further}}}'
