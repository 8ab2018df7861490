from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from clusterkg.service.problems import Problem
from clusterkg.service.releases import Releases

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.project import Project
    from clusterkg.service.site import Limits

BASE = "https://data.example.org/atlas/"
OTHER = f"GRAPH <{BASE}graph/pages> {{ <{BASE}id/cluster/new> a <{BASE}x> }}"
COUNT = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}


def test_without_a_release(empty_project: Project, limits: Limits, serve: Any) -> None:
    with serve(empty_project, limits) as url, httpx.Client(base_url=url) as client:
        for path in ("/", "/doc/cluster/energy", "/sparql?query=ASK{}", "/dumps/x", "/sitemap.xml"):
            response = client.get(path)
            assert response.status_code == 503
            assert int(response.headers["retry-after"]) > 0
            assert "clusterkg build" in response.json()["detail"]
        page = client.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert "no release has been built yet" in page.text


def test_a_new_release_is_seen_without_a_restart(
    project: Project, limits: Limits, serve: Any, put_release: Callable[..., None]
) -> None:
    with serve(project, limits) as url, httpx.Client(base_url=url) as client:
        before = client.get("/doc/cluster/energy.ttl")
        tag = before.headers["etag"]
        assert client.get("/doc/cluster/new.ttl").status_code == 404
        put_release(project, "r2", OTHER)
        deadline = time.monotonic() + 3
        while client.get("/doc/cluster/new.ttl").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert (
            client.get("/sparql", params=COUNT).json()["results"]["bindings"][0]["n"]["value"]
            == "1"
        )
        again = client.get("/doc/cluster/energy.ttl", headers={"If-None-Match": tag})
        assert again.status_code == 404


def test_a_request_under_way_keeps_the_old_store(
    project: Project, put_release: Callable[..., None]
) -> None:
    releases = Releases(project)
    old = releases.site()
    put_release(project, "r2", OTHER)
    shutil.rmtree(project.stores / "r1")
    time.sleep(1.1)
    new = releases.site()
    assert (old.release.id, new.release.id) == ("r1", "r2")
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert int(old.backend.select(count)[0]["n"].value) > 10
    assert new.backend.select(count)[0]["n"].value == "1"


@pytest.mark.parametrize("damage", ["{", "[]", '{"id": "r3"}', '{"id": "r3", "store": "../r3"}'])
def test_a_damaged_pointer_leaves_the_last_release(project: Project, damage: str) -> None:
    releases = Releases(project)
    assert releases.site().release.id == "r1"
    (project.release / "manifest.json").write_text(damage)
    time.sleep(1.1)
    assert releases.site().release.id == "r1"


def test_a_release_that_vanishes_is_served_on(project: Project) -> None:
    releases = Releases(project)
    assert releases.site().release.version == "2026-08-22"
    shutil.rmtree(project.release)
    time.sleep(1.1)
    assert releases.site().backend.ask("ASK { ?s ?p ?o }")


def test_no_release(empty_project: Project) -> None:
    with pytest.raises(Problem) as error:
        Releases(empty_project).site()
    assert error.value.status == 503


def test_a_page_asks_the_shipped_query_if_the_project_has_none(project: Project) -> None:
    own = project.folder / "queries" / "pages"
    own.mkdir(parents=True, exist_ok=True)
    (own / "own.rq").write_text("ASK {}", encoding="utf-8")
    site = Releases(project).site()
    assert site.query("pages/own.rq") == "ASK {}"
    assert "SELECT" in site.query("pages/clusters.rq")
