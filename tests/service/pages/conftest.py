"""A small graph with every kind of thing that pages show, served on loopback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pyoxigraph as ox
import pytest

from clusterkg.project import Project, find_project
from clusterkg.service.site import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

ROOT = Path(__file__).parents[3]
BASE = "https://w3id.org/clusterkg/"


def released(folder: Path) -> Project:
    """A project whose release is the fixture, the shipped ontology and Porter's conditions."""
    store_folder = folder / "build" / "store" / "fixture"
    store_folder.mkdir(parents=True)
    store = ox.Store(str(store_folder))
    fixture = Path(__file__).parent / "fixture.trig"
    store.bulk_load(path=str(fixture), format=ox.RdfFormat.TRIG)
    for file in sorted((ROOT / "ontology").rglob("*.ttl")):
        graph = ox.NamedNode(f"{BASE}graph/ontology")
        store.bulk_load(path=str(file), format=ox.RdfFormat.TURTLE, to_graph=graph)
    graph = ox.NamedNode(f"{BASE}graph/validation")
    shapes = str(ROOT / "shapes" / "porter.ttl")
    store.bulk_load(path=shapes, format=ox.RdfFormat.TURTLE, to_graph=graph)
    store.flush()
    del store
    release = folder / "build" / "release"
    (release / "dumps").mkdir(parents=True)
    (release / "dumps" / "clusterkg.nq.gz").write_bytes(b"nothing")
    (release / "catalogue.ttl").write_text(f"<{BASE}catalogue> a <{BASE}x> .\n")
    manifest = {
        "id": "fixture",
        "version": "2026-08-22",
        "store": "store/fixture",
        "graphs": {},
        "files": {"dumps/clusterkg.nq.gz": {"bytes": 1_234_567, "sha256": "ab" * 32}},
    }
    (release / "manifest.json").write_text(json.dumps(manifest))
    shutil.copy(ROOT / "clusterkg.toml", folder)
    return find_project(folder)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return released(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def address(
    project: Project, serve: Callable[[Project, Limits], AbstractContextManager[str]]
) -> Iterator[str]:
    """Where the fixture site is served."""
    with serve(project, Limits(seconds=20.0, workers=1)) as url:
        yield url


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    """A browser's way to ask: HTML."""
    with httpx.Client(base_url=address, timeout=60, headers={"Accept": "text/html"}) as client:
        yield client
