//! One person, everywhere: the accounts, their state, and what does not fit together.

mod account;
mod conflict;

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use tenable_api::model::Product;
use tenable_api::model::shared::{User, UserKey};

pub use account::{Account, SignInWays};
pub(crate) use conflict::conflicts;
pub use conflict::{AccountName, Conflict};

use crate::present::names_of;
use crate::suggest::nearest_person;
use crate::{Aliases, Directory, Failure, Observer, Present, Reading, Snapshot, Stop, Unread};

/// One person: each account in each tenant, what does not fit together, and what could not be read.
///
/// ```
/// use tenable_directory::{Directory, Stop};
///
/// async fn print(directory: &Directory) {
///     let whois = directory.whois("ann@example.com", &(), &Stop::default()).await;
///     for (tenant, account) in whois.accounts() {
///         println!("{}: {} {:?}", tenant.tenant, account.name(), account.enabled);
///     }
///     for conflict in &whois.conflicts {
///         println!("{conflict}");
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Whois {
    /// The person, normalised: an alias stands for whose it is.
    pub person: String,
    /// All names of the person, normalised.
    pub names: Vec<String>,
    /// One for each tenant, in the order of the directory.
    pub tenants: Vec<TenantAccounts>,
    /// What does not fit together.
    pub conflicts: Vec<Conflict>,
    /// A name that is there and a slip of the finger away from the one that was asked for, where nobody has that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
}

/// The accounts of one person in one tenant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TenantAccounts {
    /// The tenant.
    pub tenant: String,
    /// Its product; `None` when the tenant cannot be reached.
    #[serde(serialize_with = "account::product_word")]
    pub product: Option<Product>,
    /// The accounts. Empty when the person has none, and when the tenant could not be read.
    pub accounts: Vec<Account>,
    /// What of the accounts could not be read, and why: `roles`, `groups`, or the key of an account.
    pub unread: Vec<Unread>,
    /// Why the tenant could not be read; `None` when it could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<Failure>,
}

impl Whois {
    /// A person in what was read. Facts that only the details of an account tell are there if they were read before.
    pub fn of(present: &Present, name: &str, aliases: &Aliases) -> Self {
        let person = aliases.person(name);
        let tenants: Vec<TenantAccounts> = present
            .readings
            .iter()
            .map(|reading| TenantAccounts::of(reading, &accounts(reading, &person, aliases)))
            .collect();
        let conflicts = conflicts(present, &person, aliases);
        let nobody = tenants.iter().all(|tenant| tenant.accounts.is_empty());
        let did_you_mean = if nobody { alike(present, name) } else { None };
        Self { names: aliases.names(&person).into_iter().collect(), person, tenants, conflicts, did_you_mean }
    }

    /// Each account with its tenant.
    pub fn accounts(&self) -> impl Iterator<Item = (&TenantAccounts, &Account)> {
        self.tenants.iter().flat_map(|tenant| tenant.accounts.iter().map(move |account| (tenant, account)))
    }

    /// Whether no tenant that was read has an account of the person.
    pub fn is_nobody(&self) -> bool {
        self.accounts().next().is_none()
    }

    /// The tenants that could not be read, and why.
    pub fn failed(&self) -> impl Iterator<Item = (&str, &Failure)> {
        self.tenants.iter().filter_map(|tenant| Some((tenant.tenant.as_str(), tenant.failed.as_ref()?)))
    }
}

impl TenantAccounts {
    fn of(reading: &Reading, users: &[&User]) -> Self {
        let (accounts, unread, failed) = match &reading.result {
            Ok(snapshot) => {
                let accounts = users.iter().map(|user| Account::of(user, snapshot)).collect();
                (accounts, unread(snapshot, users), None)
            }
            Err(why) => (Vec::new(), Vec::new(), Some(why.clone())),
        };
        Self { tenant: reading.tenant.clone(), product: reading.product, accounts, unread, failed }
    }
}

fn accounts<'a>(reading: &'a Reading, person: &str, aliases: &Aliases) -> Vec<&'a User> {
    let mut users = reading.result.as_ref().map_or_else(|_| Vec::new(), |snapshot| snapshot.accounts(person, aliases));
    users.sort_by_key(|user| user.key.to_string());
    users
}

/// What is missing of these accounts, and not of others.
fn unread(snapshot: &Snapshot, users: &[&User]) -> Vec<Unread> {
    if users.is_empty() {
        return Vec::new();
    }
    let keys: BTreeSet<String> = users.iter().map(|user| user.key.to_string()).collect();
    let concerns = |what: &str| matches!(what, "roles" | "groups") || keys.contains(what);
    snapshot.unread.iter().filter(|unread| concerns(&unread.what)).cloned().collect()
}

fn alike(present: &Present, name: &str) -> Option<String> {
    let users = present.snapshots().flat_map(|snapshot| &snapshot.users);
    nearest_person(name, users.flat_map(names_of)).map(str::to_owned)
}

impl Directory {
    /// One person, everywhere.
    ///
    /// All tenants are read side by side. What lists do not tell, such as the ways to sign in to Vulnerability Management, is read of the
    /// person's accounts alone. A tenant that cannot be read is listed as failed.
    pub async fn whois(&self, name: &str, observer: &dyn Observer, stop: &Stop) -> Whois {
        let present = self.read_person(name, observer, stop).await;
        Whois::of(&present, name, self.known_aliases())
    }

    /// Reads all tenants, and of the accounts of one person what the lists do not tell.
    pub(crate) async fn read_person(&self, name: &str, observer: &dyn Observer, stop: &Stop) -> Present {
        let mut present = self.read(observer, stop).await;
        let limits = self.limits_now();
        let reads = present.readings.iter_mut().filter_map(|reading| {
            let admin = self.tenant(&reading.tenant)?.admin().ok()?;
            let snapshot = reading.result.as_mut().ok()?;
            let keys = untold(snapshot, name, self.known_aliases());
            if keys.is_empty() || stop.is_stopped() {
                return None;
            }
            Some(async move { snapshot.complete(admin.as_ref(), &keys, &[], limits.people).await })
        });
        stream::iter(reads.collect::<Vec<_>>()).buffer_unordered(limits.tenants.max(1)).collect::<Vec<()>>().await;
        present
    }
}

/// The accounts of a person of which a call for one account may tell more. Identity Exposure's list tells everything.
fn untold(snapshot: &Snapshot, name: &str, aliases: &Aliases) -> Vec<UserKey> {
    if snapshot.product() == Product::IdentityExposure {
        return Vec::new();
    }
    let accounts = snapshot.accounts(name, aliases).into_iter();
    accounts.filter(|user| !user.unknown().is_empty()).map(|user| user.key.clone()).collect()
}

#[cfg(test)]
pub(crate) mod examples;
#[cfg(test)]
mod tests;
