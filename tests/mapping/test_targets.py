"""Logical targets: which quads go where, how a target is read, and files that are there or not."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterkg.cli import main
from clusterkg.converting import MapOptions, map_document
from clusterkg.errors import GraphError, MappingError
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_source
from clusterkg.mapping.triples_map import LogicalTarget

HEAD = """@prefix rml: <http://w3id.org/rml/> .
@prefix formats: <http://www.w3.org/ns/formats/> .
@prefix e: <http://e/> .
@base <http://b/> .
"""
ROWS = "id,name,club\n1,Anna,x\n2,Ben,x\n3,,y\n"


def target(path: str, *more: str, root: str = "rml:CurrentWorkingDirectory") -> str:
    stated = "".join(f" ; {one}" for one in more)
    file = f'rml:target [ a rml:FilePath ; rml:root {root} ; rml:path "{path}" ]'
    return f"rml:logicalTarget [ a rml:LogicalTarget ; {file}{stated} ]"


def subject(template: str = "http://e/{id}", *more: str) -> str:
    stated = "".join(f" ; {one}" for one in more)
    return f'rml:subjectMap [ rml:template "{template}"{stated} ]'


def pair(predicate: str, column: str, *more: str, where: str = "objectMap") -> str:
    stated = "".join(f" ; {one}" for one in more)
    parts = {
        "predicateMap": f"rml:predicateMap [ rml:constant {predicate}",
        "objectMap": f'rml:objectMap [ rml:reference "{column}"',
    }
    parts[where] += stated
    return f"rml:predicateObjectMap [ {' ] ; '.join(parts.values())} ] ]"


def triples_map(*parts: str, name: str = "A") -> str:
    source = 'rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "t.csv" ; '
    source += 'rml:root rml:MappingDirectory ; rml:null "" ] ; rml:referenceFormulation rml:CSV ]'
    return f"<#{name}> {source} ; {' ; '.join(parts)} .\n"


@pytest.fixture
def mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, list[str]]]:
    """The files that a mapping of the rows writes, with their sorted lines."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")

    def run(mapping: str, form: str = "", *, output: str = "default.nq") -> dict[str, list[str]]:
        (tmp_path / "in" / "t.csv").write_text(ROWS, encoding="utf-8")
        file = tmp_path / "in" / "m.ttl"
        file.write_text(HEAD + mapping, encoding="utf-8")
        map_document(file, tmp_path / "out" / output, MapOptions(form, sort=True))
        return {
            path.name: path.read_text(encoding="utf-8").splitlines()
            for path in sorted((tmp_path / "out").iterdir())
            if path.suffix in (".nq", ".nt")
        }

    return run


def test_a_quad_goes_to_every_target_of_its_terms_and_else_to_the_output(
    mapped: Callable[..., dict[str, list[str]]],
) -> None:
    mapping = triples_map(
        subject("http://e/{id}"),
        pair("e:name", "name", target("names.nq"), where="predicateMap"),
        pair("e:club", "club", target("clubs.nq"), target("all.nq")),
        pair("e:id", "id"),
    )
    files = mapped(mapping)
    names = ['<http://e/1> <http://e/name> "Anna" .', '<http://e/2> <http://e/name> "Ben" .']
    clubs = [f'<http://e/{n}> <http://e/club> "{c}" .' for n, c in ((1, "x"), (2, "x"), (3, "y"))]
    assert files == {
        "default.nq": [f'<http://e/{n}> <http://e/id> "{n}" .' for n in (1, 2, 3)],
        "names.nq": names,
        "clubs.nq": clubs,
        "all.nq": clubs,
    }


def test_the_subject_brings_its_targets_to_all_and_a_quad_is_written_once(
    mapped: Callable[..., dict[str, list[str]]],
) -> None:
    one = target("all.nq")
    mapping = triples_map(
        subject("http://e/{club}", one, "rml:class e:Club"),
        pair("e:name", "name", target("./all.nq"), target("names.nq")),
    ).replace("./all.nq", "all.nq") + triples_map(
        subject("http://e/{club}", one), pair("e:code", "club"), name="B"
    )
    files = mapped(mapping)
    assert files["default.nq"] == []
    assert files["names.nq"] == [
        '<http://e/x> <http://e/name> "Anna" .',
        '<http://e/x> <http://e/name> "Ben" .',
    ]
    typed = [
        f"<http://e/{c}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/Club> ."
        for c in "xy"
    ]
    codes = [f'<http://e/{c}> <http://e/code> "{c}" .' for c in "xy"]
    assert files["all.nq"] == sorted([*typed, *codes, *files["names.nq"]])


def test_the_same_quad_of_two_triples_maps_may_go_to_two_places(
    mapped: Callable[..., dict[str, list[str]]],
) -> None:
    mapping = triples_map(subject(), pair("e:club", "club")) + triples_map(
        subject(), pair("e:club", "club", target("clubs.nq")), name="B"
    )
    files = mapped(mapping)
    assert files["default.nq"] == files["clubs.nq"]
    assert len(files["clubs.nq"]) == 3


def test_graphs_datatypes_and_languages_have_targets(
    mapped: Callable[..., dict[str, list[str]]],
) -> None:
    graph = f"rml:graphMap [ rml:constant e:g ; {target('graph.nq')} ]"
    other = f"rml:graphMap [ rml:constant rml:defaultGraph ; {target('nowhere.nq')} ]"
    language = f'rml:languageMap [ rml:constant "de" ; {target("german.nq")} ]'
    datatype = f"rml:datatypeMap [ rml:constant e:id ; {target('typed.nq')} ]"
    files = mapped(
        triples_map(subject("http://e/{id}", graph, other), pair("e:club", "club"))
        + triples_map(
            subject("http://f/{id}"),
            pair("e:name", "name", language),
            pair("e:id", "id", datatype),
            name="B",
        )
    )
    assert files["graph.nq"][0] == '<http://e/1> <http://e/club> "x" <http://e/g> .'
    assert files["nowhere.nq"][0] == '<http://e/1> <http://e/club> "x" .'
    assert files["german.nq"][0] == '<http://f/1> <http://e/name> "Anna"@de .'
    assert files["typed.nq"][0] == '<http://f/1> <http://e/id> "1"^^<http://e/id> .'
    assert [len(files[name]) for name in ("graph.nq", "nowhere.nq", "default.nq")] == [3, 3, 0]


def test_a_reference_to_another_triples_map_has_its_own_targets(
    mapped: Callable[..., dict[str, list[str]]],
) -> None:
    reference = f"rml:parentTriplesMap <#B> ; {target('links.nq')}"
    files = mapped(
        triples_map(
            subject(),
            f"rml:predicateObjectMap [ rml:predicate e:in ; rml:objectMap [ {reference} ] ]",
            "rml:predicateObjectMap [ rml:predicate e:also ; rml:objectMap "
            "[ rml:parentTriplesMap <#B> ] ]",
        )
        + triples_map(subject("http://c/{club}", target("clubs.nq")), pair("e:c", "club"), name="B")
    )
    assert files["links.nq"][0] == "<http://e/1> <http://e/in> <http://c/x> ."
    assert files["default.nq"][0] == "<http://e/1> <http://e/also> <http://c/x> ."
    assert [line.split()[0] for line in files["clubs.nq"]] == ["<http://c/x>", "<http://c/y>"]


def test_a_target_without_quads_is_an_empty_file(
    mapped: Callable[..., dict[str, list[str]]],
) -> None:
    files = mapped(triples_map(subject("http://e/{id}", target("none.nq"))))
    assert files == {"default.nq": [], "none.nq": []}


def test_targets_are_written_in_their_syntax_packed_and_where_they_say(
    mapped: Callable[..., dict[str, list[str]]], tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    mapping = triples_map(
        subject(
            "http://e/{id}",
            target("a.nt.gz", "rml:serialization formats:N-Triples", "rml:compression rml:gzip"),
            target("b.ttl", "rml:serialization formats:Turtle", "rml:encoding rml:UTF-16"),
            target("c.nq", root="rml:MappingDirectory"),
            target("d.nq", root=f'"{tmp_path / "own"}"'),
        ),
        pair("e:club", "club"),
    )
    mapped(mapping)
    lines = [f'<http://e/{n}> <http://e/club> "{c}" .' for n, c in ((1, "x"), (2, "x"), (3, "y"))]
    packed = gzip.decompress((tmp_path / "out" / "a.nt.gz").read_bytes()).decode()
    assert sorted(packed.splitlines()) == lines
    turtle = (tmp_path / "out" / "b.ttl").read_bytes().decode("utf-16")
    assert turtle.splitlines() == lines
    for file in (tmp_path / "in" / "c.nq", tmp_path / "own" / "d.nq"):
        assert sorted(file.read_text(encoding="utf-8").splitlines()) == lines


def test_no_file_is_there_if_one_cannot_be_written(
    mapped: Callable[..., dict[str, list[str]]], tmp_path: Path
) -> None:
    wrong = target("b.rdf", "rml:serialization formats:RDF_XML")
    mapping = triples_map(
        subject("http://e/{id}", target("a.nq"), wrong), pair("<http://e/1>", "club")
    )
    with pytest.raises(GraphError, match=r"b\.rdf: RDF/XML cannot write the predicate"):
        mapped(mapping)
    assert list((tmp_path / "out").iterdir()) == []
    with pytest.raises(GraphError, match=r"none/a\.nq: cannot be written: there is no such folder"):
        mapped(triples_map(subject("http://e/{id}", target("none/a.nq")), pair("e:c", "club")))
    assert list((tmp_path / "out").iterdir()) == []


def test_two_targets_are_two_files(mapped: Callable[..., dict[str, list[str]]]) -> None:
    one, other = target("a.nq"), target("./a.nq", "rml:serialization formats:N-Triples")
    mapping = triples_map(subject("http://e/{id}", one, other), pair("e:club", "club"))
    with pytest.raises(MappingError) as caught:
        mapped(mapping)
    assert "is the same file as another one, of the format" in str(caught.value)
    with pytest.raises(MappingError) as caught:
        mapped(triples_map(subject("http://e/{id}", one)), output="a.nq")
    assert str(caught.value) == (
        f"{Path.cwd().parent / 'in' / 'm.ttl'}:5: the logical target 'a.nq' is the same file as "
        "the output\n  Give every target, and the output, a file of its own."
    )


READ = {
    "nothing stated": ([], LogicalTarget("a")),
    "N3 is Turtle": (["rml:serialization formats:N3"], LogicalTarget("a", "ttl")),
    "JSON-LD": (["rml:serialization formats:JSON-LD"], LogicalTarget("a", "jsonld")),
    "both spellings": (["rml:compression rml:targzip"], LogicalTarget("a", compression="targz")),
    "a mode": (["rml:mode rml:Write"], LogicalTarget("a")),
}


@pytest.mark.parametrize("case", READ)
def test_targets_are_read(tmp_path: Path, case: str) -> None:
    stated, expected = READ[case]
    file = tmp_path / "m.ttl"
    file.write_text(HEAD + triples_map(subject("http://e/{id}", target("a", *stated))))
    assert read_mapping(file, base_iri="").targets == (expected,)


def test_encoding_and_compression_may_stand_on_the_file(tmp_path: Path) -> None:
    file = tmp_path / "m.ttl"
    stated = '[ a rml:FilePath ; rml:path "a" ; rml:encoding rml:UTF-16 ; rml:compression rml:zip ]'
    text = subject("http://e/{id}", f"rml:logicalTarget [ rml:target {stated} ]")
    file.write_text(HEAD + triples_map(text))
    (read,) = read_mapping(file, base_iri="").targets
    assert (read.encoding, read.compression, read.root) == ("utf-16", "zip", "working")


WRONG = {
    target("a", "rml:serialization formats:SPARQL_Results_CSV"): (
        "serialization 'SPARQL_Results_CSV' of the target 'a' is not supported"
    ),
    target("a", "rml:compression rml:tarxy"): "unknown term 'tarxy'",
    target("a", "rml:mode rml:Append"): "mode 'Append' of the target 'a' is not supported",
    target("a", "rml:encoding rml:UTF-8, rml:UTF-16"): (
        "the target 'a' states encoding UTF-16 and UTF-8"
    ),
    "rml:logicalTarget [ rml:target <http://e/sparql> ]": (
        "the target of a logical target of 'A' is no file, which is not supported"
    ),
    "rml:logicalTarget [ a rml:LogicalTarget ]": "a logical target of 'A' has no rml:target",
}


@pytest.mark.parametrize("stated", WRONG)
def test_what_is_wrong_with_a_target_is_told_with_its_line(tmp_path: Path, stated: str) -> None:
    file = tmp_path / "m.ttl"
    file.write_text(HEAD + triples_map(subject("http://e/{id}", stated)))
    with pytest.raises(MappingError) as caught:
        read_mapping(file, base_iri="", name="m.ttl")
    assert "m.ttl:5: " in str(caught.value)
    assert WRONG[stated] in str(caught.value)


def test_a_source_of_a_project_has_no_targets(tmp_path: Path) -> None:
    from clusterkg.engines.duckdb import connect

    file = tmp_path / "m.ttl"
    file.write_text(HEAD + triples_map(subject("http://e/{id}", target("a.nq"))))
    read = read_mapping(file, base_iri="http://e/", name="m.ttl")
    with pytest.raises(MappingError, match=r"the logical target 'a\.nq' in a mapping of a project"):
        map_source(connect(), "demo", (), read)


FORMATS = ["x.nq", "x.nt", "x.ttl", "x.trig", "x.rdf", "x.jsonld", "x.nq.gz", "x.ttl.gz", "x.txt"]


@pytest.mark.parametrize("name", FORMATS)
def test_the_suffix_of_the_output_is_its_format(
    mapped: Callable[..., dict[str, list[str]]], tmp_path: Path, name: str
) -> None:
    import pyoxigraph

    mapped(triples_map(subject(), pair("e:club", "club")), output=name)
    content = (tmp_path / "out" / name).read_bytes()
    content = gzip.decompress(content) if name.endswith(".gz") else content
    suffix = name.removesuffix(".gz").rpartition(".")[2]
    form = pyoxigraph.RdfFormat.from_extension(suffix) or pyoxigraph.RdfFormat.N_QUADS
    form = pyoxigraph.RdfFormat.N_QUADS if suffix == "txt" else form
    assert {str(quad) for quad in pyoxigraph.parse(content, form)} == {
        f'<http://e/{n}> <http://e/club> "{c}"' for n, c in ((1, "x"), (2, "x"), (3, "y"))
    }
    mapped(triples_map(subject(), pair("e:club", "club")), output=name)
    again = (tmp_path / "out" / name).read_bytes()
    assert (gzip.decompress(again) if name.endswith(".gz") else again) == content


def test_the_example_of_the_documentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documentation = Path(__file__).parents[2] / "docs" / "mapping.md"
    text = documentation.read_text(encoding="utf-8").partition("\n## Targets\n")[2]
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("id,name,born\n1,Anna,1990\n", encoding="utf-8")
    Path("m.ttl").write_text(
        f"@base <http://b/> . {text.partition('```turtle')[2].partition('```')[0]}",
        encoding="utf-8",
    )
    map_document(Path("m.ttl"), Path("out.nq"), MapOptions())
    person, terms = "<https://data.example.org/person/1>", "https://data.example.org/terms#"
    assert Path("out.nq").read_text(encoding="utf-8") == f'{person} <{terms}born> "1990" .\n'
    turtle = gzip.decompress(Path("names.ttl.gz").read_bytes()).decode()
    assert turtle == f'{person} <{terms}name> "Anna" .\n'


def test_the_command_line_writes_every_format_to_stdout(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,name,club\n1,Anna,x\n", encoding="utf-8")
    file = tmp_path / "m.ttl"
    file.write_text(HEAD + triples_map(subject(), pair("e:club", "club")), encoding="utf-8")
    line = b'<http://e/1> <http://e/club> "x" .\n'
    for form, begin in {
        "nq": line,
        "nt": line,
        "ttl": line,
        "trig": line,
        "rdfxml": b"<?xml",
        "jsonld": b"[{",
        "rdfjson": b'{\n"http://e/1": {',
        "parquet": b"PAR1",
    }.items():
        done = CliRunner().invoke(main, ["map", str(file), "--format", form])
        assert done.exit_code == 0, done.output
        assert done.stdout_bytes.startswith(begin), form
    assert CliRunner().invoke(main, ["map", str(file)]).stdout_bytes == line
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["m.ttl", "t.csv"]


def test_spark_writes_no_targets(tmp_path: Path) -> None:
    file = tmp_path / "m.ttl"
    file.write_text(HEAD + triples_map(subject("http://e/{id}", target("a.nq"))))
    options = MapOptions(master="local[1]")
    with pytest.raises(MappingError, match=r"m\.ttl:5: the logical target 'a\.nq' cannot be writ"):
        map_document(file, tmp_path / "out.nq", options)
