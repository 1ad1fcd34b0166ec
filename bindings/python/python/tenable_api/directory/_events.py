"""What happens while a task runs: `on_progress` is called with one of these."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Union, final

from ._outcome import Outcome
from ._plan import Step
from ._problem import Failure


@final
@dataclass(frozen=True, slots=True)
class ReadingTenant:
    """A tenant is about to be read."""

    tenant: str
    """The tenant."""


@final
@dataclass(frozen=True, slots=True)
class TenantRead:
    """A tenant was read."""

    tenant: str
    """The tenant."""
    users: int
    """How many accounts there are."""


@final
@dataclass(frozen=True, slots=True)
class TenantNotRead:
    """A tenant could not be read. The others go on."""

    tenant: str
    """The tenant."""
    why: Failure
    """Why."""


@final
@dataclass(frozen=True, slots=True)
class StepBegun:
    """A step is about to be made."""

    index: int
    """Its place in the plan, from 0."""
    step: Step
    """The step."""


@final
@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step came to its end, or will not be made."""

    index: int
    """Its place in the plan, from 0."""
    step: Step
    """The step."""
    outcome: Outcome
    """How it ended. What is read back afterwards may still tell otherwise: the report has the last word."""


@final
@dataclass(frozen=True, slots=True)
class VerifyingTenant:
    """What was changed in a tenant is read back."""

    tenant: str
    """The tenant."""


Event = Union[ReadingTenant, TenantRead, TenantNotRead, StepBegun, StepEnded, VerifyingTenant]
"""Something that happened while a task runs."""

OnProgress = Callable[[Event], object]
"""What is called with each event, on the thread of the call, or in the event loop of an asynchronous one."""

_READ: dict[str, Callable[[dict[str, Any]], Event]] = {
    "reading": lambda data: ReadingTenant(data["tenant"]),
    "read": lambda data: TenantRead(data["tenant"], data["users"]),
    "not_read": lambda data: TenantNotRead(data["tenant"], Failure._of(data["why"])),
    "begun": lambda data: StepBegun(data["index"], Step._of(data["step"])),
    "ended": lambda data: StepEnded(data["index"], Step._of(data["step"]), Outcome._of(data["outcome"])),
    "verifying": lambda data: VerifyingTenant(data["tenant"]),
}


def event(text: str) -> Event | None:
    """An event from its JSON; `None` for one of a kind that this release of the package has no class for."""
    data = json.loads(text)
    read = _READ.get(data["event"])
    return None if read is None else read(data)
