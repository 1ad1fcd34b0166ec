"""`get()` and the like, retries, answers that are no JSON, and what an exception tells of the request; beside pyTenable's."""

from __future__ import annotations

import io
import json
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
import tenable.errors
import tenable.ie
import tenable.io
import tenable.sc
from tenable_api import UNSET, Secret
from tenable_api.compat import TenableIE, TenableIO, TenableSC, errors
from tenable_api.compat._request import Request, attempt_timeout, body_of, secrets_of
from tenable_api.testing import Emulator, Fault

KEY = "0" * 64
PASSWORD = "Violet-Harbor-42"


class Echo(ThreadingHTTPServer):
    """Answers with what it was sent, as long as nothing else is said."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        #: Status, headers and body of the next answers; the last one goes on.
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        #: Method, path, headers and body of each request.
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        #: While it is not set, no answer is given.
        self.open = threading.Event()
        self.open.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Echo

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.command, self.path, headers, body))
        self.server.open.wait(30)
        answers = self.server.answers
        status, extra, content = (
            (answers[0] if len(answers) == 1 else answers.pop(0)) if answers else (200, {}, b'{"seen": true}')
        )
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **extra, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.open.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long pyTenable would have slept."""
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


def ours(echo: Echo, **more: Any) -> TenableIE:
    return TenableIE(**{"url": echo.url, "api_key": KEY, "backoff": 0.001, **more})


def theirs(echo: Echo, **more: Any) -> Any:
    return tenable.ie.TenableIE(**{"url": echo.url, "api_key": KEY, **more})


# Retries.


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("status", [429, 503])
def test_as_many_retries_as_with_pytenable(echo: Echo, waits: list[float], retries: int, status: int) -> None:
    echo.answers = [(status, {}, b"{}")]
    told = []
    for client, kind in ((theirs, tenable.errors.APIError), (ours, errors.APIError)):
        echo.seen.clear()
        with pytest.raises(kind) as failed:
            client(echo, retries=retries).get("users")
        told.append((len(echo.seen), failed.value.code, failed.value.retries, type(failed.value).__name__))
    assert told[0] == told[1]
    assert told[1][0] == retries + 1


def test_what_is_throttled_counts_with_what_fails(echo: Echo) -> None:
    echo.answers = [(429, {}, b"{}"), (503, {}, b"{}"), (429, {}, b"{}"), (200, {}, b"[]")]
    assert ours(echo, retries=3).users.list() == []
    assert len(echo.seen) == 4
    echo.answers, echo.seen = [(429, {}, b"{}"), (503, {}, b"{}"), (429, {}, b"{}"), (200, {}, b"[]")], []
    with pytest.raises(errors.TooManyRequestsError):
        ours(echo, retries=2).users.list()
    assert len(echo.seen) == 3


def test_what_the_server_asks_for_is_waited_for_however_short_the_timeout(echo: Echo) -> None:
    """There is no limit of the whole call, as with pyTenable: it would cut off a wait that the server asks for."""
    settings = ours(echo, retries=5, timeout=1)._settings
    assert settings["timeout"] is None
    assert (settings["attempt_timeout"], settings["max_attempts"], settings["count_throttled"]) == (1.0, 6, True)


# What `requests` takes.

HONOURED: dict[str, Callable[[Any], Any]] = {
    "params": lambda api: api.get("users", params={"a": 1, "b": ["x", None, "y"], "c": None, "d": "ü &"}),
    "params as pairs": lambda api: api.get("users", params=[("a", 1), ("a", 2)]),
    "params as text": lambda api: api.get("users", params="a=1&b=2"),
    "params beside a query": lambda api: api.get("users?a=1", params={"b": 2}),
    "json": lambda api: api.post("users", json={"name": "Ännchen", "tags": ["a"], "none": None}),
    "an empty json": lambda api: api.post("users", json={}),
    "a form": lambda api: api.post("users", data={"name": "Ann Lee", "tags": ["a", "b"], "none": None}),
    "a form as pairs": lambda api: api.post("users", data=[("a", "1"), ("a", "2")]),
    "text": lambda api: api.put("users", data="plain"),
    "bytes": lambda api: api.patch("users", data=b"\x00\xff"),
    "a file": lambda api: api.post("users", data=io.BytesIO(b"content")),
    "data before json": lambda api: api.post("users", data={"a": 1}, json={"b": 2}),
    "headers": lambda api: api.get("users", headers={"X-Trace": "1", "Accept-Language": b"fr", "X-None": None}),
    "a header of the body": lambda api: api.post("users", json={}, headers={"Content-Type": "application/merge-patch+json"}),
    "stream": lambda api: api.get("users", stream=True),
    "no redirects": lambda api: api.delete("users/1", allow_redirects=False),
    "the client's own verify": lambda api: api.get("users", verify=True),
    "redaction": lambda api: api.post("users", json={"a": 1}, redact_fields=["a"], redact_value="x"),
    "more to try again on": lambda api: api.get("users", retry_on=[429, 503]),
}


@pytest.mark.parametrize("name", HONOURED)
def test_arguments_of_requests_send_what_they_send_with_pytenable(echo: Echo, name: str) -> None:
    sent = []
    for client in (theirs, ours):
        echo.seen.clear()
        HONOURED[name](client(echo))
        [(method, path, headers, body)] = echo.seen
        named = {
            key: value for key, value in headers.items() if key.startswith("x-") or key in ("content-type", "accept-language")
        }
        sent.append((method, path, named, body))
    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    ("argument", "instead"),
    [
        ({"files": {"a": b"b"}}, "keep pyTenable's client for uploads"),
        ({"auth": ("a", "b")}, "credentials to the client"),
        ({"cookies": {"a": "b"}}, "Cookie"),
        ({"proxies": {"https": "http://proxy"}}, "to the client"),
        ({"cert": "/a.pem"}, "to the client"),
        ({"hooks": {"response": print}}, "what the call gives"),
        ({"verify": False}, "give ssl_verify to the client"),
        ({"allow_redirects": True}, "redirects are not followed"),
        ({"retry_on": [404]}, "write a loop"),
        ({"retry_on": [501]}, "write a loop"),
        ({"colour": "red"}, "get.. takes no colour"),
    ],
)
def test_an_argument_that_cannot_be_heeded_is_refused_by_name(echo: Echo, argument: dict[str, Any], instead: str) -> None:
    with pytest.raises(TypeError, match=f"get.. (cannot heed|takes no) {next(iter(argument))}") as refused:
        ours(echo).get("users", **argument)
    assert instead.replace("get..", "get()") in str(refused.value)
    assert echo.seen == []


@pytest.mark.parametrize(
    ("timeout", "limit"), [((1, 2), 3.0), ((None, 2), 12.0), ((2, None), None), (None, None), (2, 2.0), (UNSET, UNSET)]
)
def test_the_wait_for_an_answer_has_an_end_whenever_one_is_given(timeout: Any, limit: Any) -> None:
    assert attempt_timeout(timeout) == limit


def test_a_header_is_sent_once_whatever_its_letter_case(echo: Echo) -> None:
    answer = ours(echo).post("users", json={}, headers={"content-type": "application/merge-patch+json"}, conv_json=False)
    named = [name for name in answer.request.headers if name.lower() == "content-type"]
    assert (named, answer.request.headers["Content-Type"]) == (["content-type"], "application/merge-patch+json")


def test_the_text_of_a_secret_is_sent_wherever_it_stands(echo: Echo) -> None:
    given = Secret(PASSWORD)
    ours(echo).post("users", data={"a": given}, params={"b": given, "c": [given]}, headers={"X-Code": given})
    ((_, path, headers, body),) = echo.seen
    assert path == f"/api/users?b={PASSWORD}&c={PASSWORD}"
    assert (headers["x-code"], body) == (PASSWORD, f"a={PASSWORD}".encode())


@pytest.mark.parametrize(
    "sent",
    [
        {"params": {"token": PASSWORD}},
        {"headers": {"Authorization": PASSWORD}},
        {"json": {"passwords": [PASSWORD]}},
        {"json": {"password": {"old": PASSWORD}}},
    ],
    ids=str,
)
def test_a_secret_that_comes_back_is_masked_wherever_it_was_sent(echo: Echo, sent: dict[str, Any]) -> None:
    echo.answers = [(400, {}, json.dumps({"error": f"{PASSWORD} is too old"}).encode())]
    with pytest.raises(errors.BadRequestError, match=r"\*\*\* is too old") as refused:
        ours(echo).post("users", **sent)
    assert PASSWORD not in f"{refused.value} {refused.value.response.text} {vars(refused.value.response.request)}"


@pytest.mark.parametrize("timeout", [0.05, (0.02, 0.03)])
def test_a_timeout_of_one_request(echo: Echo, timeout: Any) -> None:
    """pyTenable takes no `timeout` here: `requests` gets it twice."""
    with pytest.raises(TypeError):
        theirs(echo).get("users", timeout=timeout)
    echo.open.clear()
    with pytest.raises(requests.exceptions.Timeout):
        ours(echo, retries=0).get("users", timeout=timeout)
    echo.open.set()
    assert ours(echo, retries=0).get("users", timeout=None) == {"seen": True}


def test_an_answer_says_how_long_it_took(echo: Echo) -> None:
    assert ours(echo).get("users", conv_json=False).elapsed.total_seconds() > 0


def test_an_answer_is_read_in_pieces_and_in_lines(echo: Echo) -> None:
    echo.answers = [(200, {"Content-Type": "text/csv"}, b"a,b\n1,2\n")]
    with ours(echo).get("export", stream=True) as answer:
        assert list(answer.iter_lines()) == [b"a,b", b"1,2"]
        assert list(answer.iter_lines(decode_unicode=True)) == ["a,b", "1,2"]
        assert b"".join(answer.iter_content(3)) == b"a,b\n1,2\n"


# Answers that are no JSON.


class Whole:
    """A whole number of another library, as numpy has them."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


def clients(emulator: Emulator) -> list[tuple[Any, Callable[[Any], Any]]]:
    ends = emulator.endpoints
    keys = {"access_key": ends.vulnerability_management.access_key, "secret_key": ends.vulnerability_management.secret_key}
    ie = TenableIE(url=ends.identity_exposure.url, api_key=ends.identity_exposure.api_key)
    io_ = TenableIO(url=ends.vulnerability_management.url, **keys)
    manager = ends.security_center.manager
    sc = TenableSC(url=ends.security_center.url, access_key=manager.access_key, secret_key=manager.secret_key)
    return [
        (ie, lambda api: api.users.list()),
        (io_, lambda api: api.users.list()),
        (sc, lambda api: api.users.list()),
        (ie, lambda api: api.get("users")),
        (io_, lambda api: api.get("users").json()),
    ]


@pytest.mark.parametrize("number", range(5))
def test_a_body_that_is_no_json_is_caught_as_scripts_do(emulator: Emulator, number: int) -> None:
    client, call = clients(emulator)[number]
    emulator.fault(Fault.truncated_json(), times=None)
    with pytest.raises(errors.JSONDecodeError) as failed:
        call(client)
    error = failed.value
    for kind in (
        ValueError,
        json.JSONDecodeError,
        requests.exceptions.JSONDecodeError,
        requests.exceptions.RequestException,
        errors.APIError,
        errors.RestflyException,
    ):
        assert isinstance(error, kind)
    assert (error.code, error.response.status_code) == (200, 200)
    assert isinstance(error.doc, str)
    other = pickle.loads(pickle.dumps(error))
    assert isinstance(other, json.JSONDecodeError)
    assert (str(other), other.pos) == (str(error), error.pos)


def test_pytenable_lets_the_exception_of_requests_through(emulator: Emulator) -> None:
    ends = emulator.endpoints.identity_exposure
    emulator.fault(Fault.truncated_json(), times=None)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        tenable.ie.TenableIE(url=ends.url, api_key=ends.api_key).users.list()


# Ids.


def test_whole_numbers_of_other_libraries_are_ids(emulator: Emulator) -> None:
    ie, tio, sc = (client for client, _ in clients(emulator)[:3])
    assert ie.users.details(Whole(2))["id"] == 2
    assert ie.users.update_user_roles(Whole(2), [Whole(1)]) == {"roles": [1]}
    somebody = tio.users.list()[0]["id"]
    assert tio.users.details(Whole(somebody))["id"] == somebody
    assert tio.users.edit(somebody, permissions=Whole(32))["permissions"] == 32
    assert sc.roles.details(Whole(2))["id"] == "2"
    assert sc.users.edit(Whole(5), role=Whole(4))["role"]["id"] == "4"
    for wrong in (True, 2.0, None):
        with pytest.raises(errors.UnexpectedValueError):
            ie.users.details(wrong)


def test_a_body_may_hold_values_of_other_libraries() -> None:
    class Of(Whole):
        dtype = "int64"

        def item(self) -> int:
            return self.value

    content = {"role": Of(4), "password": Secret(PASSWORD), "ids": (number for number in (1, 2))}
    body, headers = body_of(None, content)
    assert (body, headers) == (
        b'{"role": 4, "password": "Violet-Harbor-42", "ids": [1, 2]}',
        {"Content-Type": "application/json"},
    )
    with pytest.raises(TypeError, match="is not JSON serializable"):
        body_of(None, {"a": object()})
    with pytest.raises(ValueError, match="not JSON compliant"):
        body_of(None, {"a": float("nan")})


# What an exception tells of the request.


def refused(call: Callable[[], Any]) -> Any:
    with pytest.raises(errors.APIError) as failed:
        call()
    return failed.value


def test_the_request_of_a_refused_call_is_told_without_its_secrets(emulator: Emulator) -> None:
    ends = emulator.endpoints.identity_exposure
    mine = TenableIE(url=ends.url, api_key=ends.api_key)
    their = tenable.ie.TenableIE(url=ends.url, api_key=ends.api_key)
    error = refused(lambda: mine.users.create("Ann", mine.users.list()[0].email, PASSWORD, active=True))
    request = error.response.request
    with pytest.raises(tenable.errors.APIError) as failed:
        their.post("users", json=[{"name": "Ann", "email": mine.users.list()[0].email, "password": PASSWORD, "active": True}])
    known = failed.value.response.request
    assert (request.method, request.url) == (known.method, known.url)
    [sent], [told] = json.loads(known.body), json.loads(request.body)
    assert (sent.pop("password"), told.pop("password")) == (PASSWORD, "***")
    assert told == sent
    assert request.headers["content-type"] == known.headers["content-type"]
    assert request.headers["user-agent"] == mine._settings["user_agent"]
    assert PASSWORD not in repr(vars(request))
    assert PASSWORD not in repr(vars(error))
    assert pickle.loads(pickle.dumps(error)).response.request == request


def test_the_address_of_a_refused_call_is_the_one_that_was_asked(emulator: Emulator) -> None:
    ie, io_, sc = (clients(emulator)[number][0] for number in range(3))
    assert refused(lambda: ie.users.details(4711)).response.url.endswith("/api/users/4711")
    assert refused(lambda: ie.users.details(4711)).response.request.body is None
    error = refused(lambda: io_.users.details(4711))
    assert error.response.request.url.endswith("/users/4711")
    error = refused(lambda: io_.groups.edit(4711, "Others"))
    assert (error.response.request.method, error.response.request.path_url) == ("PUT", "/groups/4711")
    assert json.loads(error.response.request.body) == {"name": "Others"}
    error = refused(lambda: sc.users.create("ann", PASSWORD, 4711, group=1))
    told = json.loads(error.response.request.body)
    assert (told["username"], told["password"], error.response.request.method) == ("ann", "***", "POST")
    assert PASSWORD.encode() not in error.response.request.body
    assert error.response.request.headers["x-apikey"] == "***"


def test_the_request_of_get_and_the_like_is_told_without_its_secrets(echo: Echo) -> None:
    echo.answers = [(400, {}, b"{}")]
    error = refused(
        lambda: ours(echo).post(
            "users", params={"token": "t0ken", "page": 2}, json={"password": PASSWORD, "in": [{"secretKey": "s3cret", "a": 1}]},
            headers={"Authorization": "Bearer t0ken", "X-Trace": "7"},
        )
    )  # fmt: skip
    request = error.response.request
    assert request.url == f"{echo.url}/api/users?token=***&page=2"
    assert json.loads(request.body) == {"password": "***", "in": [{"secretKey": "***", "a": 1}]}
    assert (request.headers["authorization"], request.headers["x-trace"], request.headers["x-api-key"]) == ("***", "7", "***")
    for secret in ("t0ken", "s3cret", PASSWORD, KEY):
        assert secret not in f"{error} {vars(error)} {vars(request)} {dict(request.headers)}"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (None, None),
        (b"", b""),
        ("username=ann&password=p", "username=ann&password=***"),
        (b"username=ann&password=p", b"username=ann&password=***"),
        (b"what it is, nobody knows", b"***"),
        ('{"a": 1}', '{"a": 1}'),
    ],
)
def test_bodies_without_their_secrets(body: Any, shown: Any) -> None:
    assert Request("POST", "https://example.com", None, body).body == shown


def test_secrets_are_found_in_every_form_of_a_body() -> None:
    assert secrets_of(b'[{"password": "a", "in": {"apiKey": "b", "keys": ["c"]}}]') == {"a", "b", "c"}
    assert secrets_of("username=ann&password=p") == {"p"}
    assert secrets_of(b"\xff") == set()
