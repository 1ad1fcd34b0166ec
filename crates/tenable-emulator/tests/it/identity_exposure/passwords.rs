//! Passwords, logins and lock-out.

use std::time::Duration;

use serde_json::{Value, json};
use tenable_emulator::identity_exposure::SEED_PASSWORD;

use crate::support::{Instance, PASSWORD};

const NEW: &str = "Copper-Lantern-77";

fn login(instance: &Instance, email: &str, password: &str) -> (u16, Value) {
    instance.ask_with(None, "POST", "/api/login", json!({ "email": email, "password": password }))
}

fn change(instance: &Instance, user: u64, old: &str, new: &str) -> (u16, Value) {
    instance.ask_as(user, "PATCH", "/api/users/password", json!({ "oldPassword": old, "newPassword": new }))
}

/// Fails to log in as often as the default policy allows, and once more.
fn lock(instance: &Instance, email: &str) {
    for _ in 0..3 {
        assert_eq!(login(instance, email, "wrong").0, 401);
    }
}

fn locked_out(instance: &Instance, user: u64) -> bool {
    let path = format!("/api/users/{user}");
    instance.ask_as(1, "GET", &path, None).1["lockedOut"] == true
}

#[test]
fn a_change_answers_null_and_keeps_the_key() {
    let instance = Instance::new();
    assert_eq!(change(&instance, 2, SEED_PASSWORD, NEW), (200, Value::Null));
    assert_eq!(login(&instance, "robin.active@example.com", SEED_PASSWORD).0, 401);
    assert_eq!(login(&instance, "robin.active@example.com", NEW).0, 200);
    assert_eq!(instance.ask_as(2, "GET", "/api/users/whoami", None).0, 200);
}

#[test]
fn both_passwords_of_a_change_fit_the_rule() {
    let instance = Instance::new();
    assert_eq!(change(&instance, 2, "weak", NEW).0, 400);
    assert_eq!(change(&instance, 2, SEED_PASSWORD, "weak").0, 400);
    let (status, _) = instance.ask_as(2, "PATCH", "/api/users/password", json!({ "oldPassword": SEED_PASSWORD }));
    assert_eq!(status, 400);
    assert_eq!(login(&instance, "robin.active@example.com", SEED_PASSWORD).0, 200);
}

#[test]
fn a_wrong_old_password_is_401_and_no_failed_login() {
    let instance = Instance::new();
    for _ in 0..5 {
        assert_eq!(change(&instance, 2, "Wrong-Password-1", NEW).0, 401);
    }
    assert!(!locked_out(&instance, 2));
}

#[test]
fn a_change_to_the_same_password_passes() {
    assert_eq!(change(&Instance::new(), 2, SEED_PASSWORD, SEED_PASSWORD).0, 200);
}

#[test]
fn accounts_that_sign_in_elsewhere_change_no_password() {
    let instance = Instance::new();
    assert_eq!(change(&instance, 5, SEED_PASSWORD, NEW).0, 403);
    assert_eq!(change(&instance, 6, SEED_PASSWORD, NEW).0, 403);
}

#[test]
fn an_administrator_sets_a_password_without_the_old_one() {
    let instance = Instance::new();
    instance.expect(200, "PATCH", "/api/users/2", json!({ "password": NEW }));
    assert_eq!(login(&instance, "robin.active@example.com", NEW).0, 200);
    assert_eq!(instance.ask_as(2, "GET", "/api/users/whoami", None).0, 200, "the key stays");
    instance.set("ie.key_on_password_change", "revoked");
    let old = instance.core.api_key_of(2).unwrap();
    instance.expect(200, "PATCH", "/api/users/2", json!({ "password": PASSWORD }));
    assert_eq!(instance.ask_with(Some(&old), "GET", "/api/users/whoami", None).0, 401);
}

#[test]
fn a_forgotten_password_is_answered_alike_and_mailed_to_active_local_users() {
    let instance = Instance::new();
    let forgotten =
        |email: &str| instance.ask_with(None, "POST", "/api/users/forgotten-password", json!({ "email": email }));
    for email in
        ["robin.active@example.com", "unknown@example.com", "sasha.inactive@example.com", "noor.directory@example.com"]
    {
        assert_eq!(forgotten(email), (200, Value::Null), "{email}");
    }
    let mail = instance.core.mail();
    assert_eq!(mail.len(), 1);
    assert_eq!(mail[0].to, "robin.active@example.com");
    assert!(mail[0].text.contains(mail[0].token.as_deref().unwrap()));
    assert!(!format!("{mail:?}").contains(mail[0].token.as_deref().unwrap()));
}

#[test]
fn a_forgotten_password_needs_an_email_and_nothing_else() {
    let instance = Instance::new();
    for body in [json!({}), json!({ "email": "a@example.com", "name": "x" }), json!({ "email": null })] {
        assert_eq!(instance.ask_with(None, "POST", "/api/users/forgotten-password", body).0, 400);
    }
}

fn reset_token(instance: &Instance, email: &str) -> String {
    instance.ask_with(None, "POST", "/api/users/forgotten-password", json!({ "email": email }));
    instance.core.mail().pop().unwrap().token.unwrap()
}

fn retrieve(instance: &Instance, token: &str, new: &str) -> (u16, Value) {
    instance.ask_with(None, "POST", "/api/users/retrieve-password", json!({ "token": token, "newPassword": new }))
}

#[test]
fn a_reset_sets_the_password_once_and_unlocks() {
    let instance = Instance::new();
    lock(&instance, "robin.active@example.com");
    assert!(locked_out(&instance, 2));
    let token = reset_token(&instance, "robin.active@example.com");
    assert_eq!(retrieve(&instance, &token, "weak").0, 400);
    assert_eq!(retrieve(&instance, &token, NEW), (200, Value::Null));
    assert!(!locked_out(&instance, 2));
    assert_eq!(login(&instance, "robin.active@example.com", NEW).0, 200);
    assert_eq!(retrieve(&instance, &token, PASSWORD).0, 400, "the token is used up");
    assert_eq!(login(&instance, "robin.active@example.com", NEW).0, 200);
}

#[test]
fn a_reset_token_expires() {
    let instance = Instance::new();
    let token = reset_token(&instance, "robin.active@example.com");
    instance.clock.advance(Duration::from_secs(3_599));
    let late = reset_token(&instance, "robin.active@example.com");
    instance.clock.advance(Duration::from_secs(1));
    assert_eq!(retrieve(&instance, &token, NEW).0, 400);
    assert_eq!(retrieve(&instance, &late, NEW).0, 200);
    assert_eq!(retrieve(&instance, "no-such-token", NEW).0, 400);
}

#[test]
fn the_legacy_calls_can_be_gone() {
    let instance = Instance::with(&[("ie.legacy_password_endpoints", "404")]);
    let body = json!({ "email": "admin@example.com" });
    assert_eq!(instance.ask_with(None, "POST", "/api/users/forgotten-password", body).0, 404);
    assert_eq!(retrieve(&instance, "token", NEW).0, 404);
    assert!(instance.core.mail().is_empty());
}

#[test]
fn a_login_gives_a_token_and_clears_the_count() {
    let instance = Instance::new();
    for _ in 0..3 {
        assert_eq!(login(&instance, "robin.active@example.com", "wrong").0, 401);
        assert_eq!(login(&instance, "robin.active@example.com", "wrong").0, 401);
        let (status, body) = login(&instance, "robin.active@example.com", SEED_PASSWORD);
        assert_eq!(status, 200);
        assert!(!body["authToken"].as_str().unwrap().is_empty());
        assert_eq!(body["needPasswordReset"], false);
    }
    assert!(!locked_out(&instance, 2));
    instance.expect(204, "POST", "/api/logout", None);
}

#[test]
fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let instance = Instance::new();
    assert_eq!(login(&instance, "robin.active@example.com", "wrong"), login(&instance, "no@example.com", "wrong"));
    assert_eq!(login(&instance, "", "wrong").0, 400);
}

#[test]
fn inactive_and_locked_users_do_not_log_in() {
    let instance = Instance::new();
    assert_eq!(login(&instance, "sasha.inactive@example.com", SEED_PASSWORD).0, 401);
    assert_eq!(login(&instance, "kim.locked@example.com", SEED_PASSWORD).0, 401);
}

#[test]
fn failed_logins_lock_for_the_duration() {
    let instance = Instance::new();
    lock(&instance, "robin.active@example.com");
    assert!(locked_out(&instance, 2));
    assert_eq!(login(&instance, "robin.active@example.com", SEED_PASSWORD).0, 401);
    assert_eq!(instance.ask_as(2, "GET", "/api/users/whoami", None).0, 401);
    instance.clock.advance(Duration::from_millis(299_999));
    assert!(locked_out(&instance, 2));
    instance.clock.advance(Duration::from_millis(1));
    assert!(!locked_out(&instance, 2));
    assert_eq!(login(&instance, "robin.active@example.com", SEED_PASSWORD).0, 200);
}

#[test]
fn failures_outside_the_period_do_not_count() {
    let instance = Instance::new();
    instance.expect(200, "PATCH", "/api/lockout-policy", json!({ "failedAttemptPeriod": 60 }));
    for _ in 0..6 {
        assert_eq!(login(&instance, "robin.active@example.com", "wrong").0, 401);
        instance.clock.advance(Duration::from_secs(31));
    }
    assert!(!locked_out(&instance, 2));
}

#[test]
fn an_administrator_unlocks_and_the_count_starts_anew() {
    let instance = Instance::new();
    lock(&instance, "robin.active@example.com");
    let user = instance.expect(200, "PATCH", "/api/users/2", json!({ "lockedOut": false }));
    assert_eq!(user["lockedOut"], false);
    login(&instance, "robin.active@example.com", "wrong");
    login(&instance, "robin.active@example.com", "wrong");
    assert!(!locked_out(&instance, 2));
}

#[test]
fn a_duration_of_zero_locks_until_unlocked() {
    let instance = Instance::new();
    instance.expect(200, "PATCH", "/api/lockout-policy", json!({ "lockoutDuration": 0 }));
    lock(&instance, "robin.active@example.com");
    instance.clock.advance(Duration::from_secs(100_000_000));
    assert!(locked_out(&instance, 2));
    instance.expect(200, "PATCH", "/api/users/2", json!({ "lockedOut": false }));
    instance.set("ie.lockout_zero", "no_lock");
    lock(&instance, "robin.active@example.com");
    assert!(!locked_out(&instance, 2));
}

#[test]
fn a_disabled_policy_locks_nobody() {
    let instance = Instance::new();
    let answer = instance.expect(200, "PATCH", "/api/lockout-policy", json!({ "enabled": false }));
    assert_eq!(answer, Value::Null);
    lock(&instance, "robin.active@example.com");
    assert!(!locked_out(&instance, 2));
    assert!(!locked_out(&instance, 4));
}

#[test]
fn with_every_global_administrator_locked_the_default_one_returns_after_ten_seconds() {
    let instance = Instance::new();
    instance.expect(200, "PUT", "/api/users/2/roles", json!({ "roles": [1] }));
    lock(&instance, "admin@example.com");
    instance.clock.advance(Duration::from_secs(20));
    assert_eq!(instance.ask("GET", "/api/users", None).0, 401, "another administrator can still help");
    lock(&instance, "robin.active@example.com");
    instance.clock.advance(Duration::from_millis(9_999));
    assert_eq!(instance.ask("GET", "/api/users", None).0, 401);
    instance.clock.advance(Duration::from_millis(1));
    assert_eq!(instance.ask("GET", "/api/users", None).0, 200);
    assert!(locked_out(&instance, 2));
}

#[test]
fn with_a_period_of_zero_failures_at_one_moment_still_lock() {
    let instance = Instance::new();
    instance.expect(200, "PATCH", "/api/lockout-policy", json!({ "failedAttemptPeriod": 0 }));
    lock(&instance, "robin.active@example.com");
    assert!(locked_out(&instance, 2));
}

#[test]
fn nobody_sets_the_password_of_an_account_that_signs_in_elsewhere() {
    let instance = Instance::new();
    for user in [5, 6] {
        let path = format!("/api/users/{user}");
        instance.expect(403, "PATCH", &path, json!({ "password": NEW, "name": "Other" }));
        assert_ne!(instance.expect(200, "GET", &path, None)["name"], "Other");
    }
    instance.set("ie.external_password", "409");
    instance.expect(409, "PATCH", "/api/users/5", json!({ "password": NEW }));
    assert_eq!(login(&instance, "noor.directory@example.com", NEW).0, 401);
}

#[test]
fn failed_logins_do_not_lock_an_account_that_signs_in_elsewhere() {
    let instance = Instance::new();
    lock(&instance, "noor.directory@example.com");
    assert!(!locked_out(&instance, 5));
}
