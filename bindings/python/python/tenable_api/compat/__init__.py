"""pyTenable's names on top of this package, for users, roles and groups.

A script changes its import line and keeps working:

```python
from tenable_api.compat import TenableIE  # was: from tenable.ie import TenableIE

tie = TenableIE(url="https://acme.tenable.ad", api_key=key)
for user in tie.users.list():
    print(user["name"], user.locked_out)
```

`tenable_api.compat.ie`, `.sc`, `.io` and `.errors` stand for `tenable.ie`, `tenable.sc`, `tenable.io` and `tenable.errors`.
What is covered and what behaves differently is told in "Coming from pyTenable", and of a script by
`python -m tenable_api.compat.doctor SCRIPT`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._box import Box, BoxList
    from ._identity_exposure import TenableIE
    from ._security_center import TenableSC
    from ._vulnerability_management import TenableIO

__all__ = ["Box", "BoxList", "TenableIE", "TenableIO", "TenableSC"]

_HOME = {
    "Box": "_box",
    "BoxList": "_box",
    "TenableIE": "_identity_exposure",
    "TenableIO": "_vulnerability_management",
    "TenableSC": "_security_center",
}
_MODULES = ("errors", "ie", "io", "sc")


def __getattr__(name: str) -> Any:
    """Loads a product only when it is asked for."""
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
