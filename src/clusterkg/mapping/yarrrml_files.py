"""A file as the source of a YARRRML mapping → LogicalFile: its kind, and how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clusterkg.errors import did_you_mean
from clusterkg.mapping.source_reading import COMPRESSIONS, ENCODINGS, known_encoding
from clusterkg.mapping.triples_map import LogicalFile
from clusterkg.sources.csv_form import CsvForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.mapping.problems import Problems

__all__ = ["KEYS", "read_file", "read_layout"]

KEYS: Final = ("delimiter", "encoding", "compression", "null", "optional")
"""The keys of a source that say how its file is written, and what may be missing in it."""

_FORMULATIONS: Final = {
    "csv": "csv",
    "tsv": "csv",
    "xlsx": "csv",
    "xls": "csv",
    "xlsb": "csv",
    "ods": "csv",
    "parquet": "csv",
    "arrow": "csv",
    "feather": "csv",
    "jsonpath": "json",
    "json": "json",
    "jsonl": "json",
    "xpath": "xml",
    "xml": "xml",
    "sparql": "sparql",
}


def read_file(
    source: tuple[str, str, str | None],
    line: int | None,
    problems: Problems,
    layout: Mapping[str, Any],
) -> LogicalFile | None:
    """The file of a path, a formulation and an iterator; None after a problem."""
    path, formulation, iterator = source
    if formulation not in _FORMULATIONS:
        hint = did_you_mean(formulation, _FORMULATIONS)
        problems.add(f"unknown kind of source '{formulation}'", line=line, hint=hint)
        return None
    return LogicalFile(path, _FORMULATIONS[formulation], iterator, line=line, **layout)


def read_layout(parts: Mapping[str, tuple[Any, int | None]], problems: Problems) -> dict[str, Any]:
    """What the keys of a source say of how its file is written, as fields of LogicalFile."""
    known: dict[str, Any] = {}
    if "delimiter" in parts:
        stated, line = parts["delimiter"]
        known["form"] = CsvForm(str(stated))
        if len(str(stated)) != 1:
            what = f"delimiter '{stated}' is not one character"
            problems.add(what, line=line, hint='For instance: delimiter: ";"')
    if "encoding" in parts:
        stated, line = parts["encoding"]
        known["encoding"] = known_encoding(str(stated))
        if known["encoding"] is None:
            hint = did_you_mean(str(stated), ENCODINGS)
            problems.add(f"unknown encoding '{stated}'", line=line, hint=hint)
    if "compression" in parts:
        stated, line = parts["compression"]
        known["compression"] = COMPRESSIONS.get(str(stated))
        if known["compression"] is None:
            hint = did_you_mean(str(stated), COMPRESSIONS)
            problems.add(f"unknown compression '{stated}'", line=line, hint=hint)
    if "null" in parts:
        stated = parts["null"][0]
        texts = stated if isinstance(stated, list) else [stated]
        known["nulls"] = tuple("" if text is None else str(text) for text in texts)
    if "optional" in parts:
        stated = parts["optional"][0]
        names = stated if isinstance(stated, list) else [stated]
        known["optional"] = tuple(sorted(str(name) for name in names))
    return known
