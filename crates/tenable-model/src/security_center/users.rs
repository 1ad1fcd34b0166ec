use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{AssetId, CurrentUser, RoleId, User};
use crate::wire::{Codec, Number};

/// Role of the administrators. Source: vendor's API pages.
const ADMINISTRATOR: RoleId = RoleId(1);

/// The asset that a user answers for, as it is written.
///
/// ```
/// use tenable_model::security_center::{AssetId, ResponsibleAsset};
///
/// assert_eq!(serde_json::to_string(&ResponsibleAsset::None)?, "-1");
/// assert_eq!(serde_json::to_string(&ResponsibleAsset::from(AssetId(19)))?, "19");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Source: source of existing clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ResponsibleAsset {
    /// No asset.
    #[default]
    None,
    /// All assets.
    All,
    /// One asset list.
    One(AssetId),
}

impl From<AssetId> for ResponsibleAsset {
    /// An asset id of 0 is the list of all assets.
    fn from(asset: AssetId) -> Self {
        if asset.0 == 0 { Self::All } else { Self::One(asset) }
    }
}

impl From<u64> for ResponsibleAsset {
    fn from(asset: u64) -> Self {
        AssetId(asset).into()
    }
}

impl Serialize for ResponsibleAsset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_i64(-1),
            Self::All => serializer.serialize_u64(0),
            Self::One(asset) => asset.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ResponsibleAsset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id: i64 = Number::decode(deserializer)?;
        Ok(u64::try_from(id).map_or(Self::None, Self::from))
    }
}

impl User {
    /// First and last name as one text; empty when neither is there.
    pub fn full_name(&self) -> String {
        full_name(self.firstname.as_deref(), self.lastname.as_deref())
    }

    /// Whether it is an administrator, who belongs to no organization. `None` when the answer does not say.
    pub fn is_administrator(&self) -> Option<bool> {
        self.role_id().map(|role| role == ADMINISTRATOR)
    }
}

impl CurrentUser {
    /// First and last name as one text; empty when neither is there.
    pub fn full_name(&self) -> String {
        full_name(self.firstname.as_deref(), self.lastname.as_deref())
    }

    /// Whether the session is an administrator's. `None` when the answer does not say.
    pub fn is_administrator(&self) -> Option<bool> {
        self.role_id().map(|role| role == ADMINISTRATOR)
    }
}

fn full_name(first: Option<&str>, last: Option<&str>) -> String {
    let names: Vec<&str> = [first, last].into_iter().flatten().map(str::trim).filter(|name| !name.is_empty()).collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(json: &str) -> User {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn names_are_joined() {
        for (json, name) in [
            (r#"{"id":"1","firstname":"Ann","lastname":"Lee"}"#, "Ann Lee"),
            (r#"{"id":"1","firstname":"","lastname":"Lee"}"#, "Lee"),
            (r#"{"id":"1"}"#, ""),
        ] {
            assert_eq!(user(json).full_name(), name, "{json}");
        }
    }

    #[test]
    fn references_are_read_as_typed_ids() {
        let read = user(
            r#"{"id":"1","role":{"id":"1"},"group":{"id":-1,"name":"","description":""},"responsibleAsset":{"id":"19"},"ldap":{"id":"-1"}}"#,
        );
        assert_eq!(read.role_id(), Some(RoleId(1)));
        assert_eq!((read.group_id(), read.ldap_id()), (None, None));
        assert_eq!(read.responsible_asset_id(), Some(AssetId(19)));
        assert_eq!(read.is_administrator(), Some(true));
        assert_eq!(user(r#"{"id":"1"}"#).is_administrator(), None);
    }

    #[test]
    fn the_responsible_asset_as_it_is_written() {
        for (json, asset) in
            [("-1", ResponsibleAsset::None), ("0", ResponsibleAsset::All), ("19", ResponsibleAsset::One(AssetId(19)))]
        {
            assert_eq!(serde_json::from_str::<ResponsibleAsset>(json).unwrap(), asset, "{json}");
            assert_eq!(serde_json::to_string(&asset).unwrap(), json);
        }
        assert_eq!(serde_json::from_str::<ResponsibleAsset>("\"19\"").unwrap(), 19.into());
    }
}
