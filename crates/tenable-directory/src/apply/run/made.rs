//! What this run made, for the steps that follow: a plan has its names, and the keys are known only now.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

use tenable_api::model::shared::{GroupKey, RoleKey, User, UserKey};

use super::Run;
use crate::Snapshot;
use crate::aliases::normalized;
use crate::apply::holds::{self, Holds};
use crate::plan::{Change, Named};

/// Keys of what this run made, by tenant and name.
#[derive(Default)]
pub(super) struct Made {
    users: HashMap<(String, String), UserKey>,
    roles: HashMap<(String, String), RoleKey>,
    groups: HashMap<(String, String), GroupKey>,
    /// Accounts as the product gave them when they were made.
    accounts: HashMap<(String, String), User>,
}

impl Run<'_> {
    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an account that this run made has it from the beginning.
    pub(super) fn was_made_so(&self, snapshot: &Snapshot, name: &str, change: &Change) -> bool {
        let made = self.made();
        let account = made.accounts.get(&here(snapshot, &normalized(name)));
        account.is_some_and(|account| holds::user(change, account, snapshot, false) == Holds::Yes)
    }

    /// Keeps an account that was made, for the steps that follow.
    pub(super) fn remember_made(&self, snapshot: &Snapshot, name: &str, account: User) {
        self.remember_user(snapshot, name, &account.key);
        self.made().accounts.insert(here(snapshot, &normalized(name)), account);
    }

    pub(super) fn remember_user(&self, snapshot: &Snapshot, name: &str, key: &UserKey) {
        self.made().users.insert(here(snapshot, &normalized(name)), key.clone());
    }

    pub(super) fn remember_role(&self, snapshot: &Snapshot, name: &str, key: RoleKey) {
        self.made().roles.insert(here(snapshot, name), key);
    }

    pub(super) fn remember_group(&self, snapshot: &Snapshot, name: &str, key: GroupKey) {
        self.made().groups.insert(here(snapshot, name), key);
    }

    pub(in crate::apply) fn user_key(&self, snapshot: &Snapshot, user: &Named<UserKey>) -> Option<UserKey> {
        let made = || self.made().users.get(&here(snapshot, &normalized(&user.name))).cloned();
        user.key.clone().or_else(made)
    }

    /// A change with the keys of roles and groups that were made after what is there was read.
    pub(super) fn with_keys(&self, snapshot: &Snapshot, change: &Change) -> Change {
        let mut change = change.clone();
        match &mut change {
            Change::SetRoles { to, .. } => {
                for role in to {
                    role.key = self.role_key(snapshot, role);
                }
            }
            Change::JoinGroup { group } => group.key = self.group_key(snapshot, group),
            _ => {}
        }
        change
    }

    pub(super) fn role_key(&self, snapshot: &Snapshot, role: &Named<RoleKey>) -> Option<RoleKey> {
        let made = || self.made().roles.get(&here(snapshot, &role.name)).cloned();
        role.key.clone().or_else(made)
    }

    pub(super) fn group_key(&self, snapshot: &Snapshot, group: &Named<GroupKey>) -> Option<GroupKey> {
        let made = || self.made().groups.get(&here(snapshot, &group.name)).cloned();
        group.key.clone().or_else(made)
    }
}

fn here(snapshot: &Snapshot, name: &str) -> (String, String) {
    (snapshot.tenant.clone(), name.to_owned())
}
