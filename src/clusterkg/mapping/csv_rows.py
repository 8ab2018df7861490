"""A CSV file of a mapping → SQL that reads it: by DuckDB as it is, or a copy that was checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import identifier, literal
from clusterkg.errors import SourceError
from clusterkg.sources.csv_tables import first_records, is_text, read_records
from clusterkg.sources.encodings import TextFile, as_utf8
from clusterkg.sources.relation import ROW
from clusterkg.sources.staging import BLANKS, LONGEST_RECORD, write_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from clusterkg.mapping.triples_map import LogicalFile
    from clusterkg.sources.csv_form import CsvForm

__all__ = ["CsvRows", "csv_rows", "named", "staged_csv", "text_file"]

_REMEDY = 'The file can be read with rml:encoding "{encoding}" (in YARRRML: encoding: {encoding}).'
_NOTHING = "\x01none\x01"
"""What no cell holds: DuckDB takes it for NULL where a mapping has no such text."""


def text_file(source: LogicalFile, path: Path) -> TextFile:
    """The file ``path`` of a source as text."""
    return TextFile(
        path,
        source.encoding or "utf-8",
        source.path,
        stated="the mapping",
        remedy=_REMEDY,
        surplus="Take the encoding away.",
    )


@dataclass(frozen=True)
class CsvRows:
    """How a CSV file is read. ``clean``: it was checked.

    ``numbered`` has the rows with their numbers, if the file is ``sources.csv_tables.is_even``;
    else that needs a copy. ``file`` is the one to look at, None if the numbers are right anyway.
    """

    sql: str
    numbered: str
    clean: bool
    file: Path | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)


def csv_rows(
    source: LogicalFile, path: Path, folder: Path, wanted: AbstractSet[str], *, checked: bool
) -> CsvRows:
    """The rows of the file ``path``; copies are written to ``folder``.

    With ``checked`` every row is looked at. Raises SourceError for a file that is empty, is not
    of its encoding, or has columns of one name; if checked also for a row that is at fault.
    """
    form = source.form
    text = text_file(source, path)
    utf8 = as_utf8(text, folder)
    columns, aliases = _columns(utf8, text, form, wanted)
    nulls = ("",) if source.nulls is None else source.nulls
    if checked or not form.is_plain:
        records = read_records(utf8, form, columns, text)
        sql, numbered = staged_csv(
            records, columns, ["VARCHAR"] * len(columns), nulls, folder / "clean.csv"
        )
        return CsvRows(sql, numbered, clean=True, aliases=aliases)
    reading = _reading(utf8, form, columns, nulls)
    numbered = (
        f"SELECT *, row_number() OVER () + {form.header_rows} AS {identifier(ROW)} "
        f"FROM {_reading(utf8, form, columns, nulls, parallel=False)}"
    )
    return CsvRows(f"SELECT * FROM {reading}", numbered, clean=False, file=utf8, aliases=aliases)


def _columns(
    path: Path, text: TextFile, form: CsvForm, wanted: AbstractSet[str]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The names under which the columns are held, and the references that are called otherwise."""
    at = text.at
    sample = [one for one in first_records(path, form, at, 1 + form.skip_rows) if one]
    sample = sample or [one for one in first_records(path, form, at, 1000) if one]
    if not sample:
        hint = "Its first row has to name the columns."
        raise SourceError("the table is empty", at=at, hint=hint)
    first = sample[0][form.skip_columns :]
    header = list(first) if form.header_rows else ["" for _ in first]
    if not all(is_text(name) for name in header):
        next(read_records(path, form, (), text), None)  # that tells which byte is no text
    names = [*form.names, *header[len(form.names) :]] if form.names else header
    if form.names and len(form.names) > len(first):
        raise SourceError(
            f"the table schema names {len(form.names)} columns, the file has {len(first)}", at=at
        )
    return named(names, wanted, at)


def named(
    names: Sequence[str], wanted: AbstractSet[str], at: str
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Names that SQL can tell apart, and the references that are called otherwise.

    A column without a name is called by its number, ``3`` or ``_col.3``; blanks around a name do
    not count unless a reference has them. SourceError if a reference means two columns.
    """
    held: list[str] = []
    aliases: dict[str, str] = {}
    seen: dict[str, int] = {}
    taken = {ROW}
    for number, written in enumerate(names, start=1):
        name = written if written in wanted else written.strip(BLANKS)
        if not name:
            name = str(number) if str(number) in wanted else f"_col.{number}"
        if name in seen and name in wanted:
            raise SourceError(
                f"columns {seen[name]} and {number} have the same name '{name}'",
                at=at,
                hint="Give each column a name of its own in the header row.",
            )
        column = name
        while column.lower() in taken:
            column = f"{column} {number}"
        taken.add(column.lower())
        if column != name:
            aliases.setdefault(name, column)
        seen.setdefault(name, number)
        held.append(column)
    return tuple(held), {name: column for name, column in aliases.items() if name not in held}


def staged_csv(
    rows: Iterable[tuple[int, Sequence[str | None]]],
    columns: Sequence[str],
    types: Sequence[str],
    nulls: Sequence[str],
    path: Path,
) -> tuple[str, str]:
    """Write rows to a file that DuckDB reads fast; SQL for them without and with ``_row``."""
    write_records(((row, [cell or "" for cell in cells]) for row, cells in rows), path)
    held = [f"{literal(ROW)}: 'BIGINT'"]
    held += [f"{literal(n)}: {literal(t)}" for n, t in zip(columns, types, strict=True)]
    reading = (
        f"read_csv({literal(str(path))}, auto_detect = false, header = false, delim = ',', "
        f"quote = '\"', escape = '\"', new_line = '\\n', columns = {{{', '.join(held)}}}, "
        f"nullstr = [{_listed(nulls)}], max_line_size = {LONGEST_RECORD})"
    )
    return f"SELECT * EXCLUDE ({identifier(ROW)}) FROM {reading}", f"SELECT * FROM {reading}"


def _reading(
    path: Path,
    form: CsvForm,
    columns: Sequence[str],
    nulls: Sequence[str],
    *,
    parallel: bool = True,
) -> str:
    held = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
    quote = form.quote or ""
    escape = form.escape or quote
    header = "true" if form.header_rows else "false"
    return (
        f"read_csv({literal(str(path))}, auto_detect = false, compression = 'none', "
        f"header = {header}, delim = {literal(form.delimiter or ',')}, "
        f"quote = {literal(quote)}, escape = {literal(escape)}, comment = '', "
        f"columns = {{{held}}}, nullstr = [{_listed(nulls)}]"
        f"{'' if parallel else ', parallel = false'})"
    )


def _listed(nulls: Sequence[str]) -> str:
    return ", ".join(literal(null) for null in nulls or (_NOTHING,))
