"""Plans of shapes on Spark: DuckDB's SQL, written for Spark; only rows of results come back.

Relations are views of rows that stay on the machines that made them. Spark's recursive queries
know no sets, so a path is followed step by step until nothing is new; if it is short, right here.
"""

from __future__ import annotations

from functools import cache, partial, reduce
from typing import TYPE_CHECKING, Any, Final

from clusterkg.engines.duckdb import literal
from clusterkg.engines.spark import told
from clusterkg.errors import ValidationError
from clusterkg.mapping.spark_sql import JAVA_MATCHES, in_spark
from clusterkg.mapping.spark_terms import functions, prepare, statements
from clusterkg.validation.patterns import java_of, matcher, re2_of, repeats_groups
from clusterkg.validation.running import is_re2
from clusterkg.validation.term_sql import PRIMITIVES

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Sequence

    from pyspark.sql import DataFrame

    from clusterkg.engines.duckdb import Connection
    from clusterkg.engines.spark import SparkRun
    from clusterkg.validation.running import Rows

__all__ = ["OnSpark"]

_HINT: Final = "Its log says more; --engine auto runs without it."
_INFERRING: Final = "spark.sql.constraintPropagation.enabled"
"""Spark 4.3 fails to infer filters for a union of relations whose making was forgotten."""
_FEW: Final = 50_000
"""So many pairs of a path, or texts, are held in this process."""
_LISTED: Final = 1_000
"""So many texts are written into a query."""
_PARTS: Final = 8
"""So many steps of a path are kept apart before they become one relation."""
_LONG: Final = 1_000
"""Java may go too deep for a repeated group in a text with more characters."""
_ESCAPED: Final = tuple(map(chr, (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)))
"""All characters that terms of a parser or of a mapping write as such escapes."""
# as in DuckDB, but without lambdas, for Spark gives none of them to a function of a session;
# an escaped backslash is \0 for a while, as no escape is written so
_OWN: Final = {
    "shacl_unescaped_part(s)": reduce(
        lambda sql, one: (
            rf"replace({sql}, r'\u{ord(one):04X}', decode(X'{one.encode().hex()}', 'UTF-8'))"
        ),
        _ESCAPED,
        "s",
    ),
    "shacl_unescaped(s)": r"""replace(replace(replace(replace(replace(replace(replace(replace(
        CASE WHEN contains(s, r'\u') THEN shacl_unescaped_part(replace(s, r'\\', r'\0'))
            ELSE replace(s, r'\\', r'\0') END,
        r'\"', '"'), r"\'", "'"), r'\n', chr(10)), r'\r', chr(13)), r'\t', chr(9)),
        r'\b', chr(8)), r'\f', chr(12)), r'\0', chr(92))""",
}

Pair = tuple[str, str]


@cache
def _functions() -> dict[str, str]:
    return functions() | statements(PRIMITIVES, _OWN)


class OnSpark:
    """Spark as the engine of plans; ``connection`` is a DuckDB that checks regular expressions."""

    def __init__(self, run: SparkRun, connection: Connection) -> None:
        self.run = run
        self.connection = connection
        self.count = 0
        """The triples that were loaded, those that no shape needs among them."""
        self._views: list[str] = []
        self._made = 0
        self._steps: dict[str, tuple[str, list[Pair] | None]] = {}
        self._inferring = run.session.conf.get(_INFERRING) or "true"
        run.session.conf.set(_INFERRING, "false")

    def close(self) -> None:
        """Let Spark forget what it keeps."""
        for name in self._views:
            self.run.session.catalog.dropTempView(name)
        self._views.clear()
        self.run.session.conf.set(_INFERRING, self._inferring)

    @property
    def name(self) -> str:
        """Spark and its version."""
        return f" on Spark {self.run.session.version}"

    def triples(self) -> int:
        """As they were counted when they were loaded."""
        return self.count

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows, collected from all machines."""
        with told(ValidationError, _HINT):
            return [tuple(row) for row in self.frame(sql).collect()]

    def asked(self, queries: Sequence[str]) -> Callable[[], list[Rows]]:
        """The rows, in one go and when they are wanted."""
        return partial(self._split, queries)

    def _split(self, queries: Sequence[str]) -> list[Rows]:
        found: list[Rows] = [[] for _ in queries]
        union = " UNION ALL ".join(
            f"SELECT {number} AS query, * FROM ({sql})" for number, sql in enumerate(queries)
        )
        for number, *row in self.rows(union) if union else ():
            found[number].append(tuple(row))
        return found

    def relation(self, sql: str) -> str:
        """A view whose rows Spark keeps from the first time that they are needed."""
        with told(ValidationError, _HINT):
            return self.named(self.frame(sql))

    def listed(self, texts: Sequence[str]) -> str:
        """A view of rows that are sent to the machines."""
        return self._sent([(text,) for text in texts], ("node",))

    def matching(self, text: str, rows: str, pattern: str, flags: str) -> str:
        """By Java where it takes the pattern as RE2 does; else Python looks at the texts."""
        re2, java = re2_of(pattern, flags), java_of(pattern, flags)
        known = re2 is not None and is_re2(self.connection, re2) and self._is_java(java)
        if known and not (repeats_groups(pattern) and self._has_long(text, rows)):
            return f"coalesce({JAVA_MATCHES}({text}, {literal(java or '')}), false)"
        name = self._name()
        self.run.session.udf.register(name, _searching(matcher(pattern, flags)), "boolean")
        return f"coalesce({name}({text}), false)"

    def reached(self, begin: str, steps: str) -> str:
        """Step by step, each a job of its own, unless all pairs are few."""
        if steps not in self._steps:
            name = self.relation(f"SELECT DISTINCT focus, value FROM ({steps})")
            self._steps[steps] = name, self._few(f"SELECT focus, value FROM {name}")
        step, few = self._steps[steps]
        started = None if few is None else self._few(f"SELECT focus, value FROM ({begin})")
        found = None if few is None or started is None else _closed(started, few)
        if found is not None:
            return f"SELECT focus, value FROM {self._sent(sorted(found), ('focus', 'value'))}"
        with told(ValidationError, _HINT):
            return self._followed(begin, step)

    def is_described(self, iri: str) -> bool:
        """Whether there are triples about the IRI, of those that shapes need."""
        return bool(self.rows(f"SELECT 1 FROM t WHERE s = {literal(f'<{iri}>')} LIMIT 1"))

    # -- what the triples are loaded with ------------------------------------------------------

    def frame(self, sql: str) -> DataFrame:
        """The rows of a query in DuckDB's SQL, to be made when they are asked for."""
        written = in_spark(sql)
        prepare(self.run.session, [written], _functions())
        return self.run.session.sql(written)

    def named(self, frame: DataFrame, name: str = "", *, now: bool = False) -> str:
        """The name of a view of rows that are kept, once or ``now`` that they were made.

        How they were made is forgotten: a query is as short as it looks, however deep its shapes.
        """
        name = name or self._name()
        self._view(frame.localCheckpoint(eager=now), name)
        return name

    def _view(self, frame: DataFrame, name: str) -> None:
        frame.createOrReplaceTempView(name)
        self._views.append(name)

    def _name(self) -> str:
        self._made += 1
        return f"shacl_{self._made}"

    def _sent(self, rows: Sequence[tuple[str, ...]], columns: Sequence[str]) -> str:
        """A view of rows that this process knows; no column of it is ever NULL."""
        from pyspark.sql.types import StringType, StructField, StructType

        name = self._name()
        if 0 < len(rows) <= _LISTED:
            values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
            frame = self.frame(f"SELECT * FROM (VALUES {values}) AS v({', '.join(columns)})")
        else:
            fields = [StructField(column, StringType(), nullable=False) for column in columns]
            frame = self.run.session.createDataFrame(rows, StructType(fields))
        self._view(frame, name)
        return name

    def _is_java(self, pattern: str | None) -> bool:
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException

        try:
            self.run.session._jvm.java.util.regex.Pattern.compile(pattern)
        except (Py4JJavaError, PySparkException):
            return False
        return pattern is not None

    def _has_long(self, text: str, rows: str) -> bool:
        return bool(self.rows(f"SELECT 1 FROM {rows} WHERE length({text}) > {_LONG} LIMIT 1"))

    def _few(self, sql: str) -> list[Pair] | None:
        """The pairs of a query if they are few."""
        found = self.rows(f"{sql} LIMIT {_FEW + 1}")
        return None if len(found) > _FEW else [(focus, value) for focus, value in found]

    def _followed(self, begin: str, step: str) -> str:
        """The pairs that are reached, found by one job after the other."""
        new = self.named(self.frame(f"SELECT DISTINCT focus, value FROM ({begin})"), now=True)
        parts = [new]
        while self.rows(f"SELECT 1 FROM {new} LIMIT 1"):
            if len(parts) > _PARTS:
                parts = [self.named(self.run.session.sql(_union(parts)), now=True)]
            further = self.run.session.sql(
                f"SELECT DISTINCT r.focus, s.value FROM {new} AS r JOIN {step} AS s "
                f"ON s.focus = r.value LEFT ANTI JOIN ({_union(parts)}) AS k "
                "ON k.focus = r.focus AND k.value = s.value"
            )
            new = self.named(further, now=True)
            parts.append(new)
        return _union(parts)


def _union(names: Iterable[str]) -> str:
    return " UNION ALL ".join(f"SELECT focus, value FROM {name}" for name in names)


def _closed(started: Iterable[Pair], steps: Iterable[Pair]) -> set[Pair] | None:
    """All pairs that are reached; None if they are many."""
    following: dict[str, list[str]] = {}
    for focus, value in steps:
        following.setdefault(focus, []).append(value)
    found = set(started)
    waiting = list(found)
    while waiting and len(found) <= _FEW:
        focus, value = waiting.pop()
        new = {(focus, further) for further in following.get(value, ())} - found
        found |= new
        waiting += new
    return None if waiting else found


def _searching(expression: re.Pattern[str]) -> Callable[[str | None], bool | None]:
    """What the machines run; it knows nothing but Python's own library."""

    def found(text: str | None) -> bool | None:
        return None if text is None else expression.search(text) is not None

    return found
