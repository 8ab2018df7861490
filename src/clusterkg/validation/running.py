"""Where plans of shapes run: what a plan asks of an engine, and DuckDB, which answers it.

The SQL of a plan is DuckDB's. What depends on the engine beyond its dialect goes through here:
relations and lists are made, rows come back, patterns are matched, paths are followed to the end.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import literal
from clusterkg.mapping.terms import primitives
from clusterkg.validation.patterns import matcher, re2_of
from clusterkg.validation.term_sql import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from clusterkg.engines.duckdb import Connection

__all__ = ["Engine", "OnDuckDB", "Rows", "is_re2"]

Rows = list[tuple[Any, ...]]

_AT_ONCE: Final = 3
"""So many statements run at the same time: most of small graphs keep one thread busy; some wait."""
_PATIENCE: Final = 0.05
"""Seconds after which statements that nobody wants any more are interrupted."""
_RELATION: Final = re.compile(r"\bshacl_\d+\b")
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

    def rows(self, sql: str) -> Rows:
        """The rows of a query, in no order."""

    def asked(self, queries: Sequence[str]) -> Callable[[], list[Rows]]:
        """What gives the rows of some queries with the same columns, of each query a list.

        They may be looked for in the meantime.
        """

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
    """DuckDB in this process: relations are tables, of which some are made at the same time.

    A relation has its name at once, and what reads it waits until it is made. To be used in a
    ``with``: what is left of the work when it ends is stopped.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._made = 0
        self._known: set[str] = set()
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="shacl")
        self._running: set[Future[Rows]] = set()
        self._begun: dict[str, Future[Rows]] = {}
        self._cursors: set[Connection] = set()

    def __enter__(self) -> Self:
        """Nothing is begun yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing of it goes on."""
        left = tuple(self._running)
        for future in left:
            future.cancel()
        while wait(left, timeout=_PATIENCE).not_done:
            for cursor in tuple(self._cursors):
                cursor.interrupt()
        self._workers.shutdown()

    @property
    def name(self) -> str:
        """Nothing: it is part of this programme."""
        return ""

    def rows(self, sql: str) -> Rows:
        """As the engine gives them."""
        self._prepare(sql)
        for future in self._read_by(sql):
            future.result()
        return self.connection.execute(sql).fetchall()

    def asked(self, queries: Sequence[str]) -> Callable[[], list[Rows]]:
        """The rows are looked for from now on."""
        begun = [self._begin(sql, sql) for sql in queries]
        return lambda: [future.result() for future in begun]

    def triples(self) -> int:
        """The rows of ``t``, some of which may be only hashes."""
        return int(self.rows("SELECT count(*) FROM t")[0][0])

    def relation(self, sql: str) -> str:
        """A table, which is made while the caller goes on."""
        name = self._name()
        self._begun[name] = self._begin(f"CREATE OR REPLACE TABLE {name} AS {sql}", sql)
        return name

    def listed(self, texts: Sequence[str]) -> str:
        """A table."""
        name = self._name()
        self.connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT unnest($1::VARCHAR[]) AS node",
            [list(texts)],
        )
        return name

    def matching(self, text: str, rows: str, pattern: str, flags: str) -> str:
        """By RE2 where it takes the pattern as it is meant; else Python looks at the texts."""
        re2 = re2_of(pattern, flags)
        if re2 is not None and is_re2(self.connection, re2):
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

    def _read_by(self, sql: str) -> list[Future[Rows]]:
        """What has to be done before SQL can read its relations: all of it was begun earlier."""
        names = dict.fromkeys(_RELATION.findall(sql))
        return [self._begun[name] for name in names if name in self._begun]

    def _begin(self, statement: str, sql: str) -> Future[Rows]:
        """Let a statement run, whose query is ``sql``, as soon as there is what that reads."""
        self._prepare(sql)
        future = self._workers.submit(self._fetched, statement, self._read_by(sql))
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    def _fetched(self, statement: str, after: Sequence[Future[Rows]]) -> Rows:
        for future in after:
            future.result()
        with closing(self.connection.cursor()) as cursor:
            self._cursors.add(cursor)
            try:
                return cursor.execute(statement).fetchall()
            finally:
                self._cursors.discard(cursor)

    def _prepare(self, sql: str) -> None:
        """Make the functions known that the SQL calls, and those that they call, before them."""
        for name in dict.fromkeys(_CALLED.findall(sql)):
            if name in self._known or name not in _functions():
                continue
            self._known.add(name)
            head, body = _functions()[name]
            self._prepare(body)
            self.connection.execute(f"CREATE OR REPLACE MACRO {head} AS {body}")

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
