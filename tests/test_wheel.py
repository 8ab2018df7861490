"""The installed wheel does in an empty folder what the checkout does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "import sys; sys.argv[0] = 'clusterkg'; from clusterkg.cli import main; main()"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds nothing but the unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    return site


@pytest.fixture(scope="session")
def region(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that ``clusterkg init`` wrote and ``clusterkg build`` built."""
    folder = tmp_path_factory.mktemp("empty")
    made = run(site, folder, "init", "my-region")
    assert made.returncode == 0, made.stderr
    built = run(site, folder / "my-region", "build")
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / "my-region"


def run(site: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *words],
        cwd=folder,
        env=environment(site),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def environment(site: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(site)}


def test_the_wheel_is_what_runs(site: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import clusterkg; print(clusterkg.__file__)"],
        cwd=tmp_path,
        env=environment(site),
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(site)
    for part in ("ontology", "shapes", "queries"):
        assert any((site / "clusterkg" / "resources" / part).rglob("*.*")), part


def test_the_template_has_no_violations(site: Path, region: Path) -> None:
    done = run(site, region, "validate")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_template_can_be_asked(site: Path, region: Path) -> None:
    (region / "q.rq").write_text(
        "PREFIX clk: <https://w3id.org/clusterkg/ontology#>\n"
        "SELECT (COUNT(*) AS ?n) WHERE { ?c a clk:Cluster }",
        encoding="utf-8",
    )
    done = run(site, region, "query", "q.rq", "--format", "csv")
    assert done.stdout.split() == ["n", "2"]


def test_a_mapping_runs_on_its_own(site: Path, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name\n1,Ada\n", encoding="utf-8")
    (tmp_path / "people.yarrrml.yml").write_text(
        "prefixes:\n  ex: http://example.org/\nmappings:\n  person:\n"
        "    sources: [[people.csv~csv]]\n    s: http://example.org/$(id)\n"
        "    po:\n      - [ex:name, $(name)]\n",
        encoding="utf-8",
    )
    done = run(site, tmp_path, "map", "people.yarrrml.yml", "--format", "nt")
    assert done.returncode == 0, done.stderr
    assert done.stdout == '<http://example.org/1> <http://example.org/name> "Ada" .\n'


def test_the_template_is_served(site: Path, region: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "serve", "--port", str(port)],
        cwd=region,
        env=environment(site),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = answer(f"http://127.0.0.1:{port}/")
        assert "<h1" in page
        assert "Musterregion" in page
        assert ">Cluster und Netzwerke</h2>" in page
    finally:
        served.terminate()
        assert served.wait(timeout=20) in (0, -15)


def answer(address: str) -> str:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")
