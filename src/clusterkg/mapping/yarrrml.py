"""A YARRRML document → R2RML or RML Turtle by yatter, and the values its texts stand for.

yatter works on texts and would lose or break many of them (newlines, ``--`` and backslashes
in SQL, quotes, further colons, datatypes in long forms). So every text is read here, where
its line is known, and yatter gets a token in its place: it does the structure (sources times
subjects, joins, graphs), and reading puts the values back where the tokens stand.
"""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clusterkg.errors import did_you_mean
from clusterkg.mapping.template import Template, TemplateError, Variable, parse_yarrrml
from clusterkg.mapping.triples_map import Constant, FreshNode, Reference, TermMap, TermType
from clusterkg.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.mapping.problems import Problems

__all__ = ["Tokens", "translate_yarrrml"]

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
_DOCUMENT = ("prefixes", "mappings", "sources", "base", "authors", "version", "title")
_MAPPING = ("sources", "subjects", "predicateobjects", "graphs")
_SOURCE = ("table", "query", "queryFormulation", "access", "referenceFormulation", "iterator")
_PREDICATE_OBJECT = ("predicates", "objects", "graphs")
_OBJECT = ("value", "type", "language", "datatype", "mapping", "condition")
_SUBJECT = ("value", "type")
_CONDITION = ("function", "parameters")
_NOT_SUPPORTED = {
    "condition": "write the condition in the SQL of a query (WHERE …)",
    "function": "call the function in the SQL of a query (SELECT slug(name) AS key …)",
    "parameters": "call the function in the SQL of a query",
    "targets": "the graphs of a mapping are all written to one release",
    "functions": "call functions in the SQL of a query",
    "gather": "write one triple for each value, or an IRI template for a node of its own",
    "quoted": "describe the statement by a node of its own",
    "quotedNonAsserted": "describe the statement by a node of its own",
    "inversepredicates": "write the triple in a mapping of the other subject",
    "credentials": "declare the table in source.toml",
}
_TYPES = {"iri": TermType.IRI, "blank": TermType.BLANK_NODE, "literal": TermType.LITERAL}
_FORMULATIONS = {
    "csv": ("csv", "csv"),
    "jsonpath": ("jsonpath", "json"),
    "json": ("jsonpath", "json"),
}
_CURIE = re.compile(r"^([A-Za-z_][\w.-]*):(?!//)(\S*)$")
_IRI = re.compile(r"^(https?://|urn:|mailto:|tel:)[^\s<>\"{}|\\^`]+$")
_PREFIX_START = re.compile(r"^([A-Za-z_][\w.-]*):(?!//)")


@dataclass
class Tokens:
    """What the tokens in yatter's output stand for."""

    terms: dict[str, TermMap] = field(default_factory=dict)
    texts: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    names: dict[str, tuple[str, int | None]] = field(default_factory=dict)

    def term(self, term: TermMap) -> str:
        """A token for a term map, as yatter wants a reference."""
        token = f"t{len(self.terms)}"
        self.terms[token] = term
        return f"$({token})"

    def text(self, text: str, line: int | None, suffix: str = "") -> str:
        """A token for a text: SQL, a table's name, a file (with the suffix yatter checks)."""
        token = f"x{len(self.texts)}{suffix}"
        self.texts[token] = (text, line)
        return token

    def name(self, name: str, line: int | None) -> str:
        """A token for the name of a mapping."""
        token = f"m{len(self.names)}"
        self.names[token] = (name, line)
        return token


def translate_yarrrml(text: str, problems: Problems) -> tuple[str, Tokens, str | None]:
    """Turtle with tokens, the tokens, and the document's base IRI if it states one.

    Adds to ``problems``; with problems the Turtle is empty.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        document = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(
            f"not YAML: {error.problem or error.context}", line=mark.line + 1 if mark else None
        )
        return "", Tokens(), None
    reader = _Reader(problems)
    plain = reader.document(document)
    if problems.found:
        return "", reader.tokens, None
    files = reader.formulations == {"file"}
    return _translate(plain, problems, files=files), reader.tokens, reader.base


def _translate(plain: dict[str, Any], problems: Problems, *, files: bool) -> str:
    """yatter's Turtle; its log messages become problems, and its handlers go again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import yatter
    from yatter.constants import R2RML_URI, RML_URI

    messages: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("yatter.constants")
    level, propagate = logger.level, logger.propagate
    logger.handlers[:] = [handler]
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    try:
        turtle = yatter.translate(plain, mapping_format=RML_URI if files else R2RML_URI)
    finally:
        logger.handlers.clear()
        logger.setLevel(level)
        logger.propagate = propagate
    if turtle is None:
        problems.add(f"yatter cannot translate the mapping: {' '.join(messages)}")
    return turtle or ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


class _Reader:
    """Walks the YAML with its lines, notes problems, and builds what yatter gets."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.tokens = Tokens()
        self.prefixes: dict[str, str] = {}
        self.sources: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        self.base: str | None = None
        self.formulations: set[str] = set()

    # -- structure ---------------------------------------------------------------------------

    def document(self, document: Any) -> dict[str, Any]:
        """The whole document, as yatter wants it."""
        if not isinstance(document, dict):
            self.problems.add("the document holds no mappings", hint="Start with 'mappings:'.")
            return {}
        parts = dict(self._parts(document, _DOCUMENT, "a mapping document"))
        if "prefixes" in parts:
            prefixes = parts["prefixes"][0]
            self.prefixes = {str(k): str(v) for k, v in prefixes.items()}
        self.prefixes.setdefault("rdf", RDF)
        self.prefixes.setdefault("xsd", XSD)
        if "base" in parts:
            self.base = str(parts["base"][0])
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
            word = str(key) if str(key) in known else _LONG.get(str(key), str(key))
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
                    if len(str(key)) > 2
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
        if subjects is None:
            fresh = TermMap(FreshNode(), TermType.BLANK_NODE, line=line)
            plain["s"] = [self.tokens.term(fresh)]
        else:
            plain["s"] = [
                self._subject(subject, _item_line(subjects, at, subject_line))
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
            if node not in self.sources:
                hint = did_you_mean(node, self.sources) or "Write '- table: …' or '- query: …'."
                self.problems.add(f"no source '{node}' is declared", line=line, hint=hint)
                return {}
            return self._source(self.sources[node], _key_line(self.sources, node) or line)
        if isinstance(node, str | list):
            return self._short_file(_listed(node), line)
        parts = dict(self._parts(node, _SOURCE, "a source"))
        if "query" in parts:
            return self._query(node, *parts["query"])
        if "table" in parts:
            self.formulations.add("table")
            token = self.tokens.text(_text(parts["table"][0]), parts["table"][1])
            return {"table": token, "queryFormulation": "sql2008"}
        if "access" in parts:
            formulation, at = parts.get("referenceFormulation", ("csv", line))
            iterator = _text(parts["iterator"][0]) if "iterator" in parts else None
            return self._file(_text(parts["access"][0]), _text(formulation), iterator, at)
        self.problems.add("a source without a table, a query or a file", line=line)
        return {}

    def _query(self, node: Any, value: Any, line: int | None) -> dict[str, Any]:
        from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

        self.formulations.add("table")
        block = isinstance(value, LiteralScalarString | FoldedScalarString)
        del node
        token = self.tokens.text(_text(value), line + 1 if block and line else line)
        return {"query": token, "queryFormulation": "sql2008"}

    def _short_file(self, items: list[Any], line: int | None) -> dict[str, Any]:
        path, tilde, formulation = _text(items[0]).rpartition("~")
        if not tilde:
            self.problems.add(
                f"source '{items[0]}' does not say what it is",
                line=line,
                hint="Write for instance people.csv~csv.",
            )
            return {}
        return self._file(path, formulation, _text(items[1]) if len(items) > 1 else None, line)

    def _file(
        self, path: str, formulation: str, iterator: str | None, line: int | None
    ) -> dict[str, Any]:
        self.formulations.add("file")
        if formulation not in _FORMULATIONS:
            self.problems.add(
                f"unknown kind of source '{formulation}'",
                line=line,
                hint=did_you_mean(formulation, _FORMULATIONS),
            )
            return {}
        word, suffix = _FORMULATIONS[formulation]
        plain = {"access": self.tokens.text(path, line, f".{suffix}"), "referenceFormulation": word}
        if suffix == "json":
            plain["iterator"] = self.tokens.text(iterator or "$", line)
        return plain

    def _graphs(self, node: Any, line: int | None) -> list[str]:
        return [
            self.tokens.term(self._iri_term(_text(value), _item_line(node, at, line)))
            for at, value in enumerate(_listed(node))
        ]

    def _predicate_objects(self, node: Any, line: int | None) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            node = [node]
        for at, item in enumerate(_listed(node)):
            here = _item_line(node, at, line)
            if isinstance(item, dict):
                yield from self._long_form(item, here)
            elif isinstance(item, list) and len(item) in (2, 3):
                predicates = [self._predicate(_text(value), here) for value in _listed(item[0])]
                third = _text(item[2]) if len(item) == 3 else None  # noqa: PLR2004
                objects = [
                    self._object(
                        value, _item_line(item[1], i, here), third, is_type=_is_type(item[0])
                    )
                    for i, value in enumerate(_listed(item[1]))
                ]
                yield {"p": predicates, "o": objects}
            else:
                self.problems.add(
                    "a predicate with its objects is not a list of two or three",
                    line=here,
                    hint="Write [predicate, object] or [predicate, object, datatype] or [predicate, object, de~lang].",
                )

    def _long_form(self, item: dict[str, Any], line: int | None) -> Iterator[dict[str, Any]]:
        parts = dict(self._parts(item, _PREDICATE_OBJECT, "a predicate-object pair"))
        for word in ("predicates", "objects"):
            if word not in parts:
                self.problems.add(f"a predicate-object pair without {word}", line=line)
                return
        raw, at = parts["predicates"]
        predicates = [self._predicate(_text(value), at) for value in _listed(raw)]
        values, at = parts["objects"]
        objects = []
        for i, value in enumerate(_listed(values)):
            here = _item_line(values, i, at)
            third = _text(value[1]) if isinstance(value, list) and len(value) > 1 else None
            objects.append(
                self._object(
                    value[0] if isinstance(value, list) else value,
                    here,
                    third,
                    is_type=_is_type(raw),
                )
            )
        for graph in self._graphs(*parts["graphs"]) if "graphs" in parts else [None]:
            yield {"p": predicates, "o": objects} | ({"graph": graph} if graph else {})

    def _object(
        self, node: Any, line: int | None, third: str | None, *, is_type: bool
    ) -> dict[str, Any]:
        language = datatype = None
        if third is not None:
            language = third.removesuffix("~lang") if third.endswith("~lang") else None
            datatype = third if language is None else None
        kind: str | None = None
        if isinstance(node, dict):
            parts = dict(self._parts(node, _OBJECT, "an object"))
            if "mapping" in parts:
                return self._join(parts)
            if "value" not in parts:
                self.problems.add("an object without a value or a mapping", line=line)
                return {}
            node, line = parts["value"]
            kind = _text(parts["type"][0]) if "type" in parts else None
            language = (
                _text(parts["language"][0]).removesuffix("~lang")
                if "language" in parts
                else language
            )
            datatype = _text(parts["datatype"][0]) if "datatype" in parts else datatype
        return {
            "value": self.tokens.term(
                self._object_term(_text(node), line, kind, language, datatype, is_type=is_type)
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
        if _text(parts.get("function", ("", line))[0]) != "equal" or len(parameters) != 2:  # noqa: PLR2004
            self.problems.add(
                "a join condition is not 'equal' of two parameters",
                line=line,
                hint="Write {function: equal, parameters: [[str1, $(child)], [str2, $(parent)]]}.",
            )
            return {}
        values = [
            _text(item[1]) if isinstance(item, list) else _text(item.get("value"))
            for item in parameters
        ]
        terms = [self._expression(value, line, TermType.LITERAL) for value in values]
        tokens = [self.tokens.term(term) for term in terms]
        return {"function": "equal", "parameters": [["str1", tokens[0]], ["str2", tokens[1]]]}

    # -- texts -------------------------------------------------------------------------------

    def _subject(self, node: Any, line: int | None) -> str:
        kind = None
        if isinstance(node, dict):
            parts = dict(self._parts(node, _SUBJECT, "a subject"))
            node = parts.get("value", ("", line))[0]
            kind = _text(parts["type"][0]) if "type" in parts else None
        text, suffix = _suffix(_text(node))
        if (kind or suffix) == "blank":
            return self.tokens.term(self._expression(text, line, TermType.BLANK_NODE))
        return self.tokens.term(self._iri_term(text, line))

    def _predicate(self, text: str, line: int | None) -> str:
        if text == "a":
            return self.tokens.term(
                TermMap(Constant(f"{RDF}type", TermType.IRI), TermType.IRI, line=line)
            )
        return self.tokens.term(self._iri_term(text, line))

    def _object_term(
        self,
        text: str,
        line: int | None,
        kind: str | None,
        language: str | None,
        datatype: str | None,
        *,
        is_type: bool,
    ) -> TermMap:
        text, suffix = _suffix(text)
        if suffix == "lang":  # [predicate, text~lang] is no YARRRML
            self.problems.add(
                f"'{text}~lang' does not name a language",
                line=line,
                hint="Write [predicate, $(text), de~lang].",
            )
        kind = kind or suffix
        if kind is not None and kind not in _TYPES:
            self.problems.add(
                f"unknown type '{kind}' of an object", line=line, hint=did_you_mean(kind, _TYPES)
            )
            kind = None
        given = _TYPES[kind] if kind else None
        if (language or datatype) and given is not None and given is not TermType.LITERAL:
            what = "language" if language else "datatype"
            self.problems.add(
                f"a {what} on an object that is no literal: '{text}'",
                line=line,
                hint=f"Leave out either the {what} or ~{kind}.",
            )
            return TermMap(Constant(text, TermType.LITERAL), TermType.LITERAL, line=line)
        if language or datatype:
            given = TermType.LITERAL
        if given is TermType.IRI or (given is None and is_type):
            return self._iri_term(text, line)
        if given is None:
            given = self._kind_of(text, line)
            if given is TermType.IRI:
                return self._iri_term(text, line)
        term = self._expression(text, line, given)
        return TermMap(
            term.expression,
            term.term_type,
            datatype=self._iri_term(datatype, line) if datatype else None,
            language=self._expression(language, line, TermType.LITERAL) if language else None,
            line=line,
        )

    def _kind_of(self, text: str, line: int | None) -> TermType:
        """IRI or literal for an object that does not say what it is."""
        start = _PREFIX_START.match(text)
        if "$(" in text:
            if start and start[1] in self.prefixes:
                self.problems.add(
                    f"object '{text}' starts with a prefix but would become a literal",
                    line=line,
                    hint=f"Write {text}~iri, or {{value: …, type: literal}} if a literal is meant.",
                )
            return TermType.LITERAL
        if _IRI.match(text):
            return TermType.IRI
        return TermType.IRI if _CURIE.match(text) else TermType.LITERAL

    def _iri_term(self, text: str, line: int | None) -> TermMap:
        """A term map that makes an IRI: a prefix is replaced, an undefined one is a problem."""
        text, suffix = _suffix(text)
        del suffix
        start = _PREFIX_START.match(text)
        if start and not _IRI.match(text):
            if start[1] in self.prefixes:
                text = self.prefixes[start[1]] + text[start.end() :]
            else:
                self.problems.add(
                    f"undefined prefix '{start[1]}' in '{text}'",
                    line=line,
                    hint=did_you_mean(start[1], self.prefixes),
                )
        return self._expression(text, line, TermType.IRI)

    def _expression(self, text: str, line: int | None, kind: TermType) -> TermMap:
        try:
            template = parse_yarrrml(text)
        except TemplateError as error:
            self.problems.add(f"template '{text}' has {error}", line=line)
            return TermMap(Constant(text, TermType.LITERAL), kind, line=line)
        match template.parts:
            case ():
                return TermMap(Constant("", kind), kind, line=line)
            case (str(fixed),):
                return TermMap(Constant(fixed, kind), kind, line=line)
            case (Variable(name),):
                return TermMap(Reference(name), kind, line=line)
        return TermMap(Template(template.parts), kind, line=line)


def _suffix(text: str) -> tuple[str, str | None]:
    """``$(x)~iri`` → (``$(x)``, ``iri``); any other tilde belongs to the text."""
    head, tilde, tail = text.rpartition("~")
    return (head, tail) if tilde and tail in (*_TYPES, "lang") else (text, None)


def _is_type(predicate: Any) -> bool:
    return _text(predicate) in ("a", "rdf:type", f"{RDF}type")


def _key_line(node: Any, key: Any) -> int | None:
    data = getattr(getattr(node, "lc", None), "data", None) or {}
    return data[key][0] + 1 if key in data else None


def _item_line(node: Any, at: int, default: int | None) -> int | None:
    data = getattr(getattr(node, "lc", None), "data", None) or {}
    return data[at][0] + 1 if isinstance(node, list) and at in data else default
