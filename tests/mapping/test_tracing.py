"""Quads, nodes and missing values are traced through plans: joins, functions, any query."""

from __future__ import annotations

from collections.abc import Callable

from clusterkg.findings import Origin
from clusterkg.mapping.tracing import Asked, Found, Missing, Tables, trace

from .conftest import BASE, PREFIXES, Bench

EX = "https://data.example.org/terms#"


def asked(bench: Bench, text: str, what: Asked) -> Found:
    mapping = bench.read(text)
    return trace(Tables(bench.connection, (), bench.relations, {"demo": mapping}), what)


def quad(s: str, p: str, o: str) -> tuple[str, str, str]:
    return f"<{BASE}id/{s}>", f"<{EX}{p}>", o


def told(origins: tuple[Origin, ...]) -> list[str]:
    return [f"{one.role} {one.place} = {one.value}" for one in origins]


JOINED = f"""{PREFIXES}mappings:
  city:
    sources: [{{table: places.cities}}]
    s: id/$(nuts3)
  organisation:
    sources: [{{table: organisations}}]
    s: id/$(name)
    po:
      - p: ex:in
        o:
          mapping: city
          condition: {{function: equal, parameters: [[str1, $(city)], [str2, $(name)]]}}
"""


def test_a_join_names_both_rows(bench: Bench) -> None:
    made = quad("Porsche%20%22Leipzig%22", "in", f"<{BASE}id/DED51>")
    lacking = Missing(f"<{BASE}id/Bäckerei%20Süß>", f"<{EX}in>")
    found = asked(bench, JOINED, Asked(frozenset({made}), frozenset({lacking})))
    assert told(found.quads[made]) == [
        "value data/places/cities.csv, row 2, column nuts3 = DED51",
        "source data/demo/organisations.csv, row 2, column city = Leipzig",
    ]
    assert told(found.missing[lacking]) == [
        "missing data/demo/organisations.csv, row 3, column city = Halle"
    ]
    (origin,) = found.missing[lacking]
    assert origin.mapping == "demo/mapping.yml, line 9"


def test_a_function_is_traced_to_what_it_was_given(
    bench: Bench, simple: Callable[..., str]
) -> None:
    text = simple(
        "{p: ex:as, o: {function: grel:toUpperCase, parameters: [[valueParameter, $(city)]]}}"
    ).replace("prefixes:", "prefixes:\n  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#")
    made = quad("Porsche%20%22Leipzig%22", "as", '"LEIPZIG"')
    found = asked(bench, text, Asked(frozenset({made})))
    assert told(found.quads[made]) == [
        "value data/demo/organisations.csv, row 2, column city = Leipzig"
    ]


def test_a_query_that_cannot_be_followed_names_its_columns(
    bench: Bench, simple: Callable[..., str]
) -> None:
    text = simple(
        "[ex:as, $(city)]",
        source="{query: 'SELECT DISTINCT ON (city) name, city FROM organisations', "
        "queryFormulation: sql2008}",
    )
    made = quad("Porsche%20%22Leipzig%22", "as", '"Leipzig"')
    found = asked(bench, text, Asked(frozenset({made}), nodes=frozenset({made[0]})))
    assert told(found.quads[made]) == ["value data/demo/organisations.csv, column city = None"]
    assert told(found.nodes[made[0]]) == ["subject data/demo/organisations.csv, column name = None"]


def test_what_the_mapping_itself_says_is_told_there(
    bench: Bench, simple: Callable[..., str]
) -> None:
    text = simple("[ex:as, Leipzig]", subject="id/city")
    made = quad("city", "as", '"Leipzig"')
    found = asked(bench, text, Asked(frozenset({made})))
    assert [(one.place.file, one.mapping) for one in found.quads[made]] == [
        ("demo/mapping.yml", "demo/mapping.yml, line 11")
    ]


def test_what_no_triples_map_makes_is_not_there(bench: Bench, simple: Callable[..., str]) -> None:
    made = quad("city", "as", '"Leipzig"')
    found = asked(bench, simple("[ex:as, $(city)]"), Asked(frozenset({made})))
    assert found == Found()
