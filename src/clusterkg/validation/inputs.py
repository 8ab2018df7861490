"""What a person names → RDF files: folders, standard input, the shapes that data bring along."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import connect, literal
from clusterkg.errors import ClusterkgError, GraphError, SettingsError
from clusterkg.namespaces import RDF, SH
from clusterkg.validation.loading import is_rdf
from clusterkg.validation.parquet import PARQUET
from clusterkg.validation.shapes_graph import TARGETS
from clusterkg.validation.triples import load_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["STANDARD_INPUT", "files_in", "shapes_in", "with_standard_input"]

STANDARD_INPUT: Final = "-"
_LINK: Final = f"<{SH}shapesGraph>"
_TARGETS: Final = tuple(f"<{SH}{word}>" for word in (*TARGETS, "target"))
_JSON: Final = re.compile(rb'\{\s*["}]|\[\s*[{\]]')
_TYPE: Final = f"<{RDF}type>"


def files_in(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The paths with each folder replaced by the RDF files in it, by name.

    Raises GraphError for a folder without any.
    """
    found: list[Path] = []
    for path in paths:
        is_one = not path.is_dir() or path.suffix == f".{PARQUET}"
        inside = [path] if is_one else sorted(filter(is_rdf, path.iterdir()))
        if not inside:
            raise GraphError(
                "no RDF file in the folder",
                at=str(path),
                hint="The suffix says the syntax: .ttl, .nt, .nq, .trig, .rdf, .jsonld, also .gz.",
            )
        found += inside
    return tuple(found)


def shapes_in(data: Sequence[Path]) -> tuple[Path, ...]:
    """The files with the shapes that the data name by sh:shapesGraph, or that they hold themselves.

    Empty if there are none. Raises SettingsError if what is named is no file of this machine.
    https://www.w3.org/TR/shacl/#sh-shapes-graph
    """
    connection = connect()
    load_files(connection, data, frozenset((_LINK, _TYPE, *_TARGETS)))
    rows = connection.execute(f"SELECT DISTINCT o FROM t WHERE p = {literal(_LINK)} ORDER BY o")
    linked = [_local(row[0][1:-1]) for row in rows.fetchall()]
    if linked:
        return tuple(linked)
    kinds = ", ".join(literal(f"<{SH}{kind}>") for kind in ("NodeShape", "PropertyShape"))
    targets = ", ".join(map(literal, _TARGETS))
    asked = f"p IN ({targets}) OR (p = {literal(_TYPE)} AND o IN ({kinds}))"
    found = connection.execute(f"SELECT 1 FROM t WHERE {asked} LIMIT 1").fetchone()
    return tuple(data) if found else ()


def _local(iri: str) -> Path:
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    parts = urlsplit(iri)
    file = Path(url2pathname(parts.path)) if parts.scheme == "file" else None
    if file is None or not file.is_file():
        raise SettingsError(
            f"the data name the shapes graph <{iri}>, which is no file of this machine",
            hint="Nothing is fetched from the network: save them, and name them with --shapes.",
        )
    return file


@contextmanager
def with_standard_input(paths: Sequence[Path], content: bytes | None) -> Iterator[tuple[Path, ...]]:
    """The paths with ``-`` replaced by a file that holds ``content``, in the syntax it is in.

    An error about that file speaks of standard input.
    """
    if content is None:
        yield tuple(paths)
        return
    with tempfile.TemporaryDirectory(prefix="clusterkg-") as folder:
        file = Path(folder) / f"stdin.{_syntax(content)}"
        file.write_bytes(content)
        try:
            yield tuple(file if str(path) == STANDARD_INPUT else path for path in paths)
        except ClusterkgError as error:
            if error.at is None or str(file) not in error.at:
                raise
            at = error.at.replace(str(file), "standard input")
            raise type(error)(error.what, at=at, hint=error.hint) from error


def _syntax(content: bytes) -> str:
    """A suffix for the content: XML and JSON by their first character, else Turtle or N-Quads."""
    import pyoxigraph as ox

    begin = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if begin.startswith((b"<?xml", b"<rdf:RDF", b"<!DOCTYPE", b"<!--")):
        return "rdf"
    if _JSON.match(begin):
        return "jsonld"
    lines = (line.strip() for line in content.splitlines())
    first = next((line for line in lines if line[:1] not in {b"", b"#"}), b"")
    try:
        list(ox.parse(first, format=ox.RdfFormat.N_QUADS))
    except SyntaxError:
        return "trig"
    return "nq"
