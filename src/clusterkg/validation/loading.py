"""RDF files → triples in N-Triples text.

Files are parsed by pyoxigraph, which says in which line a syntax error is; the terms keep
their lexical form, and blank nodes are named by file and order, so that a report of the same
files has the same bytes.
"""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, Final

from clusterkg.errors import GraphError, did_you_mean
from clusterkg.validation.parquet import PARQUET, lines_of_parquet
from clusterkg.validation.terms import literal_text, parse_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pyoxigraph as ox

    from clusterkg.errors import ClusterkgError

__all__ = ["Triple", "is_rdf", "located_triples", "triples_of_file", "triples_of_files"]

Triple = tuple[str, str, str]

_SUFFIXES: Final = {"owl": "rdf", "json": "jsonld", "ntriples": "nt", "nquads": "nq"}
_KNOWN: Final = ("jsonld", "n3", "nq", "nt", "owl", "parquet", "rdf", "trig", "ttl", "xml")
_REMOTE: Final = "LoadDocumentCallback"
"""What the parser says where it would have to load a context."""


def is_rdf(file: Path) -> bool:
    """Whether the suffix of a file, packed or not, is one of RDF."""
    suffix = file.name.removesuffix(".gz").rpartition(".")[2].lower()
    return file.is_file() and suffix in {*_KNOWN, *_SUFFIXES}


def triples_of_files(
    files: Sequence[Path],
    prefixes: dict[str, str] | None = None,
    *,
    error: type[ClusterkgError] = GraphError,
) -> Iterator[Triple]:
    """All triples of the files in N-Triples text, whatever graph of a file they are in.

    The syntax goes by the suffix; ``.gz`` is unpacked. The prefixes that the files declare are
    added to ``prefixes``; one that stands for another namespace already gets a number. Raises
    ``error`` with file and line for a missing file, an unknown suffix or broken syntax.
    """
    for number, file in enumerate(files):
        names: dict[str, str] = {}
        declared: dict[str, str] = {}
        for s, p, o in _quads(file, error, declared):
            yield _text(s, names, number), _text(p, names, number), _text(o, names, number)
        if prefixes is not None:
            for prefix, start in declared.items():
                _add_prefix(prefixes, prefix, start)


def _add_prefix(prefixes: dict[str, str], prefix: str, start: str) -> None:
    if start in prefixes.values():
        return
    number, name = 0, prefix
    while prefixes.get(name):
        number += 1
        name = f"{prefix or 'default'}{number}"
    prefixes[name] = start


def triples_of_file(file: Path) -> Iterator[tuple[str, str, str]]:
    """The triples of a file in N-Triples text, whatever graph of it they are in.

    Blank nodes are named by the order in which they appear: ``_:b0``, ``_:b1``. Raises
    GraphError as ``triples_of_files`` does.
    """
    names: dict[str, str] = {}

    def text(term: object) -> str:
        said = str(term)
        return names.setdefault(said, f"_:b{len(names)}") if said.startswith("_:") else said

    for s, p, o in _quads(file, GraphError):
        yield text(s), text(p), text(o)


def located_triples(
    files: Sequence[Path], prefixes: dict[str, str], *, error: type[ClusterkgError] = GraphError
) -> Iterator[tuple[Path, int, tuple[str, str, str]]]:
    """Each triple of the files in N-Triples text with the file and the line on which it ends.

    Blank nodes are named as in ``triples_of_files``. The prefixes that the files declare are added
    to ``prefixes``. Raises ``error`` as ``triples_of_files`` does.
    """
    for number, file in enumerate(files):
        names: dict[str, str] = {}
        lines = _Lines(_content(file, error)[0])
        for s, p, o in _quads(file, error, prefixes, lines):
            texts = (_text(s, names, number), _text(p, names, number), _text(o, names, number))
            yield file, lines.read_so_far, texts


class _Lines(io.BytesIO):
    """A file that hands out a line at a time: what the parser knows, it has read up to there."""

    read_so_far = 0

    def read(self, size: int | None = -1) -> bytes:
        del size
        line = self.readline()
        self.read_so_far += bool(line)
        return line


def _quads(
    file: Path,
    error: type[ClusterkgError],
    prefixes: dict[str, str] | None = None,
    stream: _Lines | None = None,
) -> Iterable[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, ...]]:
    import pyoxigraph as ox

    content, suffix = _content(file, error)
    form = ox.RdfFormat.from_extension(_SUFFIXES.get(suffix, suffix))
    if form is None:
        raise error(
            f"unknown suffix '.{suffix}', expected one of: {', '.join(_KNOWN)}",
            at=str(file),
            hint=did_you_mean(suffix, _KNOWN),
        )
    base = file.resolve().as_uri()
    try:
        parser = ox.parse(stream or io.BytesIO(content), format=form, base_iri=base)
        for quad in parser:
            yield quad.subject, quad.predicate, quad.object
        if prefixes is not None:
            prefixes.update(parser.prefixes)
    except SyntaxError as problem:
        if _REMOTE in str(problem.msg):
            raise error(
                "the @context of the JSON-LD stands on the web, and nothing is fetched",
                at=str(file),
                hint="Put the context into the file, or give the data in another syntax.",
            ) from problem
        line = f", line {problem.lineno}" if problem.lineno else ""
        raise error(
            f"not {form.name}: {problem.msg}",
            at=f"{file}{line}",
            hint="Correct the syntax, or give the file the suffix of what it holds.",
        ) from problem


def _content(file: Path, error: type[ClusterkgError]) -> tuple[bytes, str]:
    if file.suffix == f".{PARQUET}" and file.exists():
        return "\n".join(lines_of_parquet(file)).encode(), "nt"
    try:
        content = file.read_bytes()
    except FileNotFoundError as problem:
        folder = file.parent
        near = [p.name for p in folder.iterdir() if p.is_file()] if folder.is_dir() else []
        raise error(
            "no such file", at=str(file), hint=did_you_mean(file.name, near) if near else None
        ) from problem
    except OSError as problem:
        raise error(f"cannot be read: {problem.strerror}", at=str(file)) from problem
    name = file.name
    if name.endswith(".gz"):
        name = name.removesuffix(".gz")
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError) as problem:
            raise error(f"not gzip: {problem}", at=str(file)) from problem
    return content, name.rpartition(".")[2].lower()


def _text(term: object, names: dict[str, str], number: int) -> str:
    """N-Triples text, blank nodes renamed to ``_:f0b1``: file and order of appearance."""
    text = str(term)
    if text.startswith("_:"):
        return names.setdefault(text, f"_:f{number}b{len(names)}")
    return literal_text(*parse_term(text)) if text.startswith('"') else text
