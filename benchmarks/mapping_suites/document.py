"""What tables say, in short -> an RML mapping in the old vocabulary, which all engines read.

A value is written in one short text: `{a}-{b}` behind an IRI is a template, a bare word names a
column, `word xsd:date` adds a datatype, `word @de` a language, `<iri>` is a constant,
`> parent child=parent` refers to another table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIXES = {
    "rr": "http://www.w3.org/ns/r2rml#",
    "rml": "http://semweb.mmlab.be/ns/rml#",
    "ql": "http://semweb.mmlab.be/ns/ql#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class Table:
    """One triples map: (predicate, value) pairs about the things in the rows of a CSV file."""

    name: str
    source: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    kind: str = ""
    graph: str = ""


def document(tables: Iterable[Table], prefixes: Mapping[str, str]) -> str:
    """The Turtle text of a mapping."""
    known = {**PREFIXES, **prefixes}
    head = [f"@prefix {name}: <{iri}> ." for name, iri in known.items()]
    return "\n".join([*head, "@base <http://mapping.example/> .", "", *map(triples_map, tables)])


def triples_map(table: Table) -> str:
    parts = [
        f'rml:logicalSource [ rml:source "{table.source}" ; rml:referenceFormulation ql:CSV ]',
        f"rr:subjectMap [ {subject(table)} ]",
    ]
    if table.kind:
        parts.append(fact("a", f"<{table.kind}>"))
    parts += [fact(predicate, value) for predicate, value in table.facts]
    return f"<{table.name}> a rr:TriplesMap ;\n  " + " ;\n  ".join(parts) + " .\n"


def subject(table: Table) -> str:
    said = f'rr:template "{table.subject}"'
    if not table.graph:
        return said
    if "{" in table.graph:
        return f'{said} ; rr:graphMap [ rr:template "{table.graph}" ]'
    return f"{said} ; rr:graph <{table.graph}>"


def fact(predicate: str, value: str) -> str:
    known = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    named = f"<{known}>" if predicate == "a" else predicate
    return f"rr:predicateObjectMap [ rr:predicate {named} ; {objects(value)} ]"


def objects(value: str) -> str:
    if value.startswith("<"):
        return f"rr:objectMap [ rr:constant {value} ]"
    return " ; ".join(f"rr:objectMap [ {object_map(each)} ]" for each in value.split(" | "))


def object_map(value: str) -> str:
    word, _, rest = value.partition(" ")
    if word == ">":
        parent, *conditions = rest.split()
        pairs = (condition.split("=") for condition in conditions)
        joins = (
            f' ; rr:joinCondition [ rr:child "{child}" ; rr:parent "{parent}" ]'
            for child, parent in pairs
        )
        return f"rr:parentTriplesMap <{parent}>" + "".join(joins)
    if "{" in word:
        return f'rr:template "{word}" ; rr:termType rr:IRI'
    return f'rml:reference "{word}"' + qualified(rest)


def qualified(rest: str) -> str:
    if rest == "IRI":
        return " ; rr:termType rr:IRI"
    if rest.startswith("@"):
        return f' ; rr:language "{rest[1:]}"'
    return f" ; rr:datatype {rest}" if rest else ""
