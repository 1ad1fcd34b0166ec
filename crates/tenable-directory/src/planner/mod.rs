//! From what is there and what should be there to a plan. Pure: nothing is read or sent here.

mod guards;
mod names;
mod objects;
#[cfg(test)]
mod tests;
mod users;

pub(crate) use users::same_roles;

use std::collections::{BTreeSet, HashSet};

use tenable_api::admin::{Ability, NewUser};
use tenable_api::model::shared::{RoleKey, User, UserKey};

use crate::aliases::normalized;
use crate::directory::side_by_side;
use crate::plan::{Change, Phase, Plan, Planned, Step, Subject};
use crate::wish::Wish;
use crate::{Aliases, Directory, Observer, Place, Present, Problem, Snapshot, Stop};

/// What a plan is computed from, for one tenant.
struct Planner<'a> {
    snapshot: &'a Snapshot,
    wish: &'a Wish,
    aliases: &'a Aliases,
    protected: &'a BTreeSet<String>,
    steps: Vec<Step>,
    problems: Vec<Problem>,
    notes: Vec<String>,
    /// Accounts that a wish names.
    named: HashSet<UserKey>,
    /// Accounts that a wish is about.
    claimed: HashSet<UserKey>,
    /// User names of accounts that are made, normalised.
    made: HashSet<String>,
    untold: Untold,
}

/// Whom and what a wish is about and the lists do not tell enough of.
#[derive(Debug, Default)]
struct Untold {
    users: Vec<UserKey>,
    roles: Vec<RoleKey>,
}

impl Directory {
    /// Reads what is there, and computes the plan that makes it what is wished for.
    ///
    /// Nothing is changed. What lists do not tell, and a wish is about, is read one by one.
    pub async fn plan(&self, wish: impl Fn(&Snapshot) -> Wish, observer: &dyn Observer, stop: &Stop) -> Planned {
        let mut present = self.read(observer, stop).await;
        let aliases = self.known_aliases();
        let wish_for = &wish;
        let tenants = present.readings.iter_mut().map(|reading| async move {
            let (Ok(snapshot), Some(Ok(admin))) =
                (&mut reading.result, self.tenant(&reading.tenant).map(crate::Tenant::admin))
            else {
                return;
            };
            let wish = wish_for(snapshot);
            let mut planner = Planner::new(snapshot, &wish, aliases, self.protected_names());
            planner.compute();
            let untold = planner.untold;
            snapshot.complete(admin.as_ref(), &untold.users, &untold.roles, self.limits_now().people).await;
        });
        side_by_side(tenants, self.limits_now().tenants).await;
        self.plan_from(present, wish)
    }

    /// Computes the plan that makes what is there what is wished for. Nothing is read or sent.
    pub fn plan_from(&self, present: Present, wish: impl Fn(&Snapshot) -> Wish) -> Planned {
        let mut plan = Plan::default();
        let mut problems = Vec::new();
        for snapshot in present.snapshots() {
            let wish = wish(snapshot);
            let mut planner = Planner::new(snapshot, &wish, self.known_aliases(), self.protected_names());
            planner.compute();
            planner.guard();
            let Planner { steps, problems: found, notes, .. } = planner;
            problems.extend(found.into_iter().map(|problem| match problem.tenant {
                None => problem.in_tenant(&snapshot.tenant),
                Some(_) => problem,
            }));
            self.check_new_users(snapshot, &steps, &mut problems);
            plan.steps.extend(steps);
            plan.notes.extend(notes.into_iter().map(|note| format!("{}: {note}", snapshot.tenant)));
        }
        // Stable: within a phase and a tenant, steps stay in the order of the wish.
        plan.steps.sort_by_key(|step| step.change.phase());
        Planned { plan, problems, present }
    }

    /// What the product's own rules say of the names of users who would be made.
    fn check_new_users(&self, snapshot: &Snapshot, steps: &[Step], problems: &mut Vec<Problem>) {
        let Some(Ok(admin)) = self.tenant(&snapshot.tenant).map(crate::Tenant::admin) else { return };
        for step in steps {
            let Change::CreateUser { email, full_name, .. } = &step.change else { continue };
            let mut user = NewUser::new(step.subject.name(), "");
            user.email.clone_from(email);
            user.full_name.clone_from(full_name);
            // Roles and groups are looked at by name; passwords are not here.
            let names = ["user_name", "email", "full_name"];
            let defects = admin.defects(&user).into_iter().filter(|defect| names.contains(&defect.field));
            problems.extend(defects.map(|defect| {
                Problem::new(format!("{}: {}", defect.field.replace('_', " "), defect.what))
                    .in_tenant(&snapshot.tenant)
                    .about(step.subject.name())
            }));
        }
    }
}

impl<'a> Planner<'a> {
    fn new(snapshot: &'a Snapshot, wish: &'a Wish, aliases: &'a Aliases, protected: &'a BTreeSet<String>) -> Self {
        Self {
            snapshot,
            wish,
            aliases,
            protected,
            steps: Vec::new(),
            problems: Vec::new(),
            notes: Vec::new(),
            named: HashSet::new(),
            claimed: HashSet::new(),
            made: HashSet::new(),
            untold: Untold::default(),
        }
    }

    fn compute(&mut self) {
        self.plan_roles();
        self.plan_groups();
        self.find_named();
        for wish in &self.wish.users {
            self.plan_user(wish);
        }
        self.plan_unlisted();
        self.refuse_contradictions();
    }

    /// What goes cannot be given to somebody, nor take over from somebody.
    fn refuse_contradictions(&mut self) {
        let going = self.steps.iter().filter(|step| step.change.phase() >= Phase::Departures);
        let going: HashSet<&Subject> = going.map(|step| &step.subject).collect();
        let goes =
            |subject: Subject| going.contains(&subject).then(|| format!("{} {}", subject.kind(), subject.name()));
        let mut found = Vec::new();
        for step in &self.steps {
            let (roles, groups) = match &step.change {
                Change::CreateUser { roles, groups, .. } => (roles.as_slice(), groups.as_slice()),
                Change::SetRoles { to, .. } => (to.as_slice(), &[][..]),
                Change::JoinGroup { group } => (&[][..], std::slice::from_ref(group)),
                _ => (&[][..], &[][..]),
            };
            let roles = roles.iter().filter_map(|role| goes(Subject::Role(role.clone())));
            let groups = groups.iter().filter_map(|group| goes(Subject::Group(group.clone())));
            let about = step.subject.name();
            found.extend(
                roles
                    .chain(groups)
                    .map(|what| (about.to_owned(), format!("the {what} is to be deleted, and to be given to it"))),
            );
            if let Change::DeleteUser { successor: Some(heir) } = &step.change
                && goes(Subject::User(heir.clone())).is_some()
            {
                found.push((about.to_owned(), format!("the successor {} is to be deleted too", heir.name)));
            }
        }
        for (about, what) in found {
            self.problem(None, &about, what);
        }
    }

    fn step(&mut self, subject: Subject, person: Option<&str>, change: Change) {
        let mut step = Step::new(&self.snapshot.tenant, subject, change);
        step.person = person.map(str::to_owned);
        self.steps.push(step);
    }

    fn problem(&mut self, place: Option<&Place>, about: &str, what: impl Into<String>) {
        self.problems.push(Problem::new(what).at(place.cloned()).about(about));
    }

    /// Whether the product can do it; if not, that is a problem.
    fn can(&mut self, ability: Ability, place: Option<&Place>, about: &str) -> bool {
        match self.snapshot.capabilities.limitation(ability) {
            None => true,
            Some(limitation) => {
                let product = self.snapshot.product();
                self.problem(place, about, format!("{product} {}; {}", limitation.why, limitation.instead));
                false
            }
        }
    }

    /// Whether one of the names is an account that nothing may be taken from.
    fn is_protected(&self, user: &User) -> bool {
        let names = [user.user_name.value(), user.email.value()].into_iter().flatten();
        let key = user.key.to_string();
        self.protected.contains(&key)
            || names.into_iter().any(|name| {
                self.protected.contains(&normalized(name)) || self.protected.contains(&self.aliases.person(name))
            })
    }
}
