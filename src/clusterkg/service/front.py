"""What happens to every request and response, whichever page it is: path, headers, compression.

* The path of the base IRI may stand before any path: ``/clusterkg/id/…`` and ``/id/…`` are one.
* Everything may be read from scripts of other origins, without credentials; also errors.
* A page loads nothing from elsewhere.
* A compressed answer is another representation and has an ETag of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from clusterkg.service.negotiation import accepts_gzip

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Compression", "Front", "common_headers"]

_EXPOSED = "ETag, Link, Location, Content-Location, Content-Language, Retry-After"
_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": _EXPOSED,
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_GZIP = b'-gzip"'


def common_headers() -> dict[str, str]:
    """The headers of every response."""
    return dict(_HEADERS)


class Front:
    """ASGI middleware: the base path, CORS and the headers for safety."""

    def __init__(self, app: ASGIApp, *, base_iri: str) -> None:
        self._app = app
        self._path = urlsplit(base_iri).path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with ``root_path`` set, and the response with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._strip(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["method"] == "OPTIONS":
            await _preflight(scope)(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

    def _strip(self, scope: Scope) -> None:
        """Starlette matches routes on what follows ``root_path``."""
        root = str(scope.get("root_path", "")).rstrip("/")
        rest = str(scope["path"])[len(root) :] if scope["path"].startswith(root) else scope["path"]
        if self._path and (rest == self._path or rest.startswith(f"{self._path}/")):
            root += self._path
            if rest == self._path:
                scope["path"] = f"{root}/"
        scope["root_path"] = root


def _preflight(scope: Scope) -> Response:
    """Whoever asks may read and query; nothing is ever changed."""
    asked = Headers(scope=scope).get("access-control-request-headers")
    headers = {
        "Allow": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": asked or "Accept, Accept-Language, Content-Type",
        "Access-Control-Max-Age": "86400",
        "Vary": "Access-Control-Request-Headers",
    }
    return Response(status_code=204, headers=headers)


class Compression:
    """ASGI middleware: gzip where the client takes it, with ETags that tell the two apart."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._zipping = GZipMiddleware(app, minimum_size=1000, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress, unless the client does not want it."""
        if scope["type"] != "http":
            await self._plain(scope, receive, send)
            return
        headers = Headers(scope=scope)
        had_zipped = _GZIP in headers.get("if-none-match", "").encode("latin-1")
        if had_zipped:
            scope = {**scope, "headers": [_unmarked(header) for header in scope["headers"]]}

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(MutableHeaders(scope=message), message["status"], had_zipped=had_zipped)
            await send(message)

        zips = accepts_gzip(headers.get("accept-encoding"))
        await (self._zipping if zips else self._varying)(scope, receive, send_marked)

    async def _varying(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Uncompressed, but said to vary where it could have been compressed."""
        without = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
        await self._zipping({**scope, "headers": without}, receive, send)


def _unmarked(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = header
    return (name, value.replace(_GZIP, b'"')) if name == b"if-none-match" else header


def _mark(headers: MutableHeaders, status: int, *, had_zipped: bool) -> None:
    tag = headers.get("etag")
    if tag is None:
        return
    if status == 304:  # noqa: PLR2004
        headers.add_vary_header("Accept-Encoding")
    if headers.get("content-encoding") == "gzip" or (status == 304 and had_zipped):  # noqa: PLR2004
        headers["etag"] = f"{tag.removesuffix(chr(34))}{_GZIP.decode()}"
