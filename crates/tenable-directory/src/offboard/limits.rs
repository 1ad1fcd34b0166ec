//! What products cannot do for somebody who leaves, beyond what the table of abilities says.

use serde::{Deserialize, Serialize};
use tenable_api::admin::{Ability, Capabilities};
use tenable_api::model::security_center::{RoleId, UserAddress};
use tenable_api::model::shared::{OriginalUser, RoleKey, User, UserKey};
use tenable_api::model::{Known, Product};

use crate::Snapshot;

/// Something that was not done since the product has no way to do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NotDone {
    /// What, as abilities are called: `users.replace_keys`.
    pub what: String,
    /// Why, as a sentence without its full stop.
    pub why: String,
    /// What can be done instead.
    pub instead: String,
}

impl NotDone {
    pub(super) fn new(ability: Ability, why: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { what: ability.name().to_owned(), why: why.into(), instead: instead.into() }
    }

    /// What the product cannot do by its table; `None` when it can.
    pub(super) fn by_table(capabilities: &Capabilities, ability: Ability) -> Option<Self> {
        let limitation = capabilities.limitation(ability)?;
        Some(Self::new(ability, format!("{} {}", capabilities.product, limitation.why), limitation.instead))
    }
}

const ADMINISTRATOR: RoleId = RoleId(1);
const SECURITY_MANAGER: RoleId = RoleId(2);
/// The role that allows nothing.
pub(super) const NO_ROLE: RoleId = RoleId(0);

/// Whether an account of Security Center has this role; `None` when its role is not told.
pub(super) fn has_role(user: &User, role: RoleId) -> Option<bool> {
    user.roles.value().map(|roles| roles.iter().any(|own| own.key == RoleKey::SecurityCenter(role)))
}

/// Whether the connection is one of a Security Center administrator, who sees several organizations.
pub(super) fn is_administrators(snapshot: &Snapshot) -> bool {
    let me = snapshot.me.as_ref().and_then(|key| snapshot.user(key));
    snapshot.product() == Product::SecurityCenter
        && (me.is_some_and(|me| has_role(me, ADMINISTRATOR) == Some(true))
            || snapshot.users.iter().any(|user| organization(&user.key).is_some()))
}

/// The organization of an account of Security Center, where it is not that of the connection.
pub(super) fn organization(key: &UserKey) -> Option<u64> {
    match key {
        UserKey::SecurityCenter(address) => {
            address.organization().map(tenable_api::model::security_center::OrganizationId::get)
        }
        _ => None,
    }
}

/// Why the connection cannot change an account at all, and what can be done.
pub(super) fn out_of_reach(user: &User, snapshot: &Snapshot) -> Option<NotDone> {
    if snapshot.product() != Product::SecurityCenter {
        return None;
    }
    let administrators = is_administrators(snapshot);
    if user.sign_in.other_account == Known::Value(true) {
        return Some(NotDone::new(
            Ability::SetEnabled,
            "this is a linked user: it has no sign-in of its own, is reached from the administrator that it belongs to, and is locked \
             with that administrator; it keeps role and group",
            "disable the administrator that it belongs to; delete it in the web interface",
        ));
    }
    if administrators && organization(&user.key).is_some() && has_role(user, SECURITY_MANAGER) != Some(true) {
        return Some(NotDone::new(
            Ability::SetEnabled,
            "an administrator of Security Center changes the Security Managers of an organization, and nobody else in it",
            "run it again with the connection of a Security Manager of the organization",
        ));
    }
    None
}

/// Why the role of an account stays although the product can change roles.
pub(super) fn role_stays(user: &User, snapshot: &Snapshot) -> Option<NotDone> {
    is_administrators(snapshot).then(|| {
        let instead = if organization(&user.key).is_some() {
            "run it again with the connection of another Security Manager of the organization"
        } else {
            "delete the account"
        };
        let why =
            "an administrator of Security Center gives the roles Administrator and Security Manager, and no lesser one";
        NotDone::new(Ability::AssignRoles, why, instead)
    })
}

/// Why the product does not delete an account.
pub(super) fn undeletable(user: &User, snapshot: &Snapshot) -> Option<&'static str> {
    match (&user.original, &user.key) {
        (OriginalUser::VulnerabilityManagement(original), _) if original.undeletable == Some(true) => {
            Some("the tenant marks this account as one that cannot be deleted")
        }
        (_, UserKey::SecurityCenter(UserAddress::InOrganization(_, id))) if id.get() == 1 => Some(FIRST),
        (_, UserKey::SecurityCenter(UserAddress::Own(id))) if id.get() == 1 && !is_administrators(snapshot) => {
            Some(FIRST)
        }
        _ => None,
    }
}

const FIRST: &str = "the first user of an organization cannot be deleted";

/// Whether nothing of a deleted account is handed over, whoever the successor is: administrators own nothing of their own.
pub(super) fn hands_nothing_over(user: &User, snapshot: &Snapshot) -> bool {
    snapshot.product() == Product::SecurityCenter && has_role(user, ADMINISTRATOR) == Some(true)
}

/// Whether a successor has the role that Security Center asks for where an administrator deletes.
pub(super) fn may_inherit_from_administrator(user: &User) -> bool {
    has_role(user, SECURITY_MANAGER) != Some(false)
}
