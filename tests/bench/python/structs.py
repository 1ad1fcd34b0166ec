"""What the products say of a user, as structs of msgspec: the fields that the reference names, in their types."""

from __future__ import annotations

from typing import Any, Optional

import msgspec


class IdentityExposureUser(msgspec.Struct):
    id: int
    name: str
    email: str
    roles: list[int]
    surname: Optional[str] = None
    department: Optional[str] = None
    biography: Optional[str] = None
    active: Optional[bool] = None
    picture: Optional[list[int]] = None
    lockedOut: Optional[bool] = None
    identifier: Optional[str] = None
    provider: Optional[str] = None
    eulaVersion: Optional[int] = None


class Reference(msgspec.Struct):
    """Something that Security Center names in a user."""

    id: Any = None
    name: Optional[str] = None
    description: Optional[str] = None
    uuid: Optional[str] = None


class Preference(msgspec.Struct):
    name: str
    value: Any = None
    tag: Optional[str] = None


class SecurityCenterUser(msgspec.Struct):
    id: str
    username: str
    email: str
    uuid: Optional[str] = None
    status: Optional[str] = None
    firstname: Optional[str] = None
    lastname: Optional[str] = None
    title: Optional[str] = None
    address: Optional[str] = None
    city: Optional[str] = None
    state: Optional[str] = None
    country: Optional[str] = None
    phone: Optional[str] = None
    fax: Optional[str] = None
    createdTime: Optional[str] = None
    modifiedTime: Optional[str] = None
    lastLogin: Optional[str] = None
    lastLoginIP: Optional[str] = None
    mustChangePassword: Optional[str] = None
    passwordExpires: Optional[str] = None
    passwordExpiration: Optional[str] = None
    passwordExpirationOverride: Optional[str] = None
    passwordSetDate: Optional[str] = None
    locked: Optional[str] = None
    failedLogins: Optional[str] = None
    authType: Optional[str] = None
    fingerprint: Optional[str] = None
    password: Optional[str] = None
    ldapUsername: Optional[str] = None
    managedUsersGroups: Optional[list[Reference]] = None
    managedObjectsGroups: Optional[list[Reference]] = None
    preferences: Optional[list[Preference]] = None
    canUse: Any = None
    canManage: Any = None
    role: Optional[Reference] = None
    responsibleAsset: Optional[Reference] = None
    group: Optional[Reference] = None
    ldap: Optional[Reference] = None
    ldaps: Optional[list[Reference]] = None
    apiKeys: Optional[list[Any]] = None
    linkedUsers: Optional[list[Any]] = None


class SecurityCenterUsers(msgspec.Struct):
    response: list[SecurityCenterUser]
    type: str = ""
    error_code: int = 0
    error_msg: str = ""
    warnings: Any = None
    timestamp: Optional[int] = None


class VulnerabilityManagementUser(msgspec.Struct):
    id: int
    uuid: str
    username: str
    email: str
    user_name: Optional[str] = None
    name: Optional[str] = None
    type: Optional[str] = None
    permissions: Optional[int] = None
    last_login_attempt: Optional[int] = None
    login_fail_count: Optional[int] = None
    login_fail_total: Optional[int] = None
    last_apikey_access: Optional[int] = None
    enabled: Optional[bool] = None
    undeletable: Optional[bool] = None
    group_uuids: Optional[list[str]] = None
    lockout: Any = None
    preferences: Optional[dict[str, Any]] = None
    container_uuid: Optional[str] = None
    lastlogin: Optional[int] = None
    uuid_id: Optional[str] = None
    two_factor: Optional[dict[str, Any]] = None
    rbac_roles: Optional[list[dict[str, Any]]] = None


class VulnerabilityManagementUsers(msgspec.Struct):
    users: list[VulnerabilityManagementUser]


def emails(product: str) -> Any:
    """What reads an answer to a list of users, and adds up how long their e-mail addresses are."""
    if product == "ie":
        read_bare = msgspec.json.Decoder(list[IdentityExposureUser]).decode
        return lambda body: sum(len(user.email) for user in read_bare(body))
    if product == "sc":
        read_envelope = msgspec.json.Decoder(SecurityCenterUsers).decode
        return lambda body: sum(len(user.email) for user in read_envelope(body).response)
    read_object = msgspec.json.Decoder(VulnerabilityManagementUsers).decode
    return lambda body: sum(len(user.email) for user in read_object(body).users)
