"""Pictures as values: nothing hidden, nothing outside the frame, counts that add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clusterkg.service.pages.svg import chart, constellation, timeline
from clusterkg.service.pages.svg import map as maps

KINDS = ("Company", "University", "Other")

points = st.builds(
    maps.Point,
    latitude=st.floats(49, 54),
    longitude=st.floats(9, 15),
    kind=st.sampled_from(KINDS),
    exact=st.booleans(),
    name=st.text(min_size=1, max_size=5),
    link=st.just("/x"),
)


@given(st.lists(points, min_size=1, max_size=60))
def test_no_point_is_lost_or_outside(given_points: list[maps.Point]) -> None:
    drawn = maps.draw(given_points, [])
    assert drawn is not None
    assert len(drawn.dots) + sum(pile.count for pile in drawn.piles) == len(given_points)
    for dot in drawn.dots:
        assert 0 <= dot.x <= drawn.width
        assert 0 <= dot.y <= drawn.height


def test_north_is_up_and_east_is_right() -> None:
    leipzig = maps.Point(51.34, 12.37, "Company", True, "L", "/l")
    magdeburg = maps.Point(52.13, 11.62, "Company", True, "M", "/m")
    dresden = maps.Point(51.05, 13.74, "Company", True, "D", "/d")
    drawn = maps.draw([leipzig, magdeburg, dresden], [])
    assert drawn is not None
    place = {dot.point.name: (dot.x, dot.y) for dot in drawn.dots}
    assert place["M"][0] < place["L"][0] < place["D"][0]
    assert place["M"][1] < place["L"][1] < place["D"][1]


def test_many_at_one_place_become_a_counted_pile() -> None:
    same = [maps.Point(51.34, 12.37, KINDS[i % 2], False, f"n{i:02}", "/x") for i in range(30)]
    drawn = maps.draw(same, [maps.Place(51.34, 12.37, "Leipzig", 600_000)])
    assert drawn is not None
    assert drawn.dots == ()
    assert [pile.count for pile in drawn.piles] == [30]
    assert sum(part.count for part in drawn.piles[0].slices) == 30
    assert [town.name for town in drawn.towns] == ["Leipzig"]


def test_a_few_at_one_place_are_spread() -> None:
    same = [maps.Point(51.34, 12.37, "Company", False, f"n{i}", "/x") for i in range(12)]
    drawn = maps.draw(same, [])
    assert drawn is not None
    assert len({(round(dot.x, 1), round(dot.y, 1)) for dot in drawn.dots}) == 12


def test_the_larger_town_gets_its_name_first() -> None:
    here = [maps.Point(51.0, 12.0, "Company", True, "n", "/x")]
    towns = [maps.Place(51.1, 12.1, "Small", 10), maps.Place(51.1, 12.1, "Large", 1000)]
    drawn = maps.draw(here, towns)
    assert drawn is not None
    assert drawn.towns[0].name == "Large"


def test_no_points_no_map() -> None:
    assert maps.draw([], []) is None


def test_constellation_names_everybody_up_to_sixty() -> None:
    members = [constellation.Member(f"m{i:02}", KINDS[i % 3], f"/m{i}") for i in range(60)]
    drawn = constellation.draw(members, [("Management", "/g")], KINDS)
    assert drawn is not None
    named = [node for node in drawn.nodes if node.kind in KINDS]
    assert len(named) == 60
    assert all(0 <= node.y <= drawn.height for node in drawn.nodes)


def test_constellation_counts_what_it_cannot_name() -> None:
    members = [constellation.Member(f"m{i:03}", "Company", f"/m{i}") for i in range(90)]
    members += [constellation.Member(f"u{i}", "University", f"/u{i}") for i in range(5)]
    drawn = constellation.draw(members, [], KINDS)
    assert drawn is not None
    assert [(node.kind, node.count) for node in drawn.nodes if node.count] == [("Company", 90)]
    assert sum(node.kind == "University" for node in drawn.nodes) == 5


def test_bridges_to_other_clusters_stand_once() -> None:
    members = [
        constellation.Member(f"m{i}", "Company", "/m", (("Other cluster", "/o"),)) for i in (1, 2)
    ]
    drawn = constellation.draw(members, [], KINDS)
    assert drawn is not None
    bridges = [node for node in drawn.nodes if node.kind == "Bridge"]
    assert 1 <= len(bridges) <= 2
    assert sum(arc.kind == "Bridge" for arc in drawn.arcs) == 2


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=30))
def test_columns_stay_in_the_frame(values: list[float]) -> None:
    drawn = chart.columns([(str(2000 + i), value) for i, value in enumerate(values)])
    assert drawn is not None
    for column in drawn.columns:
        assert column.height >= 0
        assert column.y >= 0
        assert column.x + column.width <= drawn.width


@given(st.floats(1, 1e12))
def test_steps_are_few_and_reach_the_highest(highest: float) -> None:
    steps = chart.steps(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest * 0.999999
    assert 2 <= len(steps) <= 7


def test_scatter_needs_two_times() -> None:
    assert chart.scatter([(2022.0, 1.0, "a", 0), (2022.0, 2.0, "b", 1)]) is None
    drawn = chart.scatter([(2020.0, 1.0, "a", 0), (2022.0, 2.0, "b", 1)])
    assert drawn is not None
    assert drawn.marks[0].x < drawn.marks[1].x
    assert drawn.marks[0].y > drawn.marks[1].y


def test_timeline_numbers_follow_the_list() -> None:
    drawn = timeline.draw(["2004", None, "2014-03-18", "2015-01"])
    assert drawn is not None
    assert [moment.number for moment in drawn.moments] == [1, 3, 4]
    assert [m.x for m in drawn.moments] == sorted(m.x for m in drawn.moments)
    assert timeline.draw(["2004", None]) is None


def test_years_of_dates() -> None:
    assert timeline.year_of("2014") == 2014
    assert timeline.year_of("2014-07") == 2014.5
    assert timeline.year_of("unstated") is None
