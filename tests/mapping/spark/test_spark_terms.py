"""Every primitive gives on Spark what it gives on DuckDB."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.mapping.lexical import DATATYPES
from clusterkg.mapping.spark_sql import in_spark, java_pattern
from clusterkg.mapping.spark_terms import functions, prepare
from clusterkg.mapping.terms import prepare as prepare_duckdb
from clusterkg.mapping.terms import primitives
from clusterkg.namespaces import XSD

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PHASES = [Phase.generate]  # a query a step is too slow for making a failing list smaller
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LIKELY = st.text(
    st.sampled_from("aZ09 -_.:/?#@%<>\"'\\{}|^`~*+&=$\n\r\t\x00\x1f\x7fäß\u0301\u2028Жא😀")
)
NUMBERS = st.text(st.sampled_from("0123456789+-.eE:TZPYMDHS "), max_size=26)
IRIS = st.from_regex(r"https?://[^ ]{0,20}(#.{0,9})?", fullmatch=True) | st.from_regex("[a-z]+:.*")
DATES = st.from_regex(
    r"-?(19|20)?[0-9]{2,3}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9])?(Z|\+0[0-9]:00)?",
    fullmatch=True,
)
TEXTS = st.lists(
    st.one_of(ANY_TEXT, LIKELY, NUMBERS, DATES, IRIS.filter(lambda t: t.isprintable())),
    min_size=100,
    max_size=400,
)
EDGES = [
    "", " ", "a", "A b", "-", "--", ".", "5.", ".5", "+5", "-0", "00", "1e3", "INF", "-INF", "+INF",
    "NaN", "inf", "true", "TRUE", "0", "1", "127", "128", "-128", "-129", "255", "256", "-1",
    "32767", "32768", "-32768", "65535", "65536", "2147483647", "2147483648", "-2147483649",
    "4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
    "18446744073709551616", "0" * 60 + "7", "9" * 60, "+007", "2024-02-29", "2023-02-29",
    "1900-02-29", "2000-02-29", "-0004-02-29", "12024-02-29", "0000-01-01", "2024-04-31",
    "2024-01-01Z", "2024-01-01+14:00", "2024-01-01+14:01", "2024-1-1", "24:00:00", "24:00:01",
    "2024-01-01T24:00:00", "2024-01-01T23:59:59.123456789Z", "2024-12-31T23:59:60Z", "--02-29",
    "--02-30", "---31", "--13", "1999", "-0044", "02024", "1999-12", "P", "PT", "P1Y", "P1M2D",
    "PT1.5S", "-P1DT2H", "P1YT", "P1D", "PT5M", "0aFF", "0aF", "YWJj", "YQ==", "YQ= =", "YWI=",
    "YWJ", "Y W J j", "YWJj ", "Y  WJj", " YWJj", "YWJjYQ==", "YWJj Y Q = =", "YQ==YWJj", "Y===",
    "YWB=", "=", "de", "de-DE", "en-GB-oxendict", "x-private", "english", "de_DE", "a" * 9,
    "a b", "a  b", " a", "a ", "a\n", "\na", "a\tb", "a\r\nb", "äb-1", "1a", "a:b", "²", "\u0301",
    "\u0660a", "😀", "https://x.org/", "https://x.org/ä?q=1#f", "http://", "http:///a", "https://:80",
    "https://x.org/a b", "https://x.org/%20", "https://x.org/%2", "http://u@h:80/", "HTTP://x.org",
    "urn:isbn:1", "id/x", "id/a b", "mailto:a@b.c", "a:", ":a", "//x.org", "#a", "x:#", "x:#a#b",
    "www.x.org", "{}", '"quoted"', "back\\slash", "\\n", "\\u0041", "$1", "${x}", "%41", "\x00",
    "\x1b[0m", "\x7f\x80\x9f", "\u2028", "\ud7ff\ue000\ufdd0\ufffd\ufffe", "\U0001fffe\U0010ffff",
]  # fmt: skip
ONE_TEXT = [head for head in primitives() if head.endswith("(v)")]
WITH_MORE = [
    "term_iri(v, '', 'id/')",
    "term_iri(v, 'https://example.org/', '')",
    "term_unsafe_iri(v, 'https://example.org/')",
]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(ANY_TEXT, inner, max_size=2),
    max_leaves=3,
).filter(lambda value: value not in (float("inf"), float("-inf")))


@pytest.fixture(scope="module")
def connection() -> Connection:
    made = connect()
    prepare_duckdb(made)
    return made


def compare(
    spark: SparkSession, connection: Connection, columns: Sequence[str], texts: Iterable[str]
) -> None:
    """Each column of SQL on each text ``v``, on both engines."""
    values = list(dict.fromkeys(texts))
    made = ", ".join(columns)
    ours = connection.execute(
        f"SELECT {made} FROM (SELECT unnest(?::VARCHAR[] || [NULL]) AS v)", [values]
    ).fetchall()
    translated = [in_spark(column) for column in columns]
    prepare(spark, translated)
    spark.createDataFrame(
        [(value,) for value in [*values, None]], "v STRING"
    ).createOrReplaceTempView("texts")
    theirs = spark.sql(f"SELECT v, {', '.join(translated)} FROM texts").collect()
    found = {row[0]: tuple(row)[1:] for row in theirs}
    for value, row in zip([*values, None], ours, strict=True):
        for column, expected, got in zip(columns, row, found[value], strict=True):
            assert got == expected, f"{column} of {value!r}"


def test_every_primitive_is_compared() -> None:
    named = {head.partition("(")[0] for head in primitives()}
    compared = {head.partition("(")[0] for head in [*ONE_TEXT, *WITH_MORE]}
    own = {"term_in_datatype", "term_double", "term_decimal", "term_json_text", "term_json_literal"}
    below = {"term_scientific", "term_mantissa", "term_made_in_datatype"}
    assert named - compared - own == below
    assert named <= functions().keys()


def test_edge_values_of_all_datatypes(spark: SparkSession, connection: Connection) -> None:
    compare(spark, connection, [*ONE_TEXT, *WITH_MORE], EDGES)


def test_the_datatype_of_a_column(spark: SparkSession, connection: Connection) -> None:
    columns = [f"term_in_datatype(v, '{XSD}' || d)"]
    pairs = [(text, name) for name in [*DATATYPES, "unknown"] for text in EDGES[::3]]
    expected = connection.execute(
        f"SELECT {columns[0]} FROM (SELECT unnest(?::VARCHAR[]) AS v, unnest(?::VARCHAR[]) AS d)",
        [list(part) for part in zip(*pairs, strict=True)],
    ).fetchall()
    prepare(spark, columns)
    spark.createDataFrame(pairs, "v STRING, d STRING").createOrReplaceTempView("pairs")
    found = {
        row[:2]: row[2] for row in spark.sql(f"SELECT v, d, {columns[0]} FROM pairs").collect()
    }
    assert found == dict(zip(pairs, [row[0] for row in expected], strict=True))


@settings(max_examples=4, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(texts=TEXTS)
def test_any_text(spark: SparkSession, connection: Connection, texts: list[str]) -> None:
    compare(spark, connection, [*ONE_TEXT, *WITH_MORE[:3]], texts)


def test_long_texts(spark: SparkSession, connection: Connection) -> None:
    """Java's regular expressions recurse where those of DuckDB do not."""
    long = 20_000
    texts = ["a" * long, "YWJj" * long, "00" * long, "de" + "-a" * long, "a " * long + "a"]
    texts += ["https://x.org/" + "%20" * long, "https://x.org/" + "ä" * long, "\x00ä😀\n" * long]
    compare(spark, connection, [*ONE_TEXT, *WITH_MORE[:3]], texts)


@settings(max_examples=3, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(numbers=st.lists(st.floats(), min_size=100))
def test_doubles(spark: SparkSession, connection: Connection, numbers: list[float]) -> None:
    """A double comes to Spark as the text that DuckDB writes."""
    edges = [80.25, 1e23, 2e23, 5e-324, 1e15, 1e16, 1e-4, 1e-5, 100.0, -0.0, 0.1, 2.0**-44, 7.0]
    rows = connection.execute(
        "SELECT term_double(x), CAST(x AS VARCHAR) FROM (SELECT unnest(?::DOUBLE[]) AS x)",
        [[*numbers, *edges]],
    ).fetchall()
    same(spark, "term_double", {text: expected for expected, text in rows})


@pytest.mark.parametrize("decimal", ["8, 3", "18, 0", "38, 38", "38, 18"])
def test_decimals(spark: SparkSession, connection: Connection, decimal: str) -> None:
    values = ["0", "0.1", "-0.5", "0.125", "0.000000000000000001"]
    values += [] if decimal == "38, 38" else ["1.5", "-20", "120"]
    rows = connection.execute(
        f"SELECT term_decimal(x), CAST(x AS VARCHAR) FROM (SELECT CAST(unnest(?::VARCHAR[]) "
        f"AS DECIMAL({decimal})) AS x)",
        [values],
    ).fetchall()
    same(spark, "term_decimal", {text: expected for expected, text in rows})


@settings(max_examples=3, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(values=st.lists(JSON_VALUES, min_size=50))
def test_json_values(spark: SparkSession, connection: Connection, values: list[object]) -> None:
    """A value of a JSON document comes to Spark as the text that DuckDB takes out of it."""
    edges = [
        "1E400",
        "-1E400",
        "-1e-400",
        "1.50",
        "1e2",
        "-0",
        "-0.0",
        '"\\u0000\\/\\ud83d\\ude00"',
    ]
    edges += ["18446744073709551616", "-9223372036854775809", "100000000000000000000.5", '"\\n"']
    documents = [f'{{"a": {text}}}' for text in [*map(json.dumps, values), *edges]]
    for primitive in ("term_json_text", "term_json_literal"):
        rows = connection.execute(
            f"SELECT {primitive}(j), CAST(j AS VARCHAR), json_type(j) IN ('ARRAY', 'OBJECT') FROM "
            "(SELECT json_extract(CAST(unnest(?::VARCHAR[]) AS JSON), '$.a') AS j)",
            [documents],
        ).fetchall()
        same(spark, primitive, {text: expected for expected, text, _ in rows})
        same(
            spark,
            "json_type",
            {text: nested for _, text, nested in rows},
            " IN ('ARRAY', 'OBJECT')",
        )


def same(
    spark: SparkSession, primitive: str, expected: dict[str, object], further: str = ""
) -> None:
    call = f"{primitive}(v){further}"
    prepare(spark, [call])
    spark.createDataFrame([(text,) for text in expected], "v STRING").createOrReplaceTempView(
        "texts"
    )
    found = {row[0]: row[1] for row in spark.sql(f"SELECT v, {call} FROM texts").collect()}
    assert found == expected


def test_a_pattern_for_java() -> None:
    assert java_pattern(r"[$)*]\$\)*(a|b)*(c)+$") == r"[$)*]\$\)*(a|b)*+(c)++\z"
    assert java_pattern("a|b", whole=True) == r"\A(?:a|b)\z"
    patterns = re.findall(r"RLIKE '((?:[^'\\]|\\.)*)'", "".join(functions().values()))
    assert not [pattern for pattern in patterns if re.search(r"(?<!\\)\)[*+](?![+])", pattern)]
