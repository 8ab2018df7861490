"""Rows with violations are left out of a release, with what refers to them, and kept aside."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterkg.cli import main
from clusterkg.errors import ValidationError
from clusterkg.pipeline import build
from clusterkg.project import Project, find_project
from clusterkg.publication.manifest import read_manifest

EVENTS = """
[tables.events]
file = "events.csv"
holds = "one event a row"
rows = [1, 10]
null = ["-"]
"""
MAP = """
<#events> rr:logicalTable [ rr:tableName "events" ] ;
  rr:subjectMap [ rr:template "id/event/{id}" ] ;
  rr:predicateObjectMap [ rr:predicate skos:prefLabel ; rr:objectMap [ rr:column "name" ] ] ;
  rr:predicateObjectMap [ rr:predicate skos:note ; rr:objectMap [ rr:column "note" ] ] ;
  rr:predicateObjectMap [ rr:predicate skos:related ;
    rr:objectMap [ rr:template "id/cluster/{cluster}" ] ] ;
  rr:predicateObjectMap [ rr:predicate skos:broader ;
    rr:objectMap [ rr:template "id/event/{part_of}" ] ] .
"""
ROWS = """id,name,note,cluster,part_of
1,Messe,x,lang,-
2,"Halle 1, links",-,-,1
3,Tagung,y,auto,-
"""
SHAPE = """
<https://data.example.org/shape/Cluster-short> a sh:PropertyShape ; sh:path skos:prefLabel ;
  sh:targetClass clk:Cluster ; sh:maxLength 30 ; sh:name "Kürze"@de, "brevity"@en ;
  sh:message "Der Name ist zu lang."@de, "The name is too long."@en .
"""
LONG = "Ein Cluster mit einem viel zu langen Namen"


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def replace(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def project(write_project: Callable[[Path], Project], tmp_path: Path) -> Project:
    """A cluster whose name is too long, an event of it, and an event that is part of that one."""
    made = write_project(tmp_path / "project")
    folder = made.data / "clusters"
    append(folder / "clusters.csv", f"lang,{LONG}\n")
    append(folder / "source.toml", EVENTS)
    append(folder / "mapping.r2rml.ttl", MAP)
    (folder / "events.csv").write_text(ROWS, encoding="utf-8")
    append(made.folder / "shapes" / "tiny.ttl", SHAPE)
    settings = made.folder / "clusterkg.toml"
    settings.write_text(
        f'on_violation = "quarantine"\n{settings.read_text("utf-8")}', encoding="utf-8"
    )
    return find_project(made.folder)


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def all_content(project: Project) -> dict[str, dict[str, bytes]]:
    folders = (project.release, project.report, project.quarantine)
    return {folder.name: content(folder) for folder in folders}


def rows(project: Project, name: str) -> list[dict[str, str]]:
    with (project.quarantine / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dump(project: Project) -> str:
    import gzip

    (file,) = (project.release / "dumps").glob("*.nq.gz")
    return gzip.decompress(file.read_bytes()).decode()


def test_rows_with_violations_and_what_refers_to_them_are_left_out(project: Project) -> None:
    summary = build(project)
    assert summary.published
    assert summary.counts["violation"] == 0
    assert summary.rows == {"clusters": 3, "members": 3}
    assert summary.left_out == {"clusters": 3}
    assert "Left out of the release because of violations: 3 rows (3 of clusters)" in summary.text()
    (cluster,) = rows(project, "clusters/clusters.csv")
    assert cluster == {
        "id": "lang",
        "name": LONG,
        "_row": "4",
        "_rule": "Kürze",
        "_reason": "Der Name ist zu lang.",
    }
    one, two = rows(project, "clusters/events.csv")
    base = "https://data.example.org/tiny/id"
    assert list(one.values()) == [
        *("1", "Messe", "x", "lang", "-", "2"),
        "Verweis auf eine Zeile, die nicht im Release ist",
        f"<{base}/cluster/lang> ist nicht im Release.",
    ]
    assert list(two.values())[:6] == ["2", "Halle 1, links", "-", "-", "1", "3"]
    assert f"<{base}/event/1>" in two["_reason"]
    assert set(content(project.quarantine)) == {"clusters/clusters.csv", "clusters/events.csv"}
    left = dump(project)
    assert "Tagung" in left
    for gone in (LONG, "Messe", "Halle 1", "cluster/lang", "event/1", "event/2"):
        assert gone not in left


def test_the_release_says_how_many(project: Project) -> None:
    build(project)
    manifest = read_manifest(project.release)
    assert manifest is not None
    assert {key: source.left_out for key, source in manifest.sources.items()} == {
        "clusters": 3,
        "members": 0,
    }
    assert manifest.sources["clusters"].rows == 3
    catalogue = (project.release / "catalogue.ttl").read_text("utf-8")
    assert "Rows of the sources that are not included because of violations: 3" in catalogue
    told = json.loads((project.report / "report.json").read_text("utf-8"))
    left = [one for one in told["findings"] if one["rule"] == "left-out"]
    assert len(left) == 3
    assert (project.report / "report.txt").read_text("utf-8").count("nicht im Release") >= 3


def test_data_errors_are_treated_the_same(project: Project) -> None:
    replace(project.data / "clusters" / "clusters.csv", LONG, "Kurz")
    append(project.data / "clusters" / "clusters.csv", "auto,Noch einer\n")
    summary = build(project)
    assert summary.left_out == {"clusters": 1}
    (row,) = rows(project, "clusters/clusters.csv")
    assert (row["id"], row["_row"], row["_rule"]) == ("auto", "5", "Doppelter Schlüssel")
    assert "Noch einer" not in dump(project)
    assert "Auto" in dump(project)


def test_the_same_input_gives_the_same_bytes(project: Project, tmp_path: Path) -> None:
    build(project)
    first = all_content(project)
    assert build(project).unchanged
    again = build(project, force=True)
    assert again.published
    assert all_content(project) == first
    shutil.copytree(project.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("build"))
    copy = find_project(tmp_path / "copy")
    build(copy)
    assert all_content(copy) == first
    # only what the change concerns is mapped, with and without the rows that are left out
    replace(project.data / "members" / "members.csv", "1999", "1998")
    replace(copy.data / "members" / "members.csv", "1999", "1998")
    changed = build(project)
    assert (changed.mapped, changed.triples_maps) == (1, 3)
    assert changed.judged < changed.focus_nodes
    build(copy, force=True)
    assert all_content(project) == all_content(copy)


def test_what_is_repaired_comes_back(project: Project) -> None:
    build(project)
    replace(project.data / "clusters" / "clusters.csv", LONG, "Ein Cluster")
    summary = build(project)
    assert summary.published
    assert summary.left_out == {}
    assert not project.quarantine.exists()
    assert "Messe" in dump(project)


def test_a_quarantine_that_is_not_of_the_release_is_made_again(project: Project) -> None:
    build(project)
    first = all_content(project)
    append(project.quarantine / "clusters" / "clusters.csv", "x")
    assert not build(project).unchanged
    assert all_content(project) == first
    shutil.rmtree(project.quarantine)
    assert not build(project).unchanged
    assert all_content(project) == first


def test_a_violation_without_a_row_stops_the_build(project: Project) -> None:
    build(project)
    before = content(project.release), content(project.quarantine)
    replace(project.data / "members" / "mapping.r2rml.ttl", "clk:actorIn ", "clk:actorsIn ")
    with pytest.raises(
        ValidationError, match="1 violation comes from no row: unknown-term"
    ) as error:
        build(project)
    assert "Nothing is put into quarantine" in str(error.value)
    assert (content(project.release), content(project.quarantine)) == before
    report = (project.report / "report.txt").read_text("utf-8")
    assert "Der Name ist zu lang" in report
    assert "Unbekannter Begriff" in report


def test_a_table_without_a_row_stops_the_build(project: Project) -> None:
    (project.data / "clusters" / "clusters.csv").write_text(f"id,name\nlang,{LONG}\n", "utf-8")
    with pytest.raises(ValidationError, match=r"clusters\.csv: no row would remain"):
        build(project)
    assert not project.release.exists()
    assert not project.quarantine.exists()


def test_the_policy_for_one_run(project: Project) -> None:
    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["-C", str(project.folder), "build", *words])
        return result.exit_code, result.output

    code, said = run("--on-violation", "stop")
    assert code == 1
    assert "Not released" in said
    assert not project.quarantine.exists()
    code, said = run()
    assert code == 0
    assert "Left out of the release" in said
    code, said = run()
    assert code == 0
    assert "Nothing has changed" in said
    assert "Left out of the release" in said
    code, said = run("--publish-violations")
    assert code == 0
    assert "1 violation," in said
    assert not project.quarantine.exists()
    assert LONG in dump(project)
    code, said = run("--publish-violations", "--on-violation", "stop")
    assert code == 2
    assert "different things" in said


@pytest.mark.parametrize("step", ["place_quarantine", "place"])
def test_killed_in_the_middle(project: Project, tmp_path: Path, step: str) -> None:
    """A build that dies leaves release and quarantine whole; the next one finishes."""
    build(project)
    replace(project.data / "clusters" / "clusters.csv", "auto,", f"neu,{LONG} II\nauto,")
    owner = "clusterkg.pipeline" if step == "place" else "clusterkg.publication.quarantine"
    code = f"""
import os
from pathlib import Path
import clusterkg.pipeline
import {owner} as owner
from clusterkg.project import find_project
def die(*_, **__): os._exit(9)
owner.{step} = die
clusterkg.pipeline.build(find_project(Path({str(project.folder)!r})))
"""
    died = subprocess.run([sys.executable, "-c", code], check=False, timeout=120)
    assert died.returncode == 9
    manifest = read_manifest(project.release)
    assert manifest is not None
    assert len(rows(project, "clusters/clusters.csv")) == (2 if step == "place" else 1)
    assert build(project).left_out == {"clusters": 4}
    shutil.copytree(project.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("build"))
    copy = find_project(tmp_path / "copy")
    build(copy)
    assert all_content(project) == all_content(copy)
    assert {path.name for path in project.build.iterdir()} == {
        path.name for path in copy.build.iterdir()
    }
