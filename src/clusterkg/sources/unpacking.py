"""A compressed file (gzip, bzip2, xz, zip, tar.gz, tar.xz) → the one file that is in it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from clusterkg.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["compression_of", "inner_name", "unpack"]

_SUFFIXES = {
    ".tar.gz": "targz",
    ".tgz": "targz",
    ".tar.xz": "tarxz",
    ".txz": "tarxz",
    ".gz": "gzip",
    ".bz2": "bzip2",
    ".xz": "xz",
    ".zip": "zip",
}
_WORDS = {"targz": "tar.gz", "tarxz": "tar.xz"}
_STREAMS: dict[str, Callable[[Path], Any]] = {
    "gzip": gzip.GzipFile,
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}
_NOT_READ = (".zst", ".lz4", ".br", ".7z", ".rar", ".tar", ".tar.bz2", ".tbz2")
_CHUNK = 1 << 20
_BESIDE = ("__MACOSX", ".")


def compression_of(path: Path) -> str:
    """How a file is compressed, as its suffix says: none, gzip, bzip2, xz, zip, targz or tarxz.

    Raises SourceError for a way that cannot be unpacked.
    """
    name = path.name.lower()
    if name.endswith(_NOT_READ):
        suffix = next(one for one in _NOT_READ if name.endswith(one))
        raise SourceError(
            f"files packed as {suffix[1:]} are not read",
            at=path.name,
            hint="Unpack it, or pack it with gzip.",
        )
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
        raise _damaged(compression, error, at) from error
    except OSError as error:
        if error.errno is not None:  # without one it is bz2 that speaks of what it reads
            raise
        raise _damaged(compression, error, at) from error
    return name


def _damaged(compression: str, error: Exception, at: str) -> SourceError:
    return SourceError(
        f"cannot be unpacked as {_WORDS.get(compression, compression)}: {error}",
        at=at,
        hint="Check how the file is compressed, and that it arrived whole.",
    )


@contextmanager
def _opened(path: Path, compression: str, at: str) -> Iterator[tuple[str, IO[bytes]]]:
    if compression in _STREAMS:
        with _STREAMS[compression](path) as packed:
            yield inner_name(path), packed
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
