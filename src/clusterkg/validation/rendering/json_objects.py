"""JSON text of large objects: each member of a list on a line of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["JsonText", "encoded", "json_object", "quoted", "texts"]

encoded: Final = json.JSONEncoder(ensure_ascii=False).encode
"""A value as JSON."""


class JsonText(str):
    """What is JSON already."""

    __slots__ = ()


def texts(content: Mapping[str, str]) -> str:
    """An object whose values are texts."""
    return f"{{{', '.join([f'{quoted(key)}: {quoted(text)}' for key, text in content.items()])}}}"


def json_object(content: Mapping[str, Any]) -> str:
    """An object, a key a line; an iterator is written as a list, a member a line."""
    return "".join(_pieces(content))


def _pieces(content: Mapping[str, Any]) -> Iterator[str]:
    """Small pieces, joined but once: the texts are large."""
    before = "{\n"
    for key, value in content.items():
        yield f"{before}{quoted(key)}: "
        yield from _members(value) if isinstance(value, Iterator) else (encoded(value),)
        before = ",\n"
    yield "\n}"


def _members(members: Iterator[Any]) -> Iterator[str]:
    before = "[\n"
    for member in members:
        yield before
        yield member if type(member) is JsonText else encoded(member)
        before = ",\n"
    yield "[]" if before == "[\n" else "\n]"
