"""Plans → the lines of an N-Quads document, each once, as few and as cheap queries as possible.

Where a row's subject is another one for every row, all triples of a row are one concatenation,
and nothing has to be compared with anything. Only branches that may make the same quad twice
(a subject of several rows, several triples maps that state the same) are made distinct, and that
before their texts get long. What the rows hold is known from their profile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.mapping.gather_plan import is_gathered, shapes_of
from clusterkg.mapping.overlap import Shape, components, shape_of
from clusterkg.mapping.plan import Branch, Parent, Plan, quads
from clusterkg.mapping.profile import Profile, is_injective, key_cells
from clusterkg.mapping.specialise import is_given, key, parts, specialise
from clusterkg.mapping.term_plan import Compiled, Sql, all_of, given, sql_column, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterkg.mapping.rows import Cell
    from clusterkg.mapping.term_plan import Cells

__all__ = ["line_queries", "quad_queries"]


@dataclass(frozen=True)
class _Facts:
    """A plan, the profile of its rows, and those of all rows by their names."""

    plan: Plan
    profile: Profile
    profiles: Mapping[str, Profile]

    @property
    def never(self) -> frozenset[str]:
        """Conditions that hold for no row."""
        return self.profile.never

    @property
    def unique(self) -> bool:
        """Whether every row has a subject of its own."""
        return key(self.plan.subject.sql) in self.profile.unique

    def sql(self, term: Compiled) -> Sql:
        """A term of the own rows, as simple as these rows allow."""
        return specialise(term.sql, self.never)


def line_queries(
    plans: Sequence[Plan], profiles: Mapping[str, Profile], *, graphs: bool = True
) -> list[Sql]:
    """Queries with one column ``line``; all their rows together are the document, in no order.

    ``profiles`` are by the name of the rows; ``graphs`` says whether lines name their graph.
    A row may hold several lines, parted by line feeds. No line occurs twice.
    """
    wide, found = _grouped(plans, profiles, graphs=graphs)
    return [*(_wide(one, branches) for one, branches in wide), *map(_lines_of_quads, found)]


def quad_queries(
    plans: Sequence[Plan], profiles: Mapping[str, Profile], *, graphs: bool = True
) -> list[exp.Query]:
    """The same with the columns s, p, o, g instead of lines; no quad occurs twice."""
    wide, found = _grouped(plans, profiles, graphs=graphs)
    return [*(_terms(one, branch) for one, branches in wide for branch in branches), *found]


def _grouped(
    plans: Sequence[Plan], profiles: Mapping[str, Profile], *, graphs: bool
) -> tuple[list[tuple[_Facts, list[Branch]]], list[exp.Query]]:
    """Branches whose quads are all different, by their plans; and queries for all others."""
    facts = [_known(plan, profiles, graphs=graphs) for plan in plans]
    found: list[exp.Query] = []
    collected: list[tuple[_Facts, list[Branch]]] = []
    for one in facts:
        whole = [branch for branch in one.plan.branches if is_gathered(one.plan, branch)]
        if whole or one.plan.subject.collection is not None:
            collected.append((one, whole))
    owned = [
        (one, branch)
        for one in facts
        for branch in one.plan.branches
        if not is_gathered(one.plan, branch)
    ]
    wide: dict[int, list[Branch]] = {}
    shapes = [_shapes(one, branch) for one, branch in owned]
    together: list[range] = []
    for one, whole in collected:
        shapes += shapes_of(one.plan, whole)
        together.append(range(together[-1].stop if together else len(owned), len(shapes)))
    for group in components(shapes, together):
        members = [owned[position] for position in group if position < len(owned)]
        held = [
            quads(one.plan, whole)
            for (one, whole), those in zip(collected, together, strict=True)
            if those.start in group
        ]
        if len(members) + len(held) > 1:
            united = [exp.select("s", "p", "o", "g").from_(one.subquery("held")) for one in held]
            found.append(_distinct(_union([*(_terms(*m) for m in members), *united])))
            continue
        if held:
            found += held
            continue
        one, branch = members[0]
        if _is_plain(one, branch) and one.unique:
            wide.setdefault(facts.index(one), []).append(branch)
        elif branch.parent is not None and not _is_unnested(one, branch):
            found.append(_joined_quads(one, branch, branch.parent))
        else:
            found.append(_distinct_terms(one, branch))
    return [(facts[position], branches) for position, branches in wide.items()], found


# -- what is known -----------------------------------------------------------------------------


def _known(plan: Plan, profiles: Mapping[str, Profile], *, graphs: bool) -> _Facts:
    profile = profiles[plan.cells.rows.name]
    branches: dict[tuple[str, ...], Branch] = {}
    for branch in plan.branches:
        known = _known_branch(branch, profile.never, profiles, graphs=graphs)
        branches.setdefault(_text_of(known), known)
    subject = _surer(plan.subject, profile.never)
    known_plan = replace(
        plan,
        subject=subject,
        branches=tuple(branches.values()),
        graphs=plan.graphs if graphs else (_nowhere(),),
    )
    return _Facts(known_plan, profile, profiles)


def _known_branch(
    branch: Branch, never: frozenset[str], profiles: Mapping[str, Profile], *, graphs: bool
) -> Branch:
    parent = branch.parent
    others = profiles[parent.cells.rows.name].never if parent else never
    return Branch(
        _surer(branch.predicate, never),
        _surer(branch.object, others),
        _surer(branch.graph, never) if graphs else _nowhere(),
        parent,
    )


def _nowhere() -> Compiled:
    """The default graph."""
    return Compiled(exp.cast(exp.Null(), "VARCHAR"), sure=True)


def _surer(term: Compiled, never: frozenset[str]) -> Compiled:
    sure = term.sure or is_given(specialise(term.sql, never), never)
    return replace(term, sure=sure and not term.unnested)


def _text_of(branch: Branch) -> tuple[str, ...]:
    keys = branch.parent.keys if branch.parent else ()
    joined = [key(side.sql) for pair in keys for side in pair]
    name = branch.parent.cells.rows.name if branch.parent else ""
    return (*(key(term.sql) for term in branch.terms), name, *joined)


def _shapes(one: _Facts, branch: Branch) -> tuple[Shape, Shape, Shape, Shape]:
    subject, (predicate, target, graph) = one.plan.subject, branch.terms
    return (
        shape_of(subject.sql),
        shape_of(predicate.sql),
        shape_of(target.sql),
        shape_of(graph.sql),
    )


def _is_unnested(one: _Facts, branch: Branch) -> bool:
    parent = branch.parent
    inside = [parent.subject, *(side for _, side in parent.keys)] if parent else []
    return bool(
        one.plan.subject.unnested or branch.unnested or any(term.unnested for term in inside)
    )


def _is_plain(one: _Facts, branch: Branch) -> bool:
    return branch.parent is None and not _is_unnested(one, branch)


# -- all triples of a row at once --------------------------------------------------------------


def _wide(one: _Facts, branches: list[Branch]) -> Sql:
    sure = [all(term.sure for term in branch.terms) for branch in branches]
    first = sure.index(True) if any(sure) else None
    pieces = [_line(one, branch) for branch in branches]
    feed = sql_text("\n")
    rest = [
        _concat([feed.copy(), *piece]) for position, piece in enumerate(pieces) if position != first
    ]
    if first is not None:
        line = _all_of_row([_concat(pieces[first]), *rest])
    else:
        line = exp.Anonymous(this="ltrim", expressions=[_all_of_row(rest), feed])
    rows = _subjects(one, branches, distinct=False)
    found = exp.select(exp.alias_(line, "line")).from_(rows.subquery("subjects"))
    if first is not None:
        return found
    return exp.select("line").from_(found.subquery("lines")).where("line <> ''")


def _all_of_row(pieces: list[Sql]) -> Sql:
    """The pieces one after the other; one that is NULL is nothing."""
    if len(pieces) == 1:
        return pieces[0]
    return exp.Anonymous(this="concat", expressions=pieces)


def _line(one: _Facts, branch: Branch) -> list[Sql]:
    predicate, target, graph = (one.sql(term) for term in branch.terms)
    blank = sql_text(" ")
    named = [] if _is_nowhere(graph) else [blank, graph]
    return [sql_column("s"), blank, predicate, blank, target, *named, sql_text(" .")]


def _is_nowhere(graph: Sql) -> bool:
    return isinstance(graph, exp.Cast) and isinstance(graph.this, exp.Null)


def _concat(pieces: Iterable[Sql]) -> Sql:
    """A concatenation that is NULL if a piece is."""
    flat = [piece.copy() for piece in pieces]
    whole = reduce(lambda left, right: exp.DPipe(this=left, expression=right, safe=False), flat)
    return reduce(
        lambda left, right: exp.DPipe(this=left, expression=right, safe=False), parts(whole)
    ).copy()


def _subjects(
    one: _Facts, branches: Iterable[Branch], *, distinct: bool, further: Sequence[Sql] = ()
) -> exp.Select:
    """The cells that are needed, and the subject as ``s``."""
    subject = one.plan.subject
    terms = [subject.sql, *further]
    for branch in branches:
        terms += [branch.predicate.sql, branch.graph.sql]
        terms += [branch.object.sql] if branch.parent is None else []
    rows = _cells(one.plan.cells, terms, distinct=distinct)
    made = exp.select("*", exp.alias_(one.sql(subject), "s", quoted=True)).from_(
        rows.subquery("cells")
    )
    if subject.sure:
        return made
    return exp.select("*").from_(made.subquery("named")).where(given(sql_column("s")))


def _cells(cells: Cells, terms: Iterable[Sql], *, distinct: bool) -> exp.Select:
    names = {column.name for term in terms for column in term.find_all(exp.Column)}
    used: list[Cell] = [cell for cell in cells.found.values() if cell.alias in names]
    rows = cells.select(cells.rows.name, only=used)
    return rows.distinct() if distinct else rows


# -- one branch, where its quads may be the same for several rows ------------------------------


def _terms(one: _Facts, branch: Branch) -> exp.Query:
    """s, p, o, g of a branch; the same quad may come several times."""
    if _is_unnested(one, branch):
        # a query with a common table has to be in parentheses to take part in a union
        found = quads(one.plan, [branch])
        return exp.select("s", "p", "o", "g").from_(found.subquery("quads_of_branch"))
    if branch.parent is not None:
        return _joined(one, branch, branch.parent)[0]
    rows = _subjects(one, [branch], distinct=not one.unique)
    made = exp.select(*_spog(one, branch)).from_(rows.subquery("subjects"))
    return _sure(made, branch)


def _spog(one: _Facts, branch: Branch) -> list[Sql]:
    target = sql_column("object") if branch.parent else one.sql(branch.object)
    terms = (sql_column("s"), one.sql(branch.predicate), target, one.sql(branch.graph))
    return [exp.alias_(term, name) for term, name in zip(terms, "spog", strict=True)]


def _sure(made: exp.Select, branch: Branch) -> exp.Query:
    unsure = [
        sql_column(name) for name, term in zip("pog", branch.terms, strict=True) if not term.sure
    ]
    if not unsure:
        return made
    conditions = all_of([given(column) for column in unsure])
    return exp.select("s", "p", "o", "g").from_(made.subquery("terms")).where(conditions)


def _distinct_terms(one: _Facts, branch: Branch) -> exp.Query:
    """The quads of one branch, each once: of distinct cells if that is enough."""
    made = _terms(one, branch)
    if _is_unnested(one, branch) or _is_one_to_one(one, branch):
        return made
    return _distinct(made)


def _is_one_to_one(one: _Facts, branch: Branch) -> bool:
    """Whether different cells make different quads: terms that are one-to-one, or fixed."""
    return all(
        _is_fixed(term.sql) or is_injective(term.sql, one.never)
        for term in (one.plan.subject, *branch.terms)
    )


def _is_fixed(sql: Sql) -> bool:
    return sql.find(exp.Column) is None


def _union(queries: Sequence[exp.Query]) -> exp.Query:
    return reduce(
        lambda left, right: exp.Union(this=left, expression=right, distinct=False), queries
    )


def _distinct(query: exp.Query) -> exp.Select:
    return exp.select("s", "p", "o", "g").distinct().from_(query.subquery("quads_of_maps"))


def _lines_of_quads(found: exp.Query) -> Sql:
    graph = exp.Anonymous(
        this="coalesce",
        expressions=[
            exp.DPipe(this=sql_text(" "), expression=sql_column("g"), safe=False),
            sql_text(""),
        ],
    )
    blank = sql_text(" ")
    pieces = [
        sql_column("s"),
        blank,
        sql_column("p"),
        blank,
        sql_column("o"),
        graph,
        sql_text(" ."),
    ]
    return exp.select(exp.alias_(_concat(pieces), "line")).from_(found.subquery("quads"))


# -- joins -------------------------------------------------------------------------------------


def _joined_quads(one: _Facts, branch: Branch, parent: Parent) -> exp.Query:
    query, is_set = _joined(one, branch, parent)
    return query if is_set else _distinct(query)


def _joined(one: _Facts, branch: Branch, parent: Parent) -> tuple[exp.Query, bool]:
    """s, p, o, g of a branch with a parent, and whether each comes once.

    Both sides are made distinct before they are joined, so that a join of many with many does
    not multiply rows that say the same.
    """
    other = one.profiles[parent.cells.rows.name]
    child_keys = [child.sql for child, _ in parent.keys]
    parent_keys = [side.sql for _, side in parent.keys]
    child = _subjects(one, [branch], distinct=not one.unique, further=child_keys)
    unique = key(parent.subject.sql) in other.unique
    cells = _cells(parent.cells, [parent.subject.sql, *parent_keys], distinct=not unique)
    right = exp.select(
        exp.alias_(specialise(parent.subject.sql, other.never), "object", quoted=True),
        *(exp.alias_(k.copy(), f"k{n}", quoted=True) for n, k in enumerate(parent_keys)),
    ).from_(cells.subquery("cells"))
    conditions = all_of(
        [exp.EQ(this=k.copy(), expression=sql_column(f"k{n}")) for n, k in enumerate(child_keys)]
    )
    made = (
        exp.select(*_spog(one, branch))
        .from_(child.subquery("subjects"))
        .join(right.subquery("parents"), on=conditions)
    )
    return _sure(made, branch), _is_set(one, branch, parent, other)


def _is_set(one: _Facts, branch: Branch, parent: Parent, other: Profile) -> bool:
    """Whether a pair of different rows of the two sides always makes a different quad."""
    target = branch.object.sql
    fixed = _is_fixed(branch.predicate.sql) and _is_fixed(branch.graph.sql)
    if not fixed or not is_injective(target, other.never):
        return False
    child_keys = [_cell_of(child.sql) for child, _ in parent.keys]
    parent_keys = [_cell_of(side.sql) for _, side in parent.keys]
    if None in child_keys or None in parent_keys:
        return False
    if one.unique:
        return True
    subject = one.plan.subject.sql
    if not is_injective(subject, one.never):
        return False
    of_subject, of_object = key_cells(subject) or (), key_cells(target) or ()
    return set(child_keys) <= set(of_subject) or set(parent_keys) <= set(of_object)


def _cell_of(sql: Sql) -> str | None:
    """The cell whose plain text an expression is."""
    value = sql.this if isinstance(sql, exp.Cast) else sql
    return value.name if isinstance(value, exp.Column) else None
