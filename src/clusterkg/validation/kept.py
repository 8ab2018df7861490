"""What an earlier build found and in which triples, so that only what changed is judged again.

Of each shapes graph there are three files, named by a checksum of the shapes and the programme:
``<key>.triples.parquet`` (the relation ``t``), ``<key>.results.parquet`` (the results of plans),
``<key>.json`` (the results of pySHACL, counts, and the checksums of the other two). Files that are
damaged, of another programme, or not written to the end, count as none.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from clusterkg.engines.duckdb import literal
from clusterkg.validation.changes import SINCE, Earlier, make_since
from clusterkg.validation.kept_results import (
    Constraints,
    columns_of,
    found_of,
    reported,
    said_report,
)
from clusterkg.validation.report import Checked
from clusterkg.validation.shapes import prefixes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.validation.constraints import Shape
    from clusterkg.validation.relational import Found
    from clusterkg.validation.report import Report
    from clusterkg.validation.running import Engine
    from clusterkg.validation.shapes import Shapes

__all__ = ["Findings", "Kept", "State"]

_COLUMNS: Final = ("shape", "node", "source", "number", "focus", "value", "path", "details")


@dataclass(frozen=True)
class State:
    """What was found in the quads of a checksum, and what pySHACL said, if asked.

    ``results`` is a Parquet file.
    """

    quads: str
    checked: Checked
    others: Report | None
    earlier: Earlier
    results: Path

    def rows(
        self, engine: Engine, shapes: Mapping[str, Shape], dropped: Mapping[str, str | None]
    ) -> list[Found]:
        """The results of plans; ``dropped`` are relations of nodes by shape, None: all nodes."""
        gone = "".join(
            f" AND NOT (shape = {literal(shape)}"
            + (f" AND node IN (SELECT node FROM {nodes}))" if nodes else ")")
            for shape, nodes in sorted(dropped.items())
        )
        rows = engine.rows(
            f"SELECT {', '.join(_COLUMNS)} FROM read_parquet({literal(str(self.results))}) "
            f"WHERE true{gone}"
        )
        constraints = Constraints(shapes)
        return [found_of(row, constraints) for row in rows]


@dataclass(frozen=True)
class Findings:
    """What plans found by their shapes, what pySHACL said, and how much was judged."""

    shapes: Mapping[str, Shape]
    found: Sequence[Found]
    others: Report | None
    checked: Checked


@dataclass
class Kept:
    """A folder with states; ``writes`` says whether more may be put there.

    The table of triples is not written again as long as what has changed since is no more than the
    ``share`` of it. ``programme`` is the checksum of whatever judges. ``judged`` of ``focus_nodes``
    were judged in this run, the others' results were known; ``asked`` are the keys met.
    """

    folder: Path
    programme: str
    writes: bool = True
    share: float = 1 / 16
    judged: int = 0
    focus_nodes: int = 0
    asked: set[str] = field(default_factory=set)

    def key(self, shapes: Shapes, name: str) -> str:
        """The key of a shapes graph that judges the graphs of that name."""
        digest = hashlib.sha256(f"{self.programme}\0{name}\0".encode())
        said = [" ".join(triple) for triple in shapes.graph]
        said += [f"{prefix}: {start}" for prefix, start in prefixes_of(shapes.graph).items()]
        digest.update("\n".join(sorted(said)).encode())
        key = digest.hexdigest()
        self.asked.add(key)
        return key

    def find(self, key: str) -> State | None:
        """What is there of a key, if it is whole."""
        table, since, results = files = self._files(key)
        try:
            noted = self._read_note(key)
            if list(map(_checksum, files)) != noted["sha256"]:
                return None
            others = None if noted["others"] is None else reported(noted["others"])
            return State(
                str(noted["quads"]),
                Checked(**noted["checked"]),
                others,
                Earlier(table, since),
                results,
            )
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None

    def put(
        self,
        key: str,
        connection: Connection,
        findings: Findings,
        *,
        quads: str,
        since: Earlier | None = None,
    ) -> None:
        """Keep ``t`` and what was found in it.

        If ``since`` names what is kept already, ``t`` was compared with it.
        """
        if not self.writes:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if since is None or make_since(connection, since) > self.share:
            make_since(connection, None)
            since = None
        files = self._files(key)
        parts = [file.with_name(f".{file.name}") for file in files]
        if since is not None:
            parts[0] = files[0]
        else:
            _write(connection, "SELECT s, p, o, mark FROM t", parts[0])
        _write(connection, f"FROM {SINCE}", parts[1])
        _write_found(connection, parts[2], findings)
        others = findings.others
        note = {
            "quads": quads,
            "checked": asdict(findings.checked),
            "others": None if others is None else said_report(others),
            "sha256": list(map(_checksum, parts)),
        }
        for part, file in zip(parts, files, strict=True):
            part.replace(file)
        self._write_note(key, note)

    def put_quads(self, key: str, quads: str) -> None:
        """Note that other quads, of the same triples, gave what is kept."""
        if self.writes:
            note = self._read_note(key)
            self._write_note(key, {**note, "quads": quads})

    def sweep(self) -> None:
        """Delete what no shapes graph of this run has asked for."""
        if self.writes and self.folder.is_dir():
            for path in sorted(self.folder.iterdir()):
                if path.name.partition(".")[0] not in self.asked:
                    path.unlink(missing_ok=True)

    def _read_note(self, key: str) -> dict[str, Any]:
        """Raises ValueError for a note that is not as it was written."""
        mark, _, text = self._note(key).read_text(encoding="utf-8").partition("\n")
        if mark != _mark(text):
            raise ValueError(key)
        noted: dict[str, Any] = json.loads(text)
        return noted

    def _write_note(self, key: str, note: Mapping[str, Any]) -> None:
        part = self.folder / f".{key}.json"
        text = json.dumps(note, ensure_ascii=False)
        part.write_text(f"{_mark(text)}\n{text}", encoding="utf-8")
        part.replace(self._note(key))

    def _files(self, key: str) -> tuple[Path, Path, Path]:
        """The Parquet files of the triples, of what has changed since, and of the results."""
        table, since, results = (
            self.folder / f"{key}.{name}.parquet" for name in ("triples", "since", "results")
        )
        return table, since, results

    def _note(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def _write(connection: Connection, query: str, file: Path) -> None:
    connection.execute(f"COPY ({query}) TO {literal(str(file))} (FORMAT parquet)")


def _write_found(connection: Connection, file: Path, findings: Findings) -> None:
    columns = columns_of(findings.found, Constraints(findings.shapes))
    unnested = ", ".join(
        f"unnest(${number}::{'INTEGER' if name == 'number' else 'VARCHAR'}[]) AS {name}"
        for number, name in enumerate(_COLUMNS, start=1)
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE shacl_results AS SELECT {unnested}", list(columns)
    )
    _write(connection, "FROM shacl_results", file)
    connection.execute("DROP TABLE shacl_results")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
