//! Other shapes of the same answers, for faults: without optional fields, as on 5.8, and with warnings.

use serde_json::{Map, Value, json};

use crate::pipeline::Shape;

/// What 5.8 did not know.
const LATER: [&str; 18] = [
    "uuid",
    "apiKeys",
    "passwordExpires",
    "passwordExpiration",
    "passwordExpirationOverride",
    "passwordSetDate",
    "linkedUsers",
    "parent",
    "switchableUsers",
    "linkedUserRole",
    "createDefaultObjects",
    "vulnScoringSystem",
    "permAgentsSync",
    "permManageACR",
    "permViewDomainInventoryAssets",
    "permManageAttackSurfaceDomains",
    "permViewHostAssets",
    "permManageRiskRules",
];

/// Changes the successful answer of an operation.
pub(super) fn reshape(shape: Shape, route: &str, envelope: &mut Value) {
    let response = &mut envelope["response"];
    match shape {
        Shape::Warnings => envelope["warnings"] = json!([{ "code": 1, "warning": "This is a warning." }]),
        Shape::OldVersion => without(&LATER, response),
        Shape::MissingOptionalFields => {
            let objects = match response {
                Value::Array(items) => items.iter_mut().filter_map(Value::as_object_mut).collect(),
                Value::Object(object) => vec![object],
                _ => Vec::new(),
            };
            for object in objects {
                keep_marked(route, object);
            }
        }
    }
}

/// Takes fields away at every depth.
fn without(names: &[&str], value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| without(names, item)),
        Value::Object(object) => {
            object.retain(|name, _| !names.contains(&name.as_str()));
            object.values_mut().for_each(|value| without(names, value));
        }
        _ => {}
    }
}

/// Leaves what the documentation says is always there.
fn keep_marked(route: &str, object: &mut Map<String, Value>) {
    if let Some(Value::Array(page)) = object.get_mut("results") {
        page.iter_mut().filter_map(Value::as_object_mut).for_each(|object| keep_marked(route, object));
        return;
    }
    match route {
        "/rest/system" => object.clear(),
        "/rest/token" => object.retain(|name, _| matches!(name.as_str(), "token" | "releaseSession")),
        _ if object.contains_key("id") => object.retain(|name, _| matches!(name.as_str(), "id" | "uuid")),
        _ => {}
    }
}
