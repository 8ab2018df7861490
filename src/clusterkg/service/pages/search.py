"""Words → clusters, organisations, regions and fields with such a name, diacritics or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.service.pages import locale
from clusterkg.service.pages.kinds import kind_of
from clusterkg.service.pages.rendering import render
from clusterkg.service.pages.survey import survey

if TYPE_CHECKING:
    from clusterkg.service.pages.facts import Facts
    from clusterkg.service.pages.labels import Label
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading

__all__ = ["search_page"]

_MOST: Final = 40
_LONGEST: Final = 200
_NAMES: Final = ("skos:prefLabel", "skos:altLabel", "rov:legalName", "skos:notation")


@dataclass(frozen=True)
class Hit:
    """Something found; ``matched`` is the other name that was meant, if not the one shown."""

    iri: str
    name: Label
    matched: str
    rank: int
    kind: str = ""
    fingerprint: object = None


def search_page(reader: Reader, reading: Reading) -> str:
    """The page of results for ``?q=``; without words only the form."""
    asked = " ".join(reader.request.parameter("q").split())[:_LONGEST]
    groups: list[tuple[str, list[Hit], int]] = []
    if asked:
        for key, hits in _found(asked, reader, reading):
            hits.sort(key=lambda hit: (hit.rank, locale.order(hit.name.text), hit.iri))
            if hits:
                groups.append((key, hits[:_MOST], len(hits)))
    return render(
        "search.html",
        reader,
        title=reader.text("search.title"),
        words_asked=asked,
        groups=groups,
        found=sum(total for _, _, total in groups),
    )


def _found(asked: str, reader: Reader, reading: Reading) -> list[tuple[str, list[Hit]]]:
    words = locale.fold(asked).split()
    everything = survey(reading, reader.language)
    prints = {summary.iri: summary.fingerprint for summary in everything.summaries}
    clusters = [
        Hit(hit.iri, hit.name, hit.matched, hit.rank, fingerprint=prints.get(hit.iri))
        for hit in _hits(words, everything.facts, reader, only=list(prints))
    ]
    organisations = reading.facts("organisations")
    actors = [
        Hit(h.iri, h.name, h.matched, h.rank, kind_of(organisations.things(h.iri, "rdf:type")))
        for h in _hits(words, organisations, reader)
        if h.iri not in prints
    ]
    regions = _hits(words, reading.facts("regions"), reader)
    fields = _hits(words, reading.facts("fields"), reader)
    return [
        ("clusters", clusters),
        ("organisations", actors),
        ("fields", fields),
        ("regions", regions),
    ]


def _hits(
    words: list[str], facts: Facts, reader: Reader, *, only: list[str] | None = None
) -> list[Hit]:
    hits = []
    for iri in facts.subjects() if only is None else only:
        shown = facts.name(iri, reader.language)
        ranks = [
            (rank, text != shown.text, text)
            for name in _NAMES
            for text in facts.texts(iri, name)
            if (rank := _rank(words, text)) is not None
        ]
        if ranks:
            rank, other, text = min(ranks)
            hits.append(Hit(iri, shown, text if other else "", rank))
    return hits


def _rank(words: list[str], text: str) -> int | None:
    """0: begins so; 1: each word begins a word; 2: somewhere inside; None: not there."""
    folded = locale.searchable(text)
    if not all(word in folded for word in words):
        return None
    if folded.startswith(" ".join(words)):
        return 0
    parts = folded.replace("-", " ").replace("/", " ").replace("(", " ").split()
    return 1 if all(any(part.startswith(word) for part in parts) for word in words) else 2
