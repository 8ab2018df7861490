"""A table of all suites at the end of `make conformance`, and the reports of the run.

A test of a suite says with the fixture ``in_suite``, before it runs its case, which case that is.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from .reporting import outcomes, table, write

OPTION = "--conformance-report"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, type=Path, help="folder for the reports of the suites' cases")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    stats = terminalreporter.stats
    found = outcomes(one for name in ("passed", "failed", "skipped") for one in stats.get(name, []))
    if not found:
        return
    terminalreporter.write_line("")
    for line in table(found):
        terminalreporter.write_line(line)
    folder = config.getoption(OPTION, default=None)
    if folder is not None:
        write(found, folder, version("clusterkg"))
        terminalreporter.write_line(f"reports: {folder}")


@pytest.fixture
def in_suite(record_property: Any) -> Any:
    """Call with the suite, the case, and the reason if the case is a listed deviation.

    ``kind`` tells lines of a suite apart in the table.
    """

    def belongs(suite: str, case: str, *, kind: str = "", deviates: str | None = None) -> None:
        for name, value in (("suite", suite), ("case", case), ("kind", kind)):
            record_property(name, value)
        record_property("deviates", deviates)

    return belongs
