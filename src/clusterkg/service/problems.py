"""What the service answers when it cannot answer: a status, a sentence, what to do.

One tree, one rendering: ``application/problem+json`` (RFC 9457) for programmes, a page for people.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from clusterkg.errors import ServiceError
from clusterkg.service.formats import GRAPHS, RESULTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.service.site import Limits

__all__ = ["Problem", "busy", "query_problem"]

_MEBIBYTE = 1 << 20
_NARROWER = "Ask for less (LIMIT, fewer OPTIONAL, a bound subject), or take the dumps."


class Problem(ServiceError):  # noqa: N818, RFC 9457 calls it a problem
    """A request that gets no answer; ``status`` is the HTTP status, ``headers`` go with it."""

    def __init__(
        self,
        status: int,
        what: str,
        *,
        hint: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(what, hint=hint)
        self.status = status
        self.headers = headers or {}

    @property
    def title(self) -> str:
        """The usual words for the status: ``Not Found``."""
        return HTTPStatus(self.status).phrase

    def as_json(self) -> dict[str, object]:
        """The members of an RFC 9457 problem."""
        detail = f"{self.what}. {self.hint}" if self.hint else self.what
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": detail[:1].upper() + detail[1:],
        }


def busy(why: str, limits: Limits) -> Problem:
    """Too many queries at once."""
    return Problem(
        503,
        f"the query service is busy: {why}",
        hint="Try again later, or take the dumps for large analyses.",
        headers=_retry(limits),
    )


def query_problem(reply: Mapping[str, Any], limits: Limits) -> Problem:
    """The error that a worker reports, in words for the one who asked."""
    error, text = str(reply["error"]), str(reply.get("text", ""))
    if error == "malformed":
        return Problem(400, f"the query is not SPARQL 1.1: {text}")
    if error == "form":
        return _not_acceptable(graph=reply["kind"] == "graph")
    if error == "service":
        return _service_refused(limits)
    if error in ("time", "memory", "size", "store"):
        return _cannot(error, limits)
    if error == "endpoint":
        return _endpoint(reply, limits)
    return Problem(500, f"the query failed: {text or 'its process ended'}")


def _cannot(error: str, limits: Limits) -> Problem:
    if error == "time":
        what = f"the query took longer than {limits.seconds:g} seconds and was stopped"
        return Problem(503, what, hint=_NARROWER, headers=_retry(limits))
    if error == "memory":
        what = f"the query needs more than the {limits.memory // _MEBIBYTE} MiB it may take"
        return Problem(503, what, hint=_NARROWER, headers=_retry(limits))
    if error == "store":
        return Problem(503, "the graph is being replaced", headers={"Retry-After": "2"})
    what = f"the result is larger than {limits.result / _MEBIBYTE:g} MiB"
    hint = "Page it with ORDER BY, LIMIT and OFFSET, or take the dumps."
    return Problem(403, what, hint=hint)


def _endpoint(reply: Mapping[str, Any], limits: Limits) -> Problem:
    if reply.get("status") == HTTPStatus.BAD_REQUEST:
        return Problem(400, "the endpoint behind this service refused the query")
    return Problem(502, "the endpoint behind this service gave no answer", headers=_retry(limits))


def _service_refused(limits: Limits) -> Problem:
    hint = "Ask the other endpoint yourself and join the answers."
    if limits.service_hosts:
        hint = f"Hosts that may be asked: {', '.join(limits.service_hosts)}."
    return Problem(403, "SERVICE is not allowed here", hint=hint)


def _not_acceptable(*, graph: bool) -> Problem:
    formats = GRAPHS if graph else RESULTS
    kind = "CONSTRUCT or DESCRIBE" if graph else "SELECT or ASK"
    names = ", ".join(one.media_types[0] for one in formats)
    return Problem(
        406, f"no type you accept can hold the answer of {kind}", hint=f"Ask for one of: {names}."
    )


def _retry(limits: Limits) -> dict[str, str]:
    return {"Retry-After": str(math.ceil(limits.seconds))}
