"""A SPARQL SELECT over a local RDF file → its solutions as records of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.errors import SourceError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["select"]

_SUFFIXES = ("nt", "nq", "ttl", "trig", "rdf", "n3", "xml", "jsonld")


def select(path: Path, query: str, at: str) -> tuple[tuple[str, ...], Iterator[list[str | None]]]:
    """The variables of a query and its solutions, each term as its text.

    The default graph is all that the file states. Raises SourceError.
    """
    import pyoxigraph

    suffix = path.suffix.removeprefix(".").lower()
    form = pyoxigraph.RdfFormat.from_extension(suffix)
    if form is None:
        raise SourceError(
            f"the suffix '{path.suffix}' is of no RDF syntax",
            at=at,
            hint=did_you_mean(suffix, _SUFFIXES),
        )
    store = pyoxigraph.Store()
    try:
        store.bulk_load(path=str(path), format=form, base_iri=path.resolve().as_uri())
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise SourceError(f"not {form.name}: {error.msg}", at=f"{at}{line}") from error
    except ValueError as error:
        raise SourceError(f"not {form.name}: {error}", at=at) from error
    try:
        found = store.query(query, use_default_graph_as_union=True)
    except (SyntaxError, ValueError) as error:
        raise SourceError(f"the query is refused: {error}", at=at) from error
    if not isinstance(found, pyoxigraph.QuerySolutions):
        raise SourceError(
            "the query is no SELECT", at=at, hint="Its variables are the columns of the rows."
        )
    names = tuple(variable.value for variable in found.variables)

    def rows() -> Iterator[list[str | None]]:
        for solution in found:
            terms = [solution[name] for name in names]
            yield [None if term is None else getattr(term, "value", str(term)) for term in terms]

    return names, rows()
