//! `/organization`.

use serde_json::{Value, json};

use super::support::{ADMIN, Center, MANAGER, PASSWORD, SOUTH_MANAGER, each, id, names};

fn new_organization(name: &str) -> Value {
    json!({ "name": name, "zoneSelection": "auto_only", "vulnScoringSystem": "CVSSv3" })
}

#[test]
fn organizations_are_for_administrators() {
    let center = Center::new();
    for (method, path, body) in [
        ("GET", "/organization", Value::Null),
        ("GET", "/organization/1", Value::Null),
        ("POST", "/organization", new_organization("A")),
        ("PATCH", "/organization/1", json!({})),
        ("DELETE", "/organization/1", Value::Null),
    ] {
        center.refused(146, MANAGER, method, path, Some(body).filter(|body| !body.is_null()));
    }
}

#[test]
fn an_organization_has_texts_and_arrays() {
    let center = Center::new();
    let list = center.get(ADMIN, "/organization");
    assert_eq!(each(&list, "name"), ["Example North", "Example South"]);
    let one = center.get(ADMIN, "/organization/1");
    assert_eq!(list[0], one, "a list has every field too");
    for (field, value) in [
        ("id", json!("1")),
        ("vulnScoreHigh", json!("10")),
        ("userCount", json!("9")),
        ("passwordExpires", json!("true")),
        ("passwordExpiration", json!("90")),
        ("ipInfoLinks", json!([])),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    assert_eq!(each(&one["ldaps"], "id"), ["1"]);
    assert_eq!(names(&center.get(ADMIN, "/organization?fields=name")[0]), ["id", "name", "uuid"]);
    let uuid = one["uuid"].as_str().unwrap();
    assert_eq!(center.get(ADMIN, &format!("/organization/{uuid}")), one);
    let old = Center::with(&[("sc.generation", "5")]).get(ADMIN, "/organization/1");
    for later in ["uuid", "vulnScoringSystem", "passwordExpires", "passwordExpiration"] {
        assert_eq!(old.get(later), None, "{later}");
    }
    center.refused(147, ADMIN, "GET", "/organization/9", None);
}

#[test]
fn a_new_organization_has_the_full_access_group_and_takes_a_security_manager() {
    let center = Center::new();
    let created = center.ok(ADMIN, "POST", "/organization", new_organization("Example West"));
    assert_eq!((id(&created), &created["userCount"]), (3, &json!("0")));
    let manager = json!({ "username": "west.manager", "password": PASSWORD, "roleID": 2, "authType": "tns" });
    let manager = center.ok(ADMIN, "POST", "/organization/3/securityManager", manager);
    assert_eq!((&manager["id"], &manager["group"]["name"]), (&json!("1"), &json!("Full Access")));
    assert_eq!(center.get(ADMIN, "/organization/3")["userCount"], "1");
}

#[test]
fn from_6_on_the_scoring_system_is_required() {
    let center = Center::new();
    let body = json!({ "name": "A", "zoneSelection": "auto_only" });
    let message = center.refused(142, ADMIN, "POST", "/organization", body.clone());
    assert!(message.lines().nth(1).unwrap().contains("vulnScoringSystem"), "{message}");
    let old = Center::with(&[("sc.generation", "5")]);
    assert_eq!(old.ok(ADMIN, "POST", "/organization", body)["name"], "A");
}

#[test]
fn an_organization_is_edited_in_part() {
    let center = Center::new();
    center.pass(60);
    let body = json!({
        "description": "New offices", "vulnScoreLow": 2, "ldaps": [{ "id": "2" }],
        "repositories": [{ "id": 1, "groupAssign": "all" }], "ipInfoLinks": [{ "name": "A", "link": "https://a.example.com" }],
        "zoneSelection": "locked", "zones": [{ "id": 1 }]
    });
    let edited = center.ok(ADMIN, "PATCH", "/organization/1", body);
    assert_eq!((&edited["name"], &edited["description"]), (&json!("Example North"), &json!("New offices")));
    assert_eq!((&edited["vulnScoreLow"], &edited["modifiedTime"]), (&json!("2"), &json!("1767225660")));
    assert_eq!(
        (each(&edited["ldaps"], "name"), &edited["zones"][0]["name"]),
        (vec!["Directory South".into()], &json!("Office zone"))
    );
    assert_eq!(edited["ipInfoLinks"][0]["link"], "https://a.example.com");
    for (code, body) in [
        (142, json!({ "name": "Example South" })),
        (142, json!({ "name": "" })),
        (142, json!({ "zoneSelection": "some" })),
        (142, json!({ "zoneSelection": "locked", "zones": [] })),
        (142, json!({ "ipInfoLinks": ["a"] })),
        (142, json!({ "passwordExpiration": 0 })),
        (147, json!({ "ldaps": [{ "id": 9 }] })),
        (146, json!({ "repositories": [{ "id": 1, "groupAssign": "some" }] })),
    ] {
        center.refused(code, ADMIN, "PATCH", "/organization/1", body);
    }
    assert_eq!(center.get(ADMIN, "/organization/1"), edited);
}

#[test]
fn a_deleted_organization_takes_its_users_along() {
    let center = Center::new();
    let session = center.login("south.manager");
    let key = center.core.api_key(SOUTH_MANAGER.0, SOUTH_MANAGER.1).unwrap();
    assert_eq!(center.ok(ADMIN, "DELETE", "/organization/2", None), "");
    center.refused(147, ADMIN, "GET", "/user?orgID=2", None);
    assert_eq!(center.ask_in(&session, "GET", "/currentUser", None).code(), 12);
    let request = super::support::to("GET", "/currentUser").header("x-apikey", super::support::key_header(&key));
    assert_eq!(center.send(request, None, None).status, 400);
    assert_eq!(id(&center.ok(ADMIN, "POST", "/organization", new_organization("A"))), 3);
}
