//! References: the few fields by which one object names another.

use serde::de::{Error, IntoDeserializer, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::hash::{Hash, Hasher};

use super::{AssetId, GroupId, LdapId, OrganizationId, Reference, RoleId};
use crate::wire::{Codec, Number};

/// The id in a reference.
///
/// Mostly digits in a string; a number where nothing is set (-1), and at times a number 0. Which of the two it was is kept, so that a
/// document comes back as it was, and does not matter when two are compared.
///
/// ```
/// use tenable_model::security_center::ReferenceId;
///
/// let unset: ReferenceId = serde_json::from_str("-1")?;
/// assert_eq!(unset.get(), None);
/// let set: ReferenceId = serde_json::from_str("\"19\"")?;
/// assert_eq!(set.get(), Some(19));
/// assert_eq!(serde_json::to_string(&set)?, "\"19\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Source: recorded exchanges of 5.8 and the vendor's examples, which write the same unset id in both forms.
#[derive(Clone, Copy, Debug)]
pub struct ReferenceId {
    number: i64,
    in_string: bool,
}

impl ReferenceId {
    /// What it names; `None` for -1, which names nothing, or in a list of managed groups all of them.
    pub const fn get(self) -> Option<u64> {
        if self.number < 0 { None } else { Some(self.number.unsigned_abs()) }
    }

    /// The number as it stands in the document, -1 included.
    pub const fn raw(self) -> i64 {
        self.number
    }
}

impl From<i64> for ReferenceId {
    /// As it is usually written: in a string, but -1 as a number.
    fn from(number: i64) -> Self {
        Self { number, in_string: number >= 0 }
    }
}

impl PartialEq for ReferenceId {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for ReferenceId {}

impl Hash for ReferenceId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl fmt::Display for ReferenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

impl Serialize for ReferenceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.in_string { serializer.collect_str(&self.number) } else { serializer.serialize_i64(self.number) }
    }
}

impl<'de> Deserialize<'de> for ReferenceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;

        impl Visitor<'_> for Form {
            type Value = ReferenceId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or one in quotes")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ReferenceId, E> {
                number(text).map(|number| ReferenceId { number, in_string: true })
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<ReferenceId, E> {
                number(value).map(|number| ReferenceId { number, in_string: false })
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<ReferenceId, E> {
                number(value).map(|number| ReferenceId { number, in_string: false })
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<ReferenceId, E> {
                number(value).map(|number| ReferenceId { number, in_string: false })
            }
        }

        deserializer.deserialize_any(Form)
    }
}

fn number<'de, E: Error>(value: impl IntoDeserializer<'de, E>) -> Result<i64, E> {
    Number::decode(value.into_deserializer())
}

impl Reference {
    /// Whether it names something. A server writes -1 where nothing is set.
    pub fn is_set(&self) -> bool {
        self.id.get().is_some()
    }

    /// The number of what it names.
    fn number<T: From<u64>>(reference: Option<&Self>) -> Option<T> {
        reference?.id.get().map(T::from)
    }
}

/// The ids that a user's references hold.
macro_rules! referenced {
    ($($object:ident { $($(#[$meta:meta])* $name:ident: $id:ident from $field:ident;)* })*) => {$(
        impl super::$object {
            $(
                $(#[$meta])*
                pub fn $name(&self) -> Option<$id> {
                    Reference::number(self.$field.as_ref())
                }
            )*
        }
    )*};
}

referenced! {
    User {
        /// The role. `None` when the answer does not say.
        role_id: RoleId from role;
        /// The group. `None` for an administrator, who has none, and when the answer does not say.
        group_id: GroupId from group;
        /// The asset that the user answers for. `None` when none is set, and when the answer does not say.
        responsible_asset_id: AssetId from responsible_asset;
        /// The LDAP server that the user signs in with. `None` when none is set, and when the answer does not say.
        ldap_id: LdapId from ldap;
    }
    CurrentUser {
        /// The role. `None` when the answer does not say.
        role_id: RoleId from role;
        /// The group. `None` for an administrator, who has none, and when the answer does not say.
        group_id: GroupId from group;
        /// The organization; 0 stands for the administrators, who belong to none.
        organization_id: OrganizationId from organization;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_comes_back() {
        for (json, id) in [("-1", None), ("\"-1\"", None), ("0", Some(0)), ("\"0\"", Some(0)), ("\"19\"", Some(19))] {
            let read: ReferenceId = serde_json::from_str(json).unwrap();
            assert_eq!(read.get(), id, "{json}");
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
        for json in ["null", "\"\"", "\"a\"", "1.5", "{}"] {
            assert!(serde_json::from_str::<ReferenceId>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn the_form_does_not_make_ids_unequal() {
        let text: ReferenceId = serde_json::from_str("\"-1\"").unwrap();
        assert_eq!(text, ReferenceId::from(-1));
        assert_eq!(serde_json::to_string(&ReferenceId::from(-1)).unwrap(), "-1");
        assert_eq!(serde_json::to_string(&ReferenceId::from(7)).unwrap(), "\"7\"");
    }
}
