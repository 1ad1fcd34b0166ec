"""What would be done: typed steps that a person can read, a program can check, and an application can demand unchanged."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, final

from .._native import directory as _native
from .._typing import Self
from ._problem import UnreadTenant
from ._record import Immutable, Record, all_of

_T = TypeVar("_T")


@final
@dataclass(frozen=True, slots=True)
class Named(Record):
    """A role, a group or a user by name, and by key when it is there already; what the plan itself makes has none yet."""

    name: str
    """Its name."""
    key: str | None = None
    """Its key, such as `vm:16`."""

    def __str__(self) -> str:
        return self.name


@final
@dataclass(frozen=True, slots=True)
class Edit(Generic[_T]):
    """What a field is, and what it becomes."""

    before: _T | None
    """What it is; `None` when that is not told."""
    after: _T
    """What it becomes."""


def _edit(data: Mapping[str, Any]) -> Edit[Any]:
    before, after = (tuple(value) if isinstance(value, list) else value for value in (data.get("from"), data["to"]))
    return Edit(before, after)


class Change(Record):
    """One change to one user, role or group. Which one it is, is the class; `kind` is the word for it."""

    __slots__ = ()

    kind: ClassVar[str]
    """The word for it, such as `create_user`."""


@final
@dataclass(frozen=True, slots=True)
class CreateRole(Change):
    """A role is made."""

    kind = "create_role"

    description: str
    """What it is for."""
    permissions: tuple[str, ...]
    """What it allows."""


@final
@dataclass(frozen=True, slots=True)
class ChangeRole(Change):
    """A role is changed. What is `None` stays."""

    kind = "change_role"
    _read = {"description": _edit, "permissions": _edit}

    description: Edit[str] | None = None
    """What it is for."""
    permissions: Edit[tuple[str, ...]] | None = None
    """What it allows, in order."""


@final
@dataclass(frozen=True, slots=True)
class DeleteRole(Change):
    """A role is deleted."""

    kind = "delete_role"


@final
@dataclass(frozen=True, slots=True)
class CreateGroup(Change):
    """A group is made."""

    kind = "create_group"


@final
@dataclass(frozen=True, slots=True)
class DeleteGroup(Change):
    """A group is deleted."""

    kind = "delete_group"

    empty_first: bool
    """Whether everybody is taken out of it before."""


@final
@dataclass(frozen=True, slots=True)
class CreateUser(Change):
    """An account is made. Roles, groups and state that the product does not take with it are steps of their own."""

    kind = "create_user"
    _read = {"roles": all_of(Named._of), "groups": all_of(Named._of)}

    enabled: bool
    """Whether it may sign in."""
    email: str | None = None
    """E-mail address, if it is given apart from the user name."""
    full_name: str | None = None
    """First and last name as one text."""
    roles: tuple[Named, ...] = ()
    """The roles that it is made with."""
    groups: tuple[Named, ...] = ()
    """The groups that it is made with."""


@final
@dataclass(frozen=True, slots=True)
class ChangeUser(Change):
    """Fields of an account are changed. What is `None` stays."""

    kind = "change_user"
    _read = {"user_name": _edit, "email": _edit, "full_name": _edit}

    user_name: Edit[str] | None = None
    """The name to sign in with."""
    email: Edit[str] | None = None
    """E-mail address."""
    full_name: Edit[str] | None = None
    """First and last name as one text."""


@final
@dataclass(frozen=True, slots=True)
class SetSignIn(Change):
    """Ways to sign in are opened or closed; those that are `None` stay."""

    kind = "set_sign_in"
    _read = {"password": _edit, "api_keys": _edit, "saml": _edit}

    password: Edit[bool] | None = None
    """By password."""
    api_keys: Edit[bool] | None = None
    """By API keys."""
    saml: Edit[bool] | None = None
    """By SAML."""


@final
@dataclass(frozen=True, slots=True)
class ReplaceKeys(Change):
    """The API keys are replaced by others that nobody gets."""

    kind = "replace_keys"


@final
@dataclass(frozen=True, slots=True)
class SetRoles(Change):
    """An account gets exactly these roles."""

    kind = "set_roles"
    _read = {"before": all_of(Named._of), "after": all_of(Named._of)}

    before: tuple[Named, ...] | None
    """The roles that it has; `None` when that is not told."""
    after: tuple[Named, ...]
    """The roles that it gets."""


@final
@dataclass(frozen=True, slots=True)
class JoinGroup(Change):
    """An account joins a group. Where a user has exactly one, it leaves its former one."""

    kind = "join_group"
    _read = {"group": Named._of}

    group: Named
    """The group."""


@final
@dataclass(frozen=True, slots=True)
class LeaveGroup(Change):
    """An account leaves a group."""

    kind = "leave_group"
    _read = {"group": Named._of}

    group: Named
    """The group."""


@final
@dataclass(frozen=True, slots=True)
class SetEnabled(Change):
    """An account may sign in, or not."""

    kind = "set_enabled"

    before: bool | None
    """Whether it may; `None` when that is not told."""
    after: bool
    """Whether it may then."""


@final
@dataclass(frozen=True, slots=True)
class DeleteUser(Change):
    """An account is deleted."""

    kind = "delete_user"
    _read = {"successor": Named._of}

    successor: Named | None = None
    """Who gets what it owns."""


@final
@dataclass(frozen=True, slots=True)
class OtherChange(Change):
    """A change that this release of the package has no class for."""

    kind = "other"

    word: str
    """The word for it."""


_CHANGES: Mapping[str, type[Change]] = {
    change.kind: change
    for change in (
        CreateRole, ChangeRole, DeleteRole, CreateGroup, DeleteGroup, CreateUser, ChangeUser, SetSignIn, ReplaceKeys, SetRoles,
        JoinGroup, LeaveGroup, SetEnabled, DeleteUser,
    )
}  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a step changes."""

    kind: str
    """The word for what it is: `user`, `role` or `group`."""
    name: str
    """Its name; of a user, the name to sign in with."""
    key: str | None = None
    """Its key when it is there already."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@final
@dataclass(frozen=True, slots=True)
class Step:
    """One change in one tenant. As text it is the line that the terminal shows: `+` makes, `~` changes, `-` removes."""

    tenant: str
    """The tenant."""
    subject: Subject
    """Whom or what it changes."""
    change: Change
    """The change."""
    person: str | None
    """The person whose account it changes, if it is one's."""
    is_removal: bool
    """Whether it takes something away that is there: a deletion, or an account that may not sign in any more."""
    text: str
    """The step as people read it."""

    @property
    def kind(self) -> str:
        """The word for the change, such as `create_user`."""
        return self.change.word if isinstance(self.change, OtherChange) else self.change.kind

    def __str__(self) -> str:
        return self.text

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        ((kind, named),) = data["subject"].items()
        subject = Subject(kind, named["name"], named.get("key"))
        word: str = data["change"]
        change = _CHANGES.get(word)
        # The names of the JSON are words that Python keeps for itself.
        facts = {**data, "before": data.get("from"), "after": data.get("to")}
        made = OtherChange(word) if change is None else change._of(facts)
        text: str = data["text"]
        return cls(data["tenant"], subject, made, data.get("person"), data.get("is_removal", text.startswith("- ")), text)


@final
class Plan(Immutable):
    """Steps that turn what is there into what should be there, in the order in which they are made. It holds no secret.

    Made by the tasks that plan, such as `Tenants.plan`. Printed, it is what the terminal shows; saved, what `tenable apply`
    takes.

    ```python
    plan = tenants.plan("people.yaml")
    print(plan)
    plan.save("plan.json")
    ...
    tenants.apply(Plan.load("plan.json"))
    ```

    Two plans with the same steps and notes are equal, and two with the same steps have the same `hash`.
    """

    __slots__ = ("_native", "_steps")

    def __init__(self) -> None:
        """A plan without steps."""
        self._native = _native.Plan()
        self._steps: tuple[Step, ...] | None = None

    @classmethod
    def _of(cls, plan: _native.Plan) -> Self:
        made = cls()
        made._native = plan
        return made

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Reads what `to_json` wrote.

        Raises `ProblemsError`, which is a `ValueError`, when it is no plan, or its steps are not those that its hash is of: a
        plan that was changed by hand is refused.
        """
        return cls._of(_native.Plan.from_json(text.decode() if isinstance(text, bytes) else text))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Reads a file that `save`, or `tenable plan --save`, wrote. Raises as `from_json` does, and `OSError`."""
        return cls.from_json(Path(path).read_text(encoding="utf-8"))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the plan as JSON to this file, in place of what is there."""
        Path(path).write_text(self.to_json(), encoding="utf-8")

    def to_json(self) -> str:
        """The plan as JSON, with its hash."""
        return self._native.to_json()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in the order in which they are made."""
        if self._steps is None:
            self._steps = tuple(map(Step._of, json.loads(self._native.steps())))
        return self._steps

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever reads the plan should know: what is left as it is although it differs, and why."""
        return tuple(self._native.notes())

    @property
    def hash(self) -> str:
        """SHA-256 of the steps, such as `sha256:9f86d0...`."""
        return self._native.hash()

    @property
    def unread_tenants(self) -> tuple[UnreadTenant, ...]:
        """The tenants that could not be read when the plan was made, so that it says nothing of them. Not kept in JSON."""
        return tuple(map(UnreadTenant._of, json.loads(self._native.unread())))

    def __len__(self) -> int:
        """How many steps there are. A plan without steps is false."""
        return len(self._native)

    def __eq__(self, other: object) -> bool:
        return self._native == other._native if isinstance(other, Plan) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.hash)

    def __str__(self) -> str:
        return self._native.text()

    def __repr__(self) -> str:
        return f"<Plan of {len(self)} steps, {self.hash[:19]}>"

    def __reduce__(self) -> tuple[Callable[[str], Plan], tuple[str]]:
        return (Plan.from_json, (self.to_json(),))
