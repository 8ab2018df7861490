"""One Spark session for all tests; without Spark or Java they are skipped, but fail in CI."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clusterkg.engines.spark import spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def missing() -> str | None:
    """What Spark needs and is not here."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed (make spark)"
    java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java")
    if shutil.which("java") is None and not java.is_file():
        return "there is no Java (make tools)"
    return None


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    reason = missing()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    with spark_session(tmp_path_factory.mktemp("spark"), "local[2]") as session:
        yield session
