"""What pages say about the fixture graph: numbers, verdicts, sources, search, queries."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx


def text_of(client: httpx.Client, path: str, language: str = "de", **parameters: str) -> str:
    answer = client.get(path, params={"lang": language, **parameters})
    assert answer.status_code == 200, answer.text[:200]
    without = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", without).replace("&#39;", "'").split())


def test_start_shows_the_designated_clusters_first(client: httpx.Client) -> None:
    text = text_of(client, "/")
    five = [
        "Automobil- und Zulieferindustrie",
        "Energie und Umwelttechnik",
        "Gesundheitswirtschaft und Biotechnologie",
        "Logistik und Dienstleistungen",
        "Medien und Kreativwirtschaft",
    ]
    found = [text.index(name) for name in five]
    assert found == sorted(found)
    assert text.index("Fünf Cluster der Stadt Leipzig") < found[0]
    assert found[-1] < text.rindex("Automotive Cluster Ostdeutschland")
    assert "Knowledge Graph" not in text
    assert "22. August 2026" in text


def test_fingerprint_tells_numbers_and_verdicts(client: httpx.Client) -> None:
    text = text_of(client, "/doc/cluster/acod")
    assert "17 Akteure genannt" in text
    assert "4 von 5 Arten" in text
    assert "1 Management genannt" in text
    assert text.count("zeigen die Daten nicht") == 1
    energy = text_of(client, "/doc/cluster/le-energy", "en")
    assert energy.count("the data do not show it") == 3
    assert energy.count("the data show it") == 2


def test_an_umbrella_has_no_fingerprint(client: httpx.Client) -> None:
    assert "Fingerabdruck" not in text_of(client, "/doc/cluster/emmd")


def test_values_of_contradicting_sources_stand_side_by_side(client: httpx.Client) -> None:
    text = text_of(client, "/doc/cluster/le-automotive")
    figures = text[text.index("Zahlen") :]
    for value in ("rund 20.000", "19.500", "16.655", "780", "766", "765", "1,9 Mrd. Euro"):
        assert value in figures
    assert "leipzig-convention.com" in figures
    assert "invest-region-leipzig.de" in figures


def test_management_is_shown_with_its_address(client: httpx.Client) -> None:
    text = text_of(client, "/doc/cluster/acod")
    assert "Automotive Cluster Ostdeutschland GmbH Schillerstraße 5 Leipzig" in text


def test_timeline_is_dated_in_words(client: httpx.Client) -> None:
    assert "Januar 2015" in text_of(client, "/doc/cluster/acod")
    assert "18 марта 2014" in text_of(client, "/doc/cluster/emmd", "ru")


def test_emissions_are_summed_by_year(client: httpx.Client) -> None:
    text = text_of(client, "/doc/organisation/eutl-stadtwerke-leipzig-gmbh")
    base = (2005 * 7919) % 90000
    total = f"{300000 + 40000 + 2 * base:,}".replace(",", ".")
    assert f"2005 {total}" in text


def test_identifiers_are_links(client: httpx.Client) -> None:
    page = client.get("/doc/organisation/ror-000h6jb29").text
    assert re.search(r'href="https://ror\.org/\w+"', page)
    assert re.search(r'href="https://isni\.org/isni/\d+X?"', page)


def test_a_designation_of_one_cluster_is_a_note_and_no_heading(client: httpx.Client) -> None:
    page = client.get("/?lang=de").text
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    assert any("Fünf Cluster der Stadt Leipzig" in heading for heading in headings)
    assert not any("Drei Innovationscluster" in heading for heading in headings)
    text = text_of(client, "/")
    others = text.index("Weitere Cluster und Netzwerke")
    note = text.index("Die Quellen nennen daraus nur ein Cluster: Innovationscluster Life Sciences")
    card = text.rindex("Innovationscluster Life Sciences")
    assert others < note < card


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "keine Akteure genannt"),
        ("en", "no actors named"),
        ("ru", "участники не названы"),
    ],
)
def test_a_card_without_actors_says_so(client: httpx.Client, language: str, words: str) -> None:
    page = client.get(f"/?lang={language}").text
    cards = [
        card
        for card in page.split('<li class="card">')
        if '<h3><a href="/doc/cluster/life-sciences' in card
    ]
    assert len(cards) == 1
    assert words in cards[0]
    assert ">0 " not in cards[0]


def test_a_field_leads_to_its_own_page_and_on_to_the_list(client: httpx.Client) -> None:
    cluster = client.get("/doc/cluster/acod?lang=de").text
    found = re.search(r'href="(/about\?[^"]*sector%23automotive[^"]*)"', cluster)
    assert found is not None
    field = client.get(found[1].replace("&amp;", "&")).text
    assert "/doc/cluster/le-automotive" in field
    assert "Wirtschaftszweige" in field
    trail = field[field.index('class="trail"') :].partition("</nav>")[0]
    assert "/scheme/sector" in trail
    canonical = re.search(r'rel="canonical" href="([^"]+)"', field)
    assert canonical is not None
    assert "iri=" in canonical[1]


def test_fields_are_found_with_their_pages(client: httpx.Client) -> None:
    page = client.get("/search?q=automobilindustrie&lang=de").text
    assert re.search(r'href="/about\?iri=[^"]*sector%23automotive', page)


def test_an_organisation_without_a_seat_says_where_its_sites_are(client: httpx.Client) -> None:
    text = text_of(client, "/doc/organisation/eutl-stadtwerke-leipzig-gmbh")
    assert "Keine Anschrift bekannt" not in text
    assert text.count("Eutritzscher Straße 15, 04105 Leipzig") == 1
    start = text.index("Keine eigene Anschrift bekannt")
    assert "Heizkraftwerk DE-1446 , Heizkraftwerk DE-1447" in text[start : start + 200]


def test_an_unmet_condition_says_why(client: httpx.Client) -> None:
    text = text_of(client, "/doc/cluster/acod")
    verdict = text.index("zeigen die Daten nicht")
    assert "Die Daten nennen weniger als zehn Akteure." in text[verdict : verdict + 90]


def test_an_event_is_called_in_the_reader_s_language(client: httpx.Client) -> None:
    page = client.get("/doc/event/awarded?lang=de").text
    assert "<h1>Auszeichnung: Innovationscluster Life Sciences, 2012</h1>" in page
    assert "awarded 2012" in page


def test_a_missing_page_speaks_the_reader_s_language_only(client: httpx.Client) -> None:
    text = client.get("/doc/cluster/nowhere?lang=de").text
    assert "Hier ist nichts" in text
    assert 'lang="en">' not in text.partition("<main")[2]


def test_namesakes_are_organisations_and_stand_once(client: httpx.Client) -> None:
    page = client.get("/doc/organisation/eutl-stadtwerke-leipzig-gmbh?lang=de").text
    section = page[page.index("namesakes-heading") : page.index("rows-heading")]
    links = re.findall(r'href="([^"]+)"', section)
    assert links == ["/doc/organisation/stadtwerke-leipzig?lang=de"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("GESUNDHEITSWIRTSCHAFT", "Gesundheitswirtschaft und Biotechnologie"),
        ("stadt leipzig amt für wirtschaft", "Stadt Leipzig, Amt für Wirtschaftsförderung"),
        ("wirtschaftsforderung", "Stadt Leipzig, Amt für Wirtschaftsförderung"),
        ("wirtschaftsfoerderung", "Stadt Leipzig, Amt für Wirtschaftsförderung"),
        ("лейпциг", "Leipzig"),
        ("umwelt energie", "Energie und Umwelttechnik"),
        ("mitteldeutsch", "Mitteldeutschland"),
    ],
)
def test_search_finds_names_in_any_spelling(
    client: httpx.Client, words: str, expected: str
) -> None:
    assert expected in text_of(client, "/search", q=words)


def test_search_finds_nothing_in_words(client: httpx.Client) -> None:
    assert "Nichts gefunden" in text_of(client, "/search", q="xyzzy")


def test_lists_can_be_filtered_and_sorted(client: httpx.Client) -> None:
    every = client.get("/organisations?lang=de").text
    universities = client.get("/organisations?kind=University&lang=de").text
    assert 0 < universities.count('scope="row"') < every.count('scope="row"')
    by_actors = text_of(client, "/clusters", sort="-actors")
    assert by_actors.index("Automotive Cluster Ostdeutschland") < by_actors.index("Medien und")
    assert text_of(client, "/clusters", sort="nonsense") == text_of(
        client, "/clusters", sort="name"
    )


def test_an_umbrella_without_actors_has_its_page_and_its_row(client: httpx.Client) -> None:
    """What it is, what stands under its roof, and what became of it."""
    text = text_of(client, "/doc/cluster/wim")
    assert "Dachorganisation Wirtschaftsinitiative für Mitteldeutschland" in text
    assert "Unternehmen, Kammern und Städte handeln gemeinsam." in text
    assert "Unter seinem Dach Automotive Cluster Ostdeutschland" in text
    assert "Aufgegangen in Europäische Metropolregion Mitteldeutschland" in text
    assert "act together" not in text
    assert "Wirtschaftsinitiative für Mitteldeutschland" in text_of(client, "/clusters")
    around = text_of(client, "/").partition("Dächer, Programme und Standorte")[2]
    assert "Wirtschaftsinitiative für Mitteldeutschland" in around


def test_a_query_is_answered_with_a_table(client: httpx.Client) -> None:
    query = (
        "SELECT ?cluster ?name WHERE { ?cluster a <https://w3id.org/clusterkg/ontology#Cluster> ; "
        "<http://www.w3.org/2004/02/skos/core#prefLabel> ?name } ORDER BY ?name LIMIT 3"
    )
    page = client.get("/query", params={"query": query, "lang": "de"})
    assert page.status_code == 200
    assert "3 Zeilen" in page.text
    links = re.findall(r'<a href="/doc/cluster/[\w-]+\?lang=de" title="([^"]+)">([^<]+)', page.text)
    assert len(links) == 3
    assert all("/id/cluster/" in iri and "/" not in name for iri, name in links)
    csv = re.search(r'href="(/sparql\?[^"]*format=csv[^"]*)"', page.text)
    assert csv is not None
    download = client.get(csv[1].replace("&amp;", "&"))
    assert download.status_code == 200
    assert download.text.splitlines()[0] == "cluster,name"


def test_code_to_take_along_asks_where_the_reader_is(client: httpx.Client) -> None:
    """Whatever the base IRI is: what is shown works as it stands, also on a machine at home."""
    endpoint = f"{str(client.base_url).rstrip('/')}/sparql"
    page = client.get("/query", params={"query": "ASK { ?s ?p ?o }", "lang": "en"})
    assert html.unescape(page.text).count(endpoint) == 3  # curl, Python, in words
    assert endpoint in client.get("/", params={"lang": "en"}).text
    asked = client.get(endpoint, params={"query": "ASK { ?s ?p ?o }"}, headers={"Accept": "*/*"})
    assert asked.json()["boolean"] is True


def test_a_query_may_construct_or_ask(client: httpx.Client) -> None:
    built = client.get(
        "/query", params={"query": "CONSTRUCT WHERE { ?s a ?o } LIMIT 2", "lang": "en"}
    )
    assert "2 rows" in built.text
    asked = client.get("/query", params={"query": "ASK { ?s ?p ?o }", "lang": "en"})
    assert "Yes." in asked.text


def test_a_malformed_query_is_explained(client: httpx.Client) -> None:
    page = client.get("/query", params={"query": "SELECT <b>nonsense", "lang": "de"})
    assert page.status_code == 200
    assert "Die Abfrage hat keine Antwort" in page.text
    assert "SELECT &lt;b&gt;nonsense" in page.text


def test_examples_are_questions_in_the_reader_s_language(client: httpx.Client) -> None:
    german = text_of(client, "/query")
    russian = text_of(client, "/query", "ru")
    assert "Welche Cluster" in german
    assert re.search("[А-Я][а-я]+ кластер", russian)
    page = client.get("/query?lang=de").text
    example = re.search(r'href="(/query\?example=[^"]+)"', page)
    assert example is not None
    chosen = client.get(example[1].replace("&amp;", "&")).text
    assert "SELECT" in chosen
    assert "#+" not in chosen


def test_a_question_comes_with_its_answer_and_what_can_be_taken_along(
    client: httpx.Client,
) -> None:
    page = client.get("/query?example=q07-actors-of-a-cluster&lang=de").text
    places = [
        page.index(part)
        for part in (
            '<h1 class="question">Alle Akteure eines Clusters',
            "andere Akteure erscheinen mit ihrem deutschen Namen",
            'id="answer-heading"',
            '<table class="rows answer">',
            "BMW",
            "format=csv",
            "<textarea",
            "curl --data-urlencode",
            "SPARQLWrapper",
        )
    ]
    assert places == sorted(places)
    assert page.count("<tr>") > 5


def test_an_unknown_question_is_told_and_not_replaced(client: httpx.Client) -> None:
    answer = client.get("/query?example=%3Cq99%3E&lang=de")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert "Unter dem Namen „&lt;q99&gt;“ ist keine Frage hinterlegt." in answer.text
    assert 'id="answer-heading"' not in answer.text
    assert answer.text.index('role="alert"') < answer.text.index("Aus der Forschung")


def test_an_answer_names_things_and_shortens_what_has_no_name(client: httpx.Client) -> None:
    query = (
        "PREFIX dct: <http://purl.org/dc/terms/> SELECT * { VALUES (?one ?two ?three ?four) {"
        " (<https://w3id.org/clusterkg/id/cluster/acod> dct:title"
        " <https://www.example.org/nowhere> <https://w3id.org/clusterkg/id/nothing/x>) } }"
    )
    page = client.get("/query", params={"query": query, "lang": "en"}).text
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert sorted(re.findall(r"<a [^>]*>([^<]+)</a>", body)) == [
        "Eastern Germany Automobile Cluster",
        "Title",
        "example.org/nowhere",
        "id/nothing/x",
    ]
    assert 'title="https://www.example.org/nowhere"' in body


def test_data_page_counts_findings_in_words(client: httpx.Client) -> None:
    text = text_of(client, "/data")
    assert "Hinweise" in text
    assert re.search(r"\d+ × Die Daten nennen weniger als zehn Akteure", text)


def test_release_lists_files_with_checksums(client: httpx.Client) -> None:
    text = text_of(client, "/release")
    assert "dumps/clusterkg.nq.gz" in text
    assert "1,2 MB" in text
    assert "ab" * 32 in text
