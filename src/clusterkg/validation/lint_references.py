"""How shapes hang together: attached to nothing, referring to nothing, saying a thing twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from clusterkg.findings import Severity
from clusterkg.validation.lint_reading import finding
from clusterkg.validation.shapes_graph import CLASSES, IMPORTS, TARGETS, TYPE, sh
from clusterkg.validation.terms import is_iri, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clusterkg.findings import Finding
    from clusterkg.validation.lint_reading import Linted

__all__ = [
    "duplicates",
    "messages_of_another",
    "overlays_without_base",
    "unattached",
    "undefined",
    "unloaded_imports",
]

_TO_SHAPES: Final = ("property", "node", "not", "qualifiedValueShape")
_TO_LISTS: Final = ("and", "or", "xone")
_TARGETS: Final = (*TARGETS, "target")
_DECORATION: Final = frozenset(
    (
        *("message", "severity", "name", "description", "deactivated", "order", "group"),
        *("defaultValue",),
    )
)
"""What an overlay adds to a shape: none of it checks anything."""
_NO_SHAPES: Final = frozenset(("declare", "prefix", "namespace", "select", "ask", "construct"))
_NAMED: Final = re.compile(r"\b([A-Za-z][\w-]*):([A-Za-z][\w-]*)")


def undefined(linted: Linted) -> Iterator[Finding]:
    """References to shapes that no file has."""
    for node, word, other in _references(linted):
        if linted.graph.describes(other):
            continue
        yield finding(
            Severity.VIOLATION,
            "undefined-shape",
            "lint-undefined",
            linted.place(node, word),
            shape=linted.shape_name(node),
            word=f"sh:{word}",
            other=linted.name(other),
        )


def unattached(linted: Linted) -> Iterator[Finding]:
    """Shapes that no target leads to; of those that hang together the uppermost."""
    edges: dict[str, set[str]] = {}
    for node, _, other in _references(linted):
        edges.setdefault(node, set()).add(other)
    live = _reached({node for node in linted.nodes if _is_target(linted, node)}, edges)
    dead = {node for node in linted.nodes - live if _checks(linted, node)}
    below = {other for node in dead for other in edges.get(node, ())}
    for node in sorted(dead - below):
        yield finding(
            Severity.WARNING,
            "unattached-shape",
            "lint-unattached",
            linted.place(node),
            shape=linted.shape_name(node),
        )


def overlays_without_base(linted: Linted) -> Iterator[Finding]:
    """Nodes that only decorate a shape which no file has."""
    decorated = {
        node
        for word in ("message", "deactivated", "severity")
        for node in linted.graph.subjects(sh(word))
        if is_iri(node)
    }
    used = {other for _, _, other in _references(linted)} | set(linted.graph.values(sh("sparql")))
    for node in sorted(decorated - used):
        words = linted.words(node)
        if words <= _DECORATION and not _has_type(linted, node):
            yield finding(
                Severity.VIOLATION,
                "overlay-without-base",
                "lint-overlay",
                linted.place(node),
                shape=linted.name(node),
                words=", ".join(f"sh:{word}" for word in sorted(words)),
            )


def unloaded_imports(linted: Linted, is_described: Callable[[str], bool]) -> Iterator[Finding]:
    """What the shapes import and neither they nor the data describe."""
    for node, iri in sorted(linted.graph.subject_objects(IMPORTS)):
        if linted.graph.describes(iri) or is_described(plain(iri)):
            continue
        place = linted.places.get((node, IMPORTS, iri))
        yield finding(Severity.INFO, "import-not-loaded", "lint-import", place, iri=plain(iri))


def messages_of_another(linted: Linted) -> Iterator[Finding]:
    """Messages that begin with the name of a class which is a target, but of other shapes."""
    classes = {linted.name(value) for value in linted.graph.values(sh("targetClass"))}
    owners = _owners(linted)
    for node in sorted(linted.nodes):
        targets = {
            linted.name(cls)
            for owner in owners.get(node, {node})
            for cls in linted.graph.objects(owner, sh("targetClass"))
        }
        if not targets:
            continue
        own = targets | _other_names(linted, node)
        for message in sorted(linted.graph.objects(node, sh("message"))):
            first = next((found[0] for found in _NAMED.finditer(plain(message))), None)
            if first in classes and not _same(first, own):
                yield finding(
                    Severity.WARNING,
                    "message-of-another",
                    "lint-message",
                    linted.place(node, "message"),
                    shape=linted.shape_name(node),
                    targets=", ".join(sorted(targets)),
                    said=str(first),
                    text=plain(message),
                )


def duplicates(linted: Linted) -> Iterator[Finding]:
    """Property shapes on the same nodes that demand the same along the same path."""
    owners = _owners(linted)
    seen: dict[object, str] = {}
    for node in sorted(linted.shapes):
        shape = linted.shapes[node]
        above = owners.get(node, set()) - {node}
        if shape.path is None or not above or shape.deactivated or shape.beyond:
            continue
        if not shape.constraints or shape.targets:
            continue
        scope = frozenset(
            target
            for owner in above
            if owner in linted.shapes
            for target in (linted.shapes[owner].targets or (owner,))
        )
        key = (scope, shape.path, frozenset(shape.constraints), shape.properties)
        other = seen.setdefault(key, node)
        if other != node and linted.shapes[other].severity == shape.severity:
            yield finding(
                Severity.WARNING,
                "duplicate-shape",
                "lint-duplicate",
                linted.place(node),
                shape=linted.shape_name(node),
                other=linted.shape_name(other),
            )


# -- how they hang together ------------------------------------------------------------------


def _references(linted: Linted) -> Iterator[tuple[str, str, str]]:
    """Where a shape refers to another: (shape, word of SHACL, shape)."""
    for word in _TO_SHAPES:
        for node, other in sorted(linted.graph.subject_objects(sh(word))):
            yield node, word, other
    for word in _TO_LISTS:
        for node, value in sorted(linted.graph.subject_objects(sh(word))):
            for member in linted.graph.items(value):
                yield node, word, member


def _owners(linted: Linted) -> dict[str, set[str]]:
    """The node shapes that have a property shape, and those that these belong to."""
    above: dict[str, set[str]] = {}
    for node, word, other in _references(linted):
        if word in {"property", *_TO_LISTS}:
            above.setdefault(other, set()).add(node)
    return above


def _reached(start: set[str], edges: dict[str, set[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _is_target(linted: Linted, node: str) -> bool:
    if not linted.words(node).isdisjoint(_TARGETS):
        return True
    return any((node, TYPE, kind) in linted.graph for kind in CLASSES)


def _checks(linted: Linted, node: str) -> bool:
    """Whether the node says something that would be checked, and is no part of something else."""
    words = linted.words(node)
    if not words or words <= _DECORATION or words & _NO_SHAPES:
        return False
    shape = linted.shapes.get(node)
    if shape is not None and shape.deactivated:
        return False
    of_sh = {sh(word) for word in ("parameter", "values", "filterShape", "nodes")}
    types = set(linted.graph.objects(node, TYPE))
    if sh("Parameter") in types:
        return False
    return not any(word in of_sh for _, word in linted.graph.subject_predicates(node))


def _has_type(linted: Linted, node: str) -> bool:
    return linted.graph.value(node, TYPE) is not None


def _other_names(linted: Linted, node: str) -> set[str]:
    """What else a message of the shape may begin with: its path and the classes it names."""
    return {
        linted.name(value)
        for word in ("path", "class", "node")
        for value in linted.graph.objects(node, sh(word))
        if is_iri(value)
    }


def _same(name: str | None, own: set[str]) -> bool:
    """Whether a name is one of these, with whatever prefix it is written."""
    known = {"dct": "dcterms", "dcterms": "dct"}
    prefix, _, local = (name or "").partition(":")
    return name in own or f"{known.get(prefix, prefix)}:{local}" in own
