"""The quads relation, and what an earlier build found in it → a Report as of a full run.

Results of focus nodes that no changed triple can touch are taken as they are; the others are
dropped, and their nodes judged again. What people read (messages, names of nodes) is made anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.validation.affected import ALL, Affected
from clusterkg.validation.changes import BEFORE, changes_since, checksum
from clusterkg.validation.judging import checked, reported
from clusterkg.validation.kept import Findings
from clusterkg.validation.plan import LABELS
from clusterkg.validation.reads import read_by
from clusterkg.validation.relational import judge, judge_nodes
from clusterkg.validation.triples import load_quads, load_some_quads, quads_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.validation.affected import Nodes
    from clusterkg.validation.changes import Changes
    from clusterkg.validation.kept import Kept, State
    from clusterkg.validation.plan import Plan
    from clusterkg.validation.relational import Found
    from clusterkg.validation.report import Report
    from clusterkg.validation.running import Engine, OnDuckDB
    from clusterkg.validation.shapes import Shapes

__all__ = ["judged_again"]


@dataclass(frozen=True)
class _Made:
    """Results, the number of focus nodes, and how many of these were judged in this run."""

    found: list[Found]
    focus_nodes: int
    judged: int


def judged_again(
    engine: OnDuckDB,
    plan: Plan,
    name: str,
    other: Callable[[Shapes], Report],
    kept: Kept,
) -> Report:
    """Judge the quads of the graphs whose IRI ends with ``name``, as far as need be.

    ``other`` judges by the shapes that plans do not know.
    """
    connection = engine.connection
    key = kept.key(plan.shapes, name)
    quads = checksum(connection, quads_of(name))
    state = kept.find(key)
    if state is not None and state.quads == quads:
        load_some_quads(connection, [f"<{iri}>" for iri in LABELS], name=name)
        kept.focus_nodes += state.checked.focus_nodes + _of_others(state.others)
        rows = [one.row for one in state.rows(engine, plan.values, {})]
        return reported(engine, plan, rows, state.others, state.checked)
    read = read_by(plan.values, plan.asked, plan.shapes.graph)
    needed = None if plan.needed is None else plan.needed | (read or frozenset())
    load_quads(connection, needed, name=name)
    changes = None if state is None else changes_since(connection, state.earlier)
    made = _by_plans(engine, plan, state, changes)
    others = None if state is None else state.others
    if plan.asked and (changes is None or _touch(changes, read)):
        others = other(plan.others())
        kept.judged += _of_others(others)
    kept.judged += made.judged
    kept.focus_nodes += made.focus_nodes + _of_others(others)
    counted = checked(engine, plan, made.focus_nodes)
    if changes is not None and not changes.triples:
        kept.put_quads(key, quads)
    else:
        found = Findings(plan.values, made.found, others, counted)
        since = None if state is None else state.earlier
        kept.put(key, connection, found, quads=quads, since=since)
    return reported(engine, plan, [one.row for one in made.found], others, counted)


def _by_plans(
    engine: Engine,
    plan: Plan,
    state: State | None,
    changes: Changes | None,
) -> _Made:
    if state is not None and changes is not None:
        return _Again(engine, plan, state, changes).made()
    whole = judge(engine, plan.values, plan.chosen)
    return _Made(list(whole.found), whole.focus_nodes, whole.focus_nodes)


def _touch(changes: Changes, read: frozenset[str] | None) -> bool:
    """Whether a changed triple may be one of those read; None: any is read."""
    if read is None:
        return changes.triples > 0
    return not read.isdisjoint(changes.predicates)


def _of_others(others: Report | None) -> int:
    return 0 if others is None else others.checked.focus_nodes


class _Again:
    """Judges what the changes of ``t`` can touch."""

    def __init__(self, engine: Engine, plan: Plan, state: State, changes: Changes) -> None:
        self.engine, self.plan, self.state = engine, plan, state
        self.affected = Affected(engine, plan.values, changes)
        self.roots = sorted(
            node
            for node in plan.chosen
            if plan.values[node].targets and not plan.values[node].deactivated
        )

    def made(self) -> _Made:
        again: dict[str, str] = {}
        dropped: dict[str, str | None] = {}
        for node in self.roots:
            shape = self.plan.values[node]
            touched = self.affected.union(
                (self.affected.by_target(shape), self.affected.by_shape(node))
            )
            if touched is None:
                continue
            dropped[node] = None if touched == ALL else touched
            nodes = self.affected.relation(self.affected.among(shape.targets, touched))
            if nodes is not None:
                again[node] = nodes
        found = self.state.rows(self.engine, self.plan.values, dropped)
        found += judge_nodes(self.engine, self.plan.values, again)
        judged = self.affected.union(again.values())
        return _Made(found, self._focus_nodes(), self._count(judged))

    def _focus_nodes(self) -> int:
        """How many focus nodes there are now: those of before, without and with some."""
        targets = tuple(
            dict.fromkeys(one for node in self.roots for one in self.plan.values[node].targets)
        )
        moved = self.affected.union(
            self.affected.by_target(self.plan.values[node]) for node in self.roots
        )
        if moved is None:
            return self.state.checked.focus_nodes
        if moved == ALL:
            return self._count(self.affected.relation(self.affected.among(targets, ALL)))
        among = f"(SELECT node FROM {moved})"
        now, before = (
            self._count(self.affected.relation(self.affected.among(targets, moved, near)))
            for near in (
                self.engine.relation(
                    f"SELECT s, p, o FROM {triples} WHERE s IN {among} OR o IN {among}"
                )
                for triples in ("t", BEFORE)
            )
        )
        return self.state.checked.focus_nodes + now - before

    def _count(self, nodes: Nodes) -> int:
        if nodes is None:
            return 0
        return int(self.engine.rows(f"SELECT count(*) FROM {nodes}")[0][0])
