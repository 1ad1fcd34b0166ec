//! Whom a call means. Numbers of users repeat: each organization has its own user 1, and so have the administrators.

use super::{OrganizationId, UserId};
use crate::Uuid;
use crate::wire::key;

/// Which user a call means.
///
/// The number of a user is unique within one organization only, and the administrators, who belong to none, are numbered from 1 as
/// well. There is no conversion from a bare number for that reason: say whose number it is, or give the UUID, which is unique in the
/// whole installation (6.x).
///
/// ```
/// use tenable_model::security_center::{OrganizationId, UserAddress, UserId};
///
/// // The user 4 of the caller's organization; for an administrator, the administrator 4.
/// let own = UserAddress::own(4);
/// // The Security Manager 1 of the organization 2, for an administrator.
/// let other = UserAddress::from((OrganizationId(2), UserId(1)));
/// assert_ne!(own, other);
/// ```
///
/// Source: vendor's API pages of 2026 and 2016, whose examples show two users with the number 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UserAddress {
    /// By number, among the users of the caller's own organization; for an administrator, among the administrators.
    Own(UserId),
    /// By number, among the Security Managers of that organization. For administrators only.
    InOrganization(OrganizationId, UserId),
    /// By UUID. Servers before 5.19 have none.
    Uuid(Uuid),
}

impl UserAddress {
    /// The user of this number in the caller's own organization; for an administrator, the administrator of this number.
    pub fn own(id: impl Into<UserId>) -> Self {
        Self::Own(id.into())
    }

    /// The part that stands in the path.
    pub fn key(&self) -> UserKey {
        match self {
            Self::Own(id) | Self::InOrganization(_, id) => UserKey::Number(*id),
            Self::Uuid(uuid) => UserKey::Uuid(uuid.clone()),
        }
    }

    /// The organization, where it is not the caller's own.
    pub fn organization(&self) -> Option<OrganizationId> {
        match self {
            Self::InOrganization(organization, _) => Some(*organization),
            Self::Own(_) | Self::Uuid(_) => None,
        }
    }
}

impl From<(OrganizationId, UserId)> for UserAddress {
    fn from((organization, id): (OrganizationId, UserId)) -> Self {
        Self::InOrganization(organization, id)
    }
}

impl From<Uuid> for UserAddress {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(uuid)
    }
}

key! {
    /// The user in a path: a number, which needs the organization beside it, or a UUID. Servers before 5.19 have no UUIDs.
    UserKey: UserId = "user id"
}

key! {
    /// The organization in a path: its number or its UUID. Servers before 5.19 have no UUIDs.
    OrganizationKey: OrganizationId = "organization id"
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "7F0C2D1E-93A4-4B7C-8E21-5D6F0A1B2C3D";

    #[test]
    fn an_address_is_a_segment_and_perhaps_an_organization() {
        let uuid: Uuid = UUID.parse().unwrap();
        for (address, key, organization) in [
            (UserAddress::own(4), "4", None),
            ((OrganizationId(2), UserId(1)).into(), "1", Some(OrganizationId(2))),
            (uuid.into(), UUID, None),
        ] {
            assert_eq!(address.key().to_string(), key);
            assert_eq!(address.organization(), organization);
        }
    }

    #[test]
    fn keys_are_numbers_or_uuids_and_nothing_else() {
        for json in ["4", "\"4\""] {
            assert_eq!(serde_json::from_str::<UserKey>(json).unwrap(), UserId(4).into(), "{json}");
        }
        let key: OrganizationKey = serde_json::from_str(&format!("\"{UUID}\"")).unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), format!("\"{UUID}\""));
        for json in ["-1", "\"\"", "\"securityManager\"", "\"../role/1\"", "null", "1.5"] {
            assert!(serde_json::from_str::<UserKey>(json).is_err(), "{json}");
        }
        let refused = "ann".parse::<UserKey>().unwrap_err().to_string();
        assert_eq!(refused, "\"ann\" is not a user id: expected a whole number such as 7, or a UUID");
    }
}
