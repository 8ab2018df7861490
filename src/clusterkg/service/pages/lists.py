"""Lists to compare and to browse: all clusters, all organisations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.service.pages import locale
from clusterkg.service.pages.kinds import KINDS, OTHER, kind_of
from clusterkg.service.pages.paging import page_of
from clusterkg.service.pages.rendering import render
from clusterkg.service.pages.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.service.pages.labels import Label
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading
    from clusterkg.service.pages.survey import Summary

__all__ = ["clusters_page", "organisations_page"]

_PER_PAGE: Final = 100


@dataclass(frozen=True)
class Row:
    """One organisation in the list."""

    iri: str
    name: Label
    kind: str
    place: str
    clusters: int


def clusters_page(reader: Reader, reading: Reading) -> str:
    """All clusters in one table, sorted as the URL says."""
    summaries = list(survey(reading, reader.language).summaries)
    order: dict[str, Callable[[Summary], object]] = {
        "name": lambda s: locale.order(s.name.text),
        "type": lambda s: [label.text for _, label in s.words] or [reader.text(f"types.{s.type}")],
        "field": lambda s: [locale.order(label.text) for _, label in s.fields],
        "region": lambda s: [locale.order(label.text) for _, label in s.regions],
        "actors": lambda s: s.actors,
        "fingerprint": lambda s: s.fingerprint.met if s.fingerprint else -1,
    }
    sort, descending = _sorting(reader, tuple(order), "name")
    summaries.sort(key=order[sort], reverse=descending)  # type: ignore[arg-type]
    return render(
        "clusters.html",
        reader,
        title=reader.text("nav.clusters"),
        summaries=summaries,
        columns=tuple(order),
        sort=sort,
        descending=descending,
    )


def organisations_page(reader: Reader, reading: Reading) -> str:
    """All organisations, perhaps of one kind or region, a hundred a page."""
    rows = _rows(reader, reading)
    region = _region(reader, reading)
    if region is not None:
        inside = {
            row["organisation"].value for row in reading.rows("places-in-region", region=region.iri)
        }
        rows = [row for row in rows if row.iri in inside]
    total = len(rows)
    tally = [(k, sum(row.kind == k for row in rows)) for k in (*KINDS, OTHER)]
    kind = reader.request.parameter("kind")
    kind = kind if kind in (*KINDS, OTHER) else ""
    order: dict[str, Callable[[Row], object]] = {
        "name": lambda r: locale.order(r.name.text),
        "kind": lambda r: (*KINDS, OTHER).index(r.kind),
        "place": lambda r: (not r.place, locale.order(r.place)),
        "clusters": lambda r: r.clusters,
    }
    sort, descending = _sorting(reader, tuple(order), "name")
    chosen = [row for row in rows if not kind or row.kind == kind]
    chosen.sort(key=order[sort], reverse=descending)  # type: ignore[arg-type]
    shown, page = page_of(chosen, reader.request.parameter("page"), size=_PER_PAGE)
    return render(
        "organisations.html",
        reader,
        title=reader.text("nav.organisations"),
        rows=shown,
        page=page,
        total=total,
        tally=[(name, count) for name, count in tally if count],
        kind=kind,
        region=region,
        columns=tuple(order),
        sort=sort,
        descending=descending,
    )


def _rows(reader: Reader, reading: Reading) -> list[Row]:
    facts = reading.facts("organisations")
    towns: dict[str, set[str]] = defaultdict(set)
    for row in reading.rows("organisation-places"):
        towns[row["organisation"].value].add(row["town"].value)
    clusters: dict[str, set[str]] = defaultdict(set)
    for row in reading.rows("cluster-actors"):
        clusters[row["actor"].value].add(row["cluster"].value)
    rows = [
        Row(
            iri,
            facts.name(iri, reader.language),
            kind_of(facts.things(iri, "rdf:type")),
            ", ".join(sorted(towns.get(iri, ()))),
            len(clusters.get(iri, ())),
        )
        for iri in facts.subjects()
    ]
    return sorted(rows, key=lambda row: (locale.order(row.name.text), row.iri))


@dataclass(frozen=True)
class Region:
    """The region that a list is narrowed to."""

    iri: str
    label: Label


def _region(reader: Reader, reading: Reading) -> Region | None:
    iri = reader.request.parameter("region")
    if not reader.is_local(iri):
        return None
    regions = reading.facts("regions")
    return Region(iri, regions.name(iri, reader.language)) if iri in regions else None


def _sorting(reader: Reader, known: tuple[str, ...], default: str) -> tuple[str, bool]:
    """The column to sort by and whether downwards: ``-actors``."""
    wanted = reader.request.parameter("sort", default)
    name = wanted.removeprefix("-")
    return (name, wanted.startswith("-")) if name in known else (default, False)
