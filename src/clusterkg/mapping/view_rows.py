"""Logical views (RML-LV) → one SQL query over the rows of their source, with a column a field.

The query is a chain: every field that iterates multiplies the rows of the step before, a field
of one value adds a column, joins come last. A record without values keeps its row, with NULL.
Index keys (``#``, ``item.#``) are computed only if the mapping refers to some.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.engines.duckdb import identifier
from clusterkg.errors import did_you_mean
from clusterkg.mapping.function_plan import Value, Values
from clusterkg.mapping.jsonpath import JsonPathError, duckdb_path, gives_many
from clusterkg.mapping.rows import RECORD, Kind, Rows
from clusterkg.mapping.term_plan import natural_text
from clusterkg.mapping.triples_map import LogicalView, references
from clusterkg.mapping.view_sql import (
    given_json,
    line_cells,
    named,
    rendered,
    text_of,
    written_text,
)
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.triples_map import Field, TermMap, ViewJoin

__all__ = ["ORDER", "ViewQuery", "view_query"]

ORDER = "_order"
"""The column of a view by which its rows have their order, if the mapping refers to an index."""

_IT = "<it>"


@dataclass(frozen=True)
class ViewQuery:
    """The SQL of a view, and which column each name is: ``rows`` adds the types."""

    sql: str
    aliases: dict[str, str]
    typed: bool

    def rows(self, described: Rows) -> Rows:
        """The rows of the view that was made of the SQL."""
        columns = {name: described.columns[column] for name, column in self.aliases.items()}
        hidden = {name: described.columns[name] for name in (ROW,) if name in described.columns}
        return replace(
            described,
            columns=columns | hidden,
            typed=self.typed,
            aliases=dict(self.aliases),
            word="field",
        )


def view_query(
    view: LogicalView,
    base: Rows,
    parents: Callable[[LogicalView], Rows | None],
    problems: Problems,
    *,
    indexed: bool,
) -> ViewQuery | None:
    """The query of a view on the rows of its source; None after a problem."""
    return _Query(view, base, problems, indexed=indexed).query(parents)


@dataclass
class _Records:
    """What the fields of one parent are read from: rows, JSON values, or the lines of a text."""

    kind: str
    reference: Callable[[TermMap, str], Value | None]
    column: str = ""


class _Query:
    """Builds the query of one view, step by step."""

    def __init__(self, view: LogicalView, base: Rows, problems: Problems, *, indexed: bool) -> None:
        self.view, self.base, self.problems, self.indexed = view, base, problems, indexed
        self.steps: list[str] = []
        self.values: dict[str, Value] = {}
        self.order: list[str] = []
        self.numbers = count()
        self.prefix = f"lv{_depth(view)}_"
        self.complete = True

    def query(self, parents: Callable[[LogicalView], Rows | None]) -> ViewQuery | None:
        """The chain of all fields and joins."""
        self._start()
        kind = "json" if self.base.json else "rows"
        self._fields(self.view.fields, _Records(kind, self._of_rows, RECORD), "")
        for join in self.view.joins:
            rows = parents(join.parent)
            if rows is None:
                self.complete = False
            else:
                self._join(join, rows)
        if not self.complete:
            return None
        aliases = {name: value.sql.name for name, value in self.values.items()}
        columns = [identifier(column) for column in aliases.values()]
        columns += [identifier(ROW)] if ROW in self.base.columns else []
        if self.indexed:
            columns.append(f"[{', '.join(self.order)}] AS {identifier(ORDER)}")
        steps = ",\n".join(f"s{number} AS ({sql})" for number, sql in enumerate(self.steps))
        sql = f"WITH {steps}\nSELECT {', '.join(columns)} FROM s{len(self.steps) - 1}"
        return ViewQuery(sql, aliases, self.base.typed)

    # -- steps -------------------------------------------------------------------------------

    def _start(self) -> None:
        source = identifier(self.base.name)
        if not self.indexed:
            self.steps.append(f"SELECT * FROM {source}")
            return
        by = next((one for one in (ORDER, ROW) if one in self._base_columns()), None)
        window = f"ORDER BY {identifier(by)}" if by else ""
        column = self._new()
        self.steps.append(f"SELECT *, row_number() OVER ({window}) - 1 AS {column} FROM {source}")
        self.values["#"] = Value(named(column), Kind.INTEGER)
        self.order.append(f"CAST({column} AS BIGINT)")

    def _base_columns(self) -> set[str]:
        return {*self.base.columns, *([ORDER] if isinstance(self.view.on, LogicalView) else [])}

    def _new(self) -> str:
        return f"{self.prefix}{next(self.numbers)}"

    def _step(self, select: str) -> None:
        self.steps.append(f"SELECT *, {select} FROM s{len(self.steps) - 1}")

    def _each(self, values: str) -> tuple[str, str]:
        """A step that takes the values of a list one by one; the columns of value and index.

        An empty list, or none, gives one NULL.
        """
        column, index = self._new(), self._new()
        some = f"length({values}) > 0"
        select = f"unnest(CASE WHEN {some} THEN {values} ELSE [NULL] END) AS {column}"
        if self.indexed:
            positions = f"CASE WHEN {some} THEN range(length({values})) ELSE [NULL] END"
            select += f", unnest({positions}) AS {index}"
            self.order.append(f"coalesce({index}, 0)")
        self._step(select)
        return column, index

    def _one(self, value: str) -> tuple[str, str]:
        column, index = self._new(), self._new()
        position = f", CASE WHEN {value} IS NOT NULL THEN 0 END AS {index}" if self.indexed else ""
        self._step(f"{value} AS {column}{position}")
        return column, index

    # -- fields ------------------------------------------------------------------------------

    def _fields(self, fields: Sequence[Field], records: _Records, prefix: str) -> None:
        for one in fields:
            name = f"{prefix}{one.name}"
            if one.expression is not None:
                self._expression(one, one.expression, records, name)
            else:
                self._iterable(one, records, name)

    def _expression(self, one: Field, term: TermMap, records: _Records, name: str) -> None:
        value = self._value(term, records)
        if value is None:
            return
        if value.many:
            column, index = self._each(rendered(value.sql))
            if value.kind is Kind.JSON:
                column = self._given(column)
        else:
            column, index = self._one(given_json(value))
        made = Value(named(column), value.kind)
        self._keep(name, made, index)
        inner = _Records("text", self._of_rows, written_text(made))
        self._fields(one.fields, inner, f"{name}.")

    def _given(self, column: str) -> str:
        """A column in which JSON's null is NULL."""
        new = self._new()
        self._step(f"{given_json(Value(named(column), Kind.JSON))} AS {new}")
        return new

    def _keep(self, name: str, value: Value, index: str) -> None:
        self.values[name] = value
        if self.indexed:
            self.values[f"{name}.#"] = Value(named(index), Kind.INTEGER)

    def _value(self, term: TermMap, records: _Records) -> Value | None:
        """The value of an expression on the records; None after a problem."""
        found = {name: records.reference(term, name) for name in references(term)}
        if any(value is None for value in found.values()):
            self.complete = False
            return None
        values = Values(lambda name: found[name] or Value(exp.Null()), natural_text)
        made = values.value(term)
        if term.condition is not None:
            holds = exp.EQ(
                this=values.text(values.value(term.condition)).sql,
                expression=exp.Literal.string("true"),
            )
            made = replace(made, sql=exp.Case(ifs=[exp.If(this=holds, true=made.sql)]))
        return made

    def _iterable(self, one: Field, records: _Records, name: str) -> None:
        formulation = one.formulation or {"json": "json", "lines": "csv"}.get(records.kind)
        changed = formulation != {"json": "json", "rows": "csv", "lines": "csv"}.get(records.kind)
        if formulation is None or (changed and records.kind != "text"):
            self._problem(
                f"iterable field '{name}' cannot be read from its parent",
                one.line,
                hint="It takes JSON, or the text of an expression field whose "
                "rml:referenceFormulation it states.",
            )
            return
        if formulation == "csv":
            self._lines(one, records, name)
            return
        iterator = one.iterator or "$"
        try:
            path = duckdb_path(iterator)
            many = gives_many(iterator)
        except JsonPathError as error:
            self._problem(f"iterator '{iterator}' of field '{name}' {error}", one.line)
            return
        document = records.column
        if records.kind == "text":
            document = f"TRY_CAST({document} AS JSON)"
        found = f"json_extract({document}, {rendered(exp.Literal.string(path))})"
        column, index = self._each(found) if many else self._one(found)
        if self.indexed:
            self.values[f"{name}.#"] = Value(named(index), Kind.INTEGER)
        inner = Rows("", json=True)

        def reference(term: TermMap, wanted: str) -> Value | None:
            return self._of_json(inner, column, term, wanted)

        self._fields(one.fields, _Records("json", reference, column), f"{name}.")

    def _lines(self, one: Field, records: _Records, name: str) -> None:
        """The records of a text in CSV with a header; a record is a list of cells."""
        if records.kind != "text":
            self._problem(f"iterable field '{name}' is in a table's row", one.line)
            return
        lines = self._new()
        self._step(
            f'regexp_extract_all({records.column}, \'("([^"]|"")*"|[^"\\r\\n])+\') AS {lines}'
        )
        column, index = self._each(f"{lines}[2:]")
        if self.indexed:
            self.values[f"{name}.#"] = Value(named(index), Kind.INTEGER)
        cells, header = self._new(), self._new()
        self._step(f"{line_cells(column)} AS {cells}, {line_cells(f'{lines}[1]')} AS {header}")

        def reference(term: TermMap, wanted: str) -> Value | None:
            where = f"list_position({header}, {rendered(exp.Literal.string(wanted))})"
            found = f"nullif({cells}[{where}], '')"
            return Value(exp.maybe_parse(found, dialect="duckdb"))

        self._fields(one.fields, _Records("lines", reference), f"{name}.")

    # -- references --------------------------------------------------------------------------

    def _of_rows(self, term: TermMap, name: str) -> Value | None:
        if self.base.json:
            return self._of_json(self.base, RECORD, term, name)
        if name not in self.base.columns:
            known = [column for column in self.base.columns if column != ROW]
            self._unknown("column", name, known, term.line)
            return None
        kind, many = self.base.kind(name)
        return Value(self.base.value(name), kind, many)

    def _of_json(self, rows: Rows, column: str, term: TermMap, name: str) -> Value | None:
        try:
            kind, many = rows.kind(name)
            value = rows.value(name)
        except JsonPathError as error:
            self._problem(
                f"reference '{name}' {error}",
                term.line,
                hint="Known are $, .name, ['name'], [0] and [*].",
            )
            return None
        record = value.transform(
            lambda node: (
                named(column) if isinstance(node, exp.Column) and node.name == RECORD else node
            )
        )
        return Value(record, kind, many)

    def _unknown(self, what: str, name: str, known: Sequence[str], line: int | None) -> None:
        hint = did_you_mean(name, known)
        if name == _IT:
            hint = "A record as a whole cannot be referred to; refer to one of its fields."
        self._problem(f"no {what} '{name}'", line, hint=hint)

    # -- joins -------------------------------------------------------------------------------

    def _join(self, join: ViewJoin, rows: Rows) -> None:
        """The fields of another view beside those of this one (RML-LV, logical view joins)."""

        def of_parent(term: TermMap, name: str) -> Value | None:
            if name not in rows.columns:
                self._unknown(f"field of '{join.parent.name}'", name, list(rows.aliases), term.line)
                return None
            return Value(rows.value(name), rows.kind(name)[0])

        own = dict(self.values)

        def of_child(term: TermMap, name: str) -> Value | None:
            if name not in own:
                self._unknown("field", name, list(own), term.line)
            return own.get(name)

        sides = [
            (
                self._value(one.child, _Records("view", of_child)),
                self._value(one.parent, _Records("view", of_parent)),
            )
            for one in join.joins
        ]
        given = [
            (one.name, self._value(one.expression, _Records("view", of_parent)))
            for one in join.fields
            if one.expression is not None
        ]
        if any(value is None for pair in sides for value in pair) or any(
            value is None for _, value in given
        ):
            return
        self._joined(
            join,
            rows,
            [(child, parent) for child, parent in sides if child and parent],
            [(name, value) for name, value in given if value],
        )

    def _joined(
        self,
        join: ViewJoin,
        rows: Rows,
        sides: list[tuple[Value, Value]],
        given: list[tuple[str, Value]],
    ) -> None:
        row, place, index = self._new(), self._new(), self._new()
        keys = [self._new() for _ in sides]
        columns = {self._new(): (name, value) for name, value in given}
        right = [
            f"{rendered(text_of(parent))} AS {key}"
            for (_, parent), key in zip(sides, keys, strict=True)
        ]
        right += [f"{rendered(value.sql)} AS {column}" for column, (_, value) in columns.items()]
        if self.indexed:
            self._step(f"row_number() OVER () AS {row}")
            right.append(f"row_number() OVER (ORDER BY {identifier(ORDER)}) AS {place}")
        on = " AND ".join(
            f"{rendered(text_of(child))} = p.{key}"
            for (child, _), key in zip(sides, keys, strict=True)
        )
        taken = [f"p.{column}" for column in columns]
        if self.indexed:
            matches = f"row_number() OVER (PARTITION BY {row} ORDER BY p.{place}) - 1"
            taken.append(f"CASE WHEN p.{place} IS NOT NULL THEN {matches} END AS {index}")
        kind = "JOIN" if join.inner else "LEFT JOIN"
        last = f"s{len(self.steps) - 1}"
        self.steps.append(
            f"SELECT {last}.*, {', '.join(taken)} FROM {last} {kind} "
            f"(SELECT {', '.join(right)} FROM {identifier(rows.name)}) AS p ON {on}"
        )
        for column, (name, value) in columns.items():
            one, at = self._each(column) if value.many else (column, index)
            self._keep(name, Value(named(one), value.kind), at)
        if self.indexed:
            self.order.append(f"coalesce({index}, 0)")

    def _problem(self, what: str, line: int | None, hint: str | None = None) -> None:
        self.complete = False
        self.problems.add(
            f"logical view '{self.view.name}': {what}", line=line or self.view.line, hint=hint
        )


def _depth(view: LogicalView) -> int:
    """On how many views a view is; columns of each have names of their own."""
    return 1 + _depth(view.on) if isinstance(view.on, LogicalView) else 0
