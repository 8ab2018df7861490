"""The offenders of a plan's checks → findings that name the file, the row and the column.

Nothing is traced unless there is something to trace: first every check is counted, and only
for those with offenders the rows are read again, with where they come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier
from clusterkg.errors import MappingError
from clusterkg.findings import Finding, Place, Severity, Words, words
from clusterkg.mapping.database_rows import WHERE
from clusterkg.mapping.lexical import DATATYPES
from clusterkg.mapping.template import Template
from clusterkg.mapping.triples_map import (
    LogicalDatabase,
    LogicalFile,
    LogicalQuery,
    LogicalSparql,
    LogicalView,
    TermType,
    column_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.data_checks import Check
    from clusterkg.mapping.logical_rows import RowFinder
    from clusterkg.mapping.plan import Plan
    from clusterkg.mapping.profile import Profile

__all__ = ["RefusedDataError", "find_offenders", "merged", "refuse"]

_Repair = tuple[str, dict[str, Words], str]
"""The hint, what stands in it in every language, and the line of the mapping."""

_MOST, _MOST_HARMLESS = 10_000, 100
_KINDS = {"empty-join": "joined to no row", "template-on-null": "missing"}
_TRACED = "traced_rows"


class RefusedDataError(MappingError):
    """Values cannot become a term, and nothing may be left out; ``findings`` names them."""

    def __init__(self, message: str, findings: tuple[Finding, ...], *, at: str, hint: str) -> None:
        super().__init__(message, at=at, hint=hint)
        self.findings = findings


def refuse(findings: tuple[Finding, ...], file: str) -> None:
    """Raise RefusedDataError if a finding is a violation; ``file`` is the mapping's."""
    worst = sum(finding.severity is Severity.VIOLATION for finding in findings)
    if worst:
        raise RefusedDataError(
            f"nothing is written: {worst} {'value' if worst == 1 else 'values'} cannot be mapped",
            findings,
            at=file,
            hint="Correct them; or let them be left out and reported: on_data_error: report in the "
            "mapping, or clusterkg map --on-data-error report.",
        )


def find_offenders(
    connection: Connection,
    plans: Sequence[Plan],
    finder: RowFinder,
    file: str,
    profiles: Mapping[str, Profile] | None = None,
) -> tuple[Finding, ...]:
    """All values that could not become a term, sorted by their place; ``file`` is the mapping.

    ``profiles`` of the rows, by their names, spare the counting.
    """
    found: dict[tuple[Any, ...], Finding] = {}
    for plan in plans:
        rows = finder.made[plan.triples_map.source]
        for check in plan.checks:
            profile = (profiles or {}).get(rows.name)
            known = profile.count(check.invalid) if profile and not check.apart else None
            count = _count(connection, check, rows.name) if known is None else known
            if not count:
                continue
            repair = _repair(plan, check, file)
            for place, value, cell in _offenders(connection, plan, check, finder):
                finding = _finding(check, place or Place(file), value, cell, repair)
                _add(found, finding)
            most = _most(check)
            if count > most:
                kind = _KINDS.get(check.rule, check.rule.replace("-", " "))
                message = f"{count - most} more values that are {kind}"
                hint, given, line = repair
                said = words("more-values", n=str(count - most), kind=Words(kind), **given)
                finding = Finding(
                    *(check.severity, check.rule, message, Place(file), None, hint, said, line)
                )
                found[(check.rule, check.references, message)] = finding
    return tuple(sorted(found.values(), key=_order))


def merged(groups: Iterable[Sequence[Finding]]) -> tuple[Finding, ...]:
    """The findings of several triples maps, sorted by place; what two of them tell, once."""
    found: dict[tuple[Any, ...], Finding] = {}
    for finding in (one for group in groups for one in group):
        _add(found, finding)
    return tuple(sorted(found.values(), key=_order))


def _add(found: dict[tuple[Any, ...], Finding], finding: Finding) -> None:
    """What is told twice is told once, as the worse of both."""
    known = (finding.rule, finding.place, finding.message)
    if known not in found or found[known].severity < finding.severity:
        found[known] = finding


def _most(check: Check) -> int:
    """How many offenders are listed one by one."""
    return _MOST if check.severity is Severity.VIOLATION else _MOST_HARMLESS


def _order(finding: Finding) -> tuple[Any, ...]:
    place = finding.place or Place("")
    return (place.file, place.sheet or "", place.row or 0, place.column or "", finding.message)


def _count(connection: Connection, check: Check, relation: str) -> int:
    sql = check.query(relation, ()).sql(dialect="duckdb")
    counted = connection.execute(f"SELECT count(*) FROM ({sql})").fetchone()
    return int(counted[0]) if counted else 0


def _offenders(
    connection: Connection, plan: Plan, check: Check, finder: RowFinder
) -> Iterator[tuple[Place | None, str, str | None]]:
    """Place, value, and the cell as it stands where that is another text."""
    source = plan.triples_map.source
    if isinstance(source, LogicalQuery):
        yield from _of_query(connection, source, check, finder)
        return
    place = finder.places[source]
    relation = finder.made[source].name
    if isinstance(source, LogicalDatabase):
        column = check.references[0] if check.references else None
        for value, where in _rows(connection, check, relation, (WHERE,)):
            yield Place(f"{place.shown}, {where}", None, None, column), value, None
        return
    if isinstance(source, LogicalFile | LogicalSparql) and place.file:
        _view(connection, finder.files.numbered(place.file))
        relation = _TRACED
    reference = check.references[0] if check.references else None
    if isinstance(source, LogicalView):
        numbered, reference = finder.numbered(source), column_of(source, reference)
        if numbered is None:
            yield from ((None, value, None) for (value,) in _rows(connection, check, relation, ()))
            return
        relation = numbered.name
        while isinstance(source, LogicalView):
            source = source.on
    for value, row in _rows(connection, check, relation, ("_row",)):
        if place.relation:
            yield place.relation.place(row, reference), value, None
        else:
            file = place.shown or str(getattr(source, "path", ""))
            yield Place(file, place.sheet, row, reference), value, None


def _of_query(
    connection: Connection, source: LogicalQuery, check: Check, finder: RowFinder
) -> Iterator[tuple[Place | None, str, str | None]]:
    from clusterkg.mapping.lineage import CELL, COLUMN, ROW, TABLE, traced_query

    rows = finder.made[source].name
    reference = check.references[0] if check.references else ""
    sql = traced_query(source.sql.strip().rstrip(";"), reference, finder.tables)
    if sql is not None:
        try:
            _view(connection, sql)
            for value, table, row, column, cell in _rows(
                connection, check, _TRACED, (TABLE, ROW, COLUMN, CELL)
            ):
                place = finder.tables[table].place(row, column) if table else None
                yield place, value, cell
        except duckdb.Error:
            sql = None
    if sql is None:
        for (value,) in _rows(connection, check, rows, ()):
            yield None, value, None


def _view(connection: Connection, sql: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(_TRACED)} AS\n{sql}")


def _rows(
    connection: Connection, check: Check, relation: str, columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    sql = check.query(relation, columns).sql(dialect="duckdb")
    order = ", ".join(str(number) for number in range(1, len(columns) + 2))
    return connection.execute(
        f"SELECT * FROM ({sql}) ORDER BY {order} LIMIT {_most(check)}"
    ).fetchall()


# -- words -------------------------------------------------------------------------------------


def _finding(check: Check, place: Place, value: str, cell: str | None, repair: _Repair) -> Finding:
    hint, given, line = repair
    shown = value if len(value) <= 80 else f"{value[:79]}…"  # noqa: PLR2004
    return Finding(
        check.severity,
        check.rule,
        _message(check, value, shown),
        place,
        cell or value or None,
        hint,
        _said(check, value, shown, given),
        line,
    )


def _message(check: Check, value: str, shown: str) -> str:
    if check.rule == "not-in-datatype":
        name = check.detail.removeprefix("xsd:")
        words = f" ({DATATYPES[name].words})" if name in DATATYPES else ""
        return (
            f"'{shown}' is not an {check.detail}{words}"
            if words
            else (f"'{shown}' is not of the datatype that its row names")
        )
    if check.rule == "not-a-language":
        return f"'{shown}' is not a language tag such as de or en-GB"
    if check.rule == "template-on-null":
        return f"no value here, so '{_template(check)}' makes no term"
    if check.rule == "empty-join":
        return f"no row of triples map '{check.detail}' has '{shown}'"
    if check.rule == "not-a-single-value":
        return f"'{shown}' is a list or an object, not a single value"
    return f"'{shown}' is not a web address (IRI): {_why_no_iri(check, value)[0]}"


def _said(check: Check, value: str, shown: str, given: dict[str, Words]) -> Words:
    """The message and the hint in words for every language."""
    match check.rule:
        case "not-in-datatype" if check.detail.removeprefix("xsd:") in DATATYPES:
            datatype, expected = check.detail, Words(check.detail)
            said = words(
                "not-in-datatype", value=shown, datatype=datatype, expected=expected, **given
            )
        case "not-in-datatype":
            said = words("not-in-datatype-of-row", value=shown, **given)
        case "not-an-iri":
            why = _why_no_iri(check, value)[1]
            said = words("not-a-web-address", value=shown, why=why, **given)
        case "not-a-language":
            said = words("not-a-language", value=shown, **given)
        case "template-on-null":
            said = words("template-on-null", template=_template(check), **given)
        case "empty-join":
            said = words("empty-join", value=shown, parent=check.detail, **given)
        case _:
            said = words("not-a-single-value", value=shown, **given)
    return said


def _template(check: Check) -> str:
    """The template as R2RML writes it, without its escapes."""
    expression = check.term.expression
    parts = expression.parts if isinstance(expression, Template) else ()
    return "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in parts)


def _why_no_iri(check: Check, value: str) -> tuple[str, Words]:
    unsafe = check.term.term_type in (TermType.UNSAFE_IRI, TermType.UNSAFE_URI)  # may hold blanks
    if value != value.strip() and not unsafe:
        return "there are blanks around it", words("blanks-around")
    forbidden = next((c for c in value if _is_forbidden(c, unsafe=unsafe)), None)
    if forbidden is not None and forbidden.isspace() and not unsafe:
        return "it holds a blank", words("holds-blank")
    if forbidden is not None:
        shown = forbidden if forbidden.isprintable() else f"U+{ord(forbidden):04X}"
        return f"it holds the character {shown}", words("holds-character", character=shown)
    head = value.partition(":")[0]
    if ":" not in value or not head.isascii() or "." in head:
        return "it does not start with https:// or the like", words("no-scheme")
    return "it is not well-formed", words("not-well-formed")


def _is_forbidden(character: str, *, unsafe: bool) -> bool:
    if character < " " or character in '<>"{}|\\^`':
        return True
    return not unsafe and (character.isspace() or character in "[]")


_REMEDIES = {
    "not-a-single-value": ("Write the reference with [*]", "write-all"),
    "template-on-null": ("Fill the cell in if there is a value", "fill-in"),
    "empty-join": ("Correct the value, or add the row that it names", "add-row"),
}


def _repair(plan: Plan, check: Check, file: str) -> _Repair:
    line, name = check.term.line or plan.triples_map.line, plan.triples_map.name
    where = f"{file}, line {line}" if line else file
    where_said = words("line", file=file, line=str(line)) if line else file
    remedy, named = _REMEDIES.get(check.rule, ("Correct the value", "correct-value"))
    hint = (
        f"{remedy}, or change the mapping ({where}, triples map '{name}'); the triple is left out."
    )
    given = {
        "remedy": words(named),
        "where": words("triples-map", where=where_said, name=name),
    }
    return hint, given, where
