"""The graph → the start page: what this is, map, clusters as cards, search, ways for programmes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.service.pages import described, locale, maps
from clusterkg.service.pages.about import source_datasets
from clusterkg.service.pages.facts import Facts
from clusterkg.service.pages.kinds import CONDITIONS, kind_of
from clusterkg.service.pages.labels import Label, plain
from clusterkg.service.pages.rendering import render
from clusterkg.service.pages.survey import Summary, Survey, survey

if TYPE_CHECKING:
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading

__all__ = ["start_page"]


@dataclass(frozen=True)
class Group:
    """Some clusters under one heading."""

    title: Label
    text: str
    link: str | None
    summaries: tuple[Summary, ...]


def start_page(reader: Reader, reading: Reading) -> str:
    """The start page."""
    language = reader.language
    organisations = reading.facts("organisations")
    everything = survey(reading, language)
    things = {
        iri: (
            organisations.name(iri, language).text,
            kind_of(organisations.things(iri, "rdf:type")),
        )
        for iri in organisations.subjects()
    }
    map_ = maps.draw_map(reading, reader, things)
    sources = source_datasets(reader, reading)
    clusters = everything.of("Cluster")
    regions = {iri for summary in everything.summaries for iri, _ in summary.regions}
    title = reader.site.settings.title
    return render(
        "start.html",
        reader,
        title=title.get(language) or next(iter(title.values()), reader.text("nav.start")),
        numbers=[
            (path, key, count)
            for path, key, count in (
                ("clusters", "clusters", len(clusters)),
                ("organisations", "organisations", len(things)),
                ("clusters", "regions", len(regions)),
                ("data", "sources", len(sources)),
            )
            if count
        ],
        map=map_,
        kinds=maps.kinds_on(map_),
        groups=_groups(everything, reader, reading),
        conditions=CONDITIONS,
    )


def _groups(everything: Survey, reader: Reader, reading: Reading) -> list[Group]:
    """Designated clusters first, act by act, then the other clusters, then what is around them."""
    groups = []
    seen: set[str] = set()
    acts = reading.facts("designations")
    order = sorted(
        acts.subjects("clk:ClusterDesignation"),
        key=lambda act: (described.dates(acts, act) or ["9999"], act),
    )
    bodies = Facts(reading.names(b for act in order for b in acts.things(act, "clk:designatedBy")))
    for act in order:
        among = [s for s in everything.summaries if s.iri in acts.things(act, "clk:designates")]
        fresh = tuple(summary for summary in among if summary.iri not in seen)
        if fresh:
            seen |= {summary.iri for summary in fresh}
            text = _act_text(act, acts, bodies, reader)
            groups.append(Group(acts.name(act, reader.language), text, act, fresh))
    rest = tuple(s for s in everything.of("Cluster") if s.iri not in seen)
    around = tuple(
        s
        for s in everything.of("UmbrellaOrganisation", "ClusterProgramme", "Site")
        if s.iri not in seen
    )
    for key, summaries in (("others", rest), ("around", around)):
        if summaries:
            title = plain(reader.text(f"start.{key}"))
            groups.append(Group(title, reader.text(f"start.{key}_text"), None, summaries))
    return groups


def _act_text(act: str, acts: Facts, bodies: Facts, reader: Reader) -> str:
    names = [
        bodies.name(body, reader.language).text for body in acts.things(act, "clk:designatedBy")
    ]
    when = ", ".join(locale.date(date, reader.language) for date in described.dates(acts, act))
    key = "start.designated_by_on" if when else "start.designated_by"
    return reader.text(key, who=", ".join(names), when=when) if names else ""
