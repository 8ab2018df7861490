"""What a shape asks for, in few words: a datatype, a list of values, a shape without a name.

Where people have no word for it, the words of SHACL stand: ``schema:age: minCount 1, datatype
xsd:integer``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.namespaces import SH
from clusterkg.validation.finding_wording import PHRASES
from clusterkg.validation.path import path_sparql, read_path
from clusterkg.validation.shapes import prefixes_of, texts
from clusterkg.validation.shapes_graph import sh
from clusterkg.validation.terms import is_iri, plain, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.validation.shapes_graph import ShapesGraph


__all__ = ["expected_words", "in_words"]

_LANGUAGES: Final = ("de", "en", "ru")
_JOINED: Final = {"and": (" und ", " and ", " и "), "or": (" oder ", " or ", " или ")}
_MOST: Final = 12
"""So many members of a list are named."""
_DEEPEST: Final = 3
"""So many levels of shapes within shapes are told."""
_KINDS: Final = {
    "IRI": ("eine Webadresse (IRI)", "a web address (IRI)", "веб-адрес (IRI)"),
    "Literal": ("ein Wert (Literal)", "a value (literal)", "значение (литерал)"),
    "BlankNode": ("ein namenloser Knoten", "a node without a name", "узел без имени"),
    "BlankNodeOrIRI": (
        "ein Knoten (IRI oder namenlos), kein Text",
        "a node (IRI or without a name), no text",
        "узел (IRI или без имени), а не текст",
    ),
    "BlankNodeOrLiteral": (
        "ein Wert oder ein namenloser Knoten, keine Webadresse",
        "a value or a node without a name, no web address",
        "значение или узел без имени, а не веб-адрес",
    ),
    "IRIOrLiteral": (
        "eine Webadresse (IRI) oder ein Wert",
        "a web address (IRI) or a value",
        "веб-адрес (IRI) или значение",
    ),
}
_OF_LANGUAGE: Final = (
    "ein Text mit Sprachkürzel",
    "a text with a language tag",
    "текст с кодом языка",
)
_NO_WORD: Final = ("", "severity", "message", "name", "description", "order", "group", "flags")


def expected_words(graph: ShapesGraph, shape: str, parameter: str, language: int) -> str:
    """The values of a parameter of a shape, in the language of that number (de, en, ru)."""
    values = sorted(graph.objects(shape, sh(parameter)))
    shown = (_value(graph, parameter, value, language, _DEEPEST) for value in values)
    return ", ".join(dict.fromkeys(shown))


def in_words(graph: ShapesGraph, shape: str, parameter: str, language: int) -> str:
    """The shapes of a list (sh:and, sh:or, sh:xone) joined by the language's own word."""
    joined = _JOINED.get(parameter, (", ", ", ", ", "))[language]
    lists = sorted(graph.objects(shape, sh(parameter)))
    return "; ".join(
        joined.join(_shape(graph, member, language, _DEEPEST) for member in graph.items(one))
        for one in lists
    )


def _value(graph: ShapesGraph, parameter: str, value: str, language: int, depth: int) -> str:
    prefixes = prefixes_of(graph)
    if parameter == "datatype":
        return _datatype(short(value, prefixes), language)
    if parameter == "nodeKind":
        words = _KINDS.get(plain(value).removeprefix(SH))
        return words[language] if words else short(value, prefixes)
    if parameter in ("not", "node", "qualifiedValueShape", "property"):
        return _shape(graph, value, language, depth)
    if parameter in ("and", "or", "xone"):
        inner = ", ".join(_shape(graph, one, language, depth) for one in graph.items(value))
        return f"{parameter}({inner})"
    if parameter in ("in", "languageIn", "ignoredProperties"):
        bare = parameter == "languageIn"
        members = [
            plain(one) if bare else _bare(short(one, prefixes)) for one in graph.items(value)
        ]
        rest = [PHRASES["further"][language].format(n=len(members) - _MOST)]
        return ", ".join(members[:_MOST] + (rest if len(members) > _MOST else []))
    return plain(value) if parameter == "pattern" else _bare(short(value, prefixes))


def _datatype(name: str, language: int) -> str:
    """``a date YYYY-MM-DD (xsd:date)``."""
    words = _OF_LANGUAGE if name == "rdf:langString" else PHRASES.get(name)
    return f"{words[language]} ({name})" if words else name


def _shape(graph: ShapesGraph, node: str, language: int, depth: int) -> str:
    """What people call the shape, its IRI, or what it asks for."""
    names = texts(graph, node, "name")
    called = names.get(_LANGUAGES[language]) or names.get("en") or names.get("")
    if called:
        return f"„{called}“" if language == 0 else f"“{called}”" if language == 1 else f"«{called}»"
    if is_iri(node):
        return short(node, prefixes_of(graph))
    if depth == 0:
        return "…"
    path = graph.value(node, sh("path"))
    asked = ", ".join(_parameters(graph, node, language, depth - 1))
    if path is None:
        return f"[{asked}]"
    return f"[{path_sparql(read_path(graph, path), prefixes=prefixes_of(graph))}: {asked}]"


def _parameters(graph: ShapesGraph, node: str, language: int, depth: int) -> Iterator[str]:
    for predicate, value in sorted(graph.predicate_objects(node), key=_order):
        iri = plain(predicate)
        word = iri.removeprefix(SH) if iri.startswith(SH) else ""
        if word in _NO_WORD or word == "path":
            continue
        shown = _value(graph, word, value, language, depth)
        yield shown if word in ("property", "and", "or", "xone") else f"{word} {shown}"


def _order(pair: tuple[str, str]) -> tuple[str, str]:
    return plain(pair[0]), pair[1]


def _bare(text: str) -> str:
    """A number or truth value without quotes and datatype: ``"1"^^xsd:integer`` reads as 1."""
    value, separator, datatype = text.rpartition('"^^xsd:')
    is_plain = separator and datatype in ("integer", "decimal", "double", "boolean", "date")
    return value[1:] if is_plain else text
