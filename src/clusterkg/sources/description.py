"""source.toml → SourceDescription: who gave the tables, when, which licence, what they hold."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from clusterkg.errors import SourceError, did_you_mean
from clusterkg.findings import Severity
from clusterkg.project import LANGUAGES
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
CELL_TYPES = ("text", "integer", "decimal", "date", "year", "period", "iri")
_FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".ods": "ods",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_WORKBOOKS = ("xlsx", "xls", "ods")
_KEY = re.compile(r"[a-z][a-z0-9]*")
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = ("main", "memory", "pg_catalog", "system", "temp")
_EXAMPLES = {
    "title": 'title = { de = "Standorte", en = "Sites" }',
    "description": 'description = { en = "Sites of companies, from their web pages." }',
    "publisher": 'publisher = "Chamber of Commerce of …"',
    "publisher_url": 'publisher_url = "https://www.example.org/"',
    "licence": 'licence = "http://dcat-ap.de/def/licenses/cc-by/4.0"',
    "licence_note": 'licence_note = "Source: Example Institute, 2026"',
    "origin": 'origin = ["https://www.example.org/table.csv"]',
    "retrieved": "retrieved = 2026-08-22 (without quotes)",
    "version": 'version = "2026.1"',
    "tables": "[tables.organisations] with file, holds and rows below it",
    "file": 'file = "organisations.csv"',
    "holds": 'holds = "one organisation a row"',
    "rows": "rows = [90, 200]",
    "key": 'key = ["name", "city"]',
    "null": 'null = ["NA", "-"]',
    "ignore": '[tables.organisations.ignore] with lines such as: country = "every row says DE"',
    "columns": '[tables.organisations.columns] with lines such as: founded = "year"',
    "pattern": "pattern = '[0-9]{5}'",
    "means": 'means = "a German postal code"',
    "severity": 'severity = "warning"',
    "key_severity": 'key_severity = "warning"',
}


@dataclass(frozen=True)
class CellRule:
    """What the cells of a column must look like, and how bad it is if one does not.

    ``pattern`` is a regular expression the whole cell must match, ``means`` the words for it.
    """

    type: str = field(default="text", metadata={"help": " | ".join(CELL_TYPES)})
    pattern: str | None = None
    means: str | None = None
    severity: Severity = Severity.VIOLATION


@dataclass(frozen=True)
class TableDescription:
    """One declared table: a CSV file, a sheet of a workbook, a JSON file.

    ``holds`` says in one sentence what a row is; ``rows`` the least and the greatest number of
    records expected; ``ignore`` why a column is not mapped; ``null`` the cells that mean nothing.
    """

    name: str
    file: Path
    format: str
    holds: str
    rows: tuple[int, int]
    shown: str
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"
    null: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    key_severity: Severity = Severity.VIOLATION
    ignore: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, CellRule] = field(default_factory=dict)

    @property
    def at(self) -> str:
        """The file as errors name it: ``data/pages/organisations.csv``."""
        return f"{self.file.parents[self.shown.count('/')].name}/{self.shown}"


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
    top.only(_keys(SourceDescription, without=("key", "folder", "mapping")))
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
        tables=_tables(top, folder),
        mapping=_mapping(top, folder),
    )


def _at(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}/{SOURCE_FILE}"


def _keys(cls: type, *, without: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(cls) if each.name not in without)


def _read_toml(folder: Path) -> TomlTable:
    at, path = _at(folder), folder / SOURCE_FILE
    try:
        return TomlTable(at, tomllib.loads(path.read_text(encoding="utf-8-sig")), "", _EXAMPLES)
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
        raise top.problem(f"'{key}' is empty", f"For instance: {_EXAMPLES[key]}")
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
        raise top.problem(
            f"'{path.name}' is no name of a mapping document",
            did_you_mean(path.name, MAPPING_FILES),
        )
    return None


def _tables(top: TomlTable, folder: Path) -> tuple[TableDescription, ...]:
    tables = top.table("tables")
    if not tables.values:
        raise top.problem("'tables' is empty", f"For instance: {_EXAMPLES['tables']}")
    return tuple(_table(tables, name, folder) for name in sorted(tables.values))


def _table(tables: TomlTable, name: str, folder: Path) -> TableDescription:
    table = tables.table(name)
    if not _TABLE_NAME.fullmatch(name):
        raise table.problem(
            f"the table name '{name}' is not lower-case letters, digits and _",
            "For instance: [tables.organisations]",
        )
    table.only(_keys(TableDescription, without=("name", "shown")))
    table.requires(("file", "holds", "rows"))
    file = _file(table, folder)
    form = _format(table, file)
    return TableDescription(
        name=name,
        file=file,
        format=form,
        holds=table.text("holds"),
        rows=table.numbers("rows"),
        shown=file.relative_to(folder.parent.resolve()).as_posix(),
        sheet=_only_for(table, "sheet", form, _WORKBOOKS),
        delimiter=_delimiter(table, form),
        encoding=_encoding(table, form),
        null=table.texts("null"),
        key=table.texts("key"),
        key_severity=_severity(table, "key_severity"),
        ignore=table.table("ignore").by_key(),
        columns=_cell_rules(table.table("columns")),
    )


def _file(table: TomlTable, folder: Path) -> Path:
    """The table's file; absolute, inside the folder, and there."""
    name = table.text("file")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise table.problem(
            f"'{table.name('file')}' is '{name}', expected a file in the source's folder",
            "Put the table beside source.toml.",
        )
    if not path.is_file():
        here = [
            each.relative_to(folder).as_posix()
            for each in folder.rglob("*")
            if each.suffix.lower() in _FORMATS
        ]
        raise table.problem(
            f"'{table.name('file')}' is '{name}', but there is no such file",
            did_you_mean(name, here) or f"Put the file into {folder.parent.name}/{folder.name}.",
        )
    return path


def _format(table: TomlTable, file: Path) -> str:
    """The declared format, else the one of the file's suffix."""
    known = sorted(set(_FORMATS.values()))
    stated = table.optional_text("format")
    if stated is None:
        if file.suffix.lower() not in _FORMATS:
            raise table.problem(
                f"'{table.name('file')}' is '{file.name}': its suffix says no format",
                f'Say it with format = "csv"; known are {", ".join(known)}.',
            )
        return _FORMATS[file.suffix.lower()]
    if stated not in known:
        raise table.problem(
            f"'{table.name('format')}' is '{stated}', expected one of {', '.join(known)}",
            did_you_mean(stated, known),
        )
    return stated


def _only_for(table: TomlTable, key: str, form: str, forms: tuple[str, ...]) -> str | None:
    """The text at ``key``, which only makes sense for tables of these formats."""
    if key in table.values and form not in forms:
        raise table.problem(
            f"'{table.name(key)}' is for {', '.join(forms)}, the table is {form}",
            "Take the key away.",
        )
    return table.optional_text(key) if table.values.get(key) != "\t" else "\t"


def _delimiter(table: TomlTable, form: str) -> str | None:
    delimiter = _only_for(table, "delimiter", form, ("csv", "tsv"))
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise table.problem(
            f"'{table.name('delimiter')}' is '{delimiter}', expected one character",
            'For instance: delimiter = ";" or delimiter = "\\t"',
        )
    return delimiter


def _encoding(table: TomlTable, form: str) -> str:
    stated = _only_for(table, "encoding", form, ("csv", "tsv"))
    if stated is None:
        return "utf-8"
    try:
        "".encode(stated)
    except LookupError as error:
        raise table.problem(
            f"'{table.name('encoding')}' is '{stated}', which is no known encoding",
            did_you_mean(stated, ("utf-8", "utf-16", "cp1252", "latin-1")),
        ) from error
    return stated


def _severity(table: TomlTable, key: str) -> Severity:
    stated = table.optional_text(key)
    if stated is None:
        return Severity.VIOLATION
    words = {severity.word: severity for severity in Severity}
    if stated not in words:
        raise table.problem(
            f"'{table.name(key)}' is '{stated}', expected info, warning or violation",
            did_you_mean(stated, words),
        )
    return words[stated]


def _cell_rules(columns: TomlTable) -> dict[str, CellRule]:
    return {name: _cell_rule(columns, name) for name in columns.values}


def _cell_rule(columns: TomlTable, name: str) -> CellRule:
    """``"year"`` or ``{ type = …, pattern = …, means = …, severity = … }``."""
    if isinstance(columns.values[name], str):
        return CellRule(type=_cell_type(columns, name))
    rule = columns.table(name)
    rule.only(_keys(CellRule, without=()))
    if "pattern" in rule.values:
        rule.requires(("means",))
    elif "type" not in rule.values:
        raise rule.problem(
            f"'{rule.path}' has neither type nor pattern",
            f'For instance: {name} = {{ type = "year", severity = "warning" }}',
        )
    elif "means" in rule.values:
        raise rule.problem(
            f"'{rule.name('means')}' says what a pattern means, but there is no pattern",
            f"For instance: {_EXAMPLES['pattern']}",
        )
    return CellRule(
        type=_cell_type(rule, "type") if "type" in rule.values else "text",
        pattern=rule.optional_text("pattern"),
        means=rule.optional_text("means"),
        severity=_severity(rule, "severity"),
    )


def _cell_type(table: TomlTable, key: str) -> str:
    stated = table.text(key)
    if stated not in CELL_TYPES:
        raise table.problem(
            f"'{table.name(key)}' is '{stated}', expected one of {', '.join(CELL_TYPES)}",
            did_you_mean(stated, CELL_TYPES),
        )
    return stated
