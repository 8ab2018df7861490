"""Data judged from the command line on a master with two workers, and a project on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterkg.cli import main
from clusterkg.project import Project

from .random_shapes import PREFIXES

RUN = "from clusterkg.cli import main; main()"
SHAPES = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Person ;
  sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:pattern "^(?:[A-Z][a-z]+ ?)+$" ] ;
  sh:property [ sh:path [ sh:oneOrMorePath ex:knows ] ; sh:class ex:Person ] .
"""
LINE = "<http://example.org/{}> <http://example.org/{}> {} .\n"
TYPE = "<http://example.org/{}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {} .\n"


def people() -> str:
    lines = []
    for number in range(2000):
        lines.append(TYPE.format(number, "<http://example.org/Person>"))
        if number % 100:
            lines.append(LINE.format(number, "name", f'"{("Anna B", "anna")[number % 250 == 1]}"'))
        if number % 3:
            lines.append(LINE.format(number, "knows", f"<http://example.org/{number + 1}>"))
    return "".join(lines)


def judged(folder: Path, *options: str) -> dict[str, object]:
    words = ("validate", "data.nt", "--shapes", "shapes.ttl", "-o", "report.json", *options)
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert isinstance(report, dict)
    return report


def test_two_workers_of_a_cluster_find_the_same(tmp_path: Path, master: str) -> None:
    """A pattern for Python among the shapes, which its processes match on the workers."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "data.nt").write_text(people(), encoding="utf-8")
    (folder / "shapes.ttl").write_text(PREFIXES + SHAPES, encoding="utf-8")
    ours = judged(folder)
    theirs = judged(folder, "--engine", "spark", "--master", master)
    assert " on Spark 4" in str(theirs.pop("engine"))
    assert "Spark" not in str(ours.pop("engine"))
    assert theirs == ours
    assert not list(folder.glob(".*"))


def test_a_project_is_judged_on_spark(tiny_project: Project, started: None) -> None:
    folder = tiny_project.folder
    (folder / "strict.ttl").write_text(
        PREFIXES + "ex:S a sh:PropertyShape ; sh:targetSubjectsOf rdf:type ; sh:path rdf:type ; "
        "sh:maxCount 0 .",
        encoding="utf-8",
    )
    words = ["--project", str(folder), "validate", "--shapes", str(folder / "strict.ttl")]
    words += ["--format", "csv"]
    ours = CliRunner().invoke(main, words)
    theirs = CliRunner().invoke(main, [*words, "--engine", "spark", "--master", "local[2]"])
    assert (ours.exit_code, theirs.exit_code) == (1, 1), theirs.output
    assert theirs.stdout == ours.stdout
    assert len(ours.stdout.splitlines()) > 3


def test_a_master_is_for_spark() -> None:
    told = CliRunner().invoke(main, ["validate", "x.ttl", "--master", "local[2]"])
    assert told.exit_code == 2
    assert "--master is for --engine spark" in told.stderr


@pytest.mark.parametrize("output", ["nowhere/report.html"])
def test_the_folder_of_the_report_has_to_be_there(tmp_path: Path, output: str) -> None:
    words = ["validate", "x.ttl", "--shapes", "y.ttl", "--engine", "spark", "-o"]
    told = CliRunner().invoke(main, [*words, str(tmp_path / output)])
    assert told.exit_code == 2
    assert "the folder of the report does not exist" in told.stderr
