"""Whether a mapping fits its tables: unknown columns, joins, and columns nobody uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import literal
from clusterkg.errors import MappingError, did_you_mean
from clusterkg.mapping.jsonpath import JsonPathError, first_keys, parse_jsonpath
from clusterkg.mapping.logical_rows import table_names
from clusterkg.mapping.rows import RECORD, Kind, Rows
from clusterkg.mapping.template import Template, has_scheme
from clusterkg.mapping.triples_map import (
    Constant,
    LogicalFile,
    LogicalQuery,
    LogicalTable,
    LogicalView,
    RefObjectMap,
    TermMap,
    gathered,
    references,
    source_terms,
    stated_terms,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as Dictionary
    from collections.abc import Set as AbstractSet

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.triples_map import LogicalSource, Mapping, TriplesMap
    from clusterkg.sources.description import SourceDescription
    from clusterkg.sources.relation import Relation

__all__ = ["check_all_used", "check_fields", "check_references", "used_columns"]


def check_references(
    connection: Connection, mapping: Mapping, rows: Dictionary[str, Rows], problems: Problems
) -> None:
    """Every reference has to be a column of its rows (in JSON: be there in some record)."""
    check = _References(connection, problems)
    for triples_map in mapping.triples_maps:
        for owner, term in _terms(triples_map, mapping):
            if owner in rows:
                for reference in dict.fromkeys(references(term)):
                    check.reference(f"triples map '{owner}'", rows[owner], reference, term.line)
            if not (triples_map.base_iri or mapping.base_iri) and _is_relative(term):
                problems.add(
                    f"triples map '{triples_map.name}' makes relative IRIs without a base IRI",
                    line=term.line,
                    hint="Name one with --base, or in the mapping (base: in YARRRML).",
                )
        _check_parents(triples_map, mapping, problems)


def check_fields(connection: Connection, view: LogicalView, rows: Rows, problems: Problems) -> bool:
    """Whether the fields of a view find what they refer to in the rows of its source."""
    check, before = _References(connection, problems), len(problems.found)
    for one in view.fields:
        for name in references(one.expression) if one.expression else ():
            check.reference(f"logical view '{view.name}'", rows, name, one.line)
    return len(problems.found) == before


def _is_relative(term: TermMap) -> bool:
    """Whether every IRI that a term map makes is relative."""
    expression = term.expression
    start = ""
    if isinstance(expression, Constant):
        start = expression.value
    elif isinstance(expression, Template) and isinstance(expression.parts[0], str):
        start = expression.parts[0]
    known = isinstance(expression, Constant | Template) and term.term_type.is_iri
    return known and not has_scheme(start)


def _terms(triples_map: TriplesMap, mapping: Mapping) -> Iterator[tuple[str, TermMap]]:
    """Every term map with the triples map on whose rows it is evaluated."""
    name = triples_map.name
    for target in stated_terms(triples_map):
        if isinstance(target, TermMap):
            yield name, target
            continue
        for join in target.joins:
            yield name, join.child
            yield target.parent, join.parent
        if not target.joins:
            for inner in gathered(mapping.triples_map(target.parent).subject):
                if isinstance(inner, TermMap):
                    yield name, inner


@dataclass(frozen=True)
class _References:
    """Checks one reference after the other."""

    connection: Connection
    problems: Problems

    def reference(self, owner: str, rows: Rows, reference: str, line: int | None) -> None:
        """``owner`` is the triples map or view, ``line`` the one of the term map."""
        if rows.json:
            self._path(owner, rows, reference, line)
        elif reference not in rows.columns:
            known = rows.names or [column for column in rows.columns if column != "_row"]
            hint = _hint(reference, known, rows)
            missing = "no record has" if rows.names else f"no {rows.word}"
            what = f"{owner}: {missing} '{reference}'"
            self.problems.add(what, line=line, hint=hint)
        elif rows.kind(reference)[0] is Kind.NESTED:
            self.problems.add(
                f"{owner}: column '{reference}' is nested ({rows.columns[reference]})",
                line=line,
                hint="Take the value out in a query, for instance SELECT address.city AS city.",
            )

    def _path(self, owner: str, rows: Rows, reference: str, line: int | None) -> None:
        try:
            there = f'json_extract("{RECORD}", {literal(_first_keys(rows, reference))}) IS NOT NULL'
        except JsonPathError as error:
            self.problems.add(
                f"{owner}: reference '{reference}' {error}",
                line=line,
                hint="It has to be a JSONPath as in RFC 9535; $. at its beginning may be left out.",
            )
            return
        found = self.connection.execute(
            f'SELECT 1 FROM "{rows.name}" WHERE {there} LIMIT 1'
        ).fetchone()
        if reference in (rows.optional or ()):
            return
        some = found or self.connection.execute(f'SELECT 1 FROM "{rows.name}" LIMIT 1').fetchone()
        if some and not found:
            keys = self.connection.execute(
                f'SELECT DISTINCT unnest(json_keys("{RECORD}")) FROM "{rows.name}" '
                f"WHERE json_type(\"{RECORD}\") = 'OBJECT'"
            ).fetchall()
            hint = _hint(reference.removeprefix("$."), [key for (key,) in keys], rows)
            what = f"{owner}: no record has '{reference}'"
            self.problems.add(what, line=line, hint=hint)


def _hint(reference: str, known: Sequence[str], rows: Rows) -> str | None:
    """The near name; and in records, which need not be alike, how a reference may find nothing."""
    near = _delimiter(known) or did_you_mean(reference, known)
    if rows.optional is None or not (rows.json or rows.names):
        return near
    how = "If records need not have it, list it as optional in the source."
    return f"{near} {how}" if near else how


def _delimiter(names: Sequence[str]) -> str | None:
    """A hint where the one column's name holds what seems to be the delimiter of a CSV file."""
    found = next((one for one in ";\t|" if len(names) == 1 and one in names[0]), None)
    shown = "\\t" if found == "\t" else found
    return found and (
        f"Its one column is '{names[0]}': state the delimiter, in YARRRML delimiter: \"{shown}\", "
        f'in Turtle csvw:dialect [ csvw:delimiter "{shown}" ].'
    )


def _first_keys(rows: Rows, reference: str) -> str:
    """What has to be in a record for a reference into JSON. Raises JsonPathError."""
    if reference not in rows.aliases:
        parse_jsonpath(reference)
    return first_keys(reference)


def _check_parents(triples_map: TriplesMap, mapping: Mapping, problems: Problems) -> None:
    """Without a join condition parent and child have to be the same rows (R2RML, section 8)."""
    for target in stated_terms(triples_map):
        if not isinstance(target, RefObjectMap) or target.joins:
            continue
        parent = mapping.triples_map(target.parent)
        if _rows_of(parent) != _rows_of(triples_map):
            problems.add(
                f"triples map '{triples_map.name}' refers to '{parent.name}' without a join "
                "condition, and their logical sources differ",
                line=target.line,
                hint="State which columns have to be equal.",
            )


def _rows_of(triples_map: TriplesMap) -> tuple[object, ...]:
    source = triples_map.source
    return tuple(value for name, value in vars(source).items() if name != "line")


def used_columns(
    mapping: Mapping, relations: Sequence[Relation], source: str
) -> set[tuple[str, str, str]]:
    """The columns (source, table, column) that the mapping of ``source`` uses.

    A column is used if a term map or a join refers to it, or an SQL query names it; ``*``
    names nothing. Columns of other sources' tables are told as well.
    """
    from clusterkg.mapping.lineage import named_columns

    wanted: dict[str, set[str]] = {triples_map.name: set() for triples_map in mapping.triples_maps}
    for triples_map in mapping.triples_maps:
        for owner, term in _terms(triples_map, mapping):
            wanted[owner] |= set(references(term))
    tables = table_names(relations, source)
    used: set[tuple[str, str, str]] = set()
    for triples_map in mapping.triples_maps:
        for one, columns in _asked(triples_map.source, wanted[triples_map.name]):
            if isinstance(one, LogicalQuery):
                used |= named_columns(one.sql, tables, columns)
                continue
            relation = _relation(one, mapping, relations, tables)
            if relation is not None:
                used |= {(relation.source, relation.table, column) for column in columns}
    return used


def _asked(source: LogicalSource, columns: set[str]) -> Iterator[tuple[LogicalSource, set[str]]]:
    """The sources behind a source, which may be a view, and the columns that are taken."""
    if not isinstance(source, LogicalView):
        yield source, columns
        return
    for one, term in source_terms(source):
        yield one, set(references(term))


def _relation(
    source: LogicalSource,
    mapping: Mapping,
    relations: Sequence[Relation],
    tables: Dictionary[str, Relation],
) -> Relation | None:
    if isinstance(source, LogicalFile):
        file = (mapping.file.parent / source.path).resolve()
        return next((relation for relation in relations if relation.file == file), None)
    return tables.get(source.name.replace('"', "")) if isinstance(source, LogicalTable) else None


def check_all_used(
    descriptions: Sequence[SourceDescription],
    relations: Sequence[Relation],
    used: AbstractSet[tuple[str, str, str]],
) -> None:
    """Every column of every declared table is used by some mapping, or its table ignores it.

    ``used`` is what ``used_columns`` found for the mappings of all sources. Raises MappingError
    that names every other column.
    """
    ignored = {
        (description.key, table.name, column)
        for description in descriptions
        for table in description.tables
        for column in table.ignore
    }
    unused = [
        (relation, column)
        for relation in relations
        for column in relation.columns
        if (key := (relation.source, relation.table, column)) not in used and key not in ignored
    ]
    if not unused:
        return
    relation, column = unused[0]
    hint = (
        "Map it, or say in source.toml why not: "
        f'[tables.{relation.table}.ignore] {column} = "the reason".'
    )
    if len(unused) == 1:
        what = f"column '{column}' is neither mapped nor ignored"
        raise MappingError(what, at=relation.shown, hint=hint)
    lines = [
        f"  {one.shown}: column '{name}' is neither mapped nor ignored" for one, name in unused
    ]
    raise MappingError("\n".join([f"{len(unused)} columns are not used", *lines]), hint=hint)
