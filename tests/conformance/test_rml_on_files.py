"""RML's old cases for PostgreSQL on SQLite and DuckDB files, where they understand the scripts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

from .test_rml import DATABASE_CASES, Case, run

PARTS = ("0002b", "0005", "0009", "0010", "0011b", "0014", "0016", "0020")
CASES = [
    case
    for case in DATABASE_CASES
    if case.name.endswith("-PostgreSQL") and case.folder.name[5:].startswith(PARTS)
]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, kind: str, tmp_path: Path) -> None:
    # they know no CASCADE; and bytes are written in another way
    script = (case.folder / "resource.sql").read_text(encoding="utf-8").replace(" CASCADE", "")
    if kind == "sqlite":
        database = sqlite3.connect(tmp_path / "case.sqlite")
        database.executescript(script.replace(r"'\\x", "x'"))
        database.close()
    else:
        with duckdb.connect(str(tmp_path / "case.duckdb")) as other:
            other.execute(script.replace(r"'\\x", "unhex('").replace("82')", "82'))"))
    text = (case.folder / "mapping.ttl").read_text(encoding="utf-8")
    file = tmp_path / "mapping.ttl"
    file.write_text(text.replace("CONNECTIONDSN", f"jdbc:{kind}:case.{kind}"), encoding="utf-8")
    problem = run(case, file)
    assert problem is None, problem
