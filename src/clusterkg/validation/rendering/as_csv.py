"""Report → CSV (RFC 4180): one line a finding or result, for a spreadsheet or a script."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from clusterkg.validation.finding_wording import finding_heading, finding_hint, finding_message
from clusterkg.validation.path import path_sparql
from clusterkg.validation.rendering.words import rule_name
from clusterkg.validation.rule import Rule
from clusterkg.validation.terms import plain, short

if TYPE_CHECKING:
    from clusterkg.findings import Origin, Place
    from clusterkg.validation.report import Report, Result

__all__ = ["COLUMNS", "csv_report"]

COLUMNS: Final = (
    *("number", "severity", "rule", "file", "sheet", "row", "column", "cell", "role", "mapping"),
    *("value", "message", "hint", "focus_node", "focus_label", "path", "shape", "component"),
    "causes",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_report(report: Report, *, language: str = "en") -> str:
    """The whole report, worst first; a result of several cells has a line for each of them.

    ``number`` counts findings and results, so that the lines of one belong together. A text that
    a spreadsheet would take for a formula gets an apostrophe before it.
    """
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, finding in enumerate(report.findings, 1):
        writer.writerow(
            _line(
                number=str(number),
                severity=finding.severity.word,
                rule=finding_heading(finding.rule, language),
                **_where(finding.place),
                cell=finding.value or "",
                mapping=finding.mapping or "",
                value=finding.value or "",
                message=finding_message(finding, language),
                hint=finding_hint(finding, language) or "",
            )
        )
    for number, result in enumerate(report.results, len(report.findings) + 1):
        about = _about(report, result, language)
        for origin in result.origins or (None,):
            writer.writerow(_line(number=str(number), **_cell(origin), **about))
    return target.getvalue()


def _about(report: Report, result: Result, language: str) -> dict[str, str]:
    rule = report.rules.get(result.source_shape) or Rule(result.source_shape)
    prefixes = report.prefixes
    return {
        "severity": result.severity.word,
        "rule": rule_name(rule, language, prefixes),
        "value": "" if result.value is None else plain(result.value),
        "message": result.message(language),
        "focus_node": plain(result.focus_node),
        "focus_label": result.label(language),
        "path": path_sparql(result.path, prefixes=prefixes) if result.path else "",
        "shape": plain(result.source_shape),
        "component": short(result.component),
        "causes": "\n".join(detail.message(language) for detail in result.details),
    }


def _cell(origin: Origin | None) -> dict[str, str]:
    if origin is None:
        return {}
    return {
        **_where(origin.place),
        "cell": origin.value or "",
        "role": origin.role.value,
        "mapping": origin.mapping or "",
    }


def _where(place: Place | None) -> dict[str, str]:
    if place is None:
        return {}
    return {
        "file": place.file,
        "sheet": place.sheet or "",
        "row": str(place.row or place.line or ""),
        "column": place.column or "",
    }


def _line(**cells: str) -> list[str]:
    return [_harmless(cells.get(name, "")) for name in COLUMNS]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
