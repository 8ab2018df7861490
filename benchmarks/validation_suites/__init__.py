"""What `benchmarks/validation.py` is made of: triples, shapes, engines, results."""
