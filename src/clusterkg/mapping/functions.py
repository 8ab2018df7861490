"""The functions that a mapping may call (RML-FNML) by their IRIs: parameters, outputs, bodies.

The IRIs are those of GREL, of IDLab's functions, and of clusterkg's own three. ``function_plan``
puts values in the place of a body's parameters; the bodies stand in ``function_bodies``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clusterkg.mapping.function_bodies import ROWS
from clusterkg.namespaces import PROJECT

__all__ = ["FUNCTIONS", "NAMESPACES", "NOT_OFFERED", "Function", "Parameter", "short"]

GREL: Final = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
IDLAB: Final = "https://w3id.org/imec/idlab/function#"
OWN: Final = f"{PROJECT}function#"
NAMESPACES: Final = {"grel": GREL, "idlab-fn": IDLAB, "clk-fn": OWN}


@dataclass(frozen=True)
class Parameter:
    """An input: its name in the body, its type, and every IRI by which mappings name it.

    ``kind`` is ``text``, ``integer``, ``decimal``, ``double``, ``boolean``, ``date`` or ``list``
    (several inputs, or one that has several values). ``choices``: only these constants.
    """

    name: str
    kind: str
    iris: tuple[str, ...]
    required: bool = True
    choices: tuple[str, ...] = ()
    constant: bool = False


@dataclass(frozen=True)
class Function:
    """A function: ``gives`` is a type of ``Parameter``; ``says`` what it does, for the docs."""

    iri: str
    parameters: tuple[Parameter, ...]
    gives: str
    outputs: tuple[str, ...]
    body: str
    says: str


def short(iri: str) -> str:
    """The IRI with the prefix by which people know it."""
    for prefix, namespace in NAMESPACES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def _expanded(names: str) -> tuple[str, ...]:
    pairs = (name.partition(":")[::2] for name in names.split())
    return tuple(NAMESPACES[prefix] + local for prefix, local in pairs)


_MODES = ("html", "xml", "url", "javascript", "csv")
_UNITS = ("years", "months", "weeks", "days")
_PARTS = ("year", "month", "day", "week", "weekday")

_VALUE = "grel:valueParam grel:valueParameter"
_VALUE2 = "grel:valueParam2 grel:valueParameter2"
_LIST = "grel:param_a grel:p_array_a"
_FROM = "grel:p_int_i_from grel:param_int_i_from"
_TO = "grel:p_int_i_opt_to grel:param_int_i_opt_to"
_STR = "idlab-fn:_str idlab-fn:str"
_OTHER = "idlab-fn:_otherStr idlab-fn:otherStr"
_DELIMITER = "idlab-fn:_delimiter idlab-fn:delimiter"
_PARAMETERS: Final = {
    # how a signature below names a parameter: (its name in bodies, its type, its IRIs)
    "value": ("value", "text", _VALUE),
    "value2": ("value2", "text", _VALUE2),
    "sub": ("sub", "text", "grel:param_string_sub grel:string_sub"),
    "find": ("find", "text", "grel:param_find grel:p_string_find"),
    "replace": ("put", "text", "grel:param_replace grel:p_string_replace"),
    "sep": ("sep", "text", "grel:param_string_sep grel:p_string_sep"),
    "mode": ("mode", "text", "grel:modeParam grel:modeParameter"),
    "pattern": ("pattern", "text", "grel:param_string_pattern grel:p_string_pattern"),
    "any": ("value", "text", "grel:param_any_e grel:p_any_e"),
    "anys": ("list", "list", "grel:param_any_rep_e grel:p_any_rep_e"),
    "list": ("list", "list", _LIST),
    "bools": ("list", "list", "grel:bool_array_b grel:param_rep_b"),
    "bool": ("b", "boolean", "grel:param_b grel:bool_b"),
    "then": ("yes", "text", "grel:param_true grel:any_true"),
    "else": ("otherwise", "text", "grel:param_false grel:any_false"),
    "from": ("start", "integer", _FROM),
    "to": ("stop", "integer", _TO),
    "date": ("d", "date", "grel:param_date_d grel:p_date_d"),
    "unit": ("unit", "text", "grel:param_string_unit grel:p_string_unit"),
    "amount": ("n", "integer", "grel:param_dec_n grel:p_dec_n"),
    "n": ("n", "decimal", "grel:param_dec_n grel:p_dec_n"),
    "x": ("n", "double", "grel:param_dec_n grel:p_dec_n"),
    "n2": ("n2", "decimal", "grel:param_dec_n2 grel:param_n2"),
    "exp": ("e", "double", "grel:param_dec_n_exp grel:p_any_exp"),
    "i": ("i", "integer", "grel:param_int_i grel:p_int_i"),
    "i2": ("i2", "integer", "grel:param_int_i2 grel:p_int_i2"),
    "str": ("value", "text", _STR),
    "other": ("other", "text", _OTHER),
    "delimiter": ("sep", "text", _DELIMITER),
    "expected": ("expected", "text", "idlab-fn:_expectedStr idlab-fn:expectedStr"),
    "result": ("result", "text", "idlab-fn:_result idlab-fn:result"),
    "strbool": ("b", "boolean", "idlab-fn:_strBoolean idlab-fn:strBoolean"),
    "strlist": ("list", "list", "idlab-fn:_list idlab-fn:list"),
    "test": ("test", "double", "idlab-fn:_test idlab-fn:p_test"),
    "low": ("low", "double", "idlab-fn:_from idlab-fn:p_from"),
    "high": ("high", "double", "idlab-fn:_to idlab-fn:p_to"),
    "strdate": ("value", "text", "idlab-fn:_strDate idlab-fn:strDate"),
    "strpattern": ("pattern", "text", "idlab-fn:_pattern idlab-fn:pattern"),
    "text": ("value", "text", "clk-fn:text"),
    "separator": ("sep", "text", "clk-fn:separator"),
}
_CHOICES: Final = {
    ("grel:escape", "mode"): _MODES,
    ("grel:string_unescape", "mode"): ("html", "xml", "url"),
    ("grel:date_inc", "unit"): _UNITS,
    ("grel:date_datePart", "unit"): _PARTS,
}
_CONSTANT: Final = {("grel:array_join", "sep")}
_OUTPUTS: Final = {
    ("grel", "text"): "grel:stringOut grel:stringOutput",
    ("grel", "integer"): "grel:output_number grel:o_number",
    ("grel", "decimal"): "grel:output_decimal grel:o_decimal grel:output_number grel:o_number",
    ("grel", "double"): "grel:output_decimal grel:o_decimal",
    ("grel", "boolean"): "grel:output_bool grel:o_bool",
    ("grel", "date"): "grel:output_date grel:o_date",
    ("grel", "list"): "grel:output_array grel:o_array",
    ("idlab-fn", "text"): "idlab-fn:_stringOut idlab-fn:stringOut",
    ("idlab-fn", "boolean"): "idlab-fn:_boolOut idlab-fn:o_boolOut",
    ("clk-fn", "text"): "clk-fn:result",
    ("clk-fn", "list"): "clk-fn:result",
}
_ANY = "grel:output_any grel:o_any"


def _function(row: tuple[str, str, str, str, str]) -> Function:
    function, signature, gives, body, says = row
    parameters = []
    for word in signature.split():
        name, kind, iris = _PARAMETERS[word.removesuffix("?")]
        choices = _CHOICES.get((function, word), ())
        constant = bool(choices) or name == "pattern" or (function, word) in _CONSTANT
        required = not word.endswith("?")
        parameters.append(
            Parameter(name, kind, _expanded(iris), required, choices, constant=constant)
        )
    outputs = _OUTPUTS[function.partition(":")[0], gives]
    more = f" {_ANY}" if function.startswith("grel:") else ""
    iri = _expanded(function)[0]
    return Function(iri, tuple(parameters), gives, _expanded(outputs + more), body, says)


_ALIASES: Final = {
    "grel:string_toUppercase": "grel:toUpperCase",
    "grel:string_toLowercase": "grel:toLowerCase",
    "grel:toTitleCase": "grel:string_toTitlecase",
    "grel:string_strip": "grel:string_trim",
    "grel:string_escape": "grel:escape",
}
_ALL: Final = tuple(_function(row) for row in ROWS)
FUNCTIONS: Final = {function.iri: function for function in _ALL} | {
    _expanded(other)[0]: next(one for one in _ALL if short(one.iri) == name)
    for other, name in _ALIASES.items()
}
"""Every function by its IRI; a few have several."""

_RANDOM = "the same input has to give the same output"
_OUTSIDE = "a mapping reads its sources only; make what it reads a source, and join"
NOT_OFFERED: Final = {
    _expanded(name)[0]: why
    for names, why in (
        ("idlab-fn:random grel:math_randomNumber grel:date_now", _RANDOM),
        ("idlab-fn:lookup idlab-fn:lookupWithDelimiter idlab-fn:readFile", _OUTSIDE),
        ("idlab-fn:dbpediaSpotlight", _OUTSIDE),
    )
    for name in names.split()
}
"""Functions that are known and not offered, with the reason."""
