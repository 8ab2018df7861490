"""How a mapping names a file → LogicalFile: RML-IO, CSVW and DCAT descriptions, or a path.

Descriptions of a file stand on the node of ``rml:source``; a literal is a path. What they say of
the layout of a CSV file is a dialect of CSVW.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from clusterkg.errors import did_you_mean
from clusterkg.mapping.triples_map import LogicalFile
from clusterkg.mapping.vocabulary import formulation_of
from clusterkg.namespaces import CSVW, PREFIXES, RDF, RML
from clusterkg.sources.csv_form import CsvForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.rdf_terms import Graph, Node

__all__ = ["COMPRESSIONS", "ENCODINGS", "FileReader", "known_encoding"]

COMPRESSIONS: Final = {
    "none": "none",
    "gzip": "gzip",
    "bzip2": "bzip2",
    "xz": "xz",
    "zip": "zip",
    "targz": "targz",
    "targzip": "targz",
    "tarxz": "tarxz",
}
ENCODINGS: Final = ("UTF-8", "UTF-16", "cp1252", "latin-1")
"""Those that are proposed for a misspelt one."""

_DCAT: Final = PREFIXES["dcat"]
_ROOTS: Final = {"MappingDirectory": "mapping", "CurrentWorkingDirectory": "working"}
_BY_SUFFIX: Final = {
    ".json": "json",
    ".geojson": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".xml": "xml",
}
_TRIMS: Final = {"true": "both", "false": "none", "start": "start", "end": "end", "both": "both"}


@dataclass(frozen=True)
class FileReader:
    """Reads the files that one document names; what is wrong is added to ``problems``.

    ``base`` is the IRI against which the document's relative IRIs were resolved.
    """

    graph: Graph
    properties: Callable[[Node], dict[str, list[Node]]]
    problems: Problems
    base: str

    def read(
        self,
        words: dict[str, list[Node]],
        name: str,
        line: int | None,
        text: Callable[[Node], tuple[str, int | None]],
    ) -> LogicalFile | None:
        """The logical source with these ``words``; None after a problem.

        ``text`` gives the value of a literal with its line.
        """
        node = words["source"][0]
        found = self._path(node, name, line, text)
        if found is None:
            return None
        path, at = found
        given = words.get("referenceFormulation", [])
        formulation = self._formulation(given, path, name, line)
        if formulation is None:
            return None
        known = self._described(node, name, at or line)
        stated = [text(one)[0] for word in ("query", "iterator") for one in words.get(word, [])]
        return LogicalFile(
            path,
            formulation,
            stated[0] if stated else None,
            any(_value(one).startswith(RML) for one in given),
            at or line,
            namespaces=self._namespaces(given, name, line),
            optional=tuple(sorted(_value(one) for one in words.get("optional", []))),
            **known,
        )

    # -- where ---------------------------------------------------------------------------------

    def _path(
        self,
        node: Node,
        name: str,
        line: int | None,
        text: Callable[[Node], tuple[str, int | None]],
    ) -> tuple[str, int | None] | None:
        if _is_literal(node):
            return self._local(node, name, line) if _value(node).startswith("file:") else text(node)
        words = self.properties(node)
        if "path" in words:
            return text(words["path"][0])
        for target in (
            *self._all(node, f"{CSVW}url"),
            *self._all(node, f"{_DCAT}downloadURL"),
            *self._all(node, f"{_DCAT}accessURL"),
        ):
            return self._local(target, name, line)
        for distribution in self._all(node, f"{_DCAT}distribution"):
            return self._path(distribution, name, line, text)
        if _value(node).startswith("file:"):
            return self._local(node, name, line)
        self.problems.add(
            f"the source of '{name}' is not a file",
            line=line,
            hint='Write rml:source "people.csv" or a rml:RelativePathSource with rml:path.',
        )
        return None

    def _local(self, node: Node, name: str, line: int | None) -> tuple[str, int | None] | None:
        """The path that a URL stands for: relative to the mapping, or of the scheme file."""
        url = _value(node)
        if not _is_literal(node) and self.base and url.startswith(self.base):
            url = url[len(self.base) :]
        parts = urlsplit(url)
        if parts.scheme == "file":
            return unquote(parts.path), line
        if len(parts.scheme) > 1:
            self.problems.add(
                f"the source of '{name}' is on the web: <{url}>",
                line=line,
                hint="Fetch it, and name the file.",
            )
            return None
        return (url if _is_literal(node) else unquote(url)), line

    # -- what ----------------------------------------------------------------------------------

    def _formulation(self, given: list[Node], path: str, name: str, line: int | None) -> str | None:
        if not given:
            return _BY_SUFFIX.get(PurePosixPath(path).suffix.lower(), "csv")
        kinds = [_value(kind) for kind in self._all(given[0], f"{RDF}type")]
        if f"{RML}XPathReferenceFormulation" in kinds:
            return "xml"
        formulation = formulation_of(_value(given[0]))
        if formulation in ("csv", "json", "xml", "sparql"):
            return formulation
        self.problems.add(
            f"reference formulation <{_value(given[0])}> of '{name}' is not supported for a file",
            line=line,
            hint="Known: CSV, JSONPath, XPath.",
        )
        return None

    def _namespaces(
        self, given: list[Node], name: str, line: int | None
    ) -> tuple[tuple[str, str], ...]:
        found = []
        for one in given:
            for node in self.properties(one).get("namespace", []):
                words = self.properties(node)
                if "namespacePrefix" not in words or "namespaceURL" not in words:
                    self.problems.add(
                        f"a namespace of '{name}' has no prefix or no URL",
                        line=line,
                        hint="Write rml:namespacePrefix and rml:namespaceURL.",
                    )
                    continue
                found.append(
                    (_value(words["namespacePrefix"][0]), _value(words["namespaceURL"][0]))
                )
        return tuple(sorted(found))

    def _described(self, node: Node, name: str, line: int | None) -> dict[str, Any]:
        """What the node of a source says of its file, as fields of LogicalFile."""
        if _is_literal(node):
            return {}
        words = self.properties(node)
        known: dict[str, Any] = {}
        nulls = [_value(null) for null in words.get("null", [])]
        nulls += [_value(null) for null in self._all(node, f"{CSVW}null")]
        is_csvw = bool(self._all(node, f"{CSVW}url"))
        # RML-IO has no null value unless one is stated, CSVW has the empty cell
        known["nulls"] = tuple(sorted(nulls)) if nulls or not is_csvw else ("",)
        if "root" in words:
            root = _value(words["root"][0])
            known["root"] = _ROOTS.get(root.removeprefix(RML), root)
        if "encoding" in words:
            stated = _value(words["encoding"][0]).removeprefix(RML)
            known["encoding"] = self._encoding(stated, name, line)
        if "compression" in words:
            stated = _value(words["compression"][0]).removeprefix(RML)
            known["compression"] = COMPRESSIONS.get(stated)
            if stated not in COMPRESSIONS:
                self.problems.add(
                    f"unknown compression '{stated}' of the source of '{name}'",
                    line=line,
                    hint=did_you_mean(stated, COMPRESSIONS),
                )
        if is_csvw:
            self._csvw(node, known, name, line)
        return known

    def _encoding(self, stated: str, name: str, line: int | None) -> str | None:
        found = known_encoding(stated)
        if found is None:
            self.problems.add(
                f"unknown encoding '{stated}' of the source of '{name}'",
                line=line,
                hint=did_you_mean(stated, ENCODINGS),
            )
        return found

    # -- CSVW ----------------------------------------------------------------------------------

    def _csvw(self, node: Node, known: dict[str, Any], name: str, line: int | None) -> None:
        dialects = self._all(node, f"{CSVW}dialect")
        said = {
            predicate.removeprefix(CSVW): [_value(value) for value in values]
            for dialect in dialects
            for predicate, values in self.graph.get(dialect, {}).items()
            if predicate.startswith(CSVW)
        }
        if "encoding" in said and "encoding" not in known:
            known["encoding"] = self._encoding(said["encoding"][0], name, line)
        unknown = said.keys() - _DIALECT
        for word in sorted(unknown):
            self.problems.add(
                f"unknown term '{word}' in the dialect of '{name}'",
                line=line,
                hint=did_you_mean(word, _DIALECT),
            )
        try:
            known["form"] = _form(said, self._names(node))
        except ValueError as error:
            self.problems.add(f"the dialect of '{name}': {error}", line=line)

    def _names(self, node: Node) -> tuple[str, ...]:
        """The names of the columns that a table schema states."""
        found = []
        for schema in self._all(node, f"{CSVW}tableSchema"):
            for column in self._list(self._all(schema, f"{CSVW}column")):
                names = self._all(column, f"{CSVW}name") or self._all(column, f"{CSVW}title")
                names = names or self._all(column, f"{CSVW}titles")
                found += [_value(one) for one in names[:1]]
        return tuple(found)

    def _list(self, nodes: list[Node]) -> list[Node]:
        """The members of an RDF list, or the nodes themselves."""
        members: list[Node] = []
        for node in nodes:
            rest: list[Node] = [node]
            if not self._all(node, f"{RDF}first"):
                members.append(node)
            while rest and (first := self._all(rest[0], f"{RDF}first")):
                members += first
                rest = self._all(rest[0], f"{RDF}rest")
        return members

    def _all(self, node: Node, predicate: str) -> list[Node]:
        return self.graph[node].get(predicate, []) if node in self.graph else []


_DIALECT: Final = {
    "delimiter",
    "quoteChar",
    "doubleQuote",
    "header",
    "headerRowCount",
    "skipRows",
    "skipColumns",
    "skipBlankRows",
    "skipInitialSpace",
    "commentPrefix",
    "encoding",
    "lineTerminators",
    "trim",
}


def _form(said: dict[str, list[str]], names: tuple[str, ...]) -> CsvForm:
    """The form that the terms of a CSVW dialect tell. Raises ValueError."""

    def one(word: str, default: str) -> str:
        return said.get(word, [default])[0]

    def number(word: str, default: str) -> int:
        stated = one(word, default)
        if not stated.isdecimal():
            raise ValueError(f"{word} is '{stated}', expected a number")
        return int(stated)

    for word in ("delimiter", "quoteChar"):
        stated = one(word, ",")
        if len(stated) != 1 and (stated or word == "delimiter"):
            raise ValueError(f"{word} is '{stated}', expected one character")
    trim = one("trim", "start" if one("skipInitialSpace", "false") in _TRUE else "false")
    if _BOOLEANS.get(trim, trim) not in _TRIMS:
        raise ValueError(f"trim is '{trim}', expected true, false, start or end")
    has_header = one("header", "true") in _TRUE
    return CsvForm(
        one("delimiter", ","),
        one("quoteChar", '"') or None,
        None if one("doubleQuote", "true") in _TRUE else "\\",
        number("headerRowCount", "1" if has_header else "0"),
        names,
        number("skipRows", "0"),
        number("skipColumns", "0"),
        one("commentPrefix", "") or None,
        _TRIMS[_BOOLEANS.get(trim, trim)],
        tuple(said.get("lineTerminators", ())),
    )


def known_encoding(stated: str) -> str | None:
    """The name by which Python knows an encoding of texts; None if it does not."""
    try:
        "".encode(stated)
    except LookupError:
        return None
    return codecs.lookup(stated).name


_TRUE: Final = ("true", "1")
_BOOLEANS: Final = {"1": "true", "0": "false"}


def _value(node: Node) -> str:
    return str(getattr(node, "value", ""))


def _is_literal(node: Node) -> bool:
    import pyoxigraph

    return isinstance(node, pyoxigraph.Literal)
