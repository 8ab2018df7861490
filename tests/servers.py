"""Database servers for tests: started when the first test wants one, stopped at the end.

They listen on loopback, on a port that is free, with their data in a temporary folder, and run as
an unprivileged user where the tests run as root. Without the programmes (``make tools``) the
tests that want them are skipped; in continuous integration they fail.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph
import pytest

__all__ = ["Server", "mariadb", "postgresql", "sparql_endpoint"]

_SECONDS = 60
_NOBODY = "nobody"


@dataclass(frozen=True)
class Server:
    """A running server; ``run`` sends it statements for a database, which it makes if need be."""

    port: int
    user: str
    run: Callable[..., None]

    def url(self, kind: str, database: str) -> str:
        return f"{kind}://{self.user}@127.0.0.1:{self.port}/{database}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server without a password."""
    initdb = _program("initdb", "/usr/lib/postgresql/*/bin")
    port = _free_port()
    settings = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "20",
    }
    command = [initdb.replace("initdb", "postgres")]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    from adbc_driver_manager import dbapi
    from adbc_driver_postgresql import _driver_path

    made: set[str] = set()

    def run(database: str, *scripts: str) -> None:
        if database != "postgres":
            if database not in made:
                run("postgres", f"CREATE DATABASE {database}")
                made.add(database)
            scripts = ("DROP SCHEMA public CASCADE; CREATE SCHEMA public", *scripts)
        uri = f"postgresql://postgres@127.0.0.1:{port}/{database}"
        with (
            dbapi.connect(
                driver=_driver_path(), db_kwargs={"uri": uri}, autocommit=True
            ) as connection,
            connection.cursor() as cursor,
        ):
            for script in scripts:
                cursor.executescript(script)

    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    with _folder() as data:
        _call([initdb, "-D", str(data), *options])
        with _running([*command, "-D", str(data)]):
            yield Server(port, "postgres", run)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """A MariaDB server whose root has no password."""
    server = _program("mariadbd", "/usr/sbin")
    install = _program("mariadb-install-db", "/usr/bin")
    port = _free_port()
    import pymysql
    from pymysql.constants import CLIENT

    def run(database: str, *scripts: str) -> None:
        with (
            pymysql.connect(
                host="127.0.0.1",
                port=port,
                user="root",
                client_flag=CLIENT.MULTI_STATEMENTS,
                autocommit=True,
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DROP DATABASE IF EXISTS {database}")
            cursor.execute(f"CREATE DATABASE {database} CHARACTER SET utf8mb4")
            cursor.execute(f"USE {database}")
            for script in scripts:
                cursor.execute(script)
                while cursor.nextset():
                    pass

    with _folder() as data:
        where = f"--datadir={data}"
        _call([install, "--no-defaults", where, "--auth-root-authentication-method=normal"])
        command = [server, "--no-defaults", where, f"--port={port}", "--bind-address=127.0.0.1"]
        command += [f"--socket={data}/s", f"--pid-file={data}/pid"]
        command += ["--innodb-flush-log-at-trx-commit=0", "--default-time-zone=+00:00"]
        with _running(command):
            yield Server(port, "root", run)


@pytest.fixture
def sparql_endpoint() -> Callable[[Mapping[str, str]], AbstractContextManager[int]]:
    """Starts a SPARQL endpoint for each path and its Turtle, and gives the port it listens on."""
    return _endpoint


@contextmanager
def _endpoint(data: Mapping[str, str]) -> Iterator[int]:
    stores = {}
    for path, turtle in data.items():
        stores[path] = pyoxigraph.Store()
        stores[path].load(turtle, pyoxigraph.RdfFormat.TURTLE, base_iri="http://example.com/base/")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Asked", (_Endpoint,), {"stores": stores}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Endpoint(BaseHTTPRequestHandler):
    """Answers a SELECT that is posted, in JSON or CSV."""

    stores: Mapping[str, pyoxigraph.Store] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path.startswith("/elsewhere"):
            self._answer(303, b"", Location=parse_qs(self.path.partition("?")[2])["to"][0])
            return
        media = self.headers["Accept"]
        try:
            found = self.stores[self.path].query(parse_qs(body)["query"][0])
            form = (
                pyoxigraph.QueryResultsFormat.CSV
                if "csv" in media
                else pyoxigraph.QueryResultsFormat.JSON
            )
            self._answer(200, found.serialize(format=form), **{"Content-Type": media})
        except KeyError:
            self._answer(404, b"no such data set")
        except SyntaxError as error:
            self._answer(400, str(error).encode())

    def do_GET(self) -> None:
        self._answer(200, b"{}", **{"Content-Type": "application/sparql-results+json"})

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _program(name: str, *folders: str) -> str:
    """The path of a server's programme, or the end of the test."""
    found = [
        str(path)
        for pattern in folders
        for path in sorted(Path("/").glob(f"{pattern.lstrip('/')}/{name}"), reverse=True)
    ]
    path = next(iter(found), None) or shutil.which(name)
    if path is None:
        reason = f"{name} is not installed; run: make tools"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@contextmanager
def _folder() -> Iterator[Path]:
    """An empty folder of the user who will run the server."""
    folder = Path(tempfile.mkdtemp(prefix="clusterkg-server-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _NOBODY)
        yield folder
    finally:
        shutil.rmtree(folder)


def _unprivileged() -> dict[str, object]:
    """PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    entry = pwd.getpwnam(_NOBODY)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _call(command: list[str]) -> None:
    done = subprocess.run(
        command, cwd="/", capture_output=True, text=True, check=False, **_unprivileged()
    )  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _running(command: list[str]) -> Iterator[None]:
    """A server that is ready, until the block ends; it says so in its log."""
    process = subprocess.Popen(
        command,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        **_unprivileged(),
    )  # type: ignore[call-overload]
    assert process.stderr is not None
    said: list[str] = []
    ready, reader = threading.Event(), None

    def read() -> None:
        for line in process.stderr:
            said.append(line)
            if "ready to accept connections" in line or "ready for connections" in line:
                ready.set()

    try:
        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        assert ready.wait(_SECONDS), "".join(said[-20:])
        yield
    finally:
        process.send_signal(signal.SIGINT if "postgres" in command[0] else signal.SIGTERM)
        process.wait(_SECONDS)
        if reader is not None:
            reader.join(_SECONDS)
        process.stderr.close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
