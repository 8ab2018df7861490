"""A mapping run → its output and the files of its logical targets, all there whole or none."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clusterkg.errors import GraphError
from clusterkg.graph.output import write_quads, written_together
from clusterkg.graph.packing import pack, transcode
from clusterkg.mapping.portions import Portion
from clusterkg.mapping.problems import Problems
from clusterkg.mapping.running import map_portions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.mapping.triples_map import LogicalTarget
    from clusterkg.mapping.triples_map import Mapping as MappingDocument
    from clusterkg.progress import Progress
    from clusterkg.sources.databases import Address

__all__ = ["Place", "packed", "places", "write_mapped"]


@dataclass(frozen=True)
class Place:
    """A file to be: where it is written (``staged``), and what it will be called."""

    staged: Path
    path: Path
    form: str
    encoding: str = "utf-8"
    compression: str = "none"
    sort: bool = False


@contextmanager
def places(
    mapping: MappingDocument, output: Path, form: str, *, sort: bool = False
) -> Iterator[dict[LogicalTarget | None, Place]]:
    """Where the quads of each target go, and (None) those of no target; ``.gz`` is packed.

    The files are put in place at the end, if nothing goes wrong. Raises MappingError if two of
    them are one, GraphError if one cannot be written.
    """
    files = {target: _path_of(target, mapping) for target in mapping.targets}
    _check_different(mapping, output, files)
    with written_together([output, *files.values()]) as (staged, *others):
        compression = "gzip" if output.suffix == ".gz" else "none"
        found: dict[LogicalTarget | None, Place] = {
            None: Place(staged, output, form, compression=compression, sort=sort)
        }
        for part, (target, path) in zip(others, files.items(), strict=True):
            found[target] = Place(
                part, path, target.form, target.encoding, target.compression, sort
            )
        yield found


def _path_of(target: LogicalTarget, mapping: MappingDocument) -> Path:
    """The file of a target; a relative path begins where its ``root`` says."""
    roots = {"working": Path.cwd(), "mapping": mapping.file.parent}
    return roots.get(target.root, Path(target.root)) / target.path


def _check_different(
    mapping: MappingDocument, output: Path, files: Mapping[LogicalTarget, Path]
) -> None:
    problems = Problems(mapping.shown)
    seen = {output.resolve(): "the output"}
    for target, path in files.items():
        if path.resolve() in seen:
            problems.add(
                f"the logical target '{target.path}' is the same file as {seen[path.resolve()]}",
                line=target.line,
                hint="Give every target, and the output, a file of its own.",
            )
        seen[path.resolve()] = f"another one, of the format {target.form}"
    problems.stop()


def write_mapped(
    connection: Connection,
    mapping: MappingDocument,
    found: Mapping[LogicalTarget | None, Place],
    *,
    database: Address | None,
    progress: Progress,
) -> tuple[Finding, ...]:
    """Run a mapping and write each portion of its quads to its place; what could not be mapped.

    Raises MappingError, SourceError, GraphError.
    """
    missing = dict(found)

    def write(portion: Portion) -> None:
        _write(connection, portion, missing.pop(portion.target))

    findings = map_portions(connection, mapping, write, database=database, progress=progress)
    for target, place in missing.items():
        _write(connection, Portion(target, (), {}), place)
    return findings


def _write(connection: Connection, portion: Portion, place: Place) -> None:
    with packed(place) as plain:
        write_quads(connection, portion, plain, place.form, sort=place.sort)


@contextmanager
def packed(place: Place) -> Iterator[Path]:
    """A plain file in UTF-8 to write to, which is then encoded and packed as the place wants it.

    Raises GraphError if there is no room for it.
    """
    try:
        if place.encoding == "utf-8" and place.compression == "none":
            yield place.staged
            return
        # beside the file: where several machines write, they all see that folder
        with tempfile.TemporaryDirectory(prefix=".clusterkg-", dir=place.path.parent) as folder:
            plain = Path(folder) / "plain"
            yield plain
            transcode(plain, place.encoding)
            pack(plain, place.staged, place.compression, place.path)
    except GraphError as error:
        raise GraphError(error.what, at=error.at or str(place.path), hint=error.hint) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise GraphError(
            f"cannot be written: {why}",
            at=str(place.path),
            hint="Check that the disk has room.",
        ) from error
