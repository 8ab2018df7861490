"""A connection with two sources' tables, mappings written to files, and what they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import Mapped, map_document, map_source
from clusterkg.mapping.triples_map import Mapping
from clusterkg.sources.relation import Relation
from clusterkg.validation.finding_wording import finding_hints, finding_messages

BASE = "https://data.example.org/"
PREFIXES = """
prefixes:
  ex: https://data.example.org/terms#
  xsd: http://www.w3.org/2001/XMLSchema#
"""
TABLES = {
    ("demo", "organisations"): (
        "name VARCHAR, founded VARCHAR, website VARCHAR, city VARCHAR",
        """('Porsche "Leipzig"', '1999', 'https://www.porsche.com/', 'Leipzig'),
           ('Bäckerei Süß', 'about 1920', 'www.suess.de', 'Halle'),
           ('Nur Name', NULL, NULL, NULL)""",
    ),
    ("demo", "members"): (
        "organisation VARCHAR, cluster VARCHAR",
        "('Porsche \"Leipzig\"', 'auto'), ('Bäckerei Süß', 'food')",
    ),
    ("places", "cities"): ("name VARCHAR, nuts3 VARCHAR", "('Leipzig', 'DED51')"),
}


def worded(mapped: Mapped) -> Mapped:
    """The same; the sentences of reports say in English what its findings say."""
    for finding in mapped.findings:
        assert (said := finding_messages(finding)).keys() == {"de", "en", "ru"}
        assert said["en"] == finding.message
        assert finding_hints(finding).get("en") == finding.hint
    return mapped


@dataclass
class Bench:
    """Tables, and what a mapping on them makes."""

    connection: Connection
    relations: tuple[Relation, ...]
    folder: Path

    def write(self, text: str, name: str = "mapping.yml") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, text: str, name: str = "mapping.yml", base_iri: str = BASE) -> Mapping:
        return read_mapping(self.write(text, name), base_iri=base_iri, name=name)

    def map(self, text: str, name: str = "mapping.yml") -> Mapped:
        return worded(map_source(self.connection, "demo", self.relations, self.read(text, name)))

    def document(self, text: str, name: str = "mapping.yml", base_iri: str = BASE) -> Mapped:
        return worded(map_document(self.connection, self.read(text, name, base_iri)))

    def quads(self) -> list[str]:
        rows = self.connection.execute("SELECT s, p, o, g FROM quads ORDER BY ALL").fetchall()
        return [" ".join(term for term in row if term) for row in rows]

    def objects(self) -> list[str]:
        rows = self.connection.execute("SELECT DISTINCT o FROM quads ORDER BY o").fetchall()
        return [row[0] for row in rows]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    connection = connect()
    relations = []
    for (source, table), (columns, values) in TABLES.items():
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {source}")
        connection.execute(f"CREATE TABLE {source}.{table}({columns}, _row BIGINT)")
        names = tuple(column.split()[0] for column in columns.split(", "))
        connection.execute(
            f"INSERT INTO {source}.{table} "
            f"SELECT *, row_number() OVER () + 1 FROM (VALUES {values})"
        )
        counted = connection.execute(f"SELECT count(*) FROM {source}.{table}").fetchone()
        file = tmp_path / f"{table}.csv"
        shown = f"data/{source}/{table}.csv"
        relations.append(
            Relation(source, table, file, None, names, counted[0] if counted else 0, shown)
        )
    return Bench(connection, tuple(relations), tmp_path)


@pytest.fixture
def simple() -> Callable[..., str]:
    """A mapping of the organisations: a subject, and pairs as lines of YAML."""

    def text(*pairs: str, source: str = "table: organisations", subject: str = "id/$(name)") -> str:
        lines = "\n".join(f"      - {pair}" for pair in pairs)
        return (
            f"{PREFIXES}mappings:\n  organisation:\n    sources:\n      - {source}\n"
            f"    s: {subject}\n    po:\n{lines}\n"
        )

    return text
