//! Security Center: an API key of two halves, a name and a password, or a client certificate.

use secrecy::SecretString;
use tenable_api::Builder;
use tenable_api::security_center::{
    ACCESS_KEY_VARIABLE, PASSWORD_VARIABLE, SECRET_KEY_VARIABLE, SecurityCenter, Settings, URL_VARIABLE,
    USERNAME_VARIABLE,
};
use tenable_emulator::RunningEmulator;

use super::api_key::{self, half};
use super::{Credential, Place};
use crate::config::Secret;
use crate::exit::{Failure, Result};
use crate::stdin;

/// The variables of the product.
pub(super) const VARIABLES: &[&str] =
    &[URL_VARIABLE, ACCESS_KEY_VARIABLE, SECRET_KEY_VARIABLE, USERNAME_VARIABLE, PASSWORD_VARIABLE];

/// What the environment of the process says, in one place for tests.
#[derive(Debug, Default)]
struct Environment {
    url: Option<String>,
    access_key: Option<String>,
    secret_key: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

impl Environment {
    fn of(place: &Place<'_>) -> Self {
        Self {
            url: place.variable(URL_VARIABLE),
            access_key: place.variable(ACCESS_KEY_VARIABLE),
            secret_key: place.variable(SECRET_KEY_VARIABLE),
            username: place.variable(USERNAME_VARIABLE),
            password: place.variable(PASSWORD_VARIABLE),
        }
    }
}

/// How to sign in.
#[derive(Debug)]
enum SignIn {
    ApiKey(SecretString, SecretString),
    Login(String, SecretString),
    Certificate,
}

pub(super) fn builder(place: &Place<'_>, credential: Credential) -> Result<Builder<Settings>> {
    let (url, sign_in) = who(place, credential, Environment::of(place))?;
    let builder = SecurityCenter::builder()
        .url(url)
        .enclave_security(place.scopes.flag("tes") || place.profile.enclave_security)
        .release_session(place.scopes.flag("release-session") || place.profile.release_session);
    Ok(match sign_in {
        SignIn::ApiKey(access_key, secret_key) => builder.api_key(access_key, secret_key),
        SignIn::Login(username, password) => builder.login(username, password),
        SignIn::Certificate => builder.client_certificate_login(),
    })
}

pub(super) fn emulated(emulator: &RunningEmulator, administrator: bool) -> Builder<Settings> {
    let endpoint = emulator.security_center();
    let builder = SecurityCenter::builder().url(&endpoint.url);
    if administrator {
        builder.api_key(endpoint.administrator.access_key.as_str(), endpoint.administrator.secret_key.as_str())
    } else {
        builder.api_key(endpoint.access_key.as_str(), endpoint.secret_key.as_str())
    }
}

fn who(place: &Place<'_>, credential: Credential, environment: Environment) -> Result<(String, SignIn)> {
    let (url, from_environment) = place.url(URL_VARIABLE, environment.url.clone())?;
    if let Some(sign_in) = given(place, credential)? {
        return Ok((url, sign_in));
    }
    if let Some(sign_in) = in_environment(environment)? {
        return Ok((url, sign_in));
    }
    let Some(sign_in) = in_profile(place, &url, from_environment)? else {
        let ways = format!(
            "set {ACCESS_KEY_VARIABLE} and {SECRET_KEY_VARIABLE}, or {USERNAME_VARIABLE} and {PASSWORD_VARIABLE}"
        );
        return Err(place.missing("way to sign in", &ways));
    };
    Ok((url, sign_in))
}

/// What the command line says.
fn given(place: &Place<'_>, credential: Credential) -> Result<Option<SignIn>> {
    let scopes = place.scopes;
    let login = scopes.text("login");
    let password = match (credential.one(), scopes.text("login-password-env")) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage("--login-password-stdin and --login-password-env exclude each other"));
        }
        (Some(password), None) => Some(password),
        (None, Some(variable)) => Some(stdin::variable(&variable)?.into()),
        (None, None) => None,
    };
    let login = match (login, password) {
        (Some(name), Some(password)) => Some(SignIn::Login(name, password)),
        (Some(name), None) if stdin::can_ask() => Some(SignIn::Login(name, stdin::prompt("password")?)),
        (Some(_), None) => {
            return Err(Failure::usage("--login needs --login-password-stdin or --login-password-env VARIABLE"));
        }
        (None, Some(_)) => return Err(Failure::usage("the password of a login is given, and --login NAME is missing")),
        (None, None) => None,
    };
    let key = api_key::given(scopes)?.map(|(access, secret)| SignIn::ApiKey(access, secret));
    let certificate = scopes.flag("client-certificate-login").then_some(SignIn::Certificate);
    let mut all = [login, key, certificate].into_iter().flatten();
    match (all.next(), all.next()) {
        (_, Some(_)) => Err(Failure::usage("more than one way to sign in is given: leave all but one out")),
        (one, None) => Ok(one),
    }
}

fn in_environment(environment: Environment) -> Result<Option<SignIn>> {
    let (access, secret) =
        ((ACCESS_KEY_VARIABLE, environment.access_key), (SECRET_KEY_VARIABLE, environment.secret_key));
    if let Some((access, secret)) = api_key::in_environment(access, secret)? {
        return Ok(Some(SignIn::ApiKey(access, secret)));
    }
    match (environment.username, environment.password) {
        (Some(username), Some(password)) => Ok(Some(SignIn::Login(username, password.into()))),
        (Some(_), None) => Err(half(USERNAME_VARIABLE, PASSWORD_VARIABLE)),
        (None, Some(_)) => Err(half(PASSWORD_VARIABLE, USERNAME_VARIABLE)),
        (None, None) => Ok(None),
    }
}

fn in_profile(place: &Place<'_>, url: &str, from_environment: bool) -> Result<Option<SignIn>> {
    let Place { name, profile, .. } = *place;
    let password = profile.source(Secret::Password, name)?;
    let ways = [api_key::is_in_profile(place)?, profile.username.is_some(), profile.client_certificate_login];
    if ways.iter().filter(|way| **way).count() > 1 {
        return Err(Failure::usage(format!("the profile {name} names more than one way to sign in")));
    }
    if ways.iter().any(|way| *way) {
        place.keep_at_home(profile.url.as_deref(), url, from_environment, URL_VARIABLE, "sign-in")?;
    }
    if let Some((access, secret)) = api_key::in_profile(place)? {
        return Ok(Some(SignIn::ApiKey(access, secret)));
    }
    match (&profile.username, password) {
        (Some(username), Some(password)) => return Ok(Some(SignIn::Login(username.clone(), password.read()?))),
        (Some(_), None) => {
            return Err(Failure::usage(format!("the profile {name} names a user and no place for the password")));
        }
        (None, Some(_)) => {
            return Err(Failure::usage(format!("the profile {name} names a place for a password and no username")));
        }
        (None, None) => {}
    }
    Ok(profile.client_certificate_login.then_some(SignIn::Certificate))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::config::Profile;
    use crate::options::Scopes;

    /// Cargo sets it for tests, so that none has to be set here.
    const VARIABLE: &str = "CARGO_PKG_NAME";

    fn sign_in(arguments: &str, environment: Environment, profile: serde_json::Value) -> Result<String> {
        let arguments = ["tenable", "--url", "https://sc.example"].into_iter().chain(arguments.split_whitespace());
        let matches = crate::cli::command().try_get_matches_from(arguments.chain(["sc", "system", "details"])).unwrap();
        let (_, scopes) = Scopes::of(&matches);
        let profile: Profile = serde_json::from_value(profile).unwrap();
        let place = Place { scopes: &scopes, name: "acme", profile: &profile, environment: true };
        let (_, sign_in) = who(&place, Credential::default(), environment)?;
        Ok(match sign_in {
            SignIn::ApiKey(access, secret) => format!("key {} {}", access.expose_secret(), secret.expose_secret()),
            SignIn::Login(name, password) => format!("login {name} {}", password.expose_secret()),
            SignIn::Certificate => "certificate".to_owned(),
        })
    }

    fn key() -> Environment {
        Environment { access_key: Some("a".to_owned()), secret_key: Some("s".to_owned()), ..Environment::default() }
    }

    #[test]
    fn options_come_before_the_environment_before_the_profile() {
        let value = std::env::var(VARIABLE).unwrap();
        let of_profile = || serde_json::json!({"username": "ann", "password_env": VARIABLE});
        let login = format!("login ann {value}");
        assert_eq!(sign_in("", Environment::default(), of_profile()).unwrap(), login);
        assert_eq!(sign_in("", key(), of_profile()).unwrap(), "key a s");
        let options = format!("--login bo --login-password-env {VARIABLE}");
        assert_eq!(sign_in(&options, key(), of_profile()).unwrap(), format!("login bo {value}"));
        let options = format!("--access-key-env {VARIABLE} --secret-key-env {VARIABLE}");
        assert_eq!(sign_in(&options, Environment::default(), of_profile()).unwrap(), format!("key {value} {value}"));
        assert_eq!(sign_in("--client-certificate-login", key(), of_profile()).unwrap(), "certificate");
        let certificate = serde_json::json!({"client_certificate_login": true});
        assert_eq!(sign_in("", Environment::default(), certificate).unwrap(), "certificate");
    }

    #[test]
    fn halves_and_doubles_are_named() {
        let none = serde_json::json!({});
        let half = Environment { access_key: Some("a".to_owned()), ..Environment::default() };
        for (arguments, environment, profile, part) in [
            ("", Environment::default(), none.clone(), "no way to sign in"),
            ("", half, none.clone(), "TSC_ACCESS_KEY is set, and TSC_SECRET_KEY is missing"),
            ("--access-key-env A", key(), none.clone(), "belong together"),
            ("--login-password-env CARGO_PKG_NAME", key(), none, "--login NAME is missing"),
            ("", Environment::default(), serde_json::json!({"username": "ann"}), "no place for the password"),
            ("", Environment::default(), serde_json::json!({"access_key_env": "A"}), "one half"),
            (
                "",
                Environment::default(),
                serde_json::json!({"username": "ann", "password_env": "A", "client_certificate_login": true}),
                "more than one way",
            ),
        ] {
            let failure = sign_in(arguments, environment, profile).unwrap_err();
            assert!(failure.line().contains(part), "{part}: {}", failure.line());
        }
    }
}
