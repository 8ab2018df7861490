"""RDF files become the triples that plans read, whichever way they are written."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.errors import GraphError
from clusterkg.validation.triples import load_files

PLAIN = """<http://e/a> <http://e/p> "a b \\"c\\" . d" .
<http://e/a> <http://e/p> "x"@de-AT .
<http://e/a> <http://e/p> "1"^^<http://e/type> .
_:x <http://e/p> _:y .
<http://e/a> <http://e/p> <http://e/b> .
"""
TRIPLES = {
    ("<http://e/a>", "<http://e/p>", '"a b \\"c\\" . d"'),
    ("<http://e/a>", "<http://e/p>", '"x"@de-AT'),
    ("<http://e/a>", "<http://e/p>", '"1"^^<http://e/type>'),
    ("_:f0x", "<http://e/p>", "_:f0y"),
    ("<http://e/a>", "<http://e/p>", "<http://e/b>"),
}


def loaded(*files: Path) -> list[tuple[str, str, str]]:
    connection = connect()
    load_files(connection, files)
    return connection.execute("SELECT s, p, o FROM t ORDER BY ALL").fetchall()


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    if name.endswith(".gz"):
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text, encoding="utf-8", newline="")
    return file


@pytest.mark.parametrize("name", ["a.nt", "a.nt.gz", "a.nq", "a.nq.gz"])
def test_lines_as_they_are_usually_written(tmp_path: Path, name: str) -> None:
    found = loaded(written(tmp_path, name, PLAIN))
    assert len(found) == 5
    assert set(found) == TRIPLES


def test_graphs_are_left_out(tmp_path: Path) -> None:
    quads = PLAIN.replace(" .\n", " <http://e/g> .\n") + PLAIN.replace(" .\n", " _:g .\n")
    found = loaded(written(tmp_path, "a.nq", quads + '<http://e/a> <http://e/p> "<x> <y>" .\n'))
    assert set(found) == TRIPLES | {("<http://e/a>", "<http://e/p>", '"<x> <y>"')}
    assert len(found) == 6


@pytest.mark.parametrize(
    ("line", "object_"),
    [
        ('<http://e/a>\t<http://e/p>\t"x" .', '"x"'),
        ('<http://e/a> <http://e/p> "x"   .', '"x"'),
        ('<http://e/a> <http://e/p> "x" . # remark', '"x"'),
        ('# remark\n<http://e/a> <http://e/p> "x" .', '"x"'),
        ('<http://e/a> <http://e/p> "\\u00e9" .', '"é"'),
        ('<http://e/a> <http://e/p> "x"^^<http://www.w3.org/2001/XMLSchema#string> .', '"x"'),
        ('<http://e/a> <http://e/p> "x".', '"x"'),
        ('<http://e/a> <http://e/p> "x" .\r', '"x"'),
    ],
)
def test_lines_that_are_written_otherwise(tmp_path: Path, line: str, object_: str) -> None:
    for name in ("a.nt", "a.nq"):
        found = loaded(written(tmp_path, name, f"{line}\n"))
        assert found == [("<http://e/a>", "<http://e/p>", object_)]


@pytest.mark.parametrize(
    "line",
    ['<http://e/a> <http://e/p> "x .', "<http://e/a> <http://e/p> .", "nonsense", "<a> <b> c ."],
)
def test_lines_that_are_no_triples(tmp_path: Path, line: str) -> None:
    with pytest.raises(GraphError, match=r"a\.nt, line 2: not N-Triples"):
        loaded(written(tmp_path, "a.nt", f"{PLAIN.splitlines()[0]}\n{line}\n"))


def test_blank_nodes_of_different_files_differ(tmp_path: Path) -> None:
    line = "_:x <http://e/p> _:x .\n"
    turtle = "[] <http://e/p> 1 . _:x <http://e/p> _:x ."
    found = loaded(
        written(tmp_path, "a.nt", line), written(tmp_path, "b.nt", line),
        written(tmp_path, "c.ttl", turtle),
    )  # fmt: skip
    integer = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert found == [
        ("_:f0x", "<http://e/p>", "_:f0x"),
        ("_:f1x", "<http://e/p>", "_:f1x"),
        ("_:f2b0", "<http://e/p>", integer),
        ("_:f2b1", "<http://e/p>", "_:f2b1"),
    ]


def test_iris_with_escapes_are_read_beside_files_without(tmp_path: Path) -> None:
    line = "<http://e/a> <http://e/p> <http://e/{}> .\n"
    files = [
        written(tmp_path, f"{name}.nt", line.format(name) + line.format(f"{name}{escape}"))
        for name, escape in {"a": "", "b": "\\u00e9", "c": ""}.items()
    ]
    found = [o for _, _, o in loaded(*files)]
    assert found == [f"<http://e/{name}>" for name in ("a", "b", "bé", "c")]


def test_control_characters_stay_escaped(tmp_path: Path) -> None:
    (found,) = loaded(written(tmp_path, "a.ttl", '<http://e/a> <http://e/p> "a\\u0001\\tb" .'))
    assert found[2] == '"a\\u0001\\tb"'


def test_a_triple_of_several_files_counts_once(tmp_path: Path) -> None:
    line = "<http://e/a> <http://e/p> <http://e/b> .\n"
    assert len(loaded(written(tmp_path, "a.nt", line * 2), written(tmp_path, "b.nt", line))) == 1


@pytest.mark.parametrize("name", ["a.nt", "a.ttl"])
def test_texts_of_several_megabytes(tmp_path: Path, name: str) -> None:
    (found,) = loaded(written(tmp_path, name, f'<http://e/a> <http://e/p> "{"ä> " * 700_000}" .\n'))
    assert len(found[2]) == 2_100_002


@pytest.mark.parametrize(
    "object_",
    [
        '"a> b"',
        '"> > <x> ."',
        '"a> <http://e/b> ."',
        '"> "@de',
        '"1> "^^<http://e/type>',
        '"\\\\> \\""',
        "_:f0b",
        '"ends with a stop ."',
        '""',
    ],
)
def test_lines_are_cut_where_the_terms_end(tmp_path: Path, object_: str) -> None:
    lines = "".join(
        f"{subject} <http://e/p> {object_.replace('_:f0', '_:')} .\n"
        for subject in ("<http://e/a>", "_:a")
    )
    found = loaded(written(tmp_path, "a.nt", lines))
    assert found == [("<http://e/a>", "<http://e/p>", object_), ("_:f0a", "<http://e/p>", object_)]


def test_only_marks_are_kept_of_what_is_not_needed(tmp_path: Path) -> None:
    connection = connect()
    lines = "".join(
        f'{subject} <http://e/{name}> "x" .\n'
        for subject in ("<http://e/a>", "_:a")
        for name in "pq"
    )
    file = written(tmp_path, "a.nt", lines * 2)
    load_files(connection, [file], frozenset(("<http://e/p>", "<http://e/r>")))
    found = connection.execute("SELECT s, p, o FROM t ORDER BY ALL").fetchall()
    assert found == [
        ("<http://e/a>", "<http://e/p>", '"x"'),
        ("_:f0a", "<http://e/p>", '"x"'),
        (None, None, None),
        (None, None, None),
    ]


def test_a_triple_counts_once_in_whatever_way_it_is_written(tmp_path: Path) -> None:
    string = '<http://e/a> <http://e/p> "x"^^<http://www.w3.org/2001/XMLSchema#string> .\n'
    number = '<http://e/a> <http://e/p> "1> "^^<http://e/n> .\n'
    plain = '<http://e/a> <http://e/p> "x" .\n'
    connection = connect()
    files = [
        written(tmp_path, "a.nt", string + plain + number),
        written(tmp_path, "b.nq", number.replace(" .\n", " <http://e/g> .\n") + plain),
        written(tmp_path, "c.ttl", number + string),
    ]
    load_files(connection, files, frozenset(("<http://e/other>",)))
    assert connection.execute("SELECT count(*) FROM t").fetchall() == [(2,)]


@pytest.mark.parametrize("at_a_time", [1, 3, 1000])
def test_triples_are_there_once_however_many_are_compared_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    monkeypatch.setattr("clusterkg.validation.triples._HASHES", at_a_time)
    lines = [f'<http://e/a> <http://e/p> "{number}" .\n' for number in range(20)]
    assert len(loaded(written(tmp_path, "a.nt", "".join(lines)))) == 20
    assert len(loaded(written(tmp_path, "b.nt", "".join((*lines, lines[7]))))) == 20


@pytest.mark.parametrize(
    "line",
    [
        "<http://e/a b> <http://e/p> <http://e/b> .",
        "<http://e/a> <http://e/p|> <http://e/b> .",
        '<http://e/a> <http://e/p> <http://e/"b> .',
        '<http://e/a> <http://e/p> "x" y" .',
        '<http://e/a> <http://e/p> "\\x" .',
        '<http://e/a> <http://e/p> "x"@ .',
        '<http://e/a> <http://e/p> "x"^^<http://e/ n> .',
        "<http://e/a> <http://e/p> <http://e/b> <http://e/g> .",
    ],
)
@pytest.mark.parametrize(
    "needed", [None, frozenset(("<http://e/p>",)), frozenset(("<http://e/q>",))]
)
def test_broken_terms_are_found_wherever_they_are(
    tmp_path: Path, line: str, needed: frozenset[str] | None
) -> None:
    file = written(tmp_path, "a.nt", f"{PLAIN.splitlines()[0]}\n{line}\n")
    with pytest.raises(GraphError, match=r"a\.nt, line 2: not N-Triples"):
        load_files(connect(), [file], needed)
