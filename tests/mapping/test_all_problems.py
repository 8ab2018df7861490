"""A mapping with many mistakes tells of all of them in one go, each with its file and line."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterkg.cli import main

QL = "http://semweb.mmlab.be/ns/ql#"
TURTLE = """\
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://ex.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .

ex:person a rml:TriplesMap ;
  rml:logicalSource [ rml:source "p.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://ex.org/{id" ] ;
  rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "nme" ] ] ;
  rml:predicateObjectMap [ rml:predicate exx:a ; rml:object "x" ] ;
  rml:predicateObjectMap [ rml:predicate ex:a ; rml:objectMap [ rml:tempalte "x{id}" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:b ;
    rml:objectMap [ rml:reference "name" ; rml:termType rml:IRI ; rml:datatype xsd:string ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:c ;
    rml:objectMap [ rml:reference "name" ; rml:language "de" ; rml:datatype xsd:string ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:d ;
    rml:objectMap [ rml:functionExecution [ rml:function grel:toUperCase ; rml:input [
      rml:parameter grel:valueParameter ; rml:inputValueMap [ rml:reference "name" ] ] ] ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:e ;
    rml:objectMap [ rml:functionExecution [ rml:function grel:string_chomp ; rml:input [
      rml:parameter grel:valueParameter ; rml:inputValueMap [ rml:reference "name" ] ] ] ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:f ;
    rml:objectMap [ rml:parentTriplesMap ex:town ;
      rml:joinCondition [ rml:child "city" ; rml:parent "twon" ] ] ] .

ex:town a rml:TriplesMap ;
  rml:logicalSource [ rml:source "p.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://ex.org/town/{city}" ] .

ex:sourceless a rml:TriplesMap ;
  rml:subjectMap [ rml:template "http://ex.org/x/{id}" ] .

ex:subjectless a rml:TriplesMap ;
  rml:logicalSource [ rml:source "p.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:predicateObjectMap [ rml:predicate ex:g ; rml:objectMap [ rml:reference "name" ] ] .

ex:formless a rml:TriplesMap ;
  rml:logicalSource [ rml:source "p.csv" ; rml:referenceFormulation ql:CVS ] ;
  rml:subjectMap [ rml:template "http://ex.org/y/{id}" ] .
"""
IN_TURTLE = [
    (9, "template 'http://ex.org/{id' of 'person' has an opening brace without a closing one"),
    (10, "triples map 'person': no column 'nme'"),
    (11, "undefined prefix 'exx'"),
    (12, "unknown term 'tempalte' of <http://w3id.org/rml/>"),
    (14, "a datatype on a term that is no literal in 'person'"),
    (16, "both a datatype and a language tag on one term in 'person'"),
    (18, "unknown function 'grel:toUperCase'"),
    (21, "function 'grel:string_chomp' lacks its parameter 'grel:param_string_sep'"),
    (25, "triples map 'town': no column 'twon'"),
    (31, "triples map 'sourceless' has no logical source"),
    (34, "triples map 'subjectless' has no subject map"),
    (
        39,
        f"reference formulation <{QL}CVS> of 'formless' is not supported for a file",
    ),
]
YARRRML = """\
prefixes:
  ex: http://ex.org/
  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  person:
    sources: [[p.csv~csv]]
    s: http://ex.org/$(id
    po:
      - [ex:name, $(nme)]
      - [exx:a, $(name)]
      - {p: ex:b, o: {value: $(name), type: iri, datatype: xsd:string}}
      - {p: ex:c, o: {value: $(name), language: de, datatype: xsd:string}}
      - {p: ex:d, o: {function: grel:toUperCase, parameters: [[valueParameter, $(name)]]}}
      - {p: ex:e, o: {function: grel:string_chomp, parameters: [[valueParameter, $(name)]]}}
      - p: ex:f
        o:
          mapping: town
          condition: {function: equal, parameters: [[str1, $(id)], [str2, $(twon)]]}
      - {p: ex:h, ob: $(name)}
      - p: ex:i
        o: {mapping: twon, condition: {function: equal, parameters: [[str1, $(id)], [str2, $(id)]]}}
  town:
    sources: [[p.csv~csv]]
    s: http://ex.org/town/$(city)
  sourceless:
    s: http://ex.org/x/$(id)
  formless:
    sources: [[p.csv~cvs]]
    s: http://ex.org/y/$(id)
"""
IN_YARRRML = [
    (8, "template 'http://ex.org/$(id' has an opening $( without a closing parenthesis"),
    (10, "triples map 'person': no column 'nme'"),
    (11, "undefined prefix 'exx' in 'exx:a'"),
    (12, "a datatype on an object that is no literal: '$(name)'"),
    (13, "both a datatype and a language tag on one term in 'person'"),
    (14, "unknown function 'grel:toUperCase'"),
    (15, "function 'grel:string_chomp' lacks its parameter 'grel:param_string_sep'"),
    (19, "triples map 'town': no column 'twon'"),
    (20, "a predicate-object pair without objects"),
    (20, "unknown key 'ob' in a predicate-object pair"),
    (22, "no mapping 'twon' to join with"),
    (26, "mapping 'sourceless' has no logical source"),
    (29, "unknown kind of source 'cvs'"),
]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [("m.rml.ttl", TURTLE, IN_TURTLE), ("m.yarrrml.yml", YARRRML, IN_YARRRML)],
)
def test_all_at_once(tmp_path: Path, name: str, text: str, expected: list[tuple[int, str]]) -> None:
    (tmp_path / "p.csv").write_text("id,name,city\n1,A,L\n")
    (tmp_path / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["map", str(tmp_path / name)])
    assert result.exit_code == 4
    assert result.stdout == ""
    first, *lines = result.stderr.splitlines()
    assert first == f"Error: {tmp_path / name}: {len(expected)} problems"
    place = re.compile(rf"  {re.escape(str(tmp_path / name))}:(\d+): (.*)")
    told = [(int(m[1]), m[2]) for line in lines if (m := place.fullmatch(line))]
    assert told == expected
    hints = [line.strip() for line in lines if line.startswith("    ")]
    assert "Did you mean 'name'?" in hints
    assert "Did you mean 'ex'?" in hints
    assert "Did you mean 'grel:toUpperCase'?" in hints


def test_a_file_that_is_not_there_is_told_with_the_rest(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name\n1,A\n")
    text = TURTLE.replace("p.csv", "poeple.csv")
    (tmp_path / "m.rml.ttl").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["map", str(tmp_path / "m.rml.ttl")])
    assert "unknown term 'tempalte'" in result.stderr
    assert "no file 'poeple.csv'" in result.stderr
    assert "Did you mean 'people.csv'?" in result.stderr


DATABASE = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ex: <http://ex.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#a> rr:logicalTable [ rr:tableName "persns" ] ;
  rr:subjectMap [ rr:template "http://ex.org/{id}" ; rr:class "Person" ] .
<#b> rr:logicalTable [ rr:sqlQuery "SELECT idd FROM persons" ] ;
  rr:subjectMap [ rr:template "http://ex.org/{id}}" ] .
<#c> rr:logicalTable [ rr:tableName "persons" ] ;
  rr:subjectMap [ rr:template "http://ex.org/{id}" ] ;
  rr:predicateObjectMap [ rr:predicate ex:p ;
    rr:objectMap [ rr:column "nme" ; rr:language "english" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:q ;
    rr:objectMap [ rr:template "{a" ; rr:datatype xsd:strng ] ] .
"""
IN_DOCUMENT = [
    (5, "the class 'Person' of 'a' is no IRI"),
    (7, "template 'http://ex.org/{id}}' of 'b' has a closing brace without an opening one"),
    (11, "'english' is not a language tag"),
    (13, "template '{a' of 'c' has an opening brace without a closing one"),
    (13, "unknown datatype 'xsd:strng'"),
]
IN_DATABASE = [
    (4, "triples map 'a': no table 'persns' in {}"),
    (6, "triples map 'b': {} refuses the query: no such column: idd"),
    (11, "triples map 'c': no column 'nme'"),
]


@pytest.mark.parametrize("reached", [True, False])
def test_a_database_tells_its_names_with_the_rest(tmp_path: Path, *, reached: bool) -> None:
    """One that cannot be reached does not hide what is wrong with the document."""
    file, mapping = tmp_path / "p.sqlite", tmp_path / "m.ttl"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE persons(id INTEGER PRIMARY KEY, name TEXT)")
    mapping.write_text(DATABASE, encoding="utf-8")
    url = f"sqlite:///{file}" if reached else "postgresql://nobody@127.0.0.1:1/none"
    words = ["map", str(mapping), "--base", "http://ex.org/", "--database", url]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 4
    place = re.compile(rf"  {re.escape(str(mapping))}:(\d+): (.*)")
    lines = result.stderr.splitlines()
    told = [(int(m[1]), m[2]) for line in lines if (m := place.fullmatch(line))]
    more = [(line, what.format(file)) for line, what in IN_DATABASE] if reached else []
    assert told == sorted(IN_DOCUMENT + more)


def test_a_build_tells_the_problems_of_all_sources(tmp_path: Path) -> None:
    folder = tmp_path / "region"
    assert CliRunner().invoke(main, ["init", str(folder)]).exit_code == 0
    cluster = folder / "data/cluster/mapping.yarrrml.yml"
    figures = folder / "data/figures/mapping.yarrrml.yml"
    right = cluster.read_text("utf-8").replace("$(website)~iri", "$(webseite)~iri", 1)
    figures.write_text(figures.read_text("utf-8").replace("$(number)", "$(nmber)"), "utf-8")

    def told(text: str) -> list[str]:
        cluster.write_text(text, "utf-8")
        result = CliRunner().invoke(main, ["-C", str(folder), "build"])
        assert result.exit_code == 4
        first, *lines = result.stderr.splitlines()
        said = [line for line in lines if not line.startswith("    ")]
        assert f"{len(said)} problems in 2 mappings" in first
        return [re.sub(r"^  data/(\w+)/\S+:\d+: (triples map \S+ )?", r"\1 ", one) for one in said]

    columns = ["cluster no column 'webseite'", "figures no column 'nmber'"]
    assert told(right) == columns
    prefix = "cluster undefined prefix 'clkk' in 'clkk:$(kind)'"
    assert told(right.replace("clk-kind:$(kind)", "clkk:$(kind)", 1)) == [prefix, *columns]
