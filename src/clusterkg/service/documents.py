"""A resource → its document: HTML, Turtle, JSON-LD, N-Triples or RDF/XML, as the client wants it.

``/id/…`` names a thing and redirects (303) to ``/doc/…``, the document about it. ``/ontology``,
``/scheme/…`` and ``/graph/…`` are documents themselves; their terms have hash IRIs.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pyoxigraph as ox
from starlette.responses import RedirectResponse, Response

from clusterkg.namespaces import PREFIXES
from clusterkg.service import answers
from clusterkg.service.formats import GRAPHS, by_media_type, by_name, offers, write_graph
from clusterkg.service.negotiation import choose_media_type
from clusterkg.service.problems import Problem
from clusterkg.service.site import PageRequest, Site, link

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from clusterkg.service.memory import Memory

    HtmlFor = Callable[[Site, PageRequest], str | None]

__all__ = ["Document", "document_at", "redirect_to_document", "send_document"]

_HTML: Final = "text/html"
_KEEP: Final = "/:@!$&'()*+,;=~"
"""Characters of a path that need no percent-encoding."""


@dataclass(frozen=True)
class Document:
    """A document and what it is about, as paths below the base."""

    path: str
    """``doc/cluster/acod``, ``ontology``, ``graph/pages``; without suffix."""
    iri: str
    """Its own IRI."""
    topic: str
    """The IRI of what it describes."""
    suffix: str | None = None
    """``ttl``, ``html`` …: the representation that the URL names; None: negotiate."""


def document_at(site: Site, path: str) -> Document:
    """The document of a path below the base, with or without the suffix of a format.

    Raises Problem 404 for a path that makes no IRI.
    """
    stem, dot, suffix = path.rpartition(".")
    if dot and (suffix == "html" or by_name(GRAPHS, suffix)):
        return _document(site, stem, suffix)
    return _document(site, path, None)


def _document(site: Site, path: str, suffix: str | None) -> Document:
    topic = f"id/{path[4:]}" if path.startswith("doc/") else path
    return Document(path, _named(site.iri(path)).value, _named(site.iri(topic)).value, suffix)


def redirect_to_document(request: Request, site: Site, path: str) -> Response:
    """303 from a thing to the document about it; 404 if nothing is known of it."""
    resource = _named(site.iri(path))
    if not site.backend.ask(site.query("pages/exists.rq"), {"resource": resource}):
        raise unknown(site, path)
    target = _url(request, f"doc/{path[3:]}")
    if request.url.query:
        target += f"?{request.url.query}"
    headers = {
        "Vary": "Accept",
        "Cache-Control": "public, no-cache",
        "Link": f'<{_url(request, f"doc/{path[3:]}")}>; rel="describedby"',
    }
    return RedirectResponse(target, 303, headers)


def send_document(
    request: Request, site: Site, document: Document, html_for: HtmlFor, memory: Memory
) -> Response:
    """The representation that the client wants, or 304, 404, 406."""
    media_type = _chosen(request, document)
    if media_type == _HTML:
        return _send_html(request, site, document, html_for, memory)
    form = by_media_type(GRAPHS, media_type)
    tag = answers.entity_tag(site, document.path, form.name, media_type)
    headers = _headers(request, site, document, form.name)
    if document.suffix is None:
        headers["Vary"] = "Accept"
    _add_validators(headers, site, tag)
    if same := answers.not_modified(request, tag, headers.get("Last-Modified"), headers):
        return same
    content = memory.recall(tag, lambda: write_graph(_triples(site, document), form))
    return Response(content, headers={**headers, "Content-Type": form.content_type(media_type)})


def unknown(site: Site, path: str) -> Problem:
    """404 for a path below the base."""
    return Problem(404, f"nothing is known of '{site.iri(path)}'", hint="Is the address complete?")


def _chosen(request: Request, document: Document) -> str:
    """The media type to answer with."""
    if document.suffix == "html":
        return _HTML
    if document.suffix is not None:
        form = by_name(GRAPHS, document.suffix) or GRAPHS[0]
        return form.media_types[0]
    chosen = choose_media_type(request.headers.get("accept"), (_HTML, *offers(GRAPHS)))
    if chosen is None:
        known = ", ".join([_HTML, *(form.media_types[0] for form in GRAPHS)])
        links = ", ".join(_alternates(request, document, None))
        raise Problem(
            406,
            "no type you accept is at hand",
            hint=f"Ask for one of: {known}.",
            headers={"Link": links, "Vary": "Accept"},
        )
    return chosen


def _send_html(
    request: Request, site: Site, document: Document, html_for: HtmlFor, memory: Memory
) -> Response:
    page = answers.page_request(request, site, document.path, document.topic)
    tag = answers.entity_tag(site, page)
    headers = _headers(request, site, document, "html")
    negotiated = document.suffix is None
    if vary := answers.vary_of_page(request, page, negotiated=negotiated):
        headers["Vary"] = ", ".join(vary)
    headers["Content-Language"] = page.language
    _add_validators(headers, site, tag)
    if same := answers.not_modified(request, tag, headers.get("Last-Modified"), headers):
        return same

    def made() -> bytes:
        html = html_for(site, page)
        return (html or _plain_html(site, page, _triples(site, document))).encode()

    return Response(memory.recall(tag, made), headers=headers, media_type=_HTML)


def _triples(site: Site, document: Document) -> list[ox.Triple]:
    """All that the document says; raises Problem 404 if nothing is said of its topic."""
    topic = _named(document.topic)
    bindings: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal] = {
        "resource": topic,
        "document": _named(document.iri),
        "licence": _named(site.settings.licence),
        "namespace": ox.Literal(f"{document.topic}#"),
        "withBlankNodes": ox.Literal(document.path == "ontology"),
        "ontologyGraph": _named(site.iri("graph/ontology")),
    }
    if document.path == "ontology" or document.path.startswith("scheme/"):
        name = "document-vocabulary"
    elif document.path.startswith("graph/"):
        name = "document-source"
    else:
        name = "document"
    triples = site.backend.construct(site.query(f"pages/{name}.rq"), bindings)
    if not any(_is_about(triple.subject, topic.value) for triple in triples):
        raise unknown(site, document.path)
    return triples


def _is_about(subject: object, topic: str) -> bool:
    return isinstance(subject, ox.NamedNode) and (
        subject.value == topic or subject.value.startswith(f"{topic}#")
    )


def _headers(request: Request, site: Site, document: Document, name: str) -> dict[str, str]:
    """Content-Location and the links of FAIR signposting (https://signposting.org/FAIR/)."""
    links = [f'<{_ascii(document.iri)}>; rel="canonical"']
    if document.topic != document.iri:
        links.append(f'<{_ascii(document.topic)}>; rel="cite-as"')
    links += _alternates(request, document, name)
    if name == "html":
        links.append(f'<{_url(request, document.path)}.ttl>; rel="describedby"; type="text/turtle"')
        links.append(f'<{PREFIXES["schema"]}AboutPage>; rel="type"')
    else:
        links.append(f'<{_ascii(document.topic)}>; rel="describes"')
        links.append(f'<{PREFIXES["foaf"]}Document>; rel="type"')
    links.append(f'<{_ascii(site.settings.licence)}>; rel="license"')
    return {
        "Content-Location": f"{_url(request, document.path)}.{name}",
        "Link": ", ".join(links),
        "Cache-Control": "public, no-cache",
    }


def _alternates(request: Request, document: Document, name: str | None) -> list[str]:
    """The other representations, each under a URL of its own."""
    url = _url(request, document.path)
    types = [("html", _HTML), *((form.name, form.media_types[0]) for form in GRAPHS)]
    return [
        f'<{url}.{suffix}>; rel="alternate"; type="{media_type}"'
        for suffix, media_type in types
        if suffix != name
    ]


def _add_validators(headers: dict[str, str], site: Site, tag: str | None) -> None:
    if tag:
        headers["ETag"] = tag
    modified = answers.last_modified(site)
    if modified:
        headers["Last-Modified"] = modified


def _url(request: Request, path: str) -> str:
    """The URL of a path below the base, under the prefix that the request came with."""
    prefix = str(request.scope.get("root_path", "")).rstrip("/")
    return f"{prefix}/{quote(path, safe=_KEEP)}"


def _named(iri: str) -> ox.NamedNode:
    """The term of an IRI that came with a URL; 404 for what can be no IRI."""
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise Problem(404, f"'{iri}' is no IRI") from error


def _ascii(iri: str) -> str:
    """An IRI as it may stand in a header (RFC 3987, 3.1)."""
    return quote(iri, safe=_KEEP + "#?[]%")


def _plain_html(site: Site, page: PageRequest, triples: list[ox.Triple]) -> str:
    """A list of properties, for what has no page of its own."""
    rows = []
    for triple in triples:
        subject, value = triple.subject, triple.object
        if not (isinstance(subject, ox.NamedNode) and subject.value.startswith(page.iri)):
            continue
        shown = escape(value.value if not isinstance(value, ox.Triple) else str(value))
        if isinstance(value, ox.NamedNode):
            shown = f'<a href="{escape(link(site, page, value.value))}">{shown}</a>'
        name = escape(triple.predicate.value)
        about = escape(subject.value.removeprefix(page.iri))
        rows.append(f"<tr><td>{about}</td><th scope=row>{name}</th><td>{shown}</td></tr>")
    title = escape(page.iri)
    return (
        f'<!doctype html><html lang="{page.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head><body><main><h1>{title}</h1>"
        f"<table>{''.join(rows)}</table></main></body></html>"
    )
