use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use tenable_api::model::shared::{User, UserKey};

use crate::aliases::normalized;
use crate::present::shown;
use crate::{Aliases, Present};

/// Something about the accounts of one name that does not fit together, and that nobody should guess about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "conflict", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Conflict {
    /// One name has several accounts in one tenant.
    SeveralAccounts {
        /// The tenant.
        tenant: String,
        /// The accounts.
        accounts: Vec<AccountName>,
    },
    /// Accounts of one name have different full names: two people may share an address.
    DifferentNames {
        /// All accounts that have a full name.
        accounts: Vec<AccountName>,
    },
    /// User name and e-mail address of one account are two people, by the aliases that are known.
    TwoPeople {
        /// The account.
        account: AccountName,
        /// The people.
        people: Vec<String>,
    },
}

/// An account in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountName {
    /// The tenant.
    pub tenant: String,
    /// Which account.
    pub key: UserKey,
    /// The name that people see: the user name, else the e-mail address, else the key.
    pub name: String,
    /// First and last name as one text, if there is one.
    pub full_name: Option<String>,
}

impl AccountName {
    pub(crate) fn new(tenant: &str, user: &User) -> Self {
        let full_name = user.full_name.value().filter(|name| !name.trim().is_empty()).cloned();
        Self { tenant: tenant.to_owned(), key: user.key.clone(), name: shown(user), full_name }
    }
}

impl fmt::Display for AccountName {
    /// `alice-admin (sc:5, "Alice Archer")`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, name, full_name, .. } = self;
        match full_name {
            Some(full_name) => write!(f, "{name} ({key}, {full_name:?})"),
            None => write!(f, "{name} ({key}, no full name)"),
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |accounts: &[AccountName]| {
            let texts: Vec<String> = accounts.iter().map(ToString::to_string).collect();
            texts.join(", ")
        };
        match self {
            Self::SeveralAccounts { tenant, accounts } => {
                write!(f, "{tenant}: {} accounts of one person: {}", accounts.len(), list(accounts))
            }
            Self::DifferentNames { accounts } => {
                let texts: Vec<String> =
                    accounts.iter().map(|account| format!("{} {account}", account.tenant)).collect();
                write!(f, "different full names, perhaps of two people: {}", texts.join(", "))
            }
            Self::TwoPeople { account, people } => {
                let tenant = &account.tenant;
                write!(f, "{tenant}: {account} is {} by its user name and e-mail address", people.join(" and "))
            }
        }
    }
}

/// What does not fit together about the accounts of one name.
pub(crate) fn conflicts(present: &Present, person: &str, aliases: &Aliases) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let mut all = Vec::new();
    let mut torn = Vec::new();
    for snapshot in present.snapshots() {
        let mut users = snapshot.accounts(person, aliases);
        users.sort_by_key(|user| user.key.to_string());
        let names = || users.iter().map(|user| AccountName::new(&snapshot.tenant, user));
        if users.len() > 1 {
            conflicts.push(Conflict::SeveralAccounts { tenant: snapshot.tenant.clone(), accounts: names().collect() });
        }
        all.extend(names());
        for user in &users {
            let people = aliases.persons(user);
            if people.len() > 1 {
                let account = AccountName::new(&snapshot.tenant, user);
                torn.push(Conflict::TwoPeople { account, people: people.into_iter().collect() });
            }
        }
    }
    all.retain(|account| account.full_name.is_some());
    let differ = all.iter().enumerate().any(|(index, one)| all[index + 1..].iter().any(|other| !alike(one, other)));
    if differ {
        conflicts.push(Conflict::DifferentNames { accounts: all });
    }
    conflicts.extend(torn);
    conflicts
}

/// Whether two full names may be of one person: the words of one are among those of the other, in any order.
fn alike(one: &AccountName, other: &AccountName) -> bool {
    let words = |name: &AccountName| -> BTreeSet<String> {
        let text = normalized(name.full_name.as_deref().unwrap_or_default());
        let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == '.').map(str::to_owned);
        words.filter(|word| !word.is_empty()).collect()
    };
    let (one, other) = (words(one), words(other));
    one.is_subset(&other) || other.is_subset(&one)
}
