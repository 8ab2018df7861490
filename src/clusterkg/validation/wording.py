"""What a constraint of SHACL Core says when its shape has no ``sh:message``: de, en, ru."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.namespaces import SH
from clusterkg.validation.component_words import COMPONENTS, LANGUAGES
from clusterkg.validation.described import expected_words, in_words
from clusterkg.validation.path import path_sparql
from clusterkg.validation.report import VALUE
from clusterkg.validation.shapes import prefixes_of, texts
from clusterkg.validation.terms import short

if TYPE_CHECKING:
    from clusterkg.validation.path import Path
    from clusterkg.validation.shapes_graph import ShapesGraph

__all__ = ["component_heading", "default_messages", "default_sentences"]

_NODE: Final = ("diesem Knoten", "this node", "этом узле")
_AT: Final = (" bei {}", " of {}", " в {}")


def component_heading(component: str, language: str) -> str:
    """``wrong datatype``: what is wrong where a component (N-Triples text) has a result."""
    name = _name(component)
    if name not in COMPONENTS:
        return short(component)
    return COMPONENTS[name].heading[LANGUAGES.index(language)]


def default_messages(
    graph: ShapesGraph, shape: str, component: str, *, path: Path | None, value: str
) -> dict[str, str]:
    """One sentence a language for a result of ``component`` (N-Triples text) of ``shape``.

    Empty if the component is not of SHACL Core: its author has to say what it means.
    """
    sentences = default_sentences(graph, shape, _name(component), path=path)
    shown = short(value, prefixes_of(graph))
    return {language: said.replace(VALUE, shown) for language, said in sentences.items()}


def default_sentences(
    graph: ShapesGraph, shape: str, component: str, *, path: Path | None
) -> dict[str, str]:
    """The same with U+0000 for the value; ``component`` is its name, as ``MinCount``."""
    if component not in COMPONENTS:
        return {}
    parameters, _, sentences = COMPONENTS[component]
    names = {} if path is None else texts(graph, shape, "name")
    made = {}
    for at, language in enumerate(LANGUAGES):
        property_ = None if path is None else _property(graph, path, names.get(language))
        made[language] = sentences[at].format(
            path=property_ or _NODE[at],
            at=_AT[at].format(property_) if property_ else "",
            value=VALUE,
            expected=_expected(graph, shape, component, parameters, at),
        )
    return made


def _expected(
    graph: ShapesGraph, shape: str, component: str, parameters: tuple[str, ...], language: int
) -> str:
    if component in ("And", "Or", "Xone"):
        return in_words(graph, shape, parameters[0], language)
    return " × ".join(expected_words(graph, shape, parameter, language) for parameter in parameters)


def _property(graph: ShapesGraph, path: Path, name: str | None) -> str:
    """``birth date (schema:birthDate)``, or the path alone where the shape has no name."""
    shown = path_sparql(path, prefixes=prefixes_of(graph))
    return f"{name} ({shown})" if name else shown


def _name(component: str) -> str:
    return component.removeprefix(f"<{SH}").removesuffix("ConstraintComponent>")
