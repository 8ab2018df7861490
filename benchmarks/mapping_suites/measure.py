"""A command -> its seconds, processor seconds and peak memory, with all the processes it starts.

The command runs under a small process of its own (`python measure.py RESULT SECONDS LOG -- ...`):
Linux counts the memory of the parent to the largest size of a child, so that a parent which has
just written the tables would be charged to the engine.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

INTERVAL = 0.05  # seconds between two looks at the memory of the processes
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Run:
    """One run of one engine; sizes in megabytes (10^6 bytes), times in seconds."""

    wall: float
    user: float
    system: float
    largest: float
    tree: float
    code: int
    timeout: bool = False

    @property
    def processor(self) -> float:
        return self.user + self.system


def measured(command: list[str], folder: Path, timeout: float, log: Path) -> Run:
    """Run `command` in `folder`; what it says goes to `log`."""
    with tempfile.TemporaryDirectory() as name:
        result = Path(name) / "run.json"
        words = [str(Path(__file__)), str(result), str(timeout), str(log), "--", *command]
        subprocess.run([sys.executable, "-I", *words], cwd=folder, check=True)
        return Run(**json.loads(result.read_text("utf-8")))


def watched(command: list[str], timeout: float, log: Path) -> Run:
    started = time.monotonic()
    with log.open("wb") as said:
        child = subprocess.Popen(
            command, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
    stopped = threading.Event()
    late = threading.Timer(timeout, stop, (child.pid, stopped))
    late.start()
    peaks = [0]
    ended = threading.Event()
    watcher = threading.Thread(target=watch, args=(child.pid, ended, peaks))
    watcher.start()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    late.cancel()
    watcher.join()
    largest = used.ru_maxrss * 1024 / 1e6
    return Run(
        wall=wall,
        user=used.ru_utime,
        system=used.ru_stime,
        largest=largest,
        tree=max(largest, peaks[0] / 1e6),
        code=child.returncode,
        timeout=stopped.is_set(),
    )


def stop(leader: int, stopped: threading.Event) -> None:
    """End the process and all it has started: they are one process group."""
    stopped.set()
    os.killpg(leader, signal.SIGKILL)


def watch(leader: int, ended: threading.Event, peaks: list[int]) -> None:
    while not ended.wait(INTERVAL):
        processes = tree(leader)
        peaks[0] = max(peaks[0], sum(memory(process, len(processes)) for process in processes))


def tree(process: int) -> list[int]:
    """The process and its descendants."""
    found = [process]
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [each for child in tasks.read_text().split() for each in tree(int(child))]
        except OSError:  # it has ended in the meantime
            continue
    return found


def memory(process: int, processes: int) -> int:
    """Bytes in memory; pages that several processes share count once, divided among them."""
    try:
        if processes == 1:
            return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    shares = (line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(next(shares, 0)) * 1024


def main() -> None:
    result, timeout, log, _, *command = sys.argv[1:]
    run = watched(command, float(timeout), Path(log))
    Path(result).write_text(json.dumps(asdict(run)), "utf-8")


if __name__ == "__main__":
    main()
