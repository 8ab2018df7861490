"""Gather maps (RML-CC) → collections: their node, their members, over the cells of the rows.

A collection is no term of one row alone: its members may come from other rows (joins), and a
named collection is one for all rows that name it. A term map that gathers therefore becomes a
column of a relation that :mod:`clusterkg.mapping.gather_quads` makes of the ``Collection``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clusterkg.mapping.overlap import Shape, shape_of
from clusterkg.mapping.term_plan import Compiled, sql_column
from clusterkg.mapping.triples_map import FreshNode, RefObjectMap, TermMap, TermType
from clusterkg.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clusterkg.mapping.plan import Branch, Parent, Plan
    from clusterkg.mapping.term_plan import Cells, Context
    from clusterkg.mapping.triples_map import Gather

__all__ = ["RECORD_NUMBER", "Collection", "Gatherer", "Member", "is_gathered", "shapes_of"]

RECORD_NUMBER = "rec"
"""The column with the number of a row, which new nodes are named after."""

Target = tuple[Compiled, "Parent | None"]


@dataclass(frozen=True)
class Member:
    """One of the term maps that are gathered; with ``parent`` its terms are the subjects there."""

    term: Compiled
    parent: Parent | None = None


@dataclass(frozen=True)
class Collection:
    """What a gather map makes of the rows that ``cells`` are of.

    ``node`` is the collection's node, a new one for every row if ``fresh``, else one that other
    rows may name as well; ``blank`` says that it is a blank node. ``owned``: its structure is
    stated along with the plan; else another plan does so.
    """

    name: str
    cells: Cells
    node: Compiled
    members: tuple[Member, ...]
    kind: str
    fresh: bool
    blank: bool
    allow_empty: bool
    product: bool
    context: Context
    owned: bool = True

    @property
    def column(self) -> str:
        """The name of the column that holds the node."""
        return f"node_{self.name}"

    @property
    def is_list(self) -> bool:
        """Whether it is a collection, not a container."""
        return self.kind == "List"


class Gatherer:
    """Gather maps of one triples map → collections; the same gather map is the same collection."""

    def __init__(
        self,
        cells: Cells,
        context: Context,
        number: int,
        compiled: Callable[[TermMap, str], Compiled],
        joined: Callable[[RefObjectMap, str], Target],
    ) -> None:
        self.cells, self.context, self.number = cells, context, number
        self.compiled, self.joined = compiled, joined
        self.found: dict[TermMap, Compiled] = {}
        self.count = 0

    def term(self, term: TermMap, gather: Gather) -> Compiled:
        """The node of a gather map, a column that stands for a collection; equal ones are one."""
        fresh = isinstance(term.expression, FreshNode)
        known = replace(term, line=None)
        if known not in self.found:
            self.found[known] = self._term(term, gather, fresh=fresh)
        return self.found[known]

    def _term(self, term: TermMap, gather: Gather, *, fresh: bool) -> Compiled:
        name = f"{self.number}x{self.count}"
        self.count += 1
        node = self.compiled(replace(term, gather=None), "n")
        members = tuple(self._member(member) for member in gather.members)
        made = Collection(
            name,
            self.cells,
            node,
            members,
            gather.kind,
            fresh,
            term.term_type is TermType.BLANK_NODE,
            gather.allow_empty,
            gather.product,
            self.context,
        )
        return Compiled(sql_column(made.column), collection=made)

    def _member(self, member: TermMap | RefObjectMap) -> Member:
        if isinstance(member, RefObjectMap):
            return Member(*self.joined(member, "m"))
        if member.gather is not None:
            return Member(self.term(member, member.gather))
        return Member(self.compiled(member, "m"))


def is_gathered(plan: Plan, branch: Branch) -> bool:
    """Whether a term of the branch is the node of a collection."""
    return any(term.collection is not None for term in (plan.subject, *branch.terms))


Shapes = tuple[Shape, Shape, Shape, Shape]


def shapes_of(plan: Plan, branches: Sequence[Branch]) -> Iterator[Shapes]:
    """What is known of the quads of branches with collections, and of their structures."""
    for branch in branches:
        terms = (plan.subject, branch.predicate, branch.object)
        subject, predicate, target = map(_shape, terms)
        yield subject, predicate, target, shape_of(branch.graph.sql)
    for term in (plan.subject, *(term for branch in branches for term in branch.terms)):
        if term.collection is not None:
            yield from _structure(term.collection)


def _shape(term: Compiled) -> Shape:
    """What is known of a term; the node of an empty list is another than that of a full one."""
    made = term.collection
    if made is None:
        return shape_of(term.sql)
    if made.is_list and made.allow_empty:
        return Shape()
    return Shape("_:") if made.blank and not made.fresh else shape_of(made.node.sql)


def _structure(made: Collection) -> Iterator[Shapes]:
    anything = Shape()
    heads = [Shape("_:") if made.blank else shape_of(made.node.sql)]
    if made.is_list:
        heads.append(Shape("_:"))
        predicates = [Shape(f"<{RDF}{name}>", "", whole=True) for name in ("first", "rest")]
    else:
        predicates = [Shape(f"<{RDF}_", ">"), Shape(f"<{RDF}type>", "", whole=True)]
    for head in heads:
        for predicate in predicates:
            yield head, predicate, anything, anything
    for member in made.members:
        if member.term.collection is not None:
            yield from _structure(member.term.collection)
