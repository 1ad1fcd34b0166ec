//! Accounts.

use std::collections::HashSet;

use tenable_api::admin::{Ability, Count};
use tenable_api::model::Known;
use tenable_api::model::shared::{GroupKey, RoleKey, User, UserKey};

use super::Planner;
use super::names::ambiguous;
use crate::aliases::normalized;
use crate::companion::is_companion;
use crate::plan::{Change, Edit, Named, Subject};
use crate::present::shown;
use crate::scope::{Unlisted, fits};
use crate::wish::{Presence, UserWish};

impl<'a> Planner<'a> {
    pub(super) fn plan_user(&mut self, wish: &UserWish) {
        let place = wish.place.as_ref();
        let found = self.accounts_of(wish);
        match (&found[..], &wish.presence) {
            ([], presence) => match wish.user_name.as_ref().filter(|name| name.parse::<UserKey>().is_ok()) {
                Some(key) if !matches!(presence, Presence::Absent { .. }) => {
                    self.problem(place, &wish.person, format!("there is no user {key}"));
                }
                None if *presence == Presence::Present => self.make(wish),
                _ => {}
            },
            ([user], presence) => {
                if !self.claimed.insert(user.key.clone()) {
                    self.problem(place, &wish.person, format!("{} is asked for twice", shown(user)));
                    return;
                }
                let found: &User = user;
                if let Some(other) = self.whose(wish, found) {
                    let what = format!(
                        "{} is the account of {other}: give its key, or name that address as an alias",
                        shown(found)
                    );
                    self.problem(place, &wish.person, what);
                    return;
                }
                self.change(wish, found);
                if let Presence::Absent { successor } = presence {
                    self.delete(wish, found, successor.as_deref());
                }
            }
            (several, _) => {
                self.claimed.extend(several.iter().map(|user| user.key.clone()));
                let what = ambiguous(&wish.person, several);
                self.problem(place, &wish.person, what);
            }
        }
    }

    /// The address of an account that is found by its user name, where it is another person's.
    fn whose(&self, wish: &UserWish, user: &'a User) -> Option<&'a str> {
        let name = wish.user_name.as_ref()?;
        let address = user.email.value().filter(|address| address.contains('@'))?;
        let names = self.aliases.names(&wish.person);
        let is_own = names.contains(&normalized(address))
            || wish
                .email
                .as_ref()
                .is_some_and(|wanted| normalized(wanted) == normalized(address) && *wanted != wish.person)
            || names.contains(&normalized(name));
        // A key says which account is meant, and who has no address is known by the user name.
        let is_clear = name.parse::<UserKey>().is_ok() || !wish.person.contains('@');
        (!is_own && !is_clear).then_some(address)
    }

    /// By the user name if it is there, else by any name of the person.
    fn accounts_of(&self, wish: &UserWish) -> Vec<&'a User> {
        let snapshot = self.snapshot;
        if let Some(name) = &wish.user_name {
            if let Ok(key) = name.parse::<UserKey>() {
                return snapshot.user(&key).into_iter().collect();
            }
            let named = self.with_user_name(name);
            if !named.is_empty() {
                return named;
            }
        }
        let mut accounts = snapshot.accounts(&wish.person, self.aliases);
        // An account that another wish names is that wish's.
        accounts.retain(|user| !self.named.contains(&user.key));
        accounts
    }

    /// Finds the accounts that wishes name.
    pub(super) fn find_named(&mut self) {
        let names = self.wish.users.iter().filter_map(|wish| wish.user_name.as_ref());
        let found = names.flat_map(|name| match name.parse::<UserKey>() {
            Ok(key) => vec![key],
            Err(_) => self.with_user_name(name).into_iter().map(|user| user.key.clone()).collect(),
        });
        self.named = found.collect();
    }

    fn make(&mut self, wish: &UserWish) {
        let place = wish.place.as_ref();
        let capabilities = self.snapshot.capabilities;
        let name = wish.user_name.as_ref().or(wish.email.as_ref()).unwrap_or(&wish.person).trim().to_owned();
        if !self.can(Ability::CreateUser, place, &wish.person) {
            return;
        }
        if name.parse::<UserKey>().is_ok() {
            self.problem(place, &wish.person, format!("there is no user {name}, and a key is no name for a new one"));
            return;
        }
        if !self.made.insert(normalized(&name)) {
            self.problem(place, &wish.person, format!("an account {name} is asked for twice"));
            return;
        }
        let roles = wish.roles.as_deref().unwrap_or_default();
        let groups: Vec<String> = wish.groups.iter().flatten().chain(&wish.more_groups).cloned().collect();
        let (Some(roles), Some(groups)) = (self.roles_named(wish, roles), self.groups_named(wish, &groups)) else {
            return;
        };
        if capabilities.roles_at_creation && roles.is_empty() && capabilities.roles_per_user == Count::One {
            let product = self.snapshot.product();
            self.problem(place, &wish.person, format!("{product} makes no account without a role: name one"));
            return;
        }
        // One that gives its own roles to a new account, and cannot leave it without.
        let none_wished = wish.roles.as_ref().is_some_and(Vec::is_empty);
        if none_wished && !capabilities.roles_at_creation && !self.can(Ability::NoRole, place, &wish.person) {
            return;
        }
        let grouped = capabilities.groups_at_creation && capabilities.groups_per_user == Count::One;
        if grouped && groups.is_empty() && !self.snapshot.groups.is_empty() {
            let product = self.snapshot.product();
            self.problem(place, &wish.person, format!("{product} makes no account without a group: name one"));
            return;
        }
        let email = if capabilities.separate_email {
            wish.email
                .clone()
                .or_else(|| (wish.person.contains('@') && wish.person != name).then(|| wish.person.clone()))
        } else {
            None
        };
        let wanted = wish.enabled.unwrap_or(true);
        let (made_with_roles, roles) =
            if capabilities.roles_at_creation { (roles, Vec::new()) } else { (Vec::new(), roles) };
        let (made_with_groups, groups) =
            if capabilities.groups_at_creation { (groups, Vec::new()) } else { (Vec::new(), groups) };
        let made_enabled = wanted || !capabilities.disabled_at_creation;
        let subject = || Subject::User(Named::new(&name, None));
        let person = Some(wish.person.as_str());
        let change = Change::CreateUser {
            email,
            full_name: wish.full_name.clone(),
            enabled: made_enabled,
            roles: made_with_roles,
            groups: made_with_groups,
        };
        self.step(subject(), person, change);
        let open = |to: Option<bool>| to.map(|to| Edit { from: None, to });
        let sign_in = wish.sign_in;
        if !sign_in.is_empty() && self.can(Ability::SetSignInMethods, place, &wish.person) {
            let change = Change::SetSignIn {
                password: open(sign_in.password),
                api_keys: open(sign_in.api_keys),
                saml: open(sign_in.saml),
            };
            self.step(subject(), person, change);
        }
        // New accounts have the least role by themselves.
        let is_least = |role: &Named<RoleKey>| Some(role.name.as_str()) == capabilities.least_role;
        let has_them = roles.iter().all(is_least) && !roles.is_empty();
        if wish.roles.is_some() && !capabilities.roles_at_creation && !has_them {
            self.step(subject(), person, Change::SetRoles { from: None, to: roles });
        }
        for group in groups {
            self.step(subject(), person, Change::JoinGroup { group });
        }
        if made_enabled != wanted {
            self.step(subject(), person, Change::SetEnabled(Edit { from: None, to: wanted }));
        }
    }

    fn change(&mut self, wish: &UserWish, user: &User) {
        let place = wish.place.as_ref();
        let subject = || Subject::User(Named::new(shown(user), user.key.clone()));
        let person = Some(wish.person.as_str());
        if let Some(change) = self.fields(wish, user) {
            self.step(subject(), person, change);
        }
        // Before the way in by keys is closed: closed, it tells that they were replaced.
        let open = |way: &Known<bool>| *way != Known::Value(false);
        if wish.replace_keys && open(&user.sign_in.api_keys) && self.can(Ability::ReplaceKeys, place, &wish.person) {
            if user.sign_in.api_keys.is_not_told() {
                self.untold.users.push(user.key.clone());
            }
            self.step(subject(), person, Change::ReplaceKeys);
        }
        if let Some(change) = self.sign_in(wish, user) {
            self.step(subject(), person, change);
        }
        if let Some(change) = self.roles(wish, user) {
            self.step(subject(), person, change);
        }
        self.groups(wish, user);
        let enabled = wish.enabled.filter(|to| user.enabled != Known::Value(*to));
        let enabled = enabled.filter(|_| self.can(Ability::SetEnabled, place, &wish.person));
        if let Some(to) = enabled {
            self.note_untold(user, &user.enabled);
            let from = user.enabled.value().copied();
            self.step(subject(), person, Change::SetEnabled(Edit { from, to }));
        }
    }

    fn note_untold<T>(&mut self, user: &User, fact: &Known<T>) {
        if fact.is_not_told() {
            self.untold.users.push(user.key.clone());
        }
    }

    fn fields(&mut self, wish: &UserWish, user: &User) -> Option<Change> {
        let place = wish.place.as_ref();
        let apart = self.snapshot.capabilities.separate_email;
        // Where there is one text for both, an address that is wished for is the user name.
        let wanted_name = wish.user_name.as_ref().filter(|name| name.parse::<UserKey>().is_err());
        let wanted_name = wanted_name.or(if apart { None } else { wish.email.as_ref() });
        let user_name = self.edit(user, wanted_name, &user.user_name, normalized);
        let wanted_email = wish.email.as_ref().filter(|_| apart);
        let email = self.edit(user, wanted_email, &user.email, normalized);
        let full_name = self.edit(user, wish.full_name.as_ref(), &user.full_name, |text| text.trim().to_owned());
        let able = [
            user_name.is_none() || self.can(Ability::ChangeUserName, place, &wish.person),
            email.is_none() || self.can(Ability::ChangeEmail, place, &wish.person),
            full_name.is_none() || self.can(Ability::ChangeFullName, place, &wish.person),
        ];
        let nothing = user_name.is_none() && email.is_none() && full_name.is_none();
        (!nothing && able == [true; 3]).then_some(Change::ChangeUser { user_name, email, full_name })
    }

    fn edit(
        &mut self,
        user: &User,
        wanted: Option<&String>,
        told: &Known<String>,
        same: impl Fn(&str) -> String,
    ) -> Option<Edit<String>> {
        let wanted = wanted.filter(|wanted| told.value().is_none_or(|told| same(told) != same(wanted)))?;
        self.note_untold(user, told);
        Some(Edit { from: told.value().cloned(), to: wanted.clone() })
    }

    fn sign_in(&mut self, wish: &UserWish, user: &User) -> Option<Change> {
        let mut open = |wanted: Option<bool>, told: &Known<bool>| {
            let to = wanted.filter(|to| *told != Known::Value(*to))?;
            self.note_untold(user, told);
            Some(Edit { from: told.value().copied(), to })
        };
        let password = open(wish.sign_in.password, &user.sign_in.password);
        let api_keys = open(wish.sign_in.api_keys, &user.sign_in.api_keys);
        let saml = open(wish.sign_in.saml, &user.sign_in.saml);
        if password.is_none() && api_keys.is_none() && saml.is_none() {
            return None;
        }
        let able = self.can(Ability::SetSignInMethods, wish.place.as_ref(), &wish.person);
        able.then_some(Change::SetSignIn { password, api_keys, saml })
    }

    fn roles(&mut self, wish: &UserWish, user: &User) -> Option<Change> {
        let place = wish.place.as_ref();
        let to = self.roles_named(wish, wish.roles.as_deref()?)?;
        if to.is_empty() && !self.can(Ability::NoRole, place, &wish.person) {
            return None;
        }
        self.note_untold(user, &user.roles);
        let from: Option<Vec<_>> =
            user.roles.value().map(|roles| roles.iter().map(|role| self.role_of(role)).collect());
        let same = from.as_ref().is_some_and(|from| same_roles(from, &to));
        if same || !self.can(Ability::AssignRoles, place, &wish.person) {
            return None;
        }
        Some(Change::SetRoles { from, to })
    }

    fn roles_named(&mut self, wish: &UserWish, names: &[String]) -> Option<Vec<Named<RoleKey>>> {
        let mut roles: Vec<Named<RoleKey>> = Vec::new();
        for name in names {
            match self.role_named(name) {
                Ok(role) if roles.contains(&role) => {}
                Ok(role) => roles.push(role),
                Err(why) => {
                    self.problem(wish.place.as_ref(), &wish.person, why);
                    return None;
                }
            }
        }
        if roles.len() > 1 && !self.can(Ability::SeveralRoles, wish.place.as_ref(), &wish.person) {
            return None;
        }
        Some(roles)
    }

    fn groups_named(&mut self, wish: &UserWish, names: &[String]) -> Option<Vec<Named<GroupKey>>> {
        if names.is_empty() {
            return Some(Vec::new());
        }
        if !self.can(Ability::AddMember, wish.place.as_ref(), &wish.person) {
            return None;
        }
        let mut groups: Vec<Named<GroupKey>> = Vec::new();
        for name in names {
            match self.group_named(name) {
                Ok(group) if groups.contains(&group) => {}
                // Everybody is in it anyway.
                Ok(Named { key: Some(key), .. }) if self.snapshot.is_fixed(&key) => {}
                Ok(group) => groups.push(group),
                Err(why) => {
                    self.problem(wish.place.as_ref(), &wish.person, why);
                    return None;
                }
            }
        }
        if groups.len() > 1 && self.snapshot.capabilities.groups_per_user == Count::One {
            let product = self.snapshot.product();
            self.problem(wish.place.as_ref(), &wish.person, format!("{product} puts each user into exactly one group"));
            return None;
        }
        Some(groups)
    }

    fn groups(&mut self, wish: &UserWish, user: &User) {
        let place = wish.place.as_ref();
        if wish.groups.is_none() && wish.more_groups.is_empty() {
            return;
        }
        let names: Vec<String> = wish.groups.iter().flatten().chain(&wish.more_groups).cloned().collect();
        let Some(to) = self.groups_named(wish, &names) else { return };
        self.note_untold(user, &user.groups);
        let have: Vec<GroupKey> = user
            .groups
            .value()
            .map(|groups| groups.iter().map(|group| group.key.clone()).collect())
            .unwrap_or_default();
        let subject = || Subject::User(Named::new(shown(user), user.key.clone()));
        let person = Some(wish.person.as_str());
        let wanted: HashSet<&GroupKey> = to.iter().filter_map(|group| group.key.as_ref()).collect();
        for group in &to {
            if group.key.as_ref().is_none_or(|key| !have.contains(key)) {
                if let Some(key) = &group.key {
                    self.note_saml_group(key);
                }
                self.step(subject(), person, Change::JoinGroup { group: group.clone() });
            }
        }
        let one = self.snapshot.capabilities.groups_per_user == Count::One;
        if wish.groups.is_none() || (one && !to.is_empty()) {
            return;
        }
        if user.groups.is_not_told() {
            self.problem(place, &wish.person, "its groups are not told, so which to take it out of is not known");
            return;
        }
        for key in have.iter().filter(|key| !wanted.contains(key) && !self.snapshot.is_fixed(key)) {
            if !self.can(Ability::RemoveMember, place, &wish.person) {
                return;
            }
            self.note_saml_group(key);
            let group = Named::new(self.snapshot.group_name(key), key.clone());
            self.step(subject(), person, Change::LeaveGroup { group });
        }
    }

    fn note_saml_group(&mut self, key: &GroupKey) {
        if self.snapshot.group(key).is_some_and(|group| group.managed_by_saml == Known::Value(true)) {
            let name = self.snapshot.group_name(key);
            let note = format!("the identity provider decides who is in the group {name}, and may undo changes of it");
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    fn delete(&mut self, wish: &UserWish, user: &User, successor: Option<&str>) {
        let place = wish.place.as_ref();
        if !self.can(Ability::DeleteUser, place, &wish.person) {
            return;
        }
        let heir = match successor {
            None => None,
            Some(name) => {
                if !self.can(Ability::HandOver, place, &wish.person) {
                    return;
                }
                match self.account_named(name) {
                    Ok(heir) if heir.key == user.key => {
                        self.problem(place, &wish.person, "nobody is their own successor");
                        return;
                    }
                    Ok(heir) => Some(Named::new(shown(heir), heir.key.clone())),
                    Err(why) => {
                        self.problem(place, &wish.person, format!("the successor: {why}"));
                        return;
                    }
                }
            }
        };
        // Whether the account may come back.
        self.note_untold(user, &user.sign_in.saml);
        let subject = Subject::User(Named::new(shown(user), user.key.clone()));
        self.step(subject, Some(&wish.person), Change::DeleteUser { successor: heir });
    }

    /// People in scope whom no wish is about.
    pub(super) fn plan_unlisted(&mut self) {
        let scope = &self.wish.scope;
        if scope.people.is_empty() {
            return;
        }
        for user in &self.snapshot.users {
            let names = [user.user_name.value(), user.email.value()];
            let in_scope =
                names.into_iter().flatten().any(|name| scope.people.iter().any(|pattern| fits(pattern, name)));
            if !in_scope || self.claimed.contains(&user.key) {
                continue;
            }
            let name = shown(user);
            let untouchable = if self.snapshot.me.as_ref() == Some(&user.key) {
                Some("is the account of the connection")
            } else if self.is_protected(user) {
                Some("is protected")
            } else if is_companion(user, self.snapshot) {
                Some("is kept by another Tenable product")
            } else {
                None
            };
            if let Some(why) = untouchable {
                self.notes.push(format!("{name} is in scope and not listed, and stays: it {why}"));
                continue;
            }
            let person = self.aliases.persons(user).into_iter().next();
            let wish = UserWish::new(person.unwrap_or_else(|| name.clone()));
            match &scope.unlisted {
                Unlisted::Report => self.notes.push(format!("{name} is in scope and not listed")),
                Unlisted::Disable => self.change(&UserWish { enabled: Some(false), ..wish }, user),
                Unlisted::Delete { successor } => self.delete(&wish, user, successor.as_deref()),
            }
        }
    }
}

/// Whether these are the same roles, in any order. Roles are the same by key, or by name where one is told in another way.
pub(crate) fn same_roles(one: &[Named<RoleKey>], other: &[Named<RoleKey>]) -> bool {
    let same = |a: &Named<RoleKey>, b: &Named<RoleKey>| match (&a.key, &b.key) {
        (Some(a_key), Some(b_key)) if a_key == b_key => true,
        (None, None) => a.name == b.name,
        (Some(RoleKey::VulnerabilityManagement(a_key)), Some(RoleKey::VulnerabilityManagement(b_key))) => {
            // A predefined role goes by number in one place and by UUID in another.
            std::mem::discriminant(a_key) != std::mem::discriminant(b_key) && a.name == b.name
        }
        _ => false,
    };
    let within = |few: &[Named<RoleKey>], many: &[Named<RoleKey>]| few.iter().all(|a| many.iter().any(|b| same(a, b)));
    within(one, other) && within(other, one)
}
