"""Random shapes of SHACL Core and random graphs for them, as Turtle."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

__all__ = ["PREFIXES", "cases", "graphs", "shapes"]

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NODES = ("ex:a", "ex:b", "ex:c", "ex:d")
PROPERTIES = ("ex:p", "ex:q", "ex:r")
CLASSES = ("ex:C", "ex:D", "ex:E", "ex:S0", "ex:S1")
"""The last two may be shapes too: implicit targets."""
LITERALS = (
    *('"a"', '"ab"', '"abc"', '""', '"a b"', '"é"', '"1"'),
    *('"a"@en', '"b"@en', '"a"@de', '"c"@de-AT', '"d"@fr', '"e"@EN', '"a"@De-at', '"a"@DE'),
    *("1", "2", "10", "-1", "1.5", "2.0", '"1.0E0"^^xsd:double', '"01"^^xsd:integer'),
    *('"x"^^xsd:integer', '"true"^^xsd:boolean', '"2024-02-30"^^xsd:date', '"300"^^xsd:byte'),
    *('"1.50"^^xsd:decimal', '"0.1"^^xsd:float', '"INF"^^xsd:double', '"-1"^^xsd:unsignedInt'),
    *(
        '"a"^^ex:own',
        '"2024-01-01Z"^^xsd:date',
        '"2024-01-01+02:00"^^xsd:date',
        '"2024"^^xsd:gYear',
    ),
    *('"2024-01-01"^^xsd:date', '"2024-06-01"^^xsd:date'),
    *('"2024-01-01T00:00:00"^^xsd:dateTime', '"2024-01-01T12:00:00Z"^^xsd:dateTime'),
    '"2024-06-01T00:00:00"^^xsd:dateTime',
)
DATATYPES = (
    "xsd:string",
    "xsd:integer",
    "xsd:decimal",
    "xsd:date",
    *("xsd:boolean", "rdf:langString", "xsd:double", "xsd:byte", "xsd:dateTime", "ex:own"),
)
SEVERITIES = ("sh:Info", "sh:Warning", "sh:Violation", "ex:Fatal")
KINDS = ("IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
PATTERNS = ("^a", "b$", "a.c", "^[a-c]+$", r"\\d", r"^\\w+$", r"\\s", "A")
BOUNDS = ("0", "1", "1.5", "2")
"""Of numbers alone: see test_engines_agree.py."""

COMPARED = (
    *('"a"', '"ab"', '"abc"', '""', '"a b"', '"é"', '"1"'),
    *("1", "2", "10", "-1", "1.5", "2.0", '"1.0E0"^^xsd:double', '"01"^^xsd:integer'),
    *('"1.50"^^xsd:decimal', '"0.1"^^xsd:float', '"INF"^^xsd:double'),
)
"""Literals that both engines compare alike; test_comparison.py has all others."""

nodes = st.sampled_from(NODES)
properties = st.sampled_from(PROPERTIES)
values = st.sampled_from((*NODES, "_:x", "_:y", *LITERALS))


@st.composite
def graphs(draw: st.DrawFn, literals: Sequence[str] = LITERALS) -> str:
    """Some two dozen triples, a small hierarchy of classes among them."""
    lines = []
    objects = st.sampled_from((*NODES, "_:x", "_:y", *literals))
    for _ in range(draw(st.integers(6, 18))):
        subject = draw(st.sampled_from((*NODES, "_:x", "_:y")))
        lines.append(f"{subject} {draw(properties)} {draw(objects)} .")
    typed = st.tuples(nodes, st.sampled_from(CLASSES))
    lines += [f"{node} a {cls} ." for node, cls in draw(st.lists(typed, min_size=2, max_size=6))]
    for _ in range(draw(st.integers(0, 2))):
        below, above = draw(st.sampled_from(CLASSES)), draw(st.sampled_from(CLASSES))
        lines.append(f"{below} rdfs:subClassOf {above} .")
    return PREFIXES + "\n".join(lines)


@st.composite
def paths(draw: st.DrawFn, depth: int = 2) -> str:
    """A property, or a path of paths."""
    kind = draw(st.sampled_from(("property",) * 6 + ("inverse", "list", "either", "*", "+", "?")))
    if depth == 0 or kind == "property":
        return draw(properties)
    inner = paths(depth - 1)
    if kind == "inverse":
        return f"[ sh:inversePath {draw(inner)} ]"
    if kind == "list":
        return f"( {draw(inner)} {draw(inner)} )"
    if kind == "either":
        return f"[ sh:alternativePath ( {draw(inner)} {draw(inner)} ) ]"
    word = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}[kind]
    return f"[ sh:{word} {draw(inner)} ]"


class _Written:
    """The shapes of one graph; they refer to later ones alone, so never in a ring."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.blocks = draw, list[str]()
        self.count = 0

    def shape(self, depth: int, *, path: bool | str | None = None, target: bool = False) -> str:
        """Its name. ``path`` says whether it has one, or which; by default that is left open."""
        name = f"ex:S{self.count}"
        self.count += 1
        draw = self.draw
        has_path = draw(st.booleans()) if path is None else bool(path)
        parts = [f"a sh:{'Property' if has_path else 'Node'}Shape"]
        if name in CLASSES and draw(st.integers(0, 3)) == 3:
            parts.append(f"a {draw(st.sampled_from(('rdfs:Class', 'owl:Class')))}")
        if target:
            parts += self._targets()
        if has_path:
            parts.append(f"sh:path {path if isinstance(path, str) else draw(paths())}")
        chosen = draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3, unique=True))
        parts += [
            part for word in chosen for part in self._constraint(word, depth, has_path=has_path)
        ]
        if draw(st.integers(0, 9)) == 0:
            parts.append(f"sh:severity {draw(st.sampled_from(SEVERITIES))}")
        if draw(st.integers(0, 19)) == 19:  # 0 is what hypothesis tries most often
            parts.append("sh:deactivated true")
        self.blocks.append(f"{name} {' ; '.join(parts)} .")
        return name

    def _targets(self) -> list[str]:
        draw = self.draw
        found = []
        for _ in range(draw(st.integers(1, 2))):
            kind = draw(st.sampled_from(("Node", "Class", "SubjectsOf", "ObjectsOf")))
            term = draw(
                {
                    "Node": st.sampled_from((*NODES, "1", '"a"')),
                    "Class": st.sampled_from(CLASSES),
                }.get(kind, properties)
            )
            found.append(f"sh:target{kind} {term}")
        return found

    def _constraint(  # noqa: C901, PLR0911, PLR0912
        self, word: str, depth: int, *, has_path: bool
    ) -> list[str]:
        draw = self.draw
        if word in {"minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals"}:
            if not has_path:
                return []
            if word == "uniqueLang":
                return ["sh:uniqueLang true"]
            value = draw(properties) if word.startswith("less") else draw(st.integers(0, 3))
            return [f"sh:{word} {value}"]
        if word == "qualified":
            if not has_path or depth == 0:
                return []
            sign = draw(st.sampled_from(("Min", "Max")))
            inner = self.shape(depth - 1)
            found = [
                f"sh:qualifiedValueShape {inner}",
                f"sh:qualified{sign}Count {draw(st.integers(0, 2))}",
            ]
            if draw(st.booleans()):
                disjoint = draw(st.sampled_from(("true", "true", "false")))
                found.append(f"sh:qualifiedValueShapesDisjoint {disjoint}")
            return found
        if word == "siblings":
            return self._siblings(depth)
        if word in {"node", "not"}:
            kind = False if word == "node" else None
            return [f"sh:{word} {self.shape(depth - 1, path=kind)}"] if depth else []
        if word in {"and", "or", "xone"}:
            if not depth:
                return []
            members = [self.shape(depth - 1) for _ in range(draw(st.integers(1, 3)))]
            return [f"sh:{word} ( {' '.join(members)} )"]
        if word == "property":
            several = range(draw(st.integers(1, 3)) if depth else 0)
            path = draw(paths()) if draw(st.booleans()) else True
            return [f"sh:property {self.shape(depth - 1, path=path)}" for _ in several]
        if word == "closed":
            if draw(st.integers(0, 4)) == 4:
                return [f"sh:closed {draw(st.sampled_from(('true', 'false')))}"]
            ignored = " ".join(draw(st.lists(properties, max_size=2, unique=True)))
            return ["sh:closed true", f"sh:ignoredProperties ( rdf:type {ignored} )"]
        if word == "pattern":
            flag = draw(st.sampled_from(("", "i")))
            found = [f'sh:pattern "{draw(st.sampled_from(PATTERNS))}"']
            return [*found, f'sh:flags "{flag}"'] if flag else found
        return [f"sh:{word} {draw(_SIMPLE[word])}"]

    def _siblings(self, depth: int) -> list[str]:
        """Two property shapes whose qualified value shapes exclude each other."""
        if not depth:
            return []
        draw, found = self.draw, []
        path = draw(paths())
        for _ in range(2):
            name, inner = f"ex:Q{self.count}", self.shape(depth - 1)
            sign, number = draw(st.sampled_from(("Min", "Max"))), draw(st.integers(0, 2))
            self.blocks.append(
                f"{name} a sh:PropertyShape ; sh:path {path} ; sh:qualifiedValueShape {inner} ; "
                f"sh:qualified{sign}Count {number} ; sh:qualifiedValueShapesDisjoint true ."
            )
            found.append(f"sh:property {name}")
        return found


_SIMPLE = {
    "class": st.sampled_from(CLASSES),
    "datatype": st.sampled_from(DATATYPES),
    "nodeKind": st.sampled_from([f"sh:{kind}" for kind in KINDS]),
    "minLength": st.integers(1, 4),
    "maxLength": st.integers(0, 4),
    "minInclusive": st.sampled_from(BOUNDS),
    "minExclusive": st.sampled_from(BOUNDS),
    "maxInclusive": st.sampled_from(BOUNDS),
    "maxExclusive": st.sampled_from(BOUNDS),
    "languageIn": st.sampled_from(('( "en" )', '( "de" "fr" )', '( "de-AT" )', '( "EN" "De" )')),
    "in": st.lists(values.filter(lambda v: not v.startswith("_")), max_size=4).map(
        lambda found: f"( {' '.join(found)} )"
    ),
    "hasValue": values.filter(lambda v: not v.startswith("_")),
    "equals": properties,
    "disjoint": properties,
}
_WORDS = (
    *_SIMPLE,
    *("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualified"),
    *(
        "siblings",
        "node",
        "not",
        "and",
        "or",
        "xone",
        "property",
        "property",
        "property",
        "closed",
        "pattern",
    ),
)


@st.composite
def shapes(draw: st.DrawFn) -> str:
    """One to three shapes with targets, and those that they refer to."""
    written = _Written(draw)
    for _ in range(draw(st.integers(1, 3))):
        written.shape(2, target=True)
    return PREFIXES + "\n".join(written.blocks)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, str]:
    """A graph and shapes; where shapes compare, the graph has what both engines compare alike."""
    written = draw(shapes())
    compares = "lessThan" in written or "clusive" in written
    return draw(graphs(COMPARED if compares else LITERALS)), written
