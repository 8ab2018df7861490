"""Rows that say the same to a triples map → one row: what is repeated is mapped once.

Where a subject is that of several rows, every quad has to be compared with others. Often those
rows are the same in all that the triples map reads: then they are made one before any term is
made, and mostly every row has a subject of its own after that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.engines.duckdb import identifier
from clusterkg.mapping.cells import Cells, call, sql_column
from clusterkg.mapping.gather_plan import is_gathered
from clusterkg.mapping.rows import Rows
from clusterkg.mapping.specialise import key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.plan import Plan
    from clusterkg.mapping.profile import Profile
    from clusterkg.mapping.rows import Cell

__all__ = ["collapse", "drop_collapsed"]

_WORTH = 0.9
"""Rows are made one where no more than this part of them is left."""
_TABLE = "collapsed_"


def collapse(
    connection: Connection, plans: Sequence[Plan], profiles: Mapping[str, Profile]
) -> tuple[list[Plan], dict[str, Profile]]:
    """The plans, some on a temporary table of different rows instead, and the profiles of all.

    ``profiles`` are by the name of the rows.
    """
    found, known = [], dict(profiles)
    for number, plan in enumerate(plans):
        profile = profiles[plan.cells.rows.name]
        used = _used(plan)
        if not _is_simple(plan, profile) or not _repeat(connection, plan, used, profile):
            found.append(plan)
            continue
        name = f"{_TABLE}{number}"
        rows = plan.cells.select(plan.cells.rows.name, only=used).distinct()
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {identifier(name)} AS {rows.sql(dialect='duckdb')}"
        )
        cells = Cells(
            Rows(name),
            {cell.alias: cell for cell in used},
            {cell.alias: sql_column(cell.alias) for cell in used},
        )
        made = replace(plan, cells=cells)
        known[name] = replace(profile, unique=_unique(connection, made, used))
        found.append(made)
    return found, known


def drop_collapsed(connection: Connection, profiles: Mapping[str, Profile]) -> None:
    """Delete the temporary tables."""
    for name in profiles:
        if name.startswith(_TABLE):
            connection.execute(f"DROP TABLE IF EXISTS temp.{identifier(name)}")


def _is_simple(plan: Plan, profile: Profile) -> bool:
    """Whether several quads of a row are compared with others, and nothing but a row makes them."""
    plain = [branch for branch in plan.branches if branch.parent is None]
    return (
        len(plain) > 1
        and key(plan.subject.sql) not in profile.unique
        and plan.subject.collection is None
        and not plan.subject.unnested
        and not any(branch.unnested or is_gathered(plan, branch) for branch in plan.branches)
    )


def _used(plan: Plan) -> list[Cell]:
    """The cells that the plan reads from its own rows."""
    terms = [plan.subject.sql]
    for branch in plan.branches:
        terms += [branch.predicate.sql, branch.graph.sql]
        terms += [child.sql for child, _ in branch.parent.keys] if branch.parent else []
        terms += [] if branch.parent else [branch.object.sql]
    names = {column.name for term in terms for column in term.find_all(exp.Column)}
    return [cell for cell in plan.cells.found.values() if cell.alias in names]


def _repeat(connection: Connection, plan: Plan, used: Sequence[Cell], profile: Profile) -> bool:
    """Whether many rows say the same; told by hashes, as being wrong only costs time."""
    if not used:
        return False
    hashed = call("hash", *(sql_column(cell.alias) for cell in used))
    counted = exp.Count(this=exp.Distinct(expressions=[hashed]))
    rows = plan.cells.select(plan.cells.rows.name, only=used).subquery("cells")
    found = connection.execute(exp.select(counted).from_(rows).sql(dialect="duckdb")).fetchone()
    return found is not None and int(found[0]) <= _WORTH * profile.rows


def _unique(connection: Connection, plan: Plan, used: Sequence[Cell]) -> frozenset[str]:
    """The subject, if no two rows that are left have the same."""
    rows = plan.cells.select(plan.cells.rows.name, only=used).subquery("cells")
    terms = exp.select(exp.alias_(plan.subject.sql.copy(), "s")).from_(rows)
    counted = connection.execute(
        f"SELECT count(s), count(DISTINCT s) FROM ({terms.sql(dialect='duckdb')}) AS subjects"
    ).fetchone()
    alone = counted is not None and counted[0] == counted[1]
    return frozenset([key(plan.subject.sql)]) if alone else frozenset()
