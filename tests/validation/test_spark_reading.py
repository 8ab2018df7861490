"""Spark reads the triples of files that DuckDB reads, whichever way they are written."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from clusterkg.engines.duckdb import connect, literal
from clusterkg.engines.spark import SparkRun
from clusterkg.errors import GraphError
from clusterkg.validation import triples
from clusterkg.validation.on_spark import OnSpark
from clusterkg.validation.rdflib_graphs import graph_of_files
from clusterkg.validation.spark_triples import load_files

from .test_triples import PLAIN, TRIPLES, written

OTHERWISE = """# remark
<http://e/a>\t<http://e/p> "tab" .
<http://e/a> <http://e/p> "remark" . # remark
<http://e/a> <http://e/p> "\\u00e9" .

<http://e/a> <http://e/p> "text"^^<http://www.w3.org/2001/XMLSchema#string> .
<http://e/a> <http://e/p> "no blank".
<http://e/a> <http://e/p> "line" .\r
_:x\t<http://e/p> _:y .
"""


@pytest.fixture
def engine(spark_run: SparkRun) -> Iterator[OnSpark]:
    engine = OnSpark(spark_run, connect())
    yield engine
    engine.close()


def loaded(engine: OnSpark, *files: Path) -> list[tuple[object, ...]]:
    load_files(engine, files)
    return sorted(engine.rows("SELECT s, p, o FROM t"))


def on_duckdb(*files: Path) -> list[tuple[object, ...]]:
    connection = connect()
    triples.load_files(connection, files)
    return connection.execute("SELECT s, p, o FROM t ORDER BY ALL").fetchall()


def test_files_of_all_kinds(engine: OnSpark, tmp_path: Path) -> None:
    """One load for all of them: a job costs a second."""
    quads = (
        PLAIN.replace(" .\n", " <http://e/g> .\n") + '<http://e/a> <http://e/p> "<x> <y>" _:g .\n'
    )
    files = [
        written(tmp_path, "a.nt", PLAIN),
        written(tmp_path, "b.nt.gz", PLAIN),
        written(tmp_path, "c.nq", quads),
        written(tmp_path, "d.ttl", '@prefix e: <http://e/> . [] e:p 1 , "a\\u0001\\tb" .'),
        written(tmp_path, "e.nt", OTHERWISE + PLAIN.replace("de-AT", "de")),
        written(tmp_path, "f.nq.gz", OTHERWISE),
        parquet(tmp_path / "g.parquet", PLAIN),
    ]
    found, ours = loaded(engine, *files), on_duckdb(*files)
    assert len(found) == len(set(found)) == len(ours)
    # a parser names blank nodes by their order
    assert [row for row in found if "_:" not in str(row)] == [
        row for row in ours if "_:" not in str(row)
    ]
    assert {row[2] for row in found} > {
        '"tab"',
        '"remark"',
        '"é"',
        '"text"',
        '"no blank"',
        '"line"',
    }
    assert set(found) > TRIPLES
    assert ("_:f4x", "<http://e/p>", "_:f4y") in found
    assert engine.triples() == len(found)
    # what no shape needs is counted, and nothing else of it is kept
    load_files(engine, files, frozenset(["<http://e/other>"]))
    assert engine.triples() == len(found)
    assert engine.rows("SELECT * FROM t") == []


def test_lines_that_are_no_triples_are_named(engine: OnSpark, tmp_path: Path) -> None:
    bad = "<http://e/a> <http://e/p> .\n"
    for name in ("a.nt", "a.nt.gz"):
        with pytest.raises(GraphError, match=rf"{name}, line 7: not N-Triples"):
            loaded(engine, written(tmp_path, name, f"# remark\n{PLAIN}{bad}"))


def test_bytes_that_are_no_text_are_named(engine: OnSpark, tmp_path: Path) -> None:
    file = tmp_path / "a.nt"
    file.write_bytes(b'<http://e/a> <http://e/p> "\xff" .\n')
    with pytest.raises(GraphError):
        on_duckdb(file)
    with pytest.raises(GraphError):
        loaded(engine, file)


def test_files_that_are_none(engine: OnSpark, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"a\.nt: no such file"):
        loaded(engine, tmp_path / "a.nt")
    broken = tmp_path / "b.nt.gz"
    broken.write_bytes(gzip.compress(PLAIN.encode())[:30])
    with pytest.raises(GraphError, match="Spark stopped"):
        loaded(engine, broken)


# -- Parquet -----------------------------------------------------------------------------------


def parquet(file: Path, lines: str, columns: str = "s, p, o, NULL::VARCHAR AS g") -> Path:
    """The triples of lines as ``clusterkg map --format parquet`` writes them."""
    source = file.with_suffix(".nt")
    source.write_text(lines, encoding="utf-8")
    connection = connect()
    triples.load_files(connection, [source])
    source.unlink()
    terms = "replace(s, '_:f0', '_:') AS s, p, replace(o, '_:f0', '_:') AS o"
    rows = f"SELECT {columns} FROM (SELECT {terms} FROM t)"
    connection.execute(f"COPY ({rows}) TO {literal(str(file))} (FORMAT parquet)")
    return file


def test_parquet_on_every_engine(engine: OnSpark, tmp_path: Path) -> None:
    folder = tmp_path / "all.parquet"
    folder.mkdir()
    parquet(folder / "1.parquet", PLAIN)
    parquet(folder / "2.parquet", '<http://e/a> <http://e/p> "2" .\n')
    file = parquet(tmp_path / "one.parquet", PLAIN)
    assert set(on_duckdb(file)) == TRIPLES
    assert len(graph_of_files([file])) == len(TRIPLES)
    assert loaded(engine, folder) == on_duckdb(folder)
    assert len(on_duckdb(folder)) == len(TRIPLES) + 1


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("s, p, 1 AS o", "the columns are s VARCHAR, p VARCHAR, o INTEGER; expected"),
        ("s, p", "the columns are s VARCHAR, p VARCHAR; expected are the texts s, p and o"),
        ("s, p, CAST(NULL AS VARCHAR) AS o", "not N-Triples"),
        ("s, p, 'no term' AS o", "not N-Triples"),
    ],
)
def test_parquet_of_other_things(engine: OnSpark, tmp_path: Path, columns: str, told: str) -> None:
    file = parquet(tmp_path / "a.parquet", PLAIN, columns)
    with pytest.raises(GraphError, match=told):
        on_duckdb(file)
    with pytest.raises(GraphError, match=told):
        loaded(engine, file)


def test_a_file_that_is_no_parquet(tmp_path: Path) -> None:
    file = written(tmp_path, "a.parquet", PLAIN)
    for read in (on_duckdb, lambda one: graph_of_files([one])):
        with pytest.raises(GraphError, match=r"a\.parquet: not Parquet"):
            read(file)
