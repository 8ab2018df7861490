"""One graph → one file in any RDF syntax, there whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from clusterkg.errors import GraphError
from clusterkg.graph import dumps
from clusterkg.graph.serialise import graph_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection

__all__ = ["write_graph", "written_whole"]


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write to, which takes its place if nothing goes wrong.

    Raises GraphError if it cannot be written.
    """
    staged = path.with_name(f".{path.name}.part")
    try:
        yield staged
        staged.replace(path)
    except OSError as error:
        why = error.strerror or str(error)
        raise GraphError(
            f"cannot be written: {why}",
            at=str(path),
            hint="Check that the folder is there, that you may write to it, and that the disk "
            "has room.",
        ) from error
    finally:
        staged.unlink(missing_ok=True)


def write_graph(connection: Connection, path: Path, form: str) -> None:
    """The whole quads relation, sorted, in ``form``, one of ``serialise.FORMATS``.

    Raises GraphError if the syntax cannot express a term.
    """
    if form == "nq":
        dumps.write_nquads(connection, path)
    elif form == "nt":
        dumps.write_ntriples(connection, path)
    elif form == "ttl":
        dumps.write_turtle(connection, path)
    else:
        path.write_bytes(graph_bytes(connection, form))
