"""A YARRRML document as YAML → its canonical form with tokens, every problem with its line.

The canonical form holds only what yatter understands without loss: sources, subjects, pairs
of predicates and objects, joins; in the place of every text stands a token.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clusterkg.errors import did_you_mean
from clusterkg.mapping.triples_map import FreshNode, LogicalFile, TermMap, TermType
from clusterkg.mapping.yarrrml_files import KEYS, read_file, read_layout
from clusterkg.mapping.yarrrml_functions import PLACEHOLDER, FunctionTexts
from clusterkg.mapping.yarrrml_terms import Texts, Wanted
from clusterkg.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.mapping.problems import Problems

__all__ = ["DocumentReader", "Tokens"]

_LONG = {
    "m": "mappings",
    "mapping": "mappings",
    "s": "subjects",
    "subject": "subjects",
    "po": "predicateobjects",
    "p": "predicates",
    "predicate": "predicates",
    "o": "objects",
    "object": "objects",
    "g": "graphs",
    "graph": "graphs",
    "source": "sources",
    "src": "sources",
    "v": "value",
    "fn": "function",
    "f": "function",
    "pms": "parameters",
    "a": "authors",
    "author": "authors",
}
_DOCUMENT = (
    "prefixes",
    "mappings",
    "sources",
    "base",
    "authors",
    "version",
    "title",
    "on_data_error",
)
_MAPPING = ("sources", "subjects", "predicateobjects", "graphs", "condition")
_SOURCE = (
    "table",
    "query",
    "queryFormulation",
    "access",
    "type",
    "referenceFormulation",
    "iterator",
    *KEYS,
)
_PREDICATE_OBJECT = ("predicates", "objects", "graphs", "condition")
_CALL = ("function", "parameters", "condition")
_OBJECT = ("value", "type", "language", "datatype", "mapping", *_CALL)
_SUBJECT = ("value", "type", *_CALL)
_CONDITION = ("function", "parameters")
_PAIR, _TRIPLE = 2, 3
_RDF_TYPE = ("a", "rdf:type", f"{RDF}type")
_NOT_SUPPORTED = {
    "targets": "the graphs of a mapping are all written to one release",
    "functions": "call functions in the SQL of a query",
    "gather": "write one triple for each value, or an IRI template for a node of its own",
    "quoted": "describe the statement by a node of its own",
    "quotedNonAsserted": "describe the statement by a node of its own",
    "inversepredicates": "write the triple in a mapping of the other subject",
    "credentials": "declare the table in source.toml",
}


@dataclass
class Tokens:
    """What the tokens in yatter's output stand for."""

    terms: dict[str, TermMap] = field(default_factory=dict)
    texts: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    names: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    files: dict[str, LogicalFile] = field(default_factory=dict)

    def term(self, term: TermMap) -> str:
        """A token for a term map, as yatter wants a reference."""
        token = f"t{len(self.terms)}"
        self.terms[token] = term
        return f"$({token})"

    def text(self, text: str, line: int | None) -> str:
        """A token for a text: SQL, a table's name."""
        token = f"x{len(self.texts)}"
        self.texts[token] = (text, line)
        return token

    def file(self, file: LogicalFile) -> str:
        """A token for a file, with the suffix that yatter expects."""
        token = f"f{len(self.files)}.csv"
        self.files[token] = file
        return token

    def name(self, name: str, line: int | None) -> str:
        """A token for the name of a mapping."""
        token = f"m{len(self.names)}"
        self.names[token] = (name, line)
        return token


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


class DocumentReader:
    """Walks the YAML with its lines, notes problems, and builds what yatter gets."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.tokens = Tokens()
        self.texts = Texts(problems)
        self.functions = FunctionTexts(problems, self.texts)
        self.sources: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        self.base: str | None = None
        self.on_data_error: str | None = None
        self.formulations: set[str] = set()

    # -- structure ---------------------------------------------------------------------------

    def document(self, document: Any) -> dict[str, Any]:
        """The whole document, as yatter wants it."""
        if not isinstance(document, dict):
            self.problems.add("the document holds no mappings", hint="Start with 'mappings:'.")
            return {}
        parts = dict(self._parts(document, _DOCUMENT, "a mapping document"))
        if "prefixes" in parts:
            prefixes, line = parts["prefixes"]
            if isinstance(prefixes, dict):
                self.texts.prefixes |= {str(name): str(iri) for name, iri in prefixes.items()}
            else:
                self.problems.add("prefixes are not pairs of a name and an IRI", line=line)
        if "base" in parts:
            self.base = str(parts["base"][0])
        if "on_data_error" in parts:
            self.on_data_error = str(parts["on_data_error"][0])
        if "sources" in parts and isinstance(parts["sources"][0], dict):
            self.sources = dict(parts["sources"][0])
        mappings, line = parts.get("mappings", (None, None))
        if not isinstance(mappings, dict) or not mappings:
            self.problems.add("no mappings", line=line, hint="Name at least one under 'mappings:'.")
            return {}
        for name in mappings:
            self.names[str(name)] = self.tokens.name(str(name), _key_line(mappings, name))
        plain = {
            self.names[str(name)]: self._mapping(str(name), mapping, _key_line(mappings, name))
            for name, mapping in mappings.items()
        }
        if len(self.formulations) > 1:
            self.problems.add(
                "sources of tables and of files in one mapping document",
                hint="Declare the files in source.toml and use 'table:', or split the document.",
            )
        return {"prefixes": {}, "mappings": plain}

    def _parts(
        self, node: dict[str, Any], known: tuple[str, ...], what: str
    ) -> Iterator[tuple[str, tuple[Any, int | None]]]:
        """Each key in its long form with its value and line; unknown keys are problems."""
        for key, value in node.items():
            line = _key_line(node, key)
            name = "null" if key is None else str(key)  # YAML reads the key null as no text
            word = name if name in known else _LONG.get(name, name)
            if word in known:
                yield word, (value, line)
            elif word in _NOT_SUPPORTED:
                self.problems.add(
                    f"'{key}' in {what} is not supported",
                    line=line,
                    hint=f"Instead {_NOT_SUPPORTED[word]}.",
                )
            else:
                shorts = [short for short, long in _LONG.items() if long in known]
                self.problems.add(
                    f"unknown key '{key}' in {what}",
                    line=line,
                    hint=did_you_mean(str(key), (*known, *shorts))
                    if len(str(key)) > _PAIR
                    else did_you_mean("", known),
                )

    def _mapping(self, name: str, node: Any, line: int | None) -> dict[str, Any]:
        if not isinstance(node, dict):
            self.problems.add(f"mapping '{name}' holds nothing", line=line)
            return {}
        parts = dict(self._parts(node, _MAPPING, f"mapping '{name}'"))
        if "sources" not in parts:
            self.problems.add(
                f"mapping '{name}' has no logical source",
                line=line,
                hint="Add 'sources:' with '- table: …' or '- query: …'.",
            )
        plain: dict[str, Any] = {"sources": self._sources(*parts.get("sources", ([], line)))}
        subjects, subject_line = parts.get("subjects", (None, line))
        condition = parts.get("condition", (None, line))
        if subjects is None:
            fresh = TermMap(FreshNode(), TermType.BLANK_NODE, line=line)
            plain["s"] = [self.tokens.term(self.functions.under(fresh, *condition))]
        else:
            plain["s"] = [
                self._subject(subject, _item_line(subjects, at, subject_line), condition)
                for at, subject in enumerate(_listed(subjects))
            ]
        if "graphs" in parts:
            plain["graphs"] = self._graphs(*parts["graphs"])
        if "predicateobjects" in parts:
            plain["po"] = list(self._predicate_objects(*parts["predicateobjects"]))
        return plain

    def _sources(self, node: Any, line: int | None) -> list[Any]:
        if isinstance(node, dict):
            pairs = [(value, _key_line(node, key)) for key, value in node.items()]
            items = pairs if all(isinstance(v, dict | list) for v, _ in pairs) else [(node, line)]
        else:
            items = [(item, _item_line(node, at, line)) for at, item in enumerate(_listed(node))]
        return [self._source(item, at) for item, at in items]

    def _source(self, node: Any, line: int | None) -> dict[str, Any]:
        if isinstance(node, str) and "~" not in node:
            return self._declared_source(node, line)
        if isinstance(node, str | list):
            return self._short_file(_listed(node), line)
        parts = dict(self._parts(node, _SOURCE, "a source"))
        if "query" in parts:
            return self._query(*parts["query"])
        if "table" in parts:
            self.formulations.add("table")
            token = self.tokens.text(as_text(parts["table"][0]), parts["table"][1])
            return {"table": token, "queryFormulation": "sql2008"}
        if "access" not in parts:
            self.problems.add("a source without a table, a query or a file", line=line)
            return {}
        formulation, at = parts.get("referenceFormulation", ("csv", line))
        iterator = as_text(parts["iterator"][0]) if "iterator" in parts else None
        plain = (as_text(parts["access"][0]), as_text(formulation), iterator)
        return self._file(plain, at, read_layout(parts, self.problems))

    def _declared_source(self, name: str, line: int | None) -> dict[str, Any]:
        if name in self.sources:
            return self._source(self.sources[name], line)
        hint = did_you_mean(name, self.sources) or "Write '- table: …' or '- query: …'."
        self.problems.add(f"no source '{name}' is declared", line=line, hint=hint)
        return {}

    def _query(self, value: Any, line: int | None) -> dict[str, Any]:
        """A token for SQL; in a block (``|``) it begins on the line after its key."""
        from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

        self.formulations.add("table")
        block = isinstance(value, LiteralScalarString | FoldedScalarString)
        token = self.tokens.text(as_text(value), line + 1 if block and line else line)
        return {"query": token, "queryFormulation": "sql2008"}

    def _short_file(self, items: list[Any], line: int | None) -> dict[str, Any]:
        path, tilde, formulation = as_text(items[0]).rpartition("~")
        if not tilde:
            self.problems.add(
                f"source '{items[0]}' does not say what it is",
                line=line,
                hint="Write for instance people.csv~csv.",
            )
            return {}
        return self._file((path, formulation, as_text(items[1]) if len(items) > 1 else None), line)

    def _file(
        self,
        source: tuple[str, str, str | None],
        line: int | None,
        layout: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """A token for a file: its formulation, iterator and how it is written."""
        self.formulations.add("file")
        file = read_file(source, line, self.problems, layout or {})
        if file is None:
            return {}
        return {"access": self.tokens.file(file), "referenceFormulation": "csv"}

    def _graphs(self, node: Any, line: int | None) -> list[str]:
        return [
            self.tokens.term(self.texts.iri(as_text(value), _item_line(node, at, line)))
            for at, value in enumerate(_listed(node))
        ]

    def _predicate_objects(self, node: Any, line: int | None) -> Iterator[dict[str, Any]]:
        for at, item in enumerate(_listed(node)):
            here = _item_line(node, at, line)
            if isinstance(item, dict):
                yield from self._long_form(item, here)
            elif isinstance(item, list) and len(item) in (_PAIR, _TRIPLE):
                third = as_text(item[2]) if len(item) == _TRIPLE else None
                yield {
                    "p": self._predicates(item[0], here),
                    "o": self._objects(item[1], here, item[0], third),
                }
            else:
                self.problems.add(
                    "a predicate with its objects is not a list of two or three",
                    line=here,
                    hint="Write [predicate, object], with a datatype or de~lang as the third.",
                )

    def _long_form(self, item: dict[str, Any], line: int | None) -> Iterator[dict[str, Any]]:
        parts = dict(self._parts(item, _PREDICATE_OBJECT, "a predicate-object pair"))
        for word in ("predicates", "objects"):
            if word not in parts:
                self.problems.add(f"a predicate-object pair without {word}", line=line)
                return
        predicates = self._predicates(*parts["predicates"], parts.get("condition"))
        objects = self._objects(*parts["objects"], parts["predicates"][0], None)
        if "graphs" not in parts:
            yield {"p": predicates, "o": objects}
            return
        for graph in self._graphs(*parts["graphs"]):
            yield {"p": predicates, "o": objects, "graph": graph}

    def _predicates(
        self, node: Any, line: int | None, condition: tuple[Any, int | None] | None = None
    ) -> list[str]:
        """The predicates of a pair; its condition is theirs."""
        terms = [
            self.functions.apply(self.texts.predicate(PLACEHOLDER, line), value, line)
            if isinstance(value, dict)
            else self.texts.predicate(as_text(value), line)
            for value in _listed(node)
        ]
        return [
            self.tokens.term(self.functions.under(term, *(condition or (None, line))))
            for term in terms
        ]

    def _objects(
        self, node: Any, line: int | None, predicate: Any, third: str | None
    ) -> list[dict[str, Any]]:
        """The objects of a pair; an item may be a list with a datatype or language of its own."""
        is_type = as_text(predicate) in _RDF_TYPE
        found = []
        for at, value in enumerate(_listed(node)):
            item, own = value, third
            if isinstance(value, list):
                item, own = value[0], as_text(value[1]) if len(value) > 1 else third
            found.append(self._object(item, _item_line(node, at, line), own, is_type=is_type))
        return found

    def _object(
        self, node: Any, line: int | None, third: str | None, *, is_type: bool
    ) -> dict[str, Any]:
        tagged = third is not None and third.endswith("~lang")
        wanted = Wanted(
            language=third.removesuffix("~lang") if third and tagged else None,
            datatype=None if tagged else third,
            is_type=is_type,
        )
        parts: dict[str, tuple[Any, int | None]] = {}
        if isinstance(node, dict):
            parts = dict(self._parts(node, _OBJECT, "an object"))
            if "mapping" in parts:
                return self._join(parts)
            if not parts.keys() & {"value", "function"}:
                self.problems.add("an object without a value, a function or a mapping", line=line)
                return {}
            said = {word: as_text(value) for word, (value, _) in parts.items()}
            node, line = parts.get("value", (PLACEHOLDER, line))
            wanted = Wanted(
                kind=said.get("type"),
                language=said["language"].removesuffix("~lang") if "language" in said else None,
                datatype=said.get("datatype"),
                is_type=is_type,
            )
        term = self._computed(self.texts.object(as_text(node), line, wanted), parts, line)
        return {
            "value": self.tokens.term(
                self.functions.under(term, *parts.get("condition", (None, 0)))
            )
        }

    def _join(self, parts: dict[str, tuple[Any, int | None]]) -> dict[str, Any]:
        name, line = parts["mapping"]
        if str(name) not in self.names:
            self.problems.add(
                f"no mapping '{name}' to join with",
                line=line,
                hint=did_you_mean(str(name), self.names),
            )
            return {}
        plain: dict[str, Any] = {"mapping": self.names[str(name)]}
        if "condition" in parts:
            conditions, at = parts["condition"]
            plain["condition"] = [
                self._condition(condition, at) for condition in _listed(conditions)
            ]
        return plain

    def _condition(self, node: Any, line: int | None) -> dict[str, Any]:
        parts = dict(self._parts(node, _CONDITION, "a condition"))
        parameters = parts.get("parameters", ([], line))[0]
        if as_text(parts.get("function", ("", line))[0]) != "equal" or len(parameters) != _PAIR:
            self.problems.add(
                "a join condition is not 'equal' of two parameters",
                line=line,
                hint="Write {function: equal, parameters: [[str1, $(child)], [str2, $(parent)]]}.",
            )
            return {}
        values = [
            as_text(item[1]) if isinstance(item, list) else as_text(item.get("value"))
            for item in parameters
        ]
        terms = [self.texts.expression(value, line, TermType.LITERAL) for value in values]
        tokens = [self.tokens.term(term) for term in terms]
        return {"function": "equal", "parameters": [["str1", tokens[0]], ["str2", tokens[1]]]}

    def _subject(self, node: Any, line: int | None, condition: tuple[Any, int | None]) -> str:
        if not isinstance(node, dict):
            term = self.texts.subject(as_text(node), line, None)
            return self.tokens.term(self.functions.under(term, *condition))
        parts = dict(self._parts(node, _SUBJECT, "a subject"))
        if not parts.keys() & {"value", "function"}:
            self.problems.add("a subject without a value", line=line)
            return ""
        value, line = parts.get("value", (PLACEHOLDER, line))
        kind = as_text(parts["type"][0]) if "type" in parts else None
        term = self._computed(self.texts.subject(as_text(value), line, kind), parts, line)
        return self.tokens.term(self.functions.under(term, *parts.get("condition", condition)))

    def _computed(
        self, term: TermMap, parts: dict[str, tuple[Any, int | None]], line: int | None
    ) -> TermMap:
        """The term map, with the call in its place if its parts are those of one."""
        if "function" not in parts:
            return term
        said = {word: value for word, (value, _) in parts.items()}
        return self.functions.apply(term, said, parts["function"][1] or line)


def _key_line(node: Any, key: Any) -> int | None:
    data = getattr(getattr(node, "lc", None), "data", None) or {}
    return data[key][0] + 1 if key in data else None


def _item_line(node: Any, at: int, default: int | None) -> int | None:
    data = getattr(getattr(node, "lc", None), "data", None) or {}
    return data[at][0] + 1 if isinstance(node, list) and at in data else default
