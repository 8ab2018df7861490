"""The plans of shapes find on Spark what they find on DuckDB.

A job of Spark costs a second, and a shape is a job or more. So many graphs with their shapes are
judged as one, the names of each moved to a place of its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clusterkg.engines.spark import SparkRun
from clusterkg.errors import ValidationError
from clusterkg.validation import on_spark, spark_judging
from clusterkg.validation.rdf_files import validate_files
from clusterkg.validation.report import Report

from .random_shapes import PREFIXES, graphs, shapes

Same = Callable[[Sequence[Path], Sequence[Path]], Report]
EXAMPLES = int(os.environ.get("CLUSTERKG_EXAMPLES", "1"))
AT_ONCE = 6
ROOT = Path(__file__).parents[2]


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="")
    return file


def moved(text: str, number: int) -> str:
    """The names of a test in a place of their own."""
    return text.replace("http://example.org/", f"http://example.org/{number}/")


@pytest.fixture
def same_on_both(spark_run: SparkRun) -> Same:
    """The report of Spark, which is that of DuckDB."""

    def compare(data: Sequence[Path], shape_files: Sequence[Path]) -> Report:
        ours = validate_files(data, shape_files)
        theirs = validate_files(data, shape_files, run=spark_run)
        assert theirs.checked == ours.checked
        assert theirs.results == ours.results
        assert replace(theirs, engine=ours.engine) == ours
        assert "Spark" in theirs.engine
        return theirs

    return compare


# -- random shapes -----------------------------------------------------------------------------


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="CLUSTERKG_EXAMPLES" not in os.environ,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(pairs=st.lists(st.tuples(graphs(), shapes()), min_size=AT_ONCE, max_size=AT_ONCE))
def test_random_shapes(
    same_on_both: Same, tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("random")
    texts = [
        (moved(data, number), moved(shape, number)) for number, (data, shape) in enumerate(pairs)
    ]
    data = [written(folder, f"{n}.ttl", text) for n, (text, _) in enumerate(texts)]
    shape_files = [written(folder, f"shapes-{n}.ttl", text) for n, (_, text) in enumerate(texts)]
    same_on_both(data, shape_files)


# -- the shipped shapes ------------------------------------------------------------------------


def test_the_shipped_shapes(same_on_both: Same) -> None:
    data = [ROOT / "tests" / "golden" / key / "expected.nq" for key in ("pages", "regions")]
    files = [ROOT / "shapes" / f"{name}.ttl" for name in ("Organisation", "Address")]
    report = same_on_both(data, files)
    assert len({result.source_shape for result in report.results}) > 5


# -- what is special to Spark ------------------------------------------------------------------

FAR = (
    "".join(f"ex:n{number} ex:next ex:n{number + 1} .\n" for number in range(12))
    + "ex:n12 ex:next ex:n4 . ex:n3 ex:side ex:m . ex:m ex:next ex:n0 .\n"
    + "ex:n0 a ex:Start . ex:n9 a ex:Late . ex:Late rdfs:subClassOf ex:Start ."
)
PATHS = """
ex:Far a sh:NodeShape ; sh:targetClass ex:Start ;
  sh:property [ sh:path [ sh:zeroOrMorePath ex:next ] ; sh:minCount 20 ] ;
  sh:property [ sh:path [ sh:oneOrMorePath [ sh:inversePath ex:next ] ] ; sh:maxCount 2 ] ;
  sh:property [ sh:path ( [ sh:oneOrMorePath [ sh:alternativePath ( ex:next ex:side ) ] ]
                          [ sh:zeroOrOnePath ex:next ] ) ; sh:nodeKind sh:Literal ] .
"""


@pytest.mark.parametrize("few", [0, 50_000])
def test_paths_are_followed_to_their_end(
    same_on_both: Same, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """By jobs of Spark where the pairs are many, else in this process."""
    monkeypatch.setattr(on_spark, "_FEW", few)
    monkeypatch.setattr(on_spark, "_PARTS", 3)
    data = written(tmp_path, "data.ttl", PREFIXES + FAR)
    report = same_on_both([data], [written(tmp_path, "shapes.ttl", PREFIXES + PATHS)])
    assert len(report.results) > 10


BEYOND = """
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
ex:Core a sh:NodeShape ; sh:targetClass ex:Start ; sh:property [ sh:path ex:name ; sh:minCount 1 ] .
ex:More a sh:NodeShape ; sh:targetClass ex:Start ; sh:sparql [ sh:prefixes ex: ;
  sh:select "SELECT $this WHERE { $this ex:next ?next }" ] .
"""


def test_what_is_beyond_core_is_judged_by_pyshacl(
    spark_run: SparkRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = written(tmp_path, "data.ttl", PREFIXES + FAR)
    files = [data], [written(tmp_path, "shapes.ttl", PREFIXES + BEYOND)]
    report = validate_files(*files, run=spark_run)
    assert report.results == validate_files(*files).results
    assert len(report.results) == 4
    assert re.search(r"on Spark .*; pySHACL .* for .*More>?$", report.engine)
    monkeypatch.setattr(spark_judging, "MOST_TRIPLES", 10)
    with pytest.raises(ValidationError, match=r"beyond SHACL Core.*at most 10"):
        validate_files(*files, run=spark_run)
