//! Every operation against golden documents: what is sent, byte for byte, and what is read, field for field.

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use tenable_api::identity_exposure::OPERATIONS;
use tenable_tests::fixtures;

const PRODUCT: &str = "identity_exposure";

#[test]
fn every_operation_has_golden_documents() {
    for operation in OPERATIONS {
        let id = operation.meta().id;
        assert!(!fixtures(PRODUCT, id, "request").is_empty(), "{id} has no request");
        assert!(!fixtures(PRODUCT, id, "response").is_empty(), "{id} has no response");
    }
}

#[test]
fn every_request_is_the_golden_one_byte_for_byte() {
    for operation in OPERATIONS {
        for golden in fixtures(PRODUCT, operation.meta().id, "request") {
            let file = &golden.file;
            let request = operation.request(golden.arguments.clone()).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(request.method(), golden.method.as_str(), "{file}");
            assert_eq!(request.uri().to_string(), golden.path, "{file}");
            let body = golden.body();
            assert_eq!(String::from_utf8_lossy(request.body()), body, "{file}");
            let content_type = request.headers().get("content-type").map(|value| value.to_str().unwrap());
            assert_eq!(content_type, (!body.is_empty()).then_some("application/json"), "{file}");
        }
    }
}

/// What a golden response is written as again: what was read, nothing lost, nothing added.
fn written_again(id: &str, body: &Value) -> Value {
    match id {
        // One element goes in and out of an array.
        "users.create" | "roles.create" => body[0].clone(),
        // Their bodies are not read.
        "users.delete"
        | "roles.delete"
        | "users.create_password"
        | "users.retrieve_password"
        | "users.change_password"
        | "lockout_policy.update" => Value::Null,
        _ => exact(body),
    }
}

/// The documented form of what old servers write otherwise: ids of entities as text.
fn exact(body: &Value) -> Value {
    match body {
        Value::Array(elements) => elements.iter().map(exact).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match (name.as_str(), value) {
                ("entityIds", Value::Array(ids)) => {
                    let text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
                    (name.clone(), ids.iter().map(|id| Value::from(text(id))).collect())
                }
                _ => (name.clone(), exact(value)),
            })
            .collect(),
        other => other.clone(),
    }
}

#[test]
fn every_response_comes_back_as_it_was() {
    for operation in OPERATIONS {
        let id = operation.meta().id;
        for golden in fixtures(PRODUCT, id, "response") {
            let file = &golden.file;
            let response = Response::builder().status(golden.status).body(Bytes::from(golden.body())).unwrap();
            let read = operation.parse(&response).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(read, written_again(id, &golden.value()), "{file}");
        }
    }
}
