"""clusterkg lint, and clusterkg validate on files of one's own, as people type them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clusterkg.cli import main
from clusterkg.project import Project

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"
SHAPES = (
    PREFIXES
    + "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property\n"
    + "  [ sh:path ex:p ; sh:minCount 2 ; sh:maxCount 1 ] .\n"
    + "ex:T sh:path ex:p ; sh:minCount 1 .\n"
)


def run(*words: str | Path, content: str | None = None) -> Result:
    return CliRunner().invoke(main, list(map(str, words)), input=content)


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    file = tmp_path / "shapes.ttl"
    file.write_text(SHAPES, encoding="utf-8")
    return file


def test_findings_are_told_as_compilers_do(shapes: Path) -> None:
    result = run("lint", shapes)
    assert result.exit_code == 1
    first, remedy, second, *_ = result.stdout.splitlines()
    assert first == (
        f"{shapes}:3: violation: ex:S, ex:p: sh:minCount 2 and sh:maxCount 1 contradict each other "
        "[contradiction]"
    )
    assert remedy == "  Change one of the two."
    assert second.startswith(f"{shapes}:4: warning: ex:T has no target")
    assert result.stdout.splitlines()[-1] == "1 violation, 1 warning, 0 infos"
    german = run("lint", shapes, "--lang", "de").stdout
    assert "widersprechen sich [Widerspruch]" in german
    assert "противоречат друг другу" in run("lint", shapes, "--lang", "ru").stdout


def test_warnings_alone_are_no_failure(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(PREFIXES + "ex:T sh:path ex:p ; sh:minCount 1 .", encoding="utf-8")
    assert run("lint", shapes).exit_code == 0
    shapes.write_text(PREFIXES + "ex:T sh:targetClass ex:C ; sh:closed true .", encoding="utf-8")
    sound = run("lint", shapes)
    assert (sound.exit_code, sound.stdout) == (0, "Nothing to complain about.\n")


def test_other_forms_have_the_line(shapes: Path, tmp_path: Path) -> None:
    told = json.loads(run("lint", shapes, "--format", "json").stdout)
    assert [one["place"]["line"] for one in told["findings"]] == [3, 4]
    assert {"de", "en", "ru"} == set(told["findings"][0]["messages"])
    rows = list(csv.DictReader(io.StringIO(run("lint", shapes, "--format", "csv").stdout)))
    assert [row["row"] for row in rows] == ["3", "4"]
    result = run("lint", shapes, "--format", "sarif", "-o", tmp_path / "lint.sarif")
    assert (result.exit_code, result.stdout) == (1, "")
    sarif = json.loads((tmp_path / "lint.sarif").read_text(encoding="utf-8"))
    regions = [
        one["locations"][0]["physicalLocation"]["region"] for one in sarif["runs"][0]["results"]
    ]
    assert regions == [{"startLine": 3}, {"startLine": 4}]


def test_a_rule_with_many_findings_is_cut_and_counted(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    lost = "".join(f'ex:T{number} sh:message "m" .\n' for number in range(25))
    shapes.write_text(PREFIXES + "ex:S sh:targetClass ex:C ; sh:closed true .\n" + lost)
    shown = run("lint", shapes).stdout
    assert shown.count("[overlay-without-base]") == 21
    assert "and 5 more [overlay-without-base]" in shown
    assert "25 violations" in shown


def test_data_and_ontology_are_for_shapes_that_are_named(shapes: Path, tmp_path: Path) -> None:
    data, ontology = tmp_path / "data.ttl", tmp_path / "ontology.ttl"
    data.write_text(PREFIXES + "ex:a a ex:Other .", encoding="utf-8")
    ontology.write_text(
        PREFIXES + "ex:D a <http://www.w3.org/2002/07/owl#Class> .", encoding="utf-8"
    )
    shown = run("lint", shapes, "--data", data, "--ontology", ontology).stdout
    assert "ex:C, the target of ex:S, is not in the data" in shown
    assert "ex:p (ex:S, ex:p) is in no ontology that describes <https://example.org/>" in shown
    assert run("lint", "--data", data).exit_code == 2


def test_without_shapes_it_is_about_the_project(tiny_project: Project) -> None:
    own = tiny_project.folder / "shapes" / "tiny.ttl"
    sound = run("--project", tiny_project.folder, "lint")
    assert sound.exit_code == 0, sound.output
    text = own.read_text(encoding="utf-8").replace("schema:foundingDate", "clk:actorInn")
    own.write_text(text, encoding="utf-8")
    result = run("--project", tiny_project.folder, "lint")
    assert result.exit_code == 0
    assert "Did you mean clk:actorIn?" in result.stdout
    assert "shapes/tiny.ttl:" in result.stdout
    assert str(tiny_project.folder) not in result.stdout


def test_what_cannot_be_read_is_an_error_with_its_line(tmp_path: Path) -> None:
    missing = run("lint", tmp_path / "shaps.ttl")
    assert missing.exit_code == 6
    (tmp_path / "shapes.ttl").write_text(SHAPES + "ex:S", encoding="utf-8")
    broken = run("lint", tmp_path / "shapes.ttl")
    assert broken.exit_code == 6
    assert "shapes.ttl, line" in broken.output


def test_data_may_come_by_standard_input(shapes: Path) -> None:
    shapes.write_text(PREFIXES + "ex:S sh:targetClass ex:C ; sh:closed true .", encoding="utf-8")
    result = run("validate", "-", "--shapes", shapes, content=PREFIXES + "ex:a a ex:C ; ex:p 1 .")
    assert result.exit_code == 1
    assert "ex:p" in result.stdout
    broken = run("validate", "-", "--shapes", shapes, content="ex:a")
    assert broken.exit_code == 5
    assert "standard input" in broken.output
