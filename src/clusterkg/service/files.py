"""Files of the release and of the site → responses: dumps, catalogue, VoID, sitemap, styles.

A dump is sent as the file it is: ``.gz`` is ``application/gzip`` without Content-Encoding, so that
its size and checksum are those of the catalogue, a part can be asked for (Range), and no client
unpacks it by surprise.
"""

from __future__ import annotations

import mimetypes
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pyoxigraph as ox
from starlette.responses import FileResponse, Response

from clusterkg.service import answers
from clusterkg.service.formats import GRAPHS, by_media_type, by_name, offers, write_graph
from clusterkg.service.negotiation import choose_media_type
from clusterkg.service.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from clusterkg.service.site import Site

__all__ = ["description", "release_file", "robots", "sitemap", "static_file", "wants_html"]

_TYPES: Final = {
    ".gz": "application/gzip",
    ".nq": "application/n-quads",
    ".nt": "application/n-triples; charset=utf-8",
    ".ttl": "text/turtle; charset=utf-8",
    ".trig": "application/trig; charset=utf-8",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".rq": "application/sparql-query; charset=utf-8",
    ".svg": "image/svg+xml",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    "": "text/plain; charset=utf-8",
}
_PER_SITEMAP: Final = 10_000
_YEAR: Final = 31_536_000


def release_file(request: Request, site: Site, path: str) -> Response:
    """A file of the release folder, whole or in part; raises Problem 404."""
    folder = site.release.folder
    file = _within(folder, path) if folder else None
    if file is None:
        raise Problem(404, f"the release holds no file '{path}'")
    headers = {"Cache-Control": "public, no-cache"}
    return _file(request, site, file, headers)


def static_file(request: Request, site: Site, folder: Path, path: str) -> Response:
    """A style, script or font of the site; kept for long if its URL names the version."""
    file = _within(folder, path)
    if file is None:
        raise Problem(404, f"there is no file '{path}'")
    fixed = request.query_params.get("v") == site.code
    kept = f"public, max-age={_YEAR}, immutable" if fixed else "public, no-cache"
    return _file(request, site, file, {"Cache-Control": kept})


def _file(request: Request, site: Site, file: Path, headers: dict[str, str]) -> Response:
    status = file.stat()
    tag = answers.entity_tag(site, str(file), status.st_size, status.st_mtime_ns)
    if tag:
        headers["ETag"] = tag
    if "range" not in request.headers and (
        same := answers.not_modified(request, tag, None, headers)
    ):
        return same
    guessed = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    return FileResponse(
        file, headers=headers, media_type=guessed or "application/octet-stream", stat_result=status
    )


def _within(folder: Path, path: str) -> Path | None:
    """The file of that path inside ``folder``; None for anything outside or hidden."""
    parts = Path(path).parts
    if not parts or any(part in ("..", "/") or part.startswith(".") for part in parts):
        return None
    file = (folder / path).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


def description(request: Request, site: Site, name: str, suffix: str | None) -> Response:
    """``catalogue`` or ``void`` of the release in the RDF syntax that the client wants.

    The release holds it as Turtle and may hold it ready in other syntaxes.
    """
    folder = site.release.folder
    if folder is None or not (folder / f"{name}.ttl").is_file():
        raise Problem(404, f"the release has no {name}")
    if suffix is None:
        media_type = choose_media_type(request.headers.get("accept"), offers(GRAPHS))
        if media_type is None:
            known = ", ".join(form.media_types[0] for form in GRAPHS)
            raise Problem(406, "no type you accept is at hand", hint=f"Ask for one of: {known}.")
        form = by_media_type(GRAPHS, media_type)
    else:
        found = by_name(GRAPHS, suffix)
        if found is None:
            raise Problem(404, f"the release has no {name}.{suffix}")
        form, media_type = found, found.media_types[0]
    tag = answers.entity_tag(site, name, form.name, media_type)
    headers = {"Cache-Control": "public, no-cache", "Content-Type": form.content_type(media_type)}
    if suffix is None:
        headers["Vary"] = "Accept"
    if tag:
        headers["ETag"] = tag
    if modified := answers.last_modified(site):
        headers["Last-Modified"] = modified
    if same := answers.not_modified(request, tag, modified, headers):
        return same
    ready = folder / f"{name}.{form.name}"
    if ready.is_file():
        return Response(ready.read_bytes(), headers=headers)
    quads = ox.parse(path=str(folder / f"{name}.ttl"), format=ox.RdfFormat.TURTLE)
    triples = sorted({quad.triple for quad in quads}, key=str)
    return Response(write_graph(triples, form), headers=headers)


def wants_html(request: Request) -> bool:
    """True if the client says that it would rather have HTML than any RDF."""
    accept = request.headers.get("accept")
    return choose_media_type(accept, (*offers(GRAPHS), "text/html")) == "text/html"


def robots(site: Site) -> str:
    """``robots.txt``: all pages are welcome, queries and downloads of results are not."""
    base = site.settings.base_iri.rstrip("#")
    return f"User-agent: *\nDisallow: /*sparql?\nDisallow: /*query?\n\nSitemap: {base}sitemap.xml\n"


def sitemap(site: Site, number: int | None) -> str:
    """The sitemap, or its index if there are more pages than one file should hold.

    https://www.sitemaps.org/protocol.html; every page names its languages (hreflang).
    """
    base = site.settings.base_iri
    namespace = ox.Literal(f"{base}id/")
    rows = site.backend.select(site.query("pages/sitemap.rq"), {"namespace": namespace})
    pages = ["", *(f"doc/{row['resource'].value[len(base) + 3 :]}" for row in rows)]
    if number is None and len(pages) > _PER_SITEMAP:
        count = -(-len(pages) // _PER_SITEMAP)
        entries = "".join(
            f"<sitemap><loc>{escape(base)}sitemap-{n}.xml</loc></sitemap>"
            for n in range(1, count + 1)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}'
            "</sitemapindex>\n"
        )
    start = ((number or 1) - 1) * _PER_SITEMAP
    chosen = pages[start : start + _PER_SITEMAP]
    if not chosen:
        raise Problem(404, f"there is no sitemap number {number}")
    entries = "\n".join(_entry(site, page) for page in chosen)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{entries}\n</urlset>\n'
    )


def _entry(site: Site, page: str) -> str:
    url = escape(site.settings.base_iri + quote(page, safe="/:@!$&'()*+,;=~%"))
    changed = f"<lastmod>{site.release.version}</lastmod>" if site.release.version else ""
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{url}?lang={language}"/>'
        for language in site.languages
    )
    return f"<url><loc>{url}</loc>{changed}{others}</url>"
