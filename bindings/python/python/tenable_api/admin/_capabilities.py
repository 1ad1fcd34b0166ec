"""What a product can do for an administrator of people, and what it cannot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, final

from .._typing import Self
from .._values import OpenEnum, known
from ..directory._record import Record, all_of


@final
class Ability(OpenEnum):
    """One thing that an administrator of people may want of a product. It is a `str`: its name, as errors give it."""

    __slots__ = ()

    LIST_USERS = known("users.list")
    """List the users."""
    READ_USER = known("users.details")
    """Read one user."""
    WHO_AM_I = known("users.me")
    """Tell whose account the connection uses."""
    CREATE_USER = known("users.create")
    """Create a user."""
    CHANGE_USER_NAME = known("users.change_user_name")
    """Change the name that a user signs in with."""
    CHANGE_EMAIL = known("users.change_email")
    """Change the e-mail address of a user without changing the user name."""
    CHANGE_FULL_NAME = known("users.change_full_name")
    """Change the full name of a user."""
    SET_ENABLED = known("users.set_enabled")
    """Let a user sign in, or stop it."""
    SET_SIGN_IN_METHODS = known("users.set_sign_in_methods")
    """Allow or forbid a user single ways to sign in."""
    REPLACE_KEYS = known("users.replace_keys")
    """Make the API keys of another user useless by generating others."""
    SET_PASSWORD = known("users.set_password")
    """Set the password of another user."""
    TEMPORARY_PASSWORD = known("users.set_temporary_password")
    """Set a password that the user has to replace at the next sign-in."""
    ASSIGN_ROLES = known("users.assign_roles")
    """Give a user other roles."""
    SEVERAL_ROLES = known("users.assign_several_roles")
    """Give a user more than one role."""
    NO_ROLE = known("users.assign_no_role")
    """Leave a user without any role."""
    DELETE_USER = known("users.delete")
    """Delete a user."""
    HAND_OVER = known("users.delete_with_successor")
    """Hand the objects of a deleted user over to another."""
    LIST_ROLES = known("roles.list")
    """List the roles."""
    READ_ROLE = known("roles.details")
    """Read one role."""
    CREATE_ROLE = known("roles.create")
    """Create a role."""
    CHANGE_ROLE = known("roles.change")
    """Change name and description of a role."""
    CHANGE_PERMISSIONS = known("roles.change_permissions")
    """Change what a role allows."""
    DELETE_ROLE = known("roles.delete")
    """Delete a role."""
    LIST_GROUPS = known("groups.list")
    """List the groups."""
    READ_GROUP = known("groups.details")
    """Read one group."""
    CREATE_GROUP = known("groups.create")
    """Create a group."""
    RENAME_GROUP = known("groups.rename")
    """Rename a group."""
    DELETE_GROUP = known("groups.delete")
    """Delete a group that nobody is in."""
    EMPTY_GROUP = known("groups.empty_and_delete")
    """Take everybody out of a group and delete it."""
    LIST_MEMBERS = known("groups.members")
    """List who is in a group."""
    ADD_MEMBER = known("groups.add_member")
    """Bring a user into a group."""
    REMOVE_MEMBER = known("groups.remove_member")
    """Take a user out of a group, and leave it in none or in its other ones."""


@final
@dataclass(frozen=True, slots=True)
class Limitation(Record):
    """One thing that a product cannot do."""

    _read = {"ability": Ability}

    ability: Ability
    """What it cannot do."""
    why: str
    """Why, as the end of a sentence that begins with the product's name."""
    instead: str
    """What to do instead."""


@final
@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with a user who is to be created, by the product's documented rules."""

    field: str
    """The field of `NewUser` that it is about."""
    what: str
    """What is wrong, as a sentence without its full stop. Never holds the password."""

    def __str__(self) -> str:
        return f"{self.field}: {self.what}"


Count = Literal["none", "one", "any"]
"""How many of a kind a user has: `none`: the product does not have the kind; `one`: exactly one, always; `any`: any number."""


@final
@dataclass(frozen=True, slots=True)
class Capabilities(Record):
    """What a product can do: the same for every connection. It says what the product has calls for, not what an account may
    do."""

    _read = {"limitations": all_of(Limitation._of), "refused_for_own_account": all_of(Ability)}

    product: str
    """The word of the product: `ie`, `sc`, `vm`."""
    product_name: str
    """The product's name."""
    roles_per_user: Count
    """How many roles a user can have."""
    groups_per_user: Count
    """How many groups a user can be in."""
    separate_email: bool
    """Whether users have an e-mail address that may be another than the user name."""
    own_password_needed: bool
    """Whether a new password goes with the password of the account that sets it."""
    roles_at_creation: bool
    """Whether the call that creates a user gives it every role. Where it does not, further calls give them."""
    groups_at_creation: bool
    """Whether the call that creates a user puts it into its groups. Where it does not, further calls do."""
    disabled_at_creation: bool
    """Whether the call that creates a user can keep it from signing in. Where it cannot, another call disables it afterwards."""
    least_role: str | None
    """Name of the role that a user is left with to take everything else away; `None` where users may be without one."""
    creations_per_call: int
    """How many users one call creates at most."""
    refused_for_own_account: tuple[Ability, ...]
    """What is refused for the account of the connection. That something is not here does not mean that it works."""
    limitations: tuple[Limitation, ...]
    """Everything that the product cannot do."""

    def can(self, ability: Ability | str) -> bool:
        """Whether the product can do it."""
        return self.limitation(ability) is None

    def limitation(self, ability: Ability | str) -> Limitation | None:
        """Why the product cannot do it, and what to do instead; `None` when it can.

        Raises `ValueError` for what is no ability.
        """
        if ability not in Ability.known_values():
            raise ValueError(f"there is no ability {str(ability)!r}")
        return next((limitation for limitation in self.limitations if limitation.ability == ability), None)

    def can_for_own_account(self, ability: Ability | str) -> bool:
        """Whether the product can do it to the account of the connection, as far as is documented."""
        return self.can(ability) and ability not in self.refused_for_own_account

    @classmethod
    def _decoded(cls, text: str) -> Self:
        return cls._of(json.loads(text))
