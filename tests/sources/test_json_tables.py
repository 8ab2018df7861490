"""JSON tables: nested types, texts as they stand, faults with their line."""

from __future__ import annotations

import json

import pytest

FILE = "data/pages/t.json"


def load(source, records, declared=""):
    source.write(json.dumps(records, ensure_ascii=False), "t.json")
    return source.load(declared, file="t.json")


def test_nested_records(source):
    got = load(
        source,
        [
            {"id": "a", "names": [{"value": "Ü", "lang": None}], "at": {"date": "2018-11-14"}},
            {"id": "b", "more": [1, 2], "at": {"point": [51.5]}, "year": 1991},
        ],
    )
    assert got.relation.columns == ("id", "names", "at", "more", "year")
    assert got.rows == [
        ("a", [{"value": "Ü", "lang": None}], {"date": "2018-11-14", "point": None}, None, None, 1),
        ("b", None, {"date": None, "point": [51.5]}, [1, 2], 1991, 2),
    ]


def test_texts_that_look_like_something_else_stay_texts(source):
    texts = ["2018-11-14", "14:30:00", "2018-11-14 10:00:00", "007", "1e5", "true"]
    texts += ["F47AC10B-58CC-4372-A567-0E02B2C3D479"]
    got = load(source, [{"v": text, "n": {"v": text}} for text in texts])
    assert [row[0] for row in got.rows] == texts
    assert [row[1]["v"] for row in got.rows] == texts


def test_where_records_disagree_values_are_texts(source):
    got = load(source, [{"v": 1}, {"v": "x"}, {"v": [1]}, {"v": None}])
    assert [row[0] for row in got.rows] == ["1", "x", "[1]", None]


def test_a_late_record_counts(source):
    """Types come from all records, not from the first."""
    got = load(source, [{"v": 1}] * 30_000 + [{"v": "x", "late": True}])
    assert got.rows[-1] == ("x", True, 30_001)
    assert got.rows[0] == ("1", None, 1)
    assert [row[-1] for row in got.rows] == list(range(1, 30_002))


def test_words_that_mean_nothing(source):
    got = load(source, [{"v": "NA", "w": 1}, {"v": " ", "w": 2}, {"v": "x"}], 'null = ["NA"]')
    assert got.rows == [(None, 1, 1), (None, 2, 2), ("x", None, 3)]


def test_json_lines(source):
    source.write('{"a": "x"}\n\n{"a": "y", "b": 2}\n', "t.jsonl")
    assert source.load(file="t.jsonl").rows == [("x", None, 1), ("y", 2, 2)]


def test_byte_order_mark(source):
    source.write('\ufeff[{"a": 1}]', "t.json")
    assert source.load(file="t.json").rows == [(1, 1)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '[{"a": 1},\n {"b": ]',
            (
                f"{FILE}, line 2, character 8: malformed JSON: expecting value\n"
                "  Check brackets, commas and quotes there."
            ),
        ),
        ('[{"a": 1}', f"{FILE}, line 1, character 10: malformed JSON: expecting ',' delimiter"),
        ("[]", f"{FILE}: the table is empty: no record\n  Put the records in."),
        ("", f"{FILE}: the table is empty: no record\n"),
        ("[{}, {}]", f"{FILE}: no record holds anything\n"),
        (
            '{"items": [{"a": 1}]}',
            (
                f"{FILE}: the file holds one object, expected a list of records\n"
                "  Write the records as [ { … }, { … } ]."
            ),
        ),
        (
            '[{"a": 1}, 3]',
            (
                f"{FILE}: record 2 is a number, expected an object\n"
                '  A record looks like { "name": "…", "city": "…" }.'
            ),
        ),
        ('[{"a": {"x": 1, "X": 2}}]', f"{FILE}: the keys 'x' and 'X' differ only in case, in 'a'"),
        ('[{"_row": 1}]', f"{FILE}: a key is named '_row'\n  Give the key another name."),
        ('[{"": 1}]', f"{FILE}: a key is named ''\n"),
    ],
)
def test_faults_of_json(source, content, message):
    source.write(content, "t.json")
    assert source.refused(file="t.json").startswith(message)


def test_faults_of_json_lines(source):
    source.write('{"a": 1}\n\n{"a": \n', "t.jsonl")
    assert source.refused(file="t.jsonl").startswith(
        "data/pages/t.jsonl, line 3, character 7: malformed JSON: expecting value"
    )
    source.write('[{"a": 1}]', "t.jsonl")
    assert source.refused(file="t.jsonl") == (
        "data/pages/t.jsonl: record 1 is a list, expected an object\n"
        '  The file is one list: say format = "json".'
    )


def test_not_utf8(source):
    source.write('[{"a": 1},\n{"a": "ü"}]'.encode("cp1252"), "t.json")
    assert source.refused(file="t.json") == (
        f"{FILE}, line 2: byte 0xFC is not UTF-8\n"
        "  JSON is always UTF-8: save the file again with this encoding."
    )
