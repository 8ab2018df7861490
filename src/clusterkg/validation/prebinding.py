"""``$shapesGraph`` in queries of SHACL-SPARQL, which pySHACL has no value for.

The shapes graph stands as a named graph beside the data, and the variable, under a name that
pySHACL does not refuse, is bound to its name before the query is asked.
https://www.w3.org/TR/shacl/#sparql-constraints-prebound
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from clusterkg.errors import ValidationError
from clusterkg.namespaces import SH
from clusterkg.validation.rdflib_graphs import as_rdflib

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rdflib import Graph
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Processor, Result
    from rdflib.term import Identifier

    from clusterkg.validation.shapes import Shapes

__all__ = ["with_shapes_graph"]

SHAPES_GRAPH: Final = "urn:x-shapes-graph"
"""What ``$shapesGraph`` is: one name, however many files the shapes come from."""
_BOUND: Final = "graphOfShapesOfClusterkg"
_TOKENS: Final = re.compile(
    r'("""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
    r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>"{}|^`\\\s]*>|#[^\n]*)'
    r"|[$?]shapesGraph\b",
    re.DOTALL,
)
_NAMED: Final = re.compile(r"[$?]shapesGraph")
_GRAPH: Final = re.compile(r"\bGRAPH\b", re.IGNORECASE)
_REBOUND: Final = re.compile(rf"\bAS\s+[$?]{_BOUND}\b", re.IGNORECASE)


@contextmanager
def with_shapes_graph(data: Graph, shapes: Shapes) -> Iterator[tuple[Graph, Graph]]:
    """Data and shapes for pySHACL: the same, or such that ``$shapesGraph`` has its value.

    Raises ValidationError for a query that binds the variable itself.
    """
    graph = as_rdflib(shapes.graph)
    if not _rename(graph, shapes):
        yield data, graph
        return
    from rdflib import Graph, URIRef

    beside = Graph(store=data.store, identifier=URIRef(SHAPES_GRAPH), bind_namespaces="none")
    for triple in as_rdflib(shapes.whole or shapes.graph):
        beside.add(triple)
    try:
        yield _asked_beside(data), graph
    finally:
        beside.remove((None, None, None))


def _rename(graph: Graph, shapes: Shapes) -> bool:
    """Give the variable another name in the queries; False if none asks a named graph."""
    from rdflib import Literal, URIRef

    asked = False
    for word in ("select", "ask"):
        for node, query in list(graph.subject_objects(URIRef(SH + word))):
            text = _TOKENS.sub(_token, str(query))
            if text == str(query) and not _GRAPH.search(_TOKENS.sub("", text)):
                continue
            _check(text, shapes)
            asked = True
            graph.remove((node, URIRef(SH + word), query))
            graph.add((node, URIRef(SH + word), Literal(text)))
    return asked


def _token(found: re.Match[str]) -> str:
    """The variable renamed; where its name is but text, such that pySHACL does not see it."""
    said: str | None = found[1]
    if said is None:
        return f"?{_BOUND}"
    if said.startswith("#"):
        return ""
    return _NAMED.sub(lambda name: f"\\u{ord(name[0][0]):04X}shapesGraph", said)


def _check(text: str, shapes: Shapes) -> None:
    if _REBOUND.search(text):
        raise ValidationError(
            "a query binds $shapesGraph, which is bound already",
            at=", ".join(file.name for file in shapes.files),
            hint="Take another variable; see https://www.w3.org/TR/shacl/#pre-binding",
        )


def _asked_beside(data: Graph) -> Graph:
    """The same graph, whose queries know the named graphs of its store."""
    from rdflib import Dataset, Graph, URIRef

    class Beside(Graph):
        def query(  # noqa: PLR0913, PLR0917
            self,
            query_object: str | Query,
            processor: str | Processor = "sparql",
            result: str | type[Result] = "sparql",
            initNs: Mapping[str, Any] | None = None,  # noqa: N803
            initBindings: Mapping[str, Identifier] | None = None,  # noqa: N803
            use_store_provided: bool = True,  # noqa: FBT001, FBT002
            **options: Any,
        ) -> Result:
            dataset = Dataset(store=self.store, default_union=False)
            dataset.default_graph = self
            bound = {**(initBindings or {}), _BOUND: URIRef(SHAPES_GRAPH)}
            return dataset.query(
                query_object, processor, result, initNs, bound, use_store_provided, **options
            )

    return Beside(store=data.store, identifier=data.identifier, bind_namespaces="none")
