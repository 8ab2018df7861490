"""sh:pattern in the regular expressions of an engine, or, where they differ, in Python's.

SPARQL's REGEX takes the expressions of XPath (https://www.w3.org/TR/xpath-functions/#regex-syntax),
in which ``\\d``, ``\\w`` and ``\\s`` stand for characters of all scripts. DuckDB has RE2,
Spark has Java's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from clusterkg.errors import ValidationError

__all__ = ["java_of", "matcher", "re2_of", "repeats_groups"]

_CLASSES = {
    "d": r"\p{Nd}",
    "w": r"\p{L}\p{M}\p{N}_",
    "s": r" \t\n\r",
}
_BEYOND = re.compile(
    r"\(\?|\\[1-9icIC]|-\[|\\[bBAzZQE]|\[[^\]]*\\[DWS]|[*+?}]\+|\{,|\[\^?\]"
    r"|\\[pP]"
)
"""Groups that look around, back references, names of XML, blocks, subtraction; and what RE2 and
others take differently."""
_CATEGORY = re.compile(r"\\\\|\\[pP]\{[LMNPSZC][a-z]?\}")
"""An escaped backslash, and what all of them have: the general categories of Unicode."""
_REPEATED_GROUP = re.compile(r"\)[*+{]")


def re2_of(pattern: str, flags: str) -> str | None:
    """The pattern, its flags in it, for the engine; None if Python has to match it."""
    if _BEYOND.search(_CATEGORY.sub("x", pattern)) or set(flags) - set("ism"):
        return None
    made, inside, position = [], False, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            following = pattern[position + 1]
            made.append(_class(following, inside=inside))
            position += 2
            continue
        made.append("\\[" if inside and character == "[" else character)
        inside = (inside or character == "[") and character != "]"
        position += 1
    options = "".join(sorted(set(flags)))
    return f"(?{options}){''.join(made)}" if options else "".join(made)


def java_of(pattern: str, flags: str) -> str | None:
    """The pattern for Java, with the meaning it has in RE2; None if Python has to match it.

    Java ends a line at more characters than RE2, takes ``$`` for the place before a last line end
    too, and knows intersections. Where case does not matter, it also takes a dotless i for an i.
    """
    if re2_of(pattern, "") is None or set(flags) - set("ism"):
        return None
    begin, end = (r"(?:\A|(?<=\n))", r"(?=\n|\z)") if "m" in flags else (r"\A", r"\z")
    made, inside, position = [], False, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            following = pattern[position + 1]
            if following.isalnum() and following not in "dwsDWSnrtfpP":
                return None
            made.append(_class(following, inside=inside))
            position += 2
            continue
        if inside:
            made.append(f"\\{character}" if character in "[&" else character)
        else:
            made.append({"^": begin, "$": end}.get(character, character))
        inside = (inside or character == "[") and character != "]"
        position += 1
    options = ("iu" if "i" in flags else "") + ("s" if "s" in flags else "")
    return f"(?d{options}){''.join(made)}"


def repeats_groups(pattern: str) -> bool:
    """Whether a group may match several times, for each of which Java goes a call deeper."""
    return bool(_REPEATED_GROUP.search(pattern))


def _class(letter: str, *, inside: bool) -> str:
    if letter in _CLASSES:
        return _CLASSES[letter] if inside else f"[{_CLASSES[letter]}]"
    if letter.lower() in _CLASSES:
        return f"[^{_CLASSES[letter.lower()]}]"
    return f"\\{letter}"


@lru_cache(maxsize=256)
def matcher(pattern: str, flags: str) -> re.Pattern[str]:
    """The pattern compiled by Python. Raises ValidationError if it is none."""
    options = 0
    for flag in flags:
        options |= {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}.get(
            flag, 0
        )
    try:
        return re.compile(re.escape(pattern) if "q" in flags else pattern, options)
    except re.error as error:
        raise ValidationError(
            f"the pattern '{pattern}' is no regular expression: {error}",
            hint="Correct sh:pattern.",
        ) from error
