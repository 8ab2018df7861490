"""A compressed file (gzip, zip, tar.gz, tar.xz) → the one file that is in it."""

from __future__ import annotations

import gzip
import lzma
import shutil
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from clusterkg.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["compression_of", "inner_name", "unpack"]

_SUFFIXES = {
    ".tar.gz": "targz",
    ".tgz": "targz",
    ".tar.xz": "tarxz",
    ".txz": "tarxz",
    ".gz": "gzip",
    ".zip": "zip",
}
_WORDS = {"gzip": "gzip", "zip": "zip", "targz": "tar.gz", "tarxz": "tar.xz"}
_CHUNK = 1 << 20
_BESIDE = ("__MACOSX", ".")


def compression_of(path: Path) -> str:
    """How a file is compressed, as its suffix says: none, gzip, zip, targz or tarxz."""
    name = path.name.lower()
    return next((word for suffix, word in _SUFFIXES.items() if name.endswith(suffix)), "none")


def inner_name(path: Path) -> str:
    """The name without the suffix of its compression: ``people.csv`` for ``people.csv.gz``."""
    name = path.name
    suffix = next((one for one in _SUFFIXES if name.lower().endswith(one)), "")
    return name[: len(name) - len(suffix)] or name


def unpack(path: Path, compression: str, target: Path, at: str) -> str:
    """Write what is in ``path`` to ``target``; returns the name it has inside.

    Raises SourceError for a file that is not compressed so, and for an archive that does not
    hold exactly one file.
    """
    try:
        with _opened(path, compression, at) as (name, packed), target.open("wb") as plain:
            shutil.copyfileobj(packed, plain, _CHUNK)
    except (
        gzip.BadGzipFile,
        zipfile.BadZipFile,
        tarfile.TarError,
        lzma.LZMAError,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise SourceError(
            f"cannot be unpacked as {_WORDS[compression]}: {error}",
            at=at,
            hint="Check how the file is compressed, and that it arrived whole.",
        ) from error
    return name


@contextmanager
def _opened(path: Path, compression: str, at: str) -> Iterator[tuple[str, IO[bytes]]]:
    if compression == "gzip":
        with gzip.open(path) as packed:
            yield inner_name(path), packed  # type: ignore[misc]
    elif compression == "zip":
        with zipfile.ZipFile(path) as archive:
            names = [one.filename for one in archive.infolist() if not one.is_dir()]
            name = _only(names, at)
            with archive.open(name) as packed:
                yield name, packed
    else:
        with tarfile.open(path, "r:gz" if compression == "targz" else "r:xz") as archive:
            name = _only([one.name for one in archive.getmembers() if one.isfile()], at)
            packed_file = archive.extractfile(name)
            if packed_file is None:
                raise tarfile.ReadError(f"'{name}' is no file")
            with packed_file:
                yield name, packed_file


def _only(names: list[str], at: str) -> str:
    """The one file of an archive, those aside that only some systems see."""
    seen = [name for name in names if not PurePosixPath(name).parts[0].startswith(_BESIDE)]
    seen = seen or names
    if len(seen) != 1:
        listed = ", ".join(seen[:5]) + (", …" if len(seen) > 5 else "")  # noqa: PLR2004
        raise SourceError(
            f"the archive holds {len(seen)} files" + (f": {listed}" if seen else ""),
            at=at,
            hint="It has to hold one. Unpack it, and name the file that is meant.",
        )
    return seen[0]
