"""Triples maps → relational plans: branches of encoded terms over the cells of their rows.

A plan is made of sqlglot expressions over a named relation (``Rows``) and the primitives of
``terms``; nothing here runs anything. Terms are N-Triples-encoded texts; a term that cannot
be made (NULL, or not valid) makes no quad, and each way of not being valid is a ``Check``
that counts and finds the offenders. ``quads`` renders a plan as one query with the columns
s, p, o, g; :mod:`clusterkg.mapping.lines` writes the same branches as lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.findings import Severity
from clusterkg.mapping.data_checks import (
    Check,
    join_check,
    null_check,
    term_checks,
    unnest,
    uses,
)
from clusterkg.mapping.gather_plan import Gatherer, is_gathered
from clusterkg.mapping.template import Template
from clusterkg.mapping.term_plan import (
    Cells,
    Compiled,
    Compiler,
    Context,
    all_of,
    given,
    sql_column,
    sql_text,
)
from clusterkg.mapping.triples_map import (
    Constant,
    Reference,
    RefObjectMap,
    TermMap,
    TermType,
    TriplesMap,
    is_of_record,
    references,
    targets_of,
)
from clusterkg.namespaces import RDF, RML, RR

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from clusterkg.mapping.rows import Cell, Rows
    from clusterkg.mapping.term_plan import Sql
    from clusterkg.mapping.triples_map import LogicalTarget
    from clusterkg.mapping.triples_map import Mapping as MappingDocument

__all__ = [
    "Branch",
    "Check",
    "Context",
    "Parent",
    "Plan",
    "branch_quads",
    "parent_rows",
    "plan_mapping",
    "quads",
    "unnest",
    "used_cells",
]


@dataclass(frozen=True)
class Parent:
    """The other side of a join: its cells, its subject, and what has to be equal.

    ``keys`` are pairs (child, parent): texts over the cells of the child and of the parent.
    """

    name: str
    cells: Cells
    subject: Compiled
    keys: tuple[tuple[Compiled, Compiled], ...]
    line: int | None = None


@dataclass(frozen=True)
class Branch:
    """One predicate, object and graph of every row; with ``parent`` the object is its subject.

    Its quads go to all ``targets``, or where there is none to the default output. ``stated`` is
    the object as the mapping states it; None for a class of the subject.
    """

    predicate: Compiled
    object: Compiled
    graph: Compiled
    parent: Parent | None = None
    targets: tuple[LogicalTarget, ...] = ()
    stated: TermMap | RefObjectMap | None = None

    @property
    def terms(self) -> tuple[Compiled, Compiled, Compiled]:
        """Predicate, object and graph."""
        return self.predicate, self.object, self.graph

    @property
    def unnested(self) -> dict[str, Cell]:
        """The cells of the row that hold several values of which each makes a quad."""
        found = self.predicate.unnested | self.graph.unnested
        if self.parent is None:
            return found | self.object.unnested
        for child, _ in self.parent.keys:
            found |= child.unnested
        return found


@dataclass(frozen=True)
class Plan:
    """A triples map over the cells of its rows; ``cells`` are shared by all maps of a source.

    ``graphs`` are those of the subject.
    """

    triples_map: TriplesMap
    cells: Cells
    subject: Compiled
    branches: tuple[Branch, ...]
    checks: tuple[Check, ...] = field(default=())
    graphs: tuple[Compiled, ...] = field(default=())


def plan_mapping(
    mapping: MappingDocument,
    rows: Mapping[str, Rows],
    context: Context,
    names: Collection[str] | None = None,
) -> list[Plan]:
    """The plans of all triples maps, or of those named, in the order of the mapping.

    ``rows`` holds the relation of each, and of those that it refers to, by its name.
    """
    cells: dict[str, Cells] = {}
    for found in rows.values():
        cells.setdefault(found.name, Cells(found))
    owned = {name: cells[found.name] for name, found in rows.items()}
    numbers = {one.name: number for number, one in enumerate(mapping.triples_maps)}
    return [
        _Planner(one, owned, context, mapping.triples_map, numbers).plan()
        for one in mapping.triples_maps
        if names is None or one.name in names
    ]


class _Planner:
    """Builds the plan of one triples map."""

    def __init__(
        self,
        triples_map: TriplesMap,
        cells: Mapping[str, Cells],
        context: Context,
        parents: Callable[[str], TriplesMap],
        numbers: Mapping[str, int],
    ) -> None:
        self.map, self.all_cells, self.context, self.parents = triples_map, cells, context, parents
        self.cells = cells[triples_map.name]
        self.compiler = Compiler(self.cells, context, triples_map)
        self.checks: list[tuple[Compiled, TermMap]] = []
        self.templates: dict[TermMap, Severity] = {}
        self.joins: dict[RefObjectMap, tuple[TermMap, Parent]] = {}
        self.numbers = numbers
        number = numbers[triples_map.name]
        self.gathers = Gatherer(self.cells, context, number, self._compile, self._target)

    def plan(self) -> Plan:
        """All branches, one a predicate, object and graph, over the cells of the rows."""
        subject = self._compile(self.map.subject, "s")
        own = [(graph, self._compile(graph, "g")) for graph in self.map.graphs]
        branches = [
            Branch(_iri(f"{RDF}type"), _iri(iri), graph, targets=self._targets(targets))
            for iri in self.map.classes
            for graph, targets in self._graphs(own)
        ]
        for pair in self.map.predicate_objects:
            graphs = self._graphs(
                [*own, *((graph, self._compile(graph, "g")) for graph in pair.graphs)]
            )
            for term in pair.predicates:
                predicate = self._compile(term, "p")
                for made in pair.objects:
                    for graph, targets in graphs:
                        branch = self._pair(predicate, made, graph)
                        stated = (*targets_of(term), *targets_of(made), *targets)
                        branches.append(replace(branch, targets=self._targets(stated)))
        places = tuple(graph for graph, _ in self._graphs(own))
        return Plan(self.map, self.cells, subject, tuple(branches), tuple(self._checks()), places)

    def _compile(self, term: TermMap, prefix: str) -> Compiled:
        if term.gather is not None:
            return self.gathers.term(term, term.gather)
        compiled = self.compiler.compile(term, prefix)
        if compiled.checks:
            self.checks.append((compiled, term))
        if self.context.tells_nulls:
            severity = Severity.WARNING if prefix == "s" else Severity.INFO
            for part in (term, term.datatype):
                if part is not None and isinstance(part.expression, Template):
                    self.templates.setdefault(replace(part, condition=term.condition), severity)
        return compiled

    def _targets(self, others: Iterable[LogicalTarget]) -> tuple[LogicalTarget, ...]:
        """The targets of a quad: those of its subject and the others, each once."""
        return tuple(dict.fromkeys((*targets_of(self.map.subject), *others)))

    def _graphs(
        self, graphs: list[tuple[TermMap, Compiled]]
    ) -> list[tuple[Compiled, tuple[LogicalTarget, ...]]]:
        """The graphs of a triple with their targets; the default graph where none is given."""
        named = [
            (compiled, targets_of(graph)) for graph, compiled in graphs if not _is_default(graph)
        ]
        if graphs and len(named) == len(graphs):
            return named
        name = self.context.default_graph
        sql = exp.cast(exp.Null(), "VARCHAR") if name is None else sql_text(f"<{name}>")
        stated = [one for graph, _ in graphs if _is_default(graph) for one in targets_of(graph)]
        return [*named, (Compiled(sql, sure=True), tuple(stated))]

    def _pair(self, predicate: Compiled, target: TermMap | RefObjectMap, graph: Compiled) -> Branch:
        if isinstance(target, TermMap):
            return Branch(predicate, self._compile(target, "o"), graph, stated=target)
        made, parent = self._target(target, "o")
        return Branch(predicate, made, graph, parent, stated=target)

    def _target(self, target: RefObjectMap, prefix: str) -> tuple[Compiled, Parent | None]:
        """The subjects of another triples map, on the own rows or on those that are joined."""
        parent = self.parents(target.parent)
        if not target.joins:
            return self._subject_of(parent, self.cells, prefix), None
        cells = self.all_cells[parent.name]
        compiler = Compiler(cells, self.context, parent)
        subject = self._subject_of(parent, cells, "s")
        keys = tuple(
            (
                self.compiler.plain(join.child, f"j{number}"),
                compiler.plain(join.parent, f"j{number}"),
            )
            for number, join in enumerate(target.joins)
        )
        joined = Parent(parent.name, cells, subject, keys, target.line)
        self.joins.setdefault(target, (target.joins[0].child, joined))
        return subject, joined

    def _subject_of(self, parent: TriplesMap, cells: Cells, prefix: str) -> Compiled:
        """The subject of a triples map on some rows; another plan states what it gathers."""
        gather = parent.subject.gather
        if gather is None:
            return Compiler(cells, self.context, parent).compile(parent.subject, prefix)
        known = {**self.all_cells, parent.name: cells}
        planner = _Planner(parent, known, self.context, self.parents, self.numbers)
        made = planner.gathers.term(parent.subject, gather)
        return replace(made, collection=made.collection and replace(made.collection, owned=False))

    def _checks(self) -> list[Check]:
        found = [
            check
            for compiled, term in self.checks
            for check in term_checks(self.cells, compiled, term)
        ]
        for term, severity in self.templates.items():
            for reference in dict.fromkeys(references(TermMap(term.expression, term.term_type))):
                plain = TermMap(Reference(reference), TermType.LITERAL)
                value = self.compiler.plain(plain, "n")
                holds = self.compiler.holds(term)
                many = value.unnested or (holds and holds.unnested)
                if not many and is_of_record(self.map.source, reference):
                    found.append(null_check(self.cells, term, (value, holds), severity))
        for child, parent in self.joins.values():
            if not _is_itself(self.cells, parent):
                keys = [child for child, _ in parent.keys]
                there = parent_rows(parent, parent.keys).distinct()
                found.append(join_check(self.cells, (child, parent.name), keys, there))
        return found


def _is_itself(cells: Cells, parent: Parent) -> bool:
    """Whether rows are joined with themselves by the same values: then none is without."""
    return parent.cells is cells and all(child.sql == side.sql for child, side in parent.keys)


# -- a plan as one query -----------------------------------------------------------------------


def quads(plan: Plan, branches: Iterable[Branch] | None = None) -> exp.Select:
    """The distinct quads s, p, o, g of a plan, or of some of its branches.

    The rows with their subject are a common table of all branches.
    """
    chosen = plan.branches if branches is None else tuple(branches)
    gathers = plan.subject.collection is not None and not plan.branches
    if gathers or any(is_gathered(plan, branch) for branch in chosen):
        from clusterkg.mapping.gather_quads import gathered_quads

        return gathered_quads(plan, chosen)
    if not chosen:
        return exp.select(*(exp.alias_(exp.cast(exp.Null(), "VARCHAR"), n) for n in "spog")).where(
            "false"
        )
    used = used_cells(plan, chosen)
    cells = unnest(plan.cells.select(plan.cells.rows.name, only=used), plan.subject.unnested)
    rows = exp.select("*").from_(
        exp.select("*", exp.alias_(plan.subject.sql.copy(), "s", quoted=True))
        .from_(cells.subquery("cells"))
        .subquery("subjects")
    )
    rows = rows.where(given(sql_column("s")))
    union: exp.Query = branch_quads(chosen[0])
    for branch in chosen[1:]:
        union = exp.Union(this=union, expression=branch_quads(branch), distinct=False)
    found = exp.select("s", "p", "o", "g").distinct().from_(union.subquery("quads_of_map"))
    return found.with_("rows", as_=rows, materialized=True)


def used_cells(plan: Plan, branches: Iterable[Branch]) -> list[Cell]:
    """The cells that the subject and the branches read from the plan's own rows."""
    terms = [plan.subject.sql]
    unnested = list(plan.subject.unnested.values())
    for branch in branches:
        unnested += branch.unnested.values()
        terms += [branch.predicate.sql, branch.graph.sql]
        terms += [child.sql for child, _ in branch.parent.keys] if branch.parent else []
        terms += [] if branch.parent else [branch.object.sql]
    return [cell for cell in plan.cells.found.values() if any(uses(term, cell) for term in terms)]


def branch_quads(
    branch: Branch, rows: exp.Select | None = None, subject: Sql | None = None
) -> exp.Select:
    """The quads of one predicate, object and graph of the relation ``rows``.

    The rows may be others that are made of it, and the subject another than its ``s``.
    """
    rows = unnest(rows or exp.select("*").from_("rows"), branch.unnested)
    target = branch.object.sql if branch.parent is None else sql_column("object")
    made = exp.select(
        exp.alias_(subject or sql_column("s"), "s"),
        exp.alias_(branch.predicate.sql.copy(), "p"),
        exp.alias_(target.copy(), "o"),
        exp.alias_(branch.graph.sql.copy(), "g"),
    ).from_(rows.subquery("cells"))
    if branch.parent:
        made = _joined(made, branch.parent)
    object_sure = branch.object.sure and branch.parent is None
    unsure = [
        sql_column(name)
        for name, sure in (
            ("p", branch.predicate.sure),
            ("o", object_sure),
            ("g", branch.graph.sure),
        )
        if not sure
    ]
    outer = exp.select("s", "p", "o", "g").from_(made.subquery("terms"))
    return outer.where(all_of([given(column) for column in unsure])) if unsure else outer


def _joined(made: exp.Select, parent: Parent) -> exp.Select:
    """The rows of the child with the subjects of those rows of the parent that fit."""
    right = parent_rows(parent, parent.keys, parent.subject)
    conditions = [
        exp.EQ(this=child.sql.copy(), expression=sql_column(f"k{number}"))
        for number, (child, _) in enumerate(parent.keys)
    ]
    return made.join(right.subquery("parents"), on=all_of(conditions))


def parent_rows(
    parent: Parent,
    keys: Sequence[tuple[Compiled, Compiled]],
    subject: Compiled | None = None,
    *,
    relation: str | None = None,
    further: Sequence[str] = (),
) -> exp.Select:
    """The parent's rows: what has to be equal as ``k0``, ``k1``, …; the subject as ``object``.

    They are read from another ``relation`` if one is named, with ``further`` columns of it.
    """
    terms = [side for _, side in keys] + ([] if subject is None else [subject])
    unnested = {alias: cell for term in terms for alias, cell in term.unnested.items()}
    used = [
        cell
        for cell in parent.cells.found.values()
        if cell in unnested.values() or any(uses(term.sql, cell) for term in terms)
    ]
    named = [
        exp.alias_(side.sql.copy(), f"k{number}", quoted=True)
        for number, (_, side) in enumerate(keys)
    ]
    if subject is not None:
        named.append(exp.alias_(subject.sql.copy(), "object", quoted=True))
    source = relation or parent.cells.rows.name
    rows = unnest(parent.cells.select(source, *further, only=used), unnested)
    return exp.select(*named, *map(sql_column, further)).from_(rows.subquery("cells"))


def _iri(iri: str) -> Compiled:
    return Compiled(sql_text(f"<{iri}>"), sure=True)


def _is_default(graph: TermMap) -> bool:
    constant = graph.expression
    return isinstance(constant, Constant) and constant.value in (
        f"{RR}defaultGraph",
        f"{RML}defaultGraph",
    )
