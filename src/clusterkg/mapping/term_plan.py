"""A term map → SQL that encodes its term, and the checks of what may not become a term.

Values are the columns of ``Cells``; how they are encoded is left to the primitives of ``terms``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.cells import (
    Cells,
    Sql,
    all_of,
    call,
    concat,
    given,
    is_text,
    sql_column,
    sql_text,
    varchar,
    when,
)
from clusterkg.mapping.function_plan import Value, Values
from clusterkg.mapping.lexical import DATATYPES
from clusterkg.mapping.rows import Cell, Kind
from clusterkg.mapping.template import Template, Variable, has_scheme
from clusterkg.mapping.triples_map import (
    Constant,
    FreshNode,
    FunctionCall,
    LogicalFile,
    LogicalTable,
    Reference,
    TermMap,
    TermType,
)
from clusterkg.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.mapping.gather_plan import Collection
    from clusterkg.mapping.triples_map import TriplesMap

__all__ = [
    "Cells",
    "Compiled",
    "Compiler",
    "Context",
    "Sql",
    "all_of",
    "given",
    "natural_text",
    "sql_column",
    "sql_text",
    "varchar",
]

_INTEGERS = ("Integer", "integer", "int", "long", "short", "byte", "Long", "Int", "Short", "Byte")
_TEXTS = ("normalizedString", "token")  # those that may hold what has to be escaped
_FIRST_PRINTABLE, _DELETE = 0x20, 0x7F


@dataclass(frozen=True)
class Context:
    """What all plans of a mapping share.

    ``default_graph`` is where triples without a graph go (None: the default graph).
    ``relative`` is how a column's value has to begin to be relative to the base IRI.
    ``scope`` keeps the blank nodes of one source apart from those of another.
    ``tells_nulls``: that a template has no value for a row is a finding.
    """

    base_iri: str
    default_graph: str | None = None
    relative: str = ""
    scope: str = ""
    tells_nulls: bool = False


@dataclass
class Compiled:
    """A term in SQL, what it unnests, and which checks belong to it.

    With ``collection`` it is a column: the node of what a gather map makes.
    """

    sql: Sql
    checks: list[tuple[str, str, Sql, Sql]] = field(default_factory=list)
    unnested: dict[str, Cell] = field(default_factory=dict)
    sure: bool = False
    collection: Collection | None = None


class Compiler:
    """Term maps of one triples map → SQL over its cells."""

    def __init__(self, cells: Cells, context: Context, triples_map: TriplesMap) -> None:
        self.cells, self.context, self.map = cells, context, triples_map
        self.base = triples_map.base_iri or context.base_iri
        self.term = Compiled(exp.Null())
        self.prefix = ""

    def compile(self, term: TermMap, prefix: str) -> Compiled:
        """The encoded term. Values of a reference with several are columns with the prefix."""
        self.term, self.prefix = Compiled(exp.Null()), prefix
        expression = term.expression
        if isinstance(expression, Constant):
            self.term.sql, self.term.sure = self._constant(expression, term), term.language is None
        elif isinstance(expression, FreshNode):
            self.term.sql = self._fresh(expression)
        elif term.term_type is TermType.LITERAL:
            self.term.sql = self._literal(term)
        elif term.term_type is TermType.BLANK_NODE:
            self.term.sql = concat(
                sql_text(f"_:{self.context.scope}"), call("term_label", self._plain(term))
            )
        else:
            self.term.sql = self._iri(term)
        return self._conditional(term)

    def plain(self, term: TermMap, prefix: str) -> Compiled:
        """The plain text of a term map, as it is compared in a join."""
        if isinstance(term.expression, Constant):
            return Compiled(sql_text(term.expression.value))
        self.term, self.prefix = Compiled(exp.Null()), prefix
        self.term.sql = self._plain(term)
        return self._conditional(term)

    def holds(self, term: TermMap) -> Compiled | None:
        """The condition of a term map."""
        if term.condition is None:
            return None
        made = self.plain(term.condition, "n")
        return replace(made, sql=is_text(made.sql, "true"))

    def _conditional(self, term: TermMap) -> Compiled:
        """The term, and what is checked of it, only where its condition is true."""
        if term.condition is not None:
            holds = is_text(self._plain(term.condition), "true")
            self.term.sql, self.term.sure = when(holds, self.term.sql), False
            self.term.checks = [
                (rule, detail, all_of([holds.copy(), invalid]), value)
                for rule, detail, invalid, value in self.term.checks
            ]
        return self.term

    # -- values ------------------------------------------------------------------------------

    def _cell(self, reference: str) -> tuple[Cell, Sql]:
        cell = self.cells.cell(reference)
        alias = cell.alias
        if cell.many:
            alias = f"{self.prefix}{cell.alias}"
            self.term.unnested[alias] = cell
        return cell, sql_column(alias)

    def value(self, reference: str, datatype: str | None = None) -> Sql:
        """The natural lexical form of a reference (R2RML 10.2), as text."""
        cell, column = self._cell(reference)
        if cell.kind is Kind.JSON:
            is_nested = exp.In(
                this=call("json_type", column), expressions=[sql_text("ARRAY"), sql_text("OBJECT")]
            )
            self.term.checks.append(("not-a-single-value", "", is_nested, varchar(column.copy())))
            return call("term_json_text", column.copy())
        if cell.kind is Kind.TEXT:
            kind, _ = self.cells.rows.kind(reference)
            sql_type = self.cells.rows.columns.get(reference, "VARCHAR")
            return (
                column if kind is Kind.TEXT and sql_type.startswith("VARCHAR") else varchar(column)
            )
        return natural_text(cell.kind, column, datatype)

    def _plain(self, term: TermMap) -> Sql:
        """The text of a reference or template, with nothing encoded."""
        match term.expression:
            case Reference(name):
                return self.value(name)
            case Template() as template:
                return self._template(template, lambda value: value)
            case Constant(value):
                return sql_text(value)
            case FunctionCall():
                made = self._called(term)
                return made.sql if made.kind is Kind.TEXT else natural_text(made.kind, made.sql)
        return exp.Null()

    def _called(self, term: TermMap) -> Value:
        """What a function gives; several values are taken one by one, as those of a cell are."""
        made = Values(self._cell_value, natural_text).value(term)
        cell = self.cells.computed_cell(made.sql, made.kind, many=made.many)
        if not made.many:
            return Value(sql_column(cell.alias), made.kind)
        self.term.unnested[f"{self.prefix}{cell.alias}"] = cell
        return Value(sql_column(f"{self.prefix}{cell.alias}"), made.kind)

    def _cell_value(self, reference: str) -> Value:
        cell = self.cells.cell(reference)
        if cell.many or cell.kind not in (Kind.TEXT, Kind.JSON):
            return Value(sql_column(cell.alias), cell.kind, cell.many)
        return Value(self.value(reference))

    def _template(self, template: Template, encode: Callable[[Sql], Sql]) -> Sql:
        return concat(
            *(
                encode(self.value(part.name)) if isinstance(part, Variable) else sql_text(part)
                for part in template.parts
            )
        )

    # -- terms -------------------------------------------------------------------------------

    def _fresh(self, node: FreshNode) -> Sql:
        """A label made of the triples map, the term map and the row."""
        name = re.sub("[^A-Za-z0-9]", lambda c: f"_{c[0].encode().hex()}_", self.map.name)
        in_order = isinstance(self.map.source, LogicalFile | LogicalTable)
        row = sql_column(self.cells.row_number(in_order=in_order).alias)
        begin = f"_:{self.context.scope}r{name}-{node.number}-"
        return concat(sql_text(begin), varchar(row))

    def _constant(self, constant: Constant, term: TermMap) -> Sql:
        if constant.kind is TermType.BLANK_NODE:
            return sql_text(f"_:{self.context.scope}k{constant.value}")
        if constant.kind.is_iri:
            return sql_text(f"<{self.absolute(constant.value)}>")
        datatype, language = constant.datatype, constant.language
        if term.datatype and isinstance(term.datatype.expression, Constant):
            datatype = term.datatype.expression.value
        if term.language and isinstance(term.language.expression, Constant):
            language = term.language.expression.value
        quoted = _quoted(constant.value)
        if language:
            return sql_text(f"{quoted}@{language}")
        if datatype and datatype != f"{XSD}string":
            return sql_text(f"{quoted}^^<{self.absolute(datatype)}>")
        return sql_text(quoted)

    def absolute(self, iri: str) -> str:
        """The IRI, with the base before it if it is relative."""
        return iri if has_scheme(iri) else self.base + iri

    def _iri(self, term: TermMap) -> Sql:
        unsafe = term.term_type in (TermType.UNSAFE_IRI, TermType.UNSAFE_URI)
        if not isinstance(term.expression, Template):
            value = self._plain(term)
            if unsafe:
                return self._writable(value, call("term_unsafe_iri", value, sql_text(self.base)))
            return self._checked_iri(value)
        first = term.expression.parts[0]
        absolute = isinstance(first, str) and has_scheme(first)
        if unsafe:
            text = self._template(term.expression, lambda value: value)
            if absolute:
                return self._writable(text, concat(sql_text("<"), text, sql_text(">")))
            return self._writable(text, call("term_unsafe_iri", text, sql_text(self.base)))
        encode = "term_uri_safe" if term.term_type is TermType.URI else "term_iri_safe"
        made = self._template(term.expression, lambda value: call(encode, value))
        start = "<" if absolute else f"<{self.base}"
        return concat(sql_text(start), made, sql_text(">"))

    def _writable(self, text: Sql, made: Sql) -> Sql:
        """An IRI that nobody checks, unless its text would end it, or the line, too early."""
        valid = call("term_is_writable", text)
        self.term.checks.append(("not-an-iri", "", exp.Not(this=valid), text.copy()))
        return when(valid.copy(), made.copy())

    def _checked_iri(self, value: Sql) -> Sql:
        start = sql_text(self.context.relative)
        made = call("term_iri", value, sql_text(self.base), start)
        invalid = all_of([given(value.copy()), exp.Is(this=made.copy(), expression=exp.Null())])
        self.term.checks.append(("not-an-iri", "", invalid, value.copy()))
        return made

    def _literal(self, term: TermMap) -> Sql:
        if term.language:
            return self._tagged(term, term.language)
        if term.datatype:
            return self._typed(term, term.datatype)
        if isinstance(term.expression, Reference):
            cell, column = self._cell(term.expression.name)
            if cell.kind is Kind.JSON and self.cells.rows.typed:
                self.value(term.expression.name)
                return call("term_json_literal", column)
            if cell.kind not in (Kind.TEXT, Kind.JSON):
                value = self.value(term.expression.name)
                return concat(sql_text('"'), value, sql_text(f'"^^<{XSD}{cell.kind.value}>'))
        if isinstance(term.expression, FunctionCall):
            made = self._called(term)
            if made.kind is not Kind.TEXT:
                value = natural_text(made.kind, made.sql)
                return concat(sql_text('"'), value, sql_text(f'"^^<{XSD}{made.kind.value}>'))
        return concat(sql_text('"'), call("term_escaped", self._plain(term)), sql_text('"'))

    def _tagged(self, term: TermMap, language: TermMap) -> Sql:
        escaped = call("term_escaped", self._plain(term))
        if isinstance(language.expression, Constant):
            return concat(sql_text('"'), escaped, sql_text(f'"@{language.expression.value}'))
        tag = self._plain(language)
        valid = call("term_is_language_tag", tag)
        self.term.checks.append(("not-a-language", "", exp.Not(this=valid), tag.copy()))
        return when(valid.copy(), concat(sql_text('"'), escaped, sql_text('"@'), tag.copy()))

    def _typed(self, term: TermMap, datatype: TermMap) -> Sql:
        if not isinstance(datatype.expression, Constant):
            return self._typed_by_value(term, datatype)
        iri = self.absolute(datatype.expression.value)
        name = iri.removeprefix(XSD)
        known = name if iri.startswith(XSD) and name in DATATYPES else None
        if isinstance(term.expression, Reference):
            value = self.value(term.expression.name, known)
            natural = self.cells.cell(term.expression.name).kind.value
        else:
            value, natural = self._plain(term), ""
        if iri == f"{XSD}string":
            return concat(sql_text('"'), call("term_escaped", value), sql_text('"'))
        made = concat(sql_text('"'), call("term_escaped", value), sql_text(f'"^^<{iri}>'))
        if known is None or known == natural:
            return made
        valid = call(f"term_is_{known}", value.copy())
        self.term.checks.append(
            ("not-in-datatype", f"xsd:{known}", exp.Not(this=valid), value.copy())
        )
        if known not in _TEXTS:
            made = concat(sql_text('"'), value.copy(), sql_text(f'"^^<{iri}>'))
        return when(valid.copy(), made)

    def _typed_by_value(self, term: TermMap, datatype: TermMap) -> Sql:
        value = self._plain(term)
        iri = (
            self._iri(datatype)
            if datatype.term_type.is_iri
            else concat(sql_text("<"), self._plain(datatype), sql_text(">"))
        )
        bare = call("trim", iri, sql_text("<>"))
        check = "term_in_datatype" if isinstance(value, exp.Column) else "term_made_in_datatype"
        valid = call(check, value.copy(), bare)
        self.term.checks.append(
            ("not-in-datatype", "its datatype", exp.Not(this=valid), value.copy())
        )
        return when(
            valid.copy(),
            concat(sql_text('"'), call("term_escaped", value), sql_text('"^^'), iri.copy()),
        )


def natural_text(kind: Kind, column: Sql, datatype: str | None = None) -> Sql:
    """The natural lexical form (R2RML 10.2) of a value of some kind."""
    if kind is Kind.DOUBLE and datatype in (None, "double", "float"):
        return call("term_double", exp.cast(column, "DOUBLE"))
    whole = datatype is not None and datatype.endswith(_INTEGERS)
    if whole and kind in (Kind.DOUBLE, Kind.DECIMAL):
        return call("regexp_replace", varchar(column), sql_text(r"\.0*$"), sql_text(""))
    if kind is Kind.DECIMAL:
        return call("term_decimal", column)
    if kind is Kind.DATETIME and datatype in (None, "dateTime", "dateTimeStamp"):
        zone = sql_text(r"([+-]\d\d)$")
        zoned = call("regexp_replace", varchar(column), zone, sql_text(r"\1:00"))
        return call("replace", zoned, sql_text(" "), sql_text("T"))
    if kind is Kind.BINARY:
        return call("hex", column)
    return varchar(column)


_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def _quoted(value: str) -> str:
    """A constant's text as a literal in N-Triples."""
    return '"' + "".join(_ESCAPES.get(c, _escaped_control(c)) for c in value) + '"'


def _escaped_control(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04X}" if code < _FIRST_PRINTABLE or code == _DELETE else character
