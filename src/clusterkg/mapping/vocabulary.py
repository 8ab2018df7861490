"""The words of R2RML and of both RML vocabularies → one set of words that reading works with.

``word_of`` gives the one word for a term of any of the three namespaces, so that reading does
not care which of them a document uses: ``rr:column`` and ``rml:reference`` are one word.
"""

from __future__ import annotations

from typing import Final

from clusterkg.namespaces import FNML, FORMATS, PROJECT, QL, RML, RML_LEGACY, RR

__all__ = [
    "NOT_SUPPORTED",
    "ON_DATA_ERROR",
    "formulation_of",
    "namespace_of",
    "term_type_of",
    "word_of",
    "words_of",
]

_OWN: Final = f"{PROJECT}mapping#"
ON_DATA_ERROR: Final = f"{_OWN}onDataError"
"""What a mapping document wants to happen when a value cannot become a term."""

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
    **dict.fromkeys(
        # https://www.w3.org/2001/sw/wiki/RDB2RDF/SQL_Version_IRIs
        (
            "SQL2008",
            "DB2",
            "Firebird",
            "HSQLDB",
            "Informix",
            "Ingres",
            "MSSQLServer",
            "MySQL",
            "Oracle",
            "PostgreSQL",
            "SybaseASE",
            "SybaseSQLAnywhere",
            "Virtuoso",
        ),
        "value",
    ),
    "logicalTable": "source of rows",
    "tableName": "tableName",
    "sqlQuery": "query",
    "sqlVersion": "sqlVersion",
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
        "encoding": "encoding",
        "compression": "compression",
        "null": "null",
        "logicalTarget": "logicalTarget",
        "LogicalTarget": "class",
        "Target": "class",
        "target": "target",
        "serialization": "serialization",
        "mode": "mode",
        **dict.fromkeys(
            ("Read", "ReadWrite", "Write", "WriteRead", "Append", "AppendRead"), "value"
        ),
        "none": "value",
        "gzip": "value",
        "zip": "value",
        "targz": "value",
        "targzip": "value",
        "tarxz": "value",
        "UTF-8": "value",
        "UTF-16": "value",
        "utf-8": "value",
        "utf-16": "value",
        "XPathReferenceFormulation": "class",
        "Namespace": "class",
        "namespace": "namespace",
        "namespacePrefix": "namespacePrefix",
        "namespaceURL": "namespaceURL",
        "functionExecution": "functionExecution",
        "function": "function",
        "functionMap": "functionMap",
        "input": "input",
        "parameter": "parameter",
        "parameterMap": "parameterMap",
        "inputValue": "inputValue",
        "inputValueMap": "inputValueMap",
        "return": "return",
        "returnMap": "returnMap",
        "condition": "condition",
        "FunctionExecution": "class",
        "Execution": "class",
        "FunctionMap": "class",
        "Input": "class",
        "ParameterMap": "class",
        "ReturnMap": "class",
        # RML-CC
        "gather": "gather",
        "gatherAs": "gatherAs",
        "allowEmptyListAndContainer": "allowEmptyListAndContainer",
        "strategy": "strategy",
        "GatherMap": "class",
        "Strategy": "class",
        "append": "value",
        "cartesianProduct": "value",
        # RML-LV
        **{
            word: word
            for word in (
                "viewOn",
                "field",
                "fieldName",
                "leftJoin",
                "innerJoin",
                "parentLogicalView",
                "structuralAnnotation",
                "onFields",
                "targetView",
                "targetFields",
            )
        },
        **dict.fromkeys(
            (
                "LogicalView",
                "Field",
                "ExpressionField",
                "IterableField",
                "LogicalViewJoin",
                "StructuralAnnotation",
                "IriSafeAnnotation",
                "PrimaryKeyAnnotation",
                "UniqueAnnotation",
                "NotNullAnnotation",
                "ForeignKeyAnnotation",
                "InclusionAnnotation",
                "AbstractLogicalSource",
            ),
            "class",
        ),
    }
)
NOT_SUPPORTED: Final = frozenset(
    [
        "quotedTriplesMap",
        "StarMap",
        "NonAssertedTriplesMap",
        "AssertedTriplesMap",
        "logicalTargetMap",
    ]
)
"""Terms of RML modules that are known and not yet understood here."""

_FNML: Final = {
    "functionValue": "functionValue",
    "FunctionMap": "class",
    "FunctionTermMap": "class",
}
_TERMS: Final = {"onDataError": "onDataError", "optional": "optional"}
_VOCABULARIES: Final = {_OWN: _TERMS, FNML: _FNML, RR: _R2RML, RML_LEGACY: _LEGACY, RML: _NEW}
_FORMULATIONS: Final = {
    "CSV": "csv",
    "Spreadsheet": "csv",
    "Parquet": "csv",
    "Feather": "csv",
    "JSONPath": "json",
    "XPath": "xml",
}


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
    """``csv``, ``json``, ``xml``, ``sql`` or ``sparql`` for a formulation; None if unknown."""
    if iri.startswith(f"{FORMATS}SPARQL_Results_"):
        return "sparql"
    for namespace in (QL, RML, RR):
        if iri.startswith(namespace):
            name = iri[len(namespace) :]
            return "sql" if name.startswith("SQL") else _FORMULATIONS.get(name)
    return None
