//! The steps, one by one.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tenable_api::admin::{Admin, NewRole, NewUser, RoleChange, SignInChange, UserChange};
use tenable_api::model::shared::{Group, GroupKey, Role, RoleKey, User, UserKey};
use tenable_api::{Error, ErrorKind};

use super::holds::{self, Holds};
use super::{Apply, Leaving, not_read};
use crate::aliases::normalized;
use crate::plan::{Change, Named, Phase, Plan, Step, Subject};
use crate::{Directory, Ended, Event, Failure, Outcome, Present, Snapshot};

/// How often a creation is sent whose outcome is unknown and which, looked for, is not there.
const SENDINGS: usize = 2;

/// How many calls that make several accounts each are begun together.
const CALLS_TOGETHER: usize = 10;

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

/// Keys of what this run made, by tenant and name.
#[derive(Default)]
struct Made {
    users: HashMap<(String, String), UserKey>,
    roles: HashMap<(String, String), RoleKey>,
    groups: HashMap<(String, String), GroupKey>,
    /// Accounts as the product gave them when they were made.
    accounts: HashMap<(String, String), User>,
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
        let result = match &step.subject {
            Subject::Role(role) => self.role_step(site, &step.change, role).await,
            Subject::Group(group) => self.group_step(site, &step.change, group).await,
            Subject::User(user) => self.user_step(site, step, user).await,
        };
        match result {
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
                lock(&self.made).roles.insert(here(snapshot, name), there.key.clone());
                holds::role(change, there) == Holds::Yes
            }
            (Subject::Group(Named { name, .. }), _) => {
                let there = snapshot.groups.iter().find(|group| group.name.value() == Some(name));
                if let Some(there) = there {
                    lock(&self.made).groups.insert(here(snapshot, name), there.key.clone());
                }
                there.is_some()
            }
        }
    }

    /// Whether an account that this run made has it from the beginning.
    fn was_made_so(&self, snapshot: &Snapshot, name: &str, change: &Change) -> bool {
        let made = lock(&self.made);
        let account = made.accounts.get(&here(snapshot, &normalized(name)));
        account.is_some_and(|account| holds::user(change, account, snapshot, false) == Holds::Yes)
    }

    /// Keeps an account that was made, for the steps that follow.
    fn remember_made(&self, snapshot: &Snapshot, name: &str, account: User) {
        self.remember_user(snapshot, name, &account.key);
        lock(&self.made).accounts.insert(here(snapshot, &normalized(name)), account);
    }

    fn remember_user(&self, snapshot: &Snapshot, name: &str, key: &UserKey) {
        lock(&self.made).users.insert(here(snapshot, &normalized(name)), key.clone());
    }

    async fn role_step(&self, site: Site<'_>, change: &Change, role: &Named<RoleKey>) -> Result<Outcome, Error> {
        let admin = site.admin;
        match change {
            Change::CreateRole { description, permissions } => {
                if let Some(key) = self.role_key(site.snapshot, role) {
                    // It is begun; see `holds::is_begun`.
                    admin.change_role(&key, &RoleChange::new().permissions(permissions)).await?;
                    return Ok(Outcome::Done);
                }
                let new = NewRole::new(&role.name).description(description).permissions(permissions);
                let made = admin.create_role(&new).await?;
                lock(&self.made).roles.insert(here(site.snapshot, &role.name), made.key);
            }
            Change::ChangeRole { description, permissions } => {
                let Some(key) = self.role_key(site.snapshot, role) else { return Ok(nowhere("role", &role.name)) };
                let mut edit = RoleChange::new();
                edit.description = description.as_ref().map(|edit| edit.to.clone());
                edit.permissions = permissions.as_ref().map(|edit| edit.to.clone());
                admin.change_role(&key, &edit).await?;
            }
            Change::DeleteRole => {
                let Some(key) = self.role_key(site.snapshot, role) else { return Ok(nowhere("role", &role.name)) };
                admin.delete_role(&key).await?;
            }
            _ => return Ok(misfit("role")),
        }
        Ok(Outcome::Done)
    }

    async fn group_step(&self, site: Site<'_>, change: &Change, group: &Named<GroupKey>) -> Result<Outcome, Error> {
        match change {
            Change::CreateGroup => {
                let made = site.admin.create_group(&group.name).await?;
                lock(&self.made).groups.insert(here(site.snapshot, &group.name), made.key);
            }
            Change::DeleteGroup { empty_first } => {
                let Some(key) = self.group_key(site.snapshot, group) else { return Ok(nowhere("group", &group.name)) };
                site.admin.delete_group(&key, *empty_first).await?;
            }
            _ => return Ok(misfit("group")),
        }
        Ok(Outcome::Done)
    }

    async fn user_step(&self, site: Site<'_>, step: &Step, user: &Named<UserKey>) -> Result<Outcome, Error> {
        let admin = site.admin;
        if is_creation(&step.change) {
            let new = match self.new_user(site.snapshot, step) {
                Ok(new) => new,
                Err(outcome) => return Ok(outcome),
            };
            let made = admin.create_user(&new).await?;
            self.remember_made(site.snapshot, &user.name, made);
            return Ok(Outcome::Done);
        }
        let Some(key) = self.user_key(site.snapshot, user) else { return Ok(nowhere("user", &user.name)) };
        match &step.change {
            Change::ChangeUser { user_name, email, full_name } => {
                let mut change = UserChange::new();
                change.user_name = user_name.as_ref().map(|edit| edit.to.clone());
                change.email = email.as_ref().map(|edit| edit.to.clone());
                change.full_name = full_name.as_ref().map(|edit| edit.to.clone());
                admin.change_user(&key, &change).await?;
            }
            Change::SetSignIn { password, api_keys, saml } => {
                let mut change = SignInChange::new();
                change.password = password.as_ref().map(|edit| edit.to);
                change.api_keys = api_keys.as_ref().map(|edit| edit.to);
                change.saml = saml.as_ref().map(|edit| edit.to);
                admin.set_sign_in_methods(&key, &change).await?;
            }
            Change::ReplaceKeys => drop(admin.replace_keys(&key).await?),
            Change::SetRoles { to, .. } => {
                let mut roles = Vec::new();
                for role in to {
                    match self.role_key(site.snapshot, role) {
                        Some(key) => roles.push(key),
                        None => return Ok(nowhere("role", &role.name)),
                    }
                }
                admin.assign_roles(&key, &roles).await?;
            }
            Change::JoinGroup { group } => match self.group_key(site.snapshot, group) {
                Some(group) => admin.add_member(&group, &key).await?,
                None => return Ok(nowhere("group", &group.name)),
            },
            Change::LeaveGroup { group } => match self.group_key(site.snapshot, group) {
                Some(group) => admin.remove_member(&group, &key).await?,
                None => return Ok(nowhere("group", &group.name)),
            },
            Change::SetEnabled(edit) => drop(admin.set_enabled(&key, edit.to).await?),
            Change::DeleteUser { successor } => {
                let heir = match successor {
                    None => None,
                    Some(heir) => match self.user_key(site.snapshot, heir) {
                        None => return Ok(nowhere("user", &heir.name)),
                        key => key,
                    },
                };
                admin.delete_user(&key, heir.as_ref()).await?;
            }
            Change::CreateUser { .. }
            | Change::CreateRole { .. }
            | Change::ChangeRole { .. }
            | Change::DeleteRole
            | Change::CreateGroup
            | Change::DeleteGroup { .. } => return Ok(misfit("user")),
        }
        Ok(Outcome::Done)
    }

    /// The account to make, with its first password.
    fn new_user(&self, snapshot: &Snapshot, step: &Step) -> Result<NewUser, Outcome> {
        let Change::CreateUser { email, full_name, enabled, roles, groups } = &step.change else {
            return Err(Outcome::Refused { why: Failure::new("this makes no user") });
        };
        let name = step.subject.name();
        let password = self.options.passwords.first_password(&step.tenant, snapshot.product(), name);
        let password = password.map_err(|why| Outcome::Refused { why: Failure::new(why.to_string()) })?;
        let mut user = NewUser::new(name, password).enabled(*enabled);
        user.email.clone_from(email);
        user.full_name.clone_from(full_name);
        for role in roles {
            user.roles.push(self.role_key(snapshot, role).ok_or_else(|| nowhere("role", &role.name))?);
        }
        for group in groups {
            user.groups.push(self.group_key(snapshot, group).ok_or_else(|| nowhere("group", &group.name))?);
        }
        Ok(user)
    }

    /// Makes accounts in calls of several, where a product takes several. What is so already is left to the chains.
    async fn create_together(&self, site: Site<'_>, chains: &[Vec<usize>]) {
        let firsts = chains.iter().filter_map(|chain| chain.first().copied());
        let plain = |index: &usize| matches!(&self.plan.steps[*index].change, Change::CreateUser { roles, groups, .. } if roles.is_empty() && groups.is_empty());
        let wanted: Vec<usize> = firsts.filter(plain).filter(|index| !self.is_so(site, *index)).collect();
        // Several calls together: before the first of them and after one of unknown outcome, a whole list is read.
        let at_once = site.snapshot.capabilities.creations_per_call.saturating_mul(CALLS_TOGETHER);
        for chunk in wanted.chunks(at_once).filter(|chunk| chunk.len() > 1) {
            if self.options.stop.is_stopped() {
                return;
            }
            let mut rows = Vec::new();
            for index in chunk {
                let user = self.new_user(site.snapshot, &self.plan.steps[*index]);
                match user.and_then(|user| self.begin(*index).map(|()| user)) {
                    Ok(user) => rows.push((*index, user)),
                    Err(outcome) => self.end(*index, outcome),
                }
            }
            for sending in 1..=SENDINGS {
                rows = self.send_together(site, rows, sending == SENDINGS).await;
            }
        }
    }

    /// Sends creations, and ends those of known outcome. The others are looked for all at once; those that are not there are given back, to
    /// be sent again, unless this was the last time.
    async fn send_together(&self, site: Site<'_>, rows: Vec<(usize, NewUser)>, is_last: bool) -> Vec<(usize, NewUser)> {
        if rows.is_empty() {
            return rows;
        }
        let users: Vec<NewUser> = rows.iter().map(|(_, user)| user.clone()).collect();
        let results = site.admin.create_users(&users).await;
        let mut unknown = Vec::new();
        for (row, result) in rows.into_iter().zip(results) {
            match result {
                Ok(user) => self.end_made(site, row.0, user),
                Err(error) => {
                    let why = Failure::from(error);
                    if why.may_have_acted {
                        unknown.push((row, why));
                    } else {
                        self.end(row.0, Outcome::Refused { why });
                    }
                }
            }
        }
        if unknown.is_empty() {
            return Vec::new();
        }
        let listed: Result<Vec<User>, Error> = site.admin.users().try_collect().await;
        let mut there: HashMap<String, User> = HashMap::new();
        let unread = match listed {
            Ok(users) => {
                let named = |user: User| Some((normalized(user.user_name.value()?), user));
                there.extend(users.into_iter().filter_map(named));
                None
            }
            Err(error) => Some(Failure::from(error)),
        };
        let mut again = Vec::new();
        for ((index, user), mut why) in unknown {
            match (there.remove(&normalized(&user.user_name)), &unread) {
                (Some(made), _) => self.end_made(site, index, made),
                (None, None) if !is_last => again.push((index, user)),
                (None, None) => self.end(index, Outcome::Unknown { why }),
                (None, Some(unread)) => {
                    why.message = format!("{}; and it could not be looked for: {unread}", why.message);
                    self.end(index, Outcome::Unknown { why });
                }
            }
        }
        again
    }

    fn end_made(&self, site: Site<'_>, index: usize, user: User) {
        self.remember_made(site.snapshot, self.plan.steps[index].subject.name(), user);
        self.end(index, Outcome::Done);
    }

    /// What a failed call came to: what may have been done is looked for before anything is sent again.
    async fn settle(&self, site: Site<'_>, step: &Step, error: &Error) -> Outcome {
        let mut why = Failure::from(error);
        if error.kind() == ErrorKind::NotFound && step.change.phase() >= Phase::Departures {
            // It may be somebody else who is not there: the successor.
            let is_gone = matches!(self.look(site, step).await, Ok(Some(Outcome::Done)));
            return if is_gone { Outcome::Already } else { Outcome::Refused { why } };
        }
        if !why.may_have_acted {
            return Outcome::Refused { why };
        }
        for sending in 1..=SENDINGS {
            match self.look(site, step).await {
                // The server has not said that it did it, and may still do it.
                Ok(Some(Outcome::NotApplied { field, wanted, got })) if error.kind() != ErrorKind::NotApplied => {
                    why.message = format!("{}; {field} should be {wanted} and is {got} now", why.message);
                    return Outcome::Unknown { why };
                }
                Ok(Some(outcome)) => return outcome,
                // Keys that nobody has seen go with the others.
                Ok(None) if step.change == Change::ReplaceKeys && sending < SENDINGS => {}
                Ok(None) if is_creation(&step.change) && sending < SENDINGS => {}
                Ok(None) => break,
                Err(unread) => {
                    why.message = format!("{}; and it could not be looked for: {unread}", why.message);
                    break;
                }
            }
            let again = match &step.subject {
                Subject::Role(role) => self.role_step(site, &step.change, role).await,
                Subject::Group(group) => self.group_step(site, &step.change, group).await,
                Subject::User(user) => self.user_step(site, step, user).await,
            };
            match again {
                Ok(outcome) => return outcome,
                Err(error) => {
                    why = Failure::from(&error);
                    if !why.may_have_acted {
                        return Outcome::Refused { why };
                    }
                }
            }
        }
        Outcome::Unknown { why }
    }

    /// Whether what a call of unknown outcome should have done is so: `None` when it is not, and may be tried again.
    async fn look(&self, site: Site<'_>, step: &Step) -> Result<Option<Outcome>, Error> {
        let admin = site.admin;
        let name = step.subject.name();
        match (&step.subject, &step.change) {
            (Subject::User(_), Change::CreateUser { .. }) => {
                let found = admin.find_users(name).await?;
                let own = |user: &&User| user.user_name.value().is_some_and(|own| normalized(own) == normalized(name));
                let Some(user) = found.iter().find(own) else { return Ok(None) };
                self.remember_made(site.snapshot, name, user.clone());
                Ok(Some(Outcome::Done))
            }
            (Subject::Role(role), change) => {
                let roles: Vec<Role> = admin.roles().try_collect().await?;
                let found = roles.into_iter().find(|other| match &role.key {
                    Some(key) => other.key == *key,
                    None => other.name.value() == Some(&role.name),
                });
                Ok(match (found, change) {
                    (None, Change::DeleteRole) => Some(Outcome::Done),
                    (None, _) | (Some(_), Change::DeleteRole) => None,
                    (Some(found), change) => {
                        lock(&self.made).roles.insert(here(site.snapshot, &role.name), found.key.clone());
                        match holds::role(change, &found) {
                            Holds::No(_) if holds::is_begun(change, &found) => None,
                            Holds::No(difference) => Some(difference.into()),
                            // Reading back tells the rest.
                            Holds::Yes | Holds::Untold(_) => Some(Outcome::Done),
                        }
                    }
                })
            }
            (Subject::Group(group), change) => {
                let groups: Vec<Group> = admin.groups().try_collect().await?;
                let found = groups.into_iter().find(|other| match &group.key {
                    Some(key) => other.key == *key,
                    None => other.name.value() == Some(&group.name),
                });
                Ok(match (found, change) {
                    (None, Change::DeleteGroup { .. }) => Some(Outcome::Done),
                    (Some(found), Change::CreateGroup) => {
                        lock(&self.made).groups.insert(here(site.snapshot, &group.name), found.key);
                        Some(Outcome::Done)
                    }
                    _ => None,
                })
            }
            (Subject::User(user), change) => {
                let Some(key) = self.user_key(site.snapshot, user) else { return Ok(None) };
                match admin.user(&key).await {
                    Err(error)
                        if error.kind() == ErrorKind::NotFound && matches!(change, Change::DeleteUser { .. }) =>
                    {
                        Ok(Some(Outcome::Done))
                    }
                    Err(error) => Err(error),
                    Ok(_) if matches!(change, Change::DeleteUser { .. }) => Ok(None),
                    Ok(user) => {
                        Ok(match holds::user(&self.with_keys(site.snapshot, change), &user, site.snapshot, false) {
                            Holds::Yes => Some(Outcome::Done),
                            Holds::No(difference) => Some(difference.into()),
                            Holds::Untold(_) => None,
                        })
                    }
                }
            }
        }
    }

    pub(super) fn user_key(&self, snapshot: &Snapshot, user: &Named<UserKey>) -> Option<UserKey> {
        let made = || lock(&self.made).users.get(&here(snapshot, &normalized(&user.name))).cloned();
        user.key.clone().or_else(made)
    }

    /// A change with the keys of roles and groups that were made after what is there was read.
    fn with_keys(&self, snapshot: &Snapshot, change: &Change) -> Change {
        let mut change = change.clone();
        match &mut change {
            Change::SetRoles { to, .. } => {
                for role in to {
                    role.key = self.role_key(snapshot, role);
                }
            }
            Change::JoinGroup { group } => group.key = self.group_key(snapshot, group),
            _ => {}
        }
        change
    }

    fn role_key(&self, snapshot: &Snapshot, role: &Named<RoleKey>) -> Option<RoleKey> {
        let made = || lock(&self.made).roles.get(&here(snapshot, &role.name)).cloned();
        role.key.clone().or_else(made)
    }

    fn group_key(&self, snapshot: &Snapshot, group: &Named<GroupKey>) -> Option<GroupKey> {
        let made = || lock(&self.made).groups.get(&here(snapshot, &group.name)).cloned();
        group.key.clone().or_else(made)
    }
}

impl From<holds::Difference> for Outcome {
    fn from(holds::Difference { field, wanted, got, .. }: holds::Difference) -> Self {
        Self::NotApplied { field: field.to_owned(), wanted, got }
    }
}

fn here(snapshot: &Snapshot, name: &str) -> (String, String) {
    (snapshot.tenant.clone(), name.to_owned())
}

fn lock(made: &Mutex<Made>) -> std::sync::MutexGuard<'_, Made> {
    made.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A step that no plan has but one that was put together by hand.
fn misfit(kind: &str) -> Outcome {
    Outcome::Refused { why: Failure::new(format!("this is no change of a {kind}")) }
}

fn nowhere(kind: &str, name: &str) -> Outcome {
    Outcome::Refused { why: Failure::new(format!("the {kind} {name:?} is not there")) }
}

pub(super) fn is_creation(change: &Change) -> bool {
    matches!(change, Change::CreateUser { .. } | Change::CreateRole { .. } | Change::CreateGroup)
}
