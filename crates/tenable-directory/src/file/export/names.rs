//! How the roles and groups of a tenant are called, so that exactly one is meant.

use std::collections::HashMap;

use tenable_api::admin::{Ability, Count};
use tenable_api::model::Known;
use tenable_api::model::shared::{GroupKey, GroupReference, RoleKey, RoleReference};

use crate::Snapshot;
use crate::aliases::normalized;
use crate::plan::Named;
use crate::planner::same_roles;

/// The names of a tenant's roles and groups; the keys of those that have none of their own.
pub(super) struct Names<'a> {
    snapshot: &'a Snapshot,
    roles: HashMap<&'a RoleKey, String>,
    groups: HashMap<&'a GroupKey, String>,
    /// Roles that go by name.
    by_name: HashMap<&'a str, &'a RoleKey>,
}

impl<'a> Names<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let roles = snapshot.roles.iter().map(|role| (&role.key, &role.name));
        let roles = clear(roles, |name| name.parse::<RoleKey>().is_ok());
        let groups = snapshot.groups.iter().map(|group| (&group.key, &group.name));
        let groups = clear(groups, |name| name.parse::<GroupKey>().is_ok());
        let named = snapshot.roles.iter().filter_map(|role| Some((role.name.value()?.as_str(), &role.key)));
        let by_name = named.filter(|(name, key)| roles.get(key).is_some_and(|own| own == name)).collect();
        Self { snapshot, roles, groups, by_name }
    }

    pub(super) fn role(&self, key: &RoleKey) -> Option<&str> {
        self.roles.get(key).map(String::as_str)
    }

    pub(super) fn group(&self, key: &GroupKey) -> Option<&str> {
        self.groups.get(key).map(String::as_str)
    }

    /// The roles of an account, in order, or why they cannot be written.
    pub(super) fn roles_of(&self, references: &[RoleReference]) -> Result<Vec<String>, String> {
        let names: Option<Vec<&str>> = references.iter().map(|reference| self.role_of(reference)).collect();
        let Some(names) = names else { return Err("has a role that is not in the list of roles".to_owned()) };
        let names = in_order(names);
        let capabilities = self.snapshot.capabilities;
        match names.len() {
            0 if !capabilities.can(Ability::NoRole) => Err("has no role, which cannot be asked for".to_owned()),
            2.. if !capabilities.can(Ability::SeveralRoles) => {
                Err("has several roles, which cannot be asked for".to_owned())
            }
            _ => Ok(names),
        }
    }

    fn role_of(&self, reference: &RoleReference) -> Option<&str> {
        if let Some(name) = self.role(&reference.key) {
            return Some(name);
        }
        // What goes by number in one place goes by UUID in another, under one name.
        let name = reference.name.value()?;
        let (name, key) = self.by_name.get_key_value(name.as_str())?;
        let [one, other] = [&reference.key, *key].map(|key| [Named::new(*name, key.clone())]);
        same_roles(&one, &other).then_some(*name)
    }

    /// The groups of an account, in order, without those that everybody is in, or why they cannot be written. `None` where there are none
    /// to be in, or to leave.
    pub(super) fn groups_of(&self, references: &[GroupReference]) -> Result<Option<Vec<String>>, String> {
        let own = references.iter().filter(|reference| !self.snapshot.is_fixed(&reference.key));
        let names: Option<Vec<&str>> = own.map(|reference| self.group(&reference.key)).collect();
        let Some(names) = names else { return Err("is in a group that is not in the list of groups".to_owned()) };
        let names = in_order(names);
        match (self.snapshot.capabilities.groups_per_user, names.len()) {
            (Count::None, _) | (Count::One, 0) => Ok(None),
            (Count::One, 2..) => Err("is in several groups, which cannot be asked for".to_owned()),
            _ => Ok(Some(names)),
        }
    }
}

/// The name of each where no other has it and it does not read as a key, and the key of the others.
fn clear<'a, K: std::hash::Hash + Eq + ToString>(
    all: impl Iterator<Item = (&'a K, &'a Known<String>)> + Clone,
    is_key: impl Fn(&str) -> bool,
) -> HashMap<&'a K, String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for name in all.clone().filter_map(|(_, name)| name.value()) {
        *counts.entry(normalized(name)).or_insert(0) += 1;
    }
    let text = |key: &K, name: &Known<String>| match name.value() {
        Some(name) if counts[&normalized(name)] == 1 && !name.trim().is_empty() && !is_key(name) => name.clone(),
        _ => key.to_string(),
    };
    all.map(|(key, name)| (key, text(key, name))).collect()
}

fn in_order(mut names: Vec<&str>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(str::to_owned).collect()
}
