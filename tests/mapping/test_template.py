from __future__ import annotations

import pytest

from clusterkg.mapping.template import (
    Template,
    TemplateError,
    Variable,
    has_scheme,
    parse_template,
    parse_yarrrml,
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("http://x/{id}", ("http://x/", Variable("id"))),
        ("{a}-{b}", (Variable("a"), "-", Variable("b"))),
        (r"\{x\}{a\{b\}}\\", ("{x}", Variable("a{b}"), "\\")),
        ("", ()),
    ],
)
def test_an_r2rml_template_is_read(text: str, parts: tuple[str | Variable, ...]) -> None:
    assert parse_template(text) == Template(parts)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a{b", "an opening brace without a closing one"),
        ("a}b", "a closing brace without an opening one"),
        ("{{a}}", "an opening brace inside braces"),
        ("a{}", "empty braces"),
        (r"a\b", "a backslash that is not before {, } or another backslash"),
        ("a\\", "a backslash that is not before {, } or another backslash"),
    ],
)
def test_an_unbalanced_template_says_why(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("id/$(key)", ("id/", Variable("key"))),
        ("$(a (b))", (Variable("a (b)"),)),
        (r"$(a\)b)", (Variable("a)b"),)),
        (r"\$(a) costs {5}", ("$(a) costs {5}",)),
    ],
)
def test_a_yarrrml_text_is_read(text: str, parts: tuple[str | Variable, ...]) -> None:
    assert parse_yarrrml(text) == Template(parts)


@pytest.mark.parametrize("text", ["$(a", "$()"])
def test_a_yarrrml_text_needs_its_parenthesis(text: str) -> None:
    with pytest.raises(TemplateError):
        parse_yarrrml(text)


def test_an_iri_with_a_scheme_is_absolute() -> None:
    assert [has_scheme(x) for x in ("https://x", "urn:x", "id/x", "", "1a:b")] == [
        True,
        True,
        False,
        False,
        False,
    ]
