//! The steps in their order: which may be made, which are so already, and how each ended.

mod made;
mod settle;
mod steps;
mod together;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures_util::{StreamExt as _, stream};
use tenable_api::admin::Admin;

use self::made::Made;
use super::holds::{self, Holds};
use super::{Apply, Leaving, not_read};
use crate::aliases::normalized;
use crate::plan::{Change, Named, Phase, Plan, Step, Subject};
use crate::{Directory, Ended, Event, Failure, Outcome, Present, Snapshot};

/// How often a creation is sent whose outcome is unknown and which, looked for, is not there.
const SENDINGS: usize = 2;

/// One application of a plan.
pub(super) struct Run<'a> {
    pub(super) directory: &'a Directory,
    pub(super) plan: &'a Plan,
    present: &'a Present,
    pub(super) options: &'a Apply<'a>,
    /// How each step ended, as far as it has.
    outcomes: Mutex<Vec<Option<Outcome>>>,
    made: Mutex<Made>,
    leaving: Leaving<'a>,
}

/// A tenant of the plan that was read.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) admin: &'a dyn Admin,
}

impl<'a> Run<'a> {
    pub(super) fn new(directory: &'a Directory, plan: &'a Plan, present: &'a Present, options: &'a Apply<'a>) -> Self {
        let outcomes = Mutex::new(vec![None; plan.steps.len()]);
        Self { directory, plan, present, options, outcomes, made: Mutex::default(), leaving: Leaving::of(plan) }
    }

    /// Every step with how it ended. One that was not reached was stopped.
    pub(super) fn into_ended(self) -> Vec<Ended> {
        let outcomes = self.outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
        let steps = self.plan.steps.iter().cloned();
        steps
            .zip(outcomes)
            .map(|(step, outcome)| Ended { step, outcome: outcome.unwrap_or(Outcome::Stopped) })
            .collect()
    }

    pub(super) fn site(&self, tenant: &str) -> Result<Site<'a>, Failure> {
        let reading = self.present.readings.iter().find(|reading| reading.tenant == tenant);
        let snapshot = match reading.map(|reading| &reading.result) {
            Some(Ok(snapshot)) => snapshot,
            Some(Err(why)) => return Err(why.clone()),
            None => return Err(Failure::new("it was not read")),
        };
        match self.directory.tenant(tenant).map(crate::Tenant::admin) {
            Some(Ok(admin)) => Ok(Site { snapshot, admin: admin.as_ref() }),
            Some(Err(why)) => Err(Failure::new(why)),
            None => Err(Failure::new("there is no connection to it")),
        }
    }

    /// The steps of one phase in one tenant: subjects side by side, the steps of each in order.
    pub(super) async fn phase(&self, phase: Phase, tenant: &str) {
        let steps = self.plan.steps.iter().enumerate();
        let mut chains: Vec<Vec<usize>> = Vec::new();
        let mut places: HashMap<(&str, String), usize> = HashMap::new();
        for (index, step) in steps.filter(|(_, step)| step.tenant == tenant && step.change.phase() == phase) {
            let subject = (step.subject.kind(), normalized(step.subject.name()));
            let place = *places.entry(subject).or_insert_with(|| {
                chains.push(Vec::new());
                chains.len() - 1
            });
            chains[place].push(index);
        }
        if chains.is_empty() {
            return;
        }
        let site = match self.site(tenant) {
            Ok(site) => site,
            Err(why) => {
                let stopped = self.options.stop.is_stopped();
                for index in chains.into_iter().flatten() {
                    self.end(index, if stopped { Outcome::Stopped } else { not_read(&why) });
                }
                return;
            }
        };
        if phase == Phase::Users && site.snapshot.capabilities.creations_per_call > 1 {
            self.create_together(site, &chains).await;
        }
        let chains = chains.into_iter().map(|chain| self.chain(site, chain));
        stream::iter(chains.collect::<Vec<_>>())
            .buffer_unordered(self.directory.limits_now().people.max(1))
            .collect::<Vec<()>>()
            .await;
    }

    /// The steps of one subject, in order.
    async fn chain(&self, site: Site<'_>, chain: Vec<usize>) {
        let mut failed: Option<usize> = None;
        let mut missing: Option<usize> = None;
        for index in chain {
            let step = &self.plan.steps[index];
            if let Some(outcome) = self.ended(index) {
                if !outcome.is_success() {
                    failed = failed.or(Some(index));
                    missing = missing.or(is_creation(&step.change).then_some(index));
                }
                continue;
            }
            // Who was not made cannot be changed; who has not lost a right is not let in.
            let enables = matches!(&step.change, Change::SetEnabled(edit) if edit.to);
            let clears = step.change.phase() == Phase::Clearance;
            let blocked = missing.or(failed.filter(|_| enables)).or_else(|| self.needs_what_failed(step));
            let blocked = blocked.or_else(|| if clears { self.failed_before(step) } else { None });
            let outcome = match blocked {
                _ if self.options.stop.is_stopped() => Outcome::Stopped,
                Some(by) => Outcome::Blocked { by },
                None => self.make(site, index).await,
            };
            if !outcome.is_success() {
                failed = failed.or(Some(index));
                missing = missing.or(is_creation(&step.change).then_some(index));
            }
            self.end(index, outcome);
        }
    }

    /// A step in the same tenant that should have given people something else before roles and groups go, and did not succeed.
    fn failed_before(&self, step: &Step) -> Option<usize> {
        let gives = |change: &Change| {
            matches!(change, Change::SetRoles { .. } | Change::JoinGroup { .. } | Change::LeaveGroup { .. })
                || is_creation(change)
        };
        let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = self.plan.steps.iter().zip(outcomes.iter()).enumerate();
        let mut failed = earlier.filter(|(_, (other, outcome))| {
            other.tenant == step.tenant
                && gives(&other.change)
                && outcome.as_ref().is_some_and(|outcome| !outcome.is_success())
        });
        failed.next().map(|(index, _)| index)
    }

    /// A step that makes a role or a group that this one is about, and that did not succeed.
    fn needs_what_failed(&self, step: &Step) -> Option<usize> {
        let roles = match &step.change {
            Change::CreateUser { roles, .. } => roles.as_slice(),
            Change::SetRoles { to, .. } => to.as_slice(),
            _ => &[],
        };
        let groups = match &step.change {
            Change::CreateUser { groups, .. } => groups.as_slice(),
            Change::JoinGroup { group } => std::slice::from_ref(group),
            _ => &[],
        };
        let roles = roles.iter().filter(|role| role.key.is_none()).map(|role| ("role", &role.name));
        let groups = groups.iter().filter(|group| group.key.is_none()).map(|group| ("group", &group.name));
        let needed: Vec<_> = roles.chain(groups).collect();
        if needed.is_empty() {
            return None;
        }
        let makes = |other: &Step| {
            let subject = (other.subject.kind(), other.subject.name());
            other.tenant == step.tenant
                && is_creation(&other.change)
                && needed.iter().any(|(kind, name)| subject == (*kind, name.as_str()))
        };
        let steps =
            self.plan.steps.iter().enumerate().take_while(|(_, step)| step.change.phase() == Phase::RolesAndGroups);
        let failed = |index: usize| self.ended(index).is_some_and(|outcome| !outcome.is_success());
        steps.filter(|(_, step)| makes(step)).map(|(index, _)| index).find(|index| failed(*index))
    }

    pub(super) fn ended(&self, index: usize) -> Option<Outcome> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)[index].clone()
    }

    /// Writes down how a step ended, or that it ended otherwise than it seemed.
    pub(super) fn end(&self, index: usize, mut outcome: Outcome) {
        let was_tried = !matches!(outcome, Outcome::Stopped | Outcome::Blocked { .. });
        let journal = self.options.journal.filter(|_| was_tried);
        if let Some(Err(error)) = journal.map(|journal| journal.ended(index, &outcome)) {
            // What was done is done; that it is not written down must be told, and nothing more begins.
            self.options.stop.stop();
            if outcome.is_success() {
                outcome = Outcome::DoneUnseen { why: format!("the journal could not be written: {error}") };
            }
        }
        let step = &self.plan.steps[index];
        self.options.observer.notice(&Event::Ended { index, step, outcome: &outcome });
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(outcome);
    }

    /// Writes down that a step is about to be made.
    fn begin(&self, index: usize) -> Result<(), Outcome> {
        let step = &self.plan.steps[index];
        self.options.observer.notice(&Event::Begun { index, step });
        let Some(journal) = self.options.journal else { return Ok(()) };
        journal.begun(index, step).map_err(|error| {
            self.options.stop.stop();
            Outcome::Refused {
                why: Failure::new(format!("the journal could not be written, so nothing was sent: {error}")),
            }
        })
    }

    /// Makes one step, unless it is so already.
    async fn make(&self, site: Site<'_>, index: usize) -> Outcome {
        let step = &self.plan.steps[index];
        if self.is_so(site, index) {
            return Outcome::Already;
        }
        if let Err(outcome) = self.begin(index) {
            return outcome;
        }
        match self.call(site, step).await {
            Ok(outcome) => outcome,
            Err(error) => self.settle(site, step, &error).await,
        }
    }

    /// Whether a step is so already, by what was read before anything was written.
    fn is_so(&self, site: Site<'_>, index: usize) -> bool {
        let step = &self.plan.steps[index];
        let snapshot = site.snapshot;
        match (&step.subject, &step.change) {
            // An earlier run of the plan came as far as deleting the account.
            (Subject::User(Named { key: Some(key), .. }), _) if snapshot.user(key).is_none() => {
                self.leaving.holds(step)
            }
            (_, Change::DeleteUser { .. }) => false,
            // Whether keys were replaced is told nowhere but in the journal.
            (_, Change::ReplaceKeys) => {
                self.options.journal.is_some_and(|journal| journal.earlier().done.contains(&index))
            }
            (Subject::Role(Named { key: Some(key), .. }), Change::DeleteRole) => snapshot.role(key).is_none(),
            (Subject::Group(Named { key: Some(key), .. }), Change::DeleteGroup { .. }) => snapshot.group(key).is_none(),
            (Subject::User(user), change) => {
                let there = match &user.key {
                    Some(key) => snapshot.user(key),
                    None => snapshot.with_user_name(&user.name),
                };
                let Some(there) = there else { return self.was_made_so(snapshot, &user.name, change) };
                self.remember_user(snapshot, &user.name, &there.key);
                let is_creation = is_creation(change);
                match holds::user(change, there, snapshot, is_creation) {
                    Holds::Yes => true,
                    // What is there under the name was compared before the first write.
                    Holds::Untold(_) => is_creation,
                    Holds::No(_) => false,
                }
            }
            (Subject::Role(Named { key, name }), change) => {
                let by_key = key.as_ref().and_then(|key| snapshot.role(key));
                let Some(there) = by_key.or_else(|| snapshot.roles.iter().find(|role| role.name.value() == Some(name)))
                else {
                    return false;
                };
                self.remember_role(snapshot, name, there.key.clone());
                holds::role(change, there) == Holds::Yes
            }
            (Subject::Group(Named { name, .. }), _) => {
                let there = snapshot.groups.iter().find(|group| group.name.value() == Some(name));
                if let Some(there) = there {
                    self.remember_group(snapshot, name, there.key.clone());
                }
                there.is_some()
            }
        }
    }
}

pub(super) fn is_creation(change: &Change) -> bool {
    matches!(change, Change::CreateUser { .. } | Change::CreateRole { .. } | Change::CreateGroup)
}
