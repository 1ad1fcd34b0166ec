//! `/api/preferences`: the caller's own.

use serde_json::json;

use super::call::{Call, Handled, id, ok, owned_text};
use super::schema::{INTEGER, Schema, TEXT, optional};

pub(super) static UPDATE: Schema =
    Schema::Object(&[optional("language", TEXT), optional("preferredProfileId", INTEGER)]);

pub(super) fn read(call: &mut Call<'_>) -> Handled {
    let caller = call.caller()?;
    ok(json!({ "language": caller.language, "preferredProfileId": caller.preferred_profile_id }))
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let caller = call.caller()?.id;
    let language = owned_text(&call.body, "language");
    let profile = call.body.get("preferredProfileId").map(id);
    if let Some(profile) = profile {
        call.check_profile(profile)?;
    }
    if language.is_some() || profile.is_some() {
        if let Some(user) = call.state.accounts.get_mut(caller) {
            user.language = language.unwrap_or_else(|| user.language.clone());
            user.preferred_profile_id = profile.unwrap_or(user.preferred_profile_id);
        }
    }
    read(call)
}
