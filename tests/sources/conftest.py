"""A data folder in tmp_path, written by a test, and what reading it gives or says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.errors import SourceError
from clusterkg.findings import Finding
from clusterkg.progress import silent
from clusterkg.sources.description import read_description
from clusterkg.sources.relation import Relation
from clusterkg.sources.tables import load_tables
from clusterkg.validation.finding_wording import finding_hints, finding_messages

HEAD = """
title = { de = "Seiten", en = "Pages" }
description = { en = "What pages say." }
publisher = "Chamber"
licence = "http://dcat-ap.de/def/licenses/cc-by/4.0"
origin = ["https://www.example.org/"]
retrieved = 2026-08-22
"""


@cache
def database() -> Connection:
    """One for all tests of this folder: opening one takes longer than most of them."""
    return connect()


@dataclass(frozen=True)
class Loaded:
    relation: Relation
    findings: tuple[Finding, ...]
    rows: list[tuple[Any, ...]]

    @property
    def said(self) -> list[str]:
        return [str(finding) for finding in self.findings]


class Source:
    """The source ``pages`` with one table, ``t``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def declare(self, table: str = "", head: str = HEAD, *, file: str = "t.csv") -> None:
        text = f'{head}\n[tables.t]\nfile = "{file}"\nholds = "a row"\nrows = [1, 1000000]\n{table}'
        (self.folder / "source.toml").write_text(text, encoding="utf-8")

    def write(self, content: str | bytes, file: str = "t.csv") -> Path:
        path = self.folder / file
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(self, table: str = "", *, file: str = "t.csv") -> Loaded:
        """Declare the table in ``file`` with these further lines, and load it."""
        self.declare(table, file=file)
        temporary = self.folder.parent.parent / "temporary"
        temporary.mkdir(exist_ok=True)
        try:
            relations, findings = load_tables(
                database(), [read_description(self.folder)], progress=silent, temporary=temporary
            )
            rows = database().execute(f"FROM {relations[0].sql} ORDER BY _row").fetchall()
        finally:
            assert not list(temporary.iterdir()), "temporary files are left"
        for finding in findings:  # the sentences of reports say the same in English
            assert (said := finding_messages(finding)).keys() == {"de", "en", "ru"}
            assert said["en"] == finding.message
            assert finding_hints(finding).get("en") == finding.hint
        return Loaded(relations[0], findings, rows)

    def refused(self, table: str = "", *, file: str = "t.csv") -> str:
        """The message with which the table is refused."""
        with pytest.raises(SourceError) as caught:
            self.load(table, file=file)
        return str(caught.value)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path / "data" / "pages")


@pytest.fixture
def new_source(tmp_path: Path) -> Callable[[str], Source]:
    return lambda key: Source(tmp_path / "data" / key)
