//! State that outlives the instance.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tenable_emulator::clock::ManualClock;
use tenable_emulator::security_center::{SEED_PASSWORD, SecurityCenter, Settings};
use tenable_emulator::{Emulator, StateError};

use super::support::{ADMIN, Center, MANAGER, PASSWORD, each, key_header, new_user, session};
use crate::support::{json as json_of, send};

fn open(path: &Path) -> Center {
    let clock = Arc::new(ManualClock::default());
    Center { core: SecurityCenter::open(Settings::new(), Arc::clone(&clock) as _, path).unwrap(), clock }
}

#[test]
fn everything_but_sessions_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let first = open(&path);
    let key = first.core.api_key(1, 1);
    first.create("ann");
    first.ok(MANAGER, "PATCH", "/user/4", json!({ "title": "Lead", "roleID": 5 }));
    first.ok(MANAGER, "POST", "/role", json!({ "name": "R" }));
    first.ok(MANAGER, "POST", "/group", json!({ "name": "G", "policies": [{ "id": 1 }] }));
    first.ok(ADMIN, "POST", "/organization", json!({ "name": "O", "vulnScoringSystem": "CVSSv3" }));
    first.ok(MANAGER, "DELETE", "/user/3", json!({ "migrateUserID": 1 }));
    let logged_in = first.login("north.manager");
    let seen = |center: &Center| {
        ["/user?fields=title,role,group,uuid", "/role?fields=name,creator", "/group/3", "/group/1"]
            .map(|path| center.get(MANAGER, path))
    };
    let (before, organizations) = (seen(&first), first.get(ADMIN, "/organization"));
    drop(first);

    let second = open(&path);
    assert_eq!(second.core.api_key(1, 1), key);
    assert_eq!(seen(&second), before);
    assert_eq!(second.get(ADMIN, "/organization"), organizations);
    assert_eq!(second.ask_in(&logged_in, "GET", "/user", None).code(), 12);
    session(&second.try_login("ann", PASSWORD, &Value::Null));
    let uuid = before[0][0]["uuid"].as_str().unwrap().to_owned();
    assert_eq!(second.get(MANAGER, &format!("/user/{uuid}"))["id"], "1");
    assert_eq!(second.create("bo").1, 11, "ids go on");
}

#[test]
fn a_failed_login_counts_across_restarts_and_passwords_are_not_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    for _ in 0..2 {
        assert_eq!(open(&path).try_login("blake.viewer", "wrong", &Value::Null).status, 403);
    }
    let center = open(&path);
    assert_eq!(center.get(MANAGER, "/user/4")["failedLogins"], "2");
    center.create("ann");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"ann\"") && !text.contains(PASSWORD) && !text.contains(SEED_PASSWORD));
}

#[test]
fn a_file_that_is_not_a_state_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let empty = {
        drop(open(&path));
        let mut saved: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        saved["products"]["security_center"]["accounts"] = json!({ "last_ids": {}, "users": [] });
        saved.to_string()
    };
    for text in [r#"{"format":1,"products":{"security_center":{"roles":{}}}}"#, &empty] {
        fs::write(&path, text).unwrap();
        let error = SecurityCenter::open(Settings::new(), Arc::new(ManualClock::default()), &path).unwrap_err();
        assert!(matches!(error, StateError::Invalid { .. }), "{error:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn what_cannot_be_saved_is_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let center = open(&inner.join("people.json"));
    fs::remove_dir_all(&inner).unwrap();
    assert_eq!(center.ask(MANAGER, "POST", "/user", new_user("ann")).status, 500);
    assert!(center.core.generate_api_key(1, 1).is_err());
    assert_eq!(center.get(MANAGER, "/user").as_array().unwrap().len(), 9);
    fs::create_dir(&inner).unwrap();
    assert_eq!(center.create("ann").1, 10);
}

#[tokio::test]
async fn the_products_share_the_file_and_one_may_be_missing_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let emulator = Emulator::builder().state_file(&path).start().await.unwrap();
    let deleted = send(&emulator, "DELETE", "/api/users/6", "").await.unwrap();
    assert_eq!(deleted.status(), 204);
    let endpoint = emulator.security_center().clone();
    emulator.shutdown().await;
    let mut saved: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let products: Vec<_> = saved["products"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(products, ["identity_exposure", "security_center", "vulnerability_management"]);

    let emulator = Emulator::builder().state_file(&path).start().await.unwrap();
    assert_eq!(emulator.security_center().secret_key, endpoint.secret_key);
    emulator.shutdown().await;

    saved["products"].as_object_mut().unwrap().remove("security_center");
    fs::write(&path, saved.to_string()).unwrap();
    let emulator = Emulator::builder().state_file(&path).start().await.unwrap();
    assert_ne!(emulator.security_center().secret_key, endpoint.secret_key, "from the seed again");
    let users = send(&emulator, "GET", "/api/users", "").await.unwrap();
    assert_eq!(json_of(&users, http::StatusCode::OK).as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_reset_returns_to_the_seed_and_its_keys_and_ends_sessions() {
    let emulator = Emulator::builder().start().await.unwrap();
    let center = Center { core: emulator.security_center_core().clone(), clock: Arc::default() };
    let key = center.core.api_key(1, 1);
    let session = center.login("north.manager");
    center.create("ann");
    center.core.generate_api_key(1, 1).unwrap();
    let state = emulator.control().state();
    let sessions = &state["security_center"]["sessions"];
    assert_eq!(sessions[0]["account"], json!({ "organization": 1, "id": 1 }));
    assert!(!sessions.to_string().contains(&session.cookie));
    emulator.control().reset().unwrap();
    assert_eq!(center.core.api_key(1, 1), key);
    assert_eq!(
        key_header(&key.unwrap()),
        format!(
            "accesskey={}; secretkey={};",
            emulator.security_center().access_key,
            emulator.security_center().secret_key
        )
    );
    assert_eq!(each(&center.get(MANAGER, "/user"), "id").len(), 9);
    assert_eq!(center.ask_in(&session, "GET", "/user", None).code(), 12);
    emulator.shutdown().await;
}
