"""Ten rows: what is left is the time an engine takes to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapping_suites import krown
from mapping_suites.case import Case, complete, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 10
COLUMNS = 5


def cases(folder: Path) -> Iterator[Case]:
    """One table of ten rows with five properties."""
    question = krown.plain("ten rows", ROWS, COLUMNS)
    if not prepared(folder):
        krown.write(question, folder)
        complete(folder)
    yield Case(
        "start-up",
        question.name,
        "1",
        folder / "mapping.ttl",
        question.triples,
        tables=question.tables,
        prefixes=tuple(krown.PREFIXES.items()),
    )
