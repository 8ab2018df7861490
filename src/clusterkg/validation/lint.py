"""Shapes that lie: what in a shapes graph cannot be meant, whatever the data.

A defect by which shapes surely do not do what they say is a Violation, the rest a Warning or Info.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import connect
from clusterkg.errors import SettingsError, ValidationError
from clusterkg.findings import Place, Severity
from clusterkg.namespaces import SH
from clusterkg.validation.constraints import NODE_KINDS
from clusterkg.validation.lint_contradictions import (
    contradictions,
    joint_contradictions,
    lone_parameters,
)
from clusterkg.validation.lint_patterns import patterns
from clusterkg.validation.lint_reading import finding, read_linted
from clusterkg.validation.lint_references import (
    duplicates,
    messages_of_another,
    overlays_without_base,
    unattached,
    undefined,
    unloaded_imports,
)
from clusterkg.validation.lint_terms import (
    declared_terms,
    not_in_data,
    unknown_terms,
    used_terms,
)
from clusterkg.validation.lint_words import (
    misspelt_namespaces,
    unknown_words,
    wrong_severities,
    wrong_truths,
)
from clusterkg.validation.loading import triples_of_files
from clusterkg.validation.shapes_graph import sh
from clusterkg.validation.terms import plain
from clusterkg.validation.triples import is_described, load_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.validation.lint_reading import Linted

__all__ = ["in_folder", "lint", "lint_files"]


def lint_files(
    shapes: Sequence[Path], data: Sequence[Path] = (), ontology: Sequence[Path] = ()
) -> tuple[Finding, ...]:
    """The defects of shape files, compared with data and ontologies where they are given.

    Raises SettingsError if no shapes are named, ValidationError and GraphError for files that
    cannot be read, with file and line.
    """
    if not data:
        return lint(shapes, None, ontology)
    connection = connect()
    load_files(connection, data)
    return lint(shapes, connection, ontology)


def lint(
    shapes: Sequence[Path], connection: Connection | None, ontology: Sequence[Path] = ()
) -> tuple[Finding, ...]:
    """The same; the data are the triples ``t(s, p, o)`` of the connection, None: there are none.

    The findings are sorted by file and line, each once.
    """
    if not shapes:
        raise SettingsError("no shapes were given", hint="clusterkg lint SHAPES")
    linted = read_linted(shapes)
    if not linted.nodes and not linted.graph:
        raise ValidationError("no triple in it", at=", ".join(map(str, shapes)))
    found = [*_of_shapes(linted), *_of_terms(linted, connection, ontology)]
    return tuple(sorted(dict.fromkeys(found), key=_key))


def _of_shapes(linted: Linted) -> Iterator[Finding]:
    """What the shapes graph tells by itself."""
    for node in sorted(linted.ill_formed):
        if _is_told_as_a_word(linted, node):
            continue
        yield finding(
            Severity.VIOLATION,
            "ill-formed",
            "lint-ill-formed",
            linted.place(node),
            problem=linted.ill_formed[node].removeprefix("a shape is ill-formed: "),
        )
    yield from unknown_words(linted)
    yield from wrong_severities(linted)
    yield from wrong_truths(linted)
    yield from undefined(linted)
    yield from unattached(linted)
    yield from overlays_without_base(linted)
    yield from messages_of_another(linted)
    yield from duplicates(linted)
    yield from contradictions(linted)
    yield from joint_contradictions(linted)
    yield from lone_parameters(linted)
    yield from patterns(linted)


def _is_told_as_a_word(linted: Linted, node: str) -> bool:
    """Whether the shape is ill-formed by a word that SHACL does not have."""
    kinds = set(linted.graph.objects(node, sh("nodeKind")))
    return any(kind not in NODE_KINDS and plain(kind).startswith(SH) for kind in kinds)


def _of_terms(
    linted: Linted, connection: Connection | None, ontology: Sequence[Path]
) -> Iterator[Finding]:
    """What the shapes tell of words of others."""
    declared = declared_terms(triples_of_files(ontology))
    used = None if connection is None else used_terms(connection)
    yield from unloaded_imports(linted, partial(is_described, connection))
    spaces = (used.namespaces if used else frozenset()) | declared.terms.keys()
    yield from misspelt_namespaces(linted, spaces)
    yield from unknown_terms(linted, declared)
    if used is not None:
        yield from not_in_data(linted, used, declared)


def _key(one: Finding) -> tuple[str, int, int, str, str]:
    place = one.place or Place("")
    return place.file, place.line or 0, -one.severity, one.rule, one.message


def in_folder(findings: Sequence[Finding], folder: Path) -> tuple[Finding, ...]:
    """The same with files named as seen from a folder, where they are in it."""
    return tuple(
        replace(one, place=replace(one.place, file=one.place.file.removeprefix(f"{folder}/")))
        if one.place
        else one
        for one in findings
    )
