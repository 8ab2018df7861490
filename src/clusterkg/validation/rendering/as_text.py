"""Report → text for a terminal: counts first, tables before the graph, worst first."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from clusterkg.validation.finding_wording import (
    finding_heading,
    finding_hint,
    place_text,
    placed_message,
)
from clusterkg.validation.path import path_sparql
from clusterkg.validation.rendering.words import (
    WORDS,
    checked,
    number,
    rule_name,
    severity_word,
    summary,
    times,
)
from clusterkg.validation.terms import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.validation.report import FindingGroup, Report, Result, ResultGroup

__all__ = ["text_report"]

_WIDTH: Final = 100


def text_report(report: Report, *, language: str = "en", limit: int = 5) -> str:
    """The report with at most ``limit`` examples of each rule; the numbers stay true."""
    words = WORDS[language]
    lines = [summary(report, language), *checked(report, language).splitlines()]
    if not report.results and not report.findings:
        return "\n".join([*lines, words["good"], ""])
    if report.findings:
        lines += _heading(words["tables"])
        for finding_group in report.finding_groups():
            lines += _findings(finding_group, language, limit)
    if report.results:
        lines += _heading(words["graph"])
        for group in report.result_groups():
            lines += _results(group, language, limit)
    return "\n".join([*(_printable(line) for line in lines), ""])


def _printable(line: str) -> str:
    """What a cell holds must not steer the terminal."""
    kept = "\u00a0\u202f"  # the blanks that part thousands in Russian are no control characters
    return "".join(sign if sign.isprintable() or sign in kept else "\ufffd" for sign in line)


def _heading(word: str) -> list[str]:
    return ["", word, "=" * len(word)]


def _findings(group: FindingGroup, language: str, limit: int) -> Iterator[str]:
    yield ""
    where = f" · {group.file}" if group.file else ""
    count = times(len(group.findings), language)
    heading = finding_heading(group.rule, language)
    yield f"{severity_word(group.severity, language)} · {heading}{where} · {count}"
    for finding in group.findings[:limit]:
        yield f"  - {' '.join(placed_message(finding, language).split())}"
        hint = finding_hint(finding, language)
        if hint:
            yield from _wrapped(f"{WORDS[language]['hint']}: {hint}", "    ")
    yield from _rest(len(group.findings) - limit, language)


def _results(group: ResultGroup, language: str, limit: int) -> Iterator[str]:
    yield ""
    head = f"{severity_word(group.severity, language)} · {rule_name(group.rule, language)}"
    yield f"{head} · {times(len(group.results), language)}"
    messages = {result.message(language) for result in group.results}
    if len(messages) == 1:
        yield from _wrapped(next(iter(messages)), "  ")
    for result in group.results[:limit]:
        yield f"  - {_about(result, language)}"
        if len(messages) > 1:
            yield from _wrapped(result.message(language), "    ")
        for place in result.places:
            yield f"    {WORDS[language]['place']}: {place_text(place, language)}"
    yield from _rest(len(group.results) - limit, language)
    paths = {path_sparql(result.path) for result in group.results if result.path is not None}
    yield f"  [{'  '.join([short(group.rule.shape), *sorted(paths)])}]"


def _about(result: Result, language: str) -> str:
    parts = [result.label(language), short(result.focus_node)]
    if result.value is not None and result.value != result.focus_node:
        parts.append(f"{WORDS[language]['value']}: {' '.join(short(result.value).split())}")
    return "  ".join(part for part in parts if part)


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _rest(count: int, language: str) -> Iterator[str]:
    if count > 0:
        yield f"    … {WORDS[language]['more'].format(n=number(count, language))}"
