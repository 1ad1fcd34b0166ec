"""What calls take besides plain values, and what they refuse; nothing is sent then."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tenable_api import (
    UNSET,
    ConfigurationError,
    IdentityExposure,
    InvalidInputError,
    Secret,
    SecurityCenter,
    VulnerabilityManagement,
)
from tenable_api._raw import raw_request
from tenable_api.identity_exposure import NewUser, Provider, User
from tenable_api.testing import Emulator

# Half of a pair, as a file name that is not UTF-8 brings in.
HALF = "canary\ud800"
URL = "https://acme.tenable.example"


class Number(enum.IntEnum):
    ONE = 1


class Word(str, enum.Enum):
    NAME = "Ann"


class Plain(enum.Enum):
    ONE = 1


def of_library(name: str, **members: Any) -> Any:
    """An object whose type is called as one of a library that need not be here."""
    module, _, kind = name.rpartition(".")
    return type(kind, (), {"__module__": module, **members})()


NUMPY_TRUE = of_library("numpy.bool_", __bool__=lambda self: True, __array__=lambda self: None)
NUMPY_FALSE = of_library("numpy.bool", __bool__=lambda self: False, __array__=lambda self: None)
NUMPY_ONE = of_library("numpy.int64", __index__=lambda self: 1, __array__=lambda self: None)
NUMPY_ARRAY = of_library(
    "numpy.ndarray",
    __index__=lambda self: 1,
    __iter__=lambda self: iter([1]),
    __setitem__=lambda self, index, value: None,
    tolist=lambda self: [1],
)
FRAME = of_library("pandas.core.frame.DataFrame", to_dict=lambda self: {}, __iter__=lambda self: iter("a"))
NO_TIME = type("NaTType", (datetime,), {"__ne__": lambda self, other: True, "__module__": "pandas"})(2026, 1, 1)


@pytest.fixture
def ann(tenable_identity_exposure: IdentityExposure) -> User:
    return tenable_identity_exposure.users.create("Ann", "ann@example.com", "Violet-Harbor-42")


def test_members_of_enums_are_their_values(tenable_identity_exposure: IdentityExposure, ann: User) -> None:
    users = tenable_identity_exposure.users
    assert users.details(Number.ONE).id == 1
    assert users.update(ann.id, name=Word.NAME).name == "Ann"


def test_single_values_of_numpy(tenable_identity_exposure: IdentityExposure, ann: User) -> None:
    users = tenable_identity_exposure.users
    assert users.details(NUMPY_ONE).id == 1
    assert users.update(ann.id, active=NUMPY_FALSE).active is False
    assert users.update(ann.id, active=NUMPY_TRUE).active is True


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (Provider, TypeError, r"`name` is the class tenable_api\.identity_exposure\.Provider itself, not a value"),
        (Plain, TypeError, r"`name` is the class .*Plain itself"),
        (Plain.ONE, TypeError, "`name` is of the type Plain"),
        (NUMPY_ARRAY, TypeError, r"`name` is of the type numpy\.ndarray, which cannot be sent; give a list"),
        (FRAME, TypeError, r"`name` is of the type pandas\.core\.frame\.DataFrame"),
        (NO_TIME, ValueError, "`name` is .*, which is no time"),
        (1.0, InvalidInputError, r"`name` is the float 1\.0: give a whole number as int"),
        ([{"a": 2.0}], InvalidInputError, r"`name\[0\]\.a` is the float 2\.0"),
        (HALF, InvalidInputError, "`name` holds half of a surrogate pair"),
        ({HALF: 1}, InvalidInputError, "`name` holds half of a surrogate pair"),
        ([Secret(HALF)], InvalidInputError, r"`name\[0\]` holds half"),
    ],
)
def test_what_is_refused(tenable_emulator: Emulator, value: object, error: type[Exception], said: str) -> None:
    with tenable_emulator.identity_exposure() as tie:
        with pytest.raises(error, match=said) as caught:
            tie.users.update(1, name=value)  # type: ignore[arg-type]
    assert "canary" not in str(caught.value)
    assert [entry for entry in tenable_emulator.journal if entry.path.startswith("/api")] == []


def test_a_float_is_no_id(tenable_identity_exposure: IdentityExposure) -> None:
    with pytest.raises(InvalidInputError, match=r"`id` is the float 1\.0"):
        tenable_identity_exposure.users.details(1.0)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match=r"`roles\[1\]` is the float 2\.0"):
        tenable_identity_exposure.users.update_user_roles(1, [1, 2.0])  # type: ignore[list-item]


def test_halves_of_pairs_in_secrets_stay_unseen(tenable_identity_exposure: IdentityExposure) -> None:
    tie = tenable_identity_exposure
    calls: dict[str, Callable[[], object]] = {
        "`password`": lambda: tie.users.create("Ann", "ann@example.com", HALF),
        r"`users\[0\].password`": lambda: tie.users.create_many([NewUser("Ann", "ann@example.com", HALF)]),
        r"`headers\['x-token'\]`": lambda: tie.raw("GET", "/api/users", headers={"x-token": HALF}),
        "`json`": lambda: tie.raw("POST", "/api/users", json={"password": HALF}),
        "`query`": lambda: tie.raw("GET", "/api/users", query={"token": HALF}),
        "`path`": lambda: tie.raw("GET", "/" + HALF),
    }
    for place, call in calls.items():
        with pytest.raises(InvalidInputError, match=f"{place} holds half of a surrogate pair") as caught:
            call()
        assert not seen(caught.value)
    settings: dict[str, Callable[[], object]] = {
        "api_key": lambda: IdentityExposure(URL, api_key=HALF),
        "url": lambda: IdentityExposure(URL + HALF, api_key="k"),
        "secret_key": lambda: VulnerabilityManagement("a", Secret(HALF)),
        "username": lambda: SecurityCenter(URL, username=HALF, password="p"),
        "password": lambda: SecurityCenter(URL, username="u", password=HALF),
    }
    for name, make in settings.items():
        with pytest.raises(ConfigurationError, match=f"{name} holds half of a surrogate pair") as refused:
            make()
        assert not seen(refused.value)


def test_a_query_takes_the_text_of_a_secret() -> None:
    text = Secret("canary")
    for query in ({"a": text, "b": [text, 1]}, [("a", text), ("b", [text, 1])]):
        # The journal of the emulator masks what it was asked.
        assert raw_request("GET", "/a", query, UNSET, None, None, None, UNSET)["path"] == "/a?a=canary&b=canary&b=1"
    with pytest.raises(TypeError, match="^`query` is a mapping or pairs"):
        raw_request("GET", "/a", "a=1", UNSET, None, None, None, UNSET)  # type: ignore[arg-type]


def seen(error: BaseException | None) -> bool:
    """Whether an error, or one behind it, has the text anywhere."""
    if error is None:
        return False
    return "canary" in str(error) + repr(vars(error)) + repr(error.args) or seen(error.__cause__) or seen(error.__context__)
