//! Whether a plan still fits what is there.

use std::collections::HashMap;

use tenable_api::model::shared::UserKey;

use super::Leaving;
use super::holds::{self, Holds};
use crate::aliases::normalized;
use crate::plan::{Change, Named, Plan, Step, Subject};
use crate::present::shown;
use crate::{Directory, Present, Problem, Problems, Snapshot};

/// Every tenant of the plan must be one of the directory's.
pub(super) fn known_tenants(directory: &Directory, plan: &Plan) -> Result<(), Problems> {
    let mut problems: Vec<Problem> = Vec::new();
    for step in &plan.steps {
        let known = directory.tenant(&step.tenant).is_some();
        if !known && !problems.iter().any(|problem| problem.tenant.as_ref() == Some(&step.tenant)) {
            problems.push(
                Problem::new("the plan is about this tenant, and there is no connection to it").in_tenant(&step.tenant),
            );
        }
    }
    Problems::check(problems)
}

/// Steps whose ground has changed since they were planned.
pub(super) fn problems(plan: &Plan, present: &Present) -> Vec<Problem> {
    let leaving = Leaving::of(plan);
    let renamed = renamed(plan);
    let found = plan.steps.iter().filter_map(|step| {
        let what = changed(step, present.snapshot(&step.tenant)?, &leaving, &renamed)?;
        Some(Problem::new(format!("{what}: plan again")).in_tenant(&step.tenant).about(step.subject.name()))
    });
    found.collect()
}

/// The user names that a plan gives, by tenant and key.
type Renamed<'a> = HashMap<(&'a str, &'a UserKey), &'a str>;

fn renamed(plan: &Plan) -> Renamed<'_> {
    let names = plan.steps.iter().filter_map(|step| match (&step.subject, &step.change) {
        (Subject::User(Named { key: Some(key), .. }), Change::ChangeUser { user_name: Some(edit), .. }) => {
            Some(((step.tenant.as_str(), key), edit.to.as_str()))
        }
        _ => None,
    });
    names.collect()
}

/// The name of what a step is about, when it is neither the one that the plan was made on nor the one that the plan gives.
fn other_name(step: &Step, snapshot: &Snapshot, renamed: &Renamed<'_>) -> Option<String> {
    let (planned, own, given) = match &step.subject {
        Subject::User(Named { name, key: Some(key) }) => {
            (name, shown(snapshot.user(key)?), renamed.get(&(step.tenant.as_str(), key)).copied())
        }
        Subject::Role(Named { name, key: Some(key) }) => {
            snapshot.role(key)?;
            (name, snapshot.role_name(key), None)
        }
        Subject::Group(Named { name, key: Some(key) }) => {
            snapshot.group(key)?;
            (name, snapshot.group_name(key), None)
        }
        _ => return None,
    };
    let same = |name: &str| normalized(name) == normalized(&own);
    (!same(planned) && !given.is_some_and(same)).then_some(own)
}

/// Whether an account still has its name, or the one that the plan gives it.
fn is_called(step: &Step, key: &UserKey, name: &str, snapshot: &Snapshot, renamed: &Renamed<'_>) -> bool {
    let given = renamed.get(&(step.tenant.as_str(), key)).copied();
    let own = snapshot.user(key).map(|user| normalized(&shown(user)));
    [Some(name), given].into_iter().flatten().any(|name| Some(normalized(name)) == own)
}

/// What is not as it was planned; `None` when the step can be made, or is made already.
fn changed(step: &Step, snapshot: &Snapshot, leaving: &Leaving<'_>, renamed: &Renamed<'_>) -> Option<String> {
    let gone = || Some(format!("the {} is not there any more", step.subject.kind()));
    if let Some(name) = other_name(step, snapshot, renamed) {
        return Some(format!("it is called {name} now"));
    }
    let state = match &step.subject {
        Subject::User(Named { key: Some(key), .. }) => match (snapshot.user(key), &step.change) {
            // An earlier run of the plan came as far as deleting the account.
            (None, _) if leaving.holds(step) => return None,
            (None, _) => return gone(),
            (Some(_), Change::DeleteUser { successor: Some(Named { name, key: Some(heir) }) })
                if snapshot.user(heir).is_none() =>
            {
                return Some(format!("the successor {name} is not there any more"));
            }
            (Some(_), Change::DeleteUser { successor: Some(Named { name, key: Some(heir) }) })
                if !is_called(step, heir, name, snapshot, renamed) =>
            {
                return Some(format!("the successor is not {name} any more"));
            }
            (Some(user), change) => holds::user(change, user, snapshot, true),
        },
        // Made by this plan, or by an earlier run of it.
        Subject::User(Named { key: None, name }) => {
            let user = snapshot.with_user_name(name)?;
            match (&step.change, holds::user(&step.change, user, snapshot, true)) {
                (Change::CreateUser { .. }, Holds::No(difference)) => {
                    Holds::No(holds::Difference { as_planned: false, ..difference })
                }
                (_, state) => state,
            }
        }
        Subject::Role(Named { key: Some(key), .. }) => match (snapshot.role(key), &step.change) {
            (None, Change::DeleteRole) => return None,
            (None, _) => return gone(),
            (Some(role), change) => holds::role(change, role),
        },
        Subject::Role(Named { key: None, name }) => {
            let role = snapshot.roles.iter().find(|role| role.name.value() == Some(name))?;
            match holds::role(&step.change, role) {
                // An earlier run of the plan, or this one in two calls, came as far as the name.
                Holds::No(_) if holds::is_begun(&step.change, role) => return None,
                Holds::No(difference) => Holds::No(holds::Difference { as_planned: false, ..difference }),
                state => state,
            }
        }
        Subject::Group(Named { key: Some(key), .. }) => match (snapshot.group(key), &step.change) {
            (None, Change::DeleteGroup { .. }) => return None,
            (None, _) => return gone(),
            _ => return None,
        },
        Subject::Group(Named { key: None, .. }) => return None,
    };
    match state {
        Holds::No(difference) if !difference.as_planned => Some(format!(
            "{} is {} now, which is neither what it was when it was planned nor {}",
            difference.field.replace('_', " "),
            difference.got,
            difference.wanted
        )),
        _ => None,
    }
}
