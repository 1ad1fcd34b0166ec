//! Secrets in what is shown.

use serde_json::Value;
use tenable_api::Parameter;
use tenable_api::model::secret::looks_secret;

const MASK: &str = "***";

/// When a key was used; its name sounds like the key.
const ABOUT_KEYS: &str = "last_apikey_access";

fn sounds_secret(name: &str) -> bool {
    looks_secret(name) && name != ABOUT_KEYS
}

/// Masks the secrets of an answer: the fields named, and any whose name says that it holds one. Null stays: it tells that none is set.
pub(crate) fn mask(value: &mut Value, secret_fields: &[&str]) {
    mask_where(value, &|name| secret_fields.contains(&name) || sounds_secret(name));
}

/// Masks the secrets of a request.
pub(crate) fn mask_arguments(value: &mut Value, parameters: &[Parameter]) {
    mask_where(value, &|name| is_secret(name, parameters) || sounds_secret(name));
}

/// Whether an argument of this name, at any depth, is a secret.
fn is_secret(name: &str, parameters: &[Parameter]) -> bool {
    parameters
        .iter()
        .any(|parameter| (parameter.secret && parameter.name == name) || is_secret(name, parameter.kind.fields()))
}

fn mask_where(value: &mut Value, secret: &dyn Fn(&str) -> bool) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| mask_where(element, secret)),
        Value::Object(fields) => {
            // A field as an object of its own: what `key` holds is the name.
            if let (2, Some(Value::String(name)), Some(_)) = (fields.len(), fields.get("key"), fields.get("value")) {
                let hidden = secret(name);
                if let Some(held) = fields.get_mut("value") {
                    if hidden {
                        *held = Value::from(MASK);
                    } else {
                        mask_where(held, secret);
                    }
                }
                return;
            }
            for (name, value) in fields {
                let holds_something = !value.is_null() && !value.is_boolean();
                if holds_something && secret(name) {
                    *value = Value::from(MASK);
                } else {
                    mask_where(value, secret);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tenable_api::{identity_exposure, security_center};

    #[test]
    fn secrets_of_answers() {
        let mut value = json!([{
            "smtpAccountPassword": "s1", "searchUserPassword": null, "pin": "s2", "needPasswordReset": true,
            "inner": {"recoveryToken": ["s3"]}, "name": "kept"
        }]);
        mask(&mut value, &["pin"]);
        assert_eq!(
            value,
            json!([{
                "smtpAccountPassword": "***", "searchUserPassword": null, "pin": "***", "needPasswordReset": true,
                "inner": {"recoveryToken": "***"}, "name": "kept"
            }])
        );
    }

    #[test]
    fn what_tells_about_a_password_is_shown() {
        let shown = json!({"mustChangePassword": "true", "passwordExpiration": "90", "passwordSetDate": "1767225600"});
        let mut value = shown.clone();
        mask(&mut value, &[]);
        assert_eq!(value, shown);
        let user = security_center::operation("users.create").unwrap().meta().parameters;
        let mut value = json!({"password": "s1", "passwordExpires": "true"});
        mask_arguments(&mut value, user);
        assert_eq!(value, json!({"password": "***", "passwordExpires": "true"}));
    }

    #[test]
    fn a_field_as_an_object_is_judged_by_the_name_in_it() {
        let mut value = json!({"fields": [{"key": "role", "value": "Basic"}, {"key": "new_password", "value": "s1"}]});
        mask(&mut value, &[]);
        assert_eq!(
            value,
            json!({"fields": [{"key": "role", "value": "Basic"}, {"key": "new_password", "value": "***"}]})
        );
        let mut user = json!({"last_apikey_access": 1_767_225_600_000_i64, "key": "s1"});
        mask(&mut user, &[]);
        assert_eq!(user, json!({"last_apikey_access": 1_767_225_600_000_i64, "key": "***"}));
    }

    #[test]
    fn secrets_of_requests_at_any_depth() {
        let parameters = identity_exposure::operation("users.create_many").unwrap().meta().parameters;
        let mut value = json!({"users": [{"name": "Ann", "password": "s1"}]});
        mask_arguments(&mut value, parameters);
        assert_eq!(value, json!({"users": [{"name": "Ann", "password": "***"}]}));
    }
}
