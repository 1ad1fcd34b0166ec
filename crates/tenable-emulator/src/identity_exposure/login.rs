//! `/api/login` and `/api/logout`, the way of the console.

use serde_json::json;

use super::call::{Call, Handled, Refusal, no_content, ok, text};
use super::lockout_policy::count_failure;
use super::rules;
use super::schema::{Schema, required};
use crate::secrets;

const SOME_TEXT: Schema = Schema::Text { min_length: 1, check: None };

pub(super) static LOGIN: Schema = Schema::Object(&[required("email", SOME_TEXT), required("password", SOME_TEXT)]);

/// The token is fresh each time and opens nothing: how one is presented is not documented.
pub(super) fn login(call: &mut Call<'_>) -> Handled {
    let email = text(&call.body, "email").unwrap_or_default();
    let password = text(&call.body, "password").unwrap_or_default();
    let ignore_case = call.rules.is(rules::EMAIL_COMPARISON, "ignore_case");
    // Other accounts sign in elsewhere, so that there is nothing to fail, and nothing to count, here.
    let user = call.state.accounts.with_email(email, ignore_case).filter(|user| user.is_local());
    let Some(user) = user else { return Err(failure(call)) };
    let id = user.id;
    if user.is_locked(&call.state.lockout_policy, call.now) || !user.active {
        return Err(call.refusal(rules::LOGIN_REFUSED, "Unauthorized"));
    }
    if !user.password.as_ref().is_some_and(|known| known.is(password)) {
        count_failure(call, id);
        return Err(failure(call));
    }
    if let Some(user) = call.state.accounts.get_mut(id) {
        user.unlock();
    }
    ok(json!({
        "authToken": secrets::random_hex::<32>(),
        "needPasswordReset": call.rules.is(rules::NEED_PASSWORD_RESET, "true")
    }))
}

/// The same for a wrong password and an unknown address.
fn failure(call: &Call<'_>) -> Refusal {
    call.refusal(rules::LOGIN_FAILURE, "Unauthorized")
}

pub(super) fn logout(_call: &mut Call<'_>) -> Handled {
    no_content()
}
