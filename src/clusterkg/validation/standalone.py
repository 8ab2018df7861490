"""RDF files and shapes that a person names → a Report, outside any project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import within_limits
from clusterkg.validation.inputs import files_in, shapes_in, with_standard_input
from clusterkg.validation.judges import Judges
from clusterkg.validation.rdf_files import validate_files as validate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clusterkg.project import Project
    from clusterkg.validation.report import Report

__all__ = ["validate_files"]


def validate_files(  # noqa: PLR0913
    data: Sequence[Path],
    shapes: Sequence[Path],
    *,
    judges: Judges | None = None,
    project: Project | None = None,
    content: bytes | None = None,
    later: Sequence[str] = (),
) -> Report:
    """Judge RDF files by shapes, outside any project.

    Folders stand for the RDF files in them, ``-`` for ``content``. Where no shapes are named,
    they are those that the data name or hold, else those of the ``project``. The modules that
    the caller wants ``later`` are imported while the files are read.
    """
    judges = judges or Judges()
    with (
        within_limits(", ".join(map(str, data))),
        with_standard_input((*data, *shapes), content) as named,
    ):
        files, own = files_in(named[: len(data)]), named[len(data) :]
        own = own or shapes_in(files)
        if not own and project is not None:
            own = tuple(project.files("shapes", "*.ttl").values())
        with judges.running() as run:
            return validate(files, own, engine=judges.engine, run=run, later=later)
