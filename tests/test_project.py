"""Settings: read, rejected with a hint, never half understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterkg.errors import SettingsError
from clusterkg.project import find_project, shipped_folder


def write(folder: Path, text: str) -> Path:
    (folder / "clusterkg.toml").write_text(text, encoding="utf-8")
    return folder


def test_defaults_need_no_setting(tmp_path: Path) -> None:
    project = find_project(write(tmp_path, ""))
    assert project.settings.base_iri == "https://w3id.org/clusterkg/"
    assert project.settings.languages == ("de", "en", "ru")
    assert project.data == tmp_path.resolve() / "data"


def test_the_nearest_project_above_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    write(tmp_path, "")
    assert find_project(deep).folder == tmp_path.resolve()


def test_everything_is_read(tmp_path: Path) -> None:
    project = find_project(
        write(
            tmp_path,
            'base_iri = "https://data.example.org/c/"\nlanguages = ["en"]\nversion = 2026-11-01\n'
            '[title]\nen = "Clusters"\n[publisher]\nname = "Chamber"\nemail = "a@example.org"\n',
        )
    )
    assert project.settings.title == {"en": "Clusters"}
    assert project.settings.publisher.name == "Chamber"
    assert project.settings.version == "2026-11-01"


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ('base_uri = "https://e.org/"', "unknown setting 'base_uri'", "Did you mean 'base_iri'?"),
        (
            'base_iri = "e.org"',
            "base_iri 'e.org' is not an http(s) IRI",
            "https://data.example.org",
        ),
        ('base_iri = "https://e.org"', "ends with / or #", "https://data.example.org"),
        ("base_iri = 3", "setting 'base_iri' is 3, expected a text", ""),
        ('title = "Cluster"', "setting 'title' is no table", "title = { de ="),
        ('[title]\nfr = "Pôles"', "unknown language 'fr' in 'title'", "de, en, ru"),
        ("[title]\nde = 3", "'title.de' is 3, expected a text", ""),
        ('languages = ["dee"]', "unknown language 'dee'", "Did you mean 'de'?"),
        ('shipped = ["shape"]', "the package ships no 'shape'", "Did you mean 'shapes'?"),
        ("shipped = true", "shipped is no list", 'shipped = ["ontology"]'),
        ("languages = []", "languages is no list", "languages = ["),
        ('publisher = "IHK"', "the publisher has no name", "[publisher]"),
        ('[publisher]\nname = "x"\nmail = "y"', "unknown setting 'publisher.mail'", "'email'"),
        ("catalogue = 4", "setting 'catalogue' is no table", "[catalogue]"),
        ("[catalogue]\ntheme = []", "unknown setting 'catalogue.theme'", "'themes'"),
        ('[catalogue]\nthemes = "ECON"', "is 'ECON', expected a list of texts", ""),
        ('[catalogue]\nthemes = ["economy"]', "'economy' in 'catalogue.themes'", "ECON"),
        ('[catalogue]\nspatial = ["Leipzig"]', "'Leipzig' in 'catalogue' is no IRI", ""),
        ('[catalogue.keywords]\nfr = ["x"]', "unknown language 'fr' in 'catalogue.keywords'", "de"),
        ("[publisher]\nname = 4", "setting 'publisher.name' is 4, expected a text", ""),
        ('version = "soon"', "version 'soon' is not a date YYYY-MM-DD", ""),
        ('on_violation = "warm"', "on_violation 'warm' is unknown", "Did you mean 'warn'?"),
        ("base_iri = ", "not TOML", ""),
    ],
)
def test_a_wrong_setting_is_named_with_a_hint(
    tmp_path: Path, text: str, what: str, hint: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        find_project(write(tmp_path, text))
    assert caught.value.at == "clusterkg.toml"
    assert what in caught.value.what
    assert hint in (caught.value.hint or "")


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="clusterkg init"):
        find_project(tmp_path)


def test_settings_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "clusterkg.toml").write_bytes('[title]\nde = "Köln"'.encode("latin-1"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        find_project(tmp_path)


def test_own_files_are_added_to_the_shipped_ones(tmp_path: Path) -> None:
    project = find_project(write(tmp_path, ""))
    shipped = project.files("shapes", "*.ttl")
    assert shipped["porter.ttl"] == shipped_folder("shapes") / "porter.ttl"
    for name in ("Fair.ttl", "porter.ttl"):
        (tmp_path / "shapes").mkdir(exist_ok=True)
        (tmp_path / "shapes" / name).touch()
    files = project.files("shapes", "*.ttl")
    assert list(files) == sorted({*shipped, "Fair.ttl"})
    assert files["porter.ttl"] == project.folder / "shapes" / "porter.ttl"


def test_the_shipped_ones_can_be_left_out(tmp_path: Path) -> None:
    project = find_project(write(tmp_path, 'shipped = ["ontology", "queries"]'))
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "Fair.ttl").touch()
    assert list(project.files("shapes", "*.ttl")) == ["Fair.ttl"]
    assert "clusterkg.ttl" in project.files("ontology", "*.ttl")


def test_own_examples_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    project = find_project(write(tmp_path, ""))
    assert project.examples == shipped_folder("queries") / "examples"
    (tmp_path / "queries").mkdir()
    assert project.examples == shipped_folder("queries") / "examples"
    (tmp_path / "queries" / "examples").mkdir()
    assert project.examples == project.folder / "queries" / "examples"


def test_a_folder_the_package_does_not_have() -> None:
    with pytest.raises(SettingsError, match="holds no folder 'nonsense'"):
        shipped_folder("nonsense")


def test_the_catalogue_has_lists(tmp_path: Path) -> None:
    (tmp_path / "clusterkg.toml").write_text(
        '[catalogue]\nthemes = ["ECON", "REGI"]\nspatial = ["http://data.europa.eu/nuts/code/DED"]\n'
        '[catalogue.keywords]\nde = ["Cluster", "Leipzig"]\n',
        encoding="utf-8",
    )
    catalogue = find_project(tmp_path).settings.catalogue
    assert catalogue.themes == ("ECON", "REGI")
    assert catalogue.spatial == ("http://data.europa.eu/nuts/code/DED",)
    assert catalogue.keywords == {"de": ("Cluster", "Leipzig")}
