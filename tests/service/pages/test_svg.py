"""Pictures as values: nothing hidden, nothing outside the frame, counts that add up."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from clusterkg.service.pages.svg import chart, constellation, lettering, timeline
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


def boxes(drawn: constellation.Constellation) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right and bottom of every text as it may look in a wide font."""
    found = []
    for node in drawn.nodes:
        size = constellation.SMALL_LETTERS if node.kind == "Bridge" else constellation.LETTERS
        bold = node.kind == "Management" or bool(node.count)
        length = lettering.width(node.short, size, bold=bold)
        left = node.text_x if node.anchor == "start" else node.text_x - length
        found.append((left, node.y - size * 0.75, left + length, node.y + size * 0.6, node.short))
    return found


def assert_apart(drawn: constellation.Constellation | None) -> None:
    assert drawn is not None
    texts = boxes(drawn)
    for left, top, right, bottom, text in texts:
        assert left >= 0, text
        assert right <= drawn.width, text
        assert top >= 0, text
        assert bottom <= drawn.height, text
    for (l1, t1, r1, b1, one), (l2, t2, r2, b2, other) in combinations(texts, 2):
        assert r1 <= l2 or r2 <= l1 or b1 <= t2 or b2 <= t1, (one, other)


BRIDGES = tuple((f"Cluster mit einem langen Namen, Nummer {i}", f"/b{i}") for i in range(24))


def test_no_two_names_overlap_with_few_actors_and_bridges_on_the_left() -> None:
    names = [
        ("Dr. Födisch Umweltmesstechnik AG", "Company"),
        ("European Energy Exchange AG", "Company"),
        ("Helmholtz-Zentrum für Umweltforschung", "University"),
        ("Universität Leipzig", "University"),
        ("Stadt Leipzig, Amt für Wirtschaftsförderung", "Other"),
        ("Institut für Stadtentwicklung und Bauwirtschaft (ISB)", "Other"),
    ]
    health = ("Gesundheitswirtschaft und Biotechnologie", "/h")
    saxocell = ("Zukunftscluster SaxoCell", "/s")
    members = [
        constellation.Member(
            name, kind, f"/{i}", (health, saxocell) if name.startswith("Univ") else ()
        )
        for i, (name, kind) in enumerate(names)
    ]
    drawn = constellation.draw(members, [("Netzwerk Energie & Umwelt e.V.", "/m")], KINDS)
    assert_apart(drawn)
    assert drawn is not None
    outer = [node.x for node in drawn.nodes if node.kind == "Bridge"]
    inner = [left for left, _, _, _, text in boxes(drawn) if not text.startswith(("Gesu", "Zuk"))]
    assert len(outer) == 2
    assert max(outer) < min(inner)


def test_no_two_names_overlap_with_bridges_on_both_sides() -> None:
    members = [
        constellation.Member(
            f"Ein Unternehmen mit Sitz in Sachsen {i}", KINDS[i % 3], "/x", BRIDGES[i : i + 2]
        )
        for i in range(17)
    ]
    assert_apart(constellation.draw(members, [("Automotive Cluster GmbH", "/m")], KINDS))


def test_no_two_names_overlap_with_sixty_long_names() -> None:
    name = "WIRTSCHAFTSFÖRDERUNGSGESELLSCHAFT Общество развития экономики mbH & Co. KG"
    members = [
        constellation.Member(f"{name} {i}", KINDS[i % 3], "/x", BRIDGES[i % 5 :: 5])
        for i in range(60)
    ]
    assert_apart(constellation.draw(members, [(f"{name} {i}", "/m") for i in range(3)], KINDS))


@given(
    st.lists(
        st.builds(
            constellation.Member,
            name=st.text(min_size=1, max_size=60),
            kind=st.sampled_from(KINDS),
            link=st.just("/x"),
            bridges=st.lists(st.sampled_from(BRIDGES), max_size=4).map(tuple),
        ),
        min_size=1,
        max_size=80,
    )
)
def test_no_two_names_overlap(members: list[constellation.Member]) -> None:
    assert_apart(constellation.draw(members, [("Management", "/m")], KINDS))
    assert_apart(constellation.draw_narrow(members, [("Management", "/m")], KINDS))


def test_a_phone_gets_one_column() -> None:
    members = [
        constellation.Member(f"{i:02} Ein Unternehmen aus Sachsen", "Company", f"/{i}", BRIDGES)
        for i in range(17)
    ]
    drawn = constellation.draw_narrow(members, [("Automotive Cluster GmbH", "/m")], KINDS)
    assert_apart(drawn)
    assert drawn is not None
    assert drawn.width <= 390 - 32
    actors = [node for node in drawn.nodes if node.kind == "Company"]
    assert [node.link for node in actors] == [member.link for member in members]
    assert len({node.text_x for node in actors}) == 1
    assert {node.kind for node in drawn.nodes} == {"Company", "Management"}
    assert constellation.draw_narrow([], [], KINDS) is None


@given(st.text(max_size=80), st.floats(30, 300))
def test_a_fitted_text_fits(text: str, room: float) -> None:
    assert lettering.width(lettering.fit(text, room, 13), 13) <= room


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
