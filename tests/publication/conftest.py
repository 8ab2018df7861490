"""A release of the tiny project, built once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clusterkg.pipeline import build
from clusterkg.project import Project


@pytest.fixture(scope="session")
def built(
    tmp_path_factory: pytest.TempPathFactory, write_project: Callable[[Path], Project]
) -> Project:
    project = write_project(tmp_path_factory.mktemp("built") / "tiny")
    assert build(project).published
    return project
