"""The lexical spaces of the XSD datatypes: a condition in SQL on a text ``v``, and plain words.

The conditions follow XML Schema 1.1 part 2; a date has to be one of the calendar, in any year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["DATATYPES", "LANGUAGE_TAG", "Datatype"]

LANGUAGE_TAG = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*|[ixIX](-[A-Za-z0-9]{1,8})+"
"""BCP 47 as far as it is of use: no language has a code of other than two or three letters."""


@dataclass(frozen=True)
class Datatype:
    """``condition`` is SQL that is true for a text ``v`` in the lexical space."""

    condition: str
    words: str


def _matching(pattern: str, words: str, *further: str) -> Datatype:
    conditions = (f"regexp_full_match(v, '{pattern}')", *further)
    return Datatype(" AND ".join(conditions), words)


def _fitting(sql_type: str, words: str) -> Datatype:
    return _matching("[+-]?[0-9]+", words, f"try_cast(v AS {sql_type}) IS NOT NULL")


_ZONE = "(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
# the days of every year, and the years that have a 29th of February (3.3.9, day-of-month)
_DAY = (
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    "|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_YEAR = (
    "-?(([1-9][0-9]+|0[0-9])(0[48]|[2468][048]|[13579][26])"
    "|([1-9][0-9]*)?([02468][048]|[13579][26])00)"
)
_DATE = f"({_YEAR}-{_DAY}|{_LEAP_YEAR}-02-29)"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_NUMBER = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_DURATION_TIME = r"(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
_FLOAT = _matching(f"[+-]?{_NUMBER}([eE][+-]?[0-9]+)?|[+-]?INF|NaN", "a number such as 1.5 or 2E3")
_TEXT = Datatype("true", "a text")
# the characters of names but the colon (XML 1.0, productions 4 and 4a)
_START = (
    r"A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}"
    r"\x{200C}-\x{200D}\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}"
    r"\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}"
)
_FURTHER = r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}"

DATATYPES: Final[dict[str, Datatype]] = {
    "string": _TEXT,
    "boolean": _matching("true|false|1|0", "true or false"),
    "integer": _matching("[+-]?[0-9]+", "a whole number"),
    "decimal": _matching(f"[+-]?{_NUMBER}", "a number such as 12.5, without unit or separator"),
    "double": _FLOAT,
    "float": _FLOAT,
    "date": _matching(f"{_DATE}{_ZONE}", "a date YYYY-MM-DD"),
    "time": _matching(f"{_TIME}{_ZONE}", "a time hh:mm:ss"),
    "dateTime": _matching(f"{_DATE}T{_TIME}{_ZONE}", "a time YYYY-MM-DDThh:mm:ss"),
    "dateTimeStamp": _matching(
        f"{_DATE}T{_TIME}{_ZONE[:-1]}", "a time YYYY-MM-DDThh:mm:ssZ with its zone"
    ),
    "gYear": _matching(f"{_YEAR}{_ZONE}", "a year YYYY"),
    "gYearMonth": _matching(f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}", "a month YYYY-MM"),
    "gMonth": _matching(f"--(0[1-9]|1[0-2]){_ZONE}", "a month --MM"),
    "gDay": _matching(f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}", "a day ---DD"),
    "gMonthDay": _matching(f"--({_DAY}|02-29){_ZONE}", "a day of the year --MM-DD"),
    "duration": _matching(
        f"-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?{_DURATION_TIME}",
        "a duration such as P1Y6M",
        "NOT regexp_matches(v, '[PT]$')",
    ),
    "yearMonthDuration": _matching(
        "-?P([0-9]+Y)?([0-9]+M)?", "a duration such as P1Y6M", "NOT regexp_matches(v, 'P$')"
    ),
    "dayTimeDuration": _matching(
        f"-?P([0-9]+D)?{_DURATION_TIME}",
        "a duration such as P1DT12H",
        "NOT regexp_matches(v, '[PT]$')",
    ),
    "byte": _fitting("TINYINT", "a whole number from -128 to 127"),
    "short": _fitting("SMALLINT", "a whole number from -32768 to 32767"),
    "int": _fitting("INTEGER", "a whole number from -2147483648 to 2147483647"),
    "long": _fitting("BIGINT", "a whole number of at most 64 bits"),
    "unsignedByte": _fitting("UTINYINT", "a whole number from 0 to 255"),
    "unsignedShort": _fitting("USMALLINT", "a whole number from 0 to 65535"),
    "unsignedInt": _fitting("UINTEGER", "a whole number from 0 to 4294967295"),
    "unsignedLong": _fitting("UBIGINT", "a whole number from 0 of at most 64 bits"),
    "nonNegativeInteger": _matching("[+]?[0-9]+|-0+", "a whole number from 0"),
    "positiveInteger": _matching("[+]?0*[1-9][0-9]*", "a whole number from 1"),
    "nonPositiveInteger": _matching("-[0-9]+|[+]?0+", "a whole number up to 0"),
    "negativeInteger": _matching("-0*[1-9][0-9]*", "a whole number below 0"),
    "hexBinary": _matching("([0-9A-Fa-f]{2})*", "bytes in hexadecimal digits"),
    "base64Binary": _matching(
        "((([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]|"
        "([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=))?",
        "bytes in base 64",
    ),
    "anyURI": _matching(r"[^\x00-\x20<>\"{}|\\^`]*", "a web address without blanks"),
    "language": _matching("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", "a language tag such as de"),
    "normalizedString": _matching(r"[^\r\n\t]*", "a text without line ends and tabs"),
    "token": _matching(r"([^\r\n\t ]+( [^\r\n\t ]+)*)?", "a text without needless blanks"),
    "NMTOKEN": _matching(f"[:{_START}{_FURTHER}]+", "a name without blanks"),
    "Name": _matching(f"[:{_START}][:{_START}{_FURTHER}]*", "a name without blanks"),
    "NCName": _matching(f"[{_START}][{_START}{_FURTHER}]*", "a name without blanks and colons"),
}
