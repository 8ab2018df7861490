"""What validation found, as values: results of shapes and findings in tables, counted.

Terms are N-Triples text. ``conforms`` is what SHACL means by it: no result of any severity
(https://www.w3.org/TR/shacl/#conforms); ``violations`` is what holds a release back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from clusterkg.findings import Severity
from clusterkg.namespaces import SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterkg.findings import Finding, Origin, Place
    from clusterkg.validation.path import Path

__all__ = [
    "Checked",
    "FindingGroup",
    "Report",
    "Result",
    "ResultGroup",
    "Rule",
    "in_language",
    "merged",
    "result_key",
]

SEVERITIES: Final = {
    f"<{SH}Info>": Severity.INFO,
    f"<{SH}Warning>": Severity.WARNING,
    f"<{SH}Violation>": Severity.VIOLATION,
}


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in that language, else English, else without language, else German, else any."""
    for wanted in (language, "en", "", "de"):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")


@dataclass(frozen=True)
class Rule:
    """A shape that results name as their source: what people call it, and where it stands.

    ``owner`` is the shape with an IRI that a shape without one belongs to. A rule that does
    not speak has no ``sh:message`` of its own.
    """

    shape: str
    names: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    order: float = 0.0
    path: Path | None = None
    owner: str | None = None
    speaks: bool = True


@dataclass(frozen=True)
class Result:
    """One result of SHACL (https://www.w3.org/TR/shacl/#results), in the words of its shape.

    ``severity_iri`` may be a publisher's own severity; ``severity`` then counts as a violation.
    ``origins`` are the cells of the tables that the result comes from, as far as known.
    """

    focus_node: str
    path: Path | None
    value: str | None
    source_shape: str
    component: str
    severity_iri: str
    messages: Mapping[str, str]
    focus_label: Mapping[str, str] = field(default_factory=dict)
    source_constraint: str | None = None
    details: tuple[Result, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Where its origins are, each place once."""
        return tuple(dict.fromkeys(origin.place for origin in self.origins))

    @property
    def severity(self) -> Severity:
        """Info, Warning or Violation."""
        return SEVERITIES.get(self.severity_iri, Severity.VIOLATION)

    def message(self, language: str) -> str:
        """The message in that language, or in the nearest that the shape has."""
        return in_language(self.messages, language)

    def label(self, language: str) -> str:
        """What the focus node is called, or nothing."""
        return in_language(self.focus_label, language)


@dataclass(frozen=True)
class Checked:
    """What was judged: distinct triples, distinct focus nodes, shapes that have a target or path.

    Results over no focus nodes say nothing about the data; a report says so.
    """

    triples: int = 0
    focus_nodes: int = 0
    shapes: int = 0


@dataclass(frozen=True)
class ResultGroup:
    """All results of one rule and one severity; of one ``component`` if the rule does not speak."""

    rule: Rule
    severity: Severity
    results: tuple[Result, ...]
    component: str | None = None


@dataclass(frozen=True)
class FindingGroup:
    """All findings of one rule and one severity."""

    rule: str
    severity: Severity
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Report:
    """Everything that was found in one run, sorted; ``engine`` says who judged the shapes.

    ``prefixes`` are those of the shapes, for IRIs as people read them.
    """

    results: tuple[Result, ...]
    findings: tuple[Finding, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    checked: Checked = field(default_factory=Checked)
    engine: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)

    @property
    def conforms(self) -> bool:
        """Whether no shape has a result, of whatever severity."""
        return not self.results

    @property
    def violations(self) -> int:
        """How many results and findings of severity Violation there are."""
        return self.counts[Severity.VIOLATION]

    @property
    def counts(self) -> dict[Severity, int]:
        """Results and findings per severity, worst first; each severity is there."""
        counts = dict.fromkeys(sorted(Severity, reverse=True), 0)
        for severity in (r.severity for r in self.results):
            counts[severity] += 1
        for finding in self.findings:
            counts[finding.severity] += 1
        return counts

    def with_findings(self, findings: Iterable[Finding]) -> Report:
        """The same report with the findings of tables and mappings added."""
        return replace(self, findings=tuple(sorted((*self.findings, *findings), key=_finding_key)))

    def result_groups(self) -> tuple[ResultGroup, ...]:
        """The results by rule: worst first, then the rule's order, then its name."""
        groups: dict[tuple[Severity, str, str | None], list[Result]] = {}
        for result in self.results:
            rule = self.rules.get(result.source_shape)
            component = result.component if rule and not rule.speaks else None
            key = (result.severity, result.source_shape, component)
            groups.setdefault(key, []).append(result)
        made = [
            ResultGroup(self.rules.get(shape) or Rule(shape), severity, tuple(results), component)
            for (severity, shape, component), results in groups.items()
        ]
        return tuple(sorted(made, key=_group_key))

    def finding_groups(self) -> tuple[FindingGroup, ...]:
        """The findings in tables by rule: worst first, then the first file, then the rule."""
        groups: dict[tuple[Severity, str], list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault((finding.severity, finding.rule), []).append(finding)
        made = [
            FindingGroup(rule, severity, tuple(findings))
            for (severity, rule), findings in groups.items()
        ]
        return tuple(sorted(made, key=lambda group: _finding_key(group.findings[0])))


def _group_key(group: ResultGroup) -> tuple[int, float, str, str]:
    return (-group.severity, group.rule.order, group.rule.shape, group.component or "")


def merged(reports: Sequence[Report]) -> Report:
    """Several reports on parts of one graph as one; the numbers of nodes and shapes add up."""
    return Report(
        results=tuple(sorted((r for report in reports for r in report.results), key=result_key)),
        rules={shape: rule for report in reports for shape, rule in sorted(report.rules.items())},
        checked=Checked(
            triples=max(report.checked.triples for report in reports),
            focus_nodes=sum(report.checked.focus_nodes for report in reports),
            shapes=sum(report.checked.shapes for report in reports),
        ),
        engine=reports[0].engine,
        prefixes={name: start for report in reports for name, start in report.prefixes.items()},
    ).with_findings(finding for report in reports for finding in report.findings)


_path_text = lru_cache(maxsize=1024)(repr)


def result_key(result: Result) -> tuple[int, str, str, str, str, str, str, str]:
    """What results are sorted by: worst first, then shape, focus node, path, value, details."""
    return (
        -result.severity,
        result.source_shape,
        result.focus_node,
        _path_text(result.path),
        result.value or "",
        result.component,
        result.source_constraint or "",
        repr(result.details) if result.details else "",
    )


def _finding_key(finding: Finding) -> tuple[int, str, str, int, str, str, str, str]:
    place = finding.place
    return (
        -finding.severity,
        place.file if place else "",
        (place.sheet or "") if place else "",
        (place.row or place.line or 0) if place else 0,
        (place.column or "") if place else "",
        finding.rule,
        finding.value or "",
        finding.message,
    )
