"""What stands in the way of a task, and why something failed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import final

from ._record import Record


@final
@dataclass(frozen=True, slots=True)
class Place(Record):
    """Where in a file something stands."""

    _read = {"file": Path}

    line: int
    """Line, from 1."""
    file: Path | None = None
    """The file; `None` when it has no name, as text that was given has none."""

    def __str__(self) -> str:
        return f"line {self.line}" if self.file is None else f"{self.file}:{self.line}"


@final
@dataclass(frozen=True, slots=True)
class Problem(Record):
    """Something that stands in the way, found before anything was changed."""

    _read = {"place": Place._of}

    what: str
    """What is wrong, and what to do."""
    place: Place | None = None
    """Where it was asked for, if it was in a file."""
    tenant: str | None = None
    """The tenant that it concerns, if it is one."""
    subject: str | None = None
    """Whom or what it concerns: the name of a person, a role or a group."""
    is_guard: bool = False
    """Whether a guard forbids what was asked for, which could be done otherwise."""

    def __str__(self) -> str:
        parts = (self.place, self.tenant, self.subject, self.what)
        return ": ".join(str(part) for part in parts if part is not None)


@final
@dataclass(frozen=True, slots=True)
class Failure(Record):
    """Why something failed."""

    message: str
    """What failed, what the server said, whether it may have acted, and what to do, on one line."""
    kind: str | None = None
    """The kind of the client's error, such as `PermissionDenied`; `None` when it was not the client that failed."""
    status: int | None = None
    """The HTTP status, if there was an answer."""
    may_have_acted: bool = False
    """Whether the server may have acted although this failed."""

    def __str__(self) -> str:
        return self.message


@final
@dataclass(frozen=True, slots=True)
class UnreadTenant(Record):
    """A tenant that could not be read. The others are done."""

    _read = {"why": Failure._of}

    tenant: str
    """The tenant."""
    why: Failure
    """Why."""

    def __str__(self) -> str:
        return f"{self.tenant}: {self.why}"


@final
@dataclass(frozen=True, slots=True)
class Unread(Record):
    """Something of a tenant that could not be read."""

    _read = {"why": Failure._of}

    what: str
    """What: `roles`, `groups`, `own account`, `details`, or the key of an account."""
    why: Failure
    """Why."""

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"
