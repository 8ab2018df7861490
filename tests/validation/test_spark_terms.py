"""Terms, comparisons and patterns mean on Spark what they mean on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clusterkg.engines.duckdb import connect
from clusterkg.engines.spark import SparkRun
from clusterkg.mapping.lexical import DATATYPES
from clusterkg.namespaces import XSD
from clusterkg.validation.comparison import compared, with_worth
from clusterkg.validation.on_spark import OnSpark
from clusterkg.validation.patterns import java_of, re2_of
from clusterkg.validation.running import Engine, OnDuckDB
from clusterkg.validation.term_sql import (
    datatype_of,
    ending_of,
    has_datatype,
    language_of,
    string_of,
)

NUMBERS = (
    *(
        "1",
        "-1",
        "+1",
        "1.0",
        "1.5",
        ".5",
        "5.",
        "1e3",
        "1E-2",
        "1_0",
        "1d",
        "1f",
        "0x1p3",
        "\u0661",
    ),
    *("INF", "-INF", "+INF", "NaN", "inf", "Infinity", "", " 1 ", "1,5", "9" * 25, "1e400", "--1"),
    *("1.0000000000000005", "1.00000000000000049", "-1.0000000000000005", "123456789012345678.5"),
)
TIMES = (
    *("2024-06-01", "2024-06-01Z", "2024-06-01+14:00", "2024-02-30", "-0044-03-15", "12024-01-01"),
    *("2024-06-01T00:00:00", "2024-06-01T00:00:00Z", "2024-06-01T01:00:00+02:00", "2024-6-1"),
    *("2024-06-01T24:00:00", "2024-06-02T00:00:00", "2024-06-01T00:00:00.123456789", "0000-01-01"),
    *("2024-06-01T23:59:59-14:00", "2024", "2024-06", "12:00:00", "12:00:00Z", "24:00:00", "epoch"),
)
TEXTS = (
    *(
        "",
        "a",
        "ab",
        "A",
        "B",
        "\u00e9",
        "\u00df",
        "\u1e9e",
        "\U0001f600",
        "a b",
        "a\\tb",
        'say \\"a\\"',
    ),
    *(
        "a\\\\nb",
        "a\\\\\\nb",
        "\\u0001",
        "\\\\u0041",
        "true",
        "false",
        "0",
        "x^^<y>",
        "a@en",
        "it's",
    ),
)
TERMS = (
    *("<http://example.org/a>", "<urn:a%20b>", "_:x", "_:f0b1"),
    *(f'"{text}"{end}' for text in TEXTS for end in ("", "@en", "@de-AT", f"^^<{XSD}string>")),
    *(f'"{text}"^^<{XSD}{name}>' for text in NUMBERS for name in ("integer", "double", "byte")),
    *(
        f'"{text}"^^<{XSD}{name}>'
        for text in TIMES
        for name in ("date", "dateTime", "gYear", "time")
    ),
    *(f'"{text}"^^<{XSD}boolean>' for text in ("true", "false", "1", "0", "TRUE")),
)


@pytest.fixture
def engines(spark_run: SparkRun) -> Iterator[tuple[Engine, Engine]]:
    spark = OnSpark(spark_run, connect())
    with OnDuckDB(connect()) as duckdb:
        yield duckdb, spark
    spark.close()


def rows(engine: Engine, texts: Sequence[str], columns: Sequence[str]) -> list[tuple[object, ...]]:
    name = engine.listed(texts)
    sql = ", ".join(f"{column} AS c{number}" for number, column in enumerate(columns))
    found = engine.rows(f"SELECT node, {sql} FROM (SELECT node, node AS value FROM {name})")
    return sorted(found)


def test_terms(engines: tuple[Engine, Engine]) -> None:
    said, ending = string_of("value"), ending_of("value")
    kinds = [has_datatype(ending, said, f"<{XSD}{name}>") for name in sorted(DATATYPES)[::3]]
    columns = [datatype_of("value"), language_of("value"), said, ending, *kinds]
    ours, theirs = (rows(engine, TERMS, columns) for engine in engines)
    assert len(ours) == len(TERMS)
    assert theirs == ours


def test_comparisons(engines: tuple[Engine, Engine]) -> None:
    """All pairs; of what is not less the pairs are compared, which are fewer."""

    def less(engine: Engine, *, or_equal: bool) -> set[tuple[object, ...]]:
        worth = with_worth(f"SELECT node AS value FROM {engine.listed(TERMS)}")
        name = engine.relation(worth)
        condition = compared("a", "b", or_equal=or_equal)
        sql = f"SELECT a.value, b.value FROM {name} AS a CROSS JOIN {name} AS b WHERE {condition}"
        return set(engine.rows(sql))

    for or_equal in (False, True):
        ours, theirs = (less(engine, or_equal=or_equal) for engine in engines)
        assert len(ours) > 1000
        assert theirs == ours


# -- patterns ----------------------------------------------------------------------------------

PATTERNS = (
    *("^a", "a$", "^a$", "a.b", "a.c", "^.$", r"^\d+$", r"\s", r"^\S+$", r"^\w+$", r"\W", r"[\w-]"),
    *(
        "[a-c&&b]",
        "[[a]",
        "[&]",
        "[.]",
        "[^a]",
        "^[^a]$",
        r"[\[\]]",
        r"\.",
        r"\$",
        "a{2}",
        "a{1,2}$",
    ),
    *(
        "^(a|b)*$",
        "^(ab?)+$",
        "(a)(b)?",
        "a|b",
        "",
        "^$",
        r"\p{Lu}",
        r"\P{L}",
        r"^\p{L}+$",
        r"[\p{Lu}]",
    ),
    *(
        "a*?",
        "^a+?$",
        "x{",
        "a{,2}",
        "}",
        "]",
        "#a",
        " a",
        r"\n",
        r"a\tb",
        r"^\-$",
        "(?i)a",
        r"(a)\1",
    ),
    *(
        "a++",
        r"\bb",
        "^a\nb$",
        "\u00e9",
        "[\u00e9-\u00fc]",
        "\U0001f600",
        "^[\U0001f600-\U0001f610]$",
    ),
)
SAID = (
    *(
        "",
        "a",
        "A",
        "b",
        "ab",
        "aab",
        "aaa",
        "a b",
        "a\nb",
        "a\r\nb",
        "a\n",
        "\na",
        "a\u2028b",
        "a\u0085",
    ),
    *(
        "1",
        "\u0661",
        "_",
        "-",
        "[",
        "]",
        "[a]",
        "&",
        "&&b",
        ".",
        "$",
        "\u00e9",
        "E\u0301",
        "\u00df",
        "\u1e9e",
    ),
    *(
        "\U0001f600",
        "\u0416",
        "#a",
        " a",
        "a\tb",
        "x{",
        "}",
        "aa",
        "K",
        "\u212a",
        "\u017f",
        "\n",
        "a{,2}",
    ),
)


def matches(engine: Engine, patterns: Sequence[tuple[str, str]]) -> list[tuple[object, ...]]:
    name = engine.listed(SAID)
    columns = [engine.matching("node", name, pattern, flags) for pattern, flags in patterns]
    sql = ", ".join(f"{column} AS c{number}" for number, column in enumerate(columns))
    return sorted(engine.rows(f"SELECT node, {sql} FROM {name}"))


@pytest.mark.parametrize("flags", ["", "i", "s", "m", "im"])
def test_patterns(engines: tuple[Engine, Engine], flags: str) -> None:
    patterns = [(pattern, flags) for pattern in PATTERNS]
    ours, theirs = (matches(engine, patterns) for engine in engines)
    for of_ours, of_theirs in zip(ours, theirs, strict=True):
        wrong = [
            one for one, a, b in zip(patterns, of_ours[1:], of_theirs[1:], strict=True) if a != b
        ]
        assert not wrong, (of_ours[0], wrong)


def test_java_has_most_patterns_and_python_those_that_differ() -> None:
    assert java_of("^[a-z]+$", "") == r"(?d)\A[a-z]+\z"
    for pattern in ("(?i)a", r"(a)\1", "a++", r"\bb", "a{,2}", "[]a]", r"\p{Greek}"):
        assert re2_of(pattern, "") is None
        assert java_of(pattern, "") is None


def test_a_repeated_group_meets_a_long_text(engines: tuple[Engine, Engine]) -> None:
    """Java would run out of stack; Python does not."""
    for engine in engines:
        name = engine.listed(["ab" * 40_000, "ab" * 40_000 + "c"])
        condition = engine.matching("node", name, "^(a|b)*$", "")
        assert engine.rows(f"SELECT length(node) FROM {name} WHERE {condition}") == [(80_000,)]


@settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    patterns=st.lists(
        st.text(st.sampled_from(r"ab1.^$*+?|()[]{},&-\dwsn é"), max_size=8),
        min_size=40,
        max_size=40,
    )
)
def test_random_patterns(engines: tuple[Engine, Engine], patterns: list[str]) -> None:
    import re

    def is_pattern(text: str) -> bool:
        try:
            re.compile(text)
        except re.error:
            return False
        return True

    known = [(pattern, "") for pattern in patterns if is_pattern(pattern)]
    ours, theirs = (matches(engine, known) for engine in engines)
    for of_ours, of_theirs in zip(ours, theirs, strict=True):
        wrong = [one for one, a, b in zip(known, of_ours[1:], of_theirs[1:], strict=True) if a != b]
        assert not wrong, (of_ours[0], wrong)
