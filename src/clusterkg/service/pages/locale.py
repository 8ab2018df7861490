"""Numbers, dates, plurals and order in German, English and Russian, as their readers write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

__all__ = [
    "LANGUAGES",
    "date",
    "decimal",
    "fold",
    "integer",
    "order",
    "percent",
    "plural",
    "searchable",
]

LANGUAGES: Final = ("de", "en", "ru")
_FIVE_DIGITS: Final = 10_000
_NARROW_SPACE: Final = "\u202f"
_THIN: Final = {"de": ".", "en": ",", "ru": "\u00a0"}
_POINT: Final = {"de": ",", "en": ".", "ru": ","}
_MONTHS: Final = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
}
_GENITIVE: Final = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
)
_YEAR: Final = re.compile(r"^(-?\d{4,})(?:Z|[+-]\d\d:\d\d)?$")
_MONTH: Final = re.compile(r"^(-?\d{4,})-(\d\d)$")
_DAY: Final = re.compile(r"^(-?\d{4,})-(\d\d)-(\d\d)(?:T.*|Z|[+-]\d\d:\d\d)?$")


def integer(number: int, language: str) -> str:
    """``12345`` → ``12.345`` (de), ``12,345`` (en), ``12 345`` (ru, from five digits)."""
    if language == "ru" and abs(number) < _FIVE_DIGITS:
        return str(number).replace("-", "\u2212")
    return f"{number:,}".replace(",", _THIN[language]).replace("-", "\u2212")


def decimal(number: Decimal | float, language: str, *, places: int = 1) -> str:
    """A number with at most ``places`` decimals, none if they are zero."""
    rounded = round(Decimal(str(number)), places)
    whole, _, rest = f"{rounded:f}".partition(".")
    rest = rest.rstrip("0")
    text = integer(int(whole), language)
    if whole.startswith("-") and int(whole) == 0:
        text = f"\u2212{text}"
    return f"{text}{_POINT[language]}{rest}" if rest else text


def percent(part: int, whole: int, language: str) -> str:
    """``part`` of ``whole`` in whole percent, ``54 %`` or ``54%`` (en)."""
    share = round(100 * part / whole) if whole else 0
    return f"{share}%" if language == "en" else f"{share}{_NARROW_SPACE}%"


def date(value: str, language: str) -> str:
    """An ISO year, month, day or time as a date in words; anything else as it stands."""
    if match := _DAY.match(value):
        return _day(match[1], int(match[2]), int(match[3]), language) or value
    if match := _MONTH.match(value):
        month = _month(int(match[2]), language)
        return f"{month} {match[1]}" if month else value
    return match[1] if (match := _YEAR.match(value)) else value


def _month(number: int, language: str) -> str:
    return _MONTHS[language].split()[number - 1] if 1 <= number <= 12 else ""  # noqa: PLR2004


def _day(year: str, month: int, day: int, language: str) -> str:
    if not _month(month, language):
        return ""
    if language == "ru":
        return f"{day} {_GENITIVE.split()[month - 1]} {year}"
    return f"{day}{'.' if language == 'de' else ''} {_month(month, language)} {year}"


def plural(number: int, language: str) -> str:
    """The plural category of CLDR for a whole number: ``one``, ``few``, ``many`` or ``other``."""
    if language != "ru":
        return "one" if number == 1 else "other"
    ones, tens = number % 10, number % 100
    if ones == 1 and tens != 11:  # noqa: PLR2004
        return "one"
    if ones in (2, 3, 4) and tens not in (12, 13, 14):
        return "few"
    return "many"


def fold(text: str) -> str:
    """Lower case without diacritics: ``Förderkreis Straße`` → ``forderkreis strasse``."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def searchable(text: str) -> str:
    """Every way a reader may type ``text``: without diacritics, and with ``ae oe ue``."""
    lower = text.casefold()
    written = lower.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    folded = fold(lower)
    return folded if written == lower else f"{folded} {fold(written)}"


def order(text: str) -> tuple[str, str]:
    """A sort key: words by their letters, diacritics and signs only where these are equal."""
    folded = fold(text)
    return re.sub(r"[^\w]+", " ", folded).strip(), text
