"""Every page in every language: well-formed, headed, captioned, linked, nothing from elsewhere."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest

if TYPE_CHECKING:
    import httpx

LANGUAGES = ("de", "en", "ru")
PAGES = {
    "start": "/",
    "cluster": "/doc/cluster/acod",
    "designated cluster": "/doc/cluster/le-health",
    "umbrella": "/doc/cluster/emmd",
    "site": "/doc/cluster/biocity-campus",
    "organisation": "/doc/organisation/eutl-stadtwerke-leipzig-gmbh",
    "hostile organisation": "/doc/organisation/hostile",
    "region": "/doc/region/leipzig",
    "event": "/doc/event/e0",
    "designation": "/doc/designation/leipzig-2014",
    "installation": "/doc/installation/DE-1446",
    "observation": "/doc/observation/pages-2",
    "period": "/doc/period/2014",
    "participation": "/doc/participation/hostile--acod--member",
    "source document": "/about?iri=https%3A%2F%2Fleipzig-convention.com%2Fwirtschaft-wissenschaft",
    "activity": "/about?iri=http%3A%2F%2Fdata.europa.eu%2Fux2%2Fnace2%2F2910",
    "field": "/about?iri=https%3A%2F%2Fw3id.org%2Fclusterkg%2Fscheme%2Fsector%23automotive",
    "ontology": "/ontology",
    "scheme": "/scheme/sector",
    "graph": "/graph/pages",
    "clusters": "/clusters?sort=-actors",
    "organisations": "/organisations?kind=Company&sort=-place",
    "search": "/search?q=leipzig",
    "search without answer": "/search?q=%3Cscript%3E",
    "query": "/query",
    "data": "/data",
    "release": "/release",
}


VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Element:
    """One element: name, attributes, its text so far, its parent and children."""

    name: str
    attributes: dict[str, str]
    parent: Element | None = None
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def inside(self, *names: str) -> bool:
        """Whether an ancestor has one of these names."""
        above = self.parent
        while above is not None:
            if above.name in names:
                return True
            above = above.parent
        return False


class Document(HTMLParser):
    """All elements in order; ``faults`` lists what is not well-formed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.faults: list[str] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        self.faults += [f"never closed: {element.name}" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"attribute twice: {tag} {names}")
        parent = self._open[-1] if self._open else None
        element = Element(tag, {name: value or "" for name, value in attrs}, parent)
        if parent:
            parent.children.append(element)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].name != tag:
            self.faults.append(
                f"</{tag}> closes {self._open[-1].name if self._open else 'nothing'}"
            )
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *names: str) -> list[Element]:
        """The elements of these names, in order."""
        return [element for element in self.elements if element.name in names]


def fetch(client: httpx.Client, path: str, language: str) -> str:
    mark = "&" if "?" in path else "?"
    answer = client.get(f"{path}{mark}lang={language}")
    assert answer.status_code == 200, (path, answer.text[:300])
    assert answer.headers["content-language"] == language
    return answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_well_made(client: httpx.Client, name: str, language: str) -> None:
    page = Document(fetch(client, PAGES[name], language))
    assert page.faults == []
    assert page.all("html")[0].attributes["lang"] == language
    assert len(page.all("h1")) == 1
    assert page.all("title")[0].text.strip()
    _headings_in_order(page)
    _landmarks(page)
    _pictures_are_named(page)
    _tables_are_captioned(page)
    _ids_are_unique(page)
    _nothing_from_elsewhere(page)


def _headings_in_order(page: Document) -> None:
    level = 0
    for heading in page.all("h1", "h2", "h3", "h4"):
        now = int(heading.name[1])
        assert now <= level + 1, f"{heading.name} after h{level}: {heading.text}"
        assert heading.text.strip()
        level = now


def _landmarks(page: Document) -> None:
    for name in ("header", "main", "footer"):
        assert page.all(name)
    for nav in page.all("nav"):
        assert nav.attributes.get("aria-label"), "a navigation without a name"
    skip = page.all("a")[0]
    assert skip.attributes["href"] == "#content"
    assert page.all("main")[0].attributes["id"] == "content"


def _pictures_are_named(page: Document) -> None:
    for picture in page.all("svg", "img"):
        if picture.attributes.get("aria-hidden") == "true":
            continue
        assert picture.attributes.get("role") == "img"
        titles = [child.text.strip() for child in picture.children if child.name == "title"]
        assert titles, "a picture without a title"
        assert titles[0]


def _tables_are_captioned(page: Document) -> None:
    for table in page.all("table"):
        assert table.children[0].name == "caption"
        assert table.children[0].text.strip()
    for cell in page.all("th"):
        assert cell.attributes.get("scope")


def _ids_are_unique(page: Document) -> None:
    ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    for element in page.elements:
        for name in ("aria-labelledby", "for"):
            if name in element.attributes:
                assert element.attributes[name] in ids


def _nothing_from_elsewhere(page: Document) -> None:
    for element in page.all("script", "img", "iframe", "link", "source", "form"):
        attributes = element.attributes
        if element.name == "link" and attributes["rel"] in ("canonical", "alternate"):
            continue
        for name in ("src", "href", "action"):
            assert not attributes.get(name, "").startswith(("http:", "https:", "//"))
    for element in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in element.attributes)
        assert not element.attributes.get("href", "").lower().startswith("javascript:")


@pytest.mark.parametrize("name", PAGES)
def test_languages_are_announced(client: httpx.Client, name: str) -> None:
    page = Document(fetch(client, PAGES[name], "de"))
    links = {
        link.attributes["hreflang"]: link.attributes["href"]
        for link in page.all("link")
        if "hreflang" in link.attributes
    }
    assert set(links) == {*LANGUAGES, "x-default"}
    canonical = [e for e in page.all("link") if e.attributes["rel"] == "canonical"]
    assert canonical[0].attributes["href"] == links["de"]
    switches = [a for a in page.all("a") if a.inside("header") and "hreflang" in a.attributes]
    assert [a.attributes["hreflang"] for a in switches] == list(LANGUAGES)


def test_every_internal_link_leads_somewhere(client: httpx.Client) -> None:
    """From the start page to everything it can reach, in German."""
    waiting = deque(["/", *PAGES.values()])
    seen: set[str] = set()
    broken: list[tuple[str, int, str]] = []
    pages = 0
    while waiting:
        path = waiting.popleft()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        if answer.status_code != 200:
            broken.append((path, answer.status_code, answer.text[:80]))
            continue
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        pages += 1
        for target in _targets(Document(answer.text), path):
            waiting.append(target)
    assert broken == []
    assert pages > 150


def _targets(page: Document, path: str) -> set[str]:
    found = set()
    for link in page.all("a"):
        href = link.attributes.get("href", "")
        if href.startswith(("http:", "https:", "mailto:", "#")):
            continue
        parts = urlsplit(urljoin(f"http://test{path}", href))
        # the same page in another language, size or order is not another page
        query = parts.query if parts.path in ("/about", "/query", "/sparql") else ""
        if "lang=" in parts.query or "size=" in parts.query or "query=" in query:
            continue
        found.add(f"{parts.path}?{query}" if query else parts.path)
    return found


def test_anchors_of_terms_exist(client: httpx.Client) -> None:
    ontology = Document(fetch(client, "/ontology", "de"))
    ids = {e.attributes["id"] for e in ontology.elements if "id" in e.attributes}
    assert {"Cluster", "ClusterParticipation", "hasActor", "statedAs", "memberCount"} <= ids
    scheme = Document(fetch(client, "/scheme/role", "de"))
    assert "member" in {e.attributes.get("id") for e in scheme.elements}


def test_hostile_names_are_text(client: httpx.Client) -> None:
    for path in (
        "/doc/organisation/hostile",
        "/doc/cluster/acod",
        "/organisations",
        "/search?q=script",
    ):
        text = fetch(client, path, "de")
        assert "<script>alert" not in text
        assert "javascript:alert" not in text or 'href="javascript' not in text
    page = Document(fetch(client, "/doc/organisation/hostile", "de"))
    assert page.all("h1")[0].text.strip() == "<script>alert('x')</script> & \"Söhne\" GmbH"


def test_words_of_a_search_are_text(client: httpx.Client) -> None:
    answer = client.get("/search", params={"q": '"><script>alert(1)</script>', "lang": "de"})
    assert "<script>alert" not in answer.text
    assert Document(answer.text).faults == []


@pytest.mark.parametrize("path", ["/doc/cluster/acod", "/doc/organisation/hostile"])
def test_jsonld_is_json_and_cannot_leave_its_element(client: httpx.Client, path: str) -> None:
    text = fetch(client, path, "de")
    script = text.split('<script type="application/ld+json">')[1].split("</script>")[0]
    said = json.loads(script)
    assert said["@id"].endswith(path.removeprefix("/doc/"))
    assert "<" not in script


def test_a_borrowed_name_is_marked_with_its_language(client: httpx.Client) -> None:
    page = Document(fetch(client, "/doc/organisation/eutl-stadtwerke-leipzig-gmbh", "ru"))
    marked = [e for e in page.all("span") if "borrowed" in e.attributes.get("class", "")]
    assert any(e.attributes["lang"] == "de" and e.text == "Stadtwerke Leipzig GmbH" for e in marked)


def test_choices_travel_with_links(client: httpx.Client) -> None:
    page = Document(client.get("/clusters?lang=ru&size=large").text)
    assert page.all("html")[0].attributes["class"] == "size-large"
    targets = [unquote(a.attributes["href"]) for a in page.all("a") if a.inside("td", "th")]
    assert targets
    assert all("lang=ru" in target and "size=large" in target for target in targets)
    plain = Document(client.get("/clusters", headers={"Accept-Language": "ru"}).text)
    assert not any("lang=" in a.attributes["href"] for a in plain.all("a") if a.inside("td"))


def test_links_keep_the_path_of_the_base(client: httpx.Client) -> None:
    page = Document(client.get("/clusterkg/clusters").text)
    links = [a.attributes["href"] for a in page.all("a") if a.inside("table")]
    assert links
    assert all(link.startswith("/clusterkg/") for link in links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_have_the_same_look(client: httpx.Client, language: str) -> None:
    answer = client.get(f"/doc/cluster/nowhere?lang={language}")
    assert answer.status_code == 404
    page = Document(answer.text)
    assert page.faults == []
    assert page.all("html")[0].attributes["lang"] == language
    assert page.all("form")[0].attributes["role"] == "search"
    assert client.get("/about?iri=not-an-iri").status_code == 404
    assert client.get("/about?iri=https://example.org/unknown").status_code == 404
