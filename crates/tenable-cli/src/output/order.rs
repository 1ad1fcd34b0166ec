//! The order of fields: what identifies comes first.

use serde::Serialize;
use serde::ser::{SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::{Map, Value};

/// Fields that lead wherever they appear, most telling first; the rest follows in order of name.
const LEADING: &[&str] = &[
    "tenant",
    "id",
    "uuid",
    "username",
    "name",
    "surname",
    "firstname",
    "lastname",
    "email",
    "description",
    "enabled",
    "active",
    "lockedOut",
    "locked",
    "role",
    "group",
    "roles",
    "permissions",
    "department",
    "provider",
    "identifier",
    "eulaVersion",
    "biography",
    "entityName",
    "action",
    "entityIds",
    "dynamicId",
];

/// Sorts names of fields.
pub(super) fn sort(names: &mut [String]) {
    names.sort_by_cached_key(|name| rank(name));
}

/// The field that a column means: its name, however spelled, or a path into an object, such as `role.name`.
pub(super) fn find<'v>(fields: &'v Map<String, Value>, column: &str) -> Option<&'v Value> {
    if let Some((_, value)) = fields.iter().find(|(name, _)| same(name, column)) {
        return Some(value);
    }
    let (outer, inner) = column.split_once('.')?;
    find(fields.iter().find(|(name, _)| same(name, outer))?.1.as_object()?, inner)
}

fn rank(name: &str) -> (usize, String) {
    (LEADING.iter().position(|leading| *leading == name).unwrap_or(LEADING.len()), name.to_owned())
}

/// Whether two spellings mean the same field: `lockedOut`, `locked_out`, `locked-out`.
pub(super) fn same(one: &str, other: &str) -> bool {
    fn plain(name: &str) -> impl Iterator<Item = char> {
        name.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase())
    }
    plain(one).eq(plain(other))
}

/// JSON with the keys of its objects in order.
pub(super) struct Ordered<'a>(pub(super) &'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(elements) => {
                let mut sequence = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    sequence.serialize_element(&Ordered(element))?;
                }
                sequence.end()
            }
            Value::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in in_order(fields) {
                    map.serialize_entry(name, &Ordered(value))?;
                }
                map.end()
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

fn in_order(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_cached_key(|(name, _)| rank(name));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_identifies_comes_first_at_every_depth() {
        let value = json!([{"zeta": 1, "name": "n", "alpha": {"b": 1, "id": 2}, "id": 3}]);
        let text = serde_json::to_string(&Ordered(&value)).unwrap();
        assert_eq!(text, r#"[{"id":3,"name":"n","alpha":{"id":2,"b":1},"zeta":1}]"#);
    }

    #[test]
    fn spellings() {
        assert!(same("lockedOut", "locked-out") && same("locked_out", "LOCKEDOUT"));
        assert!(!same("locked", "lockedOut"));
    }
}
