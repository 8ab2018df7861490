"""A query of our own → rows, triples or yes/no: from a store in this process or from any endpoint.

For the bounded look-ups of pages and resources only. What strangers ask goes to
:mod:`clusterkg.service.workers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

    Term = NamedNode | BlankNode | Literal
    Row = dict[str, Term]

__all__ = ["Backend"]


class Backend(Protocol):
    """What pages and resources may ask.

    The default graph of a query is the union of the named graphs. ``bindings`` gives terms to
    variables (name without ``?``): the term stands wherever the query has the variable, also in
    sub-queries, FILTER EXISTS and CONSTRUCT templates. A SELECT may also project such a variable.
    All raise ServiceError if the store or the endpoint does not answer.
    """

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """The rows of a SELECT; a variable without a value is missing in its row."""

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE, sorted, each once."""

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """The answer of an ASK."""
