"""A mapping that does not fit its tables is told where and what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from clusterkg.errors import MappingError
from clusterkg.mapping.checking import check_all_used, used_columns
from clusterkg.sources.description import SourceDescription
from clusterkg.sources.table_description import TableDescription

from .conftest import PREFIXES, Bench


def error(bench: Bench, text: str) -> str:
    with pytest.raises(MappingError) as caught:
        bench.map(text)
    return str(caught.value).replace(f"{bench.folder}/", "")


def test_unknown_columns_are_told_with_the_near_one(
    bench: Bench, simple: Callable[..., str]
) -> None:
    text = simple("[ex:name, $(nmae)]", "[ex:page, 'http://x/$(webseite)~iri']")
    assert error(bench, text) == (
        "mapping.yml: 2 problems\n"
        "  mapping.yml:11: triples map 'organisation': no column 'nmae'\n"
        "    Did you mean 'name'?\n"
        "  mapping.yml:12: triples map 'organisation': no column 'webseite'\n"
        "    Did you mean 'website'?"
    )


def test_an_unknown_table_is_told(bench: Bench, simple: Callable[..., str]) -> None:
    text = simple("[ex:name, $(name)]", source="table: organisation")
    assert error(bench, text) == (
        "mapping.yml:8: triples map 'organisation': no table 'organisation'\n"
        "  Did you mean 'organisations'?"
    )


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT name,\n            citty\n          FROM organisations",
            (
                "mapping.yml:10: triples map 'organisation': the query is refused: "
                'Binder Error: Referenced column "citty" not found in FROM clause!\n'
                "  Did you mean 'city'?"
            ),
        ),
        (
            "SELECT o.citty FROM organisations o",
            (
                "mapping.yml:9: triples map 'organisation': the query is refused: "
                'Binder Error: Table "o" does not have a column named "citty"\n'
                "  Did you mean 'city'?"
            ),
        ),
        (
            "SELECT name FROM organisation",
            (
                "mapping.yml:9: triples map 'organisation': the query is refused: "
                "Catalog Error: Table with name organisation does not exist!\n"
                "  Did you mean 'organisations'?"
            ),
        ),
        (
            "SELECT name\n          FORM organisations",
            (
                "mapping.yml:10: triples map 'organisation': the query is refused: "
                'Parser Error: syntax error at or near "organisations"'
            ),
        ),
    ],
)
def test_a_query_that_is_refused_has_its_line(
    bench: Bench, simple: Callable[..., str], sql: str, message: str
) -> None:
    text = simple("[ex:name, $(name)]", source=f"query: |\n          {sql}")
    assert error(bench, text) == message


def test_nested_columns_want_a_query(bench: Bench, simple: Callable[..., str]) -> None:
    text = simple("[ex:a, $(a)]", source="query: \"SELECT 'x' AS name, {'b': 1} AS a\"")
    assert error(bench, text) == (
        "mapping.yml:11: triples map 'organisation': column 'a' is nested (STRUCT(b INTEGER))\n"
        "  Take the value out in a query, for instance SELECT address.city AS city."
    )


def test_columns_of_a_join_are_checked_on_both_sides(bench: Bench) -> None:
    text = (
        PREFIXES
        + """
mappings:
  member:
    sources: [{table: members}]
    s: id/$(cluster)
    po:
      - p: ex:of
        o:
          mapping: organisation
          condition: {function: equal, parameters: [[a, $(org)], [b, $(nam)]]}
      - p: ex:of
        o: {mapping: organisation}
  organisation:
    sources: [{table: organisations}]
    s: id/$(name)
"""
    )
    assert error(bench, text) == (
        "mapping.yml: 4 problems\n"
        "  mapping.yml:7: triples map 'member' refers to 'organisation' without a join condition, "
        "and their logical sources differ\n"
        "    State which columns have to be equal.\n"
        "  mapping.yml:14: triples map 'member': no column 'org'\n"
        "    Known here: cluster, organisation.\n"
        "  mapping.yml:14: triples map 'organisation': no column 'nam'\n"
        "    Did you mean 'name'?\n"
        "  mapping.yml:19: triples map 'member': no column 'name'\n"
        "    Known here: cluster, organisation."
    )


def test_the_search_path_is_put_back(bench: Bench, simple: Callable[..., str]) -> None:
    sql = "SELECT current_setting('search_path')"
    before = bench.connection.execute(sql).fetchall()
    error(bench, simple("[ex:name, $(nmae)]"))
    bench.map(simple("[ex:name, $(name)]"))
    assert bench.connection.execute(sql).fetchall() == before


# -- which columns are used --------------------------------------------------------------------


def used(bench: Bench, text: str) -> set[str]:
    columns = used_columns(bench.read(text), bench.relations, "demo")
    return {".".join(column) for column in columns}


def test_columns_of_a_table_are_used_by_reference(bench: Bench, simple: Callable[..., str]) -> None:
    assert used(bench, simple("[ex:in, '$(city), here']")) == {
        "demo.organisations.name",
        "demo.organisations.city",
    }


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT name, upper(city) AS c FROM organisations", {"name", "city"}),
        ("SELECT o.name FROM organisations o WHERE o.founded > '1'", {"name", "founded"}),
        ("SELECT * FROM organisations", {"name"}),
        ("SELECT *, slug(city) AS key FROM organisations", {"name", "city"}),
        ("SELECT x.name FROM (SELECT * FROM organisations) x", {"name"}),
        ("WITH w AS (SELECT * FROM organisations) SELECT name, city FROM w", {"name", "city"}),
        ("SELECT NAME AS name FROM demo.organisations", {"name"}),
        ("SELECT name FROM organisations UNION SELECT city FROM organisations", {"name", "city"}),
        (
            (
                "SELECT o.name FROM organisations o WHERE EXISTS "
                "(SELECT 1 FROM members m WHERE m.organisation = o.city)"
            ),
            {"name", "city", "demo.members.organisation"},
        ),
        (
            "SELECT o.name FROM organisations o JOIN places.cities c ON c.name = o.city",
            {"name", "city", "places.cities.name"},
        ),
        (
            "SELECT name FROM organisations JOIN places.cities USING (name)",
            {"name", "places.cities.name"},
        ),
        ("SELECT t.v AS name FROM organisations, unnest(parts(city, ';')) AS t(v)", {"city"}),
    ],
)
def test_columns_of_a_query_are_used_when_named(
    bench: Bench, simple: Callable[..., str], sql: str, expected: set[str]
) -> None:
    text = simple("[ex:name, $(name)]", source=f"query: |\n          {sql}")
    assert used(bench, text) == {
        name if "." in name else f"demo.organisations.{name}" for name in expected
    }


def description(ignore: dict[str, str]) -> SourceDescription:
    def table(name: str, ignored: dict[str, str]) -> TableDescription:
        file, shown = Path(f"{name}.csv"), f"data/demo/{name}.csv"
        return TableDescription(name, file, "csv", "rows", (1, 9), shown, ignore=ignored)

    return SourceDescription(
        key="demo",
        folder=Path("data/demo"),
        title={},
        description={},
        publisher="x",
        licence="http://dcat-ap.de/def/licenses/cc-zero",
        origin=(),
        retrieved=date(2026, 1, 1),
        tables=(table("organisations", ignore), table("members", {"organisation": "x"})),
    )


def test_columns_that_nobody_uses_are_told(bench: Bench, simple: Callable[..., str]) -> None:
    relations = [relation for relation in bench.relations if relation.source == "demo"]
    columns = used_columns(bench.read(simple("[ex:in, $(city)]")), relations, "demo")
    columns.add(("demo", "members", "cluster"))
    check_all_used([description({"founded": "x", "website": "y"})], relations, columns)
    with pytest.raises(MappingError) as caught:
        check_all_used([description({"website": "y"})], relations, columns)
    assert str(caught.value) == (
        "data/demo/organisations.csv: column 'founded' is neither mapped nor ignored\n"
        "  Map it, or say in source.toml why not: "
        '[tables.organisations.ignore] founded = "the reason".'
    )
    with pytest.raises(MappingError) as caught:
        check_all_used([description({})], relations, columns)
    assert str(caught.value).startswith(
        "2 columns are not used\n"
        "  data/demo/organisations.csv: column 'founded' is neither mapped nor ignored\n"
        "  data/demo/organisations.csv: column 'website' is neither mapped nor ignored\n"
    )
