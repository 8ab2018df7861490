"""The values of expressions → SQL: references, templates, and calls of functions in each other.

A value knows its kind, so that a number stays a number from function to function and becomes
a typed literal at the end. A function of one value, given several, is applied to each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import count
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from clusterkg.mapping.functions import FUNCTIONS, Function, Parameter
from clusterkg.mapping.rows import Kind
from clusterkg.mapping.template import Template, Variable
from clusterkg.mapping.triples_map import Constant, FunctionCall, Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clusterkg.mapping.triples_map import TermMap

__all__ = ["Value", "Values"]

_KINDS = {
    "text": Kind.TEXT,
    "list": Kind.TEXT,
    "integer": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "double": Kind.DOUBLE,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
}
_CASTS = {
    "integer": "BIGINT",
    "decimal": "DECIMAL(30, 12)",
    "double": "DOUBLE",
    "date": "DATE",
}
_TRUTH = "CASE WHEN v IN ('true', '1') THEN true WHEN v IN ('false', '0') THEN false END"


@dataclass(frozen=True)
class Value:
    """A value in SQL, or a list of values if ``many``."""

    sql: exp.Expr
    kind: Kind = Kind.TEXT
    many: bool = False


class Values:
    """Expressions → values. ``reference`` gives that of a name, ``natural`` the text of a kind."""

    def __init__(
        self,
        reference: Callable[[str], Value],
        natural: Callable[[Kind, exp.Expr, str | None], exp.Expr],
    ) -> None:
        self.reference, self.natural = reference, natural
        self.names = (f"each{number}" for number in count())

    def value(self, term: TermMap) -> Value:
        """The value of a term map's expression, with nothing encoded."""
        match term.expression:
            case Reference(name):
                return self.reference(name)
            case Constant(value):
                return Value(exp.Literal.string(value))
            case Template() as template:
                return self._template(template)
            case FunctionCall() as call:
                return self._call(call)
        return Value(exp.Null())

    def text(self, value: Value) -> Value:
        """The value, or each of several, as text."""
        return self._each([value], lambda args: self._text(value.kind, args[0]), Kind.TEXT)

    def _text(self, kind: Kind, sql: exp.Expr) -> exp.Expr:
        if kind is Kind.JSON:
            return exp.Anonymous(this="term_json_text", expressions=[sql])
        return sql if kind is Kind.TEXT else self.natural(kind, sql, None)

    def _template(self, template: Template) -> Value:
        parts = [
            self.text(self.reference(part.name))
            if isinstance(part, Variable)
            else Value(exp.Literal.string(part))
            for part in template.parts
        ]
        return self._each(
            parts,
            lambda args: reduce(
                lambda left, right: exp.DPipe(this=left, expression=right, safe=False), args
            ),
            Kind.TEXT,
        )

    # -- calls -------------------------------------------------------------------------------

    def _call(self, call: FunctionCall) -> Value:
        function = FUNCTIONS[call.function]
        given = [
            self._argument(parameter, _inputs(call, parameter)) for parameter in function.parameters
        ]
        names = [parameter.name for parameter in function.parameters]
        listed = [parameter.kind == "list" for parameter in function.parameters]
        gives_many = function.gives == "list"

        def body(args: Sequence[exp.Expr]) -> exp.Expr:
            return _filled(_body(function), dict(zip(names, args, strict=True)))

        scalar = [
            Value(value.sql, value.kind) if is_list else value
            for value, is_list in zip(given, listed, strict=True)
        ]
        return self._each(scalar, body, _KINDS[function.gives], gives_many=gives_many)

    def _argument(self, parameter: Parameter, terms: list[TermMap]) -> Value:
        values = [self.value(term) for term in terms]
        if parameter.kind == "list":
            return Value(self._listed(values), many=True)
        if not values:
            return Value(exp.cast(exp.Null(), _CASTS.get(parameter.kind, "VARCHAR")))
        value = values[0]
        wanted = _KINDS[parameter.kind]
        if value.kind is wanted:
            return value
        return self._each(
            [value], lambda args: _cast(parameter.kind, self._text(value.kind, args[0])), wanted
        )

    def _listed(self, values: list[Value]) -> exp.Expr:
        """One list of all values, of single ones and of lists."""
        lists: list[exp.Expr] = [
            text.sql if text.many else exp.Array(expressions=[text.sql])
            for text in (self.text(value) for value in values)
        ]
        return reduce(
            lambda left, right: exp.Anonymous(this="list_concat", expressions=[left, right]), lists
        )

    def _each(
        self,
        values: Sequence[Value],
        body: Callable[[Sequence[exp.Expr]], exp.Expr],
        kind: Kind,
        *,
        gives_many: bool = False,
    ) -> Value:
        """The body of the values; of every combination where some are many."""
        at = next((at for at, value in enumerate(values) if value.many), None)
        if at is None:
            return Value(body([value.sql for value in values]), kind, gives_many)
        name = exp.to_identifier(next(self.names))
        one = Value(name.copy(), values[at].kind)
        inner = self._each(
            [*values[:at], one, *values[at + 1 :]], body, kind, gives_many=gives_many
        )
        made: exp.Expr = exp.Transform(
            this=values[at].sql.copy(),
            expression=exp.Lambda(this=inner.sql, expressions=[name]),
        )
        if inner.many:
            made = exp.Flatten(this=made)
        return Value(made, kind, many=True)


def _inputs(call: FunctionCall, parameter: Parameter) -> list[TermMap]:
    return [term for iri, term in call.inputs if iri in parameter.iris]


def _cast(kind: str, text: exp.Expr) -> exp.Expr:
    if kind == "boolean":
        return _filled(_parsed(_TRUTH), {"v": text})
    if kind in _CASTS:
        return exp.TryCast(this=text, to=exp.DataType.build(_CASTS[kind]))
    return text


def _body(function: Function) -> exp.Expr:
    return _parsed(function.body)


@lru_cache(maxsize=256)
def _parsed(sql: str) -> exp.Expr:
    return parse_one(sql, dialect="duckdb")


def _filled(body: exp.Expr, values: dict[str, exp.Expr]) -> exp.Expr:
    """The body with values in the place of its columns."""

    def put(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in values:
            return exp.paren(values[node.name].copy())
        return node

    return body.copy().transform(put)
