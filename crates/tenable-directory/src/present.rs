use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tenable_api::admin::Capabilities;
use tenable_api::model::shared::{Group, GroupKey, Role, RoleKey, User, UserKey};
use tenable_api::model::{Known, Product};

use crate::aliases::normalized;
use crate::{Aliases, Failure};

/// What is there in all tenants, as far as it could be read. In the order of the directory.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Present {
    /// One for each tenant.
    pub readings: Vec<Reading>,
}

/// What is there in one tenant, or why it could not be read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// The tenant.
    pub tenant: String,
    /// Its product; `None` when the tenant cannot be reached.
    pub product: Option<Product>,
    /// What is there.
    pub result: Result<Snapshot, Failure>,
}

/// Everybody and everything in one tenant at one time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The tenant.
    pub tenant: String,
    /// What its product can do.
    pub capabilities: &'static Capabilities,
    /// The account of the connection; `None` when that could not be told.
    pub me: Option<UserKey>,
    /// All accounts.
    pub users: Vec<User>,
    /// All roles. Empty when they could not be read, which is in [`unread`](Self::unread).
    pub roles: Vec<Role>,
    /// All groups. Empty where there are none, and when they could not be read.
    pub groups: Vec<Group>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// Where accounts stand in the list. Made when it is first asked for, and anew after the list has changed.
    pub(crate) index: OnceLock<Index>,
}

/// Where accounts stand in the list, so that looking one up does not go through all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    keys: HashMap<UserKey, usize>,
    /// By user name and e-mail address, normalised.
    names: HashMap<String, Vec<usize>>,
}

/// Something of a tenant that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unread {
    /// What: `roles`, `groups`, `own account`, or the key of a user.
    pub what: String,
    /// Why.
    pub why: Failure,
}

impl Present {
    /// What could be read.
    pub fn snapshots(&self) -> impl Iterator<Item = &Snapshot> {
        self.readings.iter().filter_map(|reading| reading.result.as_ref().ok())
    }

    /// The tenants that could not be read, and why.
    pub fn failed(&self) -> impl Iterator<Item = (&str, &Failure)> {
        self.readings.iter().filter_map(|reading| Some((reading.tenant.as_str(), reading.result.as_ref().err()?)))
    }

    /// What is there in the tenant of this name.
    pub fn snapshot(&self, tenant: &str) -> Option<&Snapshot> {
        self.snapshots().find(|snapshot| snapshot.tenant == tenant)
    }
}

impl Snapshot {
    /// The product.
    pub fn product(&self) -> Product {
        self.capabilities.product
    }

    /// Why something of this name could not be read.
    pub fn why_unread(&self, what: &str) -> Option<&Failure> {
        self.unread.iter().find(|unread| unread.what == what).map(|unread| &unread.why)
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (at, user) in self.users.iter().enumerate() {
                index.keys.insert(user.key.clone(), at);
                let names: BTreeSet<String> = names_of(user).map(normalized).collect();
                for name in names {
                    index.names.entry(name).or_default().push(at);
                }
            }
            index
        })
    }

    /// The account with this key.
    pub fn user(&self, key: &UserKey) -> Option<&User> {
        self.index().keys.get(key).map(|at| &self.users[*at])
    }

    /// The accounts with this user name or e-mail address, in the order of the list.
    pub fn users_named(&self, name: &str) -> impl Iterator<Item = &User> {
        let found = self.index().names.get(&normalized(name));
        found.into_iter().flatten().map(|at| &self.users[*at])
    }

    /// The role with this key.
    pub fn role(&self, key: &RoleKey) -> Option<&Role> {
        self.roles.iter().find(|role| role.key == *key)
    }

    /// The group with this key.
    pub fn group(&self, key: &GroupKey) -> Option<&Group> {
        self.groups.iter().find(|group| group.key == *key)
    }

    /// The account that signs in with this name, else the first of those that differ only in case.
    pub(crate) fn with_user_name(&self, name: &str) -> Option<&User> {
        let wanted = normalized(name);
        let exact = self.users_named(name).find(|user| user.user_name.value().is_some_and(|own| own == name));
        let alike =
            || self.users_named(name).find(|user| user.user_name.value().is_some_and(|own| normalized(own) == wanted));
        exact.or_else(alike)
    }

    /// The accounts of a person, by any of the person's names.
    pub fn accounts<'a>(&'a self, person: &str, aliases: &Aliases) -> Vec<&'a User> {
        let mut accounts: Vec<&User> = Vec::new();
        for name in aliases.names(person) {
            for user in self.users_named(&name) {
                if !accounts.iter().any(|other| other.key == user.key) {
                    accounts.push(user);
                }
            }
        }
        accounts
    }

    /// The name of a role, or its key when there is none.
    pub fn role_name(&self, key: &RoleKey) -> String {
        self.role(key).and_then(|role| role.name.value().cloned()).unwrap_or_else(|| key.to_string())
    }

    /// The name of a group, or its key when there is none.
    pub fn group_name(&self, key: &GroupKey) -> String {
        self.group(key).and_then(|group| group.name.value().cloned()).unwrap_or_else(|| key.to_string())
    }

    /// Whether everybody is in the group, so that nobody joins or leaves it.
    pub fn is_fixed(&self, key: &GroupKey) -> bool {
        match self.group(key) {
            Some(group) => group.fixed == Known::Value(true),
            // A group that the product keeps from its list, as it may the one of all users, is none that somebody leaves.
            None => self.why_unread("groups").is_none(),
        }
    }
}

/// User name and e-mail address, as far as they are told and not empty.
pub(crate) fn names_of(user: &User) -> impl Iterator<Item = &str> {
    let names = [user.user_name.value(), user.email.value()].into_iter().flatten();
    names.map(String::as_str).filter(|name| !name.trim().is_empty())
}

/// The name that people see: the user name, else the e-mail address, else the key.
pub(crate) fn shown(user: &User) -> String {
    let name = user.user_name.value().or(user.email.value()).filter(|name| !name.trim().is_empty());
    name.cloned().unwrap_or_else(|| user.key.to_string())
}
