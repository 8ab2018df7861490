"""Several sources at once, the shipped tables, and the document about all this."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path

import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.errors import SourceError
from clusterkg.progress import silent
from clusterkg.sources.description import (
    CELL_TYPES,
    MAPPING_FILES,
    CellRule,
    SourceDescription,
    TableDescription,
    read_description,
)
from clusterkg.sources.tables import load_tables

ROOT = Path(__file__).resolve().parents[2]


def test_progress_and_order(new_source):
    descriptions = []
    for key in ("one", "two"):
        source = new_source(key)
        source.write("a\n1\n")
        source.declare()
        descriptions.append(read_description(source.folder))
    told = []
    relations, findings = load_tables(
        connect(), descriptions, progress=lambda *what: told.append(what)
    )
    assert told == [("reading one", 0, 2), ("reading two", 1, 2), ("reading", 2, 2)]
    assert [(found.source, found.table) for found in relations] == [("one", "t"), ("two", "t")]
    assert findings == ()


def test_findings_are_the_same_each_time(source):
    source.write("k,v\n" + "".join(f"{n % 700},{n}x\n" for n in range(2000)))
    said = [source.load('key = ["k"]\n[tables.t.columns]\nv = "integer"').said for _ in range(3)]
    assert said[0] == said[1] == said[2]
    assert len(said[0]) == 700 + 1000 + 1


def test_the_setting_of_the_connection_survives_an_error(source):
    source.write("a,b\n1\n")
    source.declare()
    connection = connect()
    with pytest.raises(SourceError):
        load_tables(connection, [read_description(source.folder)], progress=silent)
    setting = connection.execute("SELECT current_setting('preserve_insertion_order')").fetchone()
    assert setting == (False,)


def test_a_file_that_has_gone_meanwhile(source):
    path = source.write("a\n1\n")
    source.declare()
    description = read_description(source.folder)
    path.unlink()
    with pytest.raises(SourceError) as caught:
        load_tables(connect(), [description], progress=silent)
    assert str(caught.value) == (
        "data/pages/t.csv: cannot be read: No such file or directory\n  Check that the file is "
        "there, that you may read it, and that the disk has room."
    )


def test_memory_that_does_not_suffice(source):
    source.write("a\n" + "x" * 1_000_000 + "\n")
    source.declare()
    connection = connect(memory="1MB")
    with pytest.raises(SourceError) as caught:
        load_tables(connection, [read_description(source.folder)], progress=silent)
    assert str(caught.value).startswith("data/pages/t.csv: more memory is needed")


# ---- the shipped tables


def table(file, form="csv", **more):
    path = ROOT / "data" / file
    return TableDescription(path.stem, path, form, "x", (1, 10_000), file, **more)


def shipped(*tables):
    key = tables[0].shown.split("/")[0]
    return SourceDescription(
        key, ROOT / "data" / key, {}, {}, "x", "x:y", (), date(2026, 1, 1), tables
    )


def test_emissions_register():
    eutl = table("eutl/installations_de.csv", null=("NA", "-"), key=("id",))
    connection = connect()
    relations, findings = load_tables(connection, [shipped(eutl)], progress=silent)
    assert relations[0].rows == 2855
    assert findings == ()
    columns = relations[0].columns
    said = " OR ".join(f"\"{name}\" IN ('NA', '-', '')" for name in columns)
    found = connection.execute(
        f"SELECT count(*) FILTER ({said}), min(_row), max(_row) FROM {relations[0].sql}"
    ).fetchone()
    assert found == (0, 2, 2856)
    raw = eutl.file.read_text(encoding="utf-8").split("\n")[1999].split(",")[0]
    row = connection.execute(f"SELECT id FROM {relations[0].sql} WHERE _row = 2000").fetchone()
    assert row == (raw,)


def test_research_organisations():
    ror = table("ror/organisations.json", "json", key=("id",))
    connection = connect()
    relations, findings = load_tables(connection, [shipped(ror)], progress=silent)
    assert (relations[0].rows, findings) == (134, ())
    found = connection.execute(
        f"SELECT admin.created.date, names[1].value, locations[1].geonames_details.lat, _row "
        f"FROM {relations[0].sql} WHERE id = 'https://ror.org/000h6jb29'"
    ).fetchone()
    assert found == ("2018-11-14", "Helmholtz Centre for Environmental Research", 51.33962, 1)


# ---- docs/sources.md


def test_every_key_is_documented():
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    keys = {field.name for field in dataclasses.fields(SourceDescription)}
    keys |= {field.name for field in dataclasses.fields(TableDescription)}
    keys |= {field.name for field in dataclasses.fields(CellRule)}
    keys -= {"folder", "shown", "name", "mapping"}  # not keys of source.toml
    missing = sorted(key for key in keys if f"`{key}`" not in text)
    assert not missing
    for word in (*CELL_TYPES, *MAPPING_FILES):
        assert f"`{word}`" in text


def test_every_finding_is_documented():
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    code = (ROOT / "src/clusterkg/sources/checks.py").read_text(encoding="utf-8")
    rules = set(
        re.findall(r'"(not-[a-z-]+|duplicate-key|missing-key|missing-value|row-count)"', code)
    )
    assert len(rules) == 10
    assert not {rule for rule in rules if f"`{rule}`" not in text}


def test_the_example_in_the_document_is_good(tmp_path):
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    example = text.split("```toml\n", 1)[1].split("```", 1)[0]
    folder = tmp_path / "data" / "pages"
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(example, encoding="utf-8")
    (folder / "organisations.csv").touch()
    (folder / "municipalities.xlsx").touch()
    description = read_description(folder)
    assert [each.name for each in description.tables] == ["municipalities", "organisations"]


# ---- Parquet


def test_a_parquet_file(source):
    with connect() as connection:
        connection.execute(
            "COPY (SELECT * FROM (VALUES ('a', 2001, [1, 2]), ('-', NULL, []), ('b', 2003, [3])) "
            f"AS t(name, \"in\", list)) TO '{source.folder / 't.parquet'}' (FORMAT parquet)"
        )
    loaded = source.load('null = ["-"]\n[tables.t.columns]\nin = "year"', file="t.parquet")
    assert loaded.relation.columns == ("name", "in", "list")
    assert loaded.rows == [("a", 2001, [1, 2], 1), (None, None, [], 2), ("b", 2003, [3], 3)]
    assert loaded.said == []


def test_a_parquet_file_that_is_none(source):
    source.write("none", file="t.parquet")
    assert source.refused(file="t.parquet").startswith("data/pages/t.parquet: cannot be read: ")
