"""A problem → the page that tells the reader, in the look of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.service.pages.rendering import render

if TYPE_CHECKING:
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.problems import Problem

__all__ = ["problem_page"]

_NOT_FOUND = 404


def problem_page(reader: Reader, problem: Problem) -> str:
    """A title and a sentence for the status; the service's own words, English, below them.

    Of an address without a page there is nothing more to say than its sentence does.
    """
    key = f"error.{problem.status}"
    known = problem.status == _NOT_FOUND
    key = key if reader.text.has(f"{key}.title") else "error.other"
    return render(
        "error.html",
        reader,
        title=reader.text(f"{key}.title"),
        status=str(problem.status),
        text=reader.text(f"{key}.text"),
        detail="" if known else problem.what,
        hint="" if known else problem.hint,
    )
