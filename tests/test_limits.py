"""Where memory or the disk is not enough, a sentence says so and what helps."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from clusterkg.cli import main
from clusterkg.engines.duckdb import connect, out_of_room, within_limits
from clusterkg.errors import GraphError, PublicationError, SettingsError
from clusterkg.project import Project
from clusterkg.publication.release import staging

MAPPING = """@prefix rml: <http://w3id.org/rml/> .
<#m> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://x.org/{a}" ] ;
  rml:predicateObjectMap [ rml:predicate <http://x.org/p> ; rml:objectMap [ rml:reference "b" ] ] .
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    rows = "".join(f"{number % 40000},value {number}\n" for number in range(60000))
    (tmp_path / "t.csv").write_text("a,b\n" + rows, encoding="utf-8")
    (tmp_path / "m.ttl").write_text(MAPPING, encoding="utf-8")
    return tmp_path / "m.ttl"


def test_too_little_memory_for_a_mapping(mapping: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTERKG_MEMORY", "2MB")
    output = mapping.with_name("out.nq")
    result = CliRunner().invoke(main, ["map", str(mapping), "-o", str(output)])
    assert result.exit_code == 5, result.output
    assert f"Error: {mapping}: more memory is needed than may be used" in result.output
    assert "CLUSTERKG_MEMORY=4GB" in result.output
    assert sorted(path.name for path in mapping.parent.iterdir()) == ["m.ttl", "t.csv"]


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    connection = connect(temporary=tmp_path / "spill", memory="20MB")
    connection.execute("SET max_temp_directory_size = '1MB'")
    with pytest.raises(GraphError) as told, within_limits("m.ttl"):
        connection.execute(
            "CREATE TABLE t AS SELECT DISTINCT md5(i::VARCHAR) AS a FROM range(2000000) AS t(i)"
        )
    assert str(told.value).startswith("m.ttl: the disk is full")
    assert "TMPDIR" in str(told.value)


def test_no_space_left_is_told() -> None:
    told = out_of_room(duckdb.IOException('IO Error: Could not write file "x": No space left'))
    assert told is not None
    assert told[0].startswith("the disk is full")


def test_other_errors_stay_as_they_are() -> None:
    with pytest.raises(duckdb.BinderException), within_limits("m.ttl"):
        connect().execute("SELECT nothing")


def test_the_limit_has_to_be_an_amount(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTERKG_MEMORY", "much")
    with pytest.raises(SettingsError, match="'much' is not an amount of memory"):
        connect()


@pytest.mark.parametrize("command", ["build", "validate"])
def test_too_little_memory_for_a_project(
    tiny_project: Project, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("CLUSTERKG_MEMORY", "300KB")
    result = CliRunner().invoke(main, ["-C", str(tiny_project.folder), command])
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (3, 5, 8), result.output
    assert "more memory is needed than may be used" in result.output
    assert "CLUSTERKG_MEMORY=4GB" in result.output


def test_a_release_without_memory_says_so(tiny_project: Project) -> None:
    with (
        pytest.raises(PublicationError, match="more memory is needed"),
        staging(tiny_project),
    ):
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate")
