//! Other shapes of the same answers: without optional fields, and as in 2021.

use http::Method;
use serde_json::{Map, Value};

use crate::pipeline::Shape;

/// Changes the successful answer of an operation.
pub(super) fn reshape(shape: Shape, method: &Method, route: &str, body: &mut Value) {
    let change = match shape {
        Shape::MissingOptionalFields => without_optional_fields,
        Shape::OldVersion => as_in_2021,
        // Answers here have no place for warnings.
        Shape::Warnings => return,
    };
    match body {
        Value::Array(items) => {
            items.iter_mut().filter_map(Value::as_object_mut).for_each(|object| change(method, route, object));
        }
        Value::Object(object) => change(method, route, object),
        _ => {}
    }
}

fn drop_fields(object: &mut Map<String, Value>, names: &[&str]) {
    for name in names {
        object.remove(*name);
    }
}

/// Leaves out what the description does not require.
fn without_optional_fields(method: &Method, route: &str, object: &mut Map<String, Value>) {
    match route {
        "/api/users" | "/api/users/{id}" => {
            drop_fields(object, &["surname", "active", "department", "biography", "picture"]);
        }
        "/api/users/whoami" => {
            drop_fields(
                object,
                &["surname", "active", "department", "biography", "picture", "identifier", "lockedOut"],
            );
        }
        "/api/roles/{id}" if method == Method::GET => drop_fields(object, &["permissions"]),
        "/api/application-settings" => drop_fields(object, &["smtpRelayId"]),
        "/api/ldap-configuration" | "/api/saml-configuration" => {
            drop_fields(object, &["enableSaslBinding", "relayId", "relayUuid"]);
            for group in object.get_mut("allowedGroups").and_then(Value::as_array_mut).into_iter().flatten() {
                *group = Map::new().into();
            }
        }
        "/api/license" => drop_fields(object, &["currentActiveUserCount", "productAssociation"]),
        "/api/license/product-association" => drop_fields(object, &["productAssociation"]),
        "/api/about" => drop_fields(object, &["hostname"]),
        _ => {}
    }
}

fn as_in_2021(method: &Method, route: &str, object: &mut Map<String, Value>) {
    match route {
        "/api/users" | "/api/users/{id}" | "/api/users/whoami" => user_in_2021(method, route, object),
        "/api/login" => drop_fields(object, &["needPasswordReset"]),
        "/api/about" => drop_fields(object, &["isSaaSDeployment"]),
        _ if route.starts_with("/api/roles") => {
            numeric_entity_ids(object);
            if method == Method::PATCH {
                drop_fields(object, &["description"]);
            }
        }
        _ => {}
    }
}

fn user_in_2021(method: &Method, route: &str, object: &mut Map<String, Value>) {
    drop_fields(object, &["lockedOut", "tenableCloudUserName"]);
    if object.get("provider").is_some_and(|provider| provider == "tenable") {
        object.insert("provider".to_owned(), "alsid".into());
    }
    object.entry("picture").or_insert_with(|| Value::Array(vec![1.into(), 2.into()]));
    match route {
        "/api/users/{id}" if method == Method::GET => drop_fields(object, &["identifier", "provider", "eulaVersion"]),
        "/api/users/whoami" => {
            drop_fields(object, &["surname", "biography", "identifier"]);
            for role in object.get_mut("roles").and_then(Value::as_array_mut).into_iter().flatten() {
                role.as_object_mut().into_iter().for_each(numeric_entity_ids);
            }
        }
        _ => {}
    }
}

/// Turns the ids of permissions into numbers; ids that are not numeric did not exist.
fn numeric_entity_ids(role: &mut Map<String, Value>) {
    let permissions = role.get_mut("permissions").and_then(Value::as_array_mut).into_iter().flatten();
    for ids in permissions.filter_map(|permission| permission.get_mut("entityIds")?.as_array_mut()) {
        *ids = ids.iter().filter_map(|id| id.as_str()?.parse::<u64>().ok()).map(Value::from).collect();
    }
}
