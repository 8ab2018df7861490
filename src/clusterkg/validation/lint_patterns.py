"""sh:pattern: no regular expression, one that nothing matches, one that others exclude."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from clusterkg.errors import ValidationError
from clusterkg.findings import Severity
from clusterkg.namespaces import PREFIXES
from clusterkg.validation.lint_contradictions import excluded_member, said
from clusterkg.validation.lint_reading import finding
from clusterkg.validation.patterns import matcher
from clusterkg.validation.terms import is_blank, parse_term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.findings import Finding
    from clusterkg.validation.constraints import Constraint, Shape
    from clusterkg.validation.lint_reading import Linted

__all__ = ["patterns"]

_XSD: Final = PREFIXES["xsd"]
_BEGINNING: Final = ("AT_BEGINNING", "AT_BEGINNING_STRING")
_END: Final = ("AT_END", "AT_END_STRING")
_YEARS: Final = range(1000, 2101)
_ZONES: Final = ("", "Z", "+01:00")


def patterns(linted: Linted) -> Iterator[Finding]:
    """What is wrong with the patterns of all shapes."""
    for node in sorted(linted.shapes):
        shape = linted.shapes[node]
        for constraint in shape.constraints:
            if constraint.component == "Pattern" and not shape.deactivated:
                yield from _pattern(linted, node, shape, constraint)


def _pattern(linted: Linted, node: str, shape: Shape, constraint: Constraint) -> Iterator[Finding]:
    place, name = linted.place(node, "pattern"), linted.shape_name(node)
    try:
        expression = matcher(constraint.term, constraint.flags)
    except ValidationError as error:
        yield finding(
            Severity.VIOLATION,
            "bad-pattern",
            "lint-bad-pattern",
            place,
            shape=name,
            pattern=constraint.term,
            problem=error.what.rpartition(": ")[2],
        )
        return
    if "q" not in constraint.flags and _matches_nothing(expression):
        yield finding(
            Severity.VIOLATION,
            "dead-pattern",
            "lint-dead-pattern",
            place,
            shape=name,
            pattern=constraint.term,
        )
        return
    for other in shape.constraints:
        if _excludes(expression, other):
            yield finding(
                Severity.VIOLATION,
                "contradiction",
                "lint-contradiction",
                place,
                shape=name,
                one=said(linted, constraint),
                other=said(linted, other),
            )
        elif other.component == "In":
            yield from _members(linted, node, constraint, other, expression)


def _members(
    linted: Linted,
    node: str,
    constraint: Constraint,
    among: Constraint,
    expression: re.Pattern[str],
) -> Iterator[Finding]:
    for term in among.terms:
        if not _matches(expression, term):
            yield excluded_member(linted, node, term, constraint)


def _excludes(expression: re.Pattern[str], other: Constraint) -> bool:
    """Whether no value meets both."""
    if other.component == "HasValue":
        return not _matches(expression, other.term)
    if other.component == "In":
        return bool(other.terms) and not any(_matches(expression, one) for one in other.terms)
    if other.component == "Datatype":
        forms = _forms(other.term)
        return bool(forms) and not any(expression.search(form) for form in forms)
    least, most = _length(expression)
    if other.component == "MaxLength":
        return least > other.count
    return other.component == "MinLength" and most is not None and most < other.count


def _matches(expression: re.Pattern[str], term: str) -> bool:
    return not is_blank(term) and expression.search(parse_term(term)[0]) is not None


def _forms(datatype: str) -> list[str]:
    """Many lexical forms of a datatype, so that a pattern that fits none of them fits none.

    Empty for datatypes whose forms are too manifold to be tried.
    """
    local = datatype.removeprefix(f"<{_XSD}").removesuffix(">")
    if local == "boolean":
        return ["true", "false", "1", "0"]
    if local == "gYear":
        return [f"{year}{zone}" for year in _YEARS for zone in _ZONES]
    if local == "gYearMonth":
        return [f"{year}-{month:02}" for year in _YEARS for month in range(1, 13)]
    if local == "date":
        return [
            f"{year}-{month:02}-{day}{zone}"
            for year in _YEARS
            for month, day in ((1, "01"), (7, "31"), (12, "09"))
            for zone in _ZONES
        ] + [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    return []


# -- what an expression can match ------------------------------------------------------------


def _parsed(expression: re.Pattern[str]) -> Any:
    """The tree of an expression, as Python's own compiler reads it."""
    from re import _parser as parser  # type: ignore[attr-defined]

    return parser.parse(expression.pattern, expression.flags & ~re.DEBUG)


def _length(expression: re.Pattern[str]) -> tuple[int, int | None]:
    """The least length of a text that matches, and the greatest where both ends are fixed."""
    tree = _parsed(expression)
    least, most = tree.getwidth()
    parts = list(tree)
    fixed = (
        len(parts) > 1
        and not expression.flags & re.MULTILINE
        and _at(parts[0]) in _BEGINNING
        and _at(parts[-1]) in _END
    )
    # $ also matches before a line break at the end
    return least, most + 1 if fixed and most < 1 << 30 else None


def _at(part: Any) -> str:
    kind, value = part
    return str(value) if str(kind) == "AT" else ""


def _matches_nothing(expression: re.Pattern[str]) -> bool:
    """Whether something has to stand before the beginning, or after the end, of every text."""
    return not expression.flags & re.MULTILINE and _is_dead(list(_parsed(expression)), 0)


def _is_dead(parts: list[Any], before: int) -> bool:
    """Whether a sequence cannot be matched; ``before`` characters have to stand before it."""
    ended = False
    for part in parts:
        if _at(part) in _BEGINNING and before:
            return True
        ended = ended or _ends(part)
        least = _least(part)
        if ended and least and not _ends(part):
            return True
        if _part_is_dead(part, before):
            return True
        before += least
    return False


def _ends(part: Any) -> bool:
    """Whether the end of the text is reached by every way through a part."""
    kind, value = str(part[0]), part[1]
    if kind == "SUBPATTERN":
        return any(map(_ends, value[-1]))
    if kind == "BRANCH":
        return all(any(map(_ends, choice)) for choice in value[1])
    return _at(part) in _END


def _part_is_dead(part: Any, before: int) -> bool:
    kind, value = str(part[0]), part[1]
    if kind == "SUBPATTERN":
        return _is_dead(list(value[-1]), before)
    if kind == "BRANCH":
        return all(_is_dead(list(choice), before) for choice in value[1])
    return False


def _least(part: Any) -> int:
    """The least number of characters that a part of an expression matches."""
    kind, value = str(part[0]), part[1]
    if kind in {"LITERAL", "NOT_LITERAL", "IN", "ANY"}:
        return 1
    if kind == "SUBPATTERN":
        return int(value[-1].getwidth()[0])
    if kind == "BRANCH":
        return min(int(choice.getwidth()[0]) for choice in value[1])
    if kind in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        return int(value[0]) * int(value[2].getwidth()[0])
    return 0
