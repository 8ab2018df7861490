"""The engines: how each is installed and called, and how its report is read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mapping_suites.engines import Peer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CALLERS = Path(__file__).with_name("callers.py")
SH = "http://www.w3.org/ns/shacl#"
RESULT = f"<{SH}ValidationResult>"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
PEERS = {
    "pyshacl": "pyshacl==0.40.1",
    "pyrudof": "pyrudof==0.3.35",
    "shacl": "shacl==0.3.4",
    "pyshifty": "pyshifty==0.5.1",
}
LINE = re.compile(r"(\S+)\s+(<[^>]*>)\s+(.+?)\s*\.\s*")
PART = re.compile(r"\^\^<http://www\.w3\.org/2001/XMLSchema#string>$")

Found = frozenset[tuple[str, str, str, str, str]]
"""Results: focus node, path, value, component, source shape, in N-Triples; "" for none."""


@dataclass(frozen=True)
class Engine:
    """``command`` makes the words of a call from data, shapes and the file for the report."""

    name: str
    command: Callable[[Path, Path, Path], list[str]]
    read: Callable[[Path], Found]
    fine: frozenset[int] = frozenset({0})


def clusterkg(program: str) -> Engine:
    """The program under test; it ends with 1 if there are violations."""

    def command(data: Path, shapes: Path, out: Path) -> list[str]:
        words = ["validate", str(data), "--shapes", str(shapes), "--format", "json"]
        return [program, *words, "-o", str(out)]

    return Engine("clusterkg", command, of_json, frozenset({0, 1}))


def peer(name: str, cache: Path) -> Engine:
    """Another engine, installed when it is used for the first time."""
    python = Peer(name, PEERS[name], lambda *_: [], "").installed(cache).program

    def command(data: Path, shapes: Path, out: Path) -> list[str]:
        return [python, str(CALLERS), name, str(data), str(shapes), str(out)]

    return Engine(name, command, of_triples)


def of_json(file: Path) -> Found:
    """The results in a report of clusterkg."""
    report = json.loads(file.read_text("utf-8"))
    return frozenset(
        (
            term(result["focusNode"]),
            path(result["path"]),
            term(result["value"]) if result["value"] else "",
            result["component"],
            result["sourceShape"],
        )
        for result in report["results"]
    )


def term(value: dict[str, str]) -> str:
    if value["type"] == "uri":
        return f"<{value['value']}>"
    text = value["value"].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    if "xml:lang" in value:
        return f'"{text}"@{value["xml:lang"]}'
    return f'"{text}"^^<{value["datatype"]}>' if "datatype" in value else f'"{text}"'


def path(said: str | None) -> str:
    """What can be compared of a path: it is there, it is none. The source shape says which."""
    return "" if said is None else "path"


def of_triples(file: Path) -> Found:
    """The results in a report graph in N-Triples: those of the report, not their details."""
    nodes: dict[str, dict[str, str]] = {}
    named: set[str] = set()
    for s, p, o in triples(file):
        if p == f"<{SH}result>":
            named.add(o)
        elif p.startswith(f"<{SH}") or p == TYPE:
            nodes.setdefault(s, {})[p[len(SH) + 1 : -1]] = o
    return frozenset(result(nodes[node]) for node in named)


def result(parts: dict[str, str]) -> tuple[str, str, str, str, str]:
    return (
        parts["focusNode"],
        path(parts.get("resultPath")),
        PART.sub("", parts.get("value", "")),
        parts["sourceConstraintComponent"][1:-1],
        parts.get("sourceShape", "")[1:-1],
    )


def triples(file: Path) -> Iterator[tuple[str, str, str]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if match := LINE.fullmatch(line):
                s, p, o = match.groups()
                yield s, p, unescaped(o)


def unescaped(o: str) -> str:
    r"""Letters as they are: some engines write \u00FC."""
    if "\\u" not in o and "\\U" not in o:
        return o
    return re.sub(
        r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", lambda m: chr(int(m[1] or m[2], 16)), o
    )
