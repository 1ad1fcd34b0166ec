//! Tenants made up for tests.

use std::sync::{LazyLock, OnceLock};

use serde_json::{Value, json};
use tenable_api::admin::{Capabilities, Capable as _};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::model::shared::{Role, User, UserKey};
use tenable_api::model::{identity_exposure, security_center, vulnerability_management};
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::VulnerabilityManagement;

use crate::{Present, Reading, Snapshot};

pub(crate) fn exposure_user(document: Value) -> User {
    serde_json::from_value::<identity_exposure::User>(document).unwrap().into()
}

/// A user of Identity Exposure with one role.
pub(crate) fn exposure(id: u64, email: &str, name: &str, surname: &str) -> User {
    exposure_user(json!({
        "id": id, "name": name, "surname": surname, "email": email, "identifier": email, "provider": "tenable",
        "active": true, "lockedOut": false, "roles": [2], "eulaVersion": 1
    }))
}

pub(crate) fn center_user(document: Value) -> User {
    serde_json::from_value::<security_center::User>(document).unwrap().into()
}

/// A user of Security Center in the group 2.
pub(crate) fn center(id: u64, username: &str, email: &str, name: &str, role: u64) -> User {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    center_user(json!({
        "id": id.to_string(), "username": username, "firstname": first, "lastname": last, "email": email,
        "authType": "tns", "locked": "false", "lastLogin": "0", "fingerprint": null, "apiKeys": [{"accessKey": "a"}],
        "role": {"id": role.to_string(), "name": "", "description": ""}, "group": {"id": "2", "name": "Analysts"}
    }))
}

/// The same, as an administrator sees the users of an organization.
pub(crate) fn of_organization(organization: u64, mut user: User) -> User {
    let text = user.key.to_string().replace("sc:", &format!("sc:{organization}/"));
    user.key = text.parse().unwrap();
    user
}

pub(crate) fn management_user(document: Value) -> User {
    serde_json::from_value::<vulnerability_management::User>(document).unwrap().into()
}

/// The key of a made-up user of Vulnerability Management.
pub(crate) fn management_key(id: u64) -> UserKey {
    format!("vm:4bd789d4-0000-4000-8000-{id:012}").parse().unwrap()
}

/// A user of Vulnerability Management with a role by its number, read whole.
pub(crate) fn management(id: u64, username: &str, name: &str, role: u64) -> User {
    let user = management_user(json!({
        "id": id, "uuid": format!("4bd789d4-0000-4000-8000-{id:012}"), "username": username, "email": username,
        "name": name, "permissions": role, "enabled": true, "lockout": 0, "login_fail_count": 0, "undeletable": false,
        "group_uuids": [], "container_uuid": "d8631403-0000-4000-8000-000000000002"
    }));
    let ways = json!({"api_permitted": true, "password_permitted": true, "saml_permitted": false});
    user.with_authorizations(&serde_json::from_value(ways).unwrap())
}

fn snapshot(tenant: &str, capabilities: &'static Capabilities, users: Vec<User>, roles: Vec<Role>) -> Snapshot {
    Snapshot {
        tenant: tenant.to_owned(),
        capabilities,
        me: None,
        users,
        roles,
        groups: Vec::new(),
        unread: Vec::new(),
        index: OnceLock::new(),
    }
}

/// What each product can do. Asked of a client once, for making one reads the certificates that the system trusts.
static EXPOSURE: LazyLock<&Capabilities> = LazyLock::new(|| {
    IdentityExposure::builder().url("https://tie.example.com").api_key("key").build().unwrap().capabilities()
});
static CENTER: LazyLock<&Capabilities> = LazyLock::new(|| {
    SecurityCenter::builder().url("https://sc.example.com").api_key("access", "secret").build().unwrap().capabilities()
});
static MANAGEMENT: LazyLock<&Capabilities> =
    LazyLock::new(|| VulnerabilityManagement::builder().api_key("access", "secret").build().unwrap().capabilities());

pub(crate) fn exposure_tenant(users: impl IntoIterator<Item = User>) -> Snapshot {
    let role = json!({"id": 2, "name": "User", "description": "", "permissions": []});
    let role: Role = serde_json::from_value::<identity_exposure::Role>(role).unwrap().into();
    snapshot("ie", &EXPOSURE, users.into_iter().collect(), vec![role])
}

pub(crate) fn center_tenant(users: impl IntoIterator<Item = User>) -> Snapshot {
    let names = ["No Role", "Administrator", "Security Manager", "Security Analyst", "Vulnerability Analyst"];
    let role = |(id, name): (usize, &str)| {
        let role = json!({"id": id.to_string(), "name": name, "description": ""});
        serde_json::from_value::<security_center::Role>(role).unwrap().into()
    };
    let roles = names.into_iter().enumerate().map(role).collect();
    snapshot("sc", &CENTER, users.into_iter().collect(), roles)
}

pub(crate) fn management_tenant(users: impl IntoIterator<Item = User>) -> Snapshot {
    let role = |(number, name): (u64, &str)| {
        let uuid = format!("9a0c1e00-0000-4000-8000-{number:012}");
        let role = json!({"uuid": uuid, "name": name, "type": "STANDARD", "status": "ENABLED"});
        serde_json::from_value::<vulnerability_management::Role>(role).unwrap().into()
    };
    let roles = [(16, "Basic"), (32, "Standard"), (64, "Administrator")].into_iter().map(role).collect();
    snapshot("vm", &MANAGEMENT, users.into_iter().collect(), roles)
}

pub(crate) fn present(snapshots: impl IntoIterator<Item = Snapshot>) -> Present {
    let reading = |snapshot: Snapshot| Reading {
        tenant: snapshot.tenant.clone(),
        product: Some(snapshot.product()),
        result: Ok(snapshot),
    };
    Present { readings: snapshots.into_iter().map(reading).collect() }
}
