"""Whole mappings on both engines: a benchmark's with its joins, and a source of this project."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from .comparing import Outcome

ROOT = Path(__file__).parents[3]
Same = Callable[..., Outcome]

# the tables of GTFS-Madrid-Bench: how many rows are made up here, and the columns
TABLES = """
AGENCY 1 agency_id agency_name agency_url agency_timezone agency_lang agency_phone agency_fare_url

CALENDAR 3 service_id monday tuesday wednesday thursday friday saturday sunday start_date end_date

CALENDAR_DATES 6 service_id date exception_type

FEED_INFO 1 feed_publisher_name feed_publisher_url feed_lang feed_start_date feed_end_date
feed_version

FREQUENCIES 8 trip_id start_time end_time headway_secs exact_times

ROUTES 4 route_id agency_id route_short_name route_long_name route_desc route_type route_url
route_color route_text_color

SHAPES 12 shape_id shape_pt_lat shape_pt_lon shape_pt_sequence shape_dist_traveled

STOPS 9 stop_id stop_code stop_name stop_desc stop_lat stop_lon zone_id stop_url location_type
parent_station stop_timezone wheelchair_boarding

STOP_TIMES 30 trip_id arrival_time departure_time stop_id stop_sequence stop_headsign pickup_type
drop_off_type shape_dist_traveled

TRIPS 10 route_id service_id trip_id trip_headsign trip_short_name direction_id block_id shape_id
wheelchair_accessible
"""
KEYS = {"agency": 1, "service": 4, "route": 4, "trip": 10, "shape": 3, "stop": 9}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


WRONG = {
    ("CALENDAR", "friday", 2): "never",
    ("CALENDAR_DATES", "date", 4): "2017-02-30",
    ("STOPS", "stop_url", 5): "http://www.crtm.es/a b",
    ("STOP_TIMES", "arrival_time", 19): "00000000000000000019",
}


def cell(table: str, column: str, row: int) -> str:
    """A value of the kind that stands there; now and then none, or one that nothing joins."""
    if (table, column, row) in WRONG:
        return WRONG[table, column, row]
    number = row * len(column)
    made = "" if number % 5 == 4 else str(number)
    key = column.removesuffix("_id")
    if key in KEYS:
        made = f"{row % KEYS[key] + (row % 7 == 6):020}"
    elif column == "parent_station":
        made = f"{row // 3:020}" if row % 3 else ""
    elif column in DAYS or column in ("exception_type", "exact_times"):
        made = str(row % 2)
    elif "date" in column:
        made = f"2017-01-{row + 1:02}"
    elif "url" in column:
        made = f"http://www.crtm.es/{row}"
    elif column in ("arrival_time", "departure_time"):
        made = f"PT{row}S"
    return made


def write_gtfs(folder: Path) -> None:
    for block in TABLES.strip().split("\n\n"):
        table, rows, *columns = block.split()
        made = ([cell(table, name, row) for name in columns] for row in range(int(rows)))
        text = "".join(",".join(line) + "\n" for line in [columns, *made])
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")


def test_gtfs_madrid_bench(
    same_on_both: Same, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mapping with all its joins, that of SHAPES with itself too."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from mapping_suites import gtfs
    from mapping_suites.document import document

    write_gtfs(tmp_path)
    file = tmp_path / "mapping.ttl"
    file.write_text(document(gtfs.tables(self_join=True), gtfs.PREFIXES), encoding="utf-8")
    made = same_on_both(file)
    assert not isinstance(made, str)
    quads, findings = made
    assert len(quads) > 500
    told = "\n".join(findings)
    assert all(f"column {column}: '{value}'" in told for (_, column, _), value in WRONG.items())
    for joined in ("shapePoint", "serviceRule", "parentStation"):
        assert any(f"<http://vocab.gtfs.org/terms#{joined}>" in quad for quad in quads)


@pytest.mark.parametrize("source", ["nace"])
def test_a_source_of_this_project(same_on_both: Same, tmp_path: Path, source: str) -> None:
    """Its mapping on its own, run on a database that holds its declared tables."""
    folder = ROOT / "data" / source
    declared = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))["tables"]
    file = tmp_path / "tables.duckdb"
    with duckdb.connect(str(file)) as connection:
        for name, table in declared.items():
            path = folder / table["file"]
            connection.execute(
                f"CREATE TABLE {name} AS FROM read_csv('{path}', all_varchar = true)"
            )
    made = same_on_both(folder / "mapping.yarrrml.yml", database=f"duckdb:///{file}")
    assert not isinstance(made, str)
    quads, findings = made
    assert len(quads) > 6000
    assert findings
