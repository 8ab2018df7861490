"""Results as they are kept from one build to the next: as columns of a table, and as JSON.

Results of plans name their constraint by its place in its shape, and get their words anew;
those of pySHACL are kept with their words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clusterkg.validation.path import Alternative, Inverse, Predicate, Repeated, Sequence
from clusterkg.validation.relational import Found, Row
from clusterkg.validation.report import Checked, Report, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterkg.validation.constraints import Constraint, Shape
    from clusterkg.validation.path import Path

__all__ = ["Constraints", "columns_of", "found_of", "reported", "said_report"]


@dataclass
class Constraints:
    """The constraints of shapes by their numbers, and the other way round."""

    shapes: Mapping[str, Shape]
    numbers: dict[tuple[str, Constraint], int] = field(default_factory=dict)

    def number(self, shape: str, constraint: Constraint) -> int:
        """The place of a constraint in its shape."""
        key = (shape, constraint)
        if key not in self.numbers:
            self.numbers[key] = self.shapes[shape].constraints.index(constraint)
        return self.numbers[key]

    def constraint(self, shape: str, number: int) -> Constraint:
        """The constraint at a place."""
        return self.shapes[shape].constraints[number]


# -- results of plans ------------------------------------------------------------------------------


def columns_of(found: Iterable[Found], constraints: Constraints) -> tuple[list[Any], ...]:
    """Shape, node, source shape, number of the constraint, focus, value, path, details (JSON)."""
    rows = [
        (
            one.shape,
            one.node,
            one.row.shape,
            constraints.number(one.row.shape, one.row.constraint),
            one.row.focus,
            one.row.value,
            one.row.path,
            json.dumps([_said_row(row, constraints) for row in one.row.details])
            if one.row.details
            else None,
        )
        for one in found
    ]
    return tuple([row[place] for row in rows] for place in range(8))


def found_of(row: tuple[Any, ...], constraints: Constraints) -> Found:
    """The result that a row of these columns says."""
    shape, node, source, number, focus, value, path, details = row
    told = json.loads(details) if details else ()
    return Found(
        shape,
        node,
        Row(
            source,
            constraints.constraint(source, number),
            focus,
            value,
            path,
            tuple(_row(one, constraints) for one in told),
        ),
    )


def _said_row(row: Row, constraints: Constraints) -> list[Any]:
    number = constraints.number(row.shape, row.constraint)
    details = [_said_row(one, constraints) for one in row.details]
    return [row.shape, number, row.focus, row.value, row.path, details]


def _row(said: list[Any], constraints: Constraints) -> Row:
    shape, number, focus, value, path, details = said
    told = tuple(_row(one, constraints) for one in details)
    return Row(shape, constraints.constraint(shape, number), focus, value, path, told)


# -- results of pySHACL ----------------------------------------------------------------------------


def said_report(report: Report) -> dict[str, Any]:
    """The results of a report and how many focus nodes were judged by which engine."""
    return {
        "engine": report.engine,
        "focus_nodes": report.checked.focus_nodes,
        "results": [_said_result(one) for one in report.results],
    }


def reported(said: Mapping[str, Any]) -> Report:
    """The report that was said; without its rules, which are those of the shapes."""
    return Report(
        tuple(_result(one) for one in said["results"]),
        checked=Checked(focus_nodes=int(said["focus_nodes"])),
        engine=str(said["engine"]),
    )


def _said_result(result: Result) -> dict[str, Any]:
    return {
        "focus": result.focus_node,
        "path": None if result.path is None else _said_path(result.path),
        "value": result.value,
        "shape": result.source_shape,
        "component": result.component,
        "severity": result.severity_iri,
        "messages": dict(result.messages),
        "constraint": result.source_constraint,
        "details": [_said_result(one) for one in result.details],
    }


def _result(said: Mapping[str, Any]) -> Result:
    return Result(
        said["focus"],
        None if said["path"] is None else _path(said["path"]),
        said["value"],
        said["shape"],
        said["component"],
        said["severity"],
        said["messages"],
        source_constraint=said["constraint"],
        details=tuple(_result(one) for one in said["details"]),
    )


def _said_path(path: Path) -> Any:
    match path:
        case Predicate():
            return path.iri
        case Inverse():
            return ["^", _said_path(path.path)]
        case Sequence():
            return ["/", *map(_said_path, path.steps)]
        case Alternative():
            return ["|", *map(_said_path, path.choices)]
        case Repeated():
            return [path.sign, _said_path(path.path)]


def _path(said: Any) -> Path:
    if isinstance(said, str):
        return Predicate(said)
    sign, *parts = said
    inner = tuple(map(_path, parts))
    if sign == "^":
        return Inverse(inner[0])
    if sign == "/":
        return Sequence(inner)
    return Alternative(inner) if sign == "|" else Repeated(inner[0], sign)
