"""One line of JSON → a result file and one line of JSON: the process that runs strangers' queries.

Started by :mod:`clusterkg.service.workers`, which kills it when a query passes its time. Nothing
is sent to the client before the result is complete, so it is never a truncated one.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox

from clusterkg.service import guard, isolation
from clusterkg.service.formats import (
    GRAPH_WRITERS,
    GRAPHS,
    RESULT_WRITERS,
    RESULTS,
    Format,
    by_name,
    used_prefixes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["main"]

_CHUNK = 1 << 16
_LOOK_AHEAD = 1000
"""Triples that are looked at to choose the prefixes of a Turtle answer."""
_SLACK = 128 << 20
"""Bytes of address space that a query may leave behind before the worker is replaced."""


def main() -> None:
    """Answer jobs from stdin until it ends; the first line holds the settings of this worker."""
    settings = json.loads(sys.stdin.readline())
    if not settings["hosts"] and not settings["endpoint"]:
        isolation.forbid_network()
    isolation.limit_file_size(settings["result"])
    with contextlib.suppress(OSError):
        os.nice(5)
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201, the pipe to the parent
    for line in sys.stdin:
        job = json.loads(line)
        try:
            reply = _answer(job, settings)
        except MemoryError:
            reply = {"error": "memory", "last": True}
        print(json.dumps(reply), flush=True)  # noqa: T201


def _answer(job: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """``{"form", "kind"}`` when the file is complete, else ``{"error", "text"}``."""
    try:
        return _ask(job, settings)
    except guard.MalformedError as error:
        return {"error": "malformed", "text": str(error)}
    except guard.ServiceRefusedError as error:
        return {"error": "service", "text": str(error)}
    except HTTPError as error:
        return {"error": "endpoint", "text": str(error.reason), "status": error.code}
    except URLError as error:
        return {"error": "endpoint", "text": str(error.reason)}
    except (RuntimeError, OSError) as error:
        full = Path(job["file"]).stat().st_size >= settings["result"]
        return {"error": "size" if full else "failed", "text": str(error)}


def _ask(job: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    try:
        store = None if settings["endpoint"] else _store(job["store"])
    except OSError as error:
        return {"error": "store", "text": str(error)}
    before = isolation.address_space()
    isolation.limit_memory(settings["memory"])
    isolation.limit_processor(settings["seconds"])
    base = job["base"]
    guard.check_service(job["query"], tuple(settings["hosts"]), base_iri=base)
    graph = guard.is_graph(job["query"], base_iri=base)
    kind = "graph" if graph else "results"
    name = job["graph_form" if graph else "result_form"]
    form = by_name(GRAPHS if graph else RESULTS, name) if name else None
    if form is None:
        return {"error": "form", "kind": kind}
    if store is None:
        _forward(job, settings, form)
    else:
        _write(_run(store, job), form, job["file"])
    worn = isolation.address_space() - before > _SLACK
    return {"form": form.name, "kind": kind, "last": worn}


@lru_cache(maxsize=1)
def _store(folder: str) -> ox.Store:
    return ox.Store.read_only(folder)


def _run(store: ox.Store, job: Mapping[str, Any]) -> Any:
    """The query on the data set that the protocol, else the query, else nobody states."""
    query, base = job["query"], job["base"]
    if job["default_graphs"] or job["named_graphs"]:
        return store.query(
            query,
            base_iri=base,
            default_graph=[ox.NamedNode(iri) for iri in job["default_graphs"]],
            named_graphs=[ox.NamedNode(iri) for iri in job["named_graphs"]],
        )
    union = not guard.states_dataset(query, base_iri=base)
    return store.query(query, base_iri=base, use_default_graph_as_union=union)


def _write(answer: Any, form: Format, path: str) -> None:
    if isinstance(answer, ox.QueryTriples):
        first = list(islice(answer, _LOOK_AHEAD))
        prefixes = used_prefixes(first) if form.name in ("ttl", "rdf") else None
        ox.serialize(chain(first, answer), path, GRAPH_WRITERS[form.name], prefixes=prefixes)
    else:
        answer.serialize(path, format=RESULT_WRITERS[form.name])


def _forward(job: Mapping[str, Any], settings: Mapping[str, Any], form: Format) -> None:
    """Ask the endpoint by POST and keep its answer, which has to be of the type asked for."""
    parameters = [("query", job["query"])]
    parameters += [("default-graph-uri", iri) for iri in job["default_graphs"]]
    parameters += [("named-graph-uri", iri) for iri in job["named_graphs"]]
    request = Request(  # noqa: S310, the publisher's own endpoint
        settings["endpoint"],
        data=urlencode(parameters).encode(),
        headers={
            "Accept": form.media_types[0],
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    with urlopen(request, timeout=settings["seconds"]) as answer:  # noqa: S310
        given = answer.headers.get_content_type()
        if given not in form.media_types:
            raise URLError(f"it answered {given} instead of {form.media_types[0]}")
        with Path(job["file"]).open("wb") as file:
            _copy(answer, file)


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    while chunk := source.read(_CHUNK):
        target.write(chunk)


if __name__ == "__main__":
    main()
