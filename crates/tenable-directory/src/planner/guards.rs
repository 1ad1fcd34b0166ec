//! What no plan may do, whatever is wished for.

use std::collections::{HashMap, HashSet};

use tenable_api::admin::Count;
use tenable_api::model::Known;
use tenable_api::model::shared::{User, UserKey};

use super::Planner;
use crate::companion::is_companion;
use crate::plan::{Change, Edit, Named, Plan, Step, Subject};
use crate::present::shown;
use crate::strength::{Strength, is_administrator, strength};
use crate::wish::Wish;
use crate::{Directory, Problem, Snapshot};

impl Directory {
    /// What must not be done of a plan, by what is there now.
    pub(crate) fn guard_against(&self, plan: &Plan, snapshot: &Snapshot) -> Vec<Problem> {
        let nothing = Wish::default();
        let mut planner = Planner::new(snapshot, &nothing, self.known_aliases(), self.protected_names());
        planner.steps = plan.steps.iter().filter(|step| step.tenant == snapshot.tenant).cloned().collect();
        planner.guard_steps();
        let problems = planner.problems.into_iter().map(|problem| problem.in_tenant(&snapshot.tenant));
        problems.map(|problem| Problem { is_guard: true, ..problem }).collect()
    }
}

impl Planner<'_> {
    /// Finds what must not happen, and how much may.
    pub(super) fn guard(&mut self) {
        let before = self.problems.len();
        self.guard_steps();
        self.limit_removals();
        self.note_what_comes_back();
        for problem in &mut self.problems[before..] {
            problem.is_guard = true;
        }
    }

    /// Finds steps that must not be made, whoever planned them and when.
    fn guard_steps(&mut self) {
        let mut problems = self.guard_roles_and_groups();
        for step in &self.steps {
            let Some(user) = self.account(step) else { continue };
            let name = step.subject.name();
            if self.is_protected(user) && self.moves(&step.change) {
                problems.push((name.to_owned(), format!("this account is protected: {}", step.change)));
            }
            if !takes_away(&step.change) {
                continue;
            }
            if self.snapshot.me.as_ref() == Some(&user.key) {
                problems.push((name.to_owned(), format!("this is the account of the connection: {}", step.change)));
            } else if self.is_protected(user) {
                problems.push((name.to_owned(), format!("this account is protected: {}", step.change)));
            } else if is_companion(user, self.snapshot) {
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
    }

    /// Whether a change gives an account another name, address or place: what an account for emergencies keeps, too.
    fn moves(&self, change: &Change) -> bool {
        match change {
            Change::ChangeUser { user_name, email, .. } => user_name.is_some() || email.is_some(),
            Change::JoinGroup { .. } => self.snapshot.capabilities.groups_per_user == Count::One,
            _ => false,
        }
    }

    /// Roles that go or shrink, and groups that go, while the account of the connection or a protected one has them.
    fn guard_roles_and_groups(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        let held = |user: &&User| self.snapshot.me.as_ref() == Some(&user.key) || self.is_protected(user);
        for step in &self.steps {
            let shrinks = match &step.change {
                Change::DeleteRole | Change::DeleteGroup { .. } => true,
                Change::ChangeRole { permissions: Some(Edit { from, to }), .. } => {
                    from.as_ref().is_none_or(|from| from.iter().any(|word| !to.contains(word)))
                }
                _ => false,
            };
            if !shrinks {
                continue;
            }
            let has = |user: &&User| match &step.subject {
                Subject::Role(Named { key: Some(key), .. }) => {
                    user.roles.value().is_some_and(|roles| roles.iter().any(|role| role.key == *key))
                }
                Subject::Group(Named { key: Some(key), .. }) => {
                    user.groups.value().is_some_and(|groups| groups.iter().any(|group| group.key == *key))
                }
                _ => false,
            };
            if let Some(user) = self.snapshot.users.iter().filter(has).find(held) {
                let (kind, name) = (step.subject.kind(), step.subject.name());
                let what = format!("{} has this {kind}, and nothing may be taken from that account", shown(user));
                problems.push((name.to_owned(), what));
            }
        }
        problems
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
        let mut untold: Vec<&str> = Vec::new();
        for step in &self.steps {
            let Some(user) = self.account(step) else { continue };
            let keeps = match &step.change {
                Change::SetRoles { to, .. } => to.iter().any(|role| self.is_strong(role)),
                change => !shuts_out(change, user),
            };
            if !keeps {
                lost.insert(&user.key, step.subject.name());
                let goes = shuts_out(&step.change, user) && user.enabled != Known::Value(false);
                if goes && is_administrator(user, self.snapshot).is_none() {
                    untold.push(step.subject.name());
                }
            }
        }
        // Somebody who would get the role in the same plan may not get it: steps of different people do not wait for each other.
        if before.iter().any(|key| !lost.contains_key(key)) {
            return;
        }
        let lost = lost.iter().filter(|(key, _)| before.contains(**key)).map(|(_, name)| *name);
        let mut names: Vec<&str> = lost.collect();
        let what = if !names.is_empty() {
            "nobody would be left who administers the tenant: give somebody else the role first, and run that alone"
        } else if !untold.is_empty() {
            names = untold;
            "who administers the tenant is not told, so whether anybody would be left is not known"
        } else {
            return;
        };
        names.sort_unstable();
        names.dedup();
        let names = names.join(", ");
        self.problem(None, &names, what);
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
        if let (Some(why), true) =
            (self.snapshot.why_unread("own account"), self.steps.iter().any(|step| takes_away(&step.change)))
        {
            notes.push(format!(
                "whose account the connection uses could not be read, so it is not kept from this: {why}"
            ));
        }
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
