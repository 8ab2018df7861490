"""clusterkg.toml → a Project: settings as one frozen value, and where everything lies.

Settings are few, an unknown one is an error, and nothing is read at import. Ontology, shapes
and queries come from the package; the project's own files are added, or take their place.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clusterkg.errors import SettingsError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "LANGUAGES",
    "POLICIES",
    "Catalogue",
    "Project",
    "Publisher",
    "Settings",
    "find_project",
    "shipped_folder",
    "start_project",
]

SETTINGS_FILE = "clusterkg.toml"
LANGUAGES = ("de", "en", "ru")
PARTS = ("ontology", "shapes", "queries")
POLICIES = ("stop", "quarantine", "warn")
"""What may become of violations."""
_IRI = re.compile(r"^https?://[^\s<>\"{}|\\^`]+[/#]$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Publisher:
    """The body that publishes the graph, as DCAT-AP.de wants it described."""

    name: str = field(metadata={"help": "name of the publishing body"})
    url: str | None = field(default=None, metadata={"help": "its web site"})
    email: str | None = field(default=None, metadata={"help": "contact for questions on the data"})


@dataclass(frozen=True)
class Catalogue:
    """What data portals want to know beside titles; all of it may be left out."""

    themes: tuple[str, ...] = field(
        default=("ECON",), metadata={"help": "codes of the EU's list of data themes: ECON, REGI, …"}
    )
    keywords: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, metadata={"help": "words people search for, per language"}
    )
    spatial: tuple[str, ...] = field(
        default=(), metadata={"help": "IRIs of the areas the graph is about, such as NUTS regions"}
    )
    contributor: str | None = field(
        default=None, metadata={"help": "IRI that GovData gave you as a data provider"}
    )


@dataclass(frozen=True)
class Settings:
    """All settings of ``clusterkg.toml``; the help texts feed ``docs/settings.md``."""

    base_iri: str = field(
        default="https://w3id.org/clusterkg/",
        metadata={"help": "prefix of every resource the project mints; http(s), ends with / or #"},
    )
    title: Mapping[str, str] = field(
        default_factory=dict, metadata={"help": "title of the graph and the site, per language"}
    )
    description: Mapping[str, str] = field(
        default_factory=dict, metadata={"help": "two sentences on what it is, per language"}
    )
    publisher: Publisher = field(
        default_factory=lambda: Publisher("unnamed publisher"),
        metadata={"help": "the publishing body: name, url, email"},
    )
    catalogue: Catalogue = field(
        default_factory=Catalogue,
        metadata={"help": "for data portals: themes, keywords, spatial, contributor"},
    )
    licence: str = field(
        default="http://dcat-ap.de/def/licenses/cc-by/4.0",
        metadata={"help": "licence of the publisher's own compilation, an IRI of DCAT-AP.de"},
    )
    languages: tuple[str, ...] = field(
        default=LANGUAGES,
        metadata={"help": "languages of the pages, the first is the original: de, en, ru"},
    )
    version: str | None = field(
        default=None,
        metadata={
            "help": "date of the release, YYYY-MM-DD; without it the newest date of the sources"
        },
    )
    on_violation: str = field(
        default="stop",
        metadata={
            "help": '"stop": violations keep a release back; "quarantine": the rows they come from '
            'are left out of it; "warn": they are only reported'
        },
    )
    shipped: tuple[str, ...] = field(
        default=PARTS,
        metadata={"help": "what of the package is used beside the project's own folders"},
    )
    data: str = field(default="data", metadata={"help": "folder of the sources"})
    build: str = field(default="build", metadata={"help": "folder of everything that is made"})


@dataclass(frozen=True)
class Project:
    """A publisher's folder and its settings."""

    folder: Path
    settings: Settings

    @property
    def data(self) -> Path:
        """The folder that holds one folder a source."""
        return self.folder / self.settings.data

    @property
    def build(self) -> Path:
        """The folder of everything that is made."""
        return self.folder / self.settings.build

    @property
    def release(self) -> Path:
        """The released dumps and descriptions; whole or not there."""
        return self.build / "release"

    @property
    def stores(self) -> Path:
        """One Oxigraph store a release."""
        return self.build / "store"

    @property
    def report(self) -> Path:
        """The reports of the last build."""
        return self.build / "report"

    @property
    def quarantine(self) -> Path:
        """The rows that the release in place leaves out, with the reasons, if there are any."""
        return self.build / "quarantine"

    def folders(self, name: str) -> tuple[Path, ...]:
        """Where ``ontology``, ``shapes`` or ``queries`` are looked for: own folder, then shipped.

        The shipped one is left out if the project has its own and ``shipped`` does not name it.
        """
        own = self.folder / name
        if not own.is_dir():
            return (shipped_folder(name),)
        return (own, shipped_folder(name)) if name in self.settings.shipped else (own,)

    def files(self, name: str, pattern: str) -> dict[str, Path]:
        """The files of that part by their name within it; an own file hides the shipped one."""
        found: dict[str, Path] = {}
        for folder in reversed(self.folders(name)):
            found |= {f.relative_to(folder).as_posix(): f for f in folder.rglob(pattern)}
        return dict(sorted(found.items()))

    @property
    def examples(self) -> Path:
        """The folder of example queries: the project's own if it has one, else the shipped."""
        folders = [folder / "examples" for folder in self.folders("queries")]
        return next((folder for folder in folders if folder.is_dir()), folders[0])


def shipped_folder(name: str) -> Path:
    """The folder of that name in the installed package, or in the checkout it runs from."""
    packaged = Path(str(files("clusterkg"))) / "resources" / name
    if packaged.is_dir():
        return packaged
    checkout = Path(str(files("clusterkg"))).parents[1] / name
    if checkout.is_dir():
        return checkout
    raise SettingsError(f"the package holds no folder '{name}'", hint="Install clusterkg again.")


def start_project(folder: Path) -> tuple[Path, ...]:
    """Write a new publisher's project with example rows into ``folder``; returns its files.

    Raises SettingsError if the folder exists and holds anything: nothing is ever overwritten.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(
            "the folder is not empty", at=str(folder), hint="Name a folder that does not exist yet."
        )
    template = Path(str(files("clusterkg"))) / "template"
    staged = folder.with_name(f".{folder.name}.part")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(staged, ignore_errors=True)
        shutil.copytree(template, staged)
        if folder.exists():
            folder.rmdir()
        staged.rename(folder)
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise SettingsError(
            f"cannot write the project: {error.strerror}",
            at=str(folder),
            hint="Name a folder in a place where you may write.",
        ) from error
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def find_project(start: Path) -> Project:
    """The project of ``start`` or of the nearest folder above it that has a ``clusterkg.toml``.

    Raises SettingsError if there is none or if it holds anything unknown or ill-formed.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / SETTINGS_FILE).is_file():
            return Project(folder, _read(folder / SETTINGS_FILE))
    raise SettingsError(
        f"no {SETTINGS_FILE} in '{start}' or above it",
        hint="Go to your project's folder, or start one with: clusterkg init my-region",
    )


def _read(path: Path) -> Settings:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise SettingsError(
            "the file is not UTF-8", at=path.name, hint="Save it with the encoding UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not TOML: {error}", at=path.name) from error
    known = {setting.name for setting in fields(Settings)}
    for name in values:
        if name not in known:
            raise SettingsError(
                f"unknown setting '{name}'", at=path.name, hint=did_you_mean(name, known)
            )
    return _checked(values, path.name)


def _checked(values: dict[str, Any], at: str) -> Settings:
    for name in ("title", "description"):
        if name in values:
            values[name] = _texts(values[name], name, at)
    tables = {
        "catalogue": _catalogue,
        "languages": _languages,
        "publisher": _publisher,
        "shipped": _shipped,
    }
    for name in tables.keys() & values.keys():
        values[name] = tables[name](values[name], at)
    for name in ("base_iri", "licence", "version", "on_violation", "data", "build"):
        if name in values and not isinstance(values[name], str):
            values[name] = _text(values[name], name, at)
    settings = Settings(**values)
    if not _IRI.match(settings.base_iri):
        raise SettingsError(
            f"base_iri '{settings.base_iri}' is not an http(s) IRI that ends with / or #",
            at=at,
            hint='For instance: base_iri = "https://data.example.org/cluster/"',
        )
    if settings.version is not None and not _DATE.match(settings.version):
        raise SettingsError(f"version '{settings.version}' is not a date YYYY-MM-DD", at=at)
    if settings.on_violation not in POLICIES:
        raise SettingsError(
            f"on_violation '{settings.on_violation}' is unknown",
            at=at,
            hint=did_you_mean(settings.on_violation, POLICIES),
        )
    return settings


def _text(value: object, name: str, at: str) -> str:
    """TOML reads an unquoted date as a date; everything else that is no text is an error."""
    if name == "version" and hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise SettingsError(f"setting '{name}' is {value!r}, expected a text", at=at)


def _texts(value: object, name: str, at: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise SettingsError(
            f"setting '{name}' is no table",
            at=at,
            hint=f'Write it per language: {name} = {{ de = "…", en = "…" }}',
        )
    for language, text in value.items():
        if language not in LANGUAGES:
            raise SettingsError(
                f"unknown language '{language}' in '{name}'",
                at=at,
                hint=did_you_mean(language, LANGUAGES),
            )
        if not isinstance(text, str):
            raise SettingsError(f"'{name}.{language}' is {text!r}, expected a text", at=at)
    return dict(value)


def _publisher(value: object, at: str) -> Publisher:
    known = {part.name for part in fields(Publisher)}
    if not isinstance(value, dict) or "name" not in value:
        raise SettingsError(
            "the publisher has no name", at=at, hint='[publisher]\n  name = "Chamber of …"'
        )
    for name, text in value.items():
        if name not in known:
            raise SettingsError(
                f"unknown setting 'publisher.{name}'", at=at, hint=did_you_mean(name, known)
            )
        if not isinstance(text, str):
            raise SettingsError(f"setting 'publisher.{name}' is {text!r}, expected a text", at=at)
    return Publisher(**value)


def _catalogue(value: object, at: str) -> Catalogue:
    known = {part.name for part in fields(Catalogue)}
    if not isinstance(value, dict):
        raise SettingsError(
            "setting 'catalogue' is no table", at=at, hint='[catalogue]\n  themes = ["ECON"]'
        )
    for name in value:
        if name not in known:
            raise SettingsError(
                f"unknown setting 'catalogue.{name}'", at=at, hint=did_you_mean(name, known)
            )
    made: dict[str, Any] = dict(value)
    for name in ("themes", "spatial"):
        if name in made:
            made[name] = _list(made[name], f"catalogue.{name}", at)
    if "keywords" in made:
        per_language = made["keywords"] if isinstance(made["keywords"], dict) else {}
        _texts(dict.fromkeys(per_language, ""), "catalogue.keywords", at)
        made["keywords"] = {
            language: _list(words, f"catalogue.keywords.{language}", at)
            for language, words in per_language.items()
        }
    _check_codes(made, at)
    return Catalogue(**made)


def _check_codes(made: dict[str, Any], at: str) -> None:
    for iri in (*made.get("spatial", ()), made.get("contributor") or "http:"):
        if not isinstance(iri, str) or not re.match(r"https?:[^\s<>\"{}|\\^`]*$", iri):
            raise SettingsError(f"'{iri}' in 'catalogue' is no IRI", at=at)
    for code in made.get("themes", ()):
        if not re.fullmatch(r"[A-Z]{4}", code):
            raise SettingsError(
                f"'{code}' in 'catalogue.themes' is no code of a data theme",
                at=at,
                hint='They have four capital letters: themes = ["ECON", "REGI"]',
            )


def _list(value: object, name: str, at: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f"setting '{name}' is {value!r}, expected a list of texts", at=at)
    return tuple(value)


def _languages(value: object, at: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise SettingsError(
            "languages is no list", at=at, hint='For instance: languages = ["de", "en"]'
        )
    for language in value:
        if language not in LANGUAGES:
            raise SettingsError(
                f"unknown language '{language}'", at=at, hint=did_you_mean(str(language), LANGUAGES)
            )
    return tuple(value)


def _shipped(value: object, at: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SettingsError(
            "shipped is no list", at=at, hint='For instance: shipped = ["ontology"]'
        )
    for part in value:
        if part not in PARTS:
            raise SettingsError(
                f"the package ships no '{part}'", at=at, hint=did_you_mean(str(part), PARTS)
            )
    return tuple(value)
