"""A shapes graph → shapes as values: targets, path, constraints of SHACL Core.

What is not of Core (SPARQL constraints and targets, components of one's own, rules, functions)
is named by ``Shape.beyond``: such shapes are not for a plan of Core.
https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError
from clusterkg.namespaces import SH
from clusterkg.validation.path import read_path
from clusterkg.validation.terms import encode, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib import Graph
    from rdflib.term import Node

    from clusterkg.validation.path import Path

__all__ = [
    "NESTED",
    "NODE_KINDS",
    "OF_TWO_PROPERTIES",
    "PARAMETERS",
    "Constraint",
    "Shape",
    "Target",
    "defined_words",
    "read_constraints",
]

_VALUES: Final = {
    "class": "Class",
    "datatype": "Datatype",
    "nodeKind": "NodeKind",
    "minCount": "MinCount",
    "maxCount": "MaxCount",
    "minExclusive": "MinExclusive",
    "minInclusive": "MinInclusive",
    "maxExclusive": "MaxExclusive",
    "maxInclusive": "MaxInclusive",
    "minLength": "MinLength",
    "maxLength": "MaxLength",
    "equals": "Equals",
    "disjoint": "Disjoint",
    "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals",
    "hasValue": "HasValue",
}
"""Parameters whose every value is a constraint of its own."""
OF_TWO_PROPERTIES: Final = frozenset(("Equals", "Disjoint", "LessThan", "LessThanOrEquals"))
"""Components that compare values with those of the property that they name."""
NESTED: Final = frozenset(
    ("Node", "Not", "And", "Or", "Xone", "QualifiedMinCount", "QualifiedMaxCount")
)
"""Components that judge values by other shapes, their ``terms``."""
_SHAPES: Final = {"node": "Node", "not": "Not"}
_SHAPE_LISTS: Final = {"and": "And", "or": "Or", "xone": "Xone"}
_ONLY_ONE: Final = (
    "datatype",
    "nodeKind",
    "minCount",
    "maxCount",
    "minExclusive",
    "minInclusive",
    "maxExclusive",
    "maxInclusive",
    "minLength",
    "maxLength",
)
_ONLY_OF_PROPERTIES: Final = (
    "minCount",
    "maxCount",
    "uniqueLang",
    "lessThan",
    "lessThanOrEquals",
    "qualifiedValueShape",
)
_TARGETS: Final = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_KNOWN: Final = frozenset(
    (
        *_VALUES,
        *_SHAPES,
        *_SHAPE_LISTS,
        *_TARGETS,
        *("path", "property", "pattern", "flags", "languageIn", "uniqueLang", "in", "closed"),
        *("ignoredProperties", "qualifiedValueShape", "qualifiedValueShapesDisjoint"),
        *("qualifiedMinCount", "qualifiedMaxCount", "severity", "message", "deactivated"),
        *("name", "description", "order", "group", "defaultValue", "labelTemplate", "declare"),
        *("shapesGraph", "prefixes", "entailment"),
    )
)
PARAMETERS: Final = frozenset(
    (
        *_VALUES,
        *_SHAPES,
        *_SHAPE_LISTS,
        *("path", "property", "pattern", "languageIn", "uniqueLang", "in", "closed"),
        *("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount"),
    )
)
"""What makes its subject a shape."""
NODE_KINDS: Final = frozenset(
    f"<{SH}{kind}>"
    for kind in (
        "BlankNode",
        "IRI",
        "Literal",
        "BlankNodeOrIRI",
        "BlankNodeOrLiteral",
        "IRIOrLiteral",
    )
)


@dataclass(frozen=True)
class Target:
    """``kind`` is node, class, subjects or objects; ``term`` in N-Triples text."""

    kind: str
    term: str


@dataclass(frozen=True)
class Constraint:
    """One constraint: the component's name without ``ConstraintComponent``, and its parameters.

    ``term`` is its one parameter; ``terms`` the members of a list, or the shapes it refers to;
    ``flags``, ``count`` and ``disjoint`` are those of sh:pattern and of qualified value shapes.
    """

    component: str
    term: str = ""
    terms: tuple[str, ...] = ()
    flags: str = ""
    count: int = 0
    disjoint: bool = False


@dataclass(frozen=True)
class Shape:
    """A shape: its node in N-Triples text, and the nodes of the property shapes it has.

    ``path`` is there if it is a property shape. ``beyond`` are the words of its parameters that
    are not of SHACL Core.
    """

    node: str
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: str
    properties: tuple[str, ...] = ()
    deactivated: bool = False
    beyond: tuple[str, ...] = ()

    def refers_to(self) -> Iterator[str]:
        """The nodes of the shapes that this one is judged with."""
        yield from self.properties
        for constraint in self.constraints:
            if constraint.component in NESTED:
                yield from constraint.terms


def read_constraints(graph: Graph, nodes: frozenset[Node], at: str) -> dict[str, Shape]:
    """The shapes of a shapes graph by their nodes; ``at`` is what it is called.

    Raises ValidationError for one that is ill-formed.
    """
    own = _own_parameters(graph)
    try:
        return {
            encode(node): _Reader(graph, node, own).shape() for node in sorted(nodes, key=encode)
        }
    except ValidationError as error:
        raise ValidationError(error.what, at=error.at or at, hint=error.hint) from error


def defined_words() -> frozenset[str]:
    """The words of SHACL and its advanced features: what is none of them judges nothing."""
    from rdflib.namespace import SH as VOCABULARY

    listed = (str(one).removeprefix(SH) for one in dir(VOCABULARY))
    return frozenset((*listed, "and", "class", "in", "not", "or"))


def _own_parameters(graph: Graph) -> frozenset[Node]:
    """The parameters of constraint components that the shapes graph declares."""
    from rdflib import URIRef

    return frozenset(
        path
        for parameter in graph.objects(None, URIRef(SH + "parameter"))
        for path in graph.objects(parameter, URIRef(SH + "path"))
    )


class _Reader:
    """Reads one shape."""

    def __init__(self, graph: Graph, node: Node, own: frozenset[Node]) -> None:
        self.graph, self.node, self.own = graph, node, own

    def shape(self) -> Shape:
        from rdflib import URIRef

        paths = self._objects("path")
        if len(paths) > 1:
            raise self._ill_formed("sh:path has more than one value")
        path = read_path(self.graph, paths[0]) if paths else None
        self._check(has_path=path is not None)
        severities = self._objects("severity")
        words = {
            str(predicate).removeprefix(SH)
            for predicate in self.graph.predicates(self.node)
            if isinstance(predicate, URIRef) and str(predicate).startswith(SH)
        }
        return Shape(
            encode(self.node),
            path,
            tuple(self._targets()),
            tuple(self._constraints()),
            encode(severities[0]) if severities else f"<{SH}Violation>",
            tuple(encode(one) for one in self._objects("property")),
            deactivated=self._is_true("deactivated"),
            beyond=tuple(sorted(words & defined_words() - _KNOWN | self._own_words())),
        )

    def _own_words(self) -> set[str]:
        return {encode(one) for one in self.graph.predicates(self.node) if one in self.own}

    def _check(self, *, has_path: bool) -> None:
        for word in _ONLY_ONE:
            if len(self._objects(word)) > 1:
                raise self._ill_formed(f"sh:{word} has more than one value")
        if not has_path:
            for word in _ONLY_OF_PROPERTIES:
                if self._objects(word):
                    raise self._ill_formed(f"sh:{word} is for shapes with a path")
        for kind in self._objects("nodeKind"):
            if encode(kind) not in NODE_KINDS:
                raise self._ill_formed(f"{short(encode(kind))} is no kind of node")

    def _targets(self) -> Iterator[Target]:
        from rdflib import OWL, RDF, RDFS

        kinds = dict(zip(_TARGETS, ("node", "class", "subjects", "objects"), strict=True))
        for word, kind in kinds.items():
            for value in self._objects(word):
                yield Target(kind, encode(value))
        if any((self.node, RDF.type, kind) in self.graph for kind in (RDFS.Class, OWL.Class)):
            yield Target("class", encode(self.node))

    def _constraints(self) -> Iterator[Constraint]:
        yield from self._of_values()
        yield from self._of_shapes()
        yield from self._of_lists()
        yield from self._qualified()

    def _of_values(self) -> Iterator[Constraint]:
        for word, component in _VALUES.items():
            for value in self._objects(word):
                count = self._number(word, value) if word.endswith(("Count", "Length")) else 0
                yield Constraint(component, encode(value), count=count)
        if self._is_true("uniqueLang"):
            yield Constraint("UniqueLang")
        flags = self._objects("flags")
        for value in self._objects("pattern"):
            yield Constraint("Pattern", str(value), flags=str(flags[0]) if flags else "")

    def _of_shapes(self) -> Iterator[Constraint]:
        for word, component in _SHAPES.items():
            for value in self._objects(word):
                yield Constraint(component, encode(value), (encode(value),))
        for word, component in _SHAPE_LISTS.items():
            for value in self._objects(word):
                yield Constraint(component, encode(value), self._members(word, value))

    def _of_lists(self) -> Iterator[Constraint]:
        for value in self._objects("in"):
            yield Constraint("In", encode(value), self._members("in", value))
        for value in self._objects("languageIn"):
            members = tuple(str(one) for one in self.graph.items(value))
            yield Constraint("LanguageIn", encode(value), members)
        if self._is_true("closed"):
            yield Constraint("Closed", terms=tuple(sorted(self._allowed())))

    def _qualified(self) -> Iterator[Constraint]:
        disjoint = self._is_true("qualifiedValueShapesDisjoint")
        for value in self._objects("qualifiedValueShape"):
            for word in ("qualifiedMinCount", "qualifiedMaxCount"):
                for number in self._objects(word):
                    component = word[0].upper() + word[1:]
                    count = self._number(word, number)
                    siblings = self._siblings(value) if disjoint else ()
                    terms = (encode(value), *siblings)
                    yield Constraint(
                        component, encode(number), terms, count=count, disjoint=disjoint
                    )

    def _siblings(self, own: Node) -> tuple[str, ...]:
        """The other qualified value shapes of the node shapes that have this property shape."""
        from rdflib import URIRef

        found = {
            encode(value)
            for parent in self.graph.subjects(URIRef(SH + "property"), self.node)
            for one in self.graph.objects(parent, URIRef(SH + "property"))
            for value in self.graph.objects(one, URIRef(SH + "qualifiedValueShape"))
        }
        return tuple(sorted(found - {encode(own)}))

    def _allowed(self) -> Iterator[str]:
        """The properties that a closed shape allows: IRIs in N-Triples text."""
        from rdflib import URIRef

        for one in self._objects("property"):
            for path in self.graph.objects(one, URIRef(SH + "path")):
                if isinstance(path, URIRef):
                    yield encode(path)
        for value in self._objects("ignoredProperties"):
            yield from self._members("ignoredProperties", value)

    def _objects(self, word: str) -> list[Node]:
        from rdflib import URIRef

        return sorted(self.graph.objects(self.node, URIRef(SH + word)), key=encode)

    def _members(self, word: str, value: Node) -> tuple[str, ...]:
        from rdflib import RDF

        if value != RDF.nil and (value, RDF.first, None) not in self.graph:
            raise self._ill_formed(f"the value of sh:{word} is no list")
        return tuple(encode(one) for one in self.graph.items(value))

    def _is_true(self, word: str) -> bool:
        # "1" is another literal than true, and no literal that the specification names
        return any(
            encode(one) == '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
            for one in self._objects(word)
        )

    def _number(self, word: str, value: Node) -> int:
        try:
            return int(str(value))
        except ValueError:
            raise self._ill_formed(f"sh:{word} is '{value}', not a whole number") from None

    def _ill_formed(self, what: str) -> ValidationError:
        return ValidationError(
            f"a shape is ill-formed: {short(encode(self.node))}: {what}",
            hint="See https://www.w3.org/TR/shacl/#syntax-rules",
        )
