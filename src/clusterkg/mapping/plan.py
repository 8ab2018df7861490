"""A triples map → a relational plan: one query whose rows are the encoded quads s, p, o, g.

The plan is a sqlglot expression over a named relation (``Rows``) and the primitives of
``terms``; nothing here runs anything. Terms are N-Triples-encoded texts; a term that cannot
be made (NULL, or not valid) makes no quad, and each way of not being valid is a ``Check``
that counts and finds the offenders.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.lexical import DATATYPES
from clusterkg.mapping.rows import Cell, Kind, Rows
from clusterkg.mapping.template import Variable
from clusterkg.mapping.triples_map import (
    Constant,
    FreshNode,
    Reference,
    RefObjectMap,
    TermMap,
    TermType,
    TriplesMap,
)
from clusterkg.namespaces import RDF, RML, RR, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Check", "Context", "Plan", "plan_triples_map"]

Sql = exp.Expr
_INTEGERS = ("Integer", "integer", "int", "long", "short", "byte", "Long", "Int", "Short", "Byte")


@dataclass(frozen=True)
class Context:
    """What all plans of a mapping share.

    ``default_graph`` is where triples without a graph go (None: the default graph).
    ``relative`` is how a column's value has to begin to be relative to the base IRI.
    ``scope`` keeps the blank nodes of one source apart from those of another.
    """

    base_iri: str
    default_graph: str | None = None
    relative: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Check:
    """One way for a value not to become a term.

    ``rule`` names it, ``detail`` is the datatype where there is one. ``query`` gives the
    offenders of a relation of rows: their ``value``, and every column named to it.
    """

    rule: str
    detail: str
    term: TermMap
    references: tuple[str, ...]
    query: Callable[[str, Sequence[str]], Sql]


@dataclass(frozen=True)
class Plan:
    """The quads of a triples map, and the checks that belong to it."""

    triples_map: TriplesMap
    quads: Sql
    checks: tuple[Check, ...]


def plan_triples_map(
    triples_map: TriplesMap,
    rows: Mapping[str, Rows],
    context: Context,
    parents: Callable[[str], TriplesMap],
) -> Plan:
    """The plan of a triples map. ``rows`` holds the relation of every triples map by its name."""
    return _Planner(triples_map, rows, context, parents).plan()


# -- small SQL ---------------------------------------------------------------------------------


def _text(value: str) -> Sql:
    return exp.Literal.string(value)


def _column(name: str) -> Sql:
    return exp.column(name, quoted=True)


def _call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _concat(*parts: Sql) -> Sql:
    return reduce(lambda left, right: exp.DPipe(this=left, expression=right, safe=False), parts)


def _varchar(value: Sql) -> Sql:
    return exp.cast(value, "VARCHAR")


def _when(condition: Sql, value: Sql) -> Sql:
    """The value where the condition holds, else NULL."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def _given(value: Sql) -> Sql:
    return exp.Not(this=exp.Is(this=value, expression=exp.Null()))


def _all(conditions: Sequence[Sql]) -> Sql:
    return reduce(lambda left, right: exp.And(this=left, expression=right), conditions)


@dataclass
class _Cells:
    """The values that a triples map takes from its rows, each once."""

    rows: Rows
    found: dict[str, Cell] = field(default_factory=dict)

    def cell(self, reference: str) -> Cell:
        """The cell of a reference, the same for the same reference."""
        if reference not in self.found:
            kind, many = self.rows.kind(reference)
            self.found[reference] = Cell(reference, f"c{len(self.found)}", kind, many)
        return self.found[reference]

    def select(self, relation: str, *further: str) -> exp.Select:
        """All cells as columns, and further columns of the relation as they are."""
        columns = [
            exp.alias_(self.rows.value(cell.reference), cell.alias, quoted=True)
            for cell in self.found.values()
        ]
        kept = [_column(name) for name in further]
        return exp.select(*columns, *kept, *([] if columns or kept else ["1 AS one"])).from_(
            exp.to_identifier(relation, quoted=True)
        )


@dataclass
class _Term:
    """A term in SQL, what it unnests, and which checks belong to it."""

    sql: Sql
    checks: list[tuple[str, str, Sql, Sql]] = field(default_factory=list)
    unnested: dict[str, Cell] = field(default_factory=dict)
    sure: bool = False


class _Compiler:
    """Term maps of one triples map → SQL over its cells."""

    def __init__(self, cells: _Cells, context: Context, base_iri: str) -> None:
        self.cells, self.context, self.base = cells, context, base_iri
        self.term = _Term(exp.Null())
        self.prefix = ""

    def compile(self, term: TermMap, prefix: str) -> _Term:
        """The encoded term. Values of a reference with several are columns with the prefix."""
        self.term, self.prefix = _Term(exp.Null()), prefix
        expression = term.expression
        if isinstance(expression, Constant):
            self.term.sql, self.term.sure = self._constant(expression, term), term.language is None
        elif isinstance(expression, FreshNode):
            row = exp.Window(this=_call("row_number"))
            self.term.sql = _concat(_text(f"_:{self.context.scope}r"), _varchar(row))
        elif term.term_type is TermType.LITERAL:
            self.term.sql = self._literal(term)
        elif term.term_type is TermType.BLANK_NODE:
            self.term.sql = _concat(
                _text(f"_:{self.context.scope}"), _call("term_label", self._plain(term))
            )
        else:
            self.term.sql = self._iri(term)
        return self.term

    # -- values ------------------------------------------------------------------------------

    def _cell(self, reference: str) -> tuple[Cell, Sql]:
        cell = self.cells.cell(reference)
        alias = cell.alias
        if cell.many:
            alias = f"{self.prefix}{cell.alias}"
            self.term.unnested[alias] = cell
        return cell, _column(alias)

    def value(self, reference: str, datatype: str | None = None) -> Sql:
        """The natural lexical form of a reference (R2RML 10.2), as text."""
        cell, column = self._cell(reference)
        if cell.kind is Kind.JSON:
            is_nested = exp.In(
                this=_call("json_type", column), expressions=[_text("ARRAY"), _text("OBJECT")]
            )
            self.term.checks.append(("not-a-single-value", "", is_nested, _varchar(column.copy())))
            return _call("term_json_text", column.copy())
        if cell.kind is Kind.TEXT:
            kind, _ = self.cells.rows.kind(reference)
            sql_type = self.cells.rows.columns.get(reference, "VARCHAR")
            return (
                column if kind is Kind.TEXT and sql_type.startswith("VARCHAR") else _varchar(column)
            )
        return _natural_text(cell.kind, column, datatype)

    def _plain(self, term: TermMap) -> Sql:
        """The text of a reference or template, with nothing encoded."""
        if isinstance(term.expression, Reference):
            return self.value(term.expression.name)
        return self._template(term, lambda value: value)

    def _template(self, term: TermMap, encode: Callable[[Sql], Sql]) -> Sql:
        assert not isinstance(term.expression, Constant | Reference | FreshNode)
        return _concat(
            *(
                encode(self.value(part.name)) if isinstance(part, Variable) else _text(part)
                for part in term.expression.parts
            )
        )

    # -- terms -------------------------------------------------------------------------------

    def _constant(self, constant: Constant, term: TermMap) -> Sql:
        if constant.kind is TermType.BLANK_NODE:
            return _text(f"_:{self.context.scope}k{constant.value}")
        if constant.kind.is_iri:
            return _text(f"<{self.absolute(constant.value)}>")
        datatype, language = constant.datatype, constant.language
        if term.datatype and isinstance(term.datatype.expression, Constant):
            datatype = term.datatype.expression.value
        if term.language and isinstance(term.language.expression, Constant):
            language = term.language.expression.value
        quoted = _quoted(constant.value)
        if language:
            return _text(f"{quoted}@{language}")
        if datatype and datatype != f"{XSD}string":
            return _text(f"{quoted}^^<{self.absolute(datatype)}>")
        return _text(quoted)

    def absolute(self, iri: str) -> str:
        """The IRI, with the base before it if it is relative."""
        return iri if _has_scheme(iri) else self.base + iri

    def _iri(self, term: TermMap) -> Sql:
        unsafe = term.term_type in (TermType.UNSAFE_IRI, TermType.UNSAFE_URI)
        if isinstance(term.expression, Reference):
            value = self.value(term.expression.name)
            if unsafe:
                return _call("term_unsafe_iri", value, _text(self.base))
            made = _call("term_iri", value, _text(self.base), _text(self.context.relative))
            rule = "not-an-iri"
            self.term.checks.append(
                (rule, "", _all([_given(value), exp.Is(this=made, expression=exp.Null())]), value)
            )
            return made.copy()
        encode = "term_uri_safe" if term.term_type is TermType.URI else "term_iri_safe"
        made = self._template(term, (lambda v: v) if unsafe else (lambda v: _call(encode, v)))
        assert not isinstance(term.expression, Constant | FreshNode)
        first = term.expression.parts[0]
        if unsafe and not (isinstance(first, str) and _has_scheme(first)):
            return _call("term_unsafe_iri", made, _text(self.base))
        start = "<" if isinstance(first, str) and _has_scheme(first) else f"<{self.base}"
        return _concat(_text(start), made, _text(">"))

    def _literal(self, term: TermMap) -> Sql:
        if term.language:
            return self._tagged(term, term.language)
        if term.datatype:
            return self._typed(term, term.datatype)
        if isinstance(term.expression, Reference):
            cell, column = self._cell(term.expression.name)
            if cell.kind is Kind.JSON and self.cells.rows.typed:
                self.value(term.expression.name)
                return _call("term_json_literal", column)
            if cell.kind not in (Kind.TEXT, Kind.JSON):
                value = self.value(term.expression.name)
                return _concat(_text('"'), value, _text(f'"^^<{XSD}{cell.kind.value}>'))
        return _concat(_text('"'), _call("term_escaped", self._plain(term)), _text('"'))

    def _tagged(self, term: TermMap, language: TermMap) -> Sql:
        escaped = _call("term_escaped", self._plain(term))
        if isinstance(language.expression, Constant):
            return _concat(_text('"'), escaped, _text(f'"@{language.expression.value}'))
        tag = self._plain(language)
        valid = _call("term_is_language", tag)
        self.term.checks.append(("not-a-language", "", exp.Not(this=valid), tag.copy()))
        return _when(valid.copy(), _concat(_text('"'), escaped, _text('"@'), tag.copy()))

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
            return _concat(_text('"'), _call("term_escaped", value), _text('"'))
        made = _concat(_text('"'), _call("term_escaped", value), _text(f'"^^<{iri}>'))
        if known is None or known == natural:
            return made
        valid = _call(f"term_is_{known}", value.copy())
        self.term.checks.append(
            ("not-in-datatype", f"xsd:{known}", exp.Not(this=valid), value.copy())
        )
        if (
            not DATATYPES[known].condition.startswith("regexp_full_match(v, '[^")
            and known != "Name"
        ):
            made = _concat(_text('"'), value.copy(), _text(f'"^^<{iri}>'))
        return _when(valid.copy(), made)

    def _typed_by_value(self, term: TermMap, datatype: TermMap) -> Sql:
        value = self._plain(term)
        iri = (
            self._iri(datatype)
            if datatype.term_type.is_iri
            else _concat(_text("<"), self._plain(datatype), _text(">"))
        )
        bare = _call("trim", iri, _text("<>"))
        valid = _call("term_in_datatype", value.copy(), bare)
        self.term.checks.append(
            ("not-in-datatype", "its datatype", exp.Not(this=valid), value.copy())
        )
        return _when(
            valid.copy(),
            _concat(_text('"'), _call("term_escaped", value), _text('"^^'), iri.copy()),
        )


def _natural_text(kind: Kind, column: Sql, datatype: str | None) -> Sql:
    if kind is Kind.DOUBLE and datatype in (None, "double", "float"):
        return _call("term_double", exp.cast(column, "DOUBLE"))
    if (
        kind in (Kind.DOUBLE, Kind.DECIMAL)
        and datatype is not None
        and datatype.endswith(_INTEGERS)
    ):
        return _call("regexp_replace", _varchar(column), _text(r"\.0*$"), _text(""))
    if kind is Kind.DECIMAL:
        return _call("term_decimal", column)
    if kind is Kind.DATETIME and datatype in (None, "dateTime", "dateTimeStamp"):
        zone = _call("regexp_replace", _varchar(column), _text(r"([+-]\d\d)$"), _text(r"\1:00"))
        return _call("replace", zone, _text(" "), _text("T"))
    if kind is Kind.BINARY:
        return _call("hex", column)
    return _varchar(column)


def _has_scheme(iri: str) -> bool:
    head, colon, _ = iri.partition(":")
    return bool(colon) and head[:1].isalpha() and all(c.isalnum() or c in "+.-" for c in head)


def _quoted(text: str) -> str:
    for character, escape in (
        ("\\", r"\\"),
        ('"', r"\""),
        ("\n", r"\n"),
        ("\r", r"\r"),
        ("\t", r"\t"),
    ):
        text = text.replace(character, escape)
    return (
        '"'
        + "".join(f"\\u{ord(c):04X}" if ord(c) < 0x20 or ord(c) == 0x7F else c for c in text)
        + '"'
    )


class _Planner:
    """Builds the plan of one triples map."""

    def __init__(
        self,
        triples_map: TriplesMap,
        rows: Mapping[str, Rows],
        context: Context,
        parents: Callable[[str], TriplesMap],
    ) -> None:
        self.map, self.rows, self.context, self.parents = triples_map, rows, context, parents
        self.cells = _Cells(rows[triples_map.name])
        self.compiler = _Compiler(self.cells, context, triples_map.base_iri or context.base_iri)
        self.checks: list[tuple[_Term, TermMap]] = []

    def plan(self) -> Plan:
        """All branches, one a predicate, object and graph, over the cells of the rows."""
        subject = self._compile(self.map.subject, "s")
        own = [(graph, self._compile(graph, "g")) for graph in self.map.graphs]
        branches = [
            self._branch(_iri(f"{RDF}type"), _iri(iri), graph)
            for iri in self.map.classes
            for graph in self._graphs(own)
        ]
        for pair in self.map.predicate_objects:
            graphs = self._graphs(
                [*own, *((graph, self._compile(graph, "g")) for graph in pair.graphs)]
            )
            for predicate in [self._compile(term, "p") for term in pair.predicates]:
                for target in pair.objects:
                    branches += [self._pair(predicate, target, graph) for graph in graphs]
        return Plan(self.map, self._whole(subject, branches), tuple(self._checks()))

    def _compile(self, term: TermMap, prefix: str) -> _Term:
        compiled = self.compiler.compile(term, prefix)
        if compiled.checks:
            self.checks.append((compiled, term))
        return compiled

    def _graphs(self, graphs: list[tuple[TermMap, _Term]]) -> list[_Term]:
        """The graphs of a triple: those given, or the default graph where none is."""
        named = [compiled for graph, compiled in graphs if not _is_default(graph)]
        if graphs and len(named) == len(graphs):
            return named
        name = self.context.default_graph
        sql = exp.cast(exp.Null(), "VARCHAR") if name is None else _text(f"<{name}>")
        return [*named, _Term(sql, sure=True)]

    def _pair(self, predicate: _Term, target: TermMap | RefObjectMap, graph: _Term) -> exp.Select:
        if isinstance(target, TermMap):
            return self._branch(predicate, self._compile(target, "o"), graph)
        parent = self.parents(target.parent)
        if target.joins:
            return self._joined(predicate, target, parent, graph)
        compiler = _Compiler(self.cells, self.context, parent.base_iri or self.context.base_iri)
        return self._branch(predicate, compiler.compile(parent.subject, "o"), graph)

    def _joined(
        self, predicate: _Term, target: RefObjectMap, parent: TriplesMap, graph: _Term
    ) -> exp.Select:
        """Rows of the child with the subjects of those rows of the parent that fit."""
        cells = _Cells(self.rows[parent.name])
        compiler = _Compiler(cells, self.context, parent.base_iri or self.context.base_iri)
        subject = compiler.compile(parent.subject, "s")
        unnested = dict(subject.unnested)
        keys = []
        for number, join in enumerate(target.joins):
            side = _side(compiler, join.parent, f"j{number}")
            unnested |= side.unnested
            keys.append(exp.alias_(side.sql, f"k{number}", quoted=True))
        inner = _unnest(cells.select(cells.rows.name), unnested)
        right = exp.select(exp.alias_(subject.sql, "object", quoted=True), *keys).from_(
            inner.subquery("cells")
        )
        joined = _Term(_column("object"))
        conditions = []
        for number, join in enumerate(target.joins):
            child = _side(self.compiler, join.child, f"j{number}")
            joined.unnested |= child.unnested
            conditions.append(exp.EQ(this=child.sql, expression=_column(f"k{number}")))
        branch = self._branch(predicate, joined, graph)
        source = branch.find(exp.Subquery)
        assert source is not None
        inner_select = source.this
        inner_select.join(right.subquery("parents"), on=_all(conditions), copy=False)
        return branch

    def _branch(self, predicate: _Term, target: _Term, graph: _Term) -> exp.Select:
        """The quads of one predicate, object and graph."""
        unnested = predicate.unnested | target.unnested | graph.unnested
        rows = _unnest(exp.select("*").from_("rows"), unnested)
        made = exp.select(
            exp.alias_(_column("s"), "s"),
            exp.alias_(predicate.sql.copy(), "p"),
            exp.alias_(target.sql.copy(), "o"),
            exp.alias_(graph.sql.copy(), "g"),
        ).from_(rows.subquery("cells"))
        unsure = [
            _column(name)
            for name, term in (("p", predicate), ("o", target), ("g", graph))
            if not term.sure
        ]
        outer = exp.select("s", "p", "o", "g").from_(made.subquery("terms"))
        return outer.where(_all([_given(column) for column in unsure])) if unsure else outer

    def _whole(self, subject: _Term, branches: list[exp.Select]) -> Sql:
        if not branches:
            return exp.select(
                *(exp.alias_(exp.cast(exp.Null(), "VARCHAR"), n) for n in "spog")
            ).where("false")
        cells = _unnest(self.cells.select(self.cells.rows.name), subject.unnested)
        rows = exp.select("*").from_(
            exp.select("*", exp.alias_(subject.sql, "s", quoted=True))
            .from_(cells.subquery("cells"))
            .subquery("subjects")
        )
        rows = rows.where(_given(_column("s")))
        union: exp.Query = branches[0]
        for branch in branches[1:]:
            union = exp.Union(this=union, expression=branch, distinct=False)
        quads = exp.select("s", "p", "o", "g").distinct().from_(union.subquery("quads_of_map"))
        return quads.with_("rows", as_=rows, materialized=True)

    def _checks(self) -> list[Check]:
        found = []
        for compiled, term in self.checks:
            for rule, detail, invalid, value in compiled.checks:
                found.append(self._check(compiled, term, (rule, detail), invalid, value))
        return found

    def _check(
        self, compiled: _Term, term: TermMap, kind: tuple[str, str], invalid: Sql, value: Sql
    ) -> Check:
        used = [cell for cell in self.cells.found.values() if _uses(invalid, cell)]

        def query(relation: str, columns: Sequence[str] = ()) -> Sql:
            inner = _unnest(self.cells.select(relation, *columns), compiled.unnested)
            kept = [_column(name) for name in columns]
            return (
                exp.select(exp.alias_(_varchar(value.copy()), "value"), *kept)
                .from_(inner.subquery("cells"))
                .where(invalid.copy())
            )

        return Check(*kind, term, tuple(cell.reference for cell in used), query)


def _iri(iri: str) -> _Term:
    return _Term(_text(f"<{iri}>"), sure=True)


def _side(compiler: _Compiler, term: TermMap, prefix: str) -> _Term:
    """One side of a join as plain text."""
    if isinstance(term.expression, Constant):
        return _Term(_text(term.expression.value))
    compiler.term, compiler.prefix = _Term(exp.Null()), prefix
    compiler.term.sql = compiler._plain(term)
    return compiler.term


def _unnest(rows: exp.Select, unnested: Mapping[str, Cell]) -> exp.Select:
    """The rows once for each value of the cells that hold several."""
    for alias, cell in unnested.items():
        values = exp.Anonymous(this="unnest", expressions=[_column(cell.alias)])
        rows = exp.select("*", exp.alias_(values, alias, quoted=True)).from_(rows.subquery("cells"))
    return rows


def _uses(sql: Sql, cell: Cell) -> bool:
    return any(column.name.endswith(cell.alias) for column in sql.find_all(exp.Column))


def _is_default(graph: TermMap) -> bool:
    constant = graph.expression
    return isinstance(constant, Constant) and constant.value in (
        f"{RR}defaultGraph",
        f"{RML}defaultGraph",
    )
