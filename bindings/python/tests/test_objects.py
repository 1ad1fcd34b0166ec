"""Objects that a product gave: made, read, compared, shown, copied, pickled; and what people make to send."""

from __future__ import annotations

import copy
import gc
import importlib
import json
import pickle
import subprocess
import sys
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from contracts import CONTRACTS, PRODUCTS, sample

from tenable_api import UNSET, Items, Secret, identity_exposure, security_center, vulnerability_management
from tenable_api._native import Object
from tenable_api.identity_exposure import ApiKey, NewAllowedGroup, NewUser, Permission, Provider, Role, User, UserInfo
from tenable_api.security_center import Page

ANN: dict[str, Any] = {
    "id": 7,
    "name": "Ann",
    "surname": "Lee",
    "email": "ann@example.com",
    "lockedOut": False,
    "roles": [2, 5],
    "provider": "ldap",
    "badge": {"colour": "blue"},
}


@pytest.fixture
def ann() -> User:
    return User.from_dict(ANN)


@pytest.fixture
def users() -> Items[User]:
    return items_of([{"id": number, "name": f"user {number}"} for number in range(10)])


def items_of(users: list[dict[str, Any]]) -> Items[User]:
    items = User._items(users)
    assert isinstance(items, Items)
    return items


CLASSES = [
    pytest.param(product, name, id=f"{product}.{name}") for product in PRODUCTS for name in sorted(CONTRACTS[product].read())
]


def revealed(value: Any) -> Any:
    """With the text of secrets in their places."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, dict):
        return {name: revealed(one) for name, one in value.items()}
    return [revealed(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("product", "name"), CLASSES)
def test_every_class_reads_shows_and_gives_back_what_it_was_made_of(product: str, name: str) -> None:
    contract = CONTRACTS[product]
    document = sample(contract, contract.schemas[name]) | {"new": ["field"]}
    kind = getattr(importlib.import_module(f"tenable_api.{product}"), name)
    value = kind.from_dict(document)
    assert isinstance(value, Object)
    for attribute in kind.__match_args__:
        read = getattr(value, attribute)
        assert not value.lacks(attribute)
        assert isinstance(read, (str, int, tuple, datetime, Object, Secret, dict)), attribute
    # A secret number may be told by its digits.
    assert json.loads(json.dumps(revealed(value.to_dict())).replace('"300"', "300")) == json.loads(
        json.dumps(document).replace('"300"', "300")
    )
    assert value == kind.from_dict(value.to_dict()) and hash(value) == hash(kind.from_dict(document))
    assert value != kind.from_dict(document | {"new": ["value"]})
    assert repr(value).startswith(f"{name}(") and repr(value).endswith("extra={'new': ['field']})")
    secrets = [attribute for attribute in kind.__match_args__ if isinstance(getattr(value, attribute), Secret)]
    if secrets:
        assert "Secret('**********')" in repr(value)
    # A field of JSON may be named like a secret, too.
    if "**********" in repr(value):
        with pytest.raises(TypeError, match="holds a secret"):
            pickle.dumps(value)
    else:
        assert pickle.loads(pickle.dumps(value)) == value


def test_fields_have_their_types(ann: User) -> None:
    assert (ann.id, ann.name, ann.surname, ann.locked_out, ann.roles) == (7, "Ann", "Lee", False, (2, 5))
    assert ann.provider is Provider.LDAP
    assert ann.department is None
    info = UserInfo.from_dict({"id": 7, "roles": [{"id": 2, "name": "Reader", "permissions": []}]})
    assert [role.name for role in info.roles] == ["Reader"]
    assert isinstance(info.roles[0], Role)


def test_reading_is_lenient() -> None:
    user = User.from_dict({"id": "7", "lockedOut": 1, "roles": None, "provider": "oidc"})
    assert (user.id, user.locked_out, user.roles) == (7, True, ())
    assert user.provider == "oidc" and isinstance(user.provider, Provider) and not user.provider.is_known


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "missing field `id`"),
        ({"id": "seven"}, r"`id`: .*expected a whole number"),
        ({"id": 1, "roles": [2, "x"]}, r"`roles\[1\]`: "),
        ({"id": -1}, "`id`: "),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"not a User: .*{message}"):
        User.from_dict(fields)


def test_a_mapping_is_wanted() -> None:
    with pytest.raises(TypeError, match="User is made from a mapping"):
        User.from_dict([1])  # type: ignore[arg-type]


def test_nothing_can_be_changed(ann: User) -> None:
    with pytest.raises(AttributeError):
        ann.name = "Eve"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        ann.nickname = "A"  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        ann.extra["badge"] = "red"  # type: ignore[index]
    with pytest.raises(TypeError):
        User(id=7)  # type: ignore[call-arg]


def test_unknown_fields_and_missing_ones(ann: User) -> None:
    assert isinstance(ann.extra, Mapping) and dict(ann.extra) == {"badge": {"colour": "blue"}}
    assert ann.lacks("department") and ann.lacks("eula_version") and not ann.lacks("locked_out")
    assert User.from_dict({"id": 1, "surname": None}).lacks("surname")
    with pytest.raises(AttributeError, match="User has no attribute `lockedOut`"):
        ann.lacks("lockedOut")


def test_a_dictionary_is_new_each_time_and_exact(ann: User) -> None:
    fields = ann.to_dict()
    assert fields == ANN
    fields["name"] = "Eve"
    assert ann.to_dict() == ANN
    assert User.from_dict({"id": 1, "surname": None}).to_dict() == {"id": 1, "surname": None}


def test_equality_is_by_content_and_hash_by_id(ann: User) -> None:
    twin = User.from_dict(ANN | {"id": "7"})
    assert ann == twin and hash(ann) == hash(twin) and ann in {twin}
    other = User.from_dict(ANN | {"name": "Eve"})
    assert ann != other and hash(ann) == hash(other)
    assert ann != UserInfo.from_dict({"id": 7}) and ann != 7 and ann != ANN
    assert isinstance(ann, Hashable)


def test_what_has_no_id_is_hashed_by_content() -> None:
    read, edit = Permission("dashboard", "read"), Permission("dashboard", "edit")
    assert {read, edit, Permission("dashboard", "read")} == {read, edit}
    assert hash(read) != hash(edit)


def test_letter_case_of_uuids_does_not_matter() -> None:
    uuid = "7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d"
    lower, upper = (vulnerability_management.Role.from_dict({"uuid": text, "name": "Reader"}) for text in (uuid, uuid.upper()))
    assert lower == upper and hash(lower) == hash(upper)
    assert upper.uuid == uuid.upper()


def test_repr_leaves_out_what_was_not_there(ann: User) -> None:
    assert repr(ann) == (
        "User(id=7, name='Ann', surname='Lee', email='ann@example.com', locked_out=False, roles=(2, 5), provider='ldap', "
        "extra={'badge': {'colour': 'blue'}})"
    )
    assert repr(User.from_dict({"id": 1})) == "User(id=1)"


def test_no_secret_is_shown() -> None:
    key = ApiKey.from_dict({"key": "canary-1", "recoveryToken": "canary-2"})
    assert key.key == Secret("canary-1") and key.key.reveal() == "canary-1"
    for text in (repr(key), str(key), f"{key}", str(key.to_dict()["key"])):
        assert "canary" not in text
    assert key != ApiKey.from_dict({"key": "canary-3", "recoveryToken": "canary-2"})
    with pytest.raises(TypeError, match="ApiKey holds a secret and cannot be pickled"):
        pickle.dumps(key)
    assert copy.deepcopy(key) is key


NESTED = {"mail": [{"server": "mx", "password": "canary-1"}], "api_key": {"id": 1}}


@pytest.mark.parametrize(
    "value",
    [
        User.from_dict({"id": 7} | NESTED),
        UserInfo.from_dict({"id": 7, "roles": [{"id": 2, "name": "Reader", "permissions": [], **NESTED}]}),
        vulnerability_management.User.from_dict({"id": 7, "uuid": "x", "username": "a@example.com", "preferences": NESTED}),
    ],
    ids=["extra", "extra of a part", "JSON"],
)
def test_secrets_within_fields_are_not_shown_or_pickled(value: Object) -> None:
    assert "canary" not in repr(value) and "'server': 'mx'" in repr(value)
    assert repr(value).count("**********") == 2
    # Whoever asks for the field gets it.
    assert "canary-1" in str(value.to_dict())
    items = type(value)._items([value.to_dict()])  # type: ignore[attr-defined]
    assert "canary" not in repr(items)
    for thing in (value, items):
        with pytest.raises(TypeError, match="holds a secret"):
            pickle.dumps(thing)


def test_a_field_that_only_sounds_like_a_secret_is_pickled() -> None:
    user = User.from_dict({"id": 7, "hasPassword": True, "resetToken": None, "mail": {"secret": ""}})
    assert pickle.loads(pickle.dumps(user)) == user
    key = ApiKey.from_dict({"key": "k"})
    with pytest.raises(TypeError, match="holds a secret"):
        pickle.dumps(key)


def test_copies_are_the_thing_itself(ann: User) -> None:
    assert copy.copy(ann) is ann and copy.deepcopy([ann])[0] is ann


def test_pickles_name_the_public_class(ann: User, users: Items[User]) -> None:
    for value in (ann, users, users[2:5], Provider.LDAP, Provider("oidc")):
        data = pickle.dumps(value)
        assert b"_native" not in data and b"_generated" not in data
        again = pickle.loads(data)
        assert again == value and type(again) is type(value)
    assert pickle.loads(pickle.dumps(ann)).lacks("department")


def test_matching() -> None:
    match Permission("dashboard", "read"):
        case Permission(entity, action="read"):
            assert entity == "dashboard"
        case _:
            pytest.fail("it does not match")
    match User.from_dict({"id": 1, "name": "Ann"}):
        case User(id=1, surname=None):
            pass
        case _:
            pytest.fail("it does not match")


def test_objects_that_are_read_and_sent_can_be_made() -> None:
    permission = Permission("dashboard", "read", entity_ids=["1"], dynamic_id="self-user-id")
    assert permission.entity_ids == ("1",)
    assert permission.to_dict() == {"entityName": "dashboard", "action": "read", "entityIds": ["1"], "dynamicId": "self-user-id"}
    # Null stands for all entities, and is sent.
    assert Permission("dashboard", "read").to_dict()["entityIds"] is None
    with pytest.raises(TypeError):
        Permission("dashboard")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="`entityIds`"):
        Permission("dashboard", "read", entity_ids=7)  # type: ignore[arg-type]


def test_computed_properties() -> None:
    user = User.from_dict({"id": 1, "name": "Ann", "surname": "Lee", "active": True, "lockedOut": True})
    assert (user.full_name, user.can_sign_in) == ("Ann Lee", False)
    assert User.from_dict({"id": 1, "active": True}).can_sign_in is None
    manager = security_center.User.from_dict(
        {"id": "1", "role": {"id": "1"}, "group": {"id": -1}, "responsibleAsset": {"id": "19"}, "firstname": "Ann"}
    )
    assert (manager.role_id, manager.group_id, manager.responsible_asset_id) == (1, None, 19)
    assert manager.is_administrator is True and manager.full_name == "Ann"
    assert manager.group is not None and not manager.group.is_set and manager.group.id == -1
    role = security_center.Role.from_dict({"id": "3", "permCreateTickets": "true", "permUpdateFeeds": "false", "permNew": "true"})
    assert role.granted == ("permCreateTickets", "permNew")
    member = vulnerability_management.User.from_dict({"id": 7, "uuid": "x", "username": "ann@example.com", "permissions": 40})
    assert member.predefined_role == "scan_manager" and member.role_name == "Scan Manager"
    assert member.predefined_role is vulnerability_management.PredefinedRole.SCAN_MANAGER
    assert member.mail_address == "ann@example.com"


def test_times_are_aware_and_in_utc() -> None:
    noon = datetime(2026, 8, 1, 12, tzinfo=timezone.utc)
    assert security_center.User.from_dict({"id": "1", "lastLogin": "1785585600"}).last_login == noon
    assert security_center.User.from_dict({"id": "1", "lastLogin": "-1"}).last_login is None
    fields = {"id": 7, "uuid": "x", "username": "a@example.com", "lastlogin": 1_785_585_600_123}
    last = vulnerability_management.User.from_dict(fields).last_login
    assert last == noon.replace(microsecond=123_000) and last.tzinfo is timezone.utc
    early = vulnerability_management.User.from_dict(fields | {"lastlogin": -1500})
    assert early.last_login == datetime(1969, 12, 31, 23, 59, 58, 500_000, tzinfo=timezone.utc)


def test_words_are_texts() -> None:
    assert Provider.LDAP == "ldap" and isinstance(Provider.LDAP, str) and f"{Provider.LDAP}" == "ldap"
    assert Provider("ldap") is Provider.LDAP and Provider.LDAP.is_known
    assert Provider("oidc") == "oidc" and not Provider("oidc").is_known
    assert Provider.known_values()[:2] == (Provider.TENABLE, Provider.ALSID)
    assert json.dumps({Provider.LDAP: Provider.SAML}) == '{"ldap": "saml"}'
    by_word: dict[str, int] = {Provider.LDAP: 1}
    assert by_word["ldap"] == 1
    assert (Provider.__module__, Provider.LDAP.__doc__) == ("tenable_api.identity_exposure", Provider.__doc__)


class TestItems:
    def test_it_is_a_sequence(self, users: Items[User]) -> None:
        assert isinstance(users, Sequence)
        assert len(users) == 10 and users and not users[10:]
        assert [user.id for user in users] == list(range(10))
        assert [user.id for user in reversed(users)] == list(reversed(range(10)))
        assert (users[0].id, users[-1].id) == (0, 9)
        for index in (10, -11, sys.maxsize, 10**30):
            with pytest.raises(IndexError):
                users[index]
        with pytest.raises(TypeError):
            users["0"]  # type: ignore[call-overload]
        with pytest.raises(TypeError):
            users[0] = users[1]  # type: ignore[index]

    @pytest.mark.parametrize("start", [None, -12, -3, 0, 4, 12])
    @pytest.mark.parametrize("stop", [None, -12, -3, 0, 4, 12])
    @pytest.mark.parametrize("step", [None, -3, -1, 1, 2])
    def test_slices_of_slices(self, users: Items[User], start: int | None, stop: int | None, step: int | None) -> None:
        numbers = list(range(10))
        part, expected = users[start:stop:step], numbers[start:stop:step]
        assert isinstance(part, Items)
        assert [user.id for user in part] == expected
        assert [user.id for user in part[::-1]] == expected[::-1]
        assert [user.id for user in part[1:]] == expected[1:]

    def test_finding(self, users: Items[User]) -> None:
        wanted = User.from_dict({"id": 7, "name": "user 7"})
        assert wanted in users and users.index(wanted) == 7 and users.count(wanted) == 1
        assert users.index(wanted, -4) == 7
        assert User.from_dict({"id": 7}) not in users and 7 not in users
        for bounds in ((8,), (0, 7)):
            with pytest.raises(ValueError, match="not in the list"):
                users.index(wanted, *bounds)

    def test_equality(self, users: Items[User]) -> None:
        assert users == users[:] and users == list(users) and users == tuple(users)
        assert list(users) == users and users != users[1:] and users != list(users)[::-1]
        assert users[:0] == [] and users != 7
        with pytest.raises(TypeError):
            hash(users)

    def test_matching(self, users: Items[User]) -> None:
        match users:
            case [first, *_]:
                assert first.id == 0
            case _:
                pytest.fail("it does not match")

    def test_showing(self, users: Items[User]) -> None:
        assert repr(users[:2]) == "Items([User(id=0, name='user 0'), User(id=1, name='user 1')])"
        assert repr(users).endswith("User(id=2, name='user 2'), ... 7 more])")
        assert repr(users[:0]) == "Items([])"

    def test_copies(self, users: Items[User]) -> None:
        assert copy.copy(users) is users and copy.deepcopy(users) is users
        assert users.to_dicts()[1] == {"id": 1, "name": "user 1"}

    def test_it_is_generic(self) -> None:
        assert str(Items[User]).endswith("Items[tenable_api.identity_exposure.User]")

    def test_secrets_are_not_pickled(self) -> None:
        with pytest.raises(TypeError, match="holds a secret"):
            pickle.dumps(ApiKey._items([{"key": "k"}]))


class TestPages:
    @pytest.fixture
    def page(self) -> Page[security_center.User]:
        users = security_center.User._items([{"id": "1", "username": "ann"}, {"id": "2", "username": "bo"}])  # type: ignore[attr-defined]
        return Page(users, total_records=10, start_offset=0, end_offset=2)

    def test_equality_and_copies(self, page: Page[security_center.User]) -> None:
        assert page == Page(page.items, total_records=10, start_offset=0, end_offset=2)
        assert page != Page(page.items) and page != Page(page.items[:1], total_records=10, start_offset=0, end_offset=2)
        assert copy.copy(page) is page and copy.deepcopy([page])[0] is page
        with pytest.raises(TypeError):
            hash(page)

    def test_pickles(self, page: Page[security_center.User]) -> None:
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            data = pickle.dumps(page, protocol)
            again = pickle.loads(data)
            assert again == page and type(again) is Page and b"_native" not in data
            assert (again.total_records, again.returned_records, again.items[1].username) == (10, None, "bo")
        with pytest.raises(TypeError, match="holds a secret"):
            pickle.dumps(Page(security_center.User._items([{"id": "1", "token": "t"}])))  # type: ignore[attr-defined]


def test_a_long_list_makes_no_objects_but_those_that_are_read() -> None:
    many = items_of([{"id": 7}] * 100_000)
    gc.collect()
    gc.disable()
    try:
        before = sys.getallocatedblocks()
        assert len(many) == 100_000 and many[70_000].id == 7 and len(many[::2]) == 50_000
        created = sys.getallocatedblocks() - before
    finally:
        gc.enable()
    assert created < 100
    # What the test would see if there were more.
    before = sys.getallocatedblocks()
    held = list(many[:1000])
    assert sys.getallocatedblocks() - before >= len(held)


class TestInputs:
    def test_what_is_set_is_sent(self) -> None:
        user = NewUser("Ann", "ann@example.com", "Violet-Harbor-42", active=True)
        fields = user.to_dict()
        assert fields.pop("password") == Secret("Violet-Harbor-42")
        assert fields == {"name": "Ann", "email": "ann@example.com", "active": True}
        assert user.surname is UNSET
        user.surname = "Lee"
        assert user.to_dict()["surname"] == "Lee"

    def test_comparing_and_showing(self) -> None:
        user = NewUser("Ann", "ann@example.com", "canary-1")
        assert user == NewUser("Ann", "ann@example.com", Secret("canary-1"))
        assert user != NewUser("Ann", "ann@example.com", "canary-2") and user != 7
        assert repr(user) == "NewUser(name='Ann', email='ann@example.com', password=Secret('**********'))"
        user.password = "canary-3"  # type: ignore[assignment]
        assert "canary" not in repr(user)
        with pytest.raises(TypeError):
            hash(user)
        assert type(user).__module__ == "tenable_api.identity_exposure"

    def test_slips_of_the_pen(self) -> None:
        with pytest.raises(TypeError):
            NewUser("Ann", "ann@example.com", "x", sirname="Lee")  # type: ignore[call-arg]
        with pytest.raises(AttributeError):
            NewUser("Ann", "ann@example.com", "x").sirname = "Lee"

    def test_what_can_be_read_once_is_kept(self) -> None:
        group = NewAllowedGroup("Staff", (number for number in (1, 2)), 3)
        assert group.to_dict() == group.to_dict() == {"name": "Staff", "defaultRoleIds": [1, 2], "defaultProfileId": 3}
        assert group == NewAllowedGroup("Staff", [1, 2], 3) and tuple(group.default_role_ids) == (1, 2)
        group.default_role_ids = iter([5])
        assert tuple(group.default_role_ids) == tuple(group.default_role_ids) == (5,)

    def test_inputs_within_inputs(self) -> None:
        subject = vulnerability_management.NewPermissionSubject("User", uuid="x")
        assert subject.to_dict() == {"type": "User", "uuid": "x"}
        assert copy.deepcopy(subject) == subject and pickle.loads(pickle.dumps(subject)) == subject


class TestSecret:
    def test_its_text_does_not_show(self) -> None:
        secret = Secret("canary-1")
        for text in (repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", "%s" % secret, repr([secret])):  # noqa: UP031
            assert "canary" not in text
        assert secret.reveal() == "canary-1" and Secret(secret) == secret

    def test_it_is_compared_by_its_text_and_with_secrets_only(self) -> None:
        assert Secret("a") == Secret("a") != Secret("b") and Secret("ä\ud800") == Secret("ä\ud800")
        assert Secret("a") != "a" and len({Secret("a"), Secret("a")}) == 1
        assert Secret("a") and not Secret("")

    def test_it_stays_where_it_is(self) -> None:
        secret = Secret("a")
        with pytest.raises(AttributeError):
            secret.other = 1
        with pytest.raises(AttributeError):
            secret._text = "b"
        with pytest.raises(AttributeError):
            del secret._text
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(secret)
        assert copy.deepcopy(secret) is secret
        with pytest.raises(TypeError, match="not int"):
            Secret(7)  # type: ignore[arg-type]


def test_unset_is_one_and_false() -> None:
    assert not UNSET and repr(UNSET) == "UNSET" and type(UNSET)() is UNSET
    assert copy.deepcopy(UNSET) is UNSET and pickle.loads(pickle.dumps(UNSET)) is UNSET


@pytest.mark.parametrize(
    ("password", "count"), [("Violet-Harbor-42", 0), (Secret("Violet-Harbor-42"), 0), ("abc", 4), (Secret("Abcdefgh123_"), 1)]
)
def test_weaknesses_of_passwords(password: str | Secret, count: int) -> None:
    found = identity_exposure.password_weaknesses(password)
    assert isinstance(found, tuple) and len(found) == count
    assert all(weakness.startswith("it has ") for weakness in found)


def test_defects_of_user_names() -> None:
    assert vulnerability_management.user_name_defects("ann@example.com") == ()
    assert vulnerability_management.user_name_defects("ann") == ("it is not of the form name@domain",)
    assert len(vulnerability_management.password_weaknesses("Violet Harbor 42")) == 1
    with pytest.raises(TypeError, match="`user_name` is no text"):
        vulnerability_management.user_name_defects(7)  # type: ignore[arg-type]


def test_a_product_is_loaded_when_it_is_wanted() -> None:
    code = "import sys, tenable_api; print([name for name in sys.modules if name.endswith('_generated')])"
    result = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_words_of_one_product_are_those_of_its_module() -> None:
    module = importlib.import_module("tenable_api.identity_exposure")
    assert set(module.__all__) >= {"User", "NewUser", "Provider", "Users", "AsyncUsers", "password_weaknesses"}
    assert all(hasattr(module, name) for name in module.__all__)


def test_filters_of_the_audit_log() -> None:
    from tenable_api.vulnerability_management import AuditFilter

    noon = datetime(2026, 8, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    assert AuditFilter.action("user.create") == "action.eq:user.create"
    assert AuditFilter.actor("x") == "actor_id.eq:x" and AuditFilter.target("x") == "target_id.eq:x"
    assert [make(noon) for make in (AuditFilter.after, AuditFilter.from_time, AuditFilter.until_time, AuditFilter.before)] == [
        f"date.{comparison}:2026-08-01T12:00:00Z" for comparison in ("gt", "gte", "lte", "lt")
    ]
    with pytest.raises(ValueError, match="without a time zone"):
        AuditFilter.after(datetime(2026, 8, 1))  # noqa: DTZ001 - that is the point
