"""The programme, as ``clusterkg`` or ``python -m clusterkg``."""

from __future__ import annotations

import atexit
import os
import sys
import threading

from clusterkg.cli import main

__all__ = ["run"]


def run() -> None:
    """Carry out the command line, and end at once.

    Python would take its objects apart one by one; the system takes them back as a whole. What is
    registered for the end is done before, and what was said is written.
    """
    try:
        main()
    except SystemExit as stop:
        if isinstance(stop.code, int) and threading.active_count() == 1:
            atexit._run_exitfuncs()  # nothing public does this
            if _is_written():
                os._exit(stop.code)
        raise


def _is_written() -> bool:
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    run()
