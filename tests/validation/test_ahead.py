"""Modules are there when they are wanted, and those that are missing are no trouble before."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clusterkg.validation.ahead import importing


def test_modules_are_imported_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("wanted_one", "wanted_two"):
        (tmp_path / f"{name}.py").write_text("value = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with importing(["wanted_one", "wanted_two"]):
        pass
    assert {"wanted_one", "wanted_two"} <= sys.modules.keys()


def test_a_missing_module_is_told_where_it_is_needed() -> None:
    with importing(["no_such_module"]):
        pass
    assert "no_such_module" not in sys.modules


def test_what_fails_meanwhile_is_not_held_up() -> None:
    with pytest.raises(KeyboardInterrupt), importing(["json"]):
        raise KeyboardInterrupt
