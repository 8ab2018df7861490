"""What a mapping says of databases and SPARQL endpoints → LogicalDatabase, LogicalSparql.

A database is described as the D2RQ vocabulary does (``d2rq:jdbcDSN``, ``d2rq:username``) or named
by its URL; an endpoint as the SPARQL 1.1 Service Description does (``sd:endpoint``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from clusterkg.mapping.triples_map import LogicalDatabase, LogicalSparql
from clusterkg.mapping.vocabulary import formulation_of
from clusterkg.sources.databases import Address, NotAnAddressError, is_address, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.rdf_terms import Graph, Node

    Text = Callable[[Node], tuple[str, int | None]]

__all__ = ["DatabaseReader"]

_D2RQ: Final = "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#"
_SERVICE: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/SPARQL_Results_"
_RESULTS: Final = "$.results.bindings[*]"
_MEDIA: Final = {"json": "JSON", "csv": "CSV"}


@dataclass(frozen=True)
class DatabaseReader:
    """Reads the logical sources of one document that are no files."""

    graph: Graph
    problems: Problems

    def owns(self, node: Node) -> bool:
        """Whether a source is a database or an endpoint."""
        value = str(getattr(node, "value", ""))
        return bool(self._values(node, f"{_D2RQ}jdbcDSN")) or (
            self._described(node) in ("Database", "Service") or is_address(value)
        )

    def read(
        self, words: dict[str, list[Node]], name: str, line: int | None, text: Text, *, new: bool
    ) -> LogicalDatabase | LogicalSparql | None:
        """The logical source whose ``words`` name such a source; None after a problem.

        ``text`` gives the value of a literal with its line; ``new`` says that the document uses
        the new vocabulary of RML.
        """
        node = words["source"][0]
        if self._described(node) == "Service":
            return self._sparql(words, name, line, text, new=new)
        address = self._address(node, name, line)
        if address is None:
            return None
        if address.kind == "mysql" and "SQL2008" in self._versions(words):
            # standard SQL: double quotes delimit names
            address = replace(address, options=(*address.options, ("sql_mode", "ANSI_QUOTES")))
        formulation = str(getattr((words.get("referenceFormulation") or [None])[0], "value", ""))
        table = words.get("tableName", [])
        query = words.get("query", [])
        for iterator in words.get("iterator", []) if not table and not query else ():
            given = text(iterator)[0].lstrip().lower()
            is_query = given.startswith(("select", "with", "values")) and " " in given
            if formulation.endswith("SQL2008Table") or not (
                is_query or formulation.endswith("SQL2008Query")
            ):
                table = [iterator]
            else:
                query = [iterator]
        if query:
            sql, query_line = text(query[0])
            return LogicalDatabase(address, None, sql, query_line)
        if table:
            found, table_line = text(table[0])
            return LogicalDatabase(address, found, None, table_line)
        self.problems.add(
            f"the logical source of '{name}' names no table and no query of the database",
            line=line,
            hint='Write rr:tableName "people", or rml:iterator "SELECT …".',
        )
        return None

    def _address(self, node: Node, name: str, line: int | None) -> Address | None:
        given = self._values(node, f"{_D2RQ}jdbcDSN")
        user = (self._values(node, f"{_D2RQ}username") or [""])[0]
        password = any(self._values(node, f"{_D2RQ}password"))
        value = given[0] if given else str(getattr(node, "value", ""))
        try:
            address = parse_address(value, user=user, told=password)
        except NotAnAddressError as error:
            self.problems.add(
                f"the database of '{name}' is not understood: {error.what}",
                line=line,
                hint=error.hint,
            )
            return None
        return address

    def _sparql(
        self, words: dict[str, list[Node]], name: str, line: int | None, text: Text, *, new: bool
    ) -> LogicalSparql | None:
        endpoints = self._values(words["source"][0], f"{_SERVICE}endpoint")
        queries = words.get("query", [])
        formats = self._values(words["source"][0], f"{_SERVICE}resultFormat")
        given = words.get("referenceFormulation", [])
        formulation = formulation_of(getattr(given[0], "value", "")) if given else "json"
        wanted = f"{_FORMATS}{_MEDIA.get(str(formulation), '')}"
        iterators = [text(one)[0] for one in words.get("iterator", [])]
        if not endpoints or not endpoints[0].lower().startswith(("http://", "https://")):
            what, hint = "names no sd:endpoint", "It begins with https:// or http://."
        elif not queries:
            what, hint = "has no rml:query", "Write the SELECT that is to be asked."
        elif formulation not in _MEDIA or (formats and wanted not in formats):
            what = "asks for results in a form that is not supported"
            hint = "Known are JSON with JSONPath and CSV with CSV."
        else:
            query, query_line = text(queries[0])
            iterator = iterators[0] if iterators else _RESULTS
            return LogicalSparql(
                endpoints[0], query, str(formulation), iterator, new, query_line or line
            )
        self.problems.add(f"the SPARQL source of '{name}' {what}", line=line, hint=hint)
        return None

    def _versions(self, words: dict[str, list[Node]]) -> set[str]:
        values = (str(getattr(node, "value", "")) for node in words.get("sqlVersion", []))
        return {value.rpartition("#")[2] for value in values}

    def _described(self, node: Node) -> str:
        """``Database`` or ``Service`` where the node has such a type, or a property of one."""
        predicates: dict[str, list[Node]] = self.graph.get(node, {})
        if f"{_SERVICE}endpoint" in predicates:
            return "Service"
        types = {
            str(getattr(value, "value", ""))
            for predicate, values in predicates.items()
            for value in values
            if predicate.endswith("#type")
        }
        if f"{_SERVICE}Service" in types:
            return "Service"
        return "Database" if f"{_D2RQ}Database" in types else ""

    def _values(self, node: Node, predicate: str) -> list[str]:
        if node not in self.graph:
            return []
        return [str(getattr(value, "value", "")) for value in self.graph[node].get(predicate, [])]
