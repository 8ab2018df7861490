"""The release folder is replaced whole or not at all, and its state is always known."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clusterkg.errors import GraphError, PublicationError
from clusterkg.graph.store import is_store
from clusterkg.project import Project, Settings
from clusterkg.publication.content import FileStamp
from clusterkg.publication.lock import building
from clusterkg.publication.manifest import (
    Manifest,
    SourceCount,
    is_intact,
    read_manifest,
    seal,
)
from clusterkg.publication.release import clean_up, place, released, repair, staging


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, Settings())


def manifest(name: str) -> Manifest:
    return Manifest(
        id=name * 64,
        version="2026-01-01",
        base_iri="https://e/",
        title={"de": "ü"},
        licence="http://l",
        software="1",
        inputs="i",
        store=f"store/{name}",
        quads=1,
        graphs={"https://e/graph/a": 1},
        sources={"a": SourceCount(1, 1, {"info": 2}, "2026-01-01", None, "http://l")},
        findings={"info": 2},
    )


def fill(folder: Path, name: str) -> None:
    (folder / "dumps").mkdir(parents=True)
    (folder / "dumps" / "a.nq").write_text(name)
    seal(folder, manifest(name))


def make_store(project: Project, name: str) -> None:
    (project.stores / name).mkdir(parents=True)
    (project.stores / name / "CURRENT").write_text("x")


def publish(project: Project, name: str) -> None:
    make_store(project, name)
    with staging(project) as folders:
        fill(folders.release, name)
        place(project, folders.release)


def served(project: Project) -> str:
    assert is_intact(project.release)
    return released(project).id[0]


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    fill(tmp_path, "a")
    read = read_manifest(tmp_path)
    assert read is not None
    assert read.sources == manifest("a").sources
    assert read.title == {"de": "ü"}
    assert [file.name for file in read.files] == ["dumps/a.nq"]
    assert json.loads((tmp_path / "manifest.json").read_text())["files"]["dumps/a.nq"]["bytes"] == 1


def test_sums_can_be_checked_with_the_usual_tool(tmp_path: Path) -> None:
    fill(tmp_path, "a")
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(done.stdout.split()) == ["OK", "OK", "dumps/a.nq:", "manifest.json:"]


def test_a_sealed_release_is_not_sealed_again(tmp_path: Path) -> None:
    fill(tmp_path, "a")
    with pytest.raises(PublicationError, match="sealed already"):
        seal(tmp_path, manifest("b"))


@pytest.mark.parametrize("name", ["dumps/a.nq", "manifest.json", "SHA256SUMS"])
def test_a_release_is_intact_only_as_it_was_written(tmp_path: Path, name: str) -> None:
    fill(tmp_path, "a")
    assert is_intact(tmp_path)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[:-1] + b"!")
    assert not is_intact(tmp_path)
    (tmp_path / name).unlink()
    assert not is_intact(tmp_path)
    (tmp_path / name).write_bytes(content)
    assert is_intact(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 1}', '{"files": {}, "sources": {}}'])
def test_what_is_no_manifest_is_none(tmp_path: Path, text: str) -> None:
    assert read_manifest(tmp_path) is None
    (tmp_path / "manifest.json").write_text(text)
    assert read_manifest(tmp_path) is None


def test_without_a_release_the_way_to_one_is_named(project: Project) -> None:
    with pytest.raises(PublicationError, match=r"there is no release yet\n.*clusterkg build"):
        released(project)
    publish(project, "a")
    assert released(project).id == "a" * 64
    shutil.rmtree(project.stores / "a")
    with pytest.raises(PublicationError, match="lost its store"):
        released(project)


def test_a_new_release_takes_the_place_of_the_old_one(project: Project) -> None:
    publish(project, "a")
    assert served(project) == "a"
    publish(project, "b")
    assert served(project) == "b"
    hidden = [path.name for path in project.build.iterdir() if path.name.startswith(".")]
    assert hidden == []


def test_the_store_of_the_release_before_stays_older_ones_go(project: Project) -> None:
    for name in "abc":
        publish(project, name)
    assert sorted(path.name for path in project.stores.iterdir()) == ["b", "c"]


def test_a_release_killed_before_the_renames_leaves_the_old_one(project: Project) -> None:
    publish(project, "a")
    make_store(project, "b")
    fill(project.build / ".release.staged", "b")
    (project.stores / "c.part").mkdir()
    assert not clean_up(project)
    assert served(project) == "a"
    assert not list(project.build.glob(".release*"))
    assert not list(project.stores.glob("*.part"))


def test_a_release_killed_between_the_renames_is_finished(project: Project) -> None:
    publish(project, "a")
    make_store(project, "b")
    fill(project.build / ".release.staged", "b")
    project.release.rename(project.build / ".release.aside")
    assert repair(project)
    assert served(project) == "b"


@pytest.mark.parametrize("damage", ["file", "store"])
def test_what_is_not_whole_gives_way_to_the_old_one(project: Project, damage: str) -> None:
    publish(project, "a")
    make_store(project, "b")
    fill(project.build / ".release.staged", "b")
    if damage == "file":
        (project.build / ".release.staged" / "dumps" / "a.nq").write_text("half")
    else:
        shutil.rmtree(project.stores / "b")
    project.release.rename(project.build / ".release.aside")
    assert repair(project)
    assert served(project) == "a"


def test_nothing_is_repaired_where_nothing_is_broken(project: Project) -> None:
    assert not repair(project)
    assert not project.build.exists()
    publish(project, "a")
    assert not repair(project)


def test_a_reader_repairs_nothing_while_a_build_is_at_work(project: Project) -> None:
    publish(project, "a")
    project.release.rename(project.build / ".release.aside")
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from clusterkg.publication.lock import building\n"
        "with building(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(project.build)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert not repair(project)
        with (
            pytest.raises(PublicationError, match=rf"another build .*process {other.pid}\)"),
            building(project.build),
        ):
            pass
        other.kill()
    # the lock has ended with its process
    assert repair(project)
    assert served(project) == "a"


def test_a_rename_that_fails_brings_the_old_release_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(project, "a")
    rename = Path.rename

    def broken(self: Path, target: Path) -> Path:
        if self.name == ".release.staged":
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(PublicationError, match=r"cannot be written: Input/output error"):
        publish(project, "b")
    assert served(project) == "a"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        # RocksDB and DuckDB tell it in words
        OSError("IO error: No space left on device: While appending to file"),
        GraphError("cannot be written: IO Error: No space left on device"),
    ],
)
def test_a_full_disk_leaves_the_last_release(project: Project, error: Exception) -> None:
    publish(project, "a")

    def fails() -> None:
        with staging(project) as folders:
            (folders.release / "half").write_text("half")
            raise error

    with pytest.raises(PublicationError, match=r"the disk is full\n.*Make room and build again"):
        fails()
    assert served(project) == "a"
    assert not list(project.build.glob(".*"))


def test_other_errors_pass_unchanged(project: Project) -> None:
    with pytest.raises(GraphError, match=r"^no graph$"), staging(project):
        raise GraphError("no graph")
    with pytest.raises(KeyboardInterrupt), staging(project) as folders:
        raise KeyboardInterrupt
    assert not folders.release.exists()


def test_a_folder_that_is_none_is_an_error(project: Project) -> None:
    project.build.write_text("a file")
    with (
        pytest.raises(PublicationError, match=r"the build folder cannot be written"),
        building(project.build),
    ):
        pass


def test_stamps_are_compared_as_values() -> None:
    assert FileStamp("a", 1, "x") == FileStamp("a", 1, "x")
    assert not is_store(Path("/nowhere"))
