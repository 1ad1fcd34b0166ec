//! Carries out a plan: each step once, in order for one person, side by side for different people, and reads back what came of it.
//!
//! Nothing is assumed of what happened between planning and now: everything is read again, a step that is so already is skipped, and a
//! step whose ground has changed stops the whole before the first write. So a run that was killed is gone on with by running it again.

mod holds;
mod run;
mod stale;
#[cfg(test)]
mod tests;
mod verify;

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use tenable_api::model::shared::UserKey;

use crate::directory::side_by_side;
use crate::plan::{Change, Named, Phase, Plan, Step, Subject};
use crate::{Directory, Journal, Observer, Outcome, Passwords, Problems, RandomPasswords, Report, Stop};
use run::Run;

/// How a plan is applied. Nobody watches, nothing is written down, and new accounts get random passwords, unless set.
///
/// ```
/// use tenable_directory::{Apply, Directory, Problems, Report, plan::Plan};
///
/// async fn carry_out(directory: &Directory, plan: &Plan) -> Result<Report, Problems> {
///     let report = directory.apply(plan, &Apply::new()).await?;
///     for ended in report.failures() {
///         eprintln!("{}: {}", ended.step, ended.outcome);
///     }
///     Ok(report)
/// }
/// ```
#[derive(Clone)]
pub struct Apply<'a> {
    passwords: &'a dyn Passwords,
    journal: Option<&'a Journal>,
    pub(crate) observer: &'a dyn Observer,
    pub(crate) stop: Stop,
}

impl<'a> Apply<'a> {
    /// With nothing set.
    pub fn new() -> Self {
        Self { passwords: &RandomPasswords, journal: None, observer: &(), stop: Stop::default() }
    }

    /// Who gives new accounts their first password.
    #[must_use]
    pub fn passwords(mut self, passwords: &'a dyn Passwords) -> Self {
        self.passwords = passwords;
        self
    }

    /// Where each step is written down before and after it is made.
    #[must_use]
    pub fn journal(mut self, journal: &'a Journal) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Who watches.
    #[must_use]
    pub fn observer(mut self, observer: &'a dyn Observer) -> Self {
        self.observer = observer;
        self
    }

    /// What ends it early: what has begun is finished and read back, and nothing else begins.
    #[must_use]
    pub fn stop(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }
}

impl Default for Apply<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Apply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Apply").field("journal", &self.journal).field("stop", &self.stop).finish_non_exhaustive()
    }
}

impl Directory {
    /// Carries out a plan, and reads back what came of it.
    ///
    /// Reads the tenants of the plan again first. A step that is so already is skipped. Dropping the future ends it at once; with
    /// [`Stop`] it ends in order.
    ///
    /// # Errors
    ///
    /// Before anything is written: when a tenant of the plan is not in the directory, when a step is about something that is not as it was
    /// when it was planned, or when it must not be made: the account of the connection, a protected one, the last administrator. What goes wrong later is in the [`Report`], step by step, and does not stop other people's steps.
    pub async fn apply(&self, plan: &Plan, options: &Apply<'_>) -> Result<Report, Problems> {
        let wanted: BTreeSet<&str> = plan.steps.iter().map(|step| step.tenant.as_str()).collect();
        stale::known_tenants(self, plan)?;
        let mut present = self.read_some(|name| wanted.contains(name), options.observer, &options.stop).await;
        self.complete_for(plan, &mut present).await;
        Problems::check(stale::problems(plan, &present))?;
        // A plan may be older than what is protected, and than who administers the tenant.
        Problems::check(present.snapshots().flat_map(|snapshot| self.guard_against(plan, snapshot)).collect())?;
        let run = Run::new(self, plan, &present, options);
        // Nothing in one tenant waits for another.
        let tenants = wanted.iter().map(|tenant| async {
            for phase in Phase::ALL {
                run.phase(phase, tenant).await;
            }
            run.verify(tenant).await;
        });
        side_by_side(tenants, self.limits_now().tenants).await;
        let failed_tenants = present.failed().map(|(tenant, why)| (tenant.to_owned(), why.clone())).collect();
        Ok(Report { plan: plan.hash(), steps: run.into_ended(), failed_tenants })
    }
}

/// The accounts that a plan deletes, by tenant.
struct Leaving<'a>(HashSet<(&'a str, &'a UserKey)>);

impl<'a> Leaving<'a> {
    fn of(plan: &'a Plan) -> Self {
        let deletions = plan.steps.iter().filter(|step| matches!(step.change, Change::DeleteUser { .. }));
        Self(deletions.filter_map(account).collect())
    }

    /// Whether the step is about one of them.
    fn holds(&self, step: &Step) -> bool {
        account(step).is_some_and(|account| self.0.contains(&account))
    }
}

/// The account that a step is about, if it was there when the plan was made.
fn account(step: &Step) -> Option<(&str, &UserKey)> {
    match &step.subject {
        Subject::User(Named { key: Some(key), .. }) => Some((&step.tenant, key)),
        _ => None,
    }
}

/// What a step comes to when its tenant could not be read.
fn not_read(why: &crate::Failure) -> Outcome {
    Outcome::Refused { why: crate::Failure::new(format!("the tenant could not be read: {why}")) }
}
