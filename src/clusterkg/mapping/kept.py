"""What triples maps made in an earlier build, taken again where nothing has changed.

One triples map's quads and findings lie in two files, ``<key>.parquet`` and ``<key>.json``,
named by a checksum of all that they depend on: the triples map and those it refers to, the
content of the tables it reads, the base IRI, and the programme. A file that is damaged, or was
not finished, counts as none.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clusterkg.findings import Finding, Place, Severity, Words
from clusterkg.mapping.dependencies import read_by, referred
from clusterkg.sources.relation import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dictionary
    from pathlib import Path

    from clusterkg.mapping.triples_map import Mapping, TriplesMap

__all__ = ["Kept", "KeptMap"]


@dataclass(frozen=True)
class KeptMap:
    """What one triples map has made: a Parquet file with ``rows`` quads s, p, o, g."""

    quads: Path
    rows: int
    findings: tuple[Finding, ...]


@dataclass
class Kept:
    """A folder with what triples maps have made; ``writes`` says whether more may be put there.

    ``programme`` is the checksum of whatever makes quads of rows, ``tables`` the one of each
    declared table as it was read. ``asked`` collects the keys met in this run.
    """

    folder: Path
    programme: str
    tables: Dictionary[Relation, str]
    writes: bool = True
    asked: set[str] = field(default_factory=set)

    def keys(self, mapping: Mapping, source: str) -> dict[str, str]:
        """The key of each triples map by its name; without those that must be run every time."""
        found = {}
        for number, one in enumerate(mapping.triples_maps):
            key = self._key(one, number, mapping, source)
            if key is not None:
                found[one.name] = key
        self.asked.update(found.values())
        return found

    def _key(
        self, triples_map: TriplesMap, number: int, mapping: Mapping, source: str
    ) -> str | None:
        read = read_by(triples_map, mapping, tuple(self.tables), source)
        if read is None:
            return None
        # blank nodes of lists are named by the place of their triples map in the mapping
        said = [self.programme, source, mapping.base_iri, mapping.shown, str(number)]
        said += [repr(one) for one in referred(triples_map, mapping)]
        said += sorted(
            f"{one.sql} {self.tables[one]}" if isinstance(one, Relation) else _named(one)
            for one in read
        )
        return hashlib.sha256("\0".join(said).encode()).hexdigest()

    def find(self, key: str) -> KeptMap | None:
        """What is there of a key, if it is whole."""
        quads = self._quads(key)
        try:
            noted = json.loads(self._note(key).read_bytes())
            whole = _checksum(quads) == noted["sha256"]
            findings = tuple(_finding(one) for one in noted["findings"])
            return KeptMap(quads, int(noted["rows"]), findings) if whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, staged: Path, rows: int, findings: Sequence[Finding]) -> None:
        """Keep a Parquet file of quads with its findings; it is moved."""
        note = {
            "rows": rows,
            "sha256": _checksum(staged),
            "findings": [_said(one) for one in findings],
        }
        staged.replace(self._quads(key))
        part = self.folder / f".{key}.json"
        part.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
        part.replace(self._note(key))

    def staged(self, key: str) -> Path:
        """Where the quads of a key are written before they are kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f".{key}.parquet"

    def sweep(self) -> None:
        """Delete what no triples map of this run has asked for."""
        if self.writes and self.folder.is_dir():
            for path in sorted(self.folder.iterdir()):
                if path.name.startswith(".") or path.stem not in self.asked:
                    path.unlink(missing_ok=True)

    def _quads(self, key: str) -> Path:
        return self.folder / f"{key}.parquet"

    def _note(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def _named(file: Path) -> str:
    return f"{file.name} {_checksum(file)}"


def _checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


# -- findings as JSON --------------------------------------------------------------------------


def _said(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "severity": int(finding.severity),
        "rule": finding.rule,
        "message": finding.message,
        "place": [place.file, place.sheet, place.row, place.column] if place else None,
        "value": finding.value,
        "hint": finding.hint,
        "said": _worded(finding.said) if finding.said else None,
        "mapping": finding.mapping,
    }


def _finding(said: Dictionary[str, Any]) -> Finding:
    return Finding(
        Severity(said["severity"]),
        said["rule"],
        said["message"],
        Place(*said["place"]) if said["place"] else None,
        said["value"],
        said["hint"],
        _words(said["said"]) if said["said"] else None,
        said.get("mapping"),
    )


def _worded(words: Words) -> list[Any]:
    given = [[name, _worded(v) if isinstance(v, Words) else v] for name, v in words.given]
    return [words.name, given]


def _words(said: Iterable[Any]) -> Words:
    name, given = said
    return Words(name, tuple((n, _words(v) if isinstance(v, list) else v) for n, v in given))
