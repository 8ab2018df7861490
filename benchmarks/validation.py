"""How fast `clusterkg validate` is beside other engines, and whether their results are the same.

Each engine runs as a process of its own, from a file of N-Triples to a complete report. The results
of all engines must be the same set of (focus node, path, value, component, source shape). Triples,
and the other engines in virtual environments of their own, are kept in the cache folder.

    python benchmarks/validation.py                      all: each engine has 150 s a case
    python benchmarks/validation.py --organisations 10000 --engines clusterkg,shacl --runs 5
    python benchmarks/validation.py --shapes nested --no-peers

An engine that would not be ready in time, or would need more memory than there is, judging by its
run with fewer triples, is not started. Ends with exit code 1 if clusterkg fails.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mapping_suites.case import folder_of
from mapping_suites.engines import machine
from mapping_suites.measure import measured
from validation_suites import engines, graph
from validation_suites.report import Result, line, markdown
from validation_suites.shapes import GRAPHS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validation_suites.engines import Engine, Found

OURS = "clusterkg"
SHORT = 15.0
SHARE = 0.7  # of the memory of the machine that an engine may be expected to need


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=str(__doc__).splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    names = f"{OURS},{','.join(engines.PEERS)}"
    add("--organisations", default="10000,100000,1000000", help="sizes; 19 triples each")
    add("--shapes", default=",".join(GRAPHS), help=f"of {', '.join(GRAPHS)}")
    add("--engines", default=names, help=f"of {names}")
    add("--no-peers", action="store_true", help="clusterkg only")
    add("--runs", type=int, default=3, help="runs of clusterkg; the median counts")
    add(
        "--peer-runs",
        type=int,
        default=1,
        help=f"runs of another engine, if the first takes less than {SHORT:.0f} s",
    )
    add("--timeout", type=float, default=150, help="seconds an engine may take")
    add("--cache", type=Path, default=Path.home() / ".cache" / "clusterkg-bench")
    add("--clusterkg", default=str(Path(sys.executable).with_name("clusterkg")), help="the program")
    add("--json", type=Path, help="file for every run")
    return parser.parse_args()


def used_engines(chosen: argparse.Namespace) -> Iterator[Engine]:
    for name in [OURS] if chosen.no_peers else chosen.engines.split(","):
        if name == OURS:
            yield engines.clusterkg(chosen.clusterkg)
            continue
        if name not in engines.PEERS:
            sys.exit(f"there is no engine {name!r}; there are {OURS}, {', '.join(engines.PEERS)}")
        try:
            yield engines.peer(name, chosen.cache)
        except subprocess.CalledProcessError:
            print(f"{name} could not be installed and is left out")


class Comparison:
    """The results of the engines on one case: those of the first are what the others' should be."""

    def __init__(self) -> None:
        self.first: tuple[str, Found] | None = None

    def verdict(self, engine: str, found: Found) -> str:
        """Whether the results are those of the first engine; if not, some that are not."""
        if self.first is None:
            self.first = engine, found
            return f"{len(found):,} results"
        name, expected = self.first
        if found == expected:
            return f"the same {len(found):,} results"
        fewer, more = expected - found, found - expected
        for sign, some in (("-", fewer), ("+", more)):
            for (component, shape), count in sorted(Counter(one[3:] for one in some).items()):
                example = min(one for one in some if one[3:] == (component, shape))
                short = f"{component.rpartition('#')[2]} of {shape.rpartition('#')[2]}"
                print(f"  {sign}{count:,} {short}, as {' '.join(example[:3])}")
        return f"{len(fewer):,} fewer and {len(more):,} other results than {name}"


def on_case(
    case: tuple[graph.Data, str], used: list[Engine], done: list[Result], chosen: argparse.Namespace
) -> Iterator[Result]:
    """The results of all engines on one graph and one shapes graph."""
    _, name = case
    check = Comparison()
    with tempfile.TemporaryDirectory(dir=chosen.cache) as folder:
        shapes = Path(folder) / "shapes.ttl"
        shapes.write_text(GRAPHS[name], "utf-8")
        reference: Result | None = None
        for engine in used:
            result = hopeless(engine, case, done, chosen) or run(
                engine, case, shapes, check, chosen
            )
            reference = result if engine.name == OURS else reference
            print(line(result, reference), flush=True)
            yield result


def hopeless(
    engine: Engine, case: tuple[graph.Data, str], done: list[Result], chosen: argparse.Namespace
) -> Result | None:
    """Why an engine is not started, as a result without runs; None if it is."""
    data, name = case
    earlier = [one for one in done if (one.engine, one.shapes) == (engine.name, name)]
    if engine.name == OURS or not earlier:
        return None
    last = earlier[-1]
    times = data.triples / last.data.triples
    if not last.runs:
        return Result(data, name, engine.name, (), "not run")
    seconds, megabytes = last.median("wall") * times, last.peak("tree") * times
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    if last.verdict.startswith("timeout") or seconds > 2 * chosen.timeout:
        return Result(data, name, engine.name, (), f"not run: expected {seconds:,.0f} s or more")
    if megabytes > there * SHARE:
        return Result(data, name, engine.name, (), f"not run: expected {megabytes / 1e3:.0f} GB")
    return None


def run(
    engine: Engine,
    case: tuple[graph.Data, str],
    shapes: Path,
    check: Comparison,
    chosen: argparse.Namespace,
) -> Result:
    """Run an engine so many times, or until it fails."""
    data, name = case
    out, log = shapes.with_name(f"{engine.name}.report"), shapes.with_name(f"{engine.name}.log")
    runs = []
    for _ in range(chosen.runs if engine.name == OURS else chosen.peer_runs):
        command = engine.command(data.file, shapes, out)
        runs.append(measured(command, shapes.parent, chosen.timeout, log))
        if runs[-1].timeout:
            verdict = f"timeout after {chosen.timeout:.0f} s"
            return Result(data, name, engine.name, tuple(runs), verdict)
        if runs[-1].code not in engine.fine or not out.exists():
            tail = " / ".join(log.read_text("utf-8", "replace").strip().splitlines()[-1:])
            verdict = f"failed ({runs[-1].code}): {tail[:150]}"
            return Result(data, name, engine.name, (), verdict)
        if engine.name != OURS and runs[-1].wall > SHORT:
            break
    verdict = check.verdict(engine.name, engine.read(out))
    return Result(data, name, engine.name, tuple(runs), verdict)


def warm(used: list[Engine], chosen: argparse.Namespace) -> None:
    """Let each engine run once, uncounted, so that Python has compiled its modules."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(chosen.cache / "compiled")
    with tempfile.TemporaryDirectory(dir=chosen.cache) as name:
        folder = Path(name)
        (folder / "shapes.ttl").write_text(GRAPHS["plain"], "utf-8")
        (folder / "data.nt").write_text("<urn:a> <urn:b> <urn:c> .\n", "utf-8")
        for engine in used:
            command = engine.command(folder / "data.nt", folder / "shapes.ttl", folder / "out")
            measured(command, folder, chosen.timeout, folder / "log")


def main() -> None:
    chosen = arguments()
    chosen.cache.mkdir(parents=True, exist_ok=True)
    used = list(used_engines(chosen))
    warm(used, chosen)
    done: list[Result] = []
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}")
    for members in map(int, chosen.organisations.split(",")):
        data = graph.data(folder_of(chosen.cache, graph, members), members, chosen.clusterkg)
        for name in chosen.shapes.split(","):
            done += on_case((data, name), used, done, chosen)
    print(f"\n{markdown(done, OURS)}")
    if chosen.json:
        facts = {
            "date": dt.datetime.now(dt.UTC).date().isoformat(),
            "machine": machine(),
            "command": sys.argv[1:],
            "engines": engines.PEERS,
            "results": [
                {**asdict(one), "data": one.data.name, "runs": [asdict(each) for each in one.runs]}
                for one in done
            ],
        }
        chosen.json.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    sys.exit(any(one.engine == OURS and not one.measured for one in done))


if __name__ == "__main__":
    main()
