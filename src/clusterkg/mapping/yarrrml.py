"""A YARRRML document → R2RML or RML Turtle by yatter, and the values its texts stand for.

yatter works on texts and would lose or break many of them (newlines, ``--`` and backslashes
in SQL, quotes, further colons, datatypes in long forms). So every text is read here, where
its line is known, and yatter gets a token in its place: it does the structure (sources times
subjects, joins, graphs), and reading puts the values back where the tokens stand.
"""

from __future__ import annotations

import json
import logging
import warnings
from typing import Any

from clusterkg.mapping.problems import Problems
from clusterkg.mapping.vocabulary import ON_DATA_ERROR
from clusterkg.mapping.yarrrml_document import DocumentReader, Tokens

__all__ = ["Tokens", "translate_yarrrml"]


def translate_yarrrml(text: str, problems: Problems) -> tuple[str, Tokens, str | None]:
    """Turtle with tokens, the tokens, and the document's base IRI if it states one.

    Adds to ``problems``; after problems the Turtle lacks what they are about, or is empty.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        document = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(
            f"not YAML: {error.problem or error.context}", line=mark.line + 1 if mark else None
        )
        return "", Tokens(), None
    reader = DocumentReader(problems)
    plain = reader.document(document)
    files = reader.formulations == {"file"}
    turtle = _translated_rest(plain, files=files) if problems.found else ""
    if not problems.found:
        turtle = _translate(plain, problems, files=files)
    if reader.on_data_error is not None:
        turtle += f"[] <{ON_DATA_ERROR}> {json.dumps(reader.on_data_error)} .\n"
    return turtle, reader.tokens, reader.base


def _translated_rest(plain: dict[str, Any], *, files: bool) -> str:
    """The Turtle of a document with problems, if yatter makes any of what is left."""
    try:
        return _translate(_whole(plain), Problems(""), files=files)
    except Exception:  # noqa: BLE001 - yatter reads complete documents; the problems are told anyway
        return ""


def _whole(plain: dict[str, Any]) -> dict[str, Any]:
    """The document without the parts that a problem has left empty."""
    mappings = {
        name: one | {"sources": sources}
        for name, one in plain.get("mappings", {}).items()
        if (sources := [source for source in one.get("sources", []) if source])
    }
    for one in mappings.values():
        pairs = []
        for pair in one.pop("po", []):
            objects = [
                o for o in pair.get("o", []) if o and o.get("mapping", "") in {"", *mappings}
            ]
            if objects and pair.get("p"):
                pairs.append(pair | {"o": objects})
        if pairs:
            one["po"] = pairs
    return plain | {"mappings": mappings}


def _translate(plain: dict[str, Any], problems: Problems, *, files: bool) -> str:
    """yatter's Turtle; its log messages become problems, and its handlers go again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import yatter
    from yatter.constants import R2RML_URI, RML_URI

    messages: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("yatter.constants")
    level, propagate = logger.level, logger.propagate
    logger.handlers[:] = [handler]
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    try:
        turtle = yatter.translate(plain, mapping_format=RML_URI if files else R2RML_URI)
    finally:
        logger.handlers.clear()
        logger.setLevel(level)
        logger.propagate = propagate
    if turtle is None:
        problems.add(f"yatter cannot translate the mapping: {' '.join(messages)}")
    return turtle or ""
