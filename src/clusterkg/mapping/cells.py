"""The values that plans take from rows, each a column, and the small SQL that plans are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.rows import Cell, Kind, Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "Cells",
    "Sql",
    "all_of",
    "call",
    "concat",
    "given",
    "is_text",
    "sql_column",
    "sql_text",
    "varchar",
    "when",
]

Sql = exp.Expr


def sql_text(value: str) -> Sql:
    """A text as SQL."""
    return exp.Literal.string(value)


def sql_column(name: str) -> Sql:
    """A column by its name, as SQL."""
    return exp.column(name, quoted=True)


def call(name: str, *arguments: Sql) -> Sql:
    """A function of some arguments."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def concat(*parts: Sql) -> Sql:
    """One text after the other; NULL if one is."""
    return reduce(lambda left, right: exp.DPipe(this=left, expression=right, safe=False), parts)


def varchar(value: Sql) -> Sql:
    """A value as text."""
    return exp.cast(value, "VARCHAR")


def when(condition: Sql, value: Sql) -> Sql:
    """The value where the condition holds, else NULL."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def is_text(value: Sql, text: str) -> Sql:
    """Whether a value is a text."""
    return exp.EQ(this=value, expression=sql_text(text))


def given(value: Sql) -> Sql:
    """Whether there is a value."""
    return exp.Not(this=exp.Is(this=value, expression=exp.Null()))


def all_of(conditions: Sequence[Sql]) -> Sql:
    """Whether all conditions hold."""
    return reduce(lambda left, right: exp.And(this=left, expression=right), conditions)


@dataclass
class Cells:
    """The values that triples maps take from the rows of one source, each once."""

    rows: Rows
    found: dict[str, Cell] = field(default_factory=dict)
    computed: dict[str, Sql] = field(default_factory=dict)

    def cell(self, reference: str) -> Cell:
        """The cell of a reference, the same for the same reference."""
        if reference not in self.found:
            kind, many = self.rows.kind(reference)
            self.found[reference] = Cell(reference, f"c{len(self.found)}", kind, many)
        return self.found[reference]

    def row_number(self, *, in_order: bool) -> Cell:
        """The number of each row, the same in every query.

        Rows that do not come ``in_order`` whenever they are read, as those of a query may not,
        are numbered as they are sorted; rows that cannot be told apart may change places.
        """
        columns = [] if in_order else [sql_column(name) for name in self.rows.columns]
        order = exp.Order(expressions=columns) if columns else None
        number = exp.Window(this=call("row_number"), order=order)
        key = number.sql(dialect="duckdb")
        if key not in self.found:
            self.found[key] = Cell("", f"c{len(self.found)}", Kind.INTEGER, many=False)
            self.computed[self.found[key].alias] = number
        return self.found[key]

    def computed_cell(self, values: Sql, kind: Kind, *, many: bool) -> Cell:
        """A cell of one or several values that are computed from other cells, once a row."""
        key = values.sql(dialect="duckdb")
        if key not in self.found:
            of = {cell.alias: cell for cell in self.found.values()}
            used = [of[column.name] for column in values.find_all(exp.Column) if column.name in of]
            cell = Cell(used[0].reference if used else "", f"c{len(self.found)}", kind, many)
            self.computed[cell.alias] = values.transform(
                lambda node: (
                    self._source(of[node.name])
                    if isinstance(node, exp.Column) and node.name in of
                    else node
                )
            )
            self.found[key] = cell
        return self.found[key]

    def _source(self, cell: Cell) -> Sql:
        """The value of a cell as SQL on the relation."""
        if cell.alias in self.computed:
            return self.computed[cell.alias].copy()
        return self.rows.value(cell.reference)

    def select(
        self, relation: str, *further: str, only: Iterable[Cell] | None = None
    ) -> exp.Select:
        """All cells as columns, or ``only`` some; further columns of the relation as they are."""
        columns = [
            exp.alias_(self._source(cell), cell.alias, quoted=True)
            for cell in (self.found.values() if only is None else only)
        ]
        kept = [sql_column(name) for name in further]
        return exp.select(*columns, *kept, *([] if columns or kept else ["1 AS one"])).from_(
            exp.to_identifier(relation, quoted=True)
        )
