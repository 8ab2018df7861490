"""Whether one literal is less than another, as SQL on their N-Triples texts.

As SPARQL's ``<`` does (https://www.w3.org/TR/sparql11-query/#OperatorMapping), and also for dates:
numbers with numbers, texts with texts, truth values, points in time that both have a zone or both
have none. NULL if the two cannot be compared.
"""

from __future__ import annotations

from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import XSD
from clusterkg.validation.term_sql import NUMERIC, datatype_of, lexical_of

__all__ = ["MACROS", "compared", "compared_to_number"]

_NUMBERS = ", ".join(literal(f"<{XSD}{name}>") for name in NUMERIC)
_ZONE = "'(Z|[+-][0-9]{2}:[0-9]{2})$'"
_BARE, _OWN_ZONE = f"regexp_replace(v, {_ZONE}, '')", f"regexp_extract(v, {_ZONE}, 1)"
_TIMES = {
    "dateTime": "v",
    "dateTimeStamp": "v",
    "date": f"{_BARE} || 'T00:00:00' || {_OWN_ZONE}",
    "time": "'2000-01-01T' || v",
    "gYear": f"{_BARE} || '-01-01T00:00:00' || {_OWN_ZONE}",
    "gYearMonth": f"{_BARE} || '-01T00:00:00' || {_OWN_ZONE}",
}


def _made(family: str, **parts: str) -> str:
    """A value: its family; as number, point in time or text; and whether it has a zone."""
    fields = {
        "n": "NULL::DECIMAL(38, 15)",
        "f": "NULL::DOUBLE",
        "t": "NULL::TIMESTAMP",
        "x": "NULL::VARCHAR",
        "z": "NULL::BOOLEAN",
    } | parts
    said = ", ".join(f"'{name}': {sql}" for name, sql in fields.items())
    return f"{{'k': '{family}', {said}}}"


def _time(name: str, sql: str) -> str:
    midnight = f"regexp_replace({sql}, '24:00:00(.0+)?', '00:00:00')"
    made = _made(
        name.removesuffix("Stamp"),
        t=f"try_cast({midnight} AS TIMESTAMP)",
        z=f"regexp_matches(v, {_ZONE})",
    )
    return f"WHEN d = '<{XSD}{name}>' THEN {made}"


_NUMBER = _made("number", n="try_cast(v AS DECIMAL(38, 15))", f="try_cast(v AS DOUBLE)")
_BOOLEAN = _made(
    "boolean",
    n="CAST(CASE WHEN v IN ('true', '1') THEN 1 WHEN v IN ('false', '0') THEN 0 END "
    "AS DECIMAL(38, 15))",
)
_WORTH = f"""CASE WHEN d IN ({_NUMBERS}) THEN {_NUMBER}
    WHEN d = '<{XSD}string>' THEN {_made("string", x="v")}
    WHEN d = '<{XSD}boolean>' THEN {_BOOLEAN}
    {" ".join(_time(name, sql) for name, sql in _TIMES.items())} END"""

MACROS = {
    "shacl_worth(d, v)": _WORTH,
    "shacl_less(a, b)": """CASE WHEN a.k <> b.k THEN NULL
        WHEN a.k = 'number' THEN coalesce(a.n < b.n, a.f < b.f)
        WHEN a.k = 'boolean' THEN a.n < b.n
        WHEN a.k = 'string' THEN a.x < b.x
        WHEN a.z = b.z THEN a.t < b.t
        WHEN a.t < b.t - INTERVAL 14 HOUR THEN true
        WHEN a.t > b.t + INTERVAL 14 HOUR THEN false END""",
    "shacl_at_most(a, b)": """CASE WHEN a.k <> b.k THEN NULL
        WHEN a.k = 'number' THEN coalesce(a.n <= b.n, a.f <= b.f)
        WHEN a.k = 'boolean' THEN a.n <= b.n
        WHEN a.k = 'string' THEN a.x <= b.x
        WHEN a.z = b.z THEN a.t <= b.t
        WHEN a.t < b.t - INTERVAL 14 HOUR THEN true
        WHEN a.t > b.t + INTERVAL 14 HOUR THEN false END""",
}
"""The functions that ``compared`` calls; a called one comes first."""


def compared_to_number(term: str, sign: str, bound: str) -> str | None:
    """``term < bound`` or the like for a bound that is a number; None if it is none.

    The same as ``compared``, but made for many values: no structures are made of them.
    """
    text, _, kind = bound.rpartition('"^^')
    number = text.removeprefix('"')
    if kind[1:-1].removeprefix(XSD) not in NUMERIC or not kind.startswith(f"<{XSD}"):
        return None
    try:
        float(number)
    except ValueError:
        return None
    cases = " ".join(
        f"WHEN ends_with({term}, {literal(ending)}) "
        f"THEN substr({term}, 2, length({term}) - {len(ending) + 1})"
        for ending in (f'"^^<{XSD}{name}>' for name in NUMERIC)
    )
    value = f"CASE WHEN starts_with({term}, '\"') THEN CASE {cases} END END"
    exact, near = "DECIMAL(38, 15)", "DOUBLE"
    return (
        f"coalesce(try_cast({value} AS {exact}) {sign} try_cast({literal(number)} AS {exact}), "
        f"try_cast({value} AS {near}) {sign} CAST({literal(number)} AS {near}))"
    )


def compared(left: str, right: str, *, or_equal: bool) -> str:
    """``left < right``, or ``<=``; NULL if they cannot be compared."""
    function = "shacl_at_most" if or_equal else "shacl_less"
    return f"{function}({_worth(left)}, {_worth(right)})"


def _worth(term: str) -> str:
    return f"shacl_worth({datatype_of(term)}, {lexical_of(term)})"
