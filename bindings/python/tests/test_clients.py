"""Clients: how they are made, shared, steered and ended."""

from __future__ import annotations

import copy
import inspect
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import tenable_api
from tenable_api import (
    CallTimeoutError,
    ConfigurationError,
    ConnectionLostError,
    IdentityExposure,
    InvalidInputError,
    NotFoundError,
    ResponseInfo,
    Secret,
    SecurityCenter,
    UnsupportedError,
    VulnerabilityManagement,
)
from tenable_api.admin import Admin
from tenable_api.testing import Emulator, Fault

URL = "https://acme.tenable.example"
PASSWORD = "Violet-Harbor-42"


def test_a_client_says_where_it_goes_and_nothing_more() -> None:
    client = IdentityExposure(URL + "/api/", api_key="canary-key")
    assert client.url == URL
    assert repr(client) == f"IdentityExposure({URL!r})"
    client.close()
    assert repr(client) == f"IdentityExposure({URL!r}, closed)"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"url": "acme.tenable.example", "api_key": "k"}, "https://"),
        ({"url": "http://acme.tenable.example", "api_key": "k"}, "plain http"),
        ({"url": URL, "api_key": ""}, "api_key is empty"),
        ({"url": URL, "api_key": "line\nbreak"}, "API key"),
    ],
)
def test_what_cannot_be_a_client_is_refused_at_once(arguments: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        IdentityExposure(arguments["url"], api_key=arguments["api_key"])


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"timeout": -1.0},
        {"timeout": float("nan")},
        {"max_attempts": 0},
        {"calls_in_flight": 0},
        {"requests_per_second": 0},
        {"ca_file": "a.pem", "only_ca_file": "b.pem"},
        {"client_certificate": "a.pem"},
        {"proxy": None, "no_proxy": "example.com"},
        {"max_attempts": -1},
        {"max_attempts": 2**40},
        {"user_agent": "a\ud800"},
        {"proxy": "http://ann:canary\ud800@127.0.0.1"},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        IdentityExposure(URL, api_key="k", **options)  # type: ignore[arg-type]
    assert "canary" not in str(caught.value) and not isinstance(caught.value, UnicodeError)


def test_options_of_a_wrong_type_are_refused() -> None:
    with pytest.raises(TypeError, match="time limit"):
        IdentityExposure(URL, api_key="k", timeout="soon")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="api_key is text or a Secret"):
        IdentityExposure(URL, api_key=7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="url is text"):
        IdentityExposure(URL.encode(), api_key="k")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="on_new_api_key is no function"):
        IdentityExposure(URL, api_key="k", on_new_api_key="store")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="max_attempts: a whole number"):
        IdentityExposure(URL, api_key="k", max_attempts=True)
    client = IdentityExposure(URL, api_key="k")
    with pytest.raises(TypeError, match="on_response is called"):
        client.with_options(on_response=7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="time limit"):
        client.with_options(timeout=True)


def test_an_authority_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.pem"):
        IdentityExposure(URL, api_key="k", ca_file=tmp_path / "missing.pem")


def test_the_environment_makes_a_client(tenable_emulator_environment: Emulator) -> None:
    with IdentityExposure.from_env() as tie, SecurityCenter.from_env() as sc, VulnerabilityManagement.from_env() as vm:
        assert tie.users.info().email == "admin@example.com"
        assert sc.current_user.details().username
        assert vm.session.details().username


def test_an_environment_without_a_key_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIE_URL", URL)
    monkeypatch.delenv("TIE_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="TIE_API_KEY"):
        IdentityExposure.from_env()


def test_all_credentials_may_be_secrets(tenable_emulator: Emulator) -> None:
    environment = tenable_emulator.environment()
    with IdentityExposure(environment["TIE_URL"], api_key=Secret(environment["TIE_API_KEY"]), proxy=None) as tie:
        assert len(tie.users.list()) == 6


def test_only_from_env_looks_in_the_environment(tenable_emulator_environment: Emulator) -> None:
    url = tenable_emulator_environment.environment()["TIO_URL"]
    missing: Any = None
    for make in (
        lambda: VulnerabilityManagement(missing, missing, url=url),
        lambda: IdentityExposure(missing, api_key=missing),
        lambda: SecurityCenter(missing),
        lambda: SecurityCenter(url),
    ):
        with pytest.raises(ConfigurationError, match=r"missing|no way to sign in"):
            make()


def test_half_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="access_key is given, and secret_key is missing"):
        SecurityCenter(URL, access_key="a")


def test_a_closed_client_does_not_call(tenable_identity_exposure: IdentityExposure) -> None:
    other = tenable_identity_exposure.with_options(timeout=timedelta(minutes=5))
    tenable_identity_exposure.close()
    tenable_identity_exposure.close()
    assert other.closed
    for client in (tenable_identity_exposure, other):
        with pytest.raises(RuntimeError, match="closed"):
            client.users.list()


def test_a_client_made_from_another_is_closed_by_itself(tenable_identity_exposure: IdentityExposure) -> None:
    with tenable_identity_exposure.with_options(timeout=5) as quick:
        further = quick.with_options(timeout=7)
    assert quick.closed and further.closed and not tenable_identity_exposure.closed
    with pytest.raises(RuntimeError, match="closed"):
        further.users.list()
    assert len(tenable_identity_exposure.users.list()) == 6


def sign_ins(emulator: Emulator) -> list[str]:
    return [entry.method for entry in emulator.journal if entry.path == "/rest/token"]


def sign_in(emulator: Emulator) -> SecurityCenter:
    account = emulator.endpoints.security_center.administrator
    url = emulator.environment()["TSC_URL"]
    return SecurityCenter(url, username=account.username, password=account.password, proxy=None)


def test_a_session_is_ended_by_the_first_client_or_by_the_last(tenable_emulator: Emulator) -> None:
    first = sign_in(tenable_emulator)
    others = [first.with_options(timeout=number) for number in (5, 6)]
    others[0].roles.list()
    others[0].close()
    assert sign_ins(tenable_emulator) == ["POST"]
    first.close()
    others[1].close()
    assert sign_ins(tenable_emulator) == ["POST", "DELETE"]


def test_a_session_is_ended_by_the_last_client_when_nobody_has_the_first(tenable_emulator: Emulator) -> None:
    one = sign_in(tenable_emulator).with_options(timeout=5)
    other = one.with_options(timeout=6)
    one.roles.list()
    other.close()
    assert sign_ins(tenable_emulator) == ["POST"]
    one.close()
    one.close()
    assert sign_ins(tenable_emulator) == ["POST", "DELETE"]


def test_leaving_the_block_ends_the_session(tenable_emulator: Emulator) -> None:
    account = tenable_emulator.endpoints.security_center.administrator
    with SecurityCenter(tenable_emulator.environment()["TSC_URL"], username=account.username, password=account.password, proxy=None) as sc:
        sc.roles.list()
    assert [entry.method for entry in tenable_emulator.journal if entry.path == "/rest/token"] == ["POST", "DELETE"]


def test_clients_are_not_pickled_or_copied(tenable_identity_exposure: IdentityExposure) -> None:
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled or copied"):
            way(tenable_identity_exposure)


def test_an_option_holds_for_the_new_client_only(tenable_identity_exposure: IdentityExposure) -> None:
    tenable_identity_exposure.with_options(missing_as_deleted=True).users.delete(99)
    with pytest.raises(NotFoundError):
        tenable_identity_exposure.users.delete(99)


def test_what_came_around_an_answer(tenable_identity_exposure: IdentityExposure) -> None:
    seen: list[ResponseInfo] = []
    users = tenable_identity_exposure.with_options(on_response=seen.append).users.list()
    assert len(users) == 6
    [info] = seen
    assert (info.operation, info.status, info.attempts) == ("users.list", 200, 1)
    assert info.headers["content-type"].startswith("application/json")
    assert repr(info) == "ResponseInfo(operation='users.list', status=200, attempts=1)"


def test_on_response_is_told_of_pages_and_raw_answers(tenable_emulator: Emulator) -> None:
    seen: list[ResponseInfo] = []
    with tenable_emulator.vulnerability_management() as vm:
        told = vm.with_options(on_response=seen.append)
        assert len(list(told.users.iterate())) == len(vm.users.list())
        assert told.raw("GET", "/nowhere").status == 404
    assert [(info.operation, info.status, info.attempts) for info in seen] == [("users.list", 200, 1), ("raw", 404, 1)]
    assert seen[1].request_id


def test_a_page_is_not_lost_to_an_error_of_on_response(tenable_identity_exposure: IdentityExposure) -> None:
    def refuse(info: ResponseInfo) -> None:
        raise KeyError(info.operation)

    users = tenable_identity_exposure.with_options(on_response=refuse).users.iterate()
    with pytest.raises(KeyError):
        next(users)
    assert len(list(users)) == 6


CALLS: dict[str, Callable[[IdentityExposure], object]] = {
    "a resource": lambda tie: tie.users.list(),
    "page by page": lambda tie: next(tie.users.iterate()),
    "raw": lambda tie: tie.raw("GET", "/api/users"),
    "any product": lambda tie: Admin(tie).users(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_time_limit_holds_for_all_that_a_client_does(tenable_emulator: Emulator, call: Callable[[IdentityExposure], object]) -> None:
    with tenable_emulator.identity_exposure(timeout=60, attempt_timeout=None) as tie:
        tenable_emulator.faults.add(Fault.stall(), times=None)
        with pytest.raises(CallTimeoutError) as caught:
            call(tie.with_options(timeout=None).with_options(on_response=print).with_options(timeout=0.02))
        assert caught.value.elapsed < 30


def test_later_options_come_before_earlier_ones(tenable_emulator: Emulator) -> None:
    with tenable_emulator.identity_exposure(timeout=0.02, attempt_timeout=None) as tie:
        stalled = tenable_emulator.faults.add(Fault.stall(), times=None)
        with pytest.raises(CallTimeoutError):
            tie.with_options(missing_as_deleted=True).users.list()
        stalled.remove()
        # What is not said stays.
        tie.with_options(timeout=None).with_options(missing_as_deleted=True).with_options(timeout=60).users.delete(99)


def test_an_error_of_on_response_comes_out(tenable_identity_exposure: IdentityExposure) -> None:
    def refuse(info: ResponseInfo) -> None:
        raise KeyError(info.operation)

    with pytest.raises(KeyError, match=r"users\.list"):
        tenable_identity_exposure.with_options(on_response=refuse).users.list()


def test_a_renewed_key_is_used_and_told(tenable_emulator: Emulator) -> None:
    told: list[Secret] = []
    environment = tenable_emulator.environment()
    key = environment["TIE_API_KEY"]
    with IdentityExposure(environment["TIE_URL"], api_key=key, on_new_api_key=told.append, proxy=None) as tie:
        renewed = tie.api_key.renew()
        assert told == [tie.current_api_key]
        assert tie.current_api_key != Secret(key)
        assert told[0].reveal() not in repr(renewed) + repr(told) + repr(tie)
        assert len(tie.users.list()) == 6


def test_calls_as_somebody_else(tenable_vulnerability_management: VulnerabilityManagement) -> None:
    own = tenable_vulnerability_management.session.details()
    other = next(user for user in tenable_vulnerability_management.users.list() if user.username != own.username and user.enabled)
    acting = tenable_vulnerability_management.as_user(other.username)
    assert acting.session.details().username == other.username
    assert tenable_vulnerability_management.session.details().username == own.username
    with pytest.raises(ConfigurationError, match="user name"):
        tenable_vulnerability_management.as_user("a;b")


def test_the_raw_way(tenable_emulator: Emulator, tenable_identity_exposure: IdentityExposure) -> None:
    answer = tenable_identity_exposure.raw("get", "/api/users/1")
    assert (answer.status, answer.json()["id"]) == (200, 1)
    assert answer.headers["content-type"].startswith("application/json")
    assert "admin@example.com" not in repr(answer)
    missing = tenable_identity_exposure.raw("GET", "/api/users/99", query={"a": [1, 2], "b": "ü"})
    assert missing.status == 400
    assert tenable_emulator.journal[-1].query == "a=***&a=***&b=***"
    with pytest.raises(ValueError, match="path on the product"):
        tenable_identity_exposure.raw("GET", "https://elsewhere.example/")
    with pytest.raises(ValueError, match="exclude each other"):
        tenable_identity_exposure.raw("POST", "/api/users", json={}, content=b"")


def test_a_raw_request_is_checked_before_it_is_sent(tenable_emulator: Emulator, tenable_identity_exposure: IdentityExposure) -> None:
    raw: Any = tenable_identity_exposure.raw
    for arguments, error, said in (
        ({"headers": {"x": 1}}, TypeError, r"`headers\['x'\]` is text, not int"),
        ({"content": "text"}, TypeError, "`content` is bytes, not str"),
        ({"json": object()}, TypeError, "`json` holds a value of the type object"),
        ({"headers": {"x": "a\r\nb: c"}}, InvalidInputError, "header value; nothing was sent"),
        ({"idempotency": "always"}, ValueError, "none of read"),
        ({"attempt_timeout": 0}, ValueError, "attempt_timeout: a time limit of 0.0 seconds cannot be kept"),
        ({"attempt_timeout": True}, TypeError, "attempt_timeout: a time limit is seconds"),
    ):
        with pytest.raises(error, match=said):
            raw("POST", "/api/users", **arguments)
    with pytest.raises(TypeError, match="`method` is text, not int"):
        raw(7, "/api/users")
    assert [entry for entry in tenable_emulator.journal if entry.path.startswith("/api")] == []
    body = [{"name": "Ann", "email": "ann@example.com", "password": Secret(PASSWORD)}]
    assert raw("POST", "/api/users", json=body, headers={"x-note": Secret("a")}).status == 201


def test_a_raw_create_is_sent_once(tenable_emulator: Emulator, tenable_identity_exposure: IdentityExposure) -> None:
    tenable_emulator.faults.add(Fault.reset(), method="POST", after_commit=True)
    body = [{"name": "Ann", "email": "ann@example.com", "password": PASSWORD}]
    with pytest.raises(ConnectionLostError) as caught:
        tenable_identity_exposure.raw("POST", "/api/users", json=body)
    assert caught.value.outcome_unknown
    assert [user.email for user in tenable_identity_exposure.users.list()].count("ann@example.com") == 1


def test_bad_input_is_refused_before_any_request(tenable_emulator: Emulator, tenable_identity_exposure: IdentityExposure) -> None:
    users = tenable_identity_exposure.users
    calls: list[Callable[[], object]] = [
        lambda: users.details("whoami"),  # type: ignore[arg-type]
        lambda: users.create("Ann", "ann@example.com", PASSWORD, surname=None),  # type: ignore[arg-type]
        lambda: users.update(7, name={"a": 1}),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(InvalidInputError) as caught:
            call()
        assert caught.value.effect == "not_sent"
        assert "nothing was sent" in str(caught.value)
    with pytest.raises(TypeError, match=r"`name` is bytes"):
        users.update(7, name=b"Ann")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="more than 64 bits"):
        users.details(2**70)
    with pytest.raises(TypeError, match=r"`active` is of the type object"):
        users.update(7, active=object())  # type: ignore[arg-type]
    assert [entry for entry in tenable_emulator.journal if entry.path.startswith("/api")] == []


def test_a_value_in_itself_is_refused(tenable_identity_exposure: IdentityExposure) -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="nested too deeply"):
        tenable_identity_exposure.users.create_many(loop)  # type: ignore[arg-type]


def test_one_client_serves_many_threads(tenable_emulator: Emulator) -> None:
    with tenable_emulator.vulnerability_management() as vm:
        before = len(vm.users.list())

        def create(number: int) -> str:
            return vm.users.create(f"user{number}@example.com", PASSWORD, role="standard").uuid

        with ThreadPoolExecutor(16) as pool:
            made = list(pool.map(create, range(100)))
        assert len(set(made)) == 100
        assert len(vm.users.list()) == before + 100


def test_a_call_that_waits_holds_nobody_up(tenable_emulator: Emulator) -> None:
    """The interpreter is free while a call waits: this thread goes on, and ends what the other one waits for."""
    raised: list[BaseException] = []
    with tenable_emulator.identity_exposure(max_attempts=1, timeout=None, attempt_timeout=None) as tie:
        stalled = tenable_emulator.faults.add(Fault.stall(), path="/api/roles")

        def wait() -> None:
            try:
                tie.roles.list()
            except ConnectionLostError as error:
                raised.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        while not stalled.happened:
            tie.users.list()
        assert thread.is_alive()
        tenable_emulator.close()
        thread.join()
    assert len(raised) == 1


def test_signatures_are_real() -> None:
    signature = inspect.signature(IdentityExposure)
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD not in kinds
    assert inspect.Parameter.VAR_POSITIONAL not in kinds
    assert list(signature.parameters)[:2] == ["url", "api_key"]


def test_all_that_is_promised_is_there() -> None:
    for name in tenable_api.__all__:
        assert getattr(tenable_api, name) is not None
    assert set(tenable_api.__all__) <= set(dir(tenable_api))
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = tenable_api.Nothing  # type: ignore[attr-defined]
    assert issubclass(UnsupportedError, tenable_api.TenableError)
