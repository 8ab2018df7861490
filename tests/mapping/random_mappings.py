"""Random tables, documents and mappings, as the files that they are written to."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from .reference import Document, Table
from .reference_values import Number

# -- random tables -----------------------------------------------------------------------------

# few values and many that are alike, so that rows, keys and terms meet each other again
CELLS = (
    "a", "b", "a-b", "-", "A", "ä", "a b", "a/b", "1", "01", "2024-02-29", "2023-02-29", "true",
    "1.50", "de", "en-GB", "de_DE", "http://x.org/a", "http://x.org/a b", "x:y", "%41", 'q"', "\\",
    "l\nl", "<>", "{a}", "é", "e\u0301", "\U0001f600", " a", "../a", "#f", "http:", "?q", "a:b",
)  # fmt: skip
COLUMNS = ("a", "b", "c")
any_text = st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
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
    kind = draw(st.sampled_from(("template", "template", "reference", "constant", "uri", "unsafe")))
    starts = ("http://x.org/", "http://x.org/", "r/", "", "urn:x:")
    if kind == "constant":
        iri = draw(st.sampled_from(("<http://x.org/a>", "<rel>", "<http://x.org/a-b>")))
        return f"r:constant {iri}"
    if kind == "reference":
        return f"{dialect.reference} {turtle_text(draw(names(dialect)))} ; r:termType r:IRI"
    text = turtle_text(draw(templates(dialect, starts)))
    if kind in ("uri", "unsafe") and dialect.name == "new":
        return f"r:template {text} ; r:termType r:{'URI' if kind == 'uri' else 'UnsafeIRI'}"
    return f"r:template {text}"


@st.composite
def node_maps(draw: st.DrawFn, dialect: Dialect) -> str:
    """The inside of a term map that makes IRIs or blank nodes."""
    if draw(st.integers(0, 4)):
        return draw(iri_maps(dialect))
    kind = draw(st.sampled_from(("reference", "template", "fresh")))
    if kind == "fresh" and dialect.name == "new":
        return "r:termType r:BlankNode"
    if kind == "reference":
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


def write(path: Path, text: str, files: dict[str, Table | Document]) -> Path:
    for name, data in files.items():
        content = csv_text(data) if isinstance(data, Table) else json_text(data.value)
        (path / name).write_text(content, encoding="utf-8", newline="")
    mapping = path / "mapping.ttl"
    mapping.write_text(text, encoding="utf-8")
    return mapping
