"""The results of a SELECT at a SPARQL endpoint, as a file on this machine."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit

from clusterkg.errors import SourceError
from clusterkg.sources.databases import QueryRefusedError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["save_results", "shown_endpoint"]

_SECONDS = 60
_CHUNK = 1 << 20


def shown_endpoint(endpoint: str) -> str:
    """The address of an endpoint without user, password and parameters."""
    parts = urlsplit(endpoint)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def save_results(endpoint: str, query: str, media: str, path: Path) -> None:
    """Ask by POST and write the answer of the type ``media`` to ``path``.

    Only the host of ``endpoint`` may answer. Raises SourceError if it does not, and
    QueryRefusedError if it does not run the query.
    """
    from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

    shown = shown_endpoint(endpoint)
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setMethod(POST)
    wrapper.setTimeout(_SECONDS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no query at all: refused below
        wrapper.setQuery(query)
    if wrapper.queryType != "SELECT":
        raise QueryRefusedError("it is no SELECT query")
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", media)
    try:
        response = wrapper.query().response
    except SPARQLExceptions.SPARQLWrapperException as error:
        raise QueryRefusedError(_first_line(error)) from error
    except HTTPError as error:
        raise SourceError(f"the endpoint answers {error.code} {error.reason}", at=shown) from error
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise SourceError(
            f"the endpoint does not answer: {reason}",
            at=shown,
            hint="Check the address in the mapping, and whether the endpoint is running.",
        ) from error
    with response, path.open("wb") as file:
        if urlsplit(response.geturl()).hostname != urlsplit(endpoint).hostname:
            raise SourceError(
                f"the endpoint sends us to another host, {urlsplit(response.geturl()).hostname}",
                at=shown,
                hint="Name that host in the mapping if it is meant.",
            )
        while chunk := response.read(_CHUNK):
            file.write(chunk)


def _first_line(error: Exception) -> str:
    """What the endpoint says of a query, on one line."""
    answer = str(error).partition("Response:\n")[2].strip()
    if answer.startswith(("b'", 'b"')):
        answer = answer[2:-1].replace("\\n", "\n")
    lines = [line.strip() for line in answer.splitlines() if line.strip()]
    return lines[0] if lines else "the endpoint does not say why"
