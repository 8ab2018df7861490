"""Where plans run: DuckDB in the process, Spark on as many machines as there are."""
