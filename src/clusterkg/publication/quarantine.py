"""The rows that a release leaves out → ``build/quarantine/``: one CSV file a table.

A file has the rows as they stand in the publisher's table, and beside their columns the number of
the row, the rules that it breaks, and what is wrong. The folder is replaced whole, and is not there
if nothing is left out.
"""

from __future__ import annotations

import csv
import shutil
from itertools import groupby
from typing import TYPE_CHECKING, Final

from clusterkg.publication.release import replace_folder
from clusterkg.sources.tables import written_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.project import Project
    from clusterkg.sources.description import SourceDescription
    from clusterkg.sources.relation import Relation
    from clusterkg.validation.quarantine import LeftOut, Reason

__all__ = ["place_quarantine", "write_quarantine"]

_ADDED: Final = ("_row", "_rule", "_reason")
_BETWEEN: Final = "; "


def write_quarantine(  # noqa: PLR0913, PLR0917
    connection: Connection,
    sources: Sequence[SourceDescription],
    relations: Sequence[Relation],
    left: LeftOut,
    folder: Path,
    language: str,
) -> None:
    """Write the rows with their reasons into a new folder: ``<source>/<table>.csv``."""
    tables = {(source.key, table.name): table for source in sources for table in source.tables}
    columns = {(one.source, one.table): one.columns for one in relations}
    folder.mkdir(parents=True)
    for key, some in groupby(sorted(left), key=lambda row: (row.source, row.table)):
        numbers = [row.number for row in some]
        wanted = dict.fromkeys(numbers, columns[key])
        cells = written_cells(connection, tables[key], wanted, temporary=folder.parent)
        file = folder / key[0] / f"{key[1]}.csv"
        file.parent.mkdir(exist_ok=True)
        with file.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target)
            writer.writerow((*columns[key], *_names(columns[key])))
            for row in sorted(row for row in left if row[:2] == key):
                said = [cells.get((row.number, column), "") for column in columns[key]]
                writer.writerow((*said, row.number, *_told(left[row], language)))


def _names(columns: Iterable[str]) -> list[str]:
    """The names of the columns that are added, such that no column of the table has them."""
    taken = {column.lower() for column in columns}
    names = []
    for name in _ADDED:
        free = name
        while free in taken:
            free = f"_{free}"
        names.append(free)
    return names


def _told(reasons: Sequence[Reason], language: str) -> tuple[str, str]:
    rules = dict.fromkeys(reason.rule_in(language) for reason in reasons)
    messages = dict.fromkeys(reason.message_in(language) for reason in reasons)
    return _BETWEEN.join(rules), _BETWEEN.join(messages)


def place_quarantine(project: Project, staged: Path) -> None:
    """Put a staged folder in the place of the last one; without one nothing is there afterwards."""
    if staged.is_dir():
        replace_folder(staged, project.quarantine)
    else:
        shutil.rmtree(project.quarantine, ignore_errors=True)
