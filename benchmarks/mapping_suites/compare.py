"""Two files of triples -> whether they hold the same set of triples.

Each file is brought to one spelling, sorted without repeats, and digested: the files are equal
when the digests are. Only spellings that mean the same are levelled:

- white space between the terms and before the full stop;
- characters of literals written as they are or escaped (canonical N-Triples keeps the shortest);
- xsd:string, which a literal without a datatype has anyway, and the case of language tags;
- letters beyond ASCII in IRIs, written as they are (R2RML and RML: "IRI-safe") or in per cent.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

TERM = re.compile(
    rb'<[^>]*>|_:[^\s<"]+|"(?:[^"\\]|\\.)*"(?:\^\^<[^>]*>|@[A-Za-z0-9-]+)?', re.DOTALL
)
STRING = b"^^<http://www.w3.org/2001/XMLSchema#string>"
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
BEYOND_ASCII = re.compile(rb"(?:%[89A-Fa-f][0-9A-Fa-f])+")
PLAIN = {"LC_ALL": "C", "PATH": os.defpath}
FAULTS = ((b"%2F", b"/"), (rb"\\'", rb"\""))  # in IRIs from cells; quotes in literals
SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
LONG = {value: f"\\{key}" for key, value in SHORT.items()} | {'"': '\\"', "\\": "\\\\"}
ODD = re.compile(rb'[%\\\t\x08\x0c]|#string>|"@|  ')


@dataclass(frozen=True)
class Digest:
    """How many different triples a file holds, and their digest."""

    triples: int
    value: str


def digested(source: Path) -> Digest:
    """The digest of a file."""
    digest, triples = hashlib.sha256(), 0
    for block in in_order(source):
        digest.update(block)
        triples += block.count(b"\n")
    return Digest(triples, digest.hexdigest())


def in_order(source: Path) -> Iterator[bytes]:
    """The triples of a file in one spelling, sorted without repeats, in blocks."""
    words = ["sort", "-u", "-S", "2G", "--parallel=2", "-T", str(source.parent)]
    if packer := next(filter(shutil.which, ("zstd", "lz4")), None):
        words += ["--compress-program", packer]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=PLAIN
    ) as sorting:
        pipe, result = sorting.stdin, sorting.stdout
        assert pipe is not None
        assert result is not None
        with pipe:  # nothing comes out before all is in
            for lines in canonical(source):
                pipe.write(lines)
        while block := result.read(1 << 20):
            yield block
    if sorting.returncode:
        sys.exit(f"the triples of {source} could not be sorted")


def canonical(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while lines := file.readlines(1 << 22):
            yield b"".join(
                line if line.endswith(b" .\n") and not ODD.search(line) else levelled(line)
                for line in lines
            )


def levelled(line: bytes) -> bytes:
    """One line in the one spelling; nothing for an empty line or a comment."""
    terms = [term(each) for each in TERM.findall(line)]
    return b" ".join([*terms, b".\n"]) if terms else b""


def term(text: bytes) -> bytes:
    if text.startswith(b"<"):
        return BEYOND_ASCII.sub(in_letters, unescaped(text))
    if not text.startswith(b'"'):
        return text
    end = text.rindex(b'"')
    kind = text[end + 1 :]
    if kind == STRING:
        kind = b""
    return b'"' + escaped(text[1:end]) + b'"' + (kind.lower() if kind[:1] == b"@" else kind)


def in_letters(match: re.Match[bytes]) -> bytes:
    letters = unquote_to_bytes(match[0])
    try:
        letters.decode()
    except UnicodeDecodeError:
        return match[0]
    return letters


def unescaped(text: bytes) -> bytes:
    if b"\\" not in text:
        return text
    return ESCAPE.sub(character, text.decode()).encode()


def character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else SHORT.get(match[3], match[3])


def escaped(text: bytes) -> bytes:
    said = unescaped(text).decode()
    return "".join(LONG.get(each, each) for each in said).encode()


@dataclass(frozen=True)
class Difference:
    """Triples only in the one and only in the other file, and some of each (`-` and `+`).

    `faults`: they are the same but for the known faults of the other engine.
    """

    fewer: int
    more: int
    examples: tuple[str, ...]
    faults: bool


def differing(one: Path, other: Path, limit: int = 3) -> Difference:
    """What two files do not have in common."""
    counts, sums, examples = [0, 0], [0, 0], []
    words = ["comm", "-3"]
    for source in (one, other):
        words.append(f"{source}.sorted")
        with Path(words[-1]).open("wb") as file:
            file.writelines(in_order(source))
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=PLAIN) as comparing:
        assert comparing.stdout is not None
        for line in comparing.stdout:
            side, text = line.startswith(b"\t"), line.strip()
            counts[side] += 1
            for wrong, right in FAULTS:
                text = text.replace(wrong, right)
            sums[side] += hash(text)
            if counts[side] <= limit:
                examples.append(f"{'-+'[side]} {line.decode().strip()}")
    return Difference(counts[0], counts[1], tuple(examples), sums[0] == sums[1])
