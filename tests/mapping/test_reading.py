"""Mapping documents become values; what is wrong with one is told with its line."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterkg.errors import MappingError
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.template import Template, Variable
from clusterkg.mapping.triples_map import (
    Constant,
    FreshNode,
    LogicalFile,
    LogicalQuery,
    LogicalTable,
    Reference,
    RefObjectMap,
    TermMap,
    TermType,
)

from .conftest import BASE, PREFIXES, Bench

TURTLE = """@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ex: <https://data.example.org/terms#> .
"""


def error(bench: Bench, text: str, name: str = "mapping.yml") -> str:
    with pytest.raises(MappingError) as caught:
        bench.read(text, name)
    return str(caught.value)


def test_yarrrml_becomes_values(bench: Bench) -> None:
    mapping = bench.read(
        PREFIXES
        + r"""
mappings:
  organisation:
    source:
      - query: |
          SELECT "name", 'a\b' AS key -- a comment: with "quotes"
          FROM organisations
    subject: id/organisation/$(key)
    graphs: [graph/one, "graph/$(key)"]
    po:
      - [a, ex:Company]
      - [[ex:name, ex:label], $(name), de~lang]
      - [ex:founded, $(founded), xsd:gYear]
      - [ex:kind, ex:kind-$(kind)~iri]
      - [ex:page, $(website)~iri]
      - [ex:note, "Stands at: $(city), \"here\""]
      - [ex:seeAlso, https://example.org/a:b]
      - p: [ex:p]
        o:
          - {value: $(name), language: en}
          - {value: "x: y", datatype: ex:own}
          - [$(city), xsd:string]
      - p: ex:member
        o: {mapping: cluster, condition: {function: equal, pms: [[str1, $(a)], [str2, $(b)]]}}
  cluster:
    sources: [{table: clusters}]
    s: {value: $(id), type: blank}
"""
    )
    organisation, cluster = mapping.triples_maps
    assert (organisation.name, organisation.line) == ("organisation", 7)
    assert isinstance(organisation.source, LogicalQuery)
    assert organisation.source.sql.splitlines() == [
        r"""SELECT "name", 'a\b' AS key -- a comment: with "quotes\"""".replace('\\"', '"'),
        "FROM organisations",
    ]
    assert organisation.source.line == 10
    assert organisation.subject.expression == Template(("id/organisation/", Variable("key")))
    assert [graph.expression for graph in organisation.graphs] == [
        Constant("graph/one", TermType.IRI),
        Template(("graph/", Variable("key"))),
    ]
    terms = [target for pair in organisation.predicate_objects for target in pair.objects]
    ns = "https://data.example.org/terms#"
    kinds = {
        target.line: (target.expression, target.term_type)
        for target in terms
        if isinstance(target, TermMap)
    }
    assert kinds[15] == (Constant(f"{ns}Company", TermType.IRI), TermType.IRI)
    assert kinds[16] == (Reference("name"), TermType.LITERAL)
    assert kinds[18] == (Template((f"{ns}kind-", Variable("kind"))), TermType.IRI)
    assert kinds[19] == (Reference("website"), TermType.IRI)
    assert kinds[20] == (
        Template(("Stands at: ", Variable("city"), ', "here"')),
        TermType.LITERAL,
    )
    assert kinds[21] == (Constant("https://example.org/a:b", TermType.IRI), TermType.IRI)
    assert len(organisation.predicate_objects[1].predicates) == 2
    founded = terms[2]
    assert isinstance(founded, TermMap)
    assert founded.datatype is not None
    assert founded.datatype.expression == Constant(
        "http://www.w3.org/2001/XMLSchema#gYear", TermType.IRI
    )
    (join,) = [target for target in terms if isinstance(target, RefObjectMap)]
    assert join.parent == "cluster"
    assert join.joins[0].child.expression == Reference("a")
    assert join.joins[0].parent.expression == Reference("b")
    assert cluster.source == LogicalTable("clusters", 30)
    assert cluster.subject.term_type is TermType.BLANK_NODE


def test_several_sources_and_subjects_give_several_triples_maps(bench: Bench) -> None:
    mapping = bench.read("mappings:\n  m:\n    sources: [{table: a}, {table: b}]\n    s: [x, y]\n")
    assert [triples_map.name for triples_map in mapping.triples_maps] == [
        "m_0",
        "m_1",
        "m_2",
        "m_3",
    ]


def test_a_mapping_without_a_subject_makes_a_node_of_its_own(bench: Bench) -> None:
    (triples_map,) = bench.read("mappings:\n  m:\n    sources: [{table: a}]\n").triples_maps
    assert triples_map.subject.expression == FreshNode()


def test_declared_sources_and_files_are_read(bench: Bench) -> None:
    mapping = bench.read(
        """sources:
  people: [people.json~jsonpath, "$.people[*]"]
mappings:
  a: {sources: people, s: "http://x/$(id)"}
  b: {sources: [[rows.csv~csv]], s: "http://x/$(id)"}
"""
    )
    assert [triples_map.source for triples_map in mapping.triples_maps] == [
        LogicalFile("people.json", "json", "$.people[*]", typed=True, line=4),
        LogicalFile("rows.csv", "csv", None, typed=True, line=5),
    ]


def test_yatter_leaves_the_logging_alone(bench: Bench) -> None:
    handlers, level = list(logging.getLogger().handlers), logging.getLogger().level
    bench.read("mappings:\n  m:\n    sources: [{table: a}]\n    s: x\n")
    assert logging.getLogger().handlers == handlers
    assert logging.getLogger().level == level
    assert logging.getLogger("yatter.constants").handlers == []


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (
            "[exx:name, $(name)]",
            "mapping.yml:11: undefined prefix 'exx' in 'exx:name'\n  Did you mean 'ex'?",
        ),
        (
            "[ex:kind, ex:$(name)]",
            (
                "mapping.yml:11: object 'ex:$(name)' starts with a prefix but would become a "
                "literal\n"
                "  Write ex:$(name)~iri, or {value: …, type: literal} if a literal is meant."
            ),
        ),
        (
            "[ex:name, $(name]",
            "mapping.yml:11: template '$(name' has an opening $( without a closing parenthesis",
        ),
        (
            "[ex:name, $(name)~iri, de~lang]",
            (
                "mapping.yml:11: a language on an object that is no literal: '$(name)'\n"
                "  Leave out either the language or ~iri."
            ),
        ),
        (
            "[ex:name, $(name)~iri, xsd:integer]",
            (
                "mapping.yml:11: a datatype on an object that is no literal: '$(name)'\n"
                "  Leave out either the datatype or ~iri."
            ),
        ),
        (
            "[ex:name, $(name), english~lang]",
            (
                "mapping.yml:11: 'english' is not a language tag\n"
                "  Write a code such as de, en or en-GB."
            ),
        ),
        (
            "[ex:name, $(name), xsd:interger]",
            "mapping.yml:11: unknown datatype 'xsd:interger'\n  Did you mean 'integer'?",
        ),
        (
            "[ex:name]",
            (
                "mapping.yml:11: a predicate with its objects is not a list of two or three\n"
                "  Write [predicate, object], with a datatype or de~lang as the third."
            ),
        ),
        (
            "{p: ex:name, obects: $(name)}",
            (
                "mapping.yml: 2 problems\n"
                "  mapping.yml:11: a predicate-object pair without objects\n"
                "  mapping.yml:11: unknown key 'obects' in a predicate-object pair\n"
                "    Did you mean 'objects'?"
            ),
        ),
        (
            "{p: ex:name, o: {value: $(name), typ: iri}}",
            "mapping.yml:11: unknown key 'typ' in an object\n  Did you mean 'type'?",
        ),
        (
            "{p: ex:name, o: {value: $(name), type: uri}}",
            "mapping.yml:11: unknown type 'uri' of an object\n  Did you mean 'iri'?",
        ),
        (
            "{p: ex:name, o: {mapping: organisaton}}",
            "mapping.yml:11: no mapping 'organisaton' to join with\n  Did you mean 'organisation'?",
        ),
        (
            "{p: ex:name, o: {function: slug, value: x}}",
            "mapping.yml:11: function 'clk-fn:slug' lacks its parameter 'clk-fn:text'",
        ),
    ],
)
def test_a_problem_of_yarrrml_names_its_line(
    bench: Bench, simple: Callable[..., str], pair: str, message: str
) -> None:
    assert error(bench, simple(pair)) == message


def test_all_problems_are_told_at_once(bench: Bench) -> None:
    assert error(
        bench,
        """mapings: {}
mappings:
  one:
    s: id/$(x
    po:
      - [nope:a, b]
  two:
    sources: [{tabel: x}]
    s: id/x
""",
    ) == (
        "mapping.yml: 6 problems\n"
        "  mapping.yml:1: unknown key 'mapings' in a mapping document\n"
        "    Did you mean 'mappings'?\n"
        "  mapping.yml:3: mapping 'one' has no logical source\n"
        "    Add 'sources:' with '- table: …' or '- query: …'.\n"
        "  mapping.yml:4: template 'id/$(x' has an opening $( without a closing parenthesis\n"
        "  mapping.yml:6: undefined prefix 'nope' in 'nope:a'\n"
        "    Known here: rdf, xsd.\n"
        "  mapping.yml:8: a source without a table, a query or a file\n"
        "  mapping.yml:8: unknown key 'tabel' in a source\n"
        "    Did you mean 'table'?"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "mapping.yml:1: not YAML: expected ',' or ']', but got '<stream end>'"),
        ("- 1", "mapping.yml: the document holds no mappings\n  Start with 'mappings:'."),
        ("prefixes: {}", "mapping.yml: no mappings\n  Name at least one under 'mappings:'."),
        ("mappings:\n  m:", "mapping.yml:2: mapping 'm' holds nothing"),
        (
            "mappings:\n  m: {sources: nothing, s: x}",
            "mapping.yml:2: no source 'nothing' is declared\n  Write '- table: …' or '- query: …'.",
        ),
        (
            "mappings:\n  m: {sources: [[x.pdf~pdf]], s: x}",
            (
                "mapping.yml:2: unknown kind of source 'pdf'\n  Known here: arrow, csv, feather, "
                "json, jsonl, jsonpath, ods, parquet, sparql, tsv, xls, xlsb, xlsx, xml, xpath."
            ),
        ),
        (
            "mappings:\n  m: {sources: [{table: x}], s: x}\n  n: {sources: [[x.csv~csv]], s: x}",
            (
                "mapping.yml: sources of tables and of files in one mapping document\n"
                "  Declare the files in source.toml and use 'table:', or split the document."
            ),
        ),
    ],
)
def test_a_document_that_is_none(bench: Bench, text: str, message: str) -> None:
    assert error(bench, text) == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            (
                '<#A> a rr:TriplesMap ;\n  rr:logicalTable [ rr:tableName "a" ] ;\n'
                '  rr:subjectMap [ rr:template "http://x/{id" ] .'
            ),
            (
                "mapping.ttl:5: template 'http://x/{id' of 'A' has an opening brace without a "
                "closing one\n"
                "  A name stands in {braces}; a brace that is meant as such is \\\\{ in Turtle."
            ),
        ),
        (
            (
                '<#A> rr:logicalTable [ rr:tableName "a" ] ;\n'
                '  rr:subjectMap [ rr:tempalte "http://x/" ] .'
            ),
            (
                "mapping.ttl:4: unknown term 'tempalte' of <http://www.w3.org/ns/r2rml#>\n"
                "  Did you mean 'template'?"
            ),
        ),
        (
            '<#A> a rr:TriplesMap ; rr:subjectMap [ rr:template "http://x/{id}" ] .',
            (
                "mapping.ttl:3: triples map 'A' has no logical source\n"
                "  It needs exactly one logical source or table."
            ),
        ),
        (
            '<#A> rr:logicalTable [ rr:tableName "a" ] .\n',
            "mapping.ttl:3: triples map 'A' has no subject map\n  It needs exactly one.",
        ),
        (
            (
                '<#A> rr:logicalTable [ rr:tableName "a" ] ; rr:subject ex:s ;\n'
                "  rr:predicateObjectMap [ rr:predicate ex:p ;\n"
                '    rr:objectMap [ rr:column "x" ; rr:termType rr:IRI ; rr:datatype ex:d ] ] .'
            ),
            "mapping.ttl:5: a datatype on a term that is no literal in 'A'",
        ),
        (
            (
                '<#A> rr:logicalTable [ rr:tableName "a" ] ; rr:subject ex:s ;\n'
                "  rr:predicateObjectMap [ rr:predicate ex:p ;\n"
                "    rr:objectMap [ rr:parentTriplesMap <#B> ] ] ."
            ),
            (
                "mapping.ttl:5: parent triples map 'https://data.example.org/#B' does not exist\n"
                "  Known here: A."
            ),
        ),
        (
            (
                '<#A> rr:logicalTable [ rr:tableName "a" ] ; rr:subject ex:s ;\n'
                '  rr:predicateObjectMap [ rr:object "o" ] .'
            ),
            "mapping.ttl:4: a predicate-object map of 'A' has no predicate",
        ),
        (
            '<#A> rr:logicalTable [ rr:tableName "a" ] ; rr:subject "text" .',
            "mapping.ttl:3: a subject that is a literal in 'A'",
        ),
        ("exx:A a ex:B .", "mapping.ttl:3: undefined prefix 'exx'\n  Did you mean 'ex'?"),
        ("ex:A a ex:B .", "mapping.ttl: the document holds no triples map"),
    ],
)
def test_a_problem_of_turtle_names_its_line(bench: Bench, body: str, message: str) -> None:
    assert error(bench, TURTLE + body, "mapping.ttl") == message


def test_a_syntax_error_of_turtle_has_its_line(bench: Bench) -> None:
    told = error(bench, TURTLE + "ex:a ex:b\n", "mapping.ttl")
    assert told.startswith("mapping.ttl:4: not Turtle: ")


def test_modules_of_rml_that_are_not_supported_are_named(bench: Bench) -> None:
    told = error(
        bench,
        "@prefix rml: <http://w3id.org/rml/> .\n<#A> rml:logicalSource [ rml:source 'a.csv' ;\n"
        "  rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template 'http://x/{a}' ;\n"
        "  rml:quotedTriplesMap <#T> ] .",
        "mapping.ttl",
    )
    assert told == "mapping.ttl:4: 'quotedTriplesMap' is not supported"


def test_a_missing_file_and_a_wrong_encoding(tmp_path: Path) -> None:
    (tmp_path / "mapping.yarrrml.yml").write_bytes(b"mappings: \xe4")
    with pytest.raises(MappingError) as caught:
        read_mapping(tmp_path / "maping.yarrrml.yml", base_iri=BASE, name="m.yml")
    assert str(caught.value) == "m.yml: no such file\n  Did you mean 'mapping.yarrrml.yml'?"
    with pytest.raises(MappingError) as caught:
        read_mapping(tmp_path / "mapping.yarrrml.yml", base_iri=BASE, name="m.yml")
    assert str(caught.value) == "m.yml: the file is not UTF-8\n  Save it with the encoding UTF-8."
