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

import sys

# Type checkers know the name. Here it is not taken from `_hints`, which is loaded with the first name that is asked for.
TYPE_CHECKING: bool = False

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

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
    from ._raw import RawResponse
    from ._values import UNSET, OpenEnum, Secret, Unset
    from .identity_exposure import AsyncIdentityExposure, IdentityExposure
    from .security_center import AsyncSecurityCenter, SecurityCenter
    from .vulnerability_management import AsyncVulnerabilityManagement, VulnerabilityManagement

_HOMES = {
    "identity_exposure": ("AsyncIdentityExposure", "IdentityExposure"),
    "security_center": ("AsyncSecurityCenter", "SecurityCenter"),
    "vulnerability_management": ("AsyncVulnerabilityManagement", "VulnerabilityManagement"),
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
    "_raw": ("RawResponse",),
    "_values": ("UNSET", "OpenEnum", "Secret", "Unset"),
}
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


def _loading(module: str, homes: Mapping[str, Iterable[str]]) -> Callable[[str], object]:
    """The `__getattr__` of a module: loads what is asked for from its home, a module of this package, and keeps it."""
    home_of = {name: home for home, names in homes.items() for name in names}

    def load(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        found = getattr(_module(home_of[name]), name)
        setattr(sys.modules[module], name, found)
        return found

    return load


def _module(name: str) -> ModuleType:
    """A module of this package. `importlib` would have to be loaded first."""
    __import__(f"{__name__}.{name}")
    return sys.modules[f"{__name__}.{name}"]


if not TYPE_CHECKING:
    _load = _loading(__name__, _HOMES)

    def __getattr__(name: str) -> object:
        return _module(name) if name in _MODULES else _load(name)


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
