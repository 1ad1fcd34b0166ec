"""What the three products share: boxes, exceptions, answers, constructor arguments."""

from __future__ import annotations

import builtins
import copy
import importlib
import inspect
import json
import pickle
import pprint
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import requests
import tenable.base.endpoint
import tenable.errors
import tenable.ie
import tenable.io
import tenable.utils
import yaml
from box import Box as PythonBox
from box import BoxList as PythonBoxList
from tenable_api import _errors as native
from tenable_api import compat
from tenable_api.compat import Box, BoxList, TenableIE, TenableIO, errors
from tenable_api.compat import _base as base
from tenable_api.compat import _errors as made
from tenable_api.compat._box import BoxError, arrangement, boxed, camel_case, snake_case
from tenable_api.compat._response import Response
from tenable_api.testing import Emulator

KEY = "0" * 64


# Boxes.


def test_a_box_is_the_dict_that_pytenable_gives_and_has_attributes() -> None:
    plain = {"name": "Ann", "roles": [{"id": 2, "more": {"a": 1}}], "none": None}
    box = Box(plain)
    assert isinstance(box, dict)
    assert box == plain
    assert plain == box
    assert box.roles[0].more.a == box["roles"][0]["more"]["a"] == 1
    assert json.loads(json.dumps(box)) == plain
    assert (repr(box), str(box), pprint.pformat(box)) == (repr(plain), str(plain), pprint.pformat(plain))
    assert type(box.to_dict()["roles"][0]["more"]) is dict
    assert json.loads(box.to_json() or "") == plain
    assert "name" in dir(box)
    assert {**box} == plain
    match box:
        case {"name": name}:
            assert name == "Ann"


@pytest.mark.parametrize("kind", [Box, PythonBox])
def test_a_missing_item_is_a_key_error_and_an_attribute_error(kind: type) -> None:
    box = kind({"name": "Ann"})
    assert box.get("surname") is None
    assert not hasattr(box, "surname")
    with pytest.raises(AttributeError):
        box.surname
    with pytest.raises(KeyError):
        box["surname"]


@pytest.mark.parametrize("kind", [Box, PythonBox])
def test_a_box_can_be_changed(kind: type) -> None:
    box = kind({"a": 1})
    box.b = {"c": [{"d": 2}]}
    box["e"] = 3
    box.update({"f": {"g": 4}})
    assert (box.b.c[0].d, box.e, box.f.g) == (2, 3, 4)
    assert box.setdefault("h", {}) == {}
    del box.a
    assert box.pop("e") == 3
    assert "a" not in box
    assert (box | {"z": {"y": 1}}).z.y == 1
    assert "z" not in box


def test_a_box_is_copied_and_pickled_whole() -> None:
    box = Box({"a": [{"b": 1}]})
    for other in (copy.copy(box), copy.deepcopy(box), pickle.loads(pickle.dumps(box)), box.copy()):
        assert other == box
        assert other is not box
        assert other.a[0].b == 1
    deep = copy.deepcopy(box)
    deep.a[0].b = 2
    assert box.a[0].b == 1


def test_a_list_keeps_what_is_put_in_as_boxes() -> None:
    boxes = BoxList([{"a": 1}])
    boxes.append({"b": 2})
    boxes.extend([{"c": 3}])
    boxes.insert(0, {"d": 4})
    boxes[0] = {"e": 5}
    assert (boxes[0].e, boxes[1].a, boxes[2].b, boxes[3].c) == (5, 1, 2, 3)
    assert boxes == [{"e": 5}, {"a": 1}, {"b": 2}, {"c": 3}]
    assert type(boxes.to_list()[0]) is dict
    assert pickle.loads(pickle.dumps(boxes)) == boxes
    assert isinstance(boxes, list)


@pytest.mark.parametrize("kind", [Box, PythonBox])
def test_settings_of_boxes(kind: type) -> None:
    assert kind({"lockedOut": {"fooBar": 1}}, camel_killer_box=True) == {"locked_out": {"foo_bar": 1}}
    assert kind({"a": 1}, default_box=True).b.c == {}
    with pytest.raises(Exception, match="frozen"):
        kind({"a": 1}, frozen_box=True).a = 2


@pytest.mark.parametrize(("kind", "kinds"), [(Box, BoxList), (PythonBox, PythonBoxList)])
def test_boxes_as_text_and_in_files(kind: Any, kinds: Any, tmp_path: Path) -> None:
    plain = {"name": "Ännchen", "roles": [{"id": 2}], "b": None, "a": 1}
    rows = [{"id": 1, "name": "Ann, Lee"}, {"id": 2, "name": None}]
    box, boxes = kind(plain), kinds(rows)
    assert box.to_json() == '{"name": "Ännchen", "roles": [{"id": 2}], "b": null, "a": 1}'
    assert box.to_json(indent=2, sort_keys=True) == json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False)
    # python-box before 8 sorts unless told.
    assert box.to_yaml(sort_keys=False) == yaml.dump(plain, sort_keys=False)
    assert list(yaml.safe_load(Box(plain).to_yaml() or "")) == list(plain)
    assert box.to_yaml(default_flow_style=True, sort_keys=True) == yaml.dump(plain, default_flow_style=True, width=120)
    assert boxes.to_yaml(sort_keys=False) == yaml.dump(rows, sort_keys=False)
    assert boxes.to_csv() == 'id,name\r\n1,"Ann, Lee"\r\n2,\r\n'
    for name, one, of in (("to_json", box, kind.from_json), ("to_yaml", box, kind.from_yaml), ("to_csv", boxes, kinds.from_csv)):
        file = tmp_path / name
        assert getattr(one, name)(filename=file) is None
        again = of(filename=str(file))
        assert again == of(getattr(one, name)())
        assert isinstance(again, kind | kinds)
    assert kinds.from_json(boxes.to_json())[1].id == kinds.from_yaml(boxes.to_yaml())[1].id == 2
    assert kind.from_json('{"lockedOut": {"fooBar": 1}}', camel_killer_box=True).locked_out.foo_bar == 1
    for wrong in (lambda: kind.from_json("[1]"), lambda: kind.from_yaml("- 1"), lambda: kinds.from_json("{}"), kind.from_json):
        with pytest.raises(Exception, match="return|wanted|requires") as failed:
            wrong()
        assert type(failed.value).__name__ == "BoxError"
    merged = kind({"a": {"b": 1, "c": [1]}})
    merged.merge_update({"a": {"c": [2]}, "d": 3})
    assert merged == {"a": {"b": 1, "c": [2]}, "d": 3}


def test_letters_of_a_box_may_be_written_as_escapes() -> None:
    # python-box before 8 takes no `ensure_ascii`.
    assert Box(name="Ä").to_json(ensure_ascii=True) == '{"name": "\\u00c4"}'


def test_yaml_takes_a_library_that_may_not_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("yaml", "ruamel.yaml"):
        monkeypatch.setitem(sys.modules, name, None)
    for call in (Box(a=1).to_yaml, BoxList().to_yaml, lambda: Box.from_yaml("a: 1")):
        with pytest.raises(BoxError, match="pip install PyYAML"):
            call()


@pytest.mark.parametrize(
    ("camel", "snake"),
    [
        ("id", "id"),
        ("lockedOut", "locked_out"),
        ("tenableCloudUserName", "tenable_cloud_user_name"),
        ("eulaVersion", "eula_version"),
    ],
)
def test_names_in_both_spellings(camel: str, snake: str) -> None:
    assert snake_case(camel) == snake
    assert camel_case(snake) == camel
    assert snake_case(snake) == snake
    assert camel_case(camel) == camel


def test_objects_are_arranged_as_the_kind_that_fits_best() -> None:
    kinds = arrangement("id locked_out name\nid name", snake_case)
    assert kinds(("name", "id")) == (("id", "id"), ("name", "name"))
    assert kinds(("lockedOut", "name", "aNew", "id")) == (
        ("id", "id"),
        ("lockedOut", "locked_out"),
        ("name", "name"),
        ("aNew", "a_new"),
    )
    assert boxed({"name": 1, "inside": [{"name": 2, "id": 3}], "id": 4}, kinds) == {
        "id": 4,
        "name": 1,
        "inside": [{"id": 3, "name": 2}],
    }
    assert list(boxed({"name": 1, "id": 4}, kinds)) == ["id", "name"]


# Exceptions.


def of_pytenable() -> dict[str, type]:
    return {
        name: found
        for name, found in vars(tenable.errors).items()
        if isinstance(found, type) and issubclass(found, Exception) and found.__module__.startswith(("tenable", "restfly"))
    }


def test_every_exception_of_pytenable_is_there() -> None:
    assert {"APIError", "NotFoundError", "AuthenticationWarning"} <= set(of_pytenable())
    for name, theirs in of_pytenable().items():
        ours = getattr(errors, name)
        assert name in errors.__all__
        assert ours.__module__ == "tenable_api.compat.errors"
        named = [base.__name__ for base in theirs.__mro__ if base.__name__ in of_pytenable()]
        assert [base.__name__ for base in ours.__mro__ if base.__name__ in named and base.__module__ == ours.__module__] == named
        if issubclass(theirs, tenable.errors.RestflyException):
            assert issubclass(ours, native.TenableError)


def test_every_status_has_the_class_that_pytenable_gives_it() -> None:
    theirs = tenable.ie.TenableIE._base_error_map
    assert {status: kind.__name__ for status, kind in made.BY_STATUS.items()} == {
        status: kind.__name__ for status, kind in theirs.items()
    }


def refusal(kind: type[native.TenableError] = native.NotFoundError, **more: Any) -> native.TenableError:
    facts: dict[str, Any] = {
        "product": "p", "operation": "users.details", "method": "GET", "path": "/users/{user_id}", "status": 404, "code": "C",
        "message": "no such user", "request_id": "r", "attempts": 2, "elapsed": 0.5, "effect": "not_applied",
    }  # fmt: skip
    return kind("users.details: not found (404 Not Found)", **{**facts, **more})


def test_a_refusal_has_the_attributes_of_both() -> None:
    error: Any = made.translated(refusal(), base_url="https://example.com/")
    assert type(error) is errors.NotFoundError
    assert isinstance(error, native.NotFoundError)
    assert isinstance(error, LookupError)
    assert (error.code, error.status, error.server_code, error.retries) == (404, 404, "C", 1)
    assert str(error) == error.msg == "users.details: not found (404 Not Found)"
    assert (error.response.status_code, error.response.json()) == (404, {"error": "no such user"})
    assert (error.response.request.method, error.response.url) == ("GET", "https://example.com/users/{user_id}")
    assert (error.operation, error.request_id, error.effect, error.outcome_unknown) == (
        "users.details",
        "r",
        "not_applied",
        False,
    )


def test_a_refusal_whose_kind_and_status_differ_is_both() -> None:
    """Security Center says 403 of what does not exist."""
    error: Any = made.translated(refusal(status=403), classes={403: errors.APIError})
    assert error.code == 403
    assert isinstance(error, errors.APIError)
    assert isinstance(error, native.NotFoundError)
    assert not isinstance(error, errors.ForbiddenError)
    assert type(error).__name__ == "APIError"


@pytest.mark.parametrize(
    ("kind", "theirs"),
    [
        (native.ConnectError, requests.exceptions.ConnectionError),
        (native.TlsError, requests.exceptions.SSLError),
        (native.CallTimeoutError, requests.exceptions.Timeout),
        (native.ConnectionLostError, requests.exceptions.ConnectionError),
    ],
)
def test_a_failure_without_an_answer_is_caught_as_before(kind: type[native.TenableError], theirs: type[Exception]) -> None:
    error: Any = made.translated(refusal(kind, status=None, effect="unknown"))
    for caught in (
        errors.ConnectionError,
        errors.RestflyException,
        builtins.ConnectionError,
        kind,
        theirs,
        requests.RequestException,
    ):
        assert isinstance(error, caught)
    assert error.outcome_unknown
    assert (error.request, error.response) == (None, None)


def test_requests_is_not_needed() -> None:
    code = """if True:
        import sys
        from tenable_api import _errors as native
        from tenable_api.compat import _errors as made, errors
        error = made.translated(native.TlsError("no trust"))
        assert isinstance(error, errors.ConnectionError) and isinstance(error, native.TlsError)
        assert not {"requests", "box", "tenable"} & set(sys.modules)
    """
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


@pytest.mark.parametrize(
    "error",
    [
        made.translated(refusal()),
        made.translated(refusal(status=403), classes={403: errors.APIError}),
        made.translated(refusal(native.TlsError, status=None)),
        made.translated(refusal(native.InvalidInputError, status=None)),
        made.error_of(Response(409, b"taken", method="POST", url="https://example.com/users")),
        errors.UnexpectedValueError("bad"),
        errors.FileDownloadError("scans", "1", "2"),
        errors.TioExportsTimeout("vulns", "u"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_exceptions_can_be_pickled(error: Any) -> None:
    other = pickle.loads(pickle.dumps(error))
    assert type(other).__name__ == type(error).__name__
    assert (str(other), other.args) == (str(error), error.args)
    assert {name: value for name, value in vars(other).items() if name != "response"} == {
        name: value for name, value in vars(error).items() if name != "response"
    }
    for kind in (native.TenableError, *(kind for kind in type(error).__mro__ if kind.__module__.startswith("tenable_api"))):
        if not kind.__dict__.get("_made_of"):
            assert isinstance(other, kind)


def test_exceptions_of_pytenable_cannot_be_pickled() -> None:
    answer = requests.Response()
    answer.status_code, answer.request = 404, requests.Request("GET", "https://example.com").prepare()
    with pytest.raises(TypeError):
        pickle.loads(pickle.dumps(tenable.errors.NotFoundError(answer)))


def test_exceptions_are_made_of_an_answer_as_with_pytenable() -> None:
    error = errors.BadRequestError(Response(400, b'{"error": "no"}', method="POST", url="https://example.com/users"))
    assert (error.code, str(error)) == (400, '[400: POST] https://example.com/users: {"error": "no"}')
    assert errors.BadRequestError(error.response, func=lambda response, **_: f"mine {response.status_code}").msg == "mine 400"
    errors.APIError.set_retryable(True)


# Answers.


def test_an_answer_has_the_attributes_of_requests() -> None:
    answer = Response(404, '{"ä": 1}'.encode(), {"Content-Type": "application/json"}, "GET", "https://example.com/x", 1.5)
    assert (answer.status_code, answer.ok, bool(answer), answer.reason) == (404, False, False, "Not Found")
    assert (answer.text, answer.json(), answer.headers["content-type"]) == ('{"ä": 1}', {"ä": 1}, "application/json")
    assert (b"".join(answer.iter_content(3)), answer.elapsed.total_seconds()) == (answer.content, 1.5)
    assert {name for name in vars(Response) if not name.startswith("_")} <= set(dir(requests.Response()))
    with pytest.raises(errors.NotFoundError):
        answer.raise_for_status()
    Response(204).raise_for_status()


# Arguments.


def made_without_trouble(**arguments: Any) -> TenableIO:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return TenableIO(**{"access_key": KEY, "secret_key": KEY, **arguments})


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        ({}, {"max_attempts": 6, "count_throttled": True, "retry_delay": 1.0, "attempt_timeout": 120.0, "timeout": None}),
        ({"retries": 0, "timeout": 5}, {"max_attempts": 1, "attempt_timeout": 5.0, "timeout": None}),
        ({"backoff": 3}, {"retry_delay": 3.0}),
        ({"backoff": 0}, {"retry_delay": 0.001}),
        (
            {"retries": "2", "timeout": (3, 40)},
            {"max_attempts": 3, "connect_timeout": 3.0, "attempt_timeout": 40.0, "timeout": None},
        ),
        ({"ssl_verify": False}, {"dangerously_accept_any_certificate": True}),
        ({"ssl_verify": "/ca.pem"}, {"only_ca_file": "/ca.pem"}),
        ({"ssl_verify": Path("/ca.pem")}, {"only_ca_file": "/ca.pem"}),
        ({"cert": "/both.pem"}, {"client_certificate": "/both.pem", "client_key": "/both.pem"}),
        ({"cert": ("/c.pem", "/k.pem")}, {"client_certificate": "/c.pem", "client_key": "/k.pem"}),
        ({"proxies": {"https": "http://proxy:8080", "http": "http://other:1"}}, {"proxy": "http://proxy:8080"}),
        ({"proxies": {"all": "http://proxy:8080", "no_proxy": "a,b"}}, {"proxy": "http://proxy:8080", "no_proxy": "a,b"}),
        ({"proxies": {"https://cloud.tenable.com": "http://near:1", "https": "http://far:1"}}, {"proxy": "http://near:1"}),
        ({"vendor": "Acme", "product": "Joiners", "build": "1.2"}, {"user_agent": "Integration/1.0 (Acme; Joiners; Build/1.2)"}),
        ({"allow_plain_http": True}, {"allow_plain_http": True}),
    ],
)
def test_arguments_in_the_words_of_the_sdk(arguments: dict[str, Any], settings: dict[str, Any]) -> None:
    found: dict[str, Any] = {}

    class Told(TenableIO):
        def _connect(self, way: str, credentials: dict[str, Any]) -> Any:
            found.update(self._settings)
            return None

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Told(KEY, KEY, **arguments)
    assert {name: found.get(name) for name in settings} == settings
    trust = {"dangerously_accept_any_certificate", "only_ca_file", "ca_file"}
    assert trust & set(found) == trust & set(settings)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_variables_of_requests_name_the_authorities(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "/ca.pem")
    assert base._trust(True) == base._trust(None) == {"only_ca_file": "/ca.pem"}
    assert base._trust(False) == {"dangerously_accept_any_certificate": True}
    monkeypatch.setenv(name, str(tmp_path))
    with pytest.raises(errors.UnexpectedValueError, match=name):
        base._trust(True)


def test_what_a_session_of_requests_says_is_taken_over() -> None:
    session = requests.Session()
    session.cert, session.proxies = "/both.pem", {"https": "http://proxy:8080"}
    settings = object.__new__(TenableIO)
    settings._url = "https://cloud.tenable.com"
    found = settings._client_settings({"session": session})
    assert (found["client_certificate"], found["proxy"]) == ("/both.pem", "http://proxy:8080")
    assert found["user_agent"].startswith("Integration/1.0 (unknown;")
    session.headers["User-Agent"] = "mine/1"
    assert settings._client_settings({"session": session})["user_agent"] == "mine/1"
    session.verify = False
    assert "dangerously_accept_any_certificate" not in settings._client_settings({"session": session})


@pytest.mark.parametrize("name", sorted(base.WITHOUT_EFFECT))
def test_arguments_that_no_longer_matter_are_taken_and_told(name: str) -> None:
    with pytest.warns(errors.CompatibilityWarning, match=f"{name} has no effect") as told:
        TenableIO(KEY, KEY, **{name: 1})
    assert told[0].filename == __file__


def test_a_misspelt_argument_is_told() -> None:
    """pyTenable passes over it, and starts without credentials."""
    with pytest.warns() as told:
        TenableIE(url="https://localhost", api_keys=KEY)
    assert [(warning.category, warning.filename) for warning in told] == [
        (errors.CompatibilityWarning, __file__),
        (errors.AuthenticationWarning, __file__),
    ]
    assert "api_keys is no argument and has no effect; is api_key meant?" in str(told[0].message)
    with warnings.catch_warnings(record=True) as theirs:
        warnings.simplefilter("always")
        tenable.ie.TenableIE(url="https://localhost", api_keys=KEY)
    assert [warning.category for warning in theirs] == [tenable.errors.AuthenticationWarning]


def test_every_argument_that_pytenable_names_is_known() -> None:
    """Those of its documentation and its code; none is taken for a misspelling."""
    source = inspect.getsource(sys.modules[tenable.ie.TenableIE.__mro__[2].__module__])
    named = {line.split("kwargs.pop('")[1].split("'")[0] for line in source.splitlines() if "kwargs.pop('" in line}
    of_calls = {"box", "box_attrs", "conv_json", "retry_on", "redact_fields", "redact_value", "use_base"}
    arguments = (named - of_calls) | {"box", "box_attrs", "conv_json", "squash_camel", "session", "vendor"}
    assert {"ssl_verify", "proxies", "adapter", "base_path"} <= arguments
    values: dict[str, Any] = dict.fromkeys(arguments) | {"url": "https://localhost", "api_key": KEY}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TenableIE(**values)


@pytest.mark.parametrize("url", ["localhost", "", "ftp//x", None])
def test_an_address_that_is_none(url: str | None) -> None:
    for package in (tenable.ie, compat.ie):
        with pytest.raises(builtins.ConnectionError, match="is not a valid URL"):
            package.TenableIE(url=url, api_key=KEY)
    with pytest.raises(errors.ConnectionError):
        TenableIE(url=url, api_key=KEY)


def test_plain_http_to_another_machine_wants_a_word() -> None:
    with pytest.raises(errors.UnexpectedValueError, match="allow_plain_http"):
        made_without_trouble(url="http://cloud.example.com")
    made_without_trouble(url="http://cloud.example.com", allow_plain_http=True)


def test_a_client_cannot_be_pickled_with_its_keys() -> None:
    with pytest.raises(TypeError, match="holds credentials"):
        pickle.dumps(made_without_trouble())
    assert KEY.encode() in pickle.dumps(tenable.io.TenableIO(KEY, KEY))


def test_a_client_does_not_show_its_keys() -> None:
    client = made_without_trouble()
    assert repr(client) == "<TenableIO https://cloud.tenable.com>"
    assert repr(client.users) == "<UsersAPI of TenableIO>"
    assert not any(KEY in str(value) for value in vars(client).values())


def test_what_is_not_covered_says_so() -> None:
    with pytest.raises(AttributeError, match=r"TenableIO\.scans is not covered"):
        made_without_trouble().scans
    with pytest.raises(AttributeError, match="has no attribute 'scanz'"):
        made_without_trouble().scanz
    assert not hasattr(made_without_trouble(), "scans")


@pytest.mark.parametrize(("module", "name"), [("ie", "TenableIE"), ("io", "TenableIO")])
def test_everything_of_pytenable_is_covered_or_named_as_not(module: str, name: str) -> None:
    theirs = getattr(importlib.import_module(f"tenable.{module}"), name)
    ours = getattr(importlib.import_module(f"tenable_api.compat.{module}"), name)
    properties = {found for found, value in vars(theirs).items() if isinstance(value, property) and not found.startswith("_")}
    covered = {found for found, value in vars(ours).items() if isinstance(value, property) and not found.startswith("_")}
    assert properties <= ours._not_covered | covered
    assert not ours._not_covered & covered


# Checks.


@pytest.mark.parametrize("given", ["7/../8?x", "../roles/1", "whoami", "", " ", "7/roles", None, True, 1.5, "٣", "-1"])
def test_an_id_that_is_none_is_refused(given: Any) -> None:
    with pytest.raises(errors.UnexpectedValueError, match="user_id"):
        base.whole_number("user_id", given)
    with pytest.raises(errors.UnexpectedValueError, match="user_id"):
        base.number_or_uuid("user_id", given)


def test_pytenable_makes_another_id_of_it() -> None:
    # 1.9.1 sends it as it is.
    assert getattr(tenable.utils, "scrub", str)("7/../8?") in ("78", "7/../8?")


@pytest.mark.parametrize("given", [7, "7", " 7 "])
def test_an_id_is_a_number_or_a_text_of_one(given: Any) -> None:
    assert base.whole_number("user_id", given) == base.number_or_uuid("user_id", given) == 7


def test_an_id_may_be_a_uuid() -> None:
    assert base.number_or_uuid("user_id", "0000AAAA-0000-0000-0000-000000000001") == "0000aaaa-0000-0000-0000-000000000001"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (64, int),
        ("64", int),
        ("a", str),
        (True, bool),
        ("false", bool),
        ("Yes", bool),
        (None, int),
        ("x", int),
        (1, str),
        (1, bool),
        ([], str),
    ],
)
def test_arguments_are_checked_as_pytenable_does(value: Any, kind: type) -> None:
    def outcome(check: Any) -> Any:
        try:
            return check("name", value, kind)
        except TypeError as error:
            return str(error)

    assert outcome(base.check) == outcome(tenable.base.endpoint.check)


# A client certificate.


@pytest.mark.parametrize("product", [TenableIE, TenableIO])
def test_a_client_certificate_in_one_file_with_its_key(product: type[TenableIE] | type[TenableIO], tmp_path: Path) -> None:
    with Emulator(tls=True) as emulator:
        certificate = emulator.client_certificate("ann")
        both = tmp_path / "both.pem"
        both.write_text(certificate.certificate_pem + certificate.private_key_pem)
        environment = emulator.environment()
        name = "TIE" if product is TenableIE else "TIO"
        keys = {
            key: environment[f"{name}_{key.upper()}"]
            for key in ("api_key", "access_key", "secret_key")
            if f"{name}_{key.upper()}" in environment
        }
        with product(url=environment[f"{name}_URL"], ssl_verify=str(emulator.ca_file), cert=str(both), **keys) as client:
            assert client.users.list()
