//! Who is calling: API keys, and tokens with their cookies.

use http::{HeaderMap, StatusCode};

use super::call::Credential;
use super::envelope::{Kind, Refusal};
use super::rules;
use super::sessions::{Sessions, TOKEN_HEADER};
use super::state::{AccountId, State};
use crate::rules::Rules;

const KEY_HEADER: &str = "x-apikey";

/// What a path wants to know about the caller.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Access {
    /// Anyone; whoever is known is told more.
    Open,
    /// Anyone, and credentials are not looked at.
    Login,
    Caller,
}

/// Recognises the caller.
pub(super) fn authenticate(
    rules: &Rules,
    access: Access,
    state: &State,
    sessions: &mut Sessions,
    headers: &HeaderMap,
    now: u64,
) -> Result<Credential, Refusal> {
    if access == Access::Login {
        return Ok(Credential::Nobody);
    }
    let key = headers.get(KEY_HEADER).filter(|_| !rules.is(rules::API_KEYS, "absent"));
    let token = headers.get(TOKEN_HEADER);
    if let Some(key) = key {
        if token.is_some() {
            return Err(Refusal::new(Kind::ApiKey, "An API key and a token cannot be used together."));
        }
        return with_key(rules, access, state, key.to_str().unwrap_or_default()).map(Credential::Key);
    }
    match sessions.resume(headers, now) {
        Some((cookie, session)) if state.accounts.get(session.account).is_some() => {
            Ok(Credential::Session { cookie, token: session.token, account: session.account })
        }
        _ if access == Access::Caller => Err(Refusal::invalid_token()),
        _ if token.is_some() && rules.is(rules::BAD_TOKEN_ON_SYSTEM, "403") => Err(Refusal::invalid_token()),
        _ => Ok(Credential::Nobody),
    }
}

fn with_key(rules: &Rules, access: Access, state: &State, header: &str) -> Result<AccountId, Refusal> {
    let refuse = |message: &str| {
        let in_recorded_form = access == Access::Open && rules.is(rules::BAD_KEY_ON_SYSTEM, "403");
        Refusal::new(if in_recorded_form { Kind::ApiKeyOnSystem } else { Kind::ApiKey }, message)
    };
    if rules.is(rules::API_KEYS, "off") {
        return Err(refuse("API keys are not allowed."));
    }
    let keys = parse(header, rules.is(rules::KEY_HEADER, "lenient"));
    let user = keys.and_then(|(access_key, secret_key)| state.accounts.with_keys(access_key, secret_key));
    let Some(user) = user else { return Err(refuse("The API key is invalid.")) };
    if user.locked {
        match rules.outcome(rules::LOCKED_KEY) {
            "400" => return Err(refuse("The API key is invalid.")),
            "403" => return Err(Refusal::new(Kind::Other(StatusCode::FORBIDDEN, 12), "The user is locked.")),
            _ => {}
        }
    }
    Ok(user.account)
}

/// The access and the secret key of a header such as `accesskey=...; secretkey=...;`.
fn parse(header: &str, any_case: bool) -> Option<(&str, &str)> {
    let find = |wanted: &str| {
        let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs
            .find(|(name, _)| *name == wanted || (any_case && name.eq_ignore_ascii_case(wanted)))
            .map(|(_, value)| value)
    };
    Some((find("accesskey")?, find("secretkey")?))
}

/// The owner of the key in a header, whatever its state.
pub(super) fn owner_of_key(state: &State, headers: &HeaderMap) -> Option<AccountId> {
    let (access_key, secret_key) = parse(headers.get(KEY_HEADER)?.to_str().ok()?, true)?;
    state.accounts.with_keys(access_key, secret_key).map(|user| user.account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_semicolon_and_the_case_of_names_do_not_matter() {
        for header in ["accesskey=a; secretkey=b;", "accesskey=a;secretkey=b", "accessKey=a; secretKey=b"] {
            assert_eq!(parse(header, true), Some(("a", "b")), "{header}");
        }
        assert_eq!(parse("accessKey=a; secretKey=b", false), None);
        assert_eq!(parse("accesskey=a", true), None);
    }
}
