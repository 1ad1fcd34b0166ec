use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::GroupId;
use crate::wire::{Codec, InObject, Number};

/// A group whose users, or whose objects, a user may manage.
///
/// ```
/// use tenable_model::security_center::{GroupId, ManagedGroup};
///
/// assert_eq!(serde_json::to_string(&ManagedGroup::from(GroupId(3)))?, r#"{"id":3}"#);
/// assert_eq!(serde_json::to_string(&ManagedGroup::All)?, r#"{"id":-1}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Source: vendor's API pages and the source of existing clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ManagedGroup {
    /// All groups of the organization, also those to come.
    All,
    /// One group.
    One(GroupId),
}

impl From<GroupId> for ManagedGroup {
    fn from(group: GroupId) -> Self {
        Self::One(group)
    }
}

impl From<u64> for ManagedGroup {
    fn from(group: u64) -> Self {
        Self::One(GroupId(group))
    }
}

impl Serialize for ManagedGroup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => InObject::<Number>::encode(&-1_i64, serializer),
            Self::One(GroupId(id)) => InObject::<Number>::encode(id, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ManagedGroup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id: i64 = InObject::<Number>::decode(deserializer)?;
        Ok(u64::try_from(id).map_or(Self::All, Self::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_groups_or_one() {
        for (json, group) in [
            (r#"{"id":-1}"#, ManagedGroup::All),
            (r#"{"id":"-1","name":"All Groups"}"#, ManagedGroup::All),
            (r#"{"id":"0"}"#, ManagedGroup::One(GroupId(0))),
            ("3", 3.into()),
        ] {
            assert_eq!(serde_json::from_str::<ManagedGroup>(json).unwrap(), group, "{json}");
        }
    }
}
