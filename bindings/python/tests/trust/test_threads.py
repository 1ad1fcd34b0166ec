"""One client, shared by many threads: every thread gets its own answers and its own errors."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tenable_api import NotFoundError, SecurityCenter
from tenable_api.testing import Emulator, Fault
from trust.record import record

THREADS = 16
ROUNDS = 12
PASSWORD = "Violet-Harbor-42"


def together(work: Callable[[int], Any]) -> list[Any]:
    """What each thread gives, all begun at once."""
    start = Barrier(THREADS)

    def run(number: int) -> Any:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_every_thread_gets_its_own_answers_and_errors(tenable_emulator: Emulator) -> None:
    with tenable_emulator.identity_exposure() as tie:

        def work(number: int) -> list[str]:
            emails = []
            for round_ in range(ROUNDS):
                email = f"t{number}-{round_}@example.com"
                made = tie.users.create(f"T{number}", email, PASSWORD)
                assert (made.email, made.name) == (email, f"T{number}")
                assert tie.users.details(made.id).email == email
                missing = 1_000_000 + number * ROUNDS + round_
                with pytest.raises(NotFoundError) as caught:
                    tie.users.details(missing)
                assert str(missing) in str(caught.value.message) or caught.value.operation == "users.details"
                emails.append(email)
            return emails

        expected = sorted(email for emails in together(work) for email in emails)
        assert sorted(user.email for user in tie.users.list() if user.email.startswith("t")) == expected
    requests = [(request.method, request.status) for request in tenable_emulator.journal]
    calls = THREADS * ROUNDS
    counts = {kind: requests.count(kind) for kind in (("POST", 200), ("POST", 201), ("GET", 404))}
    assert counts["POST", 200] + counts["POST", 201] == calls and counts["GET", 404] == calls
    assert len(requests) == 3 * calls + 1
    record(
        "threads-python",
        title="One client in many threads, from Python",
        columns=["Threads", "Calls", "Answers of another call", "Errors of another call", "Requests too many"],
        rows=[[THREADS, 3 * calls, 0, 0, 0]],
    )


def test_a_refusal_for_the_rate_reaches_no_thread(tenable_emulator: Emulator) -> None:
    refusals = 40
    tenable_emulator.faults.add(Fault.too_many_requests(retry_after=0), times=refusals)
    with tenable_emulator.vulnerability_management() as vm:
        found = together(lambda _: len(vm.users.list()))
    assert len(set(found)) == 1
    statuses = [request.status for request in tenable_emulator.journal]
    assert statuses.count(200) == THREADS and statuses.count(429) == len(statuses) - THREADS <= refusals


def test_threads_share_one_session(tenable_emulator: Emulator) -> None:
    center = tenable_emulator.endpoints.security_center
    sign_in: dict[str, Any] = {"username": "north.manager", "password": center.seed_password, "proxy": None}
    with SecurityCenter(center.url, **sign_in) as sc:
        assert len(set(together(lambda _: len(sc.users.list())))) == 1
        # The session ends under them: one of them signs in anew, for all.
        tenable_emulator.faults.add(Fault.revoke_credential(), method="GET")
        assert len(set(together(lambda _: len(sc.users.list())))) == 1
    requests = [f"{request.method} {request.path}" for request in tenable_emulator.journal]
    assert requests.count("POST /rest/token") == 2
    assert requests.count("DELETE /rest/token") == 1
