//! Who may do what.
//!
//! The vendor does not publish the names of entities and actions. The emulator's own are `user`, `role`, `profile` and the
//! configuration objects, with `read`, `edit` and `create`; as the product guide says, edit includes read and create
//! includes both.

use super::call::{Call, Refusal};
use super::rules;
use super::state::{Permission, User};

/// What is wanted of an entity.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Action {
    Read,
    Edit,
    Create,
}

impl Action {
    fn parse(name: &str) -> Option<Self> {
        [("read", Self::Read), ("edit", Self::Edit), ("create", Self::Create)]
            .into_iter()
            .find_map(|(known, action)| name.eq_ignore_ascii_case(known).then_some(action))
    }
}

impl Call<'_> {
    /// Refuses a read that the caller's roles do not grant, where the rules enforce that.
    pub(super) fn may_read(&self, entity: &str, id: Option<u64>) -> Result<(), Refusal> {
        if self.rules.is(rules::READ_PERMISSION, "open") { Ok(()) } else { self.may(Action::Read, entity, id) }
    }

    /// Refuses an action that the caller's roles do not grant.
    pub(super) fn may(&self, action: Action, entity: &str, id: Option<u64>) -> Result<(), Refusal> {
        let caller = self.caller()?;
        if caller.is_global_administrator() || self.grants(caller, action, entity, id) {
            return Ok(());
        }
        self.unless_allowed(
            rules::PERMISSION_ENFORCEMENT,
            format!("the roles of user {} do not allow to {action:?} {entity}", caller.id).to_lowercase(),
        )
    }

    fn grants(&self, caller: &User, action: Action, entity: &str, id: Option<u64>) -> bool {
        let roles = caller.roles.iter().filter_map(|role| self.state.roles.get(role));
        roles.flat_map(|role| &role.permissions).any(|permission| {
            permission.entity_name.eq_ignore_ascii_case(entity)
                && Action::parse(&permission.action).is_some_and(|granted| granted >= action)
                && covers(permission, caller, id)
        })
    }
}

/// Whether a permission reaches the object with this id; without an id, all objects.
fn covers(permission: &Permission, caller: &User, id: Option<u64>) -> bool {
    match (&permission.entity_ids, permission.dynamic_id.as_deref()) {
        (_, Some("self-user-id")) if id == Some(caller.id) => true,
        // With a dynamic id, an absent list does not mean all.
        (None, Some(_)) => false,
        (None, None) => true,
        (Some(ids), _) => id.is_some_and(|id| ids.iter().any(|listed| *listed == id.to_string())),
    }
}
