"""Where plans run: DuckDB in the process."""
