"""`tenable_api.compat.io` for `tenable.io`."""

from ._vulnerability_management import TenableIO

__all__ = ["TenableIO"]
