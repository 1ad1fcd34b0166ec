//! What an auditor should look at, and what could not be looked at.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ReviewedGroup, ReviewedRole};
use crate::whois::AccountName;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Somebody may have access who should not, or an administrator is weakly guarded.
    High,
    /// Access that nobody seems to need, or that nobody can be named for.
    Medium,
    /// Left-overs.
    Low,
    /// To know, and nothing to do.
    Info,
}

/// Declares the kinds of findings with their words.
macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident = $word:literal $title:literal,)*) => {
        /// What a finding is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$meta])* $kind,)*
        }

        impl FindingKind {
            /// All of them, in the order in which reviews list them.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Its word in files: `never_signed_in`.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }

            /// What people read: `Never signed in`.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$kind => $title,)*
                }
            }
        }
    };
}

kinds! {
    /// An account that may sign in is of somebody whom the identity provider does not list.
    NotListed = "not_listed" "Not listed by the identity provider",
    /// An account that may sign in is of somebody whose account is disabled in another tenant.
    DisabledElsewhere = "disabled_elsewhere" "Enabled here, disabled elsewhere",
    /// An account that may sign in is of somebody who had an account in another tenant at the last review, and has none there now.
    GoneElsewhere = "gone_elsewhere" "Enabled here, gone elsewhere",
    /// An administrator can sign in with a password and is asked for no second factor.
    NoSecondFactor = "no_second_factor" "Administrator without second factor",
    /// A role that is no administrator role allows as much as one.
    StrongRole = "strong_role" "Custom role as strong as administrator",
    /// An account that may sign in never did.
    NeverSignedIn = "never_signed_in" "Never signed in",
    /// An account that may sign in was not used for long.
    Idle = "idle" "Idle",
    /// API keys were not used for long.
    UnusedKey = "unused_key" "API keys unused",
    /// An account that may not sign in still has the role of an administrator, or is in groups.
    DisabledWithAccess = "disabled_with_access" "Disabled, and still has access",
    /// User name and e-mail address of one account are of two people.
    TwoPeople = "two_people" "Account of two people",
    /// Accounts of one address have different full names: two people may share it.
    SharedAddress = "shared_address" "Address of two people",
    /// One person has several accounts in one tenant.
    SeveralAccounts = "several_accounts" "Several accounts in one tenant",
    /// Nobody can be named for an account: it has no address.
    NoAddress = "no_address" "No address",
    /// Failed attempts to sign in have locked an account.
    LockedOut = "locked_out" "Locked out",
    /// Nobody is in a group.
    EmptyGroup = "empty_group" "Empty group",
    /// Nobody has a role.
    UnusedRole = "unused_role" "Role of nobody",
    /// Another Tenable product keeps the account or the group.
    Companion = "companion" "Kept by another Tenable product",
}

impl FindingKind {
    /// The facts about an account without which it cannot be looked for, by the names of the facts.
    pub(super) const fn facts(self) -> &'static [&'static str] {
        match self {
            Self::NotListed | Self::DisabledElsewhere | Self::GoneElsewhere => &["enabled"],
            Self::NoSecondFactor => &["second_factor", "roles"],
            Self::NeverSignedIn | Self::Idle => &["last_sign_in"],
            Self::UnusedKey => &["last_api_use"],
            Self::DisabledWithAccess => &["enabled", "roles", "groups"],
            Self::NoAddress => &["user_name", "email"],
            Self::LockedOut => &["locked_out"],
            _ => &[],
        }
    }
}

/// Something that an auditor should look at. It rests on what the products told, and on nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// How grave it is.
    pub severity: Severity,
    /// Whom it concerns, as in [`ReviewedPerson::person`](super::ReviewedPerson::person); `None` for roles and groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The accounts that it concerns, in the order of the tenants. Empty for roles and groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountName>,
    /// The role that it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Object>,
    /// The group that it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Object>,
    /// The tenants that it concerns, in the order of the directory.
    pub tenants: Vec<String>,
    /// What was found, as a sentence without names of people.
    pub what: String,
    /// What to do.
    pub advice: String,
}

/// A role or a group in a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Object {
    /// The text of its key: `vm:16`.
    pub key: String,
    /// Its name.
    pub name: String,
}

/// Something that could not be looked for in a tenant, since what it is told by is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Untold {
    /// The tenant.
    pub tenant: String,
    /// The word of the product.
    pub product: String,
    /// What could not be looked for.
    pub kind: FindingKind,
    /// The fact that is missing: `last_sign_in`.
    pub fact: String,
    /// Of how many accounts, roles or groups.
    pub count: usize,
    /// Whether the product has no such fact at all, so that no other account and no other call would tell it.
    pub never_kept: bool,
}

impl Finding {
    pub(super) fn new(
        kind: FindingKind,
        severity: Severity,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            severity,
            person: None,
            accounts: Vec::new(),
            role: None,
            group: None,
            tenants: Vec::new(),
            what: what.into(),
            advice: advice.into(),
        }
    }

    /// About these accounts, which are of this person.
    #[must_use]
    pub(super) fn of(mut self, person: &str, accounts: impl IntoIterator<Item = AccountName>) -> Self {
        self.person = Some(person.to_owned());
        self.with(accounts)
    }

    /// About these accounts.
    #[must_use]
    pub(super) fn with(mut self, accounts: impl IntoIterator<Item = AccountName>) -> Self {
        for account in accounts {
            if !self.tenants.contains(&account.tenant) {
                self.tenants.push(account.tenant.clone());
            }
            self.accounts.push(account);
        }
        self
    }

    /// About this role of this tenant.
    #[must_use]
    pub(super) fn role(mut self, tenant: &str, role: &ReviewedRole) -> Self {
        self.tenants.push(tenant.to_owned());
        self.role = Some(Object { key: role.key.to_string(), name: role.name.clone() });
        self
    }

    /// About this group of this tenant.
    #[must_use]
    pub(super) fn group(mut self, tenant: &str, group: &ReviewedGroup) -> Self {
        self.tenants.push(tenant.to_owned());
        self.group = Some(Object { key: group.key.to_string(), name: group.name.clone() });
        self
    }

    /// By what it is the same finding in another review, whatever its words are by then.
    pub(super) fn identity(&self) -> Vec<String> {
        let person = || self.person.iter().cloned();
        let tenant = || self.tenants.iter().take(1).cloned();
        let object = self.role.as_ref().or(self.group.as_ref()).map(|object| object.key.clone());
        let accounts = self.accounts.iter().flat_map(|account| [account.tenant.clone(), account.key.to_string()]);
        let word = std::iter::once(self.kind.word().to_owned());
        match self.kind {
            FindingKind::NotListed
            | FindingKind::DisabledElsewhere
            | FindingKind::GoneElsewhere
            | FindingKind::SharedAddress => word.chain(person()).collect(),
            FindingKind::SeveralAccounts => word.chain(person()).chain(tenant()).collect(),
            FindingKind::EmptyGroup | FindingKind::UnusedRole | FindingKind::StrongRole | FindingKind::Companion => {
                word.chain(tenant()).chain(object).collect()
            }
            _ => word.chain(accounts).collect(),
        }
    }

    /// The name by which it is put in order, and which a table shows: of the role, the group, the person or the first account.
    pub fn subject(&self) -> &str {
        let object = self.role.as_ref().or(self.group.as_ref()).map(|object| object.name.as_str());
        let account = self.accounts.first().map(|account| account.name.as_str());
        object.or(self.person.as_deref()).or(account).unwrap_or_default()
    }
}

impl Severity {
    /// All of them, the gravest first.
    pub const ALL: &'static [Self] = &[Self::High, Self::Medium, Self::Low, Self::Info];

    /// Its word: `high`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.title())
    }
}
