from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from clusterkg.errors import ServiceError
from clusterkg.service.server import ServeOptions, _listen, serve

if TYPE_CHECKING:
    from clusterkg.project import Project
    from clusterkg.service.site import Limits

BASE = "https://data.example.org/atlas/"


def test_a_port_in_use(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=f"port {port} is in use already") as error:
            serve(project, ServeOptions(port=port), say=lambda _: None)
    assert error.value.hint == f"Choose another one: --port {port + 1}"
    assert error.value.exit_code == 9


def test_small_answers_are_not_delayed() -> None:
    """asyncio switches Nagle's algorithm off only for sockets that say they are TCP."""
    with _listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ServeOptions(port=70000), "port 70000 is out of range"),
        (ServeOptions(host="no such host"), "the host 'no such host' is unknown"),
        (ServeOptions(endpoint="ftp://x/"), "the endpoint 'ftp://x/' is no http"),
        (ServeOptions(workers=0), "a limit of zero or less"),
    ],
)
def test_impossible_options(project: Project, options: ServeOptions, message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        serve(project, options, say=lambda _: None)


def test_without_a_release_it_says_what_to_do(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    (project.release / "manifest.json").unlink()
    said: list[str] = []
    serve(project, ServeOptions(port=0), say=said.append)
    assert said[1] == (
        "There is no release yet. Make one with: clusterkg build; it is then shown here."
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_with_its_workers(project: Project, number: int) -> None:
    code = f"""
        from pathlib import Path
        from clusterkg.project import Project, Settings
        from clusterkg.service.server import ServeOptions, _listen, serve
        project = Project(Path({str(project.folder)!r}), Settings(base_iri={BASE!r}))
        serve(project, ServeOptions(port=0), say=lambda text: print(text, flush=True))
    """
    service = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert service.stdout is not None
        said = service.stdout.readline()
        assert said.startswith("Serving on http://127.0.0.1:")
        url = said.split()[2]
        deadline = time.monotonic() + 20
        while True:
            try:
                response = httpx.get(f"{url}sparql", params={"query": "ASK {}"})
                break
            except httpx.ConnectError:
                assert time.monotonic() < deadline
        assert response.json()["boolean"] is True
        children = _children(service.pid)
        assert len(children) == 1
        service.send_signal(number)
        service.wait(15)
        for child in children:
            with pytest.raises(ProcessLookupError):
                os.kill(child, 0)
        assert service.stderr is not None
        assert "Traceback" not in service.stderr.read()
    finally:
        service.kill()
        service.communicate()


def _children(parent: int) -> list[int]:
    found = subprocess.run(
        ["ps", "--ppid", str(parent), "-o", "pid="], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in found.stdout.split()]


def test_any_endpoint_can_stand_behind_it(
    empty_project: Project, shared_url: str, limits: Limits, serve: Any
) -> None:
    """A service without a store, on the endpoint of another one."""
    with (
        serve(empty_project, limits, f"{shared_url}/sparql") as url,
        httpx.Client(base_url=url) as client,
    ):
        turtle = client.get("/doc/cluster/energy.ttl")
        assert "Energie & Umwelt" in turtle.text
        assert "etag" not in turtle.headers, "nobody tells us when that endpoint changes"
        assert client.get("/id/cluster/none").status_code == 404
        assert client.get("/dumps/all.nq.gz").status_code == 404
        count = {"query": "SELECT (COUNT(*) AS ?n) { ?s a ?c }"}
        ours = client.get("/sparql", params=count, headers={"Accept": "text/csv"})
        theirs = httpx.get(f"{shared_url}/sparql", params=count, headers={"Accept": "text/csv"})
        assert ours.text == theirs.text
        refused = client.get("/sparql", params={"query": "ASK { SERVICE <http://x/> {} }"})
        assert refused.status_code == 403
        malformed = client.get("/sparql", params={"query": "ASK {"})
        assert malformed.status_code == 400


def test_an_endpoint_that_fails_is_no_404(
    empty_project: Project, limits: Limits, serve: Any
) -> None:
    with (
        serve(empty_project, limits, "http://127.0.0.1:1/sparql") as url,
        httpx.Client(base_url=url) as client,
    ):
        for path in ("/id/cluster/energy", "/doc/cluster/energy.ttl", "/sitemap.xml"):
            response = client.get(path)
            assert response.status_code == 503
            assert response.headers["retry-after"]
            assert "127.0.0.1" not in response.text, "details are logged, not sent"
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 502
