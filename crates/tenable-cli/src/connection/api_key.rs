//! API keys of two halves, as Security Center and Vulnerability Management have them.

use secrecy::SecretString;

use super::Place;
use crate::config::Secret;
use crate::exit::{Failure, Result};
use crate::options::Scopes;
use crate::stdin;

/// The access key and the secret key.
pub(super) type ApiKey = (SecretString, SecretString);

/// From the variables that the command line names.
pub(super) fn given(scopes: &Scopes<'_>) -> Result<Option<ApiKey>> {
    match (scopes.text("access-key-env"), scopes.text("secret-key-env")) {
        (Some(access), Some(secret)) => Ok(Some((stdin::variable(&access)?.into(), stdin::variable(&secret)?.into()))),
        (None, None) => Ok(None),
        _ => Err(Failure::usage("--access-key-env and --secret-key-env belong together")),
    }
}

/// From the variables that the product has, each with its name.
pub(super) fn in_environment(access: (&str, Option<String>), secret: (&str, Option<String>)) -> Result<Option<ApiKey>> {
    match (access.1, secret.1) {
        (Some(access), Some(secret)) => Ok(Some((access.into(), secret.into()))),
        (Some(_), None) => Err(half(access.0, secret.0)),
        (None, Some(_)) => Err(half(secret.0, access.0)),
        (None, None) => Ok(None),
    }
}

/// One of two variables that belong together.
pub(super) fn half(set: &str, missing: &str) -> Failure {
    Failure::usage(format!("{set} is set, and {missing} is missing"))
}

/// Whether the profile names a place for either half.
pub(super) fn is_in_profile(place: &Place<'_>) -> Result<bool> {
    let source = |secret| place.profile.source(secret, place.name);
    Ok(source(Secret::AccessKey)?.is_some() || source(Secret::SecretKey)?.is_some())
}

/// From where the profile says; a command may be run.
pub(super) fn in_profile(place: &Place<'_>) -> Result<Option<ApiKey>> {
    let source = |secret| place.profile.source(secret, place.name);
    match (source(Secret::AccessKey)?, source(Secret::SecretKey)?) {
        (Some(access), Some(secret)) => Ok(Some((access.read()?, secret.read()?))),
        (None, None) => Ok(None),
        _ => Err(Failure::usage(format!("the profile {} names one half of the API key without the other", place.name))),
    }
}
