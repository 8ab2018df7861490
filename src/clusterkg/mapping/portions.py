"""The plans of a document → one portion for each place its quads go to (RML-IO, targets).

A quad goes to every target that one of its term maps names, and where there is none to the
default output. Whether two quads are the same only matters within one portion.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clusterkg.mapping.lines import line_queries, quad_queries
from clusterkg.mapping.triples_map import targets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterkg.mapping.plan import Branch, Plan
    from clusterkg.mapping.profile import Profile
    from clusterkg.mapping.term_plan import Sql
    from clusterkg.mapping.triples_map import LogicalTarget

__all__ = ["Portion", "goes_to", "portions"]


@dataclass(frozen=True)
class Portion:
    """What goes to one ``target``; None is the default output."""

    target: LogicalTarget | None
    plans: tuple[Plan, ...]
    profiles: Mapping[str, Profile]

    def lines(self, *, graphs: bool = True) -> str:
        """A query with the column ``line``, as ``lines.line_queries`` gives them."""
        queries = line_queries(self.plans, self.profiles, graphs=graphs)
        return _all(queries) or "SELECT '' AS line WHERE false"

    def quads(self, *, graphs: bool = True) -> str:
        """A query with the columns s, p, o, g; no quad occurs twice."""
        queries = quad_queries(self.plans, self.profiles, graphs=graphs)
        return _all(queries) or "SELECT '' AS s, '' AS p, '' AS o, '' AS g WHERE false"


def portions(plans: Sequence[Plan], profiles: Mapping[str, Profile]) -> list[Portion]:
    """The portion of the default output, and one for each target of the plans."""
    named = [target for plan in plans for branch in plan.branches for target in branch.targets]
    named += [target for plan in plans if _is_structure(plan) for target in _own(plan)]
    return [
        Portion(target, _of_target(plans, target), profiles)
        for target in (None, *dict.fromkeys(named))
    ]


def goes_to(branch: Branch, target: LogicalTarget | None) -> bool:
    """Whether the quads of a branch go to a target, or (None) to the default output."""
    return target in branch.targets if target is not None else not branch.targets


def _of_target(plans: Sequence[Plan], target: LogicalTarget | None) -> tuple[Plan, ...]:
    chosen = [
        replace(plan, branches=tuple(one for one in plan.branches if goes_to(one, target)))
        for plan in plans
        if not _is_structure(plan)
    ]
    structures = [plan for plan in plans if _is_structure(plan)]
    return (
        *(plan for plan in chosen if plan.branches),
        *(plan for plan in structures if target in (_own(plan) or (None,))),
    )


def _is_structure(plan: Plan) -> bool:
    """Whether nothing is said of the subjects but what they gather."""
    return plan.subject.collection is not None and not plan.branches


def _own(plan: Plan) -> tuple[LogicalTarget, ...]:
    return targets_of(plan.triples_map.subject)


def _all(queries: Iterable[Sql]) -> str:
    return " UNION ALL ".join(query.sql(dialect="duckdb") for query in queries)
