"""The benchmarks: their tables and graphs are the same bytes twice, and hold what they say."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterkg.cli import main

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).with_name("clusterkg"))
GTFS = Path(os.environ.get("CLUSTERKG_GTFS", ROOT.parent / "shared" / "bench" / "gtfs"))


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")


def lines(case):
    """The lines that clusterkg writes for a case; they are what plain SQL says, too."""
    from mapping_suites.expected import expected, written

    result = CliRunner().invoke(main, ["map", str(case.mapping), "--format", case.form])
    assert result.exit_code == 0, result.stderr
    (case.folder / "out").write_text(result.stdout, encoding="utf-8")
    wanted = expected(case.tables, dict(case.prefixes), case.folder)
    assert written(case.folder / "out") == wanted
    assert wanted == expected(case.tables, dict(case.prefixes), case.folder)
    return [line for line in result.stdout.split("\n") if line]


def digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert files
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()) for path in files}


def same_bytes(one, other):
    before, after = digests(one), digests(other)
    return {name: each.digest() for name, each in before.items()} == {
        name: each.digest() for name, each in after.items()
    }


def test_clusters_are_the_same_bytes_and_count_their_triples(tmp_path):
    from mapping_suites import cluster

    (case,) = cluster.cases(tmp_path / "one", 300)
    list(cluster.cases(tmp_path / "two", 300))
    assert same_bytes(tmp_path / "one", tmp_path / "two")
    made = lines(case)
    assert len(set(made)) == len(made) == case.triples


@pytest.mark.parametrize(
    "name", ["duplicates 75", "empty cells 75", "15 graphs", "join 10-5", "5 maps"]
)
def test_each_question_of_krown_counts_its_triples(name, tmp_path):
    from mapping_suites import krown

    (case,) = (case for case in krown.cases(tmp_path, 0.0005) if case.name.startswith(name))
    made = lines(case)
    assert len(set(made)) == len(made) == case.triples > 0


def test_krown_is_the_same_bytes_twice(tmp_path):
    from mapping_suites import krown

    for name in ("one", "two"):
        list(krown.cases(tmp_path / name, 0.0005))
    assert same_bytes(tmp_path / "one", tmp_path / "two")


@pytest.mark.skipif(not GTFS.is_dir(), reason="the GTFS tables are not there")
def test_gtfs_has_395_953_triples_a_scale(tmp_path):
    from mapping_suites import gtfs

    case, _ = gtfs.cases(GTFS, tmp_path, 1, times=True)
    made = lines(case)
    assert len(set(made)) == len(made) == gtfs.TRIPLES == case.triples


def test_gtfs_mapping_is_as_large_as_the_official_one():
    from mapping_suites import gtfs

    for self_join, joins in ((False, 11), (True, 12)):
        tables = list(gtfs.tables(self_join=self_join))
        facts = [value for table in tables for _, value in table.facts]
        assert len(tables) == 13
        assert len(facts) + sum(bool(table.kind) for table in tables) == 85
        assert sum(value.count("> ") for value in facts) == joins


def test_a_replica_of_gtfs_has_identifiers_of_its_own(tmp_path):
    from mapping_suites import gtfs

    source = tmp_path / "published"
    source.mkdir()
    (source / "STOP_TIMES.csv").write_text(
        "trip_id,arrival_time,stop_id\n0000000000000000000z,00000000000000000010,\n"
    )
    gtfs.replicate(source, tmp_path / "made", 2, times=True)
    assert (tmp_path / "made" / "STOP_TIMES.csv").read_text() == (
        "trip_id,arrival_time,stop_id\n0000000000000000000z,PT36S,\n0010000000000000000z,PT36S,\n"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r'<http://a> <http://b> "x\u00FC\ty" .', '<http://a>  <http://b>\t"xü\ty".'),
        (
            '<http://a/M%C3%BCnchen%20Ost> <http://b> "%C3" .',
            '<http://a/München%20Ost> <http://b> "%C3" .',
        ),
        ('<http://a> <http://b> "x"@DE .', '<http://a> <http://b> "x"@de .'),
        (
            '<http://a> <http://b> "x"^^<http://www.w3.org/2001/XMLSchema#string> .',
            '<http://a> <http://b> "x" .',
        ),
    ],
)
def test_spellings_of_the_same_triple_are_levelled(one, other, tmp_path):
    from mapping_suites.compare import digested

    (tmp_path / "one").write_text(f"{one}\n")
    (tmp_path / "other").write_text(f"\n{other}\n{other}\n")
    digest = digested(tmp_path / "one")
    assert digest.triples == 1
    assert digest == digested(tmp_path / "other")


def test_a_fingerprint_knows_lines_and_how_often_they_stand_but_no_order(tmp_path):
    from mapping_suites.expected import written

    def of(*lines):
        (tmp_path / "file").write_text("".join(f'<http://a> <http://b> "{n}" .\n' for n in lines))
        return written(tmp_path / "file")

    odd = 'a,b \\" \\\\ ü'
    assert of("1", odd) == of(odd, "1")
    assert of("1", "2") not in (of("1", "1"), of("1", "3"), of("1", "2", "2"), of("1"))
    assert of().lines == 0


def test_other_triples_are_told(tmp_path):
    from mapping_suites.compare import differing

    for name, text in (
        ("one", '<http://a> <http://b> "1" .'),
        ("other", '<http://a> <http://b> "01" .'),
    ):
        (tmp_path / name).write_text(f'<http://a> <http://b> "same" .\n{text}\n')
    found = differing(tmp_path / "one", tmp_path / "other")
    assert (found.fewer, found.more, found.faults) == (1, 1, False)
    assert set(found.examples) == {
        '- <http://a> <http://b> "1" .',
        '+ <http://a> <http://b> "01" .',
    }


def test_a_run_is_measured_and_stopped_in_time(tmp_path):
    from mapping_suites.measure import measured

    log = tmp_path / "log"
    run = measured([sys.executable, "-c", "print(len(b'x' * 50_000_000))"], tmp_path, 60, log)
    assert (run.code, run.timeout, log.read_text()) == (0, False, "50000000\n")
    assert run.tree >= run.largest > 50
    endless = "import threading; threading.Event().wait()"
    assert measured([sys.executable, "-c", endless], tmp_path, 0.1, log).timeout


def test_graphs_for_validation_are_the_same_bytes_and_have_defects(tmp_path):
    from validation_suites import engines, graph
    from validation_suites.shapes import GRAPHS

    data = graph.data(tmp_path / "one", 300, COMMAND)
    graph.data(tmp_path / "two", 300, COMMAND)
    assert (tmp_path / "one" / "data.nt").read_bytes() == (
        tmp_path / "two" / "data.nt"
    ).read_bytes()
    lines = data.file.read_text("utf-8").splitlines()
    assert len(set(lines)) == len(lines) == data.triples
    for name, least in (("plain", 10), ("nested", 6)):
        (tmp_path / f"{name}.ttl").write_text(GRAPHS[name], "utf-8")
        words = ["validate", str(data.file), "--shapes", str(tmp_path / f"{name}.ttl")]
        result = CliRunner().invoke(main, [*words, "--format", "json", "-o", str(tmp_path / name)])
        assert result.exit_code == 1, result.stderr
        found = engines.of_json(tmp_path / name)
        assert len({one[3:] for one in found}) >= least


def test_results_of_validation_are_read_alike_from_both_forms(tmp_path):
    from validation_suites import engines, graph
    from validation_suites.shapes import GRAPHS

    data = graph.data(tmp_path / "data", 100, COMMAND)
    (tmp_path / "shapes.ttl").write_text(GRAPHS["plain"], "utf-8")
    out = tmp_path / "report.nt"
    words = [str(data.file), str(tmp_path / "shapes.ttl"), str(out)]
    subprocess.run([sys.executable, str(engines.CALLERS), "pyshacl", *words], check=True)
    command = engines.clusterkg(COMMAND).command(data.file, tmp_path / "shapes.ttl", tmp_path / "r")
    subprocess.run(command, check=False)
    found = engines.of_triples(out)
    assert found
    assert found == engines.of_json(tmp_path / "r")
