//! `/user`, and what it shares with the resources below `/organization`.

use serde_json::Value;

use super::call::{Call, Handled, organization_required};
use super::envelope::Refusal;
use super::fields::Selection;
use super::paging;
use super::rules;
use super::state::{ADMINISTRATION, AccountId, SECURITY_MANAGER, User};
use super::view::View;
use super::{user_changes, user_deletion};

/// What the list with `orgID` shows beyond the marked fields.
const FIXED: &[&str] = &["role", "group", "locked", "authType", "lastLogin"];

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let caller = call.caller()?;
    let view = View::UserList;
    let chosen = call.named_fields(view.marks(call.generation))?;
    let organization = call.named_organization()?;
    let selection = match (organization, chosen) {
        (Some(_), chosen) if call.generation.has_uuids() => with_organization(call, chosen)?,
        (_, Some(names)) => Selection::Named(names),
        (_, None) if call.generation.has_uuids() => Selection::Marked,
        // Everything is marked as default.
        (_, None) => Selection::Complete,
    };
    let all = !call.rules.is(rules::ORGANIZATION_USERS, "security_managers") && call.generation.has_uuids();
    let users = call.state.accounts.of(organization.unwrap_or(caller.account.organization));
    let seen = users.filter(|user| match organization {
        Some(_) => all || user.role == SECURITY_MANAGER,
        None => caller.is_administrator() || call.sees(caller, user),
    });
    let shown: Vec<_> = seen.map(|user| call.show(user, view, &selection)).collect::<Result<_, _>>()?;
    paging::answer(call, call.ordered(shown))
}

/// What the list with `orgID` shows.
fn with_organization(call: &Call<'_>, chosen: Option<Vec<String>>) -> Result<Selection, Refusal> {
    let extended = call.rules.is(rules::ORGANIZATION_USERS_FIELDS, "extended");
    let fixed = Selection::Fixed(if extended { FIXED } else { &[] });
    let Some(names) = chosen else { return Ok(fixed) };
    match call.rules.outcome(rules::FIELDS_WITH_ORGANIZATION) {
        "refused" => Err(Refusal::attribute("fields", "The fields parameter is not supported along with orgID.")),
        "honored" => Ok(Selection::Named(names)),
        _ => Ok(fixed),
    }
}

pub(super) fn details(call: &mut Call<'_>) -> Handled {
    let user = found(call)?;
    let selection = call.single_selection(View::User.marks(call.generation))?;
    call.show(user, View::User, &selection)
}

/// The user in the path, in the organization that the call names or the caller's own.
pub(super) fn found<'c>(call: &'c Call<'_>) -> Result<&'c User, Refusal> {
    let caller = call.caller()?;
    let organization = call.named_organization()?;
    let user = account_in(call, call.segment(0), organization.unwrap_or(caller.account.organization), "User")?;
    let reached = match organization {
        Some(_) => user.role == SECURITY_MANAGER || call.rules.is(rules::ORGANIZATION_USER_BY_ID, "all"),
        None => caller.is_administrator() || call.sees(caller, user),
    };
    if reached { Ok(user) } else { Err(unknown_user(call, call.segment(0))) }
}

/// The user whom an id or a uuid names in an organization.
pub(super) fn account_in<'c>(
    call: &'c Call<'_>,
    segment: &str,
    organization: u64,
    what: &str,
) -> Result<&'c User, Refusal> {
    let user = match segment.parse() {
        Ok(id) => call.state.accounts.get(AccountId { organization, id }),
        Err(_) if call.generation.has_uuids() => call.state.accounts.with_uuid(segment),
        Err(_) => None,
    };
    match user {
        Some(user) if user.account.organization == organization => Ok(user),
        // The administrator has left out the organization.
        Some(_) if organization == ADMINISTRATION => Err(organization_required()),
        _ => Err(Refusal::unknown(what, segment, call.method)),
    }
}

fn unknown_user(call: &Call<'_>, segment: &str) -> Refusal {
    Refusal::unknown("User", segment, call.method)
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    let organization = match call.named_organization()? {
        Some(organization) => organization,
        None => call.caller()?.account.organization,
    };
    let account = user_changes::create_in(call, organization)?;
    shown(call, account, View::User)
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let account = found(call)?.account;
    user_changes::update(call, account)?;
    shown(call, account, View::User)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let account = found(call)?.account;
    user_deletion::delete(call, account)
}

/// The answer to a change.
pub(super) fn shown(call: &Call<'_>, account: AccountId, view: View) -> Handled {
    let user = call.state.accounts.get(account);
    call.show_complete(user.ok_or_else(|| unknown_user(call, &account.id.to_string()))?, view)
}

/// The users of an organization that administrators see below `/organization`.
pub(super) fn security_managers<'c>(call: &'c Call<'_>, organization: u64) -> impl Iterator<Item = &'c User> {
    call.state.accounts.of(organization).filter(|user| user.role == SECURITY_MANAGER)
}

/// The organization in the path, by id or uuid.
pub(super) fn organization_in_path(call: &Call<'_>) -> Result<u64, Refusal> {
    let segment = call.segment(0);
    let organizations = &call.state.organizations;
    let found = match segment.parse() {
        Ok(id) => organizations.get(&id),
        Err(_) if call.generation.has_uuids() => {
            organizations.values().find(|organization| organization.uuid.eq_ignore_ascii_case(segment))
        }
        Err(_) => None,
    };
    found.map(|organization| organization.id).ok_or_else(|| Refusal::unknown("Organization", segment, call.method))
}

/// The list of what `users` yields.
pub(super) fn listed<'c>(
    call: &Call<'_>,
    users: impl Iterator<Item = &'c User>,
    view: View,
    selection: &Selection,
) -> Handled {
    let shown = users.map(|user| call.show(user, view, selection)).collect::<Result<Vec<Value>, _>>()?;
    Ok(call.ordered(shown).into())
}
