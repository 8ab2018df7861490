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
from clusterkg.validation.path import PATH_WORDS, read_path
from clusterkg.validation.shapes_graph import CLASSES, FIRST, NIL, TARGETS, TYPE, sh
from clusterkg.validation.terms import is_iri, plain, short

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from clusterkg.validation.path import Path
    from clusterkg.validation.shapes_graph import ShapesGraph

__all__ = [
    "NESTED",
    "NODE_KINDS",
    "OF_TWO_PROPERTIES",
    "PARAMETERS",
    "Constraint",
    "Shape",
    "Target",
    "defined_words",
    "is_usual",
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
_KNOWN: Final = frozenset(
    (
        *_VALUES,
        *_SHAPES,
        *_SHAPE_LISTS,
        *TARGETS,
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


def read_constraints(graph: ShapesGraph, nodes: frozenset[str], at: str) -> dict[str, Shape]:
    """The shapes of a shapes graph by their nodes; ``at`` is what it is called.

    Raises ValidationError for one that is ill-formed.
    """
    own = _own_parameters(graph)
    try:
        return {node: _Reader(graph, node, own).shape() for node in sorted(nodes)}
    except ValidationError as error:
        raise ValidationError(error.what, at=error.at or at, hint=error.hint) from error


def defined_words() -> frozenset[str]:
    """The words of SHACL and its advanced features: what is none of them judges nothing."""
    from rdflib.namespace import SH as VOCABULARY

    listed = (str(one).removeprefix(SH) for one in dir(VOCABULARY))
    return frozenset((*listed, "and", "class", "in", "not", "or"))


def is_usual(words: AbstractSet[str]) -> bool:
    """Whether they are all of SHACL Core, or say nothing that is judged."""
    return words <= _KNOWN | PATH_WORDS


def _beyond_core(words: AbstractSet[str]) -> set[str]:
    """The words of SHACL's advanced features among these."""
    unusual = words - _KNOWN
    return set(unusual & defined_words()) if unusual else set()


def _own_parameters(graph: ShapesGraph) -> frozenset[str]:
    """The parameters of constraint components that the shapes graph declares."""
    return frozenset(
        path
        for parameter in graph.values(sh("parameter"))
        for path in graph.objects(parameter, sh("path"))
    )


class _Reader:
    """Reads one shape."""

    def __init__(self, graph: ShapesGraph, node: str, own: frozenset[str]) -> None:
        self.graph, self.node, self.own = graph, node, own

    def shape(self) -> Shape:
        paths = self._objects("path")
        if len(paths) > 1:
            raise self._ill_formed("sh:path has more than one value")
        path = read_path(self.graph, paths[0]) if paths else None
        self._check(has_path=path is not None)
        severities = self._objects("severity")
        words = {
            plain(predicate).removeprefix(SH)
            for predicate in self.graph.predicates(self.node)
            if plain(predicate).startswith(SH)
        }
        return Shape(
            self.node,
            path,
            tuple(self._targets()),
            tuple(self._constraints()),
            severities[0] if severities else f"<{SH}Violation>",
            tuple(self._objects("property")),
            deactivated=self._is_true("deactivated"),
            beyond=tuple(sorted(_beyond_core(words) | self._own_words())),
        )

    def _own_words(self) -> set[str]:
        return {one for one in self.graph.predicates(self.node) if one in self.own}

    def _check(self, *, has_path: bool) -> None:
        for word in _ONLY_ONE:
            if len(self._objects(word)) > 1:
                raise self._ill_formed(f"sh:{word} has more than one value")
        if not has_path:
            for word in _ONLY_OF_PROPERTIES:
                if self._objects(word):
                    raise self._ill_formed(f"sh:{word} is for shapes with a path")
        for kind in self._objects("nodeKind"):
            if kind not in NODE_KINDS:
                raise self._ill_formed(f"{short(kind)} is no kind of node")

    def _targets(self) -> Iterator[Target]:
        kinds = dict(zip(TARGETS, ("node", "class", "subjects", "objects"), strict=True))
        for word, kind in kinds.items():
            for value in self._objects(word):
                yield Target(kind, value)
        if any((self.node, TYPE, kind) in self.graph for kind in CLASSES):
            yield Target("class", self.node)

    def _constraints(self) -> Iterator[Constraint]:
        yield from self._of_values()
        yield from self._of_shapes()
        yield from self._of_lists()
        yield from self._qualified()

    def _of_values(self) -> Iterator[Constraint]:
        for word, component in _VALUES.items():
            for value in self._objects(word):
                count = self._number(word, value) if word.endswith(("Count", "Length")) else 0
                yield Constraint(component, value, count=count)
        if self._is_true("uniqueLang"):
            yield Constraint("UniqueLang")
        flags = self._objects("flags")
        for value in self._objects("pattern"):
            yield Constraint("Pattern", plain(value), flags=plain(flags[0]) if flags else "")

    def _of_shapes(self) -> Iterator[Constraint]:
        for word, component in _SHAPES.items():
            for value in self._objects(word):
                yield Constraint(component, value, (value,))
        for word, component in _SHAPE_LISTS.items():
            for value in self._objects(word):
                yield Constraint(component, value, self._members(word, value))

    def _of_lists(self) -> Iterator[Constraint]:
        for value in self._objects("in"):
            yield Constraint("In", value, self._members("in", value))
        for value in self._objects("languageIn"):
            members = tuple(plain(one) for one in self.graph.items(value))
            yield Constraint("LanguageIn", value, members)
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
                    terms = (value, *siblings)
                    yield Constraint(component, number, terms, count=count, disjoint=disjoint)

    def _siblings(self, own: str) -> tuple[str, ...]:
        """The other qualified value shapes of the node shapes that have this property shape."""
        found = {
            value
            for parent in self.graph.subjects_with(sh("property"), self.node)
            for one in self.graph.objects(parent, sh("property"))
            for value in self.graph.objects(one, sh("qualifiedValueShape"))
        }
        return tuple(sorted(found - {own}))

    def _allowed(self) -> Iterator[str]:
        """The properties that a closed shape allows: IRIs in N-Triples text."""
        for one in self._objects("property"):
            for path in self.graph.objects(one, sh("path")):
                if is_iri(path):
                    yield path
        for value in self._objects("ignoredProperties"):
            yield from self._members("ignoredProperties", value)

    def _objects(self, word: str) -> list[str]:
        return sorted(self.graph.objects(self.node, sh(word)))

    def _members(self, word: str, value: str) -> tuple[str, ...]:
        if value != NIL and self.graph.value(value, FIRST) is None:
            raise self._ill_formed(f"the value of sh:{word} is no list")
        return tuple(self.graph.items(value))

    def _is_true(self, word: str) -> bool:
        # "1" is another literal than true, and no literal that the specification names
        return any(
            one == '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
            for one in self._objects(word)
        )

    def _number(self, word: str, value: str) -> int:
        said = plain(value)
        try:
            return int(said)
        except ValueError:
            raise self._ill_formed(f"sh:{word} is '{said}', not a whole number") from None

    def _ill_formed(self, what: str) -> ValidationError:
        return ValidationError(
            f"a shape is ill-formed: {short(self.node)}: {what}",
            hint="See https://www.w3.org/TR/shacl/#syntax-rules",
        )
