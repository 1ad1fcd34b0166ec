//! Passwords, keys and tokens.
//!
//! A secret is a [`SecretString`] from the public surface inward. It prints as redacted, is wiped from memory when dropped, and is read
//! with [`ExposeSecret::expose_secret`]. It is written to JSON only where a request or a stored document needs it.

pub use secrecy::{ExposeSecret, SecretString};

use serde::Serializer;
use serde_json::Value;

/// Writes a secret as a plain JSON string, for `#[serde(serialize_with = "...")]` on the field of a request body.
pub fn expose<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

/// [`expose`] for an optional field; the field is skipped when there is nothing to write.
pub fn expose_option<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => expose(secret, serializer),
        None => serializer.serialize_none(),
    }
}

/// [`expose`] for a field that an update may clear.
pub fn expose_patch<S: Serializer>(secret: &crate::Patch<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret.as_set() {
        Some(secret) => expose(secret, serializer),
        None => serializer.serialize_none(),
    }
}

/// Fields that tell about a password and hold none.
const ABOUT_PASSWORDS: &[&str] = &[
    "passwordcomplexity",
    "mustchangepassword",
    "passwordexpiration",
    "passwordexpirationoverride",
    "passwordexpires",
    "passwordsetdate",
];

/// Whether a field of this name looks like it holds a secret; used to mask unknown fields in `Debug`.
///
/// ```
/// assert!(tenable_model::secret::looks_secret("smtpAccountPassword"));
/// assert!(!tenable_model::secret::looks_secret("department"));
/// ```
pub fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if ABOUT_PASSWORDS.contains(&name.as_str()) {
        return false;
    }
    ["password", "passwd", "secret", "token", "apikey", "api_key", "accesskey", "privatekey"]
        .iter()
        .any(|word| name.contains(word))
        || name == "key"
}

/// What stands in the place of a secret.
pub const MASK: &str = "**********";

/// The value as it may be shown: what stands under a name that [`looks_secret`], at any depth, is masked.
///
/// ```
/// use serde_json::json;
/// use tenable_model::secret::masked;
///
/// let shown = masked(&json!({"mail": {"server": "mx", "password": "Violet-Harbor-42"}}));
/// assert_eq!(shown, json!({"mail": {"server": "mx", "password": "**********"}}));
/// ```
pub fn masked(value: &Value) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(masked).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), masked_field(name, field))).collect(),
        other => other.clone(),
    }
}

/// The field of this name as it may be shown; see [`masked`].
pub fn masked_field(name: &str, value: &Value) -> Value {
    if looks_secret(name) { MASK.into() } else { masked(value) }
}

/// Whether something is there, at any depth, under a name that [`looks_secret`]: a text or a number. A switch is no secret.
///
/// ```
/// use serde_json::json;
/// use tenable_model::secret::holds_secret;
///
/// assert!(holds_secret("mail", &json!([{"password": "Violet-Harbor-42"}])));
/// assert!(!holds_secret("mail", &json!({"password": null, "hasToken": true})));
/// ```
pub fn holds_secret(name: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(_) => looks_secret(name),
        Value::String(text) => looks_secret(name) && !text.is_empty(),
        // The elements of a list stand under its name, and so does what is in a secret object.
        Value::Array(elements) => elements.iter().any(|element| holds_secret(name, element)),
        Value::Object(fields) => {
            fields.iter().any(|(inner, field)| holds_secret(if looks_secret(name) { name } else { inner }, field))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_not_in_debug() {
        let secret = SecretString::from("Violet-Harbor-42");
        assert!(!format!("{secret:?}").contains("Violet"));
    }

    #[test]
    fn what_is_masked_stands_at_any_depth() {
        let value = json!({"a": [{"apiKey": {"id": 1}}, [{"token": "canary"}]], "password": null, "b": 1});
        let shown = json!({"a": [{"apiKey": MASK}, [{"token": MASK}]], "password": MASK, "b": 1});
        assert_eq!(masked(&value), shown);
        assert_eq!(masked_field("token", &value), MASK);
    }

    #[test]
    fn what_holds_a_secret() {
        for value in [json!("x"), json!(7), json!([{"id": "x"}]), json!({"a": {"b": "x"}})] {
            assert!(holds_secret("token", &value), "{value}");
            assert!(holds_secret("a", &json!([{"token": value}])), "{value}");
            assert!(!holds_secret("a", &value), "{value}");
        }
        for value in [json!(null), json!(""), json!([]), json!(true), json!({"a": [null]})] {
            assert!(!holds_secret("token", &value), "{value}");
        }
    }

    #[test]
    fn names_that_look_secret() {
        for name in ["key", "Key", "apiKey", "x-token", "searchUserPassword", "client_secret"] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["keyboard", "mustChangePassword", "PasswordComplexity", "name", "department", "identifier", ""] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
