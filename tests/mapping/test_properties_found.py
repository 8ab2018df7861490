"""What the tests with random tables and mappings have found, each with its smallest example."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterkg.cli import main
from clusterkg.errors import MappingError
from clusterkg.mapping.reading import read_mapping

from .comparing import BASE, run
from .random_mappings import NEW, PREFIXES, write
from .reference import Document, Table


def test_a_row_that_begins_with_a_hash_is_no_comment(tmp_path: Path) -> None:
    # RFC 4180 knows no comments; DuckDB's reader guesses them
    (tmp_path / "t.csv").write_text("a,b\na,\n#f,a\n", encoding="utf-8")
    text = (
        PREFIXES.format(r=NEW, i=NEW)
        + '<#m> i:logicalSource [ i:source "t.csv" ; i:referenceFormulation i:CSV ] ;\n'
        '  r:subjectMap [ r:template "http://x.org/{a}" ; r:class <http://x.org/C> ] .\n'
    )
    (tmp_path / "m.ttl").write_text(text, encoding="utf-8")
    lines, _ = run(read_mapping(tmp_path / "m.ttl", base_iri=BASE))
    assert sorted(line.split()[0] for line in lines) == ["<http://x.org/%23f>", "<http://x.org/a>"]


def test_a_language_tag_is_no_xsd_language(tmp_path: Path) -> None:
    # R2RML 7.4 wants a tag of BCP 47; xsd:language is wider and allows 'b' and 'a-b'
    (tmp_path / "t.csv").write_text("a,b\nx,a-b\nx,b\nx,de\n", encoding="utf-8")
    text = (
        PREFIXES.format(r=NEW, i=NEW)
        + '<#m> i:logicalSource [ i:source "t.csv" ; i:referenceFormulation i:CSV ] ;\n'
        "  r:subject <http://x.org/s> ; r:predicateObjectMap [ r:predicate <http://x.org/p> ;\n"
        '  r:objectMap [ i:reference "a" ; i:languageMap [ i:reference "b" ] ] ] .\n'
    )
    (tmp_path / "m.ttl").write_text(text, encoding="utf-8")
    lines, findings = run(read_mapping(tmp_path / "m.ttl", base_iri=BASE))
    assert lines == ['<http://x.org/s> <http://x.org/p> "x"@de  .\n']
    assert [finding.value for finding in findings] == ["a-b", "b"]


@pytest.mark.parametrize("text", ["http://x.org/{a}\\\\}", "http://x.org/{a} b", "{a}<", "n\\n{a}"])
def test_a_template_that_makes_no_iri_is_told(tmp_path: Path, text: str) -> None:
    # R2RML 7.3: what does not give a valid IRI is an error, and this one can be told at once
    mapping = (
        PREFIXES.format(r=NEW, i=NEW)
        + '<#m> i:logicalSource [ i:source "t.csv" ; i:referenceFormulation i:CSV ] ;\n'
        f'  r:subjectMap [ r:template "{text}" ; r:class <http://x.org/C> ] .\n'
    )
    (tmp_path / "m.ttl").write_text(mapping, encoding="utf-8")
    with pytest.raises(MappingError, match=r"m\.ttl:\d+: a template of 'm' makes IRIs with the"):
        read_mapping(tmp_path / "m.ttl", base_iri=BASE)


def test_branches_with_several_values_are_united(tmp_path: Path) -> None:
    # both branches read rows that are unnested, and may make the same quad
    source = (
        'i:logicalSource [ i:source "d.json" ; i:referenceFormulation i:JSONPath ;'
        ' i:iterator "$.r[*]" ]'
    )
    text = (
        PREFIXES.format(r=NEW, i=NEW)
        + f'<#m> {source} ; r:subjectMap [ r:template "http://x.org/{{t[*]}}" ] ;\n'
        "  r:predicateObjectMap [ r:predicate <http://x.org/p> ;\n"
        "    r:objectMap [ r:parentTriplesMap <#m> ;\n"
        '      r:joinCondition [ r:child "a" ; r:parent "a" ] ] ;\n'
        "    r:objectMap [ r:parentTriplesMap <#m> ] ] .\n"
    )
    files: dict[str, Table | Document] = {"d.json": Document({"r": [{"a": "a", "t": ["1", "2"]}]})}
    result = CliRunner().invoke(main, ["map", str(write(tmp_path, text, files))])
    assert result.exit_code == 0, result.exception
    assert len(set(result.stdout.splitlines())) == len(result.stdout.splitlines()) == 4
