"""References to what was described and, since rows were left out, no longer is.

A node counts as described if it is the subject of a triple, in whatever graph.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from clusterkg.mapping.tracing import Asked, trace
from clusterkg.validation.quarantine import Dangling

if TYPE_CHECKING:
    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Place
    from clusterkg.mapping.tracing import Tables

__all__ = ["dangling", "remember"]

_DESCRIBED: Final = "described_nodes"


def remember(connection: Connection) -> None:
    """Note all nodes that are described in the quads relation now."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_DESCRIBED} AS "
        "SELECT DISTINCT s AS node FROM quads WHERE starts_with(s, '<')"
    )


def dangling(tables: Tables) -> tuple[Dangling, ...]:
    """What refers to nodes that were described when they were noted, and the cells it is from.

    References that come from no cell are left out: nothing could be left out for them.
    """
    rows = tables.connection.execute(
        f"SELECT DISTINCT s, p, o FROM quads SEMI JOIN (SELECT node FROM {_DESCRIBED} "
        "ANTI JOIN quads ON quads.s = node) AS gone ON quads.o = gone.node"
    ).fetchall()
    if not rows:
        return ()
    found = trace(tables, Asked(quads=frozenset(rows)))
    places: dict[str, dict[Place, None]] = defaultdict(dict)
    for quad in sorted(rows):
        for origin in found.quads.get(quad, ()):
            places[quad[2]][origin.place] = None
    return tuple(Dangling(node, tuple(some)) for node, some in sorted(places.items()))
