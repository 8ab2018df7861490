"""What a publisher sees on the command line when something is wrong with the input.

Each case breaks one thing in a project that `clusterkg init` wrote, runs `clusterkg build` and
reads what it says. The last good release must survive every one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from clusterkg.cli import main
from clusterkg.project import start_project

FIGURES = "data/figures/figures.csv"
SOURCE = "data/figures/source.toml"
MAPPING = "data/figures/mapping.yarrrml.yml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A new project with a release in place; the release is a stand-in that must stay as it is."""
    folder = tmp_path / "my-region"
    start_project(folder)
    (folder / "build/release").mkdir(parents=True)
    (folder / "build/release/keep").write_text("the last good release", encoding="utf-8")
    return folder


def build(folder: Path) -> Result:
    return CliRunner().invoke(main, ["--project", str(folder), "build"])


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def written(file: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: _write(folder / file, content)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def cells(sheet: str, **values: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "data/cluster/cluster.xlsx"
        workbook = openpyxl.load_workbook(path)
        for cell, value in values.items():
            workbook[sheet][cell] = value
        workbook.save(path)

    return change


def removed(folder: Path) -> None:
    (folder / FIGURES).rename(folder / "data/figures/figuers.csv")


ERRORS = [
    pytest.param(
        removed,
        3,
        ["data/figures/source.toml", "'figures.csv'", "Did you mean 'figuers.csv'?"],
        id="missing-file",
    ),
    pytest.param(
        replaced(FIGURES, "period", "perod"),
        3,
        ["figures.csv", "'period'", "Did you mean 'perod'?"],
        id="missing-column",
    ),
    pytest.param(
        written(
            FIGURES, "cluster,indicator,period,value,unit,source\nöl,x,1,2,3,ü\n".encode("cp1252")
        ),
        3,
        ["figures.csv", "row 2", 'encoding = "cp1252"'],
        id="wrong-encoding",
    ),
    pytest.param(
        replaced(FIGURES, "31,members", "31,members,more,still"),
        3,
        ["figures.csv", "row 4", "8", "6"],
        id="ragged-row",
    ),
    pytest.param(written(FIGURES, b""), 3, ["figures.csv", "empty"], id="empty-table"),
    pytest.param(
        replaced("clusterkg.toml", "base_iri", "base_uri"),
        2,
        ["unknown setting 'base_uri'", "Did you mean 'base_iri'?"],
        id="unknown-setting",
    ),
    pytest.param(
        replaced(SOURCE, "licence", "license"),
        3,
        ["data/figures/source.toml", "'license'", "Did you mean 'licence'?"],
        id="unknown-source-key",
    ),
    pytest.param(
        replaced(MAPPING, "qb:Observation", "qp:Observation"),
        4,
        ["data/figures/mapping.yarrrml.yml", "yml:27", "'qp'", "Did you mean 'qb'?"],
        id="misspelt-prefix",
    ),
    pytest.param(
        replaced(MAPPING, "$(number)", "$(nummer)"),
        4,
        ["data/figures/mapping.yarrrml.yml", "'nummer'", "Did you mean 'number'?"],
        id="misspelt-column",
    ),
    pytest.param(
        replaced(MAPPING, "FROM figures\n", "FROM figuers\n"),
        4,
        ["data/figures/mapping.yarrrml.yml", "figuers", "figures"],
        id="misspelt-table",
    ),
    pytest.param(
        written(
            FIGURES,
            b"cluster,indicator,period,value,unit,source,remark\n"
            b"musterlogistik,employees,2025,5,persons,https://e.org/,new\n",
        ),
        4,
        ["figures.csv", "'remark'", "neither mapped nor ignored"],
        id="column-neither-mapped-nor-ignored",
    ),
]


@pytest.mark.parametrize(("change", "code", "words"), ERRORS)
def test_an_error_says_where_what_and_how_to_repair(
    project: Path, change: Callable[[Path], None], code: int, words: list[str]
) -> None:
    change(project)
    result = build(project)
    assert result.exit_code == code, result.output
    for word in words:
        assert word in result.output
    if code:
        assert "Traceback" not in result.output
        assert (project / "build/release/keep").read_text(
            encoding="utf-8"
        ) == "the last good release"


FINDINGS = [
    pytest.param(
        cells("Organisationen", F5="410"),
        "cluster.xlsx, Blatt Organisationen, Zeile 5, Spalte postal_code: "
        "„410“ hat nicht die verlangte Form (a German postal code) "
        "Abhilfe: Erwartet ist: a German postal code; "
        "das Muster steht in cluster/source.toml.",
        id="postal-code",
    ),
    pytest.param(
        cells("Organisationen", H6="north"),
        "cluster.xlsx, Blatt Organisationen, Zeile 6, Spalte latitude: „north“ ist keine Zahl "
        "Abhilfe: Schreiben Sie sie mit Dezimalpunkt, ohne Tausendertrennzeichen und Einheit: "
        "1234.5.",
        id="not-a-number",
    ),
    pytest.param(
        cells("Mitwirkung", D4="someday"),
        "cluster.xlsx, Blatt Mitwirkung, Zeile 4, Spalte since: "
        "„someday“ ist kein Jahr, Monat oder Tag",
        id="not-a-date",
    ),
    pytest.param(
        cells("Mitwirkung", E4="www.example.org"),
        "cluster.xlsx, Blatt Mitwirkung, Zeile 4, Spalte source: "
        "„www.example.org“ ist keine vollständige Webadresse (IRI)",
        id="not-an-iri",
    ),
    pytest.param(
        cells("Organisationen", A5="lagerhaus"),
        "Zeilen 5 und 6 haben beide id „lagerhaus“",
        id="duplicate-key",
    ),
    pytest.param(
        replaced(MAPPING, "clk:refEntity", "clk:refEntitiy"),
        "figures/mapping.yarrrml.yml: „clk:refEntitiy“ steht in keiner Ontologie (7 Tripel) "
        "Abhilfe: Meinten Sie „clk:refEntity“?",
        id="misspelt-term",
    ),
    pytest.param(
        replaced(FIGURES, "employees", "employes"),
        "figures/mapping.yarrrml.yml: „clk:employes“ steht in keiner Ontologie (1 Tripel) "
        "Abhilfe: Meinten Sie „clk:employees“?",
        id="misspelt-indicator",
    ),
]


@pytest.mark.parametrize(("change", "message"), FINDINGS)
def test_a_bad_row_is_a_finding_at_its_cell(
    project: Path, change: Callable[[Path], None], message: str
) -> None:
    change(project)
    result = build(project)
    assert result.exit_code == 1, result.output
    assert "Not released" in result.output
    told = (project / "build/report/report.txt").read_text(encoding="utf-8")
    assert message in " ".join(told.split())
    assert (project / "build/release/keep").is_file()


def test_the_message_in_the_readme_is_what_is_told(project: Path) -> None:
    cells("Organisationen", F5="410")(project)
    result = CliRunner().invoke(main, ["--project", str(project), "validate"])
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("You have Excel and CSV files")[2].split("`")[1]
    assert "'410'" in shown
    assert shown in " ".join(result.output.split())


def test_a_cell_is_told_once(project: Path) -> None:
    cells("Organisationen", H6="north")(project)
    build(project)
    told = (project / "build/report/report.txt").read_text(encoding="utf-8")
    assert told.count("„north“ ist ") == 1
    others = told.count("„north“") - 1
    assert told.count("nicht verwendbar in") == others, "what is missing for it names the cell"
