"""The graph → the start page: what this is, map, clusters as cards, search, ways for programmes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.service.pages import described, locale, maps
from clusterkg.service.pages.about import source_datasets
from clusterkg.service.pages.conditions import questions, thresholds
from clusterkg.service.pages.facts import Facts
from clusterkg.service.pages.kinds import kind_of
from clusterkg.service.pages.labels import Label, plain
from clusterkg.service.pages.rendering import render
from clusterkg.service.pages.survey import Summary, Survey, survey

if TYPE_CHECKING:
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading

__all__ = ["start_page"]


@dataclass(frozen=True)
class Group:
    """Some clusters under one heading, and what else there is to say of them."""

    title: Label
    text: str
    link: str | None
    summaries: tuple[Summary, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Note:
    """A designation of which the data name only one cluster, which stands among the others."""

    act: str
    name: Label
    who: str
    cluster: tuple[str, Label]


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
        questions=questions(thresholds(reading), reader.text),
    )


def _groups(everything: Survey, reader: Reader, reading: Reading) -> list[Group]:
    """Designated clusters first, act by act, then the other clusters, then what is around them.

    An act of which the data name only one cluster has no heading; a note tells of it.
    """
    groups = []
    notes = []
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
        if len(fresh) == 1:
            body = _bodies(act, acts, bodies, reader)
            name = acts.name(act, reader.language)
            notes.append(Note(act, name, body, (fresh[0].iri, fresh[0].name)))
        elif fresh:
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
            # where nothing stands above them these are not "more" clusters
            heading = "start.all" if key == "others" and not groups else f"start.{key}"
            title = plain(reader.text(heading))
            text = reader.text(f"start.{key}_text")
            said = tuple(notes) if key == "others" else ()
            groups.append(Group(title, text, None, summaries, said))
    return groups


def _act_text(act: str, acts: Facts, bodies: Facts, reader: Reader) -> str:
    who = _bodies(act, acts, bodies, reader)
    when = ", ".join(locale.date(date, reader.language) for date in described.dates(acts, act))
    key = "start.designated_by_on" if when else "start.designated_by"
    return reader.text(key, who=who, when=when) if who else ""


def _bodies(act: str, acts: Facts, bodies: Facts, reader: Reader) -> str:
    """Who designated."""
    named = described.named(bodies, acts.things(act, "clk:designatedBy"), reader.language)
    return ", ".join(label.text for _, label in named)
