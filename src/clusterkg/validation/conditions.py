"""Constraints about single values, as SQL conditions that hold for a value that is not allowed.

https://www.w3.org/TR/shacl/#core-components; the column ``value`` is the N-Triples text of a value
node, TEXT is what SPARQL's STR gives for it, ENDING what follows the text of a literal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import SH
from clusterkg.validation.comparison import compared_to_number, with_number
from clusterkg.validation.term_sql import (
    ending_of,
    has_datatype,
    is_blank,
    is_iri,
    is_literal,
    language_of,
    string_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.validation.constraints import Constraint

__all__ = ["TEXT", "asks_number", "asks_text", "refused", "with_text"]

TEXT: Final = "said"
"""The column with the text of a value: an IRI, or the lexical form of a literal."""
ENDING: Final = "ending"
"""The column with what follows the text of a literal: a language or a datatype."""
_BOUNDS: Final = {
    "MinExclusive": ">",
    "MinInclusive": ">=",
    "MaxExclusive": "<",
    "MaxInclusive": "<=",
}
_KINDS: Final = {"IRI": is_iri, "BlankNode": is_blank, "Literal": is_literal}


def with_text(rows: str, numbers: str = "") -> str:
    """A relation, or a query in parentheses, with the columns TEXT and ENDING beside value.

    If ``numbers`` is a condition, then where it holds also with the value as a number.
    """
    ended = f"SELECT *, {ending_of('value')} AS {ENDING} FROM {rows}"
    said = f"(SELECT *, {string_of('value', ENDING)} AS {TEXT} FROM ({ended}))"
    return with_number(said, TEXT, ENDING, numbers) if numbers else said


def asks_text(constraint: Constraint) -> bool:
    """Whether the condition for what is refused asks for more than the value as it stands."""
    return constraint.component in {"Datatype", "Pattern", "MinLength", "MaxLength", *_BOUNDS}


def asks_number(constraint: Constraint) -> bool:
    """Whether the condition for what is refused asks for the value as a number."""
    return constraint.component in _BOUNDS


def _kind(constraint: Constraint) -> str:
    names = constraint.term.removeprefix(f"<{SH}").removesuffix(">").split("Or")
    return " OR ".join(_KINDS[name]("value") for name in names)


def _bound(sign: str) -> Callable[[Constraint], str | None]:
    return lambda one: compared_to_number(sign, one.term)


def _length(sign: str) -> Callable[[Constraint], str]:
    return lambda one: f"length({TEXT}) {sign} {one.count}"


def _languages(constraint: Constraint) -> str:
    """SPARQL's langMatches: the range, or what begins with it and a hyphen."""
    tag = language_of("value")
    ranges = [one.lower() for one in constraint.terms]
    conditions = [
        f"{tag} <> ''" if one == "*" else f"starts_with({tag} || '-', {literal(one + '-')})"
        for one in ranges
    ]
    return " OR ".join(conditions) or "false"


_ALLOWED: Final[dict[str, Callable[[Constraint], str | None]]] = {
    "Datatype": lambda one: has_datatype(ENDING, TEXT, one.term),
    "NodeKind": _kind,
    **{component: _bound(sign) for component, sign in _BOUNDS.items()},
    "MinLength": _length(">="),
    "MaxLength": _length("<="),
    "LanguageIn": _languages,
    "In": lambda one: f"value IN ({', '.join(map(literal, one.terms))})" if one.terms else "false",
}


def refused(constraint: Constraint) -> str | None:
    """The condition for a value that the constraint does not allow; None: there is no such one.

    Its columns are those of ``with_text``.
    """
    allowed = _ALLOWED.get(constraint.component)
    condition = allowed(constraint) if allowed else None
    return None if condition is None else f"NOT coalesce({condition}, false)"
