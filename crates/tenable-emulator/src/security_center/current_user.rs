//! `/currentUser` and `/currentOrganization`: the caller.

use serde_json::{Map, Value, json};

use super::call::{Call, Credential, Handled, nothing};
use super::envelope::Refusal;
use super::fields::{Marks, Selection};
use super::groups::Members;
use super::rules;
use super::state::User;
use super::user_changes::{apply_own, check_current_password, new_password, preference};
use super::view::{ADMINISTRATION_NAME, View, unset};
use crate::secrets::Password;

pub(super) fn read(call: &mut Call<'_>) -> Handled {
    let selection = call.single_selection(View::CurrentUser.marks(call.generation))?;
    call.show(call.caller()?, View::CurrentUser, &selection)
}

/// The caller, with all fields.
pub(super) fn shown(call: &Call<'_>) -> Handled {
    call.show_complete(call.caller()?, View::CurrentUser)
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let form = std::mem::take(&mut call.body);
    let mut changed = call.caller()?.clone();
    apply_own(&form, &mut changed)?;
    if form.has("password") {
        if changed.is_linked() {
            return Err(Refusal::attribute("password", "The password of a linked user cannot be changed."));
        }
        if call.rules.is(rules::OWN_PASSWORD, "current_password") {
            check_current_password(call, &form)?;
        }
        changed.password = Some(Password::new(&new_password(call, &form)?));
        changed.password_set = call.seconds();
        changed.must_change_password &= call.rules.is(rules::MUST_CHANGE_PASSWORD_AFTERWARDS, "kept");
    }
    if !form.is_empty() {
        changed.modified = call.seconds();
        put(call, changed);
    }
    shown(call)
}

/// Puts the changed caller in place.
fn put(call: &mut Call<'_>, changed: User) {
    if let Some(user) = call.state.accounts.get_mut(changed.account) {
        *user = changed;
    }
}

pub(super) fn preferences(call: &mut Call<'_>) -> Handled {
    let filters = call.rules.is(rules::PREFERENCE_FILTER, "query");
    let fits = |name: &str, value: &str| !filters || call.query(name).is_none_or(|wanted| wanted == value);
    let preferences = call.caller()?.preferences.iter();
    let kept = preferences.filter(|preference| fits("name", &preference.name) && fits("tag", &preference.tag));
    Ok(kept.map(|preference| json!(preference)).collect())
}

fn all_preferences(call: &Call<'_>) -> Handled {
    Ok(json!(call.caller()?.preferences))
}

pub(super) fn set_preference(call: &mut Call<'_>) -> Handled {
    let new = preference(&call.body.to_value())?;
    let mut changed = call.caller()?.clone();
    let known = changed.preferences.iter_mut().find(|known| known.name == new.name && known.tag == new.tag);
    match known {
        Some(known) => *known = new,
        None => changed.preferences.push(new),
    }
    put(call, changed);
    all_preferences(call)
}

pub(super) fn drop_preference(call: &mut Call<'_>) -> Handled {
    let name = call.body.required_text("name")?;
    let tag = call.body.text("tag")?;
    let mut changed = call.caller()?.clone();
    let before = changed.preferences.len();
    changed.preferences.retain(|known| known.name != name || tag.as_ref().is_some_and(|tag| known.tag != *tag));
    if changed.preferences.len() == before {
        return Err(Refusal::unknown("Preference", &name, call.method));
    }
    put(call, changed);
    if call.rules.is(rules::PREFERENCE_DELETE_ANSWER, "empty") { nothing() } else { all_preferences(call) }
}

/// `POST /currentUser/switch`: the session goes on as another account of the same person.
pub(super) fn switch(call: &mut Call<'_>) -> Handled {
    let username = call.body.required_text("username")?;
    let caller = call.caller()?;
    let target = call.switchable_users(caller).into_iter().find(|user| user.username == username && !user.locked);
    let refused = || Refusal::permission(format!("You may not switch to '{username}'."));
    let target = target.ok_or_else(refused)?.account;
    let Credential::Session { cookie, account, .. } = &mut call.credential else {
        return Err(Refusal::permission("Only a session can be switched."));
    };
    *account = target;
    call.sessions.switch(cookie, target);
    if call.rules.is(rules::SWITCH_ANSWER, "empty") { nothing() } else { shown(call) }
}

static ORGANIZATION: Marks =
    Marks { default: &["name"], members_only: &["ipInfoLinks", "zoneSelection", "zones"], ..Marks::NONE };

pub(super) fn organization(call: &mut Call<'_>) -> Handled {
    let caller = call.caller()?;
    let selection = match call.named_fields(&ORGANIZATION)? {
        Some(names) => Selection::Named(names),
        None => Selection::Complete,
    };
    let fields = call.fields_to_show(&ORGANIZATION, &selection, true)?;
    let organization = call.state.organizations.get(&caller.account.organization);
    let mut object = Map::new();
    for field in fields {
        let value = match (organization, field) {
            (Some(organization), "ipInfoLinks" | "zones") => call.organization_array(organization, field),
            (Some(organization), field) => organization.text(field).into(),
            (None, "name") => ADMINISTRATION_NAME.into(),
            (None, _) => continue,
        };
        object.insert(field.to_owned(), value);
    }
    Ok(object.into())
}

/// `GET /tes/userPermissions`: the caller with role, group and organization.
pub(super) fn permissions(call: &mut Call<'_>) -> Handled {
    let user = shown(call)?;
    let caller = call.caller()?;
    let role = call.show_role(call.role_of(caller)?, &Selection::Complete, true)?;
    let organization = call.state.organizations.get(&caller.account.organization);
    let group = organization.and_then(|organization| Some((organization, organization.groups.get(&caller.group?)?)));
    let group = match group {
        Some((organization, group)) => Members::of(call, organization).show(call, group, &Selection::Complete)?,
        None => unset(),
    };
    let organization: Value = call.organization_reference(caller);
    Ok(json!({ "user": user, "role": role, "group": group, "organization": organization }))
}
