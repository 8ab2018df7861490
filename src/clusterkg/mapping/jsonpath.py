"""JSONPath as RML uses it → the paths of DuckDB's JSON functions.

Known are ``$``, ``.name``, ``['name']``, ``[0]``, ``[*]`` and ``.*``. A reference may leave out
``$.``. Filters, slices and ``..`` raise JsonPathError.
"""

from __future__ import annotations

import re

__all__ = ["JsonPathError", "duckdb_path", "first_keys", "gives_many", "parse_jsonpath"]

_STEP = re.compile(
    r"""\.(?P<star>\*) | \.(?P<name>[^.\[\]*'"\s()?@]+(?:[ ][^.\[\]*'"\s()?@]+)*)
    | \[(?P<index>\d+)\] | \[(?P<all>\*)\]
    | \['(?P<single>(?:[^'\\]|\\.)*)'\] | \["(?P<double>(?:[^"\\]|\\.)*)"\]""",
    re.VERBOSE,
)


class JsonPathError(ValueError):
    """The path is none, or uses what is not supported; the message says what."""


def parse_jsonpath(path: str) -> tuple[str | int | None, ...]:
    """The steps of a path: a name, a number, or None for all. Raises JsonPathError."""
    text = path.strip()
    if text.startswith("$"):
        text = text[1:]
    elif not text.startswith(("[", ".")):
        text = f".{text}"
    steps: list[str | int | None] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if not match:
            raise JsonPathError(f"cannot be read from '{text[position:]}' on")
        steps.append(_step(match))
        position = match.end()
    return tuple(steps)


def _step(match: re.Match[str]) -> str | int | None:
    if match["name"] is not None:
        return match["name"]
    if match["index"] is not None:
        return int(match["index"])
    quoted = match["single"] if match["single"] is not None else match["double"]
    return None if quoted is None else re.sub(r"\\(.)", r"\1", quoted)


def duckdb_path(path: str) -> str:
    """The path in DuckDB's form, every name quoted."""
    steps = "".join(
        "[*]" if step is None else f"[{step}]" if isinstance(step, int) else f'."{_quoted(step)}"'
        for step in parse_jsonpath(path)
    )
    return f"${steps}"


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def gives_many(path: str) -> bool:
    """Whether the path may give several values."""
    return None in parse_jsonpath(path)


def first_keys(path: str) -> str:
    """The path up to the first step that may give several values or none, in DuckDB's form.

    Such are ``[*]``, and whatever else RFC 9535 has: filters, slices, ``..``.
    """
    text = path.strip()
    text = text[1:] if text.startswith("$") else text if text[:1] in "[." else f".{text}"
    end = 0
    while (match := _STEP.match(text, end)) and _step(match) is not None:
        end = match.end()
    return duckdb_path(f"${text[:end]}")
