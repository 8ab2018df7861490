"""Where plans of shapes run: what a plan asks of an engine, and DuckDB, which answers it.

The SQL of a plan is DuckDB's. What depends on the engine beyond its dialect goes through here:
relations and lists are made, rows come back, patterns are matched, paths are followed to the end.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import literal
from clusterkg.mapping.terms import primitives
from clusterkg.validation.patterns import matcher, re2_of
from clusterkg.validation.term_sql import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.engines.duckdb import Connection

__all__ = ["Engine", "OnDuckDB", "is_re2"]

_CALLED: Final = re.compile(r"\b((?:term|shacl)_\w+)\(")


@cache
def _functions() -> dict[str, tuple[str, str]]:
    """The head and the body of the functions that a plan may call, by their names."""
    return {
        head.partition("(")[0]: (head, body) for head, body in (primitives() | PRIMITIVES).items()
    }


class Engine(Protocol):
    """What runs a plan; it has the triples ``t(s, p, o)`` and knows the primitives."""

    @property
    def name(self) -> str:
        """What a report says of who judged; nothing for DuckDB, which needs no mention."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query, in no order."""

    def triples(self) -> int:
        """How many triples there are, those that no shape needs among them."""

    def relation(self, sql: str) -> str:
        """The name of a new relation with the rows of a query."""

    def listed(self, texts: Sequence[str]) -> str:
        """The name of a new relation of texts that Python knows, in the column ``node``."""

    def matching(self, text: str, rows: str, pattern: str, flags: str) -> str:
        """The condition that ``text``, SQL over the relation ``rows``, matches sh:pattern."""

    def reached(self, begin: str, steps: str) -> str:
        """The query for the pairs (focus, value) that ``begin``, continued by ``steps``, reaches.

        Both are queries with the columns focus and value. Each pair comes once.
        """


class OnDuckDB:
    """DuckDB in this process: relations are temporary tables of the connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._made = 0
        self._known: set[str] = set()

    @property
    def name(self) -> str:
        """Nothing: it is part of this programme."""
        return ""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """As the engine gives them."""
        self._prepare(sql)
        return self._connection.execute(sql).fetchall()

    def triples(self) -> int:
        """The rows of ``t``, some of which may be only hashes."""
        return int(self.rows("SELECT count(*) FROM t")[0][0])

    def relation(self, sql: str) -> str:
        """A temporary table."""
        name = self._name()
        self._prepare(sql)
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
        return name

    def listed(self, texts: Sequence[str]) -> str:
        """A temporary table."""
        name = self._name()
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT unnest($1::VARCHAR[]) AS node",
            [list(texts)],
        )
        return name

    def matching(self, text: str, rows: str, pattern: str, flags: str) -> str:
        """By RE2 where it takes the pattern as it is meant; else Python looks at the texts."""
        re2 = re2_of(pattern, flags)
        if re2 is not None and is_re2(self._connection, re2):
            return f"coalesce(regexp_matches({text}, {literal(re2)}), false)"
        expression = matcher(pattern, flags)
        texts = [said for (said,) in self.rows(f"SELECT DISTINCT {text} FROM {rows}")]
        bad = [said for said in texts if said is not None and not expression.search(said)]
        return f"({text} IS NOT NULL AND {text} NOT IN (SELECT node FROM {self.listed(bad)}))"

    def reached(self, begin: str, steps: str) -> str:
        """A recursive query."""
        return (
            f"WITH RECURSIVE step AS MATERIALIZED (SELECT DISTINCT focus AS a, value AS b FROM "
            f"({steps})), reached(focus, value) AS ({begin} UNION SELECT reached.focus, step.b "
            f"FROM reached JOIN step ON step.a = reached.value) SELECT focus, value FROM reached"
        )

    def _prepare(self, sql: str) -> None:
        """Make the functions known that the SQL calls, and those that they call, before them."""
        for name in dict.fromkeys(_CALLED.findall(sql)):
            if name in self._known or name not in _functions():
                continue
            self._known.add(name)
            head, body = _functions()[name]
            self._prepare(body)
            self._connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")

    def _name(self) -> str:
        self._made += 1
        return f"shacl_{self._made}"


def is_re2(connection: Connection, pattern: str) -> bool:
    """Whether DuckDB takes it for a regular expression."""
    try:
        connection.execute(f"SELECT regexp_matches('', {literal(pattern)})")
    except duckdb.Error:
        return False
    return True
