"""Every operation from Python, and what it says when things go wrong. The judge is what the emulator has seen."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from operations.case import FACES, Call, Entry, Face, Scene, Script, settled

from tenable_api import (
    AuthenticationError,
    ConflictError,
    ConnectError,
    ConnectionLostError,
    NotAppliedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RedirectedError,
    ResponseTooLargeError,
    ServerError,
    TenableError,
    TlsError,
    UnavailableError,
    UnreadableError,
)
from tenable_api.testing import Emulator, Fault
from trust.matrix import CLASSES, ENTRIES, KEY, ask, client_of, http, own_path, own_requests, raw_server, representatives
from trust.record import record


@dataclass(frozen=True)
class Verdict:
    """What a call must say, by hand: nothing here is taken from the package."""

    error: type[TenableError] | None
    """None for success."""
    read: str = "not_applied"
    """What an error of an operation that changes nothing says of the effect."""
    write: str = "unknown"
    """What that of any other says."""
    passing: bool = False
    """Whether the failure is one that may pass by itself: then the call may be made again, if nothing is in doubt."""


def refused(error: type[TenableError]) -> Verdict:
    """The server has done nothing."""
    return Verdict(error, write="not_applied")


LOST = Verdict(ConnectionLostError, passing=True)
UNREADABLE = Verdict(UnreadableError)

# Faults of the emulator, on all operations: before and after the server acted, refusals to act, and answers that are none.
TELLING: dict[str, tuple[Fault, bool, Verdict]] = {
    "reset before the server acted": (Fault.reset(), False, LOST),
    "reset after the server acted": (Fault.reset(), True, LOST),
    "429": (Fault.too_many_requests(retry_after=0), False, Verdict(None)),
    "500": (Fault.internal_server_error(), False, Verdict(ServerError, passing=True)),
    "HTML with 200": (Fault.html_page(), False, UNREADABLE),
}

# The others of the emulator, on one operation of each product and class.
OTHERS: dict[str, tuple[Fault, bool, Verdict]] = {
    "429 with a date": (Fault.too_many_requests(retry_after=0, date=True), False, Verdict(None)),
    "502": (Fault.bad_gateway(), False, Verdict(UnavailableError, passing=True)),
    "502 after the server acted": (Fault.bad_gateway(), True, Verdict(UnavailableError, passing=True)),
    "503": (Fault.service_unavailable(), False, Verdict(UnavailableError, passing=True)),
    "504": (Fault.gateway_timeout(), False, Verdict(UnavailableError, passing=True)),
    "504 after the server acted": (Fault.gateway_timeout(), True, Verdict(UnavailableError, passing=True)),
    "500 after the server acted": (Fault.internal_server_error(), True, Verdict(ServerError, passing=True)),
    "HTML with 200, after the server acted": (Fault.html_page(), True, UNREADABLE),
    "404 with HTML": (Fault.not_found_page(), False, refused(NotFoundError)),
    "a page of another origin": (Fault.redirect("https://elsewhere.example/"), False, refused(RedirectedError)),
    "body too large": (Fault.oversized_body(2_000_000), False, Verdict(ResponseTooLargeError)),
    "chunk without a length": (Fault.bad_chunk(), False, LOST),
    "fields that nobody knows": (Fault.extra_fields(), False, Verdict(None)),
    "fields that are missing": (Fault.missing_optional_fields(), False, Verdict(None)),
    "shapes of an old version": (Fault.old_version_shapes(), False, Verdict(None)),
}

JSON = "Content-Type: application/json"
TOO_DEEP = b"[" * 10_000 + b"]" * 10_000
BOMB = gzip.compress(b" " * 50_000_000 + b"{}")

# What no product answers, and no server that works.
RAW: dict[str, tuple[bytes | None, Verdict]] = {
    "closed without an answer": (None, LOST),
    "closed in the head": (b"HTTP/1.1 200 OK\r\nContent-", LOST),
    "closed in the body": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", LOST),
    "length that is no number": (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}", UNREADABLE),
    "no HTTP": (b"\x16\x03\x01 nonsense\r\n\r\n", UNREADABLE),
    "bytes that are no UTF-8": (http("200 OK", b'{"name": "\xff\xfe"}', JSON), Verdict(UnreadableError, write="applied")),
    "no JSON": (http("200 OK", b"{nonsense}", JSON), Verdict(UnreadableError, write="applied")),
    "JSON that is too deep": (http("200 OK", TOO_DEEP, JSON), Verdict(UnreadableError, write="applied")),
    "another object": (http("200 OK", b'{"surprise": 1}', JSON), Verdict(UnreadableError, write="applied")),
    "compressed, and no gzip": (http("200 OK", b"{}", "Content-Encoding: gzip"), UNREADABLE),
    "compressed 50 MB": (http("200 OK", BOMB, "Content-Encoding: gzip"), Verdict(ResponseTooLargeError)),
    "401": (http("401 Unauthorized", b"{}", JSON), refused(AuthenticationError)),
    "403": (http("403 Forbidden", b"{}", JSON), refused(PermissionDeniedError)),
    "404": (http("404 Not Found", b"{}", JSON), refused(NotFoundError)),
    "409": (http("409 Conflict", b"{}", JSON), refused(ConflictError)),
}

# Where another verdict is right, by hand.
EXCEPTIONS: dict[tuple[str, str], Verdict] = {
    # What its answer holds is not read: the client looks at the account afterwards, and finds another role.
    ("HTML with 200", "vulnerability_management.users.update_role"): Verdict(NotAppliedError),
    # Its answer has no body that could be spoilt.
    ("body too large", "identity_exposure.users.delete"): Verdict(None),
    ("chunk without a length", "identity_exposure.users.delete"): Verdict(None),
}
# Security Center refuses in an envelope. What has none is an answer of something else.
FOREIGN = {"404 with HTML", "404"}
# Operations that give nothing, of those that are tried with these: whatever JSON comes with success is not read.
UNREAD = {"bytes that are no UTF-8", "JSON that is too deep", "another object"}
GIVE_NOTHING = {
    "identity_exposure.users.delete",
    "identity_exposure.users.change_password",
    "vulnerability_management.users.delete",
}


def verdict_of(what: str, entry: Entry, verdict: Verdict) -> Verdict:
    if entry.product == "security_center" and what in FOREIGN:
        return refused(TenableError)
    if entry.id in GIVE_NOTHING and what in UNREAD:
        return Verdict(None)
    if CLASSES[entry.id] == "never" and what.startswith("429"):
        return Verdict(RateLimitedError, write="not_applied", passing=True)
    return EXCEPTIONS.get((what, entry.id), verdict)


class Matrix:
    """What was tried, and what came out."""

    def __init__(self, emulators: ExitStack) -> None:
        self.tried: Counter[tuple[str, str]] = Counter()
        self.failures: list[str] = []
        self._stack = emulators
        self._emulators: dict[str, Emulator] = {}

    def emulator(self, settings: dict[str, Any]) -> Emulator:
        """One for each set of rules, back at its start each time it is asked for."""
        key = repr(settings)
        if key in self._emulators:
            self._emulators[key].reset()
        else:
            self._emulators[key] = self._stack.enter_context(Emulator(**settings))
        return self._emulators[key]

    def attempt(self, case: Callable[..., None], *arguments: Any) -> None:
        """Goes on after a failure, so that all are told at once."""
        try:
            case(self, *arguments)
        except AssertionError as error:
            self.failures.append(str(error).splitlines()[0])


def judge(matrix: Matrix, what: str, entry: Entry, outcome: Any, verdict: Verdict) -> None:
    tried = matrix.tried
    verdict = verdict_of(what, entry, verdict)
    tried[what, "cases"] += 1
    idempotency = CLASSES[entry.id]
    if verdict.error is None:
        assert not isinstance(outcome, TenableError), f"{entry.id}: {what}: {outcome!r}"
        tried[what, "answered"] += 1
        return
    assert type(outcome) is verdict.error, f"{entry.id}: {what}: {outcome!r}"
    effect = verdict.read if idempotency == "read" else verdict.write
    where = f"{entry.id} ({idempotency}): {what}: {outcome}"
    assert outcome.effect == effect, f"{where}: {outcome.effect} for {effect}"
    assert outcome.outcome_unknown == (effect == "unknown"), where
    assert outcome.retryable == (verdict.passing and effect in ("not_sent", "not_applied")), where
    assert outcome.operation == entry.operation, where
    # What is found afterwards is not of the attempt.
    assert outcome.attempts == 1 and outcome.elapsed > 0 or verdict.error is NotAppliedError, where
    assert KEY not in f"{outcome!r} {outcome} {outcome.__dict__}", where
    tried[what, verdict.error.__name__] += 1


def try_out(matrix: Matrix, entry: Entry, face: Face, what: str, fault: Fault, after_commit: bool, verdict: Verdict) -> None:
    with Scene(matrix.emulator(entry.emulator)) as scene, closing(entry.script(scene)) as script:
        made = next(script)
        own = own_path(entry, made)
        client = scene.client(entry.product, face, {"max_attempts": 1, "max_response_bytes": 1_000_000} | made.options)
        journal = scene.emulator.journal
        since = journal[-1].sequence if len(journal) else 0
        scene.emulator.faults.add(fault, method=own[0], path=own[1], after_commit=after_commit)
        try:
            outcome = ask(entry, client, face, made)
            requests = own_requests(scene, since, own)
            seen = [str(request) for request in requests]
            assert requests, f"{entry.id}: {what}: it was not asked"
            judge(matrix, what, entry, outcome, verdict)
            if CLASSES[entry.id] != "read":
                # Nothing is done twice: what may have been done is not sent again.
                done = [request for request in requests if not request.faults or after_commit]
                assert len(done) <= 1, f"{entry.id}: {what}: {seen}"
            if not isinstance(outcome, TenableError) and fault.kind == "too_many_requests":
                assert [request.status == 429 for request in requests] == [True, False], seen
                # Nothing is lost either: all is as without the fault.
                finish(script, outcome, entry, client, face)
        finally:
            settled(client.close(), face)


def finish(script: Script, answer: Any, entry: Entry, client: Any, face: Face) -> None:
    """Has the script judge the answer, and make its further calls."""
    while True:
        try:
            further = script.send(answer)
        except StopIteration:
            return
        answer = ask(entry, client, face, further)


def arguments_of(scene: Scene, entry: Entry) -> Call:
    """Good arguments. The call is made elsewhere."""
    with closing(entry.script(scene)) as script:
        return next(script)


def try_raw(matrix: Matrix, entry: Entry, face: Face, made: Call, what: str, answer: bytes | None, verdict: Verdict) -> None:
    with raw_server(answer) as raw:
        client = client_of(entry, face, raw.url, max_attempts=1, max_response_bytes=1_000_000)
        outcome = ask(entry, client, face, made)
        settled(client.close(), face)
    judge(matrix, what, entry, outcome, verdict)
    # An operation that looks before or after has a request more.
    assert 1 <= len(raw.requests) <= 2, f"{entry.id}: {what}: {raw.requests}"


def try_redirect(matrix: Matrix, entry: Entry, face: Face, made: Call, status: str, verdict: Verdict) -> None:
    with raw_server(http("200 OK", b"{}")) as other, raw_server(http(status, b"", f"Location: {other.url}/api")) as raw:
        client = client_of(entry, face, raw.url, max_attempts=1)
        outcome = ask(entry, client, face, made)
        settled(client.close(), face)
    judge(matrix, f"redirect {status[:3]} to another origin", entry, outcome, verdict)
    assert other.requests == [], f"{entry.id}: a redirect was followed"
    assert len(raw.requests) == 1, f"{entry.id}: {raw.requests}"


def try_nobody(matrix: Matrix, entry: Entry, face: Face, made: Call, what: str, url: str, verdict: Verdict) -> None:
    client = client_of(entry, face, url, max_attempts=1)
    outcome = ask(entry, client, face, made)
    settled(client.close(), face)
    judge(matrix, what, entry, outcome, verdict)


def test_every_fault_is_told_for_what_it_is_and_nothing_is_done_twice() -> None:
    with ExitStack() as stack:
        matrix = Matrix(stack)
        for what, (fault, after_commit, verdict) in TELLING.items():
            for entry in ENTRIES:
                matrix.attempt(try_out, entry, "sync", what, fault, after_commit, verdict)

        # Waiting and awaited in turns: every fault and every operation sees both.
        for number, (what, (fault, after_commit, verdict)) in enumerate(OTHERS.items()):
            for face, entry in zip(cycle(turn(number)), representatives(), strict=False):
                matrix.attempt(try_out, entry, face, what, fault, after_commit, verdict)

        scene = stack.enter_context(Scene(stack.enter_context(Emulator(tls=True))))
        chosen = [(entry, arguments_of(scene, entry)) for entry in representatives()]
        for number, (what, (answer, verdict)) in enumerate(RAW.items()):
            for face, (entry, made) in zip(cycle(turn(number)), chosen, strict=False):
                matrix.attempt(try_raw, entry, face, made, what, answer, verdict)
        for number, status in enumerate(REDIRECTS):
            # 307 and 308 ask for the same request elsewhere; the others are also said when something is done.
            verdict = Verdict(RedirectedError, write="not_applied" if status[:3] in ("307", "308") else "unknown")
            for face, (entry, made) in zip(cycle(turn(number)), chosen, strict=False):
                matrix.attempt(try_redirect, entry, face, made, status, verdict)

        with raw_server(None) as raw:
            gone = raw.url
        plain = stack.enter_context(raw_server(b"nonsense", eager=True)).url
        nobody = {
            "nobody listens": (gone.replace("http:", "https:"), Verdict(ConnectError, "not_sent", "not_sent", passing=True)),
            "no such name": ("https://tenable.invalid", Verdict(ConnectError, "not_sent", "not_sent", passing=True)),
            "no TLS": (plain.replace("http:", "https:"), Verdict(TlsError, "not_sent", "not_sent")),
        }
        for number, (what, (url, verdict)) in enumerate(nobody.items()):
            for face, (entry, made) in zip(cycle(turn(number)), chosen, strict=False):
                matrix.attempt(try_nobody, entry, face, made, what, url, verdict)

    assert not matrix.failures, "\n".join(matrix.failures)
    tried = matrix.tried
    rows = []
    for what in dict.fromkeys(what for what, _ in tried):
        outcomes = [f"{count} {outcome}" for (of, outcome), count in sorted(tried.items()) if of == what and outcome != "cases"]
        rows.append([what, tried[what, "cases"], ", ".join(outcomes), 0, 0])
    record(
        "faults-python",
        title="Faults, from Python",
        columns=["Fault", "Calls", "What the caller sees", "Done twice", "Wrong class, effect or `retryable`"],
        rows=rows,
        notes=[
            f"The first {len(TELLING)} on all {len(ENTRIES)} operations, the others on one of each product and idempotency class "
            f"({len(representatives())} operations), waiting and awaited in turns. `max_attempts=1`; a 429 is waited for all the same.",
            "The judge is the emulator's journal. After a 429, the state is compared with that of the call without the fault.",
            "Not shown: stalls and slow answers from Python, which take real time; the Rust matrix tries them with virtual time.",
        ],
    )


REDIRECTS = ("301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect")


def turn(number: int) -> Sequence[Face]:
    return FACES if number % 2 else FACES[::-1]
