"""Faults, journal, clock, rules and mail of an emulator."""

from __future__ import annotations

import http.client
import inspect
import json
import re
import urllib.parse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tenable_api import testing
from tenable_api.testing import ActiveFault, Emulator, Fault, Rule, rules

PATIENCE = 60
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(emulator: Emulator, path: str = "/api/users", method: str = "GET", body: Any = None) -> Answer:
    """One request to Identity Exposure over a connection of its own, without tries of any kind."""
    endpoint = emulator.endpoints.identity_exposure
    address = urllib.parse.urlsplit(endpoint.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    try:
        headers = {"X-API-Key": endpoint.api_key, "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def new_user(name: str = "Ann") -> list[dict[str, str]]:
    return [{"name": name, "email": f"{name.lower()}@example.com", "password": "Violet-Harbor-42"}]


# Faults


def test_a_fault_happens_once_to_the_next_request(tenable_emulator: Emulator) -> None:
    fault = tenable_emulator.faults.add(Fault.bad_gateway())
    assert [ask(tenable_emulator).status for _ in range(2)] == [502, 200]
    assert (fault.matched, fault.happened) == (2, 1)
    assert [entry.faults for entry in tenable_emulator.journal] == [("bad_gateway",), ()]


def test_conditions_choose_the_requests(tenable_emulator: Emulator) -> None:
    fault = tenable_emulator.faults.add(
        Fault.internal_server_error(),
        product="identity_exposure",
        method="get",
        path="/api/users/*",
        skip=1,
        times=2,
    )
    asked = ["/api/users", *["/api/users/1"] * 4]
    assert [ask(tenable_emulator, path).status for path in asked] == [200, 200, 500, 500, 200]
    assert (fault.matched, fault.happened) == (4, 2)
    tenable_emulator.faults.add(Fault.internal_server_error(), product="security_center")
    assert ask(tenable_emulator).status == 200


def test_a_fault_can_last_until_it_is_removed(tenable_emulator: Emulator) -> None:
    with tenable_emulator.fault(Fault.not_found_page(), times=None) as fault:
        assert [ask(tenable_emulator).status for _ in range(3)] == [404, 404, 404]
    assert ask(tenable_emulator).status == 200
    # What it has counted stays.
    assert (fault.matched, fault.happened) == (3, 3)
    fault.remove()


def test_a_fault_is_removed_when_its_block_fails(tenable_emulator: Emulator) -> None:
    with pytest.raises(ZeroDivisionError), tenable_emulator.fault(Fault.reset(), times=None):
        raise ZeroDivisionError
    assert list(tenable_emulator.faults) == []


def test_faults_are_listed_and_cleared(tenable_emulator: Emulator) -> None:
    added = [tenable_emulator.faults.add(fault) for fault in (Fault.redirect("/elsewhere"), Fault.latency(0.25))]
    listed = list(tenable_emulator.faults)
    assert [(active.id, active.fault) for active in listed] == [(active.id, active.fault) for active in added]
    assert listed[1].fault == Fault.latency(timedelta(milliseconds=250))
    assert repr(tenable_emulator.faults) == "<Faults [<ActiveFault 1: redirect>, <ActiveFault 2: latency>]>"
    tenable_emulator.faults.clear()
    assert len(tenable_emulator.faults) == 0


def test_a_fault_may_come_before_or_after_the_change(tenable_emulator: Emulator) -> None:
    for after_commit in (False, True):
        with tenable_emulator.fault(Fault.reset(), method="POST", after_commit=after_commit):
            with pytest.raises(ConnectionError):
                ask(tenable_emulator, method="POST", body=new_user())
        emails = [user["email"] for user in ask(tenable_emulator).json()]
        assert ("ann@example.com" in emails) is after_commit


@pytest.mark.tenable_emulator(now=START)
@pytest.mark.parametrize("fault", [Fault.too_many_requests, Fault.service_unavailable])
def test_retry_after_has_two_forms_or_none(tenable_emulator: Emulator, fault: Any) -> None:
    for made, header in [
        (fault(), None),
        (fault(retry_after=7), "7"),
        (fault(timedelta(minutes=1)), "60"),
        (fault(30, date=True), "Thu, 01 Jan 2026 00:00:30 GMT"),
    ]:
        with tenable_emulator.fault(made):
            assert ask(tenable_emulator).headers["Retry-After"] == header


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda add: add(Fault.latency(-1)), "-1 is not a length of time"),
        (lambda add: add(Fault.latency(float("nan"))), "nan is not a length of time"),
        (lambda add: add(Fault("nonsense")), "unknown variant `nonsense`"),
        (lambda add: add(Fault("reset", {"x": 1})), "unknown field `x` for a fault of kind reset"),
        (lambda add: add(Fault.reset(), times=-1), "times is -1, and cannot be negative"),
        (lambda add: add(Fault.reset(), skip=-1), "skip is -1, and cannot be negative"),
        (lambda add: add(Fault.too_many_requests(10**12, date=True)), "after the year 9999"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(tenable_emulator: Emulator, make: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        make(tenable_emulator.faults.add)
    assert len(tenable_emulator.faults) == 0


def test_every_kind_of_fault_has_its_method(tenable_emulator: Emulator) -> None:
    """The emulator names its kinds when it is asked for one that there is not."""
    with pytest.raises(ValueError, match="unknown variant") as refused:
        tenable_emulator.faults.add(Fault("nonsense"))
    kinds = set(re.findall("`([a-z_]+)`", str(refused.value))) - {"nonsense"}
    made = {name for name, method in vars(Fault).items() if isinstance(method, staticmethod)}
    assert made == kinds
    arguments: dict[str, tuple[Any, ...]] = {"latency": (1,), "redirect": ("/elsewhere",), "oversized_body": (1000,)}
    for kind in kinds:
        fault = getattr(Fault, kind)(*arguments.get(kind, ()))
        assert fault.kind == kind
        assert isinstance(tenable_emulator.faults.add(fault), ActiveFault)


def test_a_fault_is_a_value() -> None:
    assert Fault.redirect("/a") == Fault.redirect("/a") != Fault.redirect("/b")
    assert len({Fault.reset(), Fault.reset(), Fault.stall()}) == 2
    assert repr(Fault.latency(1)) == "Fault(kind='latency', data={'milliseconds': 1000})"


# Journal


def test_the_journal_tells_what_was_asked(tenable_emulator: Emulator) -> None:
    ask(tenable_emulator, method="POST", body=new_user())
    ask(tenable_emulator, "/api/nonsense?key=sentinel")
    created, unknown = tenable_emulator.journal
    assert (created.product, created.method, created.path, created.query) == ("identity_exposure", "POST", "/api/users", None)
    assert (created.status, created.route, created.faults) == (201, "/api/users", ())
    assert created.content_type == "application/json"
    assert {"x-api-key", "content-type"} <= {*created.headers}
    assert created.body == [{"name": "Ann", "email": "ann@example.com", "password": "***"}]
    assert created.time.utcoffset() == timedelta(0)
    assert (unknown.status, unknown.route, unknown.query) == (404, None, "key=***")
    assert str(tenable_emulator.journal) == (
        "1 identity_exposure: POST /api/users -> 201\n"
        "2 identity_exposure: GET /api/nonsense?key=*** -> 404, unknown request"
    )


def test_the_journal_knows_cut_connections(tenable_emulator: Emulator) -> None:
    tenable_emulator.faults.add(Fault.reset())
    with pytest.raises(ConnectionError):
        ask(tenable_emulator)
    assert str(tenable_emulator.journal[0]) == "1 identity_exposure: GET /api/users -> no answer, fault: reset"


def test_the_journal_can_be_searched(tenable_emulator: Emulator) -> None:
    for path in ("/api/users", "/api/users/1", "/api/users/99", "/api/roles"):
        ask(tenable_emulator, path)
    journal = tenable_emulator.journal

    def found(**conditions: Any) -> list[int]:
        return [entry.sequence for entry in journal.find(**conditions)]

    assert found() == [1, 2, 3, 4]
    assert found(path="/api/users/*") == [2, 3]
    assert found(path="/api/**") == [1, 2, 3, 4]
    assert found(path="/api/*") == [1, 4]
    assert found(path="/api/user") == []
    assert found(status=404) == [3]
    assert found(method="get", product="identity_exposure", path="/api/roles") == [4]
    assert found(method="POST") == found(product="security_center") == []


def test_the_journal_is_read_like_a_list(tenable_emulator: Emulator) -> None:
    journal = tenable_emulator.journal
    assert len(journal) == 0
    with pytest.raises(IndexError, match="the journal has 0 requests"):
        journal[-1]
    for path in ("/api/users", "/api/roles", "/api/profiles"):
        ask(tenable_emulator, path)
    assert [entry.path for entry in journal[1:]] == ["/api/roles", "/api/profiles"]
    assert journal[-1].path == "/api/profiles"
    assert [entry.path for entry in journal.after(journal[1].sequence)] == ["/api/profiles"]
    assert repr(journal) == "<Journal of 3 requests>"
    journal.clear()
    ask(tenable_emulator)
    assert [entry.sequence for entry in journal] == [4]


# Clock


@pytest.mark.tenable_emulator(now=START)
def test_the_clock_stands_until_it_is_moved(tenable_emulator: Emulator) -> None:
    clock = tenable_emulator.clock
    assert clock.now() == START
    clock.advance(1.5)
    clock.advance(timedelta(days=1))
    assert clock.now() == START + timedelta(days=1, seconds=1.5)
    ask(tenable_emulator)
    assert tenable_emulator.journal[0].time == clock.now()
    clock.set(START - timedelta(days=365))
    assert clock.now() == START - timedelta(days=365)
    assert repr(clock) == "<Clock at 2025-01-01T00:00:00+00:00>"
    tenable_emulator.reset()
    assert clock.now() == START


def test_the_clock_is_the_systems_without_one(tenable_emulator: Emulator) -> None:
    before = datetime.now(timezone.utc) - timedelta(milliseconds=1)
    assert before <= tenable_emulator.clock.now() <= datetime.now(timezone.utc)


@pytest.mark.tenable_emulator(now=START)
def test_a_lock_out_ends_with_time(tenable_emulator: Emulator) -> None:
    def sign_in(password: str) -> int:
        return ask(tenable_emulator, "/api/login", "POST", {"email": "robin.active@example.com", "password": password}).status

    password = tenable_emulator.endpoints.identity_exposure.seed_password
    policy = ask(tenable_emulator, "/api/lockout-policy").json()
    for _ in range(policy["failedAttemptThreshold"]):
        assert sign_in("wrong") == 401
    assert sign_in(password) == 401
    tenable_emulator.clock.advance(policy["lockoutDuration"] + 1)
    assert sign_in(password) == 200


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda clock: clock.advance(-1), "-1 is not a length of time"),
        (lambda clock: clock.advance(timedelta.max), "after the year 9999"),
        (lambda clock: clock.set(datetime(2026, 1, 1)), "has no time zone"),
        (lambda clock: clock.set(datetime(1969, 12, 31, tzinfo=timezone.utc)), "before the year 1970"),
    ],
)
def test_a_time_that_cannot_be_is_refused(tenable_emulator: Emulator, change: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        change(tenable_emulator.clock)


@pytest.mark.tenable_emulator(now=START)
def test_a_late_answer_comes_when_the_clock_is_moved(tenable_emulator: Emulator) -> None:
    """By a clock that stands, so that nothing but the move can bring it."""
    tenable_emulator.faults.add(Fault.latency(timedelta(hours=1)))
    with ThreadPoolExecutor() as pool:
        late = pool.submit(ask, tenable_emulator)
        while not len(tenable_emulator.journal):
            pass
        assert not late.done()
        # Until the answer waits for the clock, a move goes past it.
        while not late.done():
            tenable_emulator.clock.advance(3600)
        assert late.result().status == 200


# Rules


@pytest.mark.tenable_emulator(rules={"ie.duplicate_email": 400})
def test_rules_say_how_the_products_behave(tenable_emulator: Emulator) -> None:
    ask(tenable_emulator, method="POST", body=new_user())
    assert ask(tenable_emulator, method="POST", body=new_user()).status == 400
    tenable_emulator.rules.set("ie.duplicate_email", 409)
    assert ask(tenable_emulator, method="POST", body=new_user()).status == 409
    tenable_emulator.rules.set("ie.duplicate_email", "409")
    # Back to what was given at the start.
    tenable_emulator.reset()
    assert tenable_emulator.rules["ie.duplicate_email"] == "400"


def test_rules_are_a_mapping(tenable_emulator: Emulator) -> None:
    found = tenable_emulator.rules
    assert dict(found) == {rule.name: rule.default for rule in rules()}
    assert "ie.duplicate_email" in found
    assert "ie.nonsense" not in found
    assert found.get("ie.nonsense") is None
    assert found.describe("ie.duplicate_email") == next(rule for rule in rules() if rule.name == "ie.duplicate_email")
    with pytest.raises(ValueError, match="there is no rule 'ie.nonsense'"):
        found.describe("ie.nonsense")
    with pytest.raises(ValueError, match="cannot be set to 418; its outcomes are: 409, 400"):
        found.set("ie.duplicate_email", 418)


def test_each_rule_takes_each_of_its_outcomes(tenable_emulator: Emulator) -> None:
    for rule in rules():
        assert isinstance(rule, Rule)
        assert rule.default in rule.outcomes
        assert rule.doc
        for outcome in rule.outcomes:
            tenable_emulator.rules.set(rule.name, outcome)
            assert tenable_emulator.rules[rule.name] == outcome


# Mail, and what else there is


def test_mail_is_kept(tenable_emulator: Emulator) -> None:
    email = "robin.active@example.com"
    assert ask(tenable_emulator, "/api/users/forgotten-password", "POST", {"email": email}).status == 200
    (mail,) = tenable_emulator.mail
    assert mail.to == email
    assert mail.token is not None
    assert mail.token in mail.text
    assert mail.token not in repr(mail)
    tenable_emulator.reset()
    assert tenable_emulator.mail == []


def test_somebody_can_sign_in_at_the_user_interface(tenable_emulator: Emulator) -> None:
    password = tenable_emulator.endpoints.vulnerability_management.seed_password
    assert tenable_emulator.sign_in("vulnerability_management", "standard@example.com", password)
    assert not tenable_emulator.sign_in("vulnerability_management", "standard@example.com", "wrong")
    for product, username in [("vulnerability_management", "nobody@example.com"), ("security_center", "admin")]:
        with pytest.raises(LookupError, match=f"{product} has no user '{username}'"):
            tenable_emulator.sign_in(product, username, password)  # type: ignore[arg-type]


def test_a_reset_brings_everything_back(tenable_emulator: Emulator) -> None:
    before = ask(tenable_emulator).json()
    ask(tenable_emulator, method="POST", body=new_user())
    assert "ann@example.com" in str(tenable_emulator.state()["identity_exposure"])
    tenable_emulator.faults.add(Fault.reset())
    tenable_emulator.clock.advance(timedelta(days=1000))
    tenable_emulator.reset()
    assert "ann@example.com" not in str(tenable_emulator.state())
    assert (len(tenable_emulator.journal), len(tenable_emulator.faults)) == (0, 0)
    assert tenable_emulator.clock.now() < datetime.now(timezone.utc) + timedelta(days=1)
    # The keys are those of the start as well.
    assert ask(tenable_emulator).json() == before


def test_what_is_handed_out_is_documented_field_by_field() -> None:
    """Editors show the text below a field; one without it is a gap."""
    for name in testing.__all__:
        value = getattr(testing, name)
        if inspect.isclass(value):
            assert value.__doc__ and not value.__doc__.startswith(f"{name}("), f"{name} has no text"
        if inspect.isclass(value) and is_dataclass(value):
            source = inspect.getsource(value)
            for each in fields(value):
                assert re.search(rf'^    {each.name}: [^\n]+\n    """', source, re.MULTILINE), f"{name}.{each.name} has no text"


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"product": "iee"}, "there is no product 'iee'; products are: identity_exposure, security_center, vulnerability_management"),
        ({"method": "FETCH"}, "there is no method 'FETCH'; methods are: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
        ({"path": "api/users"}, "a path begins with a slash"),
        ({"path": ""}, "a path begins with a slash"),
        ({"path": "https://example.com/api/users"}, "a path begins with a slash"),
        ({"path": "/rest/user?fields=id"}, r"a path has no '\?'"),
        ({"path": "/api/***"}, "is unclear"),
    ],
)
def test_a_condition_that_no_request_meets_is_a_slip(condition: dict[str, Any], text: str, tenable_emulator: Emulator) -> None:
    uses: list[Callable[..., object]] = [
        lambda **given: tenable_emulator.fault(Fault.reset(), **given),
        lambda **given: tenable_emulator.faults.add(Fault.reset(), **given),
        tenable_emulator.journal.find,
    ]
    for use in uses:
        with pytest.raises(ValueError, match=text):
            use(**condition)
    assert len(tenable_emulator.faults) == 0


def test_an_answer_has_a_status_and_a_sign_in_a_product(tenable_emulator: Emulator) -> None:
    for status in (0, 99, 600, -1):
        with pytest.raises(ValueError, match="statuses are from 100 to 599"):
            tenable_emulator.journal.find(status=status)
    with pytest.raises(ValueError, match="there is no product 'ie'"):
        tenable_emulator.sign_in("ie", "admin", "x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown variant `explosion`, expected one of `latency`"):
        tenable_emulator.faults.add(Fault("explosion"))
    with tenable_emulator.fault(Fault.html_page(), method="get", path="**") as fault:
        assert fault.matched == 0 and tenable_emulator.journal.find(method="get", path="*/x") == []
