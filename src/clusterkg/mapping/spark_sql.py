r"""What is written in DuckDB's SQL, written for Spark: functions, regular expressions, types.

sqlglot writes the syntax; what is told here are the few things that Spark says differently.
Both give the same values: ``tests/mapping/test_spark_terms.py`` compares them.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp, parse_one

__all__ = ["in_spark", "java_pattern"]

_WITH_PATTERN: Final = (
    exp.RegexpLike,
    exp.RegexpReplace,
    exp.RegexpExtract,
    exp.RegexpExtractAll,
)
_UNSIGNED: Final = {
    exp.DType.UTINYINT: 2**8 - 1,
    exp.DType.USMALLINT: 2**16 - 1,
    exp.DType.UINT: 2**32 - 1,
    exp.DType.UBIGINT: 2**64 - 1,
}


def in_spark(sql: str) -> str:
    """The SQL that does on Spark what ``sql`` does on DuckDB."""
    return parse_one(sql, read="duckdb").transform(_rewritten).sql(dialect="spark")


def java_pattern(pattern: str, *, whole: bool = False) -> str:
    r"""A regular expression of RE2, for Java; ``whole``: the text has to match from end to end.

    Java's ``$`` also matches before a last line end, and Java recurses for each repetition of a
    group unless the repetition is possessive. No pattern here needs to step back into a group.
    """
    parts: list[str] = []
    in_class = False
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            parts.append(pattern[position : position + 2])
            position += 2
            continue
        if in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character == "$":
            character = r"\z"
        elif character == ")" and pattern[position + 1 : position + 2] in ("*", "+"):
            character = pattern[position : position + 2] + "+"
            position += 1
        parts.append(character)
        position += 1
    made = "".join(parts)
    return rf"\A(?:{made})\z" if whole else made


def _rewritten(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.RegexpFullMatch):
        return exp.RegexpLike(this=node.this, expression=_java_text(node.expression, whole=True))
    if isinstance(node, _WITH_PATTERN):
        node.set("expression", _java_text(node.expression))
    if isinstance(node, exp.RegexpReplace):
        replacement = node.args["replacement"].this.replace("$", r"\$").replace("\\1", "$1")
        node.set("replacement", exp.Literal.string(replacement))
    elif isinstance(node, exp.TryCast) and node.to.this in _UNSIGNED:
        return _unsigned(node, _UNSIGNED[node.to.this])
    elif isinstance(node, exp.Anonymous) and node.name.lower() == "url_encode":
        return _url_encoded(node)
    elif isinstance(node, exp.CTE):
        node.set("materialized", None)
    return node


def _java_text(pattern: exp.Expr, *, whole: bool = False) -> exp.Expr:
    return exp.Literal.string(java_pattern(pattern.this, whole=whole))


def _unsigned(cast: exp.TryCast, most: int) -> exp.Expr:
    """The number of a text if it is from 0 to ``most``; Spark has no unsigned integers."""
    number = exp.TryCast(this=cast.this, to=exp.DataType.build("DECIMAL(38, 0)"), safe=True)
    within = exp.Between(this=number, low=exp.Literal.number(0), high=exp.Literal.number(str(most)))
    return exp.Case(ifs=[exp.If(this=within, true=number.copy())])


def _url_encoded(call: exp.Anonymous) -> exp.Expr:
    """Spark encodes as forms do; all but letters, digits and ``-._~`` is to be percent-encoded."""
    made: exp.Expr = call
    for form, wanted in (("+", "%20"), ("*", "%2A"), ("%7E", "~")):
        made = exp.Anonymous(
            this="replace",
            expressions=[made, exp.Literal.string(form), exp.Literal.string(wanted)],
        )
    return made
