from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clusterkg.errors import ValidationError
from clusterkg.validation.shapes import read_shapes, shape_files, texts
from clusterkg.validation.shapes_graph import sh

if TYPE_CHECKING:
    from pathlib import Path

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"
SHAPE = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Human ; sh:property ex:Person-name .
ex:Person-name sh:path ex:name ; sh:minCount 1 ; sh:order 2 ;
  sh:name "Name"@de , "name"@en ; sh:message "Der Name fehlt."@de , "No name." , "Really." .
"""


def written(folder: Path, text: str, name: str = "people.ttl") -> Path:
    file = folder / name
    file.write_text(PREFIXES + text, encoding="utf-8")
    return file


def test_shapes_are_found_by_what_is_said_of_them(tmp_path: Path) -> None:
    shapes = read_shapes([written(tmp_path, SHAPE)])
    rules = shapes.rules()
    assert sorted(rules) == ["<https://example.org/Person-name>", "<https://example.org/Person>"]
    rule = rules["<https://example.org/Person-name>"]
    assert rule.names == {"de": "Name", "en": "name"}
    assert rule.order == 2


def test_texts_by_language(tmp_path: Path) -> None:
    shapes = read_shapes([written(tmp_path, SHAPE)])
    found = texts(shapes.graph, "<https://example.org/Person-name>", "message")
    assert found == {"": "No name. Really.", "de": "Der Name fehlt."}


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    written(tmp_path, SHAPE, "b.ttl")
    written(tmp_path, SHAPE, "a.ttl")
    written(tmp_path, "no turtle", "a.txt")
    assert [file.name for file in shape_files(tmp_path)] == ["a.ttl", "b.ttl"]
    assert len(read_shapes([tmp_path]).files) == 2


def test_no_shapes_given() -> None:
    with pytest.raises(ValidationError, match=r"no shapes were given\n  .*--shapes FILE"):
        read_shapes([])


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="no shapes were given") as caught:
        read_shapes([tmp_path])
    assert caught.value.at == str(tmp_path)


def test_a_file_without_shapes(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as caught:
        read_shapes([written(tmp_path, "ex:a a ex:Human .")])
    assert caught.value.what == "no SHACL shape in it"
    assert "check that the prefix sh: is <http://www.w3.org/ns/shacl#>" in str(caught.value)


def test_broken_shapes_name_file_and_line(tmp_path: Path) -> None:
    file = written(tmp_path, "ex:Person a sh:NodeShape\nex:Other a sh:NodeShape .")
    with pytest.raises(ValidationError) as caught:
        read_shapes([file])
    assert caught.value.at == f"{file}, line 3"


def test_prefixes_may_be_imported(tmp_path: Path) -> None:
    text = """
    ex:here <http://www.w3.org/2002/07/owl#imports> ex:there .
    ex:there sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/" ] .
    ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [
      sh:prefixes ex:here ; sh:message "Wrong." ; sh:select "SELECT $this { $this ex:b ?c }" ] .
    """
    graph = read_shapes([written(tmp_path, text)]).graph
    assert len(graph.objects("<https://example.org/here>", sh("declare"))) == 1
