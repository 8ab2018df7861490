"""One build at a time in a build folder: a lock that ends with its process, however it ends."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clusterkg.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["building"]

_LOCK = ".lock"


@contextmanager
def building(folder: Path) -> Iterator[None]:
    """Hold the build folder, which is made if need be; PublicationError if another build has it.

    The lock is the kernel's: a build that was killed leaves none behind.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise PublicationError(
            f"the build folder cannot be written: {error.strerror}",
            at=str(folder),
            hint="Choose a folder where you may write, with the setting 'build'.",
        ) from error
    try:
        _take(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        process = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        raise PublicationError(
            f"another build is at work here{f' (process {process})' if process else ''}",
            at=str(folder),
            hint="Wait until it has ended, then build again.",
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
