"""The pointer to the released store → the Site of now; a new release is seen within a second.

``build/release/manifest.json`` is the pointer: publication replaces the release folder as a whole.
A request keeps the Site it began with, and with it the old store, until it ends.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clusterkg import __version__
from clusterkg.errors import ServiceError
from clusterkg.publication.manifest import MANIFEST
from clusterkg.publication.release import repair
from clusterkg.service.backend import EndpointBackend, OxigraphBackend
from clusterkg.service.problems import Problem
from clusterkg.service.site import Limits, Release, Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.project import Project

__all__ = ["Releases", "store_folder"]

_LOG = logging.getLogger(__name__)
_EVERY = 1.0
"""Seconds between two looks at the pointer."""

Stamp = tuple[int, int, int]


class Releases:
    """Knows the Site of now. ``endpoint`` replaces the store; the release folder is then optional.

    ``answer`` runs a visitor's query on a store for :attr:`Site.answer`.
    """

    def __init__(
        self,
        project: Project,
        *,
        limits: Limits | None = None,
        endpoint: str | None = None,
        answer: Callable[[Path | None, str], tuple[bytes, bool]] | None = None,
    ) -> None:
        self._project = project
        self._answer = answer
        self._limits = limits or Limits()
        self._endpoint = endpoint
        self._code = code_fingerprint()
        self._lock = threading.Lock()
        self._looked = -_EVERY
        self._stamp: Stamp | None = None
        self._site: Site | None = None
        if endpoint is None:
            # a build that was killed at its very end has left a whole release under another name
            repair(project)

    def site(self) -> Site:
        """The Site of now; raises Problem 503 if there is no release yet."""
        with self._lock:
            if time.monotonic() - self._looked >= _EVERY:
                self._look()
                self._looked = time.monotonic()
            if self._site is None:
                raise Problem(
                    503,
                    "no release has been built yet",
                    hint="Build one with: clusterkg build. This service then shows it by itself.",
                    headers={"Retry-After": "30"},
                )
            return self._site

    def _look(self) -> None:
        """Take over a changed pointer; a release that cannot be read leaves the last one served."""
        manifest = self._project.release / MANIFEST
        try:
            status = manifest.stat()
        except OSError:
            if self._endpoint is None:
                repair(self._project)  # a build that was killed; seen at the next look
            elif self._site is None:
                self._site = self._made(Release("endpoint", "", None), None)
            return
        stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
        if stamp == self._stamp:
            return
        try:
            said = json.loads(manifest.read_text(encoding="utf-8"))
            release = _release(said, manifest, status.st_mtime)
            if self._site is None or self._site.release != release:
                store = None if self._endpoint else store_folder(self._project, said)
                self._site = self._made(release, store)
                _LOG.info("serving release %s", release.id)
            self._stamp = stamp
        except (ServiceError, ValueError, OSError) as error:
            # Being replaced just now, or damaged: look again, serve what there was.
            _LOG.warning("the release cannot be used: %s", error)

    def _made(self, release: Release, store: Path | None) -> Site:
        settings = self._project.settings
        backend: OxigraphBackend | EndpointBackend
        if self._endpoint:
            backend = EndpointBackend(self._endpoint, base_iri=settings.base_iri)
        elif store is not None:
            backend = OxigraphBackend(store, base_iri=settings.base_iri)
        else:
            raise ServiceError("the release names no store", hint="Run: clusterkg build --force")
        return Site(
            settings=settings,
            backend=backend,
            release=release,
            languages=settings.languages,
            queries=self._project.examples.parent,
            more_queries=self._project.folders("queries"),
            limits=self._limits,
            code=self._code,
            store=store,
            answer=partial(self._answer, store) if self._answer else None,
        )


def store_folder(project: Project, manifest: dict[str, Any]) -> Path:
    """The store that ``manifest.json`` names, relative to the build folder."""
    name = str(manifest.get("store", ""))
    for folder in (project.build / name, project.stores / name):
        if name and folder.is_dir():
            return folder
    raise ServiceError(f"the release names the store '{name}', which is not there")


def _release(said: object, manifest: Path, placed: float) -> Release:
    if not isinstance(said, dict) or not said.get("id"):
        raise ServiceError("the manifest has no 'id'", at=str(manifest))
    return Release(
        id=str(said["id"]),
        version=str(said.get("version", "")),
        folder=manifest.parent,
        manifest=said,
        placed=placed,
    )


def code_fingerprint() -> str:
    """Changes whenever the programme, a template or a text of the service changes."""
    folder = Path(__file__).parent
    digest = hashlib.sha256(__version__.encode())
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            status = file.stat()
            digest.update(
                f"{file.relative_to(folder)} {status.st_size} {status.st_mtime_ns}".encode()
            )
    return digest.hexdigest()[:12]
