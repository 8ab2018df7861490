"""N-Quads files → an Oxigraph store in a folder of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pyoxigraph as ox

from clusterkg.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["is_store", "load_store"]


def load_store(nquads: Iterable[Path], folder: Path) -> int:
    """Bulk-load N-Quads files into a new store in ``folder``; returns its number of quads.

    An older store of that folder is deleted. When loading fails nothing is left there, and a
    GraphError says why.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        count = _load(nquads, folder)
    except SyntaxError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise GraphError(
            f"the dump is not N-Quads: {error}",
            hint="A mapping made a term that is no RDF; this is a fault of clusterkg.",
        ) from error
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return count


def _load(nquads: Iterable[Path], folder: Path) -> int:
    store = ox.Store(str(folder))
    for path in nquads:
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
    return len(store)


def is_store(folder: Path) -> bool:
    """Whether ``folder`` holds an Oxigraph store (RocksDB's pointer to its files is there)."""
    return (folder / "CURRENT").is_file()
