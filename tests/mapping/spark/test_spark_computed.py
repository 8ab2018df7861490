"""What DuckDB computes of the cells is never read from the file by Spark itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .comparing import Outcome

Same = Callable[..., Outcome]

UPPER = """[ rml:functionExecution [ rml:function grel:toUpperCase ;
    rml:input [ rml:parameter grel:valueParameter ; rml:inputValueMap [ rml:reference "a" ] ] ] ]"""
MAPS = {
    "a function": ('rml:template "http://x.org/{a}"', UPPER),
    "new blank nodes": ("rml:termType rml:BlankNode", '[ rml:reference "a" ]'),
}


@pytest.mark.parametrize("name", MAPS)
def test_a_computed_cell_of_a_plain_csv_file(same_on_both: Same, tmp_path: Path, name: str) -> None:
    subject, target = MAPS[name]
    (tmp_path / "t.csv").write_text("a,b\nx,1\ny,2\ny,2\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(
        "@prefix rml: <http://w3id.org/rml/> .\n"
        "@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .\n"
        '<#m> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;\n'
        f"  rml:subjectMap [ {subject} ] ;\n"
        f"  rml:predicateObjectMap [ rml:predicate <http://x.org/p> ; rml:objectMap {target} ] .\n",
        encoding="utf-8",
    )
    made = same_on_both(tmp_path / "m.ttl")
    assert not isinstance(made, str)
    assert made[0]
