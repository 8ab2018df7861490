"""[tables.NAME] of a source.toml → TableDescription: the file, its form, what it must look like."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from clusterkg.errors import did_you_mean
from clusterkg.findings import Severity
from clusterkg.sources.csv_form import CsvForm
from clusterkg.sources.encodings import TextFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from clusterkg.sources.toml_values import TomlTable

__all__ = ["CELL_TYPES", "EXAMPLES", "CellRule", "TableDescription", "keys_of", "read_tables"]

CELL_TYPES = ("text", "integer", "decimal", "date", "year", "period", "iri")
_FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".xlsb": "xlsb",
    ".ods": "ods",
    ".parquet": "parquet",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_WORKBOOKS = ("xlsx", "xls", "xlsb", "ods")
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
EXAMPLES = {
    "title": 'title = { de = "Standorte", en = "Sites" }',
    "description": 'description = { en = "Sites of companies, from their web pages." }',
    "publisher": 'publisher = "Chamber of Commerce of …"',
    "publisher_url": 'publisher_url = "https://www.example.org/"',
    "licence": 'licence = "http://dcat-ap.de/def/licenses/cc-by/4.0"',
    "licence_note": 'licence_note = "Source: Example Institute, 2026"',
    "origin": 'origin = ["https://www.example.org/table.csv"]',
    "retrieved": "retrieved = 2026-08-22 (without quotes)",
    "version": 'version = "2026.1"',
    "spatial": 'spatial = ["http://data.europa.eu/nuts/code/DED"]',
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
    An empty cell is fine unless the column is ``required``.
    """

    type: str = field(default="text", metadata={"help": " | ".join(CELL_TYPES)})
    pattern: str | None = None
    means: str | None = None
    required: bool = False
    severity: Severity = Severity.VIOLATION


@dataclass(frozen=True)
class TableDescription:
    """One declared table: a CSV file, a sheet of a workbook, a JSON or Parquet file.

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

    @property
    def text(self) -> TextFile:
        """The file as text."""
        named = f"[tables.{self.name}]"
        return TextFile(
            self.file,
            self.encoding,
            self.at,
            stated="source.toml",
            remedy=f'The file can be read with encoding = "{{encoding}}" in {named}.',
            surplus=f"Take the key encoding of {named} away.",
        )

    @property
    def form(self) -> CsvForm:
        """How the cells of a CSV file are written."""
        return CsvForm(self.delimiter or ("\t" if self.format == "tsv" else None))


def read_tables(top: TomlTable, folder: Path) -> tuple[TableDescription, ...]:
    """All tables that the top of a source.toml declares, sorted by name.

    Raises SourceError, naming the key, for whatever cannot be used.
    """
    tables = top.table("tables")
    if not tables.values:
        raise top.problem("'tables' is empty", f"For instance: {EXAMPLES['tables']}")
    return tuple(_table(tables, name, folder) for name in sorted(tables.values))


def _table(tables: TomlTable, name: str, folder: Path) -> TableDescription:
    table = tables.table(name)
    if not _TABLE_NAME.fullmatch(name):
        raise table.problem(
            f"the table name '{name}' is not lower-case letters, digits and _",
            "For instance: [tables.organisations]",
        )
    table.only(keys_of(TableDescription, without=("name", "shown")))
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
    rule.only(keys_of(CellRule, without=()))
    if "pattern" in rule.values:
        rule.requires(("means",))
    elif not {"type", "required"} & set(rule.values):
        raise rule.problem(
            f"'{rule.path}' has neither type nor pattern nor required",
            f'For instance: {name} = {{ type = "year", severity = "warning" }}',
        )
    elif "means" in rule.values:
        raise rule.problem(
            f"'{rule.name('means')}' says what a pattern means, but there is no pattern",
            f"For instance: {EXAMPLES['pattern']}",
        )
    return CellRule(
        type=_cell_type(rule, "type") if "type" in rule.values else "text",
        pattern=rule.optional_text("pattern"),
        means=rule.optional_text("means"),
        required=rule.is_true("required"),
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


def keys_of(cls: type, *, without: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of source.toml that a dataclass is read from: its fields but those of ours."""
    return tuple(each.name for each in fields(cls) if each.name not in without)
