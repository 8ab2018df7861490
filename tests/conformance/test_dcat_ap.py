"""DCAT-AP 3.0.0, 3.0.1 and DCAT-AP.de 3.0: all shapes are judged, and as pySHACL judges them.

The shapes lie beside the repository (``../shared/conformance``) or where CLUSTERKG_CONFORMANCE
says; a profile is a choice of files that their publishers combine. The catalogues are our own:
one that the project releases, and those in ``catalogues/``.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import SH

from clusterkg.findings import Finding, Severity
from clusterkg.pipeline import build
from clusterkg.project import Project
from clusterkg.validation.lint import lint_files
from clusterkg.validation.path import path_sparql
from clusterkg.validation.rdf_files import validate_files
from clusterkg.validation.report import Report

HERE = Path(__file__).parent
SUITES = Path(os.environ.get("CLUSTERKG_CONFORMANCE", HERE.parents[2] / "shared" / "conformance"))
EU, DE = SUITES / "dcat-ap", SUITES / "dcat-ap-de"
CATALOGUES = HERE / "catalogues"
GERMAN = ("imports", "deprecated", "controlledvocabularies")


def profiles() -> dict[str, list[Path]]:
    found = {}
    for version in ("3.0.0", "3.0.1"):
        folder = EU / version
        parts = ("shapes", "shapes_recommended", "range", "mdr-vocabularies.shape")
        found[f"DCAT-AP {version}"] = [folder / "dcat-ap-SHACL.ttl"]
        found[f"DCAT-AP {version} in parts"] = [folder / f"{part}.ttl" for part in parts]
    whole, folder = EU / "3.0.0" / "dcat-ap-SHACL.ttl", DE / "3.0"
    translated = [whole, folder / "dcat-ap-SHACL-DE.ttl"]
    found["DCAT-AP.de 3.0 messages"] = translated
    found["DCAT-AP.de 3.0"] = [
        *translated,
        folder / "dcat-ap-spec-german-additions.ttl",
        *(folder / f"dcat-ap-de-{part}.ttl" for part in GERMAN),
    ]
    return found


PROFILES = profiles()
DEFECTS = {
    "sound.ttl": 0,
    "cardinalities.ttl": 20,
    "values.ttl": 20,
    "classes.ttl": 5,
}
"""Catalogue → at least so many results by every profile."""
FEWER = {
    "DCAT-AP 3.0.0 in parts": ("values.ttl",),
    "DCAT-AP 3.0.1 in parts": ("cardinalities.ttl", "classes.ttl"),
    "DCAT-AP.de 3.0 messages": ("cardinalities.ttl",),
}
"""Profiles that are mostly the same as another are tried on these alone."""


def test_the_shapes_are_here() -> None:
    files = {file for profile in PROFILES.values() for file in profile}
    missing = sorted(file for file in files if not file.is_file())
    if missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no {missing[0]}")
        pytest.skip(f"no {missing[0]}; set CLUSTERKG_CONFORMANCE")
    assert files == {*EU.rglob("*.ttl"), *DE.rglob("*.ttl")}
    assert {f"{name}" for name in DEFECTS} == {
        file.name for file in CATALOGUES.glob("*.ttl") if file.name != "codes.ttl"
    }


here = pytest.mark.skipif(not EU.is_dir(), reason="no DCAT-AP shapes; set CLUSTERKG_CONFORMANCE")


@pytest.fixture(scope="module")
def released(
    write_project: Callable[[Path], Project], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    project = write_project(tmp_path_factory.mktemp("released") / "tiny")
    build(project)
    return project.release / "catalogue.ttl"


def results(report: Report) -> Counter[tuple[object, ...]]:
    """All that a result says; blank nodes are named by file and order, and so the same."""
    return Counter(
        (
            result.focus_node,
            path_sparql(result.path) if result.path else "",
            result.value,
            result.source_shape,
            result.component,
            result.severity_iri,
            tuple(result.messages.items()),
        )
        for result in report.results
    )


def without_dangling_references(files: list[Path], folder: Path) -> list[Path]:
    """The shapes as pySHACL takes them: it gives up where a property shape is nowhere defined.

    The file of DCAT-AP 3.0.1 names two of them.
    """
    made = []
    for file in files:
        graph = rdflib.Graph().parse(file)
        named = list(graph.subject_objects(SH.property))
        dangling = [pair for pair in named if (pair[1], None, None) not in graph]
        for owner, shape in dangling:
            graph.remove((owner, SH.property, shape))
        if dangling:
            assert file == EU / "3.0.1" / "dcat-ap-SHACL.ttl"
            assert len(dangling) == 2
            assert not any(isinstance(node, rdflib.BNode) for node in graph.subjects(SH.path))
            graph.serialize(folder / file.name)
        made.append(folder / file.name if dangling else file)
    return made


@here
@pytest.mark.parametrize(
    ("profile", "catalogue"),
    [
        (profile, catalogue)
        for profile in PROFILES
        for catalogue in ("released", *DEFECTS)
        if catalogue in FEWER.get(profile, (catalogue,))
    ],
)
def test_the_plans_find_what_pyshacl_finds(
    profile: str, catalogue: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    file = CATALOGUES / catalogue
    if catalogue == "released":
        file = request.getfixturevalue("released")
    data = [file, CATALOGUES / "codes.ttl", *sorted(DE.glob("*.rdf"))]
    shapes = PROFILES[profile]
    found = validate_files(data, shapes)
    assert "pySHACL" not in found.engine
    ours = results(found)
    theirs = results(
        validate_files(data, without_dangling_references(shapes, tmp_path), engine="pyshacl")
    )
    assert ours == theirs, f"missing: {list(theirs - ours)}\nsurplus: {list(ours - theirs)}"
    assert sum(ours.values()) >= DEFECTS.get(catalogue, 0)


@here
def test_the_report_says_what_of_the_shapes_is_not_judged() -> None:
    data = [CATALOGUES / "sound.ttl"]
    told = {
        profile: Counter(one.rule for one in validate_files(data, shapes).findings)
        for profile, shapes in PROFILES.items()
    }
    assert not told["DCAT-AP 3.0.0"]
    assert told["DCAT-AP 3.0.0 in parts"] == {"unknown-word": 5}  # sh:shape
    assert told["DCAT-AP 3.0.1"] == {"undefined-shape": 2}
    assert told["DCAT-AP.de 3.0 messages"] == {}
    assert told["DCAT-AP.de 3.0"] == {"import-not-loaded": 16}
    older = [EU / "3.0.1" / "dcat-ap-SHACL.ttl", DE / "3.0" / "dcat-ap-SHACL-DE.ttl"]
    report = validate_files(data, older)
    assert Counter(one.rule for one in report.findings)["overlay-without-base"] == 300
    assert report.findings[0].place is not None
    assert report.findings[0].place.line == 22


@here
def test_our_lint_knows_the_defects_of_the_german_shapes() -> None:
    found = lint_files(PROFILES["DCAT-AP.de 3.0"])
    said = {(one.rule, one.place.file.rpartition("/")[2]) for one in found if one.place}
    additions, lists = (
        "dcat-ap-spec-german-additions.ttl",
        "dcat-ap-de-controlledvocabularies.ttl",
    )
    assert said == {
        ("misspelt-namespace", additions),
        ("misspelt-namespace", lists),
        ("unattached-shape", additions),
        ("message-of-another", additions),
        ("import-not-loaded", "dcat-ap-de-imports.ttl"),
    }
    counts = Counter(one.rule for one in found)
    assert counts["misspelt-namespace"] == 7
    assert all("<http://data.europa.eu/r5r/>" in str(one.hint) for one in of(found, "misspelt"))
    (unattached,) = of(found, "unattached")
    assert "DE_DatasetSeries_dcterms_publisher_v_Min" in unattached.message
    (message,) = of(found, "message")
    assert "DE_Dataset_dcterms_publisher_v_Min" in message.message
    assert "speaks of dcat:DataService" in message.message
    for one in (unattached, message):
        assert one.place is not None
        assert one.place.line is not None
        line = lines_of(DE / "3.0" / additions)[one.place.line - 1 - 3 : one.place.line]
        assert any("_dcterms_publisher_v_Min" in text or "sh:message" in text for text in line)


@here
def test_our_lint_knows_that_an_overlay_has_lost_its_base() -> None:
    newer = [EU / "3.0.1" / "dcat-ap-SHACL.ttl", *PROFILES["DCAT-AP.de 3.0"][1:]]
    lost = of(lint_files(newer), "overlay")
    assert len(lost) == 300
    assert {one.severity for one in lost} == {Severity.VIOLATION}


@here
@pytest.mark.parametrize("version", ["3.0.0", "3.0.1"])
def test_our_lint_seldom_objects_to_the_european_shapes(version: str) -> None:
    found = [one for file in sorted((EU / version).glob("*.ttl")) for one in lint_files([file])]
    dangling = {"undefined-shape": 2} if version == "3.0.1" else {}
    assert Counter(one.rule for one in found) == {
        "unknown-word": 5,
        "unattached-shape": 2,
        **dangling,
    }


def of(found: Sequence[Finding], rule: str) -> list[Finding]:
    return [one for one in found if one.rule.startswith(rule)]


def lines_of(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()
