"""Small pieces of SQL that explained queries are made of: what stands in FROM, what is grouped."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import sqlglot
from sqlglot import exp

from clusterkg.engines.duckdb import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "LostTrackError",
    "alias_columns",
    "distinct_on",
    "dotted_names",
    "fold",
    "from_items",
    "grouped",
    "has_cross_join",
    "is_aggregated",
    "is_of_window",
    "item_name",
    "keep_empty_lists",
    "put_in_place",
    "rename",
    "with_hidden",
]


Value = TypeVar("Value")


class LostTrackError(Exception):
    """The query is more than this module can follow."""


def dotted_names(column: exp.Expr) -> Iterator[str]:
    """The names after a column of four parts: ``s.l.details.place.lat``."""
    node = column
    while isinstance(node.parent, exp.Dot) and node.arg_key == "this":
        node = node.parent
        yield node.expression.name


def is_of_window(column: exp.Expr) -> bool:
    """Whether a column only says which rows a window function looks at, and in which order."""
    node: exp.Expr | None = column
    while node is not None and not isinstance(node, exp.Select):
        if isinstance(node.parent, exp.Window) and node.arg_key != "this":
            return True
        node = node.parent
    return False


def from_items(select: exp.Select) -> Iterator[tuple[exp.Expr, exp.Join | None]]:
    """The items of FROM with the join that brings each."""
    if select.args.get("from_"):
        yield select.args["from_"].this, None
    for join in select.args.get("joins") or ():
        yield join.this, join
    for lateral in select.args.get("laterals") or ():
        yield lateral, None


def item_name(item: exp.Expr, number: int) -> str:
    """The name of an item of FROM; a query without one gets one."""
    if isinstance(item, exp.Subquery) and not item.alias_or_name and not item.args.get("pivots"):
        item.set("alias", exp.TableAlias(this=exp.to_identifier(f"__unnamed{number}")))
    return (item.alias_or_name or f"__unnamed{number}").lower()


def alias_columns(item: exp.Expr) -> list[str]:
    """The names that an alias gives to columns, in lower case."""
    alias = item.args.get("alias")
    return [column.name.lower() for column in alias.columns] if alias else []


def rename(columns: dict[str, Value], item: exp.Expr) -> dict[str, Value]:
    """The columns under the names that an alias gives them: ``AS t(a, b)``."""
    given = alias_columns(item)
    names = [*given, *list(columns)[len(given) :]]
    return dict(zip(names, columns.values(), strict=False))


def distinct_on(select: exp.Select) -> bool:
    """Whether of several rows that are alike in something one is chosen."""
    distinct = select.args.get("distinct")
    return bool(distinct and distinct.args.get("on"))


def is_aggregated(select: exp.Select) -> bool:
    """Whether a row of the SELECT stands for several."""
    if select.args.get("group"):
        return True
    return any(
        node.find_ancestor(exp.Select) is select
        and node.find_ancestor(exp.Window, exp.Select) is select
        for item in select.expressions
        for node in item.find_all(exp.AggFunc)
    )


def has_cross_join(select: exp.Select) -> bool:
    """Whether every row of a table meets every row of another, unless a condition says so."""
    return any(
        isinstance(join.this, exp.Table | exp.Subquery)
        and join.args.get("on") is None
        and not join.args.get("using")
        for join in select.args.get("joins") or ()
    )


def fold(name: str, value: exp.Expr) -> exp.Expr:
    """A hidden column of a row that stands for several."""
    if name.startswith("__r"):
        return _call("list_distinct", _call("flatten", _call("list", value)))
    return _call("bool_or" if name.startswith("__t") else "any_value", value)


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[one.copy() for one in arguments])


def grouped(node: exp.Query, carried: Iterable[str]) -> exp.Query:
    """The distinct rows of a query, the hidden columns of equal ones together."""
    carried = tuple(carried)
    together = [
        exp.alias_(fold(name, exp.column(name, quoted=True)), name, quoted=True).sql("duckdb")
        for name in carried
    ]
    inner = node.sql(dialect="duckdb")
    made = sqlglot.parse_one(
        f"SELECT {', '.join([_all_but(carried), *together])} FROM ({inner}) AS __rows GROUP BY ALL",
        dialect="duckdb",
    )
    return _as_query(made)


def with_hidden(node: exp.Expr, has: Iterable[str], wanted: Iterable[str]) -> exp.Query:
    """The query with the hidden columns at its end, those that it does not have as NULL."""
    has = tuple(has)
    hidden = [
        identifier(name) if name in has else f"CAST(NULL AS {_type(name)}) AS {identifier(name)}"
        for name in wanted
    ]
    inner = node.sql(dialect="duckdb")
    return _as_query(
        sqlglot.parse_one(
            f"SELECT {', '.join([_all_but(has), *hidden])} FROM ({inner}) AS __rows",
            dialect="duckdb",
        )
    )


def _as_query(node: exp.Expr) -> exp.Query:
    if not isinstance(node, exp.Query):
        raise LostTrackError
    return node


def _all_but(names: Iterable[str]) -> str:
    listed = ", ".join(map(identifier, names))
    return f"* EXCLUDE ({listed})" if listed else "*"


def _type(hidden: str) -> str:
    return {"r": "BIGINT[]", "t": "BOOLEAN"}.get(hidden[2], "VARCHAR")


def put_in_place(node: exp.Query, made: exp.Query) -> None:
    """Put another query in the place of one, whose WITH goes along inside."""
    if node.parent is None:
        raise LostTrackError
    node.replace(made)


def keep_empty_lists(select: exp.Select) -> None:
    """A row stays also where the list that is unnested has no member."""
    for item in select.expressions:
        for unnested in item.find_all(exp.Explode, exp.Unnest):
            if unnested.find_ancestor(exp.Select) is not select:
                continue
            values = unnested.this if isinstance(unnested, exp.Explode) else unnested.expressions[0]
            filled = exp.Case(
                ifs=[
                    exp.If(
                        this=exp.GT(this=_call("len", values), expression=exp.Literal.number(0)),
                        true=values.copy(),
                    )
                ],
                default=exp.Array(expressions=[exp.Null()]),
            )
            values.replace(filled)
