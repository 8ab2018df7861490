"""2. What it means: an R2RML, RML or YARRRML document becomes triples maps, a plan, quads."""
