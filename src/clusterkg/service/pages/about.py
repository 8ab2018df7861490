"""About the data: sources, gaps, findings; about the release: its files and how to cite it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from clusterkg.service.pages import described, locale
from clusterkg.service.pages.facts import Facts, local_name
from clusterkg.service.pages.labels import Label, choose, plain
from clusterkg.service.pages.rendering import render
from clusterkg.service.pages.statements import groups

if TYPE_CHECKING:
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading

__all__ = ["data_page", "graph_page", "release_page", "source_datasets"]

_GAPS: Final = (
    "street",
    "point",
    "region",
    "identifier",
    "register",
    "legal-form",
    "homepage",
    "cluster",
)
_SEVERITIES: Final = ("Violation", "Warning", "Info")
_EXAMPLES: Final = 12


@dataclass(frozen=True)
class Source:
    """One source of the graph."""

    iri: str
    key: str
    title: Label
    description: Label | None
    publisher: Label | None
    licences: tuple[tuple[str, Label], ...]
    licence_notes: tuple[Label, ...]
    retrieved: str | None
    triples: int


@dataclass(frozen=True)
class Rule:
    """Everything that one rule found."""

    message: Label
    count: int
    examples: tuple[tuple[str, Label], ...]


@dataclass(frozen=True)
class File:
    """A file of the release."""

    path: str
    size: str
    checksum: str


def source_datasets(reader: Reader, reading: Reading) -> list[Source]:
    """The sources as the catalogue describes them, the largest first."""
    catalogue = reader.site.iri("graph/catalogue")
    facts = reading.facts("source-datasets", graph=catalogue)
    start = reader.site.iri("id/dataset/")
    sizes = _sizes(reader, reading)
    found = []
    for dataset in facts.subjects("dcat:Dataset"):
        graph = reader.site.iri(f"graph/{dataset.removeprefix(start)}")
        if dataset.startswith(start) and not facts.things(dataset, "dct:hasPart"):
            found.append(_source(dataset, graph, facts, sizes.get(graph, 0), reader))
    return sorted(found, key=lambda source: (-source.triples, source.key))


def _source(dataset: str, graph: str, facts: Facts, triples: int, reader: Reader) -> Source:
    language = reader.language
    creator = facts.thing(dataset, "dct:creator")
    notes = [
        label
        for distribution in facts.things(dataset, "dcat:distribution")
        for label in facts.labels(distribution, "dcatde:licenseAttributionByText", language)
    ]
    return Source(
        graph,
        local_name(graph),
        facts.name(dataset, language),
        facts.label(dataset, "dct:description", language),
        facts.name(creator, language) if creator else None,
        tuple(
            (licence, _licence_name(licence, reader))
            for licence in facts.things(dataset, "dct:license")
        ),
        tuple(dict.fromkeys(notes)),
        facts.text(dataset, "dct:issued"),
        triples,
    )


def _licence_name(licence: str, reader: Reader) -> Label:
    """``…/licenses/cc-by/4.0`` → ``CC BY 4.0``; unknown ones by the end of their IRI."""
    code = licence.partition("/licenses/")[2].strip("/")
    key = f"licences.{code}"
    return plain(reader.text(key) if reader.text.has(key) else code or licence)


def _sizes(reader: Reader, reading: Reading) -> dict[str, int]:
    """Statements per named graph: from the manifest, else counted."""
    counted = reader.site.release.manifest.get("graphs")
    if isinstance(counted, dict):
        return {str(graph).strip("<>"): int(count) for graph, count in counted.items()}
    return {row["graph"].value: int(row["triples"].value) for row in reading.rows("graph-sizes")}


def data_page(reader: Reader, reading: Reading) -> str:
    """About the data."""
    return render(
        "data.html",
        reader,
        title=reader.text("about.title"),
        sources=source_datasets(reader, reading),
        missing=_missing(reading),
        findings=_findings(reader, reading),
    )


def _missing(reading: Reading) -> list[tuple[str, int, int]]:
    """(gap, organisations without it, organisations)."""
    having: dict[str, set[str]] = defaultdict(set)
    for row in reading.rows("gaps"):
        having[row["has"].value].add(row["organisation"].value)
    total = len(reading.facts("organisations").subjects())
    return [(gap, total - len(having[gap]), total) for gap in _GAPS]


def _findings(reader: Reader, reading: Reading) -> list[tuple[str, list[Rule]]]:
    """Severity → rules, those with most findings first."""
    facts = reading.facts("findings", graph=reader.site.iri("graph/validation"))
    by_rule: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in facts.subjects():
        severity = local_name(facts.thing(result, "sh:resultSeverity") or "")
        rule = (
            facts.thing(result, "sh:sourceShape")
            or facts.text(result, "dct:identifier")
            or facts.thing(result, "sh:sourceConstraintComponent")
            or ""
        )
        by_rule[severity, rule].append(result)
    shown = {
        focus
        for results in by_rule.values()
        for result in results[:_EXAMPLES]
        for focus in facts.things(result, "sh:focusNode")
    }
    facts.add(reading.names(shown))
    found = []
    for severity in _SEVERITIES:
        rules = [
            _rule(results, facts, reader)
            for (worst, _), results in by_rule.items()
            if worst == severity
        ]
        if rules:
            found.append((severity, sorted(rules, key=lambda r: (-r.count, r.message.text))))
    return found


def _rule(results: list[str], facts: Facts, reader: Reader) -> Rule:
    language = reader.language
    messages = [m for r in results for m in facts.objects(r, "sh:resultMessage")]
    message = choose(messages, language) or plain(local_name(results[0]))
    examples: list[tuple[str, Label]] = []
    for result in results[:_EXAMPLES]:
        focus = facts.thing(result, "sh:focusNode")
        if focus:
            label = described.value_of(ox.NamedNode(focus), facts, reader).label
            examples.append((focus, label))
        elif place := facts.text(result, "dct:source"):
            own = facts.label(result, "sh:resultMessage", language)
            examples.append(("", plain(f"{place}: {own.text}" if own else place)))
    return Rule(message, len(results), tuple(examples))


def release_page(reader: Reader, reading: Reading) -> str:
    """The release: version, files, checksums."""
    manifest = reader.site.release.manifest
    files = manifest.get("files")
    return render(
        "release.html",
        reader,
        title=reader.text("release.title"),
        triples=sum(_sizes(reader, reading).values()),
        licence=_licence_name(reader.site.settings.licence, reader),
        files=_files(files, reader) if isinstance(files, dict) else [],
    )


def _files(files: dict[str, Any], reader: Reader) -> list[File]:
    found = []
    for name, stamp in sorted(files.items()):
        path = name if name.startswith("dumps/") else f"release/{name}"
        size = _size(int(stamp.get("bytes", 0)), reader)
        found.append(File(path, size, str(stamp.get("sha256", ""))))
    return found


def _size(count: int, reader: Reader) -> str:
    for unit, step in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= step:
            return f"{locale.decimal(count / step, reader.language)}\u00a0{unit}"
    return f"{count}\u00a0B"


def graph_page(reader: Reader, reading: Reading, iri: str) -> str | None:
    """A named graph: the source it holds, and how many things of which class."""
    contents = [
        (row["class"].value, int(row["things"].value))
        for row in reading.rows("graph-contents", graph=iri)
        if "class" in row
    ]
    if not contents:
        return None
    dataset = described.dataset_of(iri, reader)
    facts = reading.facts("resource", this=dataset)
    about = reading.facts("resource", this=iri)
    wanted = {iri, dataset, *(term for term, _ in contents)}
    for thing, known in ((dataset, facts), (iri, about)):
        for property_, term, graphs in known.statements(thing):
            wanted |= {property_, *graphs}
            if isinstance(term, ox.NamedNode):
                wanted.add(term.value)
    names = reading.names(wanted)
    facts.add(names)
    about.add(names)
    name = described.graph_names(reader, facts, [iri])[0][1]
    contents.sort(key=lambda pair: (-pair[1], pair[0]))
    return render(
        "graph.html",
        reader,
        title=name.text,
        name=name,
        description=facts.label(dataset, "dct:description", reader.language),
        contents=[
            (term, described.property_label(term, facts, reader), count) for term, count in contents
        ],
        triples=_sizes(reader, reading).get(iri, 0),
        groups=[
            group
            for thing, known in ((dataset, facts), (iri, about))
            for group in groups(thing, known, reader)
        ],
    )
