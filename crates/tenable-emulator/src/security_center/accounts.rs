//! The users of all organizations, with the indexes that keep look-ups fast.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize, Serializer};

use super::state::{AccountId, KeyPair, User};

/// Users by organization and id. User names and keys change only through the methods, so that the indexes hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Stored")]
pub(super) struct Accounts {
    users: BTreeMap<AccountId, User>,
    /// The last id given in each organization.
    last_ids: BTreeMap<u64, u64>,
    by_username: HashMap<String, Vec<AccountId>>,
    by_uuid: HashMap<String, AccountId>,
    by_access_key: HashMap<String, AccountId>,
}

/// What is stored, as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    last_ids: BTreeMap<u64, u64>,
    users: Vec<User>,
}

impl From<Stored> for Accounts {
    fn from(stored: Stored) -> Self {
        let mut accounts = Self { last_ids: stored.last_ids, ..Self::default() };
        stored.users.into_iter().for_each(|user| accounts.put(user));
        accounts
    }
}

impl Serialize for Accounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// What is stored, as it is written: borrowed, as it happens at each change.
        #[derive(Serialize)]
        struct Storing<'a> {
            last_ids: &'a BTreeMap<u64, u64>,
            users: Vec<&'a User>,
        }
        Storing { last_ids: &self.last_ids, users: self.iter().collect() }.serialize(serializer)
    }
}

impl Accounts {
    /// The id of the organization's next user; ids are never used twice.
    pub(super) fn next_id(&mut self, organization: u64) -> AccountId {
        let last = self.last_ids.entry(organization).or_default();
        *last += 1;
        AccountId { organization, id: *last }
    }

    pub(super) fn put(&mut self, user: User) {
        let account = user.account;
        let last = self.last_ids.entry(account.organization).or_default();
        *last = account.id.max(*last);
        self.by_username.entry(user.username.clone()).or_default().push(account);
        self.by_uuid.insert(user.uuid.to_uppercase(), account);
        if let Some(keys) = &user.keys {
            self.by_access_key.insert(keys.access_key.clone(), account);
        }
        self.users.insert(account, user);
    }

    pub(super) fn get(&self, account: AccountId) -> Option<&User> {
        self.users.get(&account)
    }

    /// For every field but the ids, the user name and the keys.
    pub(super) fn get_mut(&mut self, account: AccountId) -> Option<&mut User> {
        self.users.get_mut(&account)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// For every field but the ids, the user name and the keys.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut User> {
        self.users.values_mut()
    }

    /// The users of an organization, by id.
    pub(super) fn of(&self, organization: u64) -> impl Iterator<Item = &User> + Clone {
        let (first, last) = (AccountId { organization, id: 0 }, AccountId { organization, id: u64::MAX });
        self.users.range(first..=last).map(|(_, user)| user)
    }

    pub(super) fn remove(&mut self, account: AccountId) {
        let Some(user) = self.users.remove(&account) else { return };
        self.forget_username(&user.username, account);
        self.by_uuid.remove(&user.uuid.to_uppercase());
        if let Some(keys) = user.keys {
            self.by_access_key.remove(&keys.access_key);
        }
    }

    pub(super) fn rename(&mut self, account: AccountId, username: &str) {
        let Some(user) = self.users.get_mut(&account) else { return };
        let old = std::mem::replace(&mut user.username, username.to_owned());
        self.forget_username(&old, account);
        self.by_username.entry(username.to_owned()).or_default().push(account);
    }

    pub(super) fn set_keys(&mut self, account: AccountId, keys: KeyPair) {
        let Some(user) = self.users.get_mut(&account) else { return };
        self.by_access_key.insert(keys.access_key.clone(), account);
        if let Some(old) = user.keys.replace(keys) {
            self.by_access_key.remove(&old.access_key);
        }
    }

    pub(super) fn with_username(&self, username: &str) -> impl Iterator<Item = &User> {
        self.by_username.get(username).into_iter().flatten().filter_map(|account| self.users.get(account))
    }

    pub(super) fn with_uuid(&self, uuid: &str) -> Option<&User> {
        self.by_uuid.get(&uuid.to_uppercase()).and_then(|account| self.users.get(account))
    }

    /// The user who has both keys.
    pub(super) fn with_keys(&self, access_key: &str, secret_key: &str) -> Option<&User> {
        let user = self.by_access_key.get(access_key).and_then(|account| self.users.get(account))?;
        user.keys.as_ref().is_some_and(|keys| keys.secret_key == secret_key).then_some(user)
    }

    fn forget_username(&mut self, username: &str, account: AccountId) {
        if let Some(accounts) = self.by_username.get_mut(username) {
            accounts.retain(|other| *other != account);
            if accounts.is_empty() {
                self.by_username.remove(username);
            }
        }
    }
}
