"""How fast `clusterkg map` is beside Morph-KGC and SDM-RDFizer, and whether they agree.

Each engine runs as a process of its own, from start to end, and writes N-Triples (N-Quads where
there are named graphs). The triples of clusterkg must be the set that plain SQL makes of the
tables, and those of all engines the same set. Tables, mappings and the
other engines, in virtual environments of their own, are kept in the cache folder.

    python benchmarks/mapping.py                       a few minutes
    python benchmarks/mapping.py --suite all --scale 1,10,100 --organisations 100000,1000000
    python benchmarks/mapping.py --suite krown --no-peers

Ends with exit code 1 if clusterkg fails or makes other triples than it should.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mapping_suites import cluster, gtfs, krown, startup
from mapping_suites.case import Case, folder_of
from mapping_suites.compare import Digest, differing, digested
from mapping_suites.engines import PEERS, Engine, clusterkg, machine, versions
from mapping_suites.expected import expected, written
from mapping_suites.measure import Run, measured
from mapping_suites.report import Result, line, lowest, markdown, save

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SUITES = ("startup", "gtfs", "cluster", "krown")
OURS = "clusterkg"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=str(__doc__).splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--suite", default="startup,gtfs,cluster", help=f"of {', '.join(SUITES)}, or all")
    add("--scale", default="1", help="GTFS scales, as 1,10,100")
    add("--krown-scale", default="1", help="factors on the rows of KROWN")
    add(
        "--organisations",
        default="20000",
        help="sizes of the cluster suite: 100000,1000000,10000000",
    )
    add("--engines", default=f"{OURS},morph-kgc,sdm-rdfizer", help=f"of {OURS}, {', '.join(PEERS)}")
    add("--no-peers", action="store_true", help="clusterkg only")
    add("--only", default="", help="cases whose name has this in it")
    add("--runs", type=int, default=3, help="runs of clusterkg; the median counts")
    add("--peer-runs", type=int, default=1, help="runs of the other engines")
    add("--timeout", type=float, default=300, help="seconds an engine may take")
    add("--cache", type=Path, default=Path.home() / ".cache" / "clusterkg-bench")
    add("--gtfs", type=Path, default=ROOT.parent / "shared" / "bench" / "gtfs", help="the ten CSVs")
    add("--published-times", action="store_true", help="GTFS with its ill-typed durations")
    add("--clusterkg", default=str(Path(sys.executable).with_name("clusterkg")), help="the program")
    add("--json", type=Path, help="file for every run")
    return parser.parse_args()


def cases(chosen: argparse.Namespace) -> Iterator[Case]:
    suites = SUITES if chosen.suite == "all" else tuple(chosen.suite.split(","))
    if unknown := [suite for suite in suites if suite not in SUITES]:
        sys.exit(f"there is no suite {unknown[0]!r}; there are {', '.join(SUITES)} and all")
    makers = {
        "startup": startup_cases,
        "gtfs": gtfs_cases,
        "cluster": cluster_cases,
        "krown": krown_cases,
    }
    for suite in suites:
        yield from (case for case in makers[suite](chosen) if chosen.only in case.name)


def startup_cases(chosen: argparse.Namespace) -> Iterator[Case]:
    yield from startup.cases(folder_of(chosen.cache, krown, "startup"))


def gtfs_cases(chosen: argparse.Namespace) -> Iterator[Case]:
    if not chosen.gtfs.is_dir():
        print(f"no GTFS tables in {chosen.gtfs}: name their folder with --gtfs")
        return
    times = not chosen.published_times
    for scale in map(int, chosen.scale.split(",")):
        name = f"{scale}-durations" if times else f"{scale}-published"
        yield from gtfs.cases(chosen.gtfs, folder_of(chosen.cache, gtfs, name), scale, times=times)


def cluster_cases(chosen: argparse.Namespace) -> Iterator[Case]:
    for members in map(int, chosen.organisations.split(",")):
        yield from cluster.cases(folder_of(chosen.cache, cluster, members), members)


def krown_cases(chosen: argparse.Namespace) -> Iterator[Case]:
    for scale in map(float, chosen.krown_scale.split(",")):
        yield from krown.cases(folder_of(chosen.cache, krown, f"{scale:g}"), scale)


def engines(chosen: argparse.Namespace) -> Iterator[Engine]:
    names = [OURS] if chosen.no_peers else chosen.engines.split(",")
    for name in names:
        if name == OURS:
            yield clusterkg(chosen.clusterkg)
            continue
        if name not in PEERS:
            sys.exit(f"there is no engine {name!r}; there are {OURS}, {', '.join(PEERS)}")
        try:
            yield PEERS[name].installed(chosen.cache)
        except subprocess.CalledProcessError:
            print(f"{name} could not be installed and is left out")


class Comparison:
    """The triples of the engines on one case.

    The first engine's are compared with what plain SQL makes of the tables, the others' with
    the first engine's.
    """

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.folder = folder
        self.first: tuple[str, Path] | None = None
        self.digest: Digest | None = None

    def verdict(self, engine: str, output: Path) -> tuple[int, str]:
        """The number of triples, and whether they are the right ones."""
        if self.first is None:
            self.first = engine, output
            return self._alone(engine, output)
        name, first = self.first
        if self.digest is None:
            self.digest = digested(first)
        digest, said = digested(output), f"equal to {name}"
        if digest != self.digest:
            found = differing(first, output)
            if found.more == self.case.refused and not found.fewer:
                said = f"equal to {name} but for {found.more:,} ill-typed literals"
            elif found.faults:
                said = f"equal to {name} but for {found.more:,} terms with %2F or \\' (see README)"
            else:
                said = f"{found.fewer:,} fewer and {found.more:,} other triples than {name}"
                print("\n".join(found.examples))
        shutil.rmtree(output.parent)
        return digest.triples, said

    def _alone(self, engine: str, output: Path) -> tuple[int, str]:
        """Against what plain SQL makes; other engines spell terms in other ways: their number."""
        precise = engine == OURS and bool(self.case.tables) and not self.case.refused
        if precise:
            theirs = expected(self.case.tables, dict(self.case.prefixes), self.case.folder)
            ours = written(output)
            if ours == theirs and ours.lines == self.case.triples:
                return ours.lines, "equal to what is expected"
        self.digest = digested(output)
        found = self.digest.triples
        if found not in (self.case.triples, self.case.triples - self.case.refused):
            return found, "WRONG number"
        return found, "WRONG triples" if precise else "equal in number to what is expected"


def compared(case: Case, engine: Engine, runs: int, timeout: float, check: Comparison) -> Result:
    """Run an engine on a case so many times, or until it fails."""
    done: list[Run] = []
    output = check.folder / engine.name / engine.output.format(form=case.form)
    log = check.folder / f"{engine.name}.log"
    for _ in range(runs):
        shutil.rmtree(output.parent, ignore_errors=True)
        output.parent.mkdir()
        command = engine.prepare(engine.program, case, output.parent)
        done.append(measured(command, case.folder, timeout, log))
        if done[-1].timeout:
            return Result(case, engine.name, tuple(done), 0, f"timeout after {timeout:.0f} s")
        if done[-1].code not in engine.fine or not output.exists():
            tail = " / ".join(log.read_text("utf-8", "replace").strip().splitlines()[-1:])
            verdict = f"failed ({done[-1].code}): {tail[:150]}"
            return Result(case, engine.name, (), 0, verdict)
    triples, verdict = check.verdict(engine.name, output)
    return Result(case, engine.name, tuple(done), triples, verdict)


def warm(cache: Path, used: list[Engine], timeout: float) -> None:
    """Let each engine run once, uncounted, so that Python has compiled its modules.

    The compiled modules are kept in the cache folder, whatever the environment says.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(cache / "compiled")
    (case,) = startup.cases(folder_of(cache, krown, "startup"))
    with tempfile.TemporaryDirectory(dir=cache) as name:
        for engine in used:
            folder = Path(name) / engine.name
            folder.mkdir()
            command = engine.prepare(engine.program, case, folder)
            measured(command, case.folder, timeout, folder / "log")


def runs_of(case: Case, engine: Engine, chosen: argparse.Namespace) -> int:
    most = chosen.runs if engine.name == OURS else chosen.peer_runs
    return 10 if case.suite == "start-up" else int(most)


def on_case(case: Case, used: list[Engine], chosen: argparse.Namespace) -> Iterator[Result]:
    """The results of all engines on one case, the careful form of an engine where it fails."""
    reference: Result | None = None
    waiting = list(used)
    with tempfile.TemporaryDirectory(dir=chosen.cache) as name:
        check = Comparison(case, Path(name))
        while waiting:
            engine = waiting.pop(0)
            result = compared(case, engine, runs_of(case, engine, chosen), chosen.timeout, check)
            reference = result if engine.name == OURS else reference
            print(line(result, reference), flush=True)
            yield result
            if engine.careful and not result.runs:
                waiting.insert(0, engine.careful)


def main() -> None:
    chosen = arguments()
    used = list(engines(chosen))
    warm(chosen.cache, used, chosen.timeout)
    facts: dict[str, object] = {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": machine(),
        "command": sys.argv[1:],
        "engines": {engine.name: versions(engine) for engine in used},
    }
    results: list[Result] = []
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}")
    for case in cases(chosen):
        results += on_case(case, used, chosen)
        if chosen.json:
            save(chosen.json, results, facts)
    print(f"\n{markdown(results, OURS)}\n")
    print("\n".join(lowest(results, OURS)))
    sys.exit(any(result.engine == OURS and not result.fine for result in results))


if __name__ == "__main__":
    main()
