"""A file in a declared encoding → the same in UTF-8; and which encoding a file seems to have."""

from __future__ import annotations

import codecs
import csv
import sys
from typing import TYPE_CHECKING

from clusterkg.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.sources.description import TableDescription

__all__ = ["as_utf8", "wrong_encoding"]

_CHUNK = 1 << 20
_PROPOSED = ("utf-8", "cp1252", "latin-1")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def as_utf8(table: TableDescription, temporary: Path) -> Path:
    """The table's file if it is declared to be UTF-8, else a copy of it in UTF-8.

    Raises SourceError if the file does not have the declared encoding.
    """
    if codecs.lookup(table.encoding).name == "utf-8":
        with table.file.open("rb") as file:
            head = file.read(2)
        if head in _UTF16_MARKS:
            raise wrong_encoding(table, "row 1", f"byte 0x{head[0]:02X}")
        return table.file
    if _is_plainly_utf8(table.file):
        raise SourceError(
            f"the file is UTF-8, but source.toml says encoding = '{table.encoding}'",
            at=table.at,
            hint=f"Take the key encoding of [tables.{table.name}] away.",
        )
    copy = temporary / "utf8.csv"
    with table.file.open("rb") as source, copy.open("w", encoding="utf-8", newline="") as target:
        decoder = codecs.getincrementaldecoder(table.encoding)()
        done = 0
        try:
            while chunk := source.read(_CHUNK):
                target.write(decoder.decode(chunk))
                done += len(chunk)
            target.write(decoder.decode(b"", final=True))
        except UnicodeError as error:
            target.flush()
            raise _undecodable(table, copy, error, done) from error
    return copy


def wrong_encoding(table: TableDescription, where: str, what: str) -> SourceError:
    """The error for bytes that the table's encoding does not know, proposing one that fits."""
    fits = next(
        (
            encoding
            for encoding in (*(_marked(table.file)), *_PROPOSED)
            if codecs.lookup(encoding) != codecs.lookup(table.encoding)
            and _decodes(table.file, encoding)
        ),
        None,
    )
    hint = (
        f'The file can be read with encoding = "{fits}" in [tables.{table.name}].'
        if fits
        else "Save the file again with the encoding UTF-8."
    )
    return SourceError(
        f"{what} is not {table.encoding.upper()}", at=f"{table.at}, {where}", hint=hint
    )


def _undecodable(
    table: TableDescription, copy: Path, error: UnicodeError, done: int
) -> SourceError:
    """The row is found by counting the records that could be decoded before the fault."""
    before = _decoded_before(table, done, error)
    with copy.open("a", encoding="utf-8", newline="") as target:
        target.write(before)
    csv.field_size_limit(sys.maxsize)
    with copy.open(encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.reader(file, delimiter=table.delimiter or ","))
    row = max(rows, 1) if not before.endswith(("\n", "\r")) else rows + 1
    copy.unlink()
    if isinstance(error, UnicodeDecodeError) and error.start < len(error.object):
        what = f"byte 0x{error.object[error.start]:02X}"
    else:
        what = f"the text ({error})"
    return wrong_encoding(table, f"row {row}", what)


def _decoded_before(table: TableDescription, done: int, error: UnicodeError) -> str:
    """What stands in the faulty chunk before the fault."""
    if not isinstance(error, UnicodeDecodeError):
        return ""
    return error.object[: error.start].decode(table.encoding, errors="ignore")


def _marked(file: Path) -> tuple[str, ...]:
    with file.open("rb") as opened:
        return ("utf-16",) if opened.read(2) in _UTF16_MARKS else ()


def _decodes(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _is_plainly_utf8(file: Path) -> bool:
    """Whether the file is UTF-8 and holds more than ASCII: no other encoding looks like that."""
    with file.open("rb") as opened:
        ascii_only = all(chunk.isascii() for chunk in iter(lambda: opened.read(_CHUNK), b""))
    return not ascii_only and _decodes(file, "utf-8")
