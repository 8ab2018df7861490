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
from clusterkg.mapping.gather_plan import RECORD_NUMBER as REC
from clusterkg.mapping.plan import branch_quads, unnest
from clusterkg.mapping.term_plan import Compiled, all_of, given, sql_column, sql_text, varchar
from clusterkg.namespaces import RDF
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clusterkg.mapping.gather_plan import Collection, Member
    from clusterkg.mapping.plan import Branch, Parent, Plan
    from clusterkg.mapping.rows import Cell
    from clusterkg.mapping.term_plan import Cells, Sql

__all__ = ["gathered_quads"]

_NIL = f"<{RDF}nil>"


def gathered_quads(plan: Plan, branches: Sequence[Branch]) -> exp.Select:
    """The distinct quads of branches, and of the structure of the collections in them."""
    found: dict[str, Collection] = {}
    for term in _terms(plan, branches):
        if term.collection is not None:
            found |= _with_inner(term.collection)
    tables: dict[str, exp.Query] = {}
    for cells, used in _cells_read(plan, branches, found.values()):
        tables[_records(cells)] = _numbered(cells, used)
    for made in found.values():
        tables[f"members_{made.name}"] = _members(made)
        tables[f"collected_{made.name}"] = _collected(made)
    tables["rows"] = _rows(plan)
    legs: list[exp.Query] = [_branch(plan, branch) for branch in branches]
    graphs = _graphs(plan, branches)
    owned = [made for made in reversed(found.values()) if made.name in graphs]
    for made in owned:
        outer = [one for one in owned if _holds(one, made)]
        tables[f"places_{made.name}"] = _places(graphs[made.name], outer)
    states: list[exp.Query] = []
    if legs:
        states.append(
            exp.select("s", "p", "o", "g").distinct().from_(_union(legs).subquery("said"))
        )
    groups = _groups(owned)
    states += [leg for group in groups for leg in _structure(group, tables)]
    whole = _union(states)
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


# -- records -----------------------------------------------------------------------------------


def _records(cells: Cells) -> str:
    return f"records_{cells.rows.name}"


def _numbered(cells: Cells, used: list[Cell]) -> exp.Select:
    """The cells with the number of their row, in the order of the source."""
    order = exp.Order(expressions=[sql_column(ROW)]) if ROW in cells.rows.columns else None
    number = exp.Window(this=exp.Anonymous(this="row_number"), order=order)
    return cells.select(cells.rows.name, only=used).select(exp.alias_(number, REC))


def _all(relation: str) -> exp.Select:
    return exp.select("*").from_(exp.to_identifier(relation, quoted=True))


def _apart(rows: exp.Select, unnested: Mapping[str, Cell]) -> tuple[exp.Select, list[Sql]]:
    """The rows once for each value of the cells that hold several, and the values' numbers."""
    numbers: list[Sql] = []
    for alias, cell in unnested.items():
        column = sql_column(cell.alias)
        values = exp.Anonymous(this="unnest", expressions=[column])
        places = exp.Anonymous(
            this="generate_subscripts", expressions=[column.copy(), exp.Literal.number(1)]
        )
        number = f"{alias}_at"
        rows = exp.select(
            "*", exp.alias_(values, alias, quoted=True), exp.alias_(places, number, quoted=True)
        ).from_(rows.subquery("cells"))
        numbers.append(sql_column(number))
    return rows, numbers


def _place(numbers: Sequence[Sql]) -> Sql:
    """Where a term stands among those of one member: numbers that are compared one by one."""
    return exp.cast(exp.Array(expressions=[number.copy() for number in numbers]), "BIGINT[]")


# -- members -----------------------------------------------------------------------------------


def _members(made: Collection) -> exp.Query:
    """rec, turn, part, place, member: every term of every collection, ``turn`` counts from 1."""
    parts = [_part(made, member) for member in made.members]
    if made.product:
        return _product(parts)
    return _union(
        [
            exp.select(REC, "1 AS turn", f"{number} AS part", "place", "member").from_(
                part.subquery("terms")
            )
            for number, part in enumerate(parts)
        ]
    )


def _part(made: Collection, member: Member) -> exp.Select:
    """rec, place, member: the terms of one member."""
    if member.parent is not None:
        part = _joined_part(made, member.term, member.parent)
    elif member.term.collection is not None:
        inner = member.term.collection.name
        part = exp.select(REC, "[turn] AS place", "node AS member").from_(f"collected_{inner}")
    else:
        rows, numbers = _apart(_all(_records(made.cells)), member.term.unnested)
        part = exp.select(
            REC,
            exp.alias_(_place(numbers), "place"),
            exp.alias_(member.term.sql.copy(), "member"),
        ).from_(rows.subquery("cells"))
    return exp.select("*").from_(part.subquery("made")).where("member IS NOT NULL")


def _joined_part(made: Collection, term: Compiled, parent: Parent) -> exp.Select:
    """The subjects of the rows of the parent that fit, in the order of these rows."""
    rows, numbers = _apart(_all(_records(made.cells)), _unnested(c for c, _ in parent.keys))
    keys = [exp.alias_(child.sql.copy(), f"a{n}") for n, (child, _) in enumerate(parent.keys)]
    child = exp.select(REC, exp.alias_(_place(numbers), "own"), *keys).from_(rows.subquery("cells"))
    joined = exp.select(REC, "list_concat(own, other) AS place", "member").from_(
        child.subquery("children")
    )
    return joined.join(_parents(term, parent).subquery("parents"), on=_equal_keys(parent))


def _parents(term: Compiled, parent: Parent) -> exp.Select:
    """other, member and the keys b0, b1, …: the subjects of a parent's rows."""
    rows, numbers = _apart(
        _with_nodes(_all(_records(parent.cells)), [term]),
        term.unnested | _unnested(side for _, side in parent.keys),
    )
    keys = [exp.alias_(side.sql.copy(), f"b{n}") for n, (_, side) in enumerate(parent.keys)]
    place = _place([sql_column(REC), *numbers])
    return exp.select(
        exp.alias_(place, "other"), exp.alias_(term.sql.copy(), "member"), *keys
    ).from_(rows.subquery("cells"))


def _equal_keys(parent: Parent) -> Sql:
    return all_of(
        [
            exp.EQ(this=exp.column(f"a{number}"), expression=exp.column(f"b{number}"))
            for number in range(len(parent.keys))
        ]
    )


def _unnested(terms: Iterable[Compiled]) -> dict[str, Cell]:
    return {alias: cell for term in terms for alias, cell in term.unnested.items()}


def _product(parts: Sequence[exp.Select]) -> exp.Query:
    """Every combination of one term a member: the later members change first."""
    sides = [
        exp.select(
            REC,
            f"member AS m{n}",
            f"row_number() OVER (PARTITION BY {REC} ORDER BY place, member) AS n{n}",
        ).from_(part.subquery("terms"))
        for n, part in enumerate(parts)
    ]
    order = ", ".join(f"n{number}" for number in range(len(parts)))
    turns = exp.select(
        "*", f"row_number() OVER (PARTITION BY {REC} ORDER BY {order}) AS turn"
    ).from_(sides[0].subquery("side0"))
    for number, side in enumerate(sides[1:], start=1):
        turns = turns.join(side.subquery(f"side{number}"), using=[REC])
    kinds = [f"{{'part': {number}, 'member': m{number}}}" for number in range(len(parts))]
    listed = exp.select(REC, "turn", f"unnest([{', '.join(kinds)}]) AS taken").from_(
        turns.subquery("turns")
    )
    return exp.select(
        REC,
        "turn",
        "taken.part AS part",
        exp.alias_(_place([]), "place"),
        "taken.member AS member",
    ).from_(listed.subquery("listed"))


# -- nodes -------------------------------------------------------------------------------------


def _collected(made: Collection) -> exp.Query:
    """rec, turn, node: the node of every collection; ``turn`` is 0 if it has no members."""
    members, records = f"members_{made.name}", _records(made.cells)
    turns: exp.Query = exp.select(REC, "turn").distinct().from_(members)
    if made.allow_empty:
        empty = (
            exp.select(REC, "0 AS turn")
            .from_(exp.to_identifier(records, quoted=True))
            .where(f"{REC} NOT IN (SELECT {REC} FROM {members})")
        )
        turns = _union([turns, empty])
    rows = unnest(_all(records), made.node.unnested)
    nodes = exp.select(REC, exp.alias_(made.node.sql.copy(), "named")).from_(rows.subquery("cells"))
    node = "named || 't' || turn" if made.fresh and made.product else "named"
    if made.is_list and made.allow_empty:
        whole = "turn" if made.fresh else "max(turn) OVER (PARTITION BY named)"
        node = f"CASE WHEN {whole} = 0 THEN '{_NIL}' ELSE {node} END"
    named = exp.select("*").from_(nodes.subquery("made"))
    if made.node.unnested:
        named = named.distinct()
    return (
        exp.select(REC, "turn", f"{node} AS node")
        .from_(turns.subquery("turns"))
        .join(named.subquery("nodes"), using=[REC])
        .where("named IS NOT NULL")
    )


def _with_nodes(rows: exp.Select, terms: Iterable[Compiled]) -> exp.Select:
    """The rows once for each node of the collections among the terms."""
    for made in {t.collection.name: t.collection for t in terms if t.collection}.values():
        nodes = exp.select(REC, f"node AS {made.column}").from_(f"collected_{made.name}")
        rows = (
            exp.select("*").from_(rows.subquery("cells")).join(nodes.subquery("nodes"), using=[REC])
        )
    return rows


def _rows(plan: Plan) -> exp.Select:
    """The records with their subject as ``s``."""
    subject = plan.subject
    rows = unnest(_with_nodes(_all(_records(plan.cells)), [subject]), subject.unnested)
    made = exp.select("*", exp.alias_(subject.sql.copy(), "s", quoted=True)).from_(
        rows.subquery("cells")
    )
    return exp.select("*").from_(made.subquery("subjects")).where(given(sql_column("s")))


def _branch(plan: Plan, branch: Branch) -> exp.Select:
    """The quads of one predicate, object and graph."""
    graph, parent = branch.graph, branch.parent
    subject = _stated(plan.subject, sql_column("s"), graph)
    rows = _with_nodes(_all("rows"), [branch.predicate])
    if branch.object.collection is None:
        return branch_quads(branch, rows, subject)
    if parent is None:
        rows = _with_nodes(rows, [branch.object])
    else:
        keys = [exp.alias_(child.sql.copy(), f"a{n}") for n, (child, _) in enumerate(parent.keys)]
        children = unnest(rows, _unnested(child for child, _ in parent.keys))
        children = exp.select("*", *keys).from_(children.subquery("cells"))
        right = _parents(branch.object, parent)
        named = exp.select("*").from_(children.subquery("children"))
        rows = named.join(right.subquery("parents"), on=_equal_keys(parent))
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
        expression=exp.EQ(this=node.copy(), expression=sql_text(_NIL)),
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
        rows = unnest(_all("rows"), graph.unnested)
        made = exp.select(REC, exp.alias_(graph.sql.copy(), "g")).from_(rows.subquery("cells"))
        if not graph.sure:
            made = exp.select("*").from_(made.subquery("named")).where("g IS NOT NULL")
        legs.append(made)
    legs += [
        _all(f"places_{one.name}").where(f"{REC} IN (SELECT {REC} FROM collected_{one.name})")
        for one in outer
    ]
    return exp.select(REC, "g").distinct().from_(_union(legs).subquery("places"))


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
    ).from_(_union(members).subquery("members"))
    if first.is_list:
        return _list(first, numbered)
    kinds = exp.select("head AS s", f"'<{RDF}type>' AS p", f"'<{RDF}{first.kind}>' AS o", "g")
    kinds = kinds.from_(_union(nodes).subquery("nodes"))
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
                ifs=[exp.If(this=exp.column("n").eq(exp.column("total")), true=sql_text(_NIL))],
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


def _union(queries: Sequence[exp.Query]) -> exp.Query:
    return reduce(
        lambda left, right: exp.Union(this=left, expression=right, distinct=False), queries
    )
