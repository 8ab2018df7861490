"""Report → bytes in one of its forms: text, JSON, HTML, Turtle, CSV, SARIF, Excel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clusterkg.findings import Finding
    from clusterkg.validation.rendering.table_rows import Tables
    from clusterkg.validation.report import Report

__all__ = ["FORMS", "FORMS_WITH_TABLES", "module_of", "render", "render_findings"]

FORMS: Final = ("text", "json", "html", "turtle", "csv", "sarif", "xlsx")
FORMS_WITH_TABLES: Final = ("sarif", "xlsx")
"""What looks into the tables again: for the lines of rows, or to copy them."""


@dataclass(frozen=True)
class _Look:
    language: str
    limit: int | None
    colour: bool
    tables: Tables | None


def render(  # noqa: PLR0913
    report: Report,
    form: str,
    *,
    language: str = "en",
    limit: int | None = None,
    colour: bool = False,
    tables: Tables | None = None,
) -> bytes:
    """The report in one of :data:`FORMS`, all but Excel in UTF-8, in German, English or Russian.

    ``limit`` is how many examples text and HTML show of each rule, 0 for all (the numbers stay
    true); the others are always complete; JSON and Turtle hold every language. ``colour`` is for
    text on a terminal; ``tables`` are for :data:`FORMS_WITH_TABLES`.
    """
    if form not in _WRITERS:
        raise ValidationError(f"a report has no form '{form}'", hint=did_you_mean(form, FORMS))
    return _WRITERS[form](report, _Look(language, limit, colour, tables))


def module_of(form: str) -> str:
    """The module that writes reports in one of :data:`FORMS`, to import it in good time."""
    return f"{__name__}.as_{form}"


def render_findings(findings: Sequence[Finding], form: str, *, language: str = "en") -> bytes:
    """All findings, and nothing else, as a report in one of :data:`FORMS`."""
    from clusterkg.validation.report import Report

    return render(Report(()).with_findings(findings), form, language=language, limit=0)


def _text(report: Report, look: _Look) -> bytes:
    from clusterkg.validation.rendering.as_text import text_report

    limit = 5 if look.limit is None else look.limit
    return text_report(report, language=look.language, limit=limit, colour=look.colour).encode()


def _html(report: Report, look: _Look) -> bytes:
    from clusterkg.validation.rendering.as_html import html_report

    limit, cells = (20, 5) if look.limit is None else (look.limit, look.limit)
    return html_report(report, language=look.language, limit=limit, cells=cells).encode()


def _json(report: Report, look: _Look) -> bytes:
    from clusterkg.validation.rendering.as_json import json_report

    del look
    return json_report(report)


def _turtle(report: Report, look: _Look) -> bytes:
    from clusterkg.validation.rendering.as_turtle import turtle_report

    del look
    return turtle_report(report).encode()


def _csv(report: Report, look: _Look) -> bytes:
    from clusterkg.validation.rendering.as_csv import csv_report

    return csv_report(report, language=look.language).encode("utf-8-sig")


def _sarif(report: Report, look: _Look) -> bytes:
    from clusterkg.validation.rendering.as_sarif import sarif_report

    return sarif_report(report, language=look.language, tables=look.tables)


def _xlsx(report: Report, look: _Look) -> bytes:
    from clusterkg.validation.rendering.as_xlsx import xlsx_report

    return xlsx_report(report, language=look.language, tables=look.tables)


_WRITERS: Final[dict[str, Callable[[Report, _Look], bytes]]] = {
    "text": _text,
    "json": _json,
    "html": _html,
    "turtle": _turtle,
    "csv": _csv,
    "sarif": _sarif,
    "xlsx": _xlsx,
}
