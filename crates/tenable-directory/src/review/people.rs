//! Who is who: the accounts of all tenants, put together as people.

use std::collections::{BTreeMap, BTreeSet};

use tenable_api::model::shared::User;
use tenable_api::model::{Known, Product};

use super::{ReviewedAccount, ReviewedPerson};
use crate::aliases::normalized;
use crate::companion::is_companion;
use crate::present::{names_of, shown};
use crate::strength::Strengths;
use crate::whois::{Account, AccountName};
use crate::{Aliases, Snapshot};

/// A tenant that could be read.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) strengths: Strengths<'a>,
}

impl<'a> Place<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, strengths: Strengths::of(snapshot) }
    }

    pub(super) fn tenant(&self) -> &'a str {
        &self.snapshot.tenant
    }
}

/// An account, as it was read and as the review keeps it.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) user: &'a User,
    pub(super) kept: ReviewedAccount,
}

impl<'a> Seen<'a> {
    fn new(place: &Place<'a>, user: &'a User) -> Self {
        let snapshot = place.snapshot;
        let by = user.roles.value().and_then(|roles| place.strengths.administrator_by(roles));
        let kept = ReviewedAccount {
            tenant: snapshot.tenant.clone(),
            product: snapshot.product().command().to_owned(),
            account: Account::of(user, snapshot),
            administrator: by.as_ref().map(|by| !by.is_empty()),
            administrator_by: by.unwrap_or_default(),
            companion: is_companion(user, snapshot),
        };
        Self { snapshot, user, kept }
    }

    pub(super) fn tenant(&self) -> &str {
        &self.kept.tenant
    }

    pub(super) fn name(&self) -> AccountName {
        AccountName::new(&self.kept.tenant, self.user)
    }

    /// Whether it was made by another product for its own use, and nobody signs in with it.
    pub(super) fn is_for_a_product(&self) -> bool {
        self.kept.companion && self.user.product == Product::VulnerabilityManagement
    }

    /// Whether it hangs on another account of Security Center, by which it is used.
    pub(super) fn is_linked(&self) -> bool {
        self.user.product == Product::SecurityCenter && self.user.sign_in.other_account == Known::Value(true)
    }
}

/// One person: who, and the accounts.
#[derive(Debug)]
pub(super) struct Somebody<'a> {
    pub(super) person: String,
    /// Whether an address or an alias says who it is.
    pub(super) is_named: bool,
    pub(super) accounts: Vec<Seen<'a>>,
}

/// Everybody.
#[derive(Debug)]
pub(super) struct Everybody<'a> {
    /// All people, in order, each with the accounts in the order of the tenants.
    pub(super) people: Vec<Somebody<'a>>,
    /// People of whom some account is that is of somebody else as well.
    pub(super) torn: BTreeSet<String>,
}

/// All people of these tenants.
pub(super) fn everybody<'a>(places: &[Place<'a>], aliases: &Aliases) -> Everybody<'a> {
    let mut torn = BTreeSet::new();
    let mut named: BTreeMap<String, Vec<Seen<'a>>> = BTreeMap::new();
    let mut nameless: BTreeMap<String, Vec<Seen<'a>>> = BTreeMap::new();
    for place in places {
        let mut users: Vec<(String, &User)> =
            place.snapshot.users.iter().map(|user| (user.key.to_string(), user)).collect();
        users.sort_by(|one, other| one.0.cmp(&other.0));
        for (key, user) in users {
            let seen = Seen::new(place, user);
            let persons = aliases.persons(user);
            if let Some(person) = person_of(user, &persons, aliases) {
                named.entry(person).or_default().push(seen);
                if persons.len() > 1 {
                    torn.extend(persons);
                }
                continue;
            }
            let person = format!("{} ({})", shown(user), place.tenant());
            let taken = nameless.contains_key(&person);
            let person = if taken { format!("{} ({}, {key})", shown(user), place.tenant()) } else { person };
            nameless.entry(person).or_default().push(seen);
        }
    }
    let somebody = |is_named| move |(person, accounts)| Somebody { person, is_named, accounts };
    let mut people: Vec<Somebody<'a>> = named.into_iter().map(somebody(true)).collect();
    people.extend(nameless.into_iter().map(somebody(false)));
    people.sort_by(|one, other| one.person.cmp(&other.person));
    Everybody { people, torn }
}

/// Whose account it is: by its address, or by an alias. Of two people, the one who signs in.
fn person_of(user: &User, persons: &BTreeSet<String>, aliases: &Aliases) -> Option<String> {
    let is_known = |person: &String| person.contains('@') || aliases.names(person).len() > 1;
    let signs_in = user.user_name.value().map(|name| aliases.person(name)).filter(|person| persons.contains(person));
    signs_in.filter(is_known).or_else(|| persons.iter().find(|person| is_known(person)).cloned())
}

impl Somebody<'_> {
    /// As the review keeps it.
    pub(super) fn keep(self, aliases: &Aliases, listed: Option<&BTreeSet<String>>) -> ReviewedPerson {
        let names = self.names(aliases);
        let full_name = self.accounts.iter().filter_map(|seen| seen.kept.account.full_name.as_ref());
        let full_name = full_name.map(|name| name.trim()).find(|name| !name.is_empty()).map(str::to_owned);
        ReviewedPerson {
            listed: self.is_listed(&names, listed),
            full_name,
            names: names.into_iter().collect(),
            accounts: self.accounts.into_iter().map(|seen| seen.kept).collect(),
            person: self.person,
        }
    }

    /// All names, normalised.
    pub(super) fn names(&self, aliases: &Aliases) -> BTreeSet<String> {
        let mut names = if self.is_named { aliases.names(&self.person) } else { BTreeSet::new() };
        for seen in &self.accounts {
            names.extend(names_of(seen.user).map(normalized));
        }
        names
    }

    /// Whether a list has one of the names; `None` without a list, and when nobody knows who it is.
    pub(super) fn is_listed(&self, names: &BTreeSet<String>, listed: Option<&BTreeSet<String>>) -> Option<bool> {
        let listed = listed.filter(|_| self.is_named)?;
        Some(names.iter().any(|name| listed.contains(name)))
    }
}
