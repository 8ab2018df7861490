"""CSV tables: cells and row numbers come back as they stand, and every fault names its row."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg.engines.duckdb import connect
from clusterkg.progress import silent
from clusterkg.sources.description import TableDescription, read_description
from clusterkg.sources.staging import BLANKS
from clusterkg.sources.tables import load_tables

FILE = "data/pages/t.csv"


def test_rows_and_empty_cells(source):
    source.write("a,b\n1,\n NA ,x\n\u00a0,-\n")
    got = source.load('null = ["NA", "-"]')
    # row 4 holds nothing and is left out
    assert got.rows == [("1", None, 2), (None, "x", 3)]
    assert got.relation.columns == ("a", "b")
    assert got.relation.rows == 2
    assert got.relation.shown == "pages/t.csv"
    assert got.relation.sql == '"pages"."t"'
    assert got.findings == ()


def test_cells_stand_as_they_are(source):
    source.write('a,b\n  1 ,2018-11-14\n007,"x ""y"""\nNAN,NA\n')
    assert source.load('null = ["NA"]').rows == [
        ("  1 ", "2018-11-14", 2),
        ("007", 'x "y"', 3),
        ("NAN", None, 4),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_byte_order_mark(source, end, mark, last):
    text = mark + f'"a",b{end}1,"x{end}y"{end}2,z' + (end if last else "")
    source.write(text)
    assert source.load().rows == [("1", f"x{end}y", 2), ("2", "z", 3)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_inside_cells_may_be_others(source, end):
    source.write(f'"a",b{end}"\n","\r\n|"{end}"x\ry",z{end}')
    assert source.load().rows == [(None, "\r\n|", 2), ("x\ry", "z", 3)]


def test_mixed_line_ends(source):
    source.write("a,b\r\n1,2\n3,4\r5,6")
    assert source.load().rows == [("1", "2", 2), ("3", "4", 3), ("5", "6", 4)]


def test_blank_lines_count_as_the_rows_a_spreadsheet_shows(source):
    source.write("\na,b\n1,2\n\n,\n3,4\n\n\n")
    assert source.load().rows == [("1", "2", 3), ("3", "4", 6)]


def test_blank_lines_inside_a_cell_are_the_cell(source):
    source.write('a,b\n"x\n\ny",2\n3,4\n')
    assert source.load().rows == [("x\n\ny", "2", 2), ("3", "4", 3)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(source, delimiter):
    source.write(f'a{delimiter}"b,;|\t x"{delimiter}c\n1{delimiter}"2,5"{delimiter}3\n')
    assert source.load().rows == [("1", "2,5", "3", 2)]


def test_a_delimiter_may_be_declared(source):
    source.write("a#b\n1,5#2\n")
    assert source.load('delimiter = "#"').rows == [("1,5", "2", 2)]


def test_tsv(source):
    source.write("a,x\tb\n1,5\t2\n", "t.tsv")
    got = source.load(file="t.tsv")
    assert got.relation.columns == ("a,x", "b")
    assert got.rows == [("1,5", "2", 2)]


def test_one_column_with_text(source):
    source.write("name\nA; B\nC\n")
    assert source.load().rows == [("A; B", 2), ("C", 3)]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("cp1252", "cp1252"),
        ("latin-1", "latin-1"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
    ],
)
def test_encodings(source, encoding, declared):
    text = 'a,b\r\nMüller,"Grüße\r\näöü"\r\n' * 1 + "x,ß\r\n" * 1000
    source.write(text.encode(encoding))
    got = source.load(f'encoding = "{declared}"' if declared else "")
    assert got.rows[0] == ("Müller", "Grüße\r\näöü", 2)
    assert got.rows[-1] == ("x", "ß", 1002)


def test_columns_without_name_and_cells_are_dropped(source):
    source.write("a, b ,,\n1,2,,\n3,4,,\n")
    got = source.load()
    assert got.relation.columns == ("a", "b")
    assert got.rows == [("1", "2", 2), ("3", "4", 3)]


def test_cells_beyond_the_header_may_be_empty(source):
    source.write("a,b\n1,2,\n3,4,,,\n")
    assert source.load().rows == [("1", "2", 2), ("3", "4", 3)]


def test_long_cells(source):
    source.write("a,b\n" + "x" * 5_000_000 + ",1\n")
    assert source.load().rows == [("x" * 5_000_000, "1", 2)]


def test_a_blank_before_an_opening_quote(source):
    source.write('a,b\n1, "x, y"\n')
    assert source.load().rows == [("1", "x, y", 2)]
    source.write('a,b\n1, "x, y"\n\n2,"z"\n')
    assert source.load().rows == [("1", "x, y", 2), ("2", "z", 4)]


# ---- faults


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "a,b\n1,2\n3\n",
            (
                f"{FILE}, row 3: found 1 cell, expected 2 as in the header\n"
                "  Add the missing delimiters, or close the quotes of a cell that spans lines."
            ),
        ),
        (
            'a,b\n"x\n\ny",2\n3,4,5\n',
            (
                f"{FILE}, row 3: found 3 cells, expected 2 as in the header\n"
                "  A cell that holds the delimiter must stand in double quotes."
            ),
        ),
        ("a,b\n1,2\n\n3,4,5\n", f"{FILE}, row 4: found 3 cells, expected 2"),
        (
            'a,b\n1,2\n3,"4\n5,6\n',
            (
                f"{FILE}, row 3: a double quote opens a cell and is never closed\n"
                "  Write a quote inside a quoted cell twice"
            ),
        ),
        ('a,b\n1,"2"x\n', f"{FILE}, row 2: a closing double quote is followed by more text\n"),
        ('a,"b\n1,2\n', f"{FILE}, row 1: a double quote opens a cell and is never closed\n"),
        (
            "a,b\n",
            (
                f"{FILE}: the table is empty: a header and no row\n"
                "  Put the rows in, or take [tables.t] out of data/pages/source.toml."
            ),
        ),
        ("a,b\n,\n", f"{FILE}: the table is empty: a header and no row"),
        ("", f"{FILE}: the table is empty\n  Its first row must name the columns."),
        ("\n\n", f"{FILE}: the table is empty\n"),
        ("\ufeff", f"{FILE}: the table is empty\n"),
        (",\n1,2\n", f"{FILE}: no header: the first row is empty\n"),
        (
            "a,b,a\n1,2,3\n",
            (
                f"{FILE}: columns 1 and 3 have the same name 'a'\n"
                "  Give each column a name of its own in the header row."
            ),
        ),
        ("Name,name\n1,2\n", f"{FILE}: columns 1 and 2 have the same name 'Name' and 'name' (case"),
        ("a,_row\n1,2\n", f"{FILE}: column 2 is named '_row', the name kept for the row's number"),
        (
            "a,,b\n1,,2\n3,x,4\n",
            (
                f"{FILE}: column 2 has no name, but row 3 holds 'x' in it\n"
                "  Give the column a name in the header row, or empty its cells."
            ),
        ),
    ],
)
def test_faults_of_the_file(source, content, message):
    source.write(content)
    assert source.refused().startswith(message)


def test_a_ragged_row_far_down(source):
    source.write("a,b\n" + '"x\ny",2\n' * 100_000 + "1,2,3\n")
    assert source.refused().startswith(f"{FILE}, row 100002: found 3 cells, expected 2")


def test_wrong_encoding_names_row_and_proposes(source):
    source.write(b'a,b\n"x\n1",2\n3,Gr\xfc\xdfe\n')
    assert source.refused() == (
        f"{FILE}, row 3, column b: byte 0xFC is not UTF-8\n"
        '  The file can be read with encoding = "cp1252" in [tables.t].'
    )


def test_wrong_encoding_in_the_header(source):
    source.write(b"a,gr\xfcn\n1,2\n")
    assert source.refused().startswith(f"{FILE}, row 1: byte 0xFC is not UTF-8\n")


def test_utf16_not_declared(source):
    source.write("a,b\n1,ü\n".encode("utf-16"))
    assert source.refused() == (
        f"{FILE}, row 1: the text is not UTF-8\n"
        '  The file can be read with encoding = "utf-16" in [tables.t].'
    )
    source.write("a,b\n1,ü\n".encode("utf-16-le"))
    assert 'encoding = "utf-16-le"' in source.refused()


def test_byte_that_the_declared_encoding_does_not_know(source):
    source.write(b'a;b\n1;"x\n;y"\n3;\x81\xfc\n')
    assert source.refused('encoding = "cp1252"') == (
        f"{FILE}, row 3, column b: byte 0x81 is not CP1252\n"
        '  The file can be read with encoding = "latin-1" in [tables.t].'
    )


def test_cut_off_utf16(source):
    source.write("a,b\n1,ü\n".encode("utf-16")[:-1])
    assert source.refused('encoding = "utf-16"').startswith(f"{FILE}: the text is not UTF-16\n")


def test_utf8_declared_as_something_else(source):
    source.write("a,b\n1,ü\n")
    assert source.refused('encoding = "cp1252"') == (
        f"{FILE}: the file is UTF-8, but source.toml says encoding = 'cp1252'\n"
        "  Take the key encoding of [tables.t] away."
    )


@pytest.mark.parametrize(
    ("declared", "part"),
    [
        ('key = ["nmae"]', "key"),
        ('[tables.t.ignore]\nnmae = "x"', "ignore"),
        ('[tables.t.columns]\nnmae = "iri"', "columns"),
    ],
)
def test_declared_columns_must_be_there(source, declared, part):
    source.write("id,name\n1,x\n")
    assert source.refused(declared) == (
        f"data/pages/source.toml: tables.t.{part} names the column 'nmae', which pages/t.csv does "
        "not have\n  Did you mean 'name'?"
    )


# ---- many rows, and any cell


def test_row_numbers_of_many_rows(source):
    """Row numbers hold where DuckDB reads in parallel and where cells look like rows."""
    rng = random.Random(4)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "a", "b"])
    for number in range(200_000):
        kind = rng.random()
        cell = "x" * 150 if kind < 0.6 else "\n".join([f'{number},"fake",zz'] * rng.randrange(2, 9))
        writer.writerow([number, cell, "ü" if number % 2 else ""])
    source.write(out.getvalue())
    source.declare()
    connection = connect(threads=4)
    relations, _ = load_tables(connection, [read_description(source.folder)], progress=silent)
    wrong = connection.execute(
        "SELECT count(*) FILTER (_row <> CAST(id AS BIGINT) + 2), count(*), count(DISTINCT id), "
        "count(b) FROM pages.t"
    ).fetchone()
    assert wrong == (0, 200_000, 200_000, 100_000)
    assert relations[0].rows == 200_000
    setting = connection.execute("SELECT current_setting('preserve_insertion_order')").fetchone()
    assert setting == (False,)
    connection.close()


CELLS = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_characters="\0"),
        st.sampled_from("\"',;\t|\n\r \u00a0#N"),
    ),
    max_size=8,
)


def written(cell, delimiter, *, always):
    special = any(character in cell for character in f'{delimiter}"\r\n') or cell.startswith(" ")
    return '"' + cell.replace('"', '""') + '"' if always or special else cell


@st.composite
def tables(draw):
    """A CSV file and what it must come back as: (text, delimiter, records with row numbers)."""
    width = draw(st.integers(1, 4))
    records = draw(
        st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
    )
    delimiter = draw(st.sampled_from(",;\t|"))
    always = draw(st.booleans())
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    header = [f"column {number}" for number in range(width)]
    text = "".join(
        delimiter.join(written(cell, delimiter, always=always) for cell in record) + end
        for record in [header, *records]
    )
    expected = [
        (*(cell if cell.strip(BLANKS) else None for cell in record), row)
        for row, record in enumerate(records, start=2)
        if any(cell.strip(BLANKS) for cell in record)
    ]
    return text, delimiter, expected


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(table=tables())
def test_any_table_comes_back(source, table):
    text, delimiter, expected = table
    source.write(text)
    declared = f"delimiter = '{delimiter}'" if delimiter != "\t" else 'delimiter = "\\t"'
    if not expected:
        assert "a header and no row" in source.refused(declared)
    else:
        assert source.load(declared).rows == expected


def test_table_description_knows_its_file():
    table = TableDescription("t", Path("/x/data/a/sub/t.csv"), "csv", "x", (0, 1), "a/sub/t.csv")
    assert table.at == "data/a/sub/t.csv"
