r"""A template's text → its parts: ``http://example.com/{id}`` (R2RML) or ``id/$(id)`` (YARRRML).

In R2RML a backslash keeps ``{``, ``}`` and ``\`` from having a meaning; in YARRRML it does so
for ``$``, ``(``, ``)`` and ``\`` where they would have one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Template", "TemplateError", "Variable", "has_scheme", "parse_template", "parse_yarrrml"]


class TemplateError(ValueError):
    """The text is not a template; the message says why, in lower case."""


@dataclass(frozen=True)
class Variable:
    """The place of a value in a template."""

    name: str


@dataclass(frozen=True)
class Template:
    """Fixed texts and variables in their order; two texts never follow each other."""

    parts: tuple[str | Variable, ...]

    @property
    def references(self) -> tuple[str, ...]:
        """The names of the variables, in their order."""
        return tuple(part.name for part in self.parts if isinstance(part, Variable))

    def with_prefix(self, text: str) -> Template:
        """The template with a fixed text before it."""
        first = self.parts[0] if self.parts else ""
        if isinstance(first, str):
            return Template((text + first, *self.parts[1:]))
        return Template((text, *self.parts))


def parse_template(text: str) -> Template:
    """The parts of an R2RML template. Raises TemplateError."""
    parts: list[str | Variable] = [""]
    name: str | None = None
    for character, escaped in _characters(text):
        if character == "{" and not escaped:
            if name is not None:
                raise TemplateError("an opening brace inside braces")
            name = ""
        elif character == "}" and not escaped:
            if not name:
                what = "a closing brace without an opening one" if name is None else "empty braces"
                raise TemplateError(what)
            parts += [Variable(name), ""]
            name = None
        elif name is None:
            parts[-1] = f"{parts[-1]}{character}"
        else:
            name += character
    if name is not None:
        raise TemplateError("an opening brace without a closing one")
    return Template(tuple(part for part in parts if part != ""))


def _characters(text: str) -> Iterator[tuple[str, bool]]:
    """Each character and whether a backslash stood before it."""
    characters = iter(text)
    for character in characters:
        if character != "\\":
            yield character, False
            continue
        escaped = next(characters, "")
        if escaped not in ("{", "}", "\\"):
            raise TemplateError("a backslash that is not before {, } or another backslash")
        yield escaped, True


def parse_yarrrml(text: str) -> Template:
    """The parts of a YARRRML text, in which ``$(name)`` is a variable. Raises TemplateError."""
    parts: list[str | Variable] = []
    fixed, position = "", 0
    while position < len(text):
        if text[position] == "\\" and text[position + 1 : position + 2] in {"$", "(", ")", "\\"}:
            fixed += text[position + 1]
            position += 2
        elif text.startswith("$(", position):
            name, position = _variable(text, position + 2)
            parts += [fixed, Variable(name)]
            fixed = ""
        else:
            fixed += text[position]
            position += 1
    return Template(tuple(part for part in (*parts, fixed) if part != ""))


def _variable(text: str, position: int) -> tuple[str, int]:
    """The name that starts at ``position`` and where the text goes on behind its parenthesis."""
    name, depth = "", 1
    while position < len(text):
        character = text[position]
        if character == "\\" and text[position + 1 : position + 2] in {"(", ")", "\\"}:
            name += text[position + 1]
            position += 2
            continue
        depth += {"(": 1, ")": -1}.get(character, 0)
        position += 1
        if depth == 0:
            if not name:
                raise TemplateError("empty parentheses after $")
            return name, position
        name += character
    raise TemplateError("an opening $( without a closing parenthesis")


def has_scheme(iri: str) -> bool:
    """Whether an IRI, or the beginning of one, is absolute: ``https:``, ``urn:``."""
    head, colon, _ = iri.partition(":")
    return bool(colon) and head[:1].isalpha() and all(c.isalnum() or c in "+.-" for c in head)
