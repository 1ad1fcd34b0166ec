//! A run that is killed and started again comes to the same end as one that was left alone, and nothing is sent twice.
//!
//! Killed right before and right after every write, and at the last request of all: the server has no other states in between, nor has
//! the journal.

mod cut;
mod mortal;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tenable_api::admin::{Ability, Admin, NewRole};
use tenable_directory::plan::{Change, Plan, Subject};
use tenable_directory::wish::{GroupWish, Presence, RoleWish, SignInWish, UserWish, Wish};
use tenable_directory::{Apply, Clock, Directory, Earlier, Event, Journal, Observer, Outcome, Report, Snapshot, Stop};
use tenable_emulator::journal::JournalEntry;

use self::mortal::{Death, Fuse, Passed, mortal};
use super::{World, good_plan, told};

fn role(name: &str, permissions: &[&str]) -> RoleWish {
    let mut role = RoleWish::new(name);
    role.description = Some(format!("For {name}"));
    role.permissions = Some(permissions.iter().map(|&word| word.to_owned()).collect());
    role
}

fn permissions(tenant: &str) -> [&'static str; 2] {
    match tenant {
        "ie" => ["dashboard:read", "widget:read"],
        "sc" => ["permCreateTickets", "permScan:policy"],
        _ => ["VM.VM_EXPLORE.READ", "VM.VM_SCAN.READ"],
    }
}

/// Roles and groups to change and to delete, beside the people of the seed data.
async fn prepare(admin: &dyn Admin, tenant: &str) {
    let [some, _] = permissions(tenant);
    for name in ["Old role", "Worn role"] {
        admin.create_role(&NewRole::new(name).description(format!("For {name}")).permissions([some])).await.unwrap();
    }
    if admin.capabilities().can(Ability::CreateGroup) {
        admin.create_group("Old group").await.unwrap();
    }
}

fn user(name: &str, set: impl FnOnce(&mut UserWish)) -> UserWish {
    let mut user = UserWish::new(if name.contains('@') { name.to_owned() } else { format!("{name}@example.com") });
    user.user_name = Some(name.to_owned());
    set(&mut user);
    user
}

#[expect(clippy::unnecessary_wraps, reason = "as the fields of a wish hold it")]
fn names<const N: usize>(names: [&str; N]) -> Option<Vec<String>> {
    Some(names.map(str::to_owned).into())
}

/// Every kind of change that the product knows.
fn after(snapshot: &Snapshot) -> Wish {
    let tenant = snapshot.tenant.as_str();
    let mut wish = Wish::default();
    let [some, more] = permissions(tenant);
    let mut old_role = RoleWish::new("Old role");
    old_role.presence = Presence::Absent { successor: None };
    let mut worn = role("Worn role", &[some, more]);
    worn.description = Some("For other things".to_owned());
    wish.roles.extend([role("Reader", &[some, more]), worn, old_role]);
    if tenant != "ie" {
        let mut old_group = GroupWish::new("Old group");
        old_group.presence = Presence::Absent { successor: None };
        wish.groups.extend([GroupWish::new("Night shift"), old_group]);
    }
    let gone = |successor: Option<&str>| Presence::Absent { successor: successor.map(str::to_owned) };
    wish.users = match tenant {
        "ie" => vec![
            user("ann@example.com", |ann| {
                ann.full_name = Some("Ann Lee".to_owned());
                ann.roles = names(["Reader", "User"]);
            }),
            user("bo@example.com", |bo| bo.enabled = Some(false)),
            user("cy@example.com", |cy| cy.roles = names([])),
            user("robin.active@example.com", |robin| {
                robin.full_name = Some("Robin Brown".to_owned());
                robin.roles = names(["Reader"]);
            }),
            user("kim.locked@example.com", |kim| kim.enabled = Some(false)),
            {
                let mut noor = UserWish::new("noor.directory@example.com");
                noor.email = Some("noor.d@example.com".to_owned());
                noor
            },
            user("sasha.inactive@example.com", |sasha| {
                sasha.roles = names([]);
                sasha.presence = gone(None);
            }),
        ],
        "sc" => vec![
            user("ann", |ann| {
                ann.full_name = Some("Ann Lee".to_owned());
                ann.roles = names(["Reader"]);
                ann.groups = names(["Night shift"]);
            }),
            user("bo", |bo| {
                bo.enabled = Some(false);
                bo.roles = names(["Executive"]);
                bo.groups = names(["Analysts"]);
            }),
            user("blake.viewer", |blake| {
                blake.full_name = Some("Blake Brown".to_owned());
                blake.roles = names(["Reader"]);
                blake.groups = names(["Night shift"]);
            }),
            user("casey.auditor", |casey| casey.enabled = Some(false)),
            user("emery.locked", |emery| emery.enabled = Some(true)),
            user("avery.analyst", |avery| {
                avery.enabled = Some(false);
                avery.roles = names(["No Role"]);
                avery.presence = gone(Some("north.deputy"));
            }),
        ],
        _ => vec![
            user("ann@example.com", |ann| {
                ann.full_name = Some("Ann Lee".to_owned());
                ann.roles = names(["Reader"]);
                ann.groups = names(["Night shift", "Operations"]);
                ann.sign_in = SignInWish::default();
                ann.sign_in.api_keys = Some(false);
            }),
            user("bo@example.com", |bo| {
                bo.enabled = Some(false);
                bo.roles = names(["Standard"]);
            }),
            user("auditor@example.com", |auditor| {
                auditor.full_name = Some("Jo Brown".to_owned());
                auditor.roles = names(["Reader"]);
                auditor.groups = names(["Night shift"]);
            }),
            user("scan.operator@example.com", |sam| {
                sam.replace_keys = true;
                sam.sign_in = SignInWish::CLOSED;
                sam.roles = names(["Basic"]);
                sam.enabled = Some(false);
            }),
            user("barred@example.com", |barred| {
                barred.roles = names(["Basic"]);
                barred.groups = names([]);
                barred.enabled = Some(false);
                barred.presence = gone(Some("robin.admin@example.com"));
            }),
        ],
    };
    wish
}

/// Everybody and everything by name: all that does not come from a clock or a number generator.
async fn facts(admin: &dyn Admin) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let roles: Vec<_> = admin.roles().try_collect().await.unwrap();
    let groups: Vec<_> = if admin.capabilities().can(Ability::ListGroups) {
        admin.groups().try_collect().await.unwrap()
    } else {
        Vec::new()
    };
    for role in &roles {
        let mut words = role.permissions.value().cloned().unwrap_or_default();
        words.sort();
        let twin = facts.insert(format!("role {:?}", role.name), format!("{:?} {words:?}", role.description));
        assert_eq!(twin, None);
    }
    for group in &groups {
        assert_eq!(facts.insert(format!("group {:?}", group.name), String::new()), None);
    }
    let users: Vec<_> = admin.users().try_collect().await.unwrap();
    for user in users {
        let user = admin.user(&user.key).await.unwrap();
        let own_roles = user.roles.value().into_iter().flatten();
        let own_roles: BTreeSet<_> = own_roles
            .map(|own| &roles.iter().find(|role| role.key == own.key).unwrap_or_else(|| panic!("{own:?}")).name)
            .map(|name| name.value().unwrap())
            .collect();
        let own_groups = user.groups.value().into_iter().flatten();
        let own_groups: BTreeSet<_> = own_groups
            .filter_map(|own| groups.iter().find(|group| group.key == own.key))
            .map(|group| group.name.value().unwrap())
            .collect();
        let what = format!(
            "{:?} {:?} {:?} {own_roles:?} {own_groups:?} {:?}",
            user.full_name, user.email, user.enabled, user.sign_in
        );
        assert_eq!(facts.insert(format!("user {}", user.user_name.value().unwrap()), what), None);
    }
    facts
}

/// A request that changed something, with who is made by it and without what numbers and UUIDs name.
fn lines(entry: &JournalEntry) -> Vec<String> {
    let is_id = |part: &str| !part.is_empty() && (part.bytes().all(|byte| byte.is_ascii_digit()) || part.len() == 36);
    let path: Vec<&str> = entry.path.split('/').map(|part| if is_id(part) { "_" } else { part }).collect();
    let line = format!("{} {}", entry.method, path.join("/"));
    let name = |body: &Value| {
        let field = ["username", "email", "name"].into_iter().find_map(|field| body.get(field)?.as_str());
        format!("{line} {}", field.unwrap_or_default())
    };
    match &entry.body {
        Some(Value::Array(bodies)) => bodies.iter().map(name).collect(),
        Some(body) if entry.method == "POST" => vec![name(body)],
        Some(body) if entry.method == "DELETE" => vec![format!("{line} {:?}", body.as_object().unwrap().keys())],
        _ => vec![format!("{line} {}", entry.query.as_deref().unwrap_or_default())],
    }
}

/// How often each change was made.
fn counted<'a>(entries: impl IntoIterator<Item = &'a JournalEntry>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in entries.into_iter().flat_map(lines) {
        *counts.entry(line).or_insert(0) += 1;
    }
    counts
}

fn has_worked(entry: &JournalEntry) -> bool {
    entry.status.is_some_and(|status| status < 300)
}

const REPLACE_KEYS: &str = "PUT /users/_/keys ";
/// In Identity Exposure.
const CHANGE_ROLE: &str = "PATCH /api/roles/_ ";

/// A tenant before the run, and the plan of the run.
struct Scene {
    world: World,
    tenant: &'static str,
    plan: Plan,
    mark: [usize; 3],
}

impl Scene {
    async fn new(tenant: &'static str) -> Self {
        let world = World::new();
        let directory = mortal(&world, tenant, &Fuse::new(Death::Never));
        prepare(directory.tenants()[0].admin().unwrap().as_ref(), tenant).await;
        let plan = good_plan(&directory, after).await;
        let mark = world.mark();
        Self { world, tenant, plan, mark }
    }

    fn directory(&self) -> Directory {
        mortal(&self.world, self.tenant, &Fuse::new(Death::Never))
    }

    async fn facts(&self) -> BTreeMap<String, String> {
        facts(self.directory().tenants()[0].admin().unwrap().as_ref()).await
    }

    /// How often each change was made, none of which was refused.
    fn changes(&self) -> BTreeMap<String, usize> {
        let writes = self.world.writes_since(self.mark);
        counted(writes.iter().map(|(_, entry)| entry).inspect(|entry| assert!(has_worked(entry), "{entry:?}")))
    }

    /// How often each change was made.
    fn changes_that_worked(&self) -> BTreeMap<String, usize> {
        let writes = self.world.writes_since(self.mark);
        counted(writes.iter().map(|(_, entry)| entry).filter(|entry| has_worked(entry)))
    }

    /// Runs until the fuse blows; a report when it does not.
    async fn run(&self, fuse: &Arc<Fuse>, options: &Apply<'_>) -> Option<Report> {
        let directory = mortal(&self.world, self.tenant, fuse);
        tokio::select! {
            biased;
            report = directory.apply(&self.plan, options) => Some(report.unwrap()),
            () = fuse.blown.notified() => None,
        }
    }

    fn journal(&self, path: &Path) -> Journal {
        Journal::open(path, &self.plan, Clock::fixed(1_800_000_000)).unwrap()
    }
}

/// How a run that is left alone begins and ends.
struct Clean {
    facts_before: BTreeMap<String, String>,
    facts: BTreeMap<String, String>,
    changes: BTreeMap<String, usize>,
    passed: Passed,
}

impl Clean {
    async fn new(tenant: &'static str) -> Self {
        let scene = Scene::new(tenant).await;
        let facts_before = scene.facts().await;
        let fuse = Fuse::new(Death::Never);
        let report = scene.run(&fuse, &Apply::new()).await.expect("it is left alone");
        assert!(report.is_complete(), "{}", told(&report));
        assert!(report.steps.iter().all(|ended| ended.outcome != Outcome::Already || made_with(&ended.step.subject)));
        let (facts, changes) = (scene.facts().await, scene.changes());
        Self { facts_before, facts, changes, passed: fuse.passed() }
    }
}

/// Accounts that the plan makes may have what it asks for from the beginning.
fn made_with(subject: &Subject) -> bool {
    matches!(subject, Subject::User(user) if user.key.is_none())
}

/// How the work goes on after the kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    /// The same plan, and nothing was written down.
    SamePlan,
    /// The same plan, with its journal.
    WithJournal,
    /// The same wish, planned anew.
    PlannedAnew,
}

async fn killed_everywhere(tenant: &'static str, again: Again) {
    let clean = Clean::new(tenant).await;
    let Passed { requests, writes, .. } = &clean.passed;
    let before = writes.iter().copied().chain([requests - 1]).map(Death::BeforeRequest);
    // Without a journal, before a write is after the last one.
    let before = before.enumerate().filter(|(place, _)| again == Again::WithJournal || *place == 0);
    let after = (0..writes.len()).map(Death::AfterWrite);
    for death in before.map(|(_, death)| death).chain(after) {
        let context = format!("{tenant}, {again:?}, {death:?}");
        killed_once(&clean, tenant, again, &Fuse::new(death), &context).await;
    }
}

async fn killed_once(clean: &Clean, tenant: &'static str, again: Again, fuse: &Arc<Fuse>, context: &str) {
    let scene = Scene::new(tenant).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = (again == Again::WithJournal).then(|| scene.journal(&path));
    let options = journal.as_ref().map_or_else(Apply::new, |journal| Apply::new().journal(journal));
    assert!(scene.run(fuse, &options).await.is_none(), "{context}: the program did not die");
    let mut keys_again = 1;
    match again {
        Again::SamePlan => complete(&scene, &Apply::new(), context).await,
        Again::WithJournal => {
            let journal = scene.journal(&path);
            says_what_was_done(&scene, journal.earlier(), &clean.facts_before, context).await;
            // What the journal does not say to be done is done again: keys tell nothing.
            let replaces = |index: &usize| scene.plan.steps[*index].change == Change::ReplaceKeys;
            keys_again = usize::from(journal.earlier().begun.iter().any(replaces));
            complete(&scene, &Apply::new().journal(&journal), context).await;
        }
        Again::PlannedAnew => {
            let directory = scene.directory();
            let plan = good_plan(&directory, after).await;
            let report = directory.apply(&plan, &Apply::new()).await.unwrap();
            assert!(report.is_complete(), "{context}\n{}", told(&report));
        }
    }
    assert_eq!(scene.facts().await, clean.facts, "{context}");
    let mut changes = scene.changes();
    if let Some(times) = changes.get_mut(REPLACE_KEYS) {
        assert!((1..=1 + keys_again).contains(times), "{context}: keys were replaced {times} times");
        *times = 1;
    }
    if let Some(times) = changes.get_mut(CHANGE_ROLE) {
        // What a role allows is another call, and after the first of the two the whole change is made again.
        assert!((1..=2).contains(times), "{context}: the role was changed {times} times");
        *times = 1;
    }
    assert_eq!(changes, clean.changes, "{context}");
}

async fn complete(scene: &Scene, options: &Apply<'_>, context: &str) {
    let report = scene.directory().apply(&scene.plan, options).await;
    let report = report.unwrap_or_else(|problems| panic!("{context}\n{problems}"));
    assert!(report.is_complete(), "{context}\n{}", told(&report));
}

/// Of everything that is otherwise than before the run, the journal says that it was begun.
async fn says_what_was_done(scene: &Scene, earlier: &Earlier, before: &BTreeMap<String, String>, context: &str) {
    assert!(earlier.begun.is_disjoint(&earlier.done), "{context}: {earlier:?}");
    let steps = earlier.begun.union(&earlier.done).map(|index| &scene.plan.steps[*index]);
    let begun: BTreeSet<String> = steps
        .clone()
        .flat_map(|step| {
            let renamed = match &step.change {
                Change::ChangeUser { user_name: Some(edit), .. } => Some(format!("user {}", edit.to)),
                _ => None,
            };
            let subject = match &step.subject {
                Subject::User(user) => format!("user {}", user.name),
                Subject::Role(role) => format!("role Value({:?})", role.name),
                Subject::Group(group) => format!("group Value({:?})", group.name),
                other => panic!("{other:?}"),
            };
            renamed.into_iter().chain([subject])
        })
        .collect();
    let now = scene.facts().await;
    for subject in before.keys().chain(now.keys()).filter(|subject| before.get(*subject) != now.get(*subject)) {
        assert!(begun.contains(subject), "{context}: {subject} is otherwise and not begun; begun: {begun:?}");
    }
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(test);
}

macro_rules! killed_everywhere {
    ($($name:ident: $tenant:literal, $again:ident;)*) => {
        $(
            #[test]
            fn $name() {
                run(killed_everywhere($tenant, Again::$again));
            }
        )*
    };
}

killed_everywhere! {
    identity_exposure_goes_on_with_the_same_plan: "ie", SamePlan;
    identity_exposure_goes_on_by_its_journal: "ie", WithJournal;
    identity_exposure_goes_on_planned_anew: "ie", PlannedAnew;
    security_center_goes_on_with_the_same_plan: "sc", SamePlan;
    security_center_goes_on_by_its_journal: "sc", WithJournal;
    security_center_goes_on_planned_anew: "sc", PlannedAnew;
    vulnerability_management_goes_on_with_the_same_plan: "vm", SamePlan;
    vulnerability_management_goes_on_by_its_journal: "vm", WithJournal;
    vulnerability_management_goes_on_planned_anew: "vm", PlannedAnew;
}

/// Says stop when so many steps have ended.
struct Stopping {
    left: Mutex<usize>,
    stop: Stop,
    begun: Mutex<usize>,
}

impl Observer for Stopping {
    fn notice(&self, event: &Event<'_>) {
        match event {
            Event::Begun { .. } => {
                assert!(!self.stop.is_stopped(), "nothing begins after the stop");
                *self.begun.lock().unwrap() += 1;
            }
            Event::Ended { outcome: Outcome::Done, .. } => {
                let mut left = self.left.lock().unwrap();
                match *left {
                    0 => self.stop.stop(),
                    _ => *left -= 1,
                }
            }
            _ => {}
        }
    }
}

#[test]
fn stopped_at_every_step_it_finishes_what_has_begun_and_goes_on_later() {
    for tenant in super::TENANTS {
        run(stopped_everywhere(tenant));
    }
}

async fn stopped_everywhere(tenant: &'static str) {
    let clean = Clean::new(tenant).await;
    for after in 0..Scene::new(tenant).await.plan.steps.len() {
        let context = format!("{tenant}, stopped after step {after}");
        let scene = Scene::new(tenant).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let observer = Stopping { left: Mutex::new(after), stop: Stop::default(), begun: Mutex::default() };
        let journal = scene.journal(&path);
        let options = Apply::new().journal(&journal).observer(&observer).stop(observer.stop.clone());
        let report = scene.directory().apply(&scene.plan, &options).await.unwrap();
        let stopped = report.count(|outcome| *outcome == Outcome::Stopped);
        let succeeded = report.count(Outcome::is_success);
        assert_eq!(stopped + succeeded, report.steps.len(), "{context}\n{}", told(&report));
        assert_eq!(
            observer.begun.into_inner().unwrap(),
            report.count(|outcome| { matches!(outcome, Outcome::Done | Outcome::DoneUnseen { .. }) })
        );
        let journal = scene.journal(&path);
        assert_eq!(journal.earlier().begun, BTreeSet::new(), "{context}: all that has begun has ended");
        let done = report.steps.iter().enumerate().filter(|(_, ended)| ended.outcome.is_success());
        assert_eq!(journal.earlier().done, done.map(|(index, _)| index).collect(), "{context}");
        complete(&scene, &Apply::new().journal(&journal), &context).await;
        assert_eq!(scene.facts().await, clean.facts, "{context}");
        assert_eq!(scene.changes(), clean.changes, "{context}");
    }
}
