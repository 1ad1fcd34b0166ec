//! Closed request schemas and their check, with messages in the style of the AJV validator.

use std::collections::HashSet;

use serde_json::{Map, Value};

/// What a body may look like.
#[derive(Debug)]
pub(super) enum Schema {
    Object(&'static [Property]),
    Array {
        items: &'static Self,
        min_items: usize,
    },
    Text {
        min_length: usize,
        check: Option<&'static Check>,
    },
    Boolean,
    /// Only this boolean.
    Only(bool),
    Number {
        minimum: f64,
        maximum: f64,
    },
    /// A number without a fraction; JSON does not tell `2.0` from `2`.
    Integer {
        minimum: i64,
        maximum: i64,
    },
    Nullable(&'static Self),
    /// Only this text.
    Word(&'static str),
    /// An id as text; as a number too, where the rules say so.
    EntityId,
}

/// A further condition on a text.
#[derive(Debug)]
pub(super) struct Check {
    /// What is said when it fails.
    pub(super) message: &'static str,
    pub(super) passes: fn(&str) -> bool,
}

/// A property of an object.
#[derive(Debug)]
pub(super) struct Property {
    name: &'static str,
    schema: Schema,
    presence: Presence,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Presence {
    Required,
    Optional,
    /// Known to older releases only.
    Legacy,
}

pub(super) const fn required(name: &'static str, schema: Schema) -> Property {
    Property { name, schema, presence: Presence::Required }
}

pub(super) const fn optional(name: &'static str, schema: Schema) -> Property {
    Property { name, schema, presence: Presence::Optional }
}

pub(super) const fn legacy(name: &'static str, schema: Schema) -> Property {
    Property { name, schema, presence: Presence::Legacy }
}

/// Any text.
pub(super) const TEXT: Schema = Schema::Text { min_length: 0, check: None };
/// Any text or null.
pub(super) const TEXT_OR_NULL: Schema = Schema::Nullable(&TEXT);
/// Any number.
pub(super) const NUMBER: Schema = Schema::Number { minimum: f64::MIN, maximum: f64::MAX };
/// Any number without a fraction.
pub(super) const INTEGER: Schema = Schema::Integer { minimum: i64::MIN, maximum: i64::MAX };
/// A list of integers, possibly empty.
pub(super) const INTEGERS: Schema = Schema::Array { items: &INTEGER, min_items: 0 };

/// What the rules let pass beyond the description.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tolerance {
    /// Properties of older releases.
    pub(super) legacy_properties: bool,
    /// Numbers where ids are texts.
    pub(super) numeric_entity_ids: bool,
}

impl Schema {
    /// Checks `value`; the error is the message for the caller.
    pub(super) fn check(&self, value: &Value, tolerance: Tolerance) -> Result<(), String> {
        self.check_at("data", value, tolerance)
    }

    /// Collects the names of all properties, at every depth.
    pub(super) fn add_names(&self, names: &mut HashSet<&'static str>) {
        match self {
            Self::Object(properties) => {
                for property in *properties {
                    names.insert(property.name);
                    property.schema.add_names(names);
                }
            }
            Self::Array { items: inner, .. } | Self::Nullable(inner) => inner.add_names(names),
            _ => {}
        }
    }

    fn check_at(&self, at: &str, value: &Value, tolerance: Tolerance) -> Result<(), String> {
        let should = |what: &str| Err(format!("{at} should {what}"));
        match self {
            Self::Object(properties) => match value {
                Value::Object(object) => check_object(properties, at, object, tolerance),
                _ => should("be object"),
            },
            Self::Array { items, min_items } => {
                let Value::Array(array) = value else {
                    return should("be array");
                };
                if array.len() < *min_items {
                    return should(&format!("NOT have fewer than {min_items} items"));
                }
                let mut elements = array.iter().enumerate();
                elements.try_for_each(|(index, item)| items.check_at(&format!("{at}[{index}]"), item, tolerance))
            }
            Self::Text { min_length, check } => {
                let Value::String(text) = value else {
                    return should("be string");
                };
                if text.chars().count() < *min_length {
                    return should(&format!("NOT be shorter than {min_length} characters"));
                }
                match check {
                    Some(check) if !(check.passes)(text) => should(check.message),
                    _ => Ok(()),
                }
            }
            Self::Boolean if value.is_boolean() => Ok(()),
            Self::Boolean => should("be boolean"),
            Self::Only(wanted) if value.as_bool() == Some(*wanted) => Ok(()),
            Self::Only(wanted) => should(&format!("be equal to one of the allowed values: {wanted} (enum)")),
            Self::Number { minimum, maximum } => match value.as_f64() {
                None => should("be number"),
                Some(number) if number < *minimum => should(&format!("be >= {minimum}")),
                Some(number) if number > *maximum => should(&format!("be <= {maximum}")),
                Some(_) => Ok(()),
            },
            Self::Integer { minimum, maximum } => match integer(value) {
                None => should("be integer"),
                Some(number) if number < *minimum => should(&format!("be >= {minimum}")),
                Some(number) if number > *maximum => should(&format!("be <= {maximum}")),
                Some(_) => Ok(()),
            },
            Self::Nullable(_) if value.is_null() => Ok(()),
            Self::Nullable(inner) => inner.check_at(at, value, tolerance),
            Self::Word(word) if value.as_str() == Some(word) => Ok(()),
            Self::Word(word) => should(&format!("be equal to one of the allowed values: {word} (enum)")),
            Self::EntityId if value.is_string() => Ok(()),
            Self::EntityId if tolerance.numeric_entity_ids && value.is_number() => Ok(()),
            Self::EntityId => should("be string"),
        }
    }
}

fn check_object(
    properties: &[Property],
    at: &str,
    object: &Map<String, Value>,
    tolerance: Tolerance,
) -> Result<(), String> {
    let find = |name: &str| {
        properties.iter().find(|property| {
            property.name == name && (property.presence != Presence::Legacy || tolerance.legacy_properties)
        })
    };
    let additional: Vec<_> = object.keys().map(String::as_str).filter(|name| find(name).is_none()).collect();
    if !additional.is_empty() {
        return Err(format!("{at} should NOT have additional properties: {}", additional.join(", ")));
    }
    for property in properties.iter().filter(|property| property.presence == Presence::Required) {
        if !object.contains_key(property.name) {
            return Err(format!("{at} should have required property '{}'", property.name));
        }
    }
    for (name, value) in object {
        if let Some(property) = find(name) {
            property.schema.check_at(&format!("{at}.{name}"), value, tolerance)?;
        }
    }
    Ok(())
}

/// An integer in any JSON spelling.
pub(super) fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked, and a fraction is excluded")]
        (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static ITEM: Schema = Schema::Object(&[
        required("name", TEXT),
        optional("count", Schema::Integer { minimum: 1, maximum: 5 }),
        optional("unlock", Schema::Only(false)),
        optional("note", TEXT_OR_NULL),
        optional("ids", Schema::Array { items: &Schema::EntityId, min_items: 0 }),
        legacy("picture", INTEGERS),
    ]);
    static LIST: Schema = Schema::Array { items: &ITEM, min_items: 1 };

    #[test]
    fn messages_name_the_place_and_the_fault() {
        for (value, message) in [
            (json!({}), "data should be array"),
            (json!([]), "data should NOT have fewer than 1 items"),
            (json!([{"name": "a"}, {}]), "data[1] should have required property 'name'"),
            (json!([{"name": 1}]), "data[0].name should be string"),
            (json!([{"name": "a", "picture": []}]), "data[0] should NOT have additional properties: picture"),
            (json!([{"name": "a", "x": 1, "y": 2}]), "data[0] should NOT have additional properties: x, y"),
            (json!([{"name": "a", "count": 1.5}]), "data[0].count should be integer"),
            (json!([{"name": "a", "count": 6}]), "data[0].count should be <= 5"),
            (json!([{"name": "a", "count": 0}]), "data[0].count should be >= 1"),
            (
                json!([{"name": "a", "unlock": true}]),
                "data[0].unlock should be equal to one of the allowed values: false (enum)",
            ),
            (json!([{"name": "a", "ids": [1]}]), "data[0].ids[0] should be string"),
        ] {
            assert_eq!(LIST.check(&value, Tolerance::default()), Err(message.to_owned()));
        }
    }

    #[test]
    fn what_fits_passes() {
        let value = json!([{"name": "", "count": 2.0, "unlock": false, "note": null, "ids": ["a"]}]);
        assert_eq!(LIST.check(&value, Tolerance::default()), Ok(()));
        let older = json!([{"name": "a", "picture": [1, 2], "ids": [1]}]);
        let tolerance = Tolerance { legacy_properties: true, numeric_entity_ids: true };
        assert_eq!(LIST.check(&older, tolerance), Ok(()));
    }
}
