from __future__ import annotations

from dataclasses import replace

import pytest

from clusterkg.findings import Finding, Place, Severity
from clusterkg.namespaces import SH
from clusterkg.validation.path import Predicate
from clusterkg.validation.report import (
    VALUE,
    Checked,
    Messages,
    Report,
    Result,
    Rule,
    Sentences,
    in_language,
    merged,
    result_key,
)


def result(focus: str, shape: str = "name", severity: str = "Warning") -> Result:
    return Result(
        focus_node=f"<https://example.org/{focus}>",
        path=Predicate("<http://www.w3.org/2004/02/skos/core#prefLabel>"),
        value=None,
        source_shape=f"<https://example.org/shape/{shape}>",
        component=f"<{SH}MinCountConstraintComponent>",
        severity_iri=f"<{SH}{severity}>",
        messages={"de": "Der Name fehlt.", "en": "The name is missing."},
    )


def finding(row: int, severity: Severity = Severity.VIOLATION, file: str = "a.csv") -> Finding:
    return Finding(severity, "not-a-year", f"'{row}' is no year", Place(file, row=row))


def test_conforms_is_what_shacl_means_by_it() -> None:
    assert Report(()).conforms
    assert not Report((result("a", severity="Info"),)).conforms
    assert Report((), (finding(2),)).conforms


def test_counts_are_of_results_and_findings() -> None:
    report = Report((result("a"), result("b", severity="Violation")), (finding(2),))
    assert report.counts == {Severity.VIOLATION: 2, Severity.WARNING: 1, Severity.INFO: 0}
    assert list(report.counts) == [Severity.VIOLATION, Severity.WARNING, Severity.INFO]
    assert report.violations == 2


def test_findings_are_sorted_worst_first_then_by_place() -> None:
    report = Report(()).with_findings(
        [finding(10), finding(3, Severity.WARNING), finding(9), finding(2, file="b.csv")]
    )
    shown = [(f.severity.word, f.place.file, f.place.row) for f in report.findings if f.place]
    assert shown == [
        ("violation", "a.csv", 9),
        ("violation", "a.csv", 10),
        ("violation", "b.csv", 2),
        ("warning", "a.csv", 3),
    ]
    assert [len(group.findings) for group in report.finding_groups()] == [3, 1]


def test_results_are_grouped_worst_first_then_by_the_order_of_the_rule() -> None:
    rules = {
        "<https://example.org/shape/late>": Rule("<https://example.org/shape/late>", order=2),
        "<https://example.org/shape/soon>": Rule("<https://example.org/shape/soon>", order=1),
    }
    report = Report(
        (result("a", "late"), result("a", "soon"), result("b", "late"), result("c", "x", "Info")),
        rules=rules,
    )
    groups = [(group.rule.shape[-5:-1], len(group.results)) for group in report.result_groups()]
    assert groups == [("soon", 1), ("late", 2), ("pe/x", 1)]


def test_results_are_sorted_by_their_details_where_nothing_else_tells_them_apart() -> None:
    one, other = ((result("x")._replace(details=(result(focus),))) for focus in "ab")
    some = [other, result("x"), one]
    assert sorted(some, key=result_key) == [result("x"), one, other]
    violation = result("z", severity="Violation")
    assert sorted([*some, violation], key=result_key)[0] == violation


def test_messages_name_the_value() -> None:
    messages = Messages(Sentences({"de": f"{VALUE} fehlt", "": "missing"}), "b")
    assert messages == {"de": "b fehlt", "": "missing"}
    assert repr(messages) == repr({"de": "b fehlt", "": "missing"})
    assert in_language(messages, "de") == "b fehlt"
    assert in_language(messages, "ru") == "missing"
    with pytest.raises(KeyError):
        messages["ru"]


def test_a_rule_without_a_message_is_grouped_by_component() -> None:
    shape = "<https://example.org/shape/name>"
    other = result("b")._replace(component=f"<{SH}PatternConstraintComponent>")
    silent = {shape: Rule(shape, speaks=False)}
    report = Report((result("a"), other, result("c")), rules=silent)
    assert [len(group.results) for group in report.result_groups()] == [2, 1]
    speaking = {shape: Rule(shape)}
    assert len(replace(report, rules=speaking).result_groups()) == 1


def test_the_language_asked_for_then_english_then_none_then_german() -> None:
    texts = {"de": "a", "en": "b", "": "c"}
    assert in_language(texts, "de") == "a"
    assert in_language(texts, "ru") == "b"
    assert in_language({"": "c", "de": "a"}, "ru") == "c"
    assert in_language({"de": "a"}, "ru") == "a"
    assert in_language({"fr": "d"}, "ru") == "d"
    assert in_language({}, "ru") == ""


def test_reports_on_parts_add_up() -> None:
    one = Report((result("b"),), (finding(2),), checked=Checked(10, 3, 2), engine="pySHACL")
    two = Report((result("a", severity="Violation"),), checked=Checked(4, 1, 5), engine="pySHACL")
    both = merged([one, two])
    assert [r.focus_node for r in both.results] == [
        "<https://example.org/a>",
        one.results[0].focus_node,
    ]
    assert both.checked == Checked(10, 4, 7)
    assert len(both.findings) == 1
