"""Accept and Accept-Language → the offer that fits best, or none (RFC 9110, section 12).

A more specific range beats a wider one whatever its quality; ``q=0`` forbids; among equally
wanted offers the server's own order decides. Members that are malformed are passed over.
Parameters of a media range other than ``q`` (``charset``, ``profile``) do not narrow it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["accepts_gzip", "choose_language", "choose_media_type"]

_QUALITY = re.compile(r"^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?|\.\d{1,3})$")


def choose_media_type(accept: str | None, offers: Sequence[str]) -> str | None:
    """The member of ``offers`` (lower case, best of the server first) that ``accept`` wants most.

    Without the header, or with an empty one, the first offer. None: nothing fits (406).
    """
    if accept is None or not accept.strip():
        return offers[0] if offers else None
    ranges = _members(accept)
    best, wanted = None, 0.0
    for offer in offers:
        quality = _media_quality(offer, ranges)
        if quality > wanted:
            best, wanted = offer, quality
    return best


def choose_language(accept: str | None, offers: Sequence[str]) -> str:
    """The member of ``offers`` that ``accept`` wants most; the first if it wants none of them.

    ``en-GB`` asks for ``en`` (RFC 4647, lookup).
    """
    best, wanted = offers[0], 0.0
    if accept:
        ranges = _members(accept)
        for offer in offers:
            quality = _language_quality(offer, ranges)
            if quality > wanted:
                best, wanted = offer, quality
    return best


def accepts_gzip(accept_encoding: str | None) -> bool:
    """True if the client takes ``gzip`` (RFC 9110, 12.5.3); without the header it does not say."""
    if not accept_encoding:
        return False
    qualities = dict(_members(accept_encoding))
    return qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0))) > 0


@lru_cache(maxsize=1024)
def _members(header: str) -> tuple[tuple[str, float], ...]:
    """``text/html, */*;q=0.1`` → (("text/html", 1.0), ("*/*", 0.1)); at most 64 members."""
    members = []
    for member in _split(header)[:64]:
        name, *parameters = (part.strip() for part in member.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                value = value.strip()
                quality = float(value) if _QUALITY.match(value) else -1.0
                break
        if name and quality >= 0:
            members.append((name.lower(), quality))
    return tuple(members)


def _split(header: str) -> list[str]:
    """At commas that stand outside quoted strings (``profile="a,b"``)."""
    return re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+', header)


def _media_quality(offer: str, ranges: tuple[tuple[str, float], ...]) -> float:
    kind = offer.partition("/")[0]
    best = (-1, 0.0)
    for name, quality in ranges:
        if name == offer:
            rank = 2
        elif name == f"{kind}/*":
            rank = 1
        elif name in ("*/*", "*"):  # Java's URLConnection sends a lone *
            rank = 0
        else:
            continue
        if rank > best[0] or (rank == best[0] and quality > best[1]):
            best = (rank, quality)
    return best[1]


def _language_quality(offer: str, ranges: tuple[tuple[str, float], ...]) -> float:
    best = (-1, 0.0)
    for name, quality in ranges:
        if name == offer:
            rank = 2
        elif name.startswith(f"{offer}-"):
            rank = 1
        elif name == "*":
            rank = 0
        else:
            continue
        if rank > best[0] or (rank == best[0] and quality > best[1]):
            best = (rank, quality)
    return best[1]
