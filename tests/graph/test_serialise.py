from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from clusterkg.errors import GraphError
from clusterkg.graph.serialise import triples_bytes
from clusterkg.namespaces import PREFIXES


@pytest.mark.parametrize(
    ("predicate", "value", "message"),
    [
        ("http://e/1", '"x"', "cannot write the predicate 'http://e/1'"),
        ("http://e/", '"x"', "cannot write the predicate 'http://e/'"),
        ("http://e/p", '"a\x01b"', "cannot write a control character"),
    ],
)
def test_rdf_xml_says_what_it_cannot_write(predicate: str, value: str, message: str) -> None:
    triple = ("<http://e/s>", f"<{predicate}>", value)
    with pytest.raises(GraphError, match=message):
        triples_bytes([triple], "rdfxml")
    assert json.loads(triples_bytes([triple], "jsonld"))


def test_small_descriptions_are_sorted_and_declare_what_they_use() -> None:
    skos = PREFIXES["skos"]
    triples = [
        ("<http://e/b>", f"<{skos}prefLabel>", '"b"@en'),
        ("<http://e/b>", f"<{skos}prefLabel>", '"a"@de'),
        ("<http://e/b>", f"<{PREFIXES['rdf']}type>", f"<{skos}Concept>"),
        ("<http://e/a>", f"<{skos}broader>", "<http://e/b>"),
    ]
    text = triples_bytes([*triples, triples[0]], "ttl").decode()
    assert text == triples_bytes(triples[::-1], "ttl").decode()
    assert [line for line in text.splitlines() if line.startswith("@prefix")] == [
        f"@prefix skos: <{skos}> ."
    ]
    assert text.index("http://e/a") < text.index("skos:Concept") < text.index('"a"@de')


def test_the_bytes_do_not_hang_on_the_process() -> None:
    code = (
        "import sys\n"
        "from clusterkg.graph.serialise import triples_bytes\n"
        "from clusterkg.namespaces import PREFIXES\n"
        "triples = [(f'<{i}s>', f'<{i}p>', f'<{i}o>') for i in PREFIXES.values()]\n"
        "for form in ('ttl', 'rdfxml', 'jsonld'):\n"
        "    sys.stdout.buffer.write(triples_bytes(triples, form))\n"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1
