"""What a report says about its shapes: words that judge nothing, shapes and imports not there.

The lint finds much more; these are the defects by which a report would say less than it seems to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clusterkg.findings import Severity
from clusterkg.namespaces import SH
from clusterkg.validation.constraints import defined_words, is_usual
from clusterkg.validation.shapes_graph import IMPORTS, sh
from clusterkg.validation.terms import is_iri, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.findings import Finding
    from clusterkg.validation.shapes import Shapes

__all__ = ["notices"]


def notices(shapes: Shapes, is_described: Callable[[str], bool]) -> tuple[Finding, ...]:
    """Warnings and notes about the shapes, with file and line.

    ``is_described`` says whether the data have triples about an IRI.
    """
    if not _is_suspicious(shapes):
        return ()
    from clusterkg.validation.lint_reading import read_linted
    from clusterkg.validation.lint_references import (
        overlays_without_base,
        undefined,
        unloaded_imports,
    )
    from clusterkg.validation.lint_words import unknown_words

    linted = read_linted(shapes.files)
    found = (
        *unknown_words(linted),
        *undefined(linted),
        *overlays_without_base(linted),
        *unloaded_imports(linted, is_described),
    )
    return tuple(replace(one, severity=min(one.severity, Severity.WARNING)) for one in found)


def _is_suspicious(shapes: Shapes) -> bool:
    """A quick look, as shapes without such defects are the rule."""
    graph = shapes.graph
    if graph.subjects(IMPORTS):
        return True
    predicates = map(plain, graph.predicates())
    words = {one.removeprefix(SH) for one in predicates if one.startswith(SH)}
    if not is_usual(words) and not words <= defined_words():
        return True
    if any(not graph.describes(node) for node in shapes.nodes):
        return True
    decorated = {
        node
        for word in ("message", "severity", "deactivated")
        for node in graph.subjects(sh(word))
        if is_iri(node)
    }
    return not decorated <= shapes.nodes
