"""``clusterkg map --engine spark`` from the command to the file: formats, packed, sorted."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterkg.cli import main
from clusterkg.graph.output import FORMATS

SPARK = ("--engine", "spark", "--master", "local[2]")
UNSORTED = ("nq", "nt")
REFUSED = """
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <https://data.example.org/> .
ex:map a rml:TriplesMap ; rml:logicalSource [ rml:source [ a rml:RelativePathSource ;
    rml:root rml:MappingDirectory ; rml:path "people.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "https://data.example.org/{id}" ; rml:logicalTarget [
    rml:target [ a rml:FilePath ; rml:path "other.nt" ] ; rml:serialization
    <http://www.w3.org/ns/formats/N-Triples> ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "name" ] ] .
"""


def mapped(people: Path, output: Path, *options: str) -> bytes:
    words = ["map", str(people / "mapping.yml"), "-o", str(output), *options]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert [path.name for path in output.parent.iterdir()] == [output.name]
    return output.read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_every_format(started: None, people: Path, tmp_path: Path, form: str) -> None:
    """The same bytes where the lines of DuckDB come in an order, else the same lines."""
    made = []
    for name, engine in (("duckdb", ()), ("spark", SPARK)):
        (tmp_path / name).mkdir()
        made.append(mapped(people, tmp_path / name / "out", "--format", form, *engine))
    ours, theirs = made
    if form in UNSORTED:
        assert len(set(theirs.splitlines())) == len(theirs.splitlines())
        assert sorted(theirs.splitlines()) == sorted(ours.splitlines())
    else:
        assert theirs == ours


@pytest.mark.parametrize("name", ["out.nq.gz", "out.nt.gz", "out.trig.gz"])
def test_a_packed_file(started: None, people: Path, tmp_path: Path, name: str) -> None:
    for folder in ("duckdb", "spark", "plain"):
        (tmp_path / folder).mkdir()
    ours = mapped(people, tmp_path / "duckdb" / name, "--sort")
    theirs = mapped(people, tmp_path / "spark" / name, "--sort", *SPARK)
    plain = mapped(people, tmp_path / "plain" / name.removesuffix(".gz"), "--sort", *SPARK)
    assert theirs == ours
    assert gzip.decompress(theirs) == plain


def test_packed_lines_in_no_order(started: None, people: Path, tmp_path: Path) -> None:
    packed = mapped(people, tmp_path / "out.nq.gz", *SPARK)
    ours = CliRunner().invoke(main, ["map", str(people / "mapping.yml")])
    assert sorted(gzip.decompress(packed).splitlines()) == sorted(ours.stdout_bytes.splitlines())


def test_an_output_for_which_there_is_no_folder(started: None, people: Path) -> None:
    output = people / "nowhere" / "out.nq.gz"
    told = CliRunner().invoke(main, ["map", str(people / "mapping.yml"), "-o", str(output), *SPARK])
    assert told.exit_code == 5
    assert "cannot be written: there is no such folder" in told.output


def test_a_logical_target_is_refused_before_spark_starts(people: Path, tmp_path: Path) -> None:
    file = tmp_path / "mapping.ttl"
    file.write_text(REFUSED, encoding="utf-8")
    (tmp_path / "people.csv").write_text("id,name\n1,Anna\n", encoding="utf-8")
    told = CliRunner().invoke(main, ["map", str(file), "-o", str(tmp_path / "out.nq"), *SPARK])
    assert told.exit_code == 4
    assert "the logical target 'other.nt' cannot be written by Spark" in told.output
    assert not (tmp_path / "out.nq").exists()
