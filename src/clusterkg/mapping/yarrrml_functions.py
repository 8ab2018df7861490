"""Functions and conditions of a YARRRML document → term maps with calls.

A call is ``{function: grel:toUpperCase, parameters: [[grel:valueParameter, $(name)]]}``, where a
value may be a call itself, or in one text ``grel:toUpperCase(valueParameter = $(name))``.
Names without a prefix are clusterkg's own; parameters may leave out the prefix of their function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from clusterkg.errors import did_you_mean
from clusterkg.mapping.function_reading import checked_call
from clusterkg.mapping.functions import NAMESPACES
from clusterkg.mapping.triples_map import Constant, FunctionCall, TermMap, TermType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.yarrrml_terms import Texts

__all__ = ["PLACEHOLDER", "FunctionTexts"]

PLACEHOLDER = "$(value)"
"""Stands for the text of a term map until a call takes its place."""
_PAIR = 2
_TEXT_FORM = re.compile(r"([^()$]+)\((.*)\)", re.DOTALL)
_ARGUMENT = re.compile(r"""\s*([^\s=,]+)\s*=\s*("[^"]*"|'[^']*'|(?:\$\([^)]*\)|[^,$])*)(?:,|$)""")
_EQUAL = {"equal": "idlab-fn:equal", "notEqual": "idlab-fn:notEqual"}
_SIDES = {"str1": "grel:valueParameter", "str2": "grel:valueParameter2"}


_LONG = {"fn": "function", "f": "function", "pms": "parameters", "p": "parameter", "v": "value"}


def _long(node: dict[Any, Any]) -> dict[str, Any]:
    return {_LONG.get(str(key), str(key)): value for key, value in node.items()}


@dataclass
class FunctionTexts:
    """Reads the calls of one document; what is wrong goes to ``problems``."""

    problems: Problems
    texts: Texts

    def apply(self, term: TermMap, node: Any, line: int | None) -> TermMap:
        """The term map with the call of a node in the place of its expression."""
        call = self.call(node, line)
        return replace(term, expression=call or Constant("", term.term_type))

    def under(self, term: TermMap, node: Any, line: int | None) -> TermMap:
        """The term map with a condition, where the node (None: there is none) is one."""
        if node is None:
            return term
        call = self.call(node, line)
        condition = TermMap(call, TermType.LITERAL, line=line) if call else None
        return replace(term, condition=condition)

    def call(self, node: Any, line: int | None) -> FunctionCall | None:
        """The call that a node describes: a function and its parameters."""
        parts = _long(node) if isinstance(node, dict) else {}
        function = parts.get("function")
        if function is None:
            self.problems.add(
                "a function or condition does not name its function",
                line=line,
                hint="Write {function: grel:toUpperCase, parameters: [[grel:valueParam, $(x)]]}.",
            )
            return None
        name, pairs = str(function), list(self._pairs(parts.get("parameters") or [], line))
        text_form = _TEXT_FORM.fullmatch(name.strip())
        if text_form:
            name = text_form[1].strip()
            pairs += [
                (one[1], one[2].strip().strip("\"'")) for one in _ARGUMENT.finditer(text_form[2])
            ]
        name = _EQUAL.get(name, name)
        prefix = name.partition(":")[0] if ":" in name else "clk-fn"
        inputs = [
            (self._iri(_SIDES.get(parameter, parameter), prefix, line), self._value(value, line))
            for parameter, value in pairs
        ]
        given = [(iri, value) for iri, value in inputs if value is not None]
        return checked_call(self.problems, self._iri(name, prefix, line), given, None, line=line)

    def _pairs(self, node: Any, line: int | None) -> Iterator[tuple[str, Any]]:
        for item in node if isinstance(node, list) else [node]:
            if isinstance(item, list) and len(item) == _PAIR:
                yield str(item[0]), item[1]
            elif isinstance(item, dict) and {"parameter", "value"} <= _long(item).keys():
                yield str(_long(item)["parameter"]), _long(item)["value"]
            else:
                self.problems.add(
                    "a parameter of a function is not a name and a value",
                    line=line,
                    hint="Write [grel:valueParam, $(name)].",
                )

    def _value(self, value: Any, line: int | None) -> TermMap | None:
        if isinstance(value, dict):
            call = self.call(value, line)
            return TermMap(call, TermType.LITERAL, line=line) if call else None
        text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else str(value)
        return self.texts.expression(str(text), line, TermType.LITERAL)

    def _iri(self, name: str, prefix: str, line: int | None) -> str:
        """The IRI of a function or parameter by its prefixed name."""
        if name.startswith(("http://", "https://")):
            return name
        own, colon, local = name.rpartition(":")
        prefixes = NAMESPACES | self.texts.prefixes
        wanted = own if colon else prefix
        if wanted not in prefixes:
            self.problems.add(
                f"undefined prefix '{wanted}' in '{name}'",
                line=line,
                hint=did_you_mean(wanted, prefixes),
            )
        return prefixes.get(wanted, "") + local
