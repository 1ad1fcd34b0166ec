"""`tenable_api.compat.ie` for `tenable.ie`."""

from ._identity_exposure import TenableIE

__all__ = ["TenableIE"]
