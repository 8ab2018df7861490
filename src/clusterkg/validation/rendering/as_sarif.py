"""Report → SARIF 2.1.0, which code hosts show beside the files (OASIS, sarif-v2.1.0-os).

The line of a cell is that of the CSV file in which its record begins; other files have no lines,
and sheet, row and column stand beside it. A result is at its first cell; the others are related
locations that say what they have to do with it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from clusterkg.findings import Severity
from clusterkg.validation.finding_wording import (
    finding_heading,
    finding_hint,
    finding_message,
    place_text,
)
from clusterkg.validation.rendering.cells import cell_text
from clusterkg.validation.rendering.json_objects import json_object
from clusterkg.validation.rendering.table_rows import Tables, line_of
from clusterkg.validation.rendering.words import rule_name
from clusterkg.validation.report import in_language
from clusterkg.validation.rule import Rule
from clusterkg.validation.terms import is_iri, plain, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.findings import Finding, Origin, Place
    from clusterkg.validation.report import Report, Result

__all__ = ["sarif_report"]

_LEVELS: Final = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_RELATED: Final = 100
"""So many further cells of a result are named; ``properties.cells`` has the true number."""


def sarif_report(report: Report, *, language: str = "en", tables: Tables | None = None) -> bytes:
    """One run with the rules that were broken, and a result for each finding and result."""
    return _Writer(report, language, tables or Tables()).content()


class _Writer:
    """Writes one report in one language."""

    def __init__(self, report: Report, language: str, tables: Tables) -> None:
        self.report, self.language, self.tables = report, language, tables

    def content(self) -> bytes:
        rules = self._rules()
        order = {name: at for at, name in enumerate(rules)}
        driver = {
            "name": "clusterkg",
            "informationUri": "https://w3id.org/clusterkg/",
            "rules": list(rules.values()),
        }
        run = {
            "tool": {"driver": driver},
            "language": self.language,
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": self._root()}}},
            "results": (one | {"ruleIndex": order[one["ruleId"]]} for one in self._results()),
        }
        head = f'{{"$schema": {json.dumps(_SCHEMA)}, "version": "2.1.0", "runs": ['
        return json_object(run, before=head, after="]}\n")

    def _results(self) -> Iterator[dict[str, Any]]:
        yield from (self._finding(finding) for finding in self.report.findings)
        yield from (self._result(result) for result in self.report.results)

    def _rules(self) -> dict[str, dict[str, Any]]:
        """The rules that were broken, by their names in order."""
        shapes = {result.source_shape for result in self.report.results}
        found = {plain(shape): self._rule(shape) for shape in shapes}
        for rule in {finding.rule for finding in self.report.findings}:
            heading = finding_heading(rule, self.language)
            found[rule] = {"id": rule, "shortDescription": {"text": heading}}
        return dict(sorted(found.items()))

    def _root(self) -> str:
        return (
            "the project's folder" if self.tables.base else "the folder that files are named from"
        )

    def _finding(self, finding: Finding) -> dict[str, Any]:
        hint = finding_hint(finding, self.language)
        text = finding_message(finding, self.language)
        place = finding.place
        made: dict[str, Any] = {
            "ruleId": finding.rule,
            "level": _LEVELS[finding.severity],
            "message": {"text": f"{text}\n{hint}" if hint else text},
            "partialFingerprints": _fingerprint(
                finding.rule,
                *((place.file, place.sheet, place.column) if place else ()),
                finding.value or finding.message,
            ),
        }
        return made | ({"locations": [self._location(place)]} if place else {})

    def _result(self, result: Result) -> dict[str, Any]:
        prefixes = self.report.prefixes
        parts = (result.label(self.language), short(result.focus_node, prefixes))
        about = " ".join(part for part in parts if part)
        causes = "".join(f"\n– {detail.message(self.language)}" for detail in result.details)
        made: dict[str, Any] = {
            "ruleId": plain(result.source_shape),
            "level": _LEVELS[result.severity],
            "message": {"text": f"{result.message(self.language)}{causes}\n{about}"},
            "partialFingerprints": _fingerprint(
                result.source_shape, result.component, result.focus_node, result.value
            ),
        }
        node = {"fullyQualifiedName": plain(result.focus_node), "kind": "resource"}
        first, *others = result.origins or (None,)
        location = self._location(first.place) if first else {}
        location["logicalLocations"] = [*location.get("logicalLocations", []), node]
        made["locations"] = [location]
        if others:
            made["relatedLocations"] = [self._related(one) for one in others[:_RELATED] if one]
            made["properties"] = {"cells": len(result.origins)}
        return made

    def _rule(self, shape: str) -> dict[str, Any]:
        rule = self.report.rules.get(shape) or Rule(shape)
        name = plain(shape)
        heading = rule_name(rule, self.language, self.report.prefixes)
        told: dict[str, Any] = {"id": name, "shortDescription": {"text": heading}}
        if rule.descriptions:
            told["fullDescription"] = {"text": in_language(rule.descriptions, self.language)}
        if is_iri(shape):
            told["helpUri"] = quote(name, safe="%/:=&?~#+!$,;'@()*[]")
        return told

    def _related(self, origin: Origin) -> dict[str, Any]:
        said = {"text": cell_text(origin, self.language)}
        return {**self._location(origin.place), "message": said}

    def _artifact(self, file: str) -> dict[str, str]:
        if _is_address(file):
            return {"uri": quote(file, safe="%/:?#[]@!$&'()*+,;=")}
        base = f"{self.tables.base}/" if self.tables.base else ""
        return {"uri": quote(base + file), "uriBaseId": "%SRCROOT%"}

    def _location(self, place: Place) -> dict[str, Any]:
        artifact = self._artifact(place.file)
        physical: dict[str, Any] = {"artifactLocation": artifact}
        line = line_of(self.tables, place)
        if line is not None:
            physical["region"] = {"startLine": line}
        made: dict[str, Any] = {"physicalLocation": physical}
        if place.sheet or place.row is not None or place.column:
            inside = place_text(place, self.language).removeprefix(f"{place.file}, ")
            made["logicalLocations"] = [{"fullyQualifiedName": inside, "kind": "cell"}]
        return made


def _is_address(file: str) -> bool:
    """Whether a place names a database or a web address instead of a file."""
    return "://" in file


def _fingerprint(*parts: str | None) -> dict[str, str]:
    """The same for the same complaint, wherever the row has moved."""
    said = "\0".join(part or "" for part in parts)
    return {"clusterkg/v1": hashlib.sha256(said.encode()).hexdigest()[:16]}
