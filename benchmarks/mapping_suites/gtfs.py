"""GTFS-Madrid-Bench: the Madrid metro's timetable as ten CSV files, 395 953 triples a scale.

The published files are scale 1. Scale k holds k replicas of their rows: identifiers are counters of
20 digits, the first three of which (always 000) number the replica, so that no triple of one
replica is also in another.

The arrival and departure times of the published files are such counters too and no xsd:duration,
which the mapping declares them to be: R2RML and RML call that a data error. So that every engine
makes the same triples they are written as durations (counter 15 becomes PT15S) unless they are
wanted as published.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from mapping_suites.case import Case, complete, prepared
from mapping_suites.document import Table, document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRIPLES = 395_953
DURATIONS = 4_728  # triples a scale whose object is declared an xsd:duration
REPLICA = "\x00\x00\x00"
IDENTIFIERS = frozenset(
    [
        "agency_id",
        "service_id",
        "trip_id",
        "route_id",
        "shape_id",
        "stop_id",
        "parent_station",
        "feed_publisher_name",
    ]
)
TIMES = frozenset({"arrival_time", "departure_time"})
PREFIXES = {
    "gtfs": "http://vocab.gtfs.org/terms#",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dct": "http://purl.org/dc/terms/",
    "schema": "http://schema.org/",
}
MADRID = "http://transport.linkeddata.es/madrid"
METRO = f"{MADRID}/metro"
CODES = "http://transport.linkeddata.es/resource"
POINT = f"{METRO}/shape_point/{{shape_id}}-{{shape_pt_sequence}}"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def table(name: str, source: str, subject: str, kind: str, *facts: tuple[str, str]) -> Table:
    return Table(name, f"{source}.csv", subject, facts, PREFIXES["gtfs"] + kind)


def tables(*, self_join: bool) -> Iterator[Table]:
    """13 triples maps with 85 predicates and 11 joins, or 12 with the join of SHAPES to itself."""
    points = "> shapePoints shape_id=shape_id" if self_join else POINT
    yield table(
        "stopTimes",
        "STOP_TIMES",
        f"{METRO}/stoptimes/{{trip_id}}-{{stop_id}}-{{arrival_time}}",
        "StopTime",
        ("gtfs:arrivalTime", "arrival_time xsd:duration"),
        ("gtfs:departureTime", "departure_time xsd:duration"),
        ("gtfs:stopSequence", "stop_sequence xsd:integer"),
        ("gtfs:headsign", "stop_headsign"),
        ("gtfs:pickupType", f"{CODES}/PickupType/{{pickup_type}}"),
        ("gtfs:dropOffType", f"{CODES}/DropOffType/{{drop_off_type}}"),
        ("gtfs:distanceTraveled", "shape_dist_traveled"),
        ("gtfs:trip", "> trips trip_id=trip_id"),
        ("gtfs:stop", "> stops stop_id=stop_id"),
    )
    yield table(
        "trips",
        "TRIPS",
        f"{METRO}/trips/{{trip_id}}",
        "Trip",
        ("gtfs:headsign", "trip_headsign"),
        ("gtfs:shortName", "trip_short_name"),
        ("gtfs:direction", "direction_id"),
        ("gtfs:block", "block_id"),
        (
            "gtfs:wheelchairAccessible",
            f"{CODES}/WheelchairBoardingStatus/{{wheelchair_accessible}}",
        ),
        (
            "gtfs:service",
            "> services1 service_id=service_id | > services2 service_id=service_id",
        ),
        ("gtfs:route", "> routes route_id=route_id"),
        ("gtfs:shape", "> shapes shape_id=shape_id"),
    )
    yield table(
        "routes",
        "ROUTES",
        f"{METRO}/routes/{{route_id}}",
        "Route",
        ("gtfs:shortName", "route_short_name"),
        ("gtfs:longName", "route_long_name"),
        ("dct:description", "route_desc"),
        ("gtfs:routeType", f"{CODES}/RouteType/{{route_type}}"),
        ("gtfs:routeUrl", "route_url IRI"),
        ("gtfs:color", "route_color"),
        ("gtfs:textColor", "route_text_color"),
        ("gtfs:agency", "> agency agency_id=agency_id"),
    )
    yield table(
        "agency",
        "AGENCY",
        f"{MADRID}/agency/{{agency_id}}",
        "Agency",
        ("foaf:page", "agency_url IRI"),
        ("foaf:name", "agency_name"),
        ("gtfs:timeZone", "agency_timezone"),
        ("dct:language", "agency_lang"),
        ("foaf:phone", "agency_phone"),
        ("gtfs:fareUrl", "agency_fare_url IRI"),
    )
    yield table(
        "stops",
        "STOPS",
        f"{METRO}/stops/{{stop_id}}",
        "Stop",
        ("gtfs:code", "stop_code"),
        ("dct:identifier", "stop_id"),
        ("foaf:name", "stop_name"),
        ("dct:description", "stop_desc"),
        ("geo:lat", "stop_lat xsd:double"),
        ("geo:long", "stop_lon xsd:double"),
        ("gtfs:zone", "zone_id"),
        ("foaf:page", "stop_url IRI"),
        ("gtfs:locationType", f"{CODES}/LocationType/{{location_type}}"),
        ("gtfs:timeZone", "stop_timezone"),
        ("gtfs:wheelchairAccessible", f"{CODES}/WheelchairBoardingStatus/{{wheelchair_boarding}}"),
        ("gtfs:parentStation", "> stops parent_station=stop_id"),
    )
    service = f"{METRO}/services/{{service_id}}"
    for name, source, rules in (
        ("services1", "CALENDAR", "calendarRules"),
        ("services2", "CALENDAR_DATES", "calendarDateRules"),
    ):
        rule = ("gtfs:serviceRule", f"> {rules} service_id=service_id")
        yield table(name, source, service, "Service", rule)
    yield table(
        "calendarDateRules",
        "CALENDAR_DATES",
        f"{METRO}/calendar_date_rule/{{service_id}}-{{date}}",
        "CalendarDateRule",
        ("dct:date", "date xsd:date"),
        ("gtfs:dateAddition", "exception_type xsd:boolean"),
    )
    yield table(
        "calendarRules",
        "CALENDAR",
        f"{METRO}/calendar_rules/{{service_id}}",
        "CalendarRule",
        *((f"gtfs:{day}", f"{day} xsd:boolean") for day in DAYS),
        ("schema:startDate", "start_date xsd:date"),
        ("schema:endDate", "end_date xsd:date"),
    )
    yield table(
        "feed",
        "FEED_INFO",
        f"{METRO}/feed/{{feed_publisher_name}}",
        "Feed",
        ("dct:publisher", "feed_publisher_name"),
        ("foaf:page", "feed_publisher_url IRI"),
        ("dct:language", "feed_lang"),
        ("schema:startDate", "feed_start_date xsd:date"),
        ("schema:endDate", "feed_end_date xsd:date"),
        ("schema:version", "feed_version"),
    )
    yield table(
        "shapes", "SHAPES", f"{METRO}/shape/{{shape_id}}", "Shape", ("gtfs:shapePoint", points)
    )
    yield table(
        "shapePoints",
        "SHAPES",
        POINT,
        "ShapePoint",
        ("geo:lat", "shape_pt_lat xsd:double"),
        ("geo:long", "shape_pt_lon xsd:double"),
        ("gtfs:pointSequence", "shape_pt_sequence"),
        ("gtfs:distanceTraveled", "shape_dist_traveled"),
    )
    yield table(
        "frequencies",
        "FREQUENCIES",
        f"{METRO}/frequency/{{trip_id}}-{{start_time}}",
        "Frequency",
        ("gtfs:startTime", "start_time"),
        ("gtfs:endTime", "end_time"),
        ("gtfs:headwaySeconds", "headway_secs xsd:integer"),
        ("gtfs:exactTimes", "exact_times xsd:boolean"),
        ("gtfs:trip", "> trips trip_id=trip_id"),
    )


def cases(published: Path, folder: Path, scale: int, *, times: bool) -> Iterator[Case]:
    """The mapping with and without the join of SHAPES to itself; `times` makes durations valid."""
    replicate(published, folder, scale, times=times)
    for self_join in (False, True):
        name = "with self-join" if self_join else "without self-join"
        mapping = folder / f"mapping-{name.replace(' ', '-')}.ttl"
        mapping.write_text(document(tables(self_join=self_join), PREFIXES), "utf-8")
        yield Case(
            "GTFS-Madrid",
            name,
            f"{scale}",
            mapping,
            scale * TRIPLES,
            refused=0 if times else scale * DURATIONS,
            # the join of SHAPES with itself names the same points again and again
            tables=tuple(tables(self_join=False)) if times else (),
            prefixes=tuple(PREFIXES.items()),
        )


def replicate(published: Path, folder: Path, scale: int, *, times: bool) -> None:
    if not 1 <= scale <= 1000:
        raise SystemExit(f"a GTFS scale is a number from 1 to 1000, not {scale}")
    if prepared(folder):
        return
    for source in sorted(published.glob("*.csv")):
        header, _, rows = pattern(source, times=times).partition("\n")
        with (folder / source.name).open("w", encoding="utf-8", newline="") as target:
            target.write(f"{header}\n")
            for replica in range(scale):
                target.write(rows.replace(REPLICA, f"{replica:03}"))
    complete(folder)


def pattern(source: Path, *, times: bool) -> str:
    """The text of a table in which the number of the replica is left open."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    with source.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            [cell(value, name, times=times) for name, value in zip(header, row, strict=True)]
        )
    return text.getvalue()


def cell(value: str, column: str, *, times: bool) -> str:
    if column in IDENTIFIERS and value:
        return REPLICA + value.removeprefix("000")
    if times and column in TIMES:
        return f"PT{int(value, 36)}S"
    return value
