"""JSON text of large objects: each member of a list on a line of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["json_list", "json_object"]


def json_object(content: Mapping[str, Any]) -> str:
    """An object, a key a line; an iterator is written as a list, a member a line."""
    parts = [f"{json.dumps(key)}: {_value(value)}" for key, value in content.items()]
    return "{\n" + ",\n".join(parts) + "\n}"


def json_list(members: Iterable[Any]) -> str:
    """A list, a member a line."""
    inside = ",\n".join(json.dumps(member, ensure_ascii=False) for member in members)
    return f"[\n{inside}\n]" if inside else "[]"


def _value(value: Any) -> str:
    is_many = isinstance(value, Iterator)
    return json_list(value) if is_many else json.dumps(value, ensure_ascii=False)
