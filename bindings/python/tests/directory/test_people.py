"""People in three products: who somebody is, what is to be done, and doing it."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from tenable_api import InvalidInputError, Secret, TenableError
from tenable_api.directory import (
    PEOPLE_SCHEMA,
    CreateUser,
    Ensure,
    EnsureGroup,
    EnsureRole,
    EnsureUser,
    Named,
    Passwords,
    Plan,
    Problem,
    ProblemsError,
    RandomPasswords,
    Report,
    SetEnabled,
    Subject,
    Tenants,
    Whois,
)
from tenable_api.testing import Emulator

from .conftest import writes


def test_one_person_everywhere(tenants: Tenants) -> None:
    found = tenants.whois("Robin.Active@example.com")
    ((tenant, account),) = found.accounts
    assert (tenant, account.key, account.enabled, account.roles) == ("corp-ad", "ie:2", True, ("Auditor", "User"))
    assert account.sign_in.open == ("password",) and "groups" in account.not_kept and account.groups is None
    assert found.person == "robin.active@example.com" and not found.is_nobody and found.unread_tenants == ()
    assert str(found).startswith("corp-ad: robin.active@example.com (ie:2): enabled")
    both = tenants.whois("admin@example.com")
    assert [conflict.kind for conflict in both.conflicts] == ["different_names"]
    assert str(both.conflicts[0]).startswith("different full names, perhaps of two people: corp-ad admin@example.com (ie:1, ")
    nobody = tenants.whois("robin.activ@example.com")
    assert nobody.is_nobody and nobody.did_you_mean == "robin.active@example.com"
    for whois in (found, both, nobody):
        assert pickle.loads(pickle.dumps(whois)) == copy.deepcopy(whois) == Whois.from_json(whois.to_json()) == whois
    with pytest.raises(AttributeError):
        found.person = "somebody else"  # type: ignore[misc]


def test_of_tenants_that_were_not_read_nothing_is_said(tenable_emulator: Emulator) -> None:
    gone = RuntimeError("there is no key")
    with tenable_emulator.vulnerability_management() as vm:
        some = Tenants({"vm": vm, "gone": gone}).whois("nobody@example.com")
    assert repr(some) == "<Whois nobody@example.com: no account, gone: not read>"
    assert str(some) == "there is no account of nobody@example.com in what could be read\ngone: not read: there is no key"
    none = Tenants({"gone": gone}).whois("nobody@example.com")
    assert (repr(none), str(none)) == ("<Whois nobody@example.com: gone: not read>", "gone: not read: there is no key")


def test_a_plan_is_read_kept_and_applied(tenants: Tenants, tenable_emulator: Emulator, people: bytes, tmp_path: Path) -> None:
    plan = tenants.plan(people)
    assert writes(tenable_emulator) == 0
    assert str(plan).startswith("cloud\n  + group Watch\n")
    assert str(plan).endswith(" to change, 0 to remove.\n")
    group = plan.steps[0]
    assert (group.kind, group.tenant, group.subject, str(group)) == (
        "create_group",
        "cloud",
        Subject("group", "Watch"),
        "+ group Watch",
    )
    ann = next(step for step in plan.steps if step.tenant == "datacentre")
    assert isinstance(ann.change, CreateUser) and ann.person == "ann@example.com" and not ann.is_removal
    assert ann.change.full_name == "Ann Lee" and ann.change.roles[0].name == "Security Analyst"
    match ann.change:
        case CreateUser(enabled=True, roles=(Named(name="Security Analyst"), *_)):
            pass
        case other:
            pytest.fail(str(other))

    plan.save(tmp_path / "plan.json")
    kept = Plan.load(tmp_path / "plan.json")
    assert kept == plan == pickle.loads(pickle.dumps(plan)) == copy.copy(plan)
    assert kept.steps == plan.steps and kept.hash == plan.hash and hash(kept) == hash(plan) and len(plan) == len(plan.steps)
    changed = plan.to_json().replace("Watch", "Guard")
    with pytest.raises(ProblemsError, match="it was changed"):
        Plan.from_json(changed)
    with pytest.raises(ProblemsError, match="the plan has the hash") as refused:
        tenants.apply(plan, plan_hash="sha256:0")
    assert refused.value.is_guard and refused.value.draft == plan

    report = tenants.apply(kept, plan_hash=plan.hash)
    assert report.is_complete and report.failures == () and report.plan == plan.hash
    assert report.count("done", "done_unseen", "already") == len(report.steps) == len(plan)
    assert pickle.loads(pickle.dumps(report)) == report == Report.from_json(report.to_json())

    # Twice is the same as once.
    before = writes(tenable_emulator)
    assert tenants.apply(people).steps == ()
    again = tenants.plan(people)
    assert not again and str(again) == "Nothing to do: everything is as it should be.\n"
    assert writes(tenable_emulator) == before
    # A plan that everything is so of already, and one whose ground has changed.
    assert tenants.apply(plan).count("already") == len(plan)


def test_people_are_a_file_or_a_mapping(tenants: Tenants, tmp_path: Path) -> None:
    mapping = {
        "version": 1,
        "people": [{"name": "Ann Lee", "email": "ann@example.com", "accounts": {"corp-ad": {"role": "User"}}}],
    }
    text = "version: 1\npeople:\n  - {name: Ann Lee, email: ann@example.com, accounts: {corp-ad: {role: User}}}\n"
    file = tmp_path / "people.yaml"
    file.write_text(text)
    with file.open("rb") as opened:
        plans = [tenants.plan(given) for given in (mapping, text.encode(), file, str(file), io.StringIO(text), opened)]
    assert len(plans[0]) > 0 and all(plan == plans[0] for plan in plans)
    with pytest.raises(FileNotFoundError):
        tenants.plan("nowhere.yaml")
    with pytest.raises(TypeError, match="people is the path of a file, .* not int"):
        tenants.plan(7)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="no text in UTF-8"):
        tenants.plan(b"\xff\xfe")


@pytest.mark.parametrize("text", ["", " ", "version: 1", '{"version": 1}', "version: 1\npeople: []\n"])
def test_text_is_no_path(text: str, tenants: Tenants, tenable_emulator: Emulator) -> None:
    with pytest.raises(InvalidInputError, match=r"path of a file when it is a str, and this is (the text of a file|an empty text)"):
        tenants.plan(text)
    with pytest.raises(InvalidInputError, match=r"rows is the path of a file when it is a str.*io.StringIO"):
        tenants.import_people(text)
    assert len(tenable_emulator.journal) == 0
    assert '"people"' in PEOPLE_SCHEMA


def test_problems_come_before_anything_is_written(tenants: Tenants, tenable_emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text("version: 1\npeople:\n  - {name: Ann, emial: ann@example.com}\n")
    with pytest.raises(ProblemsError) as refused:
        tenants.apply(file)
    problem = refused.value.problems[0]
    assert problem.place is not None and (problem.place.file, problem.place.line) == (file, 3)
    assert 'do you mean "email"?' in problem.what and str(problem).startswith(f"{file}:3: a person has no")
    assert isinstance(refused.value, (TenableError, ValueError)) and refused.value.draft is None
    again = pickle.loads(pickle.dumps(refused.value))
    assert (type(again), str(again), again.problems) == (ProblemsError, str(refused.value), refused.value.problems)

    people = [{"name": "Ann", "email": "ann@example.com", "accounts": {"ie": {"role": "Usr"}, "vm": {"role": "Standard"}}}]
    with pytest.raises(ProblemsError) as refused:
        tenants.plan({"version": 1, "people": people})
    (problem,) = refused.value.problems
    assert problem == Problem(problem.what, tenant="corp-ad", subject="ann@example.com") and 'do you mean "User"' in problem.what
    assert refused.value.draft is not None and len(refused.value.draft) > 0, "what can be planned helps to see it"
    with pytest.raises(ProblemsError, match="there is no tenant \"wm\""):
        tenants.plan({"version": 1, "groups": {"wm": ["Watch"]}})
    assert tenants.plan({"version": 1, "groups": {"wm": ["Watch"]}}, known_tenants=["wm"]).steps == ()
    own = {"version": 1, "people": [{"email": "admin@example.com", "accounts": {"ie": {"enabled": False}}}]}
    with pytest.raises(ProblemsError) as refused:
        tenants.apply(own)
    assert refused.value.is_guard
    assert writes(tenable_emulator) == 0


def test_how_much_may_go(tenants: Tenants) -> None:
    scope = {"version": 1, "scope": {"people": ["*@example.com"]}, "groups": {"ie": []}, "protected": ["admin@example.com"]}
    with pytest.raises(ProblemsError, match="at most 1 may be at once") as refused:
        tenants.plan(scope, max_removals=1)
    assert refused.value.is_guard
    plan = tenants.plan(scope, max_removals="100%")
    assert len(plan) > 1 and all(step.is_removal for step in plan.steps)
    disabled = plan.steps[0].change
    assert isinstance(disabled, SetEnabled) and (disabled.before, disabled.after) == (True, False)
    for wrong in ("many", "101%", -1):
        with pytest.raises(ProblemsError, match="is no limit"):
            tenants.plan(scope, max_removals=wrong)
    for given in ({"max_removals": 3}, {"known_tenants": ["wm"]}):
        with pytest.raises(InvalidInputError, match=f"{next(iter(given))} is for planning, and this is a plan already"):
            tenants.apply(plan, **given)


def test_one_thing_is_made_changed_or_left_as_it_is(tenants: Tenants, tenable_emulator: Emulator) -> None:
    group = EnsureGroup("Watch", tenants=["vm", "datacentre"])
    assert [(one.tenant, one.result) for one in tenants.ensure(group)] == [("datacentre", "made"), ("cloud", "made")]
    assert [one.result for one in tenants.ensure(group)] == ["unchanged", "unchanged"]
    role = EnsureRole("Reader", description="Reads", permissions=["VM.VM_SCAN.READ"], tenants=["cloud"])
    assert tenants.ensure(role)[0].result == "made"
    ann = EnsureUser("ann@example.com", roles=["Reader"], more_groups=["Watch"], tenants=["cloud"])
    assert "+ user ann@example.com" in str(tenants.plan_ensure(ann))
    assert tenants.ensure(ann)[0].result == "made" and tenants.ensure(ann)[0].result == "unchanged"
    closed = EnsureUser("ann@example.com", sign_in_api_keys=False, enabled=False, tenants=["cloud"])
    (changed,) = tenants.ensure(closed)
    assert changed.is_success and changed.fields == ("sign_in.api_keys", "enabled")
    assert str(changed) == "cloud: changed: sign_in.api_keys, enabled"
    before = writes(tenable_emulator)
    absent = EnsureUser("nobody@example.com", enabled=False, if_present=True, tenants=["ie"])
    assert tenants.ensure(absent)[0].result == "unchanged"
    wrong: list[tuple[Ensure, str]] = [
        (EnsureGroup("Watch"), "has no groups"),
        (EnsureGroup("Watch", tenants=["wm"]), "there is no tenant \"wm\": there are corp-ad, datacentre, cloud"),
        (EnsureUser("ann@example.com", roles=["Readr"], tenants=["cloud"]), 'do you mean "Reader"'),
    ]
    for wish, text in wrong:
        with pytest.raises(ProblemsError, match=text):
            tenants.ensure(wish)
    with pytest.raises(TypeError, match="is a list of texts"):
        EnsureUser("ann@example.com", roles="Reader")
    assert writes(tenable_emulator) == before


def test_first_passwords(tenants: Tenants, tenable_emulator: Emulator) -> None:
    emulator = tenable_emulator

    def wish(name: str) -> EnsureUser:
        return EnsureUser(name, tenants=["cloud"])

    def signs_in(name: str, password: str) -> bool:
        return emulator.sign_in("vulnerability_management", name, password)

    one = "Violet-Harbor-42-Copper"
    ways: tuple[Passwords, ...] = (
        one,
        Secret(one),
        {"user2@example.com": one},
        {("cloud", "user3@example.com"): Secret(one)},
    )
    for number, given in enumerate(ways):
        name = f"user{number}@example.com"
        tenants.ensure(wish(name), passwords=given)
        assert signs_in(name, one), given
    asked: list[tuple[str, str, str]] = []

    def give(tenant: str, product: str, user_name: str) -> str:
        asked.append((tenant, product, user_name))
        return one

    tenants.ensure(wish("called@example.com"), passwords=give)
    assert asked == [("cloud", "vm", "called@example.com")] and signs_in("called@example.com", one)
    made = RandomPasswords()
    tenants.ensure(wish("random@example.com"), passwords=made)
    ((names, password),) = made.made.items()
    assert names == ("cloud", "random@example.com") and isinstance(password, Secret)
    assert signs_in("random@example.com", password.reveal())
    assert password.reveal() not in repr(made) + repr(made.made) + str(made.made)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(made)
    with pytest.raises(TypeError, match="passwords are a text"):
        tenants.ensure(wish("x@example.com"), passwords=7)  # type: ignore[arg-type]


def test_what_gives_passwords_may_raise(tenants: Tenants, tenable_emulator: Emulator) -> None:
    class NoVaultError(Exception):
        pass

    def give(tenant: str, product: str, user_name: str) -> str:
        raise NoVaultError(user_name)

    with pytest.raises(NoVaultError, match="ann@example.com"):
        tenants.ensure(EnsureUser("ann@example.com", tenants=["corp-ad"]), passwords=give)
    assert writes(tenable_emulator) == 0


def test_a_tenant_that_cannot_be_read(tenable_emulator: Emulator, people: bytes) -> None:
    with tenable_emulator.vulnerability_management() as vm, tenable_emulator.identity_exposure() as ie:
        tenants = Tenants({"vm": vm, "gone": RuntimeError("there is no key")})
        assert tenants.names == ("vm", "gone") and tenants.product("gone") is None and "vm" in tenants and len(tenants) == 2
        found = tenants.whois("standard@example.com")
        assert not found.is_nobody and [str(unread) for unread in found.unread_tenants] == ["gone: there is no key"]
        plan = tenants.plan(people)
        assert [unread.tenant for unread in plan.unread_tenants] == ["gone"]
        report = tenants.apply(plan)
        assert report.failures == () and not report.is_complete and report.unread_tenants == plan.unread_tenants
        ie.close()
        with pytest.raises(RuntimeError, match="the client is closed"):
            Tenants({"ie": ie})
    with pytest.raises(RuntimeError, match="the client is closed"):
        tenants.whois("ann@example.com")


def test_tenants_are_checked(tenable_emulator: Emulator) -> None:
    with tenable_emulator.vulnerability_management() as vm:
        with pytest.raises(ProblemsError, match="the word of another product"):
            Tenants({"sc": vm})
        with pytest.raises(TypeError, match="is a str, not a SyncClient"):
            Tenants({"vm": "https://example.com"})  # type: ignore[dict-item]
        with pytest.raises(TypeError, match="give it to AsyncTenants"):
            Tenants({"vm": tenable_emulator.async_vulnerability_management()})  # type: ignore[dict-item]
        with pytest.raises(ProblemsError, match="nobody is two people"):
            Tenants({"vm": vm}, aliases={"ann@example.com": ["alee"], "bo@example.com": ["alee"]})
        tenants = Tenants({"vm": vm}, aliases={"ann@example.com": ["standard@example.com"]})
        assert [account.user_name for _, account in tenants.whois("ann@example.com").accounts] == ["standard@example.com"]
        protected = Tenants({"vm": vm}, protected=["standard@example.com"])
        with pytest.raises(ProblemsError, match="this account is protected"):
            protected.ensure(EnsureUser("standard@example.com", enabled=False))
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(tenants)
        assert repr(tenants) == "<Tenants: vm (vm)>"


def test_what_is_there_is_a_file_that_asks_for_nothing(tenants: Tenants) -> None:
    text = tenants.export()
    assert text.startswith("version: 1\n") and len(tenants.plan(io.StringIO(text))) == 0


def test_nothing_is_loaded_that_is_not_needed() -> None:
    lazily = "import tenable_api, sys; print('tenable_api.directory' in sys.modules or 'tenable_api.admin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", lazily], capture_output=True, text=True, check=True).stdout.strip() == "False"
