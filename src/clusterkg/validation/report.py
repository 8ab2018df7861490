"""What validation found, as values: results of shapes and findings in tables, counted.

Terms are N-Triples text. ``conforms`` is what SHACL means by it: no result of any severity
(https://www.w3.org/TR/shacl/#conforms); ``violations`` is what holds a release back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from clusterkg.findings import Severity
from clusterkg.namespaces import SH
from clusterkg.validation.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.findings import Finding, Origin, Place
    from clusterkg.validation.path import Path

__all__ = [
    "VALUE",
    "Checked",
    "FindingGroup",
    "Messages",
    "Report",
    "Result",
    "ResultGroup",
    "Sentences",
    "in_language",
    "merged",
    "result_key",
]

SEVERITIES: Final = {
    f"<{SH}Info>": Severity.INFO,
    f"<{SH}Warning>": Severity.WARNING,
    f"<{SH}Violation>": Severity.VIOLATION,
}
_RANKS: Final = {iri: -severity.value for iri, severity in SEVERITIES.items()}
"""What results are sorted by first; those of a publisher's own severity are violations."""
_WORST: Final = min(_RANKS.values())
VALUE: Final = "\0"
"""Where the value belongs in a sentence."""
_NO_TEXTS: Final[Mapping[str, str]] = {}


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in that language, else English, else without language, else German, else any."""
    for wanted in (language, "en", "", "de"):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")


@dataclass(frozen=True, eq=False)
class Sentences:
    """What a shape says of its results, by language; :data:`VALUE` stands for the value."""

    texts: Mapping[str, str]

    @property
    def name_the_value(self) -> bool:
        """Whether any of them does."""
        return any(VALUE in text for text in self.texts.values())


class Messages(Mapping[str, str]):
    """Sentences with the value of one result, by language: a text is made when it is asked for."""

    __slots__ = ("sentences", "value")

    def __init__(self, sentences: Sentences, value: str) -> None:
        self.sentences, self.value = sentences, value

    def __getitem__(self, language: str) -> str:
        """The text in that language; raises KeyError if there is none."""
        return self.sentences.texts[language].replace(VALUE, self.value)

    def __contains__(self, language: object) -> bool:
        """Whether there is a text in that language."""
        return language in self.sentences.texts

    def __iter__(self) -> Iterator[str]:
        """The languages."""
        return iter(self.sentences.texts)

    def __len__(self) -> int:
        """How many languages there are."""
        return len(self.sentences.texts)

    def __repr__(self) -> str:
        """As of a dict."""
        return repr(dict(self))


class Result(NamedTuple):
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
    focus_label: Mapping[str, str] = _NO_TEXTS
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
        for iri, count in Counter(map(attrgetter("severity_iri"), self.results)).items():
            counts[SEVERITIES.get(iri, Severity.VIOLATION)] += count
        for finding in self.findings:
            counts[finding.severity] += 1
        return counts

    def with_findings(self, findings: Iterable[Finding]) -> Report:
        """The same report with the findings of tables and mappings added."""
        return replace(self, findings=tuple(sorted((*self.findings, *findings), key=_finding_key)))

    def result_groups(self) -> tuple[ResultGroup, ...]:
        """The results by rule: worst first, then the rule's order, then its name."""
        groups: dict[tuple[Severity, str, str | None], list[Result]] = {}
        known: dict[tuple[str, str, str], list[Result]] = {}
        for result in self.results:
            kind = (result.severity_iri, result.source_shape, result.component)
            if kind not in known:
                rule = self.rules.get(result.source_shape)
                component = result.component if rule and not rule.speaks else None
                key = (result.severity, result.source_shape, component)
                known[kind] = groups.setdefault(key, [])
            known[kind].append(result)
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


class _Details:
    """Ordered as text, which is only made for results that nothing else tells apart."""

    __slots__ = ("results",)

    def __init__(self, results: tuple[Result, ...]) -> None:
        self.results = results

    def __lt__(self, other: _Details) -> bool:
        return repr(self) < repr(other)

    def __repr__(self) -> str:
        return repr(self.results) if self.results else ""


_NO_DETAILS: Final = _Details(())


def result_key(result: Result) -> tuple[int, str, str, str, str, str, str, _Details]:
    """What results are sorted by: worst first, then shape, focus node, path, value, details."""
    return (
        _RANKS.get(result.severity_iri, _WORST),
        result.source_shape,
        result.focus_node,
        _path_text(result.path),
        result.value or "",
        result.component,
        result.source_constraint or "",
        _Details(result.details) if result.details else _NO_DETAILS,
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
