"""Tables about regional economic clusters become a published knowledge graph."""

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    # to read a package's metadata takes a twentieth of a second, and most commands do not ask
    if name == "__version__":
        from importlib.metadata import version

        return version("clusterkg")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
