r"""The primitives of a plan on Spark: SQL functions of one session.

The table is that of ``terms``, written for Spark by ``spark_sql``; here stand only those whose
body has to be another. Cells come to Spark as texts: a double, a decimal or a JSON value as
DuckDB prints it, so that numbers of both engines have the same digits.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from clusterkg.mapping.spark_sql import in_spark
from clusterkg.mapping.terms import primitives
from clusterkg.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyspark.sql import SparkSession

__all__ = ["functions", "prepare", "statements"]

_OWN: Final = {
    "json_type(j)": r"""CASE left(j, 1) WHEN '[' THEN 'ARRAY' WHEN '{' THEN 'OBJECT'
        WHEN '"' THEN 'VARCHAR' WHEN 'n' THEN 'NULL' WHEN 't' THEN 'BOOLEAN'
        WHEN 'f' THEN 'BOOLEAN' ELSE 'DOUBLE' END""",
    "term_double(x)": r"""CASE lower(x) WHEN 'nan' THEN 'NaN' WHEN '-nan' THEN 'NaN'
        WHEN 'inf' THEN 'INF' WHEN '-inf' THEN '-INF' ELSE
            CASE WHEN x RLIKE r'\A-?[0.]+(?:[eE].*)?\z' THEN '0.0E0' ELSE
                CASE WHEN startswith(x, '-') THEN '-' ELSE '' END
                || term_scientific(lower(trim(LEADING '-' FROM x))) END END""",
    "term_json_text(j)": r"""CASE WHEN startswith(j, '"') THEN get_json_object(j, '$')
        WHEN j IN ('true', 'false') OR j RLIKE r'\A-?[0-9]+\z' THEN j
        WHEN j RLIKE r'\A-?[0-9]' THEN
            CASE try_cast(j AS DOUBLE) WHEN double('Infinity') THEN 'INF'
            WHEN double('-Infinity') THEN '-INF' ELSE term_double(j) END END""",
    "term_json_literal(j)": rf"""CASE
        WHEN startswith(j, '"') THEN '"' || term_escaped(get_json_object(j, '$')) || '"'
        WHEN j IN ('true', 'false') THEN '"' || j || '"^^<{XSD}boolean>'
        WHEN j RLIKE r'\A-?[0-9]+\z' THEN '"' || j || '"^^<{XSD}integer>'
        WHEN j RLIKE r'\A-?[0-9]' THEN '"' || term_json_text(j) || '"^^<{XSD}double>' END""",
    "term_made_in_datatype(v, d)": "term_in_datatype(v, d)",
    # no repeated group with alternatives: Java would recurse for each repetition
    "term_is_base64Binary(v)": r"""length(regexp_replace(v, '[ =]', '')) % 4
            = CASE WHEN v RLIKE r'= ?=\z' THEN 2 WHEN v RLIKE r'=\z' THEN 3 ELSE 0 END
        AND NOT v RLIKE r'  |\A | \z' AND v RLIKE
            r'\A[A-Za-z0-9+/ ]*(?:[AEIMQUYcgkosw048] ?=|[AQgw] ?= ?=|[A-Za-z0-9+/])?\z'""",
}


@cache
def functions() -> dict[str, str]:
    """The statements that make the functions, by their names; a called one comes first."""
    return statements({"json_type(j)": ""} | primitives(), _OWN)


def statements(bodies: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The statements that make functions, by their names.

    ``bodies`` are in DuckDB's SQL, by their heads; ``own`` has those that Spark says otherwise.
    """
    others = {head.partition("(")[0]: body for head, body in own.items()}
    made = {}
    for head, body in bodies.items():
        name, _, parameters = head.partition("(")
        typed = ", ".join(f"{part.strip()} STRING" for part in parameters[:-1].split(","))
        spark = others[name] if name in others else in_spark(body)
        made[name] = f"CREATE OR REPLACE TEMPORARY FUNCTION {name}({typed}) RETURN {spark}"
    return made


def prepare(
    session: SparkSession, sql: Iterable[str], known: Mapping[str, str] | None = None
) -> None:
    """Make the functions known that the statements call, and those which these call.

    ``known`` has their statements by their names; those of the primitives, if it is left out.
    """
    known = functions() if known is None else known
    wanted: set[str] = set()
    waiting = list(sql)
    while waiting:
        called = _called(waiting.pop(), known) - wanted
        wanted |= called
        waiting += [known[name].partition(" RETURN ")[2] for name in called]
    for name, statement in known.items():
        if name in wanted and not session.catalog.functionExists(name):
            session.sql(statement)


def _called(sql: str, known: Mapping[str, str]) -> set[str]:
    """What may be a call in the SQL, whatever its case."""
    by_lower = {name.lower(): name for name in known}
    return {by_lower[word] for word in re.findall(r"\b\w+(?=\()", sql.lower()) if word in by_lower}
