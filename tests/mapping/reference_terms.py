"""Terms of a row in the reference: R2RML 7.3, 7.4, 7.6 and 10, RFC 3987, BCP 47."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from clusterkg.mapping import triples_map as tm

from .reference_lexical import is_in_lexical_space
from .reference_values import Made, Number, Offender, Row, assignments, filled, is_whole

XSD = "http://www.w3.org/2001/XMLSchema#"


def terms_of(term: tm.TermMap, row: Row, made: Made) -> list[Any]:
    """The terms that a term map generates for a row."""
    if isinstance(term.expression, tm.FreshNode):
        of = f"{row.triples_map.encode().hex()}n{term.expression.number}"
        return [ox.BlankNode(f"row{row.number}of{of}")]
    found = []
    for values in assignments(term, row, made):

        def offends(rule: str, part: tm.TermMap, value: str) -> None:
            columns = frozenset(tm.references(term) if part is term else tm.references(part))
            made.offenders.add(Offender(rule, row.file, row.number, columns, value))

        if term.term_type is tm.TermType.LITERAL:
            found.append(_literal(term, values, row, offends))
        elif term.term_type is tm.TermType.BLANK_NODE:
            text = filled(term.expression, values, lambda part: part)
            found.append(None if text is None else ox.BlankNode(f"v{text.encode().hex()}"))
        else:
            iri = _iri(term, values, row, offends)
            found.append(None if iri is None else named_node(iri))
    return [one for one in found if one is not None]


def named_node(iri: str) -> ox.NamedNode:
    """The node of an IRI that may be none."""
    parsed = ox.parse(f"<{iri}> <urn:p> <urn:o> .", ox.RdfFormat.N_TRIPLES, lenient=True)
    return next(iter(parsed)).subject  # type: ignore[return-value]


def _iri(
    term: tm.TermMap,
    values: dict[str, Any],
    row: Row,
    offends: Callable[[str, tm.TermMap, str], None],
) -> str | None:
    """R2RML 7.3: an absolute IRI as it is, else the base before it, else an error."""
    encode = {tm.TermType.IRI: iri_safe, tm.TermType.URI: uri_safe}.get(
        term.term_type, lambda part: part
    )
    text = filled(term.expression, values, encode)
    if text is None:
        return None
    if term.term_type in (tm.TermType.UNSAFE_IRI, tm.TermType.UNSAFE_URI):
        if any(c < " " or c in '<>"{}|\\^`' for c in text):
            offends("not-an-iri", term, text)
            return None
        return text if re.match("[A-Za-z][A-Za-z0-9+.-]*:", text) else row.base + text
    if is_iri(text):
        return text
    if not re.match("[A-Za-z][A-Za-z0-9+.-]*:", text) and is_iri(row.base + text):
        return row.base + text
    offends("not-an-iri", term, text)
    return None


def _literal(
    term: tm.TermMap,
    values: dict[str, Any],
    row: Row,
    offends: Callable[[str, tm.TermMap, str], None],
) -> ox.Literal | None:
    """R2RML 7.6 and 10: the language, the datatype given, or the natural one of the value."""
    text = filled(term.expression, values, lambda part: part)
    if term.language is not None:
        tag = filled(term.language.expression, values, lambda part: part)
        if tag is not None and not is_language(tag):
            offends("not-a-language", term.language, tag)
        elif text is not None and tag is not None:
            return ox.Literal(text, language=tag)
        return None
    if term.datatype is not None:
        constant = term.datatype.expression
        iri = (
            constant.value
            if isinstance(constant, tm.Constant)
            else _iri(term.datatype, values, row, offends)
        )
        if text is None or iri is None:
            return None
        if not is_in_lexical_space(iri, text):
            offends("not-in-datatype", term, text)
            return None
        return ox.Literal(text, datatype=named_node(iri))
    return None if text is None else _natural(term.expression, values, text, typed=row.typed)


def _natural(expression: Any, values: dict[str, Any], text: str, *, typed: bool) -> ox.Literal:
    """The literal of a term map without language and datatype."""
    datatype = f"{XSD}string"
    if isinstance(expression, tm.Constant):
        if expression.language:
            return ox.Literal(text, language=expression.language)
        datatype = expression.datatype or datatype
    elif isinstance(expression, tm.Reference) and typed:
        value = values[expression.name]
        if isinstance(value, bool):
            datatype = f"{XSD}boolean"
        elif isinstance(value, Number):
            datatype = f"{XSD}{'integer' if is_whole(value) else 'double'}"
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


# -- IRIs and language tags --------------------------------------------------------------------

# RFC 3987, section 2.2, with the code points as they stand there
_UCSCHAR = [
    (0xA0, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFEF),
    *((plane << 16, (plane << 16) + 0xFFFD) for plane in range(1, 14)),
    (0xE1000, 0xEFFFD),
]
_IPRIVATE = [(0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)]
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SUB_DELIMS = frozenset("!$&'()*+,;=")


def _is_in(character: str, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


def iri_safe(text: str) -> str:
    """R2RML 7.3: everything but iunreserved percent-encoded."""
    return "".join(
        c if c in _UNRESERVED or _is_in(c, _UCSCHAR) else quote(c, safe="") for c in text
    )


def uri_safe(text: str) -> str:
    """The same with the unreserved characters of RFC 3986."""
    return "".join(c if c in _UNRESERVED else quote(c, safe="") for c in text)


_IRI = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):"
    r"(//(?P<authority>[^/?#]*))?(?P<path>[^?#]*)(\?(?P<query>[^#]*))?(#(?P<fragment>.*))?",
    re.DOTALL,
)
_AUTHORITY = re.compile(r"((?P<user>[^@]*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:@\[\]]*)(:[0-9]*)?")


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI (RFC 3987), with a host if it is one of the web."""
    match = _IRI.fullmatch(text)
    if not match:
        return False
    authority = match["authority"]
    if authority is not None:
        parts = _AUTHORITY.fullmatch(authority)
        if not parts or not _made_of(parts["user"] or "", ":"):
            return False
        host = parts["host"]
        if not host.startswith("[") and not _made_of(host, ""):
            return False
    if match["scheme"] in ("http", "https") and (
        authority is None or not _AUTHORITY.fullmatch(authority)["host"]  # type: ignore[index]
    ):
        return False
    return (
        _made_of(match["path"], ":@/")
        and _made_of(match["query"] or "", ":@/?", _IPRIVATE)
        and _made_of(match["fragment"] or "", ":@/?")
    )


def _made_of(text: str, further: str, private: Iterable[tuple[int, int]] = ()) -> bool:
    rest = re.sub("%[0-9A-Fa-f]{2}", "", text)
    return all(
        c in _UNRESERVED
        or c in _SUB_DELIMS
        or c in further
        or _is_in(c, _UCSCHAR)
        or _is_in(c, private)
        for c in rest
    )


def is_language(tag: str) -> bool:
    """BCP 47 as far as it is of use."""
    first, *others = tag.split("-")
    if not first.isascii() or not first.isalpha():
        return False
    if not all(part.isascii() and part.isalnum() and len(part) <= 8 for part in others):
        return False
    return len(first) in (2, 3) or (first in "ixIX" and bool(others))
