"""Report → one HTML file to send to a colleague: no other files, readable on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    counted,
    number,
    rule_name,
    severity_word,
    times,
)
from clusterkg.validation.terms import is_iri, plain, short

if TYPE_CHECKING:
    from clusterkg.validation.report import FindingGroup, Report, Result, ResultGroup

__all__ = ["html_report"]


@dataclass(frozen=True)
class _Example:
    """One row under a rule: what it is about, with link, value and message."""

    name: str
    link: str | None = None
    value: str | None = None
    message: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Block:
    """One rule with its count, its sentence and some examples."""

    severity: str
    word: str
    title: str
    count: str
    message: str | None
    path: str | None
    examples: tuple[_Example, ...]
    more: str | None
    shape: str | None = None


def html_report(report: Report, *, language: str = "en", limit: int = 20) -> str:
    """The report with at most ``limit`` examples of each rule; the numbers stay true."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("clusterkg.validation.rendering", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = WORDS[language]
    worst = next((severity.word for severity, count in report.counts.items() if count), None)
    found = [_finding_block(g, language, limit) for g in report.finding_groups()]
    judged = [_result_block(g, language, limit) for g in report.result_groups()]
    sections = (("tables", found), ("graph", judged))
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
        checked=checked(report, language).splitlines(),
        sections=[(key, words[key], blocks) for key, blocks in sections if blocks],
        worst=worst,
    )


def _finding_block(group: FindingGroup, language: str, limit: int) -> _Block:
    hints = {finding_hint(finding, language) for finding in group.findings}
    heading = finding_heading(group.rule, language)
    remedy = WORDS[language]["hint"]
    return _Block(
        severity=group.severity.word,
        word=severity_word(group.severity, language),
        title=f"{heading} · {group.file}" if group.file else heading,
        count=times(len(group.findings), language),
        message=f"{remedy}: {next(iter(hints))}" if len(hints) == 1 and None not in hints else None,
        path=None,
        examples=tuple(
            _Example(
                name=placed_message(finding, language),
                value=finding.value,
                notes=(f"{remedy}: {hint}",) if hint and len(hints) > 1 else (),
            )
            for finding, hint in (
                (finding, finding_hint(finding, language)) for finding in group.findings[:limit]
            )
        ),
        more=_more(len(group.findings) - limit, language),
    )


def _result_block(group: ResultGroup, language: str, limit: int) -> _Block:
    messages = {result.message(language) for result in group.results}
    paths = {path_sparql(result.path) for result in group.results if result.path is not None}
    return _Block(
        severity=group.severity.word,
        word=severity_word(group.severity, language),
        title=rule_name(group.rule, language),
        count=times(len(group.results), language),
        message=next(iter(messages)) if len(messages) == 1 else None,
        path=next(iter(paths)) if len(paths) == 1 else None,
        examples=tuple(
            _example(result, language, alone=len(messages) > 1) for result in group.results[:limit]
        ),
        more=_more(len(group.results) - limit, language),
        shape=short(group.rule.shape),
    )


def _example(result: Result, language: str, *, alone: bool) -> _Example:
    same = result.value is None or result.value == result.focus_node
    return _Example(
        name=result.label(language) or short(result.focus_node),
        link=_link(result.focus_node),
        value=None if same else short(result.value or ""),
        message=result.message(language) if alone else None,
        notes=tuple(
            f"{WORDS[language]['place']}: {place_text(place, language)}" for place in result.places
        ),
    )


def _link(term: str) -> str | None:
    """The address of a web IRI; anything else, such as javascript:, is not to be clicked."""
    is_web = is_iri(term) and plain(term).lower().startswith(("http://", "https://"))
    return plain(term) if is_web else None


def _more(rest: int, language: str) -> str | None:
    return WORDS[language]["more"].format(n=number(rest, language)) if rest > 0 else None
