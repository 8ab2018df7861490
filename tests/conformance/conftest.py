"""A table of all suites at the end of `make conformance`: cases, passed, deviating.

A test of a suite says which one it belongs to with ``record_property("suite", …)``, and a case
that is listed as a deviation says so with ``record_property("deviates", True)``.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest


def pytest_terminal_summary(terminalreporter: Any) -> None:
    cases: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    deviating: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            told = dict(report.user_properties)
            if report.when != "call" or "suite" not in told:
                continue
            cases[told["suite"]] += 1
            failed[told["suite"]] += outcome == "failed"
            deviating[told["suite"]] += bool(told.get("deviates"))
    if not cases:
        return
    terminalreporter.write_line("")
    terminalreporter.write_line(f"{'suite':<28}{'cases':>7}{'pass':>7}{'deviate':>9}{'fail':>6}")
    for suite in sorted(cases):
        passed = cases[suite] - failed[suite] - deviating[suite]
        terminalreporter.write_line(
            f"{suite:<28}{cases[suite]:>7}{passed:>7}{deviating[suite]:>9}{failed[suite]:>6}"
        )


@pytest.fixture
def in_suite(record_property: Any) -> Any:
    """Call with the suite's name, and whether the case is a listed deviation."""

    def belongs(suite: str, *, deviates: bool = False) -> None:
        record_property("suite", suite)
        record_property("deviates", deviates)

    return belongs
