"""A long list and the number that a URL asks for → one page of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Page", "page_of"]

T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """Which part of a list is shown; pages count from 1."""

    number: int
    last: int
    total: int


def page_of(items: Sequence[T], wanted: str, *, size: int) -> tuple[Sequence[T], Page]:
    """The items of page ``wanted``; what is no page number counts as the nearest one."""
    last = max(1, math.ceil(len(items) / size))
    number = min(max(int(wanted), 1), last) if wanted.isdecimal() else 1
    return items[(number - 1) * size : number * size], Page(number, last, len(items))
