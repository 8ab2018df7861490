"""Report → text for a terminal: counts first, by table and by rule, worst first."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

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
    summary,
    times,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterkg.validation.rendering.blocks import Block, Entry, View
    from clusterkg.validation.report import Report

__all__ = ["text_report"]

_WIDTH: Final = 100
_COLOURS: Final = {Severity.VIOLATION: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def text_report(
    report: Report, *, language: str = "en", limit: int = 5, colour: bool = False
) -> str:
    """The report with at most ``limit`` examples of each rule (0: all); the numbers stay true.

    ``colour`` marks the severities with ANSI colours.
    """
    words = WORDS[language]
    lines = [summary(report, language)]
    for line in checked(report, language).splitlines():
        lines += _wrapped(line, "")
    if not report.results and not report.findings:
        return "\n".join([*lines, words["good"], ""])
    shown = view(report, language, limit)
    body = [*_tables(shown, language), *_heading(words["rules"])]
    for block in shown.blocks:
        body += _block(block, language)
    lines += body
    told = (_printable(line) for line in lines)
    return "\n".join([*(_coloured(line, language) if colour else line for line in told), ""])


def _printable(line: str) -> str:
    """What a cell holds must not steer the terminal."""
    kept = "\u00a0\u202f"  # the blanks that part thousands in Russian are no control characters
    return "".join(sign if sign.isprintable() or sign in kept else "\ufffd" for sign in line)


def _coloured(line: str, language: str) -> str:
    """The line with its severity in colour, if one begins it."""
    indent, text = line[: len(line) - len(line.lstrip())], line.lstrip()
    for severity, code in _COLOURS.items():
        word = severity_word(severity, language)
        if text.startswith(f"{word} · "):
            return f"{indent}\x1b[1;{code}m{word}\x1b[0m{text.removeprefix(word)}"
    return line


def _heading(word: str) -> list[str]:
    return ["", word, "=" * len(word)]


def _tables(shown: View, language: str) -> Iterator[str]:
    if not shown.tables:
        return
    yield from _heading(WORDS[language]["tables"])
    for table in shown.tables:
        yield ""
        counts = _counts(table.counts, language)
        yield from _wrapped(f"{place_text(table.place, language)}: {counts}", "")
        for at, count in table.blocks:
            block = shown.blocks[at]
            word = severity_word(block.severity, language)
            yield from _wrapped(f"{word} · {block.title} · {times(count, language)}", "  ")
    if any(shown.elsewhere.values()):
        counts = _counts(shown.elsewhere, language)
        yield from ("", f"({WORDS[language]['elsewhere']}: {counts})")


def _counts(counts: Mapping[Severity, int], language: str) -> str:
    return ", ".join(counted(severity, n, language) for severity, n in counts.items() if n)


def _block(block: Block, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield ""
    word = severity_word(block.severity, language)
    yield from _wrapped(f"{word} · {block.title} · {times(block.count, language)}", "")
    if block.message:
        yield from _wrapped(block.message, "  ")
    if block.hint:
        yield from _wrapped(f"{words['hint']}: {block.hint}", "  ")
    if block.columns:
        yield from _wrapped(f"{words['in']}: {columns_text(block, language)}", "  ")
    for entry in block.entries:
        yield from _entry(entry, language)
    if block.rest:
        yield f"    … {words['more'].format(n=number(block.rest, language))}"
    named = [part for part in (block.shape, *block.paths) if part]
    if named:
        yield from _wrapped(f"[{'  '.join(named)}]", "  ")


def _entry(entry: Entry, language: str) -> Iterator[str]:
    words = WORDS[language]
    message = " ".join(entry.message.split())
    if not entry.about:
        place = f"{place_text(entry.place, language)}: " if entry.place else ""
        yield from _wrapped(f"{place}{message}", "  - ")
    else:
        yield from _about(entry, language)
        yield from _wrapped(message, "    ")
    if entry.hint:
        yield from _wrapped(f"{words['hint']}: {entry.hint}", "    ")
    for origin in entry.origins:
        mapping = mapping_text(origin, language)
        told = cell_text(origin, language)
        yield from _wrapped(f"{told} ({mapping})" if mapping else told, "    ")
    more = entry.cells - len(entry.origins)
    if more:
        yield f"    … {words['cells'].format(n=number(more, language))}"
    yield from _why(entry, language, "    ")


def _why(entry: Entry, language: str, indent: str) -> Iterator[str]:
    words = WORDS[language]
    for cause in entry.why:
        yield from _wrapped(f"{words['why']}: {' '.join(cause.message.split())}", indent)
        yield from _why(cause, language, f"{indent}  ")
    more = entry.causes - len(entry.why)
    if more:
        yield f"{indent}… {words['causes'].format(n=number(more, language))}"


def _about(entry: Entry, language: str) -> Iterator[str]:
    """What it is about and the value, on one line if they fit."""
    about = "  ".join(part for part in (entry.label, entry.about) if part)
    if entry.value is None:
        yield from _wrapped(about, "  - ")
        return
    value = f"{WORDS[language]['value']}: {' '.join(entry.value.split())}"
    if len(about) + len(value) + 6 <= _WIDTH:
        yield f"  - {about}  {value}"
    else:
        yield from _wrapped(about, "  - ")
        yield from _wrapped(value, "    ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
