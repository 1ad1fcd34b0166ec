"""Asynchronous clients: real coroutines, cancellation, lists as they come."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

import pytest

from tenable_api import AsyncIdentityExposure, AsyncSecurityCenter, ConnectionLostError, NotFoundError, ResponseInfo
from tenable_api.testing import Emulator, Fault


def run(emulator: Emulator, scene: Callable[[AsyncIdentityExposure], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with emulator.async_identity_exposure() as tie:
            await scene(tie)

    asyncio.run(whole())


def test_calls_are_coroutines(tenable_emulator: Emulator) -> None:
    tie = tenable_emulator.async_identity_exposure()
    call = tie.users.list()
    assert inspect.iscoroutine(call)
    # Made where no loop runs, and run by one later.
    assert len(asyncio.run(call)) == 6
    asyncio.run(tie.close())
    with pytest.raises(RuntimeError, match="closed"):
        asyncio.run(tie.users.list())


def test_many_at_once(tenable_emulator: Emulator) -> None:
    async def scene(tie: AsyncIdentityExposure) -> None:
        users = await asyncio.gather(*(tie.users.details(1) for _ in range(100)))
        assert {user.id for user in users} == {1}

    run(tenable_emulator, scene)


def test_errors_are_raised_where_it_is_awaited(tenable_emulator: Emulator) -> None:
    async def scene(tie: AsyncIdentityExposure) -> None:
        with pytest.raises(NotFoundError):
            await tie.users.details(99)
        with pytest.raises(TypeError, match="is bytes"):
            await tie.users.update(1, name=b"x")  # type: ignore[arg-type]

    run(tenable_emulator, scene)


def test_lists_come_element_by_element(tenable_emulator: Emulator) -> None:
    async def scene(tie: AsyncIdentityExposure) -> None:
        emails = [user.email async for user in tie.users.iterate()]
        assert emails == [user.email for user in await tie.users.list()]

    run(tenable_emulator, scene)


def test_pages_and_raw_answers_are_told(tenable_emulator: Emulator) -> None:
    async def scene(tie: AsyncIdentityExposure) -> None:
        seen: list[ResponseInfo] = []
        told = tie.with_options(on_response=seen.append)
        assert len([user async for user in told.users.iterate()]) == 6
        await told.raw("GET", "/api/users")
        assert [(info.operation, info.status) for info in seen] == [("users.list", 200), ("raw", 200)]
        await told.close()
        assert len(await tie.users.list()) == 6

    run(tenable_emulator, scene)


def test_pages_are_fetched_when_they_are_come_to(tenable_emulator: Emulator) -> None:
    def lists() -> int:
        return len([entry for entry in tenable_emulator.journal if entry.path == "/rest/user" and entry.method == "GET"])

    async def scene() -> None:
        async with tenable_emulator.async_security_center() as sc:
            everybody = await sc.users.list()
            before = lists()
            elements = sc.users.iterate_paged(2)
            assert lists() == before
            names = [(await elements.__anext__()).username]
            assert lists() == before + 1
            names += [user.username async for user in elements]
            assert names == [user.username for user in everybody]

    asyncio.run(scene())


def test_cancelling_ends_the_request(tenable_emulator: Emulator) -> None:
    """With room for one call, the next one could not start if the cancelled one went on."""

    async def scene() -> None:
        async with tenable_emulator.async_identity_exposure(calls_in_flight=1, timeout=None, attempt_timeout=None) as tie:
            stalled = tenable_emulator.faults.add(Fault.stall())
            task = asyncio.ensure_future(tie.users.list())
            while not stalled.happened:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert len(await tie.users.list()) == 6

    asyncio.run(scene())


def test_a_timeout_of_asyncio_cancels(tenable_emulator: Emulator) -> None:
    async def scene() -> None:
        async with tenable_emulator.async_identity_exposure(calls_in_flight=1, timeout=None, attempt_timeout=None) as tie:
            tenable_emulator.faults.add(Fault.stall())
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(tie.users.list(), 0.05)
            assert len(await tie.users.list()) == 6

    asyncio.run(scene())


def test_one_client_serves_several_loops(tenable_emulator: Emulator) -> None:
    tie = tenable_emulator.async_identity_exposure()
    for _ in range(3):
        assert len(asyncio.run(tie.users.list())) == 6
    asyncio.run(tie.close())


class BlindLoop(asyncio.SelectorEventLoop):
    """A loop that cannot watch sockets, as that of Windows by default."""

    def add_reader(self, fd: object, callback: object, *args: object) -> None:
        raise NotImplementedError


def test_a_loop_that_watches_no_sockets(tenable_emulator: Emulator) -> None:
    async def scene() -> None:
        async with tenable_emulator.async_identity_exposure() as tie:
            users = await asyncio.gather(*(tie.users.details(1) for _ in range(100)))
            assert {user.id for user in users} == {1}
            with pytest.raises(NotFoundError):
                await tie.users.details(99)

    loop = BlindLoop()
    loop.run_until_complete(scene())
    loop.close()


@pytest.mark.parametrize("make_loop", [asyncio.SelectorEventLoop, BlindLoop])
def test_a_loop_that_is_closed_takes_nothing_along(
    tenable_emulator: Emulator, make_loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    tie = tenable_emulator.async_identity_exposure()

    async def begin() -> asyncio.Task[object]:
        return asyncio.create_task(tie.users.list())

    loop = make_loop()
    begun = loop.run_until_complete(begin())
    # The call is on its way.
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    del begun
    assert len(asyncio.run(tie.users.list())) == 6
    asyncio.run(tie.close())


def test_what_came_around_an_answer(tenable_emulator: Emulator) -> None:
    seen: list[ResponseInfo] = []

    async def scene(tie: AsyncIdentityExposure) -> None:
        await tie.with_options(on_response=seen.append).users.list()

    run(tenable_emulator, scene)
    assert [info.operation for info in seen] == ["users.list"]


def test_the_raw_way(tenable_emulator: Emulator) -> None:
    async def scene(tie: AsyncIdentityExposure) -> None:
        answer = await tie.raw("GET", "/api/users/1")
        assert answer.json()["email"] == "admin@example.com"

    run(tenable_emulator, scene)


def test_what_went_wrong_within_comes_out_of_the_block(tenable_emulator: Emulator) -> None:
    account = tenable_emulator.endpoints.security_center.administrator
    url = tenable_emulator.endpoints.security_center.url

    async def scene() -> None:
        async with AsyncSecurityCenter(url, username=account.username, password=account.password, proxy=None) as sc:
            await sc.roles.list()
            tenable_emulator.faults.add(Fault.reset(), method="DELETE", path="/rest/token", times=None)
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        asyncio.run(scene())
    assert issubclass(ConnectionLostError, Exception)
