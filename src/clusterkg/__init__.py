"""Tables about regional economic clusters become a published knowledge graph."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("clusterkg")
