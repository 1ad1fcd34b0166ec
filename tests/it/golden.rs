//! Every operation against golden documents: what is sent, byte for byte, and what is read, field for field.

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use tenable_api::{UntypedOperation, identity_exposure, security_center, vulnerability_management};
use tenable_tests::{Golden, fixtures};

/// A product, and what its golden answers are written as again: what was read, nothing lost, nothing added.
struct Product {
    folder: &'static str,
    operations: &'static [UntypedOperation],
    written_again: fn(&str, &Golden) -> Value,
}

const PRODUCTS: &[Product] = &[
    Product {
        folder: "identity_exposure",
        operations: identity_exposure::OPERATIONS,
        written_again: |id, golden| written_by_identity_exposure(id, &golden.value()),
    },
    Product {
        folder: "security_center",
        operations: security_center::OPERATIONS,
        written_again: written_by_security_center,
    },
    Product {
        folder: "vulnerability_management",
        operations: vulnerability_management::OPERATIONS,
        written_again: written_by_vulnerability_management,
    },
];

/// Each operation with its product.
fn operations() -> impl Iterator<Item = (&'static Product, &'static UntypedOperation, &'static str)> {
    PRODUCTS
        .iter()
        .flat_map(|product| product.operations.iter().map(move |operation| (product, operation, operation.meta().id)))
}

#[test]
fn every_operation_has_golden_documents() {
    for (product, _, id) in operations() {
        assert!(
            !fixtures(product.folder, id, "request").is_empty(),
            "{id} has no request in tests/fixtures/{}",
            product.folder
        );
        assert!(
            !fixtures(product.folder, id, "response").is_empty(),
            "{id} has no response in tests/fixtures/{}",
            product.folder
        );
    }
}

#[test]
fn every_request_is_the_golden_one_byte_for_byte() {
    for (product, operation, id) in operations() {
        for golden in fixtures(product.folder, id, "request") {
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

#[test]
fn every_response_comes_back_as_it_was() {
    for (product, operation, id) in operations() {
        for golden in fixtures(product.folder, id, "response") {
            let file = &golden.file;
            let response = Response::builder().status(golden.status).body(Bytes::from(golden.body())).unwrap();
            let read = operation.parse(&response).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(read, (product.written_again)(id, &golden), "{file}");
        }
    }
}

fn written_by_identity_exposure(id: &str, body: &Value) -> Value {
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

/// What is in the envelope.
fn written_by_security_center(id: &str, golden: &Golden) -> Value {
    match id {
        // Their payload is not read.
        "users.delete"
        | "security_managers.delete"
        | "roles.delete"
        | "groups.delete"
        | "organizations.delete"
        | "token.delete"
        | "current_user.delete_preference" => Value::Null,
        _ => golden.usual_form().unwrap_or_else(|| golden.value()["response"].clone()),
    }
}

/// A list that stands in an object under its name is read as the list.
fn written_by_vulnerability_management(id: &str, golden: &Golden) -> Value {
    match id {
        // Their bodies are not read.
        "users.delete"
        | "users.change_password"
        | "users.replace_authorizations"
        | "users.send_two_factor_code"
        | "users.verify_two_factor_code"
        | "users.configure_two_factor"
        | "groups.delete"
        | "groups.add_user"
        | "groups.remove_user"
        | "permissions.delete"
        | "access_control_lists.update" => Value::Null,
        _ => golden.usual_form().unwrap_or_else(|| match (id, golden.value()) {
            ("users.list" | "groups.members", mut body) => body["users"].take(),
            ("groups.list", mut body) => body["groups"].take(),
            ("permissions.list", mut body) => body["permissions"].take(),
            ("access_control_lists.details", mut body) => body["acls"].take(),
            (_, body) => body,
        }),
    }
}
