r"""The primitives a plan is made of: how values become encoded RDF terms, as SQL macros.

This one table is all that depends on the dialect of the engine. A plan calls the primitives
by name; ``prepare`` makes them known to a DuckDB connection, for that connection only.
Every primitive gives NULL for NULL. Each is guarded by a cheap test for the common clean case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.mapping.lexical import DATATYPES, LANGUAGE_TAG
from clusterkg.namespaces import XSD

if TYPE_CHECKING:
    from clusterkg.engines.duckdb import Connection

__all__ = ["IRI", "prepare", "primitives"]

# RFC 3987: ucschar, the letters of all scripts that an IRI may hold as they are
_UCS = (
    r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
    + "".join(rf"\x{{{plane:X}0000}}-\x{{{plane:X}FFFD}}" for plane in range(1, 14))
    + r"\x{E1000}-\x{EFFFD}"
)
_PLAIN = r"A-Za-z0-9\-._~"
_IRI_CHARACTER = rf"[{_PLAIN}{_UCS}:/?@!$&''()*+,;=]|%[0-9A-Fa-f]{{2}}"
IRI: Final = rf"[A-Za-z][A-Za-z0-9+.\-]*:({_IRI_CHARACTER})*(#({_IRI_CHARACTER})*)?"
"""An absolute IRI as a regular expression inside SQL quotes."""
_HOST = "^https?://([^/?#@]*@)?[^/?#@:]+(:[0-9]*)?([/?#]|$)"

_MACROS: Final = {
    # the text of a literal between its double quotes, as N-Triples wants it
    "term_escaped(v)": r"""CASE WHEN regexp_matches(v, '[\x00-\x1F"\\\x7F]')
        THEN term_escaped_controls(replace(replace(replace(replace(replace(
            v, '\', '\\'), '"', '\"'), chr(10), '\n'), chr(13), '\r'), chr(9), '\t'))
        ELSE v END""",
    "term_escaped_controls(v)": r"""CASE WHEN regexp_matches(v, '[\x00-\x1F\x7F]')
        THEN array_to_string(list_transform(regexp_extract_all(v, '(?s)[^\x00-\x1F\x7F]+|.'),
            lambda part: CASE WHEN regexp_matches(part, '[\x00-\x1F\x7F]')
                THEN '\u' || lpad(upper(to_hex(unicode(part))), 4, '0') ELSE part END), '')
        ELSE v END""",
    # R2RML 7.3, IRI-safe: everything but iunreserved is percent-encoded
    "term_iri_safe(v)": rf"""CASE WHEN regexp_full_match(v, '[{_PLAIN}]*') THEN v
        WHEN regexp_full_match(v, '[\x00-\x7F]*') THEN url_encode(v)
        ELSE array_to_string(list_transform(
            regexp_extract_all(v, '[{_PLAIN}{_UCS}]+|[^{_PLAIN}{_UCS}]+'),
            lambda part: CASE WHEN regexp_full_match(part, '[{_PLAIN}{_UCS}]+')
                THEN part ELSE url_encode(part) END), '') END""",
    "term_uri_safe(v)": "url_encode(v)",
    "term_is_iri(v)": rf"""regexp_full_match(v, '{IRI}')
        AND (NOT regexp_matches(v, '^https?:') OR regexp_matches(v, '{_HOST}'))""",
    # R2RML 7.4: a value that is no absolute IRI is relative to the base; it has to begin as told
    "term_iri(v, base, start)": """CASE WHEN term_is_iri(v) THEN '<' || v || '>'
        WHEN starts_with(v, start) AND NOT regexp_matches(v, '^[A-Za-z][A-Za-z0-9+.-]*:')
            AND term_is_iri(base || v) THEN '<' || base || v || '>' END""",
    # what may stand between < and > in a line of N-Quads; blanks too, which RML's tests want there
    "term_is_writable(v)": r"""NOT regexp_matches(v, '[\x00-\x1F<>"{}|\\^`]')""",
    "term_unsafe_iri(v, base)": """CASE WHEN regexp_matches(v, '^[A-Za-z][A-Za-z0-9+.-]*:')
        THEN '<' || v || '>' ELSE '<' || base || v || '>' END""",
    # the label of a blank node: different values, different labels
    "term_label(v)": """CASE WHEN regexp_full_match(v, '[A-Za-z0-9]+') THEN 'v' || v
        ELSE 'x' || hex(encode(v)) END""",
    "term_is_language_tag(v)": f"regexp_full_match(v, '{LANGUAGE_TAG}')",
    # canonical xsd:double of the shortest decimal form DuckDB knows: 80.25 is 8.025E1
    "term_double(x)": """CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) AND x > 0 THEN 'INF'
        WHEN isinf(x) THEN '-INF' WHEN x = 0 THEN '0.0E0'
        ELSE CASE WHEN x < 0 THEN '-' ELSE '' END
            || term_scientific(CAST(abs(x) AS VARCHAR)) END""",
    "term_scientific(s)": r"""term_mantissa(
            rtrim(ltrim(replace(regexp_replace(s, 'e.*$', ''), '.', ''), '0'), '0'))
        || 'E' || (coalesce(try_cast(regexp_extract(s, 'e([+-]?[0-9]+)$', 1) AS INTEGER), 0)
            + CASE WHEN starts_with(s, '0.')
                THEN -1 - length(regexp_extract(s, '^0\.(0*)', 1))
                ELSE length(regexp_extract(s, '^[0-9]+', 0)) - 1 END)""",
    "term_mantissa(d)": """left(d, 1) || '.'
        || CASE WHEN length(d) > 1 THEN substr(d, 2) ELSE '0' END""",
    "term_decimal(x)": r"""CASE WHEN contains(CAST(x AS VARCHAR), '.')
        THEN regexp_replace(rtrim(CAST(x AS VARCHAR), '0'), '\.$', '.0')
        ELSE CAST(x AS VARCHAR) || '.0' END""",
    # JSON: null is nothing; numbers have their natural form; arrays and objects are no values
    "term_json_text(j)": r"""CASE json_type(j) WHEN 'NULL' THEN NULL WHEN 'ARRAY' THEN NULL
        WHEN 'OBJECT' THEN NULL WHEN 'DOUBLE' THEN
            CASE WHEN regexp_full_match(CAST(j AS VARCHAR), '-?[0-9]+') THEN CAST(j AS VARCHAR)
            ELSE term_double(CAST(j AS DOUBLE)) END
        ELSE j ->> '$' END""",
    "term_json_literal(j)": rf"""CASE json_type(j) WHEN 'NULL' THEN NULL WHEN 'ARRAY' THEN NULL
        WHEN 'OBJECT' THEN NULL WHEN 'VARCHAR' THEN '"' || term_escaped(j ->> '$') || '"'
        WHEN 'BOOLEAN' THEN '"' || (j ->> '$') || '"^^<{XSD}boolean>'
        WHEN 'DOUBLE' THEN '"' || term_json_text(j) || CASE
            WHEN regexp_full_match(CAST(j AS VARCHAR), '-?[0-9]+') THEN '"^^<{XSD}integer>'
            ELSE '"^^<{XSD}double>' END
        ELSE '"' || (j ->> '$') || '"^^<{XSD}integer>' END""",
}


# what a profile of the rows asks: whether a value needs more than being copied
_QUESTIONS: Final = {
    "term_needs_escapes(v)": r"""regexp_matches(v, '[\x00-\x1F"\\\x7F]')""",
    "term_is_reserved(v)": f"NOT regexp_full_match(v, '[{_PLAIN}]*')",
    "term_is_no_label(v)": "NOT regexp_full_match(v, '[A-Za-z0-9]+')",
    "term_is_no_iri(v)": "NOT term_is_iri(v)",
}


def prepare(connection: Connection) -> None:
    """Make the primitives known to the connection; doing it again changes nothing."""
    # to look whether they are there takes as long, and may not fail: there may be a transaction
    for head, body in (primitives() | _QUESTIONS).items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")


def primitives() -> dict[str, str]:
    """The bodies of all primitives by their heads, in DuckDB's SQL; a called one comes first."""
    macros = dict(_MACROS)
    for name, datatype in DATATYPES.items():
        macros[f"term_is_{name}(v)"] = f"CASE WHEN v IS NOT NULL THEN {datatype.condition} END"
    cases = " ".join(f"WHEN '{XSD}{name}' THEN term_is_{name}(v)" for name in DATATYPES)
    macros["term_in_datatype(v, d)"] = f"CASE d {cases} ELSE true END"
    # the same where v is long: a macro writes it down a hundred times, the lambda once
    macros["term_made_in_datatype(v, d)"] = (
        "list_transform([{'v': v, 'd': d}], lambda made: term_in_datatype(made.v, made.d))[1]"
    )
    ordered = sorted(macros, key=lambda head: _depth(head, macros))
    return {head: macros[head] for head in ordered}


def _depth(head: str, macros: dict[str, str]) -> int:
    own = head.partition("(")[0]
    called = [
        other
        for other in macros
        if (name := other.partition("(")[0]) != own and f"{name}(" in macros[head]
    ]
    return 1 + max((_depth(other, macros) for other in called), default=0)
