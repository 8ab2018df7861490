"""The primitives against independent parsers: what goes in comes out again."""

from __future__ import annotations

import urllib.parse

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.mapping.lexical import DATATYPES
from clusterkg.mapping.terms import prepare
from clusterkg.namespaces import XSD

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)))


@pytest.fixture(scope="module")
def connection() -> Connection:
    made = connect()
    prepare(made)
    return made


def value(connection: Connection, sql: str, *parameters: object) -> object:
    row = connection.execute(f"SELECT {sql}", list(parameters)).fetchone()
    assert row is not None
    return row[0]


def parsed(term: str) -> pyoxigraph.Quad:
    (quad,) = pyoxigraph.parse(f"<urn:s> <urn:p> {term} .", pyoxigraph.RdfFormat.N_TRIPLES)
    return quad


@settings(max_examples=150, deadline=None)
@given(text=ANY_TEXT)
def test_any_text_comes_back_as_the_same_literal(connection: Connection, text: str) -> None:
    escaped = value(connection, "term_escaped(?)", text)
    assert "\n" not in str(escaped)
    literal = parsed(f'"{escaped}"').object
    assert isinstance(literal, pyoxigraph.Literal)
    assert literal.value == text


@settings(max_examples=150, deadline=None)
@given(text=ANY_TEXT)
def test_any_text_comes_back_from_a_template(connection: Connection, text: str) -> None:
    safe = value(connection, "term_iri_safe(?)", text)
    iri = parsed(f"<https://x.org/{safe}>").object
    assert isinstance(iri, pyoxigraph.NamedNode)
    assert urllib.parse.unquote(iri.value.removeprefix("https://x.org/")) == text


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(ANY_TEXT, st.from_regex(r"https?://[^ ]{0,20}"), st.from_regex("[a-z]+:.*")))
def test_what_passes_as_an_iri_is_one(connection: Connection, text: str) -> None:
    if "\ud800" <= max(text, default="") <= "\udfff":
        return
    term = value(connection, "term_iri(?, '', 'id/')", text)
    if term is not None:
        iri = parsed(str(term)).object
        assert isinstance(iri, pyoxigraph.NamedNode)
        assert iri.value == text


@settings(max_examples=100, deadline=None)
@given(first=ANY_TEXT, second=ANY_TEXT)
def test_labels_of_blank_nodes_differ_as_values_do(
    connection: Connection, first: str, second: str
) -> None:
    labels = [str(value(connection, "term_label(?)", text)) for text in (first, second)]
    assert (labels[0] == labels[1]) == (first == second)
    assert parsed(f"_:{labels[0]}")


@settings(max_examples=150, deadline=None)
@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_are_canonical(connection: Connection, number: float) -> None:
    text = str(value(connection, "term_double(?::DOUBLE)", number))
    assert float(text) == number
    mantissa, _, exponent = text.partition("E")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    assert len(whole) == 1
    assert fraction == "0" or not fraction.endswith("0")
    assert exponent == str(int(exponent))
    assert whole != "0" or number == 0


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("term_double(80.25::DOUBLE)", "8.025E1"),
        ("term_double('nan'::DOUBLE)", "NaN"),
        ("term_double('-inf'::DOUBLE)", "-INF"),
        ("term_decimal(1.500::DECIMAL(8,3))", "1.5"),
        ("term_decimal(3::DECIMAL(8,0))", "3.0"),
        ("term_iri_safe('a b/ü%')", "a%20b%2Fü%25"),
        ("term_json_literal('\"a\"'::JSON)", '"a"'),
        ("term_json_literal('1'::JSON)", f'"1"^^<{XSD}integer>'),
        ("term_json_literal('true'::JSON)", f'"true"^^<{XSD}boolean>'),
        ("term_json_literal('1.5'::JSON)", f'"1.5E0"^^<{XSD}double>'),
        ("term_json_literal('[1]'::JSON)", None),
        ("term_json_literal('null'::JSON)", None),
        ("term_escaped(NULL)", None),
        ("term_iri_safe(NULL)", None),
    ],
)
def test_a_primitive_gives(connection: Connection, sql: str, expected: str | None) -> None:
    assert value(connection, sql) == expected


GOOD = {
    "boolean": ["true", "0"],
    "integer": ["5", "-5", "+05"],
    "decimal": ["1.5", ".5", "5.", "-0"],
    "double": ["1", "1.5E-3", "INF", "NaN"],
    "date": ["2024-02-29", "2024-01-01Z", "-0001-01-01", "12024-01-01", "-0004-02-29"],
    "dateTime": ["2024-01-01T24:00:00", "2024-01-01T23:59:59.5+14:00"],
    "dateTimeStamp": ["2024-01-01T00:00:00Z"],
    "time": ["12:00:00"],
    "gYear": ["1999", "-0044"],
    "gYearMonth": ["1999-12"],
    "duration": ["P1Y", "PT1.5S", "-P1DT2H"],
    "byte": ["-128"],
    "unsignedInt": ["4294967295"],
    "positiveInteger": ["1", "+01"],
    "hexBinary": ["0aFF", ""],
    "base64Binary": ["YWJj", "YQ=="],
    "anyURI": ["https://x.org/ä", "relative"],
    "language": ["de", "en-GB"],
    "gMonthDay": ["--02-29", "--12-31Z"],
    "NMTOKEN": ["\u0301", "1"],
    "NCName": ["äb-1", "\u0660a"],
}
BAD = {
    "boolean": ["yes", "TRUE"],
    "integer": ["5.0", " 5", "1,000", "", "1e3"],
    "decimal": ["1e3", "1,5", ".", "10.0.0.37"],
    "double": ["1,5", "inf", "+NaN"],
    "date": [
        "-0001-02-29",
        "12023-02-29",
        "2023-02-29",
        "2023-13-01",
        "01.02.2023",
        "2023-1-1",
        "0-01-01",
    ],
    "dateTime": ["2024-01-01 10:00:00", "2024-01-01T25:00:00", "2023-02-30T00:00:00"],
    "dateTimeStamp": ["2024-01-01T00:00:00"],
    "time": ["24:00:01"],
    "gYear": ["99", "1999/2000", "02024"],
    "gYearMonth": ["1999-13"],
    "duration": ["P", "PT", "1Y", "P1YT"],
    "byte": ["128"],
    "unsignedInt": ["-1"],
    "positiveInteger": ["0", "-1"],
    "hexBinary": ["0"],
    "base64Binary": ["YWJ", "YWJj "],
    "gMonthDay": ["--02-30", "--04-31"],
    "NMTOKEN": ["²"],
    "anyURI": ["a b"],
    "language": ["de_DE"],
    "NCName": ["a b", "1a"],
}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [(n, t, True) for n, texts in GOOD.items() for t in texts]
    + [(n, t, False) for n, texts in BAD.items() for t in texts],
)
def test_the_lexical_space(connection: Connection, name: str, text: str, *, expected: bool) -> None:
    assert value(connection, f"term_is_{name}(?)", text) is expected
    assert value(connection, "term_in_datatype(?, ?)", text, f"{XSD}{name}") is expected
    assert value(connection, "term_made_in_datatype(?, ?)", text, f"{XSD}{name}") is expected


def test_every_datatype_can_be_asked(connection: Connection) -> None:
    assert len(DATATYPES) == 39
    for name in DATATYPES:
        assert value(connection, f"term_is_{name}('x')") in (True, False)
        assert value(connection, f"term_is_{name}(NULL)") in (None, True)
