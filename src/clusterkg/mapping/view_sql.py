"""Small SQL that the queries of logical views are made of, and whether they need index keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.function_plan import Value, Values
from clusterkg.mapping.rows import Kind
from clusterkg.mapping.term_plan import natural_text
from clusterkg.mapping.triples_map import LogicalView, all_terms, references

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clusterkg.mapping.triples_map import Field, TermMap, TriplesMap

__all__ = [
    "given_json",
    "index_keys",
    "line_cells",
    "named",
    "rendered",
    "text_of",
    "written_text",
]


def index_keys(triples_maps: Sequence[TriplesMap]) -> bool:
    """Whether triples maps refer to the position of a record."""
    views = [one.source for one in triples_maps if isinstance(one.source, LogicalView)]
    terms = [term for _, term in all_terms(triples_maps)]
    terms += [term for view in views for term in _terms(view)]
    return any(name.endswith("#") for term in terms for name in references(term))


def _terms(view: LogicalView) -> Iterator[TermMap]:
    for one in view.fields:
        yield from _field_terms(one)
    for join in view.joins:
        for side in join.joins:
            yield side.child
            yield side.parent
        for one in join.fields:
            yield from _field_terms(one)
        yield from _terms(join.parent)
    if isinstance(view.on, LogicalView):
        yield from _terms(view.on)


def _field_terms(one: Field) -> Iterator[TermMap]:
    if one.expression is not None:
        yield one.expression
    for inner in one.fields:
        yield from _field_terms(inner)


def line_cells(line: str) -> str:
    """The cells of a line of CSV, without their quotes."""
    cells = f'regexp_extract_all({line}, \'(^|,)("([^"]|"")*"|[^",]*)\', 2)'
    plain = "replace(substr(x, 2, length(x) - 2), '\"\"', '\"')"
    return (
        f"list_transform({cells}, lambda x: CASE WHEN starts_with(x, '\"') THEN {plain} ELSE x END)"
    )


def given_json(value: Value) -> str:
    """The value, where JSON's null is NULL."""
    sql = rendered(value.sql)
    if value.kind is not Kind.JSON:
        return sql
    return f"CASE WHEN json_type({sql}) <> 'NULL' THEN {sql} END"


def written_text(value: Value) -> str:
    """The text of one value; an array or an object of JSON as it is written."""
    if value.kind is not Kind.JSON:
        return rendered(text_of(value))
    sql = rendered(value.sql)
    return (
        f"CASE json_type({sql}) WHEN 'VARCHAR' THEN {sql} ->> '$' ELSE CAST({sql} AS VARCHAR) END"
    )


def text_of(value: Value) -> exp.Expr:
    """The text of one value as it is compared in a join."""
    return Values(lambda _name: value, natural_text).text(value).sql


def named(name: str) -> exp.Expr:
    """A column by its name."""
    return exp.column(name, quoted=True)


def rendered(expression: exp.Expr) -> str:
    """An expression as SQL of DuckDB."""
    return expression.sql(dialect="duckdb")
