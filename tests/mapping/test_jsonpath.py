from __future__ import annotations

import pytest

from clusterkg.mapping.jsonpath import (
    JsonPathError,
    duckdb_path,
    first_keys,
    gives_many,
    parse_jsonpath,
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", "$"),
        ("$[*]", "$[*]"),
        ("$.a.b[*].c", '$."a"."b"[*]."c"'),
        ("a.b", '$."a"."b"'),
        ("$['a b']['c.d'][0]", '$."a b"."c.d"[0]'),
        (r"$['it\'s']", '$."it\'s"'),
        ("Zoë Krüger", '$."Zoë Krüger"'),
        ("$.*", "$[*]"),
    ],
)
def test_a_path_has_duckdbs_form(path: str, expected: str) -> None:
    assert duckdb_path(path) == expected


@pytest.mark.parametrize("path", ["$.students[*]]", "$..a", "$[?(@.a)]", "a[1:2]", "$."])
def test_what_is_not_supported_says_where(path: str) -> None:
    with pytest.raises(JsonPathError, match="cannot be read from"):
        parse_jsonpath(path)


def test_a_star_gives_many() -> None:
    assert gives_many("$.a[*].b")
    assert not gives_many("$.a[0].b")
    assert first_keys("$.a[*].b") == '$."a"'
