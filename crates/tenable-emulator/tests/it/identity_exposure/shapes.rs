//! The same answers in other shapes.

use serde_json::{Value, json};
use tenable_emulator::faults::{Fault, FaultKind};

use crate::support::{Instance, PASSWORD};

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_year_2021_had_other_users() {
    let instance = Instance::with(&[("ie.version_shape", "2021")]);
    let list = instance.expect(200, "GET", "/api/users", None);
    assert_eq!(
        keys(&list[0]),
        [
            "active",
            "biography",
            "department",
            "email",
            "eulaVersion",
            "id",
            "identifier",
            "name",
            "picture",
            "provider",
            "roles",
            "surname"
        ]
    );
    assert_eq!(list[0]["provider"], "alsid");
    assert_eq!(list[4]["provider"], "ldap");
    assert_eq!(
        keys(&instance.expect(200, "GET", "/api/users/2", None)),
        ["active", "biography", "department", "email", "id", "name", "picture", "roles", "surname"]
    );
    assert_eq!(instance.expect(200, "PATCH", "/api/users/2", json!({}))["provider"], "alsid");
    let me = instance.ask_as(2, "GET", "/api/users/whoami", None).1;
    assert_eq!(
        keys(&me),
        ["active", "department", "email", "eulaVersion", "id", "internal", "name", "picture", "provider", "roles"]
    );
    assert_eq!(me["roles"][1]["permissions"][2]["entityIds"], json!([1, 5]));
}

#[test]
fn the_year_2021_took_pictures_and_numeric_ids() {
    let instance = Instance::with(&[("ie.version_shape", "2021")]);
    let body = json!([{ "name": "N", "email": "n@example.com", "password": PASSWORD, "picture": [4, 2] }]);
    assert_eq!(instance.ask("POST", "/api/users", body).0, 201);
    let body = json!([{ "entityName": "dashboard", "action": "read", "entityIds": [7], "dynamicId": null }]);
    let role = instance.expect(200, "PUT", "/api/roles/3/permissions", body);
    assert_eq!(role["permissions"][0]["entityIds"], json!([7]));
    assert_eq!(keys(&instance.expect(200, "PATCH", "/api/roles/3", json!({}))), ["id", "name", "permissions"]);
}

#[test]
fn a_fault_can_change_the_shape_of_one_answer() {
    let instance = Instance::new();
    instance.core.add_fault(Fault::new(FaultKind::OldVersionShapes));
    assert_eq!(instance.expect(200, "GET", "/api/users", None)[0]["provider"], "alsid");
    assert_eq!(instance.expect(200, "GET", "/api/users", None)[0]["provider"], "tenable");
}

#[test]
fn optional_fields_can_be_missing() {
    let instance = Instance::new();
    instance.core.add_fault(Fault::new(FaultKind::MissingOptionalFields).always());
    let user = ["email", "eulaVersion", "id", "identifier", "lockedOut", "name", "provider", "roles"];
    assert_eq!(keys(&instance.expect(200, "GET", "/api/users", None)[0]), user);
    assert_eq!(keys(&instance.expect(200, "GET", "/api/users/2", None)), user);
    assert_eq!(
        keys(&instance.expect(200, "GET", "/api/users/whoami", None)),
        ["email", "eulaVersion", "id", "internal", "name", "provider", "roles", "tenableCloudUserName"]
    );
    assert_eq!(keys(&instance.expect(200, "GET", "/api/roles/2", None)), ["description", "id", "name"]);
    assert_eq!(instance.expect(200, "GET", "/api/roles", None)[0].as_object().unwrap().len(), 4);
    // An error keeps its fields.
    assert_eq!(keys(&instance.expect(404, "GET", "/api/users/99", None)), ["code", "message"]);
}

#[test]
fn unknown_fields_can_be_added_at_every_depth() {
    let instance = Instance::new();
    instance.core.add_fault(Fault::new(FaultKind::ExtraFields));
    let me = instance.expect(200, "GET", "/api/users/whoami", None);
    for object in [&me, &me["roles"][0], &me["roles"][0]["permissions"][0]] {
        assert!(object.get("addedInALaterRelease").is_some(), "{object}");
    }
}
