"""The engines: how each is installed, called, and where it leaves its triples."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mapping_suites.case import Case

Prepare = Callable[[str, Case, Path], list[str]]


@dataclass(frozen=True)
class Engine:
    """`prepare` writes settings to a folder and returns the command; `output` is a file there.

    `careful` is the same engine in one process, tried where several fail.
    """

    name: str
    program: str
    prepare: Prepare
    output: str
    fine: frozenset[int] = frozenset({0})
    careful: Engine | None = None


@dataclass(frozen=True)
class Peer:
    """An engine from the package index, in a virtual environment of its own.

    `unused` names modules that the engine imports although tables in files do not need them, and
    that want more of the system than Python: an empty module stands in for each.
    """

    name: str
    package: str
    prepare: Prepare
    output: str
    unused: tuple[str, ...] = ()
    careful: Prepare | None = None

    def installed(self, cache: Path) -> Engine:
        """The engine; it is installed when used for the first time."""
        folder = cache / "engines" / self.package.replace("==", "-")
        python = folder / "bin" / "python"
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            pip = [str(python), "-m", "pip", "-qq", "--disable-pip-version-check"]
            subprocess.run([*pip, "install", self.package], check=True)
            (packages,) = folder.glob("lib/python*/site-packages")
            for name in self.unused:
                subprocess.run([*pip, "uninstall", "--yes", name], check=True)
                (packages / f"{name}.py").touch()
            (folder / "complete").touch()
        careful = None
        if self.careful:
            careful = Engine(f"{self.name}, 1 process", str(python), self.careful, self.output)
        return Engine(self.name, str(python), self.prepare, self.output, careful=careful)


def clusterkg(program: str) -> Engine:
    """The program under test; it ends with 1 when it reports findings."""
    return Engine("clusterkg", program, clusterkg_call, "out.{form}", frozenset({0, 1}))


def clusterkg_call(program: str, case: Case, out: Path) -> list[str]:
    target = out / f"out.{case.form}"
    return [program, "map", str(case.mapping), "-o", str(target), "--format", case.form]


def morph_kgc_call(program: str, case: Case, out: Path) -> list[str]:
    """With its own settings: twice as many processes as there are processors."""
    return morph_kgc(program, case, out, "")


def morph_kgc_single_call(program: str, case: Case, out: Path) -> list[str]:
    return morph_kgc(program, case, out, "number_of_processes = 1\n")


def morph_kgc(program: str, case: Case, out: Path, more: str) -> list[str]:
    settings = out / "morph-kgc.ini"
    syntax = "N-QUADS" if case.graphs else "N-TRIPLES"
    settings.write_text(
        f"[CONFIGURATION]\noutput_file = {out}/out.{case.form}\noutput_format = {syntax}\n{more}"
        f"[tables]\nmappings = {case.mapping}\n",
        "utf-8",
    )
    return [program, "-m", "morph_kgc", str(settings)]


def sdm_rdfizer_call(program: str, case: Case, out: Path) -> list[str]:
    """N-Triples are quads where the mapping names a graph; with `enrichment` 0001 is read as 1."""
    settings = out / "sdm-rdfizer.ini"
    settings.write_text(
        f"[default]\nmain_directory: {case.folder}\n"
        f"[datasets]\nnumber_of_datasets: 1\noutput_folder: {out}\nall_in_one_file: yes\n"
        "remove_duplicate: yes\nenrichment: no\nordered: yes\nlarge_file: false\n"
        "name: out\noutput_format: n-triples\n"
        f"[dataset1]\nname: out\nmapping: {case.mapping}\n",
        "utf-8",
    )
    return [program, "-m", "rdfizer", "-c", str(settings)]


PEERS = {
    peer.name: peer
    for peer in (
        Peer(
            "morph-kgc",
            "morph-kgc==2.10.0",
            morph_kgc_call,
            "out.{form}",
            careful=morph_kgc_single_call,
        ),
        Peer("sdm-rdfizer", "rdfizer==4.7.5.15.4.1", sdm_rdfizer_call, "out.nt", ("pyodbc",)),
    )
}


def versions(engine: Engine) -> list[str]:
    """What is installed beside the engine, as pip names it."""
    python = Path(engine.program).with_name("python")
    if not python.exists():
        return []
    words = [str(python), "-m", "pip", "freeze", "--exclude-editable"]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    return said.stdout.split("\n")[:-1]


def machine() -> str:
    """The machine in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    model = "unknown processor"
    information = Path("/proc/cpuinfo")
    for line in information.read_text().splitlines() if information.exists() else ():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            model = value.strip()
    return (
        f"{os.cpu_count()} processors ({model}), {memory:.0f} GB, Linux {os.uname().release}, "
        f"Python {sys.version.split()[0]}"
    )
