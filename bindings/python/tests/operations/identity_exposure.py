"""The operations of Identity Exposure."""

from __future__ import annotations

import pytest

from tenable_api import AuthenticationError, IdentityExposure, NotFoundError, Secret
from tenable_api.identity_exposure import (
    About,
    ApiKey,
    ApplicationSettings,
    LdapConfiguration,
    LockoutPolicy,
    NewAllowedGroup,
    NewRole,
    NewUser,
    Permission,
    Preferences,
    Profile,
    Role,
    SamlConfiguration,
    User,
    UserInfo,
    UserRoles,
)

from .case import PASSWORD, Scene, Script, Table, call, listed, the

TABLE = Table("identity_exposure")

NEW_PASSWORD = "Copper-Lantern-77"
ROBIN = "robin.active@example.com"


def signs_in(scene: Scene, email: str, password: str) -> bool:
    """Whether the console's way to sign in, which is no operation, takes the password."""
    return scene.tie.raw("POST", "/api/login", json={"email": email, "password": password}).status == 200


# Users


@TABLE("users.list")
def list_users(scene: Scene) -> Script:
    users = listed((yield call()), User)
    assert [user.id for user in users] == [1, 2, 3, 4, 5, 6]
    assert (users[1].full_name, users[1].roles, users[3].locked_out) == ("Robin Active", (2, 3), True)


# Only older servers take a picture, which no answer shows.
@TABLE("users.create", rules={"ie.picture": "accepted"})
def create_user(scene: Scene) -> Script:
    optional = {"surname": "Lee", "department": "Identity", "biography": "Keeps the keys.", "active": True}
    ann = the((yield call("Ann", "ann@example.com", PASSWORD, picture=[1, 2], **optional)), User)
    assert scene.emulator.journal[-1].body[0]["picture"] == [1, 2]
    assert (ann.name, ann.surname, ann.department, ann.biography) == ("Ann", "Lee", "Identity", "Keeps the keys.")
    assert scene.tie.users.details(ann.id) == ann
    assert signs_in(scene, "ann@example.com", PASSWORD)


@TABLE("users.create_many")
def create_users(scene: Scene) -> Script:
    bo = {"name": "Bo", "email": "bo@example.com", "password": PASSWORD}
    made = listed((yield call([NewUser("Ann", "ann@example.com", PASSWORD, surname="Lee"), bo])), User)
    assert [(user.name, user.surname) for user in made] == [("Ann", "Lee"), ("Bo", None)]
    assert list(scene.tie.users.list())[6:] == made


@TABLE("users.info")
def who_am_i(scene: Scene) -> Script:
    robin = the((yield call().by(user=2)), UserInfo)
    assert robin.email == ROBIN
    assert [role.name for role in robin.roles] == ["User", "Auditor"]


@TABLE("users.details")
def read_user(scene: Scene) -> Script:
    robin = the((yield call(2)), User)
    assert (robin.email, robin.department) == (ROBIN, "Identity")


@TABLE("users.update")
def update_user(scene: Scene) -> Script:
    assert scene.tie.users.details(4).locked_out
    texts = {"name": "Kimberly", "surname": "Lee", "email": "kim@example.com", "department": "Identity", "biography": "Sleeps."}
    kim = the((yield call(4, password=NEW_PASSWORD, active=True, unlock=True, **texts)), User)
    assert {name: getattr(kim, name) for name in texts} == texts
    assert (kim.locked_out, kim.active, kim.roles) == (False, True, (2,))
    assert scene.tie.users.details(4) == kim
    assert signs_in(scene, "kim@example.com", NEW_PASSWORD)


@TABLE("users.delete")
def delete_user(scene: Scene) -> Script:
    assert (yield call(3)) is None
    with pytest.raises(NotFoundError):
        scene.tie.users.details(3)


@TABLE("users.create_password")
def forget_password(scene: Scene) -> Script:
    assert (yield call(ROBIN)) is None
    (mail,) = scene.emulator.mail
    assert mail.to == ROBIN and mail.token is not None
    scene.tie.users.retrieve_password(mail.token, NEW_PASSWORD)
    assert signs_in(scene, ROBIN, NEW_PASSWORD)


@TABLE("users.retrieve_password")
def retrieve_password(scene: Scene) -> Script:
    scene.tie.users.create_password(ROBIN)
    assert (yield call(scene.emulator.mail[0].token, NEW_PASSWORD)) is None
    assert signs_in(scene, ROBIN, NEW_PASSWORD)


@TABLE("users.change_password")
def change_password(scene: Scene) -> Script:
    seed = scene.emulator.endpoints.identity_exposure.seed_password
    assert (yield call(seed, NEW_PASSWORD).by(user=2)) is None
    assert signs_in(scene, ROBIN, NEW_PASSWORD)
    assert not signs_in(scene, ROBIN, seed)


@TABLE("users.update_user_roles")
def replace_roles_of_user(scene: Scene) -> Script:
    assert the((yield call(3, [3, 2])), UserRoles).roles == (3, 2)
    assert scene.tie.users.details(3).roles == (3, 2)


# Roles


@TABLE("roles.list")
def list_roles(scene: Scene) -> Script:
    roles = listed((yield call()), Role)
    assert [role.name for role in roles] == ["Global Administrator", "User", "Auditor"]


@TABLE("roles.create")
def create_role(scene: Scene) -> Script:
    role = the((yield call("Night shift", "Reads")), Role)
    assert (role.name, role.description, role.permissions) == ("Night shift", "Reads", ())
    assert scene.tie.roles.details(role.id) == role


@TABLE("roles.create_many")
def create_roles(scene: Scene) -> Script:
    roles = listed((yield call([NewRole("Night shift", "Reads"), {"name": "Operator", "description": "Runs"}])), Role)
    assert [(role.name, role.description) for role in roles] == [("Night shift", "Reads"), ("Operator", "Runs")]
    assert list(scene.tie.roles.list())[3:] == roles


@TABLE("roles.default_roles")
def default_roles(scene: Scene) -> Script:
    scene.tie.application_settings.update(default_role_ids=[3])
    assert [role.name for role in listed((yield call()), Role)] == ["Auditor"]


@TABLE("roles.details")
def read_role(scene: Scene) -> Script:
    role = the((yield call(3)), Role)
    assert [permission.entity_ids for permission in role.permissions] == [None, None, ("1", "5")]


@TABLE("roles.update")
def update_role(scene: Scene) -> Script:
    before = scene.tie.roles.details(3)
    role = the((yield call(3, name="Reader", description="Reads only")), Role)
    assert (role.name, role.description, role.permissions) == ("Reader", "Reads only", before.permissions)
    assert scene.tie.roles.details(3) == role


@TABLE("roles.delete")
def delete_role(scene: Scene) -> Script:
    role = scene.tie.roles.create("Night shift", "Reads")
    assert (yield call(role.id)) is None
    with pytest.raises(NotFoundError):
        scene.tie.roles.details(role.id)


@TABLE("roles.copy_role")
def copy_role(scene: Scene) -> Script:
    copy = the((yield call(2, "Second")), Role)
    assert (copy.name, copy.permissions) == ("Second", scene.tie.roles.details(2).permissions)
    assert scene.tie.roles.details(copy.id) == copy


@TABLE("roles.replace_role_permissions")
def replace_role_permissions(scene: Scene) -> Script:
    own = {"entityName": "user", "action": "edit", "entityIds": None, "dynamicId": "self-user-id"}
    role = the((yield call(3, [Permission("dashboard", "read", entity_ids=["1"]), own])), Role)
    assert [(one.entity_name, one.action, one.entity_ids, one.dynamic_id) for one in role.permissions] == [
        ("dashboard", "read", ("1",), None),
        ("user", "edit", None, "self-user-id"),
    ]
    assert scene.tie.roles.details(3) == role


# Keys and configuration


@TABLE("api_key.read")
def read_key(scene: Scene) -> Script:
    assert the((yield call()), ApiKey).key.reveal() == scene.emulator.endpoints.identity_exposure.api_key


@TABLE("api_key.renew")
def renew_key(scene: Scene) -> Script:
    endpoint = scene.emulator.endpoints.identity_exposure
    renewed = the((yield call()), ApiKey).key
    assert renewed.reveal() != endpoint.api_key
    with pytest.raises(AuthenticationError):
        scene.tie.users.info()
    with IdentityExposure(endpoint.url, api_key=renewed, **scene.access) as tie:
        assert tie.users.info().email == "admin@example.com"


@TABLE("lockout_policy.details")
def read_lockout_policy(scene: Scene) -> Script:
    policy = the((yield call()), LockoutPolicy)
    assert (policy.enabled, policy.lockout_duration, policy.failed_attempt_threshold) == (True, 300, 3)


@TABLE("lockout_policy.update")
def update_lockout_policy(scene: Scene) -> Script:
    changes = {"enabled": False, "lockout_duration": 600, "failed_attempt_threshold": 5, "failed_attempt_period": 60}
    assert (yield call(**changes)) is None
    policy = scene.tie.lockout_policy.details()
    assert {name: getattr(policy, name) for name in changes} == changes


@TABLE("preferences.details")
def read_preferences(scene: Scene) -> Script:
    preferences = the((yield call()), Preferences)
    assert (preferences.language, preferences.preferred_profile_id) == ("en", 1)


@TABLE("preferences.update")
def update_preferences(scene: Scene) -> Script:
    preferences = the((yield call(language="fr", preferred_profile_id=1)), Preferences)
    assert (preferences.language, preferences.preferred_profile_id) == ("fr", 1)
    assert scene.tie.preferences.details() == preferences


@TABLE("profiles.list")
def list_profiles(scene: Scene) -> Script:
    (profile,) = listed((yield call()), Profile)
    assert (profile.id, profile.name, profile.deleted) == (1, "Tenable", False)


@TABLE("profiles.details")
def read_profile(scene: Scene) -> Script:
    profile = the((yield call(1)), Profile)
    assert (profile.name, profile.has_ever_been_committed) == ("Tenable", True)


@TABLE("ldap_configuration.details")
def read_ldap_configuration(scene: Scene) -> Script:
    configuration = the((yield call()), LdapConfiguration)
    assert (configuration.enabled, configuration.url, configuration.allowed_groups) == (False, None, ())


@TABLE("ldap_configuration.update")
def update_ldap_configuration(scene: Scene) -> Script:
    scene.tie.ldap_configuration.update(user_search_base="dc=example,dc=com")
    texts = {"url": "ldaps://dc.example.com", "search_user_dn": "cn=reader", "user_search_filter": "(mail=*)"}
    changes = {"enabled": True, "enable_sasl_binding": True, "relay_id": 7, "user_search_base": None, **texts}
    groups = [NewAllowedGroup("cn=analysts", [2], 1)]
    written = the((yield call(search_user_password=NEW_PASSWORD, allowed_groups=groups, **changes)), LdapConfiguration)
    assert {name: getattr(written, name) for name in changes} == changes
    assert written.allowed_groups is not None and written.allowed_groups[0].default_role_ids == (2,)
    read = scene.tie.ldap_configuration.details()
    assert read == written
    assert read.search_user_password is not None and read.search_user_password.reveal() == NEW_PASSWORD


@TABLE("saml_configuration.details")
def read_saml_configuration(scene: Scene) -> Script:
    configuration = the((yield call()), SamlConfiguration)
    assert configuration.assert_endpoint == "https://identity.example.com/saml/assert"


@TABLE("saml_configuration.update")
def update_saml_configuration(scene: Scene) -> Script:
    group = {"name": "analysts", "defaultRoleIds": [3], "defaultProfileId": 1}
    changes = {
        "enabled": True,
        "provider_login_url": "https://login.example.com",
        "signature_certificate": "-----BEGIN CERTIFICATE-----",
        "activate_created_users": True,
    }
    written = the((yield call(allowed_groups=[group], **changes)), SamlConfiguration)
    assert {name: getattr(written, name) for name in changes} == changes
    assert written.allowed_groups is not None and written.allowed_groups[0].name == "analysts"
    assert scene.tie.saml_configuration.details() == written


@TABLE("application_settings.details")
def read_application_settings(scene: Scene) -> Script:
    settings = the((yield call()), ApplicationSettings)
    assert (settings.smtp_server_port, settings.smtp_account, settings.default_role_ids) == (587, None, (2,))


@TABLE("application_settings.update")
def update_application_settings(scene: Scene) -> Script:
    changes = {
        "user_registration": True,
        "activity_logs_is_active": False,
        "activity_logs_retention_duration_in_month": 3,
        "smtp_server_address": "mail.example.com",
        "smtp_server_port": None,
        "smtp_account": "mailer",
        "smtp_use_start_tls": False,
        "smtp_relay_id": 7,
        "tls": False,
        "email_sender": "tie@example.com",
        "default_profile_id": 1,
        "internal_certificate": "-----BEGIN CERTIFICATE-----",
        "telemetry_enabled": True,
        "ioa_automatic_configuration": True,
        "cloud_statistics_is_active": True,
        "health_check_global_status_display_enabled": False,
    }
    made = call(smtp_account_password=Secret(NEW_PASSWORD), default_role_ids=iter([2, 3]), **changes)
    settings = the((yield made), ApplicationSettings)
    assert {name: getattr(settings, name) for name in changes} == changes
    assert settings.default_role_ids == (2, 3)
    read = scene.tie.application_settings.details()
    assert read == settings
    assert read.smtp_account_password is not None and read.smtp_account_password.reveal() == NEW_PASSWORD


@TABLE("about.details")
def read_about(scene: Scene) -> Script:
    about = the((yield call()), About)
    assert about.version and about.is_saas_deployment
