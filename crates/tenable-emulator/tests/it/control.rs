//! The control interface over HTTP.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};
use tenable_emulator::clock::ManualClock;
use tenable_emulator::faults::RetryAfter;
use tenable_emulator::{Emulator, RunningEmulator, security_center};
use tokio::net::TcpStream;

use crate::support::{authority, json, send, send_over, start};

async fn ask_with(
    emulator: &RunningEmulator,
    token: Option<&str>,
    method: &str,
    path: &str,
    body: Value,
) -> Response<Bytes> {
    let address = authority(emulator.control().url()).to_owned();
    let mut request = Request::builder().method(method).uri(path).header("host", &address);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = if body.is_null() {
        request.body(Full::default())
    } else {
        request.header("content-type", "application/json").body(Full::from(body.to_string()))
    };
    send_over(TcpStream::connect(address).await.unwrap(), request.unwrap()).await.unwrap()
}

async fn ask(emulator: &RunningEmulator, method: &str, path: &str, body: Value) -> Response<Bytes> {
    ask_with(emulator, Some(emulator.control().token()), method, path, body).await
}

#[tokio::test]
async fn every_request_needs_the_token() {
    let emulator = start().await;
    for (method, path) in [("GET", "/journal"), ("POST", "/reset"), ("GET", "/state"), ("GET", "/nothing")] {
        for token in [None, Some("wrong"), Some("")] {
            let answer = ask_with(&emulator, token, method, path, Value::Null).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{method} {path} {token:?}");
        }
    }
    assert_eq!(ask(&emulator, "GET", "/nothing", Value::Null).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_journal_is_read_from_a_number_on_and_cleared() {
    let emulator = start().await;
    send(&emulator, "GET", "/api/users", "").await.unwrap();
    send(&emulator, "POST", "/api/login", r#"{"email":"a@example.com","password":"sentinel"}"#).await.unwrap();
    let answer = ask(&emulator, "GET", "/journal?after=1", Value::Null).await;
    let entries = json(&answer, StatusCode::OK);
    assert_eq!(entries.as_array().unwrap().len(), 1);
    let entry = &entries[0];
    assert_eq!(entry["sequence"], 2);
    assert_eq!(entry["product"], "identity_exposure");
    assert_eq!(entry["time"], "2026-01-01T00:00:00.000Z");
    assert_eq!(entry["body"], json!({ "email": "a@example.com", "password": "***" }));
    assert_eq!((&entry["status"], &entry["route"]), (&json!(401), &json!("/api/login")));
    assert!(!String::from_utf8_lossy(answer.body()).contains(&emulator.identity_exposure().api_key));
    assert_eq!(ask(&emulator, "DELETE", "/journal", Value::Null).await.status(), StatusCode::NO_CONTENT);
    assert!(emulator.control().journal().is_empty());
    assert_eq!(ask(&emulator, "GET", "/journal?since=1", Value::Null).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn faults_are_added_listed_and_removed() {
    let emulator = start().await;
    let fault =
        json!({ "kind": "too_many_requests", "retry_after": { "seconds": 3 }, "path": "/api/users", "times": 2 });
    let added = json(&ask(&emulator, "POST", "/faults", fault).await, StatusCode::CREATED);
    let answer = send(&emulator, "GET", "/api/users", "").await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "3");
    let list = json(&ask(&emulator, "GET", "/faults", Value::Null).await, StatusCode::OK);
    assert_eq!((&list[0]["id"], &list[0]["happened"]), (&added["id"], &json!(1)));
    assert_eq!(list[0]["fault"]["kind"], "too_many_requests");
    let path = format!("/faults/{}", added["id"]);
    assert_eq!(ask(&emulator, "DELETE", &path, Value::Null).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ask(&emulator, "DELETE", &path, Value::Null).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(send(&emulator, "GET", "/api/users", "").await.unwrap().status(), StatusCode::OK);
    ask(&emulator, "POST", "/faults", json!({ "kind": "reset", "times": "always" })).await;
    assert_eq!(ask(&emulator, "DELETE", "/faults", Value::Null).await.status(), StatusCode::NO_CONTENT);
    assert!(emulator.control().faults().is_empty());
    for wrong in [json!({ "kind": "no_such" }), json!({ "kind": "reset", "tmies": 1 }), json!({})] {
        assert!(ask(&emulator, "POST", "/faults", wrong).await.status().is_client_error());
    }
}

#[tokio::test]
async fn rules_are_listed_and_set_all_or_none() {
    let emulator = start().await;
    let set = json(&ask(&emulator, "PATCH", "/rules", json!({ "ie.unknown_id": "400" })).await, StatusCode::OK);
    let rule = set.as_array().unwrap().iter().find(|rule| rule["name"] == "ie.unknown_id").unwrap();
    assert_eq!((&rule["outcome"], &rule["default"]), (&json!("400"), &json!("404")));
    assert_eq!(rule["outcomes"], json!(["404", "400", "403"]));
    assert_eq!(send(&emulator, "GET", "/api/users/99", "").await.unwrap().status(), StatusCode::BAD_REQUEST);
    let wrong = json!({ "ie.unknown_id": "403", "ie.unknown_role": "999" });
    let refusal = json(&ask(&emulator, "PATCH", "/rules", wrong).await, StatusCode::BAD_REQUEST);
    assert!(refusal["message"].as_str().unwrap().contains("404, 400, 500"), "{refusal}");
    assert_eq!(send(&emulator, "GET", "/api/users/99", "").await.unwrap().status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn mail_is_read() {
    let emulator = start().await;
    send(&emulator, "POST", "/api/users/forgotten-password", r#"{"email":"admin@example.com"}"#).await.unwrap();
    let mail = json(&ask(&emulator, "GET", "/mail", Value::Null).await, StatusCode::OK);
    assert_eq!(mail[0]["to"], "admin@example.com");
    assert!(mail[0]["text"].as_str().unwrap().contains(mail[0]["token"].as_str().unwrap()));
}

#[tokio::test]
async fn users_without_a_sign_in_of_their_own_sign_in_by_command() {
    let emulator = start().await;
    let sign_in = |product: &'static str, username: &'static str, password: &'static str| {
        let body = json!({ "product": product, "username": username, "password": password });
        ask(&emulator, "POST", "/sign-in", body)
    };
    let product = "vulnerability_management";
    for _ in 0..6 {
        let answer = sign_in(product, "basic@example.com", "wrong").await;
        assert_eq!(json(&answer, StatusCode::OK), json!({ "succeeded": false }));
    }
    let state = emulator.control().state();
    let users = state[product]["accounts"]["users"].as_array().unwrap();
    let user = users.iter().find(|user| user["username"] == "basic@example.com").unwrap();
    assert_eq!((&user["login_fail_count"], &user["locked_out"]), (&json!(6), &json!(true)));
    let password = tenable_emulator::vulnerability_management::SEED_PASSWORD;
    let answer = sign_in(product, "standard@example.com", password).await;
    assert_eq!(json(&answer, StatusCode::OK), json!({ "succeeded": true }));
    for (product, username) in [(product, "nobody@example.com"), ("security_center", "admin"), ("nothing", "admin")] {
        assert_eq!(sign_in(product, username, password).await.status(), StatusCode::NOT_FOUND, "{product}");
    }
    assert_eq!(ask(&emulator, "POST", "/sign-in", json!({ "user": 1 })).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_clock_is_moved() {
    let emulator = start().await;
    let now = json(&ask(&emulator, "POST", "/clock", json!({ "advance_seconds": 90 })).await, StatusCode::OK);
    assert_eq!(now, json!({ "now": "2026-01-01T00:01:30.000Z" }));
    ask(&emulator, "POST", "/clock", json!({ "set": "2030-06-01T12:00:00Z" })).await;
    let now = json(&ask(&emulator, "GET", "/clock", Value::Null).await, StatusCode::OK);
    assert_eq!(now, json!({ "now": "2030-06-01T12:00:00.000Z" }));
    assert!(ask(&emulator, "POST", "/clock", json!({ "set": "soon" })).await.status().is_client_error());
}

#[tokio::test]
async fn times_that_cannot_be_written_are_refused_and_break_nothing() {
    let emulator = start().await;
    for change in [
        json!({ "advance_seconds": u64::MAX }),
        json!({ "advance_seconds": 300_000_000_000_u64 }),
        json!({ "set": "1969-12-31T23:59:59Z" }),
        json!({ "set": "10000-01-01T00:00:00Z" }),
    ] {
        let answer = ask(&emulator, "POST", "/clock", change.clone()).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{change}");
    }
    for kind in ["too_many_requests", "service_unavailable"] {
        let fault = json!({ "kind": kind, "retry_after": { "date_in_seconds": 300_000_000_000_u64 } });
        assert_eq!(ask(&emulator, "POST", "/faults", fault).await.status(), StatusCode::BAD_REQUEST, "{kind}");
    }
    assert!(emulator.control().faults().is_empty());

    // A date that was good when it was asked for, and is none any more when the fault happens.
    let fault = json!({ "kind": "too_many_requests", "retry_after": { "date_in_seconds": 864_000 } });
    assert_eq!(ask(&emulator, "POST", "/faults", fault).await.status(), StatusCode::CREATED);
    let answer = ask(&emulator, "POST", "/clock", json!({ "set": "9999-12-30T00:00:00Z" })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer = send(&emulator, "GET", "/api/users", "").await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "Fri, 31 Dec 9999 23:59:59 GMT");

    // The same through the methods, which refuse nothing.
    emulator.control().advance(std::time::Duration::MAX);
    let fault = tenable_emulator::faults::Fault::too_many_requests(Some(RetryAfter::DateInSeconds(u64::MAX)));
    emulator.control().add_fault(fault);
    let answer = send(&emulator, "GET", "/api/users", "").await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "Fri, 31 Dec 9999 23:59:59 GMT");
}

#[tokio::test]
async fn a_reset_that_fails_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let emulator = Emulator::builder().state_file(inner.join("people.json")).start().await.unwrap();
    let control = emulator.control();
    control.set_rule("ie.unknown_id", "400").unwrap();
    control.add_fault(tenable_emulator::faults::Fault::bad_gateway().path("/nowhere"));
    send(&emulator, "DELETE", "/api/users/6", "").await.unwrap();
    std::fs::remove_dir_all(&inner).unwrap();
    assert_eq!(ask(&emulator, "POST", "/reset", Value::Null).await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!((control.journal().len(), control.faults().len()), (1, 1));
    assert_eq!(send(&emulator, "GET", "/api/users/6", "").await.unwrap().status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_state_tells_every_key() {
    let emulator = start().await;
    let state = json(&ask(&emulator, "GET", "/state", Value::Null).await, StatusCode::OK);
    let users = state["identity_exposure"]["accounts"]["users"].as_array().unwrap();
    assert_eq!(users.len(), 6);
    assert_eq!(users[0]["api_key"], emulator.identity_exposure().api_key);
}

#[tokio::test]
async fn a_reset_returns_to_the_start() {
    let emulator = start().await;
    send(&emulator, "DELETE", "/api/users/6", "").await.unwrap();
    send(&emulator, "POST", "/api/users/forgotten-password", r#"{"email":"admin@example.com"}"#).await.unwrap();
    send(&emulator, "POST", "/api/api-key", "{}").await.unwrap();
    emulator.control().set_rule("ie.unknown_id", "400").unwrap();
    emulator.control().add_fault(tenable_emulator::faults::Fault::bad_gateway());
    emulator.control().advance(std::time::Duration::from_secs(5));
    assert_eq!(ask(&emulator, "POST", "/reset", Value::Null).await.status(), StatusCode::NO_CONTENT);
    let control = emulator.control();
    assert!(control.journal().is_empty() && control.mail().is_empty() && control.faults().is_empty());
    let users = send(&emulator, "GET", "/api/users", "").await.unwrap();
    assert_eq!(json(&users, StatusCode::OK).as_array().unwrap().len(), 6);
    assert_eq!(send(&emulator, "GET", "/api/users/99", "").await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(control.journal()[0].time, "2026-01-01T00:00:00.000Z");
}

#[test]
fn a_product_without_an_emulator_is_looked_into_and_reset() {
    let center =
        security_center::SecurityCenter::new(security_center::Settings::new(), Arc::new(ManualClock::default()));
    let (start, key) = (center.state(), center.api_key(1, 1).unwrap());
    let delete = || {
        let request = Request::delete("/rest/user/4");
        let request = request.header("x-apikey", format!("accesskey={}; secretkey={}", key.access_key, key.secret_key));
        center.handle(request.body(Bytes::new()).unwrap()).response.status()
    };
    assert_eq!(delete(), StatusCode::OK);
    assert_ne!(delete(), StatusCode::OK);
    assert_ne!(center.state()["organizations"], start["organizations"]);
    center.reset().unwrap();
    assert!(center.journal().is_empty());
    assert_eq!(delete(), StatusCode::OK);
}

#[tokio::test]
async fn a_seed_repeats_keys_tokens_and_cookies() {
    async fn run(seed: Option<u64>) -> (Value, Value, Vec<String>) {
        let mut builder = Emulator::builder().clock(Arc::new(ManualClock::default()));
        if let Some(seed) = seed {
            builder = builder.seed(seed);
        }
        let emulator = builder.start().await.unwrap();
        send(&emulator, "POST", "/api/users/forgotten-password", r#"{"email":"admin@example.com"}"#).await.unwrap();
        send(&emulator, "POST", "/api/api-key", "{}").await.unwrap();
        let sign_in = json!({"username": "admin", "password": security_center::SEED_PASSWORD});
        let request = Request::post("/rest/token").header("content-type", "application/json");
        let answer = emulator.security_center_core().handle(request.body(sign_in.to_string().into()).unwrap()).response;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        let pair = |keys: security_center::KeyPair| keys.secret_key;
        let made = emulator.security_center_core().generate_api_key(1, 4).unwrap().map(pair).unwrap();
        let later = emulator.vulnerability_management_core().api_keys_of(2_223_306).unwrap().secret_key;
        let before = emulator.control().state();
        emulator.control().reset().unwrap();
        let token = emulator.control().token().to_owned();
        (before, emulator.control().state(), vec![cookie, made, later, token])
    }
    let (one, again, other, random) = (run(Some(7)).await, run(Some(7)).await, run(Some(8)).await, run(None).await);
    assert_eq!(one, again);
    for different in [other, random] {
        assert_ne!(one.0, different.0);
        assert_ne!(one.1, different.1);
        assert!(one.2.iter().zip(&different.2).all(|(one, other)| one != other), "{:?}", different.2);
    }
}
