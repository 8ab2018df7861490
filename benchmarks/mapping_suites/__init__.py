"""The parts of benchmarks/mapping.py: tables and mappings, engines, clock, comparison, report."""
