"""A graph and shapes → a Report, by pySHACL: its one door."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError
from clusterkg.namespaces import SH
from clusterkg.validation.path import read_path
from clusterkg.validation.plan import LABELS
from clusterkg.validation.prebinding import with_shapes_graph
from clusterkg.validation.rdflib_graphs import from_rdflib, quiet_rdflib, term_reader
from clusterkg.validation.report import Checked, Report, Result, result_key
from clusterkg.validation.shapes import prefixes_of, texts
from clusterkg.validation.shapes_graph import TYPE, ShapesGraph, sh
from clusterkg.validation.targets import focus_nodes
from clusterkg.validation.terms import plain, short
from clusterkg.validation.wording import default_messages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib import Graph

    from clusterkg.validation.shapes import Shapes

__all__ = ["validate"]

_PLACEHOLDER: Final = re.compile(r"\{[?$](\w+)\}")


@quiet_rdflib()
def validate(data: Graph, shapes: Shapes) -> Report:
    """Judge ``data`` by ``shapes``; raises ValidationError if a shape is ill-formed.

    The data graph is not changed and not copied.
    """
    from importlib.metadata import version

    files = ", ".join(file.name for file in shapes.files)
    with with_shapes_graph(data, shapes) as (graph, asked):
        found = from_rdflib(_run(graph, asked, files))
    reading = _Reading(found, data, shapes)
    results = tuple(sorted(reading.results(), key=result_key))
    rules = shapes.rules()
    sources = {result.source_shape for result in results}
    return Report(
        results=results,
        rules={shape: rules[shape] for shape in sorted(rules) if shape in sources},
        checked=Checked(
            triples=len(data),
            focus_nodes=len(focus_nodes(data, shapes)),
            shapes=len(shapes.nodes),
        ),
        engine=f"pySHACL {version('pyshacl')}",
        prefixes=prefixes_of(shapes.graph),
    )


def _run(data: Graph, shapes: Graph, files: str) -> Graph:
    """The validation report graph of pySHACL; ``files`` is what the shapes are called."""
    import pyshacl
    from pyparsing import ParseException
    from pyshacl.errors import (
        ConstraintLoadError,
        ReportableRuntimeError,
        RuleLoadError,
        ShapeLoadError,
        ValidationFailure,
    )

    try:
        _, found, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    except (ShapeLoadError, ConstraintLoadError, RuleLoadError) as error:
        raise ValidationError(
            f"a shape is ill-formed: {error.message}", at=files, hint=f"See {error.link}"
        ) from error
    except (ReportableRuntimeError, NotImplementedError, ParseException) as error:
        raise ValidationError(f"a shape cannot be judged: {error}", at=files) from error
    except TypeError as error:
        # two values of which one is not of its datatype
        raise ValidationError(
            f"pySHACL fails on a value of the data: {error}",
            at=files,
            hint="Values that are not of their datatype it may not compare: correct them, or leave "
            "out --engine pyshacl.",
        ) from error
    if isinstance(found, ValidationFailure):
        raise ValidationError(f"a shape cannot be judged: {text}", at=files)
    report: Graph = found
    return report


class _Reading:
    """A report graph of pySHACL, read into values with the messages of the shapes."""

    def __init__(self, report: ShapesGraph, data: Graph, shapes: Shapes) -> None:
        self.report = report
        self.data = data
        self.shapes = shapes.graph
        self.read = term_reader()
        self.texts: dict[str, dict[str, str]] = {}
        self.labels: dict[str, dict[str, str]] = {}

    def results(self) -> Iterable[Result]:
        for top in self.report.subjects_with(TYPE, sh("ValidationReport")):
            for node in self.report.objects(top, sh("result")):
                yield self._result(node)

    def _result(self, node: str) -> Result:
        parts: dict[str, str] = {}
        said: list[str] = []
        details: list[str] = []
        for predicate, value in self.report.predicate_objects(node):
            word = plain(predicate).removeprefix(SH)
            if word == "resultMessage":
                said.append(plain(value))
            elif word == "detail":
                details.append(value)
            elif predicate != TYPE:
                parts[word] = value
        path = read_path(self.report, parts["resultPath"]) if "resultPath" in parts else None
        focus, shape = parts["focusNode"], parts["sourceShape"]
        component = parts["sourceConstraintComponent"]
        constraint = parts.get("sourceConstraint")
        messages = self._messages(shape, constraint, sorted(said)) or default_messages(
            self.shapes,
            shape,
            component,
            path=path,
            value=parts.get("value", focus),
        )
        return Result(
            focus_node=focus,
            path=path,
            value=parts.get("value"),
            source_shape=shape,
            component=component,
            severity_iri=parts.get("resultSeverity", sh("Violation")),
            messages=messages or {"": " ".join(sorted(said)) or short(component)},
            focus_label=self._label(focus),
            source_constraint=constraint,
            details=tuple(sorted((self._result(detail) for detail in details), key=result_key)),
        )

    def _messages(self, shape: str, constraint: str | None, said: list[str]) -> dict[str, str]:
        """The texts of the SPARQL constraint, else of its component, else of the shape itself.

        pySHACL fills in placeholders but drops the language; it is found again by the template.
        """
        for source in (constraint, shape):
            if source is None:
                continue
            if source not in self.texts:
                self.texts[source] = texts(self.shapes, source, "message")
            if self.texts[source]:
                return {
                    language: _filled(text, said) for language, text in self.texts[source].items()
                }
        return {}

    def _label(self, node: str) -> dict[str, str]:
        from rdflib import Literal, URIRef

        if node not in self.labels:
            found: dict[str, str] = {}
            for iri in LABELS:
                values = sorted(self.data.objects(self.read(node), URIRef(iri)), key=str)
                for value in values:
                    if isinstance(value, Literal):
                        found.setdefault((value.language or "").lower(), str(value))
                if found:
                    break
            self.labels[node] = dict(sorted(found.items()))
        return self.labels[node]


def _filled(template: str, said: Iterable[str]) -> str:
    if not _PLACEHOLDER.search(template):
        return template
    literal = _PLACEHOLDER.split(template)[::2]
    pattern = re.compile("(.*?)".join(re.escape(part) for part in literal), re.DOTALL)
    return next((text for text in said if pattern.fullmatch(text)), template)
