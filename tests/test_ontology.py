"""The ontology, its schemes and the tables that lead from the sources' words to its concepts."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib
from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef

from clusterkg.namespaces import CLK, ONTOLOGY, PROJECT, SCHEMES

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "ontology").rglob("*.ttl"))
PAGES = ROOT / "data" / "pages"
LANGUAGES = ("de", "en", "ru")
NACE = "http://data.europa.eu/ux2/nace2/"
RELATIONS = {
    "actor",
    "cooperation",
    "management",
    "member",
    "none",
    "operator",
    "predecessor",
    "site",
    "umbrella",
}
TABLES = [  # source table, its column, lookup table, its key, separator within a cell
    ("clusters", "kind", "kinds", "word", None),
    ("clusters", "sector", "sectors", "word", ";"),
    ("memberships", "role", "roles", "word", None),
    ("events", "event", "event_kinds", "word", None),
    ("statistics", "unit", "qualifiers", "unit", None),
    ("statistics", "indicator", "indicators", "word", None),
]


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_all() -> Graph:
    graph = Graph()
    for file in FILES:
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return read_all()


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(ROOT / "shapes" / "ontology.ttl")


def check(data: Graph, shapes: Graph) -> tuple[bool, str]:
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    return conforms, text


# --- the files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_two_parsers_read_the_same_triples(file: Path) -> None:
    strict = {
        str(quad.triple) for quad in pyoxigraph.parse(path=file, format=pyoxigraph.RdfFormat.TURTLE)
    }
    assert len(strict) == len(Graph().parse(file)) > 0


def test_no_blank_nodes(ontology: Graph) -> None:
    terms = {term for triple in ontology for term in triple}
    assert not [term for term in terms if isinstance(term, rdflib.BNode)]


def test_header(ontology: Graph) -> None:
    header = URIRef(ONTOLOGY)
    dct = rdflib.DCTERMS
    assert {t.language for t in ontology.objects(header, dct.title)} == set(LANGUAGES)
    assert {t.language for t in ontology.objects(header, dct.description)} == set(LANGUAGES)
    assert ontology.value(header, rdflib.VANN.preferredNamespaceUri) == Literal(CLK)
    for required in (dct.license, dct.created, rdflib.OWL.versionInfo):
        assert ontology.value(header, required) is not None


def test_porters_notion_and_the_two_words_are_stated(ontology: Graph) -> None:
    cluster = URIRef(CLK + "Cluster")
    definitions = {d.language: str(d) for d in ontology.objects(cluster, SKOS.definition)}
    assert "kritischen Masse" in definitions["de"]
    assert "cluster management" in definitions["en"]
    assert all(name in definitions["ru"] for name in ("Портер", "критической массы"))
    assert set(ontology.objects(cluster, SKOS.altLabel)) == {
        Literal("Netzwerk", lang="de"),
        Literal("network", lang="en"),
        Literal("сеть", lang="ru"),
    }


def test_the_five_kinds_of_actors(ontology: Graph) -> None:
    kinds = set(ontology.subjects(RDFS.subClassOf, URIRef(CLK + "Actor")))
    names = (
        "Company",
        "ServiceProvider",
        "University",
        "ResearchInstitution",
        "RelatedInstitution",
    )
    assert kinds == {URIRef(CLK + name) for name in names}
    assert not set(ontology.triples((None, rdflib.OWL.disjointWith, None)))


def test_the_example_of_the_model_page_is_turtle() -> None:
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```turtle\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        assert list(pyoxigraph.parse(block, format=pyoxigraph.RdfFormat.TURTLE))


# --- the language of the texts -----------------------------------------------------------------


def texts(graph: Graph) -> list[tuple[str, str, str]]:
    return [
        (str(s), o.language, str(o))
        for s, _, o in graph
        if isinstance(o, Literal) and o.language is not None
    ]


def test_texts_are_written_in_the_script_of_their_language(ontology: Graph) -> None:
    cyrillic = re.compile(r"[Ѐ-ӿ]")
    wrong = [
        (subject, text)
        for subject, language, text in texts(ontology)
        if bool(cyrillic.search(text)) != (language == "ru")
    ]
    assert wrong == []


def test_no_word_mixes_latin_and_cyrillic_letters(ontology: Graph) -> None:
    mixed = re.compile(r"[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]")
    assert [text for _, _, text in texts(ontology) if mixed.search(text)] == []


def test_texts_are_clean(ontology: Graph) -> None:
    flaw = re.compile(r"^\s|\s$|  |\s[,.;:!?]|\b(\w{4,}) \1\b", re.IGNORECASE)
    assert [text for _, _, text in texts(ontology) if flaw.search(text)] == []


def test_definitions_end_with_a_full_stop(ontology: Graph) -> None:
    properties = (SKOS.definition, SKOS.scopeNote, SKOS.editorialNote)
    found = [str(o) for p in properties for o in ontology.objects(None, p)]
    assert found
    assert [text for text in found if not text.endswith(".")] == []


def test_labels_of_sibling_concepts_differ(ontology: Graph) -> None:
    for scheme in ontology.subjects(RDF.type, SKOS.ConceptScheme):
        seen: dict[Literal, URIRef] = {}
        for concept in ontology.subjects(SKOS.inScheme, scheme):
            for label in ontology.objects(concept, SKOS.prefLabel):
                assert seen.setdefault(label, concept) == concept


# --- the shapes of the ontology ----------------------------------------------------------------


def test_the_ontology_conforms_to_its_shapes(ontology: Graph, shapes: Graph) -> None:
    conforms, text = check(ontology, shapes)
    assert conforms, text


DROPS = [
    (CLK + "Cluster", RDFS.label, "de", "The term has no German label."),
    (CLK + "hasActor", RDFS.label, "en", "The term has no English label."),
    (CLK + "legalForm", RDFS.label, "ru", "The term has no Russian label."),
    (CLK + "Cluster", SKOS.definition, "de", "The German definition is missing."),
    (CLK + "turnover", SKOS.definition, "en", "The English definition is missing."),
    (CLK + "Region", SKOS.definition, "ru", "The Russian definition is missing."),
    (CLK + "Actor", RDFS.isDefinedBy, None, "The term must name exactly one ontology"),
    (SCHEMES + "role#member", SKOS.prefLabel, "de", "The concept has no German name."),
    (SCHEMES + "role#member", SKOS.prefLabel, "en", "The concept has no English name."),
    (SCHEMES + "sector#food", SKOS.prefLabel, "ru", "The concept has no Russian name."),
    (SCHEMES + "kind#cluster", SKOS.definition, "ru", "The Russian definition is missing."),
    (SCHEMES + "event#award", SKOS.inScheme, None, "must belong to exactly one scheme"),
    (SCHEMES + "sector#wood", SKOS.notation, None, "must have exactly one notation"),
    (SCHEMES + "sector#wood", SKOS.broader, None, "must either have a broader concept"),
    (SCHEMES + "sector#food", SKOS.topConceptOf, None, "must either have a broader concept"),
]


@pytest.mark.parametrize(("term", "path", "language", "message"), DROPS)
def test_what_is_missing_is_named(
    shapes: Graph, term: str, path: URIRef, language: str | None, message: str
) -> None:
    graph = neighbourhood(term)
    dropped = [
        o
        for o in graph.objects(URIRef(term), path)
        if language in {None, getattr(o, "language", None)}
    ]
    assert check(graph, shapes)[0]
    for value in dropped:
        graph.remove((URIRef(term), path, value))
    conforms, text = check(graph, shapes)
    assert dropped
    assert not conforms
    assert message in text
    assert term in text or term.rpartition("#")[2] in text


def neighbourhood(term: str) -> Graph:
    """The statements about one term, its type, scheme and broader concepts: quick to check."""
    whole, part = ONTOLOGY_GRAPH, Graph()
    pending = {URIRef(term)}
    while pending:
        subject = pending.pop()
        if (subject, None, None) in part:
            continue
        for triple in whole.triples((subject, None, None)):
            part.add(triple)
            if triple[1] in {SKOS.broader, SKOS.inScheme, RDFS.subClassOf, RDFS.subPropertyOf}:
                pending.add(triple[2])
    for subject in set(part.subjects()):
        if (subject, RDF.type, None) not in part:
            part.remove((subject, None, None))
    return part


ONTOLOGY_GRAPH = read_all()


ADDITIONS = [
    (CLK + "Cluster", RDFS.label, Literal("Bündnis", lang="de"), "more than one label"),
    (CLK + "Cluster", RDFS.label, Literal("Cluster"), "a label has no language"),
    (CLK + "Site", SKOS.definition, Literal("Another one.", lang="en"), "more than one definition"),
    (CLK + "Site", RDFS.isDefinedBy, URIRef(PROJECT), "exactly one ontology"),
    (SCHEMES + "kind#site", SKOS.prefLabel, Literal("Park", lang="de"), "more than one name"),
    (SCHEMES + "kind#site", SKOS.notation, Literal("A Site"), "exactly one notation"),
    (SCHEMES + "kind#site", SKOS.broader, URIRef(SCHEMES + "kind#place"), "is described nowhere"),
    (CLK + "newProperty", RDFS.domain, URIRef(CLK + "Cluster"), "must be an owl:ObjectProperty"),
    (CLK + "newClass", RDFS.subClassOf, URIRef(CLK + "Cluster"), "must itself be an owl:Class"),
    (CLK + "x", RDF.type, rdflib.QB.MeasureProperty, "must also be typed as a property"),
]


@pytest.mark.parametrize(("term", "path", "value", "message"), ADDITIONS)
def test_what_is_too_much_is_named(
    shapes: Graph, term: str, path: URIRef, value: URIRef | Literal, message: str
) -> None:
    graph = neighbourhood(term)
    graph.add((URIRef(term), path, value))
    conforms, text = check(graph, shapes)
    assert not conforms
    assert message in text


# --- the concepts ------------------------------------------------------------------------------


def concepts(name: str) -> set[str]:
    scheme = URIRef(SCHEMES + name)
    return {
        str(concept).rpartition("#")[2]
        for concept in ONTOLOGY_GRAPH.subjects(SKOS.inScheme, scheme)
    }


def test_the_notation_is_the_local_name(ontology: Graph) -> None:
    for concept, notation in ontology.subject_objects(SKOS.notation):
        assert str(concept).rpartition("#")[2] == str(notation)


def test_top_concepts_are_stated_from_both_sides(ontology: Graph) -> None:
    down = {(s, o) for s, o in ontology.subject_objects(SKOS.hasTopConcept)}
    up = {(o, s) for s, o in ontology.subject_objects(SKOS.topConceptOf)}
    assert down == up
    assert not [c for _, c in down if (c, SKOS.broader, None) in ontology]


def test_broader_has_no_cycle_and_stays_in_the_scheme(ontology: Graph) -> None:
    for concept in ontology.subjects(RDF.type, SKOS.Concept):
        above = list(ontology.transitive_objects(concept, SKOS.broader))[1:]
        assert concept not in above
        scheme = ontology.value(concept, SKOS.inScheme)
        assert {ontology.value(c, SKOS.inScheme) for c in above} <= {scheme}


def test_what_is_named_in_the_own_namespaces_is_described(ontology: Graph) -> None:
    named = {
        str(term)
        for triple in ontology
        for term in triple
        if str(term).startswith((CLK, SCHEMES)) and isinstance(term, URIRef)
    }
    described = {str(subject) for subject in ontology.subjects(RDF.type)}
    assert named - described == set()


def test_sectors_map_to_nace_codes_that_exist(ontology: Graph) -> None:
    table = read_table(ROOT / "data" / "nace" / "nace_rev2.csv")
    codes = {NACE + row["code"].replace(".", "") for row in table}
    covers = URIRef(CLK + "coversActivity")
    assert {str(code) for code in ontology.objects(None, covers)} <= codes


def test_every_sector_says_how_it_maps_to_nace() -> None:
    notes = {
        (str(s).rpartition("#")[2], o.language)
        for s, o in ONTOLOGY_GRAPH.subject_objects(SKOS.editorialNote)
    }
    assert notes == {(name, language) for name in concepts("sector") for language in LANGUAGES}


# --- from the words of the sources to the concepts ---------------------------------------------


@pytest.mark.parametrize(("source", "column", "lookup", "key", "separator"), TABLES)
def test_every_word_of_the_sources_has_its_row(
    source: str, column: str, lookup: str, key: str, separator: str | None
) -> None:
    cells = {row[column] for row in read_table(PAGES / f"{source}.csv")}
    words = {w.strip() for c in cells for w in (c.split(separator) if separator else [c])} - {""}
    rows = [row[key] for row in read_table(PAGES / f"{lookup}.csv")]
    assert words - set(rows) == set(), f"{lookup}.csv lacks words of {source}.csv"
    assert set(rows) - words == set(), f"{lookup}.csv has words that {source}.csv does not use"
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize(
    ("lookup", "column", "scheme"),
    [
        ("kinds", "concept", "kind"),
        ("roles", "concept", "role"),
        ("sectors", "concept", "sector"),
        ("event_kinds", "concept", "event"),
        ("qualifiers", "qualifier", "qualifier"),
    ],
)
def test_the_tables_name_concepts_that_exist(lookup: str, column: str, scheme: str) -> None:
    named = {row[column] for row in read_table(PAGES / f"{lookup}.csv")} - {""}
    assert named
    assert named <= concepts(scheme)


def test_the_tables_name_classes_measures_and_relations_that_exist(ontology: Graph) -> None:
    classes = {row["class"] for row in read_table(PAGES / "kinds.csv")}
    assert all((URIRef(CLK + c), RDF.type, rdflib.OWL.Class) in ontology for c in classes)
    measures = {row["measure"] for row in read_table(PAGES / "indicators.csv")}
    assert all((URIRef(CLK + m), RDF.type, rdflib.QB.MeasureProperty) in ontology for m in measures)
    assert {row["relation"] for row in read_table(PAGES / "roles.csv")} == RELATIONS


def test_units_are_labelled_and_factors_are_numbers(ontology: Graph) -> None:
    for row in read_table(PAGES / "qualifiers.csv"):
        assert int(row["factor"]) >= 1
        assert (URIRef(row["measure_unit"]), RDFS.label, None) in ontology


# --- other vocabularies ------------------------------------------------------------------------


def test_foreign_terms_named_by_the_ontology_have_labels() -> None:
    named = {
        term
        for file in FILES
        if file.name in {"alignments.ttl", "clusterkg.ttl", "statistics.ttl"}
        for term in re.findall(r"(?<![\w<:/-])([a-z][\w-]*):([A-Za-z]\w*)", without_texts(file))
        if term[0] not in {"clk", "https", "http", "xsd"}
    }
    labelled = labelled_terms()
    assert {f"{p}:{n}" for p, n in named if n not in labelled.get(p, set())} <= {
        "owl:Class",
        "owl:DatatypeProperty",
        "owl:ObjectProperty",
        "owl:Ontology",
        "owl:SymmetricProperty",
        "owl:TransitiveProperty",
        "owl:inverseOf",
        "owl:versionIRI",
        "owl:versionInfo",
        "qb:AttributeProperty",
        "qb:ComponentSpecification",
        "qb:DimensionProperty",
        "qb:MeasureProperty",
        "qb:attribute",
        "qb:component",
        "qb:componentRequired",
        "qb:dimension",
        "qb:measure",
        "qb:order",
    }


def without_texts(file: Path) -> str:
    text = re.sub(r'"[^"]*"', '""', file.read_text(encoding="utf-8"))
    return re.sub(r"^#.*$|<[^>]*>", "", text, flags=re.MULTILINE)


def labelled_terms() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    text = (ROOT / "ontology" / "external.ttl").read_text(encoding="utf-8")
    for prefix, name in re.findall(r"^([a-z][\w-]*):(\w+) rdfs:label", text, re.MULTILINE):
        found.setdefault(prefix, set()).add(name)
    return found


def test_foreign_terms_have_labels_in_three_languages_and_no_type() -> None:
    graph = Graph().parse(ROOT / "ontology" / "external.ttl")
    for term in set(graph.subjects(RDFS.label)):
        assert sorted(o.language for o in graph.objects(term, RDFS.label)) == list(LANGUAGES)
        assert graph.value(graph.value(term, RDFS.isDefinedBy), rdflib.DCTERMS.title)
    assert not list(graph.subject_objects(RDF.type))
