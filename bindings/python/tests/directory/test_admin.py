"""Users, roles and groups of any product, through the same calls."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle

import pytest

import tenable_api.identity_exposure
from tenable_api import InvalidInputError, NotFoundError, Secret, TenableError, UnsupportedError
from tenable_api._native import directory as native
from tenable_api.admin import Ability, Admin, AsyncAdmin, Listing, NewUser, User
from tenable_api.testing import Emulator

from .conftest import writes

PASSWORD = "Violet-Harbor-42-Copper"


@pytest.fixture(params=["identity_exposure", "security_center", "vulnerability_management"])
def admin(request: pytest.FixtureRequest, tenable_emulator: Emulator) -> Admin:
    """One product after the other."""
    return Admin(getattr(tenable_emulator, request.param)())


def test_the_same_calls_for_every_product(admin: Admin) -> None:
    can = admin.capabilities.can
    me = admin.me()
    users = admin.users()
    assert me.key in [user.key for user in users] and all(user.product == admin.capabilities.product for user in users)
    roles = {role.name: role for role in admin.roles()}
    role = roles.get("User") or roles.get("Security Analyst") or roles["Standard"]
    assert admin.role(role.key).permissions is not None
    groups = [group.key for group in admin.groups()][:1] if admin.capabilities.groups_per_user == "one" else []
    new = NewUser("ann@example.com", PASSWORD, full_name="Ann Lee", roles=[role.key], groups=groups)
    assert admin.defects(new) == ()
    ann = admin.create_user(new)
    assert (ann.full_name, ann.enabled, [reference.key for reference in ann.roles or ()]) == ("Ann Lee", True, [role.key])
    assert ann.user_name == "ann@example.com" and ann.can_sign_in and ann.is_named(" ANN@example.com ")
    again = admin.user(ann.key)
    assert pickle.loads(pickle.dumps(ann)) == ann and again == admin.user(ann.key) and hash(again) == hash(admin.user(ann.key))
    assert [user.key for user in admin.find_users("Ann@Example.com")] == [ann.key]
    assert admin.change_user(ann.key, full_name="Ann van der Lee").full_name == "Ann van der Lee"
    assert admin.set_enabled(ann.key, False).enabled is False
    if can(Ability.REPLACE_KEYS):
        keys = admin.replace_keys(ann.key)
        assert isinstance(keys.secret_key, Secret) and keys.secret_key.reveal() not in repr(keys)
    if can(Ability.SET_SIGN_IN_METHODS):
        assert admin.set_sign_in_methods(ann.key, api_keys=False).sign_in.api_keys is False
    if can(Ability.CREATE_GROUP):
        group = admin.create_group("Watch")
        admin.add_member(group.key, ann.key)
        assert [user.key for user in admin.members(group.key)] == [ann.key]
        assert admin.rename_group(group.key, "Night watch").name == "Night watch" == admin.group(group.key).name
    admin.delete_user(ann.key)
    with pytest.raises(NotFoundError):
        admin.user(ann.key)


def test_what_a_product_cannot_do_is_refused_before_anything_is_sent(tenable_emulator: Emulator) -> None:
    admin = Admin(tenable_emulator.identity_exposure())
    limitation = admin.capabilities.limitation(Ability.CREATE_GROUP)
    assert limitation is not None and limitation.why == "has no groups" and not admin.capabilities.can("groups.create")
    with pytest.raises(UnsupportedError, match="has no groups") as refused:
        admin.create_group("Watch")
    with pytest.raises(UnsupportedError) as required:
        admin.require(Ability.CREATE_GROUP)
    assert refused.value.operation == required.value.operation == "groups.create"
    assert refused.value.product == "Tenable Identity Exposure"
    admin.require(Ability.CREATE_USER)
    for wrong in (lambda: admin.require("groups.dance"), lambda: admin.capabilities.can("groups.dance")):
        with pytest.raises(ValueError, match="there is no ability"):
            wrong()
    for key in ("7", "xx:7", "ie:x", "vm:16"):
        with pytest.raises(InvalidInputError, match=key.partition(":")[0]):
            admin.user(key)
    with pytest.raises(InvalidInputError, match="of Tenable Vulnerability Management, not of Tenable Identity Exposure"):
        admin.delete_user("vm:7")
    with pytest.raises(TypeError, match="roles is a list of keys"):
        admin.assign_roles("ie:2", "ie:1")
    assert list(tenable_emulator.journal) == []


def test_defects_of_a_new_user(tenable_emulator: Emulator) -> None:
    admin = Admin(tenable_emulator.vulnerability_management())
    new = NewUser("ann", PASSWORD)
    assert str(admin.defects(new)[0]) == "user_name: it is not of the form name@domain"
    assert PASSWORD not in repr(new) and new.password == Secret(PASSWORD)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(new)


def test_several_are_created_and_one_is_refused(tenable_emulator: Emulator) -> None:
    admin = Admin(tenable_emulator.vulnerability_management())
    made, refused = admin.create_users([NewUser("ann@example.com", PASSWORD), NewUser("standard@example.com", PASSWORD)])
    assert isinstance(made, User) and isinstance(refused, TenableError) and refused.status == 409


def test_facts_and_the_products_own_value(tenable_emulator: Emulator) -> None:
    users = Admin(tenable_emulator.identity_exposure()).users()
    robin = next(user for user in users if user.user_name == "robin.active@example.com")
    assert robin.key == "ie:2" and robin.groups is None and "groups" in robin.not_kept and robin.sign_in.password
    assert isinstance(robin.original, tenable_api.identity_exposure.User) and robin.original.id == 2
    assert "original" not in repr(robin) and repr(robin).startswith("User(product='ie', key='ie:2', user_name='robin")
    assert users[-1] in users and users[:2] == (users[0], users[1]) and len(list(users)) == len(users)
    again = pickle.loads(pickle.dumps(users))
    assert type(again) is Listing and again == users and hash(again) == hash(users) and repr(again) == repr(users)
    assert again[1:3] == users[1:3] and again[-1] == users[-1] and pickle.loads(pickle.dumps(again)) == users
    assert copy.copy(users) is users and copy.deepcopy(users) is users
    with pytest.raises(IndexError):
        users[1000]
    with pytest.raises(AttributeError):
        robin.enabled = False  # type: ignore[misc]


def test_roles_and_passwords(tenable_emulator: Emulator) -> None:
    admin = Admin(tenable_emulator.vulnerability_management())
    role = admin.create_role("Reader", description="Reads", permissions=["VM.VM_SCAN.READ"])
    assert (role.name, role.predefined) == ("Reader", False)
    assert admin.change_role(role.key, description="Looks").description == "Looks"
    (standard,) = admin.find_users("standard@example.com")
    assert [one.key for one in admin.assign_roles(standard.key, [role.key]).roles or ()] == [role.key]
    admin.set_password(standard.key, PASSWORD)
    assert tenable_emulator.sign_in("vulnerability_management", "standard@example.com", PASSWORD)
    admin.delete_user(standard.key)
    admin.delete_role(role.key)
    assert "Reader" not in [one.name for one in admin.roles()]


def test_a_closed_client_is_told(tenable_emulator: Emulator) -> None:
    client = tenable_emulator.identity_exposure()
    admin = Admin(client)
    client.close()
    with pytest.raises(RuntimeError, match="the client is closed"):
        admin.users()
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(admin)
    assert repr(admin) == "<Admin of Tenable Identity Exposure>" and writes(tenable_emulator) == 0


def test_asynchronous_administration(tenable_emulator: Emulator) -> None:
    async def scene() -> None:
        async with tenable_emulator.async_security_center() as sc:
            admin = AsyncAdmin(sc)
            assert (await admin.me()).key in [user.key for user in await admin.users()]
            group = await admin.create_group("Watch")
            assert (await admin.group(group.key)).name == "Watch"
            with pytest.raises(UnsupportedError):
                await admin.remove_member(group.key, "sc:1")

    asyncio.run(scene())


def test_abilities_are_those_of_the_sdk() -> None:
    assert list(Ability.known_values()) == native.abilities()


def test_both_kinds_have_the_same_calls() -> None:
    for name, method in inspect.getmembers(Admin, inspect.isfunction):
        twin = getattr(AsyncAdmin, name)
        if name != "__init__":
            assert inspect.signature(method) == inspect.signature(twin), name
        if not name.startswith("_") and name not in ("defects", "require"):
            assert inspect.iscoroutinefunction(twin) and twin.__doc__, name
