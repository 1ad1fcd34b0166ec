//! Reading request bodies, as tolerantly as the product does: numbers or numeric strings, booleans in either form.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::envelope::Refusal;
use super::generation::all_flags;
use super::groups::LISTS;
use super::organizations;
use super::state::{CONTACT, NAMES};

/// The body of a request: an object, or nothing.
#[derive(Debug, Default)]
pub(super) struct Form(Map<String, Value>);

/// Fields of requests that stand in no other table.
const FIELDS: [&str; 41] = [
    "username",
    "roleID",
    "groupID",
    "orgID",
    "authType",
    "responsibleAssetID",
    "locked",
    "mustChangePassword",
    "emailNotice",
    "fingerprint",
    "ldap",
    "ldapUsername",
    "preferences",
    "managedUsersGroups",
    "managedObjectsGroups",
    "createDefaultObjects",
    "importReports",
    "importDashboards",
    "importARCs",
    "passwordExpires",
    "passwordExpiration",
    "passwordExpirationOverride",
    "status",
    "parent",
    "linkedOrgIds",
    "linkedUserRole",
    "migrateUserID",
    "releaseSession",
    "name",
    "description",
    "permScan",
    "users",
    "id",
    "value",
    "tag",
    "link",
    "groupAssign",
    "context",
    "createdTime",
    "modifiedTime",
    "responsibleAsset",
];

static OPEN: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let tables = NAMES.into_iter().chain(CONTACT).chain(all_flags());
    let tables = tables.chain(LISTS.map(|list| list.field)).chain(organizations::fields());
    tables.chain(FIELDS).collect()
});

/// Whether some request has a field of this name whose value is no secret.
pub(super) fn is_open_field(name: &str) -> bool {
    OPEN.contains(name)
}

impl From<Map<String, Value>> for Form {
    fn from(object: Map<String, Value>) -> Self {
        Self(object)
    }
}

impl Form {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value; none if it is missing or null.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Puts a value where the path, rather than the body, says it.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub(super) fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// Takes fields away.
    pub(super) fn remove(&mut self, names: &[&str]) {
        self.0.retain(|name, _| !names.contains(&name.as_str()));
    }

    /// A text; numbers and booleans are taken as they are written.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(scalar @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(scalar.to_string())),
            Some(_) => Err(Refusal::attribute(name, format!("The {name} must be a string."))),
        }
    }

    /// A text that must be there and not empty.
    pub(super) fn required_text(&self, name: &str) -> Result<String, Refusal> {
        match self.text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(Refusal::attribute(name, format!("Please specify a {name}."))),
        }
    }

    /// A whole number, or a string of digits.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.get(name).map(|value| integer(value).ok_or_else(|| not_a_number(name))).transpose()
    }

    /// A number that is not negative.
    pub(super) fn id(&self, name: &str) -> Result<Option<u64>, Refusal> {
        self.number(name)?.map(|id| u64::try_from(id).map_err(|_| not_a_number(name))).transpose()
    }

    /// `"true"`, `"false"`, or a real boolean.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) if text == "true" => Ok(Some(true)),
            Some(Value::String(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(Refusal::attribute(name, format!("The {name} must be \"true\" or \"false\"."))),
        }
    }

    /// The ids of a list of objects that each have one.
    pub(super) fn references(&self, name: &str) -> Result<Option<Vec<i64>>, Refusal> {
        let Some(entries) = self.array(name)? else { return Ok(None) };
        let id = |entry: &Value| entry.get("id").and_then(integer);
        let ids = entries.iter().map(|entry| {
            id(entry)
                .ok_or_else(|| Refusal::attribute(name, format!("Each entry of {name} must be an object with an id.")))
        });
        ids.collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn array(&self, name: &str) -> Result<Option<&[Value]>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(entries)) => Ok(Some(entries)),
            Some(_) => Err(Refusal::attribute(name, format!("The {name} must be an array."))),
        }
    }
}

fn not_a_number(name: &str) -> Refusal {
    Refusal::attribute(name, format!("The {name} must be a valid number."))
}

/// A whole number, or a string of digits.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(value: Value) -> Form {
        let Value::Object(object) = value else { panic!("{value}") };
        object.into()
    }

    #[test]
    fn numbers_and_booleans_come_in_both_forms() {
        let form = form(json!({ "a": 7, "b": "7", "c": -1, "d": "x", "t": true, "f": "false", "n": null, "w": 1.5 }));
        assert_eq!(form.number("a").unwrap(), Some(7));
        assert_eq!(form.number("b").unwrap(), Some(7));
        assert_eq!(form.number("c").unwrap(), Some(-1));
        assert_eq!(form.number("n").unwrap(), None);
        assert!(form.number("d").is_err() && form.number("w").is_err() && form.id("c").is_err());
        assert_eq!((form.flag("t").unwrap(), form.flag("f").unwrap()), (Some(true), Some(false)));
        assert!(form.flag("a").is_err());
        assert_eq!(form.text("a").unwrap().as_deref(), Some("7"));
    }

    #[test]
    fn references_are_objects_with_ids() {
        let form = form(json!({ "good": [{ "id": 1 }, { "id": "-1" }], "bad": [1], "worse": {} }));
        assert_eq!(form.references("good").unwrap(), Some(vec![1, -1]));
        assert!(form.references("bad").is_err() && form.references("worse").is_err());
    }

    #[test]
    fn no_secret_is_an_open_field() {
        for open in ["username", "firstname", "permScan", "permManageACR", "definingAssets", "passwordExpires", "zones"]
        {
            assert!(is_open_field(open), "{open}");
        }
        for hidden in ["password", "currentPassword", "emailPassword", "token", "accesskey", "unknown", ""] {
            assert!(!is_open_field(hidden), "{hidden}");
        }
    }
}
