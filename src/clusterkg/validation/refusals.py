"""Constraints about all values of a focus node together, as queries for what they refuse.

Each is a query with the columns focus, value and path, which is NULL where it is the shape's own.
``focus`` is a relation with the column node, ``values`` one with the columns focus and value.
https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.validation.comparison import compared, with_worth
from clusterkg.validation.term_sql import language_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.validation.constraints import Constraint

__all__ = ["REFUSALS"]


def _unique_lang(constraint: Constraint, focus: str, values: str) -> str:
    del constraint, focus
    return (
        f"SELECT focus, NULL AS value, NULL AS path FROM (SELECT focus, {language_of('value')} "
        f"AS tag FROM {values}) WHERE tag IS NOT NULL GROUP BY focus, tag HAVING count(*) > 1"
    )


def _others(constraint: Constraint, focus: str) -> str:
    """The values of the other property that the constraint names."""
    return (
        f"SELECT n.node AS focus, t.o AS value FROM {focus} AS n JOIN t ON t.s = n.node "
        f"WHERE t.p = {literal(constraint.term)}"
    )


def _equals(constraint: Constraint, focus: str, values: str) -> str:
    others = _others(constraint, focus)
    own = f"SELECT focus, value FROM {values}"
    return (
        f"SELECT focus, value, NULL AS path FROM ((({own}) EXCEPT ({others})) "
        f"UNION ALL (({others}) EXCEPT ({own})))"
    )


def _disjoint(constraint: Constraint, focus: str, values: str) -> str:
    return (
        f"SELECT focus, value, NULL AS path FROM ((SELECT focus, value FROM {values}) "
        f"INTERSECT ({_others(constraint, focus)}))"
    )


def _less(*, or_equal: bool) -> Callable[[Constraint, str, str], str]:
    def query(constraint: Constraint, focus: str, values: str) -> str:
        others = with_worth(_others(constraint, focus))
        return (
            f"SELECT a.focus, a.value, NULL AS path FROM ({with_worth(f'SELECT * FROM {values}')}) "
            f"AS a JOIN ({others}) AS b ON b.focus = a.focus "
            f"WHERE NOT {compared('a', 'b', or_equal=or_equal)}"
        )

    return query


def _bound(*, upper: bool, or_equal: bool) -> Callable[[Constraint, str, str], str]:
    def query(constraint: Constraint, focus: str, values: str) -> str:
        del focus
        bound = with_worth(f"SELECT {literal(constraint.term)} AS value")
        less, more = ("a", "b") if upper else ("b", "a")
        return (
            f"SELECT a.focus, a.value, NULL AS path FROM ({with_worth(f'SELECT * FROM {values}')}) "
            f"AS a CROSS JOIN ({bound}) AS b WHERE NOT {compared(less, more, or_equal=or_equal)}"
        )

    return query


def _closed(constraint: Constraint, focus: str, values: str) -> str:
    del focus
    allowed = ", ".join(map(literal, constraint.terms))
    other = f" WHERE t.p NOT IN ({allowed})" if allowed else ""
    return (
        f"SELECT v.focus, t.o AS value, t.p AS path FROM {values} AS v "
        f"JOIN t ON t.s = v.value{other}"
    )


REFUSALS: Final[dict[str, Callable[[Constraint, str, str], str]]] = {
    "UniqueLang": _unique_lang,
    "Equals": _equals,
    "Disjoint": _disjoint,
    "LessThan": _less(or_equal=False),
    "LessThanOrEquals": _less(or_equal=True),
    "MinExclusive": _bound(upper=False, or_equal=False),
    "MinInclusive": _bound(upper=False, or_equal=True),
    "MaxExclusive": _bound(upper=True, or_equal=False),
    "MaxInclusive": _bound(upper=True, or_equal=True),
    "Closed": _closed,
}
"""By the component: a function of a constraint and the two relations."""
