"""A release's content → its catalogue for data portals: DCAT-AP 3.0 and DCAT-AP.de 3.0.

One data set for the whole graph, one per source, each with its own licence, and the SPARQL
endpoint. IRIs are absolute and stay the same from release to release, there are no blank nodes
and no clock: a portal that compares two harvests sees only what changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.namespaces import expand
from clusterkg.publication.statements import Statements, iri, term, texts, typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.publication.content import Content, FileStamp, Part
    from clusterkg.publication.statements import Triple

__all__ = ["catalogue_triples"]

_LANGUAGE: Final = {"de": "eu-language:DEU", "en": "eu-language:ENG", "ru": "eu-language:RUS"}
_FORMAT: Final = {
    "nq": ("eu-file:RDF_N_QUADS", "iana:application/n-quads"),
    "ttl": ("eu-file:RDF_TURTLE", "iana:text/turtle"),
}
_NAMES: Final = {"nq": "N-Quads", "ttl": "Turtle"}
_RIGHTS: Final = {
    "de": "Jeder Teil des Graphen hat seine eigene Lizenz; sie steht bei seinem benannten Graphen.",
    "en": "Each part of the graph has a licence of its own, stated with its named graph.",
    "ru": "У каждой части графа своя лицензия; она указана у соответствующего именованного графа.",
}
_PART_RIGHTS: Final = {
    "de": "Die Daten dürfen unter den Bedingungen der angegebenen Lizenz genutzt werden.",
    "en": "The data may be used under the terms of the licence that is stated.",
    "ru": "Данные можно использовать на условиях указанной лицензии.",
}
_LEFT_OUT: Final = {
    "de": "Zeilen der Quellen, die wegen Verstößen nicht enthalten sind: {}",
    "en": "Rows of the sources that are not included because of violations: {}",
    "ru": "Строки источников, не включённые из-за нарушений: {}",
}
_ENDPOINT: Final = {
    "de": "SPARQL-Endpunkt: {title}",
    "en": "SPARQL endpoint: {title}",
    "ru": "Точка доступа SPARQL: {title}",
}
_ENDPOINT_USE: Final = {
    "de": "Beantwortet Anfragen in SPARQL 1.1 über alle Graphen. Nur lesend.",
    "en": "Answers SPARQL 1.1 queries over all graphs. Read only.",
    "ru": "Отвечает на запросы SPARQL 1.1 по всем графам. Только чтение.",
}


def catalogue_triples(content: Content) -> list[Triple]:
    """The catalogue, its data sets, distributions, service and agents."""
    said = Statements()
    names, settings = content.names, content.settings
    said.describe(
        names.catalogue,
        {
            "a": term("dcat:Catalog"),
            "dct:title": texts(_title(content)),
            "dct:description": texts(_description(content)),
            "dct:publisher": iri(names.agent("publisher")),
            "foaf:homepage": iri(settings.base_iri),
            "dct:license": iri(settings.licence),
            "dct:language": _languages(content),
            "dct:spatial": [iri(area) for area in settings.catalogue.spatial],
            "dct:issued": typed(content.version, "xsd:date"),
            "dct:modified": typed(content.version, "xsd:date"),
            "dcat:themeTaxonomy": iri(expand("eu-theme:").rstrip("/")),
            "dcat:dataset": [
                iri(names.whole),
                *(iri(names.dataset(part.source.key)) for part in content.published),
            ],
            "dcat:service": iri(names.endpoint),
        },
    )
    _agents(said, content)
    _areas(said, content)
    _media_types(said)
    _whole(said, content)
    for part in content.published:
        _part(said, content, part)
    _service(said, content)
    return said.triples


def _title(content: Content) -> Mapping[str, str]:
    return content.settings.title or {"en": content.settings.base_iri}


def _description(content: Content) -> Mapping[str, str]:
    return content.settings.description or _title(content)


def _languages(content: Content) -> list[str]:
    return [term(_LANGUAGE[language]) for language in content.settings.languages]


def _agents(said: Statements, content: Content) -> None:
    names, publisher = content.names, content.settings.publisher
    said.describe(
        names.agent("publisher"),
        {
            "a": [term("foaf:Agent"), term("foaf:Organization")],
            "foaf:name": typed(publisher.name),
            "foaf:homepage": iri(publisher.url) if publisher.url else None,
            "foaf:mbox": iri(f"mailto:{publisher.email}") if publisher.email else None,
        },
    )
    if _contact(content):
        said.describe(
            names.agent("contact"),
            {
                "a": [term("vcard:Kind"), term("vcard:Organization")],
                "vcard:fn": typed(publisher.name),
                "vcard:hasEmail": iri(f"mailto:{publisher.email}") if publisher.email else None,
                "vcard:hasURL": iri(publisher.url) if publisher.url else None,
            },
        )
    for part in content.published:
        said.describe(
            names.agent(part.source.key),
            {
                "a": [term("foaf:Agent"), term("foaf:Organization")],
                "foaf:name": typed(part.source.publisher),
                "foaf:homepage": iri(part.source.publisher_url)
                if part.source.publisher_url
                else None,
            },
        )


def _areas(said: Statements, content: Content) -> None:
    areas = [area for part in content.published for area in part.source.spatial]
    for area in (*content.settings.catalogue.spatial, *areas):
        said.describe(area, {"a": term("dct:Location")})


def _media_types(said: Statements) -> None:
    """Portals show what a file's type is called; without this they show its IRI."""
    for _, media_type in _FORMAT.values():
        said.describe(
            expand(media_type),
            {"a": term("dct:MediaType"), "rdfs:label": typed(media_type.partition(":")[2])},
        )


def _contact(content: Content) -> str | None:
    publisher = content.settings.publisher
    return iri(content.names.agent("contact")) if publisher.email or publisher.url else None


def _shared(content: Content) -> dict[str, str | list[str] | None]:
    """What every data set of the catalogue says alike."""
    settings = content.settings
    return {
        "a": [term("dcat:Dataset"), term("void:Dataset")],
        "dct:publisher": iri(content.names.agent("publisher")),
        "dcat:contactPoint": _contact(content),
        "dcat:theme": [term(f"eu-theme:{code}") for code in settings.catalogue.themes],
        "dcat:keyword": [
            text
            for language, words in settings.catalogue.keywords.items()
            for word in words
            for text in texts({language: word})
        ],
        "dct:language": _languages(content),
        "dct:modified": typed(content.version, "xsd:date"),
        "dct:accessRights": term("eu-access:PUBLIC"),
        "dcatde:contributorID": iri(settings.catalogue.contributor)
        if settings.catalogue.contributor
        else None,
        "dcat:landingPage": iri(content.names.at("data")),
    }


def _whole(said: Statements, content: Content) -> None:
    names, settings = content.names, content.settings
    files = {"nquads": content.nquads, "turtle": content.turtle}
    said.describe(
        names.whole,
        {
            **_shared(content),
            "dct:title": texts(_title(content)),
            "dct:description": texts(_description(content)),
            "dct:identifier": typed(names.whole),
            "dct:license": iri(settings.licence),
            "dct:spatial": [iri(area) for area in settings.catalogue.spatial],
            "dct:issued": typed(content.version, "xsd:date"),
            "dcat:version": typed(content.version),
            "adms:versionNotes": _left_out(sum(part.left_out for part in content.parts)),
            "dct:hasPart": [iri(names.dataset(part.source.key)) for part in content.published],
            "dcat:distribution": [iri(names.distribution(f"graph-{form}")) for form in files],
        },
    )
    rights = names.distribution("graph-rights")
    said.describe(rights, {"a": term("dct:RightsStatement"), "rdfs:label": texts(_RIGHTS)})
    for form, file in files.items():
        _distribution(
            said,
            content,
            f"graph-{form}",
            file,
            {
                "dct:title": _form_title(_title(content), file),
                "dct:license": iri(settings.licence),
                "dct:rights": iri(rights),
                "dcat:accessService": iri(names.endpoint),
            },
        )


def _part(said: Statements, content: Content, part: Part) -> None:
    names, source = content.names, part.source
    dataset, form = names.dataset(source.key), f"{source.key}-turtle"
    said.describe(
        dataset,
        {
            **_shared(content),
            "dct:title": texts(source.title),
            "dct:description": texts(source.description),
            "dct:identifier": typed(dataset),
            "dct:license": iri(source.licence),
            "dct:creator": iri(names.agent(source.key)),
            "dct:spatial": [iri(area) for area in source.spatial],
            "dct:issued": typed(source.retrieved, "xsd:date"),
            "dcat:version": typed(source.version or source.retrieved),
            "adms:versionNotes": _left_out(part.left_out),
            "dct:isPartOf": iri(names.whole),
            "dcat:distribution": iri(names.distribution(form)),
        },
    )
    rights = names.distribution(f"{source.key}-rights")
    stated = typed(source.licence_note) if source.licence_note else texts(_PART_RIGHTS)
    said.describe(rights, {"a": term("dct:RightsStatement"), "rdfs:label": stated})
    if part.dump is None:
        return
    _distribution(
        said,
        content,
        form,
        part.dump,
        {
            "dct:title": _form_title(source.title, part.dump),
            "dct:license": iri(source.licence),
            "dct:rights": iri(rights),
            "dcatde:licenseAttributionByText": typed(source.licence_note)
            if source.licence_note
            else None,
        },
    )


def _left_out(rows: int) -> list[str] | None:
    """How many rows the data set does not have because of violations, if there are any."""
    if not rows:
        return None
    return texts({language: text.format(rows) for language, text in _LEFT_OUT.items()})


def _form_title(title: Mapping[str, str], file: FileStamp) -> list[str]:
    form = _NAMES[file.name.split(".")[1]]
    return texts({language: f"{text} ({form})" for language, text in title.items()})


def _distribution(
    said: Statements,
    content: Content,
    name: str,
    file: FileStamp,
    facts: Mapping[str, str | list[str] | None],
) -> None:
    node = content.names.distribution(name)
    form, media_type = _FORMAT[file.name.split(".")[1]]
    said.describe(
        node,
        {
            "a": term("dcat:Distribution"),
            "dcat:accessURL": iri(content.names.at(file.name)),
            "dcat:downloadURL": iri(content.names.at(file.name)),
            "dct:format": term(form),
            "dcat:mediaType": term(media_type),
            "dcat:compressFormat": term("iana:application/gzip"),
            "dcat:byteSize": typed(file.bytes, "xsd:nonNegativeInteger"),
            "dct:issued": typed(content.version, "xsd:date"),
            "dct:modified": typed(content.version, "xsd:date"),
            "dct:language": _languages(content),
            "dcatap:availability": term("eu-availability:AVAILABLE"),
            "spdx:checksum": iri(f"{node}-checksum"),
            **facts,
        },
    )
    said.describe(
        f"{node}-checksum",
        {
            "a": term("spdx:Checksum"),
            "spdx:algorithm": term("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": typed(file.sha256, "xsd:hexBinary"),
        },
    )


def _service(said: Statements, content: Content) -> None:
    names, settings = content.names, content.settings
    title = {
        language: _ENDPOINT[language].format(title=text)
        for language, text in _title(content).items()
    }
    said.describe(
        names.endpoint,
        {
            "a": term("dcat:DataService"),
            "dct:title": texts(title),
            "dct:description": texts(_ENDPOINT_USE),
            "dct:publisher": iri(names.agent("publisher")),
            "dcat:contactPoint": _contact(content),
            "dcat:endpointURL": iri(names.endpoint),
            "dcat:endpointDescription": iri(names.endpoint),
            "dcat:servesDataset": iri(names.whole),
            "dct:conformsTo": term("w3:TR/sparql11-protocol/"),
            "dct:license": iri(settings.licence),
            "dct:accessRights": term("eu-access:PUBLIC"),
            "dcat:theme": [term(f"eu-theme:{code}") for code in settings.catalogue.themes],
        },
    )
