//! What the conversions say, and that they are total.

mod facts;
mod totality;
mod vulnerability_management;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::{identity_exposure, security_center};

const UUID: &str = "7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d";

fn from<T: DeserializeOwned, S: From<T>>(document: Value) -> S {
    serde_json::from_value::<T>(document).unwrap().into()
}

fn exposure(document: Value) -> User {
    from::<identity_exposure::User, _>(document)
}

fn center(document: Value) -> User {
    from::<security_center::User, _>(document)
}

/// A user of Vulnerability Management with these fields besides the names.
fn platform(fields: &Value) -> User {
    let mut document = json!({"id": 7, "uuid": UUID, "username": "ann@example.com"});
    document.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    from::<crate::vulnerability_management::User, _>(document)
}
