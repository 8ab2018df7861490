"""What people call a shape, and where it stands: the rule that a report speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.validation.path import Path

__all__ = ["Rule"]


@dataclass(frozen=True)
class Rule:
    """A shape that results name as their source: what people call it, and where it stands.

    ``owner`` is the shape with an IRI that a shape without one belongs to. A rule that does
    not speak has no ``sh:message`` of its own.
    """

    shape: str
    names: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    order: float = 0.0
    path: Path | None = None
    owner: str | None = None
    speaks: bool = True
