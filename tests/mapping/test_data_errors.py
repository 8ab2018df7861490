"""What `clusterkg map` does with values that cannot be mapped: policy, exit code, reports."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner, Result
from rdflib.namespace import DCTERMS, RDF, SH

from clusterkg.cli import main

GOOD, WRONG = "1,Anna,1970-01-01\n", "2,Ben,about 1980\n"
YARRRML = """\
prefixes: {ex: "http://ex.org/"}
mappings:
  person:
    sources: [[people.csv~csv]]
    s: http://ex.org/person/$(id)
    po:
      - [ex:name, $(name)]
      - [ex:born, $(born), xsd:date]
"""
TURTLE = """\
@prefix rml: <http://w3id.org/rml/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://ex.org/m> rml:logicalSource [ rml:source "people.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://ex.org/person/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate <http://ex.org/name> ;
    rml:objectMap [ rml:reference "name" ] ] ;
  rml:predicateObjectMap [ rml:predicate <http://ex.org/born> ;
    rml:objectMap [ rml:reference "born" ; rml:datatype xsd:date ] ] .
"""
TARGET = """
<http://ex.org/names> a rml:LogicalTarget ; rml:target [ a rml:FilePath ; rml:path "names.nq" ;
  rml:root rml:MappingDirectory ] .
"""
FAILS = '[] <https://w3id.org/clusterkg/mapping#onDataError> "fail" .\n'
SAID = "people.csv, row 3, column born: 'about 1980' is not an xsd:date (a date YYYY-MM-DD)"
MAPPING_ERROR = 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(f"id,name,born\n{GOOD}{WRONG}", encoding="utf-8")
    return tmp_path


def mapped(folder: Path, text: str, *words: str) -> Result:
    file = folder / ("m.rml.ttl" if text.startswith("@") else "m.yarrrml.yml")
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["map", str(file), "-o", str(folder / "out.nq"), *words])


@pytest.mark.parametrize("text", [YARRRML, TURTLE])
@pytest.mark.parametrize("words", [(), ("--on-data-error", "report")])
def test_by_default_a_value_is_left_out_and_reported(
    folder: Path, text: str, words: tuple[str, ...]
) -> None:
    result = mapped(folder, text, *words)
    assert result.exit_code == 1
    assert re.fullmatch(rf"violation: {re.escape(SAID)} \(\S+, line [78]\)\n", result.stderr)
    written = (folder / "out.nq").read_text(encoding="utf-8")
    assert '"1970-01-01"' in written
    assert '"Ben"' in written
    assert "1980" not in written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (YARRRML, ("--on-data-error", "fail")),
        (TURTLE, ("--on-data-error", "fail")),
        (f"on_data_error: fail\n{YARRRML}", ()),
        (TURTLE + FAILS, ()),
    ],
)
def test_with_fail_nothing_is_written_and_all_is_told(
    folder: Path, text: str, words: tuple[str, ...]
) -> None:
    (folder / "out.nq").write_text("of yesterday\n", encoding="utf-8")
    result = mapped(folder, text, "--report", str(folder / "report.json"), *words)
    assert result.exit_code == MAPPING_ERROR
    first, second, hint = result.stderr.splitlines()
    assert first.startswith(f"violation: {SAID} (")
    assert second.endswith("nothing is written: 1 value cannot be mapped")
    assert "--on-data-error report" in hint
    assert (folder / "out.nq").read_text(encoding="utf-8") == "of yesterday\n"
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [one["value"] for one in report["findings"]] == ["about 1980"]


def test_with_fail_the_files_of_targets_stay_as_they_were(folder: Path) -> None:
    text = TURTLE.replace('rml:reference "name"', "rml:reference 'name' ; TARGET", 1)
    text = text.replace("TARGET", "rml:logicalTarget <http://ex.org/names>") + TARGET
    result = mapped(folder, text + FAILS)
    assert result.exit_code == MAPPING_ERROR
    assert {one.name for one in folder.iterdir()} == {"people.csv", "m.rml.ttl"}
    (folder / "names.nq").write_text("of yesterday\n", encoding="utf-8")
    mapped(folder, text + FAILS)
    assert (folder / "names.nq").read_text(encoding="utf-8") == "of yesterday\n"
    assert mapped(folder, text).exit_code == 1
    assert '"Ben"' in (folder / "names.nq").read_text(encoding="utf-8")


def test_with_fail_nothing_comes_to_stdout(folder: Path) -> None:
    file = folder / "m.yarrrml.yml"
    file.write_text(f"on_data_error: fail\n{YARRRML}", encoding="utf-8")
    result = CliRunner().invoke(main, ["map", str(file)])
    assert result.exit_code == MAPPING_ERROR
    assert result.stdout == ""


@pytest.mark.parametrize("text", [f"on_data_error: fail\n{YARRRML}", TURTLE + FAILS])
def test_the_option_goes_before_the_mapping(folder: Path, text: str) -> None:
    assert mapped(folder, text, "--on-data-error", "report").exit_code == 1
    assert (folder / "out.nq").is_file()


@pytest.mark.parametrize("text", [f"on_data_error: report\n{YARRRML}", TURTLE])
def test_the_option_goes_before_a_milder_mapping_too(folder: Path, text: str) -> None:
    assert mapped(folder, text, "--on-data-error", "fail").exit_code == MAPPING_ERROR
    assert not (folder / "out.nq").exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [(f"on_data_error: fial\n{YARRRML}", 1), (TURTLE + FAILS.replace("fail", "fial"), 9)],
)
def test_an_unknown_policy_is_an_error_with_the_near_one(
    folder: Path, text: str, line: int
) -> None:
    result = mapped(folder, text)
    assert result.exit_code == MAPPING_ERROR
    assert f":{line}: unknown policy for data errors 'fial'" in result.stderr
    assert "Did you mean 'fail'?" in result.stderr


def test_without_findings_fail_changes_nothing(folder: Path) -> None:
    (folder / "people.csv").write_text(f"id,name,born\n{GOOD}", encoding="utf-8")
    result = mapped(folder, YARRRML, "--on-data-error", "fail")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert '"Anna"' in (folder / "out.nq").read_text(encoding="utf-8")


def many(folder: Path, count: int) -> None:
    rows = "".join(f"{number},N,about {number}\n" for number in range(count))
    (folder / "people.csv").write_text(f"id,name,born\n{rows}", encoding="utf-8")


def test_the_terminal_shows_twenty_of_a_rule_and_the_report_all(folder: Path) -> None:
    many(folder, 23)
    bare = mapped(folder, YARRRML).stderr.splitlines()
    assert len(bare) == 21
    assert bare[-1] == "violation: 3 more of not-in-datatype; --report FILE lists all"
    report = folder / "report.txt"
    result = mapped(folder, YARRRML, "--report", str(report))
    assert result.stderr.splitlines()[-1].endswith(f"3 more of not-in-datatype; see {report}")
    text = report.read_text(encoding="utf-8")
    assert text.startswith("23 violations, 0 warnings, 0 infos\n")
    assert text.count("is not an xsd:date") == 23
    assert "shapes" not in text


def reported(folder: Path, name: str, *, wrong: bool) -> str:
    rows = GOOD + (WRONG if wrong else "")
    (folder / "people.csv").write_text(f"id,name,born\n{rows}", encoding="utf-8")
    result = mapped(folder, YARRRML, "--report", str(folder / name))
    assert result.exit_code == int(wrong)
    return (folder / name).read_text(encoding="utf-8")


def test_the_text_report(folder: Path) -> None:
    text = reported(folder, "r.txt", wrong=True)
    assert text.startswith("1 violation, 0 warnings, 0 infos\n")
    assert SAID in text
    assert "remedy: Correct the value, or change the mapping" in text
    clean = reported(folder, "r.txt", wrong=False)
    assert clean == "0 violations, 0 warnings, 0 infos\nNothing to complain about.\n"


def test_the_html_report(folder: Path) -> None:
    page = reported(folder, "r.html", wrong=True)
    assert page.startswith("<!DOCTYPE html>")
    assert "about 1980" in page
    assert "Checked:" not in page
    assert "Nothing to complain about." in reported(folder, "r.html", wrong=False)


def test_the_json_report(folder: Path) -> None:
    report = json.loads(reported(folder, "r.json", wrong=True))
    assert report.keys() == {"counts", "tables", "findings"}
    assert report["counts"] == {"violation": 1, "warning": 0, "info": 0}
    (one,) = report["findings"]
    place = {"file": "people.csv", "sheet": None, "row": 3, "column": "born"}
    assert (one["rule"], one["value"], one["place"]) == ("not-in-datatype", "about 1980", place)
    assert re.search(r"people\.yarrrml\.yml, line 8$|m\S+, line \d+$", one["mapping"])
    assert one["messages"].keys() == {"de", "en", "ru"}
    clean = json.loads(reported(folder, "r.json", wrong=False))
    assert clean["findings"] == []


def test_the_turtle_report(folder: Path) -> None:
    graph = rdflib.Graph().parse(data=reported(folder, "r.ttl", wrong=True), format="turtle")
    (node,) = graph.subjects(RDF.type, SH.AbstractResult)
    assert graph.value(node, SH.resultSeverity) == SH.Violation
    assert str(graph.value(node, DCTERMS.identifier)) == "not-in-datatype"
    assert str(graph.value(node, DCTERMS.source)) == "people.csv, row 3, column born"
    assert {str(one.language) for one in graph.objects(node, SH.resultMessage)} == {
        *("de", "en", "ru")
    }
    assert not list(graph.objects(None, SH.conforms))
    clean = rdflib.Graph().parse(data=reported(folder, "r.ttl", wrong=False), format="turtle")
    assert len(clean) == 0
