use std::collections::BTreeMap;
use std::{fmt, mem};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::secret::masked_field;

/// What a document held beyond the known fields of its type.
///
/// Products add fields between releases. They are kept here as they came and are written back, so a value that was read and is
/// sent again loses nothing. An `Extra` also remembers which known fields were null or missing, so that writing the value gives the
/// document that was read; two values that differ only in that are equal.
///
/// ```
/// use tenable_model::identity_exposure::Role;
///
/// let json = r#"{"id":2,"name":"User","description":"Reads","permissions":[],"tier":"gold"}"#;
/// let role: Role = serde_json::from_str(json)?;
/// assert_eq!(role.extra.get("tier").and_then(|tier| tier.as_str()), Some("gold"));
/// assert_eq!(serde_json::to_string(&role)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Extra {
    /// In order of name. Mostly there is none or one, for which a map would take ten times the memory.
    fields: Vec<(Box<str>, Value)>,
    /// One bit per known field of the type, in order of declaration. Both bits stand for a word that means nothing.
    absent: u64,
    null: u64,
}

/// How a known field stood in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Absent,
    Null,
    /// A word of the product that means nothing, such as a time of 0.
    Nothing,
    Value,
}

impl Extra {
    /// The value of an unknown field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).ok().map(|at| &self.fields[at].1)
    }

    /// Sets an unknown field, to be written with the known ones, and gives back the value that was there.
    ///
    /// A product that does not know the field usually refuses the whole request.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.position(&name) {
            Ok(at) => Some(mem::replace(&mut self.fields[at].1, value)),
            Err(at) => {
                self.fields.insert(at, (name.into_boxed_str(), value));
                None
            }
        }
    }

    /// Removes an unknown field.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.position(name).ok().map(|at| self.fields.remove(at).1)
    }

    /// The unknown fields in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().map(|(name, value)| (&**name, value))
    }

    /// How many unknown fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether every field of the document was known.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Takes the unknown fields as a document had them: in any order, and of a field that comes twice the last value counts.
    pub(crate) fn set_fields(&mut self, mut fields: Vec<(Box<str>, Value)>) {
        if fields.len() > 1 {
            // Sorted once at the end: put in one by one, a document of very many fields would take a time that is quadratic in them.
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            fields.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                if same {
                    mem::swap(&mut later.1, &mut earlier.1);
                }
                same
            });
            fields.shrink_to_fit();
        }
        self.fields = fields;
    }

    /// Where a field is, or where it would be.
    fn position(&self, name: &str) -> Result<usize, usize> {
        self.fields.binary_search_by(|(other, _)| (**other).cmp(name))
    }

    pub(crate) fn note(&mut self, field: u32, presence: Presence) {
        match presence {
            Presence::Absent => self.absent |= 1 << field,
            Presence::Null => self.null |= 1 << field,
            Presence::Nothing => {
                self.absent |= 1 << field;
                self.null |= 1 << field;
            }
            Presence::Value => {}
        }
    }

    /// Whether all of these known fields, one bit each, were missing or null.
    pub(crate) fn lacks(&self, fields: u64) -> bool {
        (self.absent ^ self.null) & fields == fields
    }

    pub(crate) fn presence(&self, field: u32) -> Presence {
        let bit = 1 << field;
        match (self.absent & bit != 0, self.null & bit != 0) {
            (true, false) => Presence::Absent,
            (false, true) => Presence::Null,
            (true, true) => Presence::Nothing,
            (false, false) => Presence::Value,
        }
    }
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields
    }
}

impl Eq for Extra {}

impl Serialize for Extra {
    /// The unknown fields as one object.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields: BTreeMap<Box<str>, Value> = BTreeMap::deserialize(deserializer)?;
        Ok(Self { fields: fields.into_iter().collect(), ..Self::default() })
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, masked_field(name, value)))).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identity_exposure::User;

    #[test]
    fn debug_masks_what_looks_secret() {
        let mut extra = Extra::default();
        extra.insert("badge", "blue");
        extra.insert("recoveryToken", "canary-1");
        extra.insert("mail", serde_json::json!([{"server": "mx", "password": "canary-1"}]));
        let shown = format!("{extra:?}");
        assert!(shown.contains("blue") && shown.contains("mx"), "{shown}");
        assert!(!shown.contains("canary-1"), "{shown}");
    }

    #[test]
    fn unknown_fields_stand_in_order_of_name_and_the_last_of_a_name_counts() {
        let json = r#"{"id":1,"tier":1,"badge":2,"tier":3,"area":4,"badge":5}"#;
        let mut extra = serde_json::from_str::<User>(json).unwrap().extra;
        assert_eq!(serde_json::to_string(&extra).unwrap(), r#"{"area":4,"badge":5,"tier":3}"#);
        assert_eq!(extra.insert("badge", 6), Some(Value::from(5)));
        assert_eq!(extra.insert("color", 7), None);
        assert_eq!(extra.remove("area"), Some(Value::from(4)));
        assert_eq!(extra.remove("area"), None);
        assert_eq!(extra.get("badge"), Some(&Value::from(6)));
        assert_eq!(extra.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["badge", "color", "tier"]);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_nobody_knows_comes_back_as_it_was(
            id in any::<u64>(),
            unknown in prop::collection::btree_map("[^a-z].*", any_value(), 0..6),
        ) {
            let mut document: serde_json::Map<String, Value> = unknown.into_iter().collect();
            let count = document.len();
            document.insert("id".to_owned(), id.into());
            let document = Value::Object(document);
            let user: User = serde_json::from_str(&document.to_string()).unwrap();
            prop_assert_eq!(user.extra.len(), count);
            prop_assert_eq!(serde_json::to_value(&user).unwrap(), document);
        }
    }
}
