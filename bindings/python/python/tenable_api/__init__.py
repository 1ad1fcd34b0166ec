"""Administer users, roles and groups of Tenable products.

```python
from tenable_api import IdentityExposure

with IdentityExposure("https://acme.tenable.ad", api_key="...") as tie:
    for user in tie.users.list():
        print(user.email, user.locked_out)
```

One client a product, each with an asynchronous twin: `IdentityExposure`, `SecurityCenter`, `VulnerabilityManagement`, and
`AsyncIdentityExposure`, `AsyncSecurityCenter`, `AsyncVulnerabilityManagement`. Types of a product stand in its module, such as
`tenable_api.identity_exposure`; tasks over several products in `tenable_api.directory`; an emulator of the products for tests in
`tenable_api.testing`; pyTenable's names in `tenable_api.compat`.

What is asked for is loaded then: an import of the package by itself is quick, starts no thread and opens no connection.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._client import RawResponse
    from ._errors import (
        AuthenticationError,
        CallTimeoutError,
        ConfigurationError,
        ConflictError,
        ConnectError,
        ConnectionLostError,
        IncompleteError,
        InvalidInputError,
        NotAppliedError,
        NotFoundError,
        OrganizationRequiredError,
        OverloadedError,
        PermissionDeniedError,
        RateLimitedError,
        RedirectedError,
        RefusedError,
        ResponseTooLargeError,
        ServerError,
        SessionExpiredError,
        SessionLimitError,
        TenableError,
        TlsError,
        UnavailableError,
        UnreadableError,
        UnsupportedError,
    )
    from ._native import Items, ResponseInfo, __version__, enable_logging
    from ._values import UNSET, OpenEnum, Secret, Unset
    from .identity_exposure import AsyncIdentityExposure, IdentityExposure
    from .security_center import AsyncSecurityCenter, SecurityCenter
    from .vulnerability_management import AsyncVulnerabilityManagement, VulnerabilityManagement

_HOMES = {
    "identity_exposure": ("AsyncIdentityExposure", "IdentityExposure"),
    "security_center": ("AsyncSecurityCenter", "SecurityCenter"),
    "vulnerability_management": ("AsyncVulnerabilityManagement", "VulnerabilityManagement"),
    "_client": ("RawResponse",),
    "_errors": (
        "AuthenticationError",
        "CallTimeoutError",
        "ConfigurationError",
        "ConflictError",
        "ConnectError",
        "ConnectionLostError",
        "IncompleteError",
        "InvalidInputError",
        "NotAppliedError",
        "NotFoundError",
        "OrganizationRequiredError",
        "OverloadedError",
        "PermissionDeniedError",
        "RateLimitedError",
        "RedirectedError",
        "RefusedError",
        "ResponseTooLargeError",
        "ServerError",
        "SessionExpiredError",
        "SessionLimitError",
        "TenableError",
        "TlsError",
        "UnavailableError",
        "UnreadableError",
        "UnsupportedError",
    ),
    "_native": ("Items", "ResponseInfo", "__version__", "enable_logging"),
    "_values": ("UNSET", "OpenEnum", "Secret", "Unset"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_MODULES = ("admin", "compat", "directory", "identity_exposure", "security_center", "testing", "vulnerability_management")

__all__ = [
    "UNSET",
    "AsyncIdentityExposure",
    "AsyncSecurityCenter",
    "AsyncVulnerabilityManagement",
    "AuthenticationError",
    "CallTimeoutError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "ConnectionLostError",
    "IdentityExposure",
    "IncompleteError",
    "InvalidInputError",
    "Items",
    "NotAppliedError",
    "NotFoundError",
    "OpenEnum",
    "OrganizationRequiredError",
    "OverloadedError",
    "PermissionDeniedError",
    "RateLimitedError",
    "RawResponse",
    "RedirectedError",
    "RefusedError",
    "ResponseInfo",
    "ResponseTooLargeError",
    "Secret",
    "SecurityCenter",
    "ServerError",
    "SessionExpiredError",
    "SessionLimitError",
    "TenableError",
    "TlsError",
    "UnavailableError",
    "UnreadableError",
    "Unset",
    "UnsupportedError",
    "VulnerabilityManagement",
    "__version__",
    "enable_logging",
]


def __getattr__(name: str) -> Any:
    """Loads what is asked for, and keeps it."""
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
