"""The query page: questions in words, an editor, the answer as a table, code to take along."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pyoxigraph as ox

from clusterkg.errors import ServiceError
from clusterkg.service.pages import described, locale
from clusterkg.service.pages.facts import Facts, curie
from clusterkg.service.pages.labels import Label
from clusterkg.service.pages.rendering import bare, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading

__all__ = ["Example", "examples", "query_page"]

_MOST_ROWS: Final = 500
_MOST_NAMED: Final = 1000
"""How many things of an answer get a name; the others stand as shortened IRIs."""
_LONGEST_TEXT: Final = 300
_NUMBERS: Final = re.compile(r"#(integer|decimal|double|float|nonNegativeInteger)$")
_TABLE_FORMS: Final = (("CSV", "csv"), ("JSON", "json"), ("XML", "xml"), ("TSV", "tsv"))
_GRAPH_FORMS: Final = (("Turtle", "ttl"), ("JSON-LD", "jsonld"), ("N-Triples", "nt"))
_HEADER: Final = re.compile(r"^#\+\s*([\w-]+):\s*(.*)$")


@dataclass(frozen=True)
class Example:
    """A query file: the question in the reader's language, who asks it, the SPARQL text."""

    name: str
    summary: Label
    reader: str
    text: str
    limits: Label | None = None
    """What an answer cannot say."""


@dataclass(frozen=True)
class Cell:
    """One value of a result."""

    text: str
    link: str = ""
    language: str = ""
    number: bool = False
    whole: str = ""
    """The IRI or the whole text, if ``text`` is shorter."""
    outside: bool = False


@dataclass(frozen=True)
class Table:
    """A result; ``yes`` is set for ASK, rows are at most the first 500 of ``total``."""

    names: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    yes: bool | None = None
    triples: bool = False


def examples(folder: Path, language: str) -> list[Example]:
    """All examples of a folder, in the order of their file names."""
    return [_example(path, language) for path in sorted(folder.glob("*.rq"))]


def _example(path: Path, language: str) -> Example:
    """Header lines ``#+ summary: …`` (and ``summary-de`` …), ``#+ reader: …``, then the query."""
    header: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for line in lines:
        if match := _HEADER.match(line):
            header[match[1]] = match[2].strip()
    summary = _headline(header, "summary", language) or Label(path.stem)
    body = "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
    limits = _headline(header, "limits", language)
    return Example(path.stem, summary, header.get("reader", "other"), body, limits)


def _headline(header: dict[str, str], name: str, language: str) -> Label | None:
    """A line of the header in the reader's language, else in English."""
    if own := header.get(f"{name}-{language}"):
        return Label(own, language)
    text = header.get(name)
    return Label(text, "en", borrowed=language != "en") if text else None


def query_page(reader: Reader, reading: Reading) -> str:
    """The page; with ``?query=`` or ``?example=`` it shows the answer, else only the questions."""
    known = examples(reader.site.queries / "examples", reader.language)
    wanted = reader.request.parameter("example").strip()
    query = reader.request.parameter("query").strip()
    chosen = None if query else next((e for e in known if e.name == wanted), None)
    asked = query or (chosen.text if chosen else "")
    answer, problem = None, None
    if asked:
        try:
            answer = _answer(asked, reader, reading)
        except ServiceError as error:
            problem = error
    shown = asked or next((example.text for example in known), "")
    groups: dict[str, list[Example]] = {}
    for example in known:
        groups.setdefault(example.reader, []).append(example)
    return render(
        "query.html",
        reader,
        title=reader.text("query.title"),
        query=shown,
        rows=max(8, min(28, shown.count("\n") + 2)),
        example=chosen,
        unknown=wanted if wanted and not query and chosen is None else "",
        asked=bool(asked),
        answer=answer,
        problem=problem,
        groups=list(groups.items()),
        downloads=_downloads(shown, reader, triples=answer is not None and answer.triples),
        curl=_curl(shown, reader.endpoint),
        python=_python(shown, reader.endpoint),
    )


def _answer(query: str, reader: Reader, reading: Reading) -> Table:
    if reader.site.answer is None:
        raise ServiceError("this site answers no queries")
    content, is_graph = reader.site.answer(query)
    if is_graph:
        quads = sorted(ox.parse(content, format=ox.RdfFormat.N_TRIPLES), key=str)
        triples = [(q.subject, q.predicate, q.object) for q in quads[:_MOST_ROWS]]
        names: tuple[str, ...] = ("subject", "predicate", "object")
        return Table(names, _cells(triples, reader, reading), len(quads), triples=True)
    found = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return Table((), (), 0, yes=bool(found))
    names = tuple(variable.value for variable in found.variables)
    solutions = list(found)
    rows = [tuple(solution[name] for name in names) for solution in solutions[:_MOST_ROWS]]
    return Table(names, _cells(rows, reader, reading), len(solutions))


def _cells(
    rows: Iterable[Sequence[object]], reader: Reader, reading: Reading
) -> tuple[tuple[Cell, ...], ...]:
    rows = list(rows)
    things = {term.value: None for row in rows for term in row if isinstance(term, ox.NamedNode)}
    facts = Facts(reading.names(list(things)[:_MOST_NAMED]))
    return tuple(tuple(_cell(term, facts, reader) for term in row) for row in rows)


def _cell(term: object, facts: Facts, reader: Reader) -> Cell:
    if isinstance(term, ox.NamedNode):
        return _thing(term, facts, reader)
    if isinstance(term, ox.Literal):
        number = bool(_NUMBERS.search(term.datatype.value))
        text = term.value
        if number and re.fullmatch(r"[+-]?\d+", text):
            # a year may come as a whole number, so four digits stay together
            text = locale.integer(int(text), reader.language) if len(text) > 4 else text  # noqa: PLR2004
        elif not term.language:
            text = described.value_of(term, facts, reader).label.text
        if text.startswith(("http://", "https://")) and not set(text) & set(' <>"'):
            return Cell(bare(text), text, whole=text, outside=True)
        short = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT].rstrip()}…"
        whole = "" if short == text else text
        return Cell(short, language=term.language or "", number=number, whole=whole)
    return Cell("" if term is None else str(term))


def _thing(term: ox.NamedNode, facts: Facts, reader: Reader) -> Cell:
    """A thing by its name in the reader's language, else by its shortened IRI."""
    iri = term.value
    outside = not reader.is_local(iri)
    if iri.startswith(reader.site.iri("graph/")):
        (_, label), *_ = described.graph_names(reader, facts, [iri])
    elif iri in facts or reader.text.has(f"terms.{curie(iri)}"):
        label = described.value_of(term, facts, reader).label
    else:
        short = curie(iri) if curie(iri) != iri else bare(iri)
        label = Label((reader.site.path(iri) or short) if short == bare(iri) else short)
    foreign = label.language if label.borrowed and label.language else ""
    return Cell(label.text, reader.to(iri), foreign, whole=iri, outside=outside)


def _downloads(query: str, reader: Reader, *, triples: bool) -> list[tuple[str, str]]:
    address = reader.file("sparql")
    forms = _GRAPH_FORMS if triples else _TABLE_FORMS
    return [
        (name, f"{address}?{urlencode({'query': query, 'format': form})}") for name, form in forms
    ]


def _curl(query: str, endpoint: str) -> str:
    quoted = query.strip().replace("'", "'\\''")
    return f"curl --data-urlencode 'query={quoted}' \\\n  -H 'Accept: text/csv' \\\n  {endpoint}"


def _python(query: str, endpoint: str) -> str:
    safe = query.strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return (
        "from SPARQLWrapper import JSON, SPARQLWrapper\n\n"
        f'endpoint = SPARQLWrapper("{endpoint}")\n'
        f'endpoint.setQuery("""\n{safe}\n""")\n'
        "endpoint.setReturnFormat(JSON)\n"
        'for row in endpoint.queryAndConvert()["results"]["bindings"]:\n'
        '    print({name: cell["value"] for name, cell in row.items()})'
    )
