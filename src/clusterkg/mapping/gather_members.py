"""Gather maps as SQL: the rows with their numbers, the members in order, the nodes.

For each collection ``members`` are the terms, with the row, the number of the combination (the
``turn``) and their place; ``collected`` is the node of each.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.data_checks import unnest
from clusterkg.mapping.gather_plan import RECORD_NUMBER as REC
from clusterkg.mapping.term_plan import all_of, sql_column
from clusterkg.namespaces import RDF
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterkg.mapping.gather_plan import Collection, Member
    from clusterkg.mapping.plan import Parent
    from clusterkg.mapping.rows import Cell
    from clusterkg.mapping.term_plan import Cells, Compiled, Sql

__all__ = [
    "NIL",
    "all_rows",
    "collected",
    "equal_keys",
    "members_of",
    "numbered_rows",
    "parent_rows",
    "records_of",
    "union",
    "unnested_of",
    "with_nodes",
]

NIL = f"<{RDF}nil>"
"""The empty list."""


# -- records -----------------------------------------------------------------------------------


def records_of(cells: Cells) -> str:
    """The name of the table with the numbered rows."""
    return f"records_{cells.rows.name}"


def numbered_rows(cells: Cells, used: list[Cell]) -> exp.Select:
    """The cells with the number of their row, in the order of the source."""
    order = exp.Order(expressions=[sql_column(ROW)]) if ROW in cells.rows.columns else None
    number = exp.Window(this=exp.Anonymous(this="row_number"), order=order)
    return cells.select(cells.rows.name, only=used).select(exp.alias_(number, REC))


def all_rows(relation: str) -> exp.Select:
    """All columns of a relation."""
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


def members_of(made: Collection) -> exp.Query:
    """rec, turn, part, place, member: every term of every collection, ``turn`` counts from 1."""
    parts = [_part(made, member) for member in made.members]
    if made.product:
        return _product(parts)
    return union(
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
        rows, numbers = _apart(all_rows(records_of(made.cells)), member.term.unnested)
        part = exp.select(
            REC,
            exp.alias_(_place(numbers), "place"),
            exp.alias_(member.term.sql.copy(), "member"),
        ).from_(rows.subquery("cells"))
    return exp.select("*").from_(part.subquery("made")).where("member IS NOT NULL")


def _joined_part(made: Collection, term: Compiled, parent: Parent) -> exp.Select:
    """The subjects of the rows of the parent that fit, in the order of these rows."""
    rows, numbers = _apart(all_rows(records_of(made.cells)), unnested_of(c for c, _ in parent.keys))
    keys = [exp.alias_(child.sql.copy(), f"a{n}") for n, (child, _) in enumerate(parent.keys)]
    child = exp.select(REC, exp.alias_(_place(numbers), "own"), *keys).from_(rows.subquery("cells"))
    joined = exp.select(REC, "list_concat(own, other) AS place", "member").from_(
        child.subquery("children")
    )
    return joined.join(parent_rows(term, parent).subquery("parents"), on=equal_keys(parent))


def parent_rows(term: Compiled, parent: Parent) -> exp.Select:
    """other, member and the keys b0, b1, …: the subjects of a parent's rows."""
    rows, numbers = _apart(
        with_nodes(all_rows(records_of(parent.cells)), [term]),
        term.unnested | unnested_of(side for _, side in parent.keys),
    )
    keys = [exp.alias_(side.sql.copy(), f"b{n}") for n, (_, side) in enumerate(parent.keys)]
    place = _place([sql_column(REC), *numbers])
    return exp.select(
        exp.alias_(place, "other"), exp.alias_(term.sql.copy(), "member"), *keys
    ).from_(rows.subquery("cells"))


def equal_keys(parent: Parent) -> Sql:
    """The condition of a join: the keys of the child a0, a1, … equal those of the parent."""
    return all_of(
        [
            exp.EQ(this=exp.column(f"a{number}"), expression=exp.column(f"b{number}"))
            for number in range(len(parent.keys))
        ]
    )


def unnested_of(terms: Iterable[Compiled]) -> dict[str, Cell]:
    """The cells of which some terms take one value after the other."""
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


def collected(made: Collection) -> exp.Query:
    """rec, turn, node: the node of every collection; ``turn`` is 0 if it has no members."""
    members, records = f"members_{made.name}", records_of(made.cells)
    turns: exp.Query = exp.select(REC, "turn").distinct().from_(members)
    if made.allow_empty:
        empty = (
            exp.select(REC, "0 AS turn")
            .from_(exp.to_identifier(records, quoted=True))
            .where(f"{REC} NOT IN (SELECT {REC} FROM {members})")
        )
        turns = union([turns, empty])
    rows = unnest(all_rows(records), made.node.unnested)
    nodes = exp.select(REC, exp.alias_(made.node.sql.copy(), "named")).from_(rows.subquery("cells"))
    node = "named || 't' || turn" if made.fresh and made.product else "named"
    if made.is_list and made.allow_empty:
        whole = "turn" if made.fresh else "max(turn) OVER (PARTITION BY named)"
        node = f"CASE WHEN {whole} = 0 THEN '{NIL}' ELSE {node} END"
    named = exp.select("*").from_(nodes.subquery("made"))
    if made.node.unnested:
        named = named.distinct()
    return (
        exp.select(REC, "turn", f"{node} AS node")
        .from_(turns.subquery("turns"))
        .join(named.subquery("nodes"), using=[REC])
        .where("named IS NOT NULL")
    )


def with_nodes(rows: exp.Select, terms: Iterable[Compiled]) -> exp.Select:
    """The rows once for each node of the collections among the terms."""
    for made in {t.collection.name: t.collection for t in terms if t.collection}.values():
        nodes = exp.select(REC, f"node AS {made.column}").from_(f"collected_{made.name}")
        rows = (
            exp.select("*").from_(rows.subquery("cells")).join(nodes.subquery("nodes"), using=[REC])
        )
    return rows


def union(queries: Sequence[exp.Query]) -> exp.Query:
    """The rows of all queries."""
    return reduce(
        lambda left, right: exp.Union(this=left, expression=right, distinct=False), queries
    )
