"""Words that nobody defines: of SHACL, severities, namespaces one letter away from another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.errors import nearest
from clusterkg.findings import Severity
from clusterkg.namespaces import PREFIXES, SH, XSD
from clusterkg.validation.constraints import defined_words
from clusterkg.validation.lint_reading import finding
from clusterkg.validation.shapes_graph import FIRST, sh
from clusterkg.validation.terms import is_iri, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterkg.findings import Finding, Place
    from clusterkg.validation.lint_reading import Linted

__all__ = [
    "misspelt_namespaces",
    "unknown_words",
    "vocabulary_positions",
    "wrong_severities",
    "wrong_truths",
]

_FORMER: Final = {
    "shape": "node",
    "valueShape": "node",
    "valueClass": "class",
    "directValueType": "class",
    "datatypeIn": "datatype",
    "scopeClass": "targetClass",
    "scopeNode": "targetNode",
    "constraint": "property",
    "inverseProperty": "property",
    "argument": "parameter",
    "context": "targetClass",
    "filterShape": "target",
}
"""Words of drafts of SHACL, and what became of them."""
_LATER: Final = frozenset(
    (
        *("memberShape", "minListLength", "maxListLength", "uniqueMembers", "singleLine"),
        *("someValue", "rootClass", "subsetOf", "uniqueValuesFor", "nodeByExpression"),
        *("reifierShape", "reificationRequired", "ByTypes", "targetWhere", "Debug", "Trace"),
        *("conformanceDisallows", "codeIdentifier", "agentInstruction", "intent", "unit"),
    )
)
"""Words of the drafts of SHACL 1.2."""
_TRUTHS: Final = ("closed", "deactivated", "uniqueLang", "qualifiedValueShapesDisjoint")
_TRUE_OR_FALSE: Final = tuple(f'"{text}"^^<{XSD}boolean>' for text in ("true", "false"))
_SEVERITIES: Final = frozenset(f"{SH}{word}" for word in ("Info", "Warning", "Violation"))
_OF_PATHS: Final = ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_OF_VOCABULARY: Final = (
    *("path", "class", "datatype", "equals", "disjoint", "lessThan", "lessThanOrEquals"),
    *("targetClass", "targetSubjectsOf", "targetObjectsOf", *_OF_PATHS),
)
"""Words whose values are properties and classes."""
_LISTS: Final = ("ignoredProperties", "alternativePath", "path")


def unknown_words(linted: Linted) -> Iterator[Finding]:
    """Predicates and values of the namespace of SHACL that SHACL does not have."""
    known = defined_words()
    for triple in sorted(linted.graph):
        subject, predicate, value = triple
        for term in (predicate, value):
            said = plain(term)
            word = said.removeprefix(SH)
            if word == said or word in known or not word:
                continue
            place = linted.places.get(triple)
            shape = linted.shape_name(subject)
            given = {"word": f"sh:{word}", "shape": shape}
            if word in _LATER:
                yield finding(Severity.WARNING, "later-word", "lint-later-word", place, **given)
                continue
            near = _FORMER.get(word) or nearest(word, known)
            if near is None:
                yield finding(
                    Severity.VIOLATION, "unknown-word", "lint-unknown-word", place, **given
                )
            else:
                yield finding(
                    Severity.VIOLATION,
                    "unknown-word",
                    "lint-misspelt-word",
                    place,
                    near=f"sh:{near}",
                    **given,
                )


def wrong_severities(linted: Linted) -> Iterator[Finding]:
    """Severities that are not of SHACL; what is of its namespace is told as a word."""
    for node, value in sorted(linted.graph.subject_objects(sh("severity")), key=lambda one: one[0]):
        said = plain(value)
        if said in _SEVERITIES or (is_iri(value) and said.startswith(SH)):
            continue
        worse = Severity.WARNING if is_iri(value) else Severity.VIOLATION
        yield finding(
            worse,
            "unknown-severity",
            "lint-unknown-severity",
            linted.place(node, "severity"),
            value=linted.name(value),
            shape=linted.shape_name(node),
        )


def wrong_truths(linted: Linted) -> Iterator[Finding]:
    """What should be true or false and is another literal, which counts as false."""
    for word in _TRUTHS:
        for node, value in sorted(linted.graph.subject_objects(sh(word))):
            if value not in _TRUE_OR_FALSE:
                yield finding(
                    Severity.VIOLATION,
                    "no-effect",
                    "lint-truth",
                    linted.place(node, word),
                    shape=linted.shape_name(node),
                    word=f"sh:{word}",
                    value=linted.name(value),
                )


def vocabulary_positions(linted: Linted) -> Iterator[tuple[str, str, str]]:
    """Where shapes name properties and classes: (shape, word of SHACL, term)."""
    for word in _OF_VOCABULARY:
        for node, value in linted.graph.subject_objects(sh(word)):
            if is_iri(value):
                yield node, word, value
    for word in _LISTS:
        for node, value in linted.graph.subject_objects(sh(word)):
            if linted.graph.value(value, FIRST) is not None:
                for member in linted.graph.items(value):
                    if is_iri(member):
                        yield node, word, member


def misspelt_namespaces(linted: Linted, used: Iterable[str]) -> Iterator[Finding]:
    """Terms in a namespace that nobody else uses and that is one letter away from a known one.

    Known are the usual namespaces and those that are ``used`` by data and ontologies.
    """
    known = {*used, *PREFIXES.values()}
    positions = [
        (node, linted.place(node, word), term) for node, word, term in vocabulary_positions(linted)
    ]
    positions += [(triple[0], place, triple[1]) for triple, place in linted.places.items()]
    told = set()
    for node, place, term in sorted(positions, key=_position_key):
        namespace = namespace_of(plain(term))
        if namespace in known or (node, term) in told:
            continue
        told.add((node, term))
        meant = _meant(namespace, known)
        if meant is not None:
            yield finding(
                Severity.VIOLATION,
                "misspelt-namespace",
                "lint-misspelt-namespace",
                place,
                shape=linted.shape_name(node),
                iri=plain(term),
                namespace=namespace,
                near=meant,
            )


def _position_key(position: tuple[str, Place | None, str]) -> tuple[str, str, str]:
    node, place, term = position
    return node, term, str(place)


def _meant(namespace: str, known: Iterable[str]) -> str | None:
    """The namespace that was probably meant; whatever is called SHACL is taken for SHACL."""
    if namespace.lower().rstrip("#/").endswith("/shacl"):
        return SH
    return next((one for one in sorted(known) if _one_letter_apart(namespace, one)), None)


def namespace_of(iri: str) -> str:
    """An IRI up to its last ``#`` or ``/``."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter was changed, added or left out; digits tell versions apart."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    same = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    changed = one[same : same + 1] + other[same : same + 1]
    if any(sign.isdigit() for sign in changed):
        return False
    if len(one) == len(other):
        return one[same + 1 :] == other[same + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[same + 1 :] == shorter[same:]
