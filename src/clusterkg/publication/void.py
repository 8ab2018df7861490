"""A release's content → VoID: what each graph holds, in numbers, and where it is to be had.

Every number was counted in the quads that are released. Partitions have IRIs, not blank nodes,
so that two releases can be compared line by line.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from clusterkg.namespaces import PREFIXES
from clusterkg.publication.content import CATALOGUE, ONTOLOGY_PART, VALIDATION
from clusterkg.publication.statements import Statements, iri, term, texts, typed

if TYPE_CHECKING:
    from clusterkg.graph.statistics import ClassCount, GraphStatistics, PropertyCount
    from clusterkg.publication.content import Content
    from clusterkg.publication.statements import Triple

__all__ = ["void_triples"]


def void_triples(content: Content) -> list[Triple]:
    """The data set of everything, its parts, and their class and property partitions."""
    said = Statements()
    names, settings = content.names, content.settings
    said.describe(
        names.at("void"),
        {
            "a": term("void:DatasetDescription"),
            "dct:title": texts(settings.title) or typed(settings.base_iri),
            "dct:modified": typed(content.version, "xsd:date"),
            "foaf:primaryTopic": iri(names.whole),
        },
    )
    datasets = [names.dataset(part.source.key) for part in content.published]
    said.describe(
        names.whole,
        {
            "a": term("void:Dataset"),
            "dct:title": texts(settings.title),
            "foaf:homepage": iri(settings.base_iri),
            "void:sparqlEndpoint": iri(names.endpoint),
            "void:dataDump": [iri(names.at(f.name)) for f in (content.nquads, content.turtle)],
            "void:uriSpace": typed(settings.base_iri),
            "void:vocabulary": _vocabularies(content.whole),
            "void:subset": [iri(name) for name in (*datasets, names.graph(ONTOLOGY_PART))],
        },
    )
    _counts(said, content, names.whole, "all", content.whole)
    _parts(said, content)
    _own_graphs(said, content)
    return said.triples


def _parts(said: Statements, content: Content) -> None:
    names = content.names
    for part in content.published:
        graph, dataset = names.graph(part.source.key), names.dataset(part.source.key)
        said.describe(
            dataset,
            {
                "a": term("void:Dataset"),
                "void:subset": iri(graph),
                "void:triples": typed(part.statistics.triples, "xsd:integer"),
            },
        )
        said.describe(
            graph,
            {
                "a": [term("void:Dataset"), term("sd:Graph")],
                "dct:title": texts(part.source.title),
                "dct:isPartOf": iri(dataset),
                "dct:license": iri(part.source.licence),
                "void:dataDump": iri(names.at(part.dump.name)) if part.dump else None,
            },
        )
        _counts(said, content, graph, part.source.key, part.statistics)


def _own_graphs(said: Statements, content: Content) -> None:
    """The graphs that are no source's: the ontology, and what is said about the release."""
    names = content.names
    titles = {
        ONTOLOGY_PART: {"de": "Ontologie", "en": "Ontology", "ru": "Онтология"},
        CATALOGUE: {
            "de": "Beschreibung der Daten",
            "en": "Description of the data",
            "ru": "Описание данных",
        },
        VALIDATION: {"de": "Prüfbericht", "en": "Validation report", "ru": "Отчёт о проверке"},
    }
    for name, title in titles.items():
        said.describe(
            names.graph(name),
            {"a": [term("void:Dataset"), term("sd:Graph")], "dct:title": texts(title)},
        )
    ontology = names.graph(ONTOLOGY_PART)
    said.say(ontology, "dct:isPartOf", iri(names.whole))
    said.say(ontology, "void:dataDump", iri(names.at(content.ontology_dump.name)))
    _counts(said, content, ontology, ONTOLOGY_PART, content.ontology)


def _counts(
    said: Statements, content: Content, node: str, name: str, counted: GraphStatistics
) -> None:
    said.describe(
        node,
        {
            "void:triples": typed(counted.triples, "xsd:integer"),
            "void:distinctSubjects": typed(counted.subjects, "xsd:integer"),
            "void:distinctObjects": typed(counted.objects, "xsd:integer"),
            "void:classes": typed(len(counted.classes), "xsd:integer"),
            "void:properties": typed(len(counted.properties), "xsd:integer"),
        },
    )
    start = content.names.at(f"void#{name}")
    for prop in counted.properties:
        said.say(node, "void:propertyPartition", iri(_property(said, start, prop)))
    for cls in counted.classes:
        inside = node == content.names.whole
        said.say(node, "void:classPartition", iri(_class(said, start, cls, inside=inside)))


def _class(said: Statements, start: str, cls: ClassCount, *, inside: bool) -> str:
    """``inside``: also say which properties its members have."""
    node = f"{start}-{_mark(cls.cls)}"
    said.describe(
        node,
        {
            "a": term("void:Dataset"),
            "void:class": iri(cls.cls),
            "void:entities": typed(cls.entities, "xsd:integer"),
            "void:triples": typed(cls.triples, "xsd:integer"),
            "void:propertyPartition": [iri(_property(said, node, p)) for p in cls.properties]
            if inside
            else None,
        },
    )
    return node


def _property(said: Statements, start: str, prop: PropertyCount) -> str:
    node = f"{start}-{_mark(prop.property)}"
    said.describe(
        node,
        {
            "a": term("void:Dataset"),
            "void:property": iri(prop.property),
            "void:triples": typed(prop.triples, "xsd:integer"),
            "void:distinctSubjects": typed(prop.subjects, "xsd:integer"),
            "void:distinctObjects": typed(prop.objects, "xsd:integer"),
        },
    )
    return node


def _mark(term: str) -> str:
    """``clk.Cluster`` for a known namespace, else a checksum of the IRI."""
    for prefix, namespace in PREFIXES.items():
        if term.startswith(namespace) and re.fullmatch(r"\w+", term[len(namespace) :], re.ASCII):
            return f"{prefix}.{term[len(namespace) :]}"
    return hashlib.sha256(term.encode()).hexdigest()[:12]


def _vocabularies(counted: GraphStatistics) -> list[str]:
    used = [prop.property for prop in counted.properties] + [cls.cls for cls in counted.classes]
    return [
        iri(namespace)
        for namespace in sorted(PREFIXES.values())
        if any(term.startswith(namespace) for term in used)
    ]
