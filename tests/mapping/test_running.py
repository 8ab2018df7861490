"""Mappings on tables and files: the quads they make, and the findings they trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg.errors import MappingError
from clusterkg.findings import Place, Severity

from .conftest import BASE, PREFIXES, Bench

GOLDEN = Path(__file__).parent / "golden"
GRAPH = f"<{BASE}graph/demo>"


def test_a_small_mapping_makes_exactly_these_quads(bench: Bench) -> None:
    mapped = bench.map((GOLDEN / "mapping.yarrrml.yml").read_text(encoding="utf-8"))
    expected = (GOLDEN / "expected.nq").read_text(encoding="utf-8").splitlines()
    assert [f"{quad} ." for quad in bench.quads()] == expected
    assert mapped.quads == len(expected)
    assert dict(mapped.triples_maps) == {"city": 2, "member": 2, "organisation": 8}
    (lonely,) = mapped.findings
    assert (lonely.severity, lonely.rule) == (Severity.WARNING, "empty-join")
    assert str(lonely) == (
        "data/demo/organisations.csv, row 3, column city: no row of triples map 'city' has 'Halle'"
    )


def test_a_template_without_a_value_is_told_for_a_mapping_on_its_own(bench: Bench) -> None:
    (bench.folder / "people.csv").write_text("id,town\n1,\n,Halle\n3,Leipzig\n")
    mapped = bench.document(
        f"{PREFIXES}mappings:\n  person:\n    sources: [[people.csv~csv]]\n"
        "    s: http://e/{id}\n    po:\n      - [ex:in, ex:$(town)~iri]\n".replace(
            "{", "$("
        ).replace("}", ")")
    )
    assert [(f.severity.word, str(f)) for f in mapped.findings] == [
        (
            "info",
            (
                "people.csv, row 2, column town: no value here, "
                "so 'https://data.example.org/terms#{town}' makes no term"
            ),
        ),
        (
            "warning",
            "people.csv, row 3, column id: no value here, so 'http://e/{id}' makes no term",
        ),
    ]
    assert bench.quads() == [
        "<http://e/3> <https://data.example.org/terms#in> <https://data.example.org/terms#Leipzig>"
    ]


def test_the_quads_relation_stays_a_set(bench: Bench, simple: Callable[..., str]) -> None:
    text = simple("[ex:name, $(name)]", "[ex:name, $(name)]", "[ex:same, '1']")
    assert bench.map(text).quads == 6
    assert bench.map(text).quads == 0
    assert len(bench.quads()) == 6


def test_null_makes_no_triple(bench: Bench, simple: Callable[..., str]) -> None:
    bench.map(simple("[ex:city, $(city)]", "[ex:in, in/$(city)~iri]"))
    assert len(bench.quads()) == 4


def test_a_value_outside_its_datatype_is_found_at_its_cell(
    bench: Bench, simple: Callable[..., str]
) -> None:
    mapped = bench.map(simple("[ex:founded, $(founded), xsd:gYear]"))
    (finding,) = mapped.findings
    assert bench.objects() == ['"1999"^^<http://www.w3.org/2001/XMLSchema#gYear>']
    assert finding.severity is Severity.VIOLATION
    assert finding.rule == "not-in-datatype"
    assert str(finding) == (
        "data/demo/organisations.csv, row 3, column founded: "
        "'about 1920' is not an xsd:gYear (a year YYYY)"
    )
    assert finding.value == "about 1920"
    assert finding.hint is not None
    assert finding.hint.endswith(
        "mapping.yml, line 11, triples map 'organisation'); the triple is left out."
    )


def test_a_value_that_is_no_iri_is_found_at_its_cell(
    bench: Bench, simple: Callable[..., str]
) -> None:
    mapped = bench.map(simple("[ex:page, $(website)~iri]"))
    assert bench.objects() == ["<https://www.porsche.com/>"]
    (finding,) = mapped.findings
    assert str(finding) == (
        "data/demo/organisations.csv, row 3, column website: 'www.suess.de' is not a web address "
        "(IRI): it does not start with https:// or the like"
    )


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("https://a b", "it holds a blank"),
        (" https://a.org", "there are blanks around it"),
        ("https://a.org/<x>", "it holds the character <"),
        ("https://a.org/%zz", "it is not well-formed"),
        ("n/a", "it does not start with https:// or the like"),
    ],
)
def test_why_a_value_is_no_iri(
    bench: Bench, simple: Callable[..., str], cell: str, why: str
) -> None:
    bench.connection.execute("UPDATE demo.organisations SET website = ?", [cell])
    findings = bench.map(simple("[ex:page, $(website)~iri]")).findings
    assert len(findings) == 3
    assert findings[0].message == f"'{cell}' is not a web address (IRI): {why}"


def test_an_iri_of_the_project_may_be_put_together_in_sql(
    bench: Bench, simple: Callable[..., str]
) -> None:
    query = "query: SELECT name, 'id/city/' || slug(city) AS city FROM organisations"
    assert bench.map(simple("[ex:in, $(city)~iri]", source=query)).findings == ()
    assert bench.objects() == [f"<{BASE}id/city/halle>", f"<{BASE}id/city/leipzig>"]


def test_a_language_from_a_column_is_checked(bench: Bench, simple: Callable[..., str]) -> None:
    query = "query: SELECT name, city, 'de_DE' AS l, 'en' AS m FROM organisations"
    mapped = bench.map(
        simple("[ex:a, $(name), $(l)~lang]", "[ex:b, $(name), $(m)~lang]", source=query)
    )
    assert len(bench.quads()) == 3
    assert mapped.findings[0].rule == "not-a-language"
    assert mapped.findings[0].message == "'de_DE' is not a language tag such as de or en-GB"


def test_findings_of_a_query_are_traced_through_it(bench: Bench) -> None:
    mapped = bench.map(
        PREFIXES
        + """
mappings:
  m:
    sources:
      - query: |
          WITH named AS (SELECT DISTINCT name AS n, trim(founded) AS f FROM organisations)
          SELECT m.cluster, x.f AS year
          FROM members m JOIN (SELECT * FROM named) x ON x.n = m.organisation
    s: id/$(cluster)
    po: [[ex:founded, $(year), xsd:gYear]]
"""
    )
    (finding,) = mapped.findings
    assert finding.place == Place("data/demo/organisations.csv", None, 3, "founded")


def test_findings_that_cannot_be_traced_name_the_mapping(
    bench: Bench, simple: Callable[..., str]
) -> None:
    query = "query: SELECT 'x' AS name, 'abc' AS n"
    (finding,) = bench.map(simple("[ex:n, $(n), xsd:integer]", source=query)).findings
    assert finding.place == Place("mapping.yml")
    assert str(finding) == "mapping.yml: 'abc' is not an xsd:integer (a whole number)"


def test_typed_columns_have_their_natural_datatype(
    bench: Bench, simple: Callable[..., str]
) -> None:
    query = (
        "query: SELECT 'x' AS name, 5 AS i, 80.25::DOUBLE AS d, 1.50::DECIMAL(8,2) AS m, "
        "true AS b, DATE '2024-01-31' AS t, TIMESTAMP '2024-01-31 10:00:00' AS z, "
        "'\\xAB'::BLOB AS x, 7::DOUBLE AS w, [1, 2] AS many"
    )
    pairs = [f"[ex:{name}, $({name})]" for name in ("i", "d", "m", "b", "t", "z", "x", "many")]
    bench.map(simple(*pairs, "[ex:w, $(w), xsd:integer]", source=query))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert bench.objects() == sorted(
        f'"{text}"^^<{xsd}{name}>'
        for text, name in [
            ("5", "integer"),
            ("8.025E1", "double"),
            ("1.5", "decimal"),
            ("true", "boolean"),
            ("2024-01-31", "date"),
            ("2024-01-31T10:00:00", "dateTime"),
            ("AB", "hexBinary"),
            ("7", "integer"),
            ("1", "integer"),
            ("2", "integer"),
        ]
    )


def test_joins_with_several_conditions_and_other_sources(bench: Bench) -> None:
    bench.map(
        PREFIXES
        + """
mappings:
  member:
    sources: [{table: members}]
    s: id/membership/$(cluster)
    po:
      - p: ex:of
        o:
          mapping: organisation
          condition:
            - {function: equal, parameters: [[str1, $(organisation)], [str2, $(name)]]}
            - {function: equal, parameters: [[str1, auto], [str2, auto]]}
      - p: ex:self
        o: {mapping: twin}
  organisation:
    sources: [{table: demo.organisations}]
    s: id/organisation/$(founded)
  twin:
    sources: [{table: members}]
    s: id/twin/$(cluster)
"""
    )
    objects = bench.objects()
    assert f"<{BASE}id/organisation/1999>" in objects
    assert f"<{BASE}id/twin/auto>" in objects
    assert len(bench.quads()) == 4


def test_graphs_of_subjects_and_pairs_add_up(bench: Bench, simple: Callable[..., str]) -> None:
    bench.map(
        PREFIXES
        + """
mappings:
  m:
    sources: [{query: "SELECT 'x' AS name"}]
    s: id/$(name)
    graphs: graph/own
    po:
      - {p: ex:a, o: "1", graphs: [graph/other]}
      - [ex:b, "2"]
"""
    )
    assert [quad.rsplit("/", 1)[1] for quad in bench.quads()] == ["other>", "own>", "own>"]


def test_blank_nodes_are_apart_between_sources(bench: Bench, simple: Callable[..., str]) -> None:
    text = simple("[ex:name, $(name)]", subject="{value: $(city), type: blank}")
    bench.map(text)
    subjects = {quad.split(" ")[0] for quad in bench.quads()}
    assert subjects == {"_:demo-vLeipzig", "_:demo-vHalle"}


def test_a_mapping_may_name_a_declared_file(bench: Bench) -> None:
    mapped = bench.map(
        """@prefix rml: <http://w3id.org/rml/> .
<#A> rml:logicalSource [ rml:source "organisations.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "id/{name}" ] ;
  rml:predicateObjectMap [ rml:predicate <http://x/p> ; rml:objectMap [ rml:reference "city" ] ] .
""",
        "mapping.rml.ttl",
    )
    assert mapped.quads == 2


# -- files of a mapping on its own -------------------------------------------------------------


def test_csv_beside_a_mapping(bench: Bench) -> None:
    (bench.folder / "rows.csv").write_text(
        'id,name,n\n1,"a ""b""\nc",5\n2,,x\n', encoding="utf-8", newline=""
    )
    mapped = bench.document(
        PREFIXES
        + """
mappings:
  m:
    sources: [[rows.csv~csv]]
    s: http://x/$(id)
    po: [[ex:name, $(name)], [ex:n, $(n), xsd:integer]]
"""
    )
    assert bench.quads() == [
        f'<http://x/1> <{BASE}terms#n> "5"^^<http://www.w3.org/2001/XMLSchema#integer>',
        rf'<http://x/1> <{BASE}terms#name> "a \"b\"\nc"',
    ]
    (finding,) = mapped.findings
    assert finding.place == Place("rows.csv", None, 3, "n")


def test_json_beside_a_mapping(bench: Bench) -> None:
    people = [
        {"id": 1, "tags": [{"t": "a"}, {"t": "b"}], "age": 5, "in": {"city": "L"}},
        {"id": 2, "tags": [], "age": [1], "in": None},
    ]
    document = json.dumps({"groups": [{"people": people[:1]}, {"people": people[1:]}]})
    (bench.folder / "people.json").write_text(document, encoding="utf-8")
    mapped = bench.document(
        PREFIXES
        + """
mappings:
  m:
    sources: [[people.json~jsonpath, "$.groups[*].people[*]"]]
    s: http://x/$(id)
    po:
      - [ex:tag, "$(tags[*].t)"]
      - [ex:age, $(age)]
      - [ex:city, $(in.city)]
"""
    )
    assert [quad.split(" ", 2)[2] for quad in bench.quads()] == [
        '"5"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"L"',
        '"a"',
        '"b"',
    ]
    (finding,) = mapped.findings
    assert str(finding) == (
        "people.json, row 2, column age: '[1]' is a list or an object, not a single value"
    )


@pytest.mark.parametrize(
    ("source", "pair", "message"),
    [
        (
            "[row.csv~csv]",
            "[ex:a, $(id)]",
            "mapping.yml:8: triples map 'm': no file 'row.csv'\n  Did you mean 'rows.csv'?",
        ),
        (
            "[rows.csv~csv]",
            "[ex:a, $(idd)]",
            "mapping.yml:10: triples map 'm': no column 'idd'\n  Did you mean 'id'?",
        ),
        (
            "[people.json~jsonpath, '$[*']",
            "[ex:a, $(id)]",
            (
                "mapping.yml:8: triples map 'm': people.json: the iterator '$[*' is no JSONPath: "
                "unexpected end of segment"
            ),
        ),
        (
            "[people.json~jsonpath, '$[*]']",
            "[ex:a, $(idd)]",
            (
                "mapping.yml:10: triples map 'm': no record has 'idd'\n  Did you mean 'id'?"
                " If records need not have it, list it as optional in the source."
            ),
        ),
        (
            "[people.json~jsonpath, '$[*]']",
            "[ex:a, '$(a[?)']",
            (
                "mapping.yml:10: triples map 'm': reference 'a[?' cannot be read from '[?' on\n"
                "  It has to be a JSONPath as in RFC 9535; $. at its beginning may be left out."
            ),
        ),
        (
            "[people.json~jsonpath, '$[*]']",
            "[ex:a, $(a..b)]",
            (
                "mapping.yml:10: triples map 'm': no record has 'a..b'\n  Known here: id."
                " If records need not have it, list it as optional in the source."
            ),
        ),
    ],
)
def test_a_problem_with_a_file(bench: Bench, source: str, pair: str, message: str) -> None:
    (bench.folder / "rows.csv").write_text("id\n1\n", encoding="utf-8")
    (bench.folder / "people.json").write_text('[{"id": 1}]', encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        bench.document(
            f"{PREFIXES}mappings:\n  m:\n    sources:\n      - {source}\n"
            f"    s: http://x/$(id)\n    po: [{pair}]\n".replace(
                "    sources:\n      - ", "    sources:\n      - "
            )
        )
    assert str(caught.value) == message


def test_relative_iris_need_a_base(bench: Bench) -> None:
    (bench.folder / "rows.csv").write_text("id\n1\n", encoding="utf-8")
    text = "mappings:\n  m:\n    sources: [[rows.csv~csv]]\n    s: id/$(id)\n    po: [[a, 'x']]\n"
    with pytest.raises(MappingError) as caught:
        bench.document(text, base_iri="")
    assert str(caught.value) == (
        "mapping.yml: 2 problems\n"
        "  mapping.yml:4: triples map 'm' makes relative IRIs without a base IRI\n"
        "    Name one with --base, or in the mapping (base: in YARRRML).\n"
        "  mapping.yml:5: triples map 'm' makes relative IRIs without a base IRI\n"
        "    Name one with --base, or in the mapping (base: in YARRRML)."
    )
    bench.document(f"base: http://b/\n{text}", base_iri="")
    assert bench.quads()[0].startswith("<http://b/id/1>")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(
        st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1),
        min_size=1,
        max_size=5,
        unique=True,
    )
)
def test_any_text_in_any_cell_comes_back(
    bench: Bench, simple: Callable[..., str], cells: list[str]
) -> None:
    bench.connection.execute("DELETE FROM demo.organisations")
    bench.connection.execute("DROP TABLE IF EXISTS quads")
    bench.connection.executemany(
        "INSERT INTO demo.organisations(name, _row) VALUES (?, 2)", [[cell] for cell in cells]
    )
    assert bench.map(simple("[ex:name, $(name)]")).quads == len(cells)
    text = "".join(f"{quad} .\n" for quad in bench.quads())
    quads = list(pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_QUADS))
    assert sorted(quad.object.value for quad in quads) == sorted(cells)
    assert len({quad.subject for quad in quads}) == len(cells)


@pytest.mark.parametrize(
    ("computed", "told"),
    [
        ("CAST(founded AS INTEGER)", "Could not convert string 'about 1920' to INT32"),
        ("strptime(founded, '%Y')", 'Could not parse string "about 1920"'),
    ],
)
def test_a_query_that_fails_on_a_cell_is_a_problem_of_the_mapping(
    bench: Bench, simple: Callable[..., str], computed: str, told: str
) -> None:
    source = f'query: "SELECT name, {computed} AS founded FROM organisations"'
    with pytest.raises(MappingError) as caught:
        bench.map(simple("[ex:founded, $(founded)]", source=source))
    said = str(caught.value)
    assert said.startswith("mapping.yml:8: triples map 'organisation': the query fails on a cell")
    assert told in said
    assert "LINE" not in said
    assert "try_strptime" in said


def test_a_file_that_is_not_utf8_is_named(bench: Bench, simple: Callable[..., str]) -> None:
    (bench.folder / "people.csv").write_bytes("name\nSüß\n".encode("cp1252"))
    with pytest.raises(
        MappingError, match=r"people\.csv, row 2, column name: byte 0xFC is not UTF"
    ):
        bench.document(simple("[ex:name, $(name)]", source="[people.csv~csv]"))
