# pyright: strict
"""What calls give, and what may be done with it."""

from collections.abc import Sequence

from typing_extensions import assert_type

from tenable_api import IdentityExposure, Items, NotFoundError, Secret, TenableError
from tenable_api.identity_exposure import Provider, User


def read(tie: IdentityExposure) -> None:
    user = tie.users.details(7)
    assert_type(user, User)
    assert_type(user.email, str)
    assert_type(user.surname, str | None)
    assert_type(user.roles, tuple[int, ...])
    assert_type(user.provider, Provider)
    assert_type(user.can_sign_in, bool | None)
    # The server may leave it out.
    user.surname.upper()  # error: union-attr, reportOptionalMemberAccess
    user.lockedOut  # error: attr-defined, reportAttributeAccessIssue
    match user:
        case User(email=email):
            assert_type(email, str)


def lists(tie: IdentityExposure) -> None:
    users = tie.users.list()
    assert_type(users, Items[User])
    assert_type(users[0], User)
    assert_type(users[1:3], Items[User])
    as_sequence: Sequence[User] = users
    print(as_sequence)
    users.append(users[0])  # error: attr-defined, reportAttributeAccessIssue
    users[0] = users[1]  # error: index, reportIndexIssue
    numbers: list[int] = [user.email for user in users]  # error: misc, reportAssignmentType
    print(numbers)


def unchangeable(user: User) -> None:
    user.email = "other@example.com"  # error: misc, reportAttributeAccessIssue
    user.roles.append(2)  # error: attr-defined, reportAttributeAccessIssue
    user.extra["new"] = 1  # error: index, reportIndexIssue
    User(id=7)  # error: call-arg, reportCallIssue


def secrets(tie: IdentityExposure) -> None:
    key = tie.api_key.read()
    text: str = key  # error: assignment, reportAssignmentType
    revealed: str = Secret("0123").reveal()
    print(text + revealed)


def errors(error: TenableError) -> None:
    assert_type(error.status, int | None)
    assert_type(error.outcome_unknown, bool)
    after: float = error.retry_after  # error: assignment, reportAssignmentType
    try:
        print(after)
    except NotFoundError as missing:
        missing.status_code  # error: attr-defined, reportAttributeAccessIssue
