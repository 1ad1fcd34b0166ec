//! Who reaches whom: the rights that come with a role, with managed groups, and with being somebody.

use super::call::Call;
use super::envelope::Refusal;
use super::rules;
use super::state::{ADMINISTRATOR, ALL_GROUPS, Role, SECURITY_MANAGER, User};

fn reaches(groups: &[i64], group: Option<u64>) -> bool {
    let Some(group) = group else { return false };
    groups.iter().any(|managed| *managed == ALL_GROUPS || u64::try_from(*managed) == Ok(group))
}

impl Call<'_> {
    /// Whether `caller` manages the users of a group of the own organization.
    pub(super) fn manages_users_of(&self, caller: &User, group: Option<u64>) -> bool {
        reaches(&caller.managed_users_groups, group) || self.reaches_all_groups(caller)
    }

    /// Whether `caller` manages the objects of a group of the own organization.
    pub(super) fn manages_objects_of(&self, caller: &User, group: Option<u64>) -> bool {
        reaches(&caller.managed_objects_groups, group) || self.reaches_all_groups(caller)
    }

    /// Whether `caller` may change `user`, who is someone else.
    pub(super) fn manages(&self, caller: &User, user: &User) -> bool {
        if caller.is_administrator() {
            return user.is_administrator() || user.role == SECURITY_MANAGER;
        }
        caller.account.organization == user.account.organization
            && self.manages_users_of(caller, user.group)
            && !user.is_linked()
            && self.outranks(caller, user.role)
    }

    /// Whether a user is there at all for the caller, who is in the same organization.
    pub(super) fn sees(&self, caller: &User, user: &User) -> bool {
        self.rules.is(rules::USER_VISIBILITY, "all")
            || caller.account == user.account
            || self.manages_users_of(caller, user.group)
    }

    /// Whether a role has at most the privileges of `caller`, so that the caller may hand it out.
    pub(super) fn outranks(&self, caller: &User, role: u64) -> bool {
        if role == ADMINISTRATOR || (role == SECURITY_MANAGER && caller.role != SECURITY_MANAGER) {
            return false;
        }
        match (self.state.roles.get(&caller.role), self.state.roles.get(&role)) {
            (Some(own), Some(role)) => is_within(role, own),
            _ => false,
        }
    }

    /// Refuses a role with permissions that the caller lacks; administrators may grant all but their own.
    pub(super) fn check_own_permissions(&self, role: &Role) -> Result<(), Refusal> {
        let caller = self.caller()?;
        if caller.is_administrator() || is_within(role, self.role_of(caller)?) {
            return Ok(());
        }
        Err(Refusal::permission("You may not grant permissions that you do not have."))
    }
}

/// Whether one role grants nothing that another does not.
pub(super) fn is_within(role: &Role, other: &Role) -> bool {
    role.flags.is_subset(&other.flags) && role.scan <= other.scan
}
