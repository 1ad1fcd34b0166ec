//! What no plan may do, whatever is wished for.

use std::collections::{HashMap, HashSet};

use tenable_api::model::shared::{User, UserKey};
use tenable_api::model::{Known, Product};

use super::Planner;
use crate::plan::{Change, Edit, Named, Step, Subject};
use crate::strength::{Strength, is_administrator, strength};

impl Planner<'_> {
    /// Finds what must not happen, and how much may.
    pub(super) fn guard(&mut self) {
        let before = self.problems.len();
        let mut problems = Vec::new();
        for step in &self.steps {
            let Some(user) = self.account(step) else { continue };
            let name = step.subject.name();
            if !takes_away(&step.change) {
                continue;
            }
            if self.snapshot.me.as_ref() == Some(&user.key) {
                problems.push((name.to_owned(), format!("this is the account of the connection: {}", step.change)));
            } else if self.is_protected(user) {
                problems.push((name.to_owned(), format!("this account is protected: {}", step.change)));
            } else if is_companion(user) {
                let why = "this account is kept by another Tenable product, which would make it again or miss it";
                problems.push((name.to_owned(), format!("{why}: change it there ({})", step.change)));
            }
        }
        let mut told: HashSet<String> = self.problems.iter().filter_map(|problem| problem.subject.clone()).collect();
        for (name, what) in problems {
            // One for each account is enough; the plan has the steps.
            if told.insert(name.clone()) {
                self.problem(None, &name, what);
            }
        }
        self.keep_an_administrator();
        self.limit_removals();
        self.note_what_comes_back();
        for problem in &mut self.problems[before..] {
            problem.is_guard = true;
        }
    }

    fn account(&self, step: &Step) -> Option<&User> {
        match &step.subject {
            Subject::User(Named { key: Some(key), .. }) => self.snapshot.user(key),
            _ => None,
        }
    }

    /// Somebody must be left who can undo it all.
    fn keep_an_administrator(&mut self) {
        let before: HashSet<UserKey> = self
            .snapshot
            .users
            .iter()
            .filter(|user| user.enabled != Known::Value(false) && is_administrator(user, self.snapshot) == Some(true))
            .map(|user| user.key.clone())
            .collect();
        let mut lost: HashMap<&UserKey, &str> = HashMap::new();
        let mut gained: HashSet<&UserKey> = HashSet::new();
        for step in &self.steps {
            let Some(user) = self.account(step) else { continue };
            let keeps = match &step.change {
                Change::SetRoles { to, .. } => to.iter().any(|role| self.is_strong(role)),
                change => !shuts_out(change, user),
            };
            if !keeps {
                lost.insert(&user.key, step.subject.name());
            } else if matches!(step.change, Change::SetRoles { .. }) && user.enabled == Known::Value(true) {
                gained.insert(&user.key);
            }
        }
        let is_left = |key: &&UserKey| !lost.contains_key(*key);
        if !before.is_empty() && !before.iter().any(|key| is_left(&key)) && !gained.iter().any(is_left) {
            let lost = lost.into_iter().filter(|(key, _)| before.contains(*key));
            let mut names: Vec<&str> = lost.map(|(_, name)| name).collect();
            names.sort_unstable();
            let what = "nobody would be left who administers the tenant: give somebody else the role first, and run that alone";
            self.problem(None, &names.join(", "), what);
        }
    }

    fn is_strong(&self, role: &Named<tenable_api::model::shared::RoleKey>) -> bool {
        let role = role.key.as_ref().and_then(|key| self.snapshot.role(key));
        role.is_some_and(|role| strength(role) == Strength::Administrator)
    }

    fn limit_removals(&mut self) {
        let removed = self.steps.iter().filter(|step| step.is_removal());
        let removals = removed.map(|step| &step.subject).collect::<HashSet<_>>().len();
        let present = self.snapshot.users.len() + self.snapshot.roles.len() + self.snapshot.groups.len();
        let limit = self.wish.scope.most_removals.limit(present);
        if removals > limit {
            let what = format!(
                "the plan deletes or disables {removals}, and at most {limit} may be at once: raise the limit if that is meant"
            );
            self.problems.push(crate::Problem::new(what));
        }
    }

    /// Accounts that an identity provider made come back at the next sign-in.
    fn note_what_comes_back(&mut self) {
        let mut notes = Vec::new();
        for step in &self.steps {
            let Some(user) = self.account(step) else { continue };
            let leaves = matches!(step.change, Change::DeleteUser { .. } | Change::SetEnabled(Edit { to: false, .. }));
            for (way, open) in [("SAML", &user.sign_in.saml), ("LDAP", &user.sign_in.ldap)] {
                if leaves && *open == Known::Value(true) {
                    let name = step.subject.name();
                    notes.push(format!(
                        "{name} signs in by {way}: where the identity provider makes accounts, this one may come back; take the person out there too"
                    ));
                }
            }
        }
        notes.dedup();
        self.notes.extend(notes);
    }
}

/// Whether an account cannot sign in any more after a change.
fn shuts_out(change: &Change, user: &User) -> bool {
    match change {
        Change::DeleteUser { .. } | Change::SetEnabled(Edit { to: false, .. }) => true,
        Change::SetSignIn { password, api_keys, saml } => {
            let ways =
                [(password, user.sign_in.password), (api_keys, user.sign_in.api_keys), (saml, user.sign_in.saml)];
            let open = |(edit, told): (&Option<Edit<bool>>, Known<bool>)| {
                edit.as_ref().map_or(!matches!(told, Known::Value(false) | Known::NotKept), |edit| edit.to)
            };
            !ways.into_iter().any(open)
        }
        _ => false,
    }
}

/// Whether another Tenable product keeps the account. In Security Center, an account that is reached from another is the same person's.
pub(super) fn is_companion(user: &User) -> bool {
    user.product == Product::IdentityExposure && user.sign_in.other_account == Known::Value(true)
}

/// Whether a change leaves an account with less than before.
fn takes_away(change: &Change) -> bool {
    match change {
        Change::SetSignIn { password, api_keys, saml } => {
            [password, api_keys, saml].into_iter().flatten().any(|edit| !edit.to)
        }
        Change::SetRoles { from, to } => {
            from.as_ref().is_none_or(|from| from.iter().any(|role| !to.iter().any(|kept| kept.key == role.key)))
        }
        Change::ReplaceKeys | Change::LeaveGroup { .. } => true,
        other => other.is_removal(),
    }
}
