//! Whom to talk to, and as whom: options before environment before profile, or an emulator.

mod api_key;
mod emulated;
mod identity_exposure;
mod network;
mod remote;
mod security_center;
mod tenants;
mod vulnerability_management;

use secrecy::SecretString;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::model::Product;
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_api::{Builder, Client};
use tenable_emulator::RunningEmulator;

use crate::config::{ConfigFile, Profile, duration};
use crate::exit::{Exit, Failure, Result};
use crate::options::{Scopes, foreign};
use crate::output::message;
use emulated::Emulated;
use remote::{Manner, ProductClient, Remote};

pub(crate) use tenants::Tenants;

/// Everything that is needed to talk to a product.
#[derive(Debug)]
pub(crate) struct Settings {
    target: Target,
    manner: Manner,
    quiet: bool,
}

#[derive(Debug)]
enum Target {
    Remote(Remote),
    Emulator(Product, Emulated),
}

/// A client, and the emulator it talks to, if it does.
#[derive(Debug)]
pub(crate) struct Connection {
    client: ProductClient,
    /// Ended when dropped.
    _emulator: Option<RunningEmulator>,
}

impl Connection {
    /// The part that all products have.
    pub(crate) fn client(&self) -> &Client {
        self.client.client()
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
        if scopes.flag("all") {
            return Err(Failure::usage(format!(
                "--all is for tasks over several tenants, such as `tenable whois`, and {} is one product",
                product.command()
            )));
        }
        let mut manner = manner(scopes)?;
        if let Some(emulated) = Emulated::of(scopes)? {
            return Ok(Self { target: Target::Emulator(product, emulated), manner, quiet });
        }
        let chosen = ConfigFile::chosen(scopes.text("profile"))?;
        let (name, profile) = chosen.unwrap_or_default();
        let fits = profile.product.as_deref().is_none_or(|word| is_product(product, word));
        if !fits {
            let other = profile.product.unwrap_or_default();
            return Err(Failure::usage(format!("the profile {name} is for {other}, not for {}", product.command())));
        }
        manner.or_of(&profile)?;
        let place = Place { scopes, name: &name, profile: &profile, environment: true };
        let remote = Remote::of(product, &place, credential, quiet)?;
        Ok(Self { target: Target::Remote(remote), manner, quiet })
    }

    /// Connects, does the work, and ends what was opened for it.
    pub(crate) async fn during<T>(self, work: impl AsyncFnOnce(&Connection) -> Result<T>) -> Result<T> {
        let quiet = self.quiet;
        let connection = self.connect().await?;
        let result = work(&connection).await;
        close(&connection.client, quiet).await;
        result
    }

    /// The client; and the emulator, if that is what was asked for.
    async fn connect(self) -> Result<Connection> {
        let (remote, emulator) = match self.target {
            Target::Remote(remote) => (remote, None),
            Target::Emulator(product, emulated) => {
                let emulator = emulated.start().await?;
                (emulated.remote(&emulator, product)?, Some(emulator))
            }
        };
        Ok(Connection { client: remote.build(self.manner)?, _emulator: emulator })
    }
}

/// Ends what a client has open. The work is done or not, whatever becomes of the session.
async fn close(client: &ProductClient, quiet: bool) {
    if let Err(error) = client.close().await
        && !quiet
    {
        message(&format!("warning: the session could not be closed: {}", error.report()));
    }
}

/// How a client behaves by the command line.
fn manner(scopes: &Scopes<'_>) -> Result<Manner> {
    let timeout = scopes.text("timeout").map(|text| duration(&text)).transpose()?;
    Ok(Manner { timeout, as_user: scopes.text("as-user") })
}

impl Manner {
    /// Takes from the profile what the command line leaves open.
    fn or_of(&mut self, profile: &Profile) -> Result {
        if let (None, Some(timeout)) = (self.timeout, &profile.timeout) {
            self.timeout = Some(timeout.duration()?);
        }
        Ok(())
    }
}

/// What the command line and the profile say.
struct Place<'a> {
    scopes: &'a Scopes<'a>,
    /// Of the profile.
    name: &'a str,
    profile: &'a Profile,
    /// Whether the variables of the product count. Where there are several tenants, they cannot be for each of them.
    environment: bool,
}

impl Place<'_> {
    /// A variable of the product.
    fn variable(&self, name: &str) -> Option<String> {
        variable(name).filter(|_| self.environment)
    }

    /// What is missing, and where it could be.
    fn missing(&self, what: &str, ways: &str) -> Failure {
        if self.environment {
            return Failure::usage(format!("no {what}: {ways}, or name a profile (tenable help config)"));
        }
        Failure::usage(format!("the profile {} names no place for {what} (tenable help config)", self.name))
    }

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
            if !self.environment {
                return Failure::usage(format!("the profile {} has no url (tenable help config)", self.name));
            }
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

/// The product that a word of the configuration names.
fn product_of(word: &str) -> Option<Product> {
    PRODUCTS.into_iter().find(|&product| is_product(product, word))
}

/// The products that there are clients for.
const PRODUCTS: [Product; 3] = [Product::IdentityExposure, Product::SecurityCenter, Product::VulnerabilityManagement];

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
