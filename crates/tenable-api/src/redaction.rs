//! What a server said, without the secrets that it may have repeated.

use bytes::Bytes;
use http::{HeaderValue, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tenable_model::secret::looks_secret;

use crate::{OperationMeta, Parameter};

const MASK: &str = "[REDACTED]";

/// A shorter secret stands in ordinary words; a text with it is withheld instead of being riddled with masks.
const SHORT: usize = 4;

/// The secrets of one call.
pub(crate) struct Redaction(Vec<String>);

impl Redaction {
    /// Those of the request, by the parameters of the operation, and the credentials.
    pub(crate) fn new(meta: &OperationMeta, request: &[u8], credentials: &[SecretString]) -> Self {
        fn names(parameters: &'static [Parameter], secret: &mut Vec<&'static str>) {
            for parameter in parameters {
                if parameter.secret {
                    secret.push(parameter.name);
                }
                names(parameter.kind.fields(), secret);
            }
        }

        let mut secret = Vec::new();
        names(meta.parameters, &mut secret);
        let mut found = credentials.iter().map(|secret| secret.expose_secret().to_owned()).collect();
        if let Ok(body) = serde_json::from_slice(request) {
            collect(body, false, &|name| secret.contains(&name), &mut found);
        }
        Self(found)
    }

    /// The answer to show: the secrets of the request, and what its own fields name as secret, are masked in its body and its headers.
    pub(crate) fn apply(&self, meta: &OperationMeta, response: &Response<Bytes>) -> Response<Bytes> {
        let mut secrets = self.0.clone();
        if let Ok(body) = serde_json::from_slice(response.body()) {
            let secret = |name: &str| meta.secret_fields.contains(&name) || looks_secret(name);
            collect(body, false, &secret, &mut secrets);
        }
        secrets.retain(|secret| !secret.is_empty());
        // A secret that holds another goes first.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut text = String::from_utf8_lossy(response.body()).into_owned();
        for secret in &secrets {
            for form in [secret.clone(), in_json(secret), in_html(secret)] {
                if secret.chars().count() >= SHORT {
                    text = text.replace(&form, MASK);
                } else if text.contains(&form) {
                    "{\"message\":\"(withheld: it may repeat a secret)\"}".clone_into(&mut text);
                }
            }
        }
        let mut shown = response.clone();
        *shown.body_mut() = text.into();
        // What names the request, and what the body is, is shown as well.
        for value in shown.headers_mut().values_mut() {
            let holds = |secret: &String| {
                secret.chars().count() >= SHORT
                    && value.as_bytes().windows(secret.len()).any(|window| window == secret.as_bytes())
            };
            if secrets.iter().any(holds) {
                *value = HeaderValue::from_static(MASK);
            }
        }
        shown
    }
}

fn collect(value: Value, under_secret: bool, secret: &impl Fn(&str) -> bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) if under_secret => found.push(text),
        Value::Array(elements) => {
            for element in elements {
                collect(element, under_secret, secret, found);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(value, under_secret || secret(&name), secret, found);
            }
        }
        _ => {}
    }
}

fn in_json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn in_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity_exposure;

    #[test]
    fn a_secret_is_masked_in_the_headers_too() {
        let operation = identity_exposure::operation("users.create").unwrap();
        let redaction =
            Redaction::new(operation.meta(), b"[{}]", &["sentinel-key".to_owned().into(), "ab".to_owned().into()]);
        let answer = Response::builder()
            .header("x-request-id", "for sentinel-key")
            .header("content-type", "application/abc")
            .body(Bytes::from("said sentinel-key"))
            .unwrap();
        let shown = redaction.apply(operation.meta(), &answer);
        assert_eq!(shown.headers()["x-request-id"], MASK);
        assert_eq!(shown.headers()["content-type"], "application/abc");
        assert!(!String::from_utf8_lossy(shown.body()).contains("sentinel"));
    }
}
