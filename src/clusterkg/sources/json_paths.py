"""JSONPath as RFC 9535 has it, evaluated in Python: for paths that DuckDB's own cannot express."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from clusterkg.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from jsonpath import JSONPath

__all__ = [
    "LARGEST_DOCUMENT",
    "JsonPathSyntaxError",
    "array_start",
    "find",
    "found_records",
    "is_path",
    "is_singular",
]

LARGEST_DOCUMENT = 256 * 1024 * 1024
"""Bytes a document may have that has to be in memory as a whole."""


class JsonPathSyntaxError(ValueError):
    """The path is no JSONPath; the message says where."""


@cache
def _compiled(path: str) -> JSONPath:
    from jsonpath import JSONPathEnvironment
    from jsonpath.exceptions import JSONPathError

    text = path.strip()
    if not text.startswith("$"):
        text = f"${text}" if text.startswith(("[", ".")) else f"$.{text}"
    try:
        compiled = JSONPathEnvironment(strict=True).compile(text)
    except JSONPathError as error:
        raise JsonPathSyntaxError(f"is no JSONPath: {str(error).splitlines()[0]}") from error
    return compiled  # type: ignore[return-value]


def is_path(path: str) -> bool:
    """Whether a text is a JSONPath of RFC 9535, or one without its beginning ``$.``."""
    try:
        _compiled(path)
    except JsonPathSyntaxError:
        return False
    return True


def is_singular(path: str) -> bool:
    """Whether a path gives one value at most. Raises JsonPathSyntaxError."""
    return _compiled(path).singular_query()


def find(path: str, value: Any) -> list[Any]:
    """What a path finds in a value. Raises JsonPathSyntaxError."""
    return list(_compiled(path).findall(value))


def found_records(path: Path, iterator: str, at: str, *, lines: bool) -> Iterator[Any]:
    """What an iterator finds in a document, or in each line of a JSON Lines file."""
    if lines:
        with path.open(encoding="utf-8-sig") as file:
            for line in file:
                if line.strip():
                    yield from find(iterator, json.loads(line))
        return
    size = path.stat().st_size
    if size > LARGEST_DOCUMENT:
        raise SourceError(
            f"the document has {size // 1024**2} MB, more than {LARGEST_DOCUMENT // 1024**2} MB "
            f"for the iterator '{iterator}'",
            at=at,
            hint="Large documents are read record by record if the iterator is made of names and "
            "[*], such as $.items[*].",
        )
    yield from find(iterator, json.loads(path.read_text(encoding="utf-8-sig")))


def array_start(path: Path, names: Sequence[str]) -> int | None:
    """The byte at which the array under the keys ``names`` begins; None if it is not near.

    Only the first part of the file is looked at.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    decoder = json.JSONDecoder()
    text = head.decode("utf-8-sig", errors="replace")
    if "\ufffd" in text[:-1]:
        return None
    at = 0
    try:
        for name in names:
            at = _value_of(decoder, text, at, name)
        at = _blank(text, at)
    except (ValueError, IndexError):
        return None
    if text[at : at + 1] != "[":
        return None
    mark = len(head) - len(head.removeprefix(b"\xef\xbb\xbf"))
    return mark + len(text[:at].encode())


_HEAD = 1 << 20


def _blank(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at


def _value_of(decoder: json.JSONDecoder, text: str, at: int, name: str) -> int:
    """Where the value of a key begins in the object that begins at ``at``. ValueError if not."""
    at = _blank(text, at)
    if text[at] != "{":
        raise ValueError(name)
    while True:
        at = _blank(text, at + 1)
        key, at = decoder.raw_decode(text, at)
        at = _blank(text, at)
        if text[at] != ":":
            raise ValueError(name)
        at = _blank(text, at + 1)
        if key == name:
            return at
        _, at = decoder.raw_decode(text, at)
        at = _blank(text, at)
        if text[at] != ",":
            raise ValueError(name)
