"""Whether one literal is less than another, as SQL on their N-Triples texts.

As SPARQL's ``<`` does (https://www.w3.org/TR/sparql11-query/#OperatorMapping), and also for dates:
numbers with numbers, texts with texts, truth values, points in time that both have a zone or both
have none. Two that cannot be compared are not less.
"""

from __future__ import annotations

import re

from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import XSD
from clusterkg.validation.term_sql import NUMERIC, datatype_of, lexical_of

__all__ = ["compared", "compared_to_number", "with_number", "with_worth"]

# how XML Schema writes numbers: the engine reads more, such as 1_000 and 1.0 as an integer
_INTEGER = r"[+-]?[0-9]+"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = rf"{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF"
_WRITTEN = {"decimal": _DECIMAL, "double": _DOUBLE, "float": _DOUBLE}
_EXACT, _NEAR = "exact", "near"
_EXACTLY = "DECIMAL(38, 15)"
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


def with_worth(relation: str) -> str:
    """The rows of a query with a column ``value``, and what each value is worth.

    That is its ``kind`` (number, string, boolean, dateTime, …; NULL: nothing can be compared with
    it), and as ``exact`` and ``near`` a number, as ``v`` a text, as ``moment`` a point in time: in
    microseconds since 1970, in UTC if it is ``zoned``, none for what is outside the lexical space.
    """
    texts = f"SELECT *, {datatype_of('value')} AS d, {lexical_of('value')} AS v FROM ({relation})"
    times = " ".join(
        f"WHEN d = '<{XSD}{name}>' THEN '{name.removesuffix('Stamp')}'" for name in _TIMES
    )
    numbers = " ".join(
        f"WHEN d = {literal(f'<{XSD}{name}>')} AND {_is_number(name, 'v')} THEN 'number'"
        for name in NUMERIC
    )
    kinds = (
        f"SELECT *, CASE {numbers} WHEN d = '<{XSD}string>' THEN 'string' "
        f"WHEN d = '<{XSD}boolean>' THEN 'boolean' {times} END AS kind FROM ({texts})"
    )
    moments = " ".join(
        f"WHEN d = '<{XSD}{name}>' AND term_is_{name}(v) THEN {sql}" for name, sql in _TIMES.items()
    )
    truth = "CASE WHEN v IN ('true', '1') THEN 1 WHEN v IN ('false', '0') THEN 0 END"
    midnight = r"regexp_replace(time, 'T24:00:00(\.0+)?', 'T00:00:00')"
    utc = f"{midnight} || CASE WHEN zoned THEN '' ELSE 'Z' END"
    next_day = "CASE WHEN kind = 'dateTime' AND contains(time, 'T24:') THEN 86400000000 ELSE 0 END"
    return (
        f"SELECT *, epoch_us(try_cast({utc} AS TIMESTAMPTZ)) + {next_day} AS moment "
        f"FROM (SELECT *, CASE WHEN kind = 'number' THEN try_cast(v AS {_EXACTLY}) "
        f"WHEN kind = 'boolean' THEN CAST({truth} AS {_EXACTLY}) END AS exact, "
        "CASE WHEN kind = 'number' THEN try_cast(v AS DOUBLE) END AS near, "
        f"regexp_matches(v, {_ZONE}) AS zoned, CASE {moments} END AS time FROM ({kinds}))"
    )


def compared(a: str, b: str, *, or_equal: bool) -> str:
    """Whether the value of the row ``a`` is less than that of ``b``; both of ``with_worth``."""
    sign = "<=" if or_equal else "<"
    return (
        f"coalesce(CASE WHEN {a}.kind IS DISTINCT FROM {b}.kind THEN false "
        f"WHEN {a}.kind IN ('number', 'boolean') "
        f"THEN coalesce({a}.exact {sign} {b}.exact, {a}.near {sign} {b}.near) "
        f"WHEN {a}.kind = 'string' THEN {a}.v {sign} {b}.v "
        f"WHEN {a}.zoned = {b}.zoned THEN {a}.moment {sign} {b}.moment "
        f"WHEN {a}.moment < {b}.moment - 50400000000 THEN true END, false)"
    )


def compared_to_number(sign: str, bound: str) -> str | None:
    """``term < bound`` or the like for a bound that is a number; None if it is none.

    The same as ``compared``, but without a look at what else the values could be. Of the term it
    takes what it is as a number, the columns of ``with_number``.
    """
    lexical, _, kind = bound.rpartition('"^^')
    number, name = lexical.removeprefix('"'), kind[1:-1].removeprefix(XSD)
    if name not in NUMERIC or not kind.startswith(f"<{XSD}"):
        return None
    if not re.fullmatch(_WRITTEN.get(name, _INTEGER), number) or number.endswith("INF"):
        return None
    return (
        f"coalesce({_EXACT} {sign} try_cast({literal(number)} AS {_EXACTLY}), "
        f"coalesce({_NEAR}, CAST({_EXACT} AS DOUBLE)) {sign} CAST({literal(number)} AS DOUBLE))"
    )


def with_number(rows: str, text: str, ending: str, where: str = "true") -> str:
    """A relation, or a query in parentheses, with the column value as a number where that is asked.

    ``text`` is SQL for the lexical form of the term, ``ending`` for what follows it. What is not a
    number, of whatever datatype, or is not written as one, is NULL. What is there exactly is not
    there nearly.
    """
    names: dict[str, list[str]] = {}
    for name in NUMERIC:
        names.setdefault(_WRITTEN.get(name, _INTEGER), []).append(f"^^<{XSD}{name}>")
    number = " ".join(
        f"WHEN {ending} IN ({', '.join(map(literal, several))}) "
        f"THEN regexp_full_match({text}, {literal(written)})"
        for written, several in names.items()
    )
    digits = f"CASE WHEN CASE WHEN {where} THEN CASE {number} END END THEN {text} END"
    return (
        f"(SELECT *, CASE WHEN {_EXACT} IS NULL THEN try_cast(digits AS DOUBLE) END AS {_NEAR} "
        f"FROM (SELECT *, try_cast(digits AS {_EXACTLY}) AS {_EXACT} FROM "
        f"(SELECT *, {digits} AS digits FROM {rows})))"
    )


def _is_number(name: str, text: str) -> str:
    """The condition that a text may be a number of that datatype; NaN is less than nothing."""
    return f"regexp_matches({text}, {literal(f'^({_WRITTEN.get(name, _INTEGER)})$')})"
