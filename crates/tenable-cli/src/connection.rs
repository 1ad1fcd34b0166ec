//! Whom to talk to, and as whom: options before environment before profile, or an emulator.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tenable_api::Builder;
use tenable_api::identity_exposure::{API_KEY_VARIABLE, IdentityExposure, Settings as ProductSettings, URL_VARIABLE};
use tenable_api::model::Product;
use tenable_api::transport::{ProxySettings, TlsSettings};
use tenable_emulator::{Emulator, RunningEmulator};

use crate::commands::emulator::{not_started, set_rules};
use crate::config::{ConfigFile, KeySource, Profile, duration, keyring};
use crate::exit::{Exit, Failure, Result};
use crate::options::Scopes;
use crate::output::message;
use crate::stdin;

/// Everything that is needed to talk to a product.
#[derive(Debug)]
pub(crate) struct Settings {
    target: Target,
    timeout: Option<Duration>,
}

#[derive(Debug)]
enum Target {
    Remote(Box<Builder<ProductSettings>>),
    Emulator { state: Option<PathBuf>, rules: Vec<String> },
}

/// A client, and the emulator it talks to, if it does.
#[derive(Debug)]
pub(crate) struct Connection {
    client: IdentityExposure,
    /// Ended when dropped.
    _emulator: Option<RunningEmulator>,
}

impl Connection {
    pub(crate) fn client(&self) -> &IdentityExposure {
        &self.client
    }
}

/// What the environment of the process says, in one place for tests.
#[derive(Debug, Default)]
struct Environment {
    url: Option<String>,
    api_key: Option<SecretString>,
}

impl Environment {
    fn of_process() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self { url: variable(URL_VARIABLE), api_key: variable(API_KEY_VARIABLE).map(SecretString::from) }
    }
}

impl Settings {
    /// Puts them together. `api_key` is one that came from standard input. Nothing is sent; a command for a key may be run.
    pub(crate) fn resolve(
        product: Product,
        scopes: &Scopes<'_>,
        api_key: Option<SecretString>,
        quiet: bool,
    ) -> Result<Self> {
        let timeout = scopes.text("timeout").map(|text| duration(&text)).transpose()?;
        let rules = scopes.texts("set");
        let state = scopes.path("emulator-state");
        if scopes.flag("emulator") || state.is_some() {
            if scopes.text("url").is_some() || scopes.text("profile").is_some() {
                return Err(Failure::usage("an emulator has neither --url nor --profile: leave one of them out"));
            }
            return Ok(Self { target: Target::Emulator { state, rules }, timeout });
        }
        if !rules.is_empty() {
            return Err(Failure::usage("--set is for an emulator: give --emulator or --emulator-state as well"));
        }
        let chosen = ConfigFile::chosen(scopes.text("profile"))?;
        let (name, profile) = chosen.unwrap_or_default();
        let fits = profile.product.as_deref().is_none_or(|word| is_product(product, word));
        if !fits {
            let other = profile.product.unwrap_or_default();
            return Err(Failure::usage(format!("the profile {name} is for {other}, not for {}", product.command())));
        }
        let given = Given { url: scopes.text("url"), api_key, variable: scopes.text("api-key-env") };
        let Who { url, key, source } = who(&given, Environment::of_process(), &name, &profile)?;
        let timeout = match (timeout, &profile.timeout) {
            (None, Some(timeout)) => Some(timeout.duration()?),
            (timeout, _) => timeout,
        };
        let mut builder = IdentityExposure::builder()
            .url(url)
            .api_key(key)
            .allow_plain_http(scopes.flag("allow-plain-http") || profile.allow_plain_http)
            .tls(tls(scopes, &profile, quiet)?)
            .proxy(proxy(scopes, &profile)?);
        if let Some(KeySource::Keyring(entry)) = source {
            builder = builder.on_new_api_key(move |key| match keyring::write(&entry, key) {
                Ok(()) => message(&format!("the new API key is stored in the keyring as {entry}")),
                Err(failure) => message(&format!("the new API key could not be stored: {}", failure.line())),
            });
        }
        Ok(Self { target: Target::Remote(Box::new(builder)), timeout })
    }

    /// The client; and the emulator, if that is what was asked for.
    pub(crate) async fn connect(self) -> Result<Connection> {
        let (builder, emulator) = match self.target {
            Target::Remote(builder) => (*builder, None),
            Target::Emulator { state, rules } => {
                let mut emulator = Emulator::builder();
                if let Some(state) = state {
                    emulator = emulator.state_file(state);
                }
                let emulator = set_rules(emulator, rules.iter().map(String::as_str))?;
                let emulator = emulator.start().await.map_err(not_started)?;
                let endpoint = emulator.identity_exposure();
                let builder = IdentityExposure::builder().url(&endpoint.url).api_key(endpoint.api_key.as_str());
                // It is on this machine, whatever proxy the environment names.
                (builder.proxy(ProxySettings::none()), Some(emulator))
            }
        };
        let mut builder = builder.user_agent(concat!("tenable-cli/", env!("CARGO_PKG_VERSION")));
        if let Some(timeout) = self.timeout {
            builder = builder.deadline(timeout).attempt_timeout(timeout);
        }
        Ok(Connection { client: builder.build()?, _emulator: emulator })
    }
}

/// Whether a word of the configuration names this product.
fn is_product(product: Product, word: &str) -> bool {
    word == product.command() || product.name().to_lowercase().ends_with(&word.to_lowercase().replace(['-', '_'], " "))
}

/// What the command line said.
#[derive(Debug, Default)]
struct Given {
    url: Option<String>,
    api_key: Option<SecretString>,
    variable: Option<String>,
}

/// An address, a key for it, and the place in the profile that the key is from, if it is.
#[derive(Debug)]
struct Who {
    url: String,
    key: SecretString,
    source: Option<KeySource>,
}

fn who(given: &Given, environment: Environment, name: &str, profile: &Profile) -> Result<Who> {
    let from_environment = given.url.is_none() && environment.url.is_some();
    let url = given.url.clone().or(environment.url).or_else(|| profile.url.clone()).ok_or_else(|| {
        Failure::new(
            Exit::Unreachable,
            format!(
                "no address of the product: give --url, set {URL_VARIABLE}, or name a profile (tenable help config); \
                 --emulator needs none"
            ),
        )
    })?;
    let key = match (&given.api_key, &given.variable) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage("--api-key-stdin and --api-key-env exclude each other"));
        }
        (Some(key), None) => Some(key.clone()),
        (None, Some(variable)) => Some(stdin::variable(variable)?.into()),
        (None, None) => environment.api_key,
    };
    if let Some(key) = key {
        return Ok(Who { url, key, source: None });
    }
    let Some(source) = profile.key_source(name)? else {
        return Err(Failure::usage(format!(
            "no API key: set {API_KEY_VARIABLE}, give --api-key-stdin or --api-key-env, or name a profile (tenable help config)"
        )));
    };
    // A variable that was left over from something else must not carry the key of one instance to another.
    if from_environment
        && profile.url.as_ref().is_some_and(|own| own.trim_end_matches('/') != url.trim_end_matches('/'))
    {
        return Err(Failure::usage(format!(
            "{URL_VARIABLE} names another address than the profile {name}, whose API key is not sent there: unset the variable, or \
             give the key as well"
        )));
    }
    let key = source.read()?;
    if key.expose_secret().trim().is_empty() {
        return Err(Failure::usage(format!("the API key from {source} is empty")));
    }
    Ok(Who { url, key, source: Some(source) })
}

fn tls(scopes: &Scopes<'_>, profile: &Profile, quiet: bool) -> Result<TlsSettings> {
    let (extra, only) = match (scopes.path("ca-file"), scopes.path("only-ca-file")) {
        (Some(_), Some(_)) => return Err(Failure::usage("--ca-file and --only-ca-file exclude each other")),
        (None, None) => (profile.ca_file.clone(), profile.only_ca_file.clone()),
        given => given,
    };
    let mut tls = match (extra, only) {
        (Some(_), Some(_)) => return Err(Failure::usage("ca_file and only_ca_file exclude each other")),
        (Some(file), None) => TlsSettings::platform_plus_file(file),
        (None, Some(file)) => TlsSettings::only_file(file),
        (None, None) => TlsSettings::platform(),
    };
    let certificate = scopes.path("client-certificate").or_else(|| profile.client_certificate.clone());
    let key = scopes.path("client-key").or_else(|| profile.client_key.clone());
    tls = match (certificate, key, &profile.client_key_env) {
        (None, None, _) => tls,
        (Some(certificate), Some(key), _) => tls.client_certificate_files(certificate, key),
        (Some(certificate), None, Some(variable)) => {
            let chain = std::fs::read(&certificate)
                .map_err(|error| Failure::io(format!("{} cannot be read", certificate.display()), &error))?;
            tls.client_certificate(chain, stdin::variable(variable)?.into())
        }
        _ => return Err(Failure::usage("a client certificate needs its key: give both")),
    };
    if scopes.flag("dangerously-accept-any-certificate") || profile.dangerously_accept_any_certificate {
        if !quiet {
            message("warning: the server is not verified: anyone on the way can read and change everything");
        }
        tls = tls.dangerous_accept_any_certificate();
    }
    Ok(tls)
}

fn proxy(scopes: &Scopes<'_>, profile: &Profile) -> Result<ProxySettings> {
    let url = match (scopes.text("proxy"), &profile.proxy, &profile.proxy_env) {
        (Some(url), ..) => {
            if url.contains('@') {
                return Err(Failure::usage(
                    "--proxy holds a password, which everyone could read on the command line: set HTTPS_PROXY instead",
                ));
            }
            Some(url)
        }
        (None, Some(_), Some(_)) => return Err(Failure::usage("proxy and proxy_env exclude each other")),
        (None, Some(url), None) => Some(url.clone()),
        (None, None, Some(variable)) => Some(stdin::variable(variable)?),
        (None, None, None) => None,
    };
    let exceptions = scopes.text("no-proxy").or_else(|| profile.no_proxy.clone());
    let proxy = url.map_or_else(ProxySettings::from_environment, ProxySettings::explicit);
    Ok(match exceptions.as_deref() {
        Some("*") => ProxySettings::none(),
        Some(list) => proxy.no_proxy(list),
        None => proxy,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const VARIABLE: &str = "CARGO_PKG_NAME";

    fn profile(url: &str) -> Profile {
        serde_json::from_value(serde_json::json!({"url": url, "api_key_env": VARIABLE})).unwrap()
    }

    fn environment(url: Option<&str>, key: Option<&str>) -> Environment {
        Environment { url: url.map(str::to_owned), api_key: key.map(SecretString::from) }
    }

    fn resolved(given: &Given, environment: Environment, profile: &Profile) -> (String, String) {
        let who = who(given, environment, "acme", profile).unwrap();
        (who.url, who.key.expose_secret().to_owned())
    }

    #[test]
    fn options_come_before_the_environment_before_the_profile() {
        // Cargo sets it for tests, so that none has to be set here.
        let from_profile = std::env::var(VARIABLE).unwrap();
        let profile = profile("https://profile.example");
        let (url, key) = resolved(&Given::default(), environment(None, None), &profile);
        assert_eq!((url.as_str(), key.as_str()), ("https://profile.example", from_profile.as_str()));
        let (url, key) =
            resolved(&Given::default(), environment(Some("https://env.example"), Some("from-env")), &profile);
        assert_eq!((url.as_str(), key.as_str()), ("https://env.example", "from-env"));
        let given = Given {
            url: Some("https://option.example".to_owned()),
            api_key: Some(SecretString::from("from-stdin")),
            variable: None,
        };
        let (url, key) = resolved(&given, environment(Some("https://env.example"), Some("from-env")), &profile);
        assert_eq!((url.as_str(), key.as_str()), ("https://option.example", "from-stdin"));
        let given = Given { variable: Some(VARIABLE.to_owned()), ..Given::default() };
        let (_, key) = resolved(&given, environment(None, Some("from-env")), &profile);
        assert_eq!(key, from_profile);
    }

    #[test]
    fn the_key_of_a_profile_does_not_go_where_a_variable_points() {
        let failure = who(
            &Given::default(),
            environment(Some("https://elsewhere.example"), None),
            "acme",
            &profile("https://profile.example"),
        )
        .unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage);
        assert!(
            failure.line().starts_with("TIE_URL names another address than the profile acme"),
            "{}",
            failure.line()
        );
        // The same address in both is none.
        let same = environment(Some("https://profile.example/"), None);
        assert!(who(&Given::default(), same, "acme", &profile("https://profile.example")).is_ok());
    }

    #[test]
    fn what_is_missing_is_named() {
        let nothing = who(&Given::default(), Environment::default(), "", &Profile::default()).unwrap_err();
        assert_eq!(nothing.exit(), Exit::Unreachable);
        let no_key = who(&Given::default(), environment(Some("https://a.example"), None), "", &Profile::default());
        assert_eq!(no_key.unwrap_err().exit(), Exit::Usage);
    }

    #[test]
    fn words_for_a_product() {
        for word in ["ie", "identity-exposure", "identity_exposure", "Tenable Identity Exposure"] {
            assert!(is_product(Product::IdentityExposure, word), "{word}");
        }
        assert!(!is_product(Product::IdentityExposure, "sc"));
    }
}
