//! Populations with known answers: for each kind of finding one that has it, and one that is as near to it as can be.

mod accounts;
mod compare;
mod files;
mod objects;
mod people;

use serde_json::{Value, json};
use tenable_api::model::shared::{Group, Role, User};
use tenable_api::model::{Timestamp, vulnerability_management};

use super::{Finding, FindingKind, Review, ReviewOptions};
use crate::whois::examples::{
    center_tenant, center_user, exposure_tenant, exposure_user, management_tenant, management_user, present,
};
use crate::{Aliases, Present, Snapshot};

const DAY: i64 = 24 * 60 * 60;

/// 2026-11-01T00:00:00Z, as seconds.
const NOW: i64 = 1_793_491_200;

const ADMINISTRATOR: u64 = 64;
const BASIC: u64 = 16;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

fn options() -> ReviewOptions {
    ReviewOptions::new(at(NOW))
}

fn milliseconds(days_ago: i64) -> i64 {
    (NOW - days_ago * DAY) * 1000
}

/// A document with these fields instead; null takes one away.
fn with(mut document: Value, fields: &Value) -> Value {
    let object = document.as_object_mut().unwrap();
    for (name, value) in fields.as_object().unwrap() {
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), value.clone());
        }
    }
    document
}

/// A user of Identity Exposure with nothing to be found, but for these fields.
fn ie(id: u64, email: &str, fields: &Value) -> User {
    let name = email.split('@').next().unwrap();
    exposure_user(with(
        json!({
            "id": id, "name": name, "surname": "", "email": email, "identifier": email, "provider": "tenable",
            "active": true, "lockedOut": false, "roles": [2], "eulaVersion": 1
        }),
        fields,
    ))
}

/// A user of Security Center, likewise.
fn sc(id: u64, username: &str, email: &str, fields: &Value) -> User {
    let first = email.split('@').next().unwrap();
    center_user(with(
        json!({
            "id": id.to_string(), "username": username, "firstname": first, "lastname": "", "email": email,
            "authType": "tns", "locked": "false", "lastLogin": (NOW - DAY).to_string(), "fingerprint": "", "apiKeys": [],
            "role": {"id": "3", "name": "Security Analyst", "description": ""}, "group": {"id": "2", "name": "Analysts"}
        }),
        fields,
    ))
}

/// A user of Vulnerability Management, likewise.
fn vm(id: u64, username: &str, fields: &Value) -> User {
    let name = username.split('@').next().unwrap();
    management_user(with(
        json!({
            "id": id, "uuid": format!("4bd789d4-0000-4000-8000-{id:012}"), "username": username, "email": username,
            "name": name, "permissions": BASIC, "enabled": true, "lockout": 0, "login_fail_count": 0,
            "undeletable": false, "group_uuids": ["00000000-0000-0000-0000-000000000000"], "api_permitted": true,
            "lastlogin": milliseconds(1), "two_factor": {"sms_phone": "+12025550123", "sms_enabled": 1, "email_enabled": 0}
        }),
        fields,
    ))
}

/// A group of Vulnerability Management. 0 is that of all users.
fn vm_group(id: u64, name: &str, fields: &Value) -> Group {
    let uuid = if id == 0 {
        "00000000-0000-0000-0000-000000000000".to_owned()
    } else {
        format!("7c1f0b52-0000-4000-8000-{id:012}")
    };
    let group = with(json!({"id": id, "uuid": uuid, "name": name, "user_count": 1}), fields);
    serde_json::from_value::<vulnerability_management::Group>(group).unwrap().into()
}

fn vm_role(uuid: u64, name: &str, permissions: &[&str], kind: &str) -> Role {
    let uuid = format!("9a0c1e00-0000-4000-8000-{uuid:012}");
    let role = json!({
        "uuid": uuid, "name": name, "description": "", "type": kind, "status": "ENABLED",
        "role_permission_strings": permissions
    });
    serde_json::from_value::<vulnerability_management::Role>(role).unwrap().into()
}

fn review(snapshots: impl IntoIterator<Item = Snapshot>) -> Review {
    Review::of(&present(snapshots), &Aliases::default(), &options())
}

fn review_of(present: &Present, options: &ReviewOptions) -> Review {
    Review::of(present, &Aliases::default(), options)
}

fn found(review: &Review, kind: FindingKind) -> Vec<&Finding> {
    review.findings.iter().filter(|finding| finding.kind == kind).collect()
}

/// The only finding of a kind.
fn only(review: &Review, kind: FindingKind) -> &Finding {
    let found = found(review, kind);
    assert_eq!(found.len(), 1, "{kind:?}: {found:?}");
    found[0]
}

fn kinds(review: &Review) -> Vec<FindingKind> {
    review.findings.iter().map(|finding| finding.kind).collect()
}

/// Kind, fact, how many, and whether the product never keeps it.
fn untold(review: &Review, kind: FindingKind) -> Vec<(&str, &str, usize, bool)> {
    let untold = review.untold.iter().filter(|untold| untold.kind == kind);
    untold.map(|one| (one.tenant.as_str(), one.fact.as_str(), one.count, one.never_kept)).collect()
}
