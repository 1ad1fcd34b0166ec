//! Every rule, in action: one scene per rule, played under each outcome.

use std::time::Duration;

use serde_json::{Value, json};
use tenable_emulator::clock::Clock;
use tenable_emulator::identity_exposure::SEED_PASSWORD;

use crate::support::{Instance, PASSWORD, Scene, Seen, check_completeness, play};

fn status((status, _): (u16, Value)) -> String {
    status.to_string()
}

fn new_user(email: &str) -> Value {
    json!({ "name": "N", "email": email, "password": PASSWORD })
}

fn second_administrator(instance: &Instance) {
    instance.expect(200, "PUT", "/api/users/2/roles", json!({ "roles": [1] }));
}

fn change_password(instance: &Instance, user: u64, old: &str, new: &str) -> String {
    status(instance.ask_as(user, "PATCH", "/api/users/password", json!({ "oldPassword": old, "newPassword": new })))
}

fn login(instance: &Instance, email: &str, password: &str) -> (u16, Value) {
    instance.ask_with(None, "POST", "/api/login", json!({ "email": email, "password": password }))
}

fn raw(instance: &Instance, content_type: &str) -> String {
    let request = http::Request::patch("/api/users/2").header("x-api-key", instance.core.api_key());
    let request = request.header("content-type", content_type).body("{}".into()).unwrap();
    instance.core.handle(request).response.status().as_str().to_owned()
}

fn presence(value: &Value, name: &str) -> String {
    match value.get(name) {
        None => "absent".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(_) => "value".to_owned(),
    }
}

/// A scene, and what is to be seen in it under each outcome that is not simply the status of the answer.
const SCENES: &[(&str, Scene<Instance>, Seen)] = &[
    ("ie.validation_status", |i| status(i.ask("POST", "/api/users", json!([]))), &[]),
    (
        "ie.error_body",
        |i| match i.ask("GET", "/api/users/99", None).1 {
            Value::Object(body) => body.keys().cloned().collect::<Vec<_>>().join(" "),
            Value::String(text) if text.is_empty() => "nothing".to_owned(),
            Value::String(_) => "text".to_owned(),
            other => other.to_string(),
        },
        &[
            ("code_message", "code message"),
            ("nested", "error"),
            ("errors_array", "errors"),
            ("text", "text"),
            ("empty", "nothing"),
        ],
    ),
    ("ie.unknown_method", |i| status(i.ask("PUT", "/api/users", None)), &[]),
    (
        "ie.unknown_query",
        |i| status(i.ask("GET", "/api/users?page=1", None)),
        &[("refused", "400"), ("ignored", "200")],
    ),
    ("ie.content_type", |i| raw(i, "text/plain"), &[("ignored", "200")]),
    (
        "ie.unexpected_body",
        |i| status(i.ask("POST", "/api/api-key", json!({ "a": 1 }))),
        &[("refused", "400"), ("ignored", "200")],
    ),
    (
        "ie.null_body",
        |i| i.ask("PATCH", "/api/lockout-policy", json!({})).1.to_string(),
        &[("null", "null"), ("empty", "\"\"")],
    ),
    (
        "ie.extra_fields",
        |i| presence(&i.ask("GET", "/api/users", None).1[0], "addedInALaterRelease"),
        &[("off", "absent"), ("on", "value")],
    ),
    (
        "ie.version_shape",
        |i| i.ask("GET", "/api/users", None).1[0]["provider"].to_string(),
        &[("current", "\"tenable\""), ("2021", "\"alsid\"")],
    ),
    (
        "ie.deployment",
        |i| i.ask("GET", "/api/about", None).1["isSaaSDeployment"].to_string(),
        &[("saas", "true"), ("on_premises", "false")],
    ),
    ("ie.inactive_key", |i| status(i.ask_as(3, "GET", "/api/users/whoami", None)), &[("accepted", "200")]),
    ("ie.locked_key", |i| status(i.ask_as(4, "GET", "/api/users/whoami", None)), &[]),
    ("ie.license_features", |i| status(i.ask("GET", "/api/roles", None)), &[("all", "200"), ("none", "403")]),
    (
        "ie.license_refusal",
        |i| {
            i.set("ie.license_features", "none");
            status(i.ask("GET", "/api/roles", None))
        },
        &[],
    ),
    (
        "ie.license_user_limit",
        |i| {
            let users = (0..1_000).map(|n| {
                json!({
                    "name": "N", "email": format!("u{n}@example.com"), "password": PASSWORD, "active": true
                })
            });
            status(i.ask("POST", "/api/users", users.collect::<Value>()))
        },
        &[("informational", "201")],
    ),
    ("ie.permission_enforcement", |i| status(i.ask_as(2, "PATCH", "/api/users/5", json!({}))), &[("none", "200")]),
    ("ie.read_permission", |i| status(i.ask_as(5, "GET", "/api/users", None)), &[("open", "200"), ("enforced", "403")]),
    ("ie.list_order", |i| i.ask("GET", "/api/roles", None).1[0]["id"].to_string(), &[("id", "1"), ("reverse", "3")]),
    (
        "ie.create_order",
        |i| {
            i.ask("POST", "/api/users", json!([new_user("a@example.com"), new_user("b@example.com")])).1[0]["id"]
                .to_string()
        },
        &[("request", "7"), ("reverse", "8")],
    ),
    ("ie.create_status", |i| status(i.ask("POST", "/api/users", json!([new_user("a@example.com")]))), &[]),
    ("ie.unknown_id", |i| status(i.ask("GET", "/api/users/99", None)), &[]),
    ("ie.duplicate_email", |i| status(i.ask("POST", "/api/users", json!([new_user("admin@example.com")]))), &[]),
    (
        "ie.email_comparison",
        |i| status(i.ask("POST", "/api/users", json!([new_user("ADMIN@example.com")]))),
        &[("ignore_case", "409"), ("exact", "201")],
    ),
    (
        "ie.picture",
        |i| {
            let (status, body) = i.ask("PATCH", "/api/users/2", json!({ "picture": [1, 2] }));
            format!("{status} {}", presence(&body, "picture"))
        },
        &[("refused", "400 absent"), ("accepted", "200 value"), ("ignored", "200 absent")],
    ),
    (
        "ie.default_roles",
        |i| i.ask("POST", "/api/users", json!([new_user("a@example.com")])).1[0]["roles"].to_string(),
        &[("applied", "[2]"), ("none", "[]")],
    ),
    (
        "ie.identifier",
        |i| {
            (i.ask("POST", "/api/users", json!([new_user("a@example.com")])).1[0]["identifier"] == "a@example.com")
                .to_string()
        },
        &[("email", "true"), ("random", "false")],
    ),
    (
        "ie.identifier_on_update",
        |i| i.ask("PATCH", "/api/users/2", json!({ "email": "a@example.com" })).1["identifier"].to_string(),
        &[("kept", "\"robin.active@example.com\""), ("follows_email", "\"a@example.com\"")],
    ),
    (
        "ie.absent_texts",
        |i| presence(&i.ask("GET", "/api/users/2", None).1, "biography"),
        &[("null", "null"), ("absent", "absent")],
    ),
    (
        "ie.tenable_cloud_user_name",
        |i| presence(&i.ask("GET", "/api/users/whoami", None).1, "tenableCloudUserName"),
        &[("null", "null"), ("name", "value"), ("absent", "absent")],
    ),
    (
        "ie.delete_self",
        |i| {
            second_administrator(i);
            status(i.ask("DELETE", "/api/users/1", None))
        },
        &[("allowed", "204")],
    ),
    (
        "ie.last_administrator",
        |i| status(i.ask("PATCH", "/api/users/1", json!({ "active": false }))),
        &[("allowed", "200")],
    ),
    ("ie.empty_roles", |i| status(i.ask("PUT", "/api/users/2/roles", json!({ "roles": [] }))), &[]),
    ("ie.unknown_role", |i| status(i.ask("PUT", "/api/users/2/roles", json!({ "roles": [99] }))), &[]),
    (
        "ie.duplicate_roles",
        |i| {
            let (status, body) = i.ask("PUT", "/api/users/2/roles", json!({ "roles": [2, 2] }));
            if status == 200 { body["roles"].to_string() } else { status.to_string() }
        },
        &[("collapsed", "[2]"), ("kept", "[2,2]")],
    ),
    (
        "ie.unknown_profile",
        |i| status(i.ask("PATCH", "/api/preferences", json!({ "preferredProfileId": 99 }))),
        &[("accepted", "200")],
    ),
    ("ie.wrong_old_password", |i| change_password(i, 2, "Wrong-Password-1", PASSWORD), &[]),
    ("ie.same_password", |i| change_password(i, 2, SEED_PASSWORD, SEED_PASSWORD), &[]),
    ("ie.external_password", |i| change_password(i, 5, SEED_PASSWORD, PASSWORD), &[]),
    (
        "ie.key_on_password_change",
        |i| {
            let key = i.core.api_key_of(2);
            change_password(i, 2, SEED_PASSWORD, PASSWORD);
            status(i.ask_with(key.as_deref(), "GET", "/api/users/whoami", None))
        },
        &[("kept", "200"), ("revoked", "401")],
    ),
    (
        "ie.legacy_password_endpoints",
        |i| status(i.ask("POST", "/api/users/forgotten-password", json!({ "email": "a@example.com" }))),
        &[("present", "200")],
    ),
    (
        "ie.legacy_password_success",
        |i| status(i.ask("POST", "/api/users/forgotten-password", json!({ "email": "a@example.com" }))),
        &[],
    ),
    (
        "ie.bad_reset_token",
        |i| status(i.ask("POST", "/api/users/retrieve-password", json!({ "token": "t", "newPassword": PASSWORD }))),
        &[],
    ),
    (
        "ie.reset_token_lifetime",
        |i| {
            // Of three tokens, each tried later than the one before, the first that no longer holds.
            let start = i.clock.now();
            for _ in 0..3 {
                i.ask("POST", "/api/users/forgotten-password", json!({ "email": "admin@example.com" }));
            }
            for (mail, seconds) in i.core.mail().into_iter().zip([600, 3_600, 86_400]) {
                i.clock.set(start + Duration::from_secs(seconds));
                let body = json!({ "token": mail.token, "newPassword": PASSWORD });
                if i.ask("POST", "/api/users/retrieve-password", body).0 != 200 {
                    return seconds.to_string();
                }
            }
            "longer".to_owned()
        },
        &[],
    ),
    ("ie.login_failure", |i| status(login(i, "admin@example.com", "wrong")), &[]),
    ("ie.login_refused", |i| status(login(i, "sasha.inactive@example.com", SEED_PASSWORD)), &[]),
    (
        "ie.need_password_reset",
        |i| login(i, "admin@example.com", SEED_PASSWORD).1["needPasswordReset"].to_string(),
        &[("false", "false"), ("true", "true")],
    ),
    (
        "ie.lockout_zero",
        |i| {
            i.expect(200, "PATCH", "/api/lockout-policy", json!({ "lockoutDuration": 0, "failedAttemptThreshold": 1 }));
            login(i, "robin.active@example.com", "wrong");
            i.ask("GET", "/api/users/2", None).1["lockedOut"].to_string()
        },
        &[("until_unlocked", "true"), ("no_lock", "false")],
    ),
    (
        "ie.failed_attempt_period_zero",
        |i| {
            let policy = json!({ "failedAttemptPeriod": 0, "failedAttemptThreshold": 2 });
            i.expect(200, "PATCH", "/api/lockout-policy", policy);
            login(i, "robin.active@example.com", "wrong");
            i.clock.advance(Duration::from_millis(1));
            login(i, "robin.active@example.com", "wrong");
            i.ask("GET", "/api/users/2", None).1["lockedOut"].to_string()
        },
        &[("same_moment", "false"), ("no_limit", "true")],
    ),
    (
        "ie.duplicate_role_name",
        |i| status(i.ask("PATCH", "/api/roles/2", json!({ "name": "Auditor" }))),
        &[("allowed", "200")],
    ),
    ("ie.global_administrator_change", |i| status(i.ask("DELETE", "/api/roles/1", None)), &[]),
    (
        "ie.delete_role",
        |i| {
            let answer = i.ask("DELETE", "/api/roles/3", None).0;
            format!("{answer} {}", i.ask("GET", "/api/users/2", None).1["roles"])
        },
        &[("cascade", "204 [2]"), ("409", "409 [2,3]"), ("keep", "204 [2,3]")],
    ),
    ("ie.copy_status", |i| status(i.ask("POST", "/api/roles/from/2", json!({ "name": "Copy" }))), &[]),
    (
        "ie.entity_ids",
        |i| {
            let permission = json!([{ "entityName": "dashboard", "action": "read", "entityIds": [1] }]);
            status(i.ask("PUT", "/api/roles/3/permissions", permission))
        },
        &[("strict", "400"), ("lenient", "200")],
    ),
    (
        "ie.duplicate_profile_name",
        |i| {
            let profile = json!({ "name": "Lab", "directories": [] });
            status(i.ask("POST", "/api/profiles", json!([profile, profile])))
        },
        &[("allowed", "201")],
    ),
    ("ie.built_in_profile", |i| status(i.ask("PATCH", "/api/profiles/1", json!({}))), &[("allowed", "200")]),
    (
        "ie.settings_secrets",
        |i| {
            i.expect(200, "PATCH", "/api/ldap-configuration", json!({ "searchUserPassword": "secret" }));
            presence(&i.ask("GET", "/api/ldap-configuration", None).1, "searchUserPassword")
        },
        &[("plain", "value"), ("null", "null")],
    ),
];

#[test]
fn every_outcome_of_every_rule_shows() {
    play(SCENES, Instance::with);
}

#[test]
fn every_rule_has_a_scene() {
    check_completeness("ie.", SCENES);
}
