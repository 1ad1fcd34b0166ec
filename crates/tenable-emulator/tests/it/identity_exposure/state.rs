//! State that outlives the instance.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use tenable_emulator::StateError;
use tenable_emulator::clock::ManualClock;
use tenable_emulator::identity_exposure::{IdentityExposure, Settings};

use crate::support::PASSWORD;

fn open(path: &Path) -> IdentityExposure {
    IdentityExposure::open(Settings::new(), Arc::new(ManualClock::default()), path).unwrap()
}

fn ask(instance: &IdentityExposure, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-api-key", instance.api_key())
        .header("content-type", "application/json")
        .body(if body.is_null() { Bytes::new() } else { body.to_string().into() });
    let response = instance.handle(request.unwrap()).response;
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or(Value::Null))
}

#[test]
fn users_roles_settings_and_keys_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let first = open(&path);
    let key = first.api_key();
    let user = json!([{ "name": "N", "email": "n@example.com", "password": PASSWORD, "active": true }]);
    assert_eq!(ask(&first, "POST", "/api/users", &user).0, 201);
    assert_eq!(ask(&first, "POST", "/api/roles", &json!([{ "name": "R", "description": "" }])).0, 201);
    assert_eq!(ask(&first, "PUT", "/api/users/7/roles", &json!({ "roles": [4] })).0, 200);
    assert_eq!(ask(&first, "DELETE", "/api/users/6", &Value::Null).0, 204);
    assert_eq!(ask(&first, "PATCH", "/api/application-settings", &json!({ "smtpServerPort": 25 })).0, 200);
    assert_eq!(ask(&first, "POST", "/api/users/forgotten-password", &json!({ "email": "n@example.com" })).0, 200);
    let token = first.mail()[0].token.clone();
    let users = ask(&first, "GET", "/api/users", &Value::Null);
    drop(first);

    let second = open(&path);
    assert_eq!(second.api_key(), key);
    assert_eq!(ask(&second, "GET", "/api/users", &Value::Null), users);
    assert_eq!(ask(&second, "GET", "/api/roles/4", &Value::Null).1["name"], "R");
    assert_eq!(ask(&second, "GET", "/api/application-settings", &Value::Null).1["smtpServerPort"], 25);
    let body = json!({ "token": token, "newPassword": "Copper-Lantern-77" });
    assert_eq!(ask(&second, "POST", "/api/users/retrieve-password", &body).0, 200);
    let body = json!({ "email": "n@example.com", "password": "Copper-Lantern-77" });
    assert_eq!(ask(&second, "POST", "/api/login", &body).0, 200);
}

#[test]
fn an_id_is_not_used_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let user = json!([{ "name": "N", "email": "n@example.com", "password": PASSWORD }]);
    let first = open(&path);
    assert_eq!(ask(&first, "POST", "/api/users", &user).1[0]["id"], 7);
    assert_eq!(ask(&first, "DELETE", "/api/users/7", &Value::Null).0, 204);
    drop(first);
    assert_eq!(ask(&open(&path), "POST", "/api/users", &user).1[0]["id"], 8);
}

#[test]
fn a_counted_failed_login_is_saved_although_it_was_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let body = json!({ "email": "robin.active@example.com", "password": "wrong" });
    for _ in 0..3 {
        assert_eq!(ask(&open(&path), "POST", "/api/login", &body).0, 401);
    }
    assert_eq!(ask(&open(&path), "GET", "/api/users/2", &Value::Null).1["lockedOut"], true);
}

#[test]
fn passwords_are_not_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let user = json!([{ "name": "N", "email": "n@example.com", "password": PASSWORD }]);
    assert_eq!(ask(&open(&path), "POST", "/api/users", &user).0, 201);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("n@example.com") && !text.contains(PASSWORD));
}

#[test]
fn a_file_that_is_not_a_state_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    for text in ["not json", r#"{"format":1,"products":{"identity_exposure":{"accounts":{}}}}"#] {
        fs::write(&path, text).unwrap();
        let error = IdentityExposure::open(Settings::new(), Arc::new(ManualClock::default()), &path).unwrap_err();
        assert!(error.to_string().contains("people.json"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_given_key_replaces_the_one_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    drop(open(&path));
    let settings = Settings::new().api_key("given");
    let instance = IdentityExposure::open(settings, Arc::new(ManualClock::default()), &path).unwrap();
    assert_eq!(instance.api_key(), "given");
    assert_eq!(ask(&instance, "GET", "/api/users", &Value::Null).0, 200);
    drop(instance);
    assert_eq!(open(&path).api_key(), "given");
}

#[test]
fn a_second_instance_on_the_file_is_refused_while_the_first_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let first = open(&path);
    let clone = first.clone();
    drop(first);
    let error = IdentityExposure::open(Settings::new(), Arc::new(ManualClock::default()), &path).unwrap_err();
    assert!(matches!(error, StateError::InUse { .. }), "{error:?}");
    drop(clone);
    open(&path);
}

#[test]
fn what_cannot_be_saved_is_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let instance = open(&inner.join("people.json"));
    fs::remove_dir_all(&inner).unwrap();
    let user = json!([{ "name": "N", "email": "n@example.com", "password": PASSWORD }]);
    assert_eq!(ask(&instance, "POST", "/api/users", &user).0, 500);
    assert_eq!(ask(&instance, "GET", "/api/users", &Value::Null).1.as_array().unwrap().len(), 6);
    fs::create_dir(&inner).unwrap();
    assert_eq!(ask(&instance, "POST", "/api/users", &user).1[0]["id"], 7);
}
