"""Rows are left out round by round, until nothing is wrong or nothing helps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from clusterkg.errors import ValidationError
from clusterkg.findings import Finding, Origin, Place, Severity
from clusterkg.sources.relation import Relation
from clusterkg.validation.quarantine import Dangling, Row, left_out_findings, settle
from clusterkg.validation.report import Report, Result

FILE = "demo/people.csv"
PEOPLE = Relation("demo", "people", Path("people.csv"), None, ("id",), 9, FILE)
TOWNS = Relation("demo", "towns", Path("towns.xlsx"), "Orte", ("id",), 9, "demo/towns.xlsx")


@dataclass(frozen=True)
class State:
    report: Report
    relations: tuple[Relation, ...] = (PEOPLE, TOWNS)
    dangling: tuple[Dangling, ...] = ()


def result(*places: Place, severity: str = "Violation") -> Result:
    return Result(
        "<http://e/a>",
        None,
        None,
        "<http://e/Shape>",
        "<http://e/Component>",
        f"<http://www.w3.org/ns/shacl#{severity}>",
        {"en": "wrong", "de": "falsch"},
        origins=tuple(Origin(place) for place in places),
    )


def person(row: int) -> Row:
    return Row("demo", "people", row)


def test_rounds_follow_until_nothing_is_wrong() -> None:
    asked = []
    rounds = [
        State(
            Report(
                (result(Place(FILE, None, 3, "id"), Place(FILE, None, 5, "name")),),
                (Finding(Severity.VIOLATION, "not-a-year", "no year", Place(FILE, None, 7, "x")),),
            )
        ),
        State(
            Report((result(Place(FILE, None, 2), severity="Warning"),)),
            dangling=(Dangling("<http://e/a>", (Place("demo/towns.xlsx", "Orte", 4),)),),
        ),
        State(Report(())),
    ]

    def judge(without: frozenset[Row]) -> State:
        asked.append(without)
        return rounds[len(asked) - 1]

    last, left = settle(judge, ("de", "en"))
    town = Row("demo", "towns", 4)
    assert last is rounds[-1]
    first = {person(3), person(5), person(7)}
    assert asked == [set(), first, first | {town}]
    assert left.keys() == first | {town}
    assert [(one.rule_in("de"), one.message_in("de")) for one in left[person(3)]] == [
        ("Shape", "falsch")
    ]
    assert left[town][0].message_in("ru") == "<http://e/a> нет в выпуске."
    told = list(left_out_findings(left, (PEOPLE, TOWNS)))
    assert [str(one.place) for one in told] == [
        f"{FILE}, row 3",
        f"{FILE}, row 5",
        f"{FILE}, row 7",
        "demo/towns.xlsx, sheet Orte, row 4",
    ]


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ((), "1 violation comes from no row: Shape: wrong"),
        ((Place(FILE),), "1 violation comes from no row"),
        ((Place("demo/mapping.ttl", None, 3),), "1 violation comes from no row"),
        ((Place(FILE, None, 3),), "1 violation stays, though 1 row was left out for it"),
    ],
)
def test_what_does_not_go_away_is_an_error(places: tuple[Place, ...], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        settle(lambda _: State(Report((result(*places),))), ("en",))
