"""manifest.json: what a release is, made from what, with the checksum of every file.

The manifest is also the pointer to the release's store: whoever reads it sees one release, the
old one or the new one, never a mixture.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from clusterkg.errors import PublicationError
from clusterkg.publication.content import FileStamp, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "MANIFEST",
    "SUMS",
    "Manifest",
    "SourceCount",
    "folder_checksum",
    "is_intact",
    "read_manifest",
    "seal",
]

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True)
class SourceCount:
    """What one source gave: records, triples in its graph, findings per severity word.

    ``left_out`` are the records that are in quarantine; they are not among ``rows``.
    """

    rows: int
    triples: int
    findings: Mapping[str, int]
    retrieved: str
    version: str | None
    licence: str
    left_out: int = 0


@dataclass(frozen=True)
class Manifest:
    """The content of ``manifest.json``.

    ``id`` is the SHA-256 of the sorted N-Quads of all graphs that the store holds, ``store`` its
    folder below the build folder, ``inputs`` the fingerprint of everything it was made from.
    ``findings`` counts per severity word; ``graphs`` the quads per graph, by its IRI;
    ``quarantine`` is the checksum of the folder with the records that are left out, empty if none
    are.
    """

    id: str
    version: str
    base_iri: str
    title: Mapping[str, str]
    licence: str
    software: str
    inputs: str
    store: str
    quads: int
    graphs: Mapping[str, int]
    sources: Mapping[str, SourceCount]
    findings: Mapping[str, int]
    quarantine: str = ""
    files: tuple[FileStamp, ...] = ()

    def text(self) -> str:
        """The JSON document, keys sorted."""
        said: dict[str, Any] = asdict(self)
        said["files"] = {f.name: {"bytes": f.bytes, "sha256": f.sha256} for f in self.files}
        return json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a release folder; None if there is none or it is no manifest of ours."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        said["files"] = tuple(
            FileStamp(name, entry["bytes"], entry["sha256"])
            for name, entry in sorted(said["files"].items())
        )
        said["sources"] = {key: SourceCount(**entry) for key, entry in said["sources"].items()}
        return Manifest(**said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Write ``manifest.json`` over all files of ``folder``, then ``SHA256SUMS`` over all of these.

    Raises PublicationError if the folder is sealed already.
    """
    if (folder / MANIFEST).exists():
        raise PublicationError("the release is sealed already", at=str(folder))
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    files = tuple(stamp(folder / name, name) for name in names)
    sealed = Manifest(**{**_fields(manifest), "files": files})
    (folder / MANIFEST).write_text(sealed.text(), encoding="utf-8")
    sums = sorted((*files, stamp(folder / MANIFEST, MANIFEST)), key=lambda file: file.name)
    (folder / SUMS).write_text(
        "".join(f"{file.sha256}  {file.name}\n" for file in sums), encoding="utf-8"
    )
    return sealed


def _fields(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in manifest.__dataclass_fields__}


def is_intact(folder: Path) -> bool:
    """Whether every file that the manifest and ``SHA256SUMS`` name is there, unchanged."""
    manifest = read_manifest(folder)
    if manifest is None:
        return False
    try:
        sums = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        said = {name: digest for digest, _, name in (line.partition("  ") for line in sums)}
        own = stamp(folder / MANIFEST, MANIFEST)
        if said != {file.name: file.sha256 for file in (*manifest.files, own)}:
            return False
        return all(stamp(folder / file.name, file.name) == file for file in manifest.files)
    except (OSError, UnicodeDecodeError):
        return False


def folder_checksum(folder: Path) -> str:
    """SHA-256 over the files of a folder and their names; empty if there is no such folder."""
    if not folder.is_dir():
        return ""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
