r"""Random tables and random mappings: the engine against ``reference``.

Every run tries the same examples. More of them, and others each time::

    CLUSTERKG_EXAMPLES=50 pytest tests/mapping/test_properties.py

tries fifty times as many.
"""

from __future__ import annotations

import re

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from clusterkg.cli import main
from clusterkg.errors import MappingError
from clusterkg.mapping.reading import read_mapping

from .comparing import BASE, compare_findings, compare_quads, examples, folder, run
from .random_mappings import any_text, cases, write
from .reference import Document, Table, map_tables


@examples(40)
@given(case=cases())
def test_the_engine_makes_what_the_reference_makes(
    case: tuple[str, dict[str, Table | Document]],
) -> None:
    text, files = case
    with folder() as path:
        mapping = read_mapping(write(path, text, files), base_iri=BASE)
        lines, findings = run(mapping)
    made = map_tables(mapping, files)
    assert len(lines) == len(set(lines))
    compare_quads(lines, made)
    compare_findings(findings, made)


@examples(12)
@given(case=cases())
def test_the_command_line_writes_each_quad_once(
    case: tuple[str, dict[str, Table | Document]],
) -> None:
    text, files = case
    with folder() as path:
        file = write(path, text, files)
        made = map_tables(read_mapping(file, base_iri=BASE), files)
        result = CliRunner().invoke(main, ["map", str(file), "--base", BASE])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    wrong = any(one.severity == "VIOLATION" for one in made.offenders)
    assert result.exit_code == (1 if wrong else 0), result.output
    lines = result.stdout_bytes.decode().splitlines(keepends=True)
    assert len(lines) == len(set(lines))
    compare_quads(lines, made)


@examples(40)
@given(case=cases(), data=st.data())
def test_a_damaged_mapping_is_valid_or_told(
    case: tuple[str, dict[str, Table | Document]], data: st.DataObject
) -> None:
    text, files = case
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.sampled_from((0, 1, 1, 5, 30)))
        put = data.draw(
            st.one_of(
                st.sampled_from(
                    ("", '"', "<", ">", "[", "]", ";", "{", "}", "\\", " r:constant 5", "r:column",
                     ' r:template ""', " i:reference 1 ;", " r:termType r:Literal", "\x00", "_:b",
                     " r:class []", " r:graph 1 ;", ' r:language "" ;', "<#m0>", " a r:TriplesMap")
                ),
                any_text,
            )
        )  # fmt: skip
        text = text[:at] + put + text[at + length :]
    with folder() as path:
        file = write(path, text, files)
        told = None
        try:
            run(read_mapping(file, base_iri=BASE, name="mapping.ttl"))
        except MappingError as error:
            told = str(error)
    assert told is None or re.search(r"mapping\.ttl:\d+: |no triples map", told), told
