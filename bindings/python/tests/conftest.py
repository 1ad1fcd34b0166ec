"""What all tests of the wheel start from."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Ctrl-C means what it means at a terminal, also where whoever started the tests ignores it, as shells do for what they start in the
    background. Programs that tests start inherit this."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
