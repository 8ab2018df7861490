"""The rows a plan reads: a relation by its name, and how each reference finds its value in it.

A plan never sees where rows come from. ``Rows`` says what a relation offers: columns with SQL
types (tables, queries, CSV files) or one JSON value a row, the iterated record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from clusterkg.mapping.jsonpath import duckdb_path, gives_many

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

__all__ = ["RECORD", "Cell", "Kind", "Rows", "kind_of"]

RECORD = "record"
"""The column that holds the record of a JSON document."""


class Kind(Enum):
    """What a value is, as far as its natural RDF form depends on it (R2RML, section 10)."""

    TEXT = ""
    INTEGER = "integer"
    DECIMAL = "decimal"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "dateTime"
    BINARY = "hexBinary"
    JSON = "json"
    NESTED = "nested"


_KINDS = (
    (r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BIGNUM|VARINT)", Kind.INTEGER),
    (r"DECIMAL\(.*\)", Kind.DECIMAL),
    (r"DOUBLE|FLOAT", Kind.DOUBLE),
    (r"BOOLEAN", Kind.BOOLEAN),
    (r"DATE", Kind.DATE),
    (r"TIME( WITH TIME ZONE|_NS)?", Kind.TIME),
    (r"TIMESTAMP.*", Kind.DATETIME),
    (r"BLOB", Kind.BINARY),
    (r"JSON", Kind.JSON),
    (r"(STRUCT|MAP|UNION)\(.*|.*\[\d*\]", Kind.NESTED),
)


def kind_of(sql_type: str) -> tuple[Kind, bool]:
    """The kind of a SQL type and whether it is a list of such values."""
    element, brackets, _ = (
        sql_type.partition("[]") if sql_type.endswith("[]") else (sql_type, "", "")
    )
    kind = next(
        (k for pattern, k in _KINDS if re.fullmatch(pattern, element, re.DOTALL)), Kind.TEXT
    )
    return kind, bool(brackets)


@dataclass(frozen=True)
class Cell:
    """One reference in one plan: the column ``alias`` of its cells, and what it holds."""

    reference: str
    alias: str
    kind: Kind
    many: bool


@dataclass(frozen=True)
class Rows:
    """A relation: its name in SQL, and the types of its columns; ``json``: records.

    ``typed`` says whether numbers and booleans of JSON make typed literals. ``aliases`` are the
    columns of references that are written otherwise; ``names`` are those that records of XML have,
    if a reference has found nothing. ``word`` is what messages call a column. ``optional`` are
    references that may find nothing; None: none can be stated.
    """

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    json: bool = False
    typed: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    word: str = "column"
    optional: frozenset[str] | None = None

    def kind(self, reference: str) -> tuple[Kind, bool]:
        """What the reference gives, and whether it gives several values a row."""
        if self.json and reference in self.aliases:
            return kind_of(self.columns[self.aliases[reference]])
        if self.json:
            return Kind.JSON, gives_many(reference)
        return kind_of(self.columns[reference])

    def value(self, reference: str) -> exp.Expr:
        """The value (or the list of values) of a reference, as SQL on the relation."""
        from sqlglot import exp

        if not self.json or reference in self.aliases:
            return exp.column(self.aliases.get(reference, reference), quoted=True)
        path = exp.Literal.string(duckdb_path(reference))
        return exp.Anonymous(
            this="json_extract", expressions=[exp.column(RECORD, quoted=True), path]
        )
