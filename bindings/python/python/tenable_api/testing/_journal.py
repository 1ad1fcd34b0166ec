"""What an emulator has seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, overload

from .._native.testing import Server
from ._conditions import Product, check_conditions


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request, as the emulator saw it, without its secrets.

    Header values are not recorded, except the content type. A value in the query or the body that could be a secret is
    `"***"`: kept are only the values of body fields that the product knows and that hold no secret.
    """

    sequence: int
    """Number of the request, counted from 1 over all products."""
    time: datetime
    """Time of the request by the emulator's clock, in UTC."""
    product: Product
    """Product that was asked."""
    method: str
    """Method, such as `POST`."""
    path: str
    """Path, without the query."""
    query: str | None
    """Query, without the question mark, with `***` for each value."""
    headers: tuple[str, ...]
    """Names of the request headers, in lower case."""
    content_type: str | None
    """Value of the `Content-Type` header."""
    body: Any
    """Body, decoded from JSON, with secrets masked. One that is not JSON or is very long is replaced by its length."""
    status: int | None
    """Status of the answer; None where the connection was cut or left hanging instead."""
    route: str | None
    """Template of the route that matched, such as `/api/users/{id}`; None for a request that the product does not know."""
    faults: tuple[str, ...]
    """Names of the faults that were applied."""

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        answer = "no answer" if self.status is None else str(self.status)
        unknown = "" if self.route else ", unknown request"
        faults = f", fault: {', '.join(self.faults)}" if self.faults else ""
        return f"{self.sequence} {self.product}: {self.method} {self.path}{query} -> {answer}{unknown}{faults}"


class Journal:
    """The requests to an emulator, the oldest first: `emulator.journal`.

    The last 10,000 are kept, fewer where those would take more than 64 MiB. It can still be read when the emulator is closed.

    ```python
    from tenable_api.testing import Emulator

    with Emulator() as emulator, emulator.identity_exposure() as tie:
        tie.users.list()
    assert [(request.method, request.path) for request in emulator.journal] == [("GET", "/api/users")]
    ```
    """

    __slots__ = ("_server",)

    def __init__(self, server: Server) -> None:
        """Made by the emulator."""
        self._server = server

    def after(self, sequence: int) -> list[JournalEntry]:
        """The requests with a greater number."""
        return [_entry(form) for form in json.loads(self._server.journal(sequence))]

    def find(
        self,
        *,
        product: Product | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
    ) -> list[JournalEntry]:
        """The requests that meet all conditions given.

        Args:
            product: The product that was asked.
            method: The method.
            path: The path; `*` stands for anything but a slash, `**` for anything.
            status: The status of the answer.

        Raises:
            ValueError: No request can meet a condition, such as a product that there is not.
        """
        check_conditions(product, method, path, status)
        pattern = None if path is None else _pattern(path)
        return [
            entry
            for entry in self
            if product in (None, entry.product)
            and (method is None or method.upper() == entry.method)
            and (pattern is None or pattern.fullmatch(entry.path))
            and status in (None, entry.status)
        ]

    def clear(self) -> None:
        """Forgets the requests; the numbering goes on."""
        self._server.clear_journal()

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self.after(0))

    def __len__(self) -> int:
        return len(json.loads(self._server.journal(0)))

    @overload
    def __getitem__(self, index: int) -> JournalEntry: ...
    @overload
    def __getitem__(self, index: slice) -> list[JournalEntry]: ...
    def __getitem__(self, index: int | slice) -> JournalEntry | list[JournalEntry]:
        try:
            return self.after(0)[index]
        except IndexError:
            raise IndexError(f"the journal has {len(self)} requests") from None

    def __str__(self) -> str:
        return "\n".join(str(entry) for entry in self)

    def __repr__(self) -> str:
        return f"<Journal of {len(self)} requests>"


def _entry(form: dict[str, Any]) -> JournalEntry:
    form["time"] = datetime.fromisoformat(form["time"].replace("Z", "+00:00"))
    form["headers"] = tuple(form["headers"])
    form["faults"] = tuple(form["faults"])
    return JournalEntry(**form)


def _pattern(glob: str) -> re.Pattern[str]:
    kinds = {"**": ".*", "*": "[^/]*"}
    return re.compile("".join(kinds.get(part) or re.escape(part) for part in re.split(r"(\*\*|\*)", glob)), re.DOTALL)
