"""Triples in the engine and shapes → a Report: plans for SHACL Core, pySHACL for what is beyond.

Which shapes were judged by which engine stands in the report.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import clusterkg
from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import SH
from clusterkg.validation.path import Path, Predicate
from clusterkg.validation.plan import LABELS
from clusterkg.validation.relational import judge
from clusterkg.validation.report import Checked, Messages, Report, Result, Sentences, result_key
from clusterkg.validation.shapes import prefixes_of, texts
from clusterkg.validation.terms import parse_term, short
from clusterkg.validation.wording import default_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from clusterkg.validation.constraints import Shape
    from clusterkg.validation.plan import Plan
    from clusterkg.validation.relational import Row
    from clusterkg.validation.rule import Rule
    from clusterkg.validation.running import Engine
    from clusterkg.validation.shapes import Shapes

__all__ = ["checked", "judged", "reported"]

_NO_LABEL: Final[Mapping[str, str]] = {}


def judged(
    engine: Engine,
    plan: Plan,
    other: Callable[[Shapes], Report],
) -> Report:
    """Judge the triples ``t(s, p, o)``; ``other`` judges by the shapes that plans do not know."""
    made = judge(engine, plan.values, plan.chosen)
    rows = [one.row for one in made.found]
    others = other(plan.others()) if plan.asked else None
    return reported(engine, plan, rows, others, checked(engine, plan, made.focus_nodes))


def checked(engine: Engine, plan: Plan, focus_nodes: int) -> Checked:
    """What was judged: all triples, those that no shape needs among them."""
    return Checked(engine.triples(), focus_nodes, len(plan.shapes.nodes))


def reported(
    engine: Engine,
    plan: Plan,
    rows: Sequence[Row],
    others: Report | None,
    count: Checked,
) -> Report:
    """Rows in the words of their shapes, with the results of pySHACL; labels are those in ``t``.

    ``count`` has the focus nodes of plans.
    """
    shapes = plan.shapes
    results = _Wording(engine, shapes, plan.values).results(rows)
    report = Report(
        tuple(sorted(results, key=result_key)),
        rules=_rules(shapes, results),
        checked=count,
        engine=f"clusterkg {clusterkg.__version__}{engine.name}",
        prefixes=prefixes_of(shapes.graph),
    )
    return report if others is None else _with_others(engine, report, others, plan)


def _rules(shapes: Shapes, results: Sequence[Result]) -> dict[str, Rule]:
    rules = shapes.rules()
    sources = {result.source_shape for result in results}
    return {shape: rules[shape] for shape in sorted(rules) if shape in sources}


def _with_others(engine: Engine, report: Report, others: Report, plan: Plan) -> Report:
    named = ", ".join(short(node) for node in plan.asked)
    labels = _labels(engine, sorted(_focus_nodes(others.results)))
    results = [_labelled(result, labels) for result in others.results]
    return replace(
        report,
        results=tuple(sorted((*report.results, *results), key=result_key)),
        rules=dict(sorted({**report.rules, **_rules(plan.shapes, results)}.items())),
        checked=replace(
            report.checked, focus_nodes=report.checked.focus_nodes + others.checked.focus_nodes
        ),
        engine=f"{report.engine}; {others.engine} for {named}",
    )


def _focus_nodes(results: Iterable[Result]) -> set[str]:
    found: set[str] = set()
    for result in results:
        found |= {result.focus_node} | _focus_nodes(result.details)
    return found


def _labelled(result: Result, labels: Mapping[str, dict[str, str]]) -> Result:
    return result._replace(
        focus_label=labels.get(result.focus_node, {}),
        details=tuple(_labelled(one, labels) for one in result.details),
    )


@dataclass(frozen=True)
class _Told:
    """What results of one shape, component and path share; ``messages`` if none names a value."""

    path: Path | None
    component: str
    severity: str
    sentences: Sentences
    messages: Messages | None


class _Shown(dict[str, str]):
    """Terms as people read them, each made once."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes

    def __missing__(self, term: str) -> str:
        self[term] = shown = short(term, self.prefixes)
        return shown


class _Wording:
    """Rows → results with the words of their shapes and the names of their focus nodes."""

    def __init__(self, engine: Engine, shapes: Shapes, values: Mapping[str, Shape]) -> None:
        self.engine, self.shapes, self.values = engine, shapes, values
        self.shown = _Shown(prefixes_of(shapes.graph))
        self.labels: Mapping[str, dict[str, str]] = {}
        self.told: dict[tuple[str, str, str | None], _Told] = {}

    def results(self, rows: Sequence[Row]) -> list[Result]:
        self.labels = _labels(self.engine, dict.fromkeys(row.focus for row in rows))
        return [self._result(row) for row in rows]

    def _result(self, row: Row) -> Result:
        shape, constraint, focus, value, path, details = row
        kind = (shape, constraint.component, path)
        told = self.told.get(kind)
        if told is None:
            told = self.told[kind] = self._told(*kind)
        return Result(
            focus,
            told.path,
            value,
            shape,
            told.component,
            told.severity,
            told.messages
            or Messages(told.sentences, self.shown[focus if value is None else value]),
            self.labels.get(focus, _NO_LABEL),
            None,
            tuple(sorted(map(self._result, details), key=result_key)) if details else (),
        )

    def _told(self, node: str, component: str, path: str | None) -> _Told:
        """The texts are those of the shape itself, else the sentence of the component."""
        shape, graph = self.values[node], self.shapes.graph
        way = Predicate(path) if path else shape.path
        sentences = Sentences(
            texts(graph, node, "message") or default_sentences(graph, node, component, path=way)
        )
        return _Told(
            way,
            f"<{SH}{component}ConstraintComponent>",
            shape.severity,
            sentences,
            None if sentences.name_the_value else Messages(sentences, ""),
        )


def _labels(engine: Engine, nodes: Collection[str]) -> dict[str, dict[str, str]]:
    """What the nodes are called, by language, in the first property that says it."""
    if not nodes:
        return {}
    properties = {f"<{iri}>": order for order, iri in enumerate(LABELS)}
    wanted = ", ".join(map(literal, properties))
    rows = engine.rows(
        f"SELECT s, p, o FROM t WHERE p IN ({wanted}) AND starts_with(o, '\"') "
        f"AND s IN (SELECT node FROM {engine.listed(tuple(nodes))})"
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
