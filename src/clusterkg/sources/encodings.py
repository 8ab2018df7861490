"""A file in a declared encoding → the same in UTF-8; and which encoding a file seems to have."""

from __future__ import annotations

import codecs
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["TextFile", "as_utf8", "wrong_encoding"]

_CHUNK = 1 << 20
_PROPOSED = ("utf-8", "cp1252", "latin-1")
_PACKED = {
    b"\x1f\x8b": "gzip (.gz)",
    b"BZh": "bzip2 (.bz2)",
    b"\xfd7zXZ": "xz (.xz)",
    b"PK\x03\x04": "zip (.zip), or a workbook (.xlsx, .ods)",
    b"PAR1": "Parquet (.parquet)",
}
"""How files begin that are no text, and the suffix that says what they are."""


@dataclass(frozen=True)
class TextFile:
    """A file of text in a declared encoding, and how errors speak of it.

    ``stated`` is where the encoding was declared; ``remedy`` is the hint that proposes another,
    ``{encoding}``; ``surplus`` the one that the declaration is not needed.
    """

    path: Path
    encoding: str
    at: str
    stated: str
    remedy: str
    surplus: str


def as_utf8(text: TextFile, temporary: Path) -> Path:
    """The file if it is declared to be UTF-8, else a copy of it in UTF-8.

    Raises SourceError if the file does not have the declared encoding.
    """
    if codecs.lookup(text.encoding).name == "utf-8":
        if _looks_like(text.path):
            raise wrong_encoding(text, "row 1", "the text")
        return text.path
    if _is_plainly_utf8(text.path):
        raise SourceError(
            f"the file is UTF-8, but {text.stated} says encoding = '{text.encoding}'",
            at=text.at,
            hint=text.surplus,
        )
    copy = temporary / "utf8.csv"
    try:
        # a byte that the encoding does not know stays as it is: the reader of the copy meets it
        # as a byte that is not UTF-8, and knows the row
        with (
            text.path.open(encoding=text.encoding, errors="surrogateescape", newline="") as file,
            copy.open("w", encoding="utf-8", errors="surrogateescape", newline="") as target,
        ):
            shutil.copyfileobj(file, target, _CHUNK)
    except UnicodeError as error:
        raise wrong_encoding(text, None, "the text") from error
    return copy


def wrong_encoding(text: TextFile, where: str | None, what: str) -> SourceError:
    """The error for bytes that the file's encoding does not know, proposing one that fits."""
    with text.path.open("rb") as file:
        head = file.read(8)
    packed = next((name for start, name in _PACKED.items() if head.startswith(start)), None)
    fits = packed or next(
        (
            encoding
            for encoding in (*_looks_like(text.path), *_PROPOSED)
            if codecs.lookup(encoding) != codecs.lookup(text.encoding)
            and _decodes(text.path, encoding)
        ),
        None,
    )
    hint = (
        f"It is no text, it begins like {packed}: give it the suffix."
        if packed
        else text.remedy.format(encoding=fits)
        if fits
        else "Save the file again with the encoding UTF-8."
    )
    return SourceError(
        f"{what} is not {text.encoding.upper()}",
        at=f"{text.at}, {where}" if where else text.at,
        hint=hint,
    )


def _looks_like(file: Path) -> tuple[str, ...]:
    """The kind of UTF-16 a file begins like, if it does."""
    with file.open("rb") as opened:
        head = opened.read(2)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    # the first character is ASCII, that of a header or a bracket; a zero byte further on is a value
    if b"\0" in head:
        return ("utf-16-be",) if head.startswith(b"\0") else ("utf-16-le",)
    return ()


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
