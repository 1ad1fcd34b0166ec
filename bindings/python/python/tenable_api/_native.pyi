"""The native half of the package; import `tenable_api` instead."""

__all__ = ["__version__"]

__version__: str
