# pyright: strict
"""The twins: coroutines are awaited, and only theirs."""

from collections.abc import Iterator

from typing_extensions import assert_type

from tenable_api import AsyncIdentityExposure, IdentityExposure, Items
from tenable_api.identity_exposure import User


async def twin(tie: AsyncIdentityExposure) -> None:
    async with AsyncIdentityExposure.from_env() as other:
        assert_type(other, AsyncIdentityExposure)
    assert_type(await tie.users.details(7), User)
    assert_type(await tie.users.list(), Items[User])
    async for user in tie.users.iterate():
        assert_type(user, User)
    tie.users.delete(7)  # error: unused-coroutine, reportUnusedCoroutine
    ann: User = tie.users.details(7)  # error: assignment, reportAssignmentType
    print(ann)
    for user in tie.users.iterate():  # error: attr-defined, reportGeneralTypeIssues
        pass
    users: Iterator[User] = tie.users.iterate()  # error: assignment, reportAssignmentType
    print(users)
    with tie:  # error: attr-defined, reportGeneralTypeIssues
        pass


async def plain(tie: IdentityExposure) -> None:
    await tie.users.delete(7)  # error: misc, reportGeneralTypeIssues
    async with tie:  # error: attr-defined, reportGeneralTypeIssues
        pass
