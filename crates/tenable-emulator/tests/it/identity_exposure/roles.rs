//! `/api/roles`.

use serde_json::{Value, json};

use crate::support::Instance;

fn permission() -> Value {
    json!({ "entityName": "dashboard", "action": "read", "entityIds": ["1", "5"], "dynamicId": null })
}

#[test]
fn create_answers_201_with_no_permissions() {
    let body = json!([{ "name": "Triage", "description": "d" }, { "name": "Other", "description": "" }]);
    assert_eq!(
        Instance::new().expect(201, "POST", "/api/roles", body),
        json!([
            { "id": 4, "name": "Triage", "description": "d", "permissions": [] },
            { "id": 5, "name": "Other", "description": "", "permissions": [] }
        ])
    );
}

#[test]
fn create_refuses_what_the_description_does_not_allow() {
    let instance = Instance::new();
    for body in [
        json!([{ "name": "N" }]),
        json!({ "name": "N", "description": "" }),
        json!([{ "name": "N", "description": "", "permissions": [] }]),
        json!([{ "name": "N", "description": null }]),
        json!([]),
    ] {
        instance.expect(400, "POST", "/api/roles", body);
    }
}

#[test]
fn a_name_in_use_is_refused_on_create_copy_and_rename() {
    let instance = Instance::new();
    instance.expect(409, "POST", "/api/roles", json!([{ "name": "Auditor", "description": "" }]));
    let twice = json!([{ "name": "New", "description": "" }, { "name": "New", "description": "" }]);
    instance.expect(409, "POST", "/api/roles", twice);
    instance.expect(409, "POST", "/api/roles/from/2", json!({ "name": "Auditor" }));
    instance.expect(409, "PATCH", "/api/roles/2", json!({ "name": "Auditor" }));
    assert_eq!(instance.expect(200, "GET", "/api/roles", None).as_array().unwrap().len(), 3);
    instance.expect(200, "PATCH", "/api/roles/3", json!({ "name": "Auditor" }));
}

#[test]
fn the_global_administrator_role_does_not_change() {
    let instance = Instance::new();
    instance.expect(403, "PATCH", "/api/roles/1", json!({ "description": "x" }));
    instance.expect(403, "DELETE", "/api/roles/1", None);
    instance.expect(403, "PUT", "/api/roles/1/permissions", json!([]));
    // It may be copied, though.
    let copy = instance.expect(200, "POST", "/api/roles/from/1", json!({ "name": "Copy" }));
    instance.expect(200, "PUT", &format!("/api/roles/{}/permissions", copy["id"]), json!([]));
}

#[test]
fn an_update_changes_what_it_names() {
    let instance = Instance::new();
    let before = instance.expect(200, "GET", "/api/roles/3", None);
    assert_eq!(instance.expect(200, "PATCH", "/api/roles/3", json!({})), before);
    let after = instance.expect(200, "PATCH", "/api/roles/3", json!({ "description": "new" }));
    assert_eq!(after["description"], "new");
    assert_eq!(after["name"], before["name"]);
    assert_eq!(after["permissions"], before["permissions"]);
    instance.expect(404, "PATCH", "/api/roles/99", json!({}));
}

#[test]
fn a_deleted_role_leaves_users_and_defaults() {
    let instance = Instance::new();
    instance.expect(200, "PATCH", "/api/application-settings", json!({ "defaultRoleIds": [2, 3] }));
    instance.expect(204, "DELETE", "/api/roles/3", None);
    instance.expect(404, "DELETE", "/api/roles/3", None);
    assert_eq!(instance.expect(200, "GET", "/api/users/2", None)["roles"], json!([2]));
    let settings = instance.expect(200, "GET", "/api/application-settings", None);
    assert_eq!(settings["defaultRoleIds"], json!([2]));
    assert_eq!(instance.create_role("New"), 4, "ids are not used twice");
}

#[test]
fn a_deleted_role_can_be_left_dangling() {
    let instance = Instance::with(&[("ie.delete_role", "keep")]);
    instance.expect(204, "DELETE", "/api/roles/3", None);
    assert_eq!(instance.expect(200, "GET", "/api/users/2", None)["roles"], json!([2, 3]));
    assert_eq!(instance.ask_as(2, "GET", "/api/users/whoami", None).1["roles"].as_array().unwrap().len(), 1);
}

#[test]
fn a_copy_has_a_new_id_and_the_sources_description_and_permissions() {
    let instance = Instance::new();
    let source = instance.expect(200, "GET", "/api/roles/3", None);
    let copy = instance.expect(200, "POST", "/api/roles/from/3", json!({ "name": "Copy" }));
    assert_eq!(copy["id"], 4);
    assert_eq!(copy["name"], "Copy");
    assert_eq!(copy["description"], source["description"]);
    assert_eq!(copy["permissions"], source["permissions"]);
    instance.expect(404, "POST", "/api/roles/from/99", json!({ "name": "Other" }));
    let message = instance.expect(400, "POST", "/api/roles/from/x", json!({ "name": "Other" }))["message"].clone();
    assert_eq!(message, "data.fromId should be a numerical string");
}

#[test]
fn a_copy_answered_204_has_no_body_and_happened() {
    let instance = Instance::with(&[("ie.copy_status", "204")]);
    assert_eq!(instance.expect(204, "POST", "/api/roles/from/3", json!({ "name": "Copy" })), "");
    assert_eq!(instance.expect(200, "GET", "/api/roles/4", None)["name"], "Copy");
}

#[test]
fn permissions_are_replaced_as_a_whole() {
    let instance = Instance::new();
    let own = json!({ "entityName": "user", "action": "edit", "entityIds": null, "dynamicId": "self-user-id" });
    let role = instance.expect(200, "PUT", "/api/roles/3/permissions", json!([permission(), own]));
    assert_eq!(role["name"], "Auditor");
    assert_eq!(role["permissions"], json!([permission(), own]));
    assert_eq!(instance.expect(200, "PUT", "/api/roles/3/permissions", json!([]))["permissions"], json!([]));
}

#[test]
fn an_absent_dynamic_id_is_null() {
    let body = json!([{ "entityName": "dashboard", "action": "read", "entityIds": ["1", "5"] }]);
    let role = Instance::new().expect(200, "PUT", "/api/roles/3/permissions", body);
    assert_eq!(role["permissions"], json!([permission()]));
}

#[test]
fn permissions_have_entity_ids_and_one_dynamic_id() {
    let instance = Instance::new();
    let with = |name: &str, value: Value| {
        let mut permission = permission();
        permission[name] = value;
        json!([permission])
    };
    for (body, message) in [
        (json!([{ "entityName": "dashboard", "action": "read" }]), "data[0] should have required property 'entityIds'"),
        (
            with("dynamicId", json!("other")),
            "data[0].dynamicId should be equal to one of the allowed values: self-user-id (enum)",
        ),
        (with("entityIds", json!([1])), "data[0].entityIds[0] should be string"),
        (json!({}), "data should be array"),
    ] {
        assert_eq!(instance.expect(400, "PUT", "/api/roles/3/permissions", body)["message"], message);
    }
    instance.expect(200, "PUT", "/api/roles/3/permissions", with("entityName", json!("somethingNew")));
    instance.expect(200, "PUT", "/api/roles/3/permissions", with("action", json!("Access")));
}

#[test]
fn numeric_entity_ids_become_texts_under_the_lenient_rule() {
    let instance = Instance::with(&[("ie.entity_ids", "lenient")]);
    let body = json!([{ "entityName": "dashboard", "action": "read", "entityIds": [1, "5"] }]);
    let role = instance.expect(200, "PUT", "/api/roles/3/permissions", body);
    assert_eq!(role["permissions"], json!([permission()]));
}

#[test]
fn the_creation_defaults_are_those_of_the_settings() {
    let instance = Instance::new();
    let defaults = instance.expect(200, "GET", "/api/roles/user-creation-defaults", None);
    assert_eq!(defaults, json!([instance.expect(200, "GET", "/api/roles/2", None)]));
    instance.expect(200, "PATCH", "/api/application-settings", json!({ "defaultRoleIds": [3] }));
    let id = instance.create_user("new@example.com");
    assert_eq!(instance.expect(200, "GET", &format!("/api/users/{id}"), None)["roles"], json!([3]));
}
