"""Collections and containers as SQL: their nodes, their members in order, and their structure.

One query makes all quads of a plan's branches with collections. Its common tables are, for each
relation, ``records`` (the cells, and a number for every row in the order of the source), for each
collection ``members`` (the terms, with the row, the number of the combination, and their place)
and ``collected`` (the node of each), and ``rows``, the records with their subject, as in
:func:`clusterkg.mapping.plan.quads`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.data_checks import uses
from clusterkg.mapping.gather_members import (
    NIL,
    all_rows,
    collected,
    equal_keys,
    members_of,
    numbered_rows,
    parent_rows,
    records_of,
    union,
    unnested_of,
    with_nodes,
)
from clusterkg.mapping.gather_plan import RECORD_NUMBER as REC
from clusterkg.mapping.plan import branch_quads, unnest
from clusterkg.mapping.term_plan import Compiled, given, sql_column, sql_text, varchar
from clusterkg.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.mapping.gather_plan import Collection
    from clusterkg.mapping.plan import Branch, Parent, Plan
    from clusterkg.mapping.rows import Cell
    from clusterkg.mapping.term_plan import Cells, Sql

__all__ = ["gathered_quads"]


def gathered_quads(plan: Plan, branches: Sequence[Branch]) -> exp.Select:
    """The distinct quads of branches, and of the structure of the collections in them."""
    found: dict[str, Collection] = {}
    for term in _terms(plan, branches):
        if term.collection is not None:
            found |= _with_inner(term.collection)
    tables: dict[str, exp.Query] = {}
    for cells, used in _cells_read(plan, branches, found.values()):
        tables[records_of(cells)] = numbered_rows(cells, used)
    for made in found.values():
        tables[f"members_{made.name}"] = members_of(made)
        tables[f"collected_{made.name}"] = collected(made)
    tables["rows"] = _rows(plan)
    legs: list[exp.Query] = [_branch(plan, branch) for branch in branches]
    graphs = _graphs(plan, branches)
    owned = [made for made in reversed(found.values()) if made.name in graphs]
    for made in owned:
        outer = [one for one in owned if _holds(one, made)]
        tables[f"places_{made.name}"] = _places(graphs[made.name], outer)
    states: list[exp.Query] = []
    if legs:
        states.append(exp.select("s", "p", "o", "g").distinct().from_(union(legs).subquery("said")))
    groups = _groups(owned)
    states += [leg for group in groups for leg in _structure(group, tables)]
    whole = union(states)
    quads = exp.select("s", "p", "o", "g").from_(whole.subquery("quads_of_map"))
    several = sum(not group[0].fresh for group in groups) > 1
    if several or any(_may_be_structure(branch.predicate) for branch in branches):
        quads = quads.distinct()
    for name, query in tables.items():
        quads = quads.with_(name, as_=query, materialized=True)
    return quads


def _may_be_structure(predicate: Compiled) -> bool:
    """Whether a branch may state what the structure of a collection states as well."""
    known = isinstance(predicate.sql, exp.Literal)
    return not known or predicate.sql.name.startswith(f"<{RDF}")


# -- what takes part ---------------------------------------------------------------------------


def _terms(plan: Plan, branches: Iterable[Branch]) -> Iterator[Compiled]:
    yield plan.subject
    for branch in branches:
        yield from branch.terms


def _with_inner(made: Collection) -> dict[str, Collection]:
    """The collection by its name, after those that it holds."""
    found: dict[str, Collection] = {}
    for member in made.members:
        if member.term.collection is not None:
            found |= _with_inner(member.term.collection)
    return found | {made.name: made}


def _holds(outer: Collection, inner: Collection) -> bool:
    terms = [member.term for member in outer.members if member.parent is None]
    return any(term.collection is not None and term.collection.name == inner.name for term in terms)


def _cells_read(
    plan: Plan, branches: Iterable[Branch], collections: Iterable[Collection]
) -> Iterator[tuple[Cells, list[Cell]]]:
    """For each relation the cells that are read from it."""
    read: dict[str, tuple[Cells, list[Compiled]]] = {}

    def add(cells: Cells, *terms: Compiled) -> None:
        read.setdefault(cells.rows.name, (cells, []))[1].extend(terms)

    def add_object(cells: Cells, term: Compiled, parent: Parent | None) -> None:
        add(parent.cells if parent else cells, term)
        for child, side in parent.keys if parent else ():
            add(cells, child)
            add(parent.cells if parent else cells, side)

    add(plan.cells, plan.subject, *plan.graphs)
    for branch in branches:
        add(plan.cells, branch.predicate, branch.graph)
        add_object(plan.cells, branch.object, branch.parent)
    for made in collections:
        add(made.cells, made.node)
        for member in made.members:
            add_object(made.cells, member.term, member.parent)
    for cells, terms in read.values():
        unnested = [cell for term in terms for cell in term.unnested.values()]
        yield (
            cells,
            [
                cell
                for cell in cells.found.values()
                if cell in unnested or any(uses(term.sql, cell) for term in terms)
            ],
        )


def _graphs(plan: Plan, branches: Sequence[Branch]) -> dict[str, list[Compiled]]:
    """The graphs that state the structure of each collection that this plan owns."""
    found: dict[str, list[Compiled]] = {}

    def add(made: Collection | None, graphs: Iterable[Compiled]) -> None:
        if made is None or not made.owned:
            return
        known = found.setdefault(made.name, [])
        known += [graph for graph in graphs if graph not in known]
        for member in made.members:
            if member.parent is None:
                add(member.term.collection, ())

    add(plan.subject.collection, [branch.graph for branch in branches] or plan.graphs)
    for branch in branches:
        add(branch.predicate.collection, [branch.graph])
        add(branch.object.collection, [branch.graph])
    return found


# -- rows and their quads -----------------------------------------------------------------------


def _rows(plan: Plan) -> exp.Select:
    """The records with their subject as ``s``."""
    subject = plan.subject
    rows = unnest(with_nodes(all_rows(records_of(plan.cells)), [subject]), subject.unnested)
    made = exp.select("*", exp.alias_(subject.sql.copy(), "s", quoted=True)).from_(
        rows.subquery("cells")
    )
    return exp.select("*").from_(made.subquery("subjects")).where(given(sql_column("s")))


def _branch(plan: Plan, branch: Branch) -> exp.Select:
    """The quads of one predicate, object and graph."""
    graph, parent = branch.graph, branch.parent
    subject = _stated(plan.subject, sql_column("s"), graph)
    rows = with_nodes(all_rows("rows"), [branch.predicate])
    if branch.object.collection is None:
        return branch_quads(branch, rows, subject)
    if parent is None:
        rows = with_nodes(rows, [branch.object])
    else:
        keys = [exp.alias_(child.sql.copy(), f"a{n}") for n, (child, _) in enumerate(parent.keys)]
        children = unnest(rows, unnested_of(child for child, _ in parent.keys))
        children = exp.select("*", *keys).from_(children.subquery("cells"))
        right = parent_rows(branch.object, parent)
        named = exp.select("*").from_(children.subquery("children"))
        rows = named.join(right.subquery("parents"), on=equal_keys(parent))
    node = sql_column("member") if parent else branch.object.sql
    target = replace(branch.object, sql=_stated(branch.object, node, graph))
    return branch_quads(replace(branch, object=target, parent=None), rows, subject)


def _stated(term: Compiled, node: Sql, graph: Compiled) -> Sql:
    """A node as a graph states it.

    Two graphs do not share a blank node that names a collection, since each may hold other
    members.
    """
    made = term.collection
    if made is None or made.fresh or not made.blank or _is_default(made, graph.sql):
        return node.copy()
    begin = f"_:{made.context.scope}h"
    named = _concat(sql_text(begin), _digest(node, graph.sql))
    shared = exp.Or(
        this=exp.Is(this=graph.sql.copy(), expression=exp.Null()),
        expression=exp.EQ(this=node.copy(), expression=sql_text(NIL)),
    )
    return exp.Case(ifs=[exp.If(this=shared, true=node.copy())], default=named)


def _is_default(made: Collection, graph: Sql) -> bool:
    name = made.context.default_graph
    nowhere = isinstance(graph, exp.Cast) and isinstance(graph.this, exp.Null)
    return nowhere or (isinstance(graph, exp.Literal) and graph.name == f"<{name}>")


# -- structure ---------------------------------------------------------------------------------


def _places(graphs: Iterable[Compiled], outer: Sequence[Collection]) -> exp.Select:
    """rec, g: the graphs that state the collections of each row."""
    legs: list[exp.Query] = []
    for graph in graphs:
        rows = unnest(all_rows("rows"), graph.unnested)
        made = exp.select(REC, exp.alias_(graph.sql.copy(), "g")).from_(rows.subquery("cells"))
        if not graph.sure:
            made = exp.select("*").from_(made.subquery("named")).where("g IS NOT NULL")
        legs.append(made)
    legs += [
        all_rows(f"places_{one.name}").where(f"{REC} IN (SELECT {REC} FROM collected_{one.name})")
        for one in outer
    ]
    return exp.select(REC, "g").distinct().from_(union(legs).subquery("places"))


def _groups(owned: Iterable[Collection]) -> list[list[Collection]]:
    """Collections that may name the same node are continued by one another."""
    named: dict[str, list[Collection]] = {}
    alone = []
    for made in sorted(owned, key=lambda one: one.name):
        if made.fresh:
            alone.append([made])
        else:
            named.setdefault(made.kind, []).append(made)
    return [*named.values(), *alone]


def _structure(group: Sequence[Collection], tables: dict[str, exp.Query]) -> list[exp.Query]:
    """The quads that state what is in collections of one kind."""
    first = group[0]
    stated = Compiled(sql_column("g"))
    numbered, nodes = f"numbered_{first.name}", []
    members = []
    for number, made in enumerate(group):
        graphs = tables[f"places_{made.name}"]
        graph = stated
        if _is_nowhere(graphs):
            graph = replace(stated, sql=exp.cast(exp.Null(), "VARCHAR"))
        node = _stated(Compiled(sql_column("node"), collection=made), sql_column("node"), graph)
        source = (
            exp.select(REC, "turn", exp.alias_(node, "head"), "g")
            .from_(f"collected_{made.name}")
            .join(f"places_{made.name}", using=[REC])
        )
        nodes.append(source)
        members.append(
            exp.select("*", f"{number} AS which")
            .from_(source.copy().subquery("stated"))
            .join(f"members_{made.name}", using=[REC, "turn"])
        )
    by = f"{REC}, turn, g" if first.fresh else "head, g"
    order = "which, turn, part, place, member"
    tables[numbered] = exp.select(
        "head",
        "g",
        "member",
        f"row_number() OVER (PARTITION BY {by} ORDER BY {REC}, {order}) AS n",
        f"count(*) OVER (PARTITION BY {by}) AS total",
    ).from_(union(members).subquery("members"))
    if first.is_list:
        return _list(first, numbered)
    kinds = exp.select("head AS s", f"'<{RDF}type>' AS p", f"'<{RDF}{first.kind}>' AS o", "g")
    kinds = kinds.from_(union(nodes).subquery("nodes"))
    return [
        kinds if first.fresh else kinds.distinct(),
        exp.select("head AS s", f"'<{RDF}_' || n || '>' AS p", "member AS o", "g").from_(numbered),
    ]


def _is_nowhere(places: exp.Query) -> bool:
    """Whether the only graph is the default graph."""
    found = list(places.find_all(exp.Alias))
    graphs = [one.this for one in found if one.alias == "g"]
    return bool(graphs) and all(
        isinstance(one, exp.Cast) and isinstance(one.this, exp.Null) for one in graphs
    )


def _list(made: Collection, numbered: str) -> list[exp.Query]:
    """rdf:first and rdf:rest of every cell of the lists; the first cell is the list's node."""
    if made.fresh:
        rest: Sql = _concat(exp.column("head"), sql_text("-"))
    else:
        begin = sql_text(f"_:{made.context.scope}l")
        rest = _concat(begin, _digest(exp.column("head"), exp.column("g")), sql_text("-"))
    cells = exp.select(
        "*",
        exp.alias_(
            exp.Case(
                ifs=[exp.If(this=_number("n", 1), true=exp.column("head"))],
                default=_concat(rest, varchar(exp.column("n"))),
            ),
            "cell",
        ),
        exp.alias_(
            exp.Case(
                ifs=[exp.If(this=exp.column("n").eq(exp.column("total")), true=sql_text(NIL))],
                default=_concat(rest, varchar(exp.column("n") + 1)),
            ),
            "following",
        ),
    ).from_(numbered)
    return [
        exp.select("cell AS s", f"'<{RDF}{name}>' AS p", f"{target} AS o", "g").from_(
            cells.copy().subquery("list_cells")
        )
        for name, target in (("first", "member"), ("rest", "following"))
    ]


def _number(column: str, value: int) -> Sql:
    return exp.column(column).eq(exp.Literal.number(value))


def _digest(node: Sql, graph: Sql) -> Sql:
    """A short name for a node in a graph."""
    named = exp.Anonymous(this="coalesce", expressions=[graph.copy(), sql_text("")])
    whole = _concat(node, sql_text(" "), named)
    return exp.Anonymous(this="md5", expressions=[whole])


def _concat(*pieces: Sql) -> Sql:
    return reduce(
        lambda left, right: exp.DPipe(this=left, expression=right, safe=False),
        [piece.copy() for piece in pieces],
    )
