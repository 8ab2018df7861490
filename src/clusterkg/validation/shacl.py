"""A graph and shapes → a Report: the one door to pySHACL.

Subclasses count for ``sh:targetClass`` and ``sh:class`` where the data holds their
``rdfs:subClassOf`` (https://www.w3.org/TR/shacl/#terminology); nothing else is inferred.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import connect
from clusterkg.errors import SettingsError, ValidationError
from clusterkg.namespaces import SH
from clusterkg.validation.judging import LABELS, judged
from clusterkg.validation.loading import graph_of_files, graph_of_quads
from clusterkg.validation.notices import notices
from clusterkg.validation.path import read_path
from clusterkg.validation.prebinding import with_shapes_graph
from clusterkg.validation.report import Checked, Report, Result, merged, result_key
from clusterkg.validation.running import OnDuckDB
from clusterkg.validation.shapes import prefixes_of, read_shapes, single_files, texts
from clusterkg.validation.spark_judging import (
    judged_on_spark,
    spark_engine,
    spark_files,
    spark_quads,
)
from clusterkg.validation.targets import focus_nodes
from clusterkg.validation.terms import encode, quiet_rdflib, short
from clusterkg.validation.triples import is_described, load_files, load_quads
from clusterkg.validation.wording import default_messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rdflib import Graph
    from rdflib.term import Node

    from clusterkg.engines.duckdb import Connection
    from clusterkg.engines.spark import SparkRun
    from clusterkg.validation.kept import Kept
    from clusterkg.validation.shapes import Shapes

__all__ = ["ENGINES", "validate", "validate_files", "validate_quads"]

AUTO, PYSHACL = "auto", "pyshacl"
ENGINES: Final = (AUTO, PYSHACL)
"""Plans where they know all constraints, else pySHACL; or pySHACL alone."""
_ONTOLOGY: Final = "ontology.ttl"
_PLACEHOLDER: Final = re.compile(r"\{[?$](\w+)\}")


def validate_quads(
    connection: Connection,
    shape_files: Sequence[Path],
    *,
    engine: str = AUTO,
    kept: Kept | None = None,
    run: SparkRun | None = None,
) -> Report:
    """Judge the union of all graphs of the quads relation, ontology included.

    A file ``ontology.ttl`` holds what the ontology demands of itself, and is judged on the named
    graph of the ontology alone: concepts that sources bring along follow other rules. ``engine``
    is one of ENGINES. With ``kept`` only what has changed since is judged; the report is the same.
    With ``run`` plans run on Spark. Raises ValidationError if the shapes cannot be used.
    """
    how = _How(engine, kept, run)
    files = single_files(shape_files)
    own = [file for file in files if file.name == _ONTOLOGY]
    others = [file for file in files if file.name != _ONTOLOGY]
    reports = []
    if others or not own:
        reports.append(_of_quads(connection, others, "", how))
    if own:
        reports.append(_of_quads(connection, own, "graph/ontology", how))
    if kept is not None:
        kept.sweep()
    return merged(reports)


@dataclass(frozen=True)
class _How:
    """By which engine, from what is kept, and where."""

    engine: str
    kept: Kept | None
    run: SparkRun | None


def _of_quads(connection: Connection, files: Sequence[Path], name: str, how: _How) -> Report:
    shapes = read_shapes(files)

    def other(shapes: Shapes) -> Report:
        return validate(graph_of_quads(connection, name=name), shapes)

    described = partial(is_described, connection, relation="quads")
    if how.engine == PYSHACL:
        report = other(shapes)
    elif how.run is not None:
        with spark_engine(how.run, connection) as spark:
            report = judged_on_spark(spark, shapes, partial(spark_quads, spark, name), other)
    elif how.kept is not None:
        from clusterkg.validation.incremental import judged_again

        report = judged_again(connection, shapes, name, other, how.kept)
    else:
        load = partial(load_quads, connection, name=name)
        report = judged(OnDuckDB(connection), shapes, load, other)
    return report.with_findings(notices(shapes, described))


def validate_files(
    data_files: Sequence[Path],
    shape_files: Sequence[Path],
    *,
    engine: str = AUTO,
    run: SparkRun | None = None,
) -> Report:
    """Judge RDF files on their own, outside any project; the syntax goes by the suffix.

    ``engine`` is one of ENGINES; with ``run`` plans run on Spark. Raises SettingsError if no data
    or no shapes are named, GraphError for data and ValidationError for shapes that cannot be read,
    with file and line.
    """
    if not data_files:
        raise SettingsError("no data was given", hint="clusterkg validate DATA --shapes FILE")
    if not shape_files:
        raise SettingsError(
            "no shapes were given",
            hint=f"clusterkg validate {data_files[0]} --shapes FILE",
        )
    shapes = read_shapes(shape_files)

    def other(shapes: Shapes) -> Report:
        return validate(graph_of_files(data_files), shapes)

    if engine == PYSHACL:
        return other(shapes).with_findings(notices(shapes, partial(is_described, None)))
    with (
        tempfile.TemporaryDirectory(prefix="clusterkg-") as folder,
        closing(connect(temporary=Path(folder))) as connection,
    ):
        if run is not None:
            with spark_engine(run, connection) as spark:
                load = partial(spark_files, spark, data_files)
                report = judged_on_spark(spark, shapes, load, other)
                return report.with_findings(notices(shapes, spark.is_described))
        load = partial(load_files, connection, data_files)
        report = judged(OnDuckDB(connection), shapes, load, other)
        return report.with_findings(notices(shapes, partial(is_described, connection)))


def validate(data: Graph, shapes: Shapes) -> Report:
    """Judge ``data`` by ``shapes``; raises ValidationError if a shape is ill-formed.

    The data graph is not changed and not copied.
    """
    from importlib.metadata import version

    with quiet_rdflib(), with_shapes_graph(data, shapes) as (graph, asked):
        found = _run(graph, asked)
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


def _run(data: Graph, shapes: Shapes) -> Graph:
    """The validation report graph of pySHACL."""
    import pyshacl
    from pyparsing import ParseException
    from pyshacl.errors import (
        ConstraintLoadError,
        ReportableRuntimeError,
        RuleLoadError,
        ShapeLoadError,
        ValidationFailure,
    )

    files = ", ".join(file.name for file in shapes.files)
    try:
        _, found, text = pyshacl.validate(data, shacl_graph=shapes.graph, inplace=True)
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

    def __init__(self, report: Graph, data: Graph, shapes: Shapes) -> None:
        self.report = report
        self.data = data
        self.shapes = shapes.graph
        self.texts: dict[Node, dict[str, str]] = {}
        self.labels: dict[Node, dict[str, str]] = {}

    def results(self) -> Iterable[Result]:
        from rdflib import RDF, URIRef

        for top in self.report.subjects(RDF.type, URIRef(SH + "ValidationReport")):
            for node in self.report.objects(top, URIRef(SH + "result")):
                yield self._result(node)

    def _result(self, node: Node) -> Result:
        from rdflib import RDF, URIRef

        parts: dict[str, Node] = {}
        said: list[str] = []
        details: list[Node] = []
        for predicate, value in self.report.predicate_objects(node):
            word = str(predicate).removeprefix(SH)
            if word == "resultMessage":
                said.append(str(value))
            elif word == "detail":
                details.append(value)
            elif predicate != RDF.type:
                parts[word] = value
        path = read_path(self.report, parts["resultPath"]) if "resultPath" in parts else None
        focus, shape = parts["focusNode"], parts["sourceShape"]
        component = encode(parts["sourceConstraintComponent"])
        constraint = parts.get("sourceConstraint")
        messages = self._messages(shape, constraint, sorted(said)) or default_messages(
            self.shapes,
            shape,
            component,
            path=path,
            value=encode(parts.get("value", focus)),
        )
        return Result(
            focus_node=encode(focus),
            path=path,
            value=encode(parts["value"]) if "value" in parts else None,
            source_shape=encode(shape),
            component=component,
            severity_iri=encode(parts.get("resultSeverity", URIRef(SH + "Violation"))),
            messages=messages or {"": " ".join(sorted(said)) or short(component)},
            focus_label=self._label(focus),
            source_constraint=None if constraint is None else encode(constraint),
            details=tuple(sorted((self._result(detail) for detail in details), key=result_key)),
        )

    def _messages(self, shape: Node, constraint: Node | None, said: list[str]) -> dict[str, str]:
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

    def _label(self, node: Node) -> dict[str, str]:
        from rdflib import Literal, URIRef

        if node not in self.labels:
            found: dict[str, str] = {}
            for iri in LABELS:
                values = sorted(self.data.objects(node, URIRef(iri)), key=str)
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
