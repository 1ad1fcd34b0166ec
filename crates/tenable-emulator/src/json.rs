//! JSON with the products' order of keys.

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::Value;

/// Serialises `value` with the keys of its objects in the order of `key_order`, and keys it does not name after them.
///
/// `serde_json` sorts keys unless a feature of it is switched on, which would switch it on for the whole build.
pub(crate) fn to_bytes(value: &Value, key_order: &[&str]) -> Vec<u8> {
    let rank = key_order.iter().enumerate().map(|(rank, key)| (*key, rank)).collect();
    // Writing a value to memory cannot fail.
    serde_json::to_vec(&Ordered { value, rank: &rank }).unwrap_or_default()
}

struct Ordered<'a> {
    value: &'a Value,
    /// Positions of the keys that have one.
    rank: &'a HashMap<&'a str, usize>,
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = |value| Ordered { value, rank: self.rank };
        match self.value {
            Value::Array(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    sequence.serialize_element(&inner(item))?;
                }
                sequence.end()
            }
            Value::Object(object) => {
                let mut entries: Vec<_> = object.iter().collect();
                // A stable sort: keys without a position stay as they are, behind the others.
                entries.sort_by_key(|(key, _)| self.rank.get(key.as_str()).copied().unwrap_or(usize::MAX));
                serializer.collect_map(entries.into_iter().map(|(key, value)| (key, inner(value))))
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn named_keys_come_first_at_every_depth_and_none_is_lost() {
        let value = json!([{"zeta": 1, "name": "n", "id": 2, "inner": {"alpha": null, "id": 3}}]);
        let bytes = to_bytes(&value, &["id", "name"]);
        let text = r#"[{"id":2,"name":"n","inner":{"id":3,"alpha":null},"zeta":1}]"#;
        assert_eq!(String::from_utf8(bytes).unwrap(), text);
    }
}
