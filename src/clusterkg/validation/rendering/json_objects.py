"""JSON of large objects in UTF-8: each member of a list on a line of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["encoded", "json_object", "quoted", "texts"]

encoded: Final = json.JSONEncoder(ensure_ascii=False).encode
"""A value as JSON."""


def texts(content: Mapping[str, str]) -> str:
    """An object whose values are texts."""
    return f"{{{', '.join([f'{quoted(key)}: {quoted(text)}' for key, text in content.items()])}}}"


def json_object(content: Mapping[str, Any], *, before: str = "", after: str = "") -> bytes:
    """An object, a key a line; an iterator is written as a list, a member a line.

    A member that is a tuple is JSON in UTF-8 already, in pieces that follow one another.
    What comes ``before`` and ``after`` it is there too: the whole is large and joined but once.
    """
    pieces = [before.encode()]
    start = "{\n"
    for key, value in content.items():
        pieces.append(f"{start}{quoted(key)}: ".encode())
        if isinstance(value, Iterator):
            _add_list(pieces, value)
        else:
            pieces.append(encoded(value).encode())
        start = ",\n"
    pieces.append(f"\n}}{after}".encode())
    return b"".join(pieces)


def _add_list(pieces: list[bytes], members: Iterator[Any]) -> None:
    start = b"[\n"
    for member in members:
        pieces.append(start)
        if isinstance(member, tuple):
            pieces += member
        else:
            pieces.append(encoded(member).encode())
        start = b",\n"
    pieces.append(b"[]" if start == b"[\n" else b"\n]")
