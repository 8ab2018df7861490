"""How the other engines are called, each by its own Python: callers.py ENGINE DATA SHAPES OUT.

Each reads the two files itself and writes a complete report in N-Triples, in the shortest way that
it has. This file runs in the environment of the engine, and imports nothing but that engine.
"""

from __future__ import annotations

import sys
from pathlib import Path


def pyshacl(data: str, shapes: str) -> str:
    import pyshacl as engine
    from rdflib import Graph

    graph = Graph().parse(data, format="nt")
    wanted = Graph().parse(shapes, format="turtle")
    _, found, _ = engine.validate(graph, shacl_graph=wanted, inplace=True)
    return found.serialize(format="nt")


def pyrudof(data: str, shapes: str) -> str:
    from pyrudof import RDFFormat, ResultShaclValidationFormat, Rudof, RudofConfig

    engine = Rudof(RudofConfig())
    engine.read_data(Path(data), format=RDFFormat.NTriples)
    engine.read_shacl(Path(shapes))
    engine.validate_shacl()
    return engine.serialize_shacl_validation_results(ResultShaclValidationFormat.NTriples)


def shacl(data: str, shapes: str) -> str:
    import shacl as engine

    return engine.validate(data, shapes).serialize("ntriples")


def pyshifty(data: str, shapes: str) -> str:
    """Without rdflib, and without inference, of which there is nothing to do."""
    from shifty._shifty import PreparedValidator

    engine = PreparedValidator(shapes_path=shapes, shapes_format="turtle")
    found = engine.validate_w3c(
        data_path=data, data_format="ntriples", run_infer=False, sort_results=False
    )
    return found._report_ntriples


if __name__ == "__main__":
    name, data, shapes, target = sys.argv[1:]
    Path(target).write_text(globals()[name](data, shapes), "utf-8")
