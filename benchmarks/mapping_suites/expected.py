"""Tables and what they say -> how many triples that makes, and a fingerprint of the set.

The triples are computed by plain SQL, one predicate after the other, by nothing that is measured.
The fingerprint is the sum of the lines' hashes: it does not hang on their order, and a line that
is written twice changes it. So a file of any size is compared in one reading and little memory.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import duckdb

from mapping_suites.document import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mapping_suites.document import Table

MEMORY = "2GB"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
UNRESERVED = "-._~"
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True)
class Fingerprint:
    """How many lines there are, and the sum of their hashes."""

    lines: int
    value: str


def expected(tables: Sequence[Table], prefixes: Mapping[str, str], folder: Path) -> Fingerprint:
    """What the tables in ``folder`` make; it is kept there for the next time."""
    kept = folder / f"expected-{duckdb.__version__}.json"
    if not kept.exists():
        known = {**PREFIXES, **prefixes}
        parts: dict[str, list[str]] = defaultdict(list)
        for table in tables:
            for predicate, lines in lines_of(table, tables, known, folder):
                parts[predicate].append(lines)
        with opened(folder) as database:
            each = [
                of_query(database, f"SELECT DISTINCT line FROM ({' UNION ALL '.join(union)})")
                for union in parts.values()
            ]
        found = Fingerprint(sum(n for n, _ in each), str(sum(total for _, total in each)))
        kept.write_text(json.dumps(asdict(found)), "utf-8")
    return Fingerprint(**json.loads(kept.read_text("utf-8")))


def written(file: Path) -> Fingerprint:
    """The fingerprint of a file of N-Triples or N-Quads, line by line as they stand."""
    with opened(file.parent) as database:
        lines, total = of_query(
            database,
            f"SELECT line FROM read_csv({text(str(file))}, columns = {{'line': 'VARCHAR'}}, "
            r"auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', "
            "new_line = '\\n')",
        )
    return Fingerprint(lines, str(total))


@contextmanager
def opened(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        tempfile.TemporaryDirectory(prefix="spill-", dir=folder) as spill,
        duckdb.connect() as database,
    ):
        database.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = {text(spill)}")
        yield database


def of_query(database: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int]:
    found = database.execute(
        f"SELECT count(*), coalesce(sum(hash(line)::HUGEINT), 0) FROM ({query}) "
        "WHERE line IS NOT NULL"
    ).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def lines_of(
    table: Table, tables: Sequence[Table], prefixes: Mapping[str, str], folder: Path
) -> Iterator[tuple[str, str]]:
    """Each predicate of a table with a query for its lines; NULL where there is no triple."""
    by_name = {each.name: each for each in tables}
    graph = f" || ' ' || {template(table.graph, 'child')}" if table.graph else ""
    subject, rows = template(table.subject, "child"), read(table, folder)
    facts = [("a", f"<{table.kind}>")] if table.kind else []
    for predicate, value in [*facts, *table.facts]:
        named = f"<{TYPE}>" if predicate == "a" else iri(predicate, prefixes)
        for each in [value] if value.startswith("<") else value.split(" | "):
            origin = f"{rows} AS child"
            if each.startswith("> "):
                _, parent, *conditions = each.split()
                sides = (condition.split("=") for condition in conditions)
                equal = " AND ".join(f'child."{one}" = parent."{other}"' for one, other in sides)
                origin += f" JOIN {read(by_name[parent], folder)} AS parent ON {equal}"
                term = template(by_name[parent].subject, "parent")
            else:
                term = term_of(each, prefixes)
            line = f"{subject} || {text(f' {named} ')} || {term}{graph} || ' .'"
            yield f"{named}{graph}", f"SELECT {line} AS line FROM {origin}"


def term_of(value: str, prefixes: Mapping[str, str]) -> str:
    """SQL: the object that a value describes, on ``child``."""
    word, _, rest = value.partition(" ")
    if value.startswith("<"):
        return text(value)
    if "{" in word:
        return template(word, "child")
    cell = f'child."{word}"'
    if rest == "IRI":
        return f"'<' || {cell} || '>'"
    escaped = cell
    for plain, code in ESCAPES.items():
        escaped = f"replace({escaped}, {text(plain)}, {text(code)})"
    tail = rest if rest.startswith("@") else f"^^{iri(rest, prefixes)}" if rest else ""
    end = text('"' + tail)
    return f"'\"' || {escaped} || {end}"


def template(said: str, side: str) -> str:
    """SQL: the IRI of a template, letters beyond ASCII as they are (R2RML, section 7.3)."""
    parts = re.split(r"\{(\w+)\}", said)
    sides = [
        text(part) if at % 2 == 0 else safe(f'{side}."{part}"') for at, part in enumerate(parts)
    ]
    return " || ".join(["'<'", *sides, "'>'"])


def safe(cell: str) -> str:
    coded = cell
    for code in (ord("%"), *(each for each in range(1, 127) if each != ord("%"))):
        if not (chr(code).isalnum() or chr(code) in UNRESERVED):
            coded = f"replace({coded}, chr({code}), '%{code:02X}')"
    return f"CASE WHEN regexp_full_match({cell}, '[A-Za-z0-9._~-]*') THEN {cell} ELSE {coded} END"


def read(table: Table, folder: Path) -> str:
    file = text(str(folder / table.source))
    return (
        f"read_csv({file}, all_varchar = true, header = true, delim = ',', quote = '\"', "
        "escape = '\"', nullstr = '')"
    )


def iri(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return f"<{prefixes[prefix]}{local}>"


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
