"""Tables about regional economic clusters become a published knowledge graph."""

__all__ = ["__version__"]

__version__ = "0.1.0"
"""As in pyproject.toml; to ask the package's metadata for it takes time in every run."""
