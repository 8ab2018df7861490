"""A query on declared tables → which of their columns it names, and where a value comes from.

``named_columns`` answers which columns of which tables a query names. ``traced_query`` rewrites
a query so that every row says which table, row and column one of its output columns was
computed from. Both read the SQL with sqlglot and give up (an empty answer, None) where they
cannot follow; nothing is mapped by a rewritten query.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterkg.sources.relation import Relation

__all__ = ["CELL", "COLUMN", "ROW", "TABLE", "named_columns", "traced_query"]

ROW, TABLE, COLUMN, CELL = "__row", "__table", "__column", "__cell"
"""The columns that a traced query has beside its own."""

Named = set[tuple[str, str, str]]


class _LostTrackError(Exception):
    """The query is more than this module can follow."""


def _parsed(sql: str) -> exp.Expr | None:
    try:
        return sqlglot.parse_one(sql, dialect="duckdb")
    except SqlglotError:
        return None


# -- what stands in FROM -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    """One item of FROM: a declared table, a query of its own, or values unnested from others."""

    node: exp.Expr
    relation: Relation | None = None
    query: exp.Expr | None = None


def _sources(select: exp.Select, tables: Mapping[str, Relation]) -> dict[str, _Source]:
    """What a SELECT reads, by alias in lower case."""
    items = [select.args["from_"].this] if select.args.get("from_") else []
    items += [join.this for join in select.args.get("joins") or []]
    items += select.args.get("laterals") or []
    found: dict[str, _Source] = {}
    for number, item in enumerate(items):
        if isinstance(item, exp.Subquery) and not item.alias_or_name:
            item.set("alias", exp.TableAlias(this=exp.to_identifier(f"__unnamed{number}")))
        name = item.alias_or_name.lower()
        if isinstance(item, exp.Table):
            query = None if item.args.get("db") else common_table(item)
            full = f"{item.db}.{item.name}" if item.args.get("db") else item.name
            found[name] = _Source(item, None if query else tables.get(full), query)
        elif isinstance(item, exp.Subquery):
            found[name] = _Source(item, query=item.this)
        else:
            found[name] = _Source(item)
            for column in (item.args.get("alias") and item.args["alias"].columns) or ():
                found.setdefault(column.name.lower(), found[name])
    return found


def common_table(table: exp.Table) -> exp.Expr | None:
    """The query of a WITH that a name in FROM stands for."""
    node: exp.Expr | None = table
    while node is not None:
        clause = node.args.get("with_")
        for common in clause.expressions if clause else ():
            inside = table.find_ancestor(exp.CTE) is common
            if common.alias.lower() == table.name.lower() and not inside:
                return common.this  # type: ignore[no-any-return]
        node = node.parent
    return None


def _own_name(relation: Relation, name: str) -> str | None:
    """The column of a relation under its own spelling."""
    return next((column for column in relation.columns if column.lower() == name.lower()), None)


# -- which columns are named -------------------------------------------------------------------


def named_columns(sql: str, tables: Mapping[str, Relation], outputs: set[str]) -> Named:
    """The columns (source, table, column) that a query names; ``outputs`` are used by a mapping.

    ``SELECT *`` alone names nothing: of what it gives, only the ``outputs`` count. ``tables``
    holds the declared tables by the names the query may use.
    """
    query = _parsed(sql)
    if query is None:
        return set()
    named: Named = set()
    for column in query.find_all(exp.Column):
        parts = [part.name for part in column.parts]
        named |= _resolved(column, parts, tables)
    for join in query.find_all(exp.Join):
        select = join.find_ancestor(exp.Select)
        for identifier in join.args.get("using") or ():
            if select is not None:
                named |= _in_select(select, identifier.name, tables, every=True)
    for output in outputs:
        named |= _through_stars(query, output, tables)
    return named


def _resolved(node: exp.Expr, parts: list[str], tables: Mapping[str, Relation]) -> Named:
    """What a column's name means in its SELECT, or in one around it."""
    select = node.find_ancestor(exp.Select)
    while select is not None:
        sources = _sources(select, tables)
        source = sources.get(parts[0].lower())
        if source is not None and len(parts) > 1:
            return _of_source(source, parts[1], tables)
        if source is not None and source.relation is not None:  # the whole row as a value
            return {_key(source.relation, column) for column in source.relation.columns}
        found = _in_select(select, parts[0], tables)
        if found:
            return found
        select = select.find_ancestor(exp.Select)
    return set()


def _in_select(
    select: exp.Select, name: str, tables: Mapping[str, Relation], *, every: bool = False
) -> Named:
    found: Named = set()
    for source in _sources(select, tables).values():
        found |= _of_source(source, name, tables)
        if found and not every:
            break
    return found


def _of_source(source: _Source, name: str, tables: Mapping[str, Relation]) -> Named:
    if source.relation is not None:
        own = _own_name(source.relation, name)
        return {_key(source.relation, own)} if own else set()
    return _through_stars(source.query, name, tables) if source.query is not None else set()


def _through_stars(query: exp.Expr, name: str, tables: Mapping[str, Relation]) -> Named:
    """The columns that an output of a query passes on by ``*``, if it does."""
    found: Named = set()
    for select in _selects(query):
        named = {item.alias_or_name.lower() for item in select.expressions}
        if name.lower() not in named and any(item.is_star for item in select.expressions):
            found |= _in_select(select, name, tables)
    return found


def _selects(query: exp.Expr) -> Iterator[exp.Select]:
    """The SELECTs whose rows a query gives: one, or those of a UNION."""
    if isinstance(query, exp.Select):
        yield query
    elif isinstance(query, exp.SetOperation):
        yield from _selects(query.left)
        yield from _selects(query.right)
    elif isinstance(query, exp.Subquery):
        yield from _selects(query.this)


def _key(relation: Relation, column: str) -> tuple[str, str, str]:
    return relation.source, relation.table, column


# -- where a value comes from ------------------------------------------------------------------


def traced_query(sql: str, output: str, tables: Mapping[str, Relation]) -> str | None:
    """The query with the table, row, column and cell that its column ``output`` comes from.

    A row that stands for several (GROUP BY) names the first of them; DISTINCT is left out.
    """
    query = _parsed(sql)
    if query is None:
        return None
    try:
        _carry(query, output, tables)
    except _LostTrackError:
        return None
    return query.sql(dialect="duckdb")


def _carry(query: exp.Expr, output: str, tables: Mapping[str, Relation]) -> None:
    """Make a query give where its column comes from (in place)."""
    if isinstance(query, exp.Subquery):
        _carry(query.this, output, tables)
    elif isinstance(query, exp.SetOperation):
        _carry_union(query, output, tables)
    elif isinstance(query, exp.Select):
        _carry_select(query, output, tables)
    else:
        raise _LostTrackError


def _carry_union(query: exp.SetOperation, output: str, tables: Mapping[str, Relation]) -> None:
    if not isinstance(query, exp.Union):
        raise _LostTrackError
    left, right = next(_selects(query.left)), next(_selects(query.right))
    names = [item.alias_or_name.lower() for item in left.expressions]
    if output.lower() not in names:
        raise _LostTrackError
    item = right.expressions[names.index(output.lower())]
    name = item.alias_or_name or "__unnamed"
    if not item.alias_or_name:
        item.replace(exp.alias_(item.copy(), name, quoted=True))
    query.set("distinct", False)  # noqa: FBT003
    _carry(query.left, output, tables)
    _carry(query.right, name, tables)


def _carry_select(select: exp.Select, output: str, tables: Mapping[str, Relation]) -> None:
    sources = _sources(select, tables)
    items = {item.alias_or_name.lower(): item for item in select.expressions}
    item = items.get(output.lower())
    wanted = [[output]]
    if item is not None:
        wanted = [[part.name for part in column.parts] for column in item.find_all(exp.Column)]
    origins = [found for parts in wanted if (found := _origin(sources, parts, tables))]
    origins += [(name, source, None) for name, source in sources.items()]
    carried: dict[str, dict[str, exp.Expr]] = {}
    for name, source, column in origins:
        if name not in carried:
            with suppress(_LostTrackError):
                carried[name] = _origin_columns(name, source, column, tables)
    if not carried:
        raise _LostTrackError
    for name in (ROW, TABLE, COLUMN, CELL):
        value = _first_given([(c[CELL], c[ROW], c[name]) for c in carried.values()])
        select.select(exp.alias_(_folded(select, value), name, quoted=True), copy=False)
    select.set("distinct", None)


def _first_given(choices: list[tuple[exp.Expr, exp.Expr, exp.Expr]]) -> exp.Expr:
    """The value that comes with a cell that is not empty, else with a row there is."""
    *first, (_, _, last) = choices
    tests = [(cell, value) for cell, _, value in choices if not isinstance(cell, exp.Null)]
    tests += [(row, value) for _, row, value in first]
    if not first:
        return last
    cases = [
        exp.If(
            this=exp.Not(this=exp.Is(this=test.copy(), expression=exp.Null())), true=value.copy()
        )
        for test, value in tests
    ]
    return exp.Case(ifs=cases, default=last)


def _origin(
    sources: Mapping[str, _Source], parts: list[str], tables: Mapping[str, Relation]
) -> tuple[str, _Source, str | None] | None:
    """The item of FROM, and the column of it, that a column's name means."""
    first = sources.get(parts[0].lower())
    if first is not None and first.relation is None and first.query is None:
        for column in first.node.find_all(exp.Column):
            found = _origin(sources, [part.name for part in column.parts], tables)
            if found and found[1] is not first:
                return found
        return None
    if first is not None and len(parts) > 1:
        return parts[0].lower(), first, parts[1]
    for name, source in sources.items():
        if source.relation is not None and _own_name(source.relation, parts[0]):
            return name, source, parts[0]
        if source.query is not None and _gives(source.query, parts[0], tables):
            return name, source, parts[0]
    return None


def _gives(query: exp.Expr, name: str, tables: Mapping[str, Relation]) -> bool:
    """Whether a query has a column of that name, be it by way of ``*``."""
    select = next(_selects(query), None)
    if select is None:
        return False
    if name.lower() in {item.alias_or_name.lower() for item in select.expressions}:
        return True
    return any(item.is_star for item in select.expressions) and any(
        bool(_own_name(source.relation, name))
        if source.relation
        else source.query is not None and _gives(source.query, name, tables)
        for source in _sources(select, tables).values()
    )


def _origin_columns(
    alias: str, source: _Source, column: str | None, tables: Mapping[str, Relation]
) -> dict[str, exp.Expr]:
    """What a SELECT has to add to say where a column of one of its sources comes from."""
    if source.relation is not None:
        own = _own_name(source.relation, column) if column else None
        cell = exp.column(own, alias, quoted=True) if own else exp.Null()
        return {
            ROW: exp.column("_row", alias, quoted=True),
            TABLE: exp.Literal.string(f"{source.relation.source}.{source.relation.table}"),
            COLUMN: exp.Literal.string(own) if own else exp.cast(exp.Null(), "VARCHAR"),
            CELL: exp.cast(cell, "VARCHAR"),
        }
    if source.query is None or column is None:  # values unnested, or nothing to follow
        raise _LostTrackError
    if isinstance(source.node, exp.Table):  # a name of WITH: put a query of its own in its place
        inner = source.query.copy()
        if not isinstance(inner, exp.Query):
            raise _LostTrackError
        for common in all_common_tables(source.node):
            inner = inner.with_(common.alias, as_=common.this.copy(), copy=False)
        source.node.replace(inner.subquery(alias, copy=False))
    else:
        inner = source.query
    _carry(inner, column, tables)
    return {name: exp.column(name, alias, quoted=True) for name in (ROW, TABLE, COLUMN, CELL)}


def all_common_tables(node: exp.Expr) -> list[exp.CTE]:
    found: list[exp.CTE] = []
    above: exp.Expr | None = node
    while above is not None:
        clause = above.args.get("with_")
        found = [*(clause.expressions if clause else ()), *found]
        above = above.parent
    return [common for common in found if common.alias.lower() != node.name.lower()]


def _folded(select: exp.Select, value: exp.Expr) -> exp.Expr:
    """The value, or the least of them where a row of the SELECT stands for several."""
    aggregated = any(
        node.find_ancestor(exp.Select) is select
        and node.find_ancestor(exp.Window, exp.Select) is select
        for item in select.expressions
        for node in item.find_all(exp.AggFunc)
    )
    if not (select.args.get("group") or aggregated) or isinstance(value, exp.Literal):
        return value
    return exp.Min(this=value)
