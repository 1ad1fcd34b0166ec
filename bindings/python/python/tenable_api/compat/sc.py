"""`tenable_api.compat.sc` for `tenable.sc`."""

from ._security_center import TenableSC

__all__ = ["TenableSC"]
