"""A file in UTF-8 → the same in another encoding and packed; same content, same bytes.

Archives hold one file, named as the archive without its suffix; none of them gets a time.
"""

from __future__ import annotations

import lzma
import shutil
import tarfile
import zipfile
from gzip import GzipFile
from typing import IO, TYPE_CHECKING, Any, cast

from clusterkg.graph.dumps import compress
from clusterkg.sources.unpacking import inner_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["pack", "transcode"]

_CHUNK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644


def transcode(path: Path, encoding: str) -> None:
    """Rewrite a UTF-8 file in UTF-16, with a byte order mark; ``utf-8`` leaves it as it is.

    What an XML declaration says of the encoding at the beginning is changed with it.
    """
    if encoding == "utf-8":
        return
    target = path.with_name(f"{path.name}.{encoding}")
    with path.open(encoding="utf-8", newline="") as text, target.open("wb") as file:
        start = text.read(_CHUNK)
        if start.startswith("<?xml"):
            start = start.replace('"UTF-8"', '"UTF-16"', 1)
        file.write(b"\xff\xfe")
        while start:
            file.write(start.encode("utf-16-le"))
            start = text.read(_CHUNK)
    target.replace(path)


def pack(plain: Path, target: Path, compression: str, called: Path) -> None:
    """Pack ``plain`` into ``target``: none, gzip, zip, targz or tarxz.

    ``called`` is the name under which the packed file will be known.
    """
    _PACKERS[compression](plain, target, inner_name(called))


def _as_it_is(plain: Path, target: Path, _name: str) -> None:
    shutil.move(plain, target)


def _gzip(plain: Path, target: Path, _name: str) -> None:
    compress(plain, target)


def _zip(plain: Path, target: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = _MODE << 16
    entry.file_size = plain.stat().st_size
    with (
        zipfile.ZipFile(target, "w") as archive,
        plain.open("rb") as content,
        archive.open(entry, "w") as packed,
    ):
        shutil.copyfileobj(content, packed, _CHUNK)


def _targz(plain: Path, target: Path, name: str) -> None:
    with (
        target.open("wb") as file,
        GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed,
    ):
        _tar(plain, cast("IO[bytes]", packed), name)


def _tarxz(plain: Path, target: Path, name: str) -> None:
    with lzma.open(target, "wb") as packed:
        _tar(plain, cast("IO[bytes]", packed), name)


def _tar(plain: Path, packed: IO[bytes], name: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = plain.stat().st_size, _MODE
    with (
        tarfile.open(fileobj=cast("Any", packed), mode="w|") as archive,
        plain.open("rb") as content,
    ):
        archive.addfile(entry, content)


_PACKERS: dict[str, Callable[[Path, Path, str], None]] = {
    "none": _as_it_is,
    "gzip": _gzip,
    "zip": _zip,
    "targz": _targz,
    "tarxz": _tarxz,
}
