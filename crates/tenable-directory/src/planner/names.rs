//! Roles, groups and users by their names.

use tenable_api::model::Known;
use tenable_api::model::shared::{GroupKey, RoleKey, User, UserKey};

use super::Planner;
use crate::aliases::normalized;
use crate::plan::Named;
use crate::present::shown;
use crate::suggest::do_you_mean;
use crate::wish::Presence;

impl<'a> Planner<'a> {
    /// The role with this name or key; one that the plan makes has no key yet.
    pub(super) fn role_named(&self, name: &str) -> Result<Named<RoleKey>, String> {
        if let Ok(key) = name.parse::<RoleKey>() {
            return match self.snapshot.role(&key) {
                Some(_) => Ok(Named::new(self.snapshot.role_name(&key), key)),
                None => Err(format!("there is no role {key}")),
            };
        }
        let known = self.snapshot.roles.iter().filter_map(|role| Some((role.name.value()?.as_str(), &role.key)));
        let wished = &self.wish.roles;
        let made = wished.iter().filter(|role| role.presence == Presence::Present).map(|role| role.name.as_str());
        named("role", name, known, made).map_err(|why| match self.snapshot.why_unread("roles") {
            Some(unread) => format!("{why}; the roles could not be read: {unread}"),
            None => why,
        })
    }

    /// The group with this name or key; one that the plan makes has no key yet.
    pub(super) fn group_named(&self, name: &str) -> Result<Named<GroupKey>, String> {
        if let Ok(key) = name.parse::<GroupKey>() {
            return match self.snapshot.group(&key) {
                Some(_) => Ok(Named::new(self.snapshot.group_name(&key), key)),
                None => Err(format!("there is no group {key}")),
            };
        }
        let known = self.snapshot.groups.iter().filter_map(|group| Some((group.name.value()?.as_str(), &group.key)));
        let wished = &self.wish.groups;
        let made = wished.iter().filter(|group| group.presence == Presence::Present).map(|group| group.name.as_str());
        named("group", name, known, made).map_err(|why| match self.snapshot.why_unread("groups") {
            Some(unread) => format!("{why}; the groups could not be read: {unread}"),
            None => why,
        })
    }

    /// The one account with this user name, e-mail address or key.
    pub(super) fn account_named(&self, name: &str) -> Result<&'a User, String> {
        let snapshot = self.snapshot;
        if let Ok(key) = name.parse::<UserKey>() {
            return snapshot.user(&key).ok_or_else(|| format!("there is no user {key}"));
        }
        let by_name = self.with_user_name(name);
        let found = if by_name.is_empty() { snapshot.accounts(name, self.aliases) } else { by_name };
        match found[..] {
            [] => Err(format!("there is no user {name:?}")),
            [user] => Ok(user),
            _ => Err(ambiguous(name, &found)),
        }
    }

    /// The accounts with exactly this user name, which products keep unique without regard to case, or not.
    pub(super) fn with_user_name(&self, name: &str) -> Vec<&'a User> {
        let wanted = normalized(name);
        let has_it = |user: &&User| user.user_name.value().is_some_and(|own| normalized(own) == wanted);
        let snapshot = self.snapshot;
        let alike: Vec<&'a User> = snapshot.users_named(name).filter(has_it).collect();
        let exact: Vec<&'a User> =
            alike.iter().copied().filter(|user| user.user_name.value().is_some_and(|own| own == name)).collect();
        if exact.is_empty() { alike } else { exact }
    }

    /// A role that an account has, under the name and key by which the list of roles has it.
    pub(super) fn role_of(&self, reference: &tenable_api::model::shared::RoleReference) -> Named<RoleKey> {
        let name = match (self.snapshot.role(&reference.key), &reference.name) {
            (None, Known::Value(name)) => name.clone(),
            _ => self.snapshot.role_name(&reference.key),
        };
        Named::new(name, reference.key.clone())
    }
}

pub(super) fn ambiguous(name: &str, users: &[&User]) -> String {
    let all: Vec<String> = users.iter().map(|user| format!("{} ({})", shown(user), user.key)).collect();
    format!("{name:?} could be any of {}: give the user name", all.join(", "))
}

/// The one with this name, else the one with this name in other case.
fn named<'a, K: Clone + 'a>(
    kind: &str,
    name: &str,
    known: impl Iterator<Item = (&'a str, &'a K)>,
    made: impl Iterator<Item = &'a str>,
) -> Result<Named<K>, String> {
    let known: Vec<_> = known.collect();
    let made: Vec<_> = made.collect();
    let fits = |exact: bool| {
        let same = move |other: &str| if exact { other == name } else { normalized(other) == normalized(name) };
        let found: Vec<_> = known.iter().filter(|(other, _)| same(other)).collect();
        let made = made.iter().find(|other| same(other)).copied();
        (found, made)
    };
    let (mut found, mut new) = fits(true);
    if found.is_empty() && new.is_none() {
        (found, new) = fits(false);
    }
    match (&found[..], new) {
        ([(name, key)], _) => Ok(Named::new(*name, (*key).clone())),
        ([], Some(name)) => Ok(Named::new(name, None)),
        ([], None) => {
            let names = known.iter().map(|(name, _)| *name).chain(made);
            Err(format!("there is no {kind} {name:?}{}", do_you_mean(name, names)))
        }
        (several, _) => Err(format!("{} {kind}s have the name {name:?}: give the key of one", several.len())),
    }
}
