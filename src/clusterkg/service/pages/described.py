"""Facts → the parts that pages have in common: places, events, figures, roles, sources, values."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from clusterkg.service.pages import locale
from clusterkg.service.pages.facts import curie, expand, readable
from clusterkg.service.pages.labels import Label, label_of, plain
from clusterkg.service.pages.svg import chart, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.service.pages.facts import Facts
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.texts import Texts

__all__ = [
    "Address",
    "Event",
    "Figure",
    "Indicator",
    "Value",
    "addresses",
    "dataset_of",
    "dates",
    "documents",
    "events",
    "graph_names",
    "indicators",
    "named",
    "property_label",
    "value_of",
]

_DATES: Final = (
    "dct:date",
    "prov:startedAtTime",
    "prov:atTime",
    "prov:endedAtTime",
    "schema:startDate",
    "schema:endDate",
    "dct:issued",
)
_DERIVED: Final = ("prov:wasDerivedFrom", "clk:statedIn")
_XSD: Final = expand("xsd:")
_NUMBER: Final = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
_WHOLE: Final = frozenset(_XSD + name for name in ("integer", "nonNegativeInteger", "int", "long"))
_BROKEN: Final = frozenset(_XSD + name for name in ("decimal", "double", "float"))
_DATED: Final = frozenset(_XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))


@dataclass(frozen=True)
class Value:
    """An object of a statement: a thing with its name, or a text."""

    label: Label
    iri: str | None = None
    described: bool = False
    """Whether this graph says something about the thing."""


@dataclass(frozen=True)
class Address:
    """An address as lines, and how exact the point of the site is."""

    lines: tuple[str, ...]
    precision: Label | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened, on the day that a source names."""

    iri: str
    kind: Label
    date: str | None
    before: Label | None
    after: Label | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One value of one source for one period."""

    iri: str
    period: Label
    time: str
    value: Decimal
    text: str
    qualifier: Label | None
    sources: tuple[str, ...]
    share: float = 0.0
    series: int = 0
    first: bool = True
    """Whether it is the first row of its period."""


@dataclass(frozen=True)
class Indicator:
    """All values of one measure for one entity."""

    measure: str
    label: Label
    rows: tuple[Figure, ...]
    chart: chart.Chart | None
    contradicts: bool
    """True if sources state different values for the same period."""


def named(facts: Facts, things: Iterable[str], language: str) -> tuple[tuple[str, Label], ...]:
    """(IRI, name) of things, sorted by name."""
    pairs = [(thing, facts.name(thing, language)) for thing in things]
    return tuple(sorted(pairs, key=lambda pair: (locale.order(pair[1].text), pair[0])))


def graph_names(reader: Reader, facts: Facts, graphs: Iterable[str]) -> list[tuple[str, Label]]:
    """(IRI, title) of named graphs, as sources are known to people."""
    pairs = []
    for graph in graphs:
        key = f"graphs.{graph.rpartition('/')[2]}"
        if reader.text.has(key):
            label = plain(reader.text(key))
        else:
            label = facts.name(graph, reader.language)
            if label.text == readable(graph):
                label = facts.name(dataset_of(graph, reader), reader.language)
        pairs.append((graph, label))
    return sorted(pairs, key=lambda pair: (locale.order(pair[1].text), pair[0]))


def dataset_of(graph: str, reader: Reader) -> str:
    """The data set of the catalogue that a named graph holds: both have the source's key."""
    return reader.site.iri(f"id/dataset/{graph.rpartition('/')[2]}")


def documents(facts: Facts, things: Iterable[str]) -> list[str]:
    """Every page or file that statements about these things were read in."""
    found = {
        source for thing in things for name in _DERIVED for source in facts.things(thing, name)
    }
    return sorted(found, key=lambda iri: re.sub(r"^https?://(www\.)?", "", iri))


def addresses(facts: Facts, owner: str, language: str) -> list[Address]:
    """The addresses of an organisation's seats, or of a site itself."""
    found = []
    sites = facts.things(owner, "org:hasPrimarySite") or [owner]
    for site in sites:
        for address in facts.things(site, "org:siteAddress"):
            lines = _address_lines(facts, address)
            if lines:
                precise = facts.thing(site, "clk:geoPrecision")
                name = facts.name(precise, language) if precise else None
                found.append(Address(lines, name))
    return found


def _address_lines(facts: Facts, address: str) -> tuple[str, ...]:
    street = facts.text(address, "locn:thoroughfare")
    number = facts.text(address, "locn:locatorDesignator")
    town = " ".join(
        part for name in ("locn:postCode", "locn:postName") if (part := facts.text(address, name))
    )
    if street and number:
        street = f"{street} {number}"
    lines = tuple(line for line in (street, town) if line)
    if lines:
        return lines
    whole = facts.text(address, "locn:fullAddress")
    return (whole,) if whole else ()


def dates(facts: Facts, thing: str) -> list[str]:
    """The dates of an event or act, earliest first; a period counts by its own name."""
    found = [text for name in _DATES for text in facts.texts(thing, name)]
    for name in ("clk:refPeriod", "dct:temporal", "time:hasTime"):
        found += [
            readable(period)
            for period in facts.things(thing, name)
            if timeline.year_of(readable(period).replace(" ", "-")) is not None
        ]
    return sorted(dict.fromkeys(text.replace(" ", "-") for text in found))


def events(facts: Facts, reader: Reader) -> tuple[list[Event], timeline.Timeline | None]:
    """All events among the facts, undated ones last, and their picture."""
    language = reader.language
    found = []
    for iri in facts.subjects("clk:Event"):
        kind = facts.thing(iri, "clk:eventKind")
        label = facts.name(kind, language) if kind else facts.name(iri, language)
        found.append(
            Event(
                iri,
                label,
                next(iter(dates(facts, iri)), None),
                facts.label(iri, "clk:fromState", language),
                facts.label(iri, "clk:toState", language),
                tuple(documents(facts, [iri])),
            )
        )
    found.sort(key=lambda event: (event.date is None, event.date or "", event.iri))
    return found, timeline.draw([event.date for event in found])


def indicators(facts: Facts, entity: str, reader: Reader) -> list[Indicator]:
    """The figures of ``entity`` by measure; every source's value, those of a period together."""
    by_measure: dict[str, list[Figure]] = defaultdict(list)
    for iri in facts.subjects("qb:Observation"):
        if entity not in facts.things(iri, "clk:refEntity"):
            continue
        measure = facts.thing(iri, "qb:measureType")
        if measure is None:
            continue
        for text in facts.texts(iri, curie(measure)):
            if (figure := _figure(facts, iri, measure, text, reader)) is not None:
                by_measure[measure].append(figure)
    found = [_indicator(measure, figures, facts, reader) for measure, figures in by_measure.items()]
    return sorted(found, key=lambda indicator: locale.order(indicator.label.text))


def _figure(facts: Facts, iri: str, measure: str, text: str, reader: Reader) -> Figure | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    period = facts.thing(iri, "clk:refPeriod")
    time = readable(period).replace(" ", "-") if period else ""
    if timeline.year_of(time) is None:
        label = facts.name(period, reader.language) if period else plain("")
        time = ""
    else:
        label = plain(locale.date(time, reader.language))
    qualifier = facts.thing(iri, "clk:valueQualifier")
    return Figure(
        iri,
        label,
        time,
        value,
        _amount(value, measure, reader),
        facts.name(qualifier, reader.language) if qualifier else None,
        tuple(documents(facts, [iri])),
    )


def _amount(value: Decimal, measure: str, reader: Reader) -> str:
    """A number with its unit; large sums of money in millions or thousands of millions."""
    key = f"units.{curie(measure)}"
    if not reader.text.has(key):
        return locale.decimal(value, reader.language)
    unit = reader.text(key)
    for size, name in ((Decimal(10**9), "units.billion"), (Decimal(10**6), "units.million")):
        if curie(measure) == "clk:turnover" and value >= size:
            shown = locale.decimal(value / size, reader.language, places=2)
            return f"{shown} {reader.text(name)} {unit}"
    return f"{locale.decimal(value, reader.language)} {unit}"


def _indicator(measure: str, figures: list[Figure], facts: Facts, reader: Reader) -> Indicator:
    figures.sort(key=lambda f: (f.time == "", f.time, f.value, f.sources, f.iri))
    places = sorted({_place(figure.sources) for figure in figures})
    highest = max(Decimal(1), *(figure.value for figure in figures))
    rows = []
    for index, figure in enumerate(figures):
        rows.append(
            Figure(
                figure.iri,
                figure.period,
                figure.time,
                figure.value,
                figure.text,
                figure.qualifier,
                figure.sources,
                float(figure.value / highest),
                places.index(_place(figure.sources)),
                index == 0 or figures[index - 1].time != figure.time,
            )
        )
    values: dict[str, set[Decimal]] = defaultdict(set)
    for figure in figures:
        if figure.time:
            values[figure.time].add(figure.value)
    drawn = chart.scatter(
        [
            (year, float(row.value), f"{row.period.text}: {row.text}", row.series)
            for row in rows
            if (year := timeline.year_of(row.time)) is not None
        ]
    )
    return Indicator(
        measure,
        property_label(measure, facts, reader),
        tuple(rows),
        drawn,
        any(len(stated) > 1 for stated in values.values()),
    )


def _place(sources: Sequence[str]) -> str:
    """The host of a figure's first source: figures of one publisher share a colour."""
    return sources[0].split("/")[2] if sources and sources[0].count("/") > 1 else ""


def property_label(iri: str, facts: Facts, reader: Reader) -> Label:
    """What a property is called: by the pages' texts, by the ontology, else by its IRI."""
    key = f"terms.{curie(iri)}"
    if reader.text.has(key):
        return plain(reader.text(key))
    return facts.name(iri, reader.language)


def value_of(term: object, facts: Facts, reader: Reader) -> Value:
    """An object as people read it: dates in words, numbers grouped, things by name."""
    if isinstance(term, ox.NamedNode):
        known = term.value in facts
        label = facts.name(term.value, reader.language) if known else None
        if label is None or label.text == readable(term.value):
            label = _iri_label(term.value, reader, label)
        return Value(label, term.value, known)
    if isinstance(term, ox.Literal):
        return Value(_literal(term, reader.language, reader.text))
    return Value(plain(str(term)))


def _iri_label(iri: str, reader: Reader, label: Label | None) -> Label:
    key = f"terms.{curie(iri)}"
    if reader.text.has(key):
        return plain(reader.text(key))
    if reader.is_local(iri):
        return label or plain(readable(iri))
    short = curie(iri)
    return plain(short if short != iri else re.sub(r"^https?://(www\.)?", "", iri))


def _literal(term: ox.Literal, language: str, text: Texts) -> Label:
    if term.language:
        return label_of(term, language)
    kind, value = term.datatype.value, term.value
    if kind in _WHOLE and value.lstrip("+-").isdigit():
        value = locale.integer(int(value), language)
    elif kind in _BROKEN and _NUMBER.match(value):
        value = locale.decimal(Decimal(value), language, places=6)
    elif kind in _DATED:
        value = locale.date(value, language)
    elif kind == f"{_XSD}boolean":
        value = text("common.yes") if value in ("true", "1") else text("common.no")
    return plain(value)
