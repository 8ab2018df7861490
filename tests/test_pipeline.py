"""The whole way on a small project: what is released, when not, and what a crash leaves."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg.converting import MapOptions, map_document
from clusterkg.errors import (
    GraphError,
    MappingError,
    PublicationError,
    SettingsError,
    SourceError,
)
from clusterkg.findings import Severity
from clusterkg.pipeline import (
    build,
    open_graph,
    read_query,
    released_store,
    validate_project,
    validate_tables,
)
from clusterkg.project import Project, find_project
from clusterkg.publication.fingerprint import fingerprint
from clusterkg.publication.lock import building
from clusterkg.publication.manifest import is_intact, read_manifest
from clusterkg.publication.release import repair
from clusterkg.validation.standalone import validate_files


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def quads(project: Project) -> set[str]:
    """What the store holds; blank nodes get canonical names, the store has its own."""
    dataset = ox.Dataset(ox.Store.read_only(str(released_store(project))))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def add_cluster(project: Project, line: str = "neu,Neues\n") -> None:
    with (project.data / "clusters" / "clusters.csv").open("a", encoding="utf-8") as table:
        table.write(line)


def release_id(project: Project) -> str:
    manifest = read_manifest(project.release)
    assert manifest is not None
    assert is_intact(project.release)
    return manifest.id


def test_a_build_makes_release_reports_and_store(tiny_project: Project) -> None:
    summary = build(tiny_project)
    assert summary.published
    assert not summary.unchanged
    assert summary.rows == {"clusters": 2, "members": 3}
    assert summary.triples == {"clusters": 4, "members": 7}
    assert summary.counts == {"violation": 0, "warning": 0, "info": 1}
    assert set(content(tiny_project.release)) == {
        "SHA256SUMS",
        "catalogue.jsonld",
        "catalogue.rdf",
        "catalogue.ttl",
        "dumps/clusters.ttl.gz",
        "dumps/members.ttl.gz",
        "dumps/ontology.ttl",
        "dumps/tiny.nq.gz",
        "dumps/tiny.ttl.gz",
        "manifest.json",
        "prov.ttl",
        "report/report.html",
        "report/report.json",
        "report/report.ttl",
        "report/report.txt",
        "void.ttl",
    }
    assert set(content(tiny_project.report)) == {
        f"report.{s}" for s in ("html", "json", "ttl", "txt")
    }
    manifest = read_manifest(tiny_project.release)
    assert manifest is not None
    assert len(quads(tiny_project)) == manifest.quads == sum(manifest.graphs.values())


def test_the_summary_says_it_in_words(tiny_project: Project) -> None:
    words = build(tiny_project).text()
    assert words.splitlines()[:3] == [
        "source          rows     triples  violations    warnings       infos",
        "clusters           2           4           0           0           0",
        "members            3           7           0           0           0",
    ]
    assert "0 violations, 0 warnings, 1 info." in words
    assert "build/release (2026-08-22, id " in words
    assert "build/report" in words
    assert "Took " in words


def test_same_input_same_bytes(write_project: Callable[[Path], Project], tmp_path: Path) -> None:
    first, second = write_project(tmp_path / "one"), write_project(tmp_path / "two")
    build(first)
    time.sleep(1.1)  # whole seconds are what gzip and folders would show
    build(second)
    assert content(first.release) == content(second.release)
    assert content(first.report) == content(second.report)
    assert quads(first) == quads(second)
    # and again in place of itself
    before = content(first.release)
    assert build(first, force=True).published
    assert content(first.release) == before


def test_a_second_build_finds_nothing_to_do(
    tiny_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(tiny_project)
    stamp = (tiny_project.release / "manifest.json").stat().st_mtime_ns
    monkeypatch.setattr("clusterkg.pipeline._build", lambda *_, **__: pytest.fail("built again"))
    second = build(tiny_project)
    assert second.unchanged
    assert not second.published
    assert (second.rows, second.triples, second.counts) == (first.rows, first.triples, first.counts)
    assert second.release_id == first.release_id
    assert "Nothing has changed" in second.text()
    assert (tiny_project.release / "manifest.json").stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    "change",
    [
        "clusterkg.toml",
        "data/clusters/clusters.csv",
        "data/members/mapping.r2rml.ttl",
        "data/members/source.toml",
        "ontology/tiny.ttl",
        "shapes/tiny.ttl",
    ],
)
def test_every_input_counts(tiny_project: Project, change: str) -> None:
    before = fingerprint(tiny_project)
    path = tiny_project.folder / change
    path.touch()
    assert fingerprint(tiny_project) == before
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Klein", "Gross") + "\n", encoding="utf-8")
    assert fingerprint(find_project(tiny_project.folder)) != before


def test_a_file_more_or_less_counts(tiny_project: Project) -> None:
    before = fingerprint(tiny_project)
    (tiny_project.data / "clusters" / "more.csv").touch()
    more = fingerprint(tiny_project)
    (tiny_project.data / "clusters" / "more.csv").rename(tiny_project.data / "members" / "more.csv")
    assert len({before, more, fingerprint(tiny_project)}) == 3
    (tiny_project.data / "members" / "more.csv").unlink()
    assert fingerprint(tiny_project) == before


def test_what_changes_or_gets_lost_is_made_again(tiny_project: Project) -> None:
    build(tiny_project)
    first = content(tiny_project.release)
    for lost in ("release/void.ttl", "report/report.json", "store"):
        path = tiny_project.build / lost
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        assert build(tiny_project).published
        assert content(tiny_project.release) == first
        assert len(quads(tiny_project)) > 100
        assert build(tiny_project).unchanged
    add_cluster(tiny_project)
    assert build(tiny_project).triples["clusters"] == 6
    assert content(tiny_project.release) != first


def test_violations_hold_a_release_back_and_are_reported(tiny_project: Project) -> None:
    build(tiny_project)
    before = release_id(tiny_project)
    add_cluster(tiny_project, "namenlos,\n")
    summary = build(tiny_project)
    assert not summary.published
    assert not summary.unchanged
    assert summary.counts["violation"] == 1
    assert "Not released, because there are violations." in summary.text()
    assert "namenlos" in (tiny_project.report / "report.txt").read_text(encoding="utf-8")
    assert release_id(tiny_project) == before
    # the next build looks again instead of taking the old release for the new one
    assert not build(tiny_project).unchanged


def test_violations_can_be_released_if_one_says_so(tiny_project: Project) -> None:
    add_cluster(tiny_project, "namenlos,\n")
    assert build(tiny_project, publish_violations=True).published
    assert build(tiny_project, publish_violations=True).unchanged
    assert not build(tiny_project).unchanged


def test_a_finding_in_a_table_counts_for_its_source(tiny_project: Project) -> None:
    add_cluster(tiny_project, "auto,Zweites Auto\n")
    summary = build(tiny_project)
    assert not summary.published
    assert summary.findings["clusters"]["violation"] == 1
    assert summary.findings["members"]["violation"] == 0
    assert summary.counts["violation"] >= 1


@pytest.mark.parametrize(
    ("file", "change", "error", "message"),
    [
        ("data/members/mapping.r2rml.ttl", ('"founded"', '"fonded"'), MappingError, "'founded'"),
        (
            "data/members/source.toml",
            ('remark = "for the office only"', ""),
            MappingError,
            "remark",
        ),
        ("data/members/source.toml", ("members.csv", "member.csv"), SourceError, "members.csv"),
        ("ontology/tiny.ttl", ("clk:Cluster a", "ckl:Cluster a"), GraphError, "tiny.ttl, line 5"),
    ],
)
def test_an_error_leaves_the_last_release(
    tiny_project: Project, file: str, change: tuple[str, str], error: type[Exception], message: str
) -> None:
    build(tiny_project)
    old, new = change
    before = content(tiny_project.release)
    path = tiny_project.folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(error, match=message):
        build(tiny_project)
    assert content(tiny_project.release) == before
    assert not list(tiny_project.build.glob(".release*"))
    assert not (tiny_project.build / ".work").exists()


def test_a_source_cannot_take_the_name_of_another_graph(tiny_project: Project) -> None:
    (tiny_project.data / "clusters").rename(tiny_project.data / "catalogue")
    with pytest.raises(SourceError, match="'catalogue' cannot be a source"):
        build(tiny_project)


def test_two_builds_at_once_do_not_clash(tiny_project: Project) -> None:
    with (
        building(tiny_project.build),
        pytest.raises(PublicationError, match="another build is at work here"),
    ):
        build(tiny_project)
    assert build(tiny_project).published


KILLED = """
import os, signal, sys
from clusterkg.pipeline import build
from clusterkg.project import find_project
from pathlib import Path

at, renames = int(sys.argv[2]), 0

def watch(event, arguments):
    global renames
    if event == "os.rename" and "build" in str(arguments[0]):
        if renames == at:
            os.kill(os.getpid(), signal.SIGKILL)
        renames += 1

sys.addaudithook(watch)
build(find_project(Path(sys.argv[1])))
print(renames)
"""


def run_until(project: Project, rename: int) -> subprocess.CompletedProcess[str]:
    """Build in a process of its own that is killed before its n-th rename in the build folder."""
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(project.folder), str(rename)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_build_killed_at_any_step_leaves_a_whole_release(
    write_project: Callable[[Path], Project], tmp_path: Path
) -> None:
    before = write_project(tmp_path / "before")
    build(before)
    old = release_id(before)
    add_cluster(before)
    shutil.copytree(before.folder, tmp_path / "after")
    after = find_project(tmp_path / "after")
    last = run_until(after, -1)
    assert last.returncode == 0, last.stderr
    new, steps = release_id(after), int(last.stdout)
    assert new != old

    found = []
    for step in range(steps - 3, steps):  # the store, the old release aside, the new one in place
        shutil.copytree(before.folder, tmp_path / f"killed-{step}")
        project = find_project(tmp_path / f"killed-{step}")
        assert run_until(project, step).returncode == -9
        repair(project)
        found.append(release_id(project))
        assert len(quads(project)) > 100
        # whatever was left is swept up, and the next build ends where an undisturbed one does
        build(project)
        assert content(project.release) == content(after.release)
        assert not list(project.build.glob(".release*"))
        assert not list(project.stores.glob("*.part"))
    # until the old one stands aside it is the old one; between the renames the new one is whole
    assert found == [old, old, new]


FULL = """
set -e
python=$2
clusterkg() { "$python" -c 'from clusterkg.cli import main; main()' "$@"; }
mount -t tmpfs -o size=64m tmpfs "$1/build"
clusterkg -C "$1" build > "$1/first.txt"
cp -r "$1/build/release" "$1/expected"
cat "$1/more.csv" >> "$1/data/clusters/clusters.csv"
used=$(du -sk "$1/build" | cut -f1)
mount -o remount,size=$((used + $3))k "$1/build"
set +e
clusterkg -C "$1" build > "$1/second.txt" 2> "$1/error.txt"
echo $? > "$1/code.txt"
ls -A "$1/build" > "$1/left.txt"
diff -r "$1/build/release" "$1/expected" > "$1/changed.txt"
clusterkg -C "$1" query --format csv - > "$1/answer.txt" 2>&1 <<'END'
SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/clusterkg/ontology#Cluster> }
END
"""


@pytest.mark.parametrize("room", [16, 600])
def test_on_a_full_disk_the_last_release_stays(
    write_project: Callable[[Path], Project], tmp_path: Path, room: int
) -> None:
    """A real full disk: a small file system in a name space of its own; ``room`` in KiB."""
    if (
        shutil.which("unshare") is None
        or subprocess.run(
            ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
            capture_output=True,
            check=False,
        ).returncode
    ):
        pytest.skip("this system lets nobody mount a file system of his own")
    project = write_project(tmp_path / "full")
    source = project.data / "clusters" / "source.toml"
    source.write_text(source.read_text().replace("rows = [1, 10]", "rows = [1, 9000]"))
    project.build.mkdir()
    (project.folder / "more.csv").write_text(
        "".join(f"c{n},Name {n * 7919 % 1000003}\n" for n in range(5000)), encoding="utf-8"
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", FULL, "sh", str(project.folder), sys.executable, str(room)],
        capture_output=True,
        text=True,
        check=False,
    )

    def said(name: str) -> str:
        return (project.folder / name).read_text(encoding="utf-8")

    assert (project.folder / "code.txt").is_file(), done.stderr
    assert said("error.txt").startswith("Error: "), said("error.txt")
    assert "the disk is full" in said("error.txt")
    assert "Make room and build again" in said("error.txt")
    assert said("code.txt").strip() == "8"
    assert said("changed.txt") == ""
    assert said("answer.txt").split() == ["n", "2"]
    assert set(said("left.txt").split()) == {
        ".lock",
        "mapped",
        "release",
        "report",
        "store",
        "validated",
    }


def test_rows_of_the_tables_that_a_report_is_about_are_copied(tiny_project: Project) -> None:
    table = tiny_project.data / "clusters" / "clusters.csv"
    with table.open("a", encoding="utf-8") as file:
        file.write('"zwei\nZeilen",Eins\n"zwei\nZeilen",Zwei\n')
    report, tables = validate_tables(tiny_project, copies=True)
    assert tables is not None
    assert tables.base == "data"
    rows = {place.row for finding in report.findings if (place := finding.place) and place.row}
    assert rows
    (copied,) = (one for one in tables.tables if one.file == "clusters/clusters.csv")
    assert rows <= set(copied.rows)
    last = max(copied.rows)
    assert copied.rows[last][0] == "zwei\nZeilen"
    assert tables.lines["clusters/clusters.csv"][last] == last + 1
    assert validate_tables(tiny_project)[1] is None


def test_validate_judges_the_project_without_building(tiny_project: Project) -> None:
    add_cluster(tiny_project, "namenlos,\n")
    report = validate_project(tiny_project)
    assert report.counts == {Severity.VIOLATION: 1, Severity.WARNING: 0, Severity.INFO: 1}
    assert not tiny_project.build.exists()
    strict = tiny_project.folder / "strict.ttl"
    strict.write_text(
        (tiny_project.folder / "shapes" / "tiny.ttl")
        .read_text(encoding="utf-8")
        .replace("sh:severity sh:Info ;", ""),
        encoding="utf-8",
    )
    assert validate_project(tiny_project, (strict,)).violations == 2


def test_validate_judges_files(tiny_project: Project, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<http://e/c> a <https://w3id.org/clusterkg/ontology#Cluster> .")
    assert validate_files([data], [tiny_project.folder / "shapes" / "tiny.ttl"]).violations == 1


def test_the_graph_before_release_has_all_sources_and_the_ontology(tiny_project: Project) -> None:
    graph = open_graph(tiny_project)
    rows = graph.connection.execute(
        "SELECT g, count(*) FROM quads GROUP BY g ORDER BY g"
    ).fetchall()
    base = "https://data.example.org/tiny/graph/"
    assert rows == [(f"<{base}clusters>", 4), (f"<{base}members>", 7), (f"<{base}ontology>", 12)]
    assert graph.uses == {"clusters": (), "members": ("clusters",)}


def test_a_mapping_runs_on_its_own(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name\n1,Ä\n")
    mapping = tmp_path / "people.rml.ttl"
    mapping.write_text(
        """@base <http://e/base/> . @prefix rr: <http://www.w3.org/ns/r2rml#> .
        @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
        @prefix ql: <http://semweb.mmlab.be/ns/ql#> .
        <http://e/m> a rr:TriplesMap ;
          rml:logicalSource [ rml:source "people.csv" ; rml:referenceFormulation ql:CSV ] ;
          rr:subjectMap [ rr:template "http://e/{id}" ] ;
          rr:predicateObjectMap [ rr:predicate <http://e/name> ;
            rr:objectMap [ rml:reference "name" ] ] ."""
    )
    target = tmp_path / "people.nq"
    assert map_document(mapping, target, MapOptions()) == ()
    assert target.read_text(encoding="utf-8") == '<http://e/1> <http://e/name> "Ä" .\n'
    map_document(mapping, target, MapOptions("jsonld"))
    assert b"e/1" in target.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "people.csv",
        "people.nq",
        "people.rml.ttl",
    ]


def test_a_query_is_found_by_file_and_by_name(tiny_project: Project, tmp_path: Path) -> None:
    file = tmp_path / "own.rq"
    file.write_text("ASK { ?s ?p ?o }")
    assert read_query(str(file), None) == "ASK { ?s ?p ?o }"
    assert "all clusters" in read_query("q01-clusters", tiny_project)
    assert "all clusters" in read_query("q01", tiny_project)
    with pytest.raises(SettingsError, match=r"'q01-cluster'\n  Did you mean 'q01-clusters'"):
        read_query("q01-cluster", tiny_project)


def test_without_a_release_there_is_no_store(tiny_project: Project) -> None:
    with pytest.raises(PublicationError, match="no release yet"):
        released_store(tiny_project)
