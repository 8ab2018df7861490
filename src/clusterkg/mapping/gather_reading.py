"""Gather maps of a mapping's graph (RML-CC) → term maps that make collections and containers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clusterkg.errors import did_you_mean
from clusterkg.mapping.triples_map import Gather, RefObjectMap, TermMap, TermType, gathered
from clusterkg.mapping.vocabulary import namespace_of, word_of
from clusterkg.namespaces import RDF, RML

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.rdf_terms import Node, TermReader
    from clusterkg.mapping.triples_map import TriplesMap

__all__ = ["check_circles", "read_gather"]

_KINDS = ("List", "Bag", "Seq", "Alt")
_STRATEGIES = ("append", "cartesianProduct")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

Words = dict[str, list["Node"]]


def read_gather(terms: TermReader, words: Words, node: TermMap, role: str) -> TermMap | None:
    """The gather map whose collections have the node ``node``; None after a problem."""
    before = len(terms.problems.found)
    line = terms.line_of(None) if node.line is None else node.line
    if role not in ("subject", "object"):
        terms.problems.add(
            f"a {role} of '{terms.name}' gathers members",
            line=line,
            hint="A gather map makes a subject, an object, or a member of another gather map.",
        )
    if node.term_type is TermType.LITERAL or node.datatype or node.language:
        terms.problems.add(
            f"a gather map of '{terms.name}' makes a literal",
            line=line,
            hint="The node of a collection or container is an IRI or a blank node.",
        )
    members = _members(terms, words, line)
    kind = _kind(terms, words, line)
    product = _is_product(terms, words, line)
    allow_empty = _allows_empty(terms, words, line)
    if kind is None or len(terms.problems.found) > before:
        return None
    return terms.checked(
        replace(node, gather=Gather(members, kind, allow_empty, product), line=line), role
    )


def _members(
    terms: TermReader, words: Words, line: int | None
) -> tuple[TermMap | RefObjectMap, ...]:
    """What the members of the collection are made of, in the order of the RDF list."""
    lists = words.get("gather", [])
    nodes = _listed(terms, lists[0]) if len(lists) == 1 else None
    if not nodes:
        what = "gathers nothing" if not lists else "has several lists of members"
        if len(lists) == 1:
            what = "gathers what is no list" if nodes is None else "gathers an empty list"
        terms.problems.add(
            f"a gather map of '{terms.name}' {what}",
            line=line,
            hint='Give rml:gather one list: rml:gather ( [ rml:reference "name" ] ).',
        )
    found = [terms.object_of(node) for node in nodes or ()]
    return tuple(one for one in found if one is not None)


def _listed(terms: TermReader, start: Node) -> list[Node] | None:
    """The members of an RDF list; None if it is not well-formed."""
    found: list[Node] = []
    seen = set()
    node = start
    while getattr(node, "value", None) != f"{RDF}nil":
        here = terms.graph.get(node, {})
        first, rest = here.get(f"{RDF}first", []), here.get(f"{RDF}rest", [])
        if len(first) != 1 or len(rest) != 1 or node in seen:
            return None
        seen.add(node)
        found.append(first[0])
        node = rest[0]
    return found


def _kind(terms: TermReader, words: Words, line: int | None) -> str | None:
    given = words.get("gatherAs", [])
    if len(given) != 1:
        what = "does not say as what" if not given else "says more than once as what"
        terms.problems.add(
            f"a gather map of '{terms.name}' {what} it gathers its members",
            line=line,
            hint=f"Give it one rml:gatherAs: {', '.join(f'rdf:{kind}' for kind in _KINDS)}.",
        )
        return None
    iri = str(getattr(given[0], "value", given[0]))
    name = iri.removeprefix(RDF)
    if iri.startswith(RDF) and name in _KINDS:
        return name
    terms.problems.add(
        f"members cannot be gathered as '{iri}'",
        line=terms.line_of(iri) or line,
        hint=did_you_mean(_local(iri), _KINDS),
    )
    return None


def _is_product(terms: TermReader, words: Words, line: int | None) -> bool:
    given = [str(getattr(node, "value", node)) for node in words.get("strategy", [])]
    if len(given) > 1:
        terms.problems.add(
            f"a gather map of '{terms.name}' has several strategies",
            line=line,
            hint="Leave one: rml:append or rml:cartesianProduct.",
        )
    for iri in given:
        is_told = namespace_of(iri) is not None and word_of(iri) is None
        if iri.removeprefix(RML) not in _STRATEGIES and not is_told:
            terms.problems.add(
                f"unknown strategy '{iri}'",
                line=terms.line_of(iri) or line,
                hint=did_you_mean(_local(iri), _STRATEGIES),
            )
    return given == [f"{RML}cartesianProduct"]


def _allows_empty(terms: TermReader, words: Words, line: int | None) -> bool:
    given = [
        str(getattr(node, "value", node)) for node in words.get("allowEmptyListAndContainer", [])
    ]
    for text in given:
        if text not in _BOOLEANS:
            terms.problems.add(
                f"rml:allowEmptyListAndContainer is '{text}'",
                line=terms.line_of(text) or line,
                hint="It has to be true or false.",
            )
    return any(_BOOLEANS.get(text, False) for text in given)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def check_circles(triples_maps: Sequence[TriplesMap], problems: Problems) -> None:
    """A subject that gathers subjects must not gather, by whatever detour, itself."""
    subjects = {one.name: one.subject for one in triples_maps}
    for triples_map in triples_maps:
        if triples_map.name in _reached(triples_map.subject, subjects):
            problems.add(
                f"the subject of triples map '{triples_map.name}' gathers itself",
                line=triples_map.subject.line or triples_map.line,
                hint="Let its members be made of something else.",
            )


def _reached(subject: TermMap, subjects: Mapping[str, TermMap]) -> set[str]:
    """The triples maps whose subjects a subject gathers."""
    found: set[str] = set()
    waiting = [subject]
    while waiting:
        for one in gathered(waiting.pop()):
            if isinstance(one, RefObjectMap) and one.parent not in found:
                found.add(one.parent)
                waiting += [subjects[one.parent]] if one.parent in subjects else []
    return found
