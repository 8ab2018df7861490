"""A project → the ASGI application that serves it."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from clusterkg.errors import ClusterkgError
from clusterkg.service import answers, documents, files, sparql
from clusterkg.service.front import Compression, Front, common_headers
from clusterkg.service.memory import Memory
from clusterkg.service.problems import Problem
from clusterkg.service.registry import Registry
from clusterkg.service.releases import Releases
from clusterkg.service.site import TEXT_SIZES, Limits, PageRoute, Site
from clusterkg.service.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from clusterkg.project import Project

    Endpoint = Callable[[Request], Awaitable[Response]]

__all__ = ["create_app"]

_LOG = logging.getLogger(__name__)
_STATIC = Path(__file__).parent / "static"


def create_app(
    project: Project, *, limits: Limits | None = None, endpoint: str | None = None
) -> Starlette:
    """The application for ``project``; ``endpoint`` is asked instead of the project's store.

    Its lifespan ends the query processes, so run it with one.
    """
    limits = limits or Limits()
    pool = WorkerPool(limits, endpoint=endpoint)
    releases = Releases(
        project,
        limits=limits,
        endpoint=endpoint,
        answer=partial(sparql.answer_for_page, pool, project.settings.base_iri),
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(pool.close)

    app = Starlette(
        routes=_routes(releases, pool),
        middleware=[
            Middleware(Front, base_iri=project.settings.base_iri),
            Middleware(Compression),
        ],
        exception_handlers={
            ClusterkgError: _failed,
            HTTPException: _http_failed,
            ClientDisconnect: _gone,
            Exception: _broken,
        },
        lifespan=lifespan,
    )
    app.state.releases = releases
    app.state.registry = Registry()
    app.state.memory = Memory()
    return app


def _routes(releases: Releases, pool: WorkerPool) -> list[BaseRoute]:
    """All paths below the base; the first that fits is taken."""

    async def query(request: Request) -> Response:
        site = await run_in_threadpool(releases.site)
        return await sparql.answer(request, site, pool)

    def here(handler: Callable[[Request, Site], Response]) -> Callable[[Request], Response]:
        """The handler with the Site of now; as it is no coroutine it runs in a thread."""

        def endpoint(request: Request) -> Response:
            return handler(request, releases.site())

        return endpoint

    routes: list[BaseRoute] = [
        Route("/sparql", _AnyMethod(query)),
        Route("/sparql/", _AnyMethod(query)),
        Route("/id/{path:path}", here(_thing)),
        Route("/static/{path:path}", here(_static)),
        Route("/dumps/{path:path}", here(_dump)),
        Route("/release/{path:path}", here(_release)),
        Route("/catalogue", here(_catalogue)),
        Route("/catalogue.{suffix}", here(_catalogue)),
        Route("/.well-known/void", here(_void)),
        Route("/void", here(_void)),
        Route("/void.{suffix}", here(_void)),
        Route("/robots.txt", here(lambda _request, site: PlainTextResponse(files.robots(site)))),
        Route("/sitemap.xml", here(_sitemap)),
        Route("/sitemap-{number:int}.xml", here(_sitemap)),
        Route("/preferences", here(_preferences)),
    ]
    routes.append(Route("/{path:path}", here(_page)))
    return routes


class _AnyMethod:
    """An endpoint that answers 405 itself, with words."""

    def __init__(self, handler: Endpoint) -> None:
        self._handler = handler

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        response = await self._handler(Request(scope, receive, send))
        await response(scope, receive, send)


def _thing(request: Request, site: Site) -> Response:
    return documents.redirect_to_document(request, site, f"id/{request.path_params['path']}")


def _page(request: Request, site: Site) -> Response:
    """A page at a path of its own, else the document of a resource."""
    path: str = request.path_params["path"]
    registry: Registry = request.app.state.registry
    page = registry.route(site, f"/{path}")
    if page is not None:
        return _send_page(request, site, page, path)
    return _send_document(request, site, path)


def _send_document(request: Request, site: Site, path: str) -> Response:
    state = request.app.state
    document = documents.document_at(site, path)
    return documents.send_document(request, site, document, state.registry.html_for, state.memory)


def _static(request: Request, site: Site) -> Response:
    return files.static_file(request, site, _STATIC, request.path_params["path"])


def _dump(request: Request, site: Site) -> Response:
    return files.release_file(request, site, f"dumps/{request.path_params['path']}")


def _release(request: Request, site: Site) -> Response:
    return files.release_file(request, site, request.path_params["path"])


def _catalogue(request: Request, site: Site) -> Response:
    return _description(request, site, "catalogue")


def _void(request: Request, site: Site) -> Response:
    return _description(request, site, "void")


def _description(request: Request, site: Site, name: str) -> Response:
    """RDF from the release's file; a page for browsers like that of any other resource."""
    suffix = request.path_params.get("suffix")
    if suffix == "html" or (suffix is None and files.wants_html(request)):
        return _send_document(request, site, f"{name}.html" if suffix else name)
    return files.description(request, site, name, suffix)


def _sitemap(request: Request, site: Site) -> Response:
    number = request.path_params.get("number")
    tag = answers.entity_tag(site, "sitemap", number)
    headers = {"Cache-Control": "public, no-cache"}
    if tag:
        headers["ETag"] = tag
    if same := answers.not_modified(request, tag, None, headers):
        return same
    memory: Memory = request.app.state.memory
    content = memory.recall(tag, lambda: files.sitemap(site, number).encode())
    return Response(content, headers=headers, media_type="application/xml")


def _preferences(request: Request, site: Site) -> Response:
    """Keep language and type size in cookies, because the reader has chosen them; then go back."""
    back = request.query_params.get("back", "")
    if not back.startswith("/") or back.startswith("//") or "\\" in back:
        back = f"{str(request.scope.get('root_path', '')).rstrip('/')}/"
    response = RedirectResponse(back, 303, {"Cache-Control": "no-store"})
    for name, known in (("lang", site.languages), ("size", TEXT_SIZES)):
        chosen = request.query_params.get(name)
        if chosen in known:
            response.set_cookie(name, chosen, max_age=31_536_000, samesite="lax", httponly=True)
    return response


def _send_page(request: Request, site: Site, page: PageRoute, path: str) -> Response:
    """Languages, ETag and 404 as for documents."""
    asked = answers.page_request(request, site, path, site.iri(path))
    # what a visitor's query answers may differ from one time to the next
    tag = None if asked.parameter("query") else answers.entity_tag(site, asked)
    vary = answers.vary_of_page(request, asked, negotiated=False)
    headers = {"Content-Language": asked.language}
    if vary:
        headers["Vary"] = ", ".join(vary)
    headers["Cache-Control"] = "public, no-cache" if tag else "no-store"
    if tag:
        headers["ETag"] = tag
    if same := answers.not_modified(request, tag, None, headers):
        return same

    def made() -> bytes:
        html = page.render(site, asked)
        if html is None:
            raise documents.unknown(site, path)
        return html.encode()

    memory: Memory = request.app.state.memory
    return Response(memory.recall(tag, made), headers=headers, media_type="text/html")


def _problem_page(request: Request, problem: Problem) -> str | None:
    """The site's own page for the problem, if there is a release to make a page from."""
    releases: Releases = request.app.state.releases
    try:
        site = releases.site()
    except Problem:
        return None
    registry: Registry = request.app.state.registry
    page = answers.page_request(request, site, "", site.settings.base_iri)
    return registry.error_page(site, page, problem)


async def _failed(request: Request, error: Exception) -> Response:
    """A Problem is for the client; any other error of ours is logged, and is 503 for the client."""
    if not isinstance(error, Problem):
        _LOG.error("%s %s: %s", request.method, request.url.path, error)
        error = Problem(
            503, "the graph cannot be read at the moment", headers={"Retry-After": "30"}
        )
    page = None
    if answers.prefers_html(request):
        page = await run_in_threadpool(_problem_page, request, error)
    return answers.problem_response(request, error, page)


async def _http_failed(request: Request, error: Exception) -> Response:
    """Starlette's own errors: no such route, no such method."""
    if not isinstance(error, HTTPException):
        raise error
    return await _failed(
        request, Problem(error.status_code, error.detail, headers=dict(error.headers or {}))
    )


async def _gone(_request: Request, _error: Exception) -> Response:
    """Nobody reads it; the number is nginx's for a client that closed the connection."""
    return Response(status_code=499)


async def _broken(request: Request, _error: Exception) -> Response:
    """A bug: the server logs its traceback, the client learns only that it is one."""
    problem = Problem(500, "an error of the service, which has been logged")
    response = answers.problem_response(request, problem)
    response.headers.update(common_headers())
    return response
