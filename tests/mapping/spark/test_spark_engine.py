"""What Spark needs and is not there is told in a sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clusterkg.engines.spark import spark_session
from clusterkg.errors import SettingsError


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(SettingsError) as told, spark_session(tmp_path):
        pass
    assert told.value.what == "the engine 'spark' is not installed"
    assert "pip install 'clusterkg[spark]'" in str(told.value)


@pytest.mark.parametrize("home", [None, "/nowhere"])
def test_without_java(
    java: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    if home:
        monkeypatch.setenv("JAVA_HOME", home)
    with pytest.raises(SettingsError, match="needs Java") as told, spark_session(tmp_path):
        pass
    assert (home or "on this machine") in told.value.what
    assert "openjdk-17-jre-headless" in str(told.value)
