"""The command line: help without heavy libraries, exit codes, words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterkg import errors
from clusterkg.cli import main

HEAVY = (
    *("duckdb", "sqlglot", "rdflib", "pyshacl", "jinja2", "starlette", "pyoxigraph", "yatter"),
    *("_duckdb", "openpyxl"),
)
UNUSED = {
    "lint": ("duckdb", "pyshacl", "jinja2", "clusterkg.pipeline", "clusterkg.project"),
    "validate": (
        *("duckdb", "sqlglot", "rdflib", "pyshacl", "jinja2", "starlette", "openpyxl"),
        *("importlib.metadata", "urllib.request", "clusterkg.pipeline", "clusterkg.project"),
        *("clusterkg.engines.spark", "clusterkg.validation.spark_judging"),
        "clusterkg.validation.lint_reading",
    ),
}
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.com/> .
ex:Shape a sh:NodeShape ; sh:targetClass ex:Person ;
  sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:languageIn ( "de" "en" ) ] ."""


def said_without(words: Sequence[str], modules: Sequence[str]) -> str:
    """What a command writes; none of the modules is imported by it."""
    code = (
        "import sys\nfrom clusterkg.cli import main\n"
        f"try: main({words!r}, prog_name='clusterkg')\nexcept SystemExit: pass\n"
        f"print([m for m in {modules!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    return done.stdout


@pytest.mark.parametrize("words", [[], *([name] for name in main.commands)])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    assert "Usage: clusterkg" in said_without([*words, "--help"], HEAVY)


AT_THE_END = "import atexit; atexit.register(print, 'the end'); from clusterkg.__main__ import run"


def buffered() -> dict[str, str]:
    """The environment, without what makes Python write at once."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [(["--help"], 0, "Usage:"), (["bild"], 2, ""), (["build"], 2, ""), ([], 2, "")],
)
def test_the_programme_ends_with_its_exit_code_when_all_is_said_and_done(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    """It ends without taking Python apart: nothing may be lost by that."""
    called = [sys.executable, "-c", f"{AT_THE_END}; run()", *words]
    done = subprocess.run(
        called, capture_output=True, text=True, check=False, cwd=tmp_path, env=buffered()
    )
    assert done.returncode == code
    assert said in done.stdout
    assert done.stdout.endswith("the end\n")
    assert done.stderr or code == 0


def test_what_cannot_be_written_at_the_end_is_told() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    called = [sys.executable, "-c", f"{AT_THE_END}; run()", "bild"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            called, stdout=full, stderr=subprocess.PIPE, check=False, env=buffered()
        )
    assert done.returncode == 120  # Python's own code for this
    assert b"No space left on device" in done.stderr


@pytest.mark.parametrize("command", UNUSED)
def test_files_are_judged_with_no_more_than_it_takes(tmp_path: Path, command: str) -> None:
    """What is imported and not used costs time at each start."""
    (tmp_path / "s.ttl").write_text(SHAPES, encoding="utf-8")
    (tmp_path / "d.ttl").write_text("@prefix ex: <http://example.com/> . ex:a a ex:Person .")
    shapes, data = str(tmp_path / "s.ttl"), str(tmp_path / "d.ttl")
    words = [command, *([data, "--shapes", shapes] if command == "validate" else [shapes])]
    said = said_without([*words, "--format", "json"], UNUSED[command])
    assert f'"violation": {int(command == "validate")}' in said


def test_a_mapping_loads_nothing_of_releases(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id\n1\n", encoding="utf-8")
    mapping = tmp_path / "people.yarrrml.yml"
    lines = (
        "prefixes: {ex: 'http://example.com/'}",
        "mappings: {p: {sources: [[people.csv~csv]], s: ex:$(id), po: [[a, ex:Person]]}}",
    )
    mapping.write_text("\n".join(lines), encoding="utf-8")
    unused = ("clusterkg.pipeline", "clusterkg.publication", "clusterkg.validation.report")
    assert "<http://example.com/1>" in said_without(["map", str(mapping)], unused)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_shows_an_example(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"], prog_name="clusterkg").output
    assert f"  clusterkg {name}" in shown or f"build\n  clusterkg {name}" in shown


def test_a_misspelt_command_is_answered_with_the_near_one() -> None:
    result = CliRunner().invoke(main, ["biuld"])
    assert result.exit_code == 2
    assert "Did you mean 'build'?" in result.output


@pytest.mark.parametrize("command", ["build", "serve", "validate"])
def test_outside_a_project_the_way_in_is_named(tmp_path: Path, command: str) -> None:
    result = CliRunner().invoke(main, ["--project", str(tmp_path), command])
    assert result.exit_code == 2
    assert "no clusterkg.toml" in result.output
    assert "clusterkg init my-region" in result.output


def test_init_writes_a_project_and_never_overwrites(tmp_path: Path) -> None:
    folder = tmp_path / "my-region"
    first = CliRunner().invoke(main, ["init", str(folder)])
    assert first.exit_code == 0, first.output
    assert (folder / "clusterkg.toml").is_file()
    second = CliRunner().invoke(main, ["init", str(folder)])
    assert second.exit_code == 2
    assert "the folder is not empty" in second.output


def test_a_report_has_the_form_of_its_suffix_and_the_examples_asked_for(tmp_path: Path) -> None:
    nodes = " , ".join(f"ex:n{number:02}" for number in range(30))
    prefixes = "@prefix ex: <http://example.com/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    data, shapes, page = (tmp_path / name for name in ("d.ttl", "s.ttl", "r.html"))
    data.write_text(f"{prefixes} ex:a ex:p {nodes} .", encoding="utf-8")
    shapes.write_text(
        f"{prefixes} ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:nodeKind sh:Literal .",
        encoding="utf-8",
    )
    words = ["validate", str(data), "--shapes", str(shapes)]
    for options, shown in (([], 5), (["--limit", "2"], 2), (["--limit", "0"], 30)):
        result = CliRunner().invoke(main, [*words, *options])
        assert result.exit_code == 1
        assert result.output.count("\n  - ex:n") == shown
        assert "30 times" in result.output
        assert ("more" in result.output) == (shown < 30)
    done = CliRunner().invoke(main, [*words, "-o", str(page), "--lang", "de", "--limit", "3"])
    assert (done.exit_code, done.output) == (1, "")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert page.read_text(encoding="utf-8").count("http://example.com/n") == 3
    workbook = tmp_path / "r.xlsx"
    CliRunner().invoke(main, [*words, "-o", str(workbook)])
    assert workbook.read_bytes().startswith(b"PK")
    CliRunner().invoke(main, [*words, "-o", str(page), "--format", "text"])
    assert page.read_text(encoding="utf-8").startswith("30 violations")


def test_nothing_but_data_comes_to_stdout_from_the_engine() -> None:
    """Where Python has no file to run, DuckDB would draw a bar there for every long query."""
    code = (
        "from clusterkg.engines.duckdb import connect; import duckdb\n"
        "for one in (duckdb.connect(), connect()):\n"
        "    print(one.execute(\"SELECT current_setting('enable_progress_bar')\").fetchone()[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_ctrl_c_is_no_validation_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def pressed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("clusterkg.project.start_project", pressed)
    result = CliRunner().invoke(main, ["init", str(tmp_path / "x")])
    assert result.exit_code == 130
    assert result.output == "Stopped.\n"


def test_init_names_the_programme_as_it_can_be_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/clusterkg", "init"])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["init", "my-region"])
    assert f"\n  {tmp_path}/.venv/bin/clusterkg build\n" in result.output


def test_an_example_is_asked_of_an_endpoint_without_a_project(tmp_path: Path) -> None:
    words = ["--project", str(tmp_path), "query", "--endpoint", "http://127.0.0.1:9/sparql"]
    known = CliRunner().invoke(main, [*words, "q01"])
    assert known.exit_code == errors.ServiceError.exit_code
    assert "the endpoint does not answer" in known.output
    unknown = CliRunner().invoke(main, [*words, "q99"])
    assert unknown.exit_code == 2
    assert "no query file and no example is called 'q99'" in unknown.output


def test_a_query_of_nothing_is_told_so(tmp_path: Path) -> None:
    words = ["--project", str(tmp_path), "query", "--endpoint", "http://127.0.0.1:9/sparql"]
    result = CliRunner().invoke(main, words, input=" \n")
    assert result.exit_code == 2
    assert "the query is empty" in result.output
    assert "clusterkg query q01" in result.output


def test_the_mapping_of_a_project_is_led_to_the_build(tmp_path: Path) -> None:
    """Its tables are names of source.toml, which ``clusterkg map`` does not read."""
    folder = tmp_path / "my-region"
    CliRunner().invoke(main, ["init", str(folder)])
    mapping = folder / "data" / "figures" / "mapping.yarrrml.yml"
    result = CliRunner().invoke(main, ["map", str(mapping)])
    assert result.exit_code == errors.MappingError.exit_code
    described = folder / "data" / "figures" / "source.toml"
    assert f"\n  The tables of {described} are read by: clusterkg build\n" in result.output


def test_every_error_has_its_own_exit_code_and_one_root() -> None:
    found = {
        name: cls
        for name, cls in vars(errors).items()
        if isinstance(cls, type) and issubclass(cls, Exception)
    }
    assert all(issubclass(cls, errors.ClusterkgError) for cls in found.values())
    codes = [cls.exit_code for name, cls in found.items() if name != "ClusterkgError"]
    assert sorted(codes) == [2, 3, 4, 5, 6, 8, 9]


def test_an_error_says_place_what_and_hint() -> None:
    error = errors.SourceError("no such file", at="data/a.csv", hint="Did you mean 'b.csv'?")
    assert str(error) == "data/a.csv: no such file\n  Did you mean 'b.csv'?"
    assert str(errors.SourceError("x")) == "x"


def test_a_hint_lists_what_is_known_when_nothing_is_near() -> None:
    assert errors.did_you_mean("zzz", ["b", "a"]) == "Known here: a, b."
    assert errors.did_you_mean("zzz", []) is None


def test_short_words_are_near_when_one_letter_differs() -> None:
    assert errors.did_you_mean("qp", ["qb", "clk"]) == "Did you mean 'qb'?"
    assert errors.did_you_mean("fr", ["de", "en", "ru"]) == "Known here: de, en, ru."
