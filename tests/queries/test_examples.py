"""The example queries on the shipped data → the answers in ``examples/``, verified by hand.

How each answer was verified stands in ``README.md`` beside this file.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pyoxigraph
import pytest

from clusterkg import pipeline
from clusterkg.namespaces import PREFIXES
from clusterkg.project import find_project

ROOT = Path(__file__).parents[2]
QUERIES = {path.stem: path for path in sorted((ROOT / "queries" / "examples").glob("*.rq"))}
ANSWERS = {path.stem: path for path in sorted((Path(__file__).parent / "examples").glob("*.csv"))}
READERS = {"researcher", "portal", "integrator"}
LANGUAGES = ("", "-de", "-ru")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> pyoxigraph.Store:
    """The store of a release of the shipped data; one shape is enough to release it."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copy(ROOT / "clusterkg.toml", folder)
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "shapes").mkdir()
    shutil.copy(ROOT / "shapes" / "Period.ttl", folder / "shapes")
    project = find_project(folder)
    assert pipeline.build(project).published
    return pyoxigraph.Store.read_only(str(pipeline.released_store(project)))


def headers(path: Path) -> dict[str, str]:
    """The ``#+ key: text`` lines of a query."""
    found = re.findall(r"^#\+ ([a-z-]+): (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(found)


def table(text: str) -> tuple[list[str], list[list[str]]]:
    """Header and sorted rows of a CSV document."""
    header, *rows = csv.reader(io.StringIO(text))
    return header, sorted(rows)


def test_the_fifteen_competency_questions_are_there() -> None:
    assert [name.split("-")[0] for name in QUERIES] == [f"q{n:02}" for n in range(1, 16)]
    assert list(ANSWERS) == list(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_query_is_described_in_three_languages(name: str) -> None:
    said = headers(QUERIES[name])
    assert said["reader"] in READERS
    assert all(said[f"summary{language}"] for language in LANGUAGES)
    limits = [bool(said.get(f"limits{language}")) for language in LANGUAGES]
    assert all(limits) or not any(limits)


@pytest.mark.parametrize("name", QUERIES)
def test_query_uses_the_prefixes_of_the_project(name: str) -> None:
    declared = re.findall(r"^PREFIX ([\w-]+): <([^>]+)>$", QUERIES[name].read_text("utf-8"), re.M)
    assert declared
    assert [(prefix, iri) for prefix, iri in declared if PREFIXES.get(prefix) != iri] == []


@pytest.mark.parametrize("name", QUERIES)
def test_query_gives_the_verified_answer(name: str, store: pyoxigraph.Store) -> None:
    answer = store.query(QUERIES[name].read_text("utf-8"), use_default_graph_as_union=True)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    found = answer.serialize(format=pyoxigraph.QueryResultsFormat.CSV)
    assert found is not None
    assert table(found.decode()) == table(ANSWERS[name].read_text("utf-8"))
