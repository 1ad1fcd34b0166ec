"""Somebody leaves."""

from __future__ import annotations

import asyncio
import copy
import pickle
from pathlib import Path

import pytest

from tenable_api import InvalidInputError, SecurityCenter
from tenable_api.directory import (
    AsyncTenants,
    OffboardingRecord,
    PersonNotFoundError,
    ProblemsError,
    Tenants,
)
from tenable_api.testing import Emulator

from .conftest import writes

ROBIN = "robin.active@example.com"


def test_somebody_leaves_everywhere(tenants: Tenants, tenable_emulator: Emulator, tmp_path: Path) -> None:
    planned = tenants.plan_offboarding(ROBIN)
    assert f" user {ROBIN}: disabled" in str(planned.plan) and planned.problems == () and not planned.is_nobody
    assert writes(tenable_emulator) == 0
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(planned)
    assert copy.deepcopy(planned) is planned
    record = tenants.offboard(planned, journal=tmp_path / "robin.jsonl")
    assert record.holds and record.failures == () and record.person == ROBIN and record.begun <= record.ended
    ((tenant, account),) = record.accounts
    assert (tenant, account.key, account.holds, account.verdict.is_refused) == ("corp-ad", "ie:2", True, True)
    assert account.before is not None and account.before.enabled and account.before.roles == ("Auditor", "User")
    assert account.after.state == "there" and account.after.account is not None and account.after.account.enabled is False
    assert {step.step.kind for step in account.steps} == {"set_roles", "set_enabled"}
    assert [step.outcome.kind for step in account.steps] == ["done", "done"] and "user guide" in account.verdict.reasons[0]
    assert {limit.what for limit in account.not_done} >= {"users.replace_keys"} and account.by_hand
    corp = record.tenants[0]
    assert (corp.tenant, corp.product, corp.departure, corp.unread) == ("corp-ad", "ie", "disable", None)
    assert corp.asked_by is not None and corp.asked_by.name == "admin@example.com"
    assert str(record).endswith(f"All of it holds for {ROBIN}.") and "corp-ad: robin" in str(record)
    assert OffboardingRecord.from_json(record.to_json()) == record == pickle.loads(pickle.dumps(record))
    assert record.to_dict()["holds"] is True and record.version == 1
    with pytest.raises(ValueError, match="not the JSON of a OffboardingRecord"):
        OffboardingRecord.from_json('{"person": 7}')
    again = tenants.offboard(ROBIN)
    assert again.holds and [account.steps for _, account in again.accounts] == [()]


def test_who_is_not_there_is_no_success(tenants: Tenants) -> None:
    with pytest.raises(PersonNotFoundError, match="do you mean robin.active@example.com?") as refused:
        tenants.offboard("robin.activ@example.com")
    error = refused.value
    assert isinstance(error, LookupError) and error.whois is not None and error.whois.did_you_mean == ROBIN
    again = pickle.loads(pickle.dumps(error))
    assert (again.whois, str(again)) == (error.whois, str(error))


@pytest.mark.parametrize("name", ["tobin@example.com", "robina.actor@example.com", "nobody@example.com", "kim@example.com"])
def test_a_stranger_is_not_suggested(name: str, tenants: Tenants) -> None:
    with pytest.raises(PersonNotFoundError) as refused:
        tenants.offboard(name)
    assert refused.value.whois is not None and refused.value.whois.did_you_mean is None and "mean" not in str(refused.value)


def test_nothing_is_guessed(tenants: Tenants, tenable_emulator: Emulator) -> None:
    for arguments, text in [
        ({"successor": "admin@example.com"}, "handed over only when the account is deleted"),
        ({"accounts": ["somebody"]}, "is no account of this person"),
        ({"delete_in": ["nowhere"]}, "there is no connection to it"),
    ]:
        with pytest.raises(ProblemsError, match=text):
            tenants.offboard(ROBIN, **arguments)  # type: ignore[arg-type]
    with pytest.raises(ProblemsError, match="the account of the connection") as refused:
        tenants.offboard("admin@example.com")
    assert refused.value.draft is not None
    with pytest.raises(InvalidInputError, match="exclude each other"):
        tenants.offboard(ROBIN, delete=True, delete_in=["corp-ad"])
    with pytest.raises(TypeError, match="accounts is a list of texts"):
        tenants.offboard(ROBIN, accounts="robin")
    assert writes(tenable_emulator) == 0


def test_an_account_is_deleted_and_what_it_owns_goes_to_another(tenants: Tenants) -> None:
    record = tenants.offboard("standard@example.com", delete_in=["cloud"], successor="admin@example.com")
    ((_, account),) = record.accounts
    assert account.after.state == "gone" and account.after.account is None and record.holds
    cloud = record.tenants[2]
    assert (cloud.departure, cloud.successor) == ("delete", "admin@example.com")
    assert tenants.whois("standard@example.com").is_nobody


def test_a_tenant_that_cannot_be_read_does_not_hold(tenable_emulator: Emulator) -> None:
    with tenable_emulator.identity_exposure() as ie, SecurityCenter("http://127.0.0.1:1", access_key="a", secret_key="b") as sc:
        record = Tenants({"ie": ie, "sc": sc}).offboard("kim.locked@example.com")
    assert not record.holds and [tenant.holds for tenant in record.tenants] == [True, False]
    assert any(failure.startswith("sc: not read: ") for failure in record.failures)
    unread = record.tenants[1].unread
    assert unread is not None and unread.kind == "Connect" and "sc: not read: " in str(record)


def test_somebody_leaves_asynchronously(tenable_emulator: Emulator) -> None:
    async def scene() -> None:
        async with tenable_emulator.async_identity_exposure() as ie:
            record = await AsyncTenants({"ie": ie}).offboard(ROBIN, delete=True)
            assert record.holds and record.accounts[0][1].after.state == "gone"

    asyncio.run(scene())
