"""How a mapping names a file to write to → LogicalTarget (RML-IO, section Logical Target).

The suite states encoding and compression on the logical target, the text of the specification
on the target's file: both are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.errors import did_you_mean
from clusterkg.mapping.triples_map import LogicalTarget
from clusterkg.namespaces import FORMATS, RML

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.mapping.rdf_terms import Node, TermReader

__all__ = ["read_targets"]

_FORMS: Final = {
    "N-Quads": "nq",
    "N-Triples": "nt",
    "Turtle": "ttl",
    "N3": "ttl",
    "TriG": "trig",
    "RDF_XML": "rdfxml",
    "JSON-LD": "jsonld",
    "RDF_JSON": "rdfjson",
}
"""Serializations by their names in <http://www.w3.org/ns/formats/>; all Turtle is N3."""
_COMPRESSIONS: Final = {
    "none": "none",
    "gzip": "gzip",
    "zip": "zip",
    "targz": "targz",
    "targzip": "targz",
    "tarxz": "tarxz",
}
_ENCODINGS: Final = {"UTF-8": "utf-8", "UTF-16": "utf-16", "utf-8": "utf-8", "utf-16": "utf-16"}
_ROOTS: Final = {"CurrentWorkingDirectory": "working", "MappingDirectory": "mapping"}
_MODES: Final = {"Write": "w", "WriteRead": "w"}


def read_targets(reader: TermReader, nodes: list[Node]) -> tuple[LogicalTarget, ...]:
    """The logical targets that a term map names, in the order of their paths."""
    found = []
    for node in nodes:
        with reader.at(node):
            found.append(_target(reader, node))
    return tuple(sorted((one for one in found if one), key=lambda one: (one.path, one.form)))


def _target(reader: TermReader, node: Node) -> LogicalTarget | None:
    words = reader.properties(node)
    shown = f"a logical target of '{reader.name}'"
    if len(words.get("target", [])) != 1:
        count = "no" if not words.get("target") else "several"
        reader.problems.add(
            f"{shown} has {count} rml:target",
            line=reader.line_of(None),
            hint='It needs exactly one: rml:target [ a rml:FilePath ; rml:path "out.nq" ].',
        )
        return None
    file = reader.properties(words["target"][0])
    if len(file.get("path", [])) != 1:
        reader.problems.add(
            f"the target of {shown} is no file, which is not supported",
            line=reader.line_of(None),
            hint="Write to a file, with rml:path, and load it from there.",
        )
        return None
    path = _value(file["path"][0])
    line = reader.line_of(path)
    stated = words.get("compression", []) + file.get("compression", [])
    encodings = words.get("encoding", []) + file.get("encoding", [])
    modes = words.get("mode", []) + file.get("mode", [])
    told = len(reader.problems.found)

    def one(what: str, given: list[Node], known: Mapping[str, str], namespace: str = RML) -> str:
        """The value for the one term that is stated, or the first that is known."""
        values = {_value(value).removeprefix(namespace) for value in given}
        for value in sorted(values - known.keys()):
            reader.problems.add(
                f"{what} '{value}' of the target '{path}' is not supported",
                line=line,
                hint=did_you_mean(value, known),
            )
        if len(values) > 1:
            listed = " and ".join(sorted(values))
            reader.problems.add(f"the target '{path}' states {what} {listed}", line=line)
        return known[min(values)] if len(values) == 1 and values <= known.keys() else ""

    target = LogicalTarget(
        path,
        one("serialization", words.get("serialization", []), _FORMS, FORMATS) or "nq",
        _root(file),
        one("encoding", encodings, _ENCODINGS) or "utf-8",
        one("compression", stated, _COMPRESSIONS) or "none",
        line,
    )
    one("mode", modes, _MODES)
    return target if len(reader.problems.found) == told else None


def _root(file: dict[str, list[Node]]) -> str:
    """Where a relative path begins; nothing stated is the current folder."""
    root = _value(file["root"][0]) if file.get("root") else f"{RML}CurrentWorkingDirectory"
    return _ROOTS.get(root.removeprefix(RML), root)


def _value(node: Node) -> str:
    return str(getattr(node, "value", ""))
