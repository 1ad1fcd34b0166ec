//! Roles and groups.

use std::collections::HashSet;

use tenable_api::admin::Ability;
use tenable_api::model::Known;
use tenable_api::model::shared::{Group, GroupKey, Role, RoleKey};

use super::Planner;
use crate::aliases::normalized;
use crate::plan::{Change, Edit, Named, Subject};
use crate::scope::fits;
use crate::wish::{Presence, RoleWish};

impl<'a> Planner<'a> {
    pub(super) fn plan_roles(&mut self) {
        let mut wished: HashSet<RoleKey> = HashSet::new();
        let mut names: HashSet<String> = HashSet::new();
        for wish in &self.wish.roles {
            let place = wish.place.as_ref();
            if !names.insert(normalized(&wish.name)) {
                self.problem(place, &wish.name, "this role is asked for twice");
                continue;
            }
            let found = self.roles_like(&wish.name);
            match (&found[..], &wish.presence) {
                ([], Presence::Present) => {
                    if let Some(why) = self.snapshot.why_unread("roles") {
                        let why = format!("the roles could not be read, so whether it is there is not known: {why}");
                        self.problem(place, &wish.name, why);
                    } else if self.can(Ability::CreateRole, place, &wish.name) {
                        let change = Change::CreateRole {
                            description: wish.description.clone().unwrap_or_default(),
                            permissions: sorted(wish.permissions.clone().unwrap_or_default()),
                        };
                        self.step(Subject::Role(Named::new(&wish.name, None)), None, change);
                    }
                }
                ([], _) => {}
                ([role], presence) => {
                    wished.insert(role.key.clone());
                    let subject = Named::new(self.snapshot.role_name(&role.key), role.key.clone());
                    if !matches!(presence, Presence::Absent { .. }) {
                        self.change_role(wish, role, subject);
                    } else if role.predefined == Known::Value(true) {
                        self.problem(place, &wish.name, "the product brought this role; it cannot be deleted");
                    } else if self.can(Ability::DeleteRole, place, &wish.name) {
                        self.step(Subject::Role(subject), None, Change::DeleteRole);
                    }
                }
                (several, _) => {
                    let count = several.len();
                    self.problem(place, &wish.name, format!("{count} roles have this name: give the key of one"));
                }
            }
        }
        for role in &self.snapshot.roles {
            let Some(name) = role.name.value() else { continue };
            let patterns = self.wish.scope.roles.iter().filter(|pattern| fits(pattern, name));
            let patterns: Vec<&String> = patterns.collect();
            if patterns.is_empty() || wished.contains(&role.key) || role.predefined == Known::Value(true) {
                continue;
            }
            // Where it is not told what the product brought, only a pattern that says something about the name means the role.
            let meant = patterns.iter().any(|pattern| pattern.contains(|c| c != '*'));
            if role.predefined == Known::Value(false) || meant {
                self.step(Subject::Role(Named::new(name, role.key.clone())), None, Change::DeleteRole);
            } else {
                let note = "is in scope and not listed, and stays: whether the product brought it is not told";
                self.notes.push(format!("the role {name} {note}; name it in a pattern or as absent"));
            }
        }
    }

    fn roles_like(&self, name: &str) -> Vec<&'a Role> {
        let snapshot = self.snapshot;
        if let Ok(key) = name.parse::<RoleKey>() {
            return snapshot.role(&key).into_iter().collect();
        }
        let like = |same: fn(&str, &str) -> bool| -> Vec<&'a Role> {
            snapshot.roles.iter().filter(|role| role.name.value().is_some_and(|own| same(own, name))).collect()
        };
        let exact = like(|own, name| own == name);
        if exact.is_empty() { like(|own, name| normalized(own) == normalized(name)) } else { exact }
    }

    fn change_role(&mut self, wish: &RoleWish, role: &Role, subject: Named<RoleKey>) {
        let place = wish.place.as_ref();
        let told = &role.description;
        let description = wish.description.as_ref().filter(|wanted| told.value() != Some(wanted));
        let description = description.map(|to| Edit { from: told.value().cloned(), to: to.clone() });
        let told = role.permissions.as_ref().into_value().map(|words| sorted(words.clone()));
        let wanted = wish.permissions.clone().map(sorted);
        let permissions = wanted.filter(|wanted| told.as_ref() != Some(wanted));
        let permissions = permissions.map(|to| Edit { from: told, to });
        let untold = |edit: bool, from: bool| edit && !from;
        if untold(description.is_some(), role.description.value().is_some())
            || untold(permissions.is_some(), role.permissions.value().is_some())
        {
            self.untold.roles.push(role.key.clone());
        }
        if description.is_none() && permissions.is_none() {
            return;
        }
        if role.predefined == Known::Value(true) {
            self.problem(place, &wish.name, "the product brought this role; it cannot be changed");
            return;
        }
        let changes = description.is_none() || self.can(Ability::ChangeRole, place, &wish.name);
        let allows = permissions.is_none() || self.can(Ability::ChangePermissions, place, &wish.name);
        if changes && allows {
            self.step(Subject::Role(subject), None, Change::ChangeRole { description, permissions });
        }
    }

    pub(super) fn plan_groups(&mut self) {
        let mut wished: HashSet<GroupKey> = HashSet::new();
        let mut names: HashSet<String> = HashSet::new();
        for wish in &self.wish.groups {
            let place = wish.place.as_ref();
            if !names.insert(normalized(&wish.name)) {
                self.problem(place, &wish.name, "this group is asked for twice");
                continue;
            }
            let found = self.groups_like(&wish.name);
            match (&found[..], &wish.presence) {
                ([], Presence::Present) => {
                    if let Some(why) = self.snapshot.why_unread("groups") {
                        let why = format!("the groups could not be read, so whether it is there is not known: {why}");
                        self.problem(place, &wish.name, why);
                    } else if self.can(Ability::CreateGroup, place, &wish.name) {
                        self.step(Subject::Group(Named::new(&wish.name, None)), None, Change::CreateGroup);
                    }
                }
                ([], _) => {}
                ([group], presence) => {
                    wished.insert(group.key.clone());
                    if matches!(presence, Presence::Absent { .. }) {
                        self.delete_group(&group.key);
                    }
                }
                (several, _) => {
                    let count = several.len();
                    self.problem(place, &wish.name, format!("{count} groups have this name: give the key of one"));
                }
            }
        }
        let keys = self.snapshot.groups.iter().filter_map(|group| Some((group.name.value()?, &group.key)));
        let in_scope = |name: &str| self.wish.scope.groups.iter().any(|pattern| fits(pattern, name));
        let unlisted: Vec<GroupKey> =
            keys.filter(|(name, key)| in_scope(name) && !wished.contains(*key)).map(|(_, key)| key.clone()).collect();
        for key in unlisted.into_iter().filter(|key| !self.snapshot.is_fixed(key)).collect::<Vec<_>>() {
            self.delete_group(&key);
        }
    }

    fn groups_like(&self, name: &str) -> Vec<&'a Group> {
        let snapshot = self.snapshot;
        if let Ok(key) = name.parse::<GroupKey>() {
            return snapshot.group(&key).into_iter().collect();
        }
        let like = |same: fn(&str, &str) -> bool| -> Vec<&'a Group> {
            snapshot.groups.iter().filter(|group| group.name.value().is_some_and(|own| same(own, name))).collect()
        };
        let exact = like(|own, name| own == name);
        if exact.is_empty() { like(|own, name| normalized(own) == normalized(name)) } else { exact }
    }

    fn delete_group(&mut self, key: &GroupKey) {
        let name = self.snapshot.group_name(key);
        if self.snapshot.is_fixed(key) {
            self.problem(None, &name, "everybody is in this group; it cannot be deleted");
            return;
        }
        let empty_first = self.snapshot.capabilities.can(Ability::EmptyGroup);
        if self.can(Ability::DeleteGroup, None, &name) {
            self.step(Subject::Group(Named::new(name, key.clone())), None, Change::DeleteGroup { empty_first });
        }
    }
}

/// In order and once each, so that lists compare.
fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words.dedup();
    words
}
