"""Any text in any cell comes back from every syntax."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox
import rdflib
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from clusterkg.cli import main
from clusterkg.mapping.reading import read_mapping

from .comparing import BASE, examples, folder, run
from .random_mappings import NEW, PREFIXES, any_text, csv_text
from .reference import Table

odd_text = st.lists(
    st.sampled_from(
        ("\x00", "\x01", "\x0b", "\x7f", "\x85", "\u2028", "\ufeff", '"', "'", "\\", "\r", "\n",
         "\r\n", "\t", "\U0001f600", "e\u0301", "\u200f", "\ufffe", "\uffff", "#", ",", ";", " ",
         "\\u0041", "\\N", "NULL", "%20", "<", ">", "{", "&", "]]>", "a")
    ),
    min_size=1,
    max_size=6,
).map("".join)  # fmt: skip
anything = st.one_of(any_text, odd_text)
TEXT_MAPPING = """
<#m> i:logicalSource [ i:source "{file}" ; i:referenceFormulation {formulation} ] ;
  i:subjectMap [ i:template "http://x.org/{{b}}" ] ;
  i:predicateObjectMap [ i:predicate <http://x.org/p> ; i:objectMap [ i:reference "b" ] ] .
"""


def text_mapping(path: Path, file: str, formulation: str) -> Path:
    text = PREFIXES.format(r=NEW, i=NEW) + TEXT_MAPPING.format(file=file, formulation=formulation)
    (path / "m.ttl").write_text(text, encoding="utf-8")
    return path / "m.ttl"


def compare_texts(quads: Any, expected: list[str]) -> None:
    found = [(unquote(str(quad[0])), str(quad[1])) for quad in quads]
    assert sorted(found) == sorted((f"http://x.org/{text}", text) for text in set(expected))


def parsed(content: bytes | str, form: ox.RdfFormat) -> list[tuple[str, str]]:
    found = ox.parse(content, form)
    return [(quad.subject.value, quad.object.value) for quad in found]  # type: ignore[union-attr]


def parsed_by_rdflib(content: bytes | str, form: str) -> list[tuple[str, str]]:
    data = rdflib.Dataset()
    data.parse(data=content, format=form)
    return [(str(s), str(o)) for s, _, o, _ in data.quads()]


@examples(25)
@given(
    texts=st.lists(anything, min_size=1, max_size=4),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)),
    end=st.sampled_from(("\n", "\r\n")),
)
def test_any_text_in_a_csv_file_comes_back(texts: list[str], quoting: int, end: str) -> None:
    table = Table(tuple({"a": "1", "b": text, "c": "2"} for text in texts))
    with folder() as path:
        (path / "t.csv").write_text(csv_text(table, quoting, end), encoding="utf-8", newline="")
        lines, _ = run(read_mapping(text_mapping(path, "t.csv", "i:CSV"), base_iri=BASE))
    compare_texts(parsed("".join(lines), ox.RdfFormat.N_QUADS), texts)


@examples(25)
@given(texts=st.lists(anything, min_size=1, max_size=4), ascii_only=st.booleans())
def test_any_text_in_a_json_file_comes_back(texts: list[str], ascii_only: bool) -> None:
    content = json.dumps([{"b": text} for text in texts], ensure_ascii=ascii_only)
    with folder() as path:
        (path / "t.json").write_text(content, encoding="utf-8", newline="")
        file = text_mapping(path, "t.json", 'i:JSONPath ; i:iterator "$[*]"')
        lines, _ = run(read_mapping(file, base_iri=BASE))
    compare_texts(parsed("".join(lines), ox.RdfFormat.N_QUADS), texts)


FORMS = {
    "nq": (ox.RdfFormat.N_QUADS, "nquads"),
    "nt": (ox.RdfFormat.N_TRIPLES, "nt"),
    "ttl": (ox.RdfFormat.TURTLE, "turtle"),
    "trig": (ox.RdfFormat.TRIG, None),
    "jsonld": (ox.RdfFormat.JSON_LD, None),
    "rdfxml": (ox.RdfFormat.RDF_XML, None),
}


@examples(6)
@given(texts=st.lists(anything, min_size=1, max_size=4))
def test_any_text_comes_back_from_every_syntax(texts: list[str]) -> None:
    """RDF/XML has no way to write control characters: an error says so, and names the place."""
    with folder() as path:
        content = json.dumps([{"b": text} for text in texts])
        (path / "t.json").write_text(content, encoding="utf-8")
        file = text_mapping(path, "t.json", 'i:JSONPath ; i:iterator "$[*]"')
        for form, (syntax, name) in FORMS.items():
            output = path / f"out.{form}"
            arguments = ["map", str(file), "--format", form, "-o", str(output)]
            result = CliRunner().invoke(main, arguments)
            if form == "rdfxml" and NOT_XML.search("".join(texts)):
                assert result.exit_code == 5, result.output
                assert "RDF/XML cannot write a control character" in result.output
                continue
            assert result.exit_code == 0, result.output
            compare_texts(parsed(output.read_bytes(), syntax), texts)
            # rdflib takes U+2028 and other blanks for no part of an IRI; RFC 3987 does
            if name and not re.search(r"[^\S \t\r\n\x0b\x0c\x1c-\x1f\x85]", "".join(texts)):
                compare_texts(parsed_by_rdflib(output.read_bytes(), name), texts)


NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
