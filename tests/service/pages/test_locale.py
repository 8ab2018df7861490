"""Numbers, dates, plurals and order in three languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clusterkg.service.pages import locale


@pytest.mark.parametrize(
    ("number", "de", "en", "ru"),
    [
        (0, "0", "0", "0"),
        (999, "999", "999", "999"),
        (4500, "4.500", "4,500", "4500"),
        (19500, "19.500", "19,500", "19\u00a0500"),
        (-1234567, "−1.234.567", "−1,234,567", "−1\u00a0234\u00a0567"),
    ],
)
def test_integers(number: int, de: str, en: str, ru: str) -> None:
    assert [locale.integer(number, language) for language in locale.LANGUAGES] == [de, en, ru]


def test_decimals() -> None:
    assert locale.decimal(Decimal("1.90"), "de") == "1,9"
    assert locale.decimal(Decimal("51.0"), "en") == "51"
    assert locale.decimal(12345.67, "ru", places=2) == "12\u00a0345,67"
    assert locale.decimal(Decimal("-0.5"), "de") == "−0,5"


def test_percent() -> None:
    assert locale.percent(6, 7, "en") == "86%"
    assert locale.percent(6, 7, "de") == "86\u202f%"
    assert locale.percent(0, 0, "de") == "0\u202f%"


@pytest.mark.parametrize(
    ("value", "de", "en", "ru"),
    [
        ("2014", "2014", "2014", "2014"),
        ("2017-12", "Dezember 2017", "December 2017", "декабрь 2017"),
        ("2014-03-18", "18. März 2014", "18 March 2014", "18 марта 2014"),
        ("2014-03-18T10:00:00Z", "18. März 2014", "18 March 2014", "18 марта 2014"),
        ("2014-13-18", "2014-13-18", "2014-13-18", "2014-13-18"),
        ("unstated", "unstated", "unstated", "unstated"),
    ],
)
def test_dates(value: str, de: str, en: str, ru: str) -> None:
    assert [locale.date(value, language) for language in locale.LANGUAGES] == [de, en, ru]


def test_plural_categories() -> None:
    assert [locale.plural(n, "de") for n in (0, 1, 2)] == ["other", "one", "other"]
    numbers = (1, 2, 5, 11, 12, 21, 24, 100, 101, 111, 112)
    assert [locale.plural(n, "ru") for n in numbers] == [
        "one",
        "few",
        "many",
        "many",
        "many",
        "one",
        "few",
        "many",
        "one",
        "many",
        "many",
    ]


def test_order_ignores_diacritics_and_signs() -> None:
    names = ["Zwickau", "„Ökom“", "Ölsnitz", "Oel", "Ärzte", "Яна", "Ёлка", "acod"]
    assert sorted(names, key=locale.order) == [
        "acod",
        "Ärzte",
        "Oel",
        "„Ökom“",
        "Ölsnitz",
        "Zwickau",
        "Ёлка",
        "Яна",
    ]


def test_searchable_in_every_spelling() -> None:
    assert "muller strasse" in locale.searchable("Müller Straße")
    assert "mueller" in locale.searchable("Müller Straße")
    assert locale.fold("Лейпциг") == locale.fold("лейпциг")
