"""The errors of clusterkg, one child a station of the way.

* ClusterkgError
  - SettingsError      exit code 2   clusterkg.toml, options, a project folder
  - SourceError        exit code 3   source.toml, a table
  - MappingError       exit code 4   an R2RML, RML or YARRRML document
  - GraphError         exit code 5   reading and writing RDF, the store
  - ValidationError    exit code 6   a shapes graph that cannot be used
  - PublicationError   exit code 8   the release folder
  - ServiceError       exit code 9   the HTTP service, a SPARQL endpoint

Exit code 1 is no error: it says that validation found violations. Exit code 7 is kept for
linking. A bad *row* is never an error, it is a :class:`clusterkg.findings.Finding`.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ClusterkgError",
    "GraphError",
    "MappingError",
    "PublicationError",
    "ServiceError",
    "SettingsError",
    "SourceError",
    "ValidationError",
    "did_you_mean",
    "nearest",
]


class ClusterkgError(Exception):
    """Something the user can repair; knows where it is, what is wrong and what to do.

    ``what`` is lower case without a full stop, names the value in quotes and says what was
    expected. ``at`` is a place such as ``data/pages/organisations.csv, row 17, column plz``.
    ``hint`` is one sentence on how to repair it.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, at: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.at = at
        self.hint = hint

    def __str__(self) -> str:
        """Place, what is wrong, then the hint on its own line."""
        head = f"{self.at}: {self.what}" if self.at else self.what
        return f"{head}\n  {self.hint}" if self.hint else head


class SettingsError(ClusterkgError):
    """``clusterkg.toml``, an option or the project folder cannot be used."""

    exit_code = 2


class SourceError(ClusterkgError):
    """A source cannot be read: ``source.toml`` or one of its tables."""

    exit_code = 3


class MappingError(ClusterkgError):
    """A mapping document cannot be used."""

    exit_code = 4


class GraphError(ClusterkgError):
    """RDF cannot be read, written or loaded."""

    exit_code = 5


class ValidationError(ClusterkgError):
    """A shapes graph cannot be used, or violations remain whatever rows are left out."""

    exit_code = 6


class PublicationError(ClusterkgError):
    """A release cannot be written or opened."""

    exit_code = 8


class ServiceError(ClusterkgError):
    """The service cannot start, or an endpoint does not answer."""

    exit_code = 9


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint ``Did you mean 'x'?`` for a misspelt ``word``; without a near word, all known ones."""
    choices = sorted(known)
    match = nearest(word, choices)
    if match is not None:
        return f"Did you mean '{match}'?"
    return f"Known here: {', '.join(choices)}." if choices else None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a misspelt ``word`` is most like, if one is near."""
    choices = sorted(known)
    lower = [choice.lower() for choice in choices]
    near = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    near += [choice for choice in lower if _one_letter_differs(word.lower(), choice)]
    return next((choice for choice in choices if near and choice.lower() == near[0]), None)


def _one_letter_differs(word: str, choice: str) -> bool:
    """Names of two or three letters, such as prefixes, are too short to be compared by share."""
    differing = sum(a != b for a, b in zip(word, choice, strict=False))
    return 1 < len(word) == len(choice) and differing == 1
