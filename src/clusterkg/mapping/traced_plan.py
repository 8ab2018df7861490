"""One triples map, run again for some nodes: which cells made their quads, or would make them.

The nodes and quads that are asked for stand in temporary tables that the ``Question`` makes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from clusterkg.findings import Role
from clusterkg.mapping.asked import Missing, subject_pattern
from clusterkg.mapping.gather_plan import is_gathered
from clusterkg.mapping.plan import parent_rows, unnest, used_cells
from clusterkg.mapping.term_plan import sql_column, varchar
from clusterkg.mapping.traced_rows import Part, traced_rows
from clusterkg.mapping.triples_map import Constant, LogicalQuery, RefObjectMap, TermMap
from clusterkg.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.mapping.asked import Quad, Question
    from clusterkg.mapping.cells import Cells, Sql
    from clusterkg.mapping.logical_rows import RowFinder
    from clusterkg.mapping.plan import Branch, Parent, Plan
    from clusterkg.mapping.provenance import Named
    from clusterkg.mapping.traced_rows import Hit, TracedRows
    from clusterkg.mapping.triples_map import Mapping as MappingDocument

__all__ = ["Answer", "trace_plan"]

_Row = dict[str, Any]
_TYPE = f"<{RDF}type>"
_PARENT, _TEXT = "parent", "text_"
"""What the names of a joined parent's hidden columns and of the object's cells begin with."""


@dataclass(frozen=True)
class Answer:
    """The cells of one row that something asked for comes from, and the line of the mapping.

    ``file`` is the mapping document's. Of several answers to the same, those of the least
    ``rank`` count. Without cells, the mapping itself says it.
    """

    about: Quad | Missing | str
    hits: tuple[tuple[Hit, Role], ...]
    file: str
    line: int | None
    rank: int = 0


def trace_plan(
    finder: RowFinder, plan: Plan, mapping: MappingDocument, question: Question, file: str
) -> Iterator[Answer]:
    """What a plan has to say of what is asked; ``file`` is how its mapping is called."""
    source = plan.triples_map.source
    rows = traced_rows(finder, source, "traced_own")
    if rows is None:
        return
    tracing = _Tracing(finder, plan, mapping, question, file)
    yield from tracing.answers(rows)
    if isinstance(source, LogicalQuery) and tracing.lacking:
        relaxed = traced_rows(finder, source, "traced_own", relaxed=True)
        if relaxed is not None:
            yield from tracing.relaxed(relaxed)


class _Tracing:
    def __init__(
        self,
        finder: RowFinder,
        plan: Plan,
        mapping: MappingDocument,
        question: Question,
        file: str,
    ) -> None:
        self.finder, self.plan, self.mapping, self.file = finder, plan, mapping, file
        self.question, self.asked = question, question.asked
        self.connection = finder.connection
        self.branches: list[Branch] = []
        self.stated: set[str] = set()
        for branch in plan.branches:
            stated = {one for one in question.subjects if _may_state(branch, one)}
            if stated and not is_gathered(plan, branch):
                self.branches.append(branch)
                self.stated |= stated
        self.lacking: set[tuple[str, str]] = set()
        """The missing values whose node has no row here."""

    def answers(self, rows: TracedRows) -> Iterator[Answer]:
        """What the rows of the triples map say."""
        here: set[str] = set()
        if self._keep_rows(rows):
            yield from self._nodes(rows)
            for branch in self.branches:
                yield from self._branch(branch, rows, relaxed=False)
            here |= {row["s"] for row in self._fetched("SELECT DISTINCT s FROM trace_rows")}
        pattern = subject_pattern(self.plan.triples_map, self.mapping.base_iri)
        self.lacking = {
            (node, predicate)
            for node, predicate in self.question.missing
            if node not in here and predicate in self.stated and pattern.fullmatch(node)
        }

    def relaxed(self, rows: TracedRows) -> Iterator[Answer]:
        """What the rows say that the query leaves out."""
        for branch in self.branches if self._keep_rows(rows) else ():
            for answer in self._branch(branch, rows, relaxed=True):
                about = answer.about
                if isinstance(about, Missing) and (about.node, about.predicate) in self.lacking:
                    yield answer

    # -- rows ----------------------------------------------------------------------------------

    def _keep_rows(self, rows: TracedRows) -> bool:
        """The rows of the nodes that are asked for, with their cells, in ``trace_rows``.

        Whether there are any.
        """
        plan = self.plan
        used = used_cells(plan, [*self.branches, *self._types()])
        cells = unnest(plan.cells.select(rows.name, *rows.hidden, only=used), plan.subject.unnested)
        subject = plan.subject.sql.sql(dialect="duckdb")
        kept = self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE trace_rows AS SELECT * FROM (SELECT *, "
            f"{subject} AS s FROM ({cells.sql(dialect='duckdb')})) "
            "WHERE s IN (SELECT node FROM trace_nodes)"
        ).fetchone()
        return bool(kept and kept[0])

    def _types(self) -> list[Branch]:
        """The branches that say what a node is, as far as its row alone tells."""
        return [
            branch
            for branch in self.plan.branches
            if _constant(branch.predicate.sql) == _TYPE
            and branch.parent is None
            and not branch.unnested
            and not is_gathered(self.plan, branch)
        ]

    def _nodes(self, rows: TracedRows) -> Iterator[Answer]:
        """The cells that gave the nodes; those of rows that say what a node is count most."""
        if not self.asked.nodes:
            return
        term = self.plan.triples_map.subject
        types = [f"({one.object.sql.sql(dialect='duckdb')}) IS NOT NULL" for one in self._types()]
        names = rows.names(_references(self.plan.cells, self.plan.subject.sql))
        columns = ", ".join(["s", f"{' OR '.join(types) or 'false'} AS typed", *rows.hidden])
        for row in self._fetched(f"SELECT DISTINCT {columns} FROM trace_rows"):
            if row["s"] in self.asked.nodes:
                hits = tuple((hit, Role.SUBJECT) for hit in _own(rows.hits(names, row)))
                yield Answer(row["s"], hits, self.file, term.line, 0 if row["typed"] else 1)

    def _branch(self, branch: Branch, rows: TracedRows, *, relaxed: bool) -> Iterator[Answer]:
        """The cells of all rows whose quad is asked for, or whose quad is missing."""
        parent = self._parent(branch.parent) if branch.parent else None
        look = _Look(self.plan, branch, rows, parent)
        if relaxed and not look.object:  # the same for all: not what such a row would give
            return
        made = self._rows_of(branch, rows, parent).sql(dialect="duckdb")
        line = _line(branch.stated) or self.plan.triples_map.line
        for row in self._fetched(f"SELECT DISTINCT * FROM ({made}) AS b WHERE {_WANTED}"):
            quad = (row["s"], row["p"], row["o"])
            if quad in self.asked.quads and not relaxed:
                yield Answer(quad, look.made(row), self.file, line)
            if row["o"] is not None and not (relaxed and rows.fails(row)):
                continue
            for one in self.question.missing.get((row["s"], row["p"]), ()):
                if _would_do(branch.stated, one.languages):
                    yield Answer(one, look.missing(row), self.file, line, int(relaxed))

    def _rows_of(self, branch: Branch, rows: TracedRows, parent: TracedRows | None) -> exp.Select:
        """s, p and o of every row with its hidden columns, and the cells that o is made of."""
        cells = unnest(exp.select("*").from_("trace_rows"), branch.unnested)
        target = branch.object.sql if branch.parent is None else sql_column("object")
        texts = [
            exp.alias_(varchar(sql_column(name)), f"{_TEXT}{name}", quoted=True)
            for name in ([] if branch.parent else _column_names(branch.object.sql))
        ]
        hidden = [sql_column(name) for name in rows.hidden]
        further = [sql_column(f"{_PARENT}{name}") for name in (parent.hidden if parent else ())]
        made = exp.select(
            sql_column("s"),
            exp.alias_(branch.predicate.sql.copy(), "p"),
            exp.alias_(target.copy(), "o"),
            *texts,
            *hidden,
            *further,
        ).from_(cells.subquery("cells"))
        if branch.parent is None or parent is None:
            return made
        joined = parent_rows(
            branch.parent,
            branch.parent.keys,
            branch.parent.subject,
            relation=parent.name,
            further=parent.hidden,
        )
        keys = [f"k{number}" for number in range(len(branch.parent.keys))]
        renamed = exp.select(
            *map(sql_column, ["object", *keys]),
            *(exp.alias_(sql_column(one), f"{_PARENT}{one}", quoted=True) for one in parent.hidden),
        ).from_(joined.subquery("rows_of_parent"))
        equal = [
            exp.EQ(this=child.sql.copy(), expression=sql_column(key))
            for key, (child, _) in zip(keys, branch.parent.keys, strict=True)
        ]
        return made.join(renamed.subquery("parents"), on=exp.and_(*equal), join_type="left")

    def _parent(self, parent: Parent) -> TracedRows | None:
        source = self.mapping.triples_map(parent.name).source
        return traced_rows(self.finder, source, "traced_parent")

    def _fetched(self, sql: str) -> list[_Row]:
        found = self.connection.execute(sql)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _line(stated: TermMap | RefObjectMap | None) -> int | None:
    """The line of the mapping that states an object."""
    if stated is None or stated.line or isinstance(stated, TermMap):
        return stated.line if stated else None
    return next((join.child.line for join in stated.joins if join.child.line), None)


def _may_state(branch: Branch, predicate: str) -> bool:
    """Whether a branch could have a predicate, by how it begins."""
    sql = branch.predicate.sql
    constant = _constant(sql)
    if constant is not None:
        return constant == predicate
    while isinstance(sql, exp.DPipe):
        sql = sql.this
    return predicate.startswith(_constant(sql) or "")


_WANTED = (
    "EXISTS (SELECT 1 FROM trace_quads AS q WHERE q.s = b.s AND q.p = b.p AND q.o = b.o) "
    "OR EXISTS (SELECT 1 FROM trace_missing AS m WHERE m.s = b.s AND m.p = b.p)"
)


class _Look:
    """What the cells of a branch's rows mean."""

    def __init__(
        self, plan: Plan, branch: Branch, rows: TracedRows, parent: TracedRows | None
    ) -> None:
        self.rows, self.parent = rows, parent
        self.subject = rows.names(_references(plan.cells, plan.subject.sql))
        self.predicate = rows.names(_references(plan.cells, branch.predicate.sql))
        self.keys: frozenset[Named] = frozenset()
        self.object: frozenset[Named] = frozenset()
        self.each: dict[str, frozenset[Named]] = {}
        if branch.parent is not None:
            for child, _ in branch.parent.keys:
                self.keys |= rows.names(_references(plan.cells, child.sql))
            if parent is not None:
                of_parent = _references(branch.parent.cells, branch.parent.subject.sql)
                self.object = parent.names(of_parent)
        else:
            self.object = rows.names(_references(plan.cells, branch.object.sql))
            for name in _column_names(branch.object.sql):
                self.each[name] = rows.names(_references(plan.cells, sql_column(name)))

    def made(self, row: _Row) -> tuple[tuple[Hit, Role], ...]:
        """The cells that gave the object; beside them those it was found by, and its subject's."""
        objects = self._objects(row)
        found = [
            (hit, Role.VALUE if hit.part is Part.OWN else Role.SOURCE)
            for hit in objects
            if hit.part is not Part.LOST
        ]
        if not any(role is Role.VALUE for _, role in found):
            found += [(hit, Role.VALUE) for hit in objects if hit.part is Part.LOST]
        found += [(hit, Role.SOURCE) for hit in self.rows.hits(self.keys | self.predicate, row)]
        own = _own(self.rows.hits(self.subject, row))
        where = {(hit.reading, hit.row) for hit, _ in found}
        if not any((hit.reading, hit.row) in where for hit in own):
            found += [(hit, Role.SUBJECT) for hit in own]
        return tuple(found)

    def _objects(self, row: _Row) -> list[Hit]:
        """The cells behind the object, each with the text that the row has of it."""
        if self.parent is None:
            return [
                replace(hit, text=row[f"{_TEXT}{name}"] if hit.part is Part.OWN else None)
                for name, names in self.each.items()
                for hit in self.rows.hits(names, row)
            ]
        length = len(_PARENT)
        given = {name[length:]: value for name, value in row.items() if name.startswith(_PARENT)}
        return list(self.parent.hits(self.object, given))

    def missing(self, row: _Row) -> tuple[tuple[Hit, Role], ...]:
        """The cells that should have given an object."""
        failed = self.rows.failed(row)
        empty = [names for name, names in self.each.items() if row[f"{_TEXT}{name}"] is None]
        names = failed or frozenset(name for some in empty for name in some)
        asked = names or (self.object if self.parent is None else self.keys)
        hits = list(self.rows.hits(asked, row))
        hits = hits or list(_own(self.rows.hits(self.subject, row)))
        return tuple((hit, Role.SOURCE if hit.part is Part.KEY else Role.MISSING) for hit in hits)


def _own(hits: Iterable[Hit]) -> list[Hit]:
    """The cells themselves, without those they were found by."""
    found = list(hits)
    return [hit for hit in found if hit.part is Part.OWN] or found


def _constant(sql: Sql) -> str | None:
    """The term, if it is the same for every row."""
    return str(sql.this) if isinstance(sql, exp.Literal) and sql.is_string else None


def _column_names(sql: Sql) -> list[str]:
    return list(dict.fromkeys(column.name for column in sql.find_all(exp.Column)))


def _references(cells: Cells, sql: Sql) -> tuple[str, ...]:
    """The columns of the rows that an expression over their cells reads."""
    found: dict[str, None] = {}
    for name in _column_names(sql):
        for cell in cells.found.values():
            if not name.endswith(cell.alias):
                continue
            computed = cells.computed.get(cell.alias)
            found.update(
                dict.fromkeys([cell.reference] if computed is None else _column_names(computed))
            )
    return tuple(found)


def _would_do(stated: TermMap | RefObjectMap | None, languages: Sequence[str] | None) -> bool:
    """Whether a value as stated could have one of the languages; '' is a value without one."""
    if languages is None or not isinstance(stated, TermMap):
        return languages is None
    expression = stated.expression
    tag: str | None = ""
    if stated.language is not None:
        spoken = stated.language.expression
        tag = spoken.value if isinstance(spoken, Constant) else None
    elif isinstance(expression, Constant):
        tag = expression.language or ""
    if tag is None:
        return True
    return any(
        tag.lower() == one.lower() or (one and tag.lower().startswith(f"{one.lower()}-"))
        for one in languages
    )
