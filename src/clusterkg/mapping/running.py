"""Triples maps on relations → the quads relation, and what could not become a term, traced.

``map_source`` maps a declared source of a project, ``map_document`` any mapping with its files.
The quads relation is the table ``quads(s, p, o, g)`` in ``main``: N-Triples-encoded terms,
every quad once; ``g`` is NULL in the default graph.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier, literal, write_lines
from clusterkg.mapping.checking import check_references
from clusterkg.mapping.database_rows import on_database
from clusterkg.mapping.dependencies import referred
from clusterkg.mapping.findings import find_offenders, merged
from clusterkg.mapping.logical_rows import RowFinder, first_paragraph, unreadable
from clusterkg.mapping.problems import Problems
from clusterkg.mapping.terms import prepare
from clusterkg.mapping.triples_map import LogicalFile
from clusterkg.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from collections.abc import Mapping as Dictionary
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.mapping.kept import Kept
    from clusterkg.mapping.plan import Context, Plan
    from clusterkg.mapping.portions import Portion
    from clusterkg.mapping.profile import Profile
    from clusterkg.mapping.triples_map import Mapping
    from clusterkg.progress import Progress
    from clusterkg.sources.databases import Address
    from clusterkg.sources.relation import Relation

Result = TypeVar("Result")

_RESOURCES = "id/"
"""So a column's value begins if it is a resource of the project: ``www.x.de`` is none."""

__all__ = [
    "Mapped",
    "attempt",
    "context_of_source",
    "map_document",
    "map_portions",
    "map_source",
    "mapping_plans",
    "search_path",
    "write_document",
]


@dataclass(frozen=True)
class Mapped:
    """What a mapping made: ``quads`` new ones, and how many each triples map gives.

    The numbers of ``triples_maps`` may add up to more than ``quads``: several triples maps may
    state the same. ``run`` names those that were not taken from an earlier build.
    """

    source: str
    quads: int
    findings: tuple[Finding, ...]
    triples_maps: tuple[tuple[str, int], ...]
    run: tuple[str, ...]


def map_source(  # noqa: PLR0913
    connection: Connection,
    source: str,
    relations: Sequence[Relation],
    mapping: Mapping,
    *,
    kept: Kept | None = None,
    progress: Progress = silent,
) -> Mapped:
    """Map the tables of a declared source into the quads relation.

    ``relations`` are the loaded tables of all sources. Triples without a graph go to
    ``<base>graph/<source>``; an IRI taken from a column as it stands has to be absolute or
    begin with ``id/``. What ``kept`` has of a triples map whose tables are as they were is taken
    from there. Raises MappingError.
    """
    context = context_of_source(mapping.base_iri, source)
    problems = Problems(mapping.shown)
    for target in dict.fromkeys(mapping.targets):
        problems.add(
            f"the logical target '{target.path}' in a mapping of a project",
            line=target.line,
            hint="A build makes one graph; take it out, or run the mapping with clusterkg map.",
        )
    problems.stop()
    folder = mapping.file.parent
    finder = RowFinder(connection, problems, relations=relations, source=source, folder=folder)
    with search_path(connection, source):
        return _run(mapping, context, finder, source, progress, kept)


def context_of_source(base_iri: str, source: str) -> Context:
    """What the plans of a declared source share."""
    from clusterkg.mapping.plan import Context

    graph = f"{base_iri}graph/{source}"
    return Context(base_iri, graph, relative=_RESOURCES, scope=f"{source}-")


def map_document(
    connection: Connection,
    mapping: Mapping,
    *,
    folder: Path | None = None,
    database: Address | None = None,
    progress: Progress = silent,
) -> Mapped:
    """Map the files and databases that a mapping names into the quads relation.

    Files are looked for in ``folder``, by default the mapping's own; tables and queries of no
    named source in ``database``. Triples without a graph go to the default graph, those of
    logical targets are left out. Raises MappingError, and SourceError if a database cannot be
    reached.
    """
    from clusterkg.mapping.plan import Context

    mapping = on_database(mapping, database)

    finder = RowFinder(connection, Problems(mapping.shown), folder=folder or mapping.file.parent)
    context = Context(mapping.base_iri, tells_nulls=True)
    return _run(mapping, context, finder, mapping.file.stem, progress)


def write_document(  # noqa: PLR0913
    connection: Connection,
    mapping: Mapping,
    path: Path,
    *,
    folder: Path | None = None,
    database: Address | None = None,
    graphs: bool = True,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Map the files and databases that a mapping names straight into a file of N-Quads.

    The lines are a set in no order; without ``graphs`` they are N-Triples, those of all graphs.
    Otherwise as ``map_document``, and OSError if the file cannot be written.
    """

    def write(portion: Portion) -> None:
        if portion.target is None:
            write_lines(connection, portion.lines(graphs=graphs), path)

    return map_portions(
        connection, mapping, write, folder=folder, database=database, progress=progress
    )


def map_portions(  # noqa: PLR0913
    connection: Connection,
    mapping: Mapping,
    write: Callable[[Portion], None],
    *,
    folder: Path | None = None,
    database: Address | None = None,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Map the files and databases that a mapping names; ``write`` gets one portion after another.

    The first is that of the default output, then there is one for each logical target. Their
    queries can be run while ``write`` does not return. Otherwise as ``map_document``.
    """
    from clusterkg.mapping.collapse import collapse, drop_collapsed
    from clusterkg.mapping.plan import Context
    from clusterkg.mapping.portions import portions

    mapping = on_database(mapping, database)
    finder = RowFinder(connection, Problems(mapping.shown), folder=folder or mapping.file.parent)
    prepare(connection)
    try:
        progress("reading", 0, 0)
        plans = mapping_plans(mapping, Context(mapping.base_iri, tells_nulls=True), finder)
        profiles = _profiles(finder, plans, progress)
        fewer, known = collapse(connection, plans, profiles)
        for portion in portions(fewer, known):
            progress("writing", 0, 0)
            write(portion)
        drop_collapsed(connection, known)
        findings = find_offenders(connection, plans, finder, mapping.shown, profiles)
        findings += tuple(finder.databases.findings.values())
    finally:
        finder.drop()
    return findings


def _profiles(finder: RowFinder, plans: Sequence[Plan], progress: Progress) -> dict[str, Profile]:
    """What is known of the rows of every source, by their names."""
    from clusterkg.mapping.profile import profile_rows

    found: dict[str, Profile] = {}
    for number, plan in enumerate(plans):
        progress(f"reading: {plan.triples_map.name}", number, len(plans))
        name = plan.cells.rows.name
        if name not in found:
            look = partial(profile_rows, finder.connection, plan.cells, plans)
            looked = attempt(finder, plan, look)
            if looked is not None:
                found[name] = looked
    finder.problems.stop()
    return found


def _run(  # noqa: PLR0913, PLR0917
    mapping: Mapping,
    context: Context,
    finder: RowFinder,
    source: str,
    progress: Progress,
    kept: Kept | None = None,
) -> Mapped:
    connection = finder.connection
    prepare(connection)
    keys = {} if kept is None else kept.keys(mapping, source)
    before = {name: found for name, key in keys.items() if kept and (found := kept.find(key))}
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE mapped(s VARCHAR, p VARCHAR, o VARCHAR, g VARCHAR)"
    )
    staged = {name: kept.staged(key) for name, key in keys.items() if kept and kept.writes}
    try:
        plans = mapping_plans(mapping, context, finder, without=before)
        counts = _execute(finder, plans, source, staged, progress)
        findings = {
            plan.triples_map.name: find_offenders(connection, [plan], finder, mapping.shown)
            for plan in plans
        }
        for name, path in staged.items():
            if kept and name in counts:
                kept.put(keys[name], path, counts[name], findings[name])
        for name, found in before.items():
            _insert_file(connection, found.quads)
            counts[name], findings[name] = found.rows, found.findings
        names = [one.name for one in mapping.triples_maps]
        told = merged(findings[name] for name in names)
        told += tuple(finder.databases.findings.values())
        quads = _insert(connection)
    finally:
        for path in staged.values():
            path.unlink(missing_ok=True)
        finder.drop()
    run = tuple(plan.triples_map.name for plan in plans)
    return Mapped(source, quads, told, tuple((name, counts[name]) for name in names), run)


def mapping_plans(
    mapping: Mapping, context: Context, finder: RowFinder, *, without: Collection[str] = ()
) -> list[Plan]:
    """The plans of all triples maps but some; every problem of the mapping is told at once."""
    from clusterkg.mapping.plan import plan_mapping

    chosen = [one for one in mapping.triples_maps if one.name not in without]
    needed = {other.name for one in chosen for other in referred(one, mapping)}
    rows = finder.rows([one for one in mapping.triples_maps if one.name in needed])
    check_references(finder.connection, mapping, rows, finder.problems)
    finder.problems.stop()
    return plan_mapping(mapping, rows, context, {one.name for one in chosen})


def _execute(
    finder: RowFinder,
    plans: Sequence[Plan],
    source: str,
    staged: Dictionary[str, Path],
    progress: Progress,
) -> dict[str, int]:
    """Run every plan into the table ``mapped``; the number of quads of each triples map.

    The quads of those in ``staged`` are also in a Parquet file. A query that stumbles over a
    cell, as a cast does, is a problem of the mapping.
    """
    from clusterkg.mapping.plan import quads
    from clusterkg.mapping.portions import goes_to

    counts = {}
    for number, plan in enumerate(plans):
        name = plan.triples_map.name
        progress(f"mapping {source}: {name}", number, len(plans))
        here = [branch for branch in plan.branches if goes_to(branch, None)]
        made = _inserted(finder, plan, quads(plan, here).sql(dialect="duckdb"), staged.get(name))
        if made is not None:
            counts[name] = made
    finder.problems.stop()
    return counts


def _inserted(finder: RowFinder, plan: Plan, sql: str, file: Path | None) -> int | None:
    """The number of quads that a query adds to ``mapped``; None after a problem."""
    connection = finder.connection

    def insert() -> int:
        if file is None:
            made = connection.execute(f"INSERT INTO mapped {sql}").fetchone()
        else:
            target = f"{literal(str(file))} (FORMAT parquet, COMPRESSION zstd)"
            made = connection.execute(f"COPY ({sql}) TO {target}").fetchone()
            _insert_file(connection, file)
        return int(made[0]) if made else 0

    return attempt(finder, plan, insert)


def _insert_file(connection: Connection, quads: Path) -> None:
    connection.execute(
        f"INSERT INTO mapped SELECT s, p, o, g FROM read_parquet({literal(str(quads))})"
    )


def attempt(finder: RowFinder, plan: Plan, act: Callable[[], Result]) -> Result | None:
    """What reading the rows of a plan gives; None after a problem.

    If DuckDB refuses a row of a file, the files are read with more care: that either repairs
    what only looked like a fault, or names its row.
    """
    told = len(finder.problems.found)
    while True:
        try:
            return act()
        except (duckdb.DataError, duckdb.InvalidInputException) as error:
            if finder.repair():
                continue
            if len(finder.problems.found) == told:
                _stumbled(finder.problems, plan, str(error))
            return None


def _stumbled(problems: Problems, plan: Plan, message: str) -> None:
    """DuckDB's message about a cell with which a query cannot compute."""
    name, source = plan.triples_map.name, plan.triples_map.source
    if isinstance(source, LogicalFile):
        problems.add_problem(unreadable(source, name, message))
        return
    problems.add(
        f"triples map '{name}': the query fails on a cell: {first_paragraph(message)}",
        line=source.line,
        hint="Repair the cell; or write TRY_CAST, try_strptime: then it makes no triple.",
    )


def _insert(connection: Connection) -> int:
    """Add the mapped quads to the quads relation, which stays a set; how many are new."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS main.quads(s VARCHAR, p VARCHAR, o VARCHAR, g VARCHAR)"
    )
    made = connection.execute(
        "INSERT INTO main.quads SELECT s, p, o, g FROM mapped "
        "EXCEPT SELECT s, p, o, g FROM main.quads"
    ).fetchone()
    connection.execute("DROP TABLE mapped")
    return int(made[0]) if made else 0


@contextmanager
def search_path(connection: Connection, source: str) -> Iterator[None]:
    """Bare table names mean the tables of ``source``."""
    before = connection.execute("SELECT current_setting('search_path')").fetchone()
    connection.execute(f"SET search_path = {literal(identifier(source) + ',main')}")
    try:
        yield
    finally:
        if before and before[0]:
            connection.execute(f"SET search_path = {literal(before[0])}")
        else:
            connection.execute("RESET search_path")
