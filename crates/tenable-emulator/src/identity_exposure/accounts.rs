//! The user accounts, with the indexes that keep sign-in and uniqueness checks fast.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize, Serializer};

use super::state::User;

/// Users by id. E-mail addresses and keys change only through the methods, so that the indexes hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Stored")]
pub(super) struct Accounts {
    users: BTreeMap<u64, User>,
    last_id: u64,
    /// Lower-case address to ids; several ids only while addresses are compared exactly.
    by_email: HashMap<String, Vec<u64>>,
    by_key: HashMap<String, u64>,
}

/// What is stored, as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    last_id: u64,
    users: Vec<User>,
}

impl From<Stored> for Accounts {
    fn from(stored: Stored) -> Self {
        let mut accounts = Self::new();
        for user in stored.users {
            accounts.put(user);
        }
        accounts.last_id = accounts.last_id.max(stored.last_id);
        accounts
    }
}

/// What is stored, as it is written: borrowed, as it happens at each change.
#[derive(Serialize)]
struct Storing<'a> {
    last_id: u64,
    #[serde(serialize_with = "values")]
    users: &'a BTreeMap<u64, User>,
}

fn values<S: Serializer>(users: &BTreeMap<u64, User>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(users.values())
}

impl Serialize for Accounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Storing { last_id: self.last_id, users: &self.users }.serialize(serializer)
    }
}

impl Accounts {
    pub(super) fn new() -> Self {
        Self { users: BTreeMap::new(), last_id: 0, by_email: HashMap::new(), by_key: HashMap::new() }
    }

    /// The id of the next user; ids are never used twice.
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn put(&mut self, user: User) {
        self.last_id = self.last_id.max(user.id);
        self.by_email.entry(user.email.to_lowercase()).or_default().push(user.id);
        self.by_key.insert(user.api_key.clone(), user.id);
        self.users.insert(user.id, user);
    }

    pub(super) fn get(&self, id: u64) -> Option<&User> {
        self.users.get(&id)
    }

    /// For every field but `email` and `api_key`.
    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut User> {
        self.users.get_mut(&id)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &User> {
        self.users.values()
    }

    /// For every field but `email` and `api_key`.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut User> {
        self.users.values_mut()
    }

    pub(super) fn remove(&mut self, id: u64) {
        if let Some(user) = self.users.remove(&id) {
            self.forget_email(&user.email, id);
            self.by_key.remove(&user.api_key);
        }
    }

    pub(super) fn set_email(&mut self, id: u64, email: &str) {
        let Some(user) = self.users.get_mut(&id) else { return };
        let old = std::mem::replace(&mut user.email, email.to_owned());
        self.forget_email(&old, id);
        self.by_email.entry(email.to_lowercase()).or_default().push(id);
    }

    pub(super) fn set_api_key(&mut self, id: u64, key: &str) {
        let Some(user) = self.users.get_mut(&id) else { return };
        let old = std::mem::replace(&mut user.api_key, key.to_owned());
        self.by_key.remove(&old);
        self.by_key.insert(key.to_owned(), id);
    }

    pub(super) fn with_key(&self, key: &str) -> Option<&User> {
        self.by_key.get(key).and_then(|id| self.users.get(id))
    }

    /// The user with this address, by either comparison. An exact match wins over one that differs in case.
    pub(super) fn with_email(&self, email: &str, ignore_case: bool) -> Option<&User> {
        let ids = self.by_email.get(&email.to_lowercase())?;
        let mut users = ids.iter().filter_map(|id| self.users.get(id));
        match users.clone().find(|user| user.email == email) {
            Some(user) => Some(user),
            None if ignore_case => users.next(),
            None => None,
        }
    }

    fn forget_email(&mut self, email: &str, id: u64) {
        let email = email.to_lowercase();
        if let Some(ids) = self.by_email.get_mut(&email) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.by_email.remove(&email);
            }
        }
    }
}
