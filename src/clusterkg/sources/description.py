"""source.toml → SourceDescription: who gave the tables, when, which licence, what they hold."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.errors import SourceError, did_you_mean
from clusterkg.project import LANGUAGES
from clusterkg.sources.table_description import (
    CELL_TYPES,
    EXAMPLES,
    CellRule,
    TableDescription,
    keys_of,
    read_tables,
)
from clusterkg.sources.toml_values import TomlTable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

__all__ = [
    "CELL_TYPES",
    "MAPPING_FILES",
    "SOURCE_FILE",
    "CellRule",
    "SourceDescription",
    "TableDescription",
    "read_description",
    "read_descriptions",
]

SOURCE_FILE = "source.toml"
MAPPING_FILES = ("mapping.yarrrml.yml", "mapping.rml.ttl", "mapping.r2rml.ttl")
_KEY = re.compile(r"[a-z][a-z0-9]*")
_RESERVED = ("main", "memory", "system", "temp")


@dataclass(frozen=True)
class SourceDescription:
    """A folder of ``data/``: its tables, where they come from, and the mapping if it has one.

    ``key`` is the folder's name, the SQL schema and the last part of the named graph's IRI.
    """

    key: str
    folder: Path
    title: Mapping[str, str]
    description: Mapping[str, str]
    publisher: str
    licence: str
    origin: tuple[str, ...]
    retrieved: date
    tables: tuple[TableDescription, ...]
    publisher_url: str | None = None
    licence_note: str | None = None
    version: str | None = None
    spatial: tuple[str, ...] = ()
    mapping: Path | None = None

    @property
    def at(self) -> str:
        """The description's file as people know it: ``data/pages/source.toml``."""
        return _at(self.folder)


def read_descriptions(data: Path) -> tuple[SourceDescription, ...]:
    """The descriptions of all sources in the folder ``data``, sorted by key.

    Raises SourceError if the folder is missing or holds no source, and for all that
    :func:`read_description` refuses.
    """
    if not data.is_dir():
        raise SourceError(
            f"no folder '{data.name}'",
            at=str(data.parent),
            hint=f"Make {data.name}/<source>/ with a {SOURCE_FILE} and the tables, or set "
            "'data' in clusterkg.toml.",
        )
    folders = sorted(
        path for path in data.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))
    )
    if not folders:
        raise SourceError(
            "the folder holds no source",
            at=data.name,
            hint=f"Make a folder in it with a {SOURCE_FILE} and the tables.",
        )
    return tuple(read_description(folder) for folder in folders)


def read_description(folder: Path) -> SourceDescription:
    """The description in ``folder``'s source.toml.

    Raises SourceError, naming file and key, for a missing file, an unknown or missing key, a value
    of the wrong kind, a table file that is not there, and for two mapping documents.
    """
    top = _read_toml(folder)
    if not _KEY.fullmatch(folder.name) or folder.name in _RESERVED:
        raise top.problem(
            f"the folder's name '{folder.name}' cannot name a source",
            "Use lower-case letters a-z and digits, beginning with a letter"
            + (f"; {', '.join(_RESERVED)} are taken." if folder.name in _RESERVED else "."),
        )
    top.only(keys_of(SourceDescription, without=("key", "folder", "mapping")))
    top.requires(("title", "description", "publisher", "licence", "origin", "retrieved", "tables"))
    return SourceDescription(
        key=folder.name,
        folder=folder,
        title=_per_language(top, "title"),
        description=_per_language(top, "description"),
        publisher=top.text("publisher"),
        publisher_url=top.iri("publisher_url") if "publisher_url" in top.values else None,
        licence=top.iri("licence"),
        licence_note=top.optional_text("licence_note"),
        origin=top.iris("origin"),
        retrieved=top.day("retrieved"),
        version=top.optional_text("version"),
        spatial=top.iris("spatial") if "spatial" in top.values else (),
        tables=read_tables(top, folder),
        mapping=_mapping(top, folder),
    )


def _at(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}/{SOURCE_FILE}"


def _read_toml(folder: Path) -> TomlTable:
    at, path = _at(folder), folder / SOURCE_FILE
    try:
        return TomlTable(at, tomllib.loads(path.read_text(encoding="utf-8-sig")), "", EXAMPLES)
    except FileNotFoundError as error:
        raise SourceError(
            "missing file",
            at=at,
            hint=f"Describe the tables of '{folder.name}' in it (docs/sources.md), or take the "
            "folder away.",
        ) from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", at=at) from error
    except UnicodeDecodeError as error:
        raise SourceError(
            "the file is not UTF-8", at=at, hint="Save it with the encoding UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"not TOML: {error}", at=at) from error


def _per_language(top: TomlTable, key: str) -> dict[str, str]:
    table = top.table(key)
    table.only(LANGUAGES)
    if not table.values:
        raise top.problem(f"'{key}' is empty", f"For instance: {EXAMPLES[key]}")
    return table.by_key()


def _mapping(top: TomlTable, folder: Path) -> Path | None:
    found = [folder / name for name in MAPPING_FILES if (folder / name).is_file()]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise top.problem(
            f"two mapping documents: {names}", "Keep the one that is right, move the other away."
        )
    if found:
        return found[0]
    for path in sorted(folder.glob("mapping*")):
        yaml = path.suffix in (".yml", ".yaml")
        raise top.problem(
            f"'{path.name}' is no name of a mapping document",
            did_you_mean(path.name, MAPPING_FILES[:1] if yaml else MAPPING_FILES),
        )
    return None
