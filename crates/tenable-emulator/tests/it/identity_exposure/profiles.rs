//! `/api/profiles` and the callers' preferences.

use serde_json::json;

use crate::support::Instance;

fn create(instance: &Instance, name: &str) -> u64 {
    let body = json!([{ "name": name, "directories": [1] }]);
    instance.expect(201, "POST", "/api/profiles", body)[0]["id"].as_u64().unwrap()
}

#[test]
fn a_profile_is_created_staged_committed_copied_and_deleted() {
    let instance = Instance::new();
    assert_eq!(instance.expect(200, "GET", "/api/profiles", None)[0]["name"], "Tenable");
    let id = create(&instance, "Lab");
    let path = format!("/api/profiles/{id}");
    assert_eq!(
        instance.expect(200, "GET", &path, None),
        json!({
            "id": id, "name": "Lab", "deleted": false, "directories": [1], "dirty": true, "hasEverBeenCommitted": false
        })
    );
    instance.expect(204, "POST", &format!("{path}/commit"), None);
    let committed = instance.expect(200, "GET", &path, None);
    assert_eq!((&committed["dirty"], &committed["hasEverBeenCommitted"]), (&json!(false), &json!(true)));
    instance.expect(204, "POST", &format!("{path}/unstage"), None);
    let body = json!({ "name": "Copy", "directories": [2, 3] });
    let copy = instance.expect(200, "POST", &format!("/api/profiles/from/{id}"), body);
    assert_eq!((&copy["name"], &copy["directories"]), (&json!("Copy"), &json!([2, 3])));
    assert_eq!(instance.expect(200, "PATCH", &path, json!({ "name": "Renamed" }))["name"], "Renamed");
    instance.expect(204, "DELETE", &path, None);
    instance.expect(404, "GET", &path, None);
}

#[test]
fn the_vendors_name_is_reserved_and_names_are_unique() {
    let instance = Instance::new();
    for name in ["Tenable", "tEnAbLe"] {
        instance.expect(400, "POST", "/api/profiles", json!([{ "name": name, "directories": [] }]));
    }
    create(&instance, "Tenable lab");
    instance.expect(409, "POST", "/api/profiles", json!([{ "name": "Tenable lab", "directories": [] }]));
    instance.expect(409, "POST", "/api/profiles/from/1", json!({ "name": "Tenable lab", "directories": [] }));
}

#[test]
fn profile_bodies_are_closed_and_directories_bounded() {
    let instance = Instance::new();
    instance.expect(400, "POST", "/api/profiles", json!([{ "name": "Lab" }]));
    instance.expect(400, "POST", "/api/profiles", json!({ "name": "Lab", "directories": [] }));
    let id = create(&instance, "Lab");
    instance.expect(400, "PATCH", &format!("/api/profiles/{id}"), json!({ "directories": [2_147_483_648_u64] }));
    instance.expect(200, "PATCH", &format!("/api/profiles/{id}"), json!({ "directories": [2_147_483_647] }));
}

#[test]
fn the_built_in_profile_stays() {
    let instance = Instance::new();
    instance.expect(403, "DELETE", "/api/profiles/1", None);
    instance.expect(403, "PATCH", "/api/profiles/1", json!({ "deleted": true }));
}

#[test]
fn preferences_are_the_callers_own() {
    let instance = Instance::new();
    let id = create(&instance, "Lab");
    let start = json!({ "language": "en", "preferredProfileId": 1 });
    assert_eq!(instance.expect(200, "GET", "/api/preferences", None), start);
    let changed = instance.expect(200, "PATCH", "/api/preferences", json!({ "preferredProfileId": id }));
    assert_eq!(changed, json!({ "language": "en", "preferredProfileId": id }));
    instance.expect(200, "PATCH", "/api/preferences", json!({ "language": "fr" }));
    assert_eq!(instance.ask_as(2, "GET", "/api/preferences", None).1, start);
    instance.expect(404, "PATCH", "/api/preferences", json!({ "preferredProfileId": 99 }));
    instance.expect(400, "PATCH", "/api/preferences", json!({ "language": null }));
    // Without the profile, the preference falls back to the built-in one.
    instance.expect(204, "DELETE", &format!("/api/profiles/{id}"), None);
    let fallen_back = json!({ "language": "fr", "preferredProfileId": 1 });
    assert_eq!(instance.expect(200, "GET", "/api/preferences", None), fallen_back);
}
