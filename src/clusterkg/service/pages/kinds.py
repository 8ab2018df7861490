"""The five kinds of actors and Porter's five conditions, in the order in which pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.namespaces import PROJECT
from clusterkg.service.pages.facts import expand

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CONDITIONS", "KINDS", "OTHER", "condition_shape", "kind_of", "kind_term", "kinds_of"]

KINDS: Final = (
    "Company",
    "ServiceProvider",
    "ResearchInstitution",
    "University",
    "RelatedInstitution",
)
"""Local names of the classes, as the founding description lists them."""

OTHER: Final = "Other"
"""An organisation of which no source says its kind."""

CONDITIONS: Final = ("critical-mass", "concentration", "variety", "management", "field")
"""Porter's conditions; each has a shape ``Porter-<condition>`` and a bar in the fingerprint."""

_MOST_TELLING: Final = (
    "University",
    "ResearchInstitution",
    "ServiceProvider",
    "Company",
    "RelatedInstitution",
)


def kind_term(kind: str) -> str:
    """The class of a kind: ``University`` → its IRI."""
    return expand(f"clk:{kind}")


def kinds_of(classes: Iterable[str]) -> tuple[str, ...]:
    """All kinds among some class IRIs, in order."""
    found = set(classes)
    return tuple(kind for kind in KINDS if kind_term(kind) in found)


def kind_of(classes: Iterable[str]) -> str:
    """The one kind that colours a dot: the most telling if an actor has several."""
    found = kinds_of(classes)
    return next((kind for kind in _MOST_TELLING if kind in found), OTHER)


def condition_shape(condition: str) -> str:
    """The IRI of the shape that states a condition."""
    return f"{PROJECT}shape/Porter-{condition}"
