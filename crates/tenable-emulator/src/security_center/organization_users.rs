//! `/organization/{orgID}/user`: the Security Managers of an organization, to read.

use super::call::{Call, Handled};
use super::envelope::Refusal;
use super::fields::Selection;
use super::rules;
use super::state::SECURITY_MANAGER;
use super::users::{account_in, listed, organization_in_path, security_managers};
use super::view::View;

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    call.administrators_only()?;
    let organization = organization_in_path(call)?;
    let view = View::OrganizationUserList;
    let selection = match call.named_fields(view.marks(call.generation))? {
        Some(names) => Selection::Named(names),
        None if call.rules.is(rules::ORGANIZATION_USER_LIST, "example") => Selection::Complete,
        None => Selection::Marked,
    };
    listed(call, security_managers(call, organization), view, &selection)
}

pub(super) fn details(call: &mut Call<'_>) -> Handled {
    call.administrators_only()?;
    let user = account_in(call, call.segment(1), organization_in_path(call)?, "User")?;
    if user.role != SECURITY_MANAGER {
        return Err(Refusal::unknown("User", call.segment(1), call.method));
    }
    let selection = call.single_selection(View::OrganizationUser.marks(call.generation))?;
    call.show(user, View::OrganizationUser, &selection)
}
