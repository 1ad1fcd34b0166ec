//! Passwords: the rule, changing one's own, and the two legacy calls for a forgotten one.

use http::StatusCode;

use super::call::{Answer, Call, Handled, Refusal, text};
use super::rules;
use super::schema::{Check, Schema, TEXT, required};
use super::state::{ResetToken, User};
use crate::mail::Mail;
use crate::secrets::{self, Password};

/// The complexity rule, `^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])(?=.*\W).{12,}$` with JavaScript's meaning of the classes.
pub(super) const SCHEMA: Schema = Schema::Text { min_length: 12, check: Some(&COMPLEXITY) };

static COMPLEXITY: Check =
    Check { message: "match pattern \"^(?=.*\\d)(?=.*[a-z])(?=.*[A-Z])(?=.*\\W).{12,}$\"", passes: is_complex };

fn is_complex(password: &str) -> bool {
    let has = |class: fn(char) -> bool| password.chars().any(class);
    has(|c| c.is_ascii_digit())
        && has(|c| c.is_ascii_lowercase())
        && has(|c| c.is_ascii_uppercase())
        // `\W` is whatever is not an ASCII letter, digit or underscore.
        && has(|c| !c.is_ascii_alphanumeric() && c != '_')
        // The dot does not match these four.
        && !has(|c| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}'))
}

pub(super) static CHANGE: Schema = Schema::Object(&[required("oldPassword", SCHEMA), required("newPassword", SCHEMA)]);
pub(super) static FORGOTTEN: Schema = Schema::Object(&[required("email", TEXT)]);
pub(super) static RETRIEVE: Schema = Schema::Object(&[required("token", TEXT), required("newPassword", SCHEMA)]);

pub(super) fn change(call: &mut Call<'_>) -> Handled {
    let caller = call.caller()?;
    let id = caller.id;
    let (old, new) = (text(&call.body, "oldPassword"), text(&call.body, "newPassword"));
    let (Some(old), Some(new)) = (old, new) else { return Ok(Answer::Nothing(StatusCode::OK)) };
    let Some(password) = caller.password.as_ref().filter(|_| caller.is_local()) else {
        return Err(kept_elsewhere(call, caller));
    };
    if !password.is(old) {
        return Err(call.refusal(rules::WRONG_OLD_PASSWORD, "the old password is wrong"));
    }
    if old == new {
        call.unless_allowed(rules::SAME_PASSWORD, "the new password equals the old one")?;
    }
    let new = new.to_owned();
    set(call, id, &new);
    Ok(Answer::Nothing(StatusCode::OK))
}

/// The refusal of a new password for an account that signs in elsewhere.
pub(super) fn kept_elsewhere(call: &Call<'_>, user: &User) -> Refusal {
    let message = format!("the password of a {} account is not kept here", user.provider);
    call.refusal(rules::EXTERNAL_PASSWORD, message)
}

/// Gives a user a new password.
pub(super) fn set(call: &mut Call<'_>, id: u64, new: &str) {
    if let Some(user) = call.state.accounts.get_mut(id) {
        user.password = Some(Password::new(new));
    }
    if call.rules.is(rules::KEY_ON_PASSWORD_CHANGE, "revoked") {
        call.state.accounts.set_api_key(id, &secrets::api_key());
    }
}

pub(super) fn forgotten(call: &mut Call<'_>) -> Handled {
    let email = text(&call.body, "email").unwrap_or_default();
    let ignore_case = call.rules.is(rules::EMAIL_COMPARISON, "ignore_case");
    let user = call.state.accounts.with_email(email, ignore_case).filter(|user| user.active && user.is_local());
    // Without an account the answer is the same, so that it does not tell who has one.
    if let Some((id, address)) = user.map(|user| (user.id, user.email.clone())) {
        let token = secrets::random_hex::<24>();
        let seconds: u64 = call.rules.outcome(rules::RESET_TOKEN_LIFETIME).parse().unwrap_or_default();
        let expires = call.now.saturating_add(seconds.saturating_mul(1_000));
        let now = call.now;
        call.state.reset_tokens.retain(|_, token| now < token.expires);
        call.state.reset_tokens.insert(token.clone(), ResetToken { user_id: id, expires });
        let text = "Someone asked for a new password for this account. The token to set one is:";
        call.mail.push(Mail::with_token(&address, "Create a new password", text, &token));
    }
    legacy_success(call)
}

pub(super) fn retrieve(call: &mut Call<'_>) -> Handled {
    let token = text(&call.body, "token").unwrap_or_default();
    let user = call.state.reset_tokens.get(token).filter(|token| call.now < token.expires).map(|token| token.user_id);
    let Some(id) = user else {
        return Err(call.refusal(rules::BAD_RESET_TOKEN, "the token is unknown, used or expired"));
    };
    let body = std::mem::take(&mut call.body);
    call.state.reset_tokens.remove(text(&body, "token").unwrap_or_default());
    set(call, id, text(&body, "newPassword").unwrap_or_default());
    if let Some(user) = call.state.accounts.get_mut(id) {
        user.unlock();
    }
    legacy_success(call)
}

#[expect(clippy::unnecessary_wraps, reason = "the last expression of handlers")]
fn legacy_success(call: &Call<'_>) -> Handled {
    Ok(Answer::Nothing(call.rules.status(rules::LEGACY_PASSWORD_SUCCESS).unwrap_or(StatusCode::OK)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_complexity_rule_is_that_of_a_javascript_engine() {
        for (password, complex) in [
            ("Violet-Harbor-42", true),
            ("Abcdefgh123é", true),
            ("Abcdefgh123 ", true),
            ("Abcdefgh123_", false),
            ("abcdefgh123!", false),
            ("ABCDEFGH123!", false),
            ("Abcdefghijk!", false),
            ("Éabcdefgh12!", false),
            ("Abcdefgh\n123!", false),
        ] {
            assert_eq!(is_complex(password), complex, "{password:?}");
        }
    }
}
