"""The HTML pages: what a site and a request look like to a reader.

The service asks three things: :func:`html_for` for the document of a resource, :func:`routes` for
pages with a path of their own, :func:`error_page` for what went wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.namespaces import SCHEMES
from clusterkg.service.pages.about import data_page, graph_page, release_page
from clusterkg.service.pages.cluster import cluster_page
from clusterkg.service.pages.errors import problem_page
from clusterkg.service.pages.facts import expand
from clusterkg.service.pages.generic import generic_page
from clusterkg.service.pages.lists import clusters_page, organisations_page
from clusterkg.service.pages.organisation import organisation_page
from clusterkg.service.pages.query import query_page
from clusterkg.service.pages.reader import Reader
from clusterkg.service.pages.reading import Reading
from clusterkg.service.pages.search import search_page
from clusterkg.service.pages.start import start_page
from clusterkg.service.pages.vocabulary import ontology_page, scheme_page
from clusterkg.service.site import PageRoute

if TYPE_CHECKING:
    from clusterkg.service.problems import Problem
    from clusterkg.service.site import PageRequest, Site

__all__ = ["error_page", "html_for", "routes"]

_CLUSTERS = frozenset(
    expand(f"clk:{name}") for name in ("Cluster", "UmbrellaOrganisation", "ClusterProgramme")
)
_ORGANISATIONS = frozenset(
    expand(f"clk:{name}")
    for name in (
        "Actor",
        "Company",
        "ServiceProvider",
        "ResearchInstitution",
        "University",
        "RelatedInstitution",
        "ClusterOrganisation",
    )
)


def html_for(site: Site, request: PageRequest) -> str | None:
    """The page about ``request.iri``; None if nothing is known of it."""
    reader, reading = Reader(site, request), Reading(site)
    if request.path == "ontology":
        return ontology_page(reader, reading)
    if request.iri.startswith(SCHEMES):
        return scheme_page(reader, reading, request.iri)
    if request.iri.startswith(site.iri("graph/")):
        return graph_page(reader, reading, request.iri)
    return _resource(reader, reading, request.iri)


def _resource(reader: Reader, reading: Reading, iri: str) -> str | None:
    classes = {row["class"].value for row in reading.rows("classes", this=iri)}
    within = {row["thing"].value for row in reading.rows("joined", this=iri)}
    if classes & _CLUSTERS or (iri in within and not classes & _ORGANISATIONS):
        return cluster_page(reader, reading, iri)
    if classes & _ORGANISATIONS:
        return organisation_page(reader, reading, iri)
    return generic_page(reader, reading, iri)


def routes(site: Site) -> list[PageRoute]:
    """The pages with paths of their own."""
    return [
        PageRoute("/", lambda s, r: start_page(Reader(s, r), Reading(s))),
        PageRoute("/clusters", lambda s, r: clusters_page(Reader(s, r), Reading(s))),
        PageRoute("/organisations", lambda s, r: organisations_page(Reader(s, r), Reading(s))),
        PageRoute("/search", lambda s, r: search_page(Reader(s, r), Reading(s))),
        PageRoute("/query", lambda s, r: query_page(Reader(s, r), Reading(s))),
        PageRoute("/data", lambda s, r: data_page(Reader(s, r), Reading(s))),
        PageRoute("/release", lambda s, r: release_page(Reader(s, r), Reading(s))),
        PageRoute("/about", _about),
    ]


def _about(site: Site, request: PageRequest) -> str | None:
    """What this graph says about any IRI, also one that is not ours."""
    iri = request.parameter("iri")
    if not iri.startswith(("http://", "https://")) or set(iri) & set(' <>"{}|\\^`\n\t'):
        return None
    return generic_page(Reader(site, request), Reading(site), iri)


def error_page(site: Site, request: PageRequest, problem: Problem) -> str | None:
    """The page that says what went wrong."""
    return problem_page(Reader(site, request), problem)
