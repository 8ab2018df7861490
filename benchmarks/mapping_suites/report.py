"""Measurements -> lines while they come, a Markdown table, a JSON file."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mapping_suites.case import Case
    from mapping_suites.measure import Run

HEAD = (
    *("suite", "case", "scale", "triples", "engine", "wall s", "processor s"),
    *("largest MB", "tree MB", "triples/s", "as much as"),
)


@dataclass(frozen=True)
class Result:
    """All runs of one engine on one case; `verdict` says what became of the triples."""

    case: Case
    engine: str
    runs: tuple[Run, ...]
    triples: int
    verdict: str

    @property
    def fine(self) -> bool:
        return self.verdict.startswith("equal")

    @property
    def measured(self) -> bool:
        return bool(self.runs) and not any(
            run.timeout or run.code not in (0, 1) for run in self.runs
        )

    def median(self, name: str) -> float:
        return float(statistics.median(getattr(run, name) for run in self.runs))

    def peak(self, name: str) -> float:
        return float(max(getattr(run, name) for run in self.runs))


def times(result: Result, reference: Result | None) -> str:
    """How often the reference's time goes into this one: wall and processor."""
    if reference is None or reference is result or not (reference.measured and result.measured):
        return ""
    wall, processor = (
        result.median(name) / reference.median(name) for name in ("wall", "processor")
    )
    return f"{wall:.1f}x wall, {processor:.1f}x processor"


def cells(result: Result, reference: Result | None) -> list[str]:
    case = result.case
    first = [case.suite, case.name, case.scale, f"{result.triples:,}", result.engine]
    if not result.measured:
        return [*first, result.verdict, *[""] * 5]
    return [
        *first,
        f"{result.median('wall'):.2f}",
        f"{result.median('processor'):.2f}",
        f"{result.peak('largest'):.0f}",
        f"{result.peak('tree'):.0f}",
        f"{result.triples / result.median('wall'):,.0f}",
        times(result, reference) if result.fine else f"{times(result, reference)} {result.verdict}",
    ]


def line(result: Result, reference: Result | None) -> str:
    """One measurement in words."""
    head = f"{result.case.suite}, {result.case.name}, scale {result.case.scale}: {result.engine}"
    if not result.measured:
        return f"{head}: {result.verdict}"
    more = times(result, reference)
    wall, processor = result.median("wall"), result.median("processor")
    return (
        f"{head}: {wall:.2f} s wall, {processor:.2f} s processor, "
        f"{result.peak('tree'):.0f} MB, {result.triples:,} triples, {result.verdict}"
        + (f"; {more}" if more else "")
    )


def markdown(results: Sequence[Result], name: str) -> str:
    """The table of all measurements; the ratios are to the engine of that name."""
    references = {result.case: result for result in results if result.engine == name}
    rows = [cells(result, references.get(result.case)) for result in results]
    lines = [HEAD, ["---"] * len(HEAD), *rows]
    return "\n".join("| " + " | ".join(each) + " |" for each in lines)


def lowest(results: Sequence[Result], name: str) -> Iterator[str]:
    """For each suite and other engine the case in which the engine of that name gains least."""
    ours = {result.case: result for result in results if result.engine == name and result.measured}
    pairs = [
        (other.median("wall") / ours[other.case].median("wall"), other)
        for other in results
        if other.engine != name and other.measured and other.case in ours
    ]
    for group in sorted({(other.case.suite, other.engine) for _, other in pairs}):
        mine = [pair for pair in pairs if (pair[1].case.suite, pair[1].engine) == group]
        ratio, least = min(mine, key=lambda pair: pair[0])
        middle = statistics.median(each for each, _ in mine)
        yield (
            f"{group[0]}: {group[1]} takes {middle:.1f} times as long (median of {len(mine)}), "
            f"at least {ratio:.1f} times ({least.case.name}, scale {least.case.scale})"
        )


def save(target: Path, results: Sequence[Result], facts: dict[str, object]) -> None:
    """The measurements with the facts about the machine and the engines, run by run."""
    measured = [
        {
            "suite": result.case.suite,
            "case": result.case.name,
            "scale": result.case.scale,
            "engine": result.engine,
            "triples": result.triples,
            "verdict": result.verdict,
            "runs": [asdict(run) for run in result.runs],
        }
        for result in results
    ]
    target.write_text(json.dumps({**facts, "results": measured}, indent=1) + "\n", "utf-8")
