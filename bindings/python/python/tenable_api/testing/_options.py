"""The options of the clients that an emulator makes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TypedDict

from .._values import Unset


class ClientOptions(TypedDict, total=False):
    """Options of a client of the emulator, which are those of the product's client. Proxy and TLS are the emulator's affair."""

    timeout: float | timedelta | None | Unset
    """Limit of each call in seconds, retries and waits included; `None` for no limit."""
    attempt_timeout: float | timedelta | None | Unset
    """Limit of each attempt in seconds; `None` for no limit."""
    max_attempts: int | None
    """How often a request is sent at most; 1 for no retries. Answers 429 do not count: `timeout` bounds them."""
    calls_in_flight: int | None
    """How many calls are in flight at once."""
    requests_per_second: float | None
    """How many requests are sent in a second at most."""
    max_response_bytes: int | None
    """The longest answer that is read."""
    user_agent: str | None
    """Names the calling program to the server."""


class AllOptions(ClientOptions):
    """With what leads to the emulator."""

    proxy: None
    only_ca_file: Path | None
