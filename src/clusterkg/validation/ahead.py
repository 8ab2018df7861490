"""Modules that are wanted later, imported while the engine reads and leaves Python idle."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["importing"]


@contextmanager
def importing(modules: Sequence[str]) -> Iterator[None]:
    """While the block runs, the modules are imported in a thread of their own.

    One that cannot be imported is passed over: whoever needs it says so.
    """
    thread = Thread(target=_import, args=(modules,), daemon=True)
    thread.start()
    yield
    thread.join()


def _import(modules: Sequence[str]) -> None:
    with suppress(ImportError):
        for name in modules:
            import_module(name)
