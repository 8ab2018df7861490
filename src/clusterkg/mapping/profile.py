"""One look at the rows of a source before they are mapped: what is NULL, unclean, invalid, unique.

A profile costs one scan of the rows. With it the terms become simpler, the checks of data errors
are done, and duplicates are only looked for where there can be any.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.specialise import key, parts, questions
from clusterkg.mapping.term_plan import all_of, given, sql_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.plan import Plan
    from clusterkg.mapping.rows import Cell
    from clusterkg.mapping.term_plan import Cells, Compiled, Sql

__all__ = ["Profile", "is_injective", "key_cells", "profile_rows"]

# separators that no percent-encoded value holds
_RESERVED = set("/:?#[]@!$&'()*+,;= <>\"")
_ENCODED = ("term_iri_safe", "term_uri_safe")
_ONE_TO_ONE = ("term_escaped", *_ENCODED)
_NEARLY = 0.9


@dataclass(frozen=True)
class Profile:
    """What is known of the rows of a source.

    ``never``: conditions that hold for no row. ``counts``: for how many rows the others hold.
    ``unique``: the subjects, as SQL, that are another one for every row.
    """

    rows: int = 0
    never: frozenset[str] = frozenset()
    counts: dict[str, int] = field(default_factory=dict)
    unique: frozenset[str] = frozenset()

    def count(self, condition: Sql) -> int | None:
        """For how many rows the condition holds; None if it was not asked."""
        return self.counts.get(key(condition))


def profile_rows(connection: Connection, cells: Cells, plans: Sequence[Plan]) -> Profile:
    """Look at the rows that ``cells`` are of, for all ``plans`` that read or join them."""
    single = {cell.alias: cell for cell in cells.found.values() if not cell.many}
    asked: dict[str, Sql] = {}
    for condition in _conditions(cells, plans):
        if _is_about(condition, single):
            asked.setdefault(key(condition), condition)
    subjects = {key(plan.subject.sql): plan.subject.sql for plan in plans if plan.cells is cells}
    subjects = {text: sql for text, sql in subjects.items() if _is_about(sql, single)}
    counted = [exp.Anonymous(this="count_if", expressions=[sql]) for sql in asked.values()]
    wanted: list[Sql] = [exp.Count(this=exp.Star()), *counted]
    for sql in subjects.values():
        terms = _named(sql)
        wanted += [_distinct(terms), _rows_with(terms)]
    source = cells.select(cells.rows.name, only=single.values()).subquery("cells")
    query = exp.select(*(sql.copy() for sql in wanted)).from_(source)
    row = connection.execute(query.sql(dialect="duckdb")).fetchone() or ()
    numbers = [int(number or 0) for number in row]
    counts = dict(zip(asked, numbers[1:], strict=False))
    never = frozenset(text for text, count in counts.items() if not count)
    unique = set()
    for position, (text, sql) in enumerate(subjects.items()):
        hashes, rows = numbers[1 + len(asked) + 2 * position :][:2]
        if _is_unique(connection, cells, sql, (hashes, rows), never):
            unique.add(text)
    return Profile(numbers[0], never, counts, frozenset(unique))


def _is_about(sql: Sql, cells: Mapping[str, Cell]) -> bool:
    """Whether the expression can be told from these cells of one row alone."""
    return all(column.name in cells for column in sql.find_all(exp.Column))


def _named(subject: Sql) -> list[Sql]:
    """What names a subject: its cells where they can, else the term itself."""
    aliases = key_cells(subject)
    return [sql_column(alias) for alias in aliases] if aliases else [subject.copy()]


def _is_unique(
    connection: Connection,
    cells: Cells,
    subject: Sql,
    found: tuple[int, int],
    never: frozenset[str],
) -> bool:
    """Whether no two rows have the same subject; ``found``: different hashes, and rows.

    As many hashes as rows are proof. Where there are a few less, or different cells may make
    the same term, the terms themselves are counted.
    """
    hashes, rows = found
    if hashes == rows and (not key_cells(subject) or is_injective(subject, never)):
        return True
    if hashes < _NEARLY * rows:
        return False
    used = [
        cell
        for cell in cells.found.values()
        if any(column.name == cell.alias for column in subject.find_all(exp.Column))
    ]
    source = cells.select(cells.rows.name, only=used).subquery("cells")
    terms = exp.select(exp.alias_(subject.copy(), "s")).distinct().from_(source)
    sql = f"SELECT count(s) FROM ({terms.sql(dialect='duckdb')}) AS subjects"
    counted = connection.execute(sql).fetchone()
    return counted is not None and int(counted[0]) == rows


def _conditions(cells: Cells, plans: Iterable[Plan]) -> Iterator[Sql]:
    """All that is worth to be known of the rows of ``cells``."""
    for term in _terms(cells, plans):
        yield from questions(term.sql)
        yield from _separators(term.sql)
    for plan in plans:
        if plan.cells is cells:
            yield from (check.invalid for check in plan.checks if not check.apart)


def _terms(cells: Cells, plans: Iterable[Plan]) -> Iterator[Compiled]:
    for plan in plans:
        if plan.cells is cells:
            yield plan.subject
        for branch in plan.branches:
            parent = branch.parent
            if plan.cells is cells:
                yield from (branch.predicate, branch.graph)
                yield from [child for child, _ in parent.keys] if parent else [branch.object]
            if parent is not None and parent.cells is cells:
                yield parent.subject
                yield from (side for _, side in parent.keys)


def _distinct(terms: Sequence[Sql]) -> Sql:
    hashed = exp.Anonymous(this="hash", expressions=[term.copy() for term in terms])
    counted = exp.Count(this=exp.Distinct(expressions=[hashed]))
    return exp.Filter(this=counted, expression=exp.Where(this=_all_given(terms)))


def _rows_with(terms: Sequence[Sql]) -> Sql:
    return exp.Anonymous(this="count_if", expressions=[_all_given(terms)])


def _all_given(terms: Sequence[Sql]) -> Sql:
    return all_of([given(term.copy()) for term in terms])


# -- which cells a term is made of -------------------------------------------------------------


def key_cells(sql: Sql) -> tuple[str, ...] | None:
    """The cells that a term is a one-to-one function of, if their separators allow it."""
    aliases = []
    for part in parts(sql):
        if isinstance(part, exp.Literal):
            continue
        value = part.expressions[0] if _is_one_to_one(part) else part
        value = value.this if isinstance(value, exp.Cast) else value
        if not isinstance(value, exp.Column):
            return None
        aliases.append(value.name)
    return tuple(dict.fromkeys(aliases))


def _is_one_to_one(sql: Sql) -> bool:
    return isinstance(sql, exp.Anonymous) and sql.name in _ONE_TO_ONE


def _separated(sql: Sql) -> Iterator[tuple[Sql, str | None]]:
    """Every value of a concatenation but the last, and the text between it and the next."""
    found = parts(sql)
    values = [position for position, part in enumerate(found) if not isinstance(part, exp.Literal)]
    for position, following in pairwise(values):
        between = found[position + 1] if following == position + 2 else None
        yield found[position], between.name if between is not None else None


def _separators(sql: Sql) -> Iterator[Sql]:
    """Questions: does a value hold the beginning of the text that parts it from the next?"""
    for part, between in _separated(sql):
        if between and not _keeps_out(part, between):
            yield _holds(part, between)


def _holds(part: Sql, between: str) -> Sql:
    first = exp.Literal.string(between[0])
    return exp.Anonymous(this="contains", expressions=[part.copy(), first])


def _keeps_out(part: Sql, between: str) -> bool:
    """Whether the encoding of the value keeps the text's first character out of it."""
    return isinstance(part, exp.Anonymous) and part.name in _ENCODED and between[0] in _RESERVED


def is_injective(sql: Sql, never: frozenset[str]) -> bool:
    """Whether different values of its cells always make different terms."""
    if key_cells(sql) is None:
        return False
    return all(
        between is not None
        and between != ""
        and (_keeps_out(part, between) or key(_holds(part, between)) in never)
        for part, between in _separated(sql)
    )
