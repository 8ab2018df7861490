"""Progress of long work, told to whoever listens: a function of (what, done, total)."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "silent"]

Progress = Callable[[str, int, int], None]
"""Called as ``progress("mapping pages", 2, 8)``; total 0 means unknown."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""
