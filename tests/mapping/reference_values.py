"""Values of a row in the reference: paths, natural lexical forms, texts of templates."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from clusterkg.mapping import triples_map as tm
from clusterkg.mapping.template import Variable


@dataclass(frozen=True)
class Number:
    """A number of JSON as it is written."""

    text: str


@dataclass(frozen=True)
class Offender:
    """What is told of a row; ``columns`` are those the value comes from."""

    rule: str
    file: str
    row: int
    columns: frozenset[str]
    value: str
    severity: str = "VIOLATION"


@dataclass
class Made:
    """What a mapping makes."""

    quads: set[ox.Quad] = field(default_factory=set)
    offenders: set[Offender] = field(default_factory=set)


@dataclass(frozen=True)
class Row:
    """One iteration: where it stands, and the values of a reference in it."""

    file: str
    number: int
    values: Callable[[str], list[Any]]
    typed: bool
    base: str
    triples_map: str


_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\*\]|\['([^']*)'\]")


def steps(value: Any, path: str) -> Iterator[Any]:
    """What a path of names, ``[0]`` and ``[*]`` finds."""
    found = [value]
    for match in _STEP.finditer(path.removeprefix("$").removeprefix(".")):
        name = match[1] if match[1] is not None else match[3]
        if name is not None:
            found = [v[name] for v in found if isinstance(v, dict) and name in v]
        elif match[2] is not None:
            index = int(match[2])
            found = [v[index] for v in found if isinstance(v, list) and index < len(v)]
        else:
            found = [item for v in found if isinstance(v, list) for item in v]
    yield from found


def text_of(value: Any) -> str | None:
    """The natural lexical form (R2RML 10.2; for JSON that of RML's JSON binding)."""
    if value is None or isinstance(value, (list, dict)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return str(int(value.text)) if is_whole(value) else _double(value)  # canonical, -0 is 0
    return str(value)


def is_whole(value: Number) -> bool:
    return re.fullmatch("-?[0-9]+", value.text) is not None


def _double(value: Number) -> str:
    """The canonical xsd:double (XML Schema 1.1 part 2, 3.3.5.2) of the nearest double."""
    number = float(value.text)
    if number == 0:
        return "0.0E0"  # as for columns of type DOUBLE, zero has no sign
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)
    mantissa = "".join(map(str, digits))
    point = f"{mantissa[0]}.{mantissa[1:] or '0'}"
    return f"{'-' if sign else ''}{point}E{exponent + len(mantissa) - 1}"


def texts_of(term: tm.TermMap, row: Row) -> list[str]:
    """The texts that a side of a join compares."""
    return [
        text
        for values in assignments(term, row, Made())
        if (text := filled(term.expression, values, lambda part: part)) is not None
    ]


def assignments(term: tm.TermMap, row: Row, made: Made) -> Iterator[dict[str, Any]]:
    """The values of all references of a term map, in every combination."""
    names = list(dict.fromkeys(tm.references(term)))
    for combination in itertools.product(*(row.values(name) for name in names)):
        values = dict(zip(names, combination, strict=True))
        for name, value in values.items():
            if isinstance(value, (list, dict)):
                made.offenders.add(
                    Offender("not-a-single-value", row.file, row.number, frozenset([name]), "")
                )
        yield values


def filled(expression: Any, values: dict[str, Any], encode: Callable[[str], str]) -> str | None:
    """The text of an expression; None if a value in it is missing."""
    if isinstance(expression, tm.Constant):
        return expression.value
    if isinstance(expression, tm.Reference):
        return text_of(values[expression.name])
    parts = []
    for part in expression.parts:
        if isinstance(part, Variable):
            text = text_of(values[part.name])
            if text is None:
                return None
            parts.append(encode(text))
        else:
            parts.append(part)
    return "".join(parts)
