//! Reading back what was made.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::{StreamExt as _, stream};
use tenable_api::ErrorKind;
use tenable_api::model::shared::{Role, RoleKey, User, UserKey};

use super::holds::{self, Holds};
use super::run::{Run, Site};
use crate::aliases::normalized;
use crate::directory::side_by_side;
use crate::plan::{Change, Named, Plan, Step, Subject};
use crate::{Directory, Event, Failure, Outcome, Present, Snapshot};

/// Up to this many people are read one by one, more of them by the list.
const ONE_BY_ONE: usize = 16;

impl Directory {
    /// Reads one by one what the lists do not tell and the steps of a plan are about.
    pub(super) async fn complete_for(&self, plan: &Plan, present: &mut Present) {
        let tenants = present.readings.iter_mut().map(|reading| async {
            let (Ok(snapshot), Some(Ok(admin))) =
                (&mut reading.result, self.tenant(&reading.tenant).map(crate::Tenant::admin))
            else {
                return;
            };
            let steps: Vec<&Step> = plan.steps.iter().filter(|step| step.tenant == reading.tenant).collect();
            let (users, roles) = untold(&steps, snapshot);
            snapshot.complete(admin.as_ref(), &users, &roles, self.limits_now().people).await;
        });
        side_by_side(tenants, self.limits_now().tenants).await;
    }
}

/// The users and roles of which the lists do not tell what these steps are about.
fn untold(steps: &[&Step], snapshot: &Snapshot) -> (Vec<UserKey>, Vec<RoleKey>) {
    let mut users = Vec::new();
    let mut roles = Vec::new();
    for step in steps {
        match &step.subject {
            Subject::User(Named { key, name }) => {
                let user = match key {
                    Some(key) => snapshot.user(key),
                    None => snapshot.with_user_name(name),
                };
                let seen = !matches!(step.change, Change::ReplaceKeys | Change::DeleteUser { .. });
                let untold = |user: &&User| matches!(holds::user(&step.change, user, snapshot, true), Holds::Untold(_));
                users.extend(user.filter(|_| seen).filter(untold).map(|user| user.key.clone()));
            }
            Subject::Role(Named { key, name }) if step.change != Change::DeleteRole => {
                let role = match key {
                    Some(key) => snapshot.role(key),
                    None => snapshot.roles.iter().find(|role| role.name.value() == Some(name)),
                };
                let untold = |role: &&Role| matches!(holds::role(&step.change, role), Holds::Untold(_));
                roles.extend(role.filter(untold).map(|role| role.key.clone()));
            }
            _ => {}
        }
    }
    (users, roles)
}

impl Run<'_> {
    /// Reads back what was made in one tenant, and says of each step that seemed done whether it is.
    pub(super) async fn verify(&self, tenant: &str) {
        let steps = self.plan.steps.iter().enumerate();
        let done: Vec<usize> = steps
            .filter(|(index, step)| step.tenant == tenant && self.ended(*index) == Some(Outcome::Done))
            .map(|(index, _)| index)
            .collect();
        if done.is_empty() {
            return;
        }
        let Ok(site) = self.site(tenant) else { return };
        self.options.observer.notice(&Event::Verifying { tenant });
        match self.read_back(site, &done).await {
            Ok(after) => self.judge(&done, &after),
            Err(why) => {
                for index in done {
                    self.end(index, not_read_back(&why));
                }
            }
        }
    }

    async fn read_back(&self, site: Site<'_>, done: &[usize]) -> Result<After, Failure> {
        let admin = site.admin;
        let steps: Vec<&Step> = done.iter().map(|index| &self.plan.steps[*index]).collect();
        let mut after = Snapshot { users: Vec::new(), index: std::sync::OnceLock::new(), ..site.snapshot.clone() };
        let has = |kind: &str| steps.iter().any(|step| step.subject.kind() == kind);
        if has("role") {
            after.roles = admin.roles().try_collect().await?;
        }
        if has("group") {
            after.groups = admin.groups().try_collect().await?;
        }
        let keys: BTreeMap<String, UserKey> = steps
            .iter()
            .filter_map(|step| match &step.subject {
                Subject::User(user) => self.user_key(site.snapshot, user),
                _ => None,
            })
            .map(|key| (key.to_string(), key))
            .collect();
        let mut unread = HashMap::new();
        if keys.len() > ONE_BY_ONE {
            after.users = admin.users().try_collect().await?;
            let (users, _) = untold(&steps, &after);
            after.complete(admin, &users, &[], self.directory.limits_now().people).await;
            // One that could not be read alone is still as the list tells.
        } else {
            let reads = keys.values().map(|key| async move { (key, admin.user(key).await) });
            let read: Vec<_> = stream::iter(reads.collect::<Vec<_>>())
                .buffer_unordered(self.directory.limits_now().people.max(1))
                .collect()
                .await;
            for (key, result) in read {
                match result {
                    Ok(user) => after.users.push(user),
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => {
                        unread.insert(key.clone(), Failure::from(error));
                    }
                }
            }
        }
        let (_, roles) = untold(&steps, &after);
        after.complete(admin, &[], &roles, 1).await;
        Ok(After { snapshot: after, unread })
    }

    fn judge(&self, done: &[usize], after: &After) {
        // Who is enabled or disabled by a step of its own is not judged by the step before it.
        let decided: BTreeSet<String> = self
            .plan
            .steps
            .iter()
            .filter(|step| step.tenant == after.snapshot.tenant && matches!(step.change, Change::SetEnabled(_)))
            .map(|step| normalized(step.subject.name()))
            .collect();
        let leaving: BTreeSet<String> = self
            .plan
            .steps
            .iter()
            .filter(|step| step.tenant == after.snapshot.tenant && matches!(step.change, Change::DeleteUser { .. }))
            .map(|step| normalized(step.subject.name()))
            .collect();
        for index in done {
            let step = &self.plan.steps[*index];
            let name = normalized(step.subject.name());
            let gone_since = leaving.contains(&name) && !matches!(step.change, Change::DeleteUser { .. });
            let outcome = match self.seen(step, after, decided.contains(&name)) {
                Seen::So => continue,
                Seen::NotThere if gone_since => continue,
                Seen::NotThere => missing(step),
                Seen::Otherwise(outcome) => outcome,
            };
            self.end(*index, outcome);
        }
    }

    fn seen(&self, step: &Step, after: &After, enabled_later: bool) -> Seen {
        let snapshot = &after.snapshot;
        let of = |holds: Holds| match holds {
            Holds::Yes => Seen::So,
            Holds::No(difference) => Seen::Otherwise(difference.into()),
            Holds::Untold(field) => {
                let why = format!("the product does not tell: {}", field.replace('_', " "));
                Seen::Otherwise(Outcome::DoneUnseen { why })
            }
        };
        match &step.subject {
            Subject::User(named) => {
                let Some(key) = self.user_key(snapshot, named) else { return Seen::NotThere };
                if let Some(why) = after.unread.get(&key) {
                    return Seen::Otherwise(not_read_back(why));
                }
                match (snapshot.user(&key), &step.change) {
                    (None, Change::DeleteUser { .. }) => Seen::So,
                    (Some(_), Change::DeleteUser { .. }) => Seen::Otherwise(still_there()),
                    (None, _) => Seen::NotThere,
                    (Some(user), change) => of(holds::user(change, user, snapshot, enabled_later)),
                }
            }
            Subject::Role(Named { key, name }) => {
                let role = match key {
                    Some(key) => snapshot.role(key),
                    None => snapshot.roles.iter().find(|role| role.name.value() == Some(name)),
                };
                match (role, &step.change) {
                    (None, Change::DeleteRole) => Seen::So,
                    (Some(_), Change::DeleteRole) => Seen::Otherwise(still_there()),
                    (None, _) => Seen::NotThere,
                    (Some(role), change) => of(holds::role(change, role)),
                }
            }
            Subject::Group(Named { key, name }) => {
                let group = match key {
                    Some(key) => snapshot.group(key),
                    None => snapshot.groups.iter().find(|group| group.name.value() == Some(name)),
                };
                match (group, &step.change) {
                    (None, Change::DeleteGroup { .. }) | (Some(_), Change::CreateGroup) => Seen::So,
                    (Some(_), _) => Seen::Otherwise(still_there()),
                    (None, _) => Seen::NotThere,
                }
            }
        }
    }
}

/// What is there after the steps.
struct After {
    snapshot: Snapshot,
    unread: HashMap<UserKey, Failure>,
}

/// What reading back says of a step.
enum Seen {
    So,
    NotThere,
    Otherwise(Outcome),
}

/// The server said that it did it, and whether it has is not seen.
fn not_read_back(why: &Failure) -> Outcome {
    let message = format!("it was made, and could not be read back: {why}");
    Outcome::Unknown { why: Failure { message, may_have_acted: true, ..why.clone() } }
}

fn missing(step: &Step) -> Outcome {
    let kind = step.subject.kind();
    Outcome::NotApplied { field: kind.to_owned(), wanted: "there".to_owned(), got: "not there".to_owned() }
}

fn still_there() -> Outcome {
    Outcome::NotApplied { field: "deletion".to_owned(), wanted: "gone".to_owned(), got: "still there".to_owned() }
}
