//! What no plan may do, whatever is wished for.

use std::collections::{HashMap, HashSet};

use tenable_api::model::Known;
use tenable_api::model::shared::{User, UserKey};

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
            } else if user.sign_in.other_account == Known::Value(true) {
                let why = "this account is kept by another Tenable product, which would make it again or miss it";
                problems.push((name.to_owned(), format!("{why}: change it there ({})", step.change)));
            }
        }
        for (name, what) in problems {
            // One for each account is enough; the plan has the steps.
            if !self.problems.iter().any(|problem| problem.subject.as_ref() == Some(&name)) {
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
        let mut lost: HashMap<UserKey, String> = HashMap::new();
        let mut gained = false;
        for step in &self.steps {
            if let Change::SetRoles { to, .. } = &step.change {
                let strong = to.iter().any(|role| self.is_strong(role));
                gained |= strong;
                match self.account(step) {
                    Some(user) if before.contains(&user.key) && !strong => {
                        lost.insert(user.key.clone(), step.subject.name().to_owned());
                    }
                    _ => {}
                }
            }
            let ends = matches!(step.change, Change::DeleteUser { .. } | Change::SetEnabled(Edit { to: false, .. }));
            if let Some(user) = self.account(step).filter(|user| ends && before.contains(&user.key)) {
                lost.insert(user.key.clone(), step.subject.name().to_owned());
            }
        }
        if !before.is_empty() && lost.len() == before.len() && !gained {
            let mut names: Vec<String> = lost.into_values().collect();
            names.sort();
            let what = "nobody would be left who administers the tenant: give somebody else the role first, and run that alone";
            self.problem(None, &names.join(", "), what);
        }
    }

    fn is_strong(&self, role: &Named<tenable_api::model::shared::RoleKey>) -> bool {
        let role = role.key.as_ref().and_then(|key| self.snapshot.role(key));
        role.is_some_and(|role| strength(role) == Strength::Administrator)
    }

    fn limit_removals(&mut self) {
        let removed = self.steps.iter().filter(|step| step.change.is_removal());
        let removals = removed.map(|step| (step.subject.kind(), step.subject.name())).collect::<HashSet<_>>().len();
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
