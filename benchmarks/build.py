"""How long `clusterkg build` takes on this repository's data, and how much memory at most.

The project is copied to a temporary folder, so the measurement starts from nothing and leaves
nothing behind. A second build of the same input is measured too: it has nothing to do.

    python benchmarks/build.py [--runs 3]

Ends with exit code 1 if a build takes more than 60 s or more than 1 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("clusterkg.toml", "data", "ontology", "shapes", "queries")
MOST_SECONDS = 60
MOST_MEGABYTES = 1000


def copy_project(target: Path) -> None:
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name)
        else:
            shutil.copy(ROOT / name, target / name)


def measured(folder: Path, *words: str) -> tuple[float, float, float, str]:
    """Wall seconds, processor seconds, peak megabytes and output of one build."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(
            [sys.executable, "-c", "from clusterkg.cli import main; main()", "build", *words],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    if child.returncode not in (0, 1):
        sys.exit(f"the build failed:\n{said}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said


def size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder)
        full = [measured(folder, "--force", "--publish-violations") for _ in range(runs)]
        again = [measured(folder, "--publish-violations") for _ in range(runs)]
        manifest = json.loads((folder / "build" / "release" / "manifest.json").read_text("utf-8"))
        release, store = size(folder / "build" / "release"), size(folder / "build" / "store")
    words = full[-1][3].strip().splitlines()
    print(f"processors {os.cpu_count()}, load {os.getloadavg()[0]:.1f}; {runs} runs, median")
    print(f"full build:   {line(full)}")
    print(f"second build: {line(again)}")
    print(f"quads {manifest['quads']:,}; release {release:.1f} MB, store {store:.1f} MB")
    print(words[-1])
    slow = statistics.median(run[0] for run in full) > MOST_SECONDS
    sys.exit(slow or max(run[2] for run in full) > MOST_MEGABYTES)


def line(runs: list[tuple[float, float, float, str]]) -> str:
    wall, processor = (statistics.median(run[place] for run in runs) for place in (0, 1))
    peak = max(run[2] for run in runs)
    return f"{wall:6.2f} s wall, {processor:6.2f} s processor, {peak:5.0f} MB at most"


if __name__ == "__main__":
    main()
