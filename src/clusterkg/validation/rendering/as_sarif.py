"""Report → SARIF 2.1.0, which code hosts show beside the files (OASIS, sarif-v2.1.0-os).

The line of a place is the row that a spreadsheet shows. In a CSV file without line breaks inside
its cells that is the line of the file; the sheet and the column stand beside it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from clusterkg.findings import Severity
from clusterkg.validation.finding_wording import finding_heading, finding_hint, finding_message
from clusterkg.validation.rendering.words import rule_name
from clusterkg.validation.report import Rule, in_language
from clusterkg.validation.terms import is_blank, plain, short

if TYPE_CHECKING:
    from clusterkg.findings import Finding, Place
    from clusterkg.validation.report import Report, Result

__all__ = ["sarif_report"]

_LEVELS: Final = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_report(report: Report, *, language: str = "en") -> str:
    """One run with the rules that were broken, and a result for each finding and result."""
    rules: dict[str, dict[str, Any]] = {}
    results = [_of_finding(finding, rules, language) for finding in report.findings]
    results += [_of_result(result, report, rules, language) for result in report.results]
    ids = sorted(rules)
    for result in results:
        result["ruleIndex"] = ids.index(result["ruleId"])
    driver = {
        "name": "clusterkg",
        "informationUri": "https://w3id.org/clusterkg/",
        "rules": [rules[one] for one in ids],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"DATA": {"description": {"text": "the folder of the data"}}},
        "results": results,
    }
    content = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _of_finding(
    finding: Finding, rules: dict[str, dict[str, Any]], language: str
) -> dict[str, Any]:
    heading = finding_heading(finding.rule, language)
    rules.setdefault(finding.rule, {"id": finding.rule, "shortDescription": {"text": heading}})
    hint = finding_hint(finding, language)
    text = finding_message(finding, language)
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{text}\n{hint}" if hint else text},
    }
    return made | _locations([finding.place] if finding.place else [])


def _of_result(
    result: Result, report: Report, rules: dict[str, dict[str, Any]], language: str
) -> dict[str, Any]:
    rule = report.rules.get(result.source_shape) or Rule(result.source_shape)
    name = plain(result.source_shape)
    told: dict[str, Any] = {"id": name, "shortDescription": {"text": rule_name(rule, language)}}
    if rule.descriptions:
        told["fullDescription"] = {"text": in_language(rule.descriptions, language)}
    if not is_blank(result.source_shape):
        told["helpUri"] = name
    rules.setdefault(name, told)
    about = " ".join(part for part in (result.label(language), short(result.focus_node)) if part)
    made: dict[str, Any] = {
        "ruleId": name,
        "level": _LEVELS[result.severity],
        "message": {"text": f"{result.message(language)}\n{about}"},
    }
    node = {"fullyQualifiedName": plain(result.focus_node), "kind": "resource"}
    return made | _locations(result.places, node)


def _locations(places: Any, node: dict[str, str] | None = None) -> dict[str, Any]:
    found = [_location(place) for place in places]
    if node is not None:
        found = [
            {**one, "logicalLocations": [*one.get("logicalLocations", []), node]} for one in found
        ]
        found = found or [{"logicalLocations": [node]}]
    return {"locations": found} if found else {}


def _location(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": place.file.replace(" ", "%20"), "uriBaseId": "DATA"}
    }
    line = place.row if place.line is None else place.line
    if line is not None:
        physical["region"] = {"startLine": line}
    made: dict[str, Any] = {"physicalLocation": physical}
    inside = [part for part in (place.sheet, place.column) if part]
    if inside:
        made["logicalLocations"] = [{"fullyQualifiedName": "/".join(inside), "kind": "column"}]
    return made
