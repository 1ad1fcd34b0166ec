//! The access review: everybody, everywhere, with what an auditor should look at, and what changed since the last time.

mod checks;
mod compare;
mod csv;
mod details;
mod finding;
mod json;
mod make;
mod objects;
mod options;
mod page;
#[cfg(feature = "parquet")]
mod parquet;
mod people;
mod table;

use serde::{Deserialize, Serialize};
use tenable_api::model::shared::{GroupKey, RoleKey, UserKey};

pub use csv::guarded;
pub use details::Details;
pub use finding::{Finding, FindingKind, Object, Severity, Untold};
pub use json::ReadReviewError;
pub use options::ReviewOptions;
pub use table::{Cell, Kind};

use crate::whois::Account;
use crate::{Failure, Unread};

/// The access review: people with their accounts in all tenants, roles, groups, findings, and what could not be told.
///
/// Made by [`of`](Self::of) from what was read, without I/O. Everything in it is in a stable order, so that two reviews of the same state
/// are the same but for [`made_at`](Self::made_at). It has no secret in it.
///
/// As JSON it has a published shape, and is what the next review is [compared](Self::compare) with: a field is added without a new
/// [`VERSION`](Self::VERSION), and nothing is taken away or changes its meaning within one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Review {
    /// The version of the shape.
    pub version: u32,
    /// When it was made: RFC 3339. All ages in it count from here.
    pub made_at: String,
    /// After how many days without any use an account is idle.
    pub idle_days: u64,
    /// After how many days without use API keys are unused.
    pub unused_key_days: u64,
    /// How many addresses the list of the identity provider has; `None` when there was no list.
    pub listed: Option<usize>,
    /// One for each tenant, in the order of the directory.
    pub tenants: Vec<ReviewedTenant>,
    /// Everybody, by [`person`](ReviewedPerson::person).
    pub people: Vec<ReviewedPerson>,
    /// All roles, by tenant, name and key.
    pub roles: Vec<ReviewedRole>,
    /// All groups, by tenant, name and key.
    pub groups: Vec<ReviewedGroup>,
    /// What an auditor should look at: the gravest first, then by kind, person, tenant and name.
    pub findings: Vec<Finding>,
    /// What could not be looked at since it is not told: it is no finding, and no proof that there is none.
    pub untold: Vec<Untold>,
    /// What is not as it was in the last review, when it was compared with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
}

/// A tenant, and how much of it could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewedTenant {
    /// Its name.
    pub tenant: String,
    /// The word of its product: `ie`, `sc`, `vm`; `None` when it cannot be reached.
    pub product: Option<String>,
    /// How many accounts there are.
    pub accounts: usize,
    /// How many roles there are.
    pub roles: usize,
    /// How many groups there are.
    pub groups: usize,
    /// The account of the connection; `None` when that could not be told.
    pub asked_by: Option<UserKey>,
    /// What of it could not be read, and why: `roles`, `groups`, `own account`, `details`, or the key of an account.
    pub unread: Vec<Unread>,
    /// Why it could not be read; `None` when it could.
    pub failed: Option<Failure>,
}

/// One person, and all accounts of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewedPerson {
    /// Who, by which findings and changes name the person: the e-mail address, normalised, or whose alias it is. An account without any
    /// address is a person of its own: `admin (sc)`.
    pub person: String,
    /// The full name, from the first account that has one.
    pub full_name: Option<String>,
    /// All addresses and user names of the accounts and the aliases, normalised, in order.
    pub names: Vec<String>,
    /// Whether the list of the identity provider has one of the names; `None` when there was no list, or the person has no address.
    pub listed: Option<bool>,
    /// The accounts, in the order of the tenants, then by key.
    pub accounts: Vec<ReviewedAccount>,
}

/// One account in one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewedAccount {
    /// The tenant.
    pub tenant: String,
    /// The word of the product: `ie`, `sc`, `vm`.
    pub product: String,
    /// The account as it is.
    pub account: Account,
    /// Whether it administers its tenant or, in Security Center, its organization; `None` when that is not told.
    pub administrator: Option<bool>,
    /// What makes it an administrator: `Global Administrator`, `Auditor: allows all that Administrator allows`. Empty when it is none.
    pub administrator_by: Vec<String>,
    /// Whether another Tenable product keeps it, so that it is looked after there.
    pub companion: bool,
}

/// A role, what it allows and who has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewedRole {
    /// The tenant.
    pub tenant: String,
    /// The word of the product.
    pub product: String,
    /// Which role.
    pub key: RoleKey,
    /// Its name, or its key when that is not told.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it allows, in the product's own words, in order; `None` when that is not told.
    pub permissions: Option<Vec<String>>,
    /// Whether the product brought it; `None` when that is not told.
    pub predefined: Option<bool>,
    /// Whether it makes an administrator; `None` when that is not told.
    pub administrator: Option<bool>,
    /// Why it makes an administrator.
    pub administrator_by: Option<String>,
    /// Who has it, as far as the accounts tell their roles, by key.
    pub members: Vec<UserKey>,
    /// Whether all accounts of the tenant tell their roles, so that nobody else has it.
    pub members_complete: bool,
}

/// A group and who is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewedGroup {
    /// The tenant.
    pub tenant: String,
    /// The word of the product.
    pub product: String,
    /// Which group.
    pub key: GroupKey,
    /// Its name, or its key when that is not told.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How many are in it, as the product tells; `None` when it does not.
    pub member_count: Option<u64>,
    /// Whether everybody is in it, always.
    pub fixed: Option<bool>,
    /// Whether a SAML identity provider adds and removes members.
    pub managed_by_saml: Option<bool>,
    /// Who is in it, as far as the accounts tell their groups, by key.
    pub members: Vec<UserKey>,
    /// Whether all accounts of the tenant tell their groups, so that nobody else is in it.
    pub members_complete: bool,
}

/// What is not as it was in the last review. Accounts are the same when tenant and key are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Changes {
    /// When the last review was made: RFC 3339.
    pub since: String,
    /// Tenants that are not in both reviews, or could not be read for one of them: nothing is said of them.
    pub not_compared: Vec<String>,
    /// Accounts that are new.
    pub joined: Vec<ChangedAccount>,
    /// Accounts that are gone.
    pub left: Vec<ChangedAccount>,
    /// Accounts that are not as they were.
    pub changed: Vec<ChangedAccount>,
    /// Findings that the last review had not.
    pub new_findings: Vec<Finding>,
    /// Findings of the last review that are solved: they are not there any more, though they could be looked for.
    pub solved_findings: Vec<Finding>,
    /// Findings of the last review that could not be looked for this time.
    pub unsettled_findings: Vec<Finding>,
}

/// An account that is new, gone, or not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChangedAccount {
    /// The tenant.
    pub tenant: String,
    /// Which account.
    pub key: UserKey,
    /// The name that people see.
    pub name: String,
    /// Whose it is, in this review or, when it is gone, in the last one.
    pub person: String,
    /// What is not as it was; empty for an account that is new or gone.
    pub what: Vec<AccountChange>,
}

/// One thing about an account that is not as it was. What one of the two reviews does not tell is not compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountChange {
    /// It may sign in again.
    Enabled,
    /// It may not sign in any more.
    Disabled,
    /// It is an administrator now.
    BecameAdministrator,
    /// It is not an administrator any more.
    NoLongerAdministrator,
    /// It has a role that it had not.
    RoleGained {
        /// Name of the role.
        role: String,
    },
    /// It lacks a role that it had.
    RoleLost {
        /// Name of the role.
        role: String,
    },
    /// It is in a group that it was not in.
    GroupJoined {
        /// Name of the group.
        group: String,
    },
    /// It is not in a group that it was in.
    GroupLeft {
        /// Name of the group.
        group: String,
    },
    /// A second factor is asked for now.
    SecondFactorOn,
    /// A second factor is not asked for any more.
    SecondFactorOff,
    /// It signs in with another name.
    Renamed {
        /// The name that it had.
        from: String,
        /// The name that it has.
        to: String,
    },
}

impl Review {
    /// The version of the shape that this release writes and reads.
    pub const VERSION: u32 = 1;
}

#[cfg(test)]
mod tests;
