"""Addresses of databases: what is understood, and that no password is ever shown."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.errors import SettingsError, SourceError
from clusterkg.sources.databases import (
    Address,
    NotAnAddressError,
    given_address,
    is_address,
    open_database,
    parse_address,
    password_of,
    without_end,
)
from clusterkg.sources.sparql import shown_endpoint


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("postgresql://db.org/a", Address("postgresql", "a", "db.org")),
        ("postgres://anna@db.org:5433/a", Address("postgresql", "a", "db.org", 5433, "anna")),
        ("jdbc:postgresql://[::1]/a?user=x", Address("postgresql", "a", "::1", None, "x")),
        ("jdbc:postgresql:a", Address("postgresql", "a", "localhost")),
        ("mariadb://db.org/a%20b", Address("mysql", "a b", "db.org")),
        (
            "jdbc:mysql://db.org/a?useSSL=true",
            Address("mysql", "a", "db.org", options=(("useSSL", "true"),)),
        ),
        ("sqlite:///people.db", Address("sqlite", "people.db")),
        ("sqlite:////srv/people.db", Address("sqlite", "/srv/people.db")),
        ("jdbc:sqlite:people.db", Address("sqlite", "people.db")),
        ("people.sqlite3", Address("sqlite", "people.sqlite3")),
        ("duckdb:///people.duckdb", Address("duckdb", "people.duckdb")),
    ],
)
def test_address(text: str, address: Address) -> None:
    assert is_address(text)
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("oracle://db.org/a", "not the address of a database"),
        ("postgresql://db.org", "names no database"),
        ("postgresql://db.org:port/a", "no valid host and port"),
        ("sqlite:", "names no file"),
    ],
)
def test_no_address(text: str, words: str) -> None:
    with pytest.raises(NotAnAddressError, match=words):
        parse_address(text)


def test_a_file_is_no_database() -> None:
    assert not is_address("people.csv")
    assert not is_address("https://example.org/people.csv")


@pytest.mark.parametrize(
    "text", ["mysql://anna:secret@db.org/a", "jdbc:mysql://db.org/a?user=anna&password=secret"]
)
def test_password_of_a_mapping_is_dropped(text: str) -> None:
    address = parse_address(text)
    assert address.told
    assert address.password == ""
    assert address.user == "anna"
    assert str(address) == "mysql://db.org/a"
    assert "secret" not in repr(given_address(text))
    assert given_address(text).password == "secret"


def test_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYSQL_PWD", "own")
    assert password_of(parse_address("mysql://db.org/a"), "MYSQL_PWD") == "own"
    monkeypatch.setenv("CLUSTERKG_DB_PASSWORD", "ours")
    assert password_of(parse_address("mysql://db.org/a"), "MYSQL_PWD") == "ours"


def test_given_address_must_be_one() -> None:
    with pytest.raises(SettingsError, match="--database: this is not the address"):
        given_address("people.csv")


@pytest.mark.parametrize(
    ("module", "url", "extra"),
    [
        ("pymysql", "mysql://127.0.0.1/a", "mysql"),
        ("adbc_driver_postgresql", "postgresql://127.0.0.1/a", "postgresql"),
    ],
)
def test_driver_is_missing(
    module: str, url: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SourceError) as raised:
        open_database(parse_address(url), connect())
    assert raised.value.hint == f"Run: pip install 'clusterkg[{extra}]'"


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_server_is_not_there(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTERKG_DB_PASSWORD", "secret")
    with pytest.raises(SourceError, match="cannot be reached") as raised:
        open_database(parse_address(f"{kind}://127.0.0.1:1/a"), connect())
    assert raised.value.at == f"{kind}://127.0.0.1:1/a"
    assert raised.value.exit_code == 3
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_file_is_no_database(kind: str, tmp_path: Path) -> None:
    file = tmp_path / f"people.{kind}"
    with pytest.raises(SourceError, match="no such database"):
        open_database(Address(kind, str(file)), connect())
    file.write_text("name\nAnna\n" * 1000, encoding="utf-8")
    with pytest.raises(SourceError, match=r"this is no (SQLite|DuckDB) database"):
        open_database(Address(kind, str(file)), connect())


def test_end_of_a_query() -> None:
    assert without_end("SELECT '--' AS a ;\n") == "SELECT '--' AS a"


def test_endpoint_is_shown_without_what_may_be_secret() -> None:
    assert shown_endpoint("https://u:p@a.org/sparql?key=x") == "https://a.org/sparql"
