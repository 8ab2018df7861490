"""A query of our own → rows, triples or yes/no: from a store in this process or from any endpoint.

For the bounded look-ups of pages and resources only. What strangers ask goes to
:mod:`clusterkg.service.workers`.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol
from urllib.error import HTTPError, URLError

import pyoxigraph as ox

from clusterkg.errors import ServiceError
from clusterkg.service import guard
from clusterkg.service.binding import bind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Term = ox.NamedNode | ox.BlankNode | ox.Literal
    Row = dict[str, Term]

__all__ = ["Backend", "EndpointBackend", "OxigraphBackend"]

_SECONDS = 20


class Backend(Protocol):
    """What pages and resources may ask.

    The default graph of a query is the union of the named graphs, unless it says FROM.
    ``bindings`` gives terms to variables (name without ``?``): the term stands wherever the query
    has the variable, also in sub-queries, FILTER EXISTS and CONSTRUCT templates. A SELECT may also
    project such a variable. All raise ServiceError if the store or the endpoint does not answer.
    """

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """The rows of a SELECT; a variable without a value is missing in its row."""

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[ox.Triple]:
        """The triples of a CONSTRUCT or DESCRIBE, sorted, each once."""

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """The answer of an ASK."""


class OxigraphBackend:
    """The store folder of a release, read in this process."""

    def __init__(self, folder: Path, *, base_iri: str) -> None:
        self._base = base_iri
        self._folder = folder
        try:
            self._store = ox.Store.read_only(str(folder))
        except OSError as error:
            raise ServiceError(
                f"the store cannot be opened: {error}", at=str(folder), hint="Run: clusterkg build"
            ) from error

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """See :class:`Backend`."""
        return _rows(self._ask(query, bindings))

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[ox.Triple]:
        """See :class:`Backend`."""
        answer = self._ask(query, bindings)
        if not isinstance(answer, ox.QueryTriples):
            raise ServiceError("the query is no CONSTRUCT or DESCRIBE")
        return sorted(set(answer), key=str)

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """See :class:`Backend`."""
        return bool(self._ask(query, bindings))

    def _ask(
        self, query: str, bindings: Mapping[str, Term] | None
    ) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        try:
            return self._store.query(
                bind(query, bindings),
                base_iri=self._base,
                use_default_graph_as_union=_union(query, self._base),
            )
        except SyntaxError as error:
            raise ServiceError(f"a query of the site is malformed: {error}") from error
        except (OSError, RuntimeError) as error:
            raise ServiceError(
                f"the store does not answer: {error}", at=str(self._folder)
            ) from error


class EndpointBackend:
    """A SPARQL 1.1 endpoint, wherever it runs; asked by POST.

    Its default graph should be the union of its named graphs, as of most triple stores.
    """

    def __init__(self, url: str, *, base_iri: str, seconds: int = _SECONDS) -> None:
        self._url = url
        self._base = base_iri
        self._seconds = seconds

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """See :class:`Backend`."""
        return _rows(self._results(query, bindings))

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[ox.Triple]:
        """See :class:`Backend`."""
        content = self._fetch(bind(query, bindings), "application/n-triples")
        try:
            quads = ox.parse(content, ox.RdfFormat.N_TRIPLES)
            return sorted({quad.triple for quad in quads}, key=str)
        except SyntaxError as error:
            raise ServiceError(f"the endpoint sent no N-Triples: {error}", at=self._url) from error

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """See :class:`Backend`."""
        return bool(self._results(query, bindings))

    def _results(
        self, query: str, bindings: Mapping[str, Term] | None
    ) -> ox.QuerySolutions | ox.QueryBoolean:
        content = self._fetch(bind(query, bindings), "application/sparql-results+json")
        try:
            return ox.parse_query_results(io.BytesIO(content), format=ox.QueryResultsFormat.JSON)
        except SyntaxError as error:
            raise ServiceError(f"the endpoint sent no results: {error}", at=self._url) from error

    def _fetch(self, query: str, accept: str) -> bytes:
        from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

        wrapper = SPARQLWrapper(self._url)
        wrapper.setMethod(POST)
        wrapper.setTimeout(self._seconds)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", accept)
        wrapper.setQuery(f"BASE <{self._base}>\n{query}")
        try:
            return bytes(wrapper.query().response.read())
        except (SPARQLExceptions.SPARQLWrapperException, HTTPError) as error:
            raise ServiceError("the endpoint refused a query of the site", at=self._url) from error
        except (URLError, OSError) as error:
            raise ServiceError(
                f"the endpoint does not answer: {getattr(error, 'reason', error)}",
                at=self._url,
                hint="Check the address given with --endpoint.",
            ) from error


def _rows(answer: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean) -> list[Row]:
    if not isinstance(answer, ox.QuerySolutions):
        raise ServiceError("the query is no SELECT")
    names = [variable.value for variable in answer.variables]
    return [
        {name: term for name in names if (term := solution[name]) is not None}
        for solution in answer
    ]


@lru_cache(maxsize=512)
def _union(query: str, base: str) -> bool:
    return not guard.states_dataset(query, base_iri=base)
