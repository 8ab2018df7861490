"""Terms of the types UnsafeIRI and UnsafeURI: written as they stand, but never as further quads."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from clusterkg.cli import main

from .conftest import Bench

INJECTION = "a> <http://x.org/p> <http://x.org/o> .\n<http://x.org/b"
FORBIDDEN = [chr(code) for code in range(0x20)] + list('<>"{}|\\^`')
MAPS = {
    "template": 'rml:template "http://x.org/{v}"',
    "relative template": 'rml:template "{v}"',
    "reference": 'rml:reference "v"',
}


def mapping(inside: str, term_type: str = "UnsafeIRI", file: str = "t.json") -> str:
    formulation = "rml:CSV" if file.endswith("csv") else 'rml:JSONPath ; rml:iterator "$[*]"'
    return (
        "@prefix rml: <http://w3id.org/rml/> .\n"
        f'<#m> rml:logicalSource [ rml:source "{file}" ;\n'
        f"    rml:referenceFormulation {formulation} ] ;\n"
        f"  rml:subjectMap [ {inside} ; rml:termType rml:{term_type} ] ;\n"
        "  rml:predicateObjectMap [ rml:predicate <http://x.org/q> ; rml:object 1 ] ;\n"
        "  rml:predicateObjectMap [ rml:predicate <http://x.org/r> ;\n"
        f"    rml:objectMap [ {inside} ; rml:termType rml:{term_type} ] ] .\n"
    )


def write_json(folder: Path, values: list[str]) -> None:
    text = json.dumps([{"v": value} for value in values])
    (folder / "t.json").write_text(text, encoding="utf-8")


def iris(text: str) -> set[str]:
    """The IRIs of subjects and objects; what is not valid is read as leniently as it can be."""
    quads = list(ox.parse(text, ox.RdfFormat.N_QUADS, lenient=True))
    assert {quad.predicate.value for quad in quads} <= {"http://x.org/q", "http://x.org/r"}
    assert len(quads) == text.count("\n")
    return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}


@pytest.mark.parametrize("term_type", ["UnsafeIRI", "UnsafeURI"])
@pytest.mark.parametrize("inside", MAPS.values(), ids=MAPS.keys())
def test_what_would_end_an_iri_is_left_out_and_told(
    bench: Bench, inside: str, term_type: str
) -> None:
    kept = ["plain", "a b", "ä/%zz?x=[1]#y#z", "😀"]
    write_json(bench.folder, [*kept, INJECTION, *(f"a{c}b" for c in FORBIDDEN)])
    text = mapping(inside, term_type)
    made = bench.document(text, "m.ttl", "http://x.org/")
    assert iris("".join(f"{quad} .\n" for quad in bench.quads())) == {
        f"http://x.org/{value}" for value in kept
    }
    assert {finding.rule for finding in made.findings} == {"not-an-iri"}
    assert {finding.place.row for finding in made.findings if finding.place} == set(
        range(len(kept) + 1, len(kept) + 2 + len(FORBIDDEN))
    )
    said = [finding.message for finding in made.findings]
    assert any(message.endswith("it holds the character >") for message in said)
    assert any(message.endswith("it holds the character U+000A") for message in said)


@pytest.mark.parametrize("inside", MAPS.values(), ids=MAPS.keys())
@pytest.mark.parametrize("form", ["nq", "nt", "ttl"])
def test_a_cell_injects_nothing_into_a_file(tmp_path: Path, inside: str, form: str) -> None:
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["v"], ["good"], [INJECTION], ["a\\u003E"]])
    (tmp_path / "m.ttl").write_text(mapping(inside, file="t.csv"), encoding="utf-8")
    output = tmp_path / f"out.{form}"
    arguments = ["map", str(tmp_path / "m.ttl"), "--base", "http://x.org/", "-o", str(output)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    assert "it holds the character >" in result.output
    quads = list(ox.parse(output.read_bytes(), ox.RdfFormat.from_extension(form)))
    assert {quad.subject for quad in quads} == {ox.NamedNode("http://x.org/good")}
    assert len(quads) == 2


def test_an_unsafe_datatype_injects_nothing(bench: Bench) -> None:
    write_json(bench.folder, ["type", '>"'])
    text = (
        "@prefix rml: <http://w3id.org/rml/> .\n"
        '<#m> rml:logicalSource [ rml:source "t.json" ; rml:iterator "$[*]" ;\n'
        "    rml:referenceFormulation rml:JSONPath ] ;\n"
        "  rml:subject <http://x.org/s> ;\n"
        "  rml:predicateObjectMap [ rml:predicate <http://x.org/p> ; rml:objectMap [\n"
        '    rml:reference "v" ; rml:datatypeMap [ rml:template "http://x.org/{v}" ;\n'
        "      rml:termType rml:UnsafeIRI ] ] ] .\n"
    )
    made = bench.document(text, "m.ttl")
    assert bench.objects() == ['"type"^^<http://x.org/type>']
    assert [finding.rule for finding in made.findings] == ["not-an-iri"]
