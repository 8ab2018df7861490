"""What every answer has in common: ETag and 304, the languages and links of a page, problems.

Nothing here knows what a resource is.
"""

from __future__ import annotations

import hashlib
import json
from email.utils import formatdate, parsedate_to_datetime
from html import escape
from typing import TYPE_CHECKING

from starlette.responses import Response

from clusterkg.service.negotiation import choose_language, choose_media_type
from clusterkg.service.site import TEXT_SIZES, PageRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from clusterkg.service.problems import Problem
    from clusterkg.service.site import Site

__all__ = [
    "entity_tag",
    "last_modified",
    "not_modified",
    "page_request",
    "prefers_html",
    "problem_response",
    "vary_of_page",
]

_PROBLEM_TYPES = ("application/problem+json", "application/json", "text/html")


def entity_tag(site: Site, *parts: object) -> str | None:
    """A strong ETag: same release, same programme, same ``parts``, same bytes.

    None behind a foreign endpoint, whose changes nobody tells us.
    """
    if site.release.folder is None:
        return None
    text = "\n".join([site.release.id, site.code, *(repr(part) for part in parts)])
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def last_modified(site: Site) -> str | None:
    """The moment at which the release was put in place, as an HTTP date."""
    folder = site.release.folder
    try:
        return (
            formatdate((folder / "manifest.json").stat().st_mtime, usegmt=True) if folder else None
        )
    except OSError:
        return None


def not_modified(
    request: Request, tag: str | None, modified: str | None, headers: Mapping[str, str]
) -> Response | None:
    """The 304 that spares the client the body, if its copy is still the same (RFC 9110, 13)."""
    if request.method not in ("GET", "HEAD"):
        return None
    known = request.headers.get("if-none-match")
    if known is not None:
        tags = [one.strip().removeprefix("W/") for one in known.split(",")]
        same = tag is not None and (tag in tags or known.strip() == "*")
    else:
        same = _unchanged_since(request.headers.get("if-modified-since"), modified)
    return Response(status_code=304, headers=dict(headers)) if same else None


def _unchanged_since(since: str | None, modified: str | None) -> bool:
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def page_request(request: Request, site: Site, path: str, iri: str) -> PageRequest:
    """What a page may depend on: URL, then cookie, then Accept-Language decide the language."""
    asked = request.query_params.get("lang", "")
    kept = request.cookies.get("lang", "")
    if asked in site.languages:
        language = asked
    elif kept in site.languages:
        language = kept
    else:
        language = choose_language(request.headers.get("accept-language"), site.languages)
    sizes = (request.query_params.get("size", ""), request.cookies.get("size", ""))
    return PageRequest(
        path=path,
        iri=iri,
        prefix=str(request.scope.get("root_path", "")).rstrip("/"),
        language=language,
        origin=f"{request.url.scheme}://{request.url.netloc}",
        text_size=next((size for size in sizes if size in TEXT_SIZES), TEXT_SIZES[0]),
        parameters=tuple(
            (key, value)
            for key, value in request.query_params.multi_items()
            if key not in ("lang", "size")
        ),
        language_in_url=asked in site.languages,
    )


def vary_of_page(request: Request, page: PageRequest, *, negotiated: bool) -> list[str]:
    """The request headers that decided on this page."""
    vary = ["Accept"] if negotiated else []
    if not page.language_in_url:
        vary.append("Accept-Language")
    if not (page.language_in_url and request.query_params.get("size") in TEXT_SIZES):
        vary.append("Cookie")
    return vary


def prefers_html(request: Request) -> bool:
    """True if a problem should be told as a page."""
    return choose_media_type(request.headers.get("accept"), _PROBLEM_TYPES) == "text/html"


def problem_response(request: Request, problem: Problem, page: str | None = None) -> Response:
    """The problem as ``application/problem+json``, or as a page for whoever prefers HTML.

    ``page`` is the site's own error page, if there is one.
    """
    chosen = choose_media_type(request.headers.get("accept"), _PROBLEM_TYPES)
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers}
    if chosen == "text/html":
        text = page or plain_page(problem.title, [problem.what, problem.hint or ""])
        return Response(text, problem.status, headers, "text/html")
    content = json.dumps(problem.as_json(), ensure_ascii=False).encode()
    media_type = "application/json" if chosen == "application/json" else _PROBLEM_TYPES[0]
    return Response(content, problem.status, {**headers, "Content-Type": media_type})


def plain_page(title: str, paragraphs: Sequence[str]) -> str:
    """A page without any template."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs if text)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
