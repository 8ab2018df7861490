"""Gather maps: what becomes of rows, of values that are missing, of nodes that rows share."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.errors import MappingError
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_document, write_document

from .conftest import Bench

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
EX = "https://data.example.org/"
HEAD = f"""@prefix rml: <http://w3id.org/rml/> .
@prefix rdf: <{RDF}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix ex: <{EX}> .
@base <{EX}> .
"""
GATHERED = 'rml:gather ( [ rml:reference "name" ] )'
PEOPLE = "id,team,name,title\n1,a,Ann,Dr.\n2,b,Bob,\n3,a,Cid,Prof.\n4,,Dan,\n5,c,,\n"


def triples_map(name: str, body: str, file: str = "people.csv") -> str:
    formulation = "JSONPath" if file.endswith(".json") else "CSV"
    iterator = 'rml:iterator "$[*]" ; ' if file.endswith(".json") else ""
    return f"""
<#{name}> a rml:TriplesMap ;
  rml:logicalSource [ {iterator}rml:referenceFormulation rml:{formulation} ;
    rml:source [ a rml:RelativePathSource ; rml:path "{file}" ; rml:null "" ] ] ;
{body} .
"""


def of_subject(gather: str, subject: str = "s/{id}", file: str = "people.csv") -> str:
    """A mapping whose objects under ex:with a gather map makes."""
    return HEAD + triples_map(
        "TM",
        f'  rml:subjectMap [ rml:template "{subject}" ] ;\n'
        f"  rml:predicateObjectMap [ rml:predicate ex:with ;\n    rml:objectMap [ {gather} ] ]",
        file,
    )


class Data:
    """The quads that a mapping makes, the same in the table and in the written document."""

    def __init__(self, folder: Path, text: str) -> None:
        file = folder / "mapping.ttl"
        file.write_text(text, encoding="utf-8")
        mapping = read_mapping(file, base_iri=EX)
        connection = connect()
        map_document(connection, mapping)
        rows = connection.execute("SELECT s, p, o, g FROM quads").fetchall()
        made = {" ".join([*(term for term in row if term), "."]) for row in rows}
        write_document(connect(), mapping, folder / "written.nq")
        self.text = (folder / "written.nq").read_text(encoding="utf-8")
        assert sorted(made) == sorted(self.text.splitlines())
        self.data = ox.Dataset(ox.parse(self.text, ox.RdfFormat.N_QUADS))

    def one(self, subject: ox.Term, predicate: str, graph: ox.Term | None = None) -> ox.Term:
        (found,) = self.many(subject, predicate, graph)
        return found

    def many(self, subject: ox.Term, predicate: str, graph: ox.Term | None = None) -> list[ox.Term]:
        return [
            quad.object
            for quad in self.data
            if quad.subject == subject
            and quad.predicate.value == predicate
            and (graph is None or quad.graph_name == graph)
        ]

    def members(self, node: ox.Term, graph: ox.Term | None = None) -> list[str]:
        """The texts of what a collection or container holds; it has to be well-formed."""
        kinds = self.many(node, f"{RDF}type", graph)
        found: list[str] = []
        if kinds:
            while here := self.many(node, f"{RDF}_{len(found) + 1}", graph):
                assert len(here) == 1
                found.append(self.shown(here[0], graph))
            return found
        while node != ox.NamedNode(f"{RDF}nil"):
            found.append(self.shown(self.one(node, f"{RDF}first", graph), graph))
            node = self.one(node, f"{RDF}rest", graph)
        return found

    def shown(self, term: ox.Term, graph: ox.Term | None) -> str:
        if isinstance(term, ox.BlankNode) and (
            self.many(term, f"{RDF}first", graph) or self.many(term, f"{RDF}type", graph)
        ):
            return f"({' '.join(self.members(term, graph))})"
        return str(getattr(term, "value", term))

    def gathered(self) -> dict[str, list[list[str]]]:
        """For every subject of ex:with what it is with, sorted."""
        found: dict[str, list[list[str]]] = {}
        for quad in self.data:
            if quad.predicate.value == f"{EX}with":
                name = str(quad.subject.value).removeprefix(EX)
                found.setdefault(name, []).append(self.members(quad.object, quad.graph_name))
        return {name: sorted(lists) for name, lists in sorted(found.items())}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def write_json(folder: Path, *records: dict[str, object]) -> None:
    (folder / "data.json").write_text(json.dumps(records), encoding="utf-8")


# -- members -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["List", "Bag", "Seq", "Alt"])
def test_what_is_missing_is_no_member_and_nothing_at_all_is_no_collection(
    folder: Path, kind: str
) -> None:
    gather = (
        'rml:gather ( [ rml:reference "title" ] [ rml:reference "name" ] ) ; '
        f"rml:gatherAs rdf:{kind}"
    )
    data = Data(folder, of_subject(gather))
    assert data.gathered() == {
        "s/1": [["Dr.", "Ann"]],
        "s/2": [["Bob"]],
        "s/3": [["Prof.", "Cid"]],
        "s/4": [["Dan"]],
    }
    if kind != "List":
        kinds = {q.object.value for q in data.data if q.predicate.value == f"{RDF}type"}
        assert kinds == {f"{RDF}{kind}"}


@pytest.mark.parametrize(("kind", "empty"), [("List", f"<{RDF}nil>"), ("Bag", None)])
def test_an_empty_collection_where_it_is_allowed(
    folder: Path, kind: str, empty: str | None
) -> None:
    gather = (
        f'rml:gather ( [ rml:reference "name" ] ) ; rml:gatherAs rdf:{kind} ; '
        "rml:allowEmptyListAndContainer true"
    )
    data = Data(folder, of_subject(gather))
    assert data.gathered()["s/5"] == [[]]
    node = data.one(ox.NamedNode(f"{EX}s/5"), f"{EX}with")
    assert empty is None or str(node) == empty
    assert data.gathered()["s/4"] == [["Dan"]]


def test_members_are_terms_of_every_kind(folder: Path) -> None:
    gather = """rml:gather (
        [ rml:template "p/{id}" ]
        [ rml:reference "id" ; rml:datatype xsd:integer ]
        [ rml:reference "name" ; rml:language "en" ]
        [ rml:constant ex:thing ]
        [ rml:constant "said" ]
      ) ; rml:gatherAs rdf:Seq"""
    data = Data(folder, of_subject(gather))
    node = data.one(ox.NamedNode(f"{EX}s/1"), f"{EX}with")
    members = [str(data.one(node, f"{RDF}_{n}")) for n in range(1, 6)]
    assert members == [
        f"<{EX}p/1>",
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"Ann"@en',
        f"<{EX}thing>",
        '"said"',
    ]


def test_a_member_that_is_outside_its_datatype_is_told_and_left_out(bench: Bench) -> None:
    (bench.folder / "people.csv").write_text("id,age\n1,40\n2,old\n", encoding="utf-8")
    gather = (
        'rml:gather ( [ rml:reference "id" ] [ rml:reference "age" ; rml:datatype xsd:integer ] ) ;'
        " rml:gatherAs rdf:Bag"
    )
    mapped = bench.document(of_subject(gather), "mapping.ttl")
    (finding,) = mapped.findings
    assert finding.rule == "not-in-datatype"
    assert (finding.place and finding.place.row, finding.value) == (3, "old")
    assert sum(f"{RDF}_2" in quad for quad in bench.quads()) == 1


def test_new_blank_nodes_as_members_are_other_nodes_than_all_others(folder: Path) -> None:
    gather = (
        "rml:gather ( [ rml:termType rml:BlankNode ] [ rml:termType rml:BlankNode ] ) ; "
        "rml:gatherAs rdf:Bag"
    )
    data = Data(folder, of_subject(gather))
    bags = [quad.object for quad in data.data if quad.predicate.value == f"{EX}with"]
    members = [data.one(bag, f"{RDF}_{n}") for bag in bags for n in (1, 2)]
    assert len({*bags, *members}) == 15


def test_the_same_value_again_is_another_member(folder: Path) -> None:
    write_json(folder, {"id": 1, "v": ["x", "x", None, "y", "x"]})
    gather = 'rml:gather ( [ rml:reference "v[*]" ] ) ; rml:gatherAs rdf:List'
    assert Data(folder, of_subject(gather, file="data.json")).gathered() == {
        "s/1": [["x", "x", "y", "x"]]
    }


def test_every_combination_is_a_collection_of_its_own(folder: Path) -> None:
    write_json(
        folder,
        {"id": 1, "a": ["1", "2"], "b": ["x", "y", "z"]},
        {"id": 2, "a": [], "b": ["x"]},
    )
    gather = (
        'rml:gather ( [ rml:reference "a[*]" ] [ rml:reference "b[*]" ] ) ; rml:gatherAs rdf:Seq ; '
        "rml:strategy rml:cartesianProduct"
    )
    pairs = [["1", "x"], ["1", "y"], ["1", "z"], ["2", "x"], ["2", "y"], ["2", "z"]]
    assert Data(folder, of_subject(gather, file="data.json")).gathered() == {"s/1": pairs}
    named = f'rml:template "c/{{id}}" ; {gather}'
    joined = [member for pair in pairs for member in pair]
    assert Data(folder, of_subject(named, file="data.json")).gathered() == {"s/1": [joined]}


def test_collections_in_collections(folder: Path) -> None:
    write_json(folder, {"id": 1, "a": ["1", "2"], "b": ["x"]}, {"id": 2, "a": [], "b": ["y"]})
    inner = '[ rml:gather ( [ rml:reference "%s[*]" ] ) ; rml:gatherAs rdf:%s ]'
    gather = (
        f'rml:gather ( {inner % ("a", "Bag")} [ rml:reference "id" ] {inner % ("b", "List")} ) ; '
        "rml:gatherAs rdf:List"
    )
    assert Data(folder, of_subject(gather, file="data.json")).gathered() == {
        "s/1": [["(1 2)", "1", "(x)"]],
        "s/2": [["2", "(y)"]],
    }


def test_what_a_dropped_collection_would_have_held_is_not_stated(folder: Path) -> None:
    write_json(folder, {"id": 1, "a": ["1"], "b": []}, {"id": 2, "a": [], "b": ["x"]})
    gather = """rml:gather (
        [ rml:gather ( [ rml:reference "a[*]" ] ) ; rml:gatherAs rdf:Bag ] [ rml:reference "b[*]" ]
      ) ; rml:gatherAs rdf:List ; rml:strategy rml:cartesianProduct"""
    assert not Data(folder, of_subject(gather, file="data.json")).text


# -- nodes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "node", ['rml:template "t/{team}"', 'rml:template "{team}" ; rml:termType rml:BlankNode']
)
@pytest.mark.parametrize("kind", ["List", "Seq"])
def test_rows_that_name_the_same_node_continue_one_collection(
    folder: Path, node: str, kind: str
) -> None:
    gather = f'{node} ; rml:gather ( [ rml:reference "name" ] ) ; rml:gatherAs rdf:{kind}'
    data = Data(folder, of_subject(gather))
    assert data.gathered() == {"s/1": [["Ann", "Cid"]], "s/2": [["Bob"]], "s/3": [["Ann", "Cid"]]}
    nodes = {quad.object for quad in data.data if quad.predicate.value == f"{EX}with"}
    assert len(nodes) == 2


def test_an_empty_row_of_a_named_list_adds_nothing_to_it(folder: Path) -> None:
    gather = (
        'rml:constant ex:all ; rml:gather ( [ rml:reference "title" ] ) ; rml:gatherAs rdf:List ; '
        "rml:allowEmptyListAndContainer true"
    )
    data = Data(folder, of_subject(gather))
    assert data.gathered() == {f"s/{n}": [["Dr.", "Prof."]] for n in range(1, 6)}


def test_rows_keep_their_order_in_a_large_file(folder: Path) -> None:
    numbers = [f"n{number}" for number in range(300_000)]
    (folder / "people.csv").write_text("name\n" + "\n".join(numbers) + "\n", encoding="utf-8")
    gather = 'rml:constant ex:all ; rml:gather ( [ rml:reference "name" ] ) ; rml:gatherAs rdf:Seq'
    file = folder / "mapping.ttl"
    file.write_text(of_subject(gather, subject="all"), encoding="utf-8")
    write_document(connect(threads=4), read_mapping(file, base_iri=EX), folder / "out.nq")
    lines = (folder / "out.nq").read_text(encoding="utf-8").splitlines()
    members = {}
    for line in lines:
        _, predicate, found, *_ = line.split(" ")
        if predicate.startswith(f"<{RDF}_"):
            members[int(predicate.removeprefix(f"<{RDF}_")[:-1])] = found.strip('"')
    assert [members[number + 1] for number in range(len(numbers))] == numbers


def test_the_same_tables_make_the_same_labels(folder: Path) -> None:
    gather = (
        'rml:gather ( [ rml:reference "title" ] [ rml:reference "name" ] ) ; rml:gatherAs rdf:List'
    )
    first = Data(folder, of_subject(gather)).text
    assert sorted(first.splitlines()) == sorted(Data(folder, of_subject(gather)).text.splitlines())


def test_labels_of_two_triples_maps_are_no_labels_of_each_other(folder: Path) -> None:
    gather = '[ rml:gather ( [ rml:reference "name" ] ) ; rml:gatherAs rdf:List ]'
    body = (
        '  rml:subjectMap [ rml:template "{id}" ; rml:termType rml:BlankNode ] ;\n'
        f"  rml:predicateObjectMap [ rml:predicate ex:with ; rml:objectMap {gather} ] ;\n"
        f"  rml:predicateObjectMap [ rml:predicate ex:and ; rml:objectMap {gather} ]"
    )
    data = Data(folder, HEAD + triples_map("One", body) + triples_map("Two", body))
    heads = [q.object for q in data.data if q.predicate.value in (f"{EX}with", f"{EX}and")]
    assert len(heads) == len(set(heads)) == 4 * 4
    assert all(len(data.members(head)) == 1 for head in heads)


def test_predicates_that_share_an_object_map_share_its_collection(folder: Path) -> None:
    body = (
        '  rml:subjectMap [ rml:template "s/{id}" ] ;\n'
        "  rml:predicateObjectMap [ rml:predicate ex:with, ex:and ; rml:objectMap "
        '[ rml:gather ( [ rml:reference "name" ] ) ; rml:gatherAs rdf:Bag ] ]'
    )
    data = Data(folder, HEAD + triples_map("TM", body))
    subject = ox.NamedNode(f"{EX}s/1")
    assert data.one(subject, f"{EX}with") == data.one(subject, f"{EX}and")


def test_gather_maps_that_name_the_same_node_continue_one_list(folder: Path) -> None:
    body = '  rml:subjectMap [ rml:template "s/{id}" ]'
    for reference in ("title", "name"):
        body += (
            " ;\n  rml:predicateObjectMap [ rml:predicate ex:with ; rml:objectMap [ "
            f'rml:template "t/{{team}}" ; rml:gather ( [ rml:reference "{reference}" ] ) ; '
            "rml:gatherAs rdf:List ] ]"
        )
    data = Data(folder, HEAD + triples_map("TM", body))
    node = ox.NamedNode(f"{EX}t/a")
    assert sorted(data.members(node)) == ["Ann", "Cid", "Dr.", "Prof."]


def test_containers_of_two_kinds_with_one_node_state_nothing_twice(folder: Path) -> None:
    body = '  rml:subjectMap [ rml:template "s/{id}" ]'
    for kind in ("Bag", "Seq"):
        body += (
            " ;\n  rml:predicateObjectMap [ rml:predicate ex:with ; rml:objectMap [ "
            f'rml:template "t/{{team}}" ; {GATHERED} ; rml:gatherAs rdf:{kind} ] ]'
        )
    data = Data(folder, HEAD + triples_map("TM", body))
    assert data.members(ox.NamedNode(f"{EX}t/a")) == ["Ann", "Cid"]


def test_a_row_without_a_subject_states_no_collection(folder: Path) -> None:
    gather = 'rml:gather ( [ rml:reference "name" ] ) ; rml:gatherAs rdf:Bag'
    data = Data(folder, of_subject(gather, subject="t/{team}"))
    assert data.gathered() == {"t/a": [["Ann"], ["Cid"]], "t/b": [["Bob"]]}
    assert '"Dan"' not in data.text


def test_a_graph_states_what_its_rows_gather(folder: Path) -> None:
    body = (
        '  rml:subjectMap [ rml:template "all" ] ;\n  rml:predicateObjectMap [ '
        'rml:graphMap [ rml:template "g/{team}" ] ; rml:predicate ex:with ; rml:objectMap [ '
        'rml:constant ex:l ; rml:gather ( [ rml:reference "name" ] ) ; rml:gatherAs rdf:List ] ]'
    )
    data = Data(folder, HEAD + triples_map("TM", body))
    node = ox.NamedNode(f"{EX}l")
    assert data.members(node, ox.NamedNode(f"{EX}g/a")) == ["Ann", "Cid"]
    assert data.members(node, ox.NamedNode(f"{EX}g/b")) == ["Bob"]


def test_a_condition_on_a_gather_map(folder: Path) -> None:
    gather = """rml:gather ( [ rml:reference "name" ] ) ; rml:gatherAs rdf:Bag ;
      rml:condition [ rml:functionExecution [
        rml:function <https://w3id.org/imec/idlab/function#equal> ;
        rml:input [ rml:parameter grel:valueParam ;
                    rml:inputValueMap [ rml:reference "team" ] ] ,
                  [ rml:parameter grel:valueParam2 ;
                    rml:inputValue "a" ] ] ]"""
    data = Data(folder, of_subject(gather))
    assert data.gathered() == {"s/1": [["Ann"]], "s/3": [["Cid"]]}


# -- subjects and joins ------------------------------------------------------------------------


def test_a_subject_that_gathers_without_any_statement_about_it(folder: Path) -> None:
    body = (
        '  rml:subjectMap [ rml:template "t/{team}" ; rml:class ex:Team ; '
        'rml:gather ( [ rml:reference "name" ] ) ; rml:gatherAs rdf:Seq ]'
    )
    data = Data(folder, HEAD + triples_map("TM", body))
    node = ox.NamedNode(f"{EX}t/a")
    assert data.members(node) == ["Ann", "Cid"]
    assert {one.value for one in data.many(node, f"{RDF}type")} == {f"{EX}Team", f"{RDF}Seq"}


def test_a_join_gathers_the_subjects_in_the_order_of_their_rows(folder: Path) -> None:
    (folder / "teams.csv").write_text("team\na\nb\nz\n", encoding="utf-8")
    people = triples_map("People", '  rml:subjectMap [ rml:template "s/{id}" ]')
    teams = triples_map(
        "Teams",
        '  rml:subjectMap [ rml:template "t/{team}" ] ;\n'
        "  rml:predicateObjectMap [ rml:predicate ex:with ; rml:objectMap [ rml:gather ( "
        '[ rml:constant "first" ] [ rml:parentTriplesMap <#People> ; '
        'rml:joinCondition [ rml:child "team" ; rml:parent "team" ] ] ) ; '
        "rml:gatherAs rdf:List ] ]",
        "teams.csv",
    )
    assert Data(folder, HEAD + people + teams).gathered() == {
        "t/a": [["first", f"{EX}s/1", f"{EX}s/3"]],
        "t/b": [["first", f"{EX}s/2"]],
        "t/z": [["first"]],
    }


def test_collections_that_are_subjects_can_be_referred_to(folder: Path) -> None:
    (folder / "teams.csv").write_text("team\na\nb\nz\n", encoding="utf-8")
    people = triples_map(
        "People",
        '  rml:subjectMap [ rml:gather ( [ rml:reference "title" ] [ rml:reference "name" ] ) ; '
        "rml:gatherAs rdf:List ]",
    )
    joined = (
        "rml:parentTriplesMap <#People> ; "
        'rml:joinCondition [ rml:child "team" ; rml:parent "team" ]'
    )
    for target, expected in (
        (joined, {"t/a": [["Dr.", "Ann"], ["Prof.", "Cid"]], "t/b": [["Bob"]]}),
        (
            f"rml:gather ( [ {joined} ] ) ; rml:gatherAs rdf:Bag",
            {"t/a": [["(Dr. Ann)", "(Prof. Cid)"]], "t/b": [["(Bob)"]]},
        ),
    ):
        teams = triples_map(
            "Teams",
            '  rml:subjectMap [ rml:template "t/{team}" ] ;\n'
            f"  rml:predicateObjectMap [ rml:predicate ex:with ; rml:objectMap [ {target} ] ]",
            "teams.csv",
        )
        assert Data(folder, HEAD + people + teams).gathered() == expected


# -- problems ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gather", "message", "hint"),
    [
        (GATHERED, "does not say as what it gathers its members", "rdf:List, rdf:Bag"),
        (f"{GATHERED} ; rml:gatherAs rdf:Lst", f"cannot be gathered as '{RDF}Lst'", "'List'"),
        (f"{GATHERED} ; rml:gatherAs ex:Bag", f"cannot be gathered as '{EX}Bag'", "'Bag'"),
        ("rml:gatherAs rdf:Bag", "gathers nothing", "one list"),
        ("rml:gather () ; rml:gatherAs rdf:Bag", "gathers an empty list", "one list"),
        ("rml:gather ex:x ; rml:gatherAs rdf:Bag", "gathers what is no list", "one list"),
        (
            f"{GATHERED} ; rml:gatherAs rdf:Bag ; rml:strategy ex:cartesianProdukt",
            "unknown strategy",
            "'cartesianProduct'",
        ),
        (
            f"{GATHERED} ; rml:gatherAs rdf:Bag ; rml:strategy rml:cartesianProdukt",
            "unknown term 'cartesianProdukt'",
            "'cartesianProduct'",
        ),
        (
            f"{GATHERED} ; rml:gatherAs rdf:Bag ; rml:allowEmptyListAndContainer 'yes'",
            "rml:allowEmptyListAndContainer is 'yes'",
            "true or false",
        ),
        (
            f'rml:reference "id" ; rml:termType rml:Literal ; {GATHERED} ; rml:gatherAs rdf:Bag',
            "makes a literal",
            "an IRI or a blank node",
        ),
        (
            'rml:gather ( [ rml:reference "nam" ] ) ; rml:gatherAs rdf:Bag',
            "no column 'nam'",
            "Did you mean 'name'?",
        ),
    ],
)
def test_a_problem_names_its_line_and_what_to_do(
    folder: Path, gather: str, message: str, hint: str
) -> None:
    with pytest.raises(MappingError) as told:
        Data(folder, of_subject(gather))
    assert message in str(told.value)
    assert hint in str(told.value)
    assert "mapping.ttl:" in str(told.value)


def test_a_predicate_gathers_nothing(folder: Path) -> None:
    body = (
        '  rml:subjectMap [ rml:template "s/{id}" ] ;\n  rml:predicateObjectMap [ rml:predicateMap '
        f'[ rml:constant ex:p ; {GATHERED} ; rml:gatherAs rdf:Bag ] ; rml:object "x" ]'
    )
    with pytest.raises(MappingError, match="a predicate of 'TM' gathers members"):
        Data(folder, HEAD + triples_map("TM", body))


def test_a_subject_that_gathers_itself_is_a_problem(folder: Path) -> None:
    body = (
        "  rml:subjectMap [ rml:gather ( [ rml:parentTriplesMap <#%s> ; "
        'rml:joinCondition [ rml:child "id" ; rml:parent "id" ] ] ) ; rml:gatherAs rdf:Bag ]'
    )
    text = HEAD + triples_map("One", body % "Two") + triples_map("Two", body % "One")
    with pytest.raises(MappingError, match="the subject of triples map 'One' gathers itself"):
        Data(folder, text)


def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    documentation = Path(__file__).parents[2] / "docs" / "mapping.md"
    text = documentation.read_text(encoding="utf-8").partition("## Lists and containers")[2]
    table = "cluster,member\nauto,Ann\nfood,Bob\nauto,Cid\n"
    (tmp_path / "members.csv").write_text(table, encoding="utf-8")
    data = Data(tmp_path, text.partition("```turtle\n")[2].partition("```")[0])
    node = data.one(ox.NamedNode(f"{EX}auto"), f"{EX}terms#members")
    assert node == ox.NamedNode(f"{EX}auto/members")
    assert data.members(node) == ["Ann", "Cid"]
