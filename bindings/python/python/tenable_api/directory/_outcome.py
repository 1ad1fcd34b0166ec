"""What became of a plan, and of one thing that should be there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, final

from .._typing import Self
from ._plan import Step
from ._problem import Failure, UnreadTenant
from ._record import Document

OutcomeKind = Literal["done", "done_unseen", "already", "not_applied", "refused", "unknown", "blocked", "stopped"]
"""The words for how a step may end."""


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended."""

    kind: OutcomeKind
    """`done`: made, and read back as it was asked for. `done_unseen`: made, and whether it holds is told nowhere. `already`: it
    was so already when its turn came. `not_applied`: the server said that it did it, and something else was read back. `refused`:
    it failed, and nothing was changed. `unknown`: it failed, and the server may have acted. `blocked`: not tried, since a step
    that it needs failed. `stopped`: not tried, since the task was ended from outside."""
    why: Failure | None = None
    """Why it is `refused` or `unknown`."""
    unseen: str | None = None
    """What could not be read back, and why, of one that is `done_unseen`."""
    field: str | None = None
    """The field that is `not_applied`."""
    wanted: str | None = None
    """What was asked for."""
    got: str | None = None
    """What is there."""
    blocked_by: int | None = None
    """The place in the plan of the step that failed, from 0."""

    @property
    def is_success(self) -> bool:
        """Whether what was asked for is so now, as far as can be told."""
        return self.kind in ("done", "done_unseen", "already")

    def __str__(self) -> str:
        if self.kind == "done_unseen":
            return f"done, not seen: {self.unseen}"
        if self.kind == "already":
            return "already so"
        if self.kind == "not_applied":
            return f"not applied: {self.field} should be {self.wanted} and is {self.got}"
        if self.kind in ("refused", "unknown"):
            return f"{self.kind}: {self.why}"
        if self.kind == "blocked":
            return f"not tried: step {(self.blocked_by or 0) + 1} failed"
        return "not tried: stopped" if self.kind == "stopped" else self.kind

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        why = data.get("why")
        failure, unseen = (Failure._of(why), None) if isinstance(why, Mapping) else (None, why)
        facts = {name: data.get(name) for name in ("field", "wanted", "got")}
        return cls(data["outcome"], failure, unseen, **facts, blocked_by=data.get("by"))


@final
@dataclass(frozen=True, slots=True)
class Ended:
    """A step and how it ended."""

    step: Step
    """The step."""
    outcome: Outcome
    """How it ended."""

    def __str__(self) -> str:
        return f"{self.step}: {self.outcome}"

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        return cls(Step._of(data), Outcome._of(data))


@final
@dataclass(frozen=True, slots=True, repr=False)
class Report(Document):
    """What became of a plan."""

    plan: str
    """The hash of the plan."""
    steps: tuple[Ended, ...]
    """Every step of the plan, in its order, and how it ended."""
    unread_tenants: tuple[UnreadTenant, ...]
    """The tenants that could not be read, when the plan was made or when it was applied. Their steps were not tried."""
    _json: str = field(repr=False, compare=False)

    @property
    def is_complete(self) -> bool:
        """Whether everything is as the plan has it, and every tenant could be read."""
        return not self.unread_tenants and all(ended.outcome.is_success for ended in self.steps)

    @property
    def failures(self) -> tuple[Ended, ...]:
        """The steps that did not succeed."""
        return tuple(ended for ended in self.steps if not ended.outcome.is_success)

    def count(self, *kinds: OutcomeKind) -> int:
        """How many steps ended so."""
        return sum(ended.outcome.kind in kinds for ended in self.steps)

    def __str__(self) -> str:
        lines = [f"{ended.step.tenant}: {ended}" for ended in self.steps]
        lines += [f"{unread.tenant}: not read: {unread.why}" for unread in self.unread_tenants]
        return "\n".join(lines) if lines else "Nothing to do: everything is as it should be."

    def __repr__(self) -> str:
        done = sum(ended.outcome.is_success for ended in self.steps)
        unread = f", {len(self.unread_tenants)} tenants not read" if self.unread_tenants else ""
        return f"<Report of {self.plan[:19]}: {done} of {len(self.steps)} steps as they should be{unread}>"

    @classmethod
    def _decoded(cls, data: Mapping[str, Any], text: str) -> Self:
        steps = tuple(map(Ended._of, data["steps"]))
        unread = tuple(map(UnreadTenant._of, data["unread_tenants"]))
        return cls(data["plan"], steps, unread, text)


@final
@dataclass(frozen=True, slots=True)
class Ensured:
    """What became of one wish in one tenant."""

    tenant: str
    """The tenant."""
    result: Literal["made", "unchanged", "changed", "failed"]
    """`made`: it was not there. `unchanged`: it was so already. `changed`: it was there, and was changed. `failed`: it is not as
    it should be, or that could not be told."""
    fields: tuple[str, ...] = ()
    """The names of what was changed, in order: `full_name`, `roles`, `sign_in.password`."""
    steps: tuple[Ended, ...] = ()
    """The steps, and how they ended, where it failed. Empty when the tenant could not be read."""
    why: Failure | None = None
    """Why the tenant could not be read; `None` when it could."""

    @property
    def is_success(self) -> bool:
        """Whether it is as it should be."""
        return self.result != "failed"

    def __str__(self) -> str:
        failed = [str(ended) for ended in self.steps if not ended.outcome.is_success]
        what = ", ".join(self.fields) or "; ".join([*([str(self.why)] if self.why else []), *failed])
        return f"{self.tenant}: {self.result}{': ' if what else ''}{what}"

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        why = data.get("why")
        return cls(
            data["tenant"],
            data["result"],
            tuple(data.get("fields", ())),
            tuple(map(Ended._of, data.get("steps", ()))),
            None if why is None else Failure._of(why),
        )


def ensured(text: str) -> tuple[Ensured, ...]:
    """What became of a wish, in each tenant."""
    return tuple(map(Ensured._of, json.loads(text)))


