//! `/api/profiles`.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::call::{Call, Handled, Refusal, no_content, ok, owned_text, text};
use super::permissions::Action;
use super::rules;
use super::schema::{Check, INTEGERS, Schema, optional, required};
use super::state::{BUILT_IN_PROFILE, Profile};

const ENTITY: &str = "profile";
const NAME: Schema = Schema::Text { min_length: 0, check: Some(&NOT_RESERVED) };
/// The vendor's own profile has this name.
static NOT_RESERVED: Check = Check {
    message: "match pattern \"^(?!([tT][eE][nN][aA][bB][lL][eE])$).*$\"",
    passes: |name| !name.eq_ignore_ascii_case("tenable"),
};

const NEW: Schema = Schema::Object(&[required("name", NAME), required("directories", INTEGERS)]);
pub(super) static CREATE: Schema = Schema::Array { min_items: 1, items: &NEW };
pub(super) static COPY: Schema = NEW;
pub(super) static UPDATE: Schema = Schema::Object(&[
    optional("name", NAME),
    optional("deleted", Schema::Boolean),
    optional(
        "directories",
        Schema::Array { min_items: 0, items: &Schema::Number { minimum: 0.0, maximum: 2_147_483_647.0 } },
    ),
]);

fn body(profile: &Profile) -> Value {
    json!({
        "id": profile.id, "name": profile.name, "deleted": profile.deleted, "directories": profile.directories,
        "dirty": profile.dirty, "hasEverBeenCommitted": profile.has_ever_been_committed
    })
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, None)?;
    call.listed(call.state.profiles.values().map(body).collect())
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    call.may(Action::Create, ENTITY, None)?;
    let Value::Array(bodies) = std::mem::take(&mut call.body) else { return ok(Value::Null) };
    let mut taken: HashSet<&str> = call.state.profiles.values().map(|profile| profile.name.as_str()).collect();
    for name in bodies.iter().filter_map(|body| text(body, "name")) {
        if !taken.insert(name) {
            refuse_duplicate(call, name)?;
        }
    }
    let created = bodies.iter().map(|body| insert(call, body)).collect();
    call.created(created)
}

fn insert(call: &mut Call<'_>, new: &Value) -> Value {
    call.state.last_profile_id += 1;
    let id = call.state.last_profile_id;
    let profile = Profile {
        id,
        name: owned_text(new, "name").unwrap_or_default(),
        deleted: false,
        directories: new["directories"].as_array().cloned().unwrap_or_default(),
        dirty: true,
        has_ever_been_committed: false,
    };
    let answer = body(&profile);
    call.state.profiles.insert(id, profile);
    answer
}

fn refuse_duplicate(call: &Call<'_>, name: &str) -> Result<(), Refusal> {
    call.unless_allowed(rules::DUPLICATE_PROFILE_NAME, format!("the profile name {name} is already in use"))
}

fn check_name(call: &Call<'_>, name: &str, except: Option<u64>) -> Result<(), Refusal> {
    if call.state.profiles.values().any(|profile| profile.name == name && Some(profile.id) != except) {
        refuse_duplicate(call, name)?;
    }
    Ok(())
}

fn profile<'c>(call: &'c Call<'_>) -> Result<&'c Profile, Refusal> {
    call.state.profiles.get(&call.id()).ok_or_else(|| call.unknown("profile", call.id()))
}

fn changeable<'c>(call: &'c Call<'_>) -> Result<&'c Profile, Refusal> {
    let profile = profile(call)?;
    if profile.id == BUILT_IN_PROFILE {
        call.unless_allowed(rules::BUILT_IN_PROFILE, format!("the profile {} cannot be changed", profile.name))?;
    }
    Ok(profile)
}

pub(super) fn details(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, call.path_id)?;
    ok(body(profile(call)?))
}

/// Changes the profile in the path and answers with it.
fn change(call: &mut Call<'_>, apply: impl FnOnce(&mut Profile)) -> Handled {
    let id = call.id();
    let Some(profile) = call.state.profiles.get_mut(&id) else { return Err(call.unknown("profile", id)) };
    apply(profile);
    ok(body(profile))
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, call.path_id)?;
    let profile = changeable(call)?;
    let new = &call.body;
    if let Some(name) = text(new, "name") {
        check_name(call, name, Some(profile.id))?;
    }
    if new.as_object().is_none_or(serde_json::Map::is_empty) {
        return ok(body(profile));
    }
    let new = std::mem::take(&mut call.body);
    change(call, |profile| {
        if let Some(name) = owned_text(&new, "name") {
            profile.name = name;
        }
        if let Some(deleted) = new.get("deleted").and_then(Value::as_bool) {
            profile.deleted = deleted;
        }
        if let Some(directories) = new.get("directories").and_then(Value::as_array) {
            profile.directories.clone_from(directories);
        }
    })
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, call.path_id)?;
    let id = changeable(call)?.id;
    call.state.profiles.remove(&id);
    // Whoever used the profile falls back to the built-in one.
    if call.state.application_settings.default_profile_id == id {
        call.state.application_settings.default_profile_id = BUILT_IN_PROFILE;
    }
    for user in call.state.accounts.iter_mut().filter(|user| user.preferred_profile_id == id) {
        user.preferred_profile_id = BUILT_IN_PROFILE;
    }
    no_content()
}

pub(super) fn copy(call: &mut Call<'_>) -> Handled {
    call.may(Action::Create, ENTITY, None)?;
    profile(call)?;
    let new = std::mem::take(&mut call.body);
    check_name(call, text(&new, "name").unwrap_or_default(), None)?;
    let copy = insert(call, &new);
    call.copied(copy)
}

pub(super) fn commit(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, call.path_id)?;
    change(call, |profile| {
        profile.dirty = false;
        profile.has_ever_been_committed = true;
    })?;
    no_content()
}

pub(super) fn unstage(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, call.path_id)?;
    change(call, |profile| profile.dirty = false)?;
    no_content()
}
