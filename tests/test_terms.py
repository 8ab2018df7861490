"""What mappings, shapes, queries and pages name is declared, and what is declared is used."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, URIRef

from clusterkg.namespaces import CLK, PREFIXES, SCHEMES

ROOT = Path(__file__).parents[1]
MAPPINGS = "data/*/mapping.*"
TEMPLATE = "src/clusterkg/template/data/*/mapping.*"
USES = [MAPPINGS, TEMPLATE, "queries/**/*.rq", "shapes/**/*.ttl"]
SMALL = 50_000  # bytes: lookup tables are small
PLACES = [
    MAPPINGS,
    "data/*/*.rq",
    "docs/**/*.md",
    "queries/**/*.rq",
    "shapes/**/*.ttl",
    "src/clusterkg/**/*.html",
    "src/clusterkg/**/*.py",
    TEMPLATE,
    "tests/shapes/**/*.ttl",
]
OWN = re.compile(rf"(?:(?<![\w-])clk:|{re.escape(CLK)})([A-Za-z][A-Za-z0-9]*)")
CONCEPT = re.compile(rf"(?:(?<![\w-])clk-([a-z]+):|{re.escape(SCHEMES)}([a-z]+)#)([a-z][\w-]*)")
FOREIGN = re.compile(r"(?<![\w:/.<-])([a-z][a-z0-9-]*):([A-Za-z]\w*)")
SCHEME_NAMES = {path.stem for path in (ROOT / "ontology" / "schemes").glob("*.ttl")}


def read_ontology() -> Graph:
    graph = Graph()
    for file in sorted((ROOT / "ontology").rglob("*.ttl")):
        graph.parse(file)
    return graph


ONTOLOGY = read_ontology()


def files(*patterns: str) -> list[Path]:
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})


def declared_terms() -> set[str]:
    return {str(s)[len(CLK) :] for s in ONTOLOGY.subjects(RDF.type) if str(s).startswith(CLK)}


def declared_concepts() -> set[tuple[str, str]]:
    found = set()
    for subject in ONTOLOGY.subjects(RDF.type):
        scheme, hash_sign, name = str(subject).removeprefix(SCHEMES).partition("#")
        if hash_sign and str(subject).startswith(SCHEMES):
            found.add((scheme, name))
    return found


def terms_in(text: str) -> set[str]:
    return set(OWN.findall(text))


def concepts_in(text: str) -> set[tuple[str, str]]:
    named = {(short or long, name) for short, long, name in CONCEPT.findall(text)}
    return {(scheme, name) for scheme, name in named if scheme in SCHEME_NAMES}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def lookup(column: str) -> set[str]:
    """The values of a column of this name in any table that leads words to terms."""
    tables = (path for path in files("data/*/*.csv") if path.stat().st_size < SMALL)
    return {row[column] for path in tables for row in rows(path) if row.get(column)}


def words_in_queries(text: str, prefix: str) -> set[str]:
    """String literals of a mapping whose SQL chooses a local name, as in clk:$(class)."""
    return set(re.findall(r"'([A-Za-z][\w-]*)'", text)) if f"{prefix}:$(" in text else set()


def terms_of_the_axioms() -> set[str]:
    """Terms that another term's axioms or the schemes name: as predicate, or as object."""
    named = set()
    for subject, predicate, value in ONTOLOGY:
        if predicate == RDFS.isDefinedBy:
            continue
        named |= {str(t) for t in (predicate, value) if t != subject and isinstance(t, URIRef)}
    return {iri[len(CLK) :] for iri in named if iri.startswith(CLK)}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", files(*PLACES), ids=name_of)
def test_named_terms_are_declared(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert terms_in(text) - declared_terms() == set()
    assert concepts_in(text) - declared_concepts() == set()


def test_declared_terms_are_used() -> None:
    used = terms_of_the_axioms() | lookup("class") | lookup("measure")
    for file in files(*USES):
        text = file.read_text(encoding="utf-8")
        used |= terms_in(text) | words_in_queries(text, "clk")
    assert sorted(declared_terms() - used) == []


def test_declared_concepts_are_used() -> None:
    named = lookup("concept") | lookup("qualifier")
    # precision is a scale: it is whole even where a step does not occur
    used = {(s, name) for s, name in declared_concepts() if name in named or s == "precision"}
    for file in files(*USES):
        text = file.read_text(encoding="utf-8")
        used |= concepts_in(text)
        for scheme in SCHEME_NAMES:
            used |= {(scheme, name) for name in words_in_queries(text, f"clk-{scheme}")}
    above = {
        tuple(str(broader).removeprefix(SCHEMES).split("#"))
        for broader in ONTOLOGY.objects(None, SKOS.broader)
    }
    assert sorted(declared_concepts() - used - above) == []


@pytest.mark.parametrize("file", files(MAPPINGS, TEMPLATE), ids=name_of)
def test_foreign_terms_of_the_mappings_have_a_label(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    own = {"clk", *(prefix for prefix in PREFIXES if prefix.startswith("clk-"))}
    without = {"xsd", "nace", "nuts", *own}
    named = {
        PREFIXES[prefix] + name
        for prefix, name in FOREIGN.findall(text)
        if prefix in PREFIXES and prefix not in without
    }
    assert {iri for iri in named if (URIRef(iri), RDFS.label, None) not in ONTOLOGY} == set()


def test_the_search_finds_what_it_should() -> None:
    text = (
        f"clk:Cluster clk-role:member <{CLK}Actor> clk-shapes:Term x-clk:No clk:$(class) "
        f"{SCHEMES}kind#site"
    )
    assert terms_in(text) == {"Cluster", "Actor"}
    assert concepts_in(text) == {("role", "member"), ("kind", "site")}
