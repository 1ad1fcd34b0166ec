//! JSON with the products' order of keys.

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::Value;

/// In which order the objects of a product have their keys.
#[derive(Debug)]
pub(crate) struct KeyOrder(Vec<(&'static str, HashMap<&'static str, usize>)>);

impl KeyOrder {
    /// From lists of keys, each with a key that marks the objects it is for; an empty mark is for every object. The first that fits holds.
    pub(crate) fn new(lists: &[(&'static str, &[&'static str])]) -> Self {
        let ranks = |keys: &[&'static str]| keys.iter().enumerate().map(|(rank, key)| (*key, rank)).collect();
        Self(lists.iter().map(|(mark, keys)| (*mark, ranks(keys))).collect())
    }
}

/// Serialises `value` with the keys of its objects in the order that fits them, and keys which that does not name after them.
///
/// `serde_json` sorts keys unless a feature of it is switched on, which would switch it on for the whole build.
pub(crate) fn to_bytes(value: &Value, order: &KeyOrder) -> Vec<u8> {
    // Writing a value to memory cannot fail.
    serde_json::to_vec(&Ordered { value, order }).unwrap_or_default()
}

struct Ordered<'a> {
    value: &'a Value,
    order: &'a KeyOrder,
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = |value| Ordered { value, order: self.order };
        match self.value {
            Value::Array(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    sequence.serialize_element(&inner(item))?;
                }
                sequence.end()
            }
            Value::Object(object) => {
                let mut orders = self.order.0.iter();
                let fitting = orders.find(|(mark, _)| mark.is_empty() || object.contains_key(*mark));
                let rank = |key: &String| fitting.and_then(|(_, ranks)| ranks.get(key.as_str())).copied();
                let ranked = object.iter().map(|(key, value)| (rank(key).unwrap_or(usize::MAX), key, value));
                let mut entries: Vec<_> = ranked.collect();
                // A stable sort: keys without a rank stay as they are, behind the others.
                entries.sort_by_key(|(rank, ..)| *rank);
                serializer.collect_map(entries.into_iter().map(|(_, key, value)| (key, inner(value))))
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
        let bytes = to_bytes(&value, &KeyOrder::new(&[("", &["id", "name"])]));
        let text = r#"[{"id":2,"name":"n","inner":{"id":3,"alpha":null},"zeta":1}]"#;
        assert_eq!(String::from_utf8(bytes).unwrap(), text);
    }

    #[test]
    fn each_kind_of_object_has_its_own_order() {
        let value = json!({"uuid": 1, "id": 2, "role": {"name": "r", "uuid": 3}});
        let bytes = to_bytes(&value, &KeyOrder::new(&[("id", &["id", "uuid"]), ("name", &["uuid", "name"])]));
        assert_eq!(String::from_utf8(bytes).unwrap(), r#"{"id":2,"uuid":1,"role":{"uuid":3,"name":"r"}}"#);
    }
}
