"""A mapping in Turtle → its graph, and where in the text every node and value stands.

The parser tells no places. So the text is given to it with one more statement about each node, on
the same line, that says which node it is; what such statements say is taken out of the graph.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from clusterkg.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.mapping.problems import Problems

__all__ = ["NO_BASE", "Graph", "Node", "Places", "parse_turtle"]

Node = Any
Graph = dict[Any, dict[str, list[Any]]]
"""The objects of each subject by predicate, in the order of the document."""

NO_BASE: Final = "mapping:"
"""Names the triples maps of a document that has no base IRI."""
_MARK: Final = "urn:clusterkg:place"
_TOKEN: Final = re.compile(
    r"""
    (?P<blank> \s+ | \#[^\n]* )
  | (?P<text> \"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*\"{3} | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
      | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
  | (?P<iri> <[^<>"\s]*> )
  | (?P<sign> [][();,.] | \^\^ )
  | (?P<word> [^\s\[\]();,<>"'^]+? (?= \.?(?:[\s\[\]();,<>"'^]|$) ) )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_UNDECLARED: Final = re.compile(
    r"[Pp]refix '?([\w.-]*):?'? (?:has not been declared|is not declared|not found)"
)
_DECLARED: Final = re.compile(r"(?im)^\s*@?prefix\s+([\w.-]*):")


@dataclass(frozen=True)
class _Token:
    start: int
    kind: str
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass
class Places:
    """Where the nodes of a document stand: its text, and what it says of each node."""

    text: str = ""
    tokens: list[_Token] = field(default_factory=list)
    extents: dict[Node, list[tuple[int, int]]] = field(default_factory=dict)

    def line(self, node: Node, wanted: str | None = None) -> int | None:
        """The line on which the description of a node begins, or where in it a value stands.

        ``wanted`` is the text of a literal or its beginning, or an IRI. None if nothing is said
        of the node.
        """
        found = None if wanted is None else self.line_of(wanted, node)
        extents = self.extents.get(node)
        return self._line(extents[0][0]) if found is None and extents else found

    def line_of(self, wanted: str, node: Node) -> int | None:
        """The line of a value in the description of a node; None if it does not stand there."""
        for start, end in self.extents.get(node, []):
            at = self._found(wanted, start, end)
            if at is not None:
                return self._line(at)
        return None

    def _line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def _found(self, wanted: str, start: int, end: int) -> int | None:
        """Where a value stands between two places: as a whole rather than as a part of a text."""
        inside = [one for one in self.tokens if start <= one.start < end]
        whole = (one.start for one in inside if wanted in _values(one))
        local = re.split(r"[/#]", wanted)[-1]
        named = (
            one.start
            for one in inside
            if one.kind != "text" and re.split(r"[/#:]", one.text.rstrip(">"))[-1] == local
        )
        part = (
            one.start + one.text.index(wanted)
            for one in inside
            if one.kind == "text" and wanted in one.text
        )
        return next((at for group in (whole, named, part) for at in group), None)


def _values(token: _Token) -> tuple[str, ...]:
    """What a token may mean: a text with its escapes and without, an IRI as it is written."""
    if token.kind != "text":
        return (token.text.strip("<>"),)
    quote = 3 if token.text[:3] in ('"""', "'''") else 1
    inner = token.text[quote:-quote]
    return inner, re.sub(r"\\(.)", r"\1", inner)


def parse_turtle(
    text: str, base_iri: str, problems: Problems, *, placed: bool = True
) -> tuple[Graph, Places]:
    """The graph of a document and its places; without ``placed`` it has none.

    ``base_iri`` is put before relative IRIs. What is no Turtle is a problem; an undeclared prefix
    gets some meaning, so that the rest can be read.
    """
    from pyoxigraph import RdfFormat, parse

    places = Places(text, [one for one in _tokens(text) if one.kind != "blank"])
    marks = list(_marks(places.tokens)) if placed else []
    base, prefixes = base_iri or NO_BASE, ""
    while True:
        graph: Graph = defaultdict(lambda: defaultdict(list))
        try:
            for quad in parse(prefixes + _marked(text, marks), RdfFormat.TURTLE, base_iri=base):
                if quad.predicate.value == _MARK:
                    _, *extent = marks[int(quad.object.value)]
                    places.extents.setdefault(quad.subject, []).append((extent[0], extent[1]))
                else:
                    graph[quad.subject][quad.predicate.value].append(quad.object)
        except SyntaxError as error:
            undeclared = _UNDECLARED.search(error.msg)
            places.extents = {}
            if undeclared:
                prefix = undeclared[1]
                hint = did_you_mean(prefix, _DECLARED.findall(text))
                problems.add(f"undefined prefix '{prefix}'", line=error.lineno, hint=hint)
                prefixes += f"@prefix {prefix}: <urn:undefined:{prefix}#> . "
            elif marks:
                marks = []  # the parser's message should be about the document itself
            else:
                problems.add(f"not Turtle: {error.msg}", line=error.lineno)
                problems.stop()
        else:
            return graph, places


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        yield _Token(match.start(), str(match.lastgroup), match[0])


def _marks(tokens: list[_Token]) -> Iterator[tuple[int, int, int]]:
    """For each node: behind which character it is marked, where it begins and where it ends."""
    for first, last in _statements(tokens):
        subject, opened = tokens[first], []
        for number in range(first, last):
            token = tokens[number]
            if token.text == "[":
                opened.append(token)
            elif token.text == "]" and opened:
                begun = opened.pop()
                yield begun.end, begun.start, token.end
                if not opened and begun is subject:
                    yield token.end, begun.start, tokens[last].end
        if subject.kind in ("iri", "word"):
            yield subject.end, subject.start, tokens[last].end


def _statements(tokens: list[_Token]) -> Iterator[tuple[int, int]]:
    """The numbers of the first and the last token of every statement, those of prefixes aside."""
    first = 0
    for number, token in enumerate(tokens):
        word = tokens[first].text.lower() if first < len(tokens) else ""
        if word in ("prefix", "base") and token.kind == "iri":
            first = number + 1
        elif token.text == ".":
            if not word.startswith("@") and number > first:
                yield first, number
            first = number + 1


def _marked(text: str, marks: list[tuple[int, int, int]]) -> str:
    """The text with a statement about every node, which says its number."""
    parts, done = [], 0
    for number, (at, _, _) in sorted(enumerate(marks), key=lambda one: one[1][0]):
        parts += [text[done:at], f" <{_MARK}> {number} ; "]
        done = at
    return "".join([*parts, text[done:]])
