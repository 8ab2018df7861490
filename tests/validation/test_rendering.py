from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser

import pytest
from rdflib import DCTERMS, RDF, RDFS, Graph, Literal, Namespace

from clusterkg.errors import ValidationError
from clusterkg.findings import Finding, Origin, Place, Role, Severity, words
from clusterkg.namespaces import SH as SHACL
from clusterkg.validation.path import Inverse, Predicate, Sequence
from clusterkg.validation.rendering import FORMS, render
from clusterkg.validation.rendering.table_rows import Tables
from clusterkg.validation.rendering.words import counted, number, times
from clusterkg.validation.report import VALUE, Checked, Messages, Report, Result, Sentences
from clusterkg.validation.rule import Rule

SH = Namespace(SHACL)
SHAPE = "<https://w3id.org/clusterkg/shape/Address-postCode>"
CELL = Origin(Place("a.csv", row=17, column="plz"), "410", "m.yml, line 42")
MESSAGES = {
    "de": "Die Postleitzahl hat nicht fünf Ziffern.",
    "en": "The postcode does not have five digits.",
    "ru": "В почтовом индексе не пять цифр.",
}


def result(number: int, severity: str = "Violation") -> Result:
    return Result(
        focus_node=f"<https://example.org/id/address/{number}>",
        path=Predicate("<http://www.w3.org/ns/locn#postCode>"),
        value=f'"{number}"',
        source_shape=SHAPE,
        component=f"<{SH}PatternConstraintComponent>",
        severity_iri=f"<{SH}{severity}>",
        messages=MESSAGES,
        focus_label={"de": "Muster & <Söhne>"} if number == 410 else {},
        origins=(CELL,) if number == 410 else (),
    )


REPORT = Report(
    results=tuple(result(n) for n in range(410, 417)),
    rules={SHAPE: Rule(SHAPE, {"de": "Postleitzahl", "en": "postcode", "ru": "индекс"})},
    checked=Checked(12345, 678, 9),
    engine="pySHACL 0",
).with_findings(
    [
        Finding(
            Severity.WARNING,
            "not-a-year",
            "'um 2004' is not a year",
            Place("organisations.csv", row=row, column="founded"),
            "um 2004",
            "Write four digits: 2014.",
            words("not-a-year", value="um 2004"),
        )
        for row in (8, 9)
    ]
)


def test_text_in_german() -> None:
    assert (
        render(REPORT, "text", language="de", limit=2).decode()
        == """\
7 Verstöße, 2 Warnungen, 0 Hinweise
Geprüft: 12.345 Tripel, 678 Knoten, 9 Regeln; Prüfer: pySHACL 0.

Nach Tabelle
============

a.csv: 1 Verstoß
  Verstoß · Postleitzahl · einmal

organisations.csv: 2 Warnungen
  Warnung · Keine Jahreszahl · 2-mal

(keiner Tabelle zuzuordnen: 6 Verstöße)

Nach Regel
==========

Verstoß · Postleitzahl · 7-mal
  Die Postleitzahl hat nicht fünf Ziffern.
  In: a.csv: Spalte plz 1
  - Muster & <Söhne>  <https://example.org/id/address/410>  Wert: "410"
    steht in a.csv, Zeile 17, Spalte plz: „410“ (m.yml, Zeile 42)
  - <https://example.org/id/address/411>  Wert: "411"
    … und 5 weitere
  [clk-shape:Address-postCode  locn:postCode]

Warnung · Keine Jahreszahl · 2-mal
  Abhilfe: Schreiben Sie vier Ziffern: 2014.
  In: organisations.csv: Spalte founded 2
  - organisations.csv, Zeile 8, Spalte founded: „um 2004“ ist keine Jahreszahl
  - organisations.csv, Zeile 9, Spalte founded: „um 2004“ ist keine Jahreszahl
"""
    )


def test_text_in_other_languages() -> None:
    english = render(REPORT, "text", limit=1).decode()
    assert english.startswith("7 violations, 2 warnings, 0 infos\nChecked: 12,345 triples")
    assert "violation · postcode · 7 times\n  The postcode does not have five digits." in english
    assert "… and 6 more" in english
    assert (
        "warning · not-a-year · 2 times\n"
        "  remedy: Write four digits: 2014.\n"
        "  in: organisations.csv: column founded 2\n"
        "  - organisations.csv, row 8, column founded: 'um 2004' is not a year\n"
    ) in english
    russian = render(REPORT, "text", language="ru", limit=1).decode()
    assert russian.startswith("7 нарушений, 2 предупреждения, 0 примечаний")
    assert "нарушение · индекс · 7 раз" in russian
    assert "organisations.csv, строка 8, столбец founded: «um 2004» — не год" in russian
    assert "как исправить: Напишите четыре цифры: 2014." in russian


def test_text_of_nothing() -> None:
    report = Report((), checked=Checked(3, 2, 1), engine="pySHACL 0")
    assert render(report, "text").decode() == (
        "0 violations, 0 warnings, 0 infos\n"
        "Checked: 3 triples, 2 nodes, 1 rules; by pySHACL 0.\n"
        "Nothing to complain about.\n"
    )


def test_different_messages_of_one_rule_stand_with_their_examples() -> None:
    other = {**MESSAGES, "en": "Something else."}
    report = Report((result(410), result(411)._replace(messages=other)))
    text = render(report, "text").decode()
    assert text.count("The postcode does not have five digits.") == 1
    assert text.count("    Something else.") == 1


def test_json_is_complete_and_has_stable_keys() -> None:
    content = json.loads(render(REPORT, "json"))
    assert list(content) == [
        *("conforms", "counts", "engine", "checked", "tables", "findings", "rules", "results")
    ]
    assert content["counts"] == {"violation": 7, "warning": 2, "info": 0}
    assert content["checked"] == {"triples": 12345, "focusNodes": 678, "shapes": 9}
    assert content["tables"][0] == {
        "file": "a.csv",
        "sheet": None,
        "counts": {"violation": 1, "warning": 0, "info": 0},
        "rules": [
            {
                "rule": "https://w3id.org/clusterkg/shape/Address-postCode",
                "severity": "violation",
                "count": 1,
            }
        ],
    }
    assert content["rules"]["https://w3id.org/clusterkg/shape/Address-postCode"]["count"] == 7
    assert len(content["results"]) == 7
    assert content["results"][0] == {
        "severity": "violation",
        "severityIri": f"{SH}Violation",
        "focusNode": {"type": "uri", "value": "https://example.org/id/address/410"},
        "focusLabel": {"de": "Muster & <Söhne>"},
        "path": "locn:postCode",
        "value": {"type": "literal", "value": "410"},
        "sourceShape": "https://w3id.org/clusterkg/shape/Address-postCode",
        "component": f"{SH}PatternConstraintComponent",
        "sourceConstraint": None,
        "messages": MESSAGES,
        "places": [{"file": "a.csv", "sheet": None, "row": 17, "column": "plz"}],
        "origins": [
            {
                "role": "value",
                "place": {"file": "a.csv", "sheet": None, "row": 17, "column": "plz"},
                "value": "410",
                "mapping": "m.yml, line 42",
            }
        ],
        "details": [],
    }
    assert content["findings"][0] == {
        "severity": "warning",
        "rule": "not-a-year",
        "message": "'um 2004' is not a year",
        "place": {"file": "organisations.csv", "sheet": None, "row": 8, "column": "founded"},
        "value": "um 2004",
        "mapping": None,
        "hint": "Write four digits: 2014.",
        "messages": {
            "de": "„um 2004“ ist keine Jahreszahl",
            "en": "'um 2004' is not a year",
            "ru": "«um 2004» — не год",
        },
        "hints": {
            "de": "Schreiben Sie vier Ziffern: 2014.",
            "en": "Write four digits: 2014.",
            "ru": "Напишите четыре цифры: 2014.",
        },
    }


@pytest.mark.parametrize("value", ['"', "\\u0000", "a\nb", "\0", "ё"])
def test_json_has_the_value_that_a_sentence_names(value: str) -> None:
    sentences = Sentences(
        {"en": r'"\0" is no \u0000'.replace(r"\0", VALUE, 1), "ru": f"{VALUE}{VALUE}!"}
    )
    results = [
        result(1)._replace(messages=Messages(sentences, said), details=(result(2),))
        for said in (value, "b")
    ]
    report = Report(tuple(results), engine="clusterkg 0")
    told = [one["messages"] for one in json.loads(render(report, "json"))["results"]]
    assert told == [
        {"en": f'"{said}" is no \\u0000', "ru": f"{said}{said}!"} for said in (value, "b")
    ]


def test_turtle_is_a_standard_report() -> None:
    path = Sequence((Inverse(Predicate("<x:p>")), Predicate("<x:q>")))
    nested = result(1)._replace(path=path, details=(result(2, "Info"),))
    report = Report((nested,), engine="pySHACL 0").with_findings(REPORT.findings)
    text = render(report, "turtle").decode()
    assert "# warning: organisations.csv, row 8, column founded: 'um 2004' is not a year\n" in text
    graph = Graph().parse(data=text, format="turtle")
    (top,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(top, SH.conforms).toPython() is False
    (found,) = graph.objects(top, SH.result)
    assert str(graph.value(found, SH.focusNode)) == "https://example.org/id/address/1"
    assert {m.language for m in graph.objects(found, SH.resultMessage)} == {"de", "en", "ru"}
    assert len(list(graph.items(graph.value(found, SH.resultPath)))) == 2
    detail = graph.value(found, SH.detail)
    assert graph.value(detail, SH.resultSeverity) == SH.Info
    assert not list(graph.objects(detail, SH.detail))


def test_turtle_says_which_cells_a_result_is_derived_from() -> None:
    prov, csvw = Namespace("http://www.w3.org/ns/prov#"), Namespace("http://www.w3.org/ns/csvw#")
    cells = (CELL, Origin(Place("b c.xlsx", "Orte", 5, "plz"), role=Role.MISSING))
    report = Report((result(1)._replace(origins=cells),), engine="clusterkg 0")
    graph = Graph().parse(data=render(report, "turtle").decode(), format="turtle")
    (found,) = graph.objects(None, SH.result)
    told = {}
    for derivation in graph.objects(found, prov.qualifiedDerivation):
        assert (derivation, RDF.type, prov.Derivation) in graph
        entity = graph.value(derivation, prov.entity)
        assert (entity, RDF.type, csvw.Cell) in graph
        role = graph.value(derivation, prov.hadRole)
        assert {label.language for label in graph.objects(role, RDFS.label)} == {"de", "en", "ru"}
        told[str(graph.value(entity, csvw.url))] = (
            str(graph.value(entity, csvw.name)),
            str(graph.value(role, DCTERMS.identifier)),
            graph.value(entity, prov.value),
            graph.value(derivation, RDFS.seeAlso),
        )
    assert told == {
        "a.csv#row=17": ("plz", "value", Literal("410"), Literal("m.yml, line 42")),
        "b%20c.xlsx": ("plz", "missing", None, None),
    }


def test_turtle_of_nothing_conforms() -> None:
    nothing = Report((), engine="pySHACL 0")
    graph = Graph().parse(data=render(nothing, "turtle").decode(), format="turtle")
    assert [value.toPython() for value in graph.objects(None, SH.conforms)] == [True]


class Page(HTMLParser):
    VOID = ("meta", "br", "link", "img", "input", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", ["de", "en", "ru"])
def test_html_is_one_whole_page(language: str) -> None:
    page = Page()
    page.feed(render(REPORT, "html", language=language, limit=2).decode())
    assert page.open == []
    tags = [tag for tag, _ in page.seen]
    assert ("html", {"lang": language}) in page.seen
    assert not {"script", "link", "img", "iframe"} & set(tags)
    assert "src" not in {name for _, attributes in page.seen for name in attributes}
    assert any(a.get("name") == "viewport" for _, a in page.seen)
    assert "Muster & <Söhne>" in page.text
    assert MESSAGES[language] in page.text
    assert page.text.index("organisations.csv") < page.text.index(MESSAGES[language])
    targets = [a["href"] for t, a in page.seen if t == "a" and str(a["href"]).startswith("#")]
    assert targets
    assert {str(one)[1:] for one in targets} <= {a.get("id") for _, a in page.seen}


def test_html_opens_what_is_worst_and_keeps_the_true_numbers() -> None:
    page = Page()
    page.feed(render(REPORT, "html", language="de", limit=2).decode())
    details = [attributes for tag, attributes in page.seen if tag == "details" and attributes]
    assert details == [
        {"id": "rule-1", "class": "rule violation", "open": None},
        {"id": "rule-2", "class": "rule warning"},
    ]
    assert "7 Verstöße" in page.text
    assert "… und 5 weitere" in page.text


def test_html_of_nothing() -> None:
    assert "Nichts zu beanstanden." in render(Report(()), "html", language="de").decode()


def test_what_data_hold_cannot_act() -> None:
    harmful = result(1)._replace(focus_node="<javascript:alert(1)>")
    harmful = harmful._replace(value='"\x1b[2J<script>"')
    page = Page()
    page.feed(render(Report((harmful,)), "html").decode())
    assert not [tag for tag, _ in page.seen if tag in ("a", "script")]
    text = render(Report((harmful,)), "text").decode()
    assert "\x1b" not in text
    assert "<script>" in text


def test_an_unknown_form_proposes_the_near_one() -> None:
    with pytest.raises(ValidationError, match="no form 'htm'\n  Did you mean 'html'"):
        render(REPORT, "htm")
    assert FORMS == ("text", "json", "html", "turtle", "csv", "sarif", "xlsx")


ROLES = (
    Origin(Place("a.csv", row=3, column="name"), "Muster", role=Role.SUBJECT),
    Origin(Place("b.xlsx", "Orte", 5, "plz"), None, role=Role.MISSING),
    Origin(Place("b.xlsx", "Orte", 6, "plz"), "k. A.", role=Role.MISSING),
    Origin(Place("a.csv", row=4, column="name"), "Muster\n AG " + "x" * 99, role=Role.SOURCE),
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "de",
            (
                "betrifft a.csv, Zeile 3, Spalte name: „Muster“; keine Spalte gibt die Angabe",
                "fehlt in b.xlsx, Blatt Orte, Zeile 5, Spalte plz",
                "nicht verwendbar in b.xlsx, Blatt Orte, Zeile 6, Spalte plz: „k. A.“",
                "abgeleitet aus a.csv, Zeile 4, Spalte name: „Muster AG xxx",
            ),
        ),
        (
            "en",
            (
                "about a.csv, row 3, column name: 'Muster'; no column gives the value",
                "missing in b.xlsx, sheet Orte, row 5, column plz",
                "cannot be used in b.xlsx, sheet Orte, row 6, column plz: 'k. A.'",
                "derived from a.csv, row 4, column name: 'Muster AG xxx",
            ),
        ),
        (
            "ru",
            (
                "относится к: a.csv, строка 3, столбец name: «Muster»; ни один столбец не даёт",
                "отсутствует в: b.xlsx, лист Orte, строка 5, столбец plz",
                "не может быть использовано в: b.xlsx, лист Orte, строка 6, столбец plz: «k. A.»",
                "получено из: a.csv, строка 4, столбец name: «Muster AG xxx",
            ),
        ),
    ],
)
def test_what_a_cell_has_to_do_with_a_result(language: str, said: tuple[str, ...]) -> None:
    report = Report((result(411)._replace(origins=ROLES),))
    text = " ".join(render(report, "text", language=language).decode().split())
    page = Page()
    page.feed(render(report, "html", language=language).decode())
    for sentence in said:
        assert sentence in text
        assert sentence in page.text
    assert "x" * 90 not in text, "a long cell is cut"


def test_a_result_counts_once_in_each_table_and_column() -> None:
    report = Report((result(411)._replace(origins=ROLES), result(410)))
    text = render(report, "text", language="de").decode()
    assert "a.csv: 2 Verstöße\n" in text
    assert "b.xlsx, Blatt Orte: 1 Verstoß\n" in text
    assert text.index("a.csv: 2") < text.index("b.xlsx, Blatt Orte: 1")
    columns = " ".join(text.split())
    assert "In: a.csv: Spalte name 1, Spalte plz 1; b.xlsx, Blatt Orte: Spalte plz 1" in columns


@pytest.mark.parametrize("form", ["text", "html"])
def test_of_many_cells_some_are_named_and_the_number_is_true(form: str) -> None:
    cells = tuple(Origin(Place("a.csv", row=row, column="id"), "7") for row in range(2, 1502))
    report = Report((result(411)._replace(origins=cells),), engine="clusterkg 0")
    text = render(report, form, language="de", limit=3).decode()
    assert "Zeile 4, Spalte id" in text
    assert "Zeile 5, Spalte id" not in text
    assert "… und 1.497 weitere Zellen" in text
    assert text.count("Spalte id 1") == 1, "one result, however many cells"
    assert "Zeile 1501, Spalte id" in render(report, form, language="de", limit=0).decode()
    assert len(json.loads(render(report, "json"))["results"][0]["origins"]) == 1500


def test_colours_only_where_asked_for() -> None:
    assert b"\x1b" not in render(REPORT, "text")
    told = render(REPORT, "text", language="de", colour=True).decode()
    assert "\x1b[1;31mVerstoß\x1b[0m · Postleitzahl" in told
    assert re.sub("\x1b[^m]*m", "", told) == render(REPORT, "text", language="de").decode()


def test_numbers_as_the_language_writes_them() -> None:
    assert number(1234567, "de") == "1.234.567"
    assert number(1234567, "en") == "1,234,567"
    assert [counted(Severity.VIOLATION, n, "ru") for n in (1, 3, 5, 11, 21, 112)] == [
        "1 нарушение",
        "3 нарушения",
        "5 нарушений",
        "11 нарушений",
        "21 нарушение",
        "112 нарушений",
    ]
    assert [times(n, "de") for n in (1, 2)] == ["einmal", "2-mal"]


@pytest.mark.parametrize("language", ["de", "en", "ru"])
def test_thousands_are_parted_by_a_blank_that_is_shown(language: str) -> None:
    report = Report(results=(), checked=Checked(triples=3394), engine="pySHACL 0")
    told = render(report, "text", language=language)
    assert "�" not in told.decode()
    assert number(3394, language) in told.decode()


def test_csv_has_a_line_for_each() -> None:
    text = render(REPORT, "csv", language="de").decode("utf-8-sig")
    lines = list(csv.DictReader(text.splitlines()))
    assert len(lines) == 9
    finding, first = lines[0], lines[2]
    assert [line["number"] for line in lines] == [str(n) for n in range(1, 10)]
    assert (first["cell"], first["role"], first["mapping"]) == ("410", "value", "m.yml, line 42")
    assert (finding["file"], finding["row"], finding["column"]) == (
        "organisations.csv",
        "8",
        "founded",
    )
    assert finding["message"] == "„um 2004“ ist keine Jahreszahl"
    assert (first["severity"], first["rule"]) == ("violation", "Postleitzahl")
    assert first["value"] == "410"
    assert (first["file"], first["row"], first["column"]) == ("a.csv", "17", "plz")
    assert first["focus_label"] == "Muster & <Söhne>"
    assert first["path"] == "locn:postCode"


def test_csv_holds_no_formulas() -> None:
    told = Finding(Severity.INFO, "not-a-year", "'=1+1' is not a year", value="=1+1")
    text = render(Report((), (told,)), "csv").decode("utf-8-sig")
    assert next(csv.DictReader(text.splitlines()))["value"] == "'=1+1"


def test_sarif_names_rules_levels_and_places() -> None:
    run = json.loads(render(REPORT, "sarif", language="en"))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["https://w3id.org/clusterkg/shape/Address-postCode", "not-a-year"]
    assert len(run["results"]) == 9
    for one in run["results"]:
        assert rules[one["ruleIndex"]] == one["ruleId"]
    assert {one["level"] for one in run["results"]} == {"error", "warning"}
    finding, first = run["results"][0], run["results"][2]
    place = finding["locations"][0]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "organisations.csv", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 8},
    }
    assert place["logicalLocations"] == [
        {"fullyQualifiedName": "row 8, column founded", "kind": "cell"}
    ]
    assert finding["message"]["text"].endswith("Write four digits: 2014.")
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 17}
    assert first["message"]["text"].startswith("The postcode does not have five digits.")


def test_sarif_names_the_line_of_the_file_and_the_other_cells() -> None:
    report = Report((result(411)._replace(origins=(CELL, *ROLES)),))
    tables = Tables("data", lines={"a.csv": {17: 23}})
    made = json.loads(render(report, "sarif", language="de", tables=tables))["runs"][0]["results"]
    (one,) = made
    (first,) = one["locations"]
    assert first["physicalLocation"] == {
        "artifactLocation": {"uri": "data/a.csv", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 23},
    }
    related = one["relatedLocations"]
    assert len(related) == len(ROLES)
    assert one["properties"] == {"cells": 1 + len(ROLES)}
    assert related[1]["message"]["text"] == "fehlt in b.xlsx, Blatt Orte, Zeile 5, Spalte plz"
    assert "region" not in related[1]["physicalLocation"], "a workbook has no lines"
    again = json.loads(render(report, "sarif"))["runs"][0]["results"][0]
    assert again["partialFingerprints"] == one["partialFingerprints"], "in whatever language"


def test_sarif_leaves_the_address_of_a_database_as_it_is() -> None:
    address = "postgresql://anna@localhost/people"
    report = Report(()).with_findings(
        [Finding(Severity.WARNING, "not-a-year", "no year", Place(address, "person", 3))]
    )
    (one,) = json.loads(render(report, "sarif"))["runs"][0]["results"]
    assert one["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": address}}
