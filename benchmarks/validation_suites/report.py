"""Measurements -> lines while they come, and a Markdown table with a column an engine."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapping_suites.measure import Run
    from validation_suites.graph import Data


@dataclass(frozen=True)
class Result:
    """All runs of one engine on one graph; ``verdict`` says what became of the results."""

    data: Data
    shapes: str
    engine: str
    runs: tuple[Run, ...]
    verdict: str

    @property
    def measured(self) -> bool:
        return bool(self.runs) and not any(run.timeout for run in self.runs)

    def median(self, name: str) -> float:
        return float(statistics.median(getattr(run, name) for run in self.runs))

    def peak(self, name: str) -> float:
        return float(max(getattr(run, name) for run in self.runs))


def times(result: Result, reference: Result | None, name: str = "wall") -> str:
    """How often the reference's seconds go into those of the result."""
    if reference is None or reference is result or not (reference.measured and result.measured):
        return ""
    return f"{result.median(name) / reference.median(name):.1f}"


def line(result: Result, reference: Result | None) -> str:
    """One measurement in words."""
    head = f"{result.data.name}, {result.shapes} shapes: {result.engine}"
    if not result.measured:
        return f"{head}: {result.verdict}"
    more = times(result, reference)
    wall, processor = result.median("wall"), result.median("processor")
    said = f"{head}: {wall:.2f} s wall, {processor:.2f} s processor, {result.peak('tree'):.0f} MB"
    ratio = f"; {more} times as long" if more else ""
    return f"{said}, {result.verdict}{ratio}"


def cell(result: Result, reference: Result | None) -> str:
    """Seconds, memory, the ratio; a star where the results are not those of the reference."""
    if not result.measured:
        return result.verdict
    ratio = times(result, reference)
    other = "*" if " fewer and " in result.verdict else ""
    shown = f"{result.median('wall'):.2f} s, {result.peak('tree'):.0f} MB"
    return shown + (f" (× {ratio}{other})" if ratio else "")


def markdown(results: Sequence[Result], name: str) -> str:
    """The table; the ratios are to the engine of that name."""
    used = list(dict.fromkeys(result.engine for result in results))
    rows = []
    for data, shapes in dict.fromkeys((result.data, result.shapes) for result in results):
        here = {r.engine: r for r in results if (r.data, r.shapes) == (data, shapes)}
        found = here[name].verdict.split(" ")[0] if name in here else ""
        cells = [cell(here[engine], here.get(name)) for engine in used]
        rows.append([f"{data.triples:,}", shapes, found, *cells])
    head = ["triples", "shapes", "results", *used]
    lines = [head, ["---:", "---", "---:", *["---"] * len(used)], *rows]
    return "\n".join("| " + " | ".join(each) + " |" for each in lines)
