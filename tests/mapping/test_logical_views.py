"""Logical views (RML-LV); each test names the section of the specification that it follows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from clusterkg.errors import MappingError
from clusterkg.mapping.checking import used_columns

from .conftest import Bench

PREFIXES = """@prefix rml: <http://w3id.org/rml/> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://e.org/> .
@prefix : <http://m.org/> .
"""
DOCS = Path(__file__).resolve().parents[2] / "docs"
XSD = "http://www.w3.org/2001/XMLSchema#"
CLUSTERS = [
    {"name": "auto", "founded": 2003, "members": [{"n": "Roth", "t": ["x", "y"]}, {"n": "Süß"}]},
    {"name": "bio", "founded": None, "members": []},
    {"name": "öl", "share": 0.5, "members": [{"n": "Roth", "t": ["z"]}]},
]
CITIES = "cluster,city\nauto,Leipzig\nauto,Halle\nöl,Böhlen\nsolar,Thalheim\n"
MIXED = 'id,data\n1,"{""a"": [{""b"": 1}, {""b"": 2}]}"\n2,no JSON\n3,\n'
LINES = [
    {"id": "a", "rows": 'n,w\r\n"Roth, Ute",1500\r\nSüß,\n'},
    {"id": "b", "rows": "w\n7"},
    {"id": "c"},
]
SOURCES = """
:clusters rml:source "clusters.json" ; rml:referenceFormulation rml:JSONPath ;
  rml:iterator "$[*]" .
:cities rml:source "cities.csv" ; rml:referenceFormulation rml:CSV .
:mixed rml:source "mixed.csv" ; rml:referenceFormulation rml:CSV .
:lines rml:source "lines.json" ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]" .
"""


def expression(name: str, reference: str = "", more: str = "") -> str:
    what = f'rml:reference "{reference or name}"' if "rml:" not in reference else reference
    return f'rml:field [ a rml:ExpressionField ; rml:fieldName "{name}" ; {what} ; {more} ] ;\n'


def iterable(name: str, iterator: str, *fields: str) -> str:
    inner = "".join(fields)
    return f'rml:field [ a rml:IterableField ; rml:fieldName "{name}" ; {iterator} {inner} ] ;\n'


def path(text: str) -> str:
    return f'rml:iterator "{text}" ;'


def join(kind: str, parent: str, child_key: str, parent_key: str, *fields: str) -> str:
    return (
        f"rml:{kind}Join [ rml:parentLogicalView :{parent} ; "
        f'rml:joinCondition [ rml:child "{child_key}" ; rml:parent "{parent_key}" ] ; '
        f"{''.join(fields)} ] ;\n"
    )


def view(name: str, on: str, *parts: str) -> str:
    return f":{name} a rml:LogicalView ; rml:viewOn :{on} ;\n{''.join(parts)} .\n"


NAME = expression("name")
MEMBER = iterable("m", path("$.members[*]"), expression("n"))
CLUSTER_VIEW = view("clusterView", "clusters", NAME, expression("founded"), MEMBER)
CITY_VIEW = view("cityView", "cities", expression("cluster"), expression("city"))


@pytest.fixture
def table(bench: Bench) -> Callable[..., list[tuple[str | None, ...]]]:
    """The rows of the view ``v`` as texts, taken from what a triples map on it makes."""
    files = {
        "clusters.json": json.dumps(CLUSTERS),
        "cities.csv": CITIES,
        "mixed.csv": MIXED,
        "lines.json": json.dumps(LINES),
    }
    for name, text in files.items():
        (bench.folder / name).write_text(text, encoding="utf-8")

    def made(document: str, *names: str) -> list[str]:
        template = "|".join(f"{{{name}}}" for name in names)
        bench.document(
            f"{PREFIXES}{SOURCES}{document}\n:map rml:logicalSource :v ; "
            "rml:subjectMap [ rml:constant ex:s ] ; rml:predicateObjectMap [ "
            "rml:predicate ex:p ; rml:objectMap [ "
            f'rml:template "{template}" ; rml:termType rml:Literal ] ] .',
            "mapping.ttl",
        )
        return [value.strip('"') for value in bench.objects()]

    return made


def literals(bench: Bench, document: str, name: str) -> list[str]:
    """The objects of a triples map on the view ``v`` that refers to one field."""
    bench.document(
        f"{PREFIXES}{SOURCES}{document}\n:map rml:logicalSource :v ; rml:subjectMap "
        "[ rml:constant ex:s ] ; rml:predicateObjectMap [ rml:predicate ex:p ; "
        f'rml:objectMap [ rml:reference "{name}" ] ] .',
        "mapping.ttl",
    )
    return bench.objects()


Table = Callable[..., Sequence[str]]


# -- fields ------------------------------------------------------------------------------------


def test_expression_fields_of_json(table: Table) -> None:
    """Field records."""
    assert table(view("v", "clusters", NAME), "name") == ["auto", "bio", "öl"]


def test_expression_fields_of_a_table(table: Table) -> None:
    """Field records."""
    made = table(view("v", "cities", expression("where", "city"), expression("cluster")), "where")
    assert made == ["Böhlen", "Halle", "Leipzig", "Thalheim"]


def test_a_field_has_a_declared_name_whatever_it_refers_to(table: Table) -> None:
    """Field names."""
    document = view("v", "clusters", expression("Name", "name"), expression("name", "founded"))
    assert table(document, "Name", "name") == ["auto|2003"]


def test_a_template_field_is_a_text(table: Table) -> None:
    """Fields: an expression field is an expression map."""
    document = view("v", "cities", expression("both", 'rml:template "{city} ({cluster})"'))
    assert table(document, "both")[0] == "Böhlen (öl)"


def test_a_constant_field(table: Table) -> None:
    """Fields: an expression field is an expression map."""
    document = view("v", "clusters", NAME, expression("land", 'rml:constant "SN"'))
    assert table(document, "name", "land") == ["auto|SN", "bio|SN", "öl|SN"]


def test_a_field_of_a_function(table: Table) -> None:
    """Fields: an expression field is an expression map; RML-FNML."""
    upper = (
        "rml:functionExecution [ rml:function grel:toUpperCase ; rml:input [ rml:parameter "
        'grel:valueParam ; rml:inputValueMap [ rml:reference "name" ] ] ]'
    )
    assert table(view("v", "clusters", expression("big", upper)), "big") == ["AUTO", "BIO", "ÖL"]


def test_a_function_with_several_values_multiplies_the_rows(table: Table) -> None:
    """Field records: an expression record is one element of the result."""
    split = (
        "rml:functionExecution [ rml:function grel:string_split ; rml:input [ rml:parameter "
        'grel:valueParam ; rml:inputValueMap [ rml:reference "cluster" ] ] , '
        '[ rml:parameter grel:p_string_sep ; rml:inputValue "u" ] ]'
    )
    document = view("v", "cities", expression("city"), expression("part", split))
    made = table(document, "city", "part", "part.#")
    assert made == [
        "Böhlen|öl|0",
        "Halle|a|0",
        "Halle|to|1",
        "Leipzig|a|0",
        "Leipzig|to|1",
        "Thalheim|solar|0",
    ]


def test_iterable_fields_multiply_the_rows(table: Table) -> None:
    """Field records."""
    made = table(view("v", "clusters", NAME, MEMBER), "name", "m.n")
    assert made == ["auto|Roth", "auto|Süß", "öl|Roth"]


def test_a_record_without_items_keeps_its_row(table: Table) -> None:
    """Logical view iterator: the value of a key may be null."""
    assert table(view("v", "clusters", NAME, MEMBER), "name") == ["auto", "bio", "öl"]


def test_an_iterator_without_a_wildcard_gives_one_record(table: Table) -> None:
    """Field records."""
    first = iterable("first", path("$.members[0]"), expression("n"))
    assert table(view("v", "clusters", NAME, first), "name", "first.n") == ["auto|Roth", "öl|Roth"]


def test_several_values_of_an_expression_multiply_the_rows(table: Table) -> None:
    """Field records."""
    document = view("v", "clusters", NAME, expression("who", "$.members[*].n"))
    assert table(document, "name", "who") == ["auto|Roth", "auto|Süß", "öl|Roth"]


def test_fields_in_fields_in_fields(table: Table) -> None:
    """Field names: the absolute name joins those of the ancestors by dots."""
    tags = iterable("m", path("$.members[*]"), expression("n"), expression("tag", "$.t[*]"))
    made = table(view("v", "clusters", NAME, tags), "name", "m.n", "m.tag", "m.tag.#")
    assert made == ["auto|Roth|x|0", "auto|Roth|y|1", "öl|Roth|z|0"]


def test_siblings_with_several_values_make_every_combination(table: Table) -> None:
    """Field records."""
    one = expression("a", "$.members[*].n")
    two = expression("b", "$.members[0].t[*]")
    made = table(view("v", "clusters", one, two), "a", "b")
    assert made == ["Roth|x", "Roth|y", "Roth|z", "Süß|x", "Süß|y"]


def test_a_name_that_differs_by_case_is_another(table: Table) -> None:
    """Field names."""
    document = view("v", "cities", expression("c", "city"), expression("C", "cluster"))
    assert table(document, "c", "C")[0] == "Böhlen|öl"


def test_a_condition_of_a_field(table: Table) -> None:
    """Fields: an expression field is an expression map; RML-FNML, conditions."""
    is_auto = (
        "rml:condition [ rml:functionExecution [ rml:function grel:string_startsWith ; rml:input "
        '[ rml:parameter grel:valueParam ; rml:inputValueMap [ rml:reference "cluster" ] ] , '
        '[ rml:parameter grel:string_sub ; rml:inputValue "au" ] ] ]'
    )
    document = view("v", "cities", expression("city", "city", is_auto))
    assert table(document, "city") == ["Halle", "Leipzig"]


# -- reference formulations --------------------------------------------------------------------


def test_json_in_a_table(table: Table) -> None:
    """Field reference formulations; text that is no JSON, or none, has no records."""
    item = iterable(
        "a", f"rml:referenceFormulation rml:JSONPath ; {path('$.a[*]')}", expression("b")
    )
    document = view("v", "mixed", expression("id"), expression("data", "data", item))
    assert table(document, "id", "data.a.b", "data.a.#") == ["1|1|0", "1|2|1"]


def test_a_table_in_json(table: Table) -> None:
    """Field reference formulations: quotes, line ends, empty cells, columns that are missing."""
    row = iterable("row", "rml:referenceFormulation rml:CSV ;", expression("n"), expression("w"))
    document = view("v", "lines", expression("id"), expression("rows", "rows", row))
    assert table(document, "id", "rows.row.n", "rows.row.#") == ["a|Roth, Ute|0", "a|Süß|1"]


def test_a_cell_of_a_table_in_json_may_be_empty(table: Table) -> None:
    """Field reference formulations."""
    row = iterable("row", "rml:referenceFormulation rml:CSV ;", expression("n"), expression("w"))
    document = view("v", "lines", expression("id"), expression("rows", "rows", row))
    assert table(document, "id", "rows.row.w") == ["a|1500", "b|7"]


def test_json_in_json(table: Table) -> None:
    """Field reference formulations: a text in JSON that is JSON itself, and a part of it."""
    part = iterable("part", f"rml:referenceFormulation rml:JSONPath ; {path('$')}", expression("n"))
    document = view("v", "clusters", expression("all", "$.members[0]", part))
    assert table(document, "all.part.n") == ["Roth"]


# -- index keys and datatypes ------------------------------------------------------------------


def test_index_keys_count_from_zero(table: Table) -> None:
    """Logical view iterator: index keys."""
    made = table(view("v", "clusters", NAME, MEMBER), "#", "name", "name.#", "m.#", "m.n")
    assert made == ["0|auto|0|0|Roth", "0|auto|0|1|Süß", "2|öl|0|0|Roth"]


def test_the_index_of_a_table_is_the_place_of_the_row(table: Table) -> None:
    """Logical view iterator: the second row of a CSV file has the index 1."""
    made = table(view("v", "cities", expression("city")), "#", "city")
    assert made == ["0|Leipzig", "1|Halle", "2|Böhlen", "3|Thalheim"]


def test_the_index_of_a_table_is_its_place_in_a_long_file(bench: Bench, table: Table) -> None:
    """Logical view iterator: whatever number of threads reads the file."""
    lines = "".join(f"c{number},{number}\n" for number in range(300_000))
    (bench.folder / "cities.csv").write_text(f"cluster,city\n{lines}")
    made = table(view("v", "cities", expression("city")), "#", "city")
    assert len(made) == 300_000
    assert all(one.partition("|")[0] == one.partition("|")[2] for one in made)


def test_an_index_is_an_integer(bench: Bench, table: Table) -> None:
    """Logical view expressions: natural RDF datatype."""
    table(view("v", "cities", expression("city")), "city")
    found = literals(bench, view("v", "clusters", MEMBER), "m.#")
    assert f'"1"^^<{XSD}integer>' in found


def test_values_keep_their_natural_datatypes(bench: Bench, table: Table) -> None:
    """Logical view expressions: natural RDF datatype; JSON's null is none."""
    table(view("v", "cities", expression("city")), "city")
    document = view("v", "clusters", expression("founded"), expression("share"))
    assert f'"2003"^^<{XSD}integer>' in literals(bench, document, "founded")
    assert f'"5.0E-1"^^<{XSD}double>' in literals(bench, document, "share")
    assert not any("null" in one for one in bench.objects())


# -- views on views, joins ---------------------------------------------------------------------


def test_a_view_on_a_view(table: Table) -> None:
    """Logical views: a view is derived from another source, which may be a view."""
    outer = view("v", "clusterView", expression("who", "m.n"), expression("cluster", "name"))
    assert table(CLUSTER_VIEW + outer, "cluster", "who") == ["auto|Roth", "auto|Süß", "öl|Roth"]


def test_a_view_on_a_view_has_an_index_of_its_own(table: Table) -> None:
    """Logical view iterator."""
    outer = view("v", "clusterView", expression("who", "m.n"), expression("at", "m.#"))
    made = table(CLUSTER_VIEW + outer, "#", "at", "who")
    assert made == ["0|0|Roth", "1|1|Süß", "3|0|Roth"]


def test_a_left_join_keeps_what_has_no_partner(table: Table) -> None:
    """Join types."""
    joined = join("left", "cityView", "name", "cluster", expression("where", "city"))
    document = CITY_VIEW + view("v", "clusters", NAME, joined)
    assert table(document, "name", "where") == ["auto|Halle", "auto|Leipzig", "öl|Böhlen"]
    assert {"auto", "bio", "öl"} <= set(table(document, "name"))


def test_an_inner_join_drops_what_has_no_partner(table: Table) -> None:
    """Join types."""
    joined = join("inner", "cityView", "name", "cluster", expression("where", "city"))
    assert table(CITY_VIEW + view("v", "clusters", NAME, joined), "name") == ["auto", "öl"]


def test_the_index_in_a_join_counts_the_partners(table: Table) -> None:
    """Logical view join examples."""
    joined = join("left", "cityView", "name", "cluster", expression("where", "city"))
    made = table(CITY_VIEW + view("v", "clusters", NAME, joined), "name", "where.#", "where")
    assert made == ["auto|0|Leipzig", "auto|1|Halle", "öl|0|Böhlen"]


def test_a_constant_in_a_left_join_is_null_without_a_partner(table: Table) -> None:
    """Join types: the fields of a join that does not hold are null."""
    joined = join("left", "cityView", "name", "cluster", expression("known", 'rml:constant "yes"'))
    made = table(CITY_VIEW + view("v", "clusters", NAME, joined), "name", "known")
    assert made == ["auto|yes", "öl|yes"]


def test_two_joins(table: Table) -> None:
    """Logical view join examples: two joins."""
    other = view("other", "clusters", NAME, expression("founded"))
    joins = [
        join("left", "cityView", "cluster", "cluster", expression("beside", "city")),
        join("inner", "other", "cluster", "name", expression("year", "founded")),
    ]
    document = CITY_VIEW + other + view("v", "cities", expression("cluster"), *joins)
    assert table(document, "cluster", "beside", "year") == ["auto|Halle|2003", "auto|Leipzig|2003"]


def test_every_condition_of_a_join_has_to_hold(table: Table) -> None:
    """Logical view joins."""
    joined = (
        "rml:innerJoin [ rml:parentLogicalView :cityView ; "
        'rml:joinCondition [ rml:child "name" ; rml:parent "cluster" ] , '
        '[ rml:childMap [ rml:constant "Halle" ] ; rml:parent "city" ] ; '
        f"{expression('where', 'city')} ] ;"
    )
    document = CITY_VIEW + view("v", "clusters", NAME, joined)
    assert table(document, "name", "where") == ["auto|Halle"]


def test_a_triples_map_joins_views_as_other_sources(bench: Bench, table: Table) -> None:
    """Logical view expressions: a reference can be used as any other."""
    table(view("v", "cities", expression("city")), "city")
    bench.document(
        f"{PREFIXES}{SOURCES}{CLUSTER_VIEW}{CITY_VIEW}"
        ":a rml:logicalSource :clusterView ; rml:subjectMap [ rml:template "
        '"http://e.org/c/{name}/{m.#}" ] ; rml:predicateObjectMap [ rml:predicate ex:in ; '
        "rml:objectMap [ rml:parentTriplesMap :b ; rml:joinCondition [ "
        'rml:child "name" ; rml:parent "cluster" ] ] ] .\n'
        ":b rml:logicalSource :cityView ; rml:subjectMap [ rml:template "
        '"http://e.org/city/{city}" ] .',
        "mapping.ttl",
    )
    found = [quad for quad in bench.quads() if "/in>" in quad]
    assert len(found) == 5
    assert "<http://e.org/c/auto/1> <http://e.org/in> <http://e.org/city/Leipzig>" in found


def test_triples_maps_on_one_view_need_no_join(bench: Bench, table: Table) -> None:
    """Logical view expressions, the example: both triples maps have the same source."""
    table(view("v", "cities", expression("city")), "city")
    bench.document(
        f"{PREFIXES}{SOURCES}{CLUSTER_VIEW}"
        ':a rml:logicalSource :clusterView ; rml:subjectMap [ rml:template "http://e.org/{name}" ] '
        "; rml:predicateObjectMap [ rml:predicate ex:has ; rml:objectMap [ "
        "rml:parentTriplesMap :b ] ] .\n"
        ":b rml:logicalSource :clusterView ; rml:subjectMap [ rml:template "
        '"http://e.org/{name}/{m.#}" ] .',
        "mapping.ttl",
    )
    assert sum("/has>" in quad for quad in bench.quads()) == 3


def test_a_value_that_makes_no_term_is_traced_to_its_row(bench: Bench, table: Table) -> None:
    """Findings name the file, the row and the column of the view's source."""
    table(view("v", "cities", expression("city")), "city")
    (bench.folder / "cities.csv").write_text("cluster,city\nauto,1990\nbio,about 1990\n")
    mapped = bench.document(
        f"{PREFIXES}{SOURCES}{view('v', 'cities', expression('year', 'city'))}"
        ":map rml:logicalSource :v ; rml:subjectMap [ rml:constant ex:s ] ; "
        "rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ "
        'rml:reference "year" ; rml:datatype xsd:gYear ] ] .',
        "mapping.ttl",
    )
    (finding,) = mapped.findings
    assert str(finding).startswith("cities.csv, row 3, column city: 'about 1990' is not")


def test_annotations_are_hints(table: Table) -> None:
    """Structural annotations: with and without them the result is the same."""
    hints = "".join(
        f'rml:structuralAnnotation [ a rml:{kind}Annotation ; rml:onFields ( "name" ) ] ;'
        for kind in ("IriSafe", "PrimaryKey", "Unique", "NotNull")
    )
    foreign = (
        'rml:structuralAnnotation [ a rml:ForeignKeyAnnotation ; rml:onFields ( "name" ) ; '
        'rml:targetView :cityView ; rml:targetFields ( "cluster" ) ] ;'
    )
    document = CITY_VIEW + view("v", "clusters", NAME, hints, foreign)
    assert table(document, "name") == ["auto", "bio", "öl"]


# -- what is wrong -----------------------------------------------------------------------------

SELF = view("v", "v", NAME)
RING = view("v", "w", NAME) + view("w", "v", NAME)
JOIN_RING = view("v", "clusters", NAME, join("left", "v", "name", "name", expression("x", "name")))
NESTED_IN_ITSELF = (
    view("v", "clusters", NAME, "rml:field :f ;")
    + ':f rml:fieldName "f" ; rml:iterator "$.members[*]" ; rml:field :g .\n'
    + ':g rml:fieldName "g" ; rml:iterator "$.t" ; rml:field :f .\n'
)
TEXT_IN_TEXT = view("v", "cities", NAME.replace("name", "city"), expression("a", "city", NAME))
WRONG: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    # logical view expressions
    "no field 'nam'": (view("v", "clusters", NAME), ("nam",), "Did you mean 'name'?"),
    "no field '<it>'": (view("v", "clusters", NAME), ("<it>",), None),
    "no field 'm'": (view("v", "clusters", MEMBER), ("m",), "m.n"),
    "no field 'name.n'": (view("v", "clusters", NAME), ("name.n",), None),
    # the source of a view
    "logical view 'v': no column 'cty'": (
        view("v", "cities", expression("cty")),
        ("cty",),
        "Did you mean 'city'?",
    ),
    "logical view 'v': reference '$.n['": (
        view("v", "clusters", iterable("m", path("$.members[*]"), expression("n", "$.n["))),
        ("m.n",),
        None,
    ),
    "logical view 'v': no field of 'cityView' 'cty'": (
        CITY_VIEW
        + view("v", "clusters", NAME, join("left", "cityView", "name", "cty", expression("city"))),
        ("name",),
        "Did you mean 'city'?",
    ),
    "logical view 'v': no field 'nme'": (
        CITY_VIEW
        + view("v", "clusters", NAME, join("left", "cityView", "nme", "city", expression("city"))),
        ("name",),
        "Did you mean 'name'?",
    ),
    # field names
    "logical view 'v' has several fields 'name'": (
        view("v", "clusters", NAME, expression("name", "founded")),
        ("name",),
        "Give one of them another",
    ),
    "needs one name, but has 'a.b'": (
        view("v", "clusters", expression("a.b", "name")),
        ("a.b",),
        "A name holds no blank",
    ),
    # field parents
    "depend on themselves: v → v": (SELF, ("name",), None),
    "depend on themselves: v → w → v": (RING, ("name",), None),
    "a field of logical view 'v' is nested in itself": (NESTED_IN_ITSELF, ("name",), None),
    # field reference formulations
    "expression field 'a' of 'v' holds an expression field": (
        TEXT_IN_TEXT,
        ("city",),
        "Put an iterable field between them",
    ),
    "iterable field 'i' cannot be read from its parent": (
        view("v", "cities", iterable("i", f"rml:referenceFormulation rml:JSONPath ; {path('$')}")),
        ("#",),
        "the text of an expression field",
    ),
    "reference formulation <http://w3id.org/rml/XPath> of field 'i' is not supported": (
        view("v", "clusters", iterable("i", f"rml:referenceFormulation rml:XPath ; {path('/a')}")),
        ("#",),
        "rml:JSONPath or rml:CSV",
    ),
    "field 'e' of logical view 'v' has no expression and no iterator": (
        view("v", "clusters", 'rml:field [ rml:fieldName "e" ] ;'),
        ("e",),
        "Give it a rml:reference",
    ),
    # logical views
    "logical view 'v' has no field": (view("v", "clusters"), ("#",), None),
    "logical view 'v' has a iterator": (
        view("v", "clusters", NAME, path("$[*]")),
        ("name",),
        None,
    ),
    # logical view joins
    "a join of logical view 'v' has no join condition": (
        CITY_VIEW
        + view(
            "v",
            "clusters",
            NAME,
            f"rml:leftJoin [ rml:parentLogicalView :cityView ; {expression('city')} ] ;",
        ),
        ("name",),
        None,
    ),
    "a join of logical view 'v' is with 'cities', which is no logical view": (
        view("v", "clusters", NAME, join("left", "cities", "name", "city", expression("city"))),
        ("name",),
        None,
    ),
    "depend on themselves: v → v (join)": (JOIN_RING, ("name",), None),
    # structural annotations
    "an annotation names 'nam', which logical view 'v' has not": (
        view("v", "clusters", NAME, 'rml:structuralAnnotation [ rml:onFields ( "nam" ) ] ;'),
        ("name",),
        "Did you mean 'name'?",
    ),
}


@pytest.mark.parametrize("what", WRONG, ids=lambda what: what.replace("'", ""))
def test_what_is_wrong_with_a_view(table: Table, what: str) -> None:
    document, names, hint = WRONG[what]
    with pytest.raises(MappingError) as caught:
        table(document, *names)
    assert what.removesuffix(" (join)") in str(caught.value)
    assert "mapping.ttl:" in str(caught.value)
    assert hint is None or hint in str(caught.value)


def test_the_example_of_the_docs(bench: Bench) -> None:
    text = (DOCS / "mapping.md").read_text(encoding="utf-8").partition("\n## Logical views\n")[2]
    example = text.partition("```turtle\n")[2].partition("```")[0]
    clusters = [
        {"name": "auto", "city": "Leipzig", "members": [{"name": "Roth"}, {"name": "Süß"}]},
        {"name": "bio", "city": "Halle", "members": [{"name": "Ei"}]},
    ]
    (bench.folder / "clusters.json").write_text(json.dumps({"clusters": clusters}))
    (bench.folder / "places.csv").write_text("city,nuts\nLeipzig,DED51\n")
    bench.document(example, "mapping.ttl")
    ex = "https://data.example.org/"
    assert bench.quads() == [
        f'<{ex}auto/0> <{ex}terms#name> "Roth"',
        f'<{ex}auto/0> <{ex}terms#region> "DED51"',
        f'<{ex}auto/1> <{ex}terms#name> "Süß"',
        f'<{ex}auto/1> <{ex}terms#region> "DED51"',
        f'<{ex}bio/0> <{ex}terms#name> "Ei"',
    ]


# -- other kinds of sources --------------------------------------------------------------------


def test_a_view_of_xml(bench: Bench, table: Table) -> None:
    """Fields are evaluated by the reference formulation of their parent."""
    (bench.folder / "a.xml").write_text("<r><p><n>A</n><t>x</t><t>y</t></p><p><n>B</n></p></r>")
    source = ':x rml:source "a.xml" ; rml:referenceFormulation rml:XPath ; rml:iterator "/r/p" .\n'
    document = source + view("v", "x", expression("n"), expression("t"))
    assert table(document, "#", "n", "t", "t.#") == ["0|A|x|0", "0|A|y|1"]


def test_a_view_of_a_table_in_a_database(bench: Bench, table: Table) -> None:
    """Logical views: on any source."""
    with closing(sqlite3.connect(bench.folder / "a.sqlite")) as database, database:
        database.execute("CREATE TABLE people(id INTEGER, name TEXT, more TEXT)")
        database.executemany("INSERT INTO people VALUES (?, ?, '-')", [(1, "Roth"), (2, "Süß")])
    address = f"jdbc:sqlite:{bench.folder / 'a.sqlite'}"
    source = (
        "@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .\n"
        f':db a d2rq:Database ; d2rq:jdbcDSN "{address}" .\n'
        ":t rml:source :db ; rml:referenceFormulation rml:SQL2008Table ; rml:iterator "
        '"people" .\n'
    )
    document = source + view("v", "t", expression("id"), expression("who", "name"))
    assert table(document, "id", "who") == ["1|Roth", "2|Süß"]


def test_a_view_of_a_declared_table(bench: Bench, table: Table) -> None:
    """The columns that a view takes count as used."""
    turtle = (
        f"{PREFIXES}@prefix rr: <http://www.w3.org/ns/r2rml#> .\n"
        ':t rr:tableName "organisations" .\n'
        + view("v", "t", expression("Name", "name"))
        + ":map rml:logicalSource :v ; rml:subjectMap [ rml:constant ex:s ] ; "
        "rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ "
        'rml:reference "Name" ; rml:datatype xsd:integer ] ] .'
    )
    mapped = bench.map(turtle, "mapping.ttl")
    assert [str(one).partition(":")[0] for one in mapped.findings] == [
        f"data/demo/organisations.csv, row {row}, column name" for row in (2, 3, 4)
    ]
    used = used_columns(bench.read(turtle, "mapping.ttl"), bench.relations, "demo")
    assert used == {("demo", "organisations", "name")}
