"""What a page is made from: the Site (one release, seen through one backend) and a PageRequest.

A page is a pure function of these two values: same release, same request, same bytes. The service
makes a new Site whenever a new release appears; a request keeps the one it began with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from clusterkg.errors import ServiceError
from clusterkg.namespaces import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from clusterkg.project import Settings
    from clusterkg.service.backend import Backend

__all__ = ["TEXT_SIZES", "Limits", "PageRequest", "PageRoute", "Release", "Site", "link"]

TEXT_SIZES = ("normal", "large", "larger")
"""The three type sizes a reader can choose with ``?size=``; a cookie ``size`` keeps the choice."""

_SHARED = ("ontology", "scheme/")
"""Paths whose IRIs stand under the project's own namespace whatever the publisher's base is."""


@dataclass(frozen=True)
class Limits:
    """What a query of a stranger may cost; the query page tells them to its readers."""

    seconds: float = 30.0
    memory: int = 1 << 30
    """Bytes a worker may add to what it needs for an open store."""
    result: int = 256 << 20
    """Bytes of a serialised result."""
    request: int = 1 << 20
    """Bytes of a query with its parameters."""
    workers: int = 2
    waiting: int = 16
    """Queries that may wait for a worker; one more is refused."""
    service_hosts: tuple[str, ...] = ()
    """Hosts that SERVICE may name; none by default."""


@dataclass(frozen=True)
class Release:
    """The release that is served: what its ``manifest.json`` says."""

    id: str
    version: str
    """Date of the release, YYYY-MM-DD; empty for a foreign endpoint."""
    folder: Path | None
    """The folder of dumps and descriptions; None for a foreign endpoint."""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    placed: float | None = None
    """When it was put in place, in seconds since 1970."""


@dataclass(frozen=True)
class Site:
    """One release and everything a page needs to show it."""

    settings: Settings
    backend: Backend
    release: Release
    languages: tuple[str, ...]
    """Languages of the pages; the first is the original."""
    queries: Path
    """The folder of queries: ``examples/``, ``pages/`` and so on."""
    more_queries: tuple[Path, ...] = ()
    """Where a query of a page is looked for first; ``queries`` comes last."""
    limits: Limits = field(default_factory=Limits)
    code: str = ""
    """Changes when programme or templates change; part of every ETag."""
    answer: Callable[[str], tuple[bytes, bool]] | None = None
    """Runs a stranger's query within the limits: (SPARQL results JSON, False) or, for CONSTRUCT and
    DESCRIBE, (N-Triples, True). Raises Problem. The query page shows what it returns."""
    store: Path | None = None
    """The folder of the release's store; None behind a foreign endpoint."""

    def query(self, name: str) -> str:
        """The text of ``queries/<name>``, for instance ``pages/resource.rq``."""
        known = (folder / name for folder in self.more_queries)
        return _text(next((file for file in known if file.is_file()), self.queries / name))

    def iri(self, path: str) -> str:
        """The IRI that the path below the base stands for: ``id/cluster/acod``, ``ontology``."""
        if path == "ontology" or path.startswith(_SHARED[1]):
            return PROJECT + path
        return self.settings.base_iri + path

    def path(self, iri: str) -> str | None:
        """The path below the base (``id/cluster/acod``, ``ontology#Cluster``), None if foreign."""
        base = self.settings.base_iri
        if iri.startswith(base):
            return iri[len(base) :]
        if iri.startswith(PROJECT) and iri[len(PROJECT) :].startswith(_SHARED):
            return iri[len(PROJECT) :]
        return None


@dataclass(frozen=True)
class PageRequest:
    """All of an HTTP request that a page may depend on."""

    path: str
    """Path below the base without a leading slash: ``""``, ``doc/cluster/acod``, ``ontology``."""
    iri: str
    """What the page is about: ``<base>id/cluster/acod`` for ``doc/cluster/acod``."""
    prefix: str
    """Goes before every link within the site: ``""`` or ``/clusterkg``."""
    language: str
    """One of the site's languages: from ``?lang=``, else the cookie, else Accept-Language."""
    origin: str = ""
    """Scheme and host by which the reader came: ``http://127.0.0.1:8000``."""
    text_size: str = "normal"
    parameters: tuple[tuple[str, str], ...] = ()
    """Query parameters in their order, without ``lang`` and ``size``."""
    language_in_url: bool = False
    """True if the URL itself says ``?lang=``; links within the page then keep it."""

    def parameter(self, name: str, default: str = "") -> str:
        """The first query parameter of that name."""
        return next((value for key, value in self.parameters if key == name), default)


@dataclass(frozen=True)
class PageRoute:
    """A page at a path of its own: ``PageRoute("/query", query_page)``.

    ``path`` is a Starlette path; ``render`` returns the HTML, or None for 404. The service adds
    status, headers, ETag and HEAD, and runs it in a thread.
    """

    path: str
    render: Callable[[Site, PageRequest], str | None]


def link(site: Site, request: PageRequest, iri: str) -> str:
    """Where a page points for an IRI: within the site if it is one of ours, else the IRI itself."""
    path = site.path(iri)
    if path is None:
        return iri
    if path.startswith("id/"):
        path = f"doc/{path[3:]}"
    return f"{request.prefix}/{quote(path, safe='/#:@!$&()*+,;=~-._%')}"


@lru_cache(maxsize=256)
def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ServiceError(
            f"no query '{path.name}'", at=str(path.parent), hint="Is the queries folder complete?"
        ) from error
