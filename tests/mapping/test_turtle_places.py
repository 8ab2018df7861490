"""Where the nodes and values of a Turtle document stand: what messages and findings name."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner

from clusterkg.cli import main
from clusterkg.mapping.problems import Problems
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.turtle_places import parse_turtle

MAPPING = """\
PREFIX rml: <http://w3id.org/rml/>
@prefix ex: <http://e/> . # [ "name" ] and <#m> in a comment count for nothing
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<#m> rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "http://e/{name}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:a ; rml:objectMap [ rml:reference "name" ] ] ;
  rml:predicateObjectMap [
    rml:predicate ex:b ;
    rml:objectMap [
      rml:termType rml:Literal ;
      rml:reference "name" ;
      rml:languageMap [
        rml:reference "name" ] ] ] ;
  rml:predicateObjectMap <#third> .

<#third> rml:predicate ex:c ;
  rml:objectMap <#object> .
<#object> rml:reference '''name''' ;
  rml:datatype xsd:date .
ex:other rml:logicalSource [ rml:source "p.csv" ] ; rml:subject ex:s ;
  rml:predicateObjectMap [ rml:predicate ex:d ; rml:objectMap [
    rml:reference "name" ] ] .
<#source>
  rml:referenceFormulation rml:CSV ;
  rml:source "p.csv" .
"""


def test_the_same_reference_has_its_own_line_everywhere(tmp_path: Path) -> None:
    (tmp_path / "m.ttl").write_text(MAPPING, encoding="utf-8")
    first, other = read_mapping(tmp_path / "m.ttl", base_iri="http://e/").triples_maps
    assert (first.line, first.subject.line, first.source.line) == (5, 6, 26)
    objects = [pair.objects[0] for pair in first.predicate_objects]
    assert [one.line for one in objects] == [7, 12, 19]
    assert [pair.line for pair in first.predicate_objects] == [7, 8, 17]
    assert objects[1].language.line == 14
    assert objects[2].datatype.line == 20
    assert (other.line, other.predicate_objects[0].objects[0].line) == (21, 23)


@pytest.mark.parametrize(
    "text",
    [
        '<http://s> <http://p> [ ] , [ <http://q> ( 1 [ <http://r> "]" ] ) ; ] , true .',
        "@prefix a.b: <http://a/x#> . a.b:c.d a a.b:e . a.b:c.d a.b:f 1.5 , -2e3 .",
        '[ <http://p> """a " ] . [ """ ] <http://q> "\\"]" .',
        "[] <http://p> <http://o> . [ <http://p> <http://o> ] . _:b <http://p> _:b .",
        "PREFIX e: <http://e/>\nBASE <http://b/>\ne:s e:p '[' ; e:q '''it's ]''' ; .",
    ],
)
def test_marks_change_nothing(text: str) -> None:
    graph, places = parse_turtle(text, "http://b/", Problems("m.ttl"))
    made = pyoxigraph.Dataset(
        pyoxigraph.Quad(subject, pyoxigraph.NamedNode(predicate), one)
        for subject, facts in graph.items()
        for predicate, objects in facts.items()
        for one in objects
    )
    form = pyoxigraph.RdfFormat.TURTLE
    expected = pyoxigraph.Dataset(pyoxigraph.parse(text, form, base_iri="http://b/"))
    for dataset in (made, expected):
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    assert made == expected
    assert places.extents


def test_a_fault_of_the_document_is_told_as_the_parser_tells_it() -> None:
    problems = Problems("m.ttl")
    with pytest.raises(Exception, match=r"m\.ttl:2: not Turtle") as told:
        parse_turtle("<http://s> <http://p> [\n <http://q> ; ; ] 5 ] .", "", problems)
    assert "place" not in str(told.value)


def test_a_finding_names_the_line_that_wanted_the_value(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("name\nAnn\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(MAPPING, encoding="utf-8")
    result = CliRunner().invoke(main, ["map", str(tmp_path / "m.ttl"), "--base", "http://e/"])
    assert result.exit_code == 1
    told = [line for line in result.stderr.splitlines() if "xsd:date" in line]
    assert len(told) == 1
    assert told[0].startswith("violation: p.csv, row 2, column name: 'Ann' is not an xsd:date")
    assert told[0].endswith("m.ttl, line 19)")
