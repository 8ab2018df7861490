"""Triples in the engine and shapes → a Report: plans for SHACL Core, pySHACL for what is beyond.

Which shapes were judged by which engine stands in the report.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import clusterkg
from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import PREFIXES, SH
from clusterkg.validation.constraints import read_constraints
from clusterkg.validation.path import Path, Predicate
from clusterkg.validation.relational import judge, needed, unsupported
from clusterkg.validation.report import Checked, Report, Result, result_key
from clusterkg.validation.shapes import prefixes_of, texts
from clusterkg.validation.terms import encode, parse_term, short
from clusterkg.validation.wording import default_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rdflib.term import Node

    from clusterkg.validation.constraints import Shape
    from clusterkg.validation.relational import Row
    from clusterkg.validation.running import Engine
    from clusterkg.validation.shapes import Shapes
    from clusterkg.validation.triples import Needed

__all__ = ["LABELS", "judged"]

LABELS: Final = (
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["rdfs"] + "label",
    PREFIXES["rov"] + "legalName",
    PREFIXES["dct"] + "title",
    PREFIXES["foaf"] + "name",
    PREFIXES["schema"] + "name",
    PREFIXES["locn"] + "fullAddress",
)
"""What a node is called, the best first."""
_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")


def judged(
    engine: Engine,
    shapes: Shapes,
    load: Callable[[Needed], None],
    other: Callable[[Shapes], Report],
) -> Report:
    """Judge the triples ``t(s, p, o)`` that ``load`` makes, of the predicates that are needed.

    ``other`` judges by the shapes that plans do not know. Raises ValidationError if a shape is
    ill-formed.
    """
    files = ", ".join(file.name for file in shapes.files)
    values = read_constraints(shapes.graph, shapes.nodes, files)
    predicates = needed(values)
    load(None if predicates is None else predicates | {f"<{iri}>" for iri in LABELS})
    beyond = unsupported(values) | _with_other_targets(shapes)
    found = judge(engine, values, frozenset(values) - beyond)
    results = _Wording(engine, shapes, values).results(found.rows)
    rules = shapes.rules()
    sources = {result.source_shape for result in results}
    report = Report(
        tuple(sorted(results, key=result_key)),
        rules={shape: rules[shape] for shape in sorted(rules) if shape in sources},
        checked=Checked(engine.triples(), found.focus_nodes, len(shapes.nodes)),
        engine=f"clusterkg {clusterkg.__version__}",
        prefixes=prefixes_of(shapes.graph),
    )
    asked = sorted(node for node in beyond if _is_judged(values, node, shapes))
    return _with_others(report, other(_only(shapes, values, beyond)), asked) if asked else report


def _is_judged(values: Mapping[str, Shape], node: str, shapes: Shapes) -> bool:
    shape = values[node]
    return bool(not shape.deactivated and (shape.targets or node in _with_other_targets(shapes)))


def _with_other_targets(shapes: Shapes) -> frozenset[str]:
    """The shapes with a target of SHACL-AF."""
    from rdflib import URIRef

    return frozenset(encode(node) for node in shapes.graph.subjects(URIRef(SH + "target")))


def _with_others(report: Report, others: Report, asked: list[str]) -> Report:
    named = ", ".join(short(node) for node in asked)
    return replace(
        report,
        results=tuple(sorted((*report.results, *others.results), key=result_key)),
        rules=dict(sorted({**report.rules, **others.rules}.items())),
        checked=replace(
            report.checked, focus_nodes=report.checked.focus_nodes + others.checked.focus_nodes
        ),
        engine=f"{report.engine}; {others.engine} for {named}",
    )


def _only(shapes: Shapes, values: Mapping[str, Shape], beyond: frozenset[str]) -> Shapes:
    """The same shapes, of which only those that are ``beyond`` have targets."""
    from rdflib import OWL, RDF, RDFS, URIRef
    from rdflib import Graph as NewGraph

    graph = NewGraph(bind_namespaces="none")
    for triple in shapes.graph:
        graph.add(triple)
    for prefix, start in prefixes_of(shapes.graph).items():
        graph.bind(prefix, start)
    for node in shapes.nodes:
        if encode(node) in beyond:
            continue
        for word in _TARGETS:
            graph.remove((node, URIRef(SH + word), None))
        if values[encode(node)].targets:
            for kind in (RDFS.Class, OWL.Class):
                graph.remove((node, RDF.type, kind))
    return replace(shapes, graph=graph, whole=shapes.whole or shapes.graph)


@dataclass
class _Wording:
    """Rows → results with the words of their shapes and the names of their focus nodes."""

    engine: Engine
    shapes: Shapes
    values: Mapping[str, Shape]
    nodes: dict[str, Node] = field(default_factory=dict)
    said: dict[tuple[str, str, str | None], dict[str, str]] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def results(self, rows: Iterable[Row]) -> list[Result]:
        rows = list(rows)
        self.nodes = {encode(node): node for node in self.shapes.nodes}
        self.prefixes = prefixes_of(self.shapes.graph)
        self.labels = _labels(self.engine, sorted({row.focus for row in rows}))
        return [self._result(row) for row in rows]

    def _result(self, row: Row) -> Result:
        shape = self.values[row.shape]
        path = Predicate(row.path) if row.path else shape.path
        return Result(
            focus_node=row.focus,
            path=path,
            value=row.value,
            source_shape=row.shape,
            component=f"<{SH}{row.constraint.component}ConstraintComponent>",
            severity_iri=shape.severity,
            messages=self._messages(row, path),
            focus_label=self.labels.get(row.focus, {}),
            details=tuple(sorted(map(self._result, row.details), key=result_key)),
        )

    def _messages(self, row: Row, path: Path | None) -> dict[str, str]:
        """The texts of the shape itself, else the sentence of the component."""
        key = (row.shape, row.constraint.component, row.path)
        if key not in self.said:
            node = self.nodes[row.shape]
            self.said[key] = texts(self.shapes.graph, node, "message") or default_sentences(
                self.shapes.graph, node, row.constraint.component, path=path
            )
        sentences = self.said[key]
        if not any("\0" in sentence for sentence in sentences.values()):
            return sentences
        value = row.value if row.value is not None else row.focus
        shown = short(value, self.prefixes)
        return {language: sentence.replace("\0", shown) for language, sentence in sentences.items()}


def _labels(engine: Engine, nodes: list[str]) -> dict[str, dict[str, str]]:
    """What the nodes are called, by language, in the first property that says it."""
    if not nodes:
        return {}
    properties = {f"<{iri}>": order for order, iri in enumerate(LABELS)}
    wanted = ", ".join(map(literal, properties))
    rows = engine.rows(
        f"SELECT s, p, o FROM t WHERE p IN ({wanted}) AND starts_with(o, '\"') "
        f"AND s IN (SELECT node FROM {engine.listed(nodes)})"
    )
    found: dict[str, dict[int, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for node, prop, text in rows:
        value, language, _ = parse_term(text)
        found[node][properties[prop]].append((value, (language or "").lower()))
    made = {}
    for node, named in found.items():
        labels: dict[str, str] = {}
        for value, language in sorted(named[min(named)]):
            labels.setdefault(language, value)
        made[node] = dict(sorted(labels.items()))
    return made
