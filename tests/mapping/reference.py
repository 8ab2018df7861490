"""A second mapping engine, small and slow, to hold the first one against.

It starts from the same frozen values as the engine and shares nothing else with it. A triples map
is evaluated row by row as R2RML (sections 6 to 11) and RML core say it, terms are objects of
pyoxigraph, and what cannot become a term is an ``Offender``.

Where the specifications leave a choice, the engine's documented one is taken: a value that may
not be a term leaves out its triple; an ``http`` address needs a host (RFC 9110, 4.2.1); the
primary language subtag has two or three letters.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from clusterkg.mapping import triples_map as tm
from clusterkg.mapping.template import Variable

from .reference_lexical import is_in_lexical_space

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
DEFAULT_GRAPHS = ("http://www.w3.org/ns/r2rml#defaultGraph", "http://w3id.org/rml/defaultGraph")


@dataclass(frozen=True)
class Number:
    """A number of JSON as it is written."""

    text: str


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file, whose header is row 1; None stands for an empty cell."""

    rows: tuple[Mapping[str, str | None], ...]


@dataclass(frozen=True)
class Document:
    """A JSON document, its numbers as ``Number``."""

    value: Any


@dataclass(frozen=True)
class Offender:
    """A value that may not be a term; ``columns`` are those it comes from."""

    rule: str
    file: str
    row: int
    columns: frozenset[str]
    value: str


@dataclass
class Made:
    """What a mapping makes."""

    quads: set[ox.Quad] = field(default_factory=set)
    offenders: set[Offender] = field(default_factory=set)


def map_tables(mapping: tm.Mapping, files: Mapping[str, Table | Document]) -> Made:
    """The quads of a mapping over ``files``, and what could not become a term."""
    made = Made()
    for triples_map in mapping.triples_maps:
        _map(triples_map, mapping, files, made)
    return made


@dataclass(frozen=True)
class Row:
    """One iteration: where it stands, and the values of a reference in it."""

    file: str
    number: int
    values: Callable[[str], list[Any]]
    typed: bool
    base: str
    triples_map: str


def _rows(
    triples_map: tm.TriplesMap, mapping: tm.Mapping, files: Mapping[str, Table | Document]
) -> list[Row]:
    source = triples_map.source
    assert isinstance(source, tm.LogicalFile)
    data = files[source.path]
    base = triples_map.base_iri or mapping.base_iri
    if isinstance(data, Table):
        # RML-IO: a described source has the nulls it states, else the empty cell is one
        nulls = ("",) if source.nulls is None else source.nulls

        def cell(row: Mapping[str, str | None], name: str) -> list[str | None]:
            text = row[name] or ""
            return [None if text in nulls else text]

        return [
            Row(source.path, n, partial(cell, row), False, base, triples_map.name)
            for n, row in enumerate(data.rows, start=2)
        ]
    records = list(steps(data.value, source.iterator or "$"))
    return [
        Row(
            source.path,
            n,
            lambda path, record=record: list(steps(record, path)),
            source.typed,
            base,
            triples_map.name,
        )
        for n, record in enumerate(records, start=1)
    ]


def _map(
    triples_map: tm.TriplesMap,
    mapping: tm.Mapping,
    files: Mapping[str, Table | Document],
    made: Made,
) -> None:
    for row in _rows(triples_map, mapping, files):
        subjects = _terms(triples_map.subject, row, made)
        own = [_terms(graph, row, made) for graph in triples_map.graphs]
        pairs: list[tuple[list[Any], list[Any], list[list[Any]]]] = [
            ([RDF_TYPE], [ox.NamedNode(iri) for iri in triples_map.classes], own)
        ]
        for pair in triples_map.predicate_objects:
            graphs = own + [_terms(graph, row, made) for graph in pair.graphs]
            predicates = [t for term in pair.predicates for t in _terms(term, row, made)]
            objects: list[Any] = []
            for target in pair.objects:
                if isinstance(target, tm.TermMap):
                    objects += _terms(target, row, made)
                else:
                    objects += _referred(target, row, mapping, files)
            pairs.append((predicates, objects, graphs))
        for predicates, objects, graphs in pairs:
            # R2RML 11.1: without any graph map the default graph, else the generated graphs
            targets = [g for terms in graphs for g in terms] if graphs else [ox.DefaultGraph()]
            for s, p, o, g in itertools.product(subjects, predicates, objects, targets):
                graph = ox.DefaultGraph() if getattr(g, "value", "") in DEFAULT_GRAPHS else g
                made.quads.add(ox.Quad(s, p, o, graph))


def _referred(
    target: tm.RefObjectMap,
    row: Row,
    mapping: tm.Mapping,
    files: Mapping[str, Table | Document],
) -> list[Any]:
    """The subjects of the parent (R2RML, section 8). What is wrong is told by the parent."""
    parent = mapping.triples_map(target.parent)
    found: list[Any] = []
    for other in _rows(parent, mapping, files):
        if target.joins:
            joined = all(
                set(_texts(join.child, row)) & set(_texts(join.parent, other))
                for join in target.joins
            )
        else:
            joined = other.number == row.number  # the same rows: the logical sources are equal
        if joined:
            found += _terms(parent.subject, other, Made())
    return found


# -- values ------------------------------------------------------------------------------------

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\*\]|\['([^']*)'\]")


def steps(value: Any, path: str) -> Iterator[Any]:
    """What a path of names, ``[0]`` and ``[*]`` finds."""
    found = [value]
    for match in _STEP.finditer(path.removeprefix("$").removeprefix(".")):
        name = match[1] if match[1] is not None else match[3]
        if name is not None:
            found = [v[name] for v in found if isinstance(v, dict) and name in v]
        elif match[2] is not None:
            index = int(match[2])
            found = [v[index] for v in found if isinstance(v, list) and index < len(v)]
        else:
            found = [item for v in found if isinstance(v, list) for item in v]
    yield from found


def _text(value: Any) -> str | None:
    """The natural lexical form (R2RML 10.2; for JSON that of RML's JSON binding)."""
    if value is None or isinstance(value, (list, dict)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return str(int(value.text)) if _is_whole(value) else _double(value)  # canonical, -0 is 0
    return str(value)


def _is_whole(value: Number) -> bool:
    return re.fullmatch("-?[0-9]+", value.text) is not None


def _double(value: Number) -> str:
    """The canonical xsd:double (XML Schema 1.1 part 2, 3.3.5.2) of the nearest double."""
    number = float(value.text)
    if number == 0:
        return "0.0E0"  # as for columns of type DOUBLE, zero has no sign
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)
    mantissa = "".join(map(str, digits))
    point = f"{mantissa[0]}.{mantissa[1:] or '0'}"
    return f"{'-' if sign else ''}{point}E{exponent + len(mantissa) - 1}"


def _texts(term: tm.TermMap, row: Row) -> list[str]:
    """The texts that a side of a join compares."""
    return [
        text
        for values in _assignments(term, row, Made())
        if (text := _filled(term.expression, values, lambda part: part)) is not None
    ]


def _assignments(term: tm.TermMap, row: Row, made: Made) -> Iterator[dict[str, Any]]:
    """The values of all references of a term map, in every combination."""
    names = list(dict.fromkeys(tm.references(term)))
    for combination in itertools.product(*(row.values(name) for name in names)):
        values = dict(zip(names, combination, strict=True))
        for name, value in values.items():
            if isinstance(value, (list, dict)):
                made.offenders.add(
                    Offender("not-a-single-value", row.file, row.number, frozenset([name]), "")
                )
        yield values


def _filled(expression: Any, values: dict[str, Any], encode: Callable[[str], str]) -> str | None:
    """The text of an expression; None if a value in it is missing."""
    if isinstance(expression, tm.Constant):
        return expression.value
    if isinstance(expression, tm.Reference):
        return _text(values[expression.name])
    parts = []
    for part in expression.parts:
        if isinstance(part, Variable):
            text = _text(values[part.name])
            if text is None:
                return None
            parts.append(encode(text))
        else:
            parts.append(part)
    return "".join(parts)


# -- terms -------------------------------------------------------------------------------------


def _terms(term: tm.TermMap, row: Row, made: Made) -> list[Any]:
    """The terms that a term map generates for a row."""
    if isinstance(term.expression, tm.FreshNode):
        return [ox.BlankNode(f"row{row.number}of{row.triples_map.encode().hex()}")]
    found = []
    for values in _assignments(term, row, made):

        def offends(rule: str, part: tm.TermMap, value: str) -> None:
            columns = frozenset(tm.references(term) if part is term else tm.references(part))
            made.offenders.add(Offender(rule, row.file, row.number, columns, value))

        if term.term_type is tm.TermType.LITERAL:
            found.append(_literal(term, values, row, offends))
        elif term.term_type is tm.TermType.BLANK_NODE:
            text = _filled(term.expression, values, lambda part: part)
            found.append(None if text is None else ox.BlankNode(f"v{text.encode().hex()}"))
        else:
            iri = _iri(term, values, row, offends)
            found.append(None if iri is None else ox.NamedNode(iri))
    return [one for one in found if one is not None]


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
    text = _filled(term.expression, values, encode)
    if text is None:
        return None
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
    text = _filled(term.expression, values, lambda part: part)
    if term.language is not None:
        tag = _filled(term.language.expression, values, lambda part: part)
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
        return ox.Literal(text, datatype=ox.NamedNode(iri))
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
            datatype = f"{XSD}{'integer' if _is_whole(value) else 'double'}"
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
