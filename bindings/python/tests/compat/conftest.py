"""An emulator, and on it pyTenable beside `tenable_api.compat`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tenable_api.testing import Emulator

#: pyTenable gives these exceptions and classes; the tests of this folder hold both packages against the same emulator.
Start = Callable[..., Emulator]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own settings takes part."""
    for name in list(os.environ):
        if name.startswith(("TIE_", "TIO_", "TSC_")) or name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.delenv(name)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts emulators that stop at the end of the test."""
    with ExitStack() as stack:

        def started(rules: dict[str, str] | None = None, **options: Any) -> Emulator:
            return stack.enter_context(Emulator(rules=rules or {}, **options))

        yield started


@pytest.fixture
def emulator(start: Start) -> Emulator:
    """An emulator with its usual rules."""
    return start()
