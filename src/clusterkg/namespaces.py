"""The one bridge from code to vocabulary: every namespace and term that Python names.

The terms of the cluster ontology have one fixed namespace, whatever ``base_iri`` a publisher
chooses for the resources: a vocabulary is worth something when it is shared.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "CLK",
    "ONTOLOGY",
    "PREFIXES",
    "PROJECT",
    "RDF",
    "RDFS",
    "RR",
    "SCHEMES",
    "SH",
    "SHAPES",
    "SKOS",
    "expand",
]

PROJECT: Final = "https://w3id.org/clusterkg/"
ONTOLOGY: Final = f"{PROJECT}ontology"
CLK: Final = f"{ONTOLOGY}#"
SCHEMES: Final = f"{PROJECT}scheme/"
SHAPES: Final = f"{PROJECT}shape/"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SH: Final = "http://www.w3.org/ns/shacl#"
RR: Final = "http://www.w3.org/ns/r2rml#"
RML: Final = "http://w3id.org/rml/"
RML_LEGACY: Final = "http://semweb.mmlab.be/ns/rml#"
FNML: Final = "http://semweb.mmlab.be/ns/fnml#"
QL: Final = "http://semweb.mmlab.be/ns/ql#"
FORMATS: Final = "http://www.w3.org/ns/formats/"
CSVW: Final = "http://www.w3.org/ns/csvw#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final[dict[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "clk": CLK,
    "clk-event": f"{SCHEMES}event#",
    "clk-kind": f"{SCHEMES}kind#",
    "clk-precision": f"{SCHEMES}precision#",
    "clk-qualifier": f"{SCHEMES}qualifier#",
    "clk-role": f"{SCHEMES}role#",
    "clk-sector": f"{SCHEMES}sector#",
    "clk-shape": SHAPES,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "locn": "http://www.w3.org/ns/locn#",
    "nace": "http://data.europa.eu/ux2/nace2/",
    "nuts": "http://data.europa.eu/nuts/code/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": RDF,
    "rdfs": RDFS,
    "rov": "http://www.w3.org/ns/regorg#",
    "schema": "http://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sh": SH,
    "skos": SKOS,
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes used when RDF is written for people (Turtle, pages) and offered in the query page."""

_CODES: Final[dict[str, str]] = {
    "eu-access": "http://publications.europa.eu/resource/authority/access-right/",
    "eu-availability": "http://publications.europa.eu/resource/authority/planned-availability/",
    "eu-file": "http://publications.europa.eu/resource/authority/file-type/",
    "eu-language": "http://publications.europa.eu/resource/authority/language/",
    "eu-theme": "http://publications.europa.eu/resource/authority/data-theme/",
    "iana": "https://www.iana.org/assignments/media-types/",
    "w3": "http://www.w3.org/",
}
"""Code lists of the European Union and IANA that a DCAT-AP description draws its values from."""


def expand(name: str) -> str:
    """The IRI of a prefixed name: ``dct:title``, ``eu-theme:ECON``; KeyError if unknown."""
    prefix, _, local = name.partition(":")
    return (PREFIXES.get(prefix) or _CODES[prefix]) + local
