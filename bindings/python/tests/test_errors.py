"""Exceptions: which one, what it carries, and what it never carries."""

from __future__ import annotations

import pickle
import traceback

import pytest

from tenable_api import (
    AuthenticationError,
    CallTimeoutError,
    ConfigurationError,
    ConflictError,
    ConnectError,
    ConnectionLostError,
    IdentityExposure,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RedirectedError,
    ResponseTooLargeError,
    SecurityCenter,
    ServerError,
    SessionExpiredError,
    SessionLimitError,
    TenableError,
    TlsError,
    UnavailableError,
    UnreadableError,
)
from tenable_api.testing import Emulator, Fault

PASSWORD = "Canary-Harbor-42"


@pytest.mark.parametrize(
    ("fault", "expected", "status", "retryable"),
    [
        (Fault.internal_server_error(), ServerError, 500, True),
        (Fault.bad_gateway(), UnavailableError, 502, True),
        (Fault.service_unavailable(), UnavailableError, 503, True),
        (Fault.gateway_timeout(), UnavailableError, 504, True),
        (Fault.html_page(), UnreadableError, 200, False),
        (Fault.redirect("https://elsewhere.example/login"), RedirectedError, None, False),
        (Fault.truncated_json(), UnreadableError, 200, False),
        (Fault.truncated_body(), ConnectionLostError, None, True),
        (Fault.oversized_body(3_000_000), ResponseTooLargeError, None, False),
        (Fault.reset(), ConnectionLostError, None, True),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
def test_each_failure_has_its_class(
    tenable_emulator: Emulator, fault: Fault, expected: type[TenableError], status: int | None, retryable: bool
) -> None:
    tenable_emulator.faults.add(fault, path="/api/users")
    with tenable_emulator.identity_exposure(max_attempts=1, max_response_bytes=1_000_000) as tie:
        with pytest.raises(expected) as caught:
            tie.users.list()
        error = caught.value
        assert type(error) is expected
        assert (error.product, error.operation, error.method) == ("Tenable Identity Exposure", "users.list", "GET")
        assert error.path == "/api/users"
        assert error.status == status
        assert error.attempts == 1
        assert error.retryable is retryable or error.effect == "applied"
        assert error.elapsed > 0


def test_not_found(tenable_identity_exposure: IdentityExposure) -> None:
    with pytest.raises(NotFoundError) as caught:
        tenable_identity_exposure.users.details(99)
    error = caught.value
    assert isinstance(error, LookupError)
    assert (error.status, error.code, error.effect, error.retryable) == (404, "NOT_FOUND", "not_applied", False)
    assert str(error).startswith("users.details: not found (404 Not Found)")


def test_a_conflict(tenable_identity_exposure: IdentityExposure) -> None:
    with pytest.raises(ConflictError):
        tenable_identity_exposure.users.create("Default", "admin@example.com", PASSWORD)


def test_a_wrong_key(tenable_emulator: Emulator) -> None:
    url = tenable_emulator.environment()["TIE_URL"]
    with IdentityExposure(url, api_key="wrong", proxy=None) as tie, pytest.raises(AuthenticationError) as caught:
        tie.users.list()
    assert caught.value.status == 401
    assert "wrong;" not in str(caught.value).replace("may be wrong;", "")


def test_a_missing_right(tenable_security_center: SecurityCenter) -> None:
    with pytest.raises(PermissionDeniedError) as caught:
        tenable_security_center.organizations.list()
    assert isinstance(caught.value, PermissionError)


def test_nobody_listens() -> None:
    # The discard port: nothing of ours listens there, and nothing is sent.
    with IdentityExposure("http://127.0.0.1:9", api_key="k", max_attempts=1, proxy=None) as tie:
        with pytest.raises(ConnectError) as caught:
            tie.users.list()
    error = caught.value
    assert isinstance(error, ConnectionError)
    assert (error.effect, error.retryable, error.outcome_unknown, error.status) == ("not_sent", True, False, None)


def test_an_unknown_authority() -> None:
    with Emulator(tls=True) as emulator:
        url = emulator.environment()["TIE_URL"]
        with IdentityExposure(url, api_key="k", proxy=None) as tie, pytest.raises(TlsError) as caught:
            tie.users.list()
        assert caught.value.effect == "not_sent"
        with emulator.identity_exposure() as trusted:
            assert trusted.users.list()


def test_too_many_requests(tenable_emulator: Emulator) -> None:
    tenable_emulator.faults.add(Fault.too_many_requests(3600), times=None)
    with tenable_emulator.identity_exposure() as tie, pytest.raises(RateLimitedError) as caught:
        tie.users.list()
    assert (caught.value.retry_after, caught.value.status) == (3600.0, 429)


def test_the_time_is_up(tenable_emulator: Emulator) -> None:
    tenable_emulator.faults.add(Fault.stall(), times=None)
    with tenable_emulator.identity_exposure(timeout=0.05) as tie, pytest.raises(CallTimeoutError) as caught:
        tie.users.list()
    assert isinstance(caught.value, TimeoutError)


def test_a_create_whose_answer_is_lost_is_sent_once(tenable_emulator: Emulator) -> None:
    tenable_emulator.faults.add(Fault.reset(), method="POST", after_commit=True)
    with tenable_emulator.identity_exposure() as tie:
        with pytest.raises(ConnectionLostError) as caught:
            tie.users.create("Ann", "ann@example.com", PASSWORD)
        assert caught.value.outcome_unknown
        assert caught.value.effect == "unknown"
        assert not caught.value.retryable
        assert [user.email for user in tie.users.list()].count("ann@example.com") == 1


def test_a_secret_is_in_no_text(tenable_emulator: Emulator) -> None:
    with tenable_emulator.identity_exposure() as tie:
        for fault in (Fault.internal_server_error(), Fault.html_page(), Fault.reset()):
            tenable_emulator.faults.add(fault, method="POST")
            try:
                tie.users.create("Ann", "ann@example.com", PASSWORD)
            except TenableError as error:
                # The line of this call is not among those of the package.
                lines = [line for line in traceback.format_exception(error) if "test_errors" not in line]
                assert PASSWORD not in "".join(lines) + repr(error) + repr(error.__dict__)
                assert PASSWORD.encode() not in pickle.dumps(error)
                assert error.__cause__ is None
            else:
                pytest.fail("it did not fail")


@pytest.mark.parametrize("kind", [TenableError, NotFoundError, CallTimeoutError, ConfigurationError, TlsError, SessionLimitError])
def test_errors_are_pickled_whole(kind: type[TenableError]) -> None:
    error = kind("text", product="p", operation="users.list", status=404, code="C", attempts=2, retry_after=1.5, effect="unknown")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), vars(again)) == ("text", vars(error))
    assert again.outcome_unknown


def test_builtin_bases() -> None:
    pairs: list[tuple[type[Exception], type[Exception]]] = [
        (InvalidInputError, ValueError),
        (ConfigurationError, ValueError),
        (SessionExpiredError, AuthenticationError),
        (TlsError, ConnectionError),
        (ConnectionLostError, ConnectionError),
        (CallTimeoutError, TimeoutError),
    ]
    for kind, base in pairs:
        assert issubclass(kind, base)
        assert issubclass(kind, TenableError)
