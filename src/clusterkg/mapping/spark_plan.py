"""A plan for DuckDB → the same plan over staged cells, which Spark can run.

Spark knows the primitives and little else: literals, comparisons, conditions. Whatever a plan
computes beyond that (a function of RML-FNML, a cast, the number of a row) becomes a further
column of the cells, which DuckDB evaluates. So no function has a second implementation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.plan import Branch, Plan, quads
from clusterkg.mapping.rows import Cell, Kind, Rows
from clusterkg.mapping.spark_sql import in_spark
from clusterkg.mapping.spark_terms import functions
from clusterkg.mapping.term_plan import Cells, Compiled, given, sql_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.mapping.term_plan import Sql

__all__ = ["NotOnSparkError", "StagedCells", "columns_read", "spark_queries", "staged_plan"]

_ALLOWED = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Null,
    exp.Boolean,
    exp.DPipe,
    exp.Case,
    exp.If,
    exp.And,
    exp.Or,
    exp.Not,
    exp.Is,
    exp.EQ,
    exp.In,
    exp.Paren,
    exp.DataType,
)
_NATURAL = ("term_json_text", "term_json_literal", "term_double", "term_decimal", "json_type")
_MOST_BRANCHES = 40
"""So many terms of a row are made in one pass; Spark compiles no code for much longer ones."""


class NotOnSparkError(Exception):
    """A part of a plan is neither known to Spark nor a value of the cells alone."""


@dataclass
class StagedCells:
    """The columns that a relation is staged with: its cells, and values computed from them.

    ``cells`` are those of the plan, over the relation; ``found`` the same over the staged one.
    """

    cells: Cells
    computed: dict[str, Sql] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The relation's name, on both engines."""
        return self.cells.rows.name

    @property
    def cells_by_alias(self) -> dict[str, Cell]:
        """The cells by the columns that hold them."""
        return {cell.alias: cell for cell in self.cells.found.values()}

    def select(self, used: Iterable[str]) -> exp.Select:
        """The staged columns with these names, as a query on DuckDB."""
        names = sorted(used)
        base = self.cells.select(self.name)
        columns = [
            exp.alias_(self.computed[name].copy(), name, quoted=True)
            if name in self.computed
            else sql_column(name)
            for name in names
        ]
        return exp.select(*columns, *([] if columns else ["1 AS one"])).from_(
            base.subquery("cells")
        )

    def staged(self) -> Cells:
        """The cells of the staged relation: each is a column, and a text."""
        found = {cell.alias: replace(cell, kind=Kind.TEXT) for cell in self.cells.found.values()}
        found |= {name: Cell(name, name, Kind.TEXT, many=False) for name in self.computed}
        by_name = {alias: replace(cell, reference=alias) for alias, cell in found.items()}
        return Cells(Rows(self.name, dict.fromkeys(by_name, "VARCHAR")), by_name)

    def compiled(self, term: Compiled) -> Compiled:
        """The term with what Spark does not know as columns of the cells."""
        if getattr(term, "collection", None) is not None:
            raise NotOnSparkError("a collection or container")
        return Compiled(self._known(term.sql.copy()), [], term.unnested, term.sure)

    def _known(self, node: Sql) -> Sql:
        if not _is_known(node) or self._is_natural(node):
            return sql_column(self._column(node))
        for key, value in list(node.args.items()):
            if isinstance(value, exp.Expr):
                node.set(key, self._known(value))
            elif isinstance(value, list):
                node.set(key, [self._known(v) if isinstance(v, exp.Expr) else v for v in value])
        return node

    def _is_natural(self, node: Sql) -> bool:
        """Whether it is the natural form of a cell, which DuckDB gives with the cell itself."""
        return node.name in _NATURAL and all(
            isinstance(value, exp.Column) and value.name in self.cells_by_alias
            for value in node.args.get("expressions", ())
        )

    def _column(self, node: Sql) -> str:
        """The column that holds the node's value, which may depend on cells only."""
        bound = {
            name.name for function in node.find_all(exp.Lambda) for name in function.expressions
        }
        read = {column.name for column in node.find_all(exp.Column)} - bound
        if not read <= self.cells_by_alias.keys():
            raise NotOnSparkError(node.sql(dialect="duckdb"))
        same = next((name for name, known in self.computed.items() if known == node), None)
        if same is None:
            same = f"h{len(self.computed)}"
            self.computed[same] = node.copy()
        return same


def _is_known(node: Sql) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name in functions() or node.name.lower() == "trim"
    if isinstance(node, exp.Cast) and not isinstance(node, exp.TryCast):
        return node.to.is_type("VARCHAR") and not isinstance(node.this, exp.Cast)
    return isinstance(node, _ALLOWED)


def staged_plan(plan: Plan, staging: dict[str, StagedCells]) -> Plan:
    """The plan over staged cells; ``staging`` holds those of each relation, and gets further ones.

    Raises NotOnSparkError.
    """
    own = staging.setdefault(plan.cells.rows.name, StagedCells(plan.cells))
    subject = own.compiled(plan.subject)
    branches = tuple(_staged_branch(branch, own, staging) for branch in plan.branches)
    return Plan(plan.triples_map, own.staged(), subject, branches)


def _staged_branch(branch: Branch, own: StagedCells, staging: dict[str, StagedCells]) -> Branch:
    predicate, graph = own.compiled(branch.predicate), own.compiled(branch.graph)
    if branch.parent is None:
        return Branch(predicate, own.compiled(branch.object), graph)
    parent = branch.parent
    other = staging.setdefault(parent.cells.rows.name, StagedCells(parent.cells))
    subject = other.compiled(parent.subject)
    keys = tuple((own.compiled(child), other.compiled(side)) for child, side in parent.keys)
    made = replace(parent, cells=other.staged(), subject=subject, keys=keys)
    return Branch(predicate, subject, graph, made)


def columns_read(plans: Iterable[Plan]) -> dict[str, set[str]]:
    """The columns that staged plans read from each staged relation."""
    found: dict[str, set[str]] = {}
    for plan in plans:
        own = found.setdefault(plan.cells.rows.name, set())
        own |= _read(plan.subject)
        for branch in plan.branches:
            own |= _read(branch.predicate) | _read(branch.graph)
            if branch.parent is None:
                own |= _read(branch.object)
                continue
            other = found.setdefault(branch.parent.cells.rows.name, set())
            other |= _read(branch.parent.subject)
            for child, side in branch.parent.keys:
                own |= _read(child)
                other |= _read(side)
    return found


def _read(term: Compiled) -> set[str]:
    named = {column.name for column in term.sql.find_all(exp.Column)}
    return named - term.unnested.keys() | {cell.alias for cell in term.unnested.values()}


def spark_queries(plan: Plan) -> Iterator[str]:
    """Queries in Spark's SQL that give all quads of a staged plan, some of them several times.

    Branches without lists and joins are made in one pass over the rows, the others each in one.
    """
    single = [branch for branch in plan.branches if not branch.unnested and not branch.parent]
    for start in range(0, len(single), _MOST_BRANCHES):
        yield in_spark(_one_pass(plan, single[start : start + _MOST_BRANCHES]))
    for branch in plan.branches:
        if branch not in single:
            yield in_spark(_not_distinct(quads(plan, [branch])).sql(dialect="duckdb"))


def _one_pass(plan: Plan, branches: Sequence[Branch]) -> str:
    """The terms of all branches as one list a row, which is then taken apart."""
    rows = quads(plan, branches).args["with_"].expressions[0].this
    terms = ", ".join(f"{{{_struct(branch)}}}" for branch in branches)
    return (
        f"SELECT s, q.p AS p, q.o AS o, q.g AS g FROM (SELECT s, unnest(many) AS q FROM "
        f"(SELECT s, [{terms}] AS many FROM ({rows.sql(dialect='duckdb')}) AS subjects) AS lists) "
        "AS quads WHERE NOT q.p IS NULL AND NOT q.o IS NULL"
    )


def _struct(branch: Branch) -> str:
    """Predicate, object and graph; a graph that cannot be made leaves no object either."""
    target = branch.object.sql
    if not branch.graph.sure:
        target = exp.Case(ifs=[exp.If(this=given(branch.graph.sql.copy()), true=target.copy())])
    named = (("p", branch.predicate.sql), ("o", target), ("g", branch.graph.sql))
    return ", ".join(f"{name}: {term.sql(dialect='duckdb')}" for name, term in named)


def _not_distinct(tree: Sql) -> Sql:
    """The query without its own DISTINCT: what all plans give together is made distinct."""
    tree.set("distinct", None)
    return tree
