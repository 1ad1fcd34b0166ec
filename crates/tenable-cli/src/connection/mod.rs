//! Whom to talk to, and as whom: options before environment before profile, or an emulator.

mod api_key;
mod identity_exposure;
mod network;
mod security_center;
mod vulnerability_management;

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::model::Product;
use tenable_api::security_center::SecurityCenter;
use tenable_api::transport::ProxySettings;
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_api::{Builder, Client};
use tenable_emulator::{Emulator, RunningEmulator};

use crate::commands::emulator::{not_started, set_rules};
use crate::config::{ConfigFile, Profile, duration};
use crate::exit::{Exit, Failure, Result};
use crate::options::{Scopes, foreign, sign_in_given};
use crate::output::message;

/// Everything that is needed to talk to a product.
#[derive(Debug)]
pub(crate) struct Settings {
    target: Target,
    timeout: Option<Duration>,
    /// Whose rights to act with, in Vulnerability Management.
    as_user: Option<String>,
    quiet: bool,
}

#[derive(Debug)]
enum Target {
    Remote(Remote),
    Emulator { product: Product, state: Option<PathBuf>, rules: Vec<String>, administrator: bool },
}

/// A client that is not built yet.
#[derive(Debug)]
enum Remote {
    IdentityExposure(Box<Builder<tenable_api::identity_exposure::Settings>>),
    SecurityCenter(Box<Builder<tenable_api::security_center::Settings>>),
    VulnerabilityManagement(Box<Builder<tenable_api::vulnerability_management::Settings>>),
}

/// A client, and the emulator it talks to, if it does.
#[derive(Debug)]
pub(crate) struct Connection {
    client: ProductClient,
    /// Ended when dropped.
    _emulator: Option<RunningEmulator>,
}

#[derive(Debug)]
enum ProductClient {
    IdentityExposure(IdentityExposure),
    SecurityCenter(SecurityCenter),
    VulnerabilityManagement(VulnerabilityManagement),
}

impl Connection {
    /// The part that all products have.
    pub(crate) fn client(&self) -> &Client {
        match &self.client {
            ProductClient::IdentityExposure(client) => client.client(),
            ProductClient::SecurityCenter(client) => client.client(),
            ProductClient::VulnerabilityManagement(client) => client.client(),
        }
    }

    pub(crate) fn identity_exposure(&self) -> Result<&IdentityExposure> {
        match &self.client {
            ProductClient::IdentityExposure(client) => Ok(client),
            _ => Err(Failure::usage("the command is for Identity Exposure")),
        }
    }

    pub(crate) fn security_center(&self) -> Result<&SecurityCenter> {
        match &self.client {
            ProductClient::SecurityCenter(client) => Ok(client),
            _ => Err(Failure::usage("the command is for Security Center")),
        }
    }

    pub(crate) fn vulnerability_management(&self) -> Result<&VulnerabilityManagement> {
        match &self.client {
            ProductClient::VulnerabilityManagement(client) => Ok(client),
            _ => Err(Failure::usage("the command is for Vulnerability Management")),
        }
    }

    /// Ends what the client has open at the product.
    async fn close(&self) -> std::result::Result<(), tenable_api::Error> {
        match &self.client {
            ProductClient::IdentityExposure(_) | ProductClient::VulnerabilityManagement(_) => Ok(()),
            ProductClient::SecurityCenter(client) => client.close().await,
        }
    }
}

/// What came from standard input for signing in.
#[derive(Debug, Default)]
pub(crate) struct Credential(pub(crate) Vec<SecretString>);

impl Credential {
    /// An API key or a password.
    fn one(self) -> Option<SecretString> {
        self.0.into_iter().next()
    }

    /// The two halves of an API key.
    fn pair(self) -> Option<api_key::ApiKey> {
        let mut halves = self.0.into_iter();
        halves.next().zip(halves.next())
    }
}

impl Settings {
    /// Puts them together. Nothing is sent; a command for a key may be run.
    pub(crate) fn resolve(product: Product, scopes: &Scopes<'_>, credential: Credential, quiet: bool) -> Result<Self> {
        if let Some(option) = foreign(scopes, product) {
            return Err(Failure::usage(format!("--{option} is not for {}", product.command())));
        }
        let timeout = scopes.text("timeout").map(|text| duration(&text)).transpose()?;
        let as_user = scopes.text("as-user");
        let mut rules = scopes.texts("set");
        let state = scopes.path("emulator-state");
        if scopes.flag("emulator") || state.is_some() {
            if scopes.text("url").is_some() || scopes.text("profile").is_some() {
                return Err(Failure::usage("an emulator has neither --url nor --profile: leave one of them out"));
            }
            if scopes.text("site").is_some() {
                return Err(Failure::usage("an emulator is on this machine: leave --site out"));
            }
            if let Some(option) = sign_in_given(scopes) {
                return Err(Failure::usage(format!("an emulator knows who signs in: leave --{option} out")));
            }
            if scopes.flag("tes") {
                rules.push("sc.enclave_security=on".to_owned());
            }
            let administrator = scopes.text("emulator-as").as_deref() == Some("administrator");
            let target = Target::Emulator { product, state, rules, administrator };
            return Ok(Self { target, timeout, as_user, quiet });
        }
        let as_somebody = scopes.text("emulator-as").map(|_| "emulator-as");
        if let Some(option) = (!rules.is_empty()).then_some("set").or(as_somebody) {
            return Err(Failure::usage(format!(
                "--{option} is for an emulator: give --emulator or --emulator-state as well"
            )));
        }
        let chosen = ConfigFile::chosen(scopes.text("profile"))?;
        let (name, profile) = chosen.unwrap_or_default();
        let fits = profile.product.as_deref().is_none_or(|word| is_product(product, word));
        if !fits {
            let other = profile.product.unwrap_or_default();
            return Err(Failure::usage(format!("the profile {name} is for {other}, not for {}", product.command())));
        }
        let timeout = match (timeout, &profile.timeout) {
            (None, Some(timeout)) => Some(timeout.duration()?),
            (timeout, _) => timeout,
        };
        let place = Place { scopes, name: &name, profile: &profile };
        let remote = match product {
            Product::IdentityExposure => {
                let builder = identity_exposure::builder(&place, credential)?;
                Remote::IdentityExposure(Box::new(place.reached(builder, quiet)?))
            }
            Product::SecurityCenter => {
                let builder = security_center::builder(&place, credential)?;
                Remote::SecurityCenter(Box::new(place.reached(builder, quiet)?))
            }
            Product::VulnerabilityManagement => {
                let builder = vulnerability_management::builder(&place, credential)?;
                Remote::VulnerabilityManagement(Box::new(place.reached(builder, quiet)?))
            }
            other => return Err(Failure::usage(format!("there is no command for {other}"))),
        };
        Ok(Self { target: Target::Remote(remote), timeout, as_user, quiet })
    }

    /// Connects, does the work, and ends what was opened for it.
    pub(crate) async fn during<T>(self, work: impl AsyncFnOnce(&Connection) -> Result<T>) -> Result<T> {
        let quiet = self.quiet;
        let connection = self.connect().await?;
        let result = work(&connection).await;
        // The work is done or not, whatever becomes of the session.
        if let Err(error) = connection.close().await
            && !quiet
        {
            message(&format!("warning: the session could not be closed: {}", error.report()));
        }
        result
    }

    /// The client; and the emulator, if that is what was asked for.
    async fn connect(self) -> Result<Connection> {
        let timeout = self.timeout;
        let (remote, emulator) = match self.target {
            Target::Remote(remote) => (remote, None),
            Target::Emulator { product, state, rules, administrator } => {
                let mut emulator = Emulator::builder();
                if let Some(state) = state {
                    emulator = emulator.state_file(state);
                }
                let emulator = set_rules(emulator, rules.iter().map(String::as_str))?;
                let emulator = emulator.start().await.map_err(not_started)?;
                // It is on this machine, whatever proxy the environment names.
                let remote = match product {
                    Product::IdentityExposure => {
                        let builder = identity_exposure::emulated(&emulator);
                        Remote::IdentityExposure(Box::new(builder.proxy(ProxySettings::none())))
                    }
                    Product::SecurityCenter => {
                        let tes = rules.iter().any(|rule| rule == "sc.enclave_security=on");
                        let builder = security_center::emulated(&emulator, administrator).enclave_security(tes);
                        Remote::SecurityCenter(Box::new(builder.proxy(ProxySettings::none())))
                    }
                    Product::VulnerabilityManagement => {
                        let builder = vulnerability_management::emulated(&emulator);
                        Remote::VulnerabilityManagement(Box::new(builder.proxy(ProxySettings::none())))
                    }
                    other => return Err(Failure::usage(format!("there is no emulator of {other}"))),
                };
                (remote, Some(emulator))
            }
        };
        let client = match remote {
            Remote::IdentityExposure(builder) => ProductClient::IdentityExposure(finished(*builder, timeout).build()?),
            Remote::SecurityCenter(builder) => ProductClient::SecurityCenter(finished(*builder, timeout).build()?),
            Remote::VulnerabilityManagement(builder) => {
                let client = finished(*builder, timeout).build()?;
                let client = self.as_user.map_or(Ok(client.clone()), |name| client.as_user(name))?;
                ProductClient::VulnerabilityManagement(client)
            }
        };
        Ok(Connection { client, _emulator: emulator })
    }
}

fn finished<P>(builder: Builder<P>, timeout: Option<Duration>) -> Builder<P> {
    let builder = builder.user_agent(concat!("tenable-cli/", env!("CARGO_PKG_VERSION")));
    match timeout {
        Some(timeout) => builder.deadline(timeout).attempt_timeout(timeout),
        None => builder,
    }
}

/// What the command line and the profile say.
struct Place<'a> {
    scopes: &'a Scopes<'a>,
    /// Of the profile.
    name: &'a str,
    profile: &'a Profile,
}

impl Place<'_> {
    /// Adds how to get there.
    fn reached<P>(&self, builder: Builder<P>, quiet: bool) -> Result<Builder<P>> {
        Ok(builder
            .allow_plain_http(self.scopes.flag("allow-plain-http") || self.profile.allow_plain_http)
            .tls(network::tls(self.scopes, self.profile, quiet)?)
            .proxy(network::proxy(self.scopes, self.profile)?))
    }

    /// The address: that of the command line, of the environment, of the profile. Also, whether it is from the environment.
    fn url(&self, variable: &str, in_environment: Option<String>) -> Result<(String, bool)> {
        let given = self.scopes.text("url");
        let from_environment = given.is_none() && in_environment.is_some();
        let url = given.or(in_environment).or_else(|| self.profile.url.clone()).ok_or_else(|| {
            Failure::new(
                Exit::Unreachable,
                format!(
                    "no address of the product: give --url, set {variable}, or name a profile (tenable help config); \
                     --emulator needs none"
                ),
            )
        })?;
        Ok((url, from_environment))
    }

    /// A variable that was left over from something else must not carry the credentials of one instance to another.
    ///
    /// `own` is the address of the profile, if it has one.
    fn keep_at_home(&self, own: Option<&str>, url: &str, from_environment: bool, variable: &str, what: &str) -> Result {
        let elsewhere = |own: &str| own.trim_end_matches('/') != url.trim_end_matches('/');
        if from_environment && own.is_some_and(elsewhere) {
            return Err(Failure::usage(format!(
                "{variable} names another address than the profile {}, whose {what} is not sent there: unset the variable, or give \
                 the {what} as well",
                self.name
            )));
        }
        Ok(())
    }
}

/// What the environment of the process says.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Whether a word of the configuration names this product.
fn is_product(product: Product, word: &str) -> bool {
    word == product.command() || product.name().to_lowercase().ends_with(&word.to_lowercase().replace(['-', '_'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_a_product() {
        for word in ["ie", "identity-exposure", "identity_exposure", "Tenable Identity Exposure"] {
            assert!(is_product(Product::IdentityExposure, word), "{word}");
            assert!(!is_product(Product::SecurityCenter, word), "{word}");
        }
        for word in ["sc", "security-center", "Security Center"] {
            assert!(is_product(Product::SecurityCenter, word), "{word}");
        }
        for word in ["vm", "vulnerability-management", "Tenable Vulnerability Management"] {
            assert!(is_product(Product::VulnerabilityManagement, word), "{word}");
        }
    }
}
