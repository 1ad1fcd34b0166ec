"""`TenableIE` beside pyTenable's, on the same emulator: the same results and the same requests, without the defects."""

from __future__ import annotations

import json
import logging
import pickle
import time
import warnings
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
import tenable.errors
import tenable.ie
from tenable_api import Secret
from tenable_api.compat import Box, BoxList, TenableIE, errors
from tenable_api.compat.errors import CompatibilityWarning
from tenable_api.testing import Emulator, Fault

from .conftest import Start

# What pyTenable cannot read otherwise; the defects are shown one by one below.
RULES = {"ie.tenable_cloud_user_name": "absent", "ie.entity_ids": "lenient", "ie.copy_status": "200"}
NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
PASSWORD, OTHER_PASSWORD = "Violet-Harbor-42", "Copper-Lantern-77"
PERMISSIONS: list[dict[str, Any]] = [
    {"entity_name": "dashboard", "action": "read", "entity_ids": [1, 5], "dynamic_id": None},
    {"entity_name": "user", "action": "edit", "entity_ids": None, "dynamic_id": "self-user-id"},
]


def ours(emulator: Emulator, **more: Any) -> TenableIE:
    endpoint = emulator.endpoints.identity_exposure
    return TenableIE(**{"url": endpoint.url, "api_key": endpoint.api_key, "backoff": 0.01, **more})


def theirs(emulator: Emulator, **more: Any) -> Any:
    endpoint = emulator.endpoints.identity_exposure
    return tenable.ie.TenableIE(**{"url": endpoint.url, "api_key": endpoint.api_key, **more})


@pytest.fixture
def readable(start: Start) -> Emulator:
    """An emulator that pyTenable can read."""
    return start(RULES, now=NOW)


@pytest.fixture
def tie(emulator: Emulator) -> TenableIE:
    """A client of an emulator that does as documented."""
    return ours(emulator)


@pytest.fixture
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """pyTenable sleeps between two attempts."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


# The same results.

READS: list[Callable[[Any], Any]] = [
    lambda tie: tie.users.list(),
    lambda tie: tie.users.info(),
    lambda tie: tie.users.details("1"),
    lambda tie: tie.users.details(user_id=2),
    lambda tie: tie.roles.list(),
    lambda tie: tie.roles.details("1"),
    lambda tie: tie.roles.details(role_id=2),
    lambda tie: tie.roles.default_roles(),
    lambda tie: tie.api_keys.get(),
    lambda tie: tie.preference.details(),
    lambda tie: tie.lockout_policy.details(),
    lambda tie: tie.profiles.list(),
    lambda tie: tie.profiles.details("1"),
    lambda tie: tie.get("users"),
    lambda tie: tie.get("users/whoami", box=True),
    lambda tie: tie.get("users", box=True, box_attrs={"camel_killer_box": True}),
    lambda tie: tie.get("api/users", use_base=False),
    lambda tie: tie.get("users/1", conv_json=False).json(),
]


@pytest.mark.parametrize("number", range(len(READS)))
def test_reads_give_what_pytenable_gives(readable: Emulator, number: int) -> None:
    found, expected = READS[number](ours(readable)), READS[number](theirs(readable))
    assert found == expected
    # In the same order.
    assert json.dumps(found) == json.dumps(expected)


WRITES: list[Callable[[Any], Any]] = [
    lambda tie: tie.users.create("Ann", "ann@example.com", PASSWORD),
    lambda tie: tie.users.create(
        name="Bo", email="bo@example.com", password=PASSWORD, surname="Lee", department="D", biography="B", active=True
    ),
    lambda tie: tie.users.create("Cy", "cy@example.com", PASSWORD, active="true"),
    lambda tie: tie.users.update("2", name="Anna", department="Identity", active=False),
    lambda tie: tie.users.update(user_id=2, email="other@example.com", surname="Lee", biography="", password=PASSWORD),
    lambda tie: tie.users.update("2", active=1),
    lambda tie: tie.users.update("2", locked_out=False),
    lambda tie: tie.users.update("2", lockedOut=False),
    lambda tie: tie.users.update("2"),
    lambda tie: tie.users.update_user_roles("2", [1, 2]),
    lambda tie: tie.users.update_user_roles(user_id="2", roles=["2"]),
    lambda tie: tie.users.create_password("robin.active@example.com"),
    lambda tie: tie.users.delete("3"),
    lambda tie: tie.users.delete(user_id=4),
    lambda tie: tie.roles.create("Operators", "Run the shift"),
    lambda tie: tie.roles.create(name="Others", description=""),
    lambda tie: tie.roles.update("2", description="Run the night shift"),
    lambda tie: tie.roles.update(role_id="2", name="Renamed"),
    lambda tie: tie.roles.copy_role("2", "Copied"),
    lambda tie: tie.roles.copy_role(from_id=2, name="Copied twice"),
    lambda tie: tie.roles.replace_role_permissions("3", PERMISSIONS),
    lambda tie: tie.roles.replace_role_permissions(role_id=3, permissions=[]),
    lambda tie: tie.roles.delete("3"),
    lambda tie: tie.preference.update(language="fr"),
    lambda tie: tie.preference.update(preferred_profile_id="1"),
    lambda tie: tie.lockout_policy.update(enabled="false"),
    lambda tie: tie.lockout_policy.update(lockout_duration=60, failed_attempt_threshold="5", failedAttemptPeriod=30),
    lambda tie: tie.users.change_password(OTHER_PASSWORD, PASSWORD),
    lambda tie: tie.post("users", json=[{"name": "Di", "email": "di@example.com", "password": PASSWORD}]),
    lambda tie: tie.patch("users/2", json={"department": "D"}),
    lambda tie: tie.put("users/2/roles", json={"roles": [2]}),
]  # fmt: skip


def outcome(write: Callable[[Any], Any], client: Any) -> Any:
    try:
        return write(client)
    except Exception as error:
        return type(error).__name__, getattr(error, "code", None)


@pytest.mark.parametrize("number", range(len(WRITES)))
def test_writes_send_and_give_what_those_of_pytenable_do(start: Start, number: int) -> None:
    results: list[Any] = []
    requests: list[Any] = []
    states: list[Any] = []
    for client in (ours, theirs):
        emulator = start(RULES, now=NOW, api_key="0123456789abcdef")
        results.append(outcome(WRITES[number], client(emulator)))
        requests.append([(entry.method, entry.path, as_numbers(entry.body)) for entry in emulator.journal])
        states.append(client(emulator).users.list() + client(emulator).roles.list())
    assert results[0] == results[1]
    assert requests[0] == requests[1]
    assert states[0] == states[1]


def as_numbers(body: Any) -> Any:
    """pyTenable sends ids of entities as numbers, where the vendor documents texts; and a member for what may be left out."""
    if isinstance(body, list):
        return [as_numbers(one) for one in body]
    if not isinstance(body, dict):
        return body
    found = {name: value for name, value in body.items() if (name, value) != ("dynamicId", None)}
    if found.get("entityIds") is not None:
        found["entityIds"] = [int(one) for one in found["entityIds"]]
    return found


REFUSED: list[Callable[[Any], Any]] = [
    lambda tie: tie.users.details("999"),
    lambda tie: tie.users.create("Ann", "admin@example.com", PASSWORD),
    lambda tie: tie.users.create("Ann", "ann@example.com", "Xy7"),
    lambda tie: tie.roles.update("1", name="Nobody"),
    lambda tie: tie.roles.delete("999"),
    lambda tie: tie.users.update_user_roles("2", [999]),
    lambda tie: tie.users.retrieve_password("wrong", PASSWORD),
    lambda tie: tie.get("nowhere"),
    lambda tie: tie.post("login", json={"email": "admin@example.com", "password": "wrong"}),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_refusals_have_the_class_and_the_code_of_pytenable(readable: Emulator, number: int) -> None:
    with pytest.raises(errors.APIError) as found:
        REFUSED[number](ours(readable))
    with pytest.raises(tenable.errors.APIError) as expected:
        REFUSED[number](theirs(readable))
    assert type(found.value).__name__ == type(expected.value).__name__
    assert found.value.code == expected.value.code == found.value.response.status_code
    assert found.value.response.json().get("message") == expected.value.response.json().get("message")
    assert found.value.response.request.method == expected.value.response.request.method
    assert str(found.value.code) in str(found.value)
    assert pickle.loads(pickle.dumps(found.value)).code == found.value.code


def test_objects_are_dicts_with_attributes(tie: TenableIE) -> None:
    users = tie.users.list()
    assert isinstance(users, BoxList)
    assert all(isinstance(user, Box) for user in users)
    assert users[0].locked_out is users[0]["locked_out"] is False


def test_a_password_is_changed(tie: TenableIE) -> None:
    tie.users.update("1", password=PASSWORD)
    tie.users.change_password(PASSWORD, OTHER_PASSWORD)
    assert tie.post("login", json={"email": "admin@example.com", "password": OTHER_PASSWORD})


def test_secrets_are_taken_as_well(tie: TenableIE, emulator: Emulator) -> None:
    tie.users.create("Ann", "ann@example.com", Secret(PASSWORD), active=True)
    assert tie.post("login", json={"email": "ann@example.com", "password": PASSWORD})
    assert ours(emulator, api_key=Secret(emulator.endpoints.identity_exposure.api_key)).users.list()


def test_a_renewed_key_is_used_from_then_on(tie: TenableIE, emulator: Emulator) -> None:
    before = tie.api_keys.get()
    key = tie.api_keys.refresh()
    assert isinstance(key, str)
    assert key != before
    assert tie.api_keys.get() == key
    with pytest.raises(errors.UnauthorizedError):
        ours(emulator, api_key=before).users.list()


# The constructor.


def test_the_environment_says_what_arguments_do_not(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = emulator.endpoints.identity_exposure
    monkeypatch.setenv("TIE_URL", endpoint.url)
    monkeypatch.setenv("TIE_API_KEY", endpoint.api_key)
    assert TenableIE().users.info() == TenableIE(url="", api_key="").users.info()
    with pytest.raises(errors.UnauthorizedError):
        TenableIE(api_key="0" * 64).users.info()


def test_a_client_without_a_key_warns_and_does_what_needs_none(emulator: Emulator) -> None:
    endpoint = emulator.endpoints.identity_exposure
    with pytest.warns(errors.AuthenticationWarning, match="api_key") as told:
        tie = TenableIE(url=endpoint.url)
    assert told[0].filename == __file__
    tie.users.create_password("robin.active@example.com")
    [mail] = emulator.mail
    assert mail.token
    tie.users.retrieve_password(mail.token, OTHER_PASSWORD)
    assert not any("x-api-key" in entry.headers for entry in emulator.journal)
    seen = len(emulator.journal)
    with pytest.raises(errors.UnauthorizedError, match="nothing was sent") as refused:
        tie.users.list()
    assert (refused.value.code, len(emulator.journal)) == (401, seen)


@pytest.mark.parametrize("client", [ours, theirs])
def test_a_client_outlives_its_block(readable: Emulator, client: Callable[[Emulator], Any]) -> None:
    with client(readable) as tie:
        assert tie.users.list()
    assert tie.users.list()


def test_a_client_that_is_closed_sends_nothing(tie: TenableIE, emulator: Emulator) -> None:
    tie.close()
    tie.close()
    for call in (tie.users.list, lambda: tie.users.create_password("ann@example.com"), lambda: tie.get("users")):
        with pytest.raises(errors.UnauthorizedError, match="is closed; nothing was sent"):
            call()
    assert not list(emulator.journal)


@pytest.mark.parametrize("settings", [{"box": True}, {"box": True, "squash_camel": True}, {"conv_json": False}])
def test_settings_of_raw_answers(readable: Emulator, settings: dict[str, Any]) -> None:
    found, expected = ours(readable, **settings).get("users/1"), theirs(readable, **settings).get("users/1")
    if settings.get("box"):
        assert isinstance(found, Box)
        assert found == expected
    else:
        assert found.json() == expected.json()
        assert (found.status_code, found.headers["Content-Type"]) == (expected.status_code, expected.headers["Content-Type"])


def test_a_raw_answer_without_a_body_is_the_answer(tie: TenableIE) -> None:
    assert tie.delete("users/2").status_code == 204


# TLS.


def test_a_certificate_of_nobody_is_refused_and_the_error_names_the_argument(start: Start) -> None:
    emulator = start(tls=True)
    with pytest.raises(errors.ConnectionError, match="ssl_verify=False") as refused:
        ours(emulator, retries=0).users.list()
    assert "ssl_verify=PATH" in str(refused.value)
    assert refused.value.effect == "not_sent"
    import requests

    assert isinstance(refused.value, requests.exceptions.SSLError)
    assert ours(emulator, ssl_verify=False).users.list()
    assert ours(emulator, ssl_verify=str(emulator.ca_file)).users.list()


def test_the_bundle_of_requests_is_trusted(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = start(tls=True)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
    assert ours(emulator).users.list()


# Defects of pyTenable that are gone. Each is shown with pyTenable first.


def test_fields_that_are_new_are_kept(emulator: Emulator) -> None:
    with pytest.raises(Exception, match="Unknown field"), emulator.fault(Fault.extra_fields(), times=None):
        theirs(emulator).users.list()
    with pytest.raises(Exception, match="tenableCloudUserName"):
        theirs(emulator).users.info()
    tie = ours(emulator)
    plain = set(tie.users.list()[0])
    with emulator.fault(Fault.extra_fields(), times=None):
        assert set(tie.users.list()[0]) > plain
    assert "tenable_cloud_user_name" in tie.users.info()


def test_fields_that_are_missing_are_missing(emulator: Emulator) -> None:
    with emulator.fault(Fault.old_version_shapes(), times=None):
        assert "eula_version" not in ours(emulator).users.details("2")


def test_a_lost_creation_is_not_sent_again(start: Start, without_waiting: None) -> None:
    for client, sent in ((theirs, 2), (ours, 1)):
        emulator = start(RULES)
        emulator.fault(Fault.reset(), method="POST", after_commit=True)
        with pytest.raises(Exception) as failed:  # noqa: PT011 - each has its own
            client(emulator).users.create("Ann", "ann@example.com", PASSWORD)
        assert len(emulator.journal.find(method="POST")) == sent
        if client is ours:
            assert isinstance(failed.value, errors.ConnectionError)
            assert failed.value.outcome_unknown
        else:
            assert isinstance(failed.value, tenable.errors.APIError)


def test_a_creation_behind_a_failing_gateway_is_not_sent_again(start: Start, without_waiting: None) -> None:
    for client, sent in ((theirs, 2), (ours, 1)):
        emulator = start(RULES)
        emulator.fault(Fault.bad_gateway(), method="POST", after_commit=True)
        with pytest.raises(Exception) as failed:  # noqa: PT011 - each has its own
            client(emulator).users.create("Ann", "ann@example.com", PASSWORD)
        assert len(emulator.journal.find(method="POST")) == sent
        if client is ours:
            assert isinstance(failed.value, errors.BadGatewayError)
            assert failed.value.outcome_unknown


def test_a_lost_deletion_is_done(start: Start, without_waiting: None) -> None:
    emulator = start(RULES)
    emulator.fault(Fault.reset(), method="DELETE", after_commit=True)
    with pytest.raises(tenable.errors.NotFoundError):
        theirs(emulator).users.delete("2")
    emulator = start(RULES)
    emulator.fault(Fault.reset(), method="DELETE", after_commit=True)
    ours(emulator).users.delete("2")
    assert [entry.status for entry in emulator.journal.find(method="DELETE")][1:] == [404]
    # What was gone before is another matter.
    with pytest.raises(errors.NotFoundError):
        ours(emulator).users.delete("2")


def test_reads_are_sent_again(emulator: Emulator) -> None:
    emulator.fault(Fault.reset())
    assert ours(emulator).users.list()
    emulator.fault(Fault.too_many_requests(0))
    assert ours(emulator).users.list()
    emulator.fault(Fault.reset())
    with pytest.raises(errors.ConnectionError):
        ours(emulator, retries=0).users.list()


def test_the_server_may_tell_a_date_to_wait_for(emulator: Emulator) -> None:
    emulator.fault(Fault.too_many_requests(0, date=True))
    with pytest.raises(ValueError, match="could not convert string to float"):
        theirs(emulator).roles.list()
    emulator.fault(Fault.too_many_requests(0, date=True))
    assert ours(emulator).roles.list()


def test_ids_of_entities_are_sent_as_documented(emulator: Emulator) -> None:
    permission = {"entity_name": "dashboard", "action": "read", "entity_ids": ["1"], "dynamic_id": None}
    with pytest.raises(tenable.errors.BadRequestError):
        theirs(emulator).roles.replace_role_permissions("3", [permission])
    for ids in (["1"], [1]):
        [found] = ours(emulator).roles.replace_role_permissions("3", [{**permission, "entity_ids": ids}]).permissions
        assert found == {**permission, "entity_ids": [1]}


def test_a_copy_that_is_not_sent_back_is_found(start: Start) -> None:
    emulator = start({"ie.copy_status": "204"})
    with pytest.raises(AttributeError):
        theirs(start({**RULES, "ie.copy_status": "204"})).roles.copy_role("2", "Operators")
    tie = ours(emulator)
    assert tie.roles.copy_role("2", "Operators") == tie.roles.list()[-1]


def test_an_id_names_no_other_path(readable: Emulator) -> None:
    with pytest.raises(Exception, match="description"):
        theirs(readable).users.details("../roles/1")
    theirs(readable).users.delete("../roles/3")
    assert readable.journal[-1].path == "/api/roles/3"
    seen = len(readable.journal)
    for name in ("../roles/1", "whoami", "1/roles", ""):
        with pytest.raises(errors.UnexpectedValueError):
            ours(readable).users.details(name)
    assert len(readable.journal) == seen


@pytest.mark.parametrize("end", ["/", "/api", "/api/"])
def test_the_address_may_end_in_more(readable: Emulator, end: str) -> None:
    url = readable.endpoints.identity_exposure.url + end
    with pytest.raises(tenable.errors.APIError):
        theirs(readable, url=url).users.list()
    assert ours(readable, url=url).users.list()
    assert ours(readable, url=url).get("users")


def test_a_page_in_place_of_an_answer_is_told_as_one(readable: Emulator) -> None:
    readable.fault(Fault.html_page())
    with pytest.raises((AttributeError, TypeError)):
        theirs(readable).users.list()
    readable.fault(Fault.html_page())
    with pytest.raises(errors.APIError):
        ours(readable).users.list()


def test_keys_do_not_follow_a_redirect(start: Start) -> None:
    first, second = start(RULES), start(RULES)
    elsewhere = second.endpoints.identity_exposure.url.replace("127.0.0.1", "localhost") + "/api/users"
    for client, came in ((theirs, 1), (ours, 0)):
        second.journal.clear()
        first.fault(Fault.redirect(elsewhere))
        with pytest.raises((errors.APIError, tenable.errors.APIError)):
            client(first).users.list()
        assert len([entry for entry in second.journal if "x-api-key" in entry.headers]) == came


def test_passwords_are_in_no_log(readable: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    def calls(tie: Any) -> None:
        tie.users.create("Ann", "ann@example.com", PASSWORD)
        tie.users.update("2", password=OTHER_PASSWORD)
        with pytest.raises((errors.APIError, tenable.errors.APIError)):
            tie.users.create("Ann", "admin@example.com", PASSWORD)
        tie.users.delete(str(tie.users.list()[-1]["id"]))

    with caplog.at_level(logging.DEBUG):
        calls(theirs(readable))
        assert PASSWORD in caplog.text
        assert OTHER_PASSWORD in caplog.text
        caplog.clear()
        calls(ours(readable))
        assert caplog.text == ""


def test_secrets_do_not_show_in_errors(tie: TenableIE) -> None:
    weak = "weak-secret-7"
    for call in (
        lambda: tie.users.create("Ann", "ann@example.com", weak),
        lambda: tie.users.update("2", password=weak),
        lambda: tie.users.retrieve_password(weak, weak),
        lambda: tie.post("users", json=[{"name": "Ann", "email": "ann@example.com", "password": weak}]),
    ):
        with pytest.raises(errors.APIError) as refused:
            call()
        assert weak not in str(refused.value) + repr(refused.value) + repr(vars(refused.value))


@pytest.mark.parametrize(
    ("call", "kind", "told"),
    [
        (lambda tie: tie.users.create("A", "a@example.com", PASSWORD, roles=[1]), TypeError, "takes no roles"),
        (lambda tie: tie.users.update("2", token="x"), TypeError, "takes no token"),
        (lambda tie: tie.users.update("2", locked_out=True), errors.UnexpectedValueError, "ends a lockout"),
        (lambda tie: tie.users.update("2", surname=None), errors.UnexpectedValueError, "has to be text"),
        (lambda tie: tie.users.update("2", active="perhaps"), errors.UnexpectedValueError, "has to be true or false"),
        (lambda tie: tie.users.update_user_roles("2", 1), errors.UnexpectedValueError, "has to be a list"),
        (lambda tie: tie.users.update_user_roles("2", "12"), errors.UnexpectedValueError, "has to be a list"),
        (lambda tie: tie.roles.create("A", None), errors.UnexpectedValueError, "description"),
        (lambda tie: tie.roles.update("2", permissions=[]), TypeError, "takes no permissions"),
        (
            lambda tie: tie.roles.replace_role_permissions("3", [{"action": "read"}]),
            errors.UnexpectedValueError,
            "entity_name, entity_ids",
        ),
        (lambda tie: tie.roles.replace_role_permissions("3", [{**PERMISSIONS[0], "x": 1}]), errors.UnexpectedValueError, "no x"),
        (lambda tie: tie.lockout_policy.update(failed_attempt_threshold="many"), errors.UnexpectedValueError, "threshold"),
        (lambda tie: tie.get("users", files={}), TypeError, "files"),
    ],
)
def test_what_the_product_would_refuse_is_not_sent(
    tie: TenableIE, emulator: Emulator, call: Callable[[TenableIE], Any], kind: type[Exception], told: str
) -> None:
    with pytest.raises(kind, match=told):
        call(tie)
    assert not list(emulator.journal)


def test_a_locked_out_account_is_let_in_again(tie: TenableIE) -> None:
    tie.users.create("Ann", "ann@example.com", PASSWORD, active=True)
    user = tie.users.list()[-1]
    for _ in range(5):
        with pytest.raises(errors.APIError):
            tie.post("login", json={"email": "ann@example.com", "password": "wrong"})
    assert tie.users.details(user.id).locked_out is True
    assert tie.users.update(user.id, locked_out=False).locked_out is False


def test_nothing_is_told_that_needs_no_telling(emulator: Emulator) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", CompatibilityWarning)
        ours(emulator, retries=2, timeout=30, ssl_verify=True, proxies={}, vendor="V", product="P", build="B").users.info()
