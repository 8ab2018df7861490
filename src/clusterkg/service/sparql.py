"""The SPARQL 1.1 Protocol, query operation: an HTTP request → a job, and its answer → a response.

https://www.w3.org/TR/sparql11-protocol/#query-operation. Read-only: an update is refused.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from clusterkg.service import answers
from clusterkg.service.formats import GRAPHS, RESULTS, by_media_type, by_name, offers, write_graph
from clusterkg.service.negotiation import choose_media_type
from clusterkg.service.problems import Problem
from clusterkg.service.workers import Answer, Cancelled, Job, Ticket, WorkerPool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from clusterkg.service.site import Limits, Site

__all__ = ["answer", "answer_for_page"]

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_CHUNK = 1 << 16
_SHOWN = 8 << 20
"""Bytes of a result that a page may show."""
_CHANGING = re.compile(r"\b(?:now|rand|uuid|struuid|bnode|service)\b", re.IGNORECASE)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
_READ_ONLY = "this endpoint is read-only"
_NAMES = {"turtle": "ttl", "json-ld": "jsonld", "ntriples": "nt", "rdfxml": "rdf", "srj": "json"}


@dataclass(frozen=True)
class Asked:
    """What the client asked: the query (None: none) and the parameters of the protocol."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    form: str | None = None
    """``format=``, for links in pages, where no Accept can be set."""


async def answer(request: Request, site: Site, pool: WorkerPool) -> Response:
    """The response to any request to ``/sparql``; raises Problem."""
    asked = await _asked(request, site.limits)
    if asked.query is None:
        return await run_in_threadpool(_description, request, site)
    results, graphs = _wanted(request.headers.get("accept"), asked.form)
    tag = _tag(request, site, asked, results, graphs)
    headers = {"Vary": "Accept", "Cache-Control": "public, no-cache" if tag else "no-store"}
    if tag:
        headers["ETag"] = tag
        if same := answers.not_modified(request, tag, None, headers):
            return same
    job = Job(
        query=asked.query,
        store=str(site.store or ""),
        base=site.settings.base_iri,
        result_form=by_media_type(RESULTS, results).name if results else None,
        graph_form=by_media_type(GRAPHS, graphs).name if graphs else None,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )
    complete = await _run(request, pool, job)
    media_type = complete.form.content_type(graphs if complete.graph else results)
    return await _spooled(request, complete, {**headers, "Content-Type": media_type})


def answer_for_page(
    pool: WorkerPool, base: str, store: Path | None, query: str
) -> tuple[bytes, bool]:
    """A visitor's query for a page: (SPARQL results JSON, False) or (N-Triples, True)."""
    complete = pool.run(Job(query, str(store or ""), base, "json", "nt"), Ticket())
    try:
        if complete.file.stat().st_size > _SHOWN:
            raise Problem(
                403,
                f"the result is larger than the {_SHOWN >> 20} MiB that a page can show",
                hint="Add a LIMIT, or download the result.",
            )
        return complete.file.read_bytes(), complete.graph
    finally:
        complete.file.unlink(missing_ok=True)


async def _asked(request: Request, limits: Limits) -> Asked:
    """The operation out of URL and body (SPARQL 1.1 Protocol, 2.1)."""
    if request.method not in ("GET", "HEAD", "POST"):
        raise Problem(
            405,
            f"{request.method} is not known here",
            hint="Send the query by GET or POST.",
            headers={"Allow": "GET, HEAD, POST, OPTIONS"},
        )
    parameters = _pairs(request.scope.get("query_string", b""))
    if request.method == "POST":
        parameters += await _body(request, limits)
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    for name in ("update", "using-graph-uri", "using-named-graph-uri"):
        if name in values:
            raise Problem(403, _READ_ONLY, hint="It answers queries; updates are refused.")
    queries = values.get("query", [])
    if len(queries) > 1:
        raise Problem(400, f"{len(queries)} queries in one request, expected one")
    if not queries and request.method == "POST":
        raise Problem(400, "the request holds no query", hint="Send it as the parameter 'query'.")
    return Asked(
        query=queries[0] if queries else None,
        default_graphs=_iris(values, "default-graph-uri"),
        named_graphs=_iris(values, "named-graph-uri"),
        form=values.get("format", values.get("output", [None]))[0],
    )


async def _body(request: Request, limits: Limits) -> list[tuple[str, str]]:
    """The parameters in the body of a POST, whichever of the two forms it has."""
    media_type, _, rest = request.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", rest, re.IGNORECASE)
    if media_type == _UPDATE:
        raise Problem(403, _READ_ONLY, hint="It answers queries; updates are refused.")
    if media_type not in (_FORM, _QUERY):
        raise Problem(
            415,
            f"the body has the type '{media_type or 'unstated'}'",
            hint=f"Send {_QUERY} or {_FORM}.",
            headers={"Accept-Post": f"{_QUERY}, {_FORM}"},
        )
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Problem(415, f"the body is encoded as '{charset[1]}'", hint="Send UTF-8.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > limits.request:
            raise Problem(413, f"the query is larger than {limits.request} bytes")
    return [("query", _text(body))] if media_type == _QUERY else _pairs(body)


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    """``a=1&b=2`` decoded once, as UTF-8."""
    try:
        return parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000
        )
    except ValueError as error:
        raise Problem(400, "the parameters are not percent-encoded UTF-8") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "the query is not UTF-8") from error


def _iris(values: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    for value in values.get(name, []):
        if not _IRI.fullmatch(value):
            raise Problem(400, f"'{value}' in {name} is no absolute IRI")
    return tuple(values.get(name, []))


def _wanted(accept: str | None, form: str | None) -> tuple[str | None, str | None]:
    """The media types for results and for graphs; None where the client takes none of them."""
    if form is None:
        return (
            choose_media_type(accept, offers(RESULTS)),
            choose_media_type(accept, offers(GRAPHS)),
        )
    for formats in (RESULTS, GRAPHS):
        for one in formats:
            if form in one.media_types:
                form = one.name
    form = _NAMES.get(form.lower(), form.lower())
    results, graphs = by_name(RESULTS, form), by_name(GRAPHS, form)
    if results is None and graphs is None:
        known = ", ".join(one.name for one in (*RESULTS, *GRAPHS))
        raise Problem(400, f"unknown format '{form}'", hint=f"Known here: {known}.")
    return (
        results.media_types[0] if results else None,
        graphs.media_types[0] if graphs else None,
    )


def _tag(
    request: Request, site: Site, asked: Asked, results: str | None, graphs: str | None
) -> str | None:
    """An ETag for GET, unless the query may answer differently each time."""
    query = asked.query or ""
    if request.method == "POST" or _CHANGING.search(query):
        return None
    digest = hashlib.sha256(repr(asked).encode()).hexdigest()
    return answers.entity_tag(site, "sparql", digest, results, graphs)


async def _run(request: Request, pool: WorkerPool, job: Job) -> Answer:
    """Wait for the answer in a thread of its own; stop the work when the client has gone."""
    ticket = Ticket()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        ticket.cancel()

    watcher = asyncio.ensure_future(watch())
    try:
        # A limiter of its own: waiting queries must not take the threads of the pages. The pool
        # itself bounds how many there can be.
        return await anyio.to_thread.run_sync(
            pool.run, job, ticket, limiter=anyio.CapacityLimiter(1), abandon_on_cancel=True
        )
    except Cancelled as error:
        raise ClientDisconnect from error
    finally:
        if not watcher.done():
            watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)


async def _spooled(request: Request, complete: Answer, headers: dict[str, str]) -> Response:
    """The file as a response with its true length; removed when it has been sent."""
    size = complete.file.stat().st_size
    headers["Content-Length"] = str(size)
    if request.method == "HEAD" or size <= _CHUNK:
        try:
            content = await run_in_threadpool(complete.file.read_bytes) if size <= _CHUNK else b""
        finally:
            complete.file.unlink(missing_ok=True)
        return Response(content, headers=headers)

    file = complete.file.open("rb")
    complete.file.unlink(missing_ok=True)

    async def chunks() -> AsyncIterator[bytes]:
        try:
            while chunk := await run_in_threadpool(file.read, _CHUNK):
                yield chunk
        finally:
            file.close()

    return StreamingResponse(chunks(), headers=headers)


def _description(request: Request, site: Site) -> Response:
    """The service description (https://www.w3.org/TR/sparql11-service-description/)."""
    chosen = choose_media_type(
        request.headers.get("accept"), (*offers(GRAPHS), "text/html", "application/xhtml+xml")
    )
    prefix = str(request.scope.get("root_path", ""))
    if chosen in ("text/html", "application/xhtml+xml"):
        return RedirectResponse(f"{prefix}/query", 303, {"Vary": "Accept"})
    if chosen is None:
        known = ", ".join(one.media_types[0] for one in GRAPHS)
        raise Problem(
            406,
            "no type you accept can hold the service description",
            hint=f"Ask for one of: {known}.",
        )
    form = by_media_type(GRAPHS, chosen)
    url = str(request.url.replace(query=""))
    bindings: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal] = {
        "endpoint": ox.NamedNode(url),
        "canonical": ox.NamedNode(f"{site.settings.base_iri}sparql"),
        "service": ox.NamedNode(f"{url}#service"),
        "federated": ox.Literal(bool(site.limits.service_hosts)),
    }
    query = site.query("pages/service-description.rq")
    content = write_graph(site.backend.construct(query, bindings), form)
    headers = {
        "Vary": "Accept",
        "Cache-Control": "public, no-cache",
        "Content-Type": form.content_type(chosen),
    }
    return Response(content, headers=headers)
