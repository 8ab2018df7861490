"""A triples map → a relational plan: one query whose rows are the encoded quads s, p, o, g.

The plan is a sqlglot expression over a named relation (``Rows``) and the primitives of
``terms``; nothing here runs anything. Terms are N-Triples-encoded texts; a term that cannot
be made (NULL, or not valid) makes no quad, and each way of not being valid is a ``Check``
that counts and finds the offenders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.term_plan import (
    Cells,
    Compiled,
    Compiler,
    Context,
    Sql,
    all_of,
    given,
    sql_column,
    sql_text,
    varchar,
)
from clusterkg.mapping.triples_map import Constant, RefObjectMap, TermMap, TriplesMap
from clusterkg.namespaces import RDF, RML, RR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clusterkg.mapping.rows import Cell, Rows

__all__ = ["Check", "Context", "Plan", "plan_triples_map"]


@dataclass(frozen=True)
class Check:
    """One way for a value not to become a term.

    ``rule`` names it, ``detail`` is the datatype where there is one. ``query`` gives the
    offenders of a relation of rows: their ``value``, and every column named to it.
    """

    rule: str
    detail: str
    term: TermMap
    references: tuple[str, ...]
    query: Callable[[str, Sequence[str]], Sql]


@dataclass(frozen=True)
class Plan:
    """The quads of a triples map, and the checks that belong to it."""

    triples_map: TriplesMap
    quads: Sql
    checks: tuple[Check, ...]


def plan_triples_map(
    triples_map: TriplesMap,
    rows: Mapping[str, Rows],
    context: Context,
    parents: Callable[[str], TriplesMap],
) -> Plan:
    """The plan of a triples map. ``rows`` holds the relation of every triples map by its name."""
    return _Planner(triples_map, rows, context, parents).plan()


class _Planner:
    """Builds the plan of one triples map."""

    def __init__(
        self,
        triples_map: TriplesMap,
        rows: Mapping[str, Rows],
        context: Context,
        parents: Callable[[str], TriplesMap],
    ) -> None:
        self.map, self.rows, self.context, self.parents = triples_map, rows, context, parents
        self.cells = Cells(rows[triples_map.name])
        self.compiler = Compiler(self.cells, context, triples_map.base_iri or context.base_iri)
        self.checks: list[tuple[Compiled, TermMap]] = []

    def plan(self) -> Plan:
        """All branches, one a predicate, object and graph, over the cells of the rows."""
        subject = self._compile(self.map.subject, "s")
        own = [(graph, self._compile(graph, "g")) for graph in self.map.graphs]
        branches = [
            self._branch(_iri(f"{RDF}type"), _iri(iri), graph)
            for iri in self.map.classes
            for graph in self._graphs(own)
        ]
        for pair in self.map.predicate_objects:
            graphs = self._graphs(
                [*own, *((graph, self._compile(graph, "g")) for graph in pair.graphs)]
            )
            for predicate in [self._compile(term, "p") for term in pair.predicates]:
                for target in pair.objects:
                    branches += [self._pair(predicate, target, graph) for graph in graphs]
        return Plan(self.map, self._whole(subject, branches), tuple(self._checks()))

    def _compile(self, term: TermMap, prefix: str) -> Compiled:
        compiled = self.compiler.compile(term, prefix)
        if compiled.checks:
            self.checks.append((compiled, term))
        return compiled

    def _graphs(self, graphs: list[tuple[TermMap, Compiled]]) -> list[Compiled]:
        """The graphs of a triple: those given, or the default graph where none is."""
        named = [compiled for graph, compiled in graphs if not _is_default(graph)]
        if graphs and len(named) == len(graphs):
            return named
        name = self.context.default_graph
        sql = exp.cast(exp.Null(), "VARCHAR") if name is None else sql_text(f"<{name}>")
        return [*named, Compiled(sql, sure=True)]

    def _pair(
        self, predicate: Compiled, target: TermMap | RefObjectMap, graph: Compiled
    ) -> exp.Select:
        if isinstance(target, TermMap):
            return self._branch(predicate, self._compile(target, "o"), graph)
        parent = self.parents(target.parent)
        if target.joins:
            return self._joined(predicate, target, parent, graph)
        compiler = Compiler(self.cells, self.context, parent.base_iri or self.context.base_iri)
        return self._branch(predicate, compiler.compile(parent.subject, "o"), graph)

    def _joined(
        self, predicate: Compiled, target: RefObjectMap, parent: TriplesMap, graph: Compiled
    ) -> exp.Select:
        """Rows of the child with the subjects of those rows of the parent that fit."""
        cells = Cells(self.rows[parent.name])
        compiler = Compiler(cells, self.context, parent.base_iri or self.context.base_iri)
        subject = compiler.compile(parent.subject, "s")
        unnested = dict(subject.unnested)
        keys = []
        for number, join in enumerate(target.joins):
            side = compiler.plain(join.parent, f"j{number}")
            unnested |= side.unnested
            keys.append(exp.alias_(side.sql, f"k{number}", quoted=True))
        inner = _unnest(cells.select(cells.rows.name), unnested)
        right = exp.select(exp.alias_(subject.sql, "object", quoted=True), *keys).from_(
            inner.subquery("cells")
        )
        joined = Compiled(sql_column("object"))
        conditions = []
        for number, join in enumerate(target.joins):
            child = self.compiler.plain(join.child, f"j{number}")
            joined.unnested |= child.unnested
            conditions.append(exp.EQ(this=child.sql, expression=sql_column(f"k{number}")))
        branch = self._branch(predicate, joined, graph)
        made = branch.args["from_"].this.this
        made.join(right.subquery("parents"), on=all_of(conditions), copy=False)
        return branch

    def _branch(self, predicate: Compiled, target: Compiled, graph: Compiled) -> exp.Select:
        """The quads of one predicate, object and graph."""
        unnested = predicate.unnested | target.unnested | graph.unnested
        rows = _unnest(exp.select("*").from_("rows"), unnested)
        made = exp.select(
            exp.alias_(sql_column("s"), "s"),
            exp.alias_(predicate.sql.copy(), "p"),
            exp.alias_(target.sql.copy(), "o"),
            exp.alias_(graph.sql.copy(), "g"),
        ).from_(rows.subquery("cells"))
        unsure = [
            sql_column(name)
            for name, term in (("p", predicate), ("o", target), ("g", graph))
            if not term.sure
        ]
        outer = exp.select("s", "p", "o", "g").from_(made.subquery("terms"))
        return outer.where(all_of([given(column) for column in unsure])) if unsure else outer

    def _whole(self, subject: Compiled, branches: list[exp.Select]) -> Sql:
        if not branches:
            return exp.select(
                *(exp.alias_(exp.cast(exp.Null(), "VARCHAR"), n) for n in "spog")
            ).where("false")
        cells = _unnest(self.cells.select(self.cells.rows.name), subject.unnested)
        rows = exp.select("*").from_(
            exp.select("*", exp.alias_(subject.sql, "s", quoted=True))
            .from_(cells.subquery("cells"))
            .subquery("subjects")
        )
        rows = rows.where(given(sql_column("s")))
        union: exp.Query = branches[0]
        for branch in branches[1:]:
            union = exp.Union(this=union, expression=branch, distinct=False)
        quads = exp.select("s", "p", "o", "g").distinct().from_(union.subquery("quads_of_map"))
        return quads.with_("rows", as_=rows, materialized=True)

    def _checks(self) -> list[Check]:
        found = []
        for compiled, term in self.checks:
            for rule, detail, invalid, value in compiled.checks:
                found.append(self._check(compiled, term, (rule, detail), invalid, value))
        return found

    def _check(
        self, compiled: Compiled, term: TermMap, kind: tuple[str, str], invalid: Sql, value: Sql
    ) -> Check:
        used = [cell for cell in self.cells.found.values() if _uses(invalid, cell)]

        def query(relation: str, columns: Sequence[str] = ()) -> Sql:
            inner = _unnest(self.cells.select(relation, *columns), compiled.unnested)
            kept = [sql_column(name) for name in columns]
            return (
                exp.select(exp.alias_(varchar(value.copy()), "value"), *kept)
                .from_(inner.subquery("cells"))
                .where(invalid.copy())
            )

        return Check(*kind, term, tuple(cell.reference for cell in used), query)


def _iri(iri: str) -> Compiled:
    return Compiled(sql_text(f"<{iri}>"), sure=True)


def _unnest(rows: exp.Select, unnested: Mapping[str, Cell]) -> exp.Select:
    """The rows once for each value of the cells that hold several."""
    for alias, cell in unnested.items():
        values = exp.Anonymous(this="unnest", expressions=[sql_column(cell.alias)])
        rows = exp.select("*", exp.alias_(values, alias, quoted=True)).from_(rows.subquery("cells"))
    return rows


def _uses(sql: Sql, cell: Cell) -> bool:
    return any(column.name.endswith(cell.alias) for column in sql.find_all(exp.Column))


def _is_default(graph: TermMap) -> bool:
    constant = graph.expression
    return isinstance(constant, Constant) and constant.value in (
        f"{RR}defaultGraph",
        f"{RML}defaultGraph",
    )
