//! `/currentUser` and `/currentOrganization`.

use serde_json::{Value, json};
use tenable_emulator::security_center::SEED_PASSWORD;

use super::support::{ADMIN, BLAKE, Center, FRANKIE, KIT, LINKED, MANAGER, PASSWORD, each, names, session};

#[test]
fn e33_preferences_stand_there_twice() {
    let center = Center::new();
    for who in [ADMIN, MANAGER, BLAKE] {
        let user = center.get(who, "/currentUser");
        assert_eq!(user["userPrefs"], user["preferences"]);
        assert!(!user["preferences"].as_array().unwrap().is_empty());
    }
}

#[test]
fn e33_an_administrator_has_numbers_for_ids_of_nothing() {
    let center = Center::new();
    let user = center.get(ADMIN, "/currentUser");
    assert_eq!(user["organization"], json!({ "id": 0, "name": "Tenable.sc Administration", "description": "" }));
    assert_eq!(user["orgName"], "Tenable.sc Administration");
    assert_eq!(user["group"], json!({ "id": -1, "name": "", "description": "" }));
    assert_eq!((&user["ldap"]["id"], &user["preferences"][0]["tag"]), (&json!(-1), &json!("")));
    assert_eq!((user.get("responsibleAsset"), user.get("apiKeys")), (None, None));
    let manager = center.get(MANAGER, "/currentUser");
    assert_eq!((&manager["organization"]["id"], &manager["group"]["id"]), (&json!("1"), &json!("0")));
    assert_eq!(manager["responsibleAsset"]["id"], -1);
}

#[test]
fn fields_are_chosen_and_unknown_ones_passed_over() {
    let center = Center::new();
    let user = center.get(BLAKE, "/currentUser?fields=name,description,username,role");
    assert_eq!(names(&user), ["id", "role", "username", "uuid"]);
    assert_eq!(user["role"]["id"], "4");
}

#[test]
fn the_caller_edits_itself() {
    let center = Center::new();
    center.pass(60);
    let body =
        json!({ "title": "Lead", "fingerprint": "AB", "roleID": 2, "groupID": 0, "locked": "true", "username": "x" });
    let user = center.ok(BLAKE, "PATCH", "/currentUser", body);
    assert_eq!(
        (&user["title"], &user["fingerprint"], &user["modifiedTime"]),
        (&json!("Lead"), &json!("AB"), &json!("1767225660"))
    );
    assert_eq!((&user["role"]["id"], &user["group"]["id"]), (&json!("4"), &json!("2")), "no rights by oneself");
    assert_eq!((&user["locked"], &user["username"]), (&json!("false"), &json!("blake.viewer")));
}

#[test]
fn an_own_password_needs_the_current_one() {
    let center = Center::new();
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "mustChangePassword": "true" }));
    center.refused(142, BLAKE, "PATCH", "/currentUser", json!({ "password": PASSWORD }));
    center.refused(142, BLAKE, "PATCH", "/currentUser", json!({ "password": PASSWORD, "currentPassword": "wrong" }));
    let change = |password: &str| json!({ "password": password, "currentPassword": SEED_PASSWORD });
    center.refused(142, BLAKE, "PATCH", "/currentUser", change("ab"));
    let user = center.ok(BLAKE, "PATCH", "/currentUser", change(PASSWORD));
    assert_eq!(user["mustChangePassword"], "false");
    session(&center.try_login("blake.viewer", PASSWORD, &Value::Null));
    center.ok(FRANKIE, "PATCH", "/currentUser", json!({ "password": PASSWORD, "currentPassword": "anything" }));
    // A linked user has none.
    center.refused(142, LINKED, "PATCH", "/currentUser", change(PASSWORD));
}

#[test]
fn preferences_are_read_set_and_dropped_one_by_one() {
    let center = Center::new();
    let path = "/currentUser/preferences";
    let zone = json!({ "name": "timezone", "value": "Europe/Paris", "tag": "system" });
    assert_eq!(center.get(BLAKE, path), json!([zone]));
    let dark = json!({ "name": "darkMode", "value": "true", "tag": "application" });
    assert_eq!(center.ok(BLAKE, "PATCH", path, dark.clone()), json!([zone, dark]));
    let light = json!({ "name": "darkMode", "value": "{\"on\":\"false\"}", "tag": "application" });
    assert_eq!(center.ok(BLAKE, "PATCH", path, light.clone()), json!([zone, light]));
    assert_eq!(center.get(BLAKE, "/currentUser/preferences?name=darkMode"), json!([light]));
    assert_eq!(center.get(BLAKE, "/currentUser/preferences?tag=system"), json!([zone]));
    assert_eq!(center.ok(BLAKE, "DELETE", path, json!({ "name": "darkMode", "tag": "application" })), json!([zone]));
    center.refused(147, BLAKE, "DELETE", path, json!({ "name": "darkMode" }));
    center.refused(142, BLAKE, "PATCH", path, json!({ "name": "darkMode" }));
    center.refused(142, BLAKE, "DELETE", path, json!({}));
    assert_eq!(center.get(BLAKE, "/currentUser")["userPrefs"], json!([zone]));
}

#[test]
fn e34_a_session_switches_to_a_linked_account_and_back() {
    let center = Center::new();
    assert_eq!(each(&center.get(KIT, "/currentUser")["switchableUsers"], "username"), ["kit.linked"]);
    let linked = center.get(LINKED, "/currentUser");
    assert_eq!(each(&linked["switchableUsers"], "username"), ["kit.admin"]);
    assert_eq!(linked["linkedUserRole"]["name"], "Security Manager");
    assert_eq!(center.get(ADMIN, "/currentUser")["switchableUsers"], json!([]));
    let session = center.login("kit.admin");
    let switch =
        |username: &str| center.ask_in(&session, "POST", "/currentUser/switch", json!({ "username": username }));
    let me = || center.ask_in(&session, "GET", "/currentUser", None).response()["orgName"].clone();
    assert_eq!(switch("kit.linked").response()["username"], "kit.linked");
    assert_eq!(me(), "Example North");
    assert_eq!(switch("kit.admin").status, 200);
    assert_eq!(me(), "Tenable.sc Administration");
    for other in ["admin", "north.manager", "nobody"] {
        assert_eq!(switch(other).verdict(), "403/146", "{other}");
    }
    center.ok(ADMIN, "PATCH", "/user/8?orgID=1", json!({ "locked": "true" }));
    assert_eq!(switch("kit.linked").verdict(), "403/146");
    // A key is no session.
    center.ok(ADMIN, "PATCH", "/user/8?orgID=1", json!({ "locked": "false" }));
    center.refused(146, KIT, "POST", "/currentUser/switch", json!({ "username": "kit.linked" }));
}

#[test]
fn the_current_organization_has_zones_for_its_users() {
    let center = Center::new();
    assert_eq!(center.get(ADMIN, "/currentOrganization"), json!({ "name": "Tenable.sc Administration" }));
    let organization = json!({ "name": "Example North", "ipInfoLinks": [], "zoneSelection": "auto_only", "zones": [] });
    assert_eq!(center.get(BLAKE, "/currentOrganization"), organization);
    assert_eq!(names(&center.get(BLAKE, "/currentOrganization?fields=zones")), ["zones"]);
}
