"""On Spark too values that cannot be mapped are left out and told, or nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterkg.converting import MapOptions, map_document
from clusterkg.mapping.findings import RefusedDataError

MAPPING = """\
prefixes: {ex: "http://ex.org/"}
mappings:
  person:
    sources: [[people.csv~csv]]
    s: http://ex.org/person/$(id)
    po: [[ex:born, $(born), xsd:date]]
"""


@pytest.mark.parametrize("form", ["nq", "ttl"])
def test_the_policy(started: None, tmp_path: Path, form: str) -> None:
    (tmp_path / "people.csv").write_text("id,born\n1,1970-01-01\n2,about 1980\n")
    mapping, output = tmp_path / "m.yarrrml.yml", tmp_path / "out"
    mapping.write_text(f"on_data_error: fail\n{MAPPING}")
    output.write_text("of yesterday\n")
    options = MapOptions(form=form, master="local[2]")
    with pytest.raises(RefusedDataError) as caught:
        map_document(mapping, output, options)
    assert [finding.value for finding in caught.value.findings] == ["about 1980"]
    assert output.read_text() == "of yesterday\n"
    mapping.write_text(MAPPING)
    (finding,) = map_document(mapping, output, options)
    assert finding.value == "about 1980"
    assert "1970-01-01" in output.read_text()
    assert {one.name for one in tmp_path.iterdir()} == {"people.csv", "m.yarrrml.yml", "out"}
