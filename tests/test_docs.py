"""The documents are true: commands, settings and errors are in them, links lead somewhere."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from clusterkg import __version__
from clusterkg.cli import main
from clusterkg.project import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(main.commands))
def test_commands_are_documented(command: str) -> None:
    assert f"## clusterkg {command}" in text("docs/cli.md")


def test_settings_are_documented() -> None:
    for field in dataclasses.fields(Settings):
        assert f"`{field.name}`" in text("docs/settings.md")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_changelog_begins_with_this_version_or_unreleased() -> None:
    heads = re.findall(r"^## \[([^\]]+)\]", text("CHANGELOG.md"), flags=re.MULTILINE)
    assert heads[0] in ("Unreleased", __version__)
    assert tomllib.loads(text("pyproject.toml"))["project"]["version"] == __version__


def test_make_says_what_its_words_do() -> None:
    head = text("Makefile").partition("\n\n")[0]
    words = set(text("Makefile").partition(".PHONY:")[2].splitlines()[0].split()) - {"help"}
    assert len(words) > 10
    assert [word for word in words if not re.search(rf"(#   |make |  ){word}  +\S", head)] == []


def test_no_file_names_a_package_registry() -> None:
    for path in [
        *ROOT.glob("*.lock"),
        *ROOT.glob("*.md"),
        ROOT / "Makefile",
        ROOT / "pyproject.toml",
    ]:
        found = re.search(r"https?://[^\s]*(pypi|pythonhosted|npmjs)", path.read_text("utf-8"))
        assert found is None, f"{path.name}: {found}"


def test_every_example_command_exists() -> None:
    shown = [
        (document.name, command)
        for document in DOCUMENTS
        for block in re.findall(r"```(?:sh|text)\n(.*?)```", document.read_text("utf-8"), re.DOTALL)
        for command in re.findall(r"^ *(?:\S*/)?clusterkg ([a-z]+)", block, re.MULTILINE)
    ]
    assert len(shown) > 15
    assert [pair for pair in shown if pair[1] not in main.commands] == []
