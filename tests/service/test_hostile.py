"""Queries of people who mean no good, against a real server with short limits."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?x ?o }"


def get(client: httpx.Client, query: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query})


def problem(response: httpx.Response, status: int) -> str:
    """The detail of a problem, after a check that it is one."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["detail"])


def processor_seconds(pid: int) -> float:
    """What a process has used; the parent of the workers is this one."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def workers() -> Iterator[int]:
    """Process ids of query workers started by this test process."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == os.getpid() and b"clusterkg.service.worker" in line:
                yield int(entry.name)


def idle_within(seconds: float) -> bool:
    """True if the workers of this process stop using the processor in that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = {pid: processor_seconds(pid) for pid in workers()}
        time.sleep(0.2)
        after = {pid: processor_seconds(pid) for pid in workers() if pid in before}
        if all(after[pid] - before[pid] < 0.05 for pid in after):
            return True
    return False


def test_an_endless_query_is_stopped_and_others_are_answered(
    client: httpx.Client,
) -> None:
    said: list[httpx.Response] = []
    hostile = threading.Thread(target=lambda: said.append(get(client, ENDLESS)))
    hostile.start()
    time.sleep(0.3)
    with httpx.Client(base_url=client.base_url) as other:
        assert get(other, "ASK {}").json()["boolean"] is True
        assert other.get("/doc/cluster/energy.ttl").status_code == 200
    assert not said, "the endless query has ended too early to prove anything"
    hostile.join(60)
    assert said, "the endless query still runs"
    assert "longer than 1 seconds" in problem(said[0], 503)
    assert int(said[0].headers["retry-after"]) >= 1
    assert idle_within(1.0)
    assert get(client, "ASK {}").json()["boolean"] is True


def test_the_work_stops_when_the_client_has_gone(client: httpx.Client) -> None:
    with (
        httpx.Client(base_url=client.base_url, timeout=0.3) as impatient,
        pytest.raises(httpx.ReadTimeout),
    ):
        get(impatient, ENDLESS)
    assert idle_within(0.6)  # well before the limit of the query


def test_a_result_too_large_is_an_error_and_not_a_part(client: httpx.Client) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    assert "larger than 1 MiB" in problem(get(client, query), 403)


def test_a_hungry_query_is_stopped(client: httpx.Client) -> None:
    query = (
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o } ORDER BY RAND() LIMIT 1"
    )
    detail = problem(get(client, query), 503)
    assert "MiB" in detail or "seconds" in detail
    assert get(client, "ASK {}").json()["boolean"] is True


def test_a_query_nested_too_deeply_kills_nobody_else(client: httpx.Client) -> None:
    query = "SELECT * {" + "{" * 20_000 + "}" * 20_000 + "}"
    direct = {"Content-Type": "application/sparql-query"}
    problem(client.post("/sparql", content=query, headers=direct), 503)
    assert get(client, "ASK {}").json()["boolean"] is True


def test_too_many_at_once(client: httpx.Client) -> None:
    said: list[int] = []

    def ask() -> None:
        with httpx.Client(base_url=client.base_url, timeout=20) as one:
            response = get(one, ENDLESS)
            said.append(response.status_code)
            assert "retry-after" in response.headers

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [503] * 8


def test_service_reaches_nobody(client: httpx.Client) -> None:
    """A listener on loopback is never connected to, whatever the spelling."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for query in (
            f"ASK {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
            f"ASK {{ service silent <{address}> {{ ?s ?p ?o }} }}",
            f"ASK {{ BIND(IRI('{address}') AS ?x) SERVICE#>\n?x {{ ?s ?p ?o }} }}",
        ):
            assert "SERVICE is not allowed" in problem(get(client, query), 403)
        with pytest.raises(TimeoutError):
            listener.accept()
