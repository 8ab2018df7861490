"""Organisations, clusters and memberships as three CSV files: about 19 triples an organisation.

Everything is computed from the number of the row, so the same number of organisations makes the
same bytes on every machine. The cells are as untidy as those of real tables: letters of several
alphabets, quotes, line breaks, empty cells, names that look like a null. One membership in four is
a second one of an organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from mapping_suites.case import Case, complete, prepared
from mapping_suites.document import Table, document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIXES = {
    "org": "http://www.w3.org/ns/org#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
}
BASE = "https://clusters.example/id"
TABLES = (
    Table(
        "clusters",
        "clusters.csv",
        f"{BASE}/cluster/{{id}}",
        (
            ("skos:prefLabel", "name_de @de"),
            ("skos:altLabel", "name_en @en"),
            ("schema:areaServed", f"{BASE}/region/{{region}}"),
            ("schema:foundingDate", "founded xsd:date"),
            ("schema:url", "homepage IRI"),
        ),
        f"{PREFIXES['org']}OrganizationalCollaboration",
    ),
    Table(
        "organisations",
        "organisations.csv",
        f"{BASE}/organisation/{{id}}",
        (
            ("schema:legalName", "name"),
            ("org:classification", f"{BASE}/legal-form/{{legal_form}}"),
            ("schema:streetAddress", "street"),
            ("schema:postalCode", "postcode"),
            ("schema:knowsAbout", f"{BASE}/sector/{{sector}}"),
            ("schema:location", f"{BASE}/place/{{city}}"),
            ("schema:url", "homepage IRI"),
            ("schema:foundingDate", "founded xsd:date"),
            ("schema:numberOfEmployees", "employees xsd:integer"),
            ("geo:lat", "latitude xsd:decimal"),
            ("geo:long", "longitude xsd:decimal"),
            ("schema:description", "description @de"),
            ("schema:email", "email"),
        ),
        f"{PREFIXES['org']}FormalOrganization",
    ),
    Table(
        "memberships",
        "memberships.csv",
        f"{BASE}/membership/{{id}}",
        (
            ("org:member", "> organisations organisation=id"),
            ("org:organization", "> clusters cluster=id"),
            ("org:role", f"{BASE}/role/{{role}}"),
            ("schema:startDate", "since xsd:date"),
            ("schema:comment", "remark"),
        ),
        f"{PREFIXES['org']}Membership",
    ),
)
REGIONS = ("Baden-Württemberg", "Bayern", "Berlin", "Île-de-France", "Thüringen", "Ярославль")
CITIES = (
    *("Aachen", "Berlin", "Frankfurt am Main", "Görlitz", "Köln", "Lünen", "München", "Łódź"),
    *("Halle (Saale)", "Neustadt a.d. Aisch", "Saint-Étienne", "Тула", "Weißenfels", "Århus"),
)
FORMS = ("AG", "e.V.", "GmbH", "GmbH & Co. KG", "KG", "Stiftung", "ООО")
WORDS = (
    *("Anlagen", "Bänder", "Feinmechanik", "Gießerei", "Optik", "Präzision", '"Quarz"', "Laser"),
    *("Null", "N/A", "Röhren & Söhne", "Станки", "Œuvre", "C:\\Werk", "Sensorik", "Werkzeugbau"),
)
STREETS = ("Hauptstraße", "Am Alten Markt", "Straße des 17. Juni", "Rue de l’Église", "ул. Мира")
REMARKS = ("assoziiert", "seit der Gründung", 'nach "Beschluss" vom 3. Mai', "vorläufig; ruht")
ROLES = ("member", "core member", "speaker")


def listed(values: tuple[str, ...]) -> str:
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def picked(values: tuple[str, ...], salt: int) -> str:
    """SQL: one of the values, the same for the same row."""
    return f"({listed(values)})[1 + {number(salt)} % {len(values)}]"


def number(salt: int, row: str = "i") -> str:
    """SQL: a number from 0 to 65 535 that looks like chance, the same for the same row."""
    mixed = f"(({row} + {salt}) * 1103515245 + {salt * 12345}) % 2147483648"
    return f"((({mixed}) * 69069 + 1) % 2147483648 // 32768)"


def sometimes(percent: int, salt: int, value: str) -> str:
    return f"CASE WHEN {number(salt)} % 100 < {percent} THEN {value} END"


def day(salt: int) -> str:
    return f"DATE '1970-01-01' + CAST({number(salt)} % 18000 AS INTEGER)"


def identifier(prefix: str, row: str, width: int) -> str:
    return f"'{prefix}' || lpad(CAST({row} AS VARCHAR), {width}, '0')"


def clusters(rows: int) -> str:
    return f"""
        SELECT {identifier("C", "i", 6)} AS id,
               'Cluster ' || {picked(WORDS, 1)} || ' ' || i AS name_de,
               {sometimes(60, 2, "'Cluster of ' || i || ' members'")} AS name_en,
               {picked(REGIONS, 3)} AS region,
               {sometimes(80, 4, day(5))} AS founded,
               {sometimes(70, 6, "'https://cluster-' || i || '.example/'")} AS homepage
        FROM range({rows}) AS rows(i)"""


def organisations(rows: int) -> str:
    blank = f"CASE WHEN {number(23)} % 10 = 0 THEN chr(10) ELSE ' ' END"
    about = (
        f"'Seit Jahren ' || {picked(WORDS, 21)} || ', ' || {picked(WORDS, 22)} || {blank} || "
        f"'in ' || {picked(CITIES, 24)}"
    )
    return f"""
        SELECT {identifier("DE", "i", 9)} AS id,
               {picked(WORDS, 11)} || ' ' || {picked(CITIES, 12)} || ' ' || i || ' '
                 || {picked(FORMS, 13)} AS name,
               {picked(FORMS, 13)} AS legal_form,
               {picked(STREETS, 14)} || ' ' || {number(15)} % 200 AS street,
               lpad(CAST({number(16)} % 99999 AS VARCHAR), 5, '0') AS postcode,
               {number(30)} % 700 AS sector,
               {picked(CITIES, 12)} AS city,
               {sometimes(70, 17, "'https://www.firma-' || i || '.example/über-uns'")} AS homepage,
               {sometimes(90, 18, day(19))} AS founded,
               {sometimes(85, 20, f"{number(25)} % 5000")} AS employees,
               '4' || i % 10 || '.' || lpad(CAST({number(26)} AS VARCHAR), 5, '0') AS latitude,
               i % 20 || '.' || lpad(CAST({number(27)} AS VARCHAR), 5, '0') AS longitude,
               {sometimes(60, 28, about)} AS description,
               {sometimes(50, 29, "'post@firma-' || i || '.example'")} AS email
        FROM range({rows}) AS rows(i)"""


def memberships(rows: int, members: int, groups: int) -> str:
    return f"""
        SELECT {identifier("M", "i", 9)} AS id,
               {identifier("DE", f"(i * 7919) % {members}", 9)} AS organisation,
               {identifier("C", f"{number(31)} % {groups}", 6)} AS cluster,
               {picked(ROLES, 32)} AS role,
               {sometimes(75, 33, day(34))} AS since,
               {sometimes(20, 35, picked(REMARKS, 36))} AS remark
        FROM range({rows}) AS rows(i)"""


def cases(folder: Path, members: int) -> Iterator[Case]:
    """The three tables for a number of organisations, with the number of triples they make."""
    counted = folder / "triples"
    if not prepared(folder):
        groups = max(10, members // 1000)
        with duckdb.connect() as database:
            made = {
                "clusters": clusters(groups),
                "organisations": organisations(members),
                "memberships": memberships(members * 5 // 4, members, groups),
            }
            triples = sum(written(database, folder, table, made[table.name]) for table in TABLES)
        counted.write_text(str(triples))
        (folder / "mapping.ttl").write_text(document(TABLES, PREFIXES), "utf-8")
        complete(folder)
    scale = f"{members / 1e6:g} M"
    yield Case(
        "clusters",
        "three tables, two joins",
        scale,
        folder / "mapping.ttl",
        int(counted.read_text()),
        tables=TABLES,
        prefixes=tuple(PREFIXES.items()),
    )


def written(database: duckdb.DuckDBPyConnection, folder: Path, table: Table, query: str) -> int:
    """Write a table; the number of triples: one a cell, but the identifier gives the type."""
    target = str(folder / table.source).replace("'", "''")
    database.execute(f"COPY ({query}) TO '{target}' (FORMAT csv, HEADER, NULL '')")
    columns = database.execute(f"DESCRIBE {query}").fetchall()
    cells = " + ".join(f"count({name})" for name, *_ in columns)
    (count,) = database.execute(f"SELECT {cells} FROM ({query})").fetchone() or (0,)
    return int(count)
