"""What is told of templates whose values are missing, and what is not."""

from __future__ import annotations

import json

import pytest

from .conftest import Bench

PREFIXES = """@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://x.org/> .
@prefix idlab-fn: <https://w3id.org/imec/idlab/function#> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
"""
JSON_SOURCE = (
    'rml:logicalSource [ rml:source "t.json" ; rml:iterator "$[*]" ;\n'
    "    rml:referenceFormulation rml:JSONPath ]"
)


def told(bench: Bench, text: str, records: list[object]) -> list[tuple[str, str, int | None]]:
    (bench.folder / "t.json").write_text(json.dumps(records), encoding="utf-8")
    made = bench.document(PREFIXES + text, "m.ttl")
    return [
        (finding.rule, finding.severity.word, finding.place.row if finding.place else None)
        for finding in made.findings
    ]


def mapping(target: str, subject: str = "ex:s", source: str = JSON_SOURCE) -> str:
    return (
        f"<#m> {source} ;\n  rml:subjectMap [ rml:constant {subject} ] ;\n"
        f"  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ {target} ] ] .\n"
    )


def test_a_value_that_is_a_list_is_not_missing(bench: Bench) -> None:
    records: list[object] = [{"a": "1"}, {"a": [1]}, {"a": None}]
    assert told(bench, mapping('rml:template "http://x.org/{a}"'), records) == [
        ("not-a-single-value", "violation", 2),
        ("template-on-null", "info", 3),
    ]


def test_the_template_of_a_datatype_may_have_no_value(bench: Bench) -> None:
    target = 'rml:reference "a" ; rml:datatypeMap [ rml:template "http://x.org/{b}" ]'
    records: list[object] = [{"a": "1", "b": "t"}, {"a": "1"}]
    assert told(bench, mapping(target), records) == [("template-on-null", "info", 2)]


def test_where_a_condition_does_not_hold_nothing_is_missing(bench: Bench) -> None:
    condition = (
        "rml:condition [ rml:functionExecution [ rml:function idlab-fn:equal ;\n"
        "    rml:input [ rml:parameter grel:valueParam ;\n"
        '      rml:inputValueMap [ rml:reference "kind" ] ] ;\n'
        '    rml:input [ rml:parameter grel:valueParam2 ; rml:inputValue "use" ] ] ]'
    )
    target = f'rml:template "http://x.org/{{a}}" ; {condition}'
    records: list[object] = [
        {"a": "1", "kind": "use"},
        {"kind": "use"},
        {"kind": "leave"},
        {"a": "1"},
    ]
    assert told(bench, mapping(target), records) == [("template-on-null", "info", 2)]


def test_the_same_template_as_subject_is_told_as_such(bench: Bench) -> None:
    """Whichever triples map comes first: a subject that is missing is more than an object."""
    template = 'rml:template "http://x.org/{a}"'
    text = mapping(template) + (
        f"<#n> {JSON_SOURCE} ; rml:subjectMap [ {template} ; rml:class ex:C ] .\n"
    )
    records: list[object] = [{"a": "1"}, {"a": None}]
    assert told(bench, text, records) == [("template-on-null", "warning", 2)]


VIEW = """
<#base> a rml:LogicalSource ; rml:source "t.json" ; rml:iterator "$[*]" ;
  rml:referenceFormulation rml:JSONPath .
<#other> a rml:LogicalView ; rml:viewOn <#base> ;
  rml:field [ a rml:ExpressionField ; rml:fieldName "key" ; rml:reference "$.key" ] ,
    [ a rml:ExpressionField ; rml:fieldName "name" ; rml:reference "$.name" ] .
<#view> a rml:LogicalView ; rml:viewOn <#base> ;
  rml:field [ a rml:ExpressionField ; rml:fieldName "id" ; rml:reference "$.id" ] ,
    [ a rml:ExpressionField ; rml:fieldName "of" ; rml:reference "$.of" ] ,
    [ a rml:IterableField ; rml:fieldName "item" ; rml:iterator "$.items[*]" ;
      rml:field [ a rml:ExpressionField ; rml:fieldName "type" ; rml:reference "$.type" ] ] ;
  rml:leftJoin [ a rml:LogicalViewJoin ; rml:parentLogicalView <#other> ;
    rml:joinCondition [ rml:parent "key" ; rml:child "of" ] ;
    rml:field [ a rml:ExpressionField ; rml:fieldName "joined" ; rml:reference "name" ] ] .
"""


@pytest.mark.parametrize(("field", "rows"), [("id", [2]), ("joined", []), ("item.type", [])])
def test_in_a_view_only_the_fields_of_the_record_are_told(
    bench: Bench, field: str, rows: list[int]
) -> None:
    """A left join, or a nested iteration, that finds nothing is no gap in the data."""
    records: list[object] = [
        {"id": "1", "of": "k", "key": "k", "name": "n", "items": [{"type": "t"}]},
        {"of": "none", "items": []},
    ]
    text = VIEW + mapping(
        f'rml:template "http://x.org/{{{field}}}"', source="rml:logicalSource <#view>"
    )
    assert told(bench, text, records) == [("template-on-null", "info", row) for row in rows]
