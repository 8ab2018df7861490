"""A query → its answer as bytes: from the project's own store, or from any SPARQL endpoint.

This is what ``clusterkg query`` calls. Both ways answer in the same formats, so that a script
may be moved from a local graph to a public endpoint by adding ``--endpoint``.
"""

from __future__ import annotations

import ast
import io
import json
import warnings
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError, URLError

import pyoxigraph as ox

from clusterkg.errors import ServiceError
from clusterkg.namespaces import PREFIXES
from clusterkg.service.guard import in_short, states_dataset

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["FORMATS", "ask_endpoint", "ask_store"]

FORMATS: Final = ("table", "csv", "tsv", "json", "xml", "ttl")
_RESULTS: Final = {
    "table": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
_MEDIA: Final = {
    "table": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
}


def ask_store(
    query: str, store: Path, *, base_iri: str, form: str, widest: int | None = None
) -> bytes:
    """The answer of the Oxigraph store in ``store``; the default graph is the union of all.

    A query that says FROM gets the graphs that it names.

    ``form`` is one of :data:`FORMATS`; a CONSTRUCT or DESCRIBE is always Turtle. Cells of a table
    are cut at ``widest`` characters. Raises
    ServiceError if the query is malformed or has no results of that form.
    """
    try:
        answer = ox.Store.read_only(str(store)).query(
            query,
            base_iri=base_iri,
            use_default_graph_as_union=not states_dataset(query, base_iri=base_iri),
        )
    except SyntaxError as error:
        raise ServiceError(
            f"the query is not SPARQL 1.1: {in_short(str(error))}",
            hint="Compare it with queries/examples.",
        ) from error
    except OSError as error:
        raise ServiceError(
            f"the store cannot be opened: {error}", at=str(store), hint="Run: clusterkg build"
        ) from error
    if isinstance(answer, ox.QueryTriples):
        prefixes = {name: iri for name, iri in PREFIXES.items() if iri in query}
        written = ox.serialize(answer, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
        return written or b""
    if form == "ttl":
        raise ServiceError(
            "a SELECT or ASK query has no Turtle answer",
            hint="Choose --format table, csv, tsv, json or xml.",
        )
    content = answer.serialize(format=_RESULTS[form]) or b""
    return _table(content, widest) if form == "table" else content


def ask_endpoint(
    query: str, endpoint: str, *, form: str, seconds: int = 60, widest: int | None = None
) -> bytes:
    """The answer of a SPARQL 1.1 endpoint, asked by POST; raises ServiceError if it gives none."""
    from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

    wrapper = SPARQLWrapper(endpoint)
    wrapper.setMethod(POST)
    wrapper.setTimeout(seconds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no query at all: the endpoint says so
        wrapper.setQuery(query)
    graph = wrapper.queryType in ("CONSTRUCT", "DESCRIBE")
    if not graph and form == "ttl":
        raise ServiceError(
            "a SELECT or ASK query has no Turtle answer",
            hint="Choose --format table, csv, tsv, json or xml.",
        )
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", "text/turtle" if graph else _MEDIA[form])
    try:
        content = bytes(wrapper.query().response.read())
    except SPARQLExceptions.SPARQLWrapperException as error:
        raise ServiceError(
            f"the endpoint refused the query: {_said(error)}", at=endpoint
        ) from error
    except HTTPError as error:
        raise ServiceError(
            f"the endpoint answered {error.code} {error.reason}", at=endpoint
        ) from error
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise ServiceError(
            f"the endpoint does not answer: {reason}",
            at=endpoint,
            hint="Check the address; for your own graph start it with: clusterkg serve",
        ) from error
    return _table(content, widest) if form == "table" and not graph else content


def _said(error: Exception) -> str:
    """The endpoint's own words: a problem's detail (RFC 9457), or the first line of its answer."""
    answer = str(error).partition("Response:\n")[2].strip()
    try:
        answer = ast.literal_eval(answer).decode()
        return str(json.loads(answer)["detail"])
    except (ValueError, SyntaxError, AttributeError, KeyError, TypeError):
        lines = [line.strip() for line in answer.splitlines() if line.strip()]
        return lines[0] if lines else type(error).__name__


def _table(content: bytes, widest: int | None) -> bytes:
    """Results in aligned columns, IRIs shortened by the usual prefixes, cells cut at ``widest``."""
    answer = ox.parse_query_results(io.BytesIO(content), format=ox.QueryResultsFormat.JSON)
    if isinstance(answer, ox.QueryBoolean):
        return b"yes\n" if bool(answer) else b"no\n"
    names = [variable.value for variable in answer.variables]
    rows = [[_shown(solution[name]) for name in names] for solution in answer]
    widths = [max([len(name), *(len(row[i]) for row in rows)]) for i, name in enumerate(names)]
    widths = [width if widest is None else min(width, widest) for width in widths]
    lines = [_line(names, widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(row, widths) for row in rows]
    lines.append(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")
    return ("\n".join(lines) + "\n").encode()


def _line(cells: Iterable[str], widths: list[int]) -> str:
    cut = (
        cell if len(cell) <= width else f"{cell[: width - 1]}…"
        for cell, width in zip(cells, widths, strict=True)
    )
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cut, widths, strict=True)).rstrip()


def _shown(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        for name, iri in PREFIXES.items():
            if term.value.startswith(iri) and "/" not in term.value[len(iri) :]:
                return f"{name}:{term.value[len(iri) :]}"
        return term.value
    value = getattr(term, "value", str(term))
    return " ".join(str(value).split())
