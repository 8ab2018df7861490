"""The query page: questions in words, an editor, the answer as a table, code to take along."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pyoxigraph as ox

from clusterkg.errors import ServiceError
from clusterkg.service.pages import locale
from clusterkg.service.pages.facts import curie
from clusterkg.service.pages.labels import Label
from clusterkg.service.pages.rendering import render

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.service.pages.reader import Reader

__all__ = ["Example", "examples", "query_page"]

_MOST_ROWS: Final = 500
_NUMBERS: Final = re.compile(r"#(integer|decimal|double|float|nonNegativeInteger)$")
_HEADER: Final = re.compile(r"^#\+\s*([\w-]+):\s*(.*)$")


@dataclass(frozen=True)
class Example:
    """A query file: the question in the reader's language, who asks it, the SPARQL text."""

    name: str
    summary: Label
    reader: str
    text: str


@dataclass(frozen=True)
class Cell:
    """One value of a result."""

    text: str
    link: str = ""
    language: str = ""
    number: bool = False


@dataclass(frozen=True)
class Table:
    """A result; ``yes`` is set for ASK, rows are at most the first 500 of ``total``."""

    names: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    yes: bool | None = None


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
    own = header.get(f"summary-{language}")
    summary = Label(own, language) if own else _default_summary(header, path, language)
    body = "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
    return Example(path.stem, summary, header.get("reader", "other"), body)


def _default_summary(header: dict[str, str], path: Path, language: str) -> Label:
    text = header.get("summary", path.stem)
    return Label(text, "en", borrowed=language != "en")


def query_page(reader: Reader) -> str:
    """The page; with ``?query=`` it shows the answer, with ``?example=`` a prepared question."""
    known = examples(reader.site.queries / "examples", reader.language)
    chosen = next((e for e in known if e.name == reader.request.parameter("example")), None)
    shown = chosen or next(iter(known), None)
    query = reader.request.parameter("query").strip()
    asked = bool(query)
    if not asked and shown:
        query = shown.text
    answer, problem = None, None
    if asked:
        try:
            answer = _answer(query, reader)
        except ServiceError as error:
            problem = error
    groups: dict[str, list[Example]] = {}
    for example in known:
        groups.setdefault(example.reader, []).append(example)
    endpoint = f"{reader.site.settings.base_iri}sparql"
    return render(
        "query.html",
        reader,
        title=reader.text("query.title"),
        query=query,
        rows=max(8, min(28, query.count("\n") + 2)),
        example=None if asked else shown,
        answer=answer,
        problem=problem,
        groups=list(groups.items()),
        downloads=_downloads(query, reader),
        curl=_curl(query, endpoint),
        python=_python(query, endpoint),
    )


def _answer(query: str, reader: Reader) -> Table:
    if reader.site.answer is None:
        raise ServiceError("this site answers no queries")
    content, is_graph = reader.site.answer(query)
    if is_graph:
        return _triples(content, reader)
    found = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return Table((), (), 0, yes=bool(found))
    names = tuple(variable.value for variable in found.variables)
    solutions = list(found)
    rows = tuple(
        tuple(_cell(solution[name], reader) for name in names)
        for solution in solutions[:_MOST_ROWS]
    )
    return Table(names, rows, len(solutions))


def _triples(content: bytes, reader: Reader) -> Table:
    quads = sorted(ox.parse(content, format=ox.RdfFormat.N_TRIPLES), key=str)
    rows = tuple(
        tuple(_cell(term, reader) for term in (q.subject, q.predicate, q.object))
        for q in quads[:_MOST_ROWS]
    )
    return Table(("subject", "predicate", "object"), rows, len(quads))


def _cell(term: object, reader: Reader) -> Cell:
    if isinstance(term, ox.NamedNode):
        return Cell(_short(term.value, reader), reader.to(term.value))
    if isinstance(term, ox.Literal):
        number = bool(_NUMBERS.search(term.datatype.value))
        text = term.value
        if number and re.fullmatch(r"[+-]?\d+", text) and len(text) > 4:  # noqa: PLR2004
            text = locale.integer(int(text), reader.language)
        return Cell(text, language=term.language or "", number=number)
    return Cell("" if term is None else str(term))


def _short(iri: str, reader: Reader) -> str:
    path = reader.site.path(iri)
    short = curie(iri)
    return short if short != iri or path is None else path


def _downloads(query: str, reader: Reader) -> list[tuple[str, str]]:
    address = reader.file("sparql")
    return [
        (name, f"{address}?{urlencode({'query': query, 'format': form})}")
        for name, form in (("CSV", "csv"), ("JSON", "json"), ("XML", "xml"), ("TSV", "tsv"))
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
