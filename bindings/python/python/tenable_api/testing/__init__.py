"""The products, emulated in this process, to test scripts and services with.

```python
from tenable_api.testing import Emulator

with Emulator() as emulator, emulator.identity_exposure() as tie:
    ann = tie.users.create("Ann", "ann@example.com", "Violet-Harbor-42")
    assert tie.users.details(ann.id).email == "ann@example.com"
```

The emulator keeps state, checks requests as strictly as the products do, and can be slow, broken or out of order on demand. It
serves on free ports of 127.0.0.1, in threads of this process that Python code never runs on. With pytest, use the fixtures of
`tenable_api.testing.pytest_plugin`, which pytest finds by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._conditions import Product
    from ._emulator import Emulator
    from ._endpoints import (
        Account,
        ClientCertificate,
        ControlEndpoint,
        Endpoints,
        IdentityExposureEndpoint,
        SecurityCenterEndpoint,
        VulnerabilityManagementEndpoint,
    )
    from ._errors import EmulatorError
    from ._faults import ActiveFault, Fault, Faults
    from ._instruments import Clock, Mail, Rule, Rules, rules
    from ._journal import Journal, JournalEntry
    from ._options import ClientOptions

__all__ = [
    "Account",
    "ActiveFault",
    "ClientCertificate",
    "ClientOptions",
    "Clock",
    "ControlEndpoint",
    "Emulator",
    "EmulatorError",
    "Endpoints",
    "Fault",
    "Faults",
    "IdentityExposureEndpoint",
    "Journal",
    "JournalEntry",
    "Mail",
    "Product",
    "Rule",
    "Rules",
    "SecurityCenterEndpoint",
    "VulnerabilityManagementEndpoint",
    "rules",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # pytest imports this package with its plugin, at each start, whether an emulator is used or not.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _conditions, _emulator, _endpoints, _errors, _faults, _instruments, _journal, _options

        exported: dict[str, object] = {}
        for module in (_conditions, _emulator, _endpoints, _errors, _faults, _instruments, _journal, _options):
            exported |= {name: value for name, value in vars(module).items() if name in __all__}
        globals().update(exported)
        return exported[name]

    def __dir__() -> list[str]:
        return sorted(__all__)
