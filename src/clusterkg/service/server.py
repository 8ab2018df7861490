"""A project and options → the running service, until it is stopped."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn

from clusterkg.errors import ServiceError
from clusterkg.publication.manifest import MANIFEST
from clusterkg.service.app import create_app
from clusterkg.service.site import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.project import Project

__all__ = ["ServeOptions", "serve"]

_HIGHEST_PORT = 65535
_GRACE = 5
"""Seconds that requests under way get when the service is stopped."""


@dataclass(frozen=True)
class ServeOptions:
    """What ``clusterkg serve`` can be told."""

    host: str = "127.0.0.1"
    port: int = 8000
    endpoint: str | None = None
    """URL of a SPARQL endpoint to read instead of the project's store."""
    query_seconds: float = 30.0
    query_megabytes: int = 1024
    workers: int = 2
    allow_service: tuple[str, ...] = ()
    """Hosts that SERVICE may name."""

    def limits(self) -> Limits:
        """The limits of a visitor's query; raises ServiceError for impossible ones."""
        if self.query_seconds <= 0 or self.query_megabytes <= 0 or self.workers <= 0:
            raise ServiceError(
                "a limit of zero or less would refuse every query",
                hint="Give --query-seconds, --query-megabytes and --workers positive numbers.",
            )
        return Limits(
            seconds=self.query_seconds,
            memory=self.query_megabytes << 20,
            workers=self.workers,
            service_hosts=self.allow_service,
        )


def serve(project: Project, options: ServeOptions, *, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``say`` gets the address once the port is open.

    Raises ServiceError if the port is taken or the endpoint is no http URL.
    """
    if options.endpoint and urlsplit(options.endpoint).scheme not in ("http", "https"):
        raise ServiceError(
            f"the endpoint '{options.endpoint}' is no http(s) URL",
            hint="For instance: --endpoint https://data.example.org/sparql",
        )
    limits = options.limits()
    listening = _listen(options.host, options.port)
    try:
        app = create_app(project, limits=limits, endpoint=options.endpoint)
        host, port = listening.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        say(f"Serving on http://{shown}:{port}/ - press Ctrl+C to stop")
        if not options.endpoint and not (project.release / MANIFEST).is_file():
            say("There is no release yet. Make one with: clusterkg build; it is then shown here.")
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            lifespan="on",
        )
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # uvicorn has stopped gracefully and passes the signal on
    finally:
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    """The open port; raises ServiceError with what to do instead."""
    if not 0 <= port <= _HIGHEST_PORT:
        raise ServiceError(f"port {port} is out of range", hint="Choose one from 1 to 65535.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise ServiceError(
            f"the host '{host}' is unknown", hint="For instance: --host 127.0.0.1"
        ) from error
    family, kind, protocol, _, address = found[0]
    # with the protocol named, asyncio switches Nagle's algorithm off: 40 ms a request
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(512)
    except OSError as error:
        listening.close()
        raise _cannot_listen(error, host, port) from error
    return listening


def _cannot_listen(error: OSError, host: str, port: int) -> ServiceError:
    if error.errno == errno.EADDRINUSE:
        free = port + 1 if port < _HIGHEST_PORT else 8000
        return ServiceError(
            f"port {port} is in use already", hint=f"Choose another one: --port {free}"
        )
    if error.errno == errno.EACCES:
        return ServiceError(f"port {port} needs special rights", hint="Choose: --port 8000")
    return ServiceError(f"cannot listen on '{host}' port {port}: {error.strerror}")
