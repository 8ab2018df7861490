"""Databases that a mapping names: their addresses, and what each kind of them has to offer.

An address is a URL such as ``postgresql://anna@db.example.org/cluster`` or a JDBC one. A password
never comes from a mapping: it is taken from the environment, and no message shows one.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from clusterkg.errors import SettingsError, SourceError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.engines.duckdb import Connection

__all__ = [
    "Address",
    "Column",
    "Database",
    "NotAnAddressError",
    "QueryRefusedError",
    "Selection",
    "TableName",
    "existing_file",
    "given_address",
    "is_address",
    "open_database",
    "parse_address",
    "password_of",
    "without_end",
]

_SCHEMES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
_SUFFIXES = {
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
    ".db3": "sqlite",
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
}
_URL = re.compile(rf"(?i)(?:jdbc:)?({'|'.join(_SCHEMES)}):")
_FORMS = (
    "Known are postgresql://host/name, mysql://host/name, sqlite:///file.sqlite and "
    "duckdb:///file.duckdb."
)
_END = re.compile(r"[\s;]+\Z")


class NotAnAddressError(Exception):
    """A text that should be the address of a database is none; says why and what would be."""

    def __init__(self, what: str, hint: str = _FORMS) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


class QueryRefusedError(Exception):
    """A database does not run a query; ``line`` is the one of the query that it complains of."""

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        table: str | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.line = message, line
        self.table, self.column = table, column


@dataclass(frozen=True)
class Address:
    """Where a database is. ``database`` is its name, or the path of its file.

    ``password`` is never shown; ``told`` says that a mapping held one, which was left out.
    """

    kind: str
    database: str
    host: str = ""
    port: int | None = None
    user: str = ""
    options: tuple[tuple[str, str], ...] = ()
    password: str = field(default="", repr=False, compare=False)
    told: bool = field(default=False, repr=False, compare=False)

    @property
    def is_file(self) -> bool:
        """Whether the database is a file on this machine."""
        return self.kind in ("sqlite", "duckdb")

    def below(self, folder: Path) -> Address:
        """The same with a file's path below ``folder`` where it is relative."""
        return replace(self, database=str(folder / self.database)) if self.is_file else self

    def __str__(self) -> str:
        """The address as messages show it: without user and password."""
        if self.is_file:
            return self.database
        port = f":{self.port}" if self.port else ""
        return f"{self.kind}://{self.host}{port}/{self.database}"


@dataclass(frozen=True)
class TableName:
    """A table or view of a database; ``bare`` ones are found without their schema."""

    schema: str
    name: str
    bare: bool = True


@dataclass(frozen=True)
class Selection:
    """A query in the database's own SQL; ``table`` is its quoted name if it is a whole table."""

    query: str
    table: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a result.

    ``sql_type`` is the DuckDB type that says what it holds, ``delivered`` how the database is
    asked for it, and ``value`` its value in SQL on ``{0}``, the column as it was delivered.
    """

    name: str
    sql_type: str = "VARCHAR"
    delivered: str = ""
    value: str = "{0}"


class Database(Protocol):
    """An open database, read only. Its queries are in its own SQL."""

    @property
    def address(self) -> Address:
        """Where it is."""
        ...

    def tables(self) -> tuple[TableName, ...]:
        """All tables and views that can be read."""
        ...

    def table(self, name: TableName) -> str:
        """The quoted name of a table."""
        ...

    def key(self, name: TableName) -> tuple[str, ...]:
        """The columns of a table's primary key; none if it has none."""
        ...

    def columns(self, query: str) -> tuple[Column, ...]:
        """What a query gives, without running it; raises QueryRefusedError."""
        ...

    def stage(
        self,
        connection: Connection,
        selection: Selection,
        columns: Sequence[Column],
        wanted: Sequence[int],
        table: str,
    ) -> tuple[Column, ...]:
        """Put the wanted columns into a temporary table, as c0, c1, …; raises QueryRefusedError.

        Returns the columns that were wanted, with what is known of them only now.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


# -- addresses ---------------------------------------------------------------------------------


def is_address(text: str) -> bool:
    """Whether a text names a database: a URL, or a file whose suffix says so."""
    return bool(_URL.match(text)) or Path(text).suffix.lower() in _SUFFIXES


def parse_address(
    text: str, *, user: str = "", trusted: bool = False, told: bool = False
) -> Address:
    """The address in a URL, a JDBC URL or the name of a file.

    A password in it is kept only if it is ``trusted``, that is, not out of a mapping; ``told``
    says that there was one beside it. Raises NotAnAddressError.
    """
    text = text.strip()
    match = _URL.match(text)
    if match is None:
        kind = _SUFFIXES.get(Path(text).suffix.lower())
        if kind is None:
            raise NotAnAddressError("this is not the address of a database")
        return Address(kind, text)
    kind, rest = _SCHEMES[match[1].lower()], text[match.end() :]
    if kind in ("sqlite", "duckdb"):
        path = re.sub(r"^//(localhost)?/", "", rest).partition("?")[0]
        if not path or path == ":memory:":
            raise NotAnAddressError("the address names no file")
        return Address(kind, unquote(path))
    address = _server(kind, rest)
    named = user or address.user
    if trusted:
        return replace(address, user=named)
    return replace(address, user=named, password="", told=told or bool(address.password))


def given_address(text: str) -> Address:
    """The address that a user gives for one run, which may hold a password.

    The path of a file is as it is seen from here. Raises SettingsError.
    """
    try:
        address = parse_address(text, trusted=True)
    except NotAnAddressError as error:
        raise SettingsError(error.what, at="--database", hint=error.hint) from error
    return (
        replace(address, database=str(Path(address.database).absolute()))
        if (address.is_file)
        else address
    )


def _server(kind: str, rest: str) -> Address:
    if not rest.startswith("//"):
        # JDBC's short form, jdbc:postgresql:name: the server of this machine
        rest = f"//localhost/{rest.lstrip('/')}"
    try:
        parts = urlsplit(f"{kind}:{rest}")
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise NotAnAddressError("the address has no valid host and port") from error
    given = dict(parse_qsl(parts.query))
    user = unquote(parts.username or "") or given.pop("user", "")
    password = unquote(parts.password or "") or given.pop("password", "")
    database = unquote(parts.path.strip("/"))
    if not database:
        raise NotAnAddressError("the address names no database")
    options = tuple((name, value) for name, value in given.items() if name != "password")
    return Address(kind, database, host or "localhost", port, user, options, password)


def password_of(address: Address, variable: str) -> str:
    """The password: of the address, of CLUSTERKG_DB_PASSWORD, or of the database's ``variable``."""
    environment = os.environ
    return (
        address.password
        or environment.get("CLUSTERKG_DB_PASSWORD")
        or environment.get(variable, "")
    )


def existing_file(address: Address) -> Path:
    """The file of a database; raises SourceError with a Did you mean."""
    path = Path(address.database)
    if not path.is_file():
        near = [file.name for file in path.parent.glob("*.*")] if path.parent.is_dir() else []
        raise SourceError("no such database", at=str(path), hint=did_you_mean(path.name, near))
    return path


# -- opening -----------------------------------------------------------------------------------


def open_database(address: Address, connection: Connection) -> Database:
    """The database at an address, read only; raises SourceError if there is none."""
    if address.kind == "postgresql":
        from clusterkg.sources.postgresql import open_postgresql

        return open_postgresql(address)
    if address.kind == "mysql":
        from clusterkg.sources.mysql import open_mysql

        return open_mysql(address)
    if address.kind == "sqlite":
        from clusterkg.sources.sqlite import open_sqlite

        return open_sqlite(address)
    from clusterkg.sources.duckdb_files import open_duckdb

    return open_duckdb(address, connection)


def without_end(query: str) -> str:
    """A query without the semicolon and the blanks behind it; its lines stay where they are."""
    return _END.sub("", query)
