"""A small released project, and the service on it: in process, or as a server on loopback."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pyoxigraph as ox
import pytest
import uvicorn

from clusterkg.project import Project, Settings
from clusterkg.service.app import create_app
from clusterkg.service.site import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BASE = "https://data.example.org/atlas/"

DATA = f"""
PREFIX : <{BASE}id/cluster/>
PREFIX clk: <https://w3id.org/clusterkg/ontology#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
GRAPH <{BASE}graph/pages> {{
  :energy a clk:Cluster ;
    skos:prefLabel "Energie & Umwelt"@de , "Energy & Environment"@en ;
    clk:hasActor <{BASE}id/organisation/dbfz> .
  <{BASE}id/cluster/Лейпциг> a clk:Cluster ; skos:prefLabel "Лейпциг"@ru .
  <{BASE}id/organisation/dbfz> a clk:ResearchInstitution ; skos:prefLabel "DBFZ"@de ;
    clk:actorIn :energy .
}}
GRAPH <{BASE}graph/numbers> {{ :energy clk:memberCount 60 . }}
GRAPH <{BASE}graph/catalogue> {{
  <{BASE}catalogue> dct:title "Katalog"@de .
  <{BASE}graph/pages> a dct:Dataset ; dct:title "Seiten"@de ;
    dct:license <http://dcat-ap.de/def/licenses/cc-by/4.0> .
}}
GRAPH <{BASE}graph/ontology> {{
  <https://w3id.org/clusterkg/ontology> a owl:Ontology ; dct:title "Clusters"@en .
  clk:Cluster a owl:Class ; rdfs:label "Cluster"@en ;
    rdfs:subClassOf [ a owl:Restriction ; owl:onProperty clk:hasActor ] .
  <https://w3id.org/clusterkg/scheme/role> a skos:ConceptScheme ; skos:prefLabel "Roles"@en .
  <https://w3id.org/clusterkg/scheme/role#partner> a skos:Concept ; skos:prefLabel "partner"@en .
}}
"""


def release(project: Project, name: str, text: str = DATA) -> None:
    """Put a release in place: store, dumps, descriptions, and last the manifest."""
    store_folder = project.stores / name
    store_folder.mkdir(parents=True)
    store = ox.Store(str(store_folder))
    store.bulk_load(text, ox.RdfFormat.TRIG)
    store.flush()
    del store
    staged = project.build / f"release-{name}"
    (staged / "dumps").mkdir(parents=True)
    (staged / "dumps" / "all.nq.gz").write_bytes(
        gzip.compress(b"<a:s> <a:p> <a:o> .\n" * 999, mtime=0)
    )
    (staged / "dumps" / "ontology.ttl").write_text("<a:s> <a:p> <a:o> .\n")
    turtle = f"<{BASE}catalogue> a <http://www.w3.org/ns/dcat#Catalog> .\n"
    (staged / "catalogue.ttl").write_text(turtle)
    (staged / "void.ttl").write_text(f"<{BASE}void> a <http://rdfs.org/ns/void#Dataset> .\n")
    manifest = {"id": name, "version": "2026-08-22", "store": f"store/{name}"}
    (staged / "manifest.json").write_text(json.dumps(manifest))
    if project.release.exists():
        shutil.rmtree(project.release)
    staged.rename(project.release)


LIMITS = Limits(seconds=1.0, memory=256 << 20, result=1 << 20, request=100_000, waiting=2)


@pytest.fixture
def empty_project(tmp_path: Path) -> Project:
    return Project(tmp_path, Settings(base_iri=BASE, title={"de": "Atlas"}))


@pytest.fixture
def project(empty_project: Project) -> Project:
    release(empty_project, "r1")
    return empty_project


@pytest.fixture(scope="module")
def shared_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that the tests of a module share; none of them changes it."""
    project = Project(tmp_path_factory.mktemp("shared"), Settings(base_iri=BASE))
    release(project, "r1")
    with serving(project, LIMITS) as address:
        yield address


@pytest.fixture(scope="session")
def limits() -> Limits:
    """The limits of the shared server."""
    return LIMITS


@pytest.fixture(scope="session")
def serve() -> type[serving]:
    """``with serve(project, limits) as url``."""
    return serving


@pytest.fixture
def put_release() -> Callable[..., None]:
    """``put_release(project, "r2")`` or with other data."""
    return release


@pytest.fixture
def client(shared_url: str) -> Iterator[httpx.Client]:
    """Sends no header that a test has not chosen, but Host, User-Agent and Connection."""
    with httpx.Client(base_url=shared_url, timeout=30) as client:
        client.headers.pop("accept")
        client.headers.pop("accept-encoding")
        yield client


class serving:  # noqa: N801, used like a function
    """``with serving(project, limits) as url``: uvicorn in a thread."""

    def __init__(self, project: Project, limits: Limits, endpoint: str | None = None) -> None:
        app = create_app(project, limits=limits, endpoint=endpoint)
        config = uvicorn.Config(app, port=0, log_level="error", lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> str:
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()
