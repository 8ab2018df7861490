"""A stranger's query → a complete result file, or a Problem; in processes that can be killed.

pyoxigraph cannot stop a query. So each query runs in one of a few worker processes; one that
passes its time or memory, or whose client has gone, is killed with its process, and the next
query gets a fresh one.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clusterkg.errors import ServiceError
from clusterkg.service.formats import GRAPHS, RESULTS, Format, by_name
from clusterkg.service.problems import Problem, busy, query_problem

if TYPE_CHECKING:
    from clusterkg.service.site import Limits

__all__ = ["Answer", "Cancelled", "Job", "Ticket", "WorkerPool"]

_START_SECONDS = 30.0
_CAUSES = {
    -signal.SIGABRT: "memory",  # how Rust ends when it gets no memory
    -signal.SIGSEGV: "memory",  # the stack of a query nested too deeply
    -signal.SIGKILL: "memory",  # the kernel, short of memory
    -signal.SIGXCPU: "time",
}


@dataclass(frozen=True)
class Job:
    """One query and the syntaxes its client would take; None: none of that kind."""

    query: str
    store: str
    base: str
    result_form: str | None = "json"
    graph_form: str | None = "ttl"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A complete result; whoever takes it removes the file."""

    file: Path
    form: Format
    graph: bool
    """True: triples (CONSTRUCT, DESCRIBE); False: results of SELECT or ASK."""


class Cancelled(ServiceError):  # noqa: N818, it is no fault
    """The client has gone; nobody waits for an answer."""


class Ticket:
    """A query's way to be cancelled from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self.cancelled = False

    def attach(self, process: subprocess.Popen[str] | None) -> None:
        """The process that works for this ticket now, None for no longer any."""
        with self._lock:
            self._process = process
            if self.cancelled and process is not None:
                process.kill()

    def cancel(self) -> None:
        """Stop the work, at once if it has begun."""
        with self._lock:
            self.cancelled = True
            if self._process is not None:
                self._process.kill()


class WorkerPool:
    """A few processes that each answer one query at a time. Closing it ends them all."""

    def __init__(self, limits: Limits, *, endpoint: str | None = None) -> None:
        self.limits = limits
        self._endpoint = endpoint
        self._idle: deque[subprocess.Popen[str]] = deque()
        self._all: set[subprocess.Popen[str]] = set()
        self._changed = threading.Condition()
        self._running = 0
        self._waiting = 0
        self._closed = False
        self._spool = Path(tempfile.mkdtemp(prefix="clusterkg-results-"))

    def run(self, job: Job, ticket: Ticket) -> Answer:
        """The complete answer; raises Problem (a limit, a fault) or Cancelled."""
        self._admit(ticket)
        try:
            return self._run(job, ticket)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify()

    def close(self) -> None:
        """End all workers and remove what they wrote."""
        with self._changed:
            self._closed = True
            workers = tuple(self._all)
            self._changed.notify_all()
        for worker in workers:
            self._end(worker)
        shutil.rmtree(self._spool, ignore_errors=True)

    def _admit(self, ticket: Ticket) -> None:
        """Wait for a free worker, not longer than a query may take and not with too many others."""
        deadline = time.monotonic() + self.limits.seconds
        with self._changed:
            if self._running < self.limits.workers and not self._waiting:
                self._running += 1
                return
            if self._waiting >= self.limits.waiting:
                raise busy(f"{self._waiting} queries are waiting already", self.limits)
            self._waiting += 1
            try:
                while self._running >= self.limits.workers:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise busy("no worker became free in time", self.limits)
                    # a cancelled ticket does not notify, so it is looked at now and then
                    self._changed.wait(min(left, 0.5))
                    if ticket.cancelled or self._closed:
                        raise Cancelled("the client has gone")
                self._running += 1
            finally:
                self._waiting -= 1

    def _run(self, job: Job, ticket: Ticket) -> Answer:
        handle, name = tempfile.mkstemp(dir=self._spool)
        os.close(handle)
        try:
            reply = self._reply({**asdict(job), "file": name}, ticket)
            return _read(reply, Path(name), self.limits)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _reply(self, job: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
        """What a worker says to the job; the worker is given back, or ended if it is worn out."""
        worker = self._take()
        reusable = False
        try:
            ticket.attach(worker)
            reply = self._ask(worker, job)
            ticket.attach(None)
            if ticket.cancelled:
                raise Cancelled("the client has gone")
            reusable = not reply.pop("last", False)
            return reply
        finally:
            ticket.attach(None)
            if reusable:
                self._give_back(worker)
            else:
                self._end(worker)

    def _ask(self, worker: subprocess.Popen[str], job: dict[str, Any]) -> dict[str, Any]:
        """The worker's reply; ``{"error": "time"}`` or ``"memory"`` if there is none."""
        deadline = time.monotonic() + self.limits.seconds
        try:
            _send(worker, job)
            line = _line(worker, deadline)
        except BrokenPipeError:
            line = ""
        except TimeoutError:
            return {"error": "time", "last": True}
        if not line:
            worker.wait()
            return {"error": _CAUSES.get(worker.returncode, "failed"), "last": True}
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _take(self) -> subprocess.Popen[str]:
        with self._changed:
            if self._closed:
                raise Cancelled("the service is being stopped")
            while self._idle:
                worker = self._idle.pop()
                if worker.poll() is None:
                    return worker
                self._all.discard(worker)
                _shut(worker)
        return self._start()

    def _give_back(self, worker: subprocess.Popen[str]) -> None:
        with self._changed:
            if not self._closed:
                self._idle.append(worker)
                return
        self._end(worker)

    def _start(self) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-P", "-m", "clusterkg.service.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl+C is for the service, which then ends its workers
        )
        with self._changed:
            self._all.add(worker)
        try:
            _send(
                worker,
                {
                    "seconds": self.limits.seconds,
                    "memory": self.limits.memory,
                    "result": self.limits.result,
                    "hosts": self.limits.service_hosts,
                    "endpoint": self._endpoint,
                },
            )
            started = _line(worker, time.monotonic() + _START_SECONDS)
        except (BrokenPipeError, TimeoutError):
            started = ""
        if not started:
            self._end(worker)
            raise Problem(503, "no query process could be started", headers={"Retry-After": "10"})
        return worker

    def _end(self, worker: subprocess.Popen[str]) -> None:
        worker.kill()
        worker.wait()
        _shut(worker)
        with self._changed:
            self._all.discard(worker)


def _send(worker: subprocess.Popen[str], message: dict[str, Any]) -> None:
    if worker.stdin is None:
        raise BrokenPipeError
    worker.stdin.write(json.dumps(message) + "\n")
    worker.stdin.flush()


def _line(worker: subprocess.Popen[str], deadline: float) -> str:
    """The next line of the worker, empty if it has ended; TimeoutError after the deadline.

    A worker writes one short line at a time, so a readable pipe holds all of it.
    """
    if worker.stdout is None:
        raise BrokenPipeError
    poll = select.poll()
    poll.register(worker.stdout, select.POLLIN | select.POLLHUP)
    left = max(0.0, deadline - time.monotonic())
    if not poll.poll(math.ceil(left * 1000)):
        raise TimeoutError
    return worker.stdout.readline()


def _shut(worker: subprocess.Popen[str]) -> None:
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _read(reply: dict[str, Any], file: Path, limits: Limits) -> Answer:
    """The reply as an answer, or the Problem that it reports."""
    error = reply.get("error")
    if error is None:
        graph = reply["kind"] == "graph"
        form = by_name(GRAPHS if graph else RESULTS, reply["form"])
        if form is None:
            raise Problem(500, f"a worker answered in '{reply['form']}'")
        return Answer(file, form, graph)
    raise query_problem(reply, limits)
