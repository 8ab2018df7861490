from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg.errors import GraphError
from clusterkg.graph.store import is_store, load_store


def test_files_are_loaded_together(tmp_path: Path) -> None:
    first, second = tmp_path / "a.nq", tmp_path / "b.nq"
    first.write_text("<a:s> <a:p> <a:o> <a:g> .\n")
    second.write_text('<a:s> <a:p> <a:o> <a:g> .\n<a:s> <a:p> "x"@de <a:g2> .\n', encoding="utf-8")
    folder = tmp_path / "store"
    assert not is_store(folder)
    assert load_store([first, second], folder) == 2
    assert is_store(folder)
    store = ox.Store.read_only(str(folder))
    assert {str(quad.graph_name) for quad in store} == {"<a:g>", "<a:g2>"}


def test_a_store_may_be_moved(tmp_path: Path) -> None:
    file = tmp_path / "a.nq"
    file.write_text("<a:s> <a:p> <a:o> <a:g> .\n")
    load_store([file], tmp_path / "staged")
    (tmp_path / "staged").rename(tmp_path / "final")
    assert len(ox.Store.read_only(str(tmp_path / "final"))) == 1


def test_an_older_store_does_not_shine_through(tmp_path: Path) -> None:
    file = tmp_path / "a.nq"
    file.write_text("<a:s> <a:p> <a:o> <a:g> .\n")
    load_store([file], tmp_path / "store")
    file.write_text("<a:new> <a:p> <a:o> <a:g> .\n")
    assert load_store([file], tmp_path / "store") == 1


def test_what_is_no_rdf_leaves_no_store(tmp_path: Path) -> None:
    file = tmp_path / "a.nq"
    file.write_text("<a:s> <a:p> <a:o> <a:g> .\nno rdf\n")
    with pytest.raises(GraphError, match=r"not N-Quads.*line 2"):
        load_store([file], tmp_path / "store")
    assert not (tmp_path / "store").exists()
    with pytest.raises(OSError, match="No such file"):
        load_store([tmp_path / "gone.nq"], tmp_path / "store")
    assert not (tmp_path / "store").exists()
