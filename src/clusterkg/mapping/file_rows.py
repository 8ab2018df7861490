"""A file that a mapping names → SQL that reads its rows, and the same with the rows' numbers.

A plain CSV file, Parquet, and JSON by simple paths are read by DuckDB itself and may be larger
than memory. Everything else is first written to a temporary folder in a form that DuckDB reads;
the folder goes with ``close``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier, literal
from clusterkg.errors import SourceError, did_you_mean, nearest
from clusterkg.mapping.csv_rows import csv_rows, named, staged_csv, text_file
from clusterkg.mapping.json_rows import json_rows
from clusterkg.mapping.nested import nested_columns
from clusterkg.mapping.triples_map import (
    LogicalFile,
    LogicalView,
    all_terms,
    references,
    source_terms,
)
from clusterkg.sources.arrow_files import ARROW, load_arrow
from clusterkg.sources.csv_tables import is_even
from clusterkg.sources.encodings import as_utf8
from clusterkg.sources.relation import ROW
from clusterkg.sources.sheets import WORKBOOKS, parse_fragment, read_sheet
from clusterkg.sources.unpacking import compression_of, inner_name, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.triples_map import TriplesMap

__all__ = ["FileFinder", "FileRows"]

_TABS = (".tsv", ".tab")
_TOO_LARGE = (
    "A JSON document is read record by record if the iterator is $[*], or names of keys and [*] "
    "for the last of them."
)


@dataclass(frozen=True)
class FileRows:
    """How the rows of a file are read: SQL, and the same with ``_row``.

    ``numbered`` None: the rows of ``sql`` have numbers already. ``aliases`` are the columns of
    references that are written otherwise; ``sheet`` is the one of a workbook. ``clean`` says that
    a file was checked row by row: there is nothing to repair. ``names`` are those that records
    have, where a reference found nothing. ``even`` is a file for whose numbers that has to hold.
    """

    sql: str
    numbered: str | None = None
    json: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    clean: bool = True
    names: tuple[str, ...] = ()
    even: Path | None = None


class FileFinder:
    """Opens the files of a mapping, each once; ``folder`` is the mapping's."""

    def __init__(self, connection: Connection, folder: Path | None) -> None:
        self.connection, self.folder = connection, folder
        self.wanted: dict[LogicalFile, set[str]] = {}
        self.opened: dict[LogicalFile, FileRows] = {}
        self.counted: dict[LogicalFile, str] = {}
        self.tables: list[str] = []
        self.temporary: TemporaryDirectory[str] | None = None
        self.made = 0

    def want(self, triples_maps: Sequence[TriplesMap]) -> None:
        """Say beforehand which references the triples maps use."""
        sources = {one.name: one.source for one in triples_maps}
        for owner, term in all_terms(triples_maps):
            source = sources.get(owner)
            if isinstance(source, LogicalFile):
                self.want_references(source, references(term))
        for view in sources.values():
            for source, term in source_terms(view) if isinstance(view, LogicalView) else ():
                if isinstance(source, LogicalFile):
                    self.want_references(source, references(term))

    def want_references(self, source: LogicalFile, names: Iterable[str]) -> None:
        """The same for one file."""
        self.wanted.setdefault(_same(source), set()).update(names)

    def open(self, source: LogicalFile) -> FileRows:
        """How the rows of a file are read. Raises SourceError."""
        key = _same(source)
        if key not in self.opened:
            try:
                self.opened[key] = self._completed(key, self._open(key))
            except duckdb.Error as error:
                why = (
                    str(error).partition("\n")[0].partition(": ")[2].replace(str(self.folder), "…")
                )
                hint = _TOO_LARGE if isinstance(error, duckdb.OutOfMemoryException) else None
                raise SourceError(f"cannot be read: {why}", at=source.path, hint=hint) from error
            except OSError as error:
                why = error.strerror or str(error)
                raise SourceError(f"cannot be read: {why}", at=source.path) from error
        return self.opened[key]

    def numbered(self, source: LogicalFile) -> str:
        """SQL of the rows with their numbers as ``_row``."""
        key = _same(source)
        if key not in self.counted:
            opened = self.open(source)
            if opened.even is not None and not is_even(opened.even):
                opened = self._completed(source, self._csv(key, checked=True))
            self.counted[key] = opened.numbered or opened.sql
        return self.counted[key]

    def repaired(self, source: LogicalFile) -> FileRows | None:
        """After DuckDB stumbled over a CSV file: its rows, read with more care.

        None if that was done before. Raises SourceError with the row that is at fault.
        """
        key = _same(source)
        if self.opened[key].clean:
            return None
        self.opened[key] = self._completed(key, self._csv(key, checked=True))
        return self.opened[key]

    def close(self) -> None:
        """Remove what was written."""
        for table in self.tables:
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{identifier(table)}")
        if self.temporary is not None:
            self.temporary.cleanup()
            self.temporary = None
        self.opened.clear()
        self.counted.clear()

    def path(self, source: LogicalFile) -> Path:
        """The file that a source names. Raises SourceError with a Did you mean."""
        name = _file_part(source.path)
        places = _places(source, self.folder)
        for place in places:
            if (place / name).is_file():
                return place / name
        path = places[0] / name
        near = [one.name for one in path.parent.glob("[!.]*")] if path.parent.is_dir() else []
        close = nearest(path.name, near)
        near = [close] if close else [one for one in near if one.endswith(path.suffix)]
        raise SourceError(f"no file '{source.path}'", hint=did_you_mean(path.name, near))

    # -- formats -----------------------------------------------------------------------------

    def _open(self, source: LogicalFile) -> FileRows:
        if source.formulation == "json":
            return self._json(source)
        if source.formulation == "xml":
            return self._xml(source)
        if source.formulation == "sparql":
            return self._sparql(source)
        suffix = PurePosixPath(inner_name(Path(_file_part(source.path)))).suffix.lower()
        if suffix in WORKBOOKS:
            return self._sheet(source)
        if suffix == ".parquet":
            return self._parquet(source)
        return self._arrow(source) if suffix in ARROW else self._csv(source, checked=False)

    def _completed(self, source: LogicalFile, made: FileRows) -> FileRows:
        """The rows with an empty column for each optional one that the file does not have."""
        wanted = self._wanted(source) & set(source.optional)
        if made.json or not wanted:
            return made
        described = self.connection.execute(f"DESCRIBE {made.sql}").fetchall()
        missing = sorted(wanted - {row[0] for row in described} - set(made.aliases))
        if not missing:
            return made
        further = ", ".join(f"NULL::VARCHAR AS {identifier(name)}" for name in missing)
        return replace(
            made,
            sql=f"SELECT *, {further} FROM ({made.sql})",
            numbered=made.numbered and f"SELECT *, {further} FROM ({made.numbered})",
        )

    def _plain(self, source: LogicalFile) -> Path:
        """The file itself, or what is in it if it is compressed."""
        path = self.path(source)
        compression = source.compression or compression_of(path)
        if compression == "none":
            return path
        target = self._folder() / inner_name(path)
        unpack(path, compression, target, source.path)
        return target

    def _csv(self, source: LogicalFile, *, checked: bool) -> FileRows:
        path = self._plain(source)
        tabs = inner_name(Path(source.path)).lower().endswith(_TABS)
        form = replace(source.form, delimiter=source.form.delimiter or ("\t" if tabs else ","))
        made = csv_rows(
            replace(source, form=form), path, self._folder(), self._wanted(source), checked=checked
        )
        return FileRows(
            made.sql, made.numbered, aliases=made.aliases, clean=made.clean, even=made.file
        )

    def _sheet(self, source: LogicalFile) -> FileRows:
        _, _, fragment = source.path.partition("#")
        path = self._plain(replace(source, path=_file_part(source.path)))
        wanted = parse_fragment(fragment, source.path)
        sheet = read_sheet(path, wanted, _file_part(source.path), source.nulls or ())
        columns, aliases = named(sheet.columns, self._wanted(source), source.path)
        sql, numbered = staged_csv(
            sheet.rows, columns, sheet.types, ("",), self._folder() / "sheet.csv"
        )
        return FileRows(sql, numbered, aliases=aliases, sheet=sheet.name)

    def _parquet(self, source: LogicalFile) -> FileRows:
        path = literal(str(self._plain(source)))
        return self._columns(
            source,
            f"read_parquet({path})",
            f"(SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS {identifier(ROW)} "
            f"FROM read_parquet({path}, file_row_number = true))",
        )

    def _arrow(self, source: LogicalFile) -> FileRows:
        table = f"arrow_{self.made}"
        self.made += 1
        load_arrow(self.connection, self._plain(source), table, source.path)
        self.tables.append(table)
        numbered = f"temp.{identifier(table)}"
        return self._columns(source, f"(SELECT * EXCLUDE ({ROW}) FROM {numbered})", numbered)

    def _columns(self, source: LogicalFile, relation: str, numbered: str) -> FileRows:
        """The columns of a relation, those inside structs, and texts that are no value."""
        described = self.connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        types = {row[0]: row[1] for row in described}
        further = nested_columns(self.connection, relation, types, self._wanted(source))
        columns = "*"
        texts = [name for name, kind in types.items() if kind == "VARCHAR"]
        if source.nulls and texts:
            listed = ", ".join(literal(null) for null in source.nulls)
            cases = ", ".join(
                f"CASE WHEN {name} NOT IN ({listed}) THEN {name} END AS {name}"
                for name in map(identifier, texts)
            )
            columns = f"* REPLACE ({cases})"
        selected = ", ".join([columns, *further])
        return FileRows(f"SELECT {selected} FROM {relation}", f"SELECT {selected} FROM {numbered}")

    def _json(self, source: LogicalFile) -> FileRows:
        made = json_rows(
            self.connection, source, self._plain(source), self._folder(), self._wanted(source)
        )
        return FileRows(made.sql, json=True, aliases=made.aliases)

    def _xml(self, source: LogicalFile) -> FileRows:
        from clusterkg.sources.xml_records import (
            XmlSource,
            check_iterator,
            record_names,
            xml_records,
        )

        names = sorted(self._wanted(source))
        path, encoding = self._plain(source), None
        if source.encoding is not None:
            path, encoding = as_utf8(text_file(source, path), self._folder()), "utf-8"
        iterator = source.iterator or "/*"
        document = XmlSource(path, iterator, source.namespaces, encoding, source.path)
        check_iterator(document, names)
        sql, found = self._staged(
            names, xml_records(document, names), frozenset(source.nulls or ())
        )
        return FileRows(sql, names=() if found else record_names(document))

    def _sparql(self, source: LogicalFile) -> FileRows:
        from clusterkg.sources.rdf_results import select

        names, rows = select(self._plain(source), source.iterator or "", source.path)
        records = ([[] if one is None else [one] for one in row] for row in rows)
        sql, _ = self._staged(names, records, frozenset(), optional=True)
        return FileRows(sql)

    def _staged(
        self,
        names: Sequence[str],
        rows: Iterable[list[list[str]]],
        nulls: frozenset[str],
        *,
        optional: bool = False,
    ) -> tuple[str, bool]:
        """SQL of records whose cells hold any number of texts; they are written as JSON Lines.

        A name that no record has is no column, unless it is ``optional``; whether all are.
        """
        path = self._folder() / "records.jsonl"
        most, number = [0] * len(names), 0
        with path.open("w", encoding="utf-8") as file:
            for number, row in enumerate(rows, start=1):
                most = [max(before, len(cell)) for before, cell in zip(most, row, strict=True)]
                kept = ([one for one in cell if one not in nulls] for cell in row)
                record = {f"c{at}": cell for at, cell in enumerate(kept) if cell}
                file.write(json.dumps({ROW: number, **record}, ensure_ascii=False) + "\n")
        held = ", ".join(f"c{at}: 'VARCHAR[]'" for at in range(len(names)))
        cells = [
            f"c{at}{'' if many > 1 else '[1]'} AS {identifier(name)}"
            for at, (name, many) in enumerate(zip(names, most, strict=True))
            if many or optional or not number
        ]
        sql = (
            f"SELECT {', '.join([*cells, ROW])} FROM read_json({literal(str(path))}, "
            f"format = 'newline_delimited', columns = {{{ROW}: 'BIGINT'{', ' * bool(held)}{held}}})"
        )
        return sql, len(cells) == len(names)

    # -- places --------------------------------------------------------------------------------

    def _wanted(self, source: LogicalFile) -> frozenset[str]:
        return frozenset(self.wanted.get(source, ()))

    def _folder(self) -> Path:
        """A new folder for what is written."""
        if self.temporary is None:
            self.temporary = TemporaryDirectory(prefix="clusterkg-")
        self.made += 1
        folder = Path(self.temporary.name) / str(self.made)
        folder.mkdir()
        return folder


def _same(source: LogicalFile) -> LogicalFile:
    """The source without its line: what two triples maps may share."""
    return replace(source, line=None)


def _file_part(path: str) -> str:
    """The path without a fragment that names cells of a workbook."""
    before, _, _ = path.partition("#")
    return before if before.lower().endswith(WORKBOOKS) else path


def _places(source: LogicalFile, folder: Path | None) -> list[Path]:
    """The folders in which a relative path is looked for."""
    own, working = folder or Path.cwd(), Path.cwd()
    if source.root == "mapping":
        return [own]
    if source.root == "working":
        return [working]
    return [own, working] if source.root is None else [own / source.root]
