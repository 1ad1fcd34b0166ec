//! `PATCH /user/{id}`.

use serde_json::{Value, json};
use tenable_emulator::security_center::SEED_PASSWORD;

use super::support::{ADMIN, BLAKE, Center, DEPUTY, FRANKIE, KIT, LEAD, MANAGER, PASSWORD, each, session, with};

#[test]
fn e21_only_what_is_sent_changes_and_the_time_moves() {
    let center = Center::new();
    let before = center.get(MANAGER, "/user/4");
    center.pass(60);
    let after = center.ok(MANAGER, "PATCH", "/user/4", json!({ "title": "Lead", "city": "Paris" }));
    let mut expected = before.clone();
    expected["title"] = json!("Lead");
    expected["city"] = json!("Paris");
    expected["modifiedTime"] = json!("1767225660");
    assert_eq!(after, expected);
    assert_eq!(center.get(MANAGER, "/user/4"), after);
    center.pass(60);
    assert_eq!(center.ok(MANAGER, "PATCH", "/user/4", json!({})), after, "nothing sent, nothing changed");
}

#[test]
fn every_field_can_be_cleared_or_set() {
    let center = Center::new();
    let fields = json!({
        "username": "blake", "firstname": "", "email": "", "fingerprint": "AB", "managedUsersGroups": [{ "id": 2 }],
        "preferences": []
    });
    let more = json!({ "roleID": "3", "groupID": "1", "responsibleAssetID": 2 });
    let user = center.ok(MANAGER, "PATCH", "/user/4", with(fields, &more));
    assert_eq!((&user["username"], &user["firstname"], &user["email"]), (&json!("blake"), &json!(""), &json!("")));
    assert_eq!((&user["role"]["id"], &user["group"]["id"]), (&json!("3"), &json!("1")));
    assert_eq!((&user["preferences"], &user["responsibleAsset"]["id"]), (&json!([]), &json!("2")));
    session(&center.try_login("blake", SEED_PASSWORD, &Value::Null));
    let user = center.ok(MANAGER, "PATCH", "/user/4", json!({ "fingerprint": null, "managedUsersGroups": [] }));
    assert_eq!((&user["fingerprint"], &user["managedUsersGroups"]), (&Value::Null, &json!([])));
    center.refused(142, MANAGER, "PATCH", "/user/4", json!({ "username": "avery.analyst" }));
    center.refused(142, MANAGER, "PATCH", "/user/4", json!({ "username": "" }));
}

#[test]
fn rule_8_the_current_user_is_not_edited_here() {
    let center = Center::new();
    for (who, path) in [(MANAGER, "/user/1"), (ADMIN, "/user/1"), (BLAKE, "/user/4")] {
        center.refused(146, who, "PATCH", path, json!({ "title": "x" }));
    }
    let uuid = center.get(MANAGER, "/currentUser")["uuid"].as_str().unwrap().to_owned();
    center.refused(146, MANAGER, "PATCH", &format!("/user/{uuid}"), json!({ "title": "x" }));
}

#[test]
fn rule_9_a_password_needs_the_callers_own_password() {
    let center = Center::new();
    let change = |current: Value| json!({ "password": PASSWORD, "currentPassword": current });
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "title": "x" }));
    center.refused(142, MANAGER, "PATCH", "/user/4", json!({ "password": PASSWORD }));
    center.refused(142, MANAGER, "PATCH", "/user/4", change(json!("wrong")));
    assert_eq!(center.try_login("blake.viewer", PASSWORD, &Value::Null).status, 403);
    center.pass(60);
    let user = center.ok(MANAGER, "PATCH", "/user/4", change(json!(SEED_PASSWORD)));
    assert_eq!(user["passwordSetDate"], "1767225660");
    session(&center.try_login("blake.viewer", PASSWORD, &Value::Null));
    // It is the caller's, not the user's.
    center.ok(MANAGER, "PATCH", "/user/3", change(json!(SEED_PASSWORD)));
    center.refused(142, MANAGER, "PATCH", "/user/3", change(json!(PASSWORD)));
}

#[test]
fn rule_9_whoever_signs_in_elsewhere_may_say_anything() {
    let center = Center::new();
    let manages = json!({ "managedUsersGroups": [{ "id": -1 }], "roleID": 2 });
    center.ok(MANAGER, "PATCH", "/user/9", manages);
    let change = json!({ "password": PASSWORD, "currentPassword": "anything" });
    center.ok(FRANKIE, "PATCH", "/user/4", change);
    center.refused(142, FRANKIE, "PATCH", "/user/4", json!({ "password": PASSWORD }));
}

#[test]
fn editing_needs_the_right_to_manage_the_user() {
    let center = Center::new();
    let change = json!({ "title": "x" });
    center.refused(146, BLAKE, "PATCH", "/user/5", change.clone());
    center.refused(146, LEAD, "PATCH", "/user/3", change.clone());
    // The user has rights that the lead lacks.
    center.refused(146, LEAD, "PATCH", "/user/5", change.clone());
    center.ok(MANAGER, "PATCH", "/user/5", json!({ "roleID": 5 }));
    center.ok(LEAD, "PATCH", "/user/5", change.clone());
    // Neither into a group nor to a role beyond the own reach.
    center.refused(146, LEAD, "PATCH", "/user/5", json!({ "groupID": 1 }));
    center.refused(146, LEAD, "PATCH", "/user/5", json!({ "roleID": 3 }));
    center.refused(147, MANAGER, "PATCH", "/user/5", json!({ "groupID": 99 }));
    center.refused(146, MANAGER, "PATCH", "/user/5", json!({ "roleID": 1 }));
}

#[test]
fn an_administrator_edits_administrators_and_security_managers() {
    let center = Center::new();
    center.ok(ADMIN, "PATCH", "/user/2", json!({ "title": "x" }));
    assert_eq!(center.get(KIT, "/currentUser")["title"], "x");
    center.ok(ADMIN, "PATCH", "/user/2?orgID=1", json!({ "title": "y" }));
    center.ok(ADMIN, "PATCH", "/user/2", json!({ "city": "z", "orgID": 1 }));
    let deputy = center.get(DEPUTY, "/currentUser");
    assert_eq!((&deputy["title"], &deputy["city"]), (&json!("y"), &json!("z")));
    center.refused(147, ADMIN, "PATCH", "/user/3?orgID=1", json!({ "title": "x" }));
    center.refused(146, ADMIN, "PATCH", "/user/2?orgID=1", json!({ "roleID": 3 }));
    center.refused(146, ADMIN, "PATCH", "/user/2", json!({ "roleID": 2 }));
}

#[test]
fn e22_rule_10_locking_an_administrator_locks_the_linked_users() {
    let center = Center::new();
    let locked =
        || [(ADMIN, "/user/2"), (MANAGER, "/user/8")].map(|(who, path)| center.get(who, path)["locked"].clone());
    center.ok(ADMIN, "PATCH", "/user/2", json!({ "locked": "true" }));
    assert_eq!(locked(), [json!("true"), json!("true")]);
    center.ok(ADMIN, "PATCH", "/user/2", json!({ "locked": "false" }));
    assert_eq!(locked(), [json!("false"), json!("true")], "an unlock does not reach them");
    // Locking a Security Manager concerns nobody else.
    center.ok(ADMIN, "PATCH", "/user/2?orgID=1", json!({ "locked": true }));
    assert_eq!(each(&center.get(ADMIN, "/user?fields=locked"), "locked"), ["false", "false"]);
}

#[test]
fn e23_rule_11_linked_users_are_edited_by_administrators_and_six_fields_never() {
    let center = Center::new();
    center.refused(146, MANAGER, "PATCH", "/user/8", json!({ "title": "x" }));
    for (field, value) in [
        ("roleID", json!(2)),
        ("groupID", json!(0)),
        ("authType", json!("tns")),
        ("parent", json!({ "id": 1 })),
        ("password", json!(PASSWORD)),
        ("mustChangePassword", json!("false")),
    ] {
        let body = json!({ "title": "x", field: value, "currentPassword": SEED_PASSWORD });
        let message = center.refused(142, ADMIN, "PATCH", "/user/8?orgID=1", body);
        assert!(message.contains(field), "{message}");
    }
    let user = center.ok(ADMIN, "PATCH", "/user/8?orgID=1", json!({ "title": "Second self", "locked": "true" }));
    assert_eq!((&user["title"], &user["locked"]), (&json!("Second self"), &json!("true")));
    // Nobody becomes one.
    center.refused(142, MANAGER, "PATCH", "/user/4", json!({ "authType": "linked" }));
    center.refused(142, ADMIN, "PATCH", "/user/2?orgID=1", json!({ "authType": "linked" }));
}

#[test]
fn rule_12_the_expiration_override_has_no_effect_on_administrators() {
    let center = Center::new();
    let body = json!({ "passwordExpirationOverride": "true", "passwordExpires": "true" });
    let user = center.ok(ADMIN, "PATCH", "/user/2", body.clone());
    assert_eq!((&user["passwordExpirationOverride"], &user["passwordExpires"]), (&json!("false"), &json!("true")));
    assert_eq!(center.ok(MANAGER, "PATCH", "/user/4", body)["passwordExpirationOverride"], "true");
}

#[test]
fn the_kind_of_sign_in_changes_with_what_it_needs() {
    let center = Center::new();
    center.refused(147, MANAGER, "PATCH", "/user/4", json!({ "authType": "ldap" }));
    let user = center.ok(MANAGER, "PATCH", "/user/4", json!({ "authType": "ldap", "ldap": { "id": 1 } }));
    assert_eq!((&user["authType"], &user["ldap"]["id"]), (&json!("ldap"), &json!(1)));
    center.refused(142, MANAGER, "PATCH", "/user/4", json!({ "mustChangePassword": "true" }));
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "mustChangePassword": "false" }));
    center.refused(142, MANAGER, "PATCH", "/user/4", json!({ "authType": "magic" }));
}

#[test]
fn a_refused_edit_changes_nothing() {
    let center = Center::new();
    let before = center.get(MANAGER, "/user/4");
    for body in [
        json!({ "title": "x", "groupID": 99 }),
        json!({ "title": "x", "locked": "maybe" }),
        json!({ "title": "x", "managedUsersGroups": [{ "id": 99 }] }),
        json!({ "title": "x", "username": "avery.analyst" }),
        json!({ "title": "x", "password": PASSWORD }),
    ] {
        assert_eq!(center.ask(MANAGER, "PATCH", "/user/4", body).status, 403);
    }
    assert_eq!(center.get(MANAGER, "/user/4"), before);
}
