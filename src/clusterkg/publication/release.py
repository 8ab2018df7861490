"""The release folder and its store, replaced whole or not at all.

A release is made in a folder beside ``build/release/`` and takes its place by two renames: the
old one steps aside, the new one steps in. Whoever was killed between the two leaves both
complete; :func:`repair` finishes the step. Each release has a store of its own in
``build/store/``, loaded before the renames, so the manifest never names one that is not there.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ClusterkgError, PublicationError
from clusterkg.graph.store import is_store
from clusterkg.publication.lock import building
from clusterkg.publication.manifest import is_intact, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusterkg.project import Project
    from clusterkg.publication.manifest import Manifest

__all__ = [
    "Staging",
    "clean_up",
    "place",
    "released",
    "repair",
    "replace_folder",
    "staging",
    "store_name",
    "store_of",
    "sync_folder",
]

_STAGED: Final = ".release.staged"
_ASIDE: Final = ".release.aside"
_WORK: Final = ".work"
_PART: Final = ".part"


@dataclass(frozen=True)
class Staging:
    """Where a release is being made: the folder that becomes it, and one for scratch files."""

    release: Path
    work: Path


@contextmanager
def staging(project: Project) -> Iterator[Staging]:
    """Empty folders for a new release; what has not been placed in the end is gone.

    A full disk, or one that cannot be written, becomes a PublicationError. The caller holds the
    lock of the build folder.
    """
    # here alone: the service imports this module to repair, not to make
    from clusterkg.engines import duckdb

    made = Staging(project.build / _STAGED, project.build / _WORK)
    try:
        for folder in (made.release, made.work):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        yield made
    except (OSError, ClusterkgError, duckdb.Error) as error:
        explained = _explained(error, project)
        if explained is error:
            raise
        raise explained from error
    finally:
        shutil.rmtree(made.release, ignore_errors=True)
        shutil.rmtree(made.work, ignore_errors=True)
        _drop_parts(project)


def _explained(error: Exception, project: Project) -> Exception:
    from clusterkg.engines.duckdb import out_of_room

    # DuckDB and RocksDB report a full disk in words only
    full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)
    if full:
        return PublicationError(
            "the disk is full",
            at=str(project.build),
            hint="Make room and build again; the last release has not been touched.",
        )
    told = out_of_room(error)
    if told is not None:
        what, hint = told
        return PublicationError(what, at=str(project.build), hint=hint)
    if not isinstance(error, OSError):
        return error
    return PublicationError(
        f"the release cannot be written: {error.strerror or error}",
        at=str(error.filename or project.build),
        hint="Check that you may write there; the last release has not been touched.",
    )


def store_name(release_id: str) -> str:
    """The name of a release's store below ``build/store/``."""
    return release_id[:16]


def store_of(project: Project, manifest: Manifest) -> Path:
    """The folder of the store that a manifest names."""
    return project.build / manifest.store


def released(project: Project) -> Manifest:
    """The manifest of the release that is in place; PublicationError if there is none."""
    manifest = read_manifest(project.release)
    if manifest is None or not is_store(store_of(project, manifest)):
        raise PublicationError(
            "there is no release yet" if manifest is None else "the release has lost its store",
            at=str(project.release),
            hint="Make one with: clusterkg build",
        )
    return manifest


def place(project: Project, staged: Path) -> None:
    """Put a sealed, staged release in the place of the old one; the caller holds the lock."""
    sync_folder(staged)
    before = read_manifest(project.release)
    after = read_manifest(staged)
    aside = project.build / _ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    if project.release.exists():
        project.release.rename(aside)
    try:
        staged.rename(project.release)
    except OSError:
        if aside.exists():
            aside.rename(project.release)
        raise
    _sync(project.build)
    shutil.rmtree(aside, ignore_errors=True)
    _prune(project, [manifest for manifest in (before, after) if manifest is not None])


def repair(project: Project) -> bool:
    """Finish what a killed build left between the two renames; returns whether it had to.

    Does nothing while a build is at work. For those who only read, such as the service.
    """
    if project.release.is_dir() or not project.build.is_dir():
        return False
    try:
        with building(project.build):
            return clean_up(project)
    except PublicationError:
        return False


def clean_up(project: Project) -> bool:
    """Like :func:`repair` for whoever holds the lock; also sweeps up what a killed build left."""
    staged, aside = project.build / _STAGED, project.build / _ASIDE
    moved = False
    if not project.release.is_dir():
        manifest = read_manifest(staged)
        if is_intact(staged) and manifest and is_store(store_of(project, manifest)):
            staged.rename(project.release)
            moved = True
        elif aside.is_dir():
            aside.rename(project.release)
            moved = True
        _sync(project.build)
    for folder in (staged, aside, project.build / _WORK):
        shutil.rmtree(folder, ignore_errors=True)
    _drop_parts(project)
    return moved


def replace_folder(staged: Path, target: Path) -> None:
    """Put ``staged`` in the place of ``target``, which may be there already."""
    sync_folder(staged)
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    staged.rename(target)
    _sync(target.parent)


def sync_folder(folder: Path) -> None:
    """Force all files of a folder, and the folders themselves, to the disk."""
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prune(project: Project, keep: list[Manifest]) -> None:
    """Drop the stores that neither the new release nor the one before it uses.

    The one before stays: a service may still be answering from it.
    """
    names = {store_of(project, manifest).name for manifest in keep}
    for folder in sorted(project.stores.iterdir()):
        if folder.name not in names:
            shutil.rmtree(folder, ignore_errors=True)


def _drop_parts(project: Project) -> None:
    if project.stores.is_dir():
        for folder in sorted(project.stores.glob(f"*{_PART}")):
            shutil.rmtree(folder, ignore_errors=True)
