"""The lexical spaces of XML Schema 1.1 part 2 in plain Python, for ``reference``.

Numbers are counted, days are looked up in the calendar, and names are read character by character
(XML 1.0, fifth edition, productions 4 and 4a).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable

XSD = "http://www.w3.org/2001/XMLSchema#"


def is_in_lexical_space(iri: str, text: str) -> bool:
    """Whether a text is a lexical form of a datatype; any text is one of an unknown datatype."""
    check = CHECKS.get(iri.removeprefix(XSD)) if iri.startswith(XSD) else None
    return check is None or check(text)


def _full(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


def _integer(low: int | None, high: int | None) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        if re.fullmatch("[+-]?[0-9]+", text) is None:
            return False
        number = int(text)
        return (low is None or low <= number) and (high is None or number <= high)

    return check


def _zone(text: str) -> bool:
    if text in ("", "Z"):
        return True
    match = re.fullmatch("[+-]([0-9]{2}):([0-9]{2})", text)
    return match is not None and int(match[2]) < 60 and int(match[1]) * 60 + int(match[2]) <= 840


def _year(text: str) -> bool:
    digits = text.removeprefix("-")
    return re.fullmatch("[0-9]{4,}", digits) is not None and (len(digits) == 4 or digits[0] != "0")


def _day(year: str, month: str, day: str) -> bool:
    if not _year(year) or not 1 <= int(month) <= 12:
        return False
    # the calendar repeats itself every 400 years, also before the year 1
    proleptic = 2000 + int(year) % 400
    return 1 <= int(day) <= monthrange(proleptic, int(month))[1]


def _clock(text: str) -> bool:
    match = re.fullmatch(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?", text)
    if not match:
        return False
    hour, minute, second, fraction = int(match[1]), int(match[2]), int(match[3]), match[4] or "."
    if hour == 24:
        return minute == 0 and second == 0 and not fraction.strip(".0")
    return hour < 24 and minute < 60 and second < 60


def _split(pattern: str, check: Callable[..., bool]) -> Callable[[str], bool]:
    """The groups of a pattern, of which the last is the zone, given to a check."""

    def whole(text: str) -> bool:
        match = re.fullmatch(pattern, text, re.ASCII)
        return match is not None and _zone(match.groups()[-1]) and check(*match.groups()[:-1])

    return whole


_ZONE = "(Z|[+-][0-9:]{5}|)"
_DATE = "(-?[0-9]+)-([0-9]{2})-([0-9]{2})"
_date_time = _split(
    rf"{_DATE}T([0-9:.]+){_ZONE}", lambda y, m, d, clock: _day(y, m, d) and _clock(clock)
)


def _duration(days: bool, months: bool) -> Callable[[str], bool]:
    parts = ("([0-9]+Y)?([0-9]+M)?" if months else "()()") + ("([0-9]+D)?" if days else "()")
    clock = r"(T([0-9]+H)?([0-9]+M)?([0-9]+(?:\.[0-9]+)?S)?)?" if days else "()()()()"

    def check(text: str) -> bool:
        match = re.fullmatch(f"-?P{parts}{clock}", text)
        if not match:
            return False
        year, month, day, time, *below = match.groups()
        return any((year, month, day, *below)) and (not time or any(below))

    return check


def _base64(text: str) -> bool:
    """3.3.16.2: blanks may follow any character but the last, one at a time."""
    if text.startswith(" ") or text.endswith(" ") or "  " in text:
        return False
    packed = text.replace(" ", "")
    if re.fullmatch("[A-Za-z0-9+/]*={0,2}", packed) is None or len(packed) % 4:
        return False
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spare = {0: 1, 1: 4, 2: 16}[packed.count("=")]
    return not packed or letters.index(packed.rstrip("=")[-1]) % spare == 0


_NAME_START = [
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6),
    (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F),
    (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
]  # fmt: skip
_NAME = [
    *_NAME_START, (0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040),
]  # fmt: skip


def _in(character: str, ranges: list[tuple[int, int]]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


def _token(text: str) -> bool:
    return all(text.split(" ")) if text and not re.search("[\t\n\r]", text) else not text


def _nmtoken(text: str) -> bool:
    return bool(text) and all(_in(c, _NAME) for c in text)


def _name(text: str) -> bool:
    return _nmtoken(text) and _in(text[0], _NAME_START)


_float = _full(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee][+-]?[0-9]+)?|[+-]?INF|NaN")
CHECKS: dict[str, Callable[[str], bool]] = {
    "string": lambda _: True,
    "boolean": lambda text: text in ("true", "false", "1", "0"),
    "integer": _integer(None, None),
    "decimal": _full(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    "double": _float,
    "float": _float,
    "date": _split(_DATE + _ZONE, _day),
    "time": _split(rf"([0-9:.]+){_ZONE}", _clock),
    "dateTime": _date_time,
    "dateTimeStamp": lambda text: (
        _date_time(text) and re.search("(Z|[+-]..:..)$", text) is not None
    ),
    "gYear": _split(f"(-?[0-9]+?){_ZONE}", _year),
    "gYearMonth": _split(f"(-?[0-9]+)-([0-9]{{2}}){_ZONE}", lambda y, m: _day(y, m, "1")),
    "gMonth": _split(f"--([0-9]{{2}}){_ZONE}", lambda m: 1 <= int(m) <= 12),
    "gDay": _split(f"---([0-9]{{2}}){_ZONE}", lambda d: 1 <= int(d) <= 31),
    "gMonthDay": _split(f"--([0-9]{{2}})-([0-9]{{2}}){_ZONE}", lambda m, d: _day("2000", m, d)),
    "duration": _duration(days=True, months=True),
    "yearMonthDuration": _duration(days=False, months=True),
    "dayTimeDuration": _duration(days=True, months=False),
    "byte": _integer(-(2**7), 2**7 - 1),
    "short": _integer(-(2**15), 2**15 - 1),
    "int": _integer(-(2**31), 2**31 - 1),
    "long": _integer(-(2**63), 2**63 - 1),
    "unsignedByte": _integer(0, 2**8 - 1),
    "unsignedShort": _integer(0, 2**16 - 1),
    "unsignedInt": _integer(0, 2**32 - 1),
    "unsignedLong": _integer(0, 2**64 - 1),
    "nonNegativeInteger": _integer(0, None),
    "positiveInteger": _integer(1, None),
    "nonPositiveInteger": _integer(None, 0),
    "negativeInteger": _integer(None, -1),
    "hexBinary": lambda text: _full("[0-9A-Fa-f]*")(text) and len(text) % 2 == 0,
    "base64Binary": _base64,
    # 3.3.17 allows any text; a blank or a delimiter of N-Triples is told as a fault all the same
    "anyURI": lambda text: not re.search(r'[\x00-\x20<>"{}|\\^`]', text),
    "language": _full("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    "normalizedString": lambda text: not re.search("[\t\n\r]", text),
    "token": _token,
    "NMTOKEN": _nmtoken,
    "Name": _name,
    "NCName": lambda text: _name(text) and ":" not in text,
}
