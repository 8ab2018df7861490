"""Report → one HTML file to send to a colleague: no other files, no script, readable on a phone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from clusterkg.findings import Severity
from clusterkg.validation.finding_wording import place_text
from clusterkg.validation.rendering.blocks import columns_text, view
from clusterkg.validation.rendering.cells import cell_text, mapping_text
from clusterkg.validation.rendering.words import (
    WORDS,
    checked,
    counted,
    number,
    severity_word,
    times,
)

if TYPE_CHECKING:
    from clusterkg.validation.report import Report

__all__ = ["html_report"]


def html_report(
    report: Report, *, language: str = "en", limit: int = 20, cells: int | None = None
) -> str:
    """The report with at most ``limit`` examples of each rule and ``cells`` of each example.

    0 stands for all; None for as many cells as examples. The numbers stay true.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("clusterkg.validation.rendering", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = WORDS[language]
    worst = next((severity for severity, count in report.counts.items() if count), None)
    return environment.get_template("report.html.j2").render(
        language=language,
        words=words,
        counts=[
            (
                severity.word,
                counted(severity, count, language),
                words[f"{severity.word}.why"] if count else None,
            )
            for severity, count in report.counts.items()
        ],
        severities=[
            (severity.word, severity_word(severity, language)) for severity in reversed(Severity)
        ],
        checked=checked(report, language).splitlines(),
        view=view(report, language, limit, cells),
        worst=worst,
        place=partial(place_text, language=language),
        columns=partial(columns_text, language=language),
        cell=partial(cell_text, language=language),
        mapping=partial(mapping_text, language=language),
        number=partial(number, language=language),
        times=partial(times, language=language),
        severity_word=partial(severity_word, language=language),
    )
