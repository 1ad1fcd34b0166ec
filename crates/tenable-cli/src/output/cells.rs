//! JSON values as the text of a cell, and rows as the cells of a table.

use std::borrow::Cow;

use serde_json::{Map, Value};
use tenable_api::model::Timestamp;

use super::order;

/// A list of objects, flattened to names of columns and rows under them.
#[derive(Debug, PartialEq)]
pub(super) struct Rows<'a> {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<&'a Value>>,
}

impl<'a> Rows<'a> {
    /// Every field of every element, or the columns asked for. A list without elements has the columns of `fallback`.
    pub(super) fn of(elements: &'a [Value], wanted: Option<&[String]>, fallback: &[String]) -> Self {
        static NULL: Value = Value::Null;
        let scalars = !elements.is_empty() && elements.iter().all(|element| !element.is_object());
        if scalars {
            return Self { columns: vec!["value".to_owned()], rows: elements.iter().map(|e| vec![e]).collect() };
        }
        let objects: Vec<&Map<String, Value>> = elements.iter().filter_map(Value::as_object).collect();
        let mut known: Vec<String> = Vec::new();
        let mut previous: Option<&Map<String, Value>> = None;
        for object in &objects {
            // Most elements of a list have the fields of the one before.
            if previous.is_none_or(|previous| !previous.keys().eq(object.keys())) {
                known.extend(object.keys().filter(|name| !known.contains(name)).cloned().collect::<Vec<_>>());
            }
            previous = Some(object);
        }
        if objects.is_empty() {
            fallback.clone_into(&mut known);
        } else {
            order::sort(&mut known);
        }
        let columns = match wanted {
            None => known,
            Some(wanted) => {
                let spelled = |column: &String| {
                    let same = known.iter().find(|name| order::same(name, column));
                    same.unwrap_or(column).clone()
                };
                wanted.iter().map(spelled).collect()
            }
        };
        let row = |object: &&'a Map<String, Value>| -> Vec<&'a Value> {
            let field = |name: &String| object.get(name).or_else(|| order::find(object, name)).unwrap_or(&NULL);
            columns.iter().map(field).collect()
        };
        let rows = objects.iter().map(row).collect();
        Self { columns, rows }
    }
}

/// A field for people: what is known to be a time as one, anything else as its text.
pub(super) fn field<'a>(name: &str, value: &'a Value) -> Cow<'a, str> {
    time(name, value).map_or_else(|| text(value), Cow::Owned)
}

/// Times in milliseconds since 1970, which Vulnerability Management writes.
const IN_MILLISECONDS: &[&str] = &["lastlogin", "last_login_attempt", "last_apikey_access", "created_at", "updated_at"];

/// A time that the product writes as a number since 1970.
fn time(name: &str, value: &Value) -> Option<String> {
    let name = name.rsplit('.').next().unwrap_or(name);
    let in_seconds = name.ends_with("Time") || ["lastLogin", "lastFailedLogin", "passwordSetDate"].contains(&name);
    let in_milliseconds = IN_MILLISECONDS.contains(&name);
    if !in_seconds && !in_milliseconds {
        return None;
    }
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    let seconds = if in_milliseconds { number / 1_000 } else { number };
    if seconds == 0 {
        return Some("never".to_owned());
    }
    Timestamp::from_unix_seconds(seconds).ok().map(|time| time.to_string())
}

/// A value for people, on one line and without characters that steer a terminal.
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::Bool(true) => Cow::Borrowed("yes"),
        Value::Bool(false) => Cow::Borrowed("no"),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::String(text) => printable(text),
        Value::Array(elements) => {
            let elements = elements.iter().map(element).collect::<Vec<_>>().join(", ");
            Cow::Owned(printable(&elements).into_owned())
        }
        Value::Object(_) => Cow::Owned(printable(&element(value)).into_owned()),
    }
}

/// An element of a list: an object stands for itself by its name.
fn element(value: &Value) -> String {
    match value {
        Value::Object(fields) => match (fields.get("name"), fields.get("entityName"), fields.get("action")) {
            // What is not set has an empty name.
            (Some(Value::String(name)), ..) => name.clone(),
            (_, Some(Value::String(entity)), Some(Value::String(action))) => format!("{entity}:{action}"),
            // All users, all assets: they have a kind and no name.
            _ => fields.get("type").and_then(Value::as_str).map_or_else(|| value.to_string(), str::to_owned),
        },
        other => text(other).into_owned(),
    }
}

/// A text that may come from anyone, made fit for a terminal.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let harmless = |c| match c {
        '\n' | '\r' | '\t' => ' ',
        c if char::is_control(c) => '\u{fffd}',
        c => c,
    };
    Cow::Owned(text.chars().map(harmless).collect())
}

/// A value for a program that wants nothing around it: a text without quotes, and the one field of an object that has one.
pub(super) fn raw(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) if fields.len() == 1 => fields.values().next().map(raw).unwrap_or_default(),
        Value::Array(elements) => elements.iter().map(raw).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_for_people() {
        for (value, expected) in [
            (json!(null), ""),
            (json!(true), "yes"),
            (json!(7), "7"),
            (json!("a\nb\u{1b}[31m"), "a b\u{fffd}[31m"),
            (json!([1, 2]), "1, 2"),
            (json!([{"id": 2, "name": "User"}, {"id": 3, "name": "Auditor"}]), "User, Auditor"),
            (json!([{"entityName": "user", "action": "edit"}]), "user:edit"),
            (json!([{"type": "AllUsers"}, {"type": "User", "name": "ann"}]), "AllUsers, ann"),
            (json!({"a": 1}), r#"{"a":1}"#),
        ] {
            assert_eq!(text(&value), expected);
        }
    }

    #[test]
    fn times_for_people() {
        for (name, value, expected) in [
            ("createdTime", json!("1767225600"), "2026-01-01T00:00:00Z"),
            ("user.modifiedTime", json!(1_767_225_600), "2026-01-01T00:00:00Z"),
            ("lastLogin", json!("0"), "never"),
            ("lastLogin", json!("2026-01-01T00:00:00Z"), "2026-01-01T00:00:00Z"),
            ("lastLogin", json!(null), ""),
            ("lastlogin", json!(1_767_225_600_123_i64), "2026-01-01T00:00:00Z"),
            ("last_login_attempt", json!(0), "never"),
            ("sessionTimeout", json!("3600"), "3600"),
        ] {
            assert_eq!(field(name, &value), expected, "{name} {value}");
        }
    }

    #[test]
    fn raw_values() {
        for (value, expected) in [
            (json!({"key": "sesame"}), "sesame"),
            (json!({"roles": [2, 3]}), "2\n3"),
            (json!({"a": 1, "b": 2}), r#"{"a":1,"b":2}"#),
            (json!("x"), "x"),
        ] {
            assert_eq!(raw(&value), expected);
        }
    }

    #[test]
    fn columns_are_all_fields_or_those_asked_for() {
        let list = [json!({"name": "Ann", "id": 1}), json!({"id": 2, "extra": true})];
        let all = Rows::of(&list, None, &[]);
        assert_eq!(all.columns, ["id", "name", "extra"]);
        assert_eq!(all.rows[1], [&json!(2), &Value::Null, &json!(true)]);
        let wanted = ["Name".to_owned(), "absent".to_owned()];
        assert_eq!(Rows::of(&list, Some(&wanted), &[]).columns, ["name", "absent"]);
        assert_eq!(Rows::of(&[], None, &["id".to_owned()]).columns, ["id"]);
        assert_eq!(Rows::of(&[json!(5)], None, &[]).columns, ["value"]);
        let nested = [json!({"role": {"id": "2", "name": "Auditor"}}), json!({"role": null})];
        let wanted = ["role.name".to_owned(), "Role.absent".to_owned()];
        let rows = Rows::of(&nested, Some(&wanted), &[]).rows;
        assert_eq!(rows, [[&json!("Auditor"), &Value::Null], [&Value::Null, &Value::Null]]);
    }
}
