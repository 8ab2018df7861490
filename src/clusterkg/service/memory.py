"""Representations that were made a moment ago, kept under their strong ETag.

Such a tag names release, programme and everything that was asked, so what is kept can never be
out of date; a new release has new tags and the old ones fall out by themselves.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Memory"]


class Memory:
    """Up to ``size`` bytes of content, the least recently used falls out first."""

    def __init__(self, size: int = 64 << 20) -> None:
        self._size = size
        self._used = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, tag: str | None, make: Callable[[], bytes]) -> bytes:
        """The content of ``tag``, made now if it is not kept; never kept without a tag."""
        if tag is None:
            return make()
        with self._lock:
            known = self._kept.get(tag)
            if known is not None:
                self._kept.move_to_end(tag)
                return known
        content = make()
        if len(content) * 8 <= self._size:
            with self._lock:
                self._used += len(content) - len(self._kept.pop(tag, b""))
                self._kept[tag] = content
                while self._used > self._size:
                    _, dropped = self._kept.popitem(last=False)
                    self._used -= len(dropped)
        return content
