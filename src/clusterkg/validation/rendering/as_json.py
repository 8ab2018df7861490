"""Report → JSON with stable keys, complete and in every language; terms as SPARQL JSON has them."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from clusterkg.validation.finding_wording import finding_hints, finding_messages
from clusterkg.validation.path import path_sparql
from clusterkg.validation.rendering.blocks import sorted_groups, tables_of
from clusterkg.validation.rendering.json_objects import encoded, json_object, quoted, texts
from clusterkg.validation.report import VALUE, Messages
from clusterkg.validation.terms import parse_term, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.findings import Finding, Origin, Place, Severity
    from clusterkg.validation.path import Path
    from clusterkg.validation.report import FindingGroup, Report, Result, ResultGroup, Sentences

__all__ = ["json_report"]


def json_report(report: Report) -> bytes:
    """One object in UTF-8: conforms, counts, engine, checked, tables, findings, rules, results.

    Where no shapes were checked, as by ``clusterkg map``, it has counts, tables and findings alone.
    """
    counts = _counts(report.counts)
    tables = iter(_tables(report))
    findings = (_finding(finding) for finding in report.findings)
    if not report.engine:
        return _written({"counts": counts, "tables": tables, "findings": findings})
    content = {
        "conforms": report.conforms,
        "counts": counts,
        "engine": report.engine,
        "checked": {
            "triples": report.checked.triples,
            "focusNodes": report.checked.focus_nodes,
            "shapes": report.checked.shapes,
        },
        "tables": tables,
        "findings": findings,
        "rules": _rules(report),
        "results": map(_Results().pieces, report.results),
    }
    return _written(content)


def _written(content: dict[str, Any]) -> bytes:
    return json_object(content, after="\n")


def _counts(counts: Mapping[Severity, int]) -> dict[str, int]:
    return {severity.word: count for severity, count in counts.items()}


def _tables(report: Report) -> list[dict[str, Any]]:
    """Each file or sheet with its counts, in all and by rule; the worst first."""
    groups = sorted_groups(report)
    return [
        {
            "file": table.place.file,
            "sheet": table.place.sheet,
            "counts": _counts(table.counts),
            "rules": [_share(groups[at], count) for at, count in table.blocks],
        }
        for table in tables_of(groups)
    ]


def _share(group: FindingGroup | ResultGroup, count: int) -> dict[str, Any]:
    rule = group.rule if isinstance(group.rule, str) else plain(group.rule.shape)
    return {"rule": rule, "severity": group.severity.word, "count": count}


def _rules(report: Report) -> dict[str, Any]:
    counts = Counter(map(attrgetter("source_shape"), report.results))
    return {
        plain(rule.shape): {
            "name": dict(rule.names),
            "description": dict(rule.descriptions),
            "count": counts[rule.shape],
        }
        for rule in report.rules.values()
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.word,
        "rule": finding.rule,
        "message": finding.message,
        "place": _place(finding.place) if finding.place else None,
        "value": finding.value,
        "mapping": finding.mapping,
        "hint": finding.hint,
        "messages": finding_messages(finding),
        "hints": finding_hints(finding),
    }


def _place(place: Place) -> dict[str, Any]:
    if place.line is not None:
        return {"file": place.file, "line": place.line}
    return {
        "file": place.file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "role": origin.role.value,
        "place": _place(origin.place),
        "value": origin.value,
        "mapping": origin.mapping,
    }


class _Kind(NamedTuple):
    """What results of one shape, component and path share, in UTF-8: their text around terms."""

    path: Path | None
    before: bytes
    within: bytes
    after: bytes


class _Results:
    """Results → JSON in UTF-8; what several of them share is written once."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[str, str, str, str | None], _Kind] = {}
        self.sentences: dict[Sentences, list[bytes]] = {}
        self.terms = _Terms()

    def pieces(self, result: Result) -> tuple[bytes, ...]:
        focus, path, value, shape, component, severity, messages, label, constraint, *_ = result
        key = (severity, shape, component, constraint)
        kind = self.kinds.get(key)
        if kind is None or not (kind.path is path or kind.path == path):
            kind = self.kinds[key] = _kind(result)
        return (
            kind.before,
            self.terms[focus],
            b', "focusLabel": ',
            texts(label).encode() if label else b"{}",
            kind.within,
            b"null" if value is None else self.terms[value],
            kind.after,
            self._messages(messages),
            self._rest(result) if result.origins or result.details else _NO_REST,
        )

    def _messages(self, messages: Mapping[str, str]) -> bytes:
        if type(messages) is not Messages:
            return texts(messages).encode()
        parts = self.sentences.get(messages.sentences)
        if parts is None:
            parts = self.sentences[messages.sentences] = _parts(messages.sentences)
        return quoted(messages.value)[1:-1].encode().join(parts)

    def _rest(self, result: Result) -> bytes:
        places = encoded([_place(place) for place in result.places]) if result.origins else "[]"
        origins = encoded([_origin(one) for one in result.origins]) if result.origins else "[]"
        details = b", ".join([b"".join(self.pieces(detail)) for detail in result.details])
        before = f', "places": {places}, "origins": {origins}, "details": ['
        return b"".join((before.encode(), details, b"]}"))


_KINDS: Final = {"<": "uri", "_": "bnode"}
_NO_REST: Final = b', "places": [], "origins": [], "details": []}'


def _kind(result: Result) -> _Kind:
    severity, severity_iri = result.severity.word, quoted(plain(result.severity_iri))
    path = "null" if result.path is None else quoted(path_sparql(result.path))
    shape, component = quoted(plain(result.source_shape)), quoted(plain(result.component))
    constraint = result.source_constraint and quoted(plain(result.source_constraint))
    return _Kind(
        result.path,
        f'{{"severity": "{severity}", "severityIri": {severity_iri}, "focusNode": '.encode(),
        f', "path": {path}, "value": '.encode(),
        f', "sourceShape": {shape}, "component": {component}, '
        f'"sourceConstraint": {constraint or "null"}, "messages": '.encode(),
    )


def _parts(sentences: Sentences) -> list[bytes]:
    """The object of the texts, cut where the value belongs."""
    written = {
        language: VALUE.join(quoted(part)[1:-1] for part in text.split(VALUE))
        for language, text in sentences.texts.items()
    }
    members = [f'{quoted(language)}: "{text}"' for language, text in written.items()]
    return f"{{{', '.join(members)}}}".encode().split(VALUE.encode())


class _Terms(dict[str, bytes]):
    """Terms as JSON."""

    def __missing__(self, term: str) -> bytes:
        value, language, datatype = parse_term(term)
        further = f', "xml:lang": {quoted(language)}' if language else ""
        if datatype:
            further += f', "datatype": {quoted(datatype)}'
        kind = _KINDS.get(term[0], "literal")
        written = f'{{"type": "{kind}", "value": {quoted(value)}{further}}}'.encode()
        self[term] = written
        return written
