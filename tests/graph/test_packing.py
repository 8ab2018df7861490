"""Packed and encoded files: what is in them, and the same bytes every time."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from pathlib import Path

import pytest

from clusterkg.graph.packing import pack, transcode
from clusterkg.sources.unpacking import unpack

TEXT = '<http://e/a> <http://e/p> "Жä😀" .\n'
PACKED = {
    "none": "a.nq",
    "gzip": "a.nq.gz",
    "zip": "a.nq.zip",
    "targz": "a.nq.tar.gz",
    "tarxz": "a.nq.tar.xz",
}


def packed(folder: Path, compression: str) -> Path:
    plain, target = folder / "plain", folder / ".part"
    plain.write_text(TEXT, encoding="utf-8")
    pack(plain, target, compression, folder / PACKED[compression])
    return target


@pytest.mark.parametrize("compression", ["gzip", "zip", "targz", "tarxz"])
def test_what_is_packed_comes_out_again_under_its_name(tmp_path: Path, compression: str) -> None:
    packed(tmp_path, compression).replace(tmp_path / PACKED[compression])
    name = unpack(tmp_path / PACKED[compression], compression, tmp_path / "out", "a")
    assert name == "a.nq"
    assert (tmp_path / "out").read_text(encoding="utf-8") == TEXT


def test_nothing_to_pack_is_moved(tmp_path: Path) -> None:
    assert packed(tmp_path, "none").read_text(encoding="utf-8") == TEXT
    assert not (tmp_path / "plain").exists()


@pytest.mark.parametrize("compression", sorted(PACKED))
def test_the_bytes_hang_on_the_content_alone(
    tmp_path: Path, compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = packed(tmp_path, compression).read_bytes()
    monkeypatch.setattr("time.time", lambda: 1e9)
    assert packed(tmp_path, compression).read_bytes() == first


def test_archives_carry_no_time(tmp_path: Path) -> None:
    with zipfile.ZipFile(packed(tmp_path, "zip")) as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
    with tarfile.open(packed(tmp_path, "targz")) as archive:
        assert archive.getmembers()[0].mtime == 0
    with gzip.open(packed(tmp_path, "gzip")) as file:
        file.read()
        assert file.mtime == 0


def test_utf_16_has_a_mark_and_an_xml_declaration_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(TEXT * 40_000, encoding="utf-8", newline="")
    transcode(path, "utf-16")
    assert path.read_bytes().startswith(b"\xff\xfe<\x00")
    assert path.read_bytes().decode("utf-16") == TEXT * 40_000
    path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n<a>"UTF-8"</a>', encoding="utf-8")
    transcode(path, "utf-16")
    declared = '<?xml version="1.0" encoding="UTF-16"?>\n<a>"UTF-8"</a>'
    assert path.read_bytes().decode("utf-16") == declared
    before = path.read_bytes()
    transcode(path, "utf-8")
    assert path.read_bytes() == before
