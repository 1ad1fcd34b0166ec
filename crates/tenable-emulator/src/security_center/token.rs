//! `/token`: logging in and out.

use http::header::{HeaderValue, SET_COOKIE};
use serde_json::{Value, json};

use super::call::{Call, Credential, Handled, nothing};
use super::envelope::{Kind, Refusal};
use super::generation::Generation;
use super::rules;
use super::sessions::{COOKIE_NAME, new_cookie};
use super::state::{AccountId, Organization, User};
use super::view::number_text;

/// Seconds in a day.
const DAY: u64 = 86_400;

pub(super) fn log_in(call: &mut Call<'_>) -> Handled {
    let username = call.body.required_text("username")?;
    let password = call.body.required_text("password")?;
    let release = call.body.flag("releaseSession")?.unwrap_or(false);
    let candidates: Vec<AccountId> = call
        .state
        .accounts
        .with_username(&username)
        .filter(|user| !user.is_linked())
        .map(|user| user.account)
        .collect();
    let fits = |account: &AccountId| {
        let user = call.state.accounts.get(*account);
        user.and_then(|user| user.password.as_ref()).is_some_and(|known| known.is(&password))
    };
    let Some(account) = candidates.iter().copied().find(fits) else {
        for account in candidates {
            count_failure(call, account);
        }
        return Err(failure());
    };
    let user = call.state.accounts.get(account).ok_or_else(failure)?;
    if user.locked {
        let told = call.rules.is(rules::LOCKED_LOGIN, "told");
        return Err(if told { Refusal::new(Kind::Login, "The user account is locked.") } else { failure() });
    }
    let expired = has_expired_password(call, user);
    if expired && call.rules.is(rules::EXPIRED_PASSWORD, "refused") {
        return Err(Refusal::new(Kind::Login, "The password has expired."));
    }
    if call.sessions.is_full(call.rules, account, call.now) {
        if !release {
            return Ok(json!({ "releaseSession": true }));
        }
        call.sessions.release(call.rules, account);
    }
    let mut response = last_logins(user);
    response["unassociatedCert"] =
        (call.peer.certificate.is_some() && owner_of_certificate(call).is_none()).to_string().into();
    record_login(call, account, expired);
    let (cookie, token) = call.sessions.start(account, call.now);
    if call.rules.is(rules::COOKIE_COUNT, "twice") {
        set_cookie(call, &new_cookie());
    }
    set_cookie(call, &cookie);
    response["token"] = token.into();
    Ok(response)
}

/// The same for a wrong password and an unknown user name.
fn failure() -> Refusal {
    Refusal::new(Kind::Login, "The username or password is incorrect.")
}

/// Counts a failed login, and locks the account at the limit.
fn count_failure(call: &mut Call<'_>, account: AccountId) {
    let limit: u64 = call.rules.outcome(rules::LOGIN_LIMIT).parse().unwrap_or_default();
    let (now, address) = (call.seconds(), call.peer.address.to_string());
    let Some(user) = call.state.accounts.get_mut(account) else { return };
    user.failed_logins += 1;
    user.last_failed_login = now;
    user.failed_login_ip = address;
    if limit > 0 && user.failed_logins >= limit {
        user.locked = true;
    }
}

/// Whether the password is older than the user's or the organization's limit.
fn has_expired_password(call: &Call<'_>, user: &User) -> bool {
    if call.generation != Generation::V6 || !user.has_local_password() {
        return false;
    }
    let of_organization =
        |organization: &Organization| (organization.password_expires, organization.password_expiration);
    let organization = call.state.organizations.get(&user.account.organization).map(of_organization);
    let own = (user.password_expires, user.password_expiration.unwrap_or(90));
    // The user's own limit needs an override, except where there is no organization to override.
    let (expires, days) = match organization {
        Some(common) if !user.password_expiration_override => common,
        _ => own,
    };
    expires && call.seconds() >= user.password_set + days * DAY
}

fn last_logins(user: &User) -> Value {
    json!({
        "lastLogin": number_text(user.last_login), "lastFailedLogin": number_text(user.last_failed_login),
        "lastLoginIP": user.last_login_ip, "failedLoginIP": user.failed_login_ip,
        "failedLogins": number_text(user.failed_logins)
    })
}

fn record_login(call: &mut Call<'_>, account: AccountId, expired: bool) {
    let must_change = expired && call.rules.is(rules::EXPIRED_PASSWORD, "must_change");
    let (now, address) = (call.seconds(), call.peer.address.to_string());
    let Some(user) = call.state.accounts.get_mut(account) else { return };
    user.last_login = now;
    user.last_login_ip = address;
    user.failed_logins = 0;
    user.must_change_password |= must_change;
}

/// Gives the session cookie with the answer.
pub(super) fn set_cookie(call: &mut Call<'_>, cookie: &str) {
    let secure = if call.peer.tls || call.rules.is(rules::COOKIE_SECURE, "always") { "; secure" } else { "" };
    let same_site = if call.generation == Generation::V5 { "" } else { "; SameSite=Strict" };
    let text = format!("{COOKIE_NAME}={cookie}; path=/{secure}; HttpOnly{same_site}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        call.headers.push((SET_COOKIE, value));
    }
}

pub(super) fn log_out(call: &mut Call<'_>) -> Handled {
    // A key has no session to end.
    let Credential::Session { cookie, .. } = &call.credential else { return Err(Refusal::invalid_token()) };
    call.sessions.end(cookie);
    nothing()
}

/// The user whom the certificate of the connection belongs to.
pub(super) fn owner_of_certificate(call: &Call<'_>) -> Option<AccountId> {
    let fingerprints = super::certificates::fingerprints(call.peer.certificate.as_ref()?);
    let plain = |text: &str| text.replace([':', ' '], "").to_lowercase();
    let bound = |user: &&User| user.fingerprint.as_deref().is_some_and(|known| fingerprints.contains(&plain(known)));
    call.state.accounts.iter().find(bound).map(|user| user.account)
}

/// Logs the certificate's owner in, unless the request already has a session, and gives the token.
pub(super) fn log_in_with_certificate(call: &mut Call<'_>) -> Option<u64> {
    let account = owner_of_certificate(call)?;
    if call.state.accounts.get(account).is_none_or(|user| user.locked) {
        return None;
    }
    if let Credential::Session { token, account: holder, .. } = &call.credential {
        if *holder == account {
            return Some(*token);
        }
    }
    if call.sessions.is_full(call.rules, account, call.now) {
        call.sessions.release(call.rules, account);
    }
    record_login(call, account, false);
    let (cookie, token) = call.sessions.start(account, call.now);
    set_cookie(call, &cookie);
    call.credential = Credential::Session { cookie, token, account };
    Some(token)
}
