"""Function executions of a mapping's graph (RML-FNML, and the older FNML) → FunctionCall.

A call is checked against the catalogue when it is read: the function, its parameters, how often
each is given, and what is returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.errors import did_you_mean, nearest
from clusterkg.mapping.functions import FUNCTIONS, NAMESPACES, NOT_OFFERED, short
from clusterkg.mapping.triples_map import Constant, FunctionCall, TermMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.mapping.functions import Function, Parameter
    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.rdf_terms import Node, TermReader

__all__ = ["checked_call", "read_condition", "read_execution", "read_function_value"]

_EXECUTES = "https://w3id.org/function/ontology#executes"

Input = tuple[str, TermMap]


def read_execution(
    terms: TermReader, node: Node, returned: Sequence[Node], line: int | None
) -> FunctionCall | None:
    """A ``rml:functionExecution``; ``returned`` are the values of its return (map)."""
    with terms.at(node):
        return _execution(terms, terms.properties(node), returned, line)


def _execution(
    terms: TermReader, words: dict[str, list[Node]], returned: Sequence[Node], line: int | None
) -> FunctionCall | None:
    function = _iri(terms, words.get("function", []), words.get("functionMap", []), "function")
    if function is None:
        return None
    inputs: list[Input] = []
    for one in words.get("input", []):
        parts = terms.properties(one)
        parameter = _iri(
            terms, parts.get("parameter", []), parts.get("parameterMap", []), "parameter"
        )
        given = [terms.constant(value, "input") for value in parts.get("inputValue", [])]
        given += [terms.term_map(value, "input") for value in parts.get("inputValueMap", [])]
        if parameter is None:
            continue
        if len(given) != 1:
            terms.problems.add(
                f"an input '{short(parameter)}' of function '{short(function)}' has "
                f"{'no value' if not given else 'several values'}",
                line=terms.line_of(parameter),
                hint="It needs exactly one rml:inputValue or rml:inputValueMap.",
            )
        inputs += [(parameter, term) for term in given if term]
    returns = _output(terms, returned)
    place = terms.line_of(function) or line
    return checked_call(terms.problems, function, inputs, returns, line=place)


def read_function_value(terms: TermReader, node: Node, line: int | None) -> FunctionCall | None:
    """A ``fnml:functionValue``: predicates are parameters, ``fno:executes`` names the function."""
    function: str | None = None
    inputs: list[Input] = []
    for pair in terms.properties(node).get("predicateObjectMap", []):
        words = terms.properties(pair)
        parameter = _iri(
            terms, words.get("predicate", []), words.get("predicateMap", []), "parameter"
        )
        if parameter == _EXECUTES:
            function = _iri(terms, words.get("object", []), words.get("objectMap", []), "function")
            continue
        given = [terms.constant(value, "input") for value in words.get("object", [])]
        given += [terms.term_map(value, "input") for value in words.get("objectMap", [])]
        if parameter is not None:
            inputs += [(parameter, term) for term in given if term]
    if function is None:
        terms.problems.add(
            f"a function value of '{terms.name}' does not say which function it executes",
            line=line,
            hint="Give it a predicate-object map with fno:executes and the function's IRI.",
        )
        return None
    return checked_call(terms.problems, function, inputs, None, line=terms.line_of(function))


def read_condition(terms: TermReader, nodes: Sequence[Node]) -> TermMap | None:
    """The condition of a term map, an expression that gives true or false."""
    if len(nodes) > 1:
        terms.problems.add(
            f"several conditions on one term map of '{terms.name}'",
            line=terms.line_of(None),
            hint="Combine them with the function grel:boolean_and.",
        )
    return terms.term_map(nodes[0], "input") if nodes else None


def _iri(
    terms: TermReader, constants: Sequence[Node], maps: Sequence[Node], what: str
) -> str | None:
    """The IRI of a function or a parameter, which has to be a constant."""
    nodes = [*constants]
    for node in maps:
        nodes += terms.properties(node).get("constant", [])
    if len(nodes) == 1 and len(constants) + len(maps) == 1:
        return str(getattr(nodes[0], "value", nodes[0]))
    count = "no" if not constants and not maps else "not exactly one constant"
    terms.problems.add(
        f"a function execution of '{terms.name}' has {count} {what}",
        line=terms.line_of(None),
        hint=f"Name the {what} by its IRI; one that differs from row to row cannot be called.",
    )
    return None


def _output(terms: TermReader, nodes: Sequence[Node]) -> str | None:
    for node in nodes:
        constants = terms.properties(node).get("constant", [node])
        return str(getattr(constants[0], "value", constants[0]))
    return None


# -- against the catalogue ---------------------------------------------------------------------


def checked_call(
    problems: Problems,
    iri: str,
    inputs: Sequence[Input],
    returns: str | None,
    *,
    line: int | None,
) -> FunctionCall | None:
    """The call if the catalogue has such a function; else its problems and None."""
    function = FUNCTIONS.get(iri)
    if function is None:
        _unknown(problems, iri, line)
        return None
    before = len(problems.found)
    name = short(iri)
    known = {one: parameter for parameter in function.parameters for one in parameter.iris}
    for given in dict.fromkeys(given for given, _ in inputs):
        if given not in known:
            names = [short(parameter.iris[0]) for parameter in function.parameters]
            problems.add(
                f"function '{name}' has no parameter '{short(given)}'",
                line=line,
                hint=did_you_mean(short(given), names) or "It has no parameters.",
            )
    for parameter in function.parameters:
        values = [term for given, term in inputs if given in parameter.iris]
        _check_parameter(problems, name, parameter, values, line)
    _check_output(problems, function, name, returns, line)
    return None if len(problems.found) > before else FunctionCall(iri, tuple(inputs), returns)


def _unknown(problems: Problems, iri: str, line: int | None) -> None:
    if iri in NOT_OFFERED:
        problems.add(f"function '{short(iri)}' is not offered: {NOT_OFFERED[iri]}", line=line)
        return
    near = nearest(short(iri), [short(known) for known in FUNCTIONS])
    hint = f"Did you mean '{near}'?" if near else f"Known are those of {', '.join(NAMESPACES)}."
    problems.add(f"unknown function '{short(iri)}'", line=line, hint=hint)


def _check_parameter(
    problems: Problems, name: str, parameter: Parameter, values: list[TermMap], line: int | None
) -> None:
    shown = short(parameter.iris[0])
    if parameter.required and not values:
        problems.add(f"function '{name}' lacks its parameter '{shown}'", line=line)
    if len(values) > 1 and parameter.kind != "list":
        problems.add(
            f"function '{name}' is given '{shown}' several times, but takes it once", line=line
        )
    for value in values if parameter.constant else []:
        constant = value.expression
        if not isinstance(constant, Constant):
            problems.add(
                f"parameter '{shown}' of function '{name}' has to be a constant", line=line
            )
        elif parameter.choices and constant.value not in parameter.choices:
            problems.add(
                f"parameter '{shown}' of function '{name}' cannot be '{constant.value}'",
                line=line,
                hint=did_you_mean(constant.value, parameter.choices),
            )


def _check_output(
    problems: Problems, function: Function, name: str, returns: str | None, line: int | None
) -> None:
    if returns is not None and returns not in function.outputs:
        names = [short(output) for output in function.outputs]
        problems.add(
            f"function '{name}' does not return '{short(returns)}'",
            line=line,
            hint=did_you_mean(short(returns), names),
        )
