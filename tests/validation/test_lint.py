"""The lint of shapes finds each defect at its line, and nothing where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterkg.errors import SettingsError, ValidationError
from clusterkg.findings import Finding, Severity
from clusterkg.validation.finding_wording import finding_hint, finding_message
from clusterkg.validation.lint import lint_files
from clusterkg.validation.lint_wording import LINT_HEADINGS, LINT_SENTENCES

ROOT = Path(__file__).parents[2]
PREFIXES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> . "
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
    "@prefix dct: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> . "
    "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix r5r: <http://data.europa.eu/r5r#> . "
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
)
VIOLATION, WARNING, INFO = Severity.VIOLATION, Severity.WARNING, Severity.INFO
CLASH = ("contradiction", VIOLATION, 3, "")


def linted(folder: Path, shapes: str, data: str = "", ontology: str = "") -> tuple[Finding, ...]:
    named = {"shapes": shapes, "data": data, "ontology": ontology}
    files = {}
    for name, text in named.items():
        files[name] = [folder / f"{name}.ttl"] if text else []
        if text:
            files[name][0].write_text(PREFIXES + text, encoding="utf-8")
    return lint_files(files["shapes"], files["data"], files["ontology"])


def on(path: str, constraints: str) -> str:
    """A property shape with constraints, on line 3."""
    return (
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P .\n"
        f"ex:P sh:path {path} ; {constraints} ."
    )


P = "ex:p"
DEFECTS = {
    # words
    "misspelt": (on(P, "sh:minCnt 1"), "unknown-word", VIOLATION, 3, "Did you mean sh:minCount?"),
    "capital": (on(P, "sh:MinCount 1"), "unknown-word", VIOLATION, 3, "sh:minCount?"),
    "draft": (on(P, "sh:valueShape ex:S"), "unknown-word", VIOLATION, 3, "sh:node?"),
    "kind": (on(P, "sh:nodeKind sh:Iri"), "unknown-word", VIOLATION, 3, "sh:IRI?"),
    "nonsense": (on(P, "sh:xyzzyplugh 1"), "unknown-word", VIOLATION, 3, "core-components"),
    "later": (on(P, "sh:memberShape ex:S"), "later-word", WARNING, 3, "SHACL 1.0"),
    "severity": (on(P, "sh:minCount 1 ; sh:severity ex:Fatal"), "unknown-severity", WARNING, 3, ""),
    "severity in text": (
        on(P, 'sh:minCount 1 ; sh:severity "Warning"'),
        *("unknown-severity", VIOLATION, 3, "sh:Warning"),
    ),
    "severity misspelt": (
        on(P, "sh:minCount 1 ; sh:severity sh:Waring"),
        *("unknown-word", VIOLATION, 3, "sh:Warning?"),
    ),
    # namespaces
    "namespace": (
        on("r5r:availability", "sh:maxCount 1"),
        "misspelt-namespace",
        VIOLATION,
        3,
        "r5r/",
    ),
    "class": (
        (
            "ex:S a sh:NodeShape ; sh:closed false ;\n"
            "  sh:targetClass <http://xmlns.com/foaf/0.1#Agent> ."
        ),
        *("misspelt-namespace", VIOLATION, 3, "foaf/0.1/"),
    ),
    "shacl": (
        on(P, 'sh:minCount 1 ; <https://purl.eu/ns/shacl#message> "m"'),
        *("misspelt-namespace", VIOLATION, 3, "http://www.w3.org/ns/shacl#"),
    ),
    "https": (
        on(P, 'sh:minCount 1 ; <https://www.w3.org/ns/shacl#message> "m"'),
        *("misspelt-namespace", VIOLATION, 3, "http://www.w3.org/ns/shacl#"),
    ),
    # references
    "unattached": (
        (
            "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:closed false .\n"
            "ex:P sh:path ex:p ;\n  sh:minCount 1 ."
        ),
        *("unattached-shape", WARNING, 3, "sh:property"),
    ),
    "unattached together": (
        "ex:S a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:node [ sh:class ex:C ] ] .",
        *("unattached-shape", WARNING, 2, "target"),
    ),
    "undefined": (on(P, "sh:node ex:Adress"), "undefined-shape", VIOLATION, 3, "Load the file"),
    "undefined property": (
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ;\n  sh:property ex:P .",
        *("undefined-shape", VIOLATION, 3, "Load the file"),
    ),
    "undefined member": (on(P, "sh:or ( ex:A )"), "undefined-shape", VIOLATION, 3, ""),
    "overlay": (
        (
            "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:closed false .\n"
            'ex:T sh:message "Name fehlt"@de ; sh:severity sh:Warning .'
        ),
        *("overlay-without-base", VIOLATION, 3, "version"),
    ),
    "deactivates nothing": (
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:closed false .\nex:T sh:deactivated true .",
        *("overlay-without-base", VIOLATION, 3, "version"),
    ),
    "import": (
        (
            "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:closed false .\n"
            "ex: a owl:Ontology ; owl:imports <https://example.org/codes> ."
        ),
        *("import-not-loaded", INFO, 3, "--shapes"),
    ),
    "message": (
        (
            "ex:S a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property ex:P .\n"
            'ex:P sh:path dct:publisher ; sh:minCount 1 ; sh:message "DE: dcat:Catalog: MUSS" .\n'
            "ex:T a sh:NodeShape ; sh:targetClass dcat:Catalog ; sh:closed false ."
        ),
        *("message-of-another", WARNING, 3, "copied"),
    ),
    "duplicate": (
        (
            "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P , ex:Q .\n"
            "ex:P sh:path ex:p ; sh:minCount 1 .\nex:Q sh:path ex:p ; sh:minCount 1 ."
        ),
        *("duplicate-shape", WARNING, 4, "one of the two"),
    ),
    # contradictions
    "counts": (on(P, "sh:minCount 2 ; sh:maxCount 1"), "contradiction", VIOLATION, 3, "one of"),
    "no count": (on(P, "sh:minCount 1 ; sh:maxCount 0"), *CLASH),
    "lengths": (on(P, "sh:minLength 9 ; sh:maxLength 3"), *CLASH),
    "qualified": (
        on(
            P,
            "sh:qualifiedValueShape [ sh:class ex:C ] ;\n  sh:qualifiedMinCount 2 ;"
            " sh:qualifiedMaxCount 1",
        ),
        *("contradiction", VIOLATION, 4, ""),
    ),
    "bounds": (on(P, "sh:minInclusive 5 ; sh:maxInclusive 4.5"), *CLASH),
    "open bounds": (
        on(P, "sh:minExclusive 5 ; sh:maxInclusive 5"),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "dates": (
        on(P, 'sh:minInclusive "2025-01-01"^^xsd:date ; sh:maxExclusive "2024-01-01"^^xsd:date'),
        *CLASH,
    ),
    "value not in list": (
        on(P, "sh:hasValue 3 ; sh:in ( 1 2 )"),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "value of a datatype": (
        on(P, 'sh:hasValue "3" ; sh:datatype xsd:integer'),
        *CLASH,
    ),
    "value of a kind": (
        on(P, "sh:hasValue ex:v ; sh:nodeKind sh:Literal"),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "value that cannot be": (
        on(P, "sh:hasValue ex:v ; sh:maxCount 0"),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "datatype of a name": (
        on(P, "sh:datatype xsd:string ; sh:nodeKind sh:IRI"),
        *CLASH,
    ),
    "class of a text": (
        on(P, "sh:class ex:C ; sh:nodeKind sh:Literal"),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "class and datatype": (
        on(P, "sh:class ex:C ; sh:datatype xsd:string"),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "length of a blank node": (
        on(P, "sh:minLength 1 ; sh:nodeKind sh:BlankNode"),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "language of a string": (
        on(P, "sh:uniqueLang true ; sh:datatype xsd:string"),
        *("contradiction", VIOLATION, 3, "one of"),
    ),
    "language of a date": (
        on(P, 'sh:languageIn ( "de" ) ; sh:datatype xsd:date'),
        *CLASH,
    ),
    "bound of another kind": (
        on(P, "sh:datatype xsd:date ; sh:minInclusive 2000"),
        *CLASH,
    ),
    "no member": (on(P, "sh:in ()"), "contradiction", VIOLATION, 3, "allowed"),
    "members of another kind": (
        on(P, "sh:in ( ex:a ex:b ) ; sh:datatype xsd:string"),
        *CLASH,
    ),
    "a member of another kind": (
        on(P, "sh:in ( ex:a 1 ) ; sh:nodeKind sh:IRI"),
        *("excluded-member", WARNING, 3, "Take the value out"),
    ),
    "limits of two shapes": (
        (
            "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P , ex:Q .\n"
            "ex:P sh:path ex:p ; sh:minCount 2 .\nex:Q sh:path ex:p ; sh:maxCount 1 ."
        ),
        *("contradiction", VIOLATION, 3, "one of"),
    ),
    "flags": (on(P, 'sh:minCount 1 ; sh:flags "i"'), "no-effect", WARNING, 3, "sh:pattern"),
    "no truth value": (
        on(P, 'sh:minCount 1 ; sh:uniqueLang "true"'),
        *("no-effect", VIOLATION, 3, "true or false"),
    ),
    "one for true": (
        on(P, 'sh:minCount 1 ; sh:deactivated "1"^^xsd:boolean'),
        *("no-effect", VIOLATION, 3, "true or false"),
    ),
    "qualified alone": (
        on(P, "sh:qualifiedMinCount 1"),
        "no-effect",
        WARNING,
        3,
        "qualifiedValueShape",
    ),
    "ill-formed": (on(P, "sh:minCount 1 , 2"), "ill-formed", VIOLATION, 3, "syntax-rules"),
    "path": (on('"p"', "sh:minCount 1"), "ill-formed", VIOLATION, 3, ""),
    # patterns
    "no expression": (on(P, 'sh:pattern "^(a"'), "bad-pattern", VIOLATION, 3, "regex-syntax"),
    "dead beginning": (on(P, 'sh:pattern "a^b"'), "dead-pattern", VIOLATION, 3, "Escape"),
    "dead end": (on(P, 'sh:pattern "^(EUR$|USD$)x"'), "dead-pattern", VIOLATION, 3, "Escape"),
    "too short": (
        on(P, 'sh:pattern "^[0-9]{5}$" ; sh:minLength 7'),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "too long": (
        on(P, 'sh:pattern "[0-9]{5}" ; sh:maxLength 4'),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "no date": (
        on(P, 'sh:pattern "^[0-9]{2}[.][0-9]{2}[.]" ; sh:datatype xsd:date'),
        *CLASH,
    ),
    "no truth": (
        on(P, 'sh:pattern "^yes|no$" ; sh:datatype xsd:boolean'),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "value does not match": (
        on(P, 'sh:pattern "^a" ; sh:hasValue "b"'),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "no member matches": (
        on(P, 'sh:pattern "^a" ; sh:in ( "b" "c" )'),
        "contradiction",
        VIOLATION,
        3,
        "",
    ),
    "a member does not match": (
        on(P, 'sh:pattern "^a" ; sh:in ( "b" "a" )'),
        "excluded-member",
        WARNING,
        3,
        "",
    ),
    # words of others
    "term": (
        on("dct:titel", "sh:minCount 1"),
        "unknown-term",
        WARNING,
        3,
        "Did you mean dct:title?",
    ),
    "datatype": (on(P, "sh:datatype xsd:datetime"), "unknown-term", WARNING, 3, "xsd:dateTime?"),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_found_at_its_line(name: str, tmp_path: Path) -> None:
    shapes, rule, severity, line, hint = DEFECTS[name]
    found = linted(tmp_path, shapes)
    assert [(one.rule, one.severity) for one in found] == [(rule, severity)], list(map(str, found))
    (one,) = found
    assert one.place is not None
    assert (one.place.file, one.place.line) == (str(tmp_path / "shapes.ttl"), line)
    assert hint in (one.hint or "")
    for language in ("de", "ru"):
        assert finding_message(one, language) != ""
        if rule != "ill-formed":
            assert finding_message(one, language) != one.message
        assert finding_hint(one, language) != one.hint


SOUND = {
    "limits that meet": on(P, "sh:minCount 1 ; sh:maxCount 1 ; sh:minLength 3 ; sh:maxLength 3"),
    "bounds that meet": on(P, "sh:minInclusive 5 ; sh:maxInclusive 5.0 ; sh:datatype xsd:integer"),
    "value in the list": on(P, "sh:hasValue ex:a ; sh:in ( ex:a ex:b ) ; sh:nodeKind sh:IRI"),
    "texts": on(P, 'sh:uniqueLang true ; sh:languageIn ( "de" ) ; sh:minLength 1 ; sh:pattern "a"'),
    "pattern": on(P, 'sh:pattern "^[0-9]{5}$" ; sh:minLength 5 ; sh:maxLength 5'),
    "dates": on(P, 'sh:datatype xsd:date ; sh:pattern "^20(19|2[0-9])-" ; sh:flags "i"'),
    "two beginnings": on(P, 'sh:pattern "^a|^b$|c$"'),
    "lines": on(P, 'sh:pattern "a\\n^b" ; sh:flags "m"'),
    "quoted": on(P, 'sh:pattern "a^b" ; sh:flags "q"'),
    "deactivated": on(P, "sh:minCount 2 ; sh:maxCount 1 ; sh:deactivated true"),
    "class as target": "ex:C a owl:Class , sh:NodeShape ; sh:property [ sh:path ex:p ] .",
    "nested": on(P, "sh:or ( [ sh:datatype xsd:date ] [ sh:nodeKind sh:IRI ] ) ; sh:not ex:N")
    + "\nex:N a sh:NodeShape ; sh:node ex:M . ex:M sh:class ex:D .",
    "paths": on("( ex:p [ sh:inversePath [ sh:zeroOrMorePath ex:q ] ] )", "sh:maxCount 3"),
    "query": "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql "
    '[ sh:select "SELECT $this {}" ; sh:message "m" ] .',
    "component": "ex:Own a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ; "
    'sh:name "most" ] ; sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK {}" ] .\n'
    + on(P, "ex:most 3"),
    "own versions": on("<https://example.org/v1#p>", "sh:class <https://example.org/v2#C>"),
    "import that is there": "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:closed false .\n"
    "ex: a owl:Ontology ; owl:imports ex:codes . ex:codes a owl:Ontology .",
    "message about another": "ex:S a sh:NodeShape ; sh:targetClass dcat:Dataset ; "
    "sh:property ex:P .\n"
    'ex:P sh:path dct:isPartOf ; sh:class dcat:Catalog ; sh:message "dcat:Catalog fehlt" .\n'
    "ex:T a sh:NodeShape ; sh:targetClass dcat:Catalog ; sh:property ex:Q .\n"
    'ex:Q sh:path dct:title ; sh:minCount 1 ; sh:message "dcat:Catalog: title, not dcat:Dataset" .',
    "same along two classes": "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property "
    "[ sh:path ex:p ; sh:minCount 1 ] .\nex:T a sh:NodeShape ; sh:targetClass ex:D ; "
    "sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
    "rules": "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:rule [ a sh:TripleRule ; "
    "sh:subject sh:this ; sh:predicate ex:p ; sh:object ex:o ] .",
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_is_not_told(name: str, tmp_path: Path) -> None:
    assert list(map(str, linted(tmp_path, SOUND[name]))) == []


ONTOLOGY = "ex:C a owl:Class . ex:D a rdfs:Class . ex:p a owl:DatatypeProperty ."


def test_terms_are_compared_with_the_ontology(tmp_path: Path) -> None:
    shapes = (
        "ex:S a sh:NodeShape ; sh:targetClass ex:Clas , ex:D ; sh:property\n"
        "[ sh:path ex:p ; sh:class ex:E ] , [ sh:path <https://elsewhere.example/q> ] ."
    )
    found = linted(tmp_path, shapes, ontology=ONTOLOGY)
    assert [(one.rule, one.severity) for one in found] == [("unknown-term", WARNING)] * 2
    assert {one.place.line for one in found if one.place} == {2, 3}
    assert "ex:Clas" in found[0].message


def test_targets_and_paths_are_looked_for_in_the_data(tmp_path: Path) -> None:
    shapes = """ex:S a sh:NodeShape ; sh:targetClass ex:C , ex:D , ex:Nothing , ex:Above ;
      sh:targetSubjectsOf ex:p , ex:never ;
      sh:property [ sh:path ex:p ] , [ sh:path ex:none ] ."""
    data = """ex:a a ex:C ; ex:p 1 .
      ex:C rdfs:subClassOf ex:Middle . ex:Middle rdfs:subClassOf ex:Above ."""
    found = linted(tmp_path, shapes, data, ONTOLOGY + " ex:never a owl:ObjectProperty .")
    told = [
        (one.severity, one.message.partition(",")[0]) for one in found if one.rule == "not-in-data"
    ]
    assert sorted(told) == [
        (INFO, "ex:D"),
        (INFO, "ex:never"),
        (INFO, "ex:none"),
        (WARNING, "ex:Nothing"),
    ]


def test_a_namespace_of_the_data_is_known(tmp_path: Path) -> None:
    shapes = on("<https://own.example/terms/p>", "sh:minCount 1")
    assert linted(tmp_path, shapes) == ()
    found = linted(tmp_path, shapes, "ex:a a ex:C ; <https://own.example/terms#p> 1 .")
    assert [one.rule for one in found] == ["misspelt-namespace", "not-in-data"]
    assert "https://own.example/terms#" in str(found[0].hint)
    data = "ex:a a ex:C ; <https://own.example/terms/p> 1 ; <https://own.example/terms#p> 1 ."
    assert linted(tmp_path, shapes, data) == ()


def test_our_own_shapes_have_no_defect() -> None:
    ontology = sorted(ROOT.glob("ontology/**/*.ttl"))
    assert len(ontology) > 3
    assert list(map(str, lint_files([ROOT / "shapes"], (), ontology))) == []


def test_several_files_are_one_graph(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text(PREFIXES + "ex:S sh:targetClass ex:C ; sh:property ex:P .")
    (tmp_path / "two.nt").write_text(
        "<https://example.org/P> <http://www.w3.org/ns/shacl#path> <https://example.org/p> .\n"
        '<https://example.org/P> <http://www.w3.org/ns/shacl#pattern> "a^b" .\n'
    )
    (found,) = lint_files([tmp_path / "one.ttl", tmp_path / "two.nt"])
    assert found.place is not None
    assert (found.place.file, found.place.line) == (str(tmp_path / "two.nt"), 2)
    assert str(found.place).endswith("two.nt, line 2")


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no shapes"):
        lint_files([])
    (tmp_path / "shapes.ttl").write_text(PREFIXES + "ex:S a sh:NodeShape")
    with pytest.raises(ValidationError, match=r"shapes\.ttl, line 2"):
        lint_files([tmp_path / "shapes.ttl"])
    (tmp_path / "shapes.ttl").write_text("")
    with pytest.raises(ValidationError, match="no triple"):
        lint_files([tmp_path / "shapes.ttl"])


def test_every_sentence_has_its_languages_and_is_said() -> None:
    said = {name.removeprefix("lint-") for name in LINT_SENTENCES}
    source = "".join(
        file.read_text(encoding="utf-8")
        for file in sorted((ROOT / "src/clusterkg/validation").glob("lint*.py"))
        if file.name != "lint_wording.py"
    )
    assert all(f'"lint-{name}"' in source for name in said)
    assert all(f'"{rule}"' in source for rule in LINT_HEADINGS)
    for sentence in LINT_SENTENCES.values():
        for texts in (sentence.message, sentence.hint):
            assert all(texts)
            placeholders = [
                sorted(part.partition("}")[0] for part in t.split("{")[1:]) for t in texts
            ]
            assert placeholders[0] == placeholders[1] == placeholders[2]
