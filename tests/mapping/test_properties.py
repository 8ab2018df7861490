r"""Random tables and random mappings: the engine against ``reference``, and any text in any cell.

Every run tries the same examples. More of them, and others each time::

    CLUSTERKG_EXAMPLES=50 pytest tests/mapping/test_properties.py

tries fifty times as many.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg.cli import main
from clusterkg.engines.duckdb import connect
from clusterkg.errors import MappingError
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_document
from clusterkg.mapping.triples_map import Mapping

from .reference import Document, Made, Number, Table, map_tables

FACTOR = int(os.environ.get("CLUSTERKG_EXAMPLES", "1"))
BASE = "http://base.example/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def examples(count: int) -> settings:
    return settings(
        max_examples=count * FACTOR,
        derandomize=FACTOR == 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


# -- random tables -----------------------------------------------------------------------------

# few values and many that are alike, so that rows, keys and terms meet each other again
CELLS = (
    "a", "b", "a-b", "-", "A", "ä", "a b", "a/b", "1", "01", "2024-02-29", "2023-02-29", "true",
    "1.50", "de", "en-GB", "de_DE", "http://x.org/a", "http://x.org/a b", "x:y", "%41", 'q"', "\\",
    "l\nl", "<>", "{a}", "é", "e\u0301", "\U0001f600", " a", "../a", "#f", "http:", "?q", "a:b",
)  # fmt: skip
COLUMNS = ("a", "b", "c")
texts = st.sampled_from(CELLS)
cells = st.one_of(st.sampled_from(("a", "b", "a-b", "1")), texts, st.none())
numbers = st.one_of(
    st.integers(-5, 5).map(str),
    st.sampled_from(("1.0", "1.5", "-0.0", "1e3", "80.25", "1E-7", "12345678901234567890", "-0")),
).map(Number)
json_values = st.one_of(cells, texts, st.just(""), numbers, st.booleans())
NESTED = ("t[*]", "n.x", "t[0]", "o[*].x")


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows = draw(st.lists(st.tuples(*(cells for _ in COLUMNS)), min_size=1, max_size=5))
    rows += draw(st.lists(st.sampled_from(rows), max_size=2))
    return Table(tuple(dict(zip(COLUMNS, row, strict=True)) for row in rows))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Records; every path of a reference is there in the first, as the engine wants it."""
    nested = st.fixed_dictionaries(
        dict.fromkeys(COLUMNS, json_values),
        optional={
            "t": st.lists(json_values, max_size=3),
            "n": st.fixed_dictionaries({}, optional={"x": json_values}),
            "o": st.lists(st.fixed_dictionaries({}, optional={"x": json_values}), max_size=2),
        },
    )
    first = dict.fromkeys(COLUMNS, "a") | {"t": ["a", "b"], "n": {"x": "b"}, "o": [{"x": "1"}]}
    records = [first, *draw(st.lists(nested, max_size=4))]
    return Document({"r": records + draw(st.lists(st.sampled_from(records), max_size=2))})


def csv_text(table: Table, quoting: int = csv.QUOTE_MINIMAL, end: str = "\n") -> str:
    # RFC 4180, 2.6: a cell with any line end stands in quotes, which the writer does not know of \r
    if any("\r" in (cell or "") for row in table.rows for cell in row.values()):
        quoting = csv.QUOTE_ALL
    file = io.StringIO()
    writer = csv.writer(file, quoting=quoting, lineterminator=end)
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in table.rows)
    return file.getvalue()


def json_text(value: Any, **options: Any) -> str:
    """JSON whose numbers stand as they were drawn."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return json.dumps(value, **options)


# -- random mappings, as text ------------------------------------------------------------------


@dataclass(frozen=True)
class Dialect:
    """How one vocabulary writes what all of them say."""

    name: str
    prefix: str
    reference: str
    formulation: str
    json: bool

    @property
    def files(self) -> tuple[str, ...]:
        return ("d0.json", "d1.json") if self.json else ("t0.csv", "t1.csv")

    def source(self, file: str) -> str:
        iterator = ' ; i:iterator "$.r[*]"' if self.json else ""
        word = {"new": "logicalSource", "old": "logicalSource", "r2rml": "logicalSource"}[self.name]
        place = (
            f'[ a i:RelativePathSource ; i:path "{file}" ]' if self.name == "new" else f'"{file}"'
        )
        return (
            f"i:{word} [ i:source {place} ; i:referenceFormulation {self.formulation}{iterator} ]"
        )


PREFIXES = """@prefix r: <{r}> .
@prefix i: <{i}> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NEW, OLD, R2RML = (
    "http://w3id.org/rml/",
    "http://semweb.mmlab.be/ns/rml#",
    "http://www.w3.org/ns/r2rml#",
)
DIALECTS = (
    Dialect("new", PREFIXES.format(r=NEW, i=NEW), "i:reference", "i:CSV", json=False),
    Dialect("new", PREFIXES.format(r=NEW, i=NEW), "i:reference", "i:JSONPath", json=True),
    Dialect("old", PREFIXES.format(r=R2RML, i=OLD), "i:reference", "ql:CSV", json=False),
    Dialect("old", PREFIXES.format(r=R2RML, i=OLD), "i:reference", "ql:JSONPath", json=True),
    Dialect("r2rml", PREFIXES.format(r=R2RML, i=OLD), "r:column", "ql:CSV", json=False),
)


def turtle_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def names(dialect: Dialect) -> st.SearchStrategy[str]:
    return st.sampled_from(COLUMNS + (NESTED if dialect.json else ()))


@st.composite
def templates(
    draw: st.DrawFn, dialect: Dialect, starts: tuple[str, ...], ends: tuple[str, ...] = ()
) -> str:
    """Templates that overlap: {a}-{b}, one the beginning of another, the same value twice."""
    start = draw(st.sampled_from(starts))
    middle = draw(st.sampled_from(("-", "/", "", "-", "?x=", "#")))
    one, two = draw(names(dialect)), draw(names(dialect))
    end = draw(st.sampled_from(("", "", f"{middle}{{{two}}}", "-", "/x", *ends)))
    return f"{start}{{{one}}}{end}"


@st.composite
def iri_maps(draw: st.DrawFn, dialect: Dialect) -> str:
    """The inside of a term map that makes IRIs."""
    kind = draw(st.sampled_from(("template", "template", "reference", "constant", "uri")))
    starts = ("http://x.org/", "http://x.org/", "r/", "", "urn:x:")
    if kind == "constant":
        iri = draw(st.sampled_from(("<http://x.org/a>", "<rel>", "<http://x.org/a-b>")))
        return f"r:constant {iri}"
    if kind == "reference":
        return f"{dialect.reference} {turtle_text(draw(names(dialect)))} ; r:termType r:IRI"
    text = turtle_text(draw(templates(dialect, starts)))
    if kind == "uri" and dialect.name == "new":
        return f"r:template {text} ; r:termType r:URI"
    return f"r:template {text}"


@st.composite
def node_maps(draw: st.DrawFn, dialect: Dialect) -> str:
    """The inside of a term map that makes IRIs or blank nodes."""
    if draw(st.integers(0, 4)):
        return draw(iri_maps(dialect))
    if draw(st.booleans()):
        return f"{dialect.reference} {turtle_text(draw(names(dialect)))} ; r:termType r:BlankNode"
    text = turtle_text(draw(templates(dialect, ("", "b"))))
    return f"r:template {text} ; r:termType r:BlankNode"


DATATYPES = (
    "string",
    "integer",
    "double",
    "date",
    "boolean",
    "decimal",
    "token",
    "gYear",
    "anyURI",
)


@st.composite
def literal_maps(draw: st.DrawFn, dialect: Dialect) -> str:
    kind = draw(st.sampled_from(("reference", "reference", "template", "constant")))
    if kind == "constant":
        text = turtle_text(draw(texts))
        return f"r:constant {text}{draw(st.sampled_from(('', '@de', '^^xsd:token')))}"
    if kind == "reference":
        inside = f"{dialect.reference} {turtle_text(draw(names(dialect)))}"
    else:
        ends = (' \\}"', "\n")
        text = turtle_text(draw(templates(dialect, ("", "x y"), ends)))
        inside = f"r:template {text} ; r:termType r:Literal"
    further = draw(st.sampled_from(("", "", "datatype", "language", "languageMap", "datatypeMap")))
    if further == "datatype":
        name = draw(st.sampled_from(DATATYPES))
        iri = "<http://x.org/type>" if draw(st.integers(0, 9)) == 0 else f"xsd:{name}"
        return f"{inside} ; r:datatype {iri}"
    if further == "language":
        return f"{inside} ; r:language {turtle_text(draw(st.sampled_from(('de', 'en-GB'))))}"
    if further == "languageMap" and dialect.name != "r2rml":
        name = turtle_text(draw(names(dialect)))
        return f"{inside} ; i:languageMap [ {dialect.reference} {name} ]"
    if further == "datatypeMap" and dialect.name == "new":
        made = draw(iri_maps(dialect))
        return f"{inside} ; i:datatypeMap [ {made} ]"
    return inside


@st.composite
def object_maps(draw: st.DrawFn, dialect: Dialect, maps: tuple[str, ...], own: int) -> str:
    """An object map, or the subjects of another triples map; ``maps`` are their files."""
    kind = draw(st.sampled_from(("literal", "literal", "node", "node", "join", "join", "same")))
    if kind == "literal":
        return draw(literal_maps(dialect))
    if kind == "same":
        equal = [n for n, file in enumerate(maps) if file == maps[own]]
        return f"r:parentTriplesMap <#m{draw(st.sampled_from(equal))}>"
    if kind == "join":
        parent = draw(st.integers(0, len(maps) - 1))
        sides = draw(st.lists(st.tuples(names(dialect), names(dialect)), min_size=1, max_size=2))
        joins = "".join(
            f" ; r:joinCondition [ r:child {turtle_text(c)} ; r:parent {turtle_text(p)} ]"
            for c, p in sides
        )
        return f"r:parentTriplesMap <#m{parent}>{joins}"
    return draw(node_maps(dialect))


@st.composite
def graph_maps(draw: st.DrawFn, dialect: Dialect) -> str:
    kind = draw(st.sampled_from(("", "", "", "constant", "default", "map", "two")))
    return {
        "": "",
        "constant": " ; r:graph <http://x.org/g>",
        "default": " ; r:graph r:defaultGraph",
        "map": f" ; r:graphMap [ {draw(iri_maps(dialect))} ]",
        "two": " ; r:graph <http://x.org/g> , r:defaultGraph",
    }[kind]


@st.composite
def mappings(draw: st.DrawFn, dialect: Dialect) -> str:
    maps = tuple(draw(st.sampled_from(dialect.files)) for _ in range(draw(st.integers(1, 3))))
    blocks = [dialect.prefix]
    for own, file in enumerate(maps):
        classes = draw(
            st.sampled_from(
                (
                    "",
                    "",
                    " ; r:class <http://x.org/C>",
                    " ; r:class <http://x.org/C> , <http://x.org/D>",
                )
            )
        )
        lines = [f"<#m{own}> {dialect.source(file)}"]
        if dialect.name == "new" and draw(st.integers(0, 5)) == 0:
            lines.append("i:baseIRI <http://own.example/>")
        lines.append(
            f"r:subjectMap [ {draw(node_maps(dialect))}{classes}{draw(graph_maps(dialect))} ]"
        )
        for _ in range(draw(st.integers(0, 4))):
            predicates = ["r:predicate <http://x.org/p>"]
            if draw(st.integers(0, 3)) == 0:
                predicates.append("r:predicate <http://x.org/q>")
            if draw(st.integers(0, 3)) == 0:
                predicates = [f"r:predicateMap [ {draw(iri_maps(dialect))} ]"]
            objects = [
                f"r:objectMap [ {draw(object_maps(dialect, maps, own))} ]"
                for _ in range(draw(st.sampled_from((1, 1, 1, 2))))
            ]
            inside = " ; ".join(predicates + objects) + draw(graph_maps(dialect))
            lines.append(f"r:predicateObjectMap [ {inside} ]")
        blocks.append(" ;\n  ".join(lines) + " .\n")
    return "\n".join(blocks)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, dict[str, Table | Document]]:
    """A mapping and the files it may name."""
    dialect = draw(st.sampled_from(DIALECTS))
    kind: st.SearchStrategy[Table | Document] = documents() if dialect.json else tables()
    return draw(mappings(dialect)), {file: draw(kind) for file in dialect.files}


# -- the engine and the reference --------------------------------------------------------------


def write(path: Path, text: str, files: dict[str, Table | Document]) -> Path:
    for name, data in files.items():
        content = csv_text(data) if isinstance(data, Table) else json_text(data.value)
        (path / name).write_text(content, encoding="utf-8", newline="")
    mapping = path / "mapping.ttl"
    mapping.write_text(text, encoding="utf-8")
    return mapping


def canonical(quads: Any) -> set[str]:
    """The quads as N-Quads, their blank nodes named by what is said about them."""
    data = ox.Dataset(quads)
    data.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in data}


def compare_quads(lines: list[str], made: Made) -> None:
    ours = canonical(ox.parse("".join(lines), ox.RdfFormat.N_QUADS))
    theirs = canonical(made.quads)
    differing = [f"missing: {quad}" for quad in sorted(theirs - ours)]
    differing += [f"surplus: {quad}" for quad in sorted(ours - theirs)]
    assert not differing, "\n".join(differing)


def compare_findings(findings: Any, made: Made) -> None:
    ours = [
        (f.rule, f.place.file, f.place.row, f.place.column, f.value) for f in findings if f.place
    ]
    theirs = made.offenders
    for rule, file, row, column, value in ours:
        assert any(
            (o.rule, o.file, o.row) == (rule, file, row)
            and column in o.columns
            and (o.value == value or rule == "not-a-single-value")
            for o in theirs
        ), f"told, but valid: {rule} {file} row {row} {column} {value!r}\n{theirs}"
    for o in theirs:
        assert any(
            (rule, file, row) == (o.rule, o.file, o.row)
            and column in o.columns
            and (o.value == value or rule == "not-a-single-value")
            for rule, file, row, column, value in ours
        ), f"not told: {o}\n{ours}"


def run(mapping: Mapping) -> tuple[list[str], Any]:
    connection = connect()
    try:
        mapped = map_document(connection, mapping)
        rows = connection.execute("SELECT s, p, o, g FROM quads").fetchall()
    finally:
        connection.close()
    return [f"{s} {p} {o} {g or ''} .\n" for s, p, o, g in rows], mapped.findings


@examples(45)
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


@examples(45)
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
    assert result.exit_code == (1 if made.offenders else 0), result.output
    lines = result.stdout_bytes.decode().splitlines(keepends=True)
    assert len(lines) == len(set(lines))
    compare_quads(lines, made)


# -- any text in any cell ----------------------------------------------------------------------

any_text = st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
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


# -- damaged mappings --------------------------------------------------------------------------


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


# -- what these tests have found ---------------------------------------------------------------


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
