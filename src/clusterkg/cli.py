"""The command line: one command a verb of the way; stdout is data, stderr is talk.

Heavy libraries are imported inside the commands, so that ``clusterkg --help`` answers at once.
Errors are turned into words and exit codes here and nowhere else.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from clusterkg.errors import ClusterkgError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clusterkg.findings import Finding
    from clusterkg.progress import Progress
    from clusterkg.project import Project

__all__ = ["main"]

_F = TypeVar("_F", bound="Callable[..., Any]")
_OBJECTS = 100_000
"""New objects between two searches for garbage: plans and findings are many and live long."""
_EXAMPLES = 20
"""So many findings of a rule are shown in a terminal."""
_REPORTS = {
    ".csv": "csv",
    ".html": "html",
    ".json": "json",
    ".sarif": "sarif",
    ".ttl": "turtle",
    ".xlsx": "xlsx",
}
_STOPPED = 130
"""What shells expect of a programme that Ctrl+C has stopped."""
CONTEXT_SETTINGS = {
    "help_option_names": ["-h", "--help"],
    "auto_envvar_prefix": "CLUSTERKG",
    "max_content_width": 100,
}


class _Commands(click.Group):
    """A group whose commands end with the exit code of the error they meet."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn a ClusterkgError into words on stderr and its exit code."""
        try:
            return super().invoke(ctx)
        except ClusterkgError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(_STOPPED)
        except BrokenPipeError:
            # the reader of our output has gone, as `clusterkg query … | head` does
            sys.stderr.close()
            ctx.exit(0)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which one needs them."""
        del ctx
        return list(self.commands)


@click.group(cls=_Commands, context_settings=CONTEXT_SETTINGS)
@click.version_option(package_name="clusterkg")
@click.option(
    "-C",
    "--project",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="this folder or the nearest above it",
    help="The project's folder, where clusterkg.toml lies.",
)
@click.pass_context
def main(ctx: click.Context, folder: Path) -> None:
    """Tables about regional economic clusters become a published knowledge graph.

    \b
    Start a project of your own:
      clusterkg init my-region
      cd my-region
      clusterkg build
      clusterkg serve
    """
    gc.set_threshold(_OBJECTS)
    ctx.obj = folder


def _project(ctx: click.Context) -> Project:
    from clusterkg.project import find_project

    return find_project(ctx.obj)


def _in_a_project(ctx: click.Context) -> bool:
    from clusterkg.project import find_project

    try:
        find_project(ctx.obj)
    except SettingsError:
        return False
    return True


def _progress() -> Progress:
    """A line on stderr that is rewritten, only on a terminal."""
    from clusterkg.progress import silent

    if not sys.stderr.isatty():
        return silent
    started = time.monotonic()

    def show(what: str, done: int, total: int) -> None:
        share = f" {done}/{total}" if total else ""
        line = f"{time.monotonic() - started:5.1f} s  {what}{share}"
        click.echo(f"\r\x1b[2K{line[:100]}", err=True, nl=False)

    return show


def _standard_input(*paths: Path) -> bytes | None:
    """What comes in by standard input, if one of the paths is ``-``."""
    return sys.stdin.buffer.read() if Path("-") in paths else None


def _end_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[2K", err=True, nl=False)


@contextmanager
def _file_for(output: Path | None) -> Iterator[Path]:
    """The file to write; without one a temporary file, which then goes to stdout."""
    if output is not None:
        yield output
        return
    with tempfile.TemporaryDirectory(prefix="clusterkg-") as folder:
        path = Path(folder) / "result"
        yield path
        with path.open("rb") as content:
            while block := content.read(1 << 20):
                _to_stdout(block)


def _to_stdout(content: bytes) -> None:
    """Write and flush; a reader that has gone is no error of ours, a full disk is one."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = None  # else Python tries again at its end
        raise SettingsError(
            f"cannot write: {error.strerror}", at="stdout", hint="Make room on the disk."
        ) from error


def _target(output: Path | None) -> Callable[[bytes], None]:
    """Write to stdout, or to a file that is there whole or not at all."""

    def write(content: bytes) -> None:
        if output is None:
            _to_stdout(content)
            return
        special = output.exists() and not output.is_file()  # a device or a pipe is not replaced
        staged = output if special else output.with_name(f".{output.name}.part")
        try:
            staged.write_bytes(content)
            if not special:
                staged.replace(output)
        except OSError as error:
            if not special:
                staged.unlink(missing_ok=True)
            raise SettingsError(
                f"cannot write: {error.strerror}",
                at=str(output),
                hint="Name another file with -o, or make room on the disk.",
            ) from error

    return write


@main.command(short_help="Start a project with example rows.")
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Start a project: settings, table templates with example rows, the standard mapping.

    FOLDER must not exist yet, or be empty. Build it at once to see what comes out, then replace
    the example rows by your own.

    \b
    Example:
      clusterkg init my-region
    """
    from shutil import which

    from clusterkg.project import start_project

    written = start_project(folder)
    for path in written:
        click.echo(path)
    called = Path(sys.argv[0])
    # started by its path, as .venv/bin/clusterkg: then the bare name would not be found
    program = (
        called.absolute() if called.name == "clusterkg" and not which("clusterkg") else "clusterkg"
    )
    click.echo(f"\nNext:\n  cd {folder}\n  {program} build\n  {program} serve", err=True)


@main.command(short_help="Make the release from the tables.")
@click.option("--force", is_flag=True, help="Build all from nothing, even if nothing has changed.")
@click.option(
    "--publish-violations",
    is_flag=True,
    help="Release the graph although it has violations (for this run).",
)
@click.option(
    "--on-violation",
    type=click.Choice(["stop", "quarantine", "warn"]),
    help="Keep the release back, leave out the rows that violations come from, or only report them."
    "  [default: as clusterkg.toml says]",
)
@click.pass_context
def build(
    ctx: click.Context, force: bool, publish_violations: bool, on_violation: str | None
) -> None:
    """Make the release: read the sources, map, validate, publish, load the store.

    Only what a change concerns is mapped and judged again. Ends with exit code 1 and keeps the last
    release if the data has violations.

    \b
    Examples:
      clusterkg build
      clusterkg build --on-violation quarantine
      clusterkg --project my-region build --force
    """
    from clusterkg.mapping.findings import RefusedDataError
    from clusterkg.pipeline import build as build_release

    if publish_violations and on_violation not in (None, "warn"):
        raise click.UsageError(
            f"--publish-violations and --on-violation {on_violation} ask for different things."
        )
    refused: tuple[Finding, ...] = ()
    try:
        summary = build_release(
            _project(ctx),
            progress=_progress(),
            force=force,
            publish_violations=publish_violations,
            on_violation=on_violation,
        )
    except RefusedDataError as error:
        refused = error.findings
        raise
    finally:
        _end_progress()
        _tell(refused, None)
    click.echo(summary.text())
    ctx.exit(0 if summary.published or summary.unchanged else 1)


@main.command("map", short_help="Run one mapping on its own.")
@click.argument("mapping", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write, packed if it ends with .gz; else stdout.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["nq", "nt", "ttl", "trig", "rdfxml", "jsonld", "rdfjson", "parquet"]),
    help="RDF syntax of the result, or Parquet.  [default: as the suffix of -o says, else nq]",
)
@click.option(
    "--base",
    "base_iri",
    help="IRI that relative IRIs of the mapping start with.  [default: the mapping's own]",
)
@click.option(
    "--database",
    envvar="CLUSTERKG_DATABASE",
    metavar="URL",
    help="Database of the tables for which the mapping names none, as R2RML does.",
)
@click.option("--sort", is_flag=True, help="Sort the result: same input, same bytes.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What runs the mapping; Spark needs: pip install 'clusterkg[spark]'.",
)
@click.option(
    "--master",
    metavar="URL",
    help="Spark master, such as local[2] or spark://host:7077.  [default: local[*]]",
)
@click.option(
    "--on-data-error",
    type=click.Choice(["report", "fail"]),
    help="Leave values that cannot be mapped out and report them, or write nothing.  "
    "[default: what the mapping says, else report]",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="File for all findings: .html, .json, .csv, .sarif, .ttl, .xlsx, else text.",
)
@click.pass_context
def map_command(  # noqa: PLR0917
    ctx: click.Context,
    mapping: Path,
    output: Path | None,
    form: str | None,
    base_iri: str | None,
    database: str | None,
    sort: bool,
    engine: str,
    master: str | None,
    on_data_error: str | None,
    report: Path | None,
) -> None:
    """Run one R2RML, RML or YARRRML mapping on the files and databases it names.

    \b
    Examples:
      clusterkg map people.yarrrml.yml
      clusterkg map people.rml.ttl -o people.ttl.gz
      clusterkg map people.r2rml.ttl --database postgresql://anna@localhost/people
      clusterkg map people.rml.ttl -o people.nq --engine spark --master spark://host:7077
    """
    from clusterkg.converting import MapOptions, map_document
    from clusterkg.engines.spark import LOCAL
    from clusterkg.findings import Severity
    from clusterkg.mapping.findings import RefusedDataError

    if master and engine != "spark":
        raise click.UsageError("--master is for --engine spark")
    on_spark = (master or LOCAL) if engine == "spark" else None
    options = MapOptions(form or "", base_iri, database, sort, on_spark, on_data_error)
    findings: tuple[Finding, ...] = ()
    try:
        with _file_for(output) as target:
            findings = map_document(mapping, target, options, progress=_progress())
    except RefusedDataError as error:
        findings = error.findings
        raise
    finally:
        _end_progress()
        _tell(findings, report)
    ctx.exit(1 if any(one.severity is Severity.VIOLATION for one in findings) else 0)


def _tell(findings: Sequence[Finding], report: Path | None) -> None:
    """Findings on stderr, worst first: all in the report, of each rule a few here."""
    from clusterkg.findings import Severity
    from clusterkg.validation.rendering import render_findings

    if report is not None:
        _target(report)(render_findings(findings, _form_of(report)))
    shown: Counter[tuple[int, str]] = Counter()
    for finding in sorted(findings, key=lambda one: -one.severity):
        key = (finding.severity, finding.rule)
        shown[key] += 1
        if shown[key] <= _EXAMPLES or finding.place is None:
            line = f" ({finding.mapping})" if finding.mapping else ""
            click.echo(f"{finding.severity.word}: {finding}{line}", err=True)
    for (severity, rule), count in shown.items():
        if count > _EXAMPLES:
            where = f"see {report}" if report else "--report FILE lists all"
            more = count - _EXAMPLES
            click.echo(f"{Severity(severity).word}: {more} more of {rule}; {where}", err=True)


def _form_of(report: Path | None) -> str:
    """The form of a report that the suffix of its file says, else text."""
    return _REPORTS.get(report.suffix.lower(), "text") if report is not None else "text"


_OUTPUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write; else stdout."
)


def _language(what: str) -> Callable[[_F], _F]:
    """The option --lang of a command that tells something in three languages."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(["de", "en", "ru"]),
        default="en",
        show_default=True,
        help=f"Language of the {what}.",
    )


@main.command(short_help="Check data against shapes.")
@click.argument("data", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File or folder with SHACL shapes; may be given several times.  [default: those that the "
    "data name or hold, else the project's]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html", "turtle", "csv", "sarif", "xlsx"]),
    help="Form of the report.  [default: as the suffix of -o says, else text]",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="Examples of each rule in text and HTML, and cells of each example; 0 for all. The other "
    "forms are complete.  [default: 5 in text, 20 in HTML]",
)
@_language("report")
@click.option(
    "--engine",
    type=click.Choice(["auto", "pyshacl", "spark"]),
    default="auto",
    show_default=True,
    help="Who judges: plans for SHACL Core and pySHACL for what is beyond; pySHACL alone; or as "
    "auto, with the plans on Spark. Spark needs: pip install 'clusterkg[spark]'.",
)
@click.option(
    "--master",
    metavar="URL",
    help="Spark master, such as local[2] or spark://host:7077.  [default: local[*]]",
)
@_OUTPUT
@click.pass_context
def validate(  # noqa: PLR0917
    ctx: click.Context,
    data: tuple[Path, ...],
    shapes: tuple[Path, ...],
    form: str | None,
    limit: int | None,
    language: str,
    engine: str,
    master: str | None,
    output: Path | None,
) -> None:
    """Check RDF files, or without DATA the project's own tables, against SHACL shapes.

    DATA are files or folders of RDF in any syntax, packed or not, or - for standard input; no
    project is needed for them. Ends with exit code 1 if there are violations.

    \b
    Examples:
      clusterkg validate
      clusterkg validate -o report.html --lang de
      clusterkg validate -o corrections.xlsx --lang de
      clusterkg validate people.ttl --shapes people-shapes.ttl
      clusterkg validate people.nq --shapes people-shapes.ttl --engine spark --master local[4]
    """
    from clusterkg.validation.judges import Judges
    from clusterkg.validation.rendering import FORMS_WITH_TABLES, module_of, render

    form = form or _form_of(output)
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("an Excel workbook is not for a terminal: name a file with -o")
    if master and engine != "spark":
        raise click.UsageError("--master is for --engine spark")
    judges = Judges.on_spark(master, output) if engine == "spark" else Judges(engine)
    tables = None
    try:
        if data:
            from clusterkg.validation.standalone import validate_files

            report = validate_files(
                data,
                shapes,
                judges=judges,
                project=None if shapes or not _in_a_project(ctx) else _project(ctx),
                content=_standard_input(*data, *shapes),
                later=[module_of(form)],
            )
        else:
            from clusterkg.pipeline import validate_tables

            report, tables = validate_tables(
                _project(ctx),
                shapes,
                judges=judges,
                progress=_progress(),
                copies=form in FORMS_WITH_TABLES,
            )
    finally:
        _end_progress()
    colour = output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    shown = render(report, form, language=language, limit=limit, colour=colour, tables=tables)
    _target(output)(shown)
    ctx.exit(1 if report.violations else 0)


@main.command(short_help="Find defects of shapes.")
@click.argument("shapes", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path),
    help="RDF file in which targets and paths should occur; may be given several times.",
)
@click.option(
    "--ontology",
    multiple=True,
    type=click.Path(path_type=Path),
    help="RDF file that declares properties and classes; may be given several times.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", "sarif"]),
    default="text",
    show_default=True,
    help="Form of the findings; all but text are complete.",
)
@_language("findings")
@_OUTPUT
@click.pass_context
def lint(  # noqa: PLR0917
    ctx: click.Context,
    shapes: tuple[Path, ...],
    data: tuple[Path, ...],
    ontology: tuple[Path, ...],
    form: str,
    language: str,
    output: Path | None,
) -> None:
    """Find what is wrong with SHACL shapes themselves: words that SHACL does not have, shapes
    attached to nothing, constraints that contradict each other, patterns that nothing matches,
    properties of no ontology.

    SHAPES are files or folders; without them the project's shapes are compared with its graph
    and its ontology. Ends with exit code 1 if shapes surely do not check what they say.

    \b
    Examples:
      clusterkg lint
      clusterkg lint shapes/ --data people.ttl --ontology people-ontology.ttl
      clusterkg lint dcat-ap-SHACL.ttl dcat-ap-SHACL-DE.ttl --lang de
    """
    from clusterkg.findings import Severity
    from clusterkg.validation.lint_text import lint_text
    from clusterkg.validation.rendering import render_findings

    if not shapes and (data or ontology):
        raise click.UsageError("--data and --ontology are for SHAPES that are named")
    try:
        if shapes:
            from clusterkg.validation.lint import lint_files

            findings = lint_files(shapes, data, ontology)
        else:
            from clusterkg.pipeline import lint_project

            findings = lint_project(_project(ctx), progress=_progress())
    finally:
        _end_progress()
    content = (
        lint_text(findings, language=language).encode()
        if form == "text"
        else render_findings(findings, form, language=language)
    )
    _target(output)(content)
    ctx.exit(1 if any(one.severity is Severity.VIOLATION for one in findings) else 0)


@main.command("query", short_help="Ask a SPARQL query.")
@click.argument("query", type=str, metavar="[FILE|-|NAME]", default="-")
@click.option("--endpoint", help="Ask this SPARQL endpoint instead of the project's own graph.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "tsv", "json", "xml", "ttl"]),
    default="table",
    show_default=True,
    help="Form of the answer; CONSTRUCT and DESCRIBE always answer in Turtle.",
)
@click.pass_context
def query_command(ctx: click.Context, query: str, endpoint: str | None, form: str) -> None:
    """Ask a SPARQL query: from a file, from stdin (-), or one of the examples by its NAME.

    \b
    Examples:
      clusterkg query question.rq
      clusterkg query q01 --format csv
      echo 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }' | clusterkg query -
      clusterkg query q01 --endpoint https://data.example.org/sparql
    """
    from clusterkg.pipeline import read_query, released_store
    from clusterkg.service.asking import ask_endpoint, ask_store

    # nothing is cut where a program reads
    widest = 60 if sys.stdout.isatty() else None
    project = None if endpoint and not _in_a_project(ctx) else _project(ctx)
    if query == "-" and sys.stdin.isatty():
        click.echo("Type a SPARQL query and end it with Ctrl+D.", err=True)
    text = sys.stdin.read() if query == "-" else read_query(query, project)
    if not text.strip():
        raise SettingsError(
            "the query is empty",
            hint="Name a file or an example (clusterkg query q01), or write the query to stdin.",
        )
    if endpoint or project is None:
        content = ask_endpoint(text, str(endpoint), form=form, widest=widest)
    else:
        store, base_iri = released_store(project), project.settings.base_iri
        content = ask_store(text, store, base_iri=base_iri, form=form, widest=widest)
    sys.stdout.buffer.write(content)


@main.command(short_help="Serve pages, linked data and SPARQL.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--endpoint", help="Read the graph from this SPARQL endpoint instead of the store.")
@click.option(
    "--query-seconds", default=30.0, show_default=True, help="Time limit of a visitor's query."
)
@click.option(
    "--query-megabytes", default=1024, show_default=True, help="Memory limit of a visitor's query."
)
@click.option("--workers", default=2, show_default=True, help="Processes that answer queries.")
@click.option(
    "--allow-service",
    multiple=True,
    help="Host that a visitor's query may reach by SERVICE; may be given several times.",
)
@click.pass_context
def serve(  # noqa: PLR0917
    ctx: click.Context,
    host: str,
    port: int,
    endpoint: str | None,
    query_seconds: float,
    query_megabytes: int,
    workers: int,
    allow_service: tuple[str, ...],
) -> None:
    """Serve pages, linked data and SPARQL until you press Ctrl+C.

    A new release is shown as soon as it is built; the service need not be started again.

    \b
    Examples:
      clusterkg serve
      clusterkg serve --host 0.0.0.0 --port 8080
    """
    from clusterkg.service.server import ServeOptions
    from clusterkg.service.server import serve as serve_project

    serve_project(
        _project(ctx),
        ServeOptions(
            host=host,
            port=port,
            endpoint=endpoint,
            query_seconds=query_seconds,
            query_megabytes=query_megabytes,
            workers=workers,
            allow_service=allow_service,
        ),
        say=lambda text: click.echo(text, err=True),
    )
