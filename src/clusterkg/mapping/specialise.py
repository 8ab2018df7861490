"""What the rows are known to hold → simpler SQL for the same terms.

Where no value of a column needs escaping, ``term_escaped(c)`` is ``c``; where every value is in
its lexical space, the test is left out. ``questions`` lists the conditions that are worth being
counted for an expression, ``specialise`` uses those that were found to hold for no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from clusterkg.mapping.term_plan import Sql

__all__ = ["is_given", "key", "parts", "questions", "specialise"]


def key(sql: Sql) -> str:
    """The text by which a condition is known."""
    return sql.sql(dialect="duckdb")


def _call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _text(value: str) -> Sql:
    return exp.Literal.string(value)


def _prefixed(text: str) -> Callable[[Sql], Sql]:
    return lambda value: exp.DPipe(this=_text(text), expression=value.copy(), safe=False)


# a primitive, the question whether any value needs it, and what is left of it if none does
_GUARDED: dict[str, tuple[str, Callable[[Sql], Sql]]] = {
    "term_escaped": ("term_needs_escapes", lambda value: value.copy()),
    "term_iri_safe": ("term_is_reserved", lambda value: value.copy()),
    "term_uri_safe": ("term_is_reserved", lambda value: value.copy()),
    "term_label": ("term_is_no_label", _prefixed("v")),
    "term_iri": (
        "term_is_no_iri",
        lambda value: exp.DPipe(this=_prefixed("<")(value), expression=_text(">"), safe=False),
    ),
}


def questions(sql: Sql) -> Iterator[Sql]:
    """The conditions that, if they hold for no row, make the expression simpler."""
    for column in sql.find_all(exp.Column):
        yield exp.Is(this=column.copy(), expression=exp.Null())
    for node in sql.find_all(exp.Anonymous, exp.Case):
        condition = _question(node)
        if condition is not None:
            yield condition


def _question(node: Sql) -> Sql | None:
    if isinstance(node, exp.Anonymous) and node.name in _GUARDED:
        return _call(_GUARDED[node.name][0], node.expressions[0])
    if isinstance(node, exp.Case) and (condition := _tested(node)) is not None:
        return exp.Not(this=condition.copy())
    return None


def _tested(case: exp.Case) -> Sql | None:
    """The test of ``CASE WHEN term_is_…(v) THEN … END``, which keeps what is not valid out."""
    branches = case.args.get("ifs") or []
    if case.this is not None or case.args.get("default") is not None or len(branches) != 1:
        return None
    condition: Sql = branches[0].this
    valid = isinstance(condition, exp.Anonymous) and condition.name.startswith("term_i")
    return condition if valid else None


def specialise(sql: Sql, never: Collection[str]) -> Sql:
    """The expression for rows for which none of the conditions ``never`` holds.

    A test that fails for no row is true or NULL for each, and NULL only for a value that is
    NULL, which makes the term NULL as well.
    """

    def simpler(node: Sql) -> Sql:
        condition = _question(node)
        if condition is None or key(condition) not in never:
            return node
        if isinstance(node, exp.Case):
            return specialise(node.args["ifs"][0].args["true"].copy(), never)
        return specialise(_GUARDED[node.name][1](node.expressions[0]), never)

    return sql.copy().transform(simpler)


def parts(sql: Sql) -> list[Sql]:
    """What a concatenation is made of, adjoining texts joined to one."""
    flat: list[Sql] = []
    for part in _flat(sql):
        if isinstance(part, exp.Literal) and flat and isinstance(flat[-1], exp.Literal):
            flat[-1] = _text(flat[-1].name + part.name)
        else:
            flat.append(part)
    return flat


def _flat(sql: Sql) -> Iterator[Sql]:
    if isinstance(sql, exp.DPipe):
        yield from _flat(sql.this)
        yield from _flat(sql.expression)
    elif isinstance(sql, exp.Paren):
        yield from _flat(sql.this)
    else:
        yield sql


_TOTAL = ("term_escaped", "term_iri_safe", "term_uri_safe", "term_label", "url_encode")


def is_given(sql: Sql, never: Collection[str]) -> bool:
    """Whether the expression is NULL for no row, as far as that can be known."""
    for part in parts(sql):
        if isinstance(part, exp.Literal):
            continue
        if isinstance(part, exp.Column):
            if key(exp.Is(this=part.copy(), expression=exp.Null())) not in never:
                return False
        elif isinstance(part, exp.Anonymous) and part.name in _TOTAL:
            if not is_given(part.expressions[0], never):
                return False
        elif isinstance(part, exp.Cast):
            if not is_given(part.this, never):
                return False
        else:
            return False
    return True
