"""Whether a literal is less than another: every pair of many, held against SPARQL's ``<``.

SHACL 4.3 and 4.5: bounds, sh:lessThan and sh:lessThanOrEquals compare as the operator does
(https://www.w3.org/TR/sparql11-query/#OperatorMapping). The other implementation is Oxigraph's.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg.validation.rdf_files import validate_files

XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/> .
@prefix xsd: <{XSD}> .
"""
TYPED = {
    "integer": ("1", "01", "+2", "-0", "10", "x", "1_0", "1.0", "1234567890123456789"),
    "decimal": ("1.0", "1.5", "-2.25", ".5", "1e0", "0.1"),
    "double": ("1.0E0", "0.1", "1e30", "1e400", "-INF", "INF", "NaN", "-0.0E0", "2"),
    "float": ("1.5", "NaN", "INF"),
    "int": ("1", "2"),
    "byte": ("10",),
    "nonNegativeInteger": ("1", "3"),
    "boolean": ("yes",),
    "string": ("", "a", "b", "10", "Z"),
    "date": (
        "2024-01-01",
        "2024-01-02",
        "2024-01-01Z",
        "2023-12-31-14:00",
        "2024-02-30",
        "2024-1-1",
    ),
    "dateTime": (
        *("2024-01-01T00:00:00", "2024-01-01T00:00:00Z", "2023-12-31T23:30:00-01:00"),
        *("2024-01-01T12:00:00.5", "2024-01-01T24:00:00", "2024-01-03T00:00:00Z", "2024-01-01"),
    ),
    "time": ("10:00:00", "09:59:59", "09:00:00Z", "10:00:00+02:00"),
    "gYear": ("2024", "2023", "2024Z"),
    "gYearMonth": ("2024-01", "2023-12"),
}
TERMS = (
    *(f'"{text}"^^xsd:{name}' for name, texts in TYPED.items() for text in texts),
    *('"a"@en', '"b"@en', "ex:a", "ex:b", '"a"^^ex:own', '"b"^^ex:own'),
)
PAIRS = [(a, b) for a in range(len(TERMS)) for b in range(len(TERMS))]


STORE = ox.Store()


def ask(condition: str) -> bool:
    names = f"PREFIX xsd: <{XSD}> PREFIX ex: <https://example.org/>"
    return bool(STORE.query(f"{names} ASK {{ {condition} }}"))


COMPARABLE = [
    "@" not in term and any(ask(f"FILTER({term} < {b} || {b} < {term})") for b in TERMS)
    for term in TERMS
]
"""What the operators are defined for at all: Oxigraph extends them to others.

SPARQL 1.1, 17.3, defines ``<`` for numbers, texts without language, truth values and times alone,
and ``<=`` with them: not for a name and itself, nor for texts in a language.
"""


def holds(a: int, sign: str, b: int) -> bool:
    return COMPARABLE[a] and COMPARABLE[b] and ask(f"FILTER({TERMS[a]} {sign} {TERMS[b]})")


def judged(folder: Path, data: str, shapes: str) -> set[str]:
    (folder / "data.ttl").write_text(PREFIXES + data, encoding="utf-8")
    (folder / "shapes.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    report = validate_files([folder / "data.ttl"], [folder / "shapes.ttl"])
    assert "pySHACL" not in report.engine
    return {f"{one.focus_node[21:-1]} {one.source_shape[21:-1]}" for one in report.results}


@pytest.mark.parametrize(("word", "sign"), [("lessThan", "<"), ("lessThanOrEquals", "<=")])
def test_two_properties(word: str, sign: str, tmp_path: Path) -> None:
    data = "".join(f"ex:n{a}-{b} ex:p {TERMS[a]} ; ex:q {TERMS[b]} .\n" for a, b in PAIRS)
    shapes = f"ex:S sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:{word} ex:q ."
    found = judged(tmp_path, data, shapes)
    wrong = [
        f"{TERMS[a]} {sign} {TERMS[b]}"
        for a, b in PAIRS
        if (f"n{a}-{b} S" in found) is holds(a, sign, b)
    ]
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize(
    ("word", "sign"),
    [
        ("minExclusive", ">"),
        ("minInclusive", ">="),
        ("maxExclusive", "<"),
        ("maxInclusive", "<="),
    ],
)
def test_bounds(word: str, sign: str, tmp_path: Path) -> None:
    data = "".join(f"ex:n{a} ex:p {term} .\n" for a, term in enumerate(TERMS))
    shapes = "".join(
        f"ex:S{b} sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:{word} {term} .\n"
        for b, term in enumerate(TERMS)
    )
    found = judged(tmp_path, data, shapes)
    wrong = [
        f"{TERMS[a]} {sign} {TERMS[b]}"
        for a, b in PAIRS
        if (f"n{a} S{b}" in found) is holds(a, sign, b)
    ]
    assert "\n".join(wrong) == ""


def test_pairs_of_every_kind_hold_and_do_not() -> None:
    assert 40 < sum(COMPARABLE) < len(TERMS) - 10
    held = sum(holds(a, "<", b) for a, b in PAIRS)
    assert 250 < held < len(PAIRS) - 250


def test_truth_values(tmp_path: Path) -> None:
    """SPARQL 1.1, 17.3: op:boolean-less-than, by which false is less than true."""
    values = ("true", "false", '"1"^^xsd:boolean', '"0"^^xsd:boolean', '"yes"^^xsd:boolean', "1")
    data = "".join(f"ex:n{a} ex:p {term} .\n" for a, term in enumerate(values))
    shapes = (
        "ex:T sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:minInclusive true .\n"
        "ex:F sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:maxExclusive true .\n"
    )
    found = judged(tmp_path, data, shapes)
    assert found == {"n0 F", "n2 F", "n1 T", "n3 T", *(f"n{a} {s}" for a in (4, 5) for s in "TF")}
