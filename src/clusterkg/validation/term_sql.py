"""What constraints ask of a term, as SQL on its N-Triples text.

The text of a literal ends with a quotation mark (xsd:string), with a language tag, or with
``"^^<datatype>``; quotation marks inside it are escaped, so these endings cannot be part of it.
"""

from __future__ import annotations

from typing import Final

from clusterkg.engines.duckdb import literal
from clusterkg.mapping.lexical import DATATYPES
from clusterkg.namespaces import RDF, XSD

__all__ = [
    "NUMERIC",
    "PRIMITIVES",
    "datatype_of",
    "ending_of",
    "has_datatype",
    "is_blank",
    "is_iri",
    "is_literal",
    "language_of",
    "lexical_of",
    "string_of",
]

NUMERIC: Final = (
    *("integer", "decimal", "double", "float", "long", "int", "short", "byte"),
    *("nonNegativeInteger", "nonPositiveInteger", "negativeInteger", "positiveInteger"),
    *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)
PRIMITIVES: Final = {
    "shacl_unescaped_part(s)": r"""replace(replace(replace(replace(replace(replace(replace(
        array_to_string(list_transform(string_split(s, '\u'), lambda x, i: CASE WHEN i = 1 THEN x
            ELSE chr(CAST('0x' || left(x, 4) AS INTEGER)) || substr(x, 5) END), ''),
        '\"', '"'), '\''', ''''), '\n', chr(10)), '\r', chr(13)), '\t', chr(9)),
        '\b', chr(8)), '\f', chr(12))""",
    # a text without \u has no backslash before a blank, which can stand for the escaped one
    "shacl_unescaped(s)": r"""CASE WHEN contains(s, '\u')
        THEN array_to_string(list_transform(string_split(s, '\\'),
            lambda x: shacl_unescaped_part(x)), '\')
        ELSE replace(replace(replace(replace(replace(replace(replace(replace(
            replace(s, '\\', '\ '), '\"', '"'), '\''', ''''), '\n', chr(10)), '\r', chr(13)),
            '\t', chr(9)), '\b', chr(8)), '\f', chr(12)), '\ ', '\') END""",
}
"""The bodies of the functions that the SQL of this module calls, by their heads."""
_STRING: Final = f"<{XSD}string>"
_LANG_STRING: Final = f"<{RDF}langString>"


def is_iri(term: str) -> str:
    """Whether it is an IRI."""
    return f"starts_with({term}, '<')"


def is_blank(term: str) -> str:
    """Whether it is a blank node."""
    return f"starts_with({term}, '_')"


def is_literal(term: str) -> str:
    """Whether it is a literal."""
    return f"starts_with({term}, '\"')"


def datatype_of(term: str) -> str:
    """The datatype of a literal as ``<iri>``; NULL for other terms."""
    return (
        f"CASE WHEN NOT {is_literal(term)} THEN NULL WHEN ends_with({term}, '\"') "
        f"THEN {literal(_STRING)} WHEN ends_with({term}, '>') "
        f"THEN regexp_extract({term}, '\\^\\^(<[^\"]*>)$', 1) ELSE {literal(_LANG_STRING)} END"
    )


def language_of(term: str) -> str:
    """The language tag in lower case; NULL for whatever has none."""
    return (
        f"CASE WHEN {is_literal(term)} AND NOT ends_with({term}, '\"') AND NOT ends_with({term}, "
        f"'>') THEN lower(regexp_extract({term}, '@([A-Za-z0-9-]+)$', 1)) END"
    )


def ending_of(term: str) -> str:
    """What follows the text of a literal: nothing, ``@de`` or ``^^<iri>``; else another text."""
    return f"split_part({term}, '\"', -1)"


def lexical_of(term: str, ending: str = "") -> str:
    """The lexical form of a literal, its escapes undone; NULL for other terms.

    ``ending`` is SQL for what ``ending_of`` gives, if that is known.
    """
    text = f"substr({term}, 2, length({term}) - length({ending or ending_of(term)}) - 2)"
    return (
        f"CASE WHEN {is_literal(term)} THEN CASE WHEN contains({term}, '\\') "
        f"THEN shacl_unescaped({text}) ELSE {text} END END"
    )


def string_of(term: str, ending: str = "") -> str:
    """What SPARQL's STR gives: the IRI, or the lexical form; NULL for blank nodes."""
    iri = f"substr({term}, 2, length({term}) - 2)"
    return f"CASE WHEN {is_iri(term)} THEN {iri} ELSE {lexical_of(term, ending)} END"


def has_datatype(ending: str, text: str, datatype: str) -> str:
    """Whether a term is a literal of the datatype, and its text in the lexical space.

    https://www.w3.org/TR/shacl/#DatatypeConstraintComponent; ``datatype`` in N-Triples text, and
    of the term SQL for its ending and its lexical form. The lexical spaces are the primitives of
    :mod:`clusterkg.mapping.terms`.
    """
    if datatype == _STRING:
        return f"({ending} = '')"
    if datatype == _LANG_STRING:
        return f"(starts_with({ending}, '@'))"
    typed = f"{ending} = {literal(f'^^{datatype}')}"
    name = datatype[1:-1].removeprefix(XSD)
    if name not in DATATYPES or f"<{XSD}{name}>" != datatype:
        return f"({typed})"
    return f"({typed} AND coalesce(term_is_{name}({text}), false))"
