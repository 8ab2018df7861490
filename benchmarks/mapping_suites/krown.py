"""KROWN's questions to an engine: what do duplicates, empty cells, joins, columns, rows … cost?

The parameters are those of the KROWN benchmark; the tables are computed here. 2 million triples
are the usual size, as there: 100 000 rows of 20 properties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapping_suites.case import Case, complete, prepared
from mapping_suites.document import Table, document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PREFIXES = {"ex": "http://example.com/"}
SUBJECT = "http://example.com/table{}/{{id}}"
ROWS = 100_000
COLUMNS = 20
Row = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What is asked: a name, CSV tables (header and rows), their mapping, the triples they make."""

    name: str
    files: dict[str, tuple[Row, Callable[[], Iterator[Row]]]]
    tables: tuple[Table, ...]
    triples: int
    graphs: bool = False


def header(columns: int) -> Row:
    return ("id", *(f"p{column}" for column in range(1, columns + 1)))


def row(number: int, columns: int) -> Row:
    return (str(number), *(f"Value {column} of {number}" for column in range(1, columns + 1)))


def mapped(name: str, columns: range, *, source: str = "table.csv", graph: str = "") -> Table:
    facts = tuple((f"ex:p{column}", f"p{column}") for column in columns)
    return Table(name, source, SUBJECT.format(""), facts, graph=graph)


def plain(name: str, rows: int, columns: int) -> Question:
    """A table with nothing special about it."""

    def content() -> Iterator[Row]:
        return (row(number, columns) for number in range(rows))

    files = {"table.csv": (header(columns), content)}
    tables = (mapped("table", range(1, columns + 1)),)
    return Question(name, files, tables, rows * columns)


def duplicates(percent: int, rows: int) -> Question:
    """So many rows in a hundred are the same row."""
    same = rows * percent // 100

    def content() -> Iterator[Row]:
        return (row(max(number, same - 1) if same else number, COLUMNS) for number in range(rows))

    different = rows - same + (same > 0)
    files = {"table.csv": (header(COLUMNS), content)}
    tables = (mapped("table", range(1, COLUMNS + 1)),)
    return Question(f"duplicates {percent} %", files, tables, different * COLUMNS)


def empty(percent: int, rows: int) -> Question:
    """So many rows in a hundred have nothing but their identifier."""
    nothing = rows * percent // 100

    def content() -> Iterator[Row]:
        for number in range(rows):
            yield (str(number), *[""] * COLUMNS) if number < nothing else row(number, COLUMNS)

    files = {"table.csv": (header(COLUMNS), content)}
    tables = (mapped("table", range(1, COLUMNS + 1)),)
    return Question(f"empty cells {percent} %", files, tables, (rows - nothing) * COLUMNS)


def mappings(maps: int, properties: int, rows: int) -> Question:
    """The columns are parted among several triples maps."""
    columns = maps * properties

    def content() -> Iterator[Row]:
        return (row(number, columns) for number in range(rows))

    tables = tuple(
        mapped(f"table{first}", range(first, first + properties))
        for first in range(1, columns + 1, properties)
    )
    files = {"table.csv": (header(columns), content)}
    return Question(f"{maps} maps x {properties} properties", files, tables, rows * columns)


def graphs(number: int, rows: int, *, constant: bool) -> Question:
    """Each row goes to one of several named graphs; their name stands in the mapping or the row."""

    def content() -> Iterator[Row]:
        return ((*row(each, COLUMNS), str(each % number)) for each in range(rows))

    files = {"table.csv": ((*header(COLUMNS), "g"), content)}
    graph = "http://example.com/graph" if constant else "http://example.com/graph/{g}"
    tables = (mapped("table", range(1, COLUMNS + 1), graph=graph),)
    name = "1 graph, constant" if constant else f"{number} graphs, by column"
    return Question(name, files, tables, rows * COLUMNS, graphs=True)


def join(children: int, parents: int, percent: int, keys: int) -> Question:
    """Each of `keys` keys stands in so many child rows and so many parent rows.

    So many keys in a hundred are the same on both sides.
    """
    matching = keys * percent // 100

    def child() -> Iterator[Row]:
        return (
            (str(number), f"key {number % keys}", f"Value of {number}")
            for number in range(keys * children)
        )

    def parent() -> Iterator[Row]:
        for number in range(keys * parents):
            key = number % keys
            yield str(number), f"key {key}" if key < matching else f"other {key}"

    files = {"child.csv": (header(2), child), "parent.csv": (header(1), parent)}
    tables = (
        Table("child", "child.csv", SUBJECT.format(1), (("ex:join", "> parent p1=p1"),)),
        Table("parent", "parent.csv", SUBJECT.format(2), ()),
    )
    # a parent that is joined is not thereby a thing with properties of its own
    triples = matching * children * parents
    return Question(f"join {children}-{parents}, {percent} % match", files, tables, triples)


def questions(scale: float) -> Iterator[Question]:
    """All the parameters; `scale` multiplies the rows."""
    rows = int(ROWS * scale)
    for percent in (0, 25, 50, 75, 100):
        yield duplicates(percent, rows)
    for percent in (25, 50, 75, 100):
        yield empty(percent, rows)
    for number in (10_000, 300_000):
        yield plain(f"{int(number * scale):,} rows", int(number * scale), COLUMNS)
    for columns in (1, 10, 30):
        yield plain(f"{columns} properties", int(2.5 * rows), columns)
    for maps, properties in ((1, 15), (3, 5), (5, 3), (15, 1)):
        yield mappings(maps, properties, rows)
    yield graphs(1, rows, constant=True)
    for number in (5, 15):
        yield graphs(number, rows, constant=False)
    for percent in (0, 50, 100):
        yield join(1, 1, percent, 5 * rows)
    for children, parents in ((1, 10), (10, 1), (5, 5), (10, 5), (5, 10)):
        yield join(children, parents, 100, 5 * rows // max(children, parents))


def cases(folder: Path, scale: float) -> Iterator[Case]:
    """A case a question."""
    for question in questions(scale):
        place = folder / "".join(each if each.isalnum() else "-" for each in question.name)
        if not prepared(place):
            write(question, place)
            complete(place)
        yield Case(
            "KROWN",
            question.name,
            f"{scale:g}",
            place / "mapping.ttl",
            question.triples,
            question.graphs,
            tables=question.tables,
            prefixes=tuple(PREFIXES.items()),
        )


def write(question: Question, folder: Path) -> None:
    for name, (columns, content) in question.files.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            file.write(",".join(columns) + "\n")
            file.writelines(",".join(cells) + "\n" for cells in content())
    (folder / "mapping.ttl").write_text(document(question.tables, PREFIXES), "utf-8")
