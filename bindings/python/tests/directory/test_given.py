"""What callers give to tasks: passwords, tables, and arguments that do not go together."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pandas
import polars
import pyarrow
import pytest

from tenable_api import InvalidInputError
from tenable_api.directory import EnsureGroup, EnsureRole, EnsureUser, Passwords, ProblemsError, Tenants
from tenable_api.testing import Emulator

from .conftest import writes

PASSWORD = "Violet-Harbor-42-Copper"
ANN, BO = "ann@example.com", "bo@example.com"
TWO = [{"email": ANN, "tenant": "vm"}, {"email": BO, "tenant": "vm"}]
FILE = {"version": 1, "people": [{"email": name, "accounts": {"vm": {"role": "Standard"}}} for name in (ANN, BO)]}

WRITES: dict[str, Callable[[Tenants, Passwords], object]] = {
    "a plan": lambda tenants, passwords: tenants.apply(tenants.plan(FILE), passwords=passwords),
    "a file": lambda tenants, passwords: tenants.apply(FILE, passwords=passwords),
    "rows": lambda tenants, passwords: tenants.import_people(TWO, passwords=passwords),
    "prepared rows": lambda tenants, passwords: tenants.import_people(tenants.prepare_import(TWO), passwords=passwords),
    "a wish": lambda tenants, passwords: tenants.ensure(EnsureUser(BO, tenants=["vm"]), passwords=passwords),
}


@pytest.mark.parametrize("what", WRITES)
@pytest.mark.parametrize("passwords", [{ANN: PASSWORD}, {("cloud", ANN): PASSWORD, ("elsewhere", BO): PASSWORD}])
def test_a_mapping_of_passwords_is_exact(
    what: str, passwords: Passwords, tenants: Tenants, tenable_emulator: Emulator
) -> None:
    with pytest.raises(InvalidInputError, match=rf"^passwords has none for {BO} in cloud: a mapping names every account"):
        WRITES[what](tenants, passwords)
    assert writes(tenable_emulator) == 0


def test_a_mapping_of_passwords_need_not_name_who_has_one_already(tenants: Tenants, tenable_emulator: Emulator) -> None:
    rows = [{**TWO[0], "password": PASSWORD}, {"email": "standard@example.com", "name": "Sam", "tenant": "vm"}, TWO[1]]
    result = tenants.import_people(rows, passwords={("cloud", BO): PASSWORD})
    assert [row.result for row in result] == ["created", "changed", "created"]
    for name in (ANN, BO):
        assert tenable_emulator.sign_in("vulnerability_management", name, PASSWORD)


def test_all_accounts_without_a_password_are_named_or_counted(tenants: Tenants) -> None:
    rows = [{"email": f"user{number}@example.com", "tenant": "vm"} for number in range(25)]
    with pytest.raises(InvalidInputError) as refused:
        tenants.import_people(rows, passwords={})
    text = str(refused.value)
    assert all(f"user{number}@example.com in cloud" in text for number in range(20))
    assert "user24" not in text and ", 5 others:" in text


def test_what_is_planned_already_is_not_planned_otherwise(tenants: Tenants, tenable_emulator: Emulator) -> None:
    prepared = tenants.prepare_import(TWO)
    manner: list[dict[str, Any]] = [
        {"columns": {"email": None}}, {"format": "csv"}, {"sheet": "1"}, {"all_tenants": True}, {"domains": ["example.com"]},
        {"existing": "keep"}, {"skip_bad_rows": True}, {"add_groups": True}, {"max_removals": 0}, {"anew": True},
    ]  # fmt: skip
    for given in manner:
        (name,) = given
        with pytest.raises(InvalidInputError, match=rf"^{name} is for planning, and this is a prepared import already"):
            tenants.import_people(prepared, **given)
    planned = tenants.plan_offboarding("robin.active@example.com")
    ways: list[dict[str, Any]] = [
        {"delete": True}, {"delete_in": ["ie"]}, {"successor": ANN}, {"accounts": "all"}, {"accounts": []},
    ]  # fmt: skip
    for given in ways:
        (name,) = given
        with pytest.raises(InvalidInputError, match=rf"^{name} is for planning, and this is a planned departure already"):
            tenants.offboard(planned, **given)
    with pytest.raises(InvalidInputError, match="^delete and successor are for planning"):
        tenants.offboard(planned, delete=True, successor=ANN)
    assert writes(tenable_emulator) == 0
    assert tenants.import_people(prepared, passwords=PASSWORD).is_complete and tenants.offboard(planned).holds


def frames() -> list[Any]:
    """The same rows as tables, with what each library has for what is missing."""
    columns = {
        "email": [ANN, BO, "sasha.inactive@example.com"],
        "name": ["Ann Lee", None, None],
        "enabled": [True, None, None],
        "hired": [pandas.Timestamp("2026-01-05"), pandas.NaT, pandas.NaT],
        "role": ["User", "User", None],
        "tenant": ["ie"] * 3,
    }
    frame = pandas.DataFrame(columns)
    frame["badge"] = [1.0, float("nan"), 3.0]
    typed = frame.convert_dtypes()
    plain = {name: values for name, values in columns.items() if name != "hired"}
    return [frame, typed, polars.DataFrame(plain), pyarrow.table(plain), frame.to_dict("records")]


@pytest.mark.parametrize("kind", range(5))
def test_a_table_is_rows(kind: int, tenants: Tenants) -> None:
    result = tenants.import_people(frames()[kind])
    assert [row.result for row in result] == ["created", "created", "unchanged"], str(result)
    ann, bo = (tenants.whois(name).accounts[0][1] for name in (ANN, BO))
    assert (ann.full_name, ann.enabled) == ("Ann Lee", True) and bo.full_name == BO


def test_rows_of_a_database_are_rows(tenants: Tenants) -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT ? AS email, NULL AS name, 1 AS enabled, 'vm' AS tenant", [ANN]).fetchall()
    connection.close()
    assert tenants.import_people(rows)[0].result == "created"


def test_what_a_row_cannot_hold_is_named(tenants: Tenants, tenable_emulator: Emulator) -> None:
    good = {"email": ANN, "tenant": "vm"}
    worse: list[tuple[Any, type[Exception], str]] = [
        ({"email": object()}, TypeError, "row 2, column 'email' holds a value of the type object: texts"),
        ({"email": float("inf")}, InvalidInputError, "row 2, column 'email': inf is no number"),
        ({"email": {"work": ANN}}, TypeError, "row 2, column 'email' holds a value of the type dict"),
        ({7: ANN}, TypeError, "row 2 has the column 7: the name of a column is a text"),
        ({"email": ANN, None: ["x"]}, InvalidInputError, "row 2 has more cells than there are columns"),
        ((ANN, "vm"), TypeError, "row 2 is of the type tuple, not a mapping"),
    ]
    for row, error, text in worse:
        with pytest.raises(error, match=text):
            tenants.import_people([good, row])
    with pytest.raises(TypeError, match="write \\[row\\] for a single one"):
        tenants.import_people(good)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a table, not int"):
        tenants.import_people(7)  # type: ignore[arg-type]
    bad: list[tuple[dict[str, Any], str]] = [
        ({"email": float("nan"), "name": "Bo", "tenant": "vm"}, "line 2: the row does not say who it is"),
        ({"email": BO, "roles": ["User", None], "tenant": "vm"}, "line 2: bo@example.com: \"roles\" holds a list in which not everything is"),
    ]
    for row, text in bad:
        with pytest.raises(ProblemsError, match=text):
            tenants.import_people([good, row])
    assert writes(tenable_emulator) == 0


async def awaited(event: object) -> None:
    """No callback: it would never be awaited."""


ARGUMENTS: list[tuple[Callable[[Any], object], str]] = [
    (lambda tenants: tenants.whois(7), "^name is a text, not int"),
    (lambda tenants: tenants.offboard(None), "the person who leaves is a text, not NoneType"),
    (lambda tenants: tenants.offboard(ANN, successor=4), "successor is a text, not int"),
    (lambda tenants: tenants.ensure(ANN), "a wish is an EnsureUser, EnsureRole or EnsureGroup, not str"),
    (lambda tenants: tenants.plan({"version": 1, "people": {ANN}}), "people holds a value of the type set"),
    (lambda tenants: tenants.import_people(TWO, columns={"email": 7}), "columns says of a head what it holds"),
    (lambda tenants: tenants.review(idle_days=1.5), "idle_days is a whole number, not float"),
    (lambda tenants: tenants.review(unused_key_days=True), "unused_key_days is a whole number, not bool"),
    (lambda tenants: tenants.review(last="last.json"), r"last is a Review, not str: Review.load\(path\)"),
    (lambda tenants: tenants.review(on_progress=7), "on_progress is what is called with each event, not int"),
    (lambda tenants: tenants.review(on_progress=awaited), "on_progress is called and not awaited"),
    (lambda tenants: tenants.review(stop=True), "stop is a Stop, not bool"),
    (lambda tenants: Tenants([tenants]), "clients are a mapping of names to clients, not list"),  # type: ignore[arg-type]
    (lambda tenants: Tenants({7: tenants}), "the name of a tenant is a text, not int"),  # type: ignore[dict-item]
    (lambda tenants: Tenants({"a": OSError()}, people_at_once="8"), "people_at_once is a whole"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("number", range(len(ARGUMENTS)))
def test_an_argument_of_another_type_is_named(number: int, tenants: Tenants, tenable_emulator: Emulator) -> None:
    use, text = ARGUMENTS[number]
    with pytest.raises(TypeError, match=text):
        use(tenants)
    assert len(tenable_emulator.journal) == 0


def test_what_is_empty_is_refused(tenants: Tenants, tenable_emulator: Emulator) -> None:
    with pytest.raises(InvalidInputError, match="there is no tenant: clients is empty"):
        Tenants({})
    with pytest.raises(InvalidInputError, match="tenants_at_once is 0: a number from 1"):
        Tenants({"a": RuntimeError("no")}, tenants_at_once=0)
    for use in (tenants.whois, tenants.offboard, tenants.plan_offboarding):
        with pytest.raises(InvalidInputError, match="is empty$"):
            use(" ")
    for make in (EnsureUser, EnsureRole, EnsureGroup):
        with pytest.raises(InvalidInputError, match="^(person|name) is empty$"):
            make("")
    assert len(tenable_emulator.journal) == 0


def test_a_table_may_have_a_column_called_read(tenants: Tenants) -> None:
    table = pandas.DataFrame([{"email": ANN, "tenant": "vm", "read": 1}])
    prepared = tenants.prepare_import(table, columns={"read": None})
    assert [row.person for row in prepared.expected] == [ANN]


HALF = f"{PASSWORD}\udc80"
HALVES: dict[str, Callable[[Tenants], object]] = {
    "`row 2`": lambda tenants: tenants.prepare_import([TWO[0], {"email": BO, "password": HALF}]),
    "`rows`": lambda tenants: tenants.prepare_import(io.StringIO(f"email,password\n{BO},{HALF}\n"), format="csv"),
    "`people`": lambda tenants: tenants.plan({"version": 1, "people": [{"email": HALF}]}),
    "`passwords`": lambda tenants: tenants.import_people(TWO, passwords=HALF),
    f"`passwords['{ANN}']`": lambda tenants: tenants.import_people(TWO, passwords={ANN: HALF, BO: PASSWORD}),
    "`name`": lambda tenants: tenants.whois(HALF),
}


@pytest.mark.parametrize("place", HALVES)
def test_what_is_no_character_is_refused_without_showing_what_was_given(
    place: str, tenants: Tenants, tenable_emulator: Emulator
) -> None:
    """The error that Python has for it holds all of the text."""
    with pytest.raises(InvalidInputError, match=f"^{re.escape(place)} holds half of a surrogate pair") as refused:
        HALVES[place](tenants)
    assert (refused.value.__cause__, refused.value.__context__) == (None, None)
    assert PASSWORD not in repr(vars(refused.value))
    assert writes(tenable_emulator) == 0
