"""What cog writes into the docs: command help, settings, modules, error classes."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from pathlib import Path

import click
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent


def commands() -> str:
    """Each command's ``--help`` as a section."""
    from clusterkg.cli import main

    parts = [_help([])]
    parts += [f"## clusterkg {name}\n\n{_help([name])}" for name in main.commands]
    return "\n" + "\n\n".join(parts) + "\n"


def _help(words: list[str]) -> str:
    from clusterkg.cli import main

    result = CliRunner().invoke(
        main, [*words, "--help"], prog_name="clusterkg", terminal_width=100, env={"COLUMNS": "100"}
    )
    if result.exit_code != 0:
        raise click.ClickException(result.output)
    return f"```text\n{result.output.rstrip()}\n```"


def settings() -> str:
    """The settings as a table: name, default, meaning."""
    from clusterkg.project import Catalogue, Publisher, Settings

    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for field in dataclasses.fields(Settings):
        default = "" if field.default is dataclasses.MISSING else field.default
        shown = "" if default in ("", None) else f"`{default}`"
        rows.append(f"| `{field.name}` | {shown} | {field.metadata['help']} |")
    for table, part in (("publisher", Publisher), ("catalogue", Catalogue)):
        rows += [
            f"| `{table}.{field.name}` | {_default(field.default)} | {field.metadata['help']} |"
            for field in dataclasses.fields(part)
        ]
    return "\n" + "\n".join(rows) + "\n"


def _default(value: object) -> str:
    return f"`{value}`" if isinstance(value, tuple) and value else ""


def modules() -> str:
    """Every module with the first line of its docstring, in the order of the way."""
    order = ["", "sources", "mapping", "graph", "validation", "publication", "service", "engines"]
    source = ROOT / "src" / "clusterkg"
    rows = ["| module | what it holds |", "|---|---|"]
    for station in order:
        folder = source / station
        pattern = "*.py" if station == "" else "**/*.py"
        for path in sorted(folder.glob(pattern)):
            if path.name == "__init__.py" and station == "":
                continue
            first = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]
            name = path.relative_to(source).as_posix().removesuffix("/__init__.py")
            rows.append(f"| `{name}` | {first} |")
    return "\n" + "\n".join(rows) + "\n"


def functions() -> str:
    """The functions that mappings may call, with their parameters and what they give."""
    from clusterkg.mapping.functions import FUNCTIONS, short

    rows = ["| function | parameters | gives | what |", "|---|---|---|---|"]
    for function in dict.fromkeys(FUNCTIONS.values()):
        parameters = ", ".join(
            f"`{short(one.iris[-1])}`" + ("" if one.required else " (may be left out)")
            for one in function.parameters
        )
        others = [short(iri) for iri, one in FUNCTIONS.items() if one is function]
        names = ", ".join(f"`{name}`" for name in others)
        rows.append(f"| {names} | {parameters} | {function.gives} | {function.says} |")
    return "\n" + "\n".join(rows) + "\n"


def errors() -> str:
    """The error classes with exit code and meaning."""
    from clusterkg import errors as tree

    found = [
        cls
        for _, cls in inspect.getmembers(tree, inspect.isclass)
        if issubclass(cls, tree.ClusterkgError) and cls is not tree.ClusterkgError
    ]
    parts = []
    for cls in sorted(found, key=lambda cls: cls.exit_code):
        meaning = textwrap.dedent(cls.__doc__ or "").strip()
        parts.append(f"### {cls.__name__}\n\nExit code {cls.exit_code}. {meaning}")
    return "\n" + "\n\n".join(parts) + "\n"
