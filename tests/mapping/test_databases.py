"""Mappings on databases and endpoints: the same table everywhere, and what is said of faults."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from clusterkg.cli import main
from clusterkg.engines.duckdb import connect
from clusterkg.errors import MappingError, SourceError
from clusterkg.findings import Severity
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import Mapped, map_document
from clusterkg.sources.databases import parse_address

HEAD = """@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://w3id.org/rml/> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix ex: <http://ex.org/> .
"""
COLUMNS = "small, big, price, weight, ok, born, wakes, seen, photo, name"
TABLE = """CREATE TABLE Things (id INTEGER PRIMARY KEY, small SMALLINT, big BIGINT,
    price DECIMAL(30,10), weight DOUBLE PRECISION, ok BOOLEAN, born DATE, wakes TIME,
    seen TIMESTAMP NULL, photo {blob}, name VARCHAR(20));
INSERT INTO Things VALUES
    (1, -3, 9007199254740993, 12345678901234567890.5, 0.25, {true}, '1980-02-03', '07:05:00',
     '2020-01-02 03:04:05', {bytes}, 'Änne "A"'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"""
NATURAL = {
    "small": '"-3"^^xsd:integer',
    "big": '"9007199254740993"^^xsd:integer',
    "price": '"12345678901234567890.5"^^xsd:decimal',
    "weight": '"2.5E-1"^^xsd:double',
    "ok": '"true"^^xsd:boolean',
    "born": '"1980-02-03"^^xsd:date',
    "wakes": '"07:05:00"^^xsd:time',
    "seen": '"2020-01-02T03:04:05"^^xsd:dateTime',
    "photo": '"DEAD00"^^xsd:hexBinary',
    "name": '"Änne \\"A\\""',
}
KINDS = ["sqlite", "duckdb", "postgresql", "mysql"]


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, str], str]:
    """Runs a script in a database of some kind, and gives its URL."""

    def make(kind: str, script: str) -> str:
        if kind == "sqlite":
            file = sqlite3.connect(tmp_path / "a.sqlite")
            file.executescript(script)
            file.close()
            return "sqlite:///a.sqlite"
        if kind == "duckdb":
            with duckdb.connect(str(tmp_path / "a.duckdb")) as other:
                other.execute(script)
            return "duckdb:///a.duckdb"
        server = request.getfixturevalue("mariadb" if kind == "mysql" else kind)
        server.run("things", script)
        return str(server.url(kind, "things"))

    return make


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[set[str], Mapped]]:
    def run(turtle: str, **options: object) -> tuple[set[str], Mapped]:
        file = tmp_path / "m.ttl"
        file.write_text(HEAD + turtle, encoding="utf-8")
        connection = connect()
        read = read_mapping(file, base_iri="http://ex.org/", name="m.ttl")
        mapped = map_document(connection, read, **options)  # type: ignore[arg-type]
        made = connection.execute("SELECT s, p, o FROM quads").fetchall()
        left = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary")
        assert left.fetchall() == []
        return {" ".join(one).replace("http://ex.org/", "") for one in made}, mapped

    return run


def things(url: str, columns: str = COLUMNS, source: str = 'rml:iterator "Things"') -> str:
    pairs = " ".join(
        f"rml:predicateObjectMap [ rml:predicate ex:{name} ; "
        f'rml:objectMap [ rml:reference "{name}" ] ] ;'
        for name in columns.split(", ")
    )
    return (
        f'<#t> rml:logicalSource [ rml:source "{url}" ; {source} ] ; {pairs}\n'
        'rml:subjectMap [ rml:template "http://ex.org/{id}" ] .\n'
    )


def script(kind: str) -> str:
    blob = "BYTEA" if kind == "postgresql" else "BLOB"
    bits = {"postgresql": r"'\xDEAD00'", "duckdb": r"'\xDE\xAD\x00'"}.get(kind, "x'DEAD00'")
    made = TABLE.format(blob=blob, bytes=bits, true="1" if kind == "sqlite" else "TRUE")
    # SQLite keeps what its 64 bits hold of a decimal
    return made.replace("12345678901234567890.5", "1234.5") if kind == "sqlite" else made


@pytest.mark.parametrize("kind", KINDS)
def test_natural_datatypes(
    kind: str, database: Callable[..., str], run: Callable[..., object]
) -> None:
    made, mapped = run(things(database(kind, script(kind))))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    expected = dict(NATURAL)
    if kind == "sqlite":
        expected["price"] = '"1234.5"^^xsd:decimal'
    assert made == {
        f"<1> <{name}> {value.replace('xsd:', f'<{xsd}')}{'>' if 'xsd:' in value else ''}"
        for name, value in expected.items()
    }
    assert mapped.findings == ()


@pytest.mark.parametrize("kind", KINDS)
def test_the_database_runs_the_query(
    kind: str, database: Callable[..., str], run: Callable[..., object]
) -> None:
    own = {
        "sqlite": "printf('%03d', id)",
        "duckdb": "format('{:03d}', id)",
        "postgresql": "to_char(id, 'FM000')",
        "mysql": "LPAD(id, 3, '0')",
    }[kind]
    query = f'rml:iterator "SELECT id, {own} AS padded, born FROM Things ORDER BY id;"'
    made, _ = run(things(database(kind, script(kind)), "padded", query))
    assert made == {'<1> <padded> "001"', '<2> <padded> "002"'}


@pytest.mark.parametrize("kind", KINDS)
def test_names(kind: str, database: Callable[..., str], run: Callable[..., object]) -> None:
    """What has no quotes may have other capitals; what has them is taken as it stands."""
    quote = "`" if kind == "mysql" else '"'
    url = database(
        kind,
        f"CREATE TABLE {quote}Two Words{quote} (id INTEGER, {quote}Full Name{quote} VARCHAR(9));"
        f"INSERT INTO {quote}Two Words{quote} VALUES (1, 'Anna');",
    )
    made, _ = run(
        f'<#t> rml:logicalSource [ rml:source "{url}" ; rml:iterator "\\"Two Words\\"" ] ;'
        'rml:subjectMap [ rml:template "http://ex.org/{ID}" ] ;'
        "rml:predicateObjectMap [ rml:predicate ex:name ;"
        ' rml:objectMap [ rml:reference "\\"Full Name\\"" ] ] .'
    )
    assert made == {'<1> <name> "Anna"'}


@pytest.mark.parametrize("kind", KINDS)
def test_faults_of_a_mapping(
    kind: str, database: Callable[..., str], run: Callable[..., object]
) -> None:
    url = database(kind, script(kind))
    with pytest.raises(MappingError, match="no table 'Thinks' in") as raised:
        run(things(url, "name", 'rml:iterator "Thinks"'))
    assert raised.value.at == "m.ttl:6"
    assert str(raised.value.hint).lower() == "did you mean 'things'?"
    with pytest.raises(MappingError, match="no column 'nome'") as raised:
        run(things(url, "nome"))
    assert raised.value.hint == "Did you mean 'name'?"
    with pytest.raises(MappingError, match=r"refuses the query: .*nome") as raised:
        run(things(url, "name", 'rml:iterator """SELECT id,\nnome FROM Things"""'))
    assert raised.value.at in {"m.ttl:6", "m.ttl:7"}
    assert raised.value.hint == "Did you mean 'name'?"
    with pytest.raises(MappingError, match=r"refuses the query: .*[Tt]hinks") as raised:
        run(things(url, "name", 'rml:iterator "SELECT * FROM Thinks"'))
    assert str(raised.value.hint).lower() == "did you mean 'things'?"
    with pytest.raises(MappingError, match=r"(several columns|Duplicate column name) 'id'"):
        run(things(url, "name", 'rml:iterator "SELECT id, id, name FROM Things"'))


@pytest.mark.parametrize("kind", KINDS)
def test_findings_name_the_row(
    kind: str, database: Callable[..., str], run: Callable[..., object]
) -> None:
    url = database(
        kind,
        "CREATE TABLE Pages (a INTEGER, b VARCHAR(5), page VARCHAR(20), PRIMARY KEY (a, b));"
        "INSERT INTO Pages VALUES (1, 'x', 'https://a.org/'), (2, 'y', 'a b');",
    )
    pages = (
        f'<#t> rml:logicalSource [ rml:source "{url}" ; %s ] ;'
        'rml:subjectMap [ rml:template "http://ex.org/{a}" ] ;'
        "rml:predicateObjectMap [ rml:predicate ex:page ;"
        ' rml:objectMap [ rml:reference "page" ; rml:termType rml:IRI ] ] .'
    )
    shown = str(parse_address(url))
    _, mapped = run(pages % 'rml:iterator "Pages"')
    assert [str(one.place) for one in mapped.findings] == [
        f"{shown}, table Pages, a 2, b y, column page"
    ]
    assert mapped.findings[0].value == "a b"
    _, mapped = run(pages % 'rml:iterator "SELECT * FROM Pages ORDER BY a"')
    assert [str(one.place) for one in mapped.findings] == [
        f"{shown}, query in m.ttl, line 6, row 2, column page"
    ]


@pytest.mark.parametrize("kind", ["sqlite", "mysql"])
def test_more_rows_than_a_batch(
    kind: str, database: Callable[..., str], run: Callable[..., object]
) -> None:
    digits = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(10))
    parts = [f"({digits}) {alias}" for alias in "abcde"]
    numbers = "a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n"
    url = database(
        kind,
        "CREATE TABLE Things (id INTEGER);"
        f"INSERT INTO Things SELECT {numbers} FROM {', '.join(parts)} WHERE e.n < 5;",
    )
    made, mapped = run(things(url, "id"))
    assert mapped.quads == len(made) == 50_000


def test_joins_between_databases(
    database: Callable[..., str], run: Callable[..., object], tmp_path: Path
) -> None:
    url = database("sqlite", "CREATE TABLE Things (id INTEGER); INSERT INTO Things VALUES (7);")
    (tmp_path / "names.csv").write_text("no,name\n7,seven\n", encoding="utf-8")
    made, _ = run(
        things(url, "id").replace(
            "rml:subjectMap",
            "rml:predicateObjectMap [ rml:predicate ex:is ; rml:objectMap ["
            "rml:parentTriplesMap <#names> ; rml:joinCondition ["
            'rml:child "id" ; rml:parent "no" ] ] ] ; rml:subjectMap',
        )
        + '<#names> rml:logicalSource [ rml:source "names.csv" ; '
        "rml:referenceFormulation rml:CSV ] ;"
        'rml:subjectMap [ rml:template "http://ex.org/name/{name}" ] .'
    )
    assert "<7> <is> <name/seven>" in made


def test_password_in_a_mapping(mariadb: object, run: Callable[..., object]) -> None:
    mariadb.run(  # type: ignore[attr-defined]
        "things",
        "CREATE TABLE Things (id INTEGER); INSERT INTO Things VALUES (7);"
        "CREATE OR REPLACE USER anna@localhost IDENTIFIED BY 'right';"
        "GRANT SELECT ON things.* TO anna@localhost;",
    )
    source = (
        f'<#d> a d2rq:Database ; d2rq:jdbcDSN "jdbc:mysql://127.0.0.1:{mariadb.port}/things" ;'  # type: ignore[attr-defined]
        'd2rq:username "anna" ; d2rq:password "wrong" .\n'
        '<#t> rml:logicalSource [ rml:source <#d> ; rr:tableName "Things" ] ;'
        'rml:subjectMap [ rml:template "http://ex.org/{id}" ; rml:class ex:Thing ] .'
    )
    with pytest.raises(SourceError, match="cannot be reached") as raised:
        run(source)
    assert "wrong" not in str(raised.value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTERKG_DB_PASSWORD", "right")
        _, mapped = run(source)
    assert mapped.quads == 1
    (finding,) = mapped.findings
    assert finding.severity is Severity.WARNING
    assert finding.rule == "password-in-mapping"
    assert "wrong" not in str(finding)


def test_mysql_does_not_take_what_is_no_date(mariadb: object, run: Callable[..., object]) -> None:
    mariadb.run(  # type: ignore[attr-defined]
        "things",
        "SET sql_mode = ''; CREATE TABLE Things (id INTEGER, d DATE);"
        "INSERT INTO Things VALUES (1, '0000-00-00');",
    )
    with pytest.raises(MappingError, match=r"the query fails on a cell: .*0000-00-00"):
        run(things(mariadb.url("mysql", "things"), "d"))  # type: ignore[attr-defined]


def test_types_of_postgresql(database: Callable[..., str], run: Callable[..., object]) -> None:
    url = database(
        "postgresql",
        """SET TIME ZONE 'Europe/Berlin';
        CREATE TYPE mood AS ENUM ('sad', 'happy');
        CREATE TABLE things AS SELECT 1 AS id, 1.1::real AS f, '2020-01-02 03:04:05+02'::timestamptz
        AS z, '10:00:00+01'::timetz AS t, 'happy'::mood AS m, '{"a": [1]}'::jsonb AS j,
        '127.0.0.1'::inet AS i, '{a,b}'::text[] AS l, '{1,2}'::int[] AS n,
        '5f0c6a3e-0d1c-4a43-9d0c-3b0f1b1b7a11'::uuid AS u, 'x'::char(3) AS c""",
    )
    made, _ = run(things(url, "f, z, t, m, j, i, l, n, u, c").replace('"Things"', '"things"'))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert made == {
        f'<1> <f> "1.1E0"^^<{xsd}double>',
        f'<1> <z> "2020-01-02T01:04:05Z"^^<{xsd}dateTime>',
        f'<1> <t> "10:00:00+01:00"^^<{xsd}time>',
        '<1> <m> "happy"',
        '<1> <j> "{\\"a\\": [1]}"',
        '<1> <i> "127.0.0.1/32"',
        '<1> <l> "a"',
        '<1> <l> "b"',
        f'<1> <n> "1"^^<{xsd}integer>',
        f'<1> <n> "2"^^<{xsd}integer>',
        '<1> <u> "5f0c6a3e-0d1c-4a43-9d0c-3b0f1b1b7a11"',
        '<1> <c> "x  "',
    }


def test_values_of_sqlite(database: Callable[..., str], run: Callable[..., object]) -> None:
    """A column whose values are not what it was declared to hold is what they have in common."""
    url = database(
        "sqlite",
        "CREATE TABLE Things (id, born DATE, n, f, mixed);"
        "INSERT INTO Things VALUES (1, '1980-02-03', 1, 1, 1), (2, 'about 1980', 2, 2.5, 'x');",
    )
    made, _ = run(things(url, "born, n, f, mixed"))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert made == {
        '<1> <born> "1980-02-03"',
        '<2> <born> "about 1980"',
        f'<1> <n> "1"^^<{xsd}integer>',
        f'<2> <n> "2"^^<{xsd}integer>',
        f'<1> <f> "1.0E0"^^<{xsd}double>',
        f'<2> <f> "2.5E0"^^<{xsd}double>',
        '<1> <mixed> "1"',
        '<2> <mixed> "x"',
    }


R2RML = HEAD + (
    '<#t> rr:logicalTable [ rr:tableName "THINGS" ] ;'
    'rr:subjectMap [ rr:template "http://ex.org/{ID}" ; rr:class ex:Thing ] .'
)


def test_r2rml_is_told_its_database(database: Callable[..., str], tmp_path: Path) -> None:
    database("sqlite", "CREATE TABLE Things (id INTEGER); INSERT INTO Things VALUES (7);")
    file = tmp_path / "m.r2rml.ttl"
    file.write_text(R2RML, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/a.sqlite"
    told = CliRunner().invoke(main, ["map", str(file), "--database", url])
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("<http://ex.org/7>")
    known = CliRunner().invoke(main, ["map", str(file)], env={"CLUSTERKG_DATABASE": url})
    assert known.stdout == told.stdout
    alone = CliRunner().invoke(main, ["map", str(file)])
    assert alone.exit_code == 4
    assert "--database postgresql://host/name" in alone.output
    gone = CliRunner().invoke(
        main, ["map", str(file), "--database", "postgresql://a:secret@127.0.0.1:1/b"]
    )
    assert gone.exit_code == 3
    assert "secret" not in gone.output


DOCS = Path(__file__).parents[2] / "docs" / "mapping.md"


def test_example_of_the_docs(
    database: Callable[..., str], run: Callable[..., object], tmp_path: Path
) -> None:
    section = DOCS.read_text(encoding="utf-8").partition("\n## Databases\n")[2]
    turtle = section.partition("```turtle\n")[2].partition("```")[0]
    database(
        "sqlite",
        "CREATE TABLE persons (id INTEGER PRIMARY KEY, name TEXT, born DATE);"
        "CREATE TABLE seats (person INTEGER, board TEXT);"
        "INSERT INTO persons VALUES (1, 'Anna', '1980-02-03'); INSERT INTO seats VALUES (1, 'x');",
    )
    (tmp_path / "a.sqlite").rename(tmp_path / "people.sqlite")
    made, mapped = run(turtle.partition("@prefix ex:")[2].partition("\n")[2])
    assert len(made) == mapped.quads == 3
    assert mapped.findings == ()


# -- endpoints ---------------------------------------------------------------------------------

Endpoint = Callable[[Mapping[str, str]], AbstractContextManager[int]]
DATA = {
    "/sparql": "@prefix ex: <http://ex.org/> . ex:a ex:page 'https://a.org/' . ex:b ex:page 'b c' ."
}


def answers(port: int, path: str, query: str, source: str = "") -> str:
    return (
        f"<#e> a sd:Service ; sd:endpoint <http://127.0.0.1:{port}{path}> .\n"
        f'<#t> rml:logicalSource [ rml:source <#e> ; rml:query """{query}""" ; {source} ] ;'
        'rml:subjectMap [ rml:reference "s" ] ;'
        "rml:predicateObjectMap [ rml:predicate ex:page ;"
        ' rml:objectMap [ rml:reference "page" ; rml:termType rml:IRI ] ] .'
    )


SELECT = "SELECT ?s ?page { ?s <http://ex.org/page> ?page }"


def test_results_of_an_endpoint(sparql_endpoint: Endpoint, run: Callable[..., object]) -> None:
    with sparql_endpoint(DATA) as port:
        csv = answers(port, "/sparql", SELECT, "rml:referenceFormulation rml:CSV")
        made, mapped = run(csv)
        json = csv.replace("rml:CSV", "rml:JSONPath").replace('"s"', '"s.value"')
        same, found = run(json.replace('"page"', '"page.value"'))
    assert made == same == {"<a> <page> <https://a.org/>"}
    shown = f"http://127.0.0.1:{port}/sparql, query in m.ttl, line 7"
    for findings in (mapped.findings, found.findings):
        assert [str(one.place).partition(", row")[0] for one in findings] == [shown]
        assert findings[0].value == "b c"


def test_faults_at_an_endpoint(sparql_endpoint: Endpoint, run: Callable[..., object]) -> None:
    with sparql_endpoint(DATA) as port:
        with pytest.raises(MappingError, match=r"the query is refused: .*expected") as raised:
            run(answers(port, "/sparql", "SELECT ?s {"))
        assert raised.value.at == "m.ttl:7"
        with pytest.raises(MappingError, match="it is no SELECT query"):
            run(answers(port, "/sparql", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"))
        elsewhere = f"/elsewhere?to=http://localhost:{port}/"
        with pytest.raises(SourceError, match="another host, localhost"):
            run(answers(port, elsewhere, SELECT))
        with pytest.raises(MappingError, match="in a form that is not supported"):
            run(answers(port, "/sparql", SELECT, "rml:referenceFormulation rml:XPath"))
    with pytest.raises(SourceError, match="does not answer") as gone:
        run(answers(port, "/sparql", SELECT))
    assert gone.value.exit_code == 3
