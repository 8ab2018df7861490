"""The same mappings on both engines: the same quads, up to the names of blank nodes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.mapping.logical_rows import RowFinder
from clusterkg.mapping.plan import Context
from clusterkg.mapping.problems import Problems
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import mapping_plans
from clusterkg.mapping.spark_rows import has_plain_lines, native_file

from .comparing import Outcome

Same = Callable[..., Outcome]

SUITES = Path(
    os.environ.get("CLUSTERKG_CONFORMANCE", Path(__file__).parents[4] / "shared" / "conformance")
)
# every fourth case, for time: a query of Spark costs a second, a case has several
CASES = sorted(
    case
    for pattern in ("rml-core/RMLTC*", "rml-legacy/RMLTC*-CSV", "rml-legacy/RMLTC*-JSON")
    for case in SUITES.glob(pattern)
)[::4]
HEAD = """
prefixes:
  ex: https://data.example.org/
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  thing:
"""
ONE = (
    "s: https://data.example.org/thing/$(a)\n    po:\n      - [ex:b, $(b)]\n      - [ex:c, $(c)]\n"
)


def test_the_suites_are_here() -> None:
    if not CASES:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no RML test cases in {SUITES}")
        pytest.skip(f"no RML test cases in {SUITES}; set CLUSTERKG_CONFORMANCE")
    assert len(CASES) == 39


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_case(same_on_both: Same, case: Path) -> None:
    assert same_on_both(case / "mapping.ttl")


# -- files that Spark reads itself -------------------------------------------------------------

FILES = {
    "plain": ("a,b,c\n1,x y, z \n2,,\\n\n3,#,'ä😀\n", True),
    "windows": ("a,b,c\r\n1,x,y\r\n2,,z\r\n", True),
    "tabs": ("a\tb\tc\n1\tx,y\t\n", True),
    "no last line end": ("a,b,c\n1,2,3", True),
    "quotes": ('a,b,c\n1,"x ""y""\nz",""\n2,"",\n', False),
    "an empty line": ("a,b,c\n1,2,3\n\n4,5,6\n", False),
    "a mark of byte order": ("\ufeffa,b,c\n1,2,3\n", False),
    "mixed line ends": ("a,b,c\n1,2,3\r\n4,5,6\n", False),
    "a control character": ("a,b,c\n1,\x01,\x7f\n", True),
}


def native(file: Path) -> bool:
    connection = connect()
    mapping = read_mapping(file, base_iri="http://example.com/base/")
    finder = RowFinder(connection, Problems("m"), folder=file.parent)
    (plan,) = mapping_plans(mapping, Context(""), finder)
    found = native_file(connection, plan.cells.rows)
    finder.drop()
    return found is not None


@pytest.mark.parametrize("name", FILES)
def test_a_csv_file(same_on_both: Same, tmp_path: Path, name: str) -> None:
    text, plain = FILES[name]
    data = tmp_path / ("things.tsv" if "\t" in text else "things.csv")
    data.write_bytes(text.encode())
    assert has_plain_lines(data) is plain
    file = tmp_path / "mapping.yml"
    file.write_text(f'{HEAD}    sources: [["{data.name}~csv"]]\n    {ONE}')
    assert native(file) is plain
    made = same_on_both(file)
    assert not isinstance(made, str)
    assert made[0]


def test_a_row_that_is_too_short_is_told_the_same_way(same_on_both: Same, tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text("a,b,c\n1,2,3\n4,5\n6,7,8\n")
    file = tmp_path / "mapping.yml"
    file.write_text(f'{HEAD}    sources: [["things.csv~csv"]]\n    {ONE}')
    assert isinstance(same_on_both(file), str)


def test_values_of_parquet(same_on_both: Same, tmp_path: Path) -> None:
    """Texts and integers are read by Spark; doubles and times are staged."""
    connect().execute(
        "COPY (SELECT i AS a, 'n' || i AS b, i / 3.0::DOUBLE AS c, DATE '2024-02-29' AS d, "
        f"i % 2 = 0 AS e FROM range(50) AS t(i)) TO '{tmp_path / 'things.parquet'}'"
    )
    connect().execute(
        "COPY (SELECT i AS a, 'n' || i AS b, i % 2 = 0 AS c FROM range(50) AS t(i)) "
        f"TO '{tmp_path / 'plain.parquet'}'"
    )
    for name, plain in (("things", False), ("plain", True)):
        file = tmp_path / f"{name}.ttl"
        file.write_text(
            "@prefix rml: <http://w3id.org/rml/> . @prefix ex: <https://data.example.org/> .\n"
            "ex:map a rml:TriplesMap ; rml:logicalSource [ rml:source [ a rml:RelativePathSource ; "
            f'rml:root rml:MappingDirectory ; rml:path "{name}.parquet" ] ; '
            "rml:referenceFormulation rml:CSV ] ;\n"
            'rml:subjectMap [ rml:template "https://data.example.org/{a}" ] ;\n'
            "rml:predicateObjectMap [ rml:predicate ex:b ; rml:objectMap "
            '[ rml:reference "b" ], [ rml:reference "c" ], [ rml:reference "a" ] ] .\n'
        )
        assert native(file) is plain
        made = same_on_both(file)
        assert not isinstance(made, str)
        assert len(made[0]) >= 102
