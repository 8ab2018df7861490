"""Everything a release depends on → one checksum: equal inputs need no second build."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import clusterkg
from clusterkg.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.project import Project

__all__ = ["fingerprint", "mapping_programme", "validation_programme"]

_PARTS: Final = ("ontology", "shapes")
_STATIONS: Final = ("engines", "graph", "mapping", "publication", "sources", "validation")
"""The parts of the programme that a release goes through; the service is none of them."""

_MAPPING: Final = ("engines", "mapping", "sources")
"""Those that make quads and findings of tables."""

_VALIDATION: Final = ("engines", "graph", "mapping", "validation")
"""Those that make results of quads; the primitives of the mapping's terms are among them."""

_LIBRARIES: Final = (
    "duckdb",
    "pyoxigraph",
    "pyshacl",
    "python-calamine",
    "rdflib",
    "sqlglot",
    "yatter",
)


def fingerprint(project: Project) -> str:
    """SHA-256 over settings, data, ontology, shapes, this programme and its libraries.

    Files count by their path within their folder and their content, not by their dates.
    """
    digest = hashlib.sha256()
    _say(digest, "settings", repr(sorted(asdict(project.settings).items())))
    _programme(digest, _STATIONS)
    rendering = Path(clusterkg.__file__).parent / "validation" / "rendering"
    _files(digest, "rendering", rendering, rendering.iterdir())
    _files(digest, "data", project.data, project.data.rglob("*"))
    for name in _PARTS:
        for within, file in project.files(name, "*.ttl").items():
            _file(digest, f"{name}/{within}", file)
    return digest.hexdigest()


def mapping_programme() -> str:
    """SHA-256 over the parts of this programme, and its libraries, that make quads of tables."""
    digest = hashlib.sha256()
    _programme(digest, _MAPPING)
    return digest.hexdigest()


def validation_programme() -> str:
    """SHA-256 over the parts of this programme, and its libraries, that judge quads by shapes."""
    digest = hashlib.sha256()
    _programme(digest, _VALIDATION)
    return digest.hexdigest()


def _programme(digest: hashlib._Hash, stations: Iterable[str]) -> None:
    from importlib.metadata import version

    for library in _LIBRARIES:
        _say(digest, library, version(library))
    programme = Path(clusterkg.__file__).parent
    for station in ("", *stations):
        folder = programme / station
        _files(digest, f"programme/{station}", folder, folder.glob("*.py"))


def _files(digest: hashlib._Hash, kind: str, folder: Path, files: Iterable[Path]) -> None:
    for file in sorted(files):
        if not file.is_file() or file.name.startswith("."):
            continue
        _file(digest, f"{kind}/{file.relative_to(folder).as_posix()}", file)


def _file(digest: hashlib._Hash, name: str, file: Path) -> None:
    try:
        with file.open("rb") as content:
            checksum = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise SettingsError(
            f"cannot be read: {error.strerror}",
            at=str(file),
            hint="Check that you may read it, or take it out of the folder.",
        ) from error
    _say(digest, name, checksum)


def _say(digest: hashlib._Hash, name: str, value: str) -> None:
    digest.update(f"{name}\0{value}\0".encode())
