r"""What is written in DuckDB's SQL, written for Spark: functions, regular expressions, types.

sqlglot writes the syntax; what is told here are the few things that Spark says differently.
Both give the same values: ``tests/mapping/test_spark_terms.py`` compares them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp, parse_one

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["JAVA_MATCHES", "in_spark", "java_pattern"]

JAVA_MATCHES: Final = "java_matches"
"""``java_matches(text, pattern)`` is for Spark alone: the pattern is Java's, and stays as it is."""

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


# Spark also takes 1d, 0x1p3 and digits of other scripts for numbers
_NUMBER: Final = (
    r"\A[ \t-\r]*[+-]?(?:(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?"
    r"|(?i:inf|infinity|nan))[ \t-\r]*\z"
)


def in_spark(sql: str) -> str:
    """The SQL that does on Spark what ``sql`` does on DuckDB."""
    tree: exp.Expr = parse_one(sql, read="duckdb")
    for node in reversed(list(tree.walk())):  # what is inside comes first
        made = _rewritten(node)
        if made is not node and node is tree:
            tree = made
        elif made is not node:
            node.replace(made)
    return tree.sql(dialect="spark")


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
    if isinstance(node, exp.Anonymous) and node.name.lower() in _CALLS:
        return _CALLS[node.name.lower()](node)
    if isinstance(node, _WITH_PATTERN):
        node.set("expression", _java_text(node.expression))
    if isinstance(node, exp.RegexpReplace):
        replacement = node.args["replacement"].this.replace("$", r"\$").replace("\\1", "$1")
        node.set("replacement", exp.Literal.string(replacement))
    elif isinstance(node, exp.TryCast) and node.to.this in _UNSIGNED:
        return _unsigned(node, _UNSIGNED[node.to.this])
    elif isinstance(node, exp.TryCast) and node.to.is_type("DOUBLE", "DECIMAL"):
        return _number(node)
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


def _number(cast: exp.TryCast) -> exp.Expr:
    """The number of a text that is one for DuckDB too."""
    written = exp.RegexpLike(this=cast.this.copy(), expression=exp.Literal.string(_NUMBER))
    return exp.Case(ifs=[exp.If(this=written, true=cast.copy())])


def _url_encoded(call: exp.Anonymous) -> exp.Expr:
    """Spark encodes as forms do; all but letters, digits and ``-._~`` is to be percent-encoded."""
    made: exp.Expr = call.copy()
    for form, wanted in (("+", "%20"), ("*", "%2A"), ("%7E", "~")):
        made = exp.Anonymous(
            this="replace",
            expressions=[made, exp.Literal.string(form), exp.Literal.string(wanted)],
        )
    return made


def _java_matches(call: exp.Anonymous) -> exp.Expr:
    text, pattern = call.expressions
    return exp.RegexpLike(this=text, expression=pattern)


def _microseconds(call: exp.Anonymous) -> exp.Expr:
    return exp.Anonymous(this="unix_micros", expressions=call.expressions)


_CALLS: Final[dict[str, Callable[[exp.Anonymous], exp.Expr]]] = {
    "url_encode": _url_encoded,
    "epoch_us": _microseconds,
    JAVA_MATCHES: _java_matches,
}
