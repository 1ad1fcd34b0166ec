//! Logging in, staying in, and being thrown out.

use serde_json::{Value, json};
use tenable_emulator::security_center::SEED_PASSWORD;

use super::support::{ADMIN, Center, MANAGER, PASSWORD, session, to, with};

#[test]
fn e5_a_login_gives_a_number_and_a_cookie() {
    let center = Center::new();
    let answer = center.try_login("north.manager", SEED_PASSWORD, &Value::Null);
    let cookie = answer.cookie().unwrap();
    assert!(cookie.len() == 32 && cookie.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{cookie}");
    let response = answer.response();
    assert!(response["token"].is_u64());
    assert_eq!(response["unassociatedCert"], "false");
    assert_eq!((&response["lastLogin"], &response["failedLogins"]), (&json!("0"), &json!("0")));
    let set = answer.headers["set-cookie"].to_str().unwrap();
    assert_eq!(set, format!("TNS_SESSIONID={cookie}; path=/; HttpOnly; SameSite=Strict"));
    let session = session(&answer);
    assert_eq!(center.ask_in(&session, "GET", "/currentUser", None).response()["username"], "north.manager");
}

#[test]
fn a_login_tells_about_the_one_before() {
    let center = Center::new();
    center.login("north.manager");
    center.pass(60);
    center.try_login("north.manager", "wrong", &Value::Null);
    center.pass(60);
    let answer = center.try_login("north.manager", SEED_PASSWORD, &Value::Null);
    let response = answer.response();
    assert_eq!(response["lastLogin"], "1767225600");
    assert_eq!(response["lastFailedLogin"], "1767225660");
    assert_eq!((&response["lastLoginIP"], &response["failedLoginIP"]), (&json!("127.0.0.1"), &json!("127.0.0.1")));
    assert_eq!(response["failedLogins"], "1");
    let user = center.get(MANAGER, "/currentUser");
    assert_eq!((&user["lastLogin"], &user["lastLoginIP"]), (&json!("1767225720"), &json!("127.0.0.1")));
    assert_eq!(user["failedLogins"], "0");
}

#[test]
fn e5_at_the_limit_a_session_has_to_be_released() {
    let center = Center::new();
    let sessions: Vec<_> = (0..4).map(|_| center.login("north.manager")).collect();
    let full = center.try_login("north.manager", SEED_PASSWORD, &Value::Null);
    assert_eq!((full.status, full.code()), (200, 0));
    assert_eq!(full.response(), &json!({ "releaseSession": true }));
    assert!(full.cookie().is_none());
    // Somebody else is not concerned.
    center.login("north.deputy");
    for release in [json!(true), json!("true")] {
        session(&center.try_login("north.manager", SEED_PASSWORD, &json!({ "releaseSession": release })));
    }
    let status = |index: usize| center.ask_in(&sessions[index], "GET", "/currentUser", None).status;
    assert_eq!([0, 1, 2, 3].map(status), [403, 403, 200, 200]);
}

#[test]
fn e6_a_wrong_password_counts_and_locks_at_the_limit() {
    let center = Center::with(&[("sc.login_limit", "3")]);
    for count in 1..=3 {
        let answer = center.try_login("blake.viewer", "wrong", &Value::Null);
        assert_eq!((answer.status, answer.code()), (403, 20));
        let user = center.get(MANAGER, "/user/4");
        assert_eq!(user["failedLogins"], count.to_string());
        assert_eq!(user["locked"], (count == 3).to_string());
    }
    let right = center.try_login("blake.viewer", SEED_PASSWORD, &Value::Null);
    assert!(right.status == 403 && right.message().contains("locked"), "{}", right.text);
    // An unlock starts the count anew.
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "locked": "false" }));
    assert_eq!(center.get(MANAGER, "/user/4")["failedLogins"], "0");
    center.login("blake.viewer");
}

#[test]
fn e6_an_unknown_user_is_answered_like_a_wrong_password() {
    let center = Center::new();
    let [unknown, wrong] = ["nobody", "admin"].map(|username| center.try_login(username, "wrong", &Value::Null).text);
    assert_eq!(unknown, wrong);
    // User names are case-sensitive.
    assert_eq!(center.try_login("Admin", SEED_PASSWORD, &Value::Null).status, 403);
    for body in [json!({ "username": "admin" }), json!({ "password": "x" }), json!({})] {
        assert_eq!(center.send(to("POST", "/token"), None, Some(&body)).code(), 142, "{body}");
    }
}

#[test]
fn rule_18_a_locked_user_cannot_log_in() {
    let center = Center::new();
    assert_eq!(center.try_login("emery.locked", SEED_PASSWORD, &Value::Null).status, 403);
    center.ok(MANAGER, "PATCH", "/user/7", json!({ "locked": "false" }));
    center.login("emery.locked");
}

#[test]
fn rule_15_a_linked_user_cannot_log_in() {
    let center = Center::new();
    assert_eq!(center.try_login("kit.linked", SEED_PASSWORD, &Value::Null).code(), 20);
}

#[test]
fn e7_both_the_token_and_the_cookie_are_needed() {
    let center = Center::new();
    let (mine, other) = (center.login("north.manager"), center.login("north.deputy"));
    let cookie = |value: &str| format!("TNS_SESSIONID={value}");
    let token = |token: u64| to("GET", "/currentUser").header("X-SecurityCenter", token);
    let status = |request| {
        let answer = center.send(request, None, None);
        if answer.status == 403 {
            assert_eq!(answer.code(), 12);
        }
        answer.status
    };
    assert_eq!(status(token(mine.token)), 403);
    assert_eq!(status(to("GET", "/currentUser").header("Cookie", cookie(&mine.cookie))), 403);
    assert_eq!(status(token(other.token).header("Cookie", cookie(&mine.cookie))), 403);
    assert_eq!(status(token(mine.token ^ 1).header("Cookie", cookie(&mine.cookie))), 403);
    assert_eq!(status(token(mine.token).header("Cookie", format!("a=b; {}; c=d", cookie(&mine.cookie)))), 200);
    // A cookie of an earlier answer in front does no harm.
    let two = format!("{}; {}", cookie("0123456789abcdef0123456789abcdef"), cookie(&mine.cookie));
    assert_eq!(status(token(mine.token).header("Cookie", two)), 200);
}

#[test]
fn a_logout_ends_the_session() {
    let center = Center::new();
    let session = center.login("north.manager");
    let answer = center.ask_in(&session, "DELETE", "/token", None);
    assert_eq!((answer.status, answer.response()), (200, &json!("")));
    assert_eq!(center.ask_in(&session, "GET", "/currentUser", None).code(), 12);
    assert_eq!(center.ask_in(&session, "DELETE", "/token", None).code(), 12);
}

#[test]
fn a_session_ends_after_an_hour_without_a_call() {
    let center = Center::new();
    let session = center.login("north.manager");
    for _ in 0..3 {
        center.pass(3_599);
        assert_eq!(center.ask_in(&session, "GET", "/currentUser", None).status, 200);
    }
    center.pass(3_600);
    assert_eq!(center.ask_in(&session, "GET", "/currentUser", None).code(), 12);
    // It does not count against the limit any more.
    for _ in 0..4 {
        center.login("north.manager");
        center.pass(1_000);
    }
    center.login("north.manager");
}

#[test]
fn a_session_ends_with_its_user() {
    let center = Center::new();
    let who = center.create("ann");
    let session = session(&center.try_login("ann", PASSWORD, &Value::Null));
    center.ok(MANAGER, "DELETE", &format!("/user/{}", who.1), None);
    assert_eq!(center.ask_in(&session, "GET", "/currentUser", None).code(), 12);
}

#[test]
fn the_same_user_name_in_two_organizations_leads_to_the_one_with_the_password() {
    let center = Center::new();
    center.create("ann");
    let south = json!({ "username": "ann", "password": "Southern-7", "roleID": 3, "groupID": 0, "authType": "tns" });
    center.ok((2, 1), "POST", "/user", south);
    for (password, organization) in [(PASSWORD, "Example North"), ("Southern-7", "Example South")] {
        let session = session(&center.try_login("ann", password, &Value::Null));
        let user = center.ask_in(&session, "GET", "/currentUser?fields=orgName", None);
        assert_eq!(user.response()["orgName"], organization);
    }
}

#[test]
fn rule_21_a_password_expires_by_the_organization_or_by_the_user() {
    let center = Center::with(&[("sc.expired_password", "refused")]);
    let login = |username: &str| center.try_login(username, SEED_PASSWORD, &Value::Null).status;
    let own = json!({ "passwordExpires": "true", "passwordExpiration": 10, "passwordExpirationOverride": "true" });
    center.ok(MANAGER, "PATCH", "/user/4", own.clone());
    // Without the override, the organization's 90 days hold.
    center.ok(MANAGER, "PATCH", "/user/3", with(own, &json!({ "passwordExpirationOverride": "false" })));
    center.pass(10 * 86_400 - 1);
    assert_eq!((login("blake.viewer"), login("avery.analyst")), (200, 200));
    center.pass(1);
    assert_eq!((login("blake.viewer"), login("avery.analyst")), (403, 200));
    center.pass(80 * 86_400);
    assert_eq!((login("avery.analyst"), login("admin")), (403, 200));
    center.ok(ADMIN, "PATCH", "/organization/1", json!({ "passwordExpires": "false" }));
    assert_eq!(login("avery.analyst"), 200);
    for days in [json!(0), json!(366), json!("-1")] {
        center.refused(142, MANAGER, "PATCH", "/user/4", json!({ "passwordExpiration": days }));
    }
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "passwordExpiration": "365" }));
}

#[test]
fn e36_the_system_needs_no_login_and_tells_its_version_afterwards() {
    let center = Center::new();
    let before = center.send(to("GET", "/system"), None, None);
    assert_eq!((before.status, before.cookie().map(|cookie| cookie.len())), (200, Some(32)));
    let system = before.response();
    assert_eq!((system.get("version"), &system["sessionTimeout"]), (None, &json!("3600")));
    assert!(system["timezones"].as_array().unwrap().iter().any(|zone| zone["gmtOffset"] == 5.5));
    assert_eq!(system["uuid"].as_str().unwrap().to_lowercase(), system["uuid"]);
    let session = center.login("blake.viewer");
    let after = center.ask_in(&session, "GET", "/system", None);
    assert_eq!((&after.response()["version"], after.cookie()), (&json!("6.5.1"), None));
    assert_eq!(center.get(MANAGER, "/system")["version"], "6.5.1");
    for (generation, version) in [("5", json!("5.8.0")), ("5.20", Value::Null)] {
        let old = Center::with(&[("sc.generation", generation)]);
        assert_eq!(old.send(to("GET", "/system"), None, None).response()["version"], version, "{generation}");
    }
}
