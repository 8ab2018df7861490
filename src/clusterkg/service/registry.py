"""The seam to the pages: what ``clusterkg.service.pages`` offers, and what stands in for it.

It offers ``html_for(site, request) -> str | None`` for documents, ``routes(site) -> [PageRoute]``
for pages at paths of their own, and ``error_page(site, request, problem) -> str | None``. Whatever
it answers with None is shown plainly.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from starlette.routing import compile_path

from clusterkg.service import pages

if TYPE_CHECKING:
    import re

    from clusterkg.service.problems import Problem
    from clusterkg.service.site import PageRequest, PageRoute, Site

__all__ = ["Registry"]


class Registry:
    """The pages of the site; the routes are asked for once a release."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._site: Site | None = None
        self._routes: tuple[tuple[re.Pattern[str], PageRoute], ...] = ()

    def route(self, site: Site, path: str) -> PageRoute | None:
        """The page whose own path is ``path`` (with a leading slash)."""
        with self._lock:
            if self._site is not site:
                found = pages.routes(site)
                self._routes = tuple((compile_path(page.path)[0], page) for page in found)
                self._site = site
            routes = self._routes
        return next((page for pattern, page in routes if pattern.match(path)), None)

    def html_for(self, site: Site, page: PageRequest) -> str | None:
        """The HTML of a document; None: there is no page for it."""
        return pages.html_for(site, page)

    def error_page(self, site: Site, page: PageRequest, problem: Problem) -> str | None:
        """The HTML of a problem; None: there is no page for it."""
        return pages.error_page(site, page, problem)
