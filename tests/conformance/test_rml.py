"""The community's RML test cases: the same data set, or the error that a case asks for.

The suites lie beside the repository (``../shared/conformance``) or where the variable
CLUSTERKG_CONFORMANCE says. What deviates stands with its reason in ``deviations-rml.toml``: an
unlisted failure fails, and so does a listed case that passes.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest

from clusterkg.converting import MapOptions
from clusterkg.converting import map_document as map_files
from clusterkg.engines.duckdb import connect
from clusterkg.errors import MappingError
from clusterkg.findings import Severity
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_document, write_document
from clusterkg.sources.unpacking import compression_of, inner_name, unpack

HERE = Path(__file__).parent
SUITES = Path(os.environ.get("CLUSTERKG_CONFORMANCE", HERE.parents[2] / "shared" / "conformance"))
DEVIATIONS = tomllib.loads((HERE / "deviations-rml.toml").read_text(encoding="utf-8"))
BASE = "http://example.com/"
DATABASES = ("PostgreSQL", "MySQL", "SPARQL", "SQLServer")
SYNTAX = {
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".n3": pyoxigraph.RdfFormat.TURTLE,
    ".rdfxml": pyoxigraph.RdfFormat.RDF_XML,
    ".jsonld": pyoxigraph.RdfFormat.JSON_LD,
}


@dataclass(frozen=True)
class Case:
    suite: str
    folder: Path
    error: bool
    base_iri: str

    @property
    def name(self) -> str:
        return f"{self.suite}/{self.folder.name}"

    @property
    def kind(self) -> str:
        """The line of the table: sources and targets of RML-IO, kinds of sources elsewhere."""
        if self.suite == "rml-io":
            return "targets" if self.folder.name.startswith("RMLTTC") else "sources"
        form = self.folder.name.rpartition("-")[2]
        return form if form in ("CSV", "JSON", "XML", *DATABASES) else ""


def cases(suite: str, patterns: tuple[str, ...], identifier: str, error: str) -> list[Case]:
    """The cases of a suite; its metadata.csv says which have to end in an error."""
    folder = SUITES / suite
    if not folder.is_dir():
        return []
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = {row[identifier]: row for row in csv.DictReader(file)}
    found = sorted(case for pattern in patterns for case in folder.glob(pattern))
    return [
        Case(
            suite,
            case,
            rows[case.name][error] == "true"
            if case.name in rows
            else not (case / "output.nq").exists(),
            rows.get(case.name, {}).get("base_iri", f"{BASE}base/"),
        )
        for case in found
    ]


def core_cases() -> list[Case]:
    return cases("rml-core", ("RMLTC*",), "ID", "error")


def legacy_cases() -> list[Case]:
    patterns = ("RMLTC*-CSV", "RMLTC*-JSON", "RMLTC*-XML")
    return cases("rml-legacy", patterns, "RML id", "error expected?")


def source_cases() -> list[Case]:
    return cases("rml-io", ("RMLSTC*",), "ID", "error")


def target_cases() -> list[Case]:
    return cases("rml-io", ("RMLTTC*",), "ID", "error")


def database_cases() -> list[Case]:
    patterns = tuple(f"RMLTC*-{kind}" for kind in DATABASES if kind != "SQLServer")
    return cases("rml-legacy", patterns, "RML id", "error expected?")


def cases_left_out() -> list[tuple[Case, str]]:
    """Cases of what is not supported, which are counted and not run, with the reason."""
    servers = cases("rml-legacy", ("RMLTC*-SQLServer",), "RML id", "error expected?")
    star = sorted((SUITES / "rml-star").glob("RMLSTARTC*"))
    return [(case, "SQL Server is not read") for case in servers] + [
        (Case("rml-star", folder, False, BASE), "RDF-star is not understood") for folder in star
    ]


def function_cases() -> list[Case]:
    return cases("rml-fnml", ("RMLFNMLTC*",), "ID", "error")


def view_cases() -> list[Case]:
    return cases("rml-lv", ("RMLLVTC*",), "ID", "error")


def collection_cases() -> list[Case]:
    return cases("rml-cc", ("RMLTC*",), "ID", "error")


CASES = [
    *core_cases(),
    *legacy_cases(),
    *source_cases(),
    *function_cases(),
    *view_cases(),
    *collection_cases(),
]
DATABASE_CASES = database_cases()
TARGET_CASES = target_cases()


def test_the_suites_are_here() -> None:
    if not CASES:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no RML test cases in {SUITES}")
        pytest.skip(f"no RML test cases in {SUITES}; set CLUSTERKG_CONFORMANCE")
    assert len(core_cases()) == 76
    assert len(legacy_cases()) == 118
    assert len(source_cases()) == 32
    assert len(function_cases()) == 20
    assert len(view_cases()) == (41 if (SUITES / "rml-lv").is_dir() else 0)
    assert len(collection_cases()) == 35
    assert len(DATABASE_CASES) == 146
    assert len(TARGET_CASES) == 41
    here = {name for name in DEVIATIONS if (SUITES / name.partition("/")[0]).is_dir()}
    assert here <= {case.name for case in [*CASES, *DATABASE_CASES, *TARGET_CASES]}


@pytest.mark.parametrize("name", DEVIATIONS)
def test_a_deviation_says_why_and_quotes_a_section(name: str) -> None:
    entry = DEVIATIONS[name]
    assert entry.keys() == {"reason", "specification"}
    assert re.search(r'section [\w .-]+: .*"[^"]{20,}"', entry["specification"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(
    case: Case, in_suite: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(case.folder)  # some cases look for their file in the current folder
    tell(case, in_suite)
    judge(case, run(case, in_sqlite(case, tmp_path)))


def in_sqlite(case: Case, folder: Path) -> Path | None:
    """The mapping with the address of a database that holds the case's CSV file as a table."""
    text = (case.folder / "mapping.ttl").read_text(encoding="utf-8")
    if "$CONNECTIONDSN" not in text:
        return None
    with closing(sqlite3.connect(folder / "case.sqlite")) as database, database:
        database.execute("CREATE TABLE Friends(id INTEGER, name TEXT, age INTEGER)")
        with (case.folder / "Friends.csv").open(encoding="utf-8", newline="") as file:
            rows = [tuple(row.values()) for row in csv.DictReader(file)]
        database.executemany("INSERT INTO Friends VALUES (?, ?, ?)", rows)
    file = folder / "mapping.ttl"
    address = f"jdbc:sqlite:{folder / 'case.sqlite'}"
    file.write_text(text.replace("$CONNECTIONDSN", address), encoding="utf-8")
    return file


@pytest.mark.parametrize("case", DATABASE_CASES, ids=lambda case: case.name)
def test_database_case(
    case: Case,
    in_suite: Callable[..., None],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    """The case with the tables of its ``resource.sql``, or the data of its ``resource*.ttl``."""
    tell(case, in_suite)
    text = (case.folder / "mapping.ttl").read_text(encoding="utf-8")
    file = tmp_path / "mapping.ttl"
    with ExitStack() as running:
        if case.name.endswith("-SPARQL"):
            resources = enumerate(sorted(case.folder.glob("resource*.ttl")), start=1)
            data = {f"/ds{n}/sparql": path.read_text(encoding="utf-8") for n, path in resources}
            endpoint = request.getfixturevalue("sparql_endpoint")
            text = text.replace(":PORT/", f":{running.enter_context(endpoint(data))}/")
        else:
            kind = "postgresql" if case.name.endswith("-PostgreSQL") else "mysql"
            server = request.getfixturevalue("postgresql" if kind == "postgresql" else "mariadb")
            # the scripts for PostgreSQL write a backslash in a text as two
            before = "SET standard_conforming_strings = off" if kind == "postgresql" else "DO 0"
            server.run("test", before, (case.folder / "resource.sql").read_text(encoding="utf-8"))
            dsn = f"jdbc:{kind}://127.0.0.1:{server.port}/test"
            text = text.replace("CONNECTIONDSN", dsn)
        file.write_text(text, encoding="utf-8")
        judge(case, run(case, file))


@pytest.mark.parametrize("case", TARGET_CASES, ids=lambda case: case.name)
def test_target_case(
    case: Case, in_suite: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The case with every file that it writes into the current folder."""
    monkeypatch.chdir(tmp_path)
    tell(case, in_suite)
    judge(case, run(case) or targets_differ(case, tmp_path))


@pytest.mark.parametrize(
    ("case", "reason"), cases_left_out(), ids=lambda one: getattr(one, "name", "")
)
def test_case_left_out(case: Case, reason: str, in_suite: Callable[..., None]) -> None:
    tell(case, in_suite)
    pytest.skip(reason)


@pytest.mark.parametrize(
    "case", [case for case in TARGET_CASES if case.name in DEVIATIONS], ids=lambda case: case.name
)
def test_a_target_differs_in_nothing_but_the_form_of_numbers(
    case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    map_files(case.folder / "mapping.ttl", tmp_path / "default.nq", MapOptions())
    for theirs in case.folder.glob("dump*"):
        ours = data_of(tmp_path / theirs.name)
        assert {without_number(line) for line in ours} == {
            without_number(line) for line in data_of(theirs)
        }


def without_number(line: str) -> str:
    """A quad with the number of its object only, whatever its form and datatype."""
    number = re.search(r'"([\d.E]+)"(\^\^<[^>]*>)?', line)
    return line.replace(number[0], str(float(number[1]))) if number else line


def targets_differ(case: Case, folder: Path) -> str | None:
    """What is wrong with the files that a case writes, after unpacking; None if all are right."""
    map_files(case.folder / "mapping.ttl", folder / "default.nq", MapOptions())
    expected = {file.name: file for file in case.folder.glob("d[eu][fm]*")}
    made = {file.name: file for file in folder.iterdir()}
    if made.keys() != expected.keys():
        return f"files: {sorted(made)}, expected: {sorted(expected)}"
    for name, theirs in expected.items():
        if data_of(made[name]) != data_of(theirs):
            return f"{name}:\n" + "\n".join(sorted(data_of(made[name])))
    return None


def data_of(file: Path) -> set[str]:
    """The quads of a file in any syntax, packed or not, in UTF-8 or UTF-16."""
    content, suffix = file.read_bytes(), Path(inner_name(file)).suffix
    with tempfile.TemporaryDirectory() as folder:
        if (compression := compression_of(file)) != "none":
            unpack(file, compression, Path(folder) / "plain", str(file))
            content = (Path(folder) / "plain").read_bytes()
    text = content.decode("utf-16" if content.startswith(b"\xff\xfe") else "utf-8")
    if suffix == ".rdfjson":
        return canonical("".join(of_rdf_json(json.loads(text))))
    form = SYNTAX.get(suffix, pyoxigraph.RdfFormat.N_QUADS)
    return canonical("".join(f"{quad} .\n" for quad in pyoxigraph.parse(text, form)))


def of_rdf_json(data: dict[str, dict[str, list[dict[str, str]]]]) -> Iterator[str]:
    """The lines of N-Triples that an RDF/JSON document states."""
    for subject, predicates in data.items():
        for predicate, objects in predicates.items():
            for one in objects:
                term = f"<{one['value']}>" if one["type"] == "uri" else literal_of(one)
                yield f"<{subject}> <{predicate}> {term} .\n"


def literal_of(one: dict[str, str]) -> str:
    datatype = pyoxigraph.NamedNode(one["datatype"]) if "datatype" in one else None
    return str(pyoxigraph.Literal(str(one["value"]), datatype=datatype, language=one.get("lang")))


def tell(case: Case, in_suite: Callable[..., None]) -> None:
    """Say for the table and the reports which case is run."""
    reason = DEVIATIONS.get(case.name, {}).get("reason")
    in_suite(case.suite, case.folder.name, kind=case.kind, deviates=reason)


def judge(case: Case, problem: str | None) -> None:
    if case.name in DEVIATIONS:
        assert problem, f"{case.name} passes; take it out of deviations-rml.toml"
    else:
        assert not problem, problem


def run(case: Case, mapping_file: Path | None = None) -> str | None:
    """What is wrong with our answer to the case; None if it passes."""
    connection = connect()
    try:
        file = mapping_file or case.folder / "mapping.ttl"
        mapping = read_mapping(file, base_iri=case.base_iri)
        mapped = map_document(connection, mapping)
    except MappingError as error:
        return None if case.error else f"unexpected error: {error}"
    violations = [f for f in mapped.findings if f.severity is Severity.VIOLATION]
    if case.error:
        return None if violations else "no error where one is expected"
    ours = canonical(quads(connection))
    output = next(case.folder.glob("default.nq"), case.folder / "output.nq")
    theirs = canonical(output.read_text(encoding="utf-8"))
    if ours != theirs:
        missing, surplus = "\n".join(sorted(theirs - ours)), "\n".join(sorted(ours - theirs))
        found = "\n".join(str(finding) for finding in mapped.findings)
        return f"missing:\n{missing}\nsurplus:\n{surplus}\nfindings:\n{found}"
    return written_differs(file, case.base_iri, theirs)


def written_differs(file: Path, base_iri: str, theirs: set[str]) -> str | None:
    """What is wrong with the document that is written without a table of quads."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.nq"
        write_document(connect(), read_mapping(file, base_iri=base_iri), path)
        text = path.read_text(encoding="utf-8")
    lines = text.split("\n")[:-1]
    if len(lines) != len(set(lines)):
        return f"a line is written twice:\n{text}"
    if canonical(text) != theirs:
        return f"written:\n{text}"
    return None


def quads(connection: object) -> str:
    rows = connection.execute("SELECT s, p, o, g FROM quads").fetchall()  # type: ignore[attr-defined]
    return "".join(f"{s} {p} {o} {g or ''} .\n" for s, p, o, g in rows)


def canonical(text: str) -> set[str]:
    """The quads of a data set with canonical blank nodes."""
    data = pyoxigraph.Dataset(pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_QUADS, lenient=True))
    data.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in data}
