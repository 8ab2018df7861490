"""The problems of one mapping document, collected and reported in one MappingError."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clusterkg.errors import MappingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Problem", "Problems", "joined"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to repair in a mapping; ``line`` is None where it cannot be known."""

    line: int | None
    what: str
    hint: str | None = None


@dataclass
class Problems:
    """Collects what is wrong with the mapping ``file`` (its name as the user knows it)."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, what: str, *, line: int | None = None, hint: str | None = None) -> None:
        """One more problem; the same one twice is kept once."""
        self.add_problem(Problem(line, what, hint))

    def add_problem(self, problem: Problem) -> None:
        """The same, ready made."""
        if problem not in self.found:
            self.found.append(problem)

    def add_others(self, others: Problems) -> None:
        """Those on lines of which nothing is told yet: the others may follow from these."""
        told = {problem.line for problem in self.found}
        for problem in others.found:
            if problem.line is not None and problem.line not in told:
                self.add_problem(problem)

    def stop(self) -> None:
        """Raise a MappingError that tells of all problems, if there are any."""
        if self.found:
            raise self.error()

    def error(self) -> MappingError:
        """The MappingError that tells of all problems."""
        problems = sorted(self.found, key=lambda problem: (problem.line or 0, problem.what))
        if len(problems) == 1:
            problem = problems[0]
            return MappingError(problem.what, at=self._place(problem), hint=problem.hint)
        return MappingError("\n".join([f"{len(problems)} problems", *self._lines()]), at=self.file)

    def _lines(self) -> Iterator[str]:
        for problem in sorted(self.found, key=lambda problem: (problem.line or 0, problem.what)):
            yield f"  {self._place(problem)}: {problem.what}"
            if problem.hint:
                yield f"    {problem.hint}"

    def _place(self, problem: Problem) -> str:
        return self.file if problem.line is None else f"{self.file}:{problem.line}"


def joined(found: Sequence[Problems]) -> MappingError | None:
    """The MappingError that tells the problems of several mappings; None if there are none."""
    faulty = [one for one in found if one.found]
    if len(faulty) < 2:  # noqa: PLR2004
        return faulty[0].error() if faulty else None
    count = sum(len(one.found) for one in faulty)
    lines = [line for one in faulty for line in one._lines()]
    return MappingError("\n".join([f"{count} problems in {len(faulty)} mappings", *lines]))
