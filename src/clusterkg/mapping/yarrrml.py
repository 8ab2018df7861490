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
from typing import TYPE_CHECKING, Any

from clusterkg.mapping.vocabulary import ON_DATA_ERROR
from clusterkg.mapping.yarrrml_document import DocumentReader, Tokens

if TYPE_CHECKING:
    from clusterkg.mapping.problems import Problems

__all__ = ["Tokens", "translate_yarrrml"]


def translate_yarrrml(text: str, problems: Problems) -> tuple[str, Tokens, str | None]:
    """Turtle with tokens, the tokens, and the document's base IRI if it states one.

    Adds to ``problems``; with problems the Turtle is empty.
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
    if problems.found:
        return "", reader.tokens, None
    files = reader.formulations == {"file"}
    turtle = _translate(plain, problems, files=files)
    if reader.on_data_error is not None:
        turtle += f"[] <{ON_DATA_ERROR}> {json.dumps(reader.on_data_error)} .\n"
    return turtle, reader.tokens, reader.base


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
