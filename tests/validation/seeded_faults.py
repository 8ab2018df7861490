"""Faults for copies of the real tables: what is written into which cell, and where it must be told.

Every fault has a row of its own; rows are chosen by counting, so that the same faults are seeded
every time. A row is only taken if its cell holds something, or what the kind of fault asks for.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

Row = dict[str, str]
Json = Any


@dataclass(frozen=True)
class Fault:
    """One fault and its cell as a report names it; ``row`` as the spreadsheet shows it."""

    kind: str
    file: str
    row: int
    column: str
    value: str


@dataclass(frozen=True)
class Kind:
    """A kind of fault: which table (``source/file``) and column, the values, how often at most."""

    name: str
    file: str
    column: str
    values: tuple[str, ...]
    times: int = 1
    rows: Callable[[Row], bool] = lambda _: True
    inside: Callable[[Json], bool] = lambda _: True
    """Which member of a list in JSON is meant."""


def _eastern(row: Row) -> bool:
    """Installations that are taken over: the others leave no trace in the graph."""
    return row["ZipCode"] in _POSTCODES


def _slug(name: str) -> str:
    """The last part of an IRI that is made of a name."""
    for letter, plain in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e"}.items():
        name = name.lower().replace(letter, plain)
    return re.sub("[^a-z0-9]+", "-", name).strip("-")


def _is(column: str, *values: str) -> Callable[[Row], bool]:
    return lambda row: row[column] in values


def _not(column: str, *values: str) -> Callable[[Row], bool]:
    return lambda row: row[column] not in values


_POSTCODES: set[str] = set()
_ORG, _CLUSTER = "pages/organisations.csv", "pages/clusters.csv"
_MEMBER, _FIGURE, _EVENT = "pages/memberships.csv", "pages/statistics.csv", "pages/events.csv"
_EUTL, _LEIPZIG = "eutl/installations_de.csv", "leipzigdata/organisations.csv"
_REGION, _PLACE = "regions/regions.csv", "municipalities/municipalities.xlsx"
_ROR = "ror/organisations.json"


KINDS: tuple[Kind, ...] = (
    # -- forms of values
    Kind(
        "wrong postcode",
        _ORG,
        "postal_code",
        ("410", "4109", "041099", "0410X", "D-04109", "00123"),
        6,
    ),
    Kind(
        "wrong postcode",
        _LEIPZIG,
        "postal_code",
        ("4109", "04 109", "O4109", "0417", "00999", "99"),
        12,
    ),
    Kind("wrong postcode", _PLACE, "postal_code", ("410", "O6108", "9"), 3),
    Kind("wrong country", _ORG, "country", ("Germany", "de", "D"), 3, lambda r: bool(r["city"])),
    Kind("wrong country", _LEIPZIG, "country", ("Germany", "deu", "49"), 6),
    Kind("wrong country", _PLACE, "country", ("Deutschland",), 1),
    Kind("wrong country", _EUTL, "Country", ("Deutschland", "DEU"), 2, _eastern),
    Kind("remark in street", _ORG, "street", ("Hauptstr. 1 (Hof)", "(unbekannt)"), 2),
    Kind("street too long", _LEIPZIG, "street", ("Lange Straße " * 10,), 1),
    Kind(
        "bad web address",
        _ORG,
        "website",
        ("https://", "https://localhost/x", "http://www.a b.de"),
        3,
    ),
    Kind(
        "bad web address",
        _LEIPZIG,
        "website",
        ("www.example.de", "http://kein punkt.de", "n.n.", "https://intranet"),
        8,
    ),
    Kind("bad web address", _CLUSTER, "website", ("http://cluster", "http://x y.de"), 2),
    Kind("bad year", _ORG, "founded_year", ("3015", "0199"), 2),
    Kind("bad year", _CLUSTER, "year_founded", ("3020", "0815"), 2),
    Kind("bad year", _EUTL, "FirstYearOfEmissions", ("20O5", "5"), 2, _eastern),
    Kind(
        "bad date",
        _EUTL,
        "PermitOrPlanDate",
        ("2010-13-01", "01.02.2010", "2011-02-30"),
        6,
        _eastern,
    ),
    Kind("bad date", _EVENT, "date", ("2014-02-31", "2014-99", "20x4"), 3),
    Kind("non-number", _EUTL, "Latitude", ("51,3", "Nord"), 2, _eastern),
    Kind("non-number", _ORG, "lat", ("51° 20'", "nördlich"), 2),
    Kind("non-number", _PLACE, "lon", ("12 Grad",), 1),
    Kind("non-number", _FIGURE, "value", ("viele", "1.000,5"), 3),
    Kind("non-number", "nace/nace_rev2.csv", "level", ("zwei", "2.5"), 2),
    Kind(
        "non-number",
        "pages/qualifiers.csv",
        "factor",
        ("tausend",),
        1,
        _is("unit", "billion EUR (approx.)", "million EUR"),
    ),
    Kind("negative figure", _FIGURE, "value", ("-20", "-1"), 2),
    Kind("coordinate out of range", _ORG, "lat", ("91.5", "5.13"), 2),
    Kind("coordinate out of range", _ORG, "lon", ("123.7", "-12.4"), 2),
    Kind("coordinate out of range", _EUTL, "Longitude", ("99.1", "0"), 2, _eastern),
    Kind("coordinate out of range", _PLACE, "lat", ("15.3", "61.2"), 2),
    Kind("coordinate missing", _ORG, "lon", ("",), 2, lambda r: bool(r["lat"])),
    Kind("coordinate missing", _PLACE, "lat", ("",), 1),
    Kind("register number", _ORG, "register_no", ("18409", "keine"), 2),
    Kind("register number", _EUTL, "CompanyRegistrationNo", ("Amtsgericht", "12345"), 3, _eastern),
    Kind("legal form", _ORG, "legal_form", ("GmbH seit 1999!", "e.V. #2"), 2),
    Kind("legal form", _LEIPZIG, "legal_form", ("GmbH 2", "AG*"), 3),
    Kind(
        "bad code",
        _REGION,
        "nuts",
        ("de21", "DE-D5", "DEDXXX"),
        3,
        lambda r: r["kind"] == "NUTS 3" and r["key"][:3] not in {"DED", "DEE", "DEG"},
    ),
    Kind("bad code", _REGION, "ags", ("1471300", "AGS 14"), 2),
    Kind(
        "bad code",
        "postcodes/postcode_nuts3_de.csv",
        "postal_code",
        ("0106", "O1234", "00815"),
        4,
        lambda r: r["postal_code"] > "9",
    ),
    Kind("bad identifier", _EUTL, "id", ("DE 12", "XX-AB"), 2, _eastern),
    Kind(
        "bad IRI",
        "founding/designations.csv",
        "source_url",
        ("leipzig convention",),
        1,
        _is("key", "leipzig-innovation-clusters"),
    ),
    Kind("bad IRI", _REGION, "source_url", ("siehe Eurostat",), 2),
    Kind("bad IRI", _FIGURE, "source_url", ("kein link", "www.x.de"), 2),
    Kind("bad IRI", _LEIPZIG, "source_url", ("keine Angabe",), 3),
    Kind("bad IRI", _PLACE, "source_url", ("vgl. Destatis",), 1),
    Kind("bad IRI", "pages/umbrellas.csv", "source_url", ("Seite 3",), 1),
    # -- nothing where something has to be
    Kind("missing name", _CLUSTER, "name_de", ("",), 2, lambda r: r["name_de"] not in _NAMED),
    Kind("missing name", _CLUSTER, "name_en", ("",), 2),
    Kind("missing name", _CLUSTER, "name_ru", ("",), 2),
    Kind("missing name", _LEIPZIG, "name", ("",), 2),
    Kind(
        "missing name",
        _REGION,
        "name_de",
        ("",),
        2,
        lambda r: r["kind"] == "NUTS 3" and r["key"][:3] not in {"DED", "DEE", "DEG"},
    ),
    Kind("missing name", _EUTL, "InstallationNameOrAircraftOperatorCode", ("",), 3, _eastern),
    Kind("missing name", _PLACE, "name", ("",), 1),
    Kind("missing name", "nace/nace_rev2.csv", "code", ("",), 1),
    Kind("missing holder", _EUTL, "AccountHolderName", ("",), 2, _eastern),
    Kind("missing town", _LEIPZIG, "city", ("",), 3),
    Kind("missing town", _PLACE, "city", ("",), 1),
    Kind(
        "missing page",
        _CLUSTER,
        "source_url",
        ("", "kommt noch"),
        3,
        lambda r: r["kind"] in {"network", "cluster"} and r["id"] not in _NAMED,
    ),
    Kind("missing page", _MEMBER, "source_url", ("", "mündlich"), 4),
    Kind("missing page", _EVENT, "source_url", ("", "Zeitung"), 2),
    Kind(
        "missing page",
        _ORG,
        "source_url",
        ("", "Prospekt"),
        3,
        lambda r: _slug(r["name"]) not in _NAMED,
    ),
    Kind("missing page", _FIGURE, "source_url", ("",), 1),
    Kind("missing time", _MEMBER, "valid_note", ("",), 3),
    Kind("missing time", _EVENT, "date", ("",), 1),
    Kind("missing postcode", _LEIPZIG, "postal_code", ("",), 2),
    Kind("missing web site", _LEIPZIG, "website", ("",), 3),
    Kind("missing participant", _MEMBER, "organisation", ("",), 2),
    Kind("missing group", _MEMBER, "cluster_or_network", ("",), 2),
    Kind("missing figure", _FIGURE, "value", ("",), 2),
    Kind("missing unit", _FIGURE, "unit", ("",), 1),
    Kind(
        "missing region",
        "postcodes/postcode_nuts3_de.csv",
        "nuts3",
        ("",),
        3,
        lambda r: r["postal_code"] > "9",
    ),
    Kind(
        "missing key",
        _CLUSTER,
        "id",
        ("",),
        1,
        lambda r: r["name_de"] not in _NAMED and r["id"] not in _NAMED,
    ),
    # -- words and references that nobody knows
    Kind(
        "unknown kind",
        _ORG,
        "type",
        ("compny", "Firma"),
        3,
        lambda r: _slug(r["name"]) not in _NAMED,
    ),
    Kind("unknown kind", _LEIPZIG, "type", ("compnay", "Verein?"), 4),
    Kind(
        "unknown kind",
        _CLUSTER,
        "kind",
        ("clustr",),
        1,
        lambda r: r["name_de"] not in _NAMED and r["id"] not in _NAMED,
    ),
    Kind("unknown role", _MEMBER, "role", ("membr", "Mitglied"), 6),
    Kind(
        "unknown sector",
        _CLUSTER,
        "sector",
        ("automotiv", "???"),
        3,
        lambda r: ";" not in r["sector"] and r["kind"] in {"network", "cluster"},
    ),
    Kind("unknown region", _CLUSTER, "region", ("Lepzig", "Sachsn"), 3),
    Kind("unknown region", _ORG, "nuts3", ("DED5X", "DEX99"), 1),
    Kind("unknown region", _LEIPZIG, "nuts3", ("DED99", "ded51"), 4),
    Kind("unknown region", _PLACE, "nuts3", ("DED00",), 1),
    Kind(
        "unknown region",
        "postcodes/postcode_nuts3_de.csv",
        "nuts3",
        ("DE9ZZ", "XX"),
        4,
        lambda r: r["postal_code"] > "9",
    ),
    Kind(
        "unknown region",
        _REGION,
        "parent",
        ("DE9Z", "Sachsen"),
        3,
        lambda r: r["kind"] == "NUTS 3" and r["key"][:3] not in {"DED", "DEE", "DEG"},
    ),
    Kind(
        "unknown event",
        _EVENT,
        "event",
        ("gegründet", "fonded"),
        2,
        _not("event", "renamed", "merged"),
    ),
    Kind(
        "unknown subject",
        _EVENT,
        "entity",
        ("Klaster Leipzig",),
        2,
        _not("event", "renamed", "merged"),
    ),
    Kind("unknown subject", _FIGURE, "entity", ("Gesundheitswirtschaftt", "Porsch"), 3),
    Kind("unknown measure", _FIGURE, "indicator", ("emploees", "Umsatz"), 3),
    Kind("unknown unit", _FIGURE, "unit", ("persns", "Mio"), 3),
    Kind("unknown activity", _EUTL, "MainActivityTypeCode", ("999", "Zement"), 4, _eastern),
    Kind(
        "unknown precision",
        _ORG,
        "geo_precision",
        ("hausgenau", "roughly"),
        2,
        lambda r: bool(r["lat"]),
    ),
    Kind(
        "unknown body",
        "founding/designations.csv",
        "designated_by",
        ("ags-00000000",),
        1,
        _is("key", "leipzig-2014"),
    ),
    Kind("unknown cluster", "founding/designated.csv", "cluster", ("le-automotiv",), 1),
    Kind("unknown class", "ror/types.csv", "class", ("",), 1, _is("type", "archive", "other")),
    Kind(
        "unknown concept",
        "pages/roles.csv",
        "concept",
        ("membr",),
        2,
        lambda r: r["word"] not in {"member", "actor"},
    ),
    Kind("unknown concept", "pages/event_kinds.csv", "concept", ("foundng",), 1),
    Kind(
        "unknown concept", "pages/sectors.csv", "concept", ("x",), 1, _is("word", "biotechnology")
    ),
    Kind(
        "unknown concept", "pages/kinds.csv", "concept", ("x",), 1, _is("word", "cluster; network")
    ),
    Kind("unknown region", "pages/regions.csv", "region", ("ags-14x",), 1, _is("word", "Dresden")),
    # -- twice, and the wrong way round
    Kind("duplicate key", _EUTL, "id", ("=",), 2, _eastern),
    Kind(
        "duplicate key",
        "postcodes/postcode_nuts3_de.csv",
        "postal_code",
        ("=",),
        2,
        lambda r: r["postal_code"] > "9",
    ),
    Kind("duplicate key", "nace/nace_rev2.csv", "code", ("=",), 1),
    Kind("duplicate key", _PLACE, "register_no", ("=",), 1),
    Kind("end before start", _EUTL, "LastYearOfEmissions", ("2004", "1999"), 3, _eastern),
    Kind("two values", _ORG, "founded_year", ("1998 / 2003", "1991 (x) / 1992 (y)"), 3),
    # -- JSON
    Kind("bad year", _ROR, "established", ("99", "18555"), 2),
    Kind("bad identifier", _ROR, "id", ("https://ror.org/x", "https://ror.org/1abcdef00"), 2),
    Kind("bad date", _ROR, "admin.created.date", ("2018-14-14", "gestern"), 2),
    Kind(
        "bad web address",
        _ROR,
        "links.value",
        ("http://kaputt", "kein link"),
        2,
        inside=lambda o: o["type"] == "website",
    ),
    Kind("coordinate out of range", _ROR, "locations.geonames_details.lat", ("91.2", "-51.3"), 2),
    Kind("coordinate out of range", _ROR, "locations.geonames_details.lng", ("112.3",), 2),
    Kind("wrong country", _ROR, "locations.geonames_details.country_code", ("Germany", "ger"), 2),
    Kind(
        "bad identifier",
        _ROR,
        "external_ids.all",
        ("X12", "12"),
        2,
        inside=lambda o: o["type"] == "wikidata",
    ),
    Kind("unknown kind", _ROR, "types", ("edukation", "facilty"), 3),
    Kind(
        "missing name",
        _ROR,
        "names.value",
        ("",),
        2,
        inside=lambda o: "ror_display" in o["types"],
    ),
    Kind("missing town", _ROR, "locations.geonames_details.name", ("",), 2),
)
_NAMED: set[str] = set()
"""Names and keys that other tables refer to: without them, these would be at fault too."""


def seed(data: Path) -> list[Fault]:
    """Write the faults into the tables below ``data``."""
    _look_around(data)
    faults: list[Fault] = []
    for file in dict.fromkeys(kind.file for kind in KINDS):
        kinds = [kind for kind in KINDS if kind.file == file]
        faults += _seed_json(data, kinds) if file.endswith(".json") else _seed_table(data, kinds)
    return faults


def _look_around(data: Path) -> None:
    _POSTCODES.clear()
    areas = _read(data / "postcodes/postcode_nuts3_de.csv")
    _POSTCODES.update(r["postal_code"] for r in areas if r["nuts3"][:3] in {"DED", "DEE", "DEG"})
    _NAMED.clear()
    for table, columns in (
        ("memberships", ("organisation", "cluster_or_network")),
        ("events", ("entity", "from", "to")),
        ("statistics", ("entity",)),
        ("names", ("name",)),
        ("bodies", ("cluster", "organisation")),
        ("umbrellas", ("cluster", "umbrella")),
        ("clusters", ("management_organisation",)),
    ):
        for row in _read(data / "pages" / f"{table}.csv"):
            _NAMED.update(row[column] for column in columns)
    _NAMED.update([_slug(name) for name in _NAMED])
    _NAMED.update(row["entity"].rpartition("/")[2] for row in _read(data / "pages/names.csv"))
    _NAMED.update(row["cluster"] for row in _read(data / "founding/designated.csv"))


def _read(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _choices(kind: Kind, rows: list[Row], taken: set[int]) -> Iterator[tuple[int, str]]:
    """Rows (counted from 0) and what is to stand there, spread over the whole table."""
    good = [n for n, row in enumerate(rows) if row[kind.column] and kind.rows(row)]
    for number in range(kind.times):
        left = [n for n in good if n not in taken]
        if not left:
            return
        row = left[(2 * number + 1) * len(left) // (2 * kind.times)]
        value = kind.values[number % len(kind.values)]
        if value == "=":
            before = [n for n in range(row) if n not in taken and rows[n][kind.column]]
            taken.add(before[-1])
            value = rows[before[-1]][kind.column]
        taken.add(row)
        yield row, value


def _seed_table(data: Path, kinds: list[Kind]) -> Iterator[Fault]:
    file = data / kinds[0].file
    book = load_workbook(file) if file.suffix == ".xlsx" else None
    if book is None:
        rows = _read(file)
    else:
        header, *cells = book.active.iter_rows(values_only=True)
        rows = [dict(zip(header, map(_text, row), strict=True)) for row in cells]
    taken: set[int] = set()
    for kind in kinds:
        for row, value in list(_choices(kind, rows, taken)):
            rows[row][kind.column] = value
            if book is not None:
                at = list(rows[row]).index(kind.column) + 1
                book.active.cell(row + 2, at).value = value or None
            yield Fault(kind.name, kind.file, row + 2, kind.column, value)
    if book is not None:
        book.save(file)
        return
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _seed_json(data: Path, kinds: list[Kind]) -> Iterator[Fault]:
    file = data / kinds[0].file
    records = json.loads(file.read_text(encoding="utf-8"))
    taken: set[int] = set()
    for kind in kinds:
        rows = [{kind.column: _told(record, kind)} for record in records]
        for row, value in list(_choices(kind, rows, taken)):
            _put(records[row], kind, value)
            yield Fault(kind.name, kind.file, row + 1, kind.column, value)
    file.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")


def _holder(record: Json, kind: Kind) -> tuple[dict[str, Json], str] | None:
    """The object with the value that a column means, in lists the first; None if there is none."""
    *way, last = kind.column.split(".")
    for step in way:
        record = record.get(step) if isinstance(record, dict) else None
        if isinstance(record, list):
            chosen = [one for one in record if kind.inside(one)]
            record = chosen[0] if chosen else None
    return (record, last) if isinstance(record, dict) and record.get(last) is not None else None


def _told(record: Json, kind: Kind) -> str:
    found = _holder(record, kind)
    return "" if found is None else str(found[0][found[1]])


def _put(record: Json, kind: Kind, value: str) -> None:
    holder, last = _holder(record, kind) or ({}, "")
    before = holder[last]
    if isinstance(before, list):
        holder[last] = [value]
    elif isinstance(before, int | float):
        holder[last] = float(value) if "." in value else int(value)
    else:
        holder[last] = value or None
