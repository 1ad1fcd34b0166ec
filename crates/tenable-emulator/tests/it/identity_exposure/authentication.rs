//! Keys, licence and permissions.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use crate::support::Instance;

#[test]
fn without_a_good_key_the_answer_is_401() {
    let instance = Instance::new();
    assert_eq!(instance.ask_with(None, "GET", "/api/users", None).0, 401);
    assert_eq!(instance.ask_with(Some("not-a-key"), "GET", "/api/users", None).0, 401);
    assert_eq!(instance.ask_with(Some(""), "GET", "/api/users", None).0, 401);
}

#[test]
fn the_key_pair_of_another_product_is_refused() {
    let instance = Instance::new();
    let pair = format!("accessKey={0};secretKey={0}", instance.core.api_key());
    let request = Request::get("/api/users").header("X-ApiKeys", pair).body(Bytes::new()).unwrap();
    assert_eq!(instance.core.handle(request).response.status(), 401);
}

#[test]
fn authentication_comes_before_the_check_of_id_and_body() {
    let instance = Instance::new();
    assert_eq!(instance.ask_with(None, "GET", "/api/users/abc", None).0, 401);
    assert_eq!(instance.ask_with(None, "POST", "/api/users", json!({})).0, 401);
}

#[test]
fn keys_of_locked_and_inactive_users_are_refused() {
    let instance = Instance::new();
    assert_eq!(instance.ask_as(3, "GET", "/api/users/whoami", None).0, 401);
    assert_eq!(instance.ask_as(4, "GET", "/api/users/whoami", None).0, 401);
    instance.expect(200, "PATCH", "/api/users/4", json!({ "lockedOut": false }));
    assert_eq!(instance.ask_as(4, "GET", "/api/users/whoami", None).0, 200);
}

#[test]
fn a_refreshed_key_ends_the_old_one_at_once() {
    let instance = Instance::new();
    let old = instance.core.api_key();
    assert_eq!(instance.expect(200, "GET", "/api/api-key", None), json!({ "key": old }));
    let new = instance.expect(200, "POST", "/api/api-key", json!({}));
    let new = new["key"].as_str().unwrap();
    assert_ne!(new, old);
    assert_eq!(instance.ask_with(Some(&old), "GET", "/api/api-key", None).0, 401);
    assert_eq!(instance.ask_with(Some(new), "GET", "/api/api-key", None), (200, json!({ "key": new })));
    assert_eq!(instance.core.api_key(), new);
}

#[test]
fn four_operations_need_no_key() {
    let instance = Instance::new();
    for (method, path) in [("GET", "/api/about"), ("GET", "/api/license/product-association")] {
        assert_eq!(instance.ask_with(None, method, path, None).0, 200, "{path}");
    }
    let login = json!({ "email": "admin@example.com", "password": tenable_emulator::identity_exposure::SEED_PASSWORD });
    assert_eq!(instance.ask_with(None, "POST", "/api/login", login).0, 200);
    let forgotten = json!({ "email": "admin@example.com" });
    assert_eq!(instance.ask_with(None, "POST", "/api/users/forgotten-password", forgotten).0, 200);
}

#[test]
fn a_missing_licence_refuses_roles_profiles_keys_and_configuration_but_not_users() {
    let instance = Instance::with(&[("ie.license_features", "none")]);
    for path in [
        "/api/roles",
        "/api/roles/1",
        "/api/profiles",
        "/api/api-key",
        "/api/application-settings",
        "/api/ldap-configuration",
        "/api/saml-configuration",
    ] {
        instance.expect(403, "GET", path, None);
    }
    for path in ["/api/users", "/api/users/1", "/api/users/whoami", "/api/preferences", "/api/lockout-policy"] {
        instance.expect(200, "GET", path, None);
    }
    assert_eq!(instance.expect(200, "GET", "/api/license", None)["features"], json!([]));
}

#[test]
fn writes_to_others_need_a_permission() {
    let instance = Instance::new();
    let refused = [
        (
            "POST",
            "/api/users",
            json!([{ "name": "N", "email": "n@example.com", "password": crate::support::PASSWORD }]),
        ),
        ("PATCH", "/api/users/1", json!({ "name": "N" })),
        ("PUT", "/api/users/1/roles", json!({ "roles": [2] })),
        ("POST", "/api/roles", json!([{ "name": "N", "description": "" }])),
        ("PUT", "/api/roles/2/permissions", json!([])),
        ("POST", "/api/profiles", json!([{ "name": "N", "directories": [] }])),
        ("PATCH", "/api/application-settings", json!({})),
        ("PATCH", "/api/lockout-policy", json!({})),
        ("POST", "/api/license", json!({ "license": "x" })),
    ];
    for (method, path, body) in refused {
        assert_eq!(instance.ask_as(2, method, path, body).0, 403, "{method} {path}");
    }
    assert_eq!(instance.ask_as(2, "DELETE", "/api/users/5", None).0, 403);
}

#[test]
fn a_right_on_the_own_account_reaches_no_further() {
    let instance = Instance::new();
    assert_eq!(instance.ask_as(2, "PATCH", "/api/users/2", json!({ "department": "Own" })).0, 200);
    assert_eq!(instance.ask_as(2, "PATCH", "/api/users/5", json!({ "department": "Other" })).0, 403);
    // Otherwise everybody could become an administrator.
    assert_eq!(instance.ask_as(2, "PUT", "/api/users/2/roles", json!({ "roles": [1] })).0, 403);
}

#[test]
fn a_permission_for_listed_ids_reaches_these_only() {
    let instance = Instance::new();
    let permission = json!([{ "entityName": "user", "action": "edit", "entityIds": ["5"], "dynamicId": null }]);
    instance.expect(200, "PUT", "/api/roles/3/permissions", permission);
    assert_eq!(instance.ask_as(2, "PATCH", "/api/users/5", json!({ "name": "N" })).0, 200);
    assert_eq!(instance.ask_as(2, "PATCH", "/api/users/6", json!({ "name": "N" })).0, 403);
    assert_eq!(instance.ask_as(2, "POST", "/api/users", json!([])).0, 400, "the body is checked before the permission");
}

#[test]
fn create_includes_edit_and_edit_includes_read() {
    let instance = Instance::with(&[("ie.read_permission", "enforced")]);
    for (action, read, edit) in [("read", 200, 403), ("edit", 200, 200), ("create", 200, 200), ("Other", 403, 403)] {
        let permission = json!([{ "entityName": "user", "action": action, "entityIds": null }]);
        instance.expect(200, "PUT", "/api/roles/3/permissions", permission);
        assert_eq!(instance.ask_as(2, "GET", "/api/users/5", None).0, read, "{action}");
        assert_eq!(instance.ask_as(2, "PATCH", "/api/users/5", json!({ "name": "N" })).0, edit, "{action}");
    }
}

#[test]
fn permission_comes_before_existence() {
    let instance = Instance::new();
    assert_eq!(instance.ask_as(2, "DELETE", "/api/users/99", None).0, 403);
    assert_eq!(instance.ask("DELETE", "/api/users/99", None).0, 404);
}
