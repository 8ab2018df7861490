"""Findings about shapes → text for a terminal, one a line as compilers write them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from clusterkg.validation.finding_wording import finding_heading, finding_hint, finding_message
from clusterkg.validation.rendering.words import WORDS, number, severity_word, summary
from clusterkg.validation.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clusterkg.findings import Finding, Severity

__all__ = ["lint_text"]

_EXAMPLES: Final = 20
"""So many findings of one rule are shown."""


def lint_text(findings: Sequence[Finding], *, language: str = "en") -> str:
    """``shapes.ttl:17: violation: what is wrong [rule]``, the remedy below; then the numbers."""
    lines = [line for one in _shown(findings) for line in _told(one, language)]
    counts = Counter((one.severity, one.rule) for one in findings)
    for (severity, rule), count in sorted(counts.items(), key=lambda item: -item[0][0]):
        if count > _EXAMPLES:
            more = WORDS[language]["more"].format(n=number(count - _EXAMPLES, language))
            heading = finding_heading(rule, language)
            lines.append(f"{severity_word(severity, language)}: … {more} [{heading}]")
    if not findings:
        lines.append(WORDS[language]["good"])
    else:
        lines += ["", summary(Report(()).with_findings(findings), language)]
    return "\n".join([*lines, ""])


def _shown(findings: Sequence[Finding]) -> Iterator[Finding]:
    shown: Counter[tuple[Severity, str]] = Counter()
    for one in findings:
        shown[one.severity, one.rule] += 1
        if shown[one.severity, one.rule] <= _EXAMPLES:
            yield one


def _told(one: Finding, language: str) -> Iterator[str]:
    place = one.place
    where = f"{place.file}:{place.line}: " if place and place.line else ""
    message = " ".join(finding_message(one, language).split())
    heading = finding_heading(one.rule, language)
    yield f"{where}{severity_word(one.severity, language)}: {message} [{heading}]"
    hint = finding_hint(one, language)
    if hint:
        yield f"  {hint}"
