//! Deleting users, and what becomes of their objects.

use super::call::{Call, Handled, nothing};
use super::envelope::Refusal;
use super::form::integer;
use super::generation::Generation;
use super::rules;
use super::state::{AccountId, FIRST_USER, FULL_ACCESS, SECURITY_MANAGER, User};
use super::user_changes::spare_last_administrator;

pub(super) fn delete(call: &mut Call<'_>, account: AccountId) -> Handled {
    let user = call.state.accounts.get(account).ok_or_else(Refusal::invalid_token)?;
    check(call, user)?;
    let heir = if user.is_administrator() { None } else { heir(call, user)? };
    if let Some(organization) = call.state.organizations.get_mut(&account.organization) {
        match heir {
            Some(heir) => organization.objects.migrate(account.id, heir),
            None => organization.objects.remove_of(account.id),
        }
    }
    call.state.accounts.remove(account);
    call.sessions.end_all_of(account);
    nothing()
}

fn check(call: &Call<'_>, user: &User) -> Result<(), Refusal> {
    let caller = call.caller()?;
    let own = caller.account == user.account;
    if own && call.rules.is(rules::DELETE_SELF, "refused") {
        return Err(Refusal::permission("The current user cannot be deleted."));
    }
    if user.is_linked() && !caller.is_administrator() {
        return Err(Refusal::permission("Only administrators may delete linked users."));
    }
    if !own && !user.is_linked() && !call.manages(caller, user) {
        return Err(Refusal::permission(format!("You may not delete User #{}.", user.account.id)));
    }
    if !user.is_administrator() && user.account.id == FIRST_USER {
        return Err(Refusal::permission("The first user of an organization cannot be deleted."));
    }
    if call.linked_users(user.account).next().is_some() {
        return Err(Refusal::permission("An administrator with linked users cannot be deleted."));
    }
    spare_last_administrator(call, user)
}

/// Who gets the objects; none if they are to be deleted.
fn heir(call: &Call<'_>, user: &User) -> Result<Option<u64>, Refusal> {
    let in_query = call.query("migrateUserID").filter(|_| call.rules.is(rules::MIGRATE_IN_QUERY, "accepted"));
    let in_query = in_query.map(|text| text.to_owned().into());
    let Some(given) = call.body.get("migrateUserID").or(in_query.as_ref()) else { return Ok(None) };
    let unknown = |id: &dyn ToString| Refusal::unknown("User", &id.to_string(), call.method);
    let heir = match integer(given) {
        Some(id) => AccountId { id: u64::try_from(id).map_err(|_| unknown(&id))?, ..user.account },
        None => by_uuid(call, given.as_str().unwrap_or_default())?,
    };
    let in_organization = heir.organization == user.account.organization && heir != user.account;
    let heir = call.state.accounts.get(heir).filter(|_| in_organization).ok_or_else(|| unknown(&heir.id))?;
    let caller = call.caller()?;
    if caller.is_administrator() {
        if heir.role != SECURITY_MANAGER || heir.group != Some(FULL_ACCESS) {
            let message = "The migrate user must be a Security Manager in the Full Access group.";
            return Err(Refusal::permission(message));
        }
    } else if call.generation != Generation::V6 && caller.role != SECURITY_MANAGER {
        return Err(Refusal::permission("Only a Security Manager may migrate objects."));
    } else if !call.manages_objects_of(caller, heir.group) {
        return Err(Refusal::permission("You may not manage the objects of the migrate user's group."));
    }
    Ok(Some(heir.account.id))
}

fn by_uuid(call: &Call<'_>, text: &str) -> Result<AccountId, Refusal> {
    let user = call.state.accounts.with_uuid(text).filter(|_| call.rules.is(rules::MIGRATE_UUID, "accepted"));
    let wrong = || Refusal::attribute("migrateUserID", "The migrateUserID must be a valid number.");
    user.map(|user| user.account).ok_or_else(wrong)
}
