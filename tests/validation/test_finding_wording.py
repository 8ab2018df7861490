"""Every rule and sentence that the stations can emit has words in German, English and Russian."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from clusterkg.findings import Finding, Place, Severity, Words, words
from clusterkg.mapping.lexical import DATATYPES
from clusterkg.validation.finding_wording import (
    HEADINGS,
    LANGUAGES,
    PHRASES,
    SENTENCES,
    finding_heading,
    finding_hint,
    finding_hints,
    finding_message,
    finding_messages,
    place_text,
    placed_message,
)

SOURCE = Path(__file__).parents[2] / "src" / "clusterkg"
EMITTING = (
    "opening.py",
    "sources/checks.py",
    "sources/lost_values.py",
    "mapping/database_rows.py",
    "mapping/findings.py",
    "mapping/term_plan.py",
    "validation/quarantine.py",
)
NAME = re.compile(r"[a-z]+(-[a-z]+)+")
TEXTS = {
    **PHRASES,
    **{name: sentence.message for name, sentence in SENTENCES.items()},
    **{f"{name} (hint)": sentence.hint for name, sentence in SENTENCES.items()},
}


def nodes(kind: type[ast.AST]) -> list[ast.AST]:
    trees = [ast.parse((SOURCE / file).read_text(encoding="utf-8")) for file in EMITTING]
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, kind)]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_findings_are_made_nowhere_else() -> None:
    making = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        if re.search(r'\bFinding\(|checks\.append\(\s*\("', file.read_text(encoding="utf-8"))
    }
    # one reads back what was made; the other has the wording of the lint, see test_lint.py
    assert making - {"mapping/kept.py", "validation/lint_reading.py"} == set(EMITTING)


def test_every_rule_has_a_heading_and_every_sentence_is_there() -> None:
    named = {
        node.value
        for node in nodes(ast.Constant)
        if isinstance(node.value, str) and NAME.fullmatch(node.value)
    }
    assert named <= HEADINGS.keys() | SENTENCES.keys() | PHRASES.keys()
    assert HEADINGS.keys() <= named


def test_what_is_given_is_what_the_sentences_hold() -> None:
    given: dict[str, set[str]] = {}
    open_ended = set()
    for node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "words":
            if isinstance(node.args[0], ast.Name):  # a phrase that a table of the module names
                assert not node.keywords
                continue
            name = ast.literal_eval(node.args[0])
            given[name] = {keyword.arg for keyword in node.keywords if keyword.arg}
            open_ended |= {name for keyword in node.keywords if keyword.arg is None}
    given["not-the-pattern"] |= {"value"}
    for name, names in given.items():
        needed = placeholders(TEXTS[name][1])
        if name in SENTENCES:
            needed |= placeholders(SENTENCES[name].hint[1])
        further = {"remedy", "where"} if name in open_ended else set()
        assert names | further == needed, name


@pytest.mark.parametrize("name", TEXTS)
def test_all_languages_hold_the_same(name: str) -> None:
    german, english, russian = TEXTS[name]
    assert placeholders(german) == placeholders(english) == placeholders(russian)
    assert bool(german) == bool(english) == bool(russian)


def test_every_datatype_is_said() -> None:
    for name, datatype in DATATYPES.items():
        assert PHRASES[f"xsd:{name}"][1] == datatype.words


def test_every_rule_of_a_mapping_can_be_counted() -> None:
    code = (SOURCE / "mapping/term_plan.py").read_text(encoding="utf-8")
    rules = set(re.findall(r'checks\.append\(\s*\("([a-z-]+)"', code))
    assert len(rules) == 4
    for rule in rules:
        kind = rule.replace("-", " ")
        assert PHRASES[kind][1] == kind


def test_a_rule_is_called_by_its_name_in_english() -> None:
    for rule, (german, english, russian) in HEADINGS.items():
        assert english == rule
        assert len({german, english, russian}) == 3
    assert finding_heading("not-a-number", "de") == "Keine Zahl"
    assert finding_heading("my-rule", "de") == "my-rule"


def test_places_in_three_languages() -> None:
    place = Place("a.xlsx", "Organisationen", 6, "latitude")
    assert [place_text(place, language) for language in LANGUAGES] == [
        "a.xlsx, Blatt Organisationen, Zeile 6, Spalte latitude",
        "a.xlsx, sheet Organisationen, row 6, column latitude",
        "a.xlsx, лист Organisationen, строка 6, столбец latitude",
    ]
    assert place_text(place, "en") == str(place)
    assert place_text(Place("a.csv"), "de") == "a.csv"


def found(said: Words | None, hint: str | None = "Do it.") -> Finding:
    return Finding(Severity.WARNING, "a-rule", "It is so.", Place("a.csv", row=2), "x", hint, said)


MAPPED = {
    "remedy": words("correct-value"),
    "where": words("triples-map", where=words("line", file="m.yml", line="7"), name="people"),
}
MAPPED_HINT = (
    "Berichtigen Sie den Wert oder ändern Sie das Mapping (m.yml, Zeile 7, "
    "Triples Map „people“); das Tripel entfällt."
)
GERMAN = [
    (
        words("row-count", n="1", expected=words("span", least="2", most="9"), declared="s.toml"),
        "Zahl der Zeilen: 1, erwartet: 2 bis 9",
        "Prüfen Sie, ob die Tabelle vollständig ist; wenn ja, ändern Sie 'rows' in s.toml.",
    ),
    (
        words(
            "duplicate-key",
            rows=words("rows", listed=words("and", first="8, 9", last=words("further", n="5"))),
            shared=words(
                "and",
                first=words("has-value", column="name", value="X {y}"),
                last=words("no-value", column="city"),
            ),
        ),
        "Zeilen 8, 9 und 5 weitere haben alle name „X {y}“ und keine Angabe bei city",
        "Nehmen Sie eine der Zeilen heraus oder nennen Sie in 'key' weitere Spalten.",
    ),
    (
        words(
            "not-in-datatype",
            value="um 1920",
            datatype="xsd:gYear",
            expected=Words("xsd:gYear"),
            **MAPPED,
        ),
        "„um 1920“ ist kein gültiger Wert vom Typ xsd:gYear (ein Jahr JJJJ)",
        MAPPED_HINT,
    ),
    (
        words(
            "unknown-term", term="clk:x", n="1", repair=words("known-terms", terms="clk:a, clk:b")
        ),
        "„clk:x“ steht in keiner Ontologie (1 Tripel)",
        "Bekannt sind: clk:a, clk:b.",
    ),
    (
        words("not-a-web-address", value="a b", why=words("holds-blank"), **MAPPED),
        "„a b“ ist keine Webadresse (IRI): sie enthält ein Leerzeichen",
        MAPPED_HINT,
    ),
]


@pytest.mark.parametrize(("said", "message", "hint"), GERMAN)
def test_german(said: Words, message: str, hint: str) -> None:
    finding = found(said)
    assert finding_message(finding, "de") == message
    assert finding_hint(finding, "de") == hint
    assert placed_message(finding, "de") == f"a.csv, Zeile 2: {message}"


def test_no_hint_in_english_is_none_in_any_language() -> None:
    finding = found(words("more-cells", n="4", most="1000"), hint=None)
    assert finding_message(finding, "de") == "weitere Fälle wie die 1000 aufgeführten: 4"
    assert finding_hint(finding, "de") is None
    assert finding_hints(finding) == {}


@pytest.mark.parametrize(
    "said", [None, words("no-such-sentence"), words("not-a-date", value=words("no-such-part"))]
)
def test_what_has_no_words_speaks_english(said: Words | None) -> None:
    finding = found(said)
    assert placed_message(finding, "ru") == "a.csv, строка 2: It is so."
    assert finding_hint(finding, "de") == "Do it."
    assert finding_messages(finding) == {"en": "It is so."}
    assert finding_hints(finding) == {"en": "Do it."}
