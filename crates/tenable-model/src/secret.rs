//! Passwords, keys and tokens.
//!
//! A secret is a [`SecretString`] from the public surface inward. It prints as redacted, is wiped from memory when dropped, and is read
//! with [`ExposeSecret::expose_secret`]. It is written to JSON only where a request or a stored document needs it.

pub use secrecy::{ExposeSecret, SecretString};

use serde::Serializer;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_in_debug() {
        let secret = SecretString::from("Violet-Harbor-42");
        assert!(!format!("{secret:?}").contains("Violet"));
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
