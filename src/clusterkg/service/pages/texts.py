"""texts/<language>.toml → the sentences of the pages, with plurals.

German is the original. A text that differs by number is a table with the plural categories of
its language (``one``, ``few``, ``many``, ``other``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from clusterkg.service.pages import locale

__all__ = ["Texts", "texts_of"]

_FORMS = {"one", "few", "many", "other"}


class Texts:
    """The texts of one language; called with a dotted key: ``texts("start.title")``."""

    def __init__(self, language: str, entries: Mapping[str, object]) -> None:
        self.language = language
        self._entries = dict(_flat(entries))

    def __call__(self, key: str, **values: object) -> str:
        """The text of ``key`` with ``{name}`` filled in. An unknown key is a KeyError, a bug."""
        text = self._entries[key]
        if isinstance(text, Mapping):
            raise KeyError(f"{key} is a plural")
        return text.format(**values) if values else text

    def count(self, key: str, number: int, **values: object) -> str:
        """The text of ``key`` in the plural of ``number``; ``{n}`` is the number itself."""
        forms = self._entries[key]
        if not isinstance(forms, Mapping):
            raise KeyError(f"{key} is no plural")
        form = forms.get(locale.plural(number, self.language), forms.get("other"))
        return str(form).format(n=locale.integer(number, self.language), **values)

    def has(self, key: str) -> bool:
        """Whether there is a text of that key."""
        return key in self._entries

    def keys(self) -> list[str]:
        """All keys, sorted."""
        return sorted(self._entries)


def _flat(
    entries: Mapping[str, object], start: str = ""
) -> list[tuple[str, str | Mapping[str, str]]]:
    flat: list[tuple[str, str | Mapping[str, str]]] = []
    for name, entry in entries.items():
        key = f"{start}{name}"
        if isinstance(entry, Mapping) and not set(entry) <= _FORMS:
            flat += _flat(entry, f"{key}.")
        elif isinstance(entry, Mapping):
            flat.append((key, {str(form): str(text) for form, text in entry.items()}))
        else:
            flat.append((key, str(entry)))
    return flat


@cache
def texts_of(language: str) -> Texts:
    """The texts of ``language``, read once."""
    source = files("clusterkg.service") / "texts" / f"{language}.toml"
    return Texts(language, tomllib.loads(source.read_text(encoding="utf-8")))
