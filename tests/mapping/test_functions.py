"""Functions of RML-FNML: every one of the catalogue, and how mappings call them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.errors import MappingError
from clusterkg.mapping.function_plan import Value, Values
from clusterkg.mapping.functions import FUNCTIONS, NOT_OFFERED, Function, short
from clusterkg.mapping.rows import Kind
from clusterkg.mapping.term_plan import natural_text
from clusterkg.mapping.terms import prepare
from clusterkg.mapping.triples_map import Constant, FunctionCall, Reference, TermMap, TermType

from .conftest import BASE, Bench

DOCS = Path(__file__).resolve().parents[2] / "docs"
BY_NAME = {short(iri): function for iri, function in FUNCTIONS.items()}
CANONICAL = {short(function.iri) for function in FUNCTIONS.values()}
NOTHING = None
# name, inputs (a list is several values; None is NULL), what it gives
CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("grel:toUpperCase", ("Bäcker ß 東",), "BÄCKER ẞ 東"),
    ("grel:toUpperCase", ("",), ""),
    ("grel:toLowerCase", ("ÄÖÜ Venus",), "äöü venus"),
    ("grel:string_toTitlecase", ("ÖLMÜHLE am  see",), "Ölmühle Am  See"),
    ("grel:string_toTitlecase", ("",), ""),
    ("grel:string_trim", (" \t a b\n",), "a b"),
    ("grel:string_trim", ("",), ""),
    ("grel:string_chomp", ("Leipzig GmbH", " GmbH"), "Leipzig"),
    ("grel:string_chomp", ("Leipzig", " GmbH"), "Leipzig"),
    ("grel:string_chomp", ("Leipzig", ""), "Leipzig"),
    ("grel:string_length", ("Süß 東",), "5"),
    ("grel:string_length", ("",), "0"),
    ("grel:string_toString", ("x",), "x"),
    ("grel:string_toNumber", ("12.50",), "12.5"),
    ("grel:string_toNumber", ("-7",), "-7.0"),
    ("grel:string_toNumber", ("about 12",), NOTHING),
    ("grel:string_replace", ("a b b", "b", "ß"), "a ß ß"),
    ("grel:string_replace", ("a.b.c", ".", "-"), "a-b-c"),
    ("grel:string_replace", ("a1b22", "/[0-9]+/", "#"), "a#b#"),
    ("grel:string_replace", ("Roth, Ute", "/(\\w+), (\\w+)/", "$2 $1"), "Ute Roth"),
    ("grel:string_replace", ("1/2", "/", ":"), "1:2"),
    ("grel:string_replaceChars", ("abcä", "aä", "xy"), "xbcy"),
    ("grel:string_substring", ("Venus", "1", "3"), "en"),
    ("grel:string_substring", ("Venus", "5"), ""),
    ("grel:string_substring", ("Venus", "6"), NOTHING),
    ("grel:string_substring", ("Venus", "-2"), "us"),
    ("grel:string_substring", ("Venus", "1", "-1"), "enu"),
    ("grel:string_substring", ("Süßwein", "3", "2"), ""),
    ("grel:string_split", ("a; b;;c", ";"), ["a", " b", "c"]),
    ("grel:string_split", ("a1b22c", "/[0-9]+/"), ["a", "b", "c"]),
    ("grel:string_split", ("", ";"), []),
    ("grel:string_contains", ("Süßwein", "ß"), "true"),
    ("grel:string_contains", ("Süßwein", "x"), "false"),
    ("grel:string_startsWith", ("Süß", "Sü"), "true"),
    ("grel:string_startsWith", ("Süß", "ü"), "false"),
    ("grel:string_endsWith", ("Süß", "üß"), "true"),
    ("grel:string_endsWith", ("Süß", "ü"), "false"),
    ("grel:string_indexOf", ("Süßwein", "ß"), "2"),
    ("grel:string_indexOf", ("Süßwein", "x"), "-1"),
    ("grel:string_lastIndexOf", ("a-b-c", "-"), "3"),
    ("grel:string_lastIndexOf", ("a-b-c", "x"), "-1"),
    ("grel:escape", ("A&B <\"'é>", "html"), "A&amp;B &lt;&quot;&#39;é&gt;"),
    ("grel:escape", ("it's", "xml"), "it&apos;s"),
    ("grel:escape", ("a b/ä&", "url"), "a%20b%2F%C3%A4%26"),
    ("grel:escape", ('it\'s "a\\b"\n', "javascript"), 'it\\\'s \\"a\\\\b\\"\\n'),
    ("grel:escape", ('a "b"', "csv"), '"a ""b"""'),
    ("grel:escape", ("plain", "csv"), "plain"),
    ("grel:string_unescape", ("A&amp;lt; &#39;", "html"), "A&lt; '"),
    ("grel:string_unescape", ("&lt;&apos;&quot;&gt;", "xml"), "<'\">"),
    ("grel:string_unescape", ("a%20b%C3%A4", "url"), "a bä"),
    ("grel:string_md5", ("Süß",), hashlib.md5("Süß".encode()).hexdigest()),
    ("grel:string_sha1", ("Süß",), hashlib.sha1("Süß".encode()).hexdigest()),
    ("grel:array_join", (["a", "ß", ""], "-"), "a-ß-"),
    ("grel:array_join", ([], "-"), ""),
    ("grel:array_length", (["a", "b"],), "2"),
    ("grel:array_reverse", (["a", "b"],), ["b", "a"]),
    ("grel:array_sort", (["b", "ä", "a"],), ["a", "b", "ä"]),
    ("grel:array_uniques", (["b", "a", "b"],), ["a", "b"]),
    ("grel:array_slice", (["a", "b", "c"], "1"), ["b", "c"]),
    ("grel:array_slice", (["a", "b", "c"], "0", "2"), ["a", "b"]),
    ("grel:array_sum", (["0.1", "0.2", "x"],), "0.3"),
    ("grel:boolean_and", (["true", "1"],), "true"),
    ("grel:boolean_and", (["true", "false"],), "false"),
    ("grel:boolean_and", (["true", None],), NOTHING),
    ("grel:boolean_and", (["false", None],), "false"),
    ("grel:boolean_or", (["false", "true"],), "true"),
    ("grel:boolean_or", (["false", "0"],), "false"),
    ("grel:boolean_or", (["false", None],), NOTHING),
    ("grel:boolean_xor", (["true", "false"],), "true"),
    ("grel:boolean_xor", (["true", "true"],), "false"),
    ("grel:boolean_not", ("false",), "true"),
    ("grel:boolean_not", ("perhaps",), NOTHING),
    ("grel:controls_if", ("true", "ja", "nein"), "ja"),
    ("grel:controls_if", ("0", "ja", "nein"), "nein"),
    ("grel:controls_if", ("false", "ja"), NOTHING),
    ("grel:controls_if", ("true", None, "nein"), NOTHING),
    ("grel:other_coalesce", ([None, "ß", "x"],), "ß"),
    ("grel:other_coalesce", ([None],), NOTHING),
    ("grel:math_floor", ("-2.5",), "-3"),
    ("grel:math_ceil", ("2.1",), "3"),
    ("grel:math_round", ("2.5",), "3"),
    ("grel:math_round", ("about",), NOTHING),
    ("grel:math_abs", ("-2.50",), "2.5"),
    ("grel:math_min", ("10", "9.5"), "9.5"),
    ("grel:math_max", ("10", "9.5"), "10.0"),
    ("grel:math_mod", ("7", "3"), "1"),
    ("grel:math_mod", ("7", "0"), NOTHING),
    ("grel:math_quotient", ("7", "2"), "3.5E0"),
    ("grel:math_quotient", ("7", "0"), NOTHING),
    ("grel:math_pow", ("2", "10"), "1.024E3"),
    ("grel:math_exp", ("0",), "1.0E0"),
    ("grel:math_ln", ("1",), "0.0E0"),
    ("grel:math_ln", ("-1",), NOTHING),
    ("grel:math_log", ("1000",), "3.0E0"),
    ("grel:math_log", ("0",), NOTHING),
    ("grel:math_gcd", ("12", "18"), "6"),
    ("grel:math_lcm", ("4", "6"), "12"),
    ("grel:date_toDate", ("3.10.1990", "dd.MM.yyyy"), "1990-10-03"),
    ("grel:date_toDate", ("31.02.1990", "dd.MM.yyyy"), NOTHING),
    ("grel:date_inc", ("2024-01-31", "1", "months"), "2024-02-29"),
    ("grel:date_inc", ("2024-12-31", "1", "days"), "2025-01-01"),
    ("grel:date_inc", ("2024-02-29", "-1", "years"), "2023-02-28"),
    ("grel:date_inc", ("2024-02-29", "2", "weeks"), "2024-03-14"),
    ("grel:date_datePart", ("2024-02-29", "year"), "2024"),
    ("grel:date_datePart", ("2024-02-29", "month"), "2"),
    ("grel:date_datePart", ("2024-02-29", "day"), "29"),
    ("grel:date_datePart", ("2024-02-29", "week"), "9"),
    ("grel:date_datePart", ("2024-02-25", "weekday"), "7"),
    ("idlab-fn:equal", ("ß", "ß"), "true"),
    ("idlab-fn:equal", ("", "x"), "false"),
    ("idlab-fn:notEqual", ("a", "b"), "true"),
    ("idlab-fn:notEqual", ("a", "a"), "false"),
    ("idlab-fn:isNull", (None,), "true"),
    ("idlab-fn:isNull", ("",), "false"),
    ("idlab-fn:isNotNull", (None,), "false"),
    ("idlab-fn:isNotNull", ("",), "true"),
    ("idlab-fn:trueCondition", ("true", "ß"), "ß"),
    ("idlab-fn:trueCondition", ("false", "ß"), NOTHING),
    ("idlab-fn:decide", ("a", "a", "b"), "b"),
    ("idlab-fn:decide", ("a", "x", "b"), NOTHING),
    ("idlab-fn:stringContainsOtherString", ("a,ß,c", "ß", ","), "true"),
    ("idlab-fn:stringContainsOtherString", ("a,ß,c", "d", ","), "false"),
    ("idlab-fn:listContainsElement", (["a", "ß"], "ß"), "true"),
    ("idlab-fn:listContainsElement", (["a"], "b"), "false"),
    ("idlab-fn:inRange", ("5", "5", "6"), "true"),
    ("idlab-fn:inRange", ("6", "5", "6"), "false"),
    ("idlab-fn:inRange", ("6", "5"), "true"),
    ("idlab-fn:inRange", ("6",), "true"),
    ("idlab-fn:concat", ("a", "ß", "-"), "a-ß"),
    ("idlab-fn:concat", ("a", "ß"), "aß"),
    ("idlab-fn:slugify", (" Bäcker & Süß! ",), "backer-suss"),
    ("idlab-fn:slugify", ("",), ""),
    ("idlab-fn:toUpperCaseURL", ("http://a.org/ß",), "HTTP://A.ORG/ẞ"),
    ("idlab-fn:toUpperCaseURL", ("www.a.org",), "http://WWW.A.ORG"),
    ("idlab-fn:normalizeDate", ("03/10/90", "dd/MM/yy"), "1990-10-03"),
    ("idlab-fn:normalizeDate", ("x", "dd/MM/yy"), NOTHING),
    ("idlab-fn:normalizeDateTime", ("3.10.1990 8:05", "dd.MM.yyyy HH:mm"), "1990-10-03T08:05:00"),
    ("idlab-fn:alwaysReturnsABC", (), "ABC"),
    ("clk-fn:slug", ("Bäckerei Süß GmbH",), "baeckerei-suess-gmbh"),
    ("clk-fn:addresses", ("see https://a.org; old",), ["https://a.org"]),
    ("clk-fn:parts", ("a; ß ;", ";"), ["a", "ß"]),
]
ABOUT_NULLS = {
    "idlab-fn:isNull",
    "idlab-fn:isNotNull",
    "grel:other_coalesce",
    "grel:boolean_and",
    "grel:boolean_or",
}


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    connection = connect()
    prepare(connection)
    yield connection
    connection.close()


def called(connection: Connection, function: Function, given: tuple[Any, ...]) -> Any:
    """What a function gives for values in the columns of a row; texts in their natural form."""
    inputs, columns, values = [], {}, []
    for parameter, value in zip(function.parameters, given, strict=False):
        several = parameter.kind == "list"
        name = f"c{len(columns)}"
        if parameter.constant and value is not None:
            term = TermMap(Constant(value, TermType.LITERAL), TermType.LITERAL)
        else:
            term = TermMap(Reference(name), TermType.LITERAL)
            columns[name] = Value(exp.column(name), Kind.TEXT, many=several)
            values.append(value)
        inputs.append((parameter.iris[-1], term))
    types = {name: "VARCHAR[]" if value.many else "VARCHAR" for name, value in columns.items()}
    row = ", ".join(f"CAST(? AS {kind}) AS {name}" for name, kind in types.items()) or "1 AS one"
    made = Values(columns.__getitem__, natural_text)
    call = TermMap(FunctionCall(function.iri, tuple(inputs)), TermType.LITERAL)
    sql = made.text(made.value(call)).sql.sql(dialect="duckdb")
    answer = connection.execute(f"SELECT {sql} FROM (SELECT {row})", values).fetchone()
    assert answer is not None
    return answer[0]


@pytest.mark.parametrize(("name", "given", "expected"), CASES, ids=lambda value: str(value)[:40])
def test_what_a_function_gives(
    connection: Connection, name: str, given: tuple[Any, ...], expected: Any
) -> None:
    assert called(connection, BY_NAME[name], given) == expected


def test_every_function_has_a_case() -> None:
    assert {name for name, _, _ in CASES} == CANONICAL


@pytest.mark.parametrize("name", sorted(CANONICAL - ABOUT_NULLS))
def test_null_gives_null(connection: Connection, name: str) -> None:
    function = BY_NAME[name]
    given = next(given for other, given, _ in CASES if other == name)
    for at, parameter in enumerate(function.parameters):
        if parameter.required and not parameter.constant:
            values = tuple(None if place == at else value for place, value in enumerate(given))
            assert called(connection, function, values) is None, parameter.name


def test_every_parameter_and_output_has_an_iri_of_its_own() -> None:
    for function in FUNCTIONS.values():
        iris = [iri for parameter in function.parameters for iri in parameter.iris]
        assert len(iris) == len(set(iris))
        assert function.outputs


# -- in mappings -------------------------------------------------------------------------------

PREFIXES = """@prefix rml: <http://w3id.org/rml/> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix idlab-fn: <https://w3id.org/imec/idlab/function#> .
@prefix clk-fn: <https://w3id.org/clusterkg/function#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://data.example.org/terms#> .
"""
PEOPLE = "name,tags,lang,born\nUte Süß,a;b,de,1.2.1990\nBob,,en,\n"


def execution(function: str, *inputs: str) -> str:
    return f"rml:functionExecution [ rml:function {function} ; {' '.join(inputs)} ]"


def given(parameter: str, value: str) -> str:
    """An input: a text in quotes is a constant, any other text a reference, [ … ] a map."""
    if value.startswith('"'):
        return f"rml:input [ rml:parameter {parameter} ; rml:inputValue {value} ] ;"
    inner = value if value.startswith("[") else f'[ rml:reference "{value}" ]'
    return f"rml:input [ rml:parameter {parameter} ; rml:inputValueMap {inner} ] ;"


UPPER = execution("grel:toUpperCase", given("grel:valueParam", "name"))


@pytest.fixture
def turtle(bench: Bench) -> Callable[..., list[str]]:
    """What a mapping of the people makes; its parts are the insides of maps."""
    (bench.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")

    def made(
        target: str, predicate: str = "rml:predicate ex:p", subject: str | None = None
    ) -> list[str]:
        subject = subject or 'rml:template "https://data.example.org/{lang}"'
        bench.document(
            f'{PREFIXES}<#people> rml:logicalSource [ rml:source "people.csv" ; '
            f"rml:referenceFormulation rml:CSV ] ;\n rml:subjectMap [ {subject} ] ;\n"
            f" rml:predicateObjectMap [ {predicate} ; rml:objectMap [ {target} ] ] .\n",
            "mapping.ttl",
        )
        return bench.quads()

    return made


def objects(quads: list[str]) -> list[str]:
    return [quad.split(" ", 2)[2] for quad in quads]


def test_an_object(turtle: Callable[..., list[str]]) -> None:
    assert objects(turtle(UPPER)) == ['"UTE SÜẞ"', '"BOB"']


def test_a_predicate_is_an_iri(turtle: Callable[..., list[str]]) -> None:
    slug = execution("clk-fn:slug", given("clk-fn:text", "name"))
    joined = execution(
        "idlab-fn:concat",
        given("idlab-fn:_str", '"https://a.org/"'),
        given("idlab-fn:_otherStr", f"[ {slug} ]"),
    )
    quads = turtle('rml:constant "x"', predicate=f"rml:predicateMap [ {joined} ]")
    assert [quad.split(" ")[1] for quad in quads] == [
        "<https://a.org/ute-suess>",
        "<https://a.org/bob>",
    ]


def test_a_number_keeps_its_datatype(turtle: Callable[..., list[str]]) -> None:
    length = execution("grel:string_length", given("grel:valueParam", "name"))
    assert objects(turtle(length)) == [
        '"7"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"3"^^<http://www.w3.org/2001/XMLSchema#integer>',
    ]


def test_a_date_keeps_its_datatype_and_may_have_another(turtle: Callable[..., list[str]]) -> None:
    date = execution(
        "grel:date_toDate",
        given("grel:valueParam", "born"),
        given("grel:p_string_pattern", '"dd.MM.yyyy"'),
    )
    assert objects(turtle(date)) == ['"1990-02-01"^^<http://www.w3.org/2001/XMLSchema#date>']


def test_several_values_make_several_terms(turtle: Callable[..., list[str]]) -> None:
    split = execution(
        "grel:string_split", given("grel:valueParam", "tags"), given("grel:p_string_sep", '";"')
    )
    assert objects(turtle(split)) == ['"a"', '"b"']


def test_a_function_of_each_of_several_values(turtle: Callable[..., list[str]]) -> None:
    split = execution(
        "grel:string_split", given("grel:valueParam", "tags"), given("grel:p_string_sep", '";"')
    )
    upper = execution("grel:toUpperCase", given("grel:valueParam", f"[ {split} ]"))
    assert objects(turtle(upper)) == ['"A"', '"B"']
    joined = execution(
        "grel:array_join",
        given("grel:p_array_a", f"[ {upper} ]"),
        given("grel:p_string_sep", '"+"'),
    )
    assert '"A+B"' in objects(turtle(joined))


def test_a_list_of_several_inputs(turtle: Callable[..., list[str]]) -> None:
    joined = execution(
        "grel:array_join",
        given("grel:p_array_a", "name"),
        given("grel:p_array_a", "lang"),
        given("grel:p_string_sep", '"/"'),
    )
    assert objects(turtle(joined)) == ['"Ute Süß/de"', '"Bob/en"']


def test_a_template_and_a_constant_as_inputs(turtle: Callable[..., list[str]]) -> None:
    upper = execution(
        "grel:toUpperCase", given("grel:valueParam", '[ rml:template "{name} ({lang})" ]')
    )
    assert objects(turtle(upper)) == ['"UTE SÜẞ (DE)"', '"BOB (EN)"']


def test_language_and_datatype_maps(turtle: Callable[..., list[str]]) -> None:
    lower = execution("grel:toLowerCase", given("grel:valueParam", "lang"))
    quads = turtle(f'rml:reference "name" ; rml:languageMap [ {lower} ]')
    assert objects(quads) == ['"Ute Süß"@de', '"Bob"@en']
    joined = execution(
        "idlab-fn:concat",
        given("idlab-fn:_str", '"https://a.org/"'),
        given("idlab-fn:_otherStr", "lang"),
    )
    quads = turtle(f'rml:reference "name" ; rml:datatypeMap [ {joined} ]')
    assert '"Bob"^^<https://a.org/en>' in objects(quads)


def test_a_condition_leaves_out_the_term(turtle: Callable[..., list[str]]) -> None:
    german = execution(
        "idlab-fn:equal", given("grel:valueParam", "lang"), given("grel:valueParam2", '"de"')
    )
    assert objects(turtle(f'rml:reference "name" ; rml:condition [ {german} ]')) == ['"Ute Süß"']
    subject = f'rml:template "https://data.example.org/s/{{lang}}" ; rml:condition [ {german} ]'
    quads = turtle('rml:reference "name"', subject=subject)
    assert [quad for quad in quads if "/s/" in quad] == [f'<{BASE}s/de> <{BASE}terms#p> "Ute Süß"']


def test_a_condition_on_a_pair_of_predicates_and_objects(turtle: Callable[..., list[str]]) -> None:
    german = execution(
        "idlab-fn:equal", given("grel:valueParam", "lang"), given("grel:valueParam2", '"de"')
    )
    quads = turtle(
        'rml:reference "name"',
        predicate=f"rml:predicate ex:p ; rml:condition [ {german} ]",
    )
    assert objects(quads) == ['"Ute Süß"']


def test_a_condition_on_a_reference_to_a_triples_map_is_told(
    turtle: Callable[..., list[str]],
) -> None:
    with pytest.raises(MappingError) as caught:
        turtle(f"rml:parentTriplesMap <#people> ; rml:condition [ {UPPER} ]")
    assert "a condition on the reference to 'people' is not supported" in str(caught.value)


def test_a_condition_holds_for_what_is_checked_too(bench: Bench) -> None:
    (bench.folder / "people.csv").write_text("name,site\nA,www.a.org\nB,https://b.org\n")
    condition = execution(
        "grel:string_startsWith",
        given("grel:valueParam", "site"),
        given("grel:string_sub", '"https:"'),
    )
    mapped = bench.document(
        f'{PREFIXES}<#m> rml:logicalSource [ rml:source "people.csv" ; '
        "rml:referenceFormulation rml:CSV ] ; "
        'rml:subjectMap [ rml:template "https://a.org/{name}" ] ; '
        "rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "
        f'"site" ; rml:termType rml:IRI ; rml:condition [ {condition} ] ] ] .',
        "mapping.ttl",
    )
    assert mapped.findings == ()
    assert bench.objects() == ["<https://b.org>"]


def test_a_join_of_functions(bench: Bench) -> None:
    (bench.folder / "a.csv").write_text("id\nX1\nY2\n")
    (bench.folder / "b.csv").write_text("key\nx1\n")
    lower = execution("grel:toLowerCase", given("grel:valueParam", "id"))
    source = 'rml:logicalSource [ rml:source "{}" ; rml:referenceFormulation rml:CSV ] ;'
    bench.document(
        f"{PREFIXES}<#a> {source.format('a.csv')} rml:subjectMap [ rml:template "
        '"https://a.org/{id}" ] ; rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ '
        f"rml:parentTriplesMap <#b> ; rml:joinCondition [ rml:childMap [ {lower} ] ; "
        'rml:parent "key" ] ] ] .\n'
        f"<#b> {source.format('b.csv')} rml:subjectMap [ rml:template "
        '"https://b.org/{key}" ] .',
        "mapping.ttl",
    )
    assert bench.quads() == [f"<https://a.org/X1> <{BASE}terms#p> <https://b.org/x1>"]


def test_json_values_are_inputs(bench: Bench) -> None:
    (bench.folder / "d.json").write_text('[{"id": 1, "n": [1, 2.5]}, {"id": 2, "n": []}]')
    total = execution("grel:array_sum", given("grel:p_array_a", "n[*]"))
    bench.document(
        f'{PREFIXES}<#m> rml:logicalSource [ rml:source "d.json" ; rml:iterator "$[*]" ; '
        "rml:referenceFormulation rml:JSONPath ] ; "
        'rml:subjectMap [ rml:template "https://a.org/{id}" ] ; '
        f"rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ {total} ] ] .",
        "mapping.ttl",
    )
    assert bench.objects() == ['"3.5"^^<http://www.w3.org/2001/XMLSchema#decimal>']


def test_the_older_vocabulary(bench: Bench) -> None:
    (bench.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    bench.document(
        """@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix fnml: <http://semweb.mmlab.be/ns/fnml#> .
@prefix fno: <https://w3id.org/function/ontology#> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix ex: <https://data.example.org/terms#> .
<#people> rml:logicalSource <#source> ; rr:subjectMap [ rr:template "https://a.org/{lang}" ] ;
  rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ fnml:functionValue [
    rml:logicalSource <#source> ;
    rr:predicateObjectMap [ rr:predicate fno:executes ;
      rr:objectMap [ rr:constant grel:toUpperCase ] ] ;
    rr:predicateObjectMap [ rr:predicate grel:valueParameter ;
      rr:objectMap [ rml:reference "name" ] ] ] ] ] .
<#source> rml:source "people.csv" ; rml:referenceFormulation ql:CSV .
""",
        "mapping.ttl",
    )
    assert bench.objects() == ['"BOB"', '"UTE SÜẞ"']


WRONG = {
    "unknown function 'grel:toUperCase'": (
        execution("grel:toUperCase", given("grel:valueParam", "name")),
        "Did you mean 'grel:toUpperCase'?",
    ),
    "function 'grel:toUpperCase' has no parameter 'grel:valuParam'": (
        execution(
            "grel:toUpperCase", given("grel:valuParam", "name"), given("grel:valueParam", "name")
        ),
        "Did you mean 'grel:valueParam'?",
    ),
    "function 'grel:string_split' lacks its parameter 'grel:param_string_sep'": (
        execution("grel:string_split", given("grel:valueParam", "name")),
        None,
    ),
    "function 'grel:toUpperCase' is given 'grel:valueParam' several times": (
        execution(
            "grel:toUpperCase", given("grel:valueParam", "name"), given("grel:valueParam", "lang")
        ),
        None,
    ),
    "function 'grel:toUpperCase' does not return 'grel:stringOt'": (
        f"{UPPER} ; rml:return grel:stringOt",
        "Did you mean 'grel:stringOut'?",
    ),
    "parameter 'grel:modeParam' of function 'grel:escape' cannot be 'htlm'": (
        execution(
            "grel:escape", given("grel:valueParam", "name"), given("grel:modeParam", '"htlm"')
        ),
        "Did you mean 'html'?",
    ),
    "parameter 'grel:param_string_pattern' of function 'grel:date_toDate' has to be a constant": (
        execution(
            "grel:date_toDate",
            given("grel:valueParam", "name"),
            given("grel:p_string_pattern", "lang"),
        ),
        None,
    ),
    "an input 'grel:valueParam' of function 'grel:toUpperCase' has no value": (
        execution("grel:toUpperCase", "rml:input [ rml:parameter grel:valueParam ]"),
        "It needs exactly one rml:inputValue",
    ),
    "a function execution of 'people' has no function": (
        "rml:functionExecution [ rml:input [ rml:parameter grel:valueParam ] ]",
        "Name the function by its IRI",
    ),
    "function 'idlab-fn:random' is not offered": (execution("idlab-fn:random"), None),
    "no column 'nam'": (
        execution("grel:toUpperCase", given("grel:valueParam", "nam")),
        "Did you mean 'name'?",
    ),
}


@pytest.mark.parametrize("what", WRONG, ids=lambda what: what.replace("'", ""))
def test_what_is_wrong_with_a_call(turtle: Callable[..., list[str]], what: str) -> None:
    target, hint = WRONG[what]
    with pytest.raises(MappingError) as caught:
        turtle(target)
    assert what in str(caught.value)
    assert "mapping.ttl:" in str(caught.value)
    assert hint is None or hint in str(caught.value)


def test_all_problems_are_told_at_once(turtle: Callable[..., list[str]]) -> None:
    with pytest.raises(MappingError) as caught:
        turtle(execution("grel:toUpperCase", given("grel:x", "name")) + " ; rml:return grel:y")
    assert "3 problems" in str(caught.value)


def test_functions_that_are_not_offered_are_not_in_the_catalogue() -> None:
    assert not NOT_OFFERED.keys() & FUNCTIONS.keys()


# -- in YARRRML --------------------------------------------------------------------------------

YAML = """prefixes:
  ex: https://data.example.org/terms#
  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#
mappings:
  people:
    sources: [[people.csv~csv]]
    s: https://data.example.org/$(lang)
    po:
      - {pair}
"""
UPPER_PAIRS = [
    "[ex:p, {function: grel:toUpperCase, parameters: [[grel:valueParameter, $(name)]]}]",
    "{p: ex:p, o: {fn: grel:toUpperCase, pms: [{parameter: valueParam, value: $(name)}]}}",
    "{p: ex:p, o: {function: grel:toUpperCase(valueParameter = $(name))}}",
]


@pytest.fixture
def yaml(bench: Bench) -> Callable[[str], list[str]]:
    """The objects that a pair of a mapping of the people makes."""
    (bench.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")

    def made(pair: str) -> list[str]:
        bench.document(YAML.replace("{pair}", pair))
        return bench.objects()

    return made


@pytest.mark.parametrize("pair", UPPER_PAIRS)
def test_the_forms_of_a_call_in_yarrrml(yaml: Callable[[str], list[str]], pair: str) -> None:
    assert yaml(pair) == ['"BOB"', '"UTE SÜẞ"']


def test_calls_in_calls_in_yarrrml(yaml: Callable[[str], list[str]]) -> None:
    inner = "{function: slug, parameters: [[text, $(name)]]}"
    pair = (
        "{p: ex:p, o: {function: idlab-fn:concat, type: iri, parameters: "
        f"[[str, 'https://a.org/'], [otherStr, {inner}]]}}}}"
    )
    assert yaml(pair) == ["<https://a.org/bob>", "<https://a.org/ute-suess>"]


def test_a_call_with_a_language_in_yarrrml(yaml: Callable[[str], list[str]]) -> None:
    pair = "{p: ex:p, o: {function: grel:toUpperCase(valueParam = $(name)), language: de}}"
    assert yaml(pair) == ['"BOB"@de', '"UTE SÜẞ"@de']


CONDITION = "{function: equal, parameters: [[str1, $(lang)], [str2, de]]}"


@pytest.mark.parametrize(
    "pair",
    [
        f"{{p: ex:p, o: {{value: $(name), condition: {CONDITION}}}}}",
        f"{{p: ex:p, o: $(name), condition: {CONDITION}}}",
        f"[ex:p, $(name)]\n    condition: {CONDITION}",
    ],
)
def test_conditions_in_yarrrml(yaml: Callable[[str], list[str]], pair: str) -> None:
    assert yaml(pair) == ['"Ute Süß"']


def test_a_subject_and_a_predicate_of_functions_in_yarrrml(bench: Bench) -> None:
    (bench.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    call = "{function: idlab-fn:toUpperCaseURL(str = $(lang))}"
    text = YAML.replace("https://data.example.org/$(lang)", f"[{call}]")
    bench.document(text.replace("{pair}", f"{{p: {call}, o: $(name)}}"))
    assert bench.quads() == [
        '<http://DE> <http://DE> "Ute Süß"',
        '<http://EN> <http://EN> "Bob"',
    ]


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (
            "{p: ex:p, o: {function: grel:toUperCase, parameters: [[valueParam, $(name)]]}}",
            "mapping.yml:9: unknown function 'grel:toUperCase'",
        ),
        (
            "{p: ex:p, o: {function: grl:toUpperCase, parameters: [[valueParam, $(name)]]}}",
            "undefined prefix 'grl' in 'grl:toUpperCase'",
        ),
        (
            "{p: ex:p, o: {function: grel:toUpperCase, parameters: [$(name)]}}",
            "a parameter of a function is not a name and a value",
        ),
        (
            "{p: ex:p, o: {value: $(name), condition: {parameters: []}}}",
            "a function or condition does not name its function",
        ),
    ],
)
def test_what_is_wrong_with_a_call_in_yarrrml(
    yaml: Callable[[str], list[str]], pair: str, message: str
) -> None:
    with pytest.raises(MappingError) as caught:
        yaml(pair)
    assert message in str(caught.value)


def test_the_example_of_the_docs(bench: Bench) -> None:
    text = (DOCS / "mapping.md").read_text(encoding="utf-8").partition("\n## Functions\n")[2]
    example = text.partition("```yaml\n")[2].partition("```")[0]
    (bench.folder / "organisations.csv").write_text(
        "name,others,remark\n Süß & Söhne ,S;Sü,none\nRoth,,old\n", encoding="utf-8"
    )
    bench.document(example)
    assert [quad.replace("http://www.w3.org/2004/02/skos/core#", "") for quad in bench.quads()] == [
        '<https://data.example.org/roth> <note> "old"',
        '<https://data.example.org/roth> <prefLabel> "Roth"@de',
        '<https://data.example.org/suess-soehne> <altLabel> "S"',
        '<https://data.example.org/suess-soehne> <altLabel> "Sü"',
        '<https://data.example.org/suess-soehne> <prefLabel> "Süß & Söhne"@de',
    ]
