"""A release's content → PROV: which graph was made from which tables, by which mapping.

No clock: an activity is known by what it used, not by when it ran. What the source's graph is
derived from stands at the graph itself, so that a query reaches it in one step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.publication.statements import Statements, iri, term, texts, typed

if TYPE_CHECKING:
    from clusterkg.publication.content import Content, FileStamp, Part
    from clusterkg.publication.statements import Triple

__all__ = ["provenance_triples"]


def provenance_triples(content: Content) -> list[Triple]:
    """Graphs, activities, tables, mapping documents and agents."""
    said = Statements()
    names = content.names
    said.describe(
        names.agent("software"),
        {
            "a": term("prov:SoftwareAgent"),
            "foaf:name": typed("clusterkg"),
            "dcat:version": typed(content.software),
        },
    )
    said.describe(
        names.whole,
        {
            "a": term("prov:Entity"),
            "prov:wasDerivedFrom": [iri(names.graph(p.source.key)) for p in content.published],
            "prov:wasAttributedTo": iri(names.agent("publisher")),
        },
    )
    known = {part.source.key: part for part in content.parts}
    for part in content.parts:
        _files(said, content, part)
    for part in content.published:
        _graph(said, content, part)
        _activity(said, content, part, [known[key] for key in part.uses if key in known])
    return said.triples


def _graph(said: Statements, content: Content, part: Part) -> None:
    names, source = content.names, part.source
    facts = {
        "a": term("prov:Entity"),
        "dct:source": [iri(origin) for origin in source.origin],
        "dct:issued": typed(source.retrieved, "xsd:date"),
        "dcat:version": typed(source.version) if source.version else None,
        "prov:wasGeneratedBy": iri(names.activity(source.key)),
        "prov:wasDerivedFrom": [iri(_table(content, part, n)) for n in range(len(part.tables))],
        "dct:rights": typed(source.licence_note) if source.licence_note else None,
    }
    said.describe(names.graph(source.key), facts)
    said.describe(
        names.dataset(source.key),
        {"dct:source": facts["dct:source"], "prov:wasGeneratedBy": facts["prov:wasGeneratedBy"]},
    )


def _activity(said: Statements, content: Content, part: Part, others: list[Part]) -> None:
    names, source = content.names, part.source
    used = [
        iri(_table(content, other, number))
        for other in (part, *others)
        for number in range(len(other.tables))
    ]
    if part.mapping is not None:
        used.append(iri(names.file(source.key, part.mapping.name)))
    said.describe(
        names.activity(source.key),
        {
            "a": term("prov:Activity"),
            "dct:title": texts(
                {
                    language: pattern.format(text)
                    for language, text in source.title.items()
                    for pattern in (
                        {"de": "Abbildung: {}", "en": "Mapping: {}", "ru": "Отображение: {}"}[
                            language
                        ],
                    )
                }
            ),
            "prov:used": used,
            "prov:generated": iri(names.graph(source.key)),
            "prov:wasAssociatedWith": [
                iri(names.agent("software")),
                iri(names.agent("publisher")),
            ],
        },
    )


def _table(content: Content, part: Part, number: int) -> str:
    """The IRI of a table; two tables may be sheets of one workbook, so its name is in it."""
    return content.names.file(part.source.key, part.tables[number].description.name)


def _files(said: Statements, content: Content, part: Part) -> None:
    names, source = content.names, part.source
    for number, table in enumerate(part.tables):
        node = _table(content, part, number)
        said.describe(
            node,
            {
                "dct:description": typed(table.description.holds) + "@en",
                "dct:issued": typed(source.retrieved, "xsd:date"),
                "dcat:version": typed(source.version) if source.version else None,
                "prov:wasDerivedFrom": [iri(origin) for origin in source.origin],
                "prov:wasAttributedTo": iri(names.agent(source.key)),
            },
        )
        _stamped(said, node, table.file)
    said.describe(names.agent(source.key), {"foaf:name": typed(source.publisher)})
    if part.mapping is not None:
        _stamped(said, names.file(source.key, part.mapping.name), part.mapping)


def _stamped(said: Statements, node: str, file: FileStamp) -> None:
    said.describe(
        node,
        {
            "a": term("prov:Entity"),
            "dct:title": typed(file.name),
            "dcat:byteSize": typed(file.bytes, "xsd:nonNegativeInteger"),
            "spdx:checksum": iri(f"{node}-checksum"),
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
