"""The texts: the same keys and places in all languages, and every key a template names exists."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import clusterkg.service
from clusterkg.service.pages.kinds import CONDITIONS, KINDS, OTHER
from clusterkg.service.pages.locale import LANGUAGES
from clusterkg.service.pages.texts import Texts, texts_of

SERVICE = Path(clusterkg.service.__file__).parent
CALL = re.compile(r"\b([tn])\(\s*'([\w.-]+)'\s*([,)~])")


def forms(texts: Texts, key: str) -> dict[str, str]:
    entry = texts._entries[key]
    return dict(entry) if not isinstance(entry, str) else {"": entry}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_keys(language: str) -> None:
    assert set(texts_of(language)._entries) == set(texts_of("de")._entries)
    assert len(texts_of(language)._entries) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_fill_in_the_same_values(language: str) -> None:
    german, other = texts_of("de"), texts_of(language)
    for key in german._entries:
        wanted = set().union(*(places(form) for form in forms(german, key).values()))
        for form in forms(other, key).values():
            assert form.strip(), key
            assert places(form) - {"n"} == wanted - {"n"}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_every_form_of_their_language(language: str) -> None:
    wanted = {"one", "few", "many"} if language == "ru" else {"one", "other"}
    texts = texts_of(language)
    plurals = [key for key in texts._entries if "" not in forms(texts, key)]
    assert len(plurals) > 15
    for key in plurals:
        assert set(forms(texts, key)) == wanted, key


def test_every_key_of_a_template_exists() -> None:
    texts = texts_of("de")
    calls = [
        (file.name, call, key, after)
        for file in sorted((SERVICE / "templates").glob("*.html"))
        for call, key, after in CALL.findall(file.read_text(encoding="utf-8"))
    ]
    assert len(calls) > 150
    for file, call, key, after in calls:
        if after == "~":
            assert any(known.startswith(key) for known in texts._entries), (file, key)
        else:
            assert texts.has(key), (file, key)
            assert ("" not in forms(texts, key)) == (call == "n"), (file, key)


def test_kinds_and_conditions_are_worded() -> None:
    texts = texts_of("de")
    assert all(texts.has(f"kinds.{kind}") for kind in (*KINDS, OTHER))
    for condition in CONDITIONS:
        for part in ("name", "question", "question_open", "number"):
            assert texts.has(f"conditions.{condition}.{part}")


def test_no_text_is_left_in_another_script() -> None:
    """A forgotten translation shows by its letters."""
    for key in texts_of("ru")._entries:
        if key.startswith(("own_name", "licences", "identifier")):
            continue
        for form in forms(texts_of("ru"), key).values():
            if len(form) > 12 and not form.startswith("http"):
                assert re.search("[а-яА-Я]", form), key
    for language in ("de", "en"):
        for key in texts_of(language)._entries:
            if not key.startswith("own_name"):
                for form in forms(texts_of(language), key).values():
                    assert not re.search("[а-яА-Я]", form), key


def test_the_start_page_speaks_no_jargon() -> None:
    for language in LANGUAGES:
        for key in texts_of(language)._entries:
            if key.startswith(("start.", "nav.", "fingerprint.")):
                for form in forms(texts_of(language), key).values():
                    assert "knowledge graph" not in form.lower()
                    assert "wissensgraph" not in form.lower()


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts_of("de")("nothing.here")
    with pytest.raises(KeyError):
        texts_of("de")("clusters.actors")
    with pytest.raises(KeyError):
        texts_of("de").count("nav.start", 1)


def test_counting() -> None:
    assert texts_of("de").count("clusters.actors", 1) == "1 Akteur"
    assert texts_of("en").count("clusters.actors", 1234) == "1,234 actors"
    assert [texts_of("ru").count("clusters.actors", n) for n in (1, 3, 11, 22, 25)] == [
        "1 участник",
        "3 участника",
        "11 участников",
        "22 участника",
        "25 участников",
    ]
