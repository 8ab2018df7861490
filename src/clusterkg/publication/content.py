"""What a release holds, as values: its parts with their counts and files, and its IRIs.

Everything the descriptions say is in a Content; none of them looks at a clock, a folder or the
quads again.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.graph.statistics import GraphStatistics
    from clusterkg.project import Settings
    from clusterkg.sources.description import SourceDescription, TableDescription

__all__ = [
    "CATALOGUE",
    "ONTOLOGY_PART",
    "RESERVED",
    "VALIDATION",
    "Content",
    "FileStamp",
    "Names",
    "Part",
    "Table",
    "dump_name",
    "stamp",
    "version_date",
]

ONTOLOGY_PART: Final = "ontology"
CATALOGUE: Final = "catalogue"
VALIDATION: Final = "validation"
RESERVED: Final = (CATALOGUE, ONTOLOGY_PART, VALIDATION)
"""Names of graphs that are no source's; a source's folder must not be called so."""

_WHOLE: Final = "whole-graph"


@dataclass(frozen=True)
class FileStamp:
    """A file's name (with ``/``, relative to what the context says), size and checksum."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Table:
    """A table that was read: its description, the number of its records, its file.

    ``left_out`` more records are in quarantine.
    """

    description: TableDescription
    rows: int
    file: FileStamp
    left_out: int = 0


@dataclass(frozen=True)
class Part:
    """What one source gave: its tables, its mapping, its named graph and that graph's dump.

    ``uses`` names other sources whose tables the mapping's queries read.
    """

    source: SourceDescription
    tables: tuple[Table, ...]
    mapping: FileStamp | None
    statistics: GraphStatistics
    dump: FileStamp | None
    uses: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Records of the tables of the source."""
        return sum(table.rows for table in self.tables)

    @property
    def left_out(self) -> int:
        """Records of the tables that are not in the release."""
        return sum(table.left_out for table in self.tables)


@dataclass(frozen=True)
class Content:
    """All of a release: settings, date, parts, counts over all data, dumps of the whole."""

    settings: Settings
    version: str
    software: str
    parts: tuple[Part, ...]
    whole: GraphStatistics
    ontology: GraphStatistics
    nquads: FileStamp
    turtle: FileStamp
    ontology_dump: FileStamp

    @property
    def names(self) -> Names:
        """The IRIs of the descriptions."""
        return Names(self.settings.base_iri)

    @property
    def published(self) -> tuple[Part, ...]:
        """The parts that have triples; the others only serve joins."""
        return tuple(part for part in self.parts if part.statistics.triples)


@dataclass(frozen=True)
class Names:
    """The IRIs of descriptions; they stay the same from release to release."""

    base: str

    @property
    def catalogue(self) -> str:
        """The DCAT catalogue."""
        return f"{self.base}catalogue"

    @property
    def endpoint(self) -> str:
        """The SPARQL endpoint."""
        return f"{self.base}sparql"

    @property
    def whole(self) -> str:
        """The data set of everything."""
        return self.dataset(_WHOLE)

    def dataset(self, source: str) -> str:
        """The data set that one source gives."""
        return f"{self.base}id/dataset/{source}"

    def graph(self, name: str) -> str:
        """The named graph of a source, of the ontology, of the descriptions."""
        return f"{self.base}graph/{name}"

    def distribution(self, name: str) -> str:
        """A downloadable form of a data set; without a date, so that portals keep its page."""
        return f"{self.base}id/distribution/{name}"

    def agent(self, name: str) -> str:
        """A person, body or programme that had a part in it."""
        return f"{self.base}id/agent/{name}"

    def activity(self, source: str) -> str:
        """The mapping of a source."""
        return f"{self.base}id/activity/mapping-{source}"

    def file(self, source: str, name: str) -> str:
        """A table or mapping document as it was read."""
        return f"{self.base}id/file/{source}-{re.sub('[^A-Za-z0-9.]+', '-', name)}"

    def at(self, path: str) -> str:
        """Where a file of the release is to be had."""
        return self.base + path


def dump_name(base_iri: str, sources: tuple[str, ...]) -> str:
    """The name of the dumps of the whole graph: the last word of ``base_iri``, or its host.

    It never is the name of a source or of the ontology, whose dumps lie beside it.
    """
    parts = urlsplit(base_iri)
    words = [word for word in parts.path.split("/") if word] or [parts.netloc]
    name = re.sub(r"[^a-z0-9]+", "-", words[-1].lower()).strip("-") or "graph"
    return f"{name}-graph" if name in (*sources, *RESERVED) else name


def version_date(settings: Settings, sources: tuple[SourceDescription, ...]) -> str:
    """The release's date: the setting ``version``, else the day the newest source was taken."""
    if settings.version is not None:
        return settings.version
    return max((source.retrieved.isoformat() for source in sources), default="1970-01-01")


def stamp(file: Path, name: str) -> FileStamp:
    """Size and SHA-256 of a file."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return FileStamp(name, file.stat().st_size, digest)
