"""Report → what is said of each cell: severity and messages, by table, row and column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from clusterkg.findings import Place
from clusterkg.validation.finding_wording import (
    finding_heading,
    finding_hint,
    finding_message,
    place_text,
)
from clusterkg.validation.rendering.blocks import sorted_groups
from clusterkg.validation.rendering.cells import mapping_text, role_text
from clusterkg.validation.rendering.words import WORDS, group_name, number, severity_word
from clusterkg.validation.report import FindingGroup
from clusterkg.validation.terms import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.findings import Finding, Origin, Severity
    from clusterkg.validation.report import Report, Result, ResultGroup
    from clusterkg.validation.rule import Rule

__all__ = ["Line", "Mark", "comment_of", "lines", "marks"]

_OTHERS: Final = 5
"""So many of the other cells of a result are named beside each."""
_MOST: Final = 8
"""So many messages stand in the comment of a cell."""


@dataclass(frozen=True)
class Line:
    """One complaint about one cell, as the summary lists it; ``place`` None: of no table."""

    severity: Severity
    rule: str
    message: str
    place: Place | None = None
    value: str | None = None
    hint: str = ""
    about: str = ""
    told: str = ""


@dataclass(frozen=True)
class Mark:
    """What is said of a cell: the worst severity and the lines, worst first."""

    severity: Severity
    lines: tuple[Line, ...]


def lines(report: Report, language: str) -> Iterator[Line]:
    """All complaints, worst first, one a cell."""
    for group in sorted_groups(report):
        if isinstance(group, FindingGroup):
            yield from (_of_finding(finding, language) for finding in group.findings)
        else:
            yield from _of_results(report, group, language)


def _of_finding(finding: Finding, language: str) -> Line:
    return Line(
        severity=finding.severity,
        rule=finding_heading(finding.rule, language),
        place=finding.place,
        value=finding.value,
        message=finding_message(finding, language),
        hint=finding_hint(finding, language) or "",
    )


def _of_results(report: Report, group: ResultGroup, language: str) -> Iterator[Line]:
    rule = group_name(group, language, report.prefixes)
    for result in group.results:
        made = Line(
            severity=result.severity,
            rule=rule,
            value=None if result.value is None else short(result.value, report.prefixes),
            message=_message(result, group.rule, language),
            about=result.label(language) or short(result.focus_node, report.prefixes),
        )
        if not result.origins:
            yield made
        for origin in result.origins:
            told = _told(origin, result, language)
            yield replace(made, place=origin.place, value=origin.value, told=told)


def _message(result: Result, rule: Rule, language: str) -> str:
    """The message, with the causes where the rule has none of its own."""
    causes = [] if rule.speaks else [f"– {one.message(language)}" for one in result.details]
    return "\n".join([result.message(language), *causes])


def _told(origin: Origin, result: Result, language: str) -> str:
    """What the cell has to do with it, the other cells, and the line of the mapping."""
    others = [one.place for one in result.origins if one is not origin]
    named = [place_text(place, language) for place in others[:_OTHERS]]
    if len(others) > _OTHERS:
        named.append(WORDS[language]["cells"].format(n=number(len(others) - _OTHERS, language)))
    parts = (
        role_text(origin.role, language),
        f"{WORDS[language]['others']}: {'; '.join(named)}" if named else "",
        mapping_text(origin, language),
    )
    return "\n".join(part for part in parts if part)


def marks(found: list[Line]) -> dict[Place, dict[tuple[int | None, str | None], Mark]]:
    """The lines about tables, by table (place without row and column), then by row and column."""
    collected: dict[Place, dict[tuple[int | None, str | None], list[Line]]] = {}
    for line in found:
        if line.place is not None and line.place.line is None:
            table = Place(line.place.file, line.place.sheet)
            cells = collected.setdefault(table, {})
            cells.setdefault((line.place.row, line.place.column), []).append(line)
    return {
        table: {cell: Mark(said[0].severity, tuple(said)) for cell, said in cells.items()}
        for table, cells in collected.items()
    }


def comment_of(mark: Mark, language: str) -> str:
    """The messages of a cell, one below the other; of many the first and their number."""
    told: list[str] = []
    for line in mark.lines[:_MOST]:
        hint = f"{WORDS[language]['hint']}: {line.hint}" if line.hint else ""
        parts = (f"{severity_word(line.severity, language)} · {line.rule}", line.message, hint)
        told.append("\n".join(part for part in (*parts, line.told) if part))
    rest = len(mark.lines) - _MOST
    if rest > 0:
        told.append(f"… {WORDS[language]['more'].format(n=number(rest, language))}")
    return "\n\n".join(told)
