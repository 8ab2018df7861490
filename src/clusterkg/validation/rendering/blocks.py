"""Report → what people read of it: tables with their counts, rules with their counts and examples.

A result that comes from cells of several tables or columns counts once in each of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.findings import Place, Severity
from clusterkg.validation.finding_wording import (
    column_text,
    finding_heading,
    finding_hint,
    finding_message,
    place_text,
)
from clusterkg.validation.path import path_sparql
from clusterkg.validation.rendering.words import WORDS, group_name, number
from clusterkg.validation.report import FindingGroup
from clusterkg.validation.terms import is_blank, is_iri, plain, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clusterkg.findings import Origin
    from clusterkg.validation.report import Report, Result, ResultGroup

__all__ = [
    "Block",
    "Entry",
    "Table",
    "View",
    "columns_text",
    "result_entry",
    "sorted_groups",
    "tables_of",
    "view",
]

_Column = tuple[str, str | None, str | None, bool]
"""File, sheet and column, and whether it is one of a table."""
_WORST: Final = tuple(sorted(Severity, reverse=True))
_COLUMNS: Final = 12
"""So many columns of tables are named for a rule."""
_WHY: Final = 10
"""So many causes of a result are told."""


@dataclass(frozen=True)
class Entry:
    """One finding or result, in words; ``link`` is the web address of what it is about.

    ``origins`` are the first of ``cells``; ``why`` the first of ``causes``.
    """

    about: str
    message: str
    link: str | None = None
    label: str = ""
    value: str | None = None
    hint: str | None = None
    place: Place | None = None
    origins: tuple[Origin, ...] = ()
    cells: int = 0
    why: tuple[Entry, ...] = ()
    causes: int = 0


@dataclass(frozen=True)
class Block:
    """One rule of one severity: ``count`` is the true number, ``entries`` are the examples.

    ``message`` is there if it is the same for all, ``hint`` if it is for several; ``columns`` says
    how many come from which column of which table (places without a row), most first.
    """

    severity: Severity
    title: str
    count: int
    message: str | None
    hint: str | None
    columns: tuple[tuple[Place, int], ...]
    entries: tuple[Entry, ...]
    paths: tuple[str, ...] = ()
    shape: str | None = None

    @property
    def rest(self) -> int:
        """How many are not among the examples."""
        return self.count - len(self.entries)


@dataclass(frozen=True)
class Table:
    """One file or sheet: how many of each severity; of which block (its number) how many."""

    place: Place
    counts: Mapping[Severity, int]
    blocks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class View:
    """Tables and blocks, worst first; ``elsewhere`` counts what comes from no table."""

    blocks: tuple[Block, ...]
    tables: tuple[Table, ...]
    elsewhere: Mapping[Severity, int]


def view(report: Report, language: str, limit: int = 0, cells: int | None = None) -> View:
    """The report with at most ``limit`` examples of each rule and ``cells`` of each example.

    0 stands for all; None for as many cells as examples.
    """
    groups = sorted_groups(report)
    shown = limit if cells is None else cells
    reader = _Reader(report, language, limit or None, shown or None)
    return View(
        tuple(reader.block(group) for group in groups),
        tables_of(groups),
        _elsewhere(groups),
    )


def columns_text(block: Block, language: str) -> str:
    """``people.csv: column plz 7, column born 2; book.xlsx, sheet A: column name 1``."""
    tables: dict[Place, list[str]] = {}
    for place, count in block.columns[:_COLUMNS]:
        table = Place(place.file, place.sheet)
        column = column_text(place.column, language) + " " if place.column else ""
        tables.setdefault(table, []).append(f"{column}{number(count, language)}")
    told = [f"{place_text(table, language)}: {', '.join(n)}" for table, n in tables.items()]
    rest = len(block.columns) - _COLUMNS
    return "; ".join(
        [*told, WORDS[language]["more"].format(n=number(rest, language))] if rest > 0 else told
    )


def sorted_groups(report: Report) -> list[FindingGroup | ResultGroup]:
    """All groups, worst first; findings in tables before results of shapes."""
    groups: list[FindingGroup | ResultGroup] = [*report.finding_groups()]
    groups += report.result_groups()
    return sorted(groups, key=lambda group: -group.severity)


def _cells(group: FindingGroup | ResultGroup) -> Iterator[set[_Column]]:
    """For each member of the group that comes from anywhere the columns, each once."""
    if isinstance(group, FindingGroup):
        for finding in group.findings:
            if finding.place is not None:
                yield {_column(finding.place)}
    else:
        for result in group.results:
            if result.origins:
                yield {_column(origin.place) for origin in result.origins}


def _column(place: Place) -> _Column:
    return place.file, place.sheet, place.column, place.line is None


def tables_of(groups: Sequence[FindingGroup | ResultGroup]) -> tuple[Table, ...]:
    """The tables that anything comes from, worst first; blocks are the numbers of the groups.

    What has a line is a text, such as a file with shapes, and no table.
    """
    counts: dict[tuple[str, str | None], Counter[Severity]] = defaultdict(Counter)
    blocks: dict[tuple[str, str | None], dict[int, int]] = defaultdict(dict)
    for at, group in enumerate(groups):
        found = Counter(
            table
            for columns in _cells(group)
            for table in {(file, sheet) for file, sheet, _, in_table in columns if in_table}
        )
        for table, count in found.items():
            counts[table][group.severity] += count
            blocks[table][at] = count
    made = [
        Table(
            Place(*table),
            {severity: found[severity] for severity in _WORST},
            tuple(blocks[table].items()),
        )
        for table, found in counts.items()
    ]
    return tuple(sorted(made, key=_worst))


def _worst(table: Table) -> tuple[tuple[int, ...], str, str]:
    numbers = tuple(-table.counts[severity] for severity in _WORST)
    return numbers, table.place.file, table.place.sheet or ""


def _elsewhere(groups: Iterable[FindingGroup | ResultGroup]) -> dict[Severity, int]:
    counts = dict.fromkeys(_WORST, 0)
    for group in groups:
        members = group.findings if isinstance(group, FindingGroup) else group.results
        in_tables = sum(any(in_table for *_, in_table in columns) for columns in _cells(group))
        counts[group.severity] += len(members) - in_tables
    return counts


def _columns(group: FindingGroup | ResultGroup) -> tuple[tuple[Place, int], ...]:
    """The columns of tables, and texts, that the group comes from: most first."""
    counts = Counter(column for columns in _cells(group) for column in columns)
    places = [
        (Place(file, sheet, column=column), count)
        for (file, sheet, column, _), count in counts.items()
    ]
    return tuple(sorted(places, key=lambda pair: (-pair[1], str(pair[0]))))


@dataclass(frozen=True)
class _Reader:
    report: Report
    language: str
    limit: int | None
    cells: int | None

    def block(self, group: FindingGroup | ResultGroup) -> Block:
        if isinstance(group, FindingGroup):
            return self._of_findings(group)
        return self._of_results(group)

    def _of_findings(self, group: FindingGroup) -> Block:
        hints = {finding_hint(finding, self.language) for finding in group.findings}
        hint = hints.pop() if len(hints) == 1 and len(group.findings) > 1 else None
        return Block(
            severity=group.severity,
            title=finding_heading(group.rule, self.language),
            count=len(group.findings),
            message=None,
            hint=hint,
            columns=_columns(group),
            entries=tuple(
                Entry(
                    about="",
                    message=finding_message(finding, self.language),
                    value=finding.value,
                    hint=None if hint else finding_hint(finding, self.language),
                    place=finding.place,
                )
                for finding in group.findings[: self.limit]
            ),
        )

    def _of_results(self, group: ResultGroup) -> Block:
        messages = {result.message(self.language) for result in group.results}
        message = messages.pop() if len(messages) == 1 else None
        paths = {
            path_sparql(result.path, prefixes=self.report.prefixes)
            for result in group.results
            if result.path is not None
        }
        return Block(
            severity=group.severity,
            title=group_name(group, self.language, self.report.prefixes),
            count=len(group.results),
            message=message,
            hint=None,
            columns=_columns(group),
            entries=tuple(
                result_entry(self.report, result, self.language, self.cells, told=message)
                for result in group.results[: self.limit]
            ),
            paths=tuple(sorted(paths)),
            shape=None if is_blank(group.rule.shape) else self._short(group.rule.shape),
        )

    def _short(self, term: str) -> str:
        return short(term, self.report.prefixes)


def result_entry(
    report: Report, result: Result, language: str, limit: int | None, *, told: str | None = None
) -> Entry:
    """One result with ``limit`` of its cells; its message is left out if it is ``told``.

    The causes are left out where the rule has a message of its own, which says more.
    """
    rule = report.rules.get(result.source_shape)
    details = () if rule and rule.speaks else result.details
    same = result.value is None or result.value == result.focus_node
    message = result.message(language)
    return Entry(
        about=short(result.focus_node, report.prefixes),
        label=result.label(language),
        link=_link(result.focus_node),
        message="" if message == told else message,
        value=None if same else short(result.value or "", report.prefixes),
        origins=result.origins[:limit],
        cells=len(result.origins),
        why=tuple(result_entry(report, detail, language, None) for detail in details[:_WHY]),
        causes=len(details),
    )


def _link(term: str) -> str | None:
    """The address of a web IRI; anything else, such as javascript:, is not to be clicked."""
    is_web = is_iri(term) and plain(term).lower().startswith(("http://", "https://"))
    return plain(term) if is_web else None
