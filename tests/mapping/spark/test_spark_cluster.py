"""A mapping run from the command line on a master with two workers; masters that are none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_RUN = "from clusterkg.cli import main; main()"


def clusterkg(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _RUN, "map", "mapping.yml", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def lines(text: str) -> set[str]:
    found = text.splitlines()
    assert len(found) == len(set(found))
    return set(found)


def test_two_workers_of_a_cluster_make_the_same_quads(people: Path, master: str) -> None:
    ours = clusterkg(people)
    theirs = clusterkg(people, "--engine", "spark", "--master", master)
    assert (ours.returncode, theirs.returncode) == (0, 0), theirs.stderr
    assert lines(theirs.stdout) == lines(ours.stdout)
    assert "https://data.example.org/town/K\u00f6ln" in theirs.stdout
    assert not list(people.glob(".*"))


def test_a_master_that_is_none_is_told(java: None, people: Path) -> None:
    told = clusterkg(people, "--engine", "spark", "--master", "nowhere")
    assert told.returncode == 2
    assert "Spark does not start on the master 'nowhere'" in told.stderr
    assert "Traceback" not in told.stderr
    assert not told.stdout


def test_a_master_is_for_spark(people: Path) -> None:
    told = clusterkg(people, "--master", "local[2]")
    assert told.returncode == 2
    assert "--master is for --engine spark" in told.stderr
