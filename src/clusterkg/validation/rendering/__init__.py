"""Report → bytes in one of the forms a report has: text, JSON, HTML, Turtle, CSV, SARIF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError, did_you_mean

if TYPE_CHECKING:
    from clusterkg.validation.report import Report

__all__ = ["FORMS", "render"]

FORMS: Final = ("text", "json", "html", "turtle", "csv", "sarif")


def render(
    report: Report,
    form: str,
    *,
    language: str = "en",
    limit: int | None = None,
    colour: bool = False,
) -> bytes:
    """The report as UTF-8 in one of :data:`FORMS`, in German, English or Russian.

    ``limit`` is how many examples text and HTML show of each rule, 0 for all (the numbers stay
    true); the others are always complete; JSON and Turtle hold every language. ``colour`` is for
    text on a terminal.
    """
    if form == "text":
        from clusterkg.validation.rendering.as_text import text_report

        shown = 5 if limit is None else limit
        return text_report(report, language=language, limit=shown, colour=colour).encode()
    if form == "html":
        from clusterkg.validation.rendering.as_html import html_report

        shown = 20 if limit is None else limit
        return html_report(report, language=language, limit=shown).encode()
    if form == "json":
        from clusterkg.validation.rendering.as_json import json_report

        return json_report(report).encode()
    if form == "turtle":
        from clusterkg.validation.rendering.as_turtle import turtle_report

        return turtle_report(report).encode()
    if form == "csv":
        from clusterkg.validation.rendering.as_csv import csv_report

        return csv_report(report, language=language).encode("utf-8-sig")
    if form == "sarif":
        from clusterkg.validation.rendering.as_sarif import sarif_report

        return sarif_report(report, language=language).encode()
    raise ValidationError(f"a report has no form '{form}'", hint=did_you_mean(form, FORMS))
