"""A build after a change: only the triples maps concerned are run, and the bytes are the same."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterkg.cli import main
from clusterkg.errors import MappingError
from clusterkg.mapping import kept
from clusterkg.mapping.dependencies import read_by
from clusterkg.mapping.reading import read_mapping
from clusterkg.pipeline import build, open_graph, validate_project
from clusterkg.project import Project, find_project
from clusterkg.sources.relation import Relation

SECOND_TABLE = """
[tables.towns]
file = "towns.csv"
holds = "one town a row"
rows = [1, 10]
"""
SECOND_MAP = """
<#towns> rr:logicalTable [ rr:tableName "towns" ] ;
  rr:subjectMap [ rr:template "id/region/{id}" ] ;
  rr:predicateObjectMap [ rr:predicate skos:prefLabel ; rr:objectMap [ rr:column "name" ] ] ;
  rr:predicateObjectMap [ rr:predicate skos:note ;
    rr:objectMap [ rr:column "since" ; rr:datatype <http://www.w3.org/2001/XMLSchema#gYear> ] ] ;
  rr:predicateObjectMap [ rr:predicate skos:related ;
    rr:objectMap [ rr:parentTriplesMap <#clusters> ;
      rr:joinCondition [ rr:child "cluster" ; rr:parent "id" ] ] ] .
"""


@pytest.fixture
def project(write_project: Callable[[Path], Project], tmp_path: Path) -> Project:
    """Three tables and three triples maps: of clusters, of towns joined to them, of members."""
    made = write_project(tmp_path / "project")
    folder = made.data / "clusters"
    append(folder / "source.toml", SECOND_TABLE)
    append(folder / "mapping.r2rml.ttl", SECOND_MAP)
    (folder / "towns.csv").write_text(
        "id,name,since,cluster\nl,Leipzig,1015,auto\nh,Halle,vor 806,auto\n", encoding="utf-8"
    )
    settings = made.folder / "clusterkg.toml"
    settings.write_text(f'on_violation = "warn"\n{settings.read_text("utf-8")}', encoding="utf-8")
    return find_project(made.folder)


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def replace(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def mapped(project: Project) -> dict[str, tuple[str, ...]]:
    """The triples maps that the next build is going to run, by source."""
    names = open_graph(project).mapped
    return {
        key: tuple(name.partition("#")[2] or name for name in found)
        for key, found in names.items()
        if found
    }


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def built(project: Project) -> dict[str, bytes]:
    """The bytes of release and reports, after a build."""
    assert build(project).published
    return {**content(project.release), **content(project.report)}


def from_nothing(project: Project, folder: Path) -> dict[str, bytes]:
    """The same of a copy of the project that was never built."""
    shutil.copytree(project.folder, folder, ignore=shutil.ignore_patterns("build"))
    return built(find_project(folder))


def test_the_first_build_runs_all_and_the_second_none(project: Project) -> None:
    summary = build(project)
    assert (summary.mapped, summary.triples_maps) == (3, 3)
    assert "Mapped anew" not in summary.text()
    assert mapped(project) == {}


ALL = {"clusters": ("clusters", "towns"), "members": ("members",)}
RULES = "data/clusters/source.toml"
MAPPING = "data/clusters/mapping.r2rml.ttl"


@pytest.mark.parametrize(
    ("file", "change", "run"),
    [
        # the rows of a table: its triples maps, and those that join or query it
        ("data/clusters/clusters.csv", ("Logistik", "Transport"), ALL),
        ("data/clusters/towns.csv", ("Leipzig", "Lipsk"), {"clusters": ("towns",)}),
        ("data/members/members.csv", ("1999", "1998"), {"members": ("members",)}),
        # what a table must look like; what is said about a source
        (RULES, ('key = ["id"]', 'null = ["-"]'), ALL),
        (RULES, ("Stadt Klein", "Stadt Groß"), {}),
        # the mapping
        (MAPPING, ("skos:note", "skos:changeNote"), {"clusters": ("towns",)}),
        # what is no input of a mapping
        ("shapes/tiny.ttl", ("Year of foundation unknown", "Which year"), {}),
        ("ontology/tiny.ttl", ('"Cluster"@de', '"Cluster"@en'), {}),
        # the base IRI
        ("clusterkg.toml", ("example.org/tiny/", "example.org/new/"), ALL),
    ],
)
def test_a_change_runs_what_it_concerns(
    project: Project,
    tmp_path: Path,
    file: str,
    change: tuple[str, str],
    run: dict[str, tuple[str, ...]],
) -> None:
    build(project)
    replace(project.folder / file, *change)
    project = find_project(project.folder)
    assert mapped(project) == run
    summary = build(project)
    assert summary.mapped == sum(len(names) for names in run.values())
    assert (f"Mapped anew: {summary.mapped} of 3 triples maps" in summary.text()) is (
        summary.mapped < 3
    )
    assert {**content(project.release), **content(project.report)} == from_nothing(
        project, tmp_path / "fresh"
    )


@pytest.mark.parametrize(
    ("file", "change", "judged"),
    [
        # another year of one company, another name of one cluster
        ("data/members/members.csv", ("1999", ""), 1),
        ("data/clusters/clusters.csv", ("Auto", "Kfz"), 1),
        # what no shape asks for; what is no triple
        ("data/clusters/towns.csv", ("Leipzig", "Lipsk"), 0),
        (RULES, ("Stadt Klein", "Stadt Groß"), 0),
        ("ontology/tiny.ttl", ('"Cluster"@de', '"Cluster"@en'), 0),
        # other shapes judge all
        ("shapes/tiny.ttl", ("Year of foundation unknown", "Which year"), 5),
    ],
)
def test_a_change_judges_what_it_concerns(
    project: Project, tmp_path: Path, file: str, change: tuple[str, str], judged: int
) -> None:
    assert (build(project).judged, build(project, force=True).judged) == (5, 5)
    replace(project.folder / file, *change)
    summary = build(project)
    assert (summary.judged, summary.focus_nodes) == (judged, 5)
    assert (f"Judged anew: {judged} of 5 focus nodes" in summary.text()) is (judged < 5)
    assert {**content(project.release), **content(project.report)} == from_nothing(
        project, tmp_path / "fresh"
    )


def test_findings_come_back_word_by_word(project: Project) -> None:
    first = build(project)
    told = open_graph(project).findings["clusters"]
    assert [(str(one), one.value) for one in told] == [
        (
            "clusters/towns.csv, row 3, column since: 'vor 806' is not an xsd:gYear (a year YYYY)",
            "vor 806",
        )
    ]
    assert told[0].said is not None
    second = build(project, force=True)
    assert second.mapped == 3
    assert second.findings == first.findings
    assert open_graph(project).findings["clusters"] == told


def test_another_process_and_a_moved_project_run_nothing(project: Project, tmp_path: Path) -> None:
    build(project)
    moved = tmp_path / "moved"
    project.folder.rename(moved)
    code = (
        "from pathlib import Path; from clusterkg.project import find_project;"
        "from clusterkg.pipeline import open_graph;"
        f"print(open_graph(find_project(Path({str(moved)!r}))).mapped)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "{'clusters': (), 'members': ()}"


@pytest.mark.parametrize("damage", ["cut", "note", "gone", "other"])
def test_what_is_damaged_is_made_again(project: Project, damage: str) -> None:
    first = built(project)
    folder = project.build / "mapped"
    for path in sorted(folder.glob("*.parquet")):
        note = path.with_suffix(".json")
        if damage == "cut":
            path.write_bytes(path.read_bytes()[:-9])
        elif damage == "note":
            note.write_text(note.read_text(encoding="utf-8")[:-9], encoding="utf-8")
        elif damage == "gone":
            path.unlink()
        else:
            note.write_text(json.dumps(["something", "else"]), encoding="utf-8")
    assert mapped(project) == {"clusters": ("clusters", "towns"), "members": ("members",)}
    shutil.rmtree(project.release)
    assert built(project) == first


def test_what_nobody_asks_for_is_deleted(project: Project) -> None:
    build(project)
    folder = project.build / "mapped"
    before = {path.name for path in folder.iterdir()}
    (folder / ".half.parquet").write_bytes(b"killed")
    replace(project.data / "clusters" / "towns.csv", "Leipzig", "Lipsk")
    build(project)
    after = {path.name for path in folder.iterdir()}
    assert len(after) == len(before) == 6
    assert len(after & before) == 4


def test_another_programme_runs_all(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    build(project)
    monkeypatch.setattr("clusterkg.opening.mapping_programme", lambda: "another")
    assert len(mapped(project)) == 2


def test_to_validate_writes_nothing(project: Project) -> None:
    assert validate_project(project).findings
    assert not (project.build / "mapped").exists()
    assert not (project.build / "validated").exists()
    build(project)
    replace(project.data / "members" / "members.csv", "1999", "")
    before = content(project.build)
    assert len(validate_project(project).results) == 2
    assert content(project.build) == before


def test_a_failed_build_keeps_nothing_half(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept.Kept, "put", fail)
    with pytest.raises(Exception, match="the disk is full"):
        build(project)
    assert not list((project.build / "mapped").glob("*"))


def test_a_mapping_that_accepts_no_fault_stops_the_build(project: Project) -> None:
    built(project)
    append(
        project.data / "clusters" / "mapping.r2rml.ttl",
        '\n[] <https://w3id.org/clusterkg/mapping#onDataError> "fail" .\n',
    )
    with pytest.raises(MappingError, match="nothing is written: 1 value cannot be mapped"):
        build(project)
    result = CliRunner().invoke(main, ["-C", str(project.folder), "build"])
    assert "towns.csv, row 3, column since: 'vor 806'" in result.output
    assert result.exit_code not in {0, 1}


# -- what a query depends on -------------------------------------------------------------------

TABLES = (
    Relation("demo", "people", Path("people.csv"), None, ("id", "town"), 2, "demo/people.csv"),
    Relation("demo", "towns", Path("towns.csv"), None, ("id",), 2, "demo/towns.csv"),
    Relation("other", "towns", Path("o.csv"), None, ("id",), 2, "other/o.csv"),
)


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT id FROM people", "demo.people"),
        ("SELECT count(*) AS id FROM People", "demo.people"),
        ("SELECT id FROM towns", "demo.towns"),
        ("SELECT id FROM other.towns", "other.towns"),
        ("SELECT id FROM people WHERE town IN (SELECT id FROM towns)", "demo.people demo.towns"),
        ("WITH t AS (SELECT * FROM people) SELECT id FROM t", "demo.people"),
        ("SELECT p.id FROM people p, unnest(string_split(p.town, ',')) AS u(x)", "demo.people"),
        ("SELECT i AS id FROM range(3) AS r(i)", ""),
        ("SELECT 1 AS id UNION ALL SELECT id FROM people", "demo.people"),
        ("SELECT id FROM read_csv('people.csv')", None),
        ("SELECT id FROM 'people.csv'", None),
        ("SELECT id FROM nowhere", None),
        ("SELECT id FROM glob('*')", None),
        ("SELECT random() AS id FROM people", None),
        ("SELECT id, now() AS t FROM people", None),
        ("SELECT id FROM people WHERE current_date > '2026-01-01'", None),
        ("SELECT id FROM people TABLESAMPLE 10%", None),
        ("SELECT id, uuid() AS t FROM people", None),
        ("SELECT getenv('HOME') AS id FROM people", None),
    ],
)
def test_the_tables_that_a_query_depends_on(tmp_path: Path, sql: str, tables: str | None) -> None:
    file = tmp_path / "mapping.yarrrml.yml"
    file.write_text(
        f"mappings:\n  m:\n    sources: [{{query: {json.dumps(sql)}}}]\n    s: http://e/$(id)\n"
        "    po: [[a, http://e/T]]\n",
        encoding="utf-8",
    )
    mapping = read_mapping(file, base_iri="http://e/")
    read = read_by(mapping.triples_maps[0], mapping, TABLES, "demo")
    if tables is None:
        assert read is None
    else:
        assert read is not None
        assert " ".join(sorted(f"{r.source}.{r.table}" for r in read)) == tables  # type: ignore[union-attr]
