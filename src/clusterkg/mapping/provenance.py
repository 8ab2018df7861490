"""A query on declared tables → the same query, whose rows say from which rows they were made.

Every place where a table is read is a *reading* with a number. The explained query has, beside
its own columns, for each reading ``n`` a list ``__r<n>`` of the numbers of the rows that were
used, empty or NULL where none was. For each of its columns, it is known which columns of which
readings it is computed from; and for each reading, by which others its rows were looked up.

A *relaxed* query also gives the rows that the query itself leaves out: a join without a partner,
a list without a member, a condition that does not hold, which is then a column ``__t<n>``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from clusterkg.mapping.lineage import all_common_tables, common_table
from clusterkg.mapping.provenance_sql import (
    LostTrackError,
    alias_columns,
    distinct_on,
    dotted_names,
    fold,
    from_items,
    grouped,
    has_cross_join,
    is_aggregated,
    is_of_window,
    item_name,
    keep_empty_lists,
    put_in_place,
    rename,
    with_hidden,
)
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterkg.sources.relation import Relation

__all__ = ["Explained", "Named", "explain"]


@dataclass(frozen=True)
class Named:
    """A column of a reading; with ``when`` only where a hidden column has that value.

    ``within`` are the names that lead to the value in a cell that holds several.
    """

    reading: int
    column: str
    when: tuple[str, str] | None = None
    within: tuple[str, ...] = ()


Names = frozenset[Named]


@dataclass(frozen=True)
class Explained:
    """A query with what its rows and columns come from.

    ``columns`` are its own, in lower case; ``keys`` say by which columns the rows of a reading
    were looked up; ``tests`` which columns the conditions are about that do not hold. ``hidden``
    are the names of all columns that were added.
    """

    sql: str
    readings: tuple[Relation, ...]
    columns: Mapping[str, Names]
    keys: Mapping[int, Names]
    tests: tuple[Names, ...]
    hidden: tuple[str, ...]


def explain(sql: str, tables: Mapping[str, Relation], *, relaxed: bool = False) -> Explained | None:
    """Explain a query; None if it is more than this module can follow.

    ``tables`` holds the declared tables by the names that the query may use.
    """
    try:
        query = sqlglot.parse_one(sql, dialect="duckdb")
    except SqlglotError:
        return None
    if not isinstance(query, exp.Query):
        return None
    holder = exp.select("*").from_(query.subquery("__all", copy=False), copy=False)
    explainer = _Explainer(tables, relaxed)
    try:
        found = explainer.query(query, None)
    except LostTrackError:
        return None
    return Explained(
        holder.sql(dialect="duckdb"),
        tuple(explainer.readings),
        dict(found.columns),
        {reading: frozenset(names) for reading, names in explainer.keys.items()},
        tuple(explainer.tests),
        found.carried,
    )


@dataclass(frozen=True)
class _Output:
    """What a query gives: its columns with their origins, and the hidden columns it carries."""

    columns: tuple[tuple[str, Names], ...]
    carried: tuple[str, ...]


@dataclass
class _Source:
    """One item of FROM; ``carried`` are the hidden columns with how they are named there."""

    columns: dict[str, Names] = field(default_factory=dict)
    carried: dict[str, exp.Expr] = field(default_factory=dict)
    starred: bool = False
    """Whether ``*`` brings the hidden columns along."""

    @property
    def readings(self) -> set[int]:
        return {int(name[3:]) for name in self.carried if name.startswith("__r")}


@dataclass
class _Scope:
    """What names mean in a SELECT: the items of its FROM, its own names, and the SELECT around."""

    sources: dict[str, _Source]
    outer: _Scope | None
    own: dict[str, Names] = field(default_factory=dict)

    def resolve(self, parts: list[str]) -> Names:
        """What a name stands for; nothing for the name of a lambda and the like."""
        first = parts[0].lower()
        source = self.sources.get(first)
        if source is not None and len(parts) > 1:
            return _inside(source.columns.get(parts[1].lower(), frozenset()), parts[2:])
        for one in self.sources.values():
            if first in one.columns:
                return _inside(one.columns[first], parts[1:])
        if first in self.own:
            return _inside(self.own[first], parts[1:])
        if source is not None:
            return frozenset(name for names in source.columns.values() for name in names)
        if len(parts) > 2 and parts[1].lower() in self.sources:  # noqa: PLR2004
            return self.resolve(parts[1:])
        return self.outer.resolve(parts) if self.outer else frozenset()


def _inside(names: Names, path: list[str]) -> Names:
    """The same columns, but what the path leads to in their cells."""
    if not path:
        return names
    return frozenset(
        Named(one.reading, one.column, one.when, (*one.within, *path)) for one in names
    )


class _Explainer:
    """Rewrites a query in place, from the inside to the outside."""

    def __init__(self, tables: Mapping[str, Relation], relaxed: bool) -> None:  # noqa: FBT001
        self.tables, self.relaxed = tables, relaxed
        self.readings: list[Relation] = []
        self.keys: dict[int, set[Named]] = {}
        self.tests: list[Names] = []
        self.pivots = 0

    def query(self, node: exp.Expr, outer: _Scope | None) -> _Output:
        if isinstance(node, exp.Subquery):
            return self.query(node.this, outer)
        if isinstance(node, exp.Union):
            return self._union(node, outer)
        if isinstance(node, exp.Select):
            return self._select(node, outer)
        raise LostTrackError

    # -- several queries as one ----------------------------------------------------------------

    def _union(self, node: exp.Union, outer: _Scope | None) -> _Output:
        if node.args.get("by_name"):
            raise LostTrackError
        distinct = bool(node.args.get("distinct"))
        left, right = self.query(node.left, outer), self.query(node.right, outer)
        carried = (*left.carried, *right.carried)
        for side, given in (("this", left), ("expression", right)):
            node.set(side, with_hidden(node.args[side], given.carried, carried))
        node.set("distinct", False)  # noqa: FBT003
        if distinct:
            put_in_place(node, grouped(node, carried))
        names = [
            (name, mine | theirs)
            for (name, mine), (_, theirs) in zip(left.columns, right.columns, strict=False)
        ]
        return _Output(tuple(names), carried)

    # -- one SELECT ----------------------------------------------------------------------------

    def _select(self, select: exp.Select, outer: _Scope | None) -> _Output:
        if distinct_on(select):
            raise LostTrackError
        scope = _Scope({}, outer)
        aggregated = is_aggregated(select)
        for number, (item, join) in enumerate(from_items(select)):
            name = item_name(item, number)
            scope.sources[name] = self._source(item, name, scope)
            if join is not None:
                self._joined(select, join, scope, scope.sources[name])
        tests = self._conditions(select, scope, aggregated=aggregated)
        columns, covered = self._columns(select, scope)
        if self.relaxed:
            keep_empty_lists(select)
        carried = self._carry(select, scope, covered, aggregated=aggregated)
        for name, test in tests.items():
            select.select(exp.alias_(test, name, quoted=True), copy=False)
        carried = (*carried, *tests)
        if select.args.get("distinct"):
            select.set("distinct", None)
            put_in_place(select, grouped(select, carried))
        return _Output(tuple(columns), carried)

    def _source(self, item: exp.Expr, name: str, scope: _Scope) -> _Source:
        if isinstance(item, exp.Table):
            source = self._table(item, name, scope)
        elif isinstance(item, exp.Subquery):
            source = self._derived(self.query(item.this, scope.outer), item)
        elif isinstance(item, exp.Lateral) and isinstance(item.this, exp.Subquery):
            source = self._derived(self.query(item.this, scope), item)
        elif isinstance(item, exp.Values):
            source = _Source({column: frozenset() for column in alias_columns(item)})
        else:  # values unnested from others
            names = self._named(item, scope)
            source = _Source(dict.fromkeys([*alias_columns(item), name, "unnest"], names))
        for pivot in item.args.get("pivots") or ():
            self._unpivoted(pivot, source)
        return source

    def _table(self, item: exp.Table, name: str, scope: _Scope) -> _Source:
        query = None if item.args.get("db") else common_table(item)
        if query is not None:
            return self._common_table(item, query, name, scope)
        if not isinstance(item.this, exp.Identifier):  # a function that gives rows
            names = self._named(item, scope)
            return _Source(dict.fromkeys([*alias_columns(item), name], names))
        relation = self.tables.get(f"{item.db}.{item.name}" if item.args.get("db") else item.name)
        if relation is None or item.args.get("pivots"):
            raise LostTrackError
        number = len(self.readings)
        self.readings.append(relation)
        row = exp.Array(expressions=[exp.column(ROW, name, quoted=True)])
        columns = {one.lower(): frozenset({Named(number, one)}) for one in relation.columns}
        return _Source(rename(columns, item), {f"__r{number}": row})

    def _common_table(self, item: exp.Table, query: exp.Expr, name: str, scope: _Scope) -> _Source:
        """A name of WITH: a query of its own is put in its place."""
        inner = query.copy()
        if not isinstance(inner, exp.Query):
            raise LostTrackError
        for common in all_common_tables(item):
            inner = inner.with_(common.alias, as_=common.this.copy(), copy=False)
        held = inner.subquery(name, copy=False)
        if item.args.get("alias"):
            held.set("alias", item.args["alias"].copy())
        item.replace(held)
        return self._derived(self.query(held.this, scope.outer), item)

    def _derived(self, output: _Output, item: exp.Expr) -> _Source:
        columns = rename(dict(output.columns), item)
        carried: dict[str, exp.Expr] = {
            name: exp.column(name, quoted=True) for name in output.carried
        }
        return _Source(columns, carried, starred=True)

    def _unpivoted(self, pivot: exp.Expr, source: _Source) -> None:
        """Columns become rows: the value comes from the column that the row names."""
        if not pivot.args.get("unpivot") or len(pivot.args.get("fields") or ()) != 1:
            raise LostTrackError
        (values,), (choice,) = pivot.expressions, pivot.args["fields"]
        hidden = f"__u{self.pivots}"
        self.pivots += 1
        found: set[Named] = set()
        for column in choice.expressions:
            for name in source.columns.pop(column.name.lower(), frozenset()):
                found.add(Named(name.reading, name.column, (hidden, column.name.lower())))
        source.columns[values.name.lower()] = frozenset(found)
        source.columns[choice.this.name.lower()] = frozenset()
        source.carried[hidden] = exp.column(choice.this.name, quoted=True)

    # -- joins and conditions ------------------------------------------------------------------

    def _joined(self, select: exp.Select, join: exp.Join, scope: _Scope, source: _Source) -> None:
        """What the rows of a joined item were looked up by; in a relaxed query none is left out."""
        condition = join.args.get("on")
        names = set(self._named(condition, scope)) if condition is not None else set()
        for one in join.args.get("using") or ():
            for other in scope.sources.values():
                names |= other.columns.get(one.name.lower(), frozenset())
        if condition is None and not join.args.get("using"):
            return
        if not source.readings:  # constants, chosen by what they are joined with
            source.columns = dict.fromkeys(source.columns, frozenset(names))
        for reading in source.readings:
            others = {name for name in names if name.reading not in source.readings}
            self.keys.setdefault(reading, set()).update(others)
        plain = not join.args.get("side") and join.args.get("kind", "") in {"", "INNER"}
        if self.relaxed and plain and not is_aggregated(select):
            join.set("side", "LEFT")
            join.set("kind", None)

    def _conditions(
        self, select: exp.Select, scope: _Scope, *, aggregated: bool
    ) -> dict[str, exp.Expr]:
        """The conditions of a relaxed query as columns; whose rows they look up, in any query."""
        where = select.args.get("where")
        if where is None:
            return {}
        found: dict[str, exp.Expr] = {}
        for condition in (
            list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
        ):
            names = self._named(condition, scope)
            readings = sorted({name.reading for name in names})
            for reading in readings[1:]:
                earlier = {name for name in names if name.reading < reading}
                self.keys.setdefault(reading, set()).update(earlier)
            if self.relaxed and not aggregated and not has_cross_join(select):
                hidden = f"__t{len(self.tests)}"
                self.tests.append(names)
                found[hidden] = exp.Coalesce(this=condition.copy(), expressions=[exp.false()])
        if found:
            select.set("where", None)
        return found

    # -- columns -------------------------------------------------------------------------------

    def _columns(
        self, select: exp.Select, scope: _Scope
    ) -> tuple[list[tuple[str, Names]], set[str]]:
        """What the columns come from, and the items of FROM that a star brings along."""
        found: list[tuple[str, Names]] = []
        covered: set[str] = set()
        for item in select.expressions:
            if not item.is_star:
                names = self._named(item, scope)
                found.append((item.alias_or_name.lower(), names))
                scope.own.setdefault(item.alias_or_name.lower(), names)
                continue
            table = item.table.lower() if isinstance(item, exp.Column) and item.table else None
            chosen = {table: scope.sources[table]} if table in scope.sources else scope.sources
            star = item.this if isinstance(item, exp.Column) else item
            left_out = {one.name.lower() for one in star.args.get("except_") or ()}
            changed = {
                one.alias_or_name.lower(): self._named(one, scope)
                for one in star.args.get("replace") or ()
            }
            for name, source in chosen.items():
                covered.add(str(name))
                found += [
                    (column, changed.get(column, names))
                    for column, names in source.columns.items()
                    if column not in left_out
                ]
        return found, covered

    def _named(self, expression: exp.Expr, scope: _Scope) -> Names:
        """The columns of readings that an expression names."""
        own = expression.find_ancestor(exp.Select)
        found: Names = frozenset()
        for column in expression.find_all(exp.Column):
            parts = [*(part.name for part in column.parts), *dotted_names(column)]
            inside = column.find_ancestor(exp.Select) is not own
            if inside and (len(parts) == 1 or parts[0].lower() not in scope.sources):
                continue
            if is_of_window(column):
                continue
            found |= scope.resolve(parts)
        return found

    def _carry(
        self, select: exp.Select, scope: _Scope, covered: set[str], *, aggregated: bool
    ) -> tuple[str, ...]:
        """Add the hidden columns of all items of FROM."""
        carried: list[str] = []
        for alias, source in scope.sources.items():
            for name, value in source.carried.items():
                carried.append(name)
                if alias in covered and source.starred and name in _passed(source):
                    continue
                told = fold(name, value) if aggregated else value
                select.select(exp.alias_(told.copy(), name, quoted=True), copy=False)
        return tuple(carried)


def _passed(source: _Source) -> Iterator[str]:
    """The hidden columns that stand in an item of FROM under their own names."""
    for name, value in source.carried.items():
        if isinstance(value, exp.Column) and value.name == name:
            yield name
