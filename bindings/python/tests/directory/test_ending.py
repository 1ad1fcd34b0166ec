"""How tasks end early: by a callback that raises, by Ctrl-C, by `Stop`, by being cancelled; and how they go on."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import signal
import threading
from pathlib import Path

import pytest

from tenable_api.directory import AsyncTenants, Event, ProblemsError, Report, StepBegun, StepEnded, Stop, TenantRead, Tenants
from tenable_api.testing import Emulator, Fault

from .conftest import writes

MANY = 30
EVERYBODY = {
    "version": 1,
    "people": [{"email": f"user{number}@example.com", "accounts": {"cloud": {"role": "Standard"}}} for number in range(MANY)],
}


def lines(journal: Path) -> tuple[int, int]:
    """How many steps have begun and ended, by a journal."""
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    return sum("begun" in entry for entry in entries), sum("ended" in entry for entry in entries)


def test_events_are_told_on_the_calling_thread(tenants: Tenants) -> None:
    events: list[Event] = []
    threads: set[int] = set()

    def watch(event: Event) -> None:
        events.append(event)
        threads.add(threading.get_ident())

    report = tenants.apply(EVERYBODY, on_progress=watch)
    assert threads == {threading.get_ident()}
    ended = [event for event in events if isinstance(event, StepEnded)]
    assert {event.index for event in ended} == set(range(len(report.steps)))
    assert all(event.step == report.steps[event.index].step and event.outcome.is_success for event in ended)
    assert {event.tenant for event in events if isinstance(event, TenantRead)} == set(tenants)
    assert str(ended[0].outcome) == "done"


def check_ended_in_order(tenants: Tenants, emulator: Emulator, journal: Path) -> None:
    """What had begun was finished and written down, the rest was not begun, and a second run does exactly that."""
    begun, ended = lines(journal)
    assert 0 < begun == ended < 2 * MANY
    report = tenants.apply(EVERYBODY)
    assert report.is_complete
    made = [entry for entry in emulator.journal if entry.method == "POST" and entry.path.endswith("/users")]
    assert len(made) == MANY, "somebody was made twice"


def test_a_callback_that_raises_ends_it_in_order(tenants: Tenants, tenable_emulator: Emulator, tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    calls: list[Event] = []

    def watch(event: Event) -> None:
        calls.append(event)
        if isinstance(event, StepEnded):
            raise EnoughError(str(event.step))

    with pytest.raises(EnoughError):
        tenants.apply(EVERYBODY, on_progress=watch, journal=tmp_path / "journal.jsonl")
    assert isinstance(calls[-1], StepEnded) and sum(isinstance(event, StepEnded) for event in calls) == 1
    check_ended_in_order(tenants, tenable_emulator, tmp_path / "journal.jsonl")


def test_ctrl_c_ends_it_in_order(tenants: Tenants, tenable_emulator: Emulator, tmp_path: Path) -> None:
    def watch(event: Event) -> None:
        if isinstance(event, StepBegun) and event.index == 1:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        tenants.apply(EVERYBODY, on_progress=watch, journal=tmp_path / "journal.jsonl")
    check_ended_in_order(tenants, tenable_emulator, tmp_path / "journal.jsonl")


def test_reading_ends_at_once(tenants: Tenants, tenable_emulator: Emulator) -> None:
    def watch(event: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tenants.review(on_progress=watch)
    assert writes(tenable_emulator) == 0


def test_stopped_from_elsewhere_it_gives_its_report(tenants: Tenants, tenable_emulator: Emulator) -> None:
    stop = Stop()

    def watch(event: Event) -> None:
        if isinstance(event, StepEnded):
            stop.stop()

    report = tenants.apply(EVERYBODY, on_progress=watch, stop=stop)
    assert stop.is_stopped and report.count("done", "done_unseen") > 0 and report.count("stopped") > 0
    assert {str(ended.outcome) for ended in report.failures} == {"not tried: stopped"}
    # It stays stopped.
    assert tenants.whois("admin@example.com", stop=stop).unread_tenants[0].why.message == "stopped before it was read"


def test_a_journal_goes_on(tenants: Tenants, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    plan = tenants.plan(EVERYBODY)
    stop = Stop()

    def enough(event: Event) -> None:
        if isinstance(event, StepEnded):
            stop.stop()

    tenants.apply(plan, journal=journal, stop=stop, on_progress=enough)
    report = tenants.apply(plan, journal=journal)
    assert report.is_complete and 0 < report.count("already") < len(plan)
    other = tenants.plan({"version": 1, "groups": {"cloud": ["Watch"]}})
    with pytest.raises(ProblemsError, match="it is of another plan"):
        tenants.apply(other, journal=journal)


def test_asynchronous_tasks(tenable_emulator: Emulator) -> None:
    events: list[Event] = []

    async def scene() -> Report:
        async with tenable_emulator.async_vulnerability_management() as vm:
            tenants = AsyncTenants({"cloud": vm})
            loop = asyncio.get_running_loop()

            def watch(event: Event) -> None:
                assert asyncio.get_running_loop() is loop
                events.append(event)

            assert not (await tenants.whois("standard@example.com")).is_nobody
            return await tenants.apply(EVERYBODY, on_progress=watch)

    report = asyncio.run(scene())
    assert report.is_complete and sum(isinstance(event, StepEnded) for event in events) == len(report.steps)


def test_cancelled_it_ends_in_order(tenants: Tenants, tenable_emulator: Emulator, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"

    async def scene() -> None:
        async with tenable_emulator.async_vulnerability_management() as vm:
            mine: list[asyncio.Task[Report]] = []

            def watch(event: Event) -> None:
                if isinstance(event, StepEnded):
                    mine[0].cancel()

            task = asyncio.ensure_future(AsyncTenants({"cloud": vm}).apply(EVERYBODY, on_progress=watch, journal=journal))
            mine.append(task)
            with pytest.raises(asyncio.CancelledError):
                await task
            assert task.cancelled()

    asyncio.run(scene())
    check_ended_in_order(tenants, tenable_emulator, journal)


def test_cancelled_once_more_it_ends_at_once(tenable_emulator: Emulator) -> None:
    async def scene() -> None:
        async with tenable_emulator.async_vulnerability_management() as vm:
            mine: list[asyncio.Task[Report]] = []

            def watch(event: Event) -> None:
                if isinstance(event, StepBegun) and event.index == 0:
                    loop = asyncio.get_running_loop()
                    loop.call_soon(mine[0].cancel)
                    # When the loop has come round: the task waits for the answer that is never given by then.
                    loop.call_soon(lambda: loop.call_soon(lambda: loop.call_soon(mine[0].cancel)))

            mine.append(asyncio.ensure_future(AsyncTenants({"cloud": vm}).apply(EVERYBODY, on_progress=watch)))
            with pytest.raises(asyncio.CancelledError):
                await mine[0]

    with tenable_emulator.fault(Fault.latency(600), method="POST"):
        asyncio.run(scene())


def test_ctrl_c_twice_ends_at_once(tenants: Tenants, tenable_emulator: Emulator) -> None:
    presses = 0

    def press(_signal: int, _frame: object) -> None:
        nonlocal presses
        presses += 1
        if presses == 1:
            # Again, while what has begun is waited for.
            signal.setitimer(signal.ITIMER_REAL, 0.2)
        raise KeyboardInterrupt

    def watch(event: Event) -> None:
        if isinstance(event, StepBegun) and event.index == 0:
            signal.setitimer(signal.ITIMER_REAL, 0.01)

    before = signal.signal(signal.SIGALRM, press)
    try:
        with tenable_emulator.fault(Fault.latency(600), method="POST"), pytest.raises(KeyboardInterrupt):
            tenants.apply(EVERYBODY, on_progress=watch)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert presses == 2


def test_a_callback_that_raises_in_the_event_loop(tenable_emulator: Emulator) -> None:
    async def scene() -> None:
        def watch(event: Event) -> None:
            raise ZeroDivisionError

        async with tenable_emulator.async_vulnerability_management() as vm:
            with pytest.raises(ZeroDivisionError):
                await AsyncTenants({"cloud": vm}).review(on_progress=watch)

    asyncio.run(scene())


def test_both_kinds_have_the_same_tasks() -> None:
    for name, method in inspect.getmembers(Tenants, inspect.isfunction):
        twin = getattr(AsyncTenants, name)
        if name == "__init__":
            continue
        assert inspect.signature(method) == inspect.signature(twin), name
        if not name.startswith("_") and name != "product":
            assert inspect.iscoroutinefunction(twin) and twin.__doc__, name
