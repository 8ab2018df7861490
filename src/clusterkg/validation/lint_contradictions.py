"""Constraints that exclude each other, on one shape or on several along one path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clusterkg.findings import Severity
from clusterkg.namespaces import PREFIXES, RDF, SH
from clusterkg.validation.lint_reading import finding
from clusterkg.validation.shapes_graph import NIL, sh
from clusterkg.validation.terms import is_blank, is_iri, parse_term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.findings import Finding
    from clusterkg.validation.constraints import Constraint, Shape
    from clusterkg.validation.lint_reading import Linted

__all__ = [
    "contradictions",
    "excluded_member",
    "joint_contradictions",
    "literal_kind",
    "lone_parameters",
]

_XSD: Final = PREFIXES["xsd"]
_TEXT: Final = f"<{RDF}langString>"
_LIMITS: Final = (
    ("MinCount", "MaxCount"),
    ("MinLength", "MaxLength"),
    ("QualifiedMinCount", "QualifiedMaxCount"),
)
_BOUNDS: Final = (
    ("MinInclusive", "MaxInclusive", True),
    ("MinInclusive", "MaxExclusive", False),
    ("MinExclusive", "MaxInclusive", False),
    ("MinExclusive", "MaxExclusive", False),
)
"""Lower and upper bound, and whether one value may be both."""
_LITERALS_ONLY: Final = frozenset(
    (
        *("Datatype", "LanguageIn", "UniqueLang", "MinInclusive", "MinExclusive"),
        *("MaxInclusive", "MaxExclusive"),
    )
)
_NODES_ONLY: Final = frozenset(("Class",))
_NAMES_ONLY: Final = frozenset(("MinLength", "MaxLength", "Pattern"))
"""What a blank node never meets: it has no text."""
_WITHOUT: Final = {
    "IRI": {"Literal", "BlankNode"},
    "Literal": {"IRI", "BlankNode"},
    "BlankNode": {"IRI", "Literal"},
    "BlankNodeOrIRI": {"Literal"},
    "BlankNodeOrLiteral": {"IRI"},
    "IRIOrLiteral": {"BlankNode"},
}
"""Kind of node → what a node of that kind is not."""
_NUMBERS: Final = frozenset(
    (
        *("integer", "decimal", "double", "float", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
_LONE: Final = (
    ("flags", ("pattern",)),
    ("qualifiedMinCount", ("qualifiedValueShape",)),
    ("qualifiedMaxCount", ("qualifiedValueShape",)),
    ("qualifiedValueShapesDisjoint", ("qualifiedValueShape",)),
    ("ignoredProperties", ("closed",)),
    ("qualifiedValueShape", ("qualifiedMinCount", "qualifiedMaxCount")),
)
_SHOWN: Final = 4
"""So many members of a list are shown."""
_NEVER_EMPTY: Final = ("in", "languageIn", "or", "xone")


def contradictions(linted: Linted) -> Iterator[Finding]:
    """Constraints of one shape that no value can meet together."""
    for node in sorted(linted.shapes):
        shape = linted.shapes[node]
        if shape.deactivated:
            continue
        for one, other in _of_shape(shape):
            word = one.component[0].lower() + one.component[1:]
            yield _told(linted, node, word, said(linted, one), said(linted, other))
        yield from _members(linted, node, shape)


def joint_contradictions(linted: Linted) -> Iterator[Finding]:
    """Limits that several property shapes of one node shape set along one path."""
    told = set()
    for owner in sorted(linted.graph.subjects(sh("property"))):
        along: dict[object, list[tuple[str, Constraint]]] = {}
        for node in sorted(linted.graph.objects(owner, sh("property"))):
            shape = linted.shapes.get(node)
            if shape is None or shape.deactivated or shape.path is None:
                continue
            along.setdefault(shape.path, []).extend((node, one) for one in shape.constraints)
        for found in along.values():
            for node, lower in found:
                for other, upper in found:
                    if node == other or (node, other) in told or not _crossed(lower, upper):
                        continue
                    told.add((node, other))
                    where = f"{said(linted, upper)} ({linted.shape_name(other)})"
                    yield _told(linted, node, "", said(linted, lower), where)


def lone_parameters(linted: Linted) -> Iterator[Finding]:
    """Parameters without their companions, and lists that allow nothing."""
    for node in sorted(linted.nodes):
        words = linted.words(node)
        for word, others in _LONE:
            if word in words and words.isdisjoint(others):
                yield finding(
                    Severity.WARNING,
                    "no-effect",
                    "lint-lone",
                    linted.place(node, word),
                    shape=linted.shape_name(node),
                    word=f"sh:{word}",
                    other=" / ".join(f"sh:{other}" for other in others),
                )
        for word in _NEVER_EMPTY:
            if (node, sh(word), NIL) in linted.graph:
                yield finding(
                    Severity.VIOLATION,
                    "contradiction",
                    "lint-empty",
                    linted.place(node, word),
                    shape=linted.shape_name(node),
                    word=f"sh:{word}",
                )


def said(linted: Linted, constraint: Constraint) -> str:
    """A constraint as Turtle has it: ``sh:minCount 2``."""
    word = constraint.component[0].lower() + constraint.component[1:]
    if constraint.component.endswith(("Count", "Length")):
        return f"sh:{word} {constraint.count}"
    if constraint.component == "Pattern":
        return f'sh:pattern "{constraint.term}"'
    if constraint.component in {"In", "LanguageIn"}:
        some = constraint.terms[:_SHOWN]
        shown = (linted.name(one) if word == "in" else f'"{one}"' for one in some)
        more = " …" if len(constraint.terms) > _SHOWN else ""
        return f"sh:{word} ({' '.join(shown)}{more})"
    return f"sh:{word} {linted.name(constraint.term)}" if constraint.term else f"sh:{word} true"


def literal_kind(term: str) -> str | None:
    """The datatype of a literal in N-Triples text, in angle brackets; None for other terms."""
    if not term.startswith('"'):
        return None
    _, language, datatype = parse_term(term)
    return _TEXT if language else f"<{datatype or f'{_XSD}string'}>"


def excluded_member(linted: Linted, node: str, term: str, other: Constraint) -> Finding:
    """A member of sh:in that another constraint of the shape does not allow."""
    return finding(
        Severity.WARNING,
        "excluded-member",
        "lint-excluded",
        linted.place(node, "in"),
        shape=linted.shape_name(node),
        member=linted.name(term),
        other=said(linted, other),
    )


def _told(linted: Linted, node: str, word: str, one: str, other: str) -> Finding:
    return finding(
        Severity.VIOLATION,
        "contradiction",
        "lint-contradiction",
        linted.place(node, word) or linted.place(node),
        shape=linted.shape_name(node),
        one=one,
        other=other,
    )


# -- two constraints -------------------------------------------------------------------------


def _of_shape(shape: Shape) -> Iterator[tuple[Constraint, Constraint]]:
    for one in shape.constraints:
        for other in shape.constraints:
            if one is not other and (
                _crossed(one, other)
                or _kinds_apart(one, other)
                or _datatypes_apart(one, other)
                or _value_apart(one, other)
            ):
                yield one, other


def _crossed(lower: Constraint, upper: Constraint) -> bool:
    """Whether the lower limit is above the upper one."""
    if (lower.component, upper.component) in _LIMITS:
        return lower.count > upper.count and lower.terms[:1] == upper.terms[:1]
    for below, above, may_meet in _BOUNDS:
        if (lower.component, upper.component) == (below, above):
            return _is_above(lower.term, upper.term, or_equal=not may_meet)
    return False


def _is_above(lower: str, upper: str, *, or_equal: bool) -> bool:
    from clusterkg.validation.rdflib_graphs import quiet_rdflib, term_reader

    read = term_reader()
    with quiet_rdflib():
        low: Any = getattr(read(lower), "value", None)
        high: Any = getattr(read(upper), "value", None)
    try:
        return bool(low > high or (or_equal and low == high))
    except TypeError:
        return False


def _kinds_apart(one: Constraint, other: Constraint) -> bool:
    """A kind of node, and what a node of that kind never meets."""
    if one.component == "NodeKind":
        without = _WITHOUT[one.term.removeprefix(f"<{SH}").removesuffix(">")]
        return (
            ("Literal" in without and other.component in _LITERALS_ONLY)
            or ({"IRI", "BlankNode"} <= without and other.component in _NODES_ONLY)
            or ({"IRI", "Literal"} <= without and other.component in _NAMES_ONLY)
        )
    return one.component == "Datatype" and other.component in _NODES_ONLY


def _datatypes_apart(one: Constraint, other: Constraint) -> bool:
    """A datatype, and what its values never meet."""
    if one.component != "Datatype":
        return False
    if other.component in {"LanguageIn", "UniqueLang"}:
        return one.term != _TEXT
    bound = literal_kind(other.term)
    if bound is None or not other.component.endswith("clusive"):
        return False
    return _family(one.term) != _family(bound)


def _family(datatype: str) -> str:
    """Numbers are compared with numbers, whatever their datatypes; the rest with their like."""
    local = datatype.removeprefix(f"<{_XSD}").removesuffix(">")
    if local in _NUMBERS:
        return "number"
    return "date" if local in {"date", "dateTime", "dateTimeStamp"} else local


def _value_apart(one: Constraint, other: Constraint) -> bool:
    """A value that has to be there, and what does not allow it."""
    if one.component != "HasValue":
        return False
    if other.component == "MaxCount":
        return other.count == 0
    return not allows(other, one.term)


def allows(constraint: Constraint, term: str) -> bool:
    """Whether a constraint about single values allows a term, as far as it can be told."""
    if constraint.component == "In":
        return term in constraint.terms
    if constraint.component == "Datatype":
        return literal_kind(term) == constraint.term
    if constraint.component == "NodeKind":
        kind = "IRI" if is_iri(term) else "BlankNode" if is_blank(term) else "Literal"
        without = _WITHOUT[constraint.term.removeprefix(f"<{SH}").removesuffix(">")]
        return kind not in without
    if constraint.component in {"MinLength", "MaxLength"} and not is_blank(term):
        length = len(parse_term(term)[0])
        lower = constraint.component == "MinLength"
        return length >= constraint.count if lower else length <= constraint.count
    return True


def _members(linted: Linted, node: str, shape: Shape) -> Iterator[Finding]:
    """Members of sh:in that another constraint excludes."""
    for one in shape.constraints:
        if one.component != "In" or not one.terms:
            continue
        for other in shape.constraints:
            if other.component == "In":
                continue
            excluded = [term for term in one.terms if not allows(other, term)]
            if len(excluded) == len(one.terms):
                yield _told(linted, node, "in", said(linted, one), said(linted, other))
                continue
            for term in excluded:
                yield excluded_member(linted, node, term, other)
