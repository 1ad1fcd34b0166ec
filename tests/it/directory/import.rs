//! Rows become people: each with its result, none twice, whatever happens in between.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use tenable_directory::import::{ColumnMap, Existing, Import, Options, Prepared, RowOutcome, RowResult, Table};
use tenable_directory::{Apply, Clock, Directory, Journal, RandomPasswords, Snapshot, Stop, Tenant};
use tenable_emulator::faults::{Fault, RetryAfter};
use tenable_emulator::vulnerability_management as emulated_management;
use tenable_model::shared::User;
use tenable_tests::CoreTransport;
use tenable_transport::{SharedTransport, Transport, TransportError};
use tokio::time::Instant;

use super::{TENANTS, World, told};

const PASSWORD: &str = "Violet-Harbor-42";

fn import(csv: &str, change: impl Fn(&mut Options)) -> Import {
    let mut options = Options::default();
    options.all_tenants = true;
    change(&mut options);
    let table = Table::csv(csv.as_bytes(), Some("p.csv".as_ref())).unwrap();
    Import::new(table, &ColumnMap::default(), options).unwrap()
}

async fn prepared(import: &Import, directory: &Directory) -> Prepared {
    let prepared = import.plan(directory, &(), &Stop::default()).await;
    assert_eq!(prepared.failed_tenants(), []);
    prepared
}

/// Plans and applies, all of which succeeds.
async fn carry_out(import: &Import, directory: &Directory) -> Vec<RowResult> {
    let prepared = prepared(import, directory).await;
    let plan = prepared.plan().unwrap_or_else(|problems| panic!("{problems}"));
    let report = directory.apply(plan, &Apply::new().passwords(&prepared.passwords(RandomPasswords))).await.unwrap();
    assert!(report.is_complete(), "{}", told(&report));
    prepared.results(&report, None)
}

fn lines(results: &[RowResult]) -> Vec<String> {
    results.iter().map(ToString::to_string).collect()
}

fn only<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a User> {
    let found: Vec<&User> = snapshot.users_named(name).collect();
    assert!(found.len() < 2, "{name} is there {} times", found.len());
    found.first().copied()
}

/// Rows that are for one tenant each.
const MIXED: &str = "email,login,name,role,group,active,password,tenant\n\
    new@example.com,new,New One,Executive,Analysts,yes,Violet-Harbor-42,sc\n\
    new@example.com,,New One,User;Auditor,,no,Violet-Harbor-42,ie\n\
    new@example.com,,New One,Standard,,no,Violet-Harbor-42,vm\n\
    there@example.com,,There Already,User,,,,ie\n\
    there@example.com,,Another Name,User,,no,,vm\n\
    lost@example.com,,Lost,User,,,,ie\n\
    lost@example.com,,Lost,Standard,,,weak-password,vm\n\
    bad.example.com,,Bad,,,,,ie\n";

#[tokio::test(start_paused = true)]
async fn each_row_ends_with_its_own_result() {
    let world = World::new();
    let directory = world.directory();
    let there = "email,name,role,tenant\n\
        there@example.com,There Already,User,ie\n\
        there@example.com,There Already,Basic,vm\n";
    let before = carry_out(&import(there, |_| {}), &directory).await;
    assert!(before.iter().all(|row| row.result == RowOutcome::Created), "{:?}", lines(&before));

    let strict = prepared(&import(MIXED, |_| {}), &directory).await;
    let mark = world.mark();
    let problems = strict.plan().unwrap_err();
    let places: Vec<usize> = problems.all().iter().map(|problem| problem.place.as_ref().unwrap().line).collect();
    assert_eq!(places, [6, 8, 8, 9], "{problems}");
    assert_eq!(world.writes_since(mark), []);

    let skipping =
        import(&MIXED.replace("Another Name,User,", "Another Name,Standard,"), |options| options.skip_bad_rows = true);
    let prepared = prepared(&skipping, &directory).await;
    let plan = prepared.plan().unwrap_or_else(|problems| panic!("{problems}"));
    let report = directory.apply(plan, &Apply::new().passwords(&prepared.passwords(RandomPasswords))).await.unwrap();
    let results = prepared.results(&report, None);
    let told = lines(&results);
    assert_eq!(told[0], "p.csv:2: sc: new@example.com: created");
    assert_eq!(told[1], "p.csv:3: ie: new@example.com: created");
    assert_eq!(told[2], "p.csv:4: vm: new@example.com: created");
    assert_eq!(told[3], "p.csv:5: ie: there@example.com: unchanged");
    assert_eq!(told[4], "p.csv:6: vm: there@example.com: changed: name, roles, enabled");
    assert_eq!(told[5], "p.csv:7: ie: lost@example.com: created");
    assert!(told[6].starts_with("p.csv:8: vm: lost@example.com: refused: password: "), "{}", told[6]);
    assert!(told[7].starts_with("p.csv:9: ie: bad.example.com: refused: email: "), "{}", told[7]);
    assert!(!told.concat().contains("weak-password"));

    let after = directory.read(&(), &Stop::default()).await;
    let [ie, sc, vm] = TENANTS.map(|tenant| after.snapshot(tenant).unwrap());
    assert!(only(vm, "lost@example.com").is_none() && only(ie, "bad.example.com").is_none());
    for (snapshot, name) in [(ie, "new@example.com"), (vm, "new@example.com"), (vm, "there@example.com")] {
        assert_eq!(only(snapshot, name).unwrap().enabled.value(), Some(&false), "{name}");
    }
    let new = only(sc, "new").unwrap();
    assert_eq!((new.email.value().unwrap().as_str(), new.enabled.value()), ("new@example.com", Some(&true)));
    assert_eq!(roles(ie, only(ie, "new@example.com").unwrap()), ["Auditor", "User"]);
}

fn roles(snapshot: &Snapshot, user: &User) -> Vec<String> {
    let mut names: Vec<String> = user.roles.value().unwrap().iter().map(|role| snapshot.role_name(&role.key)).collect();
    names.sort();
    names
}

#[tokio::test(start_paused = true)]
async fn a_row_that_is_half_done_says_so_and_is_finished_by_the_next_run() {
    let world = World::new();
    let directory = world.directory();
    let rows = import("email,role,tenant\nzz@example.com,Standard,vm\n", |_| {});
    let first = prepared(&rows, &directory).await;
    world.fault("vm", Fault::swallowed().method("PUT").path("/access-control/v1/users/*/roles"));
    let report = directory.apply(first.plan().unwrap(), &Apply::new()).await.unwrap();
    let told = lines(&first.results(&report, None));
    let why = "not applied: roles should be [\"Standard\"] and is [\"Basic\"]";
    assert_eq!(told, [format!("p.csv:2: vm: zz@example.com: created, but refused: {why}")]);
    let again = carry_out(&rows, &directory).await;
    assert_eq!(lines(&again), ["p.csv:2: vm: zz@example.com: changed: roles"]);
    let last = carry_out(&rows, &directory).await;
    assert_eq!(lines(&last), ["p.csv:2: vm: zz@example.com: unchanged"]);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_the_server_refuses_says_why_and_stops_no_other() {
    let world = World::new();
    let directory = world.directory();
    let rows = import("email,tenant\nzz1@example.com,vm\nzz2@example.com,vm\nzz3@example.com,vm\n", |_| {});
    let prepared = prepared(&rows, &directory).await;
    world.fault("vm", Fault::database_locked().method("POST").path("/users"));
    let report = directory.apply(prepared.plan().unwrap(), &Apply::new()).await.unwrap();
    let results = prepared.results(&report, None);
    let refused: Vec<&RowResult> = results.iter().filter(|row| row.result != RowOutcome::Created).collect();
    assert!(matches!(refused[..], [RowResult { result: RowOutcome::Refused { .. }, .. }]), "{:?}", lines(&results));
}

#[tokio::test(start_paused = true)]
async fn the_password_of_a_row_lets_its_person_in() {
    let world = World::new();
    let rows = format!("email,password,tenant\nnew@example.com,{PASSWORD},ie\nother@example.com,,ie\n");
    carry_out(&import(&rows, |_| {}), &world.directory()).await;
    let lets_in = |email: &str| {
        let body = json!({"email": email, "password": PASSWORD}).to_string();
        let request = Request::post("/api/login").header("content-type", "application/json");
        world.ie.core.handle(request.body(Bytes::from(body)).unwrap()).response.status().is_success()
    };
    assert!(lets_in("new@example.com"));
    assert!(!lets_in("other@example.com"), "it has a random one");
}

/// Rows for people who are not there, in no group.
fn many(count: usize) -> String {
    let rows = (0..count).map(|row| format!("zz{row}@example.com,Person {row},\n"));
    std::iter::once("email,name,role\n".to_owned()).chain(rows).collect()
}

#[tokio::test(start_paused = true)]
async fn identity_exposure_takes_rows_in_array_calls() {
    let world = World::new();
    let directory = world.directory();
    let rows = many(250).replace("email,name,role", "email,name,tenant").replace(",\n", ",ie\n");
    let mark = world.mark();
    let results = carry_out(&import(&rows, |_| {}), &directory).await;
    assert!(results.iter().all(|row| row.result == RowOutcome::Created));
    let calls: Vec<usize> = world
        .writes_since(mark)
        .iter()
        .map(|(tenant, entry)| {
            assert_eq!((*tenant, entry.method.as_str(), entry.path.as_str()), ("ie", "POST", "/api/users"));
            entry.body.as_ref().and_then(Value::as_array).expect("an array").len()
        })
        .collect();
    assert_eq!(calls, [100, 100, 50]);
}

/// A product that takes so many requests a second and refuses the others, as the emulator does with a fault.
#[derive(Debug)]
struct Limited {
    vm: CoreTransport<emulated_management::VulnerabilityManagement>,
    a_second: usize,
    taken: Mutex<VecDeque<Instant>>,
    refused: AtomicUsize,
}

#[derive(Clone, Debug)]
struct SharedLimited(Arc<Limited>);

#[async_trait]
impl Transport for SharedLimited {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let limited = &self.0;
        {
            let mut taken = limited.taken.lock().unwrap();
            let now = Instant::now();
            while taken.front().is_some_and(|then| now.duration_since(*then) >= Duration::from_secs(1)) {
                taken.pop_front();
            }
            if taken.len() < limited.a_second {
                taken.push_back(now);
            } else {
                limited.refused.fetch_add(1, Ordering::Relaxed);
                limited.vm.core.add_fault(Fault::too_many_requests(Some(RetryAfter::Seconds(1))));
            }
        }
        limited.vm.send(request).await
    }
}

/// Rows for people who are not there become each of them once.
async fn make_many(directory: &Directory, count: usize) {
    let before = directory.read(&(), &Stop::default()).await;
    let rows = import(&many(count), |_| {});
    let results = carry_out(&rows, directory).await;
    assert_eq!(results.len(), count);
    assert!(results.iter().all(|row| row.result == RowOutcome::Created));
    let after = directory.read(&(), &Stop::default()).await;
    for (before, after) in before.snapshots().zip(after.snapshots()) {
        assert_eq!(after.users.len(), before.users.len() + count);
        let names: BTreeSet<&str> = after.users.iter().map(|user| user.user_name.value().unwrap().as_str()).collect();
        assert_eq!(names.len(), after.users.len(), "nobody is there twice");
    }
    assert!(prepared(&rows, directory).await.plan().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_rows_under_a_rate_limit_make_nobody_twice() {
    let world = World::new();
    let limited = SharedLimited(Arc::new(Limited {
        vm: world.vm.clone(),
        a_second: 50,
        taken: Mutex::default(),
        refused: AtomicUsize::new(0),
    }));
    let keys = world.vm.core.api_keys_of(2_223_301).unwrap();
    let builder = world.vm.builder().transport(SharedTransport::new(limited.clone()));
    let vm = builder.api_key(keys.access_key, keys.secret_key).build().unwrap();
    make_many(&Directory::new([Tenant::new("vm", vm)]).unwrap(), 10_000).await;
    assert!(limited.0.refused.load(Ordering::Relaxed) > 0, "the limit was felt");
}

#[tokio::test(start_paused = true)]
async fn array_calls_under_a_rate_limit_and_with_lost_answers_make_nobody_twice() {
    let world = World::new();
    for skip in [1, 6] {
        let busy = Fault::too_many_requests(Some(RetryAfter::Seconds(2)));
        world.fault("ie", busy.method("POST").path("/api/users").skip(skip).times(2));
    }
    world.fault("ie", Fault::reset_after_commit().method("POST").path("/api/users").skip(3));
    world.fault("ie", Fault::reset_before_commit().method("POST").path("/api/users").skip(4));
    make_many(&Directory::new([Tenant::new("ie", world.ie.client())]).unwrap(), 500).await;
}

/// What is told of everybody whom the rows are about, without keys.
type Everybody = BTreeMap<(String, String), (String, Option<bool>, Vec<String>, Vec<String>)>;

async fn everybody(directory: &Directory) -> Everybody {
    let present = directory.read(&(), &Stop::default()).await;
    let mut everybody = Everybody::new();
    for snapshot in present.snapshots() {
        for user in &snapshot.users {
            let name = user.user_name.value().unwrap().clone();
            let full_name = user.full_name.value().cloned().unwrap_or_default();
            let groups = user.groups.value().into_iter().flatten();
            let mut groups: Vec<String> = groups.map(|group| snapshot.group_name(&group.key)).collect();
            groups.sort();
            let facts = (full_name, user.enabled.value().copied(), roles(snapshot, user), groups);
            let other = everybody.insert((snapshot.tenant.clone(), name.clone()), facts);
            assert!(other.is_none(), "{name} is there twice in {}", snapshot.tenant);
        }
    }
    everybody
}

/// A world in which every request takes 10 ms, with people who are there already.
async fn slow_world() -> (World, Directory) {
    let world = World::new();
    let directory = world.directory();
    let there = "email,name,role,group,tenant\n\
        zz1@example.com,Old Name,User,,ie\n\
        zz1@example.com,Old Name,Basic,,vm\n\
        zz1@example.com,Old Name,Executive,Analysts,sc\n";
    carry_out(&import(there, |_| {}), &directory).await;
    for tenant in TENANTS {
        world.fault(tenant, Fault::latency(Duration::from_millis(10)).always());
    }
    (world, directory)
}

fn rows_for_three() -> String {
    let of = |person: usize| {
        let active = if person == 2 { "no" } else { "yes" };
        let roles = [("User;Auditor", "", "ie"), ("Executive", "Analysts", "sc"), ("Standard", "", "vm")];
        roles.map(|(roles, group, tenant)| {
            format!("zz{person}@example.com,Person {person},{roles},{group},{active},{tenant}\n")
        })
    };
    let head = "email,name,role,group,active,tenant\n".to_owned();
    std::iter::once(head).chain((0..4).flat_map(of)).collect()
}

/// What one run without trouble leaves.
async fn clean_run(change: fn(&mut Options)) -> (Everybody, Vec<String>) {
    let (_world, directory) = slow_world().await;
    let results = carry_out(&import(&rows_for_three(), change), &directory).await;
    (everybody(&directory).await, lines(&results))
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_killed_is_gone_on_with_by_running_it_again() {
    let (clean, results) = clean_run(|_| {}).await;
    assert_eq!(results.iter().filter(|line| line.ends_with(": created")).count(), 9, "{results:?}");
    let import = import(&rows_for_three(), |_| {});
    let mut was_killed = 0;
    for kill in (5..400).step_by(10) {
        let (_world, directory) = slow_world().await;
        let first = prepared(&import, &directory).await;
        let options = Apply::new();
        let run = directory.apply(first.plan().unwrap(), &options);
        if tokio::time::timeout(Duration::from_millis(kill), run).await.is_ok() {
            break;
        }
        was_killed += 1;
        let again = carry_out(&import, &directory).await;
        assert!(again.iter().all(|row| row.result.is_success()), "{:?}", lines(&again));
        assert_eq!(everybody(&directory).await, clean, "killed after {kill} ms");
    }
    assert!(was_killed > 10, "{was_killed}");
}

/// With a record and a journal, the very plan is gone on with: who was half made is not taken for somebody who was there.
#[tokio::test(start_paused = true)]
async fn a_run_that_was_killed_is_gone_on_with_by_its_record() {
    fn keeping(options: &mut Options) {
        options.existing = Existing::Keep;
    }
    let (clean, results) = clean_run(keeping).await;
    let rows = rows_for_three();
    let mut was_killed = 0;
    for kill in (5..400).step_by(10) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (_world, directory) = slow_world().await;
        let record = {
            let first = prepared(&import(&rows, keeping), &directory).await;
            let journal = Journal::open(&path, first.plan().unwrap(), Clock::fixed(1_800_000_000)).unwrap();
            let options = Apply::new().journal(&journal);
            let run = directory.apply(first.plan().unwrap(), &options);
            if tokio::time::timeout(Duration::from_millis(kill), run).await.is_ok() {
                break;
            }
            first.to_json().unwrap()
        };
        was_killed += 1;
        let second = import(&rows, keeping).go_on(&directory, &record).unwrap();
        let journal = Journal::open(&path, second.plan().unwrap(), Clock::fixed(1_800_000_000)).unwrap();
        let options = Apply::new().journal(&journal);
        let report = directory.apply(second.plan().unwrap(), &options).await.unwrap();
        assert!(report.is_complete(), "killed after {kill} ms: {}", told(&report));
        assert_eq!(everybody(&directory).await, clean, "killed after {kill} ms");
        assert_eq!(lines(&second.results(&report, Some(journal.earlier()))), results, "killed after {kill} ms");
    }
    assert!(was_killed > 10, "{was_killed}");
}
