//! `/system`: what the server says about itself, to anyone.

use serde_json::{Value, json};

use super::call::{Call, Credential, Handled};
use super::generation::Generation;
use super::rules;
use super::sessions::{IDLE_SECONDS, new_cookie};
use super::token::{log_in_with_certificate, set_cookie};

#[expect(clippy::unnecessary_wraps, reason = "the signature of handlers")]
pub(super) fn read(call: &mut Call<'_>) -> Handled {
    let token = log_in_with_certificate(call);
    if matches!(call.credential, Credential::Nobody) {
        set_cookie(call, &new_cookie());
    }
    let mut response = json!({
        "buildID": "202601010000",
        "releaseID": "2026010100",
        "uuid": call.state.uuid,
        "licenseStatus": "Valid",
        "sessionTimeout": IDLE_SECONDS.to_string(),
        "PasswordComplexity": "false",
        "loginNotifications": "true",
        "timezones": time_zones()
    });
    let shown = call.generation == Generation::V5 || call.rules.is(rules::VERSION_BEFORE_LOGIN, "shown");
    if shown || call.credential.account().is_some() {
        response["version"] = call.generation.version().into();
    }
    if let Some(token) = token.filter(|_| call.rules.is(rules::CERTIFICATE_LOGIN, "token")) {
        response["token"] = token.into();
    }
    Ok(response)
}

fn time_zones() -> Value {
    json!([
        { "name": "America/New_York", "gmtOffset": -5 },
        { "name": "Asia/Kolkata", "gmtOffset": 5.5 },
        { "name": "Europe/Paris", "gmtOffset": 1 },
        { "name": "UTC", "gmtOffset": 0 }
    ])
}
