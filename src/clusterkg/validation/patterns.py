"""sh:pattern in the regular expressions of the engine, or, where they differ, in Python's.

SPARQL's REGEX takes the expressions of XPath (https://www.w3.org/TR/xpath-functions/#regex-syntax),
in which ``\\d``, ``\\w`` and ``\\s`` stand for characters of all scripts. The engine has RE2.
"""

from __future__ import annotations

import re
from functools import lru_cache

from clusterkg.errors import ValidationError

__all__ = ["matcher", "re2_of"]

_CLASSES = {
    "d": r"\p{Nd}",
    "w": r"\p{L}\p{M}\p{N}_",
    "s": r" \t\n\r",
}
_BEYOND = re.compile(r"\(\?|\\[1-9icIC]|\\p\{Is|-\[|\\[bBAzZ]|\[[^\]]*\\[DWS]|[*+?}]\+")
"""Groups that look around, back references, names of XML, blocks, subtraction; and what RE2 and
others take differently."""


def re2_of(pattern: str, flags: str) -> str | None:
    """The pattern, its flags in it, for the engine; None if Python has to match it."""
    if _BEYOND.search(pattern) or set(flags) - set("ism"):
        return None
    made, inside, position = [], False, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            following = pattern[position + 1]
            made.append(_class(following, inside=inside))
            position += 2
            continue
        inside = (inside or character == "[") and character != "]"
        made.append(character)
        position += 1
    options = "".join(sorted(set(flags)))
    return f"(?{options}){''.join(made)}" if options else "".join(made)


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
