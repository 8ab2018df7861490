"""Rows that say the same to a triples map are mapped once, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.mapping.collapse import collapse, drop_collapsed
from clusterkg.mapping.logical_rows import RowFinder
from clusterkg.mapping.plan import Context
from clusterkg.mapping.problems import Problems
from clusterkg.mapping.profile import profile_rows
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_document, mapping_plans, write_document
from clusterkg.mapping.terms import prepare

MAPPING = """
prefixes: {e: "http://e/"}
mappings:
  person:
    sources: [[people.csv~csv]]
    s: e:$(id)
    po:
      - [a, e:Person]
      - [e:name, $(name)]
      - [e:town, e:$(town)~iri]
      - [e:born, $(born), xsd:gYear]
      - p: e:colleague
        o:
          - mapping: person
            condition: {function: equal, parameters: [[str1, $(firm)], [str2, $(id)]]}
"""
REPEATED = (
    "1,Anna,a,1970,2\n1,Anna,a,1970,2\n2,Ben,,x,\n2,Ben,,x,\n,nobody,b,1980,\n,nobody,b,1980,\n"
)
CASES = {
    # the rows of people.csv, how many are left of them (None: it is not worth it), and whether
    # every subject then stands in one row
    "rows repeated": (REPEATED, 3, True),
    "a subject with two names": (REPEATED + "1,Anna B.,a,1970,2\n" * 4, 4, False),
    "nothing repeated": ("1,Anna,a,1970,2\n2,Ben,b,1971,\n", None, False),
    "subjects, but no rows repeated": ("1,Anna,a,1970,2\n1,Bea,b,1971,\n", None, False),
    "no rows": ("", None, False),
}


def written(folder: Path, mapping: str, rows: str) -> tuple[list[str], set[str]]:
    """The lines of the document, and the quads as the other way of mapping makes them."""
    (folder / "people.csv").write_text(f"id,name,town,born,firm\n{rows}", encoding="utf-8")
    (folder / "m.yml").write_text(mapping, encoding="utf-8")
    read = read_mapping(folder / "m.yml", base_iri="http://b/")
    write_document(connect(), read, folder / "out.nt", graphs=False)
    connection = connect()
    map_document(connection, read)
    quads = connection.execute("SELECT s || ' ' || p || ' ' || o || ' .' FROM quads").fetchall()
    lines = (folder / "out.nt").read_text(encoding="utf-8").splitlines()
    return lines, {row[0] for row in quads}


@pytest.mark.parametrize("case", CASES)
def test_what_is_repeated_is_mapped_once(tmp_path: Path, case: str) -> None:
    rows, left, alone = CASES[case]
    lines, quads = written(tmp_path, MAPPING, rows)
    assert sorted(lines) == sorted(quads)

    connection = connect()
    prepare(connection)
    read = read_mapping(tmp_path / "m.yml", base_iri="http://b/")
    finder = RowFinder(connection, Problems(""), folder=tmp_path)
    plans = mapping_plans(read, Context("http://b/"), finder)
    before = {plans[0].cells.rows.name: profile_rows(connection, plans[0].cells, plans)}
    (plan,), after = collapse(connection, plans, before)
    name = plan.cells.rows.name
    assert (name not in before) is (left is not None)
    if left is not None:
        found = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        assert found == (left,)
        assert bool(after[name].unique) is alone
        drop_collapsed(connection, after)
        assert connection.execute("SELECT * FROM duckdb_tables()").fetchall() == []
    finder.drop()


def test_values_computed_from_the_same_column_stay_apart(tmp_path: Path) -> None:
    mapping = """
prefixes: {e: "http://e/", grel: "http://users.ugent.be/~bjdmeest/function/grel.ttl#"}
mappings:
  person:
    sources: [[people.csv~csv]]
    s: e:$(id)
    po:
      - [e:name, $(name)]
      - p: e:upper
        o: [{function: grel:toUpperCase, parameters: [[grel:valueParameter, $(name)]]}]
      - p: e:lower
        o: [{function: grel:toLowerCase, parameters: [[grel:valueParameter, $(name)]]}]
"""
    lines, quads = written(tmp_path, mapping, REPEATED)
    assert sorted(lines) == sorted(quads)
    assert [line for line in lines if "e/1>" in line and "pper" in line] == [
        '<http://e/1> <http://e/upper> "ANNA" .'
    ]
