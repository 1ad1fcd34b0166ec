//! The connections of a task: one for each tenant, under the name that every record gives it.
//!
//! Tenants are the profiles that are named, or all that name a product; without any, the products whose variables are set; or the three
//! products of one emulator.

use futures_util::future::join_all;
use tenable_api::model::Product;
use tenable_directory::Tenant;

use super::emulated::Emulated;
use super::remote::{Manner, ProductClient, Remote};
use super::{Credential, PRODUCTS, Place, close, manner, product_of, variable};
use super::{identity_exposure, security_center, vulnerability_management};
use crate::commands::product::credential_on_stdin;
use crate::config::{ConfigFile, Profile, named_by_environment};
use crate::exit::{Failure, Result};
use crate::options::{Scopes, for_one_connection, foreign};
use crate::stdin::Input;

/// Connections that are not made yet.
#[derive(Debug)]
pub(crate) struct Tenants {
    source: Source,
    quiet: bool,
}

#[derive(Debug)]
enum Source {
    /// In the order that they were given in. One that cannot be built keeps no other from being done.
    Remote(Vec<(String, Result<(Remote, Manner)>)>),
    Emulator(Emulated, Manner),
}

/// A tenant that was asked for.
struct Wanted {
    name: String,
    product: Product,
    profile: Profile,
    /// Whether the variables of the product are what it is made of.
    environment: bool,
}

impl Tenants {
    /// Puts them together. Nothing is sent; commands for keys may be run.
    pub(crate) fn resolve(scopes: &Scopes<'_>, input: &mut Input, quiet: bool) -> Result<Self> {
        let own = manner(scopes)?;
        if let Some(emulated) = Emulated::of(scopes)? {
            if own.as_user.is_some() {
                return Err(Failure::usage("--as-user is for one product: leave it out"));
            }
            return Ok(Self { source: Source::Emulator(emulated, own), quiet });
        }
        let wanted = wanted(scopes)?;
        if let [only] = wanted.as_slice() {
            if let Some(option) = foreign(scopes, only.product) {
                return Err(Failure::usage(format!("--{option} is not for {}", only.product.command())));
            }
        } else if let Some(option) = for_one_connection(scopes) {
            return Err(Failure::usage(format!(
                "--{option} is for one connection, and there are {}: say it in the profiles (tenable help config)",
                wanted.len()
            )));
        }
        let mut credential = match wanted.as_slice() {
            [only] => {
                let (option, what) = credential_on_stdin(only.product);
                let what = if scopes.flag(option) { what } else { &[] };
                Some(Credential(input.secrets(what)?))
            }
            _ => None,
        };
        let mut remotes = Vec::with_capacity(wanted.len());
        for (index, tenant) in wanted.into_iter().enumerate() {
            // Said once, if it is said of all.
            let said = index > 0 && scopes.flag("dangerously-accept-any-certificate");
            let credential = credential.take().unwrap_or_default();
            let remote = remote(&tenant, scopes, credential, own.clone(), quiet || said);
            remotes.push((tenant.name, remote));
        }
        Ok(Self { source: Source::Remote(remotes), quiet })
    }

    /// Connects, does the work, and ends what was opened for it, in all tenants.
    pub(crate) async fn during<T>(self, work: impl AsyncFnOnce(Vec<Tenant>) -> Result<T>) -> Result<T> {
        let quiet = self.quiet;
        let (built, _emulator) = match self.source {
            Source::Remote(remotes) => {
                let build = |(name, remote): (String, Result<(Remote, Manner)>)| {
                    (name, remote.and_then(|(remote, manner)| remote.build(manner)))
                };
                (remotes.into_iter().map(build).collect::<Vec<_>>(), None)
            }
            Source::Emulator(emulated, manner) => {
                let emulator = emulated.start().await?;
                let build = |product: Product| {
                    let client = emulated.remote(&emulator, product).and_then(|remote| remote.build(manner.clone()));
                    (product.command().to_owned(), client)
                };
                (PRODUCTS.map(build).into_iter().collect(), Some(emulator))
            }
        };
        let tenants = built.iter().map(|(name, client)| match client {
            Ok(client) => Tenant::shared(name, client.admin()),
            Err(failure) => Tenant::unreachable(name, failure.line()),
        });
        let result = work(tenants.collect()).await;
        let clients = built.iter().filter_map(|(_, client)| client.as_ref().ok());
        join_all(clients.map(|client: &ProductClient| close(client, quiet))).await;
        result
    }
}

fn remote(
    tenant: &Wanted,
    scopes: &Scopes<'_>,
    credential: Credential,
    mut manner: Manner,
    quiet: bool,
) -> Result<(Remote, Manner)> {
    let Wanted { name, product, profile, environment } = tenant;
    let place = Place { scopes, name, profile, environment: *environment };
    manner.or_of(profile)?;
    Ok((Remote::of(*product, &place, credential, quiet)?, manner))
}

/// The tenants that the command line asks for, or the environment, or the configuration file.
fn wanted(scopes: &Scopes<'_>) -> Result<Vec<Wanted>> {
    let file = ConfigFile::load()?;
    let named = scopes.text("profile");
    if scopes.flag("all") {
        if named.is_some() {
            return Err(Failure::usage("--all and --profile exclude each other"));
        }
        return all(&file);
    }
    if let Some(list) = named.or_else(named_by_environment) {
        return file.listed(&list)?.into_iter().map(|(name, profile)| of_profile(name, profile)).collect();
    }
    let set = PRODUCTS.into_iter().filter(|&product| variables(product).iter().any(|name| variable(name).is_some()));
    let set: Vec<Wanted> = set
        .map(|product| Wanted {
            name: product.command().to_owned(),
            product,
            profile: Profile::default(),
            environment: true,
        })
        .collect();
    if !set.is_empty() {
        return Ok(set);
    }
    match file.default_profile() {
        Some(name) => Ok(vec![of_profile(name.to_owned(), file.profile(name)?)?]),
        None => Err(Failure::usage(
            "no tenant: give --profile NAME,... or --all, or set the variables of a product (tenable help tenants); --emulator \
             needs none",
        )),
    }
}

/// Every profile that names a product.
fn all(file: &ConfigFile) -> Result<Vec<Wanted>> {
    let mut wanted = Vec::new();
    for name in file.names() {
        let profile = file.profile(name)?;
        if profile.product.is_some() {
            wanted.push(of_profile(name.to_owned(), profile)?);
        }
    }
    if wanted.is_empty() {
        return Err(Failure::usage("no profile of the configuration file names a product (tenable help config)"));
    }
    Ok(wanted)
}

fn of_profile(name: String, profile: Profile) -> Result<Wanted> {
    let Some(word) = profile.product.as_deref() else {
        return Err(Failure::usage(format!(
            "the profile {name} names no product: add product = \"ie\", \"sc\" or \"vm\""
        )));
    };
    let Some(product) = product_of(word) else {
        return Err(Failure::usage(format!("the profile {name} is for {word:?}, which is none of ie, sc and vm")));
    };
    Ok(Wanted { name, product, profile, environment: false })
}

/// The variables that say where a product is, and who signs in.
fn variables(product: Product) -> &'static [&'static str] {
    match product {
        Product::IdentityExposure => identity_exposure::VARIABLES,
        Product::SecurityCenter => security_center::VARIABLES,
        Product::VulnerabilityManagement => vulnerability_management::VARIABLES,
        _ => &[],
    }
}
