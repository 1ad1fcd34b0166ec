//! Identity Exposure: one API key.

use secrecy::{ExposeSecret as _, SecretString};
use tenable_api::Builder;
use tenable_api::identity_exposure::{API_KEY_VARIABLE, IdentityExposure, Settings, URL_VARIABLE};
use tenable_emulator::RunningEmulator;

use super::{Credential, Place};
use crate::config::{KeySource, Secret, keyring};
use crate::exit::{Failure, Result};
use crate::output::message;
use crate::stdin;

/// The variables of the product.
pub(super) const VARIABLES: &[&str] = &[URL_VARIABLE, API_KEY_VARIABLE];

/// What the environment of the process says, in one place for tests.
#[derive(Debug, Default)]
struct Environment {
    url: Option<String>,
    api_key: Option<SecretString>,
}

/// An address, a key for it, and the place in the profile that the key is from, if it is.
#[derive(Debug)]
struct Who {
    url: String,
    key: SecretString,
    source: Option<KeySource>,
}

pub(super) fn builder(place: &Place<'_>, credential: Credential) -> Result<Builder<Settings>> {
    let environment = Environment {
        url: place.variable(URL_VARIABLE),
        api_key: place.variable(API_KEY_VARIABLE).map(SecretString::from),
    };
    let Who { url, key, source } = who(place, credential, environment)?;
    let builder = IdentityExposure::builder().url(url).api_key(key);
    Ok(match source {
        Some(KeySource::Keyring(entry)) => builder.on_new_api_key(move |key| match keyring::write(&entry, key) {
            Ok(()) => message(&format!("the new API key is stored in the keyring as {entry}")),
            Err(failure) => message(&format!("the new API key could not be stored: {}", failure.line())),
        }),
        _ => builder,
    })
}

pub(super) fn emulated(emulator: &RunningEmulator) -> Builder<Settings> {
    let endpoint = emulator.identity_exposure();
    IdentityExposure::builder().url(&endpoint.url).api_key(endpoint.api_key.as_str())
}

fn who(place: &Place<'_>, credential: Credential, environment: Environment) -> Result<Who> {
    let (url, from_environment) = place.url(URL_VARIABLE, environment.url)?;
    let key = match (credential.one(), place.scopes.text("api-key-env")) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage("--api-key-stdin and --api-key-env exclude each other"));
        }
        (Some(key), None) => Some(key),
        (None, Some(variable)) => Some(stdin::variable(&variable)?.into()),
        (None, None) => environment.api_key,
    };
    if let Some(key) = key {
        return Ok(Who { url, key, source: None });
    }
    let Some(source) = place.profile.source(Secret::ApiKey, place.name)? else {
        let ways = format!("set {API_KEY_VARIABLE}, give --api-key-stdin or --api-key-env");
        return Err(place.missing("API key", &ways));
    };
    place.keep_at_home(place.profile.url.as_deref(), &url, from_environment, URL_VARIABLE, "API key")?;
    let key = source.read()?;
    if key.expose_secret().trim().is_empty() {
        return Err(Failure::usage(format!("the API key from {source} is empty")));
    }
    Ok(Who { url, key, source: Some(source) })
}

#[cfg(test)]
mod tests {
    use clap::ArgMatches;

    use super::*;
    use crate::config::Profile;
    use crate::exit::Exit;
    use crate::options::Scopes;

    const VARIABLE: &str = "CARGO_PKG_NAME";

    fn profile(url: &str) -> Profile {
        serde_json::from_value(serde_json::json!({"url": url, "api_key_env": VARIABLE})).unwrap()
    }

    fn environment(url: Option<&str>, key: Option<&str>) -> Environment {
        Environment { url: url.map(str::to_owned), api_key: key.map(SecretString::from) }
    }

    fn given(arguments: &str) -> ArgMatches {
        let arguments = ["tenable"].into_iter().chain(arguments.split_whitespace()).chain(["ie", "about", "details"]);
        crate::cli::command().try_get_matches_from(arguments).unwrap()
    }

    fn who_is(arguments: &str, key: Option<&str>, environment: Environment, profile: &Profile) -> Result<Who> {
        let matches = given(arguments);
        let (_, scopes) = Scopes::of(&matches);
        let place = Place { scopes: &scopes, name: "acme", profile, environment: true };
        who(&place, Credential(key.map(SecretString::from).into_iter().collect()), environment)
    }

    fn resolved(arguments: &str, key: Option<&str>, environment: Environment, profile: &Profile) -> (String, String) {
        let who = who_is(arguments, key, environment, profile).unwrap();
        (who.url, who.key.expose_secret().to_owned())
    }

    #[test]
    fn options_come_before_the_environment_before_the_profile() {
        // Cargo sets it for tests, so that none has to be set here.
        let from_profile = std::env::var(VARIABLE).unwrap();
        let profile = profile("https://profile.example");
        let (url, key) = resolved("", None, environment(None, None), &profile);
        assert_eq!((url.as_str(), key.as_str()), ("https://profile.example", from_profile.as_str()));
        let set = || environment(Some("https://env.example"), Some("from-env"));
        let (url, key) = resolved("", None, set(), &profile);
        assert_eq!((url.as_str(), key.as_str()), ("https://env.example", "from-env"));
        let (url, key) = resolved("--url https://option.example", Some("from-stdin"), set(), &profile);
        assert_eq!((url.as_str(), key.as_str()), ("https://option.example", "from-stdin"));
        let (_, key) = resolved(&format!("--api-key-env {VARIABLE}"), None, set(), &profile);
        assert_eq!(key, from_profile);
    }

    #[test]
    fn the_key_of_a_profile_does_not_go_where_a_variable_points() {
        let elsewhere = environment(Some("https://elsewhere.example"), None);
        let failure = who_is("", None, elsewhere, &profile("https://profile.example")).unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage);
        assert!(
            failure.line().starts_with("TIE_URL names another address than the profile acme"),
            "{}",
            failure.line()
        );
        // The same address in both is none.
        let same = environment(Some("https://profile.example/"), None);
        assert!(who_is("", None, same, &profile("https://profile.example")).is_ok());
    }

    #[test]
    fn what_is_missing_is_named() {
        let nothing = who_is("", None, Environment::default(), &Profile::default()).unwrap_err();
        assert_eq!(nothing.exit(), Exit::Unreachable);
        let no_key = who_is("", None, environment(Some("https://a.example"), None), &Profile::default());
        assert_eq!(no_key.unwrap_err().exit(), Exit::Usage);
    }
}
