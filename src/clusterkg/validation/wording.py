"""What a constraint of SHACL Core says when its shape has no ``sh:message``: de, en, ru.

``{path}`` is the property, ``{expected}`` what the shape asks for, ``{value}`` what is there.
https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.namespaces import SH
from clusterkg.validation.path import path_sparql
from clusterkg.validation.terms import encode, short

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from clusterkg.validation.path import Path

__all__ = ["default_messages", "default_sentences"]

# component: (parameters that say what is expected, German, English, Russian)
_SENTENCES: Final[dict[str, tuple[tuple[str, ...], str, str, str]]] = {
    "Class": (
        ("class",),
        "{value} bei {path} ist kein {expected}.",
        "{value} of {path} is no {expected}.",
        "{value} в {path} не относится к классу {expected}.",
    ),
    "Datatype": (
        ("datatype",),
        "{value} bei {path} ist kein gültiger Wert vom Typ {expected}.",
        "{value} of {path} is no valid value of type {expected}.",
        "{value} в {path} не является допустимым значением типа {expected}.",
    ),
    "NodeKind": (
        ("nodeKind",),
        "{value} bei {path} ist von falscher Art, erwartet {expected}.",
        "{value} of {path} is of the wrong kind, expected {expected}.",
        "{value} в {path} имеет неверный вид, ожидается {expected}.",
    ),
    "MinCount": (
        ("minCount",),
        "Bei {path} fehlt eine Angabe, erwartet mindestens {expected}.",
        "A value of {path} is missing, expected at least {expected}.",
        "В {path} не хватает значения, ожидается не менее {expected}.",
    ),
    "MaxCount": (
        ("maxCount",),
        "Bei {path} stehen zu viele Angaben, erwartet höchstens {expected}.",
        "There are too many values of {path}, expected at most {expected}.",
        "В {path} слишком много значений, ожидается не более {expected}.",
    ),
    "MinExclusive": (
        ("minExclusive",),
        "{value} bei {path} ist nicht größer als {expected}.",
        "{value} of {path} is not greater than {expected}.",
        "{value} в {path} не больше {expected}.",
    ),
    "MinInclusive": (
        ("minInclusive",),
        "{value} bei {path} ist kleiner als {expected} oder nicht damit vergleichbar.",
        "{value} of {path} is less than {expected} or cannot be compared with it.",
        "{value} в {path} меньше {expected} или несравнимо с ним.",
    ),
    "MaxExclusive": (
        ("maxExclusive",),
        "{value} bei {path} ist nicht kleiner als {expected}.",
        "{value} of {path} is not less than {expected}.",
        "{value} в {path} не меньше {expected}.",
    ),
    "MaxInclusive": (
        ("maxInclusive",),
        "{value} bei {path} ist größer als {expected} oder nicht damit vergleichbar.",
        "{value} of {path} is greater than {expected} or cannot be compared with it.",
        "{value} в {path} больше {expected} или несравнимо с ним.",
    ),
    "MinLength": (
        ("minLength",),
        "{value} bei {path} ist kürzer als {expected} Zeichen.",
        "{value} of {path} is shorter than {expected} characters.",
        "{value} в {path} короче {expected} символов.",
    ),
    "MaxLength": (
        ("maxLength",),
        "{value} bei {path} ist länger als {expected} Zeichen.",
        "{value} of {path} is longer than {expected} characters.",
        "{value} в {path} длиннее {expected} символов.",
    ),
    "Pattern": (
        ("pattern",),
        "{value} bei {path} hat nicht die verlangte Form {expected}.",
        "{value} of {path} does not have the required form {expected}.",
        "{value} в {path} не имеет требуемого вида {expected}.",
    ),
    "LanguageIn": (
        ("languageIn",),
        "{value} bei {path} ist in keiner der Sprachen {expected}.",
        "{value} of {path} is in none of the languages {expected}.",
        "{value} в {path} не на одном из языков {expected}.",
    ),
    "UniqueLang": (
        (),
        "Bei {path} stehen mehrere Texte in derselben Sprache, erwartet einer je Sprache.",
        "{path} has several texts in one language, expected one for each language.",
        "В {path} несколько текстов на одном языке, ожидается один на язык.",
    ),
    "Equals": (
        ("equals",),
        "Die Werte von {path} und {expected} sind nicht dieselben: {value}.",
        "The values of {path} and {expected} are not the same: {value}.",
        "Значения {path} и {expected} не совпадают: {value}.",
    ),
    "Disjoint": (
        ("disjoint",),
        "{value} steht sowohl bei {path} als auch bei {expected}.",
        "{value} is a value of both {path} and {expected}.",
        "{value} стоит и в {path}, и в {expected}.",
    ),
    "LessThan": (
        ("lessThan",),
        "{value} bei {path} ist nicht kleiner als die Angabe bei {expected}.",
        "{value} of {path} is not less than the value of {expected}.",
        "{value} в {path} не меньше значения {expected}.",
    ),
    "LessThanOrEquals": (
        ("lessThanOrEquals",),
        "{value} bei {path} ist größer als die Angabe bei {expected}.",
        "{value} of {path} is greater than the value of {expected}.",
        "{value} в {path} больше значения {expected}.",
    ),
    "Not": (
        (),
        "{value} erfüllt eine Bedingung, die hier nicht erfüllt sein darf.",
        "{value} meets a condition that must not be met here.",
        "{value} выполняет условие, которое здесь запрещено.",
    ),
    "And": (
        (),
        "{value} erfüllt nicht alle verlangten Bedingungen.",
        "{value} does not meet all of the required conditions.",
        "{value} не выполняет все требуемые условия.",
    ),
    "Or": (
        (),
        "{value} erfüllt keine der möglichen Bedingungen.",
        "{value} meets none of the possible conditions.",
        "{value} не выполняет ни одного из возможных условий.",
    ),
    "Xone": (
        (),
        "{value} erfüllt nicht genau eine der möglichen Bedingungen.",
        "{value} does not meet exactly one of the possible conditions.",
        "{value} выполняет не ровно одно из возможных условий.",
    ),
    "Node": (
        ("node",),
        "{value} entspricht nicht der Form {expected}.",
        "{value} does not conform to the shape {expected}.",
        "{value} не соответствует форме {expected}.",
    ),
    "QualifiedMinCount": (
        ("qualifiedMinCount",),
        "Bei {path} fehlt eine Angabe der verlangten Art, erwartet mindestens {expected}.",
        "A value of the required kind is missing at {path}, expected at least {expected}.",
        "В {path} не хватает значения нужного вида, ожидается не менее {expected}.",
    ),
    "QualifiedMaxCount": (
        ("qualifiedMaxCount",),
        "Bei {path} stehen zu viele Angaben dieser Art, erwartet höchstens {expected}.",
        "There are too many values of this kind at {path}, expected at most {expected}.",
        "В {path} слишком много значений этого вида, ожидается не более {expected}.",
    ),
    "Closed": (
        (),
        "{path} ist hier nicht vorgesehen: {value}.",
        "{path} is not provided for here: {value}.",
        "{path} здесь не предусмотрено: {value}.",
    ),
    "HasValue": (
        ("hasValue",),
        "Bei {path} fehlt die verlangte Angabe {expected}.",
        "The required value {expected} of {path} is missing.",
        "В {path} нет требуемого значения {expected}.",
    ),
    "In": (
        ("in",),
        "{value} bei {path} gehört nicht zu den möglichen Werten {expected}.",
        "{value} of {path} is none of the possible values {expected}.",
        "{value} в {path} не входит в число возможных значений {expected}.",
    ),
    "SPARQL": (
        (),
        "{value} erfüllt die in SPARQL geschriebene Bedingung nicht.",
        "{value} does not meet the condition written in SPARQL.",
        "{value} не выполняет условие, записанное на SPARQL.",
    ),
}
_NOTHING: Final = {"de": "dieser Stelle", "en": "this node", "ru": "этом узле"}


def default_messages(
    graph: Graph, shape: Node, component: str, *, path: Path | None, value: str
) -> dict[str, str]:
    """One sentence a language for a result of ``component`` (N-Triples text) of ``shape``.

    Empty if the component is not of SHACL Core: its author has to say what it means.
    """
    name = component.removeprefix(f"<{SH}").removesuffix("ConstraintComponent>")
    sentences = default_sentences(graph, shape, name, path=path)
    return {language: said.replace("\0", short(value)) for language, said in sentences.items()}


def default_sentences(
    graph: Graph, shape: Node, component: str, *, path: Path | None
) -> dict[str, str]:
    """The same with U+0000 for the value; ``component`` is its name, as ``MinCount``."""
    if component not in _SENTENCES:
        return {}
    parameters, *sentences = _SENTENCES[component]
    expected = " ".join(_expected(graph, shape, parameter) for parameter in parameters)
    return {
        language: sentence.format(
            path=path_sparql(path) if path else _NOTHING[language], value="\0", expected=expected
        )
        for language, sentence in zip(("de", "en", "ru"), sentences, strict=True)
    }


def _expected(graph: Graph, shape: Node, parameter: str) -> str:
    from rdflib import RDF, BNode, URIRef

    shown: list[str] = []
    for value in sorted(graph.objects(shape, URIRef(SH + parameter)), key=encode):
        if (value, RDF.first, None) in graph or value == RDF.nil:
            shown += [short(encode(member)) for member in graph.items(value)]
        elif isinstance(value, BNode):
            shown.append("…")
        else:
            shown.append(_bare(short(encode(value))))
    return ", ".join(shown)


def _bare(text: str) -> str:
    """A number without quotes and datatype: ``"1"^^xsd:integer`` reads as 1."""
    number = text.endswith(('"^^xsd:integer', '"^^xsd:decimal'))
    return text.split('"')[1] if number else text
