"""What an engine is given: a mapping beside its tables, and the number of triples it must make."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from mapping_suites.document import Table


@dataclass(frozen=True)
class Case:
    """One line of the report. ``tables`` and ``prefixes`` say what triples there must be."""

    suite: str
    name: str
    scale: str
    mapping: Path
    triples: int
    graphs: bool = False
    refused: int = 0  # ill-typed literals that are in `triples` and may be left out
    tables: tuple[Table, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()

    @property
    def folder(self) -> Path:
        return self.mapping.parent

    @property
    def form(self) -> str:
        return "nq" if self.graphs else "nt"


def folder_of(cache: Path, suite: ModuleType, *names: object) -> Path:
    """A folder for tables that changes with the text of what makes them."""
    makers = (Path(str(suite.__file__)), Path(__file__).with_name("document.py"))
    text = b"".join(each.read_bytes() for each in makers)
    folder = cache / "tables" / hashlib.sha256(text).hexdigest()[:12]
    return folder.joinpath(*map(str, names))


def prepared(folder: Path) -> bool:
    """Whether the tables are all there already."""
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / "complete").exists()


def complete(folder: Path) -> None:
    (folder / "complete").touch()
