"""A table in DuckDB and where its rows stand in the publisher's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import identifier
from clusterkg.findings import Place

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ROW", "Relation"]

ROW = "_row"
_RECORDS = (".json", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class Relation:
    """The DuckDB table ``"<source>"."<table>"``: its columns, beside them ``_row`` BIGINT.

    ``columns`` are those of the file, in its order, without ``_row``; ``rows`` counts records;
    ``shown`` is the file as findings name it, relative to the data folder.
    """

    source: str
    table: str
    file: Path
    sheet: str | None
    columns: tuple[str, ...]
    rows: int
    shown: str

    @property
    def numbered(self) -> str:
        """What ``_row`` counts: ``row``, or ``record`` in JSON."""
        return "record" if self.file.suffix.lower() in _RECORDS else "row"

    @property
    def sql(self) -> str:
        """The quoted name for use in SQL."""
        return f"{identifier(self.source)}.{identifier(self.table)}"

    def place(self, row: int | None = None, column: str | None = None) -> Place:
        """Where a row or cell stands in the publisher's file."""
        return Place(self.shown, self.sheet, row, column)
