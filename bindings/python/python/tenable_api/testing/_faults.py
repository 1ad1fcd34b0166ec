"""Trouble on demand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any

from .._native.testing import Server
from ._conditions import Product, check_conditions


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a request. To which requests it happens, and how often, is said when it is added.

    Make one with the method that is named after it; each says what the client sees.

    ```python
    from tenable_api.testing import Fault

    assert Fault.too_many_requests(retry_after=2).kind == "too_many_requests"
    ```
    """

    kind: str
    """The name, which the journal shows as well."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What the kind needs to know, in the emulator's JSON form."""

    def __hash__(self) -> int:
        return hash(self.kind)

    @staticmethod
    def latency(delay: float | timedelta) -> Fault:
        """The answer comes late, by this many seconds of the emulator's clock. Adds to any other fault on the same request."""
        return Fault("latency", {"milliseconds": milliseconds(delay)})

    @staticmethod
    def too_many_requests(retry_after: int | timedelta | None = None, *, date: bool = False) -> Fault:
        """Status 429. `retry_after` is the header of that name, in whole seconds; with `date` it is sent as an HTTP date."""
        return Fault("too_many_requests", {"retry_after": _retry_after(retry_after, date)})

    @staticmethod
    def internal_server_error() -> Fault:
        """Status 500 with the product's error body."""
        return Fault("internal_server_error")

    @staticmethod
    def bad_gateway() -> Fault:
        """Status 502 with a proxy's HTML page."""
        return Fault("bad_gateway")

    @staticmethod
    def service_unavailable(retry_after: int | timedelta | None = None, *, date: bool = False) -> Fault:
        """Status 503 with a proxy's HTML page. `retry_after` is the header of that name, in whole seconds; with `date` it is sent
        as an HTTP date."""
        return Fault("service_unavailable", {"retry_after": _retry_after(retry_after, date)})

    @staticmethod
    def gateway_timeout() -> Fault:
        """Status 504 with a proxy's HTML page."""
        return Fault("gateway_timeout")

    @staticmethod
    def html_page() -> Fault:
        """Status 200 with an HTML page, as from a sign-in proxy."""
        return Fault("html_page")

    @staticmethod
    def redirect(location: str) -> Fault:
        """Status 307 to another place."""
        return Fault("redirect", {"location": location})

    @staticmethod
    def truncated_json() -> Fault:
        """The body is cut in the middle of the JSON text; the framing is right for what is left."""
        return Fault("truncated_json")

    @staticmethod
    def truncated_body() -> Fault:
        """The connection is closed in the middle of the body."""
        return Fault("truncated_body")

    @staticmethod
    def oversized_body(length: int) -> Fault:
        """The body is padded with spaces to this many bytes, which leaves it valid JSON. At most 1 GiB."""
        return Fault("oversized_body", {"bytes": length})

    @staticmethod
    def bad_chunk() -> Fault:
        """The body is chunked and the size of its first chunk is not a number."""
        return Fault("bad_chunk")

    @staticmethod
    def reset() -> Fault:
        """The connection is reset without an answer. With `after_commit`, the request has been applied by then."""
        return Fault("reset")

    @staticmethod
    def stall() -> Fault:
        """The answer never comes, while the connection stays open. With `after_commit`, the request has been applied."""
        return Fault("stall")

    @staticmethod
    def extra_fields() -> Fault:
        """Every object of the answer has a field that no client knows."""
        return Fault("extra_fields")

    @staticmethod
    def missing_optional_fields() -> Fault:
        """The answer lacks every field that the product's description marks as optional."""
        return Fault("missing_optional_fields")

    @staticmethod
    def old_version_shapes() -> Fault:
        """The answer has the shape of an old version of the product."""
        return Fault("old_version_shapes")

    @staticmethod
    def revoke_credential() -> Fault:
        """The credential of the request, a key or a session, is revoked for good before the request is looked at."""
        return Fault("revoke_credential")

    @staticmethod
    def database_locked() -> Fault:
        """The product's refusal while its database is busy; in Security Center, status 403 with a text that says so."""
        return Fault("database_locked")

    @staticmethod
    def not_found_page() -> Fault:
        """Status 404 with a web server's HTML page."""
        return Fault("not_found_page")

    @staticmethod
    def warnings() -> Fault:
        """The list of warnings, in a product whose answers have one, holds objects."""
        return Fault("warnings")

    @staticmethod
    def swallowed() -> Fault:
        """The answer is that of a request that was applied, and nothing of it is kept."""
        return Fault("swallowed")


class ActiveFault:
    """A fault in force. As a context manager, it is removed at the end of the block."""

    __slots__ = ("_happened", "_matched", "_server", "fault", "id")

    id: int
    """Its number, by which the emulator knows it."""
    fault: Fault
    """What goes wrong."""

    def __init__(self, server: Server, id: int, fault: Fault) -> None:
        """Made by `faults.add`."""
        self._server = server
        self._matched = 0
        self._happened = 0
        self.id = id
        self.fault = fault

    @property
    def matched(self) -> int:
        """Requests so far that met its conditions. When it is removed, the number stays as it was."""
        self._look()
        return self._matched

    @property
    def happened(self) -> int:
        """How often it has happened so far. When it is removed, the number stays as it was."""
        self._look()
        return self._happened

    def remove(self) -> None:
        """Removes it. Does nothing if it is gone already."""
        self._look()
        self._server.remove_fault(self.id)

    def _look(self) -> None:
        for active in json.loads(self._server.faults()):
            if active["id"] == self.id:
                self._matched, self._happened = active["matched"], active["happened"]

    def __enter__(self) -> ActiveFault:
        return self

    def __exit__(
        self, exception_type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"<ActiveFault {self.id}: {self.fault.kind}>"


class Faults:
    """The faults of an emulator: `emulator.faults`. Iterates over those in force, the oldest first."""

    __slots__ = ("_server",)

    def __init__(self, server: Server) -> None:
        """Made by the emulator."""
        self._server = server

    def add(
        self,
        fault: Fault,
        *,
        product: Product | None = None,
        method: str | None = None,
        path: str | None = None,
        skip: int = 0,
        times: int | None = 1,
        after_commit: bool = False,
    ) -> ActiveFault:
        """Adds a fault. Without conditions it happens once, to the next request.

        Of several faults that match a request, the latencies add up and the first of the others, in the order added, happens.

        Args:
            fault: What goes wrong.
            product: Only requests to this product.
            method: Only requests with this method.
            path: Only requests whose path matches; `*` stands for anything but a slash, `**` for anything.
            skip: Matching requests that pass unharmed first.
            times: How often it happens; None for until it is removed.
            after_commit: Lets the request be applied before a fault that stands in for the answer.

        Raises:
            ValueError: The fault cannot be, or no request can meet a condition, such as a product that there is not.

        ```python
        from tenable_api.testing import Emulator, Fault

        with Emulator() as emulator:
            lost = emulator.faults.add(Fault.reset(), method="POST", path="/api/users", after_commit=True)
            assert lost.happened == 0
        ```
        """
        check_conditions(product, method, path)
        conditions = {"product": product, "method": method, "path": path}
        form = {
            **fault.data,
            "kind": fault.kind,
            **{name: value for name, value in conditions.items() if value is not None},
            "skip": _count("skip", skip),
            "times": "always" if times is None else _count("times", times),
            "after_commit": after_commit,
        }
        return ActiveFault(self._server, self._server.add_fault(json.dumps(form)), fault)

    def clear(self) -> None:
        """Removes all faults."""
        self._server.clear_faults()

    def __iter__(self) -> Iterator[ActiveFault]:
        return iter([self._active(active) for active in json.loads(self._server.faults())])

    def __len__(self) -> int:
        return len(json.loads(self._server.faults()))

    def _active(self, active: dict[str, Any]) -> ActiveFault:
        form = active["fault"]
        conditions = ("kind", "product", "method", "path", "skip", "times", "after_commit")
        data = {name: value for name, value in form.items() if name not in conditions}
        return ActiveFault(self._server, active["id"], Fault(form["kind"], data))

    def __repr__(self) -> str:
        return f"<Faults {list(self)!r}>"


def milliseconds(time: float | timedelta) -> int:
    """Seconds in whole milliseconds."""
    seconds = time.total_seconds() if isinstance(time, timedelta) else time
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"{time!r} is not a length of time in seconds")
    return round(seconds * 1000)


def _count(name: str, value: int) -> int:
    if value < 0:
        raise ValueError(f"{name} is {value}, and cannot be negative")
    return value


def _retry_after(wait: int | timedelta | None, date: bool) -> dict[str, int] | None:
    if wait is None:
        return None
    return {"date_in_seconds" if date else "seconds": milliseconds(wait) // 1000}
