"""A report → the rows of tables that its violations come from, and why; again and again.

A row that is left out takes with it what refers to it: the graph without the rows is judged once
more, until nothing is wrong in it. What cannot be traced to a row, or is still wrong when all of
its rows are left out, is an error.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from clusterkg.errors import ValidationError
from clusterkg.findings import Finding, Severity, words
from clusterkg.validation.finding_wording import finding_heading, finding_messages
from clusterkg.validation.rendering.words import rule_name
from clusterkg.validation.report import in_language
from clusterkg.validation.rule import Rule
from clusterkg.validation.terms import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from clusterkg.findings import Place
    from clusterkg.sources.relation import Relation
    from clusterkg.validation.report import Report

__all__ = [
    "Dangling",
    "Judged",
    "LeftOut",
    "Reason",
    "Row",
    "count_by_table",
    "left_out_findings",
    "settle",
]

_SHOWN: Final = 3
_DANGLING: Final = {
    "de": ("Verweis auf eine Zeile, die nicht im Release ist", "{} ist nicht im Release."),
    "en": ("reference to a row that is not in the release", "{} is not in the release."),
    "ru": ("ссылка на строку, которой нет в выпуске", "{} нет в выпуске."),
}


class Row(NamedTuple):
    """A row of a declared table by the number that a spreadsheet shows."""

    source: str
    table: str
    number: int


@dataclass(frozen=True, order=True)
class Reason:
    """The rule that a row breaks, and what is said of it by language; both as pairs, sorted."""

    rule: tuple[tuple[str, str], ...]
    message: tuple[tuple[str, str], ...]

    def rule_in(self, language: str) -> str:
        """What the rule is called."""
        return in_language(dict(self.rule), language)

    def message_in(self, language: str) -> str:
        """What is said."""
        return in_language(dict(self.message), language)


LeftOut = dict[Row, tuple[Reason, ...]]
"""The rows that are left out, each with its reasons, sorted."""


@dataclass(frozen=True)
class Dangling:
    """A reference to something that was described, and no longer is, and the places it is from."""

    node: str
    places: tuple[Place, ...]


class Judged(Protocol):
    """A graph that was made without some rows: its report, and what dangles in it."""

    @property
    def report(self) -> Report:
        """What is wrong, traced to cells."""

    @property
    def relations(self) -> Sequence[Relation]:
        """The tables that it was made of."""

    @property
    def dangling(self) -> Sequence[Dangling]:
        """References to what is no longer described."""


State = TypeVar("State", bound=Judged)


@dataclass
class _Concerned:
    """The rows that violations come from, and the violations that come from no row."""

    rows: dict[Row, set[Reason]] = field(default_factory=lambda: defaultdict(set))
    untraced: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


def settle(
    judge: Callable[[frozenset[Row]], State], languages: Sequence[str]
) -> tuple[State, LeftOut]:
    """Leave rows out until nothing that remains is a violation; returns the last state.

    ``judge`` makes the graph without some rows and judges it. Raises ValidationError for a
    violation that does not go away.
    """
    left: dict[Row, set[Reason]] = {}
    while True:
        state = judge(frozenset(left))
        found = _concerned(state, languages)
        new = found.rows.keys() - left.keys()
        if not new and not found.seen:
            return state, {row: tuple(sorted(left[row])) for row in sorted(left)}
        if not new:
            raise _stays(found, len(left))
        for row, reasons in found.rows.items():
            left.setdefault(row, set()).update(reasons)


def _stays(found: _Concerned, rows: int) -> ValidationError:
    told = found.untraced or found.seen
    one = len(told) == 1
    number = "1 violation" if one else f"{len(told)} violations"
    more = f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    if found.untraced:
        why = "comes from no row" if one else "come from no row"
    else:
        left = "1 row was" if rows == 1 else f"{rows} rows were"
        why = f"{'stays' if one else 'stay'}, though {left} left out for it"
    return ValidationError(
        f"{number} {why}: {'; '.join(told[:_SHOWN])}{more}",
        hint="Nothing is put into quarantine, and the last release has not been touched. Repair "
        "the table, the mapping or the shape; the report has all that was found.",
    )


def _concerned(state: Judged, languages: Sequence[str]) -> _Concerned:
    found = _Concerned()
    known: dict[tuple[str, str | None], list[Relation]] = defaultdict(list)
    for relation in state.relations:
        known[relation.shown, relation.sheet].append(relation)
    for places, reason in _violations(state.report, languages):
        rows = list(_rows(places, known))
        told = f"{reason.rule_in('en')}: {reason.message_in('en')}"
        found.seen.append(told)
        if not rows:
            found.untraced.append(told)
        for row in rows:
            found.rows[row].add(reason)
    for one in state.dangling:
        for row in _rows(one.places, known):
            found.rows[row].add(_refers_to(one.node))
    return found


def _refers_to(node: str) -> Reason:
    return _reason(
        {language: rule for language, (rule, _) in _DANGLING.items()},
        {language: text.format(short(node)) for language, (_, text) in _DANGLING.items()},
    )


def _rows(
    places: Iterable[Place], known: Mapping[tuple[str, str | None], Sequence[Relation]]
) -> Iterator[Row]:
    for place in places:
        if place.row is not None:
            for relation in known.get((place.file, place.sheet), ()):
                yield Row(relation.source, relation.table, place.row)


def _violations(
    report: Report, languages: Sequence[str]
) -> Iterator[tuple[tuple[Place, ...], Reason]]:
    for result in report.results:
        if result.severity is Severity.VIOLATION:
            rule = report.rules.get(result.source_shape) or Rule(result.source_shape)
            names = {language: rule_name(rule, language) for language in languages}
            yield result.places, _reason(names, result.messages)
    for finding in report.findings:
        if finding.severity is Severity.VIOLATION:
            names = {language: finding_heading(finding.rule, language) for language in languages}
            places = () if finding.place is None else (finding.place,)
            yield places, _reason(names, finding_messages(finding))


def _reason(rule: Mapping[str, str], message: Mapping[str, str]) -> Reason:
    return Reason(tuple(sorted(rule.items())), tuple(sorted(message.items())))


def count_by_table(left: LeftOut) -> dict[tuple[str, str], int]:
    """How many rows are left out, by source and table."""
    return dict(sorted(Counter((row.source, row.table) for row in left).items()))


def left_out_findings(left: LeftOut, relations: Sequence[Relation]) -> Iterator[Finding]:
    """A finding for each row that is left out, at its place."""
    known = {(relation.source, relation.table): relation for relation in relations}
    for row, reasons in sorted(left.items()):
        number = str(len(reasons))
        file = f"quarantine/{row.source}/{row.table}.csv"
        yield Finding(
            Severity.WARNING,
            "left-out",
            f"the row is not in the release; violations: {number}",
            known[row.source, row.table].place(row.number),
            hint=f"Repair it; what is wrong stands in the build folder, in {file}.",
            said=words("left-out", n=number, file=file),
        )
