//! `/organization/{orgID}/securityManager`: the Security Managers in the Full Access group.

use super::call::{Call, Handled};
use super::envelope::Refusal;
use super::fields::Selection;
use super::state::{FULL_ACCESS, SECURITY_MANAGER, User};
use super::users::{account_in, listed, organization_in_path, security_managers, shown};
use super::view::View;
use super::{user_changes, user_deletion};

const VIEW: View = View::SecurityManager;

/// Whether a Security Manager is in the Full Access group.
fn has_full_access(user: &User) -> bool {
    user.group == Some(FULL_ACCESS)
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    call.administrators_only()?;
    let organization = organization_in_path(call)?;
    let named = call.named_fields(VIEW.marks(call.generation))?;
    let selection = named.map_or(Selection::Marked, Selection::Named);
    let managers = security_managers(call, organization).filter(|user| has_full_access(user));
    listed(call, managers, VIEW, &selection)
}

/// The Security Manager in the path.
fn found<'c>(call: &'c Call<'_>) -> Result<&'c User, Refusal> {
    call.administrators_only()?;
    let user = account_in(call, call.segment(1), organization_in_path(call)?, "Security Manager")?;
    if user.role == SECURITY_MANAGER && has_full_access(user) {
        return Ok(user);
    }
    Err(Refusal::unknown("Security Manager", call.segment(1), call.method))
}

pub(super) fn details(call: &mut Call<'_>) -> Handled {
    let user = found(call)?;
    let selection = call.single_selection(VIEW.marks(call.generation))?;
    call.show(user, VIEW, &selection)
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    call.administrators_only()?;
    let organization = organization_in_path(call)?;
    user_changes::in_full_access(&mut call.body);
    let account = user_changes::create_in(call, organization)?;
    shown(call, account, VIEW)
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let account = found(call)?.account;
    user_changes::update(call, account)?;
    shown(call, account, VIEW)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let account = found(call)?.account;
    user_deletion::delete(call, account)
}
