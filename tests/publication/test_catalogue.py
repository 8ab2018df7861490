"""The catalogue is what portals ask for: DCAT-AP 3.0 and DCAT-AP.de 3.0, judged by their shapes.

The shapes are read from ``../shared/conformance`` or where CLUSTERKG_CONFORMANCE says.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, RDF, SH, SKOS, Literal, URIRef
from rdflib.compare import isomorphic

from clusterkg.namespaces import expand
from clusterkg.project import Project

SUITES = Path(
    os.environ.get(
        "CLUSTERKG_CONFORMANCE",
        Path(__file__).resolve().parents[3] / "shared" / "conformance",
    )
)
BASE = "https://data.example.org/tiny/"

# a few members of the code lists that the shapes look values up in; the lists themselves are
# not part of the suite
CODES = {
    "language": ("language", ["BUL", "DEU", "ENG", "FRA", "RUS"]),
    "theme": ("data-theme", ["AGRI", "ECON", "GOVE", "REGI", "TECH"]),
    "access": ("access-right", ["PUBLIC", "RESTRICTED", "NON_PUBLIC"]),
    "file": ("file-type", ["CSV", "RDF_N_QUADS", "RDF_TURTLE", "RDF_XML"]),
    "availability": (
        "planned-availability",
        ["AVAILABLE", "EXPERIMENTAL", "STABLE", "TEMPORARY"],
    ),
}


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    files = [
        SUITES / "dcat-ap" / "3.0.0" / "dcat-ap-SHACL.ttl",
        *sorted((SUITES / "dcat-ap-de" / "3.0").glob("dcat-ap-*.ttl")),
    ]
    if not files[0].is_file() or len(files) < 5:
        reason = f"no DCAT-AP shapes in {SUITES}; set CLUSTERKG_CONFORMANCE"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    graph = rdflib.Graph()
    for file in files:
        if "imports" not in file.name:  # the code lists on the web; CODES stands in for them
            graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def background() -> rdflib.Graph:
    graph = rdflib.Graph()
    for name, (scheme, codes) in CODES.items():
        root = expand("eu-theme:").replace("data-theme/", scheme)
        assert expand(f"eu-{name}:").rstrip("/") == root
        for code in codes:
            graph.add((URIRef(f"{root}/{code}"), RDF.type, SKOS.Concept))
            graph.add((URIRef(f"{root}/{code}"), SKOS.inScheme, URIRef(root)))
    licences = SUITES / "dcat-ap-de" / "dcat-ap-de-licenses-open.rdf"
    if licences.is_file():
        graph.parse(licences, format="xml")
    graph.add(
        (
            URIRef(expand("spdx:checksumAlgorithm_sha256")),
            RDF.type,
            URIRef(expand("spdx:ChecksumAlgorithm")),
        )
    )
    return graph


@pytest.fixture(scope="module")
def catalogue(built: Project) -> rdflib.Graph:
    return rdflib.Graph().parse(built.release / "catalogue.ttl")


def results(data: rdflib.Graph, shapes: rdflib.Graph) -> list[str]:
    import pyshacl

    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    return [
        f"{report.value(node, SH.resultSeverity)} {report.value(node, SH.focusNode)} "
        f"{report.value(node, SH.resultPath)} {report.value(node, SH.resultMessage)}"
        for node in report.subjects(RDF.type, SH.ValidationResult)
    ]


@pytest.fixture(scope="module")
def judged(
    catalogue: rdflib.Graph, background: rdflib.Graph, shapes: rdflib.Graph
) -> tuple[rdflib.Graph, rdflib.Graph]:
    return catalogue + background, shapes


def test_no_shape_of_dcat_ap_or_dcat_ap_de_objects(
    judged: tuple[rdflib.Graph, rdflib.Graph],
) -> None:
    assert results(*judged) == []


@pytest.mark.parametrize(
    ("predicate", "subject"),
    [
        (DCTERMS.title, "id/dataset/clusters"),
        (DCTERMS.publisher, "id/dataset/members"),
        (DCTERMS.license, "id/distribution/members-turtle"),
        (DCAT.accessURL, "id/distribution/graph-nquads"),
        (DCAT.endpointURL, "sparql"),
        (FOAF.name, "id/agent/publisher"),
    ],
)
def test_the_shapes_do_object_when_something_is_missing(
    judged: tuple[rdflib.Graph, rdflib.Graph], predicate: URIRef, subject: str
) -> None:
    data, shapes = judged
    broken = data + rdflib.Graph()
    assert (URIRef(BASE + subject), predicate, None) in broken
    broken.remove((URIRef(BASE + subject), predicate, None))
    found = results(broken, shapes)
    word = str(predicate).rpartition("/")[2].rpartition("#")[2]
    assert any("Violation" in line and word in line for line in found), found


def test_one_data_set_for_the_whole_and_one_per_source(catalogue: rdflib.Graph) -> None:
    found = {str(node) for node in catalogue.subjects(RDF.type, DCAT.Dataset)}
    assert found == {f"{BASE}id/dataset/{name}" for name in ("whole-graph", "clusters", "members")}
    linked = catalogue.objects(URIRef(f"{BASE}catalogue"), DCAT.dataset)
    assert {str(node) for node in linked} == found


def test_each_source_keeps_its_own_licence_and_version(catalogue: rdflib.Graph) -> None:
    clusters, members = URIRef(f"{BASE}id/dataset/clusters"), URIRef(f"{BASE}id/dataset/members")
    licences = "http://dcat-ap.de/def/licenses/"
    assert str(catalogue.value(clusters, DCTERMS.license)) == f"{licences}cc-zero"
    assert str(catalogue.value(members, DCTERMS.license)) == f"{licences}dl-by-de/2.0"
    assert str(catalogue.value(clusters, URIRef(expand("dcat:version")))) == "7"
    assert str(catalogue.value(members, URIRef(expand("dcat:version")))) == "2026-08-22"
    form = URIRef(f"{BASE}id/distribution/members-turtle")
    attribution = URIRef(expand("dcatde:licenseAttributionByText"))
    assert str(catalogue.value(form, attribution)) == "Quelle: Verein Klein"


def test_areas_are_those_of_the_source_or_of_the_whole(catalogue: rdflib.Graph) -> None:
    def areas(name: str) -> set[str]:
        found = catalogue.objects(URIRef(f"{BASE}id/dataset/{name}"), DCTERMS.spatial)
        return {str(area).rpartition("/")[2] for area in found}

    assert areas("whole-graph") == {"DED51"}
    assert areas("clusters") == {"DED5"}
    assert areas("members") == set()


def test_downloads_are_told_apart_by_their_titles(catalogue: rdflib.Graph) -> None:
    titles = [
        str(title)
        for form in catalogue.subjects(RDF.type, DCAT.Distribution)
        for title in catalogue.objects(form, DCTERMS.title)
        if isinstance(title, Literal) and title.language == "en"
    ]
    assert sorted(titles) == [
        "Clusters (Turtle)",
        "Clusters of Small (N-Quads)",
        "Clusters of Small (Turtle)",
        "Members (Turtle)",
    ]


def test_dates_come_from_the_data(catalogue: rdflib.Graph) -> None:
    dates = {
        str(value)
        for predicate in (DCTERMS.issued, DCTERMS.modified)
        for value in catalogue.objects(None, predicate)
    }
    # the newest source is the release's date, each source has the day it was taken
    assert dates == {"2026-08-22", "2026-08-01"}


def test_sizes_and_checksums_are_those_of_the_files(
    built: Project, catalogue: rdflib.Graph
) -> None:
    seen = 0
    for form in catalogue.subjects(RDF.type, DCAT.Distribution):
        url = str(catalogue.value(form, DCAT.downloadURL))
        file = built.release / url.removeprefix(BASE)
        assert int(str(catalogue.value(form, DCAT.byteSize))) == file.stat().st_size
        checksum = catalogue.value(form, URIRef(expand("spdx:checksum")))
        value = catalogue.value(checksum, URIRef(expand("spdx:checksumValue")))
        assert str(value) == hashlib.sha256(file.read_bytes()).hexdigest()
        assert gzip.decompress(file.read_bytes())
        seen += 1
    assert seen == 4


def test_names_are_absolute_and_there_are_no_blank_nodes(built: Project) -> None:
    for name in ("catalogue.ttl", "void.ttl", "prov.ttl"):
        text = (built.release / name).read_text(encoding="utf-8")
        assert "@base" not in text
        # without a base, a relative IRI would be an error here
        quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
        assert quads
        for quad in quads:
            assert isinstance(quad.subject, ox.NamedNode)
            assert not isinstance(quad.object, ox.BlankNode)


def test_the_three_syntaxes_say_the_same(built: Project, catalogue: rdflib.Graph) -> None:
    for suffix, form in (("rdf", "xml"), ("jsonld", "json-ld")):
        other = rdflib.Graph().parse(built.release / f"catalogue.{suffix}", format=form)
        assert isomorphic(other, catalogue)
        text = (built.release / f"catalogue.{suffix}").read_text(encoding="utf-8")
        assert f"{BASE}id/dataset/clusters" in text


def test_titles_and_keywords_have_languages(catalogue: rdflib.Graph) -> None:
    def languages(node: str, predicate: URIRef) -> Iterator[str | None]:
        for value in catalogue.objects(URIRef(BASE + node), predicate):
            assert isinstance(value, Literal)
            yield value.language

    for dataset in ("whole-graph", "clusters", "members"):
        assert sorted(map(str, languages(f"id/dataset/{dataset}", DCTERMS.title))) == [
            "de",
            "en",
            "ru",
        ]
        assert set(languages(f"id/dataset/{dataset}", DCAT.keyword)) == {"de", "en"}
    assert set(languages("sparql", DCTERMS.title)) == {"de", "en", "ru"}
