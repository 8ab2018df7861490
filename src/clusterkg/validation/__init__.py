"""4. Whether it holds: shapes and a graph become findings."""
