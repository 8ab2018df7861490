"""Porter's conditions in words and bars: every number comes from the shapes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from clusterkg.service.pages.conditions import mark, question, questions, share, thresholds
from clusterkg.service.pages.kinds import CONDITIONS, condition_shape
from clusterkg.service.pages.texts import texts_of

if TYPE_CHECKING:
    import httpx


class Shapes:
    """A stand-in for a Reading whose graph has these thresholds."""

    def __init__(self, **values: str) -> None:
        self._rows = [
            {
                "shape": ox.NamedNode(condition_shape(name.replace("_", "-"))),
                "threshold": ox.Literal(value),
            }
            for name, value in values.items()
        ]
        self.site = self

    def iri(self, path: str) -> str:
        return f"https://example.org/{path}"

    def rows(self, name: str, **_: str) -> list[dict[str, object]]:
        assert name == "thresholds"
        return self._rows


def asked(language: str, **values: str) -> dict[str, str]:
    return dict(questions(thresholds(Shapes(**values)), texts_of(language)))  # type: ignore[arg-type]


def test_numbers_come_from_the_shapes() -> None:
    said = asked("de", critical_mass="12", concentration="0.6", variety="4", management="2")
    assert said == {
        "critical-mass": "Nennen die Daten mindestens zwölf Akteure?",
        "concentration": "Sind genug Orte bekannt, und liegen mindestens 60\u202f% davon"
        " in der Region des Clusters?",
        "variety": "Sind mindestens vier der fünf Arten von Akteuren vertreten?",
        "management": "Sind mindestens zwei Clustermanagements genannt?",
        "field": "Ist eine Branche oder ein Technologiefeld genannt?",
    }


def test_what_has_no_word_is_a_numeral() -> None:
    wanted = {
        "de": "Nennen die Daten mindestens 25 Akteure?",
        "en": "Do the data name at least 25 actors?",
        "ru": "Названо ли в данных не менее 25 участников?",
    }
    for language, text in wanted.items():
        assert asked(language, critical_mass="25")["critical-mass"] == text
    assert question("critical-mass", Decimal(21), texts_of("ru")).endswith("21 участника?")


@pytest.mark.parametrize("language", ["de", "en", "ru"])
def test_without_shapes_no_number_is_claimed(language: str) -> None:
    for text in asked(language).values():
        assert "{" not in text
        assert not any(sign.isdigit() for sign in text)
    for number in ("1", "2", "3", "5", "11", "12", "101"):
        for text in asked(language, **dict.fromkeys(map(_name, CONDITIONS), number)).values():
            assert "{" not in text


def _name(condition: str) -> str:
    return condition.replace("-", "_")


def test_a_threshold_that_is_no_number_is_left_out() -> None:
    assert thresholds(Shapes(variety="many", field="0", management="NaN")) == {}  # type: ignore[arg-type]


def test_bars_follow_the_shapes() -> None:
    assert share("critical-mass", 10, 0, Decimal(10)) == 0.5
    assert share("critical-mass", 10, 0, Decimal(30)) == 0.25
    assert share("management", 1, 0, Decimal(2)) == 0.5
    assert share("field", 3, 0, Decimal(1)) == 1
    assert share("concentration", 0, 0, Decimal("0.5")) == 0
    assert mark("critical-mass", 0, Decimal(30)) == 0.5
    assert mark("concentration", 8, Decimal("0.6")) == 0.6
    assert mark("variety", 5, Decimal(3)) == 0.6
    assert mark("management", 0, Decimal(1)) is None
    assert mark("variety", 5, None) is None


def test_the_start_page_words_the_shipped_shapes(client: httpx.Client) -> None:
    german = client.get("/?lang=de").text
    assert "Nennen die Daten mindestens zehn Akteure?" in german
    assert "liegt mindestens die Hälfte davon in der Region des Clusters?" in german
    assert "Sind mindestens drei der fünf Arten von Akteuren vertreten?" in german
    russian = client.get("/?lang=ru").text
    assert "не менее десяти участников" in russian
    assert "не менее трёх из пяти видов" in russian
