"""Sorted lines of N-Quads → a document in another syntax, quad by quad, in little memory.

The lines stand in the order of their graphs and subjects: what belongs together is written
together, as far as the syntax can.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pyoxigraph as ox

from clusterkg.errors import GraphError
from clusterkg.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Item = TypeVar("Item", ox.Quad, ox.Triple)

__all__ = ["SYNTAX", "checked_xml", "write_syntax"]

SYNTAX: Final = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_HINT: Final = "Choose another format: nq, nt, ttl, trig or jsonld."
# XML 1.0 has no way to write these, not even as character references
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# an XML element's name is the end of the predicate's IRI
_XML_NAME: Final = re.compile(r"[A-Za-z_\u00c0-\ufffd][\w.\u00b7-]*$")
_PLAIN: Final = (f"{XSD}string", f"{RDF}langString")


def write_syntax(lines: Path, path: Path, form: str, prefixes: Mapping[str, str]) -> None:
    """Write the quads of a file of lines in ``form``: ttl, trig, rdfxml, jsonld or rdfjson.

    Raises GraphError if the syntax cannot express a term.
    """
    quads = ox.parse(path=str(lines), format=ox.RdfFormat.N_QUADS, lenient=True)
    try:
        with path.open("wb") as file:
            if form == "rdfjson":
                file.writelines(_rdf_json(quads))
                return
            items: Iterable[ox.Quad] = checked_xml(quads) if form == "rdfxml" else quads
            ox.serialize(items, output=file, format=SYNTAX[form], prefixes=dict(prefixes))
    except SyntaxError as error:
        raise GraphError(
            f"a term cannot be written in this syntax: {error.msg}",
            hint="Choose the format nq or nt, which writes terms as they are.",
        ) from error


def checked_xml(items: Iterable[Item]) -> Iterator[Item]:
    """The same, one after another; GraphError at the first that RDF/XML cannot express."""
    known: set[str] = set()
    for item in items:
        predicate = item.predicate.value
        if predicate not in known:
            if not _XML_NAME.search(predicate):
                raise GraphError(
                    f"RDF/XML cannot write the predicate '{predicate}': "
                    "its end is no name of an XML element",
                    hint=_HINT,
                )
            known.add(predicate)
        if isinstance(item.object, ox.Literal) and _NOT_XML.search(item.object.value):
            raise GraphError(
                f"RDF/XML cannot write a control character, which a '{predicate}' "
                f"of {item.subject} holds",
                hint=_HINT,
            )
        yield item


def _rdf_json(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    """RDF/JSON (https://www.w3.org/TR/rdf-json/), a line a subject and predicate."""
    between = "{"
    for subject, own in groupby(quads, key=lambda quad: quad.subject):
        yield f"{between}\n{json.dumps(_name(subject), ensure_ascii=False)}: {{".encode()
        comma = ""
        for predicate, same in groupby(own, key=lambda quad: quad.predicate):
            objects = json.dumps([_object(quad.object) for quad in same], ensure_ascii=False)
            yield f"{comma}\n  {json.dumps(predicate.value)}: {objects}".encode()
            comma = ","
        yield b"\n}"
        between = ","
    yield b"{}\n" if between == "{" else b"\n}\n"


def _name(term: Any) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else str(term.value)


def _object(term: Any) -> dict[str, str]:
    if not isinstance(term, ox.Literal):
        kind = "bnode" if isinstance(term, ox.BlankNode) else "uri"
        return {"type": kind, "value": _name(term)}
    made = {"type": "literal", "value": term.value}
    if term.language:
        made["lang"] = term.language
    elif term.datatype.value not in _PLAIN:
        made["datatype"] = term.datatype.value
    return made
