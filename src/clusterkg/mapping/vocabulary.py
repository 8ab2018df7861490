"""The words of R2RML and of both RML vocabularies → one set of words that reading works with.

``word_of`` gives the one word for a term of any of the three namespaces, so that reading does
not care which of them a document uses: ``rr:column`` and ``rml:reference`` are one word.
"""

from __future__ import annotations

from typing import Final

from clusterkg.namespaces import QL, RML, RML_LEGACY, RR

__all__ = ["NOT_SUPPORTED", "formulation_of", "namespace_of", "term_type_of", "word_of", "words_of"]

_SHARED: Final = {
    "TriplesMap": "TriplesMap",
    "SubjectMap": "class",
    "PredicateMap": "class",
    "ObjectMap": "class",
    "GraphMap": "class",
    "TermMap": "class",
    "PredicateObjectMap": "class",
    "RefObjectMap": "class",
    "Join": "class",
    "IRI": "value",
    "BlankNode": "value",
    "Literal": "value",
    "defaultGraph": "value",
    "subjectMap": "subjectMap",
    "subject": "subject",
    "predicateObjectMap": "predicateObjectMap",
    "predicateMap": "predicateMap",
    "predicate": "predicate",
    "objectMap": "objectMap",
    "object": "object",
    "graphMap": "graphMap",
    "graph": "graph",
    "class": "rdf class",
    "constant": "constant",
    "template": "template",
    "termType": "termType",
    "datatype": "datatype",
    "language": "language",
    "parentTriplesMap": "parentTriplesMap",
    "joinCondition": "joinCondition",
    "child": "child",
    "parent": "parent",
    "inverseExpression": "ignored",
}
_R2RML: Final = _SHARED | {
    "LogicalTable": "class",
    "R2RMLView": "class",
    "BaseTableOrView": "class",
    "SQL2008": "value",
    "logicalTable": "source of rows",
    "tableName": "tableName",
    "sqlQuery": "query",
    "sqlVersion": "ignored",
    "column": "reference",
}
_MAPS: Final = {
    "languageMap": "languageMap",
    "datatypeMap": "datatypeMap",
    "LanguageMap": "class",
    "DatatypeMap": "class",
    "LogicalSource": "class",
    "BaseSource": "class",
    "logicalSource": "source of rows",
    "source": "source",
    "iterator": "iterator",
    "referenceFormulation": "referenceFormulation",
    "reference": "reference",
    "query": "query",
}
_LEGACY: Final = _MAPS
_NEW: Final = (
    _SHARED
    | _MAPS
    | {
        "URI": "value",
        "UnsafeIRI": "value",
        "UnsafeURI": "value",
        "CSV": "value",
        "JSONPath": "value",
        "XPath": "value",
        "SQL2008Table": "value",
        "SQL2008Query": "value",
        "MappingDirectory": "value",
        "CurrentWorkingDirectory": "value",
        "Source": "class",
        "RelativePathSource": "class",
        "FilePath": "class",
        "ExpressionMap": "class",
        "ChildMap": "class",
        "ParentMap": "class",
        "ReferenceFormulation": "class",
        "baseIRI": "baseIRI",
        "childMap": "childMap",
        "parentMap": "parentMap",
        "path": "path",
        "root": "root",
    }
)
NOT_SUPPORTED: Final = frozenset(
    [
        "null",
        "encoding",
        "compression",
        "none",
        "zip",
        "gzip",
        "targzip",
        "tarxz",
        "utf-8",
        "utf-16",
        "logicalTarget",
        "LogicalTarget",
        "target",
        "serialization",
        "mode",
        "Target",
        "functionExecution",
        "FunctionExecution",
        "function",
        "functionMap",
        "input",
        "Input",
        "parameter",
        "parameterMap",
        "inputValue",
        "inputValueMap",
        "return",
        "returnMap",
        "viewOn",
        "field",
        "LogicalView",
        "fieldName",
        "leftJoin",
        "innerJoin",
        "parentLogicalView",
        "structuralAnnotation",
        "gather",
        "gatherAs",
        "allowEmptyListAndContainer",
        "strategy",
        "append",
        "cartesianProduct",
        "quotedTriplesMap",
        "StarMap",
        "NonAssertedTriplesMap",
        "AssertedTriplesMap",
        "logicalTargetMap",
        "namespace",
        "Namespace",
        "namespacePrefix",
        "namespaceURL",
        "XPathReferenceFormulation",
    ]
)
"""Terms of RML modules that are known and not yet understood here."""

_VOCABULARIES: Final = {RR: _R2RML, RML_LEGACY: _LEGACY, RML: _NEW}
_FORMULATIONS: Final = {"CSV": "csv", "JSONPath": "json", "XPath": "xml"}


def namespace_of(iri: str) -> str | None:
    """The mapping vocabulary that the IRI belongs to, if any."""
    return next((name for name in _VOCABULARIES if iri.startswith(name)), None)


def word_of(iri: str) -> str | None:
    """The word for a term of a mapping vocabulary; None if it has no such term."""
    namespace = namespace_of(iri)
    return _VOCABULARIES[namespace].get(iri[len(namespace) :]) if namespace else None


def words_of(namespace: str) -> tuple[str, ...]:
    """All local names of a mapping vocabulary."""
    return tuple(_VOCABULARIES[namespace])


def term_type_of(iri: str) -> str | None:
    """``IRI``, ``BlankNode``, … for the IRI of a term type in any vocabulary."""
    namespace = namespace_of(iri)
    return iri[len(namespace) :] if namespace and word_of(iri) == "value" else None


def formulation_of(iri: str) -> str | None:
    """``csv``, ``json``, ``xml`` or ``sql`` for a reference formulation; None if unknown."""
    for namespace in (QL, RML, RR):
        if iri.startswith(namespace):
            name = iri[len(namespace) :]
            return "sql" if name.startswith("SQL") else _FORMULATIONS.get(name)
    return None
