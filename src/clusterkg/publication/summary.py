"""What a build did, as a value and in words for the terminal."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from clusterkg.project import Project
    from clusterkg.publication.manifest import Manifest

__all__ = ["Summary", "from_manifest"]

_SEVERITIES = ("violation", "warning", "info")


@dataclass(frozen=True)
class Summary:
    """Per source: records read, new triples, findings per severity word.

    ``counts`` are all findings and results of the report per severity word, ``seconds`` the time
    each station took. ``published``: a release was made; ``unchanged``: the one in place still
    holds. If neither, violations have held the release back. ``mapped`` of the ``triples_maps``
    were run; what the others make was known from an earlier build. Likewise ``judged`` of the
    ``focus_nodes`` of the shapes. ``left_out`` counts the rows of a source that are in quarantine.
    """

    rows: Mapping[str, int]
    triples: Mapping[str, int]
    findings: Mapping[str, Mapping[str, int]]
    counts: Mapping[str, int]
    release: Path
    report: Path
    published: bool = False
    unchanged: bool = False
    release_id: str = ""
    version: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    mapped: int = 0
    triples_maps: int = 0
    judged: int = 0
    focus_nodes: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    quarantine: Path | None = None

    def text(self) -> str:
        """A table of the sources, what was found, where everything lies, how long it took."""
        lines = [*self._table(), "", *self._result()]
        if self.seconds:
            parts = ", ".join(f"{name} {taken:.1f}" for name, taken in self.seconds.items())
            lines.append(f"Took {sum(self.seconds.values()):.1f} s ({parts}).")
        return "\n".join(lines)

    def _table(self) -> list[str]:
        width = max((len(key) for key in self.rows), default=6)
        heads = ("rows", "triples", *(f"{severity}s" for severity in _SEVERITIES))
        lines = [f"{'source':<{width}}" + "".join(f"{head:>12}" for head in heads)]
        for key in sorted(self.rows):
            found = self.findings.get(key, {})
            cells = (self.rows[key], self.triples[key], *(found.get(s, 0) for s in _SEVERITIES))
            lines.append(f"{key:<{width}}" + "".join(f"{cell:>12,}" for cell in cells))
        return lines

    def _result(self) -> list[str]:
        found = ", ".join(_counted(self.counts.get(word, 0), word) for word in _SEVERITIES)
        lines = [
            f"The data and its graph: {found}.",
            f"Report:  {_shown(self.report / 'report.html')}",
        ]
        if any(self.left_out.values()):
            lines.insert(1, self._told_left_out())
        if self.unchanged:
            lines.insert(0, "Nothing has changed since the last build; force one with --force.")
        if self.judged < self.focus_nodes:
            lines.insert(
                0,
                f"Judged anew: {self.judged:,} of {_counted(self.focus_nodes, 'focus node')}; "
                "what the others are judged by has not changed.",
            )
        if self.mapped < self.triples_maps:
            lines.insert(
                0,
                f"Mapped anew: {self.mapped} of {_counted(self.triples_maps, 'triples map')}; "
                "nothing that the others depend on has changed.",
            )
        if self.published or self.unchanged:
            lines.append(
                f"Release: {_shown(self.release)} ({self.version}, id {self.release_id[:12]})"
            )
        else:
            lines.append(
                "Not released, because there are violations. Repair them, see the report; "
                "or release nevertheless with --publish-violations."
            )
        return lines

    def _told_left_out(self) -> str:
        counts = {key: count for key, count in sorted(self.left_out.items()) if count}
        parts = ", ".join(f"{count:,} of {key}" for key, count in counts.items())
        where = f"; see {_shown(self.quarantine)}" if self.quarantine else ""
        total = _counted(sum(counts.values()), "row")
        return f"Left out of the release because of violations: {total} ({parts}){where}."


def from_manifest(project: Project, manifest: Manifest) -> Summary:
    """The summary of a build that found its release in place."""
    return Summary(
        rows={key: source.rows for key, source in manifest.sources.items()},
        triples={key: source.triples for key, source in manifest.sources.items()},
        findings={key: source.findings for key, source in manifest.sources.items()},
        counts=manifest.findings,
        release=project.release,
        report=project.report,
        unchanged=True,
        release_id=manifest.id,
        version=manifest.version,
        left_out={key: source.left_out for key, source in manifest.sources.items()},
        quarantine=project.quarantine,
    )


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _shown(path: Path) -> str:
    """The path as seen from where the user stands, if that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)
