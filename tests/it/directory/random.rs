//! Over random states of the three products and random wishes: what is sent is what the plan says, and what is there afterwards is what
//! was wished for. The expectation is computed from the wish alone, apart from the engine.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tenable_directory::plan::{Change, Step};
use tenable_directory::wish::{GroupWish, Presence, RoleWish, SignInWish, UserWish, Wish};
use tenable_directory::{Outcome, Report, Snapshot, Stop, Unlisted};
use tenable_emulator::journal::JournalEntry;
use tenable_model::Known;

use super::{TENANTS, World, complete, good_plan};

const PEOPLE: usize = 5;

/// Somebody's account.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Account {
    full_name: String,
    enabled: bool,
    roles: BTreeSet<String>,
    groups: BTreeSet<String>,
    /// Of Vulnerability Management.
    api_keys: bool,
}

/// One tenant: custom roles with what they allow, groups, and the accounts of the people.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    roles: BTreeMap<String, Vec<String>>,
    groups: BTreeSet<String>,
    accounts: Vec<Option<Account>>,
}

type States = [State; 3];

fn permissions(tenant: &str) -> [Vec<String>; 2] {
    let words: [&[&str]; 2] = match tenant {
        "ie" => [&["dashboard:read"], &["dashboard:read", "widget:read"]],
        "sc" => [&["permCreateTickets"], &["permCreateTickets", "permScan:policy"]],
        _ => [&["VM.VM_SCAN.READ"], &["VM.VM_EXPLORE.READ", "VM.VM_SCAN.READ"]],
    };
    words.map(|words| words.iter().map(|&word| word.to_owned()).collect())
}

fn predefined(tenant: &str) -> [&'static str; 2] {
    match tenant {
        "ie" => ["User", "Auditor"],
        "sc" => ["Executive", "Vulnerability Analyst"],
        _ => ["Basic", "Standard"],
    }
}

prop_compose! {
    fn state(tenant: &'static str)(
        custom in prop::collection::vec(prop::option::of(0..2_usize), 2),
        groups in prop::collection::vec(any::<bool>(), 2),
        people in prop::collection::vec(
            prop::option::weighted(0.7, (0..3_usize, any::<bool>(), 0..4_usize, 0..4_usize, any::<bool>(), any::<bool>())),
            PEOPLE,
        ),
    ) -> State {
        let named = custom.iter().enumerate().filter_map(|(n, kind)| Some((format!("Zz role {n}"), (*kind)?)));
        let roles: BTreeMap<String, Vec<String>> =
            named.map(|(name, kind)| (name, permissions(tenant)[kind].clone())).collect();
        let mut groups: BTreeSet<String> = groups
            .iter()
            .enumerate()
            .filter(|(_, there)| **there && tenant != "ie")
            .map(|(n, _)| format!("Zz group {n}"))
            .collect();
        if tenant == "sc" {
            // Everybody is in one.
            groups.insert("Zz group 0".to_owned());
        }
        let all_roles: Vec<String> =
            predefined(tenant).into_iter().map(str::to_owned).chain(roles.keys().cloned()).collect();
        let all_groups: Vec<String> = groups.iter().cloned().collect();
        let accounts = people.into_iter().map(|person| {
            let (name, enabled, role, group, several, api_keys) = person?;
            let mut own = BTreeSet::from([all_roles[role % all_roles.len()].clone()]);
            if tenant == "ie" && several {
                own.insert(all_roles[0].clone());
            }
            let groups = match (tenant, all_groups.len()) {
                (_, 0) => BTreeSet::new(),
                ("vm", _) if several => all_groups.iter().cloned().collect(),
                ("vm", _) if group == 0 => BTreeSet::new(),
                (_, count) => BTreeSet::from([all_groups[group % count].clone()]),
            };
            Some(Account { full_name: format!("Ann Lee {name}"), enabled, roles: own, groups, api_keys })
        });
        State { roles, groups, accounts: accounts.collect() }
    }
}

fn states() -> impl Strategy<Value = States> {
    (state("ie"), state("sc"), state("vm")).prop_map(|(ie, sc, vm)| [ie, sc, vm])
}

fn of_tenant<'a>(states: &'a States, tenant: &str) -> &'a State {
    &states[TENANTS.iter().position(|name| *name == tenant).unwrap()]
}

fn address(person: usize) -> String {
    format!("zz{person}@example.com")
}

/// The whole state as a wish: what is not in it goes.
fn wish(states: &States, snapshot: &Snapshot) -> Wish {
    let state = of_tenant(states, &snapshot.tenant);
    let mut wish = Wish::default();
    for (name, permissions) in &state.roles {
        let mut role = RoleWish::new(name);
        role.permissions = Some(permissions.clone());
        role.description = Some(format!("{name} reads"));
        wish.roles.push(role);
    }
    wish.groups.extend(state.groups.iter().map(GroupWish::new));
    for (person, account) in state.accounts.iter().enumerate() {
        let mut user = UserWish::new(address(person));
        user.email = Some(address(person));
        user.user_name = (snapshot.tenant == "sc").then(|| format!("zz{person}"));
        let Some(account) = account else {
            user.presence = Presence::IfPresent;
            // In scope, and left out of the wish, for every other person; asked to be absent for the rest.
            if person % 2 == 0 {
                user.presence = Presence::Absent { successor: None };
                wish.users.push(user);
            }
            continue;
        };
        user.full_name = Some(account.full_name.clone());
        user.enabled = Some(account.enabled);
        user.roles = Some(account.roles.iter().cloned().collect());
        if snapshot.tenant != "ie" {
            user.groups = Some(account.groups.iter().cloned().collect());
        }
        if snapshot.tenant == "vm" {
            let mut ways = SignInWish::default();
            ways.api_keys = Some(account.api_keys);
            user.sign_in = ways;
        }
        wish.users.push(user);
    }
    wish.scope.people = vec!["zz*@example.com".to_owned()];
    wish.scope.unlisted = Unlisted::Delete { successor: None };
    wish.scope.roles = vec!["Zz *".to_owned()];
    wish.scope.groups = vec!["Zz *".to_owned()];
    wish
}

/// What is there, in the same form.
fn seen(snapshot: &Snapshot) -> State {
    let custom = snapshot.roles.iter().filter(|role| role.name.value().is_some_and(|name| name.starts_with("Zz ")));
    let roles = custom.map(|role| {
        let mut words = role.permissions.value().expect("they are told").clone();
        words.sort();
        (role.name.value().unwrap().clone(), words)
    });
    let groups = snapshot.groups.iter().filter_map(|group| group.name.value().cloned());
    let accounts = (0..PEOPLE).map(|person| {
        let users: Vec<_> = snapshot.users_named(&address(person)).collect();
        assert!(users.len() <= 1, "{users:?}");
        let user = users.first()?;
        let keys = user.roles.value().unwrap().iter().map(|role| snapshot.role_name(&role.key));
        let own_groups = user.groups.value().map_or(&[][..], Vec::as_slice).iter();
        let own_groups = own_groups.filter(|group| !snapshot.is_fixed(&group.key));
        Some(Account {
            full_name: user.full_name.value().unwrap().clone(),
            enabled: user.enabled == Known::Value(true),
            roles: keys.collect(),
            groups: own_groups.map(|group| snapshot.group_name(&group.key)).collect(),
            api_keys: user.sign_in.api_keys == Known::Value(true),
        })
    });
    State {
        roles: roles.collect(),
        groups: groups.filter(|name| name.starts_with("Zz ")).collect(),
        accounts: accounts.collect(),
    }
}

/// The requests that a step is made of.
fn requests(step: &Step) -> Vec<&'static str> {
    match (step.tenant.as_str(), &step.change) {
        ("ie", Change::CreateRole { .. }) => vec!["POST /api/roles", "PUT /api/roles/_/permissions"],
        ("ie", Change::ChangeRole { description, permissions }) => {
            let description = description.as_ref().map(|_| "PATCH /api/roles/_");
            let permissions = permissions.as_ref().map(|_| "PUT /api/roles/_/permissions");
            description.into_iter().chain(permissions).collect()
        }
        ("ie", Change::DeleteRole) => vec!["DELETE /api/roles/_"],
        ("ie", Change::CreateUser { .. }) => vec!["POST /api/users"],
        ("ie", Change::ChangeUser { .. } | Change::SetEnabled(_)) => vec!["PATCH /api/users/_"],
        ("ie", Change::SetRoles { .. }) => vec!["PUT /api/users/_/roles"],
        ("ie", Change::DeleteUser { .. }) => vec!["DELETE /api/users/_"],
        ("sc", Change::CreateRole { .. }) => vec!["POST /rest/role"],
        ("sc", Change::ChangeRole { .. }) => vec!["PATCH /rest/role/_"],
        ("sc", Change::DeleteRole) => vec!["DELETE /rest/role/_"],
        ("sc", Change::CreateGroup) => vec!["POST /rest/group"],
        ("sc", Change::DeleteGroup { .. }) => vec!["DELETE /rest/group/_"],
        ("sc", Change::CreateUser { .. }) => vec!["POST /rest/user"],
        ("sc", Change::DeleteUser { .. }) => vec!["DELETE /rest/user/_"],
        (
            "sc",
            Change::ChangeUser { .. } | Change::SetRoles { .. } | Change::JoinGroup { .. } | Change::SetEnabled(_),
        ) => {
            vec!["PATCH /rest/user/_"]
        }
        ("vm", Change::CreateRole { .. }) => vec!["POST /access-control/v1/roles"],
        ("vm", Change::ChangeRole { .. }) => vec!["PUT /access-control/v1/roles/_"],
        ("vm", Change::DeleteRole) => vec!["DELETE /access-control/v1/roles/_"],
        ("vm", Change::CreateGroup) => vec!["POST /groups"],
        ("vm", Change::DeleteGroup { .. }) => vec!["DELETE /groups/_"],
        ("vm", Change::CreateUser { .. }) => vec!["POST /users"],
        ("vm", Change::ChangeUser { .. }) => vec!["PUT /users/_"],
        ("vm", Change::SetSignIn { .. }) => vec!["PUT /users/_/authorizations"],
        ("vm", Change::SetRoles { .. }) => vec!["PUT /access-control/v1/users/_/roles"],
        ("vm", Change::JoinGroup { .. }) => vec!["POST /groups/_/users/_"],
        ("vm", Change::LeaveGroup { .. }) => vec!["DELETE /groups/_/users/_"],
        ("vm", Change::SetEnabled(_)) => vec!["PUT /users/_/enabled"],
        ("vm", Change::DeleteUser { .. }) => vec!["DELETE /users/_"],
        other => panic!("no product does {other:?}"),
    }
}

/// A request without what names one user, role or group. One that makes several users is as many.
fn request(entry: &JournalEntry) -> Vec<String> {
    let is_id = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()) || part.len() == 36;
    let path: Vec<&str> =
        entry.path.split('/').map(|part| if !part.is_empty() && is_id(part) { "_" } else { part }).collect();
    let line = format!("{} {}", entry.method, path.join("/"));
    let times = match &entry.body {
        Some(serde_json::Value::Array(users)) if line == "POST /api/users" => users.len(),
        _ => 1,
    };
    vec![line; times]
}

fn counted<'a>(lines: impl IntoIterator<Item = (&'a str, String)>) -> BTreeMap<(&'a str, String), usize> {
    let mut counts = BTreeMap::new();
    for line in lines {
        *counts.entry(line).or_insert(0) += 1;
    }
    counts
}

/// The requests of a plan, without what new accounts have from the beginning.
fn planned(report: &Report) -> BTreeMap<(&str, String), usize> {
    let done = report.steps.iter().filter(|ended| ended.outcome == Outcome::Done).map(|ended| &ended.step);
    counted(done.flat_map(|step| requests(step).into_iter().map(|line| (step.tenant.as_str(), line.to_owned()))))
}

async fn from_one_to_the_other(before: &States, after: &States) {
    let world = World::new();
    let directory = world.directory();
    for states in [before, after] {
        let mark = world.mark();
        let plan = good_plan(&directory, |snapshot| wish(states, snapshot)).await;
        let report = complete(&directory, &plan).await;
        for ended in &report.steps {
            // Nothing that is there already is planned, but what new accounts may have.
            let of_new =
                matches!(&ended.step.subject, tenable_directory::plan::Subject::User(user) if user.key.is_none());
            assert!(ended.outcome == Outcome::Done || of_new, "{}", ended.step);
        }
        let writes = world.writes_since(mark);
        let sent =
            counted(writes.iter().flat_map(|(tenant, entry)| request(entry).into_iter().map(|line| (*tenant, line))));
        assert_eq!(sent, planned(&report), "{plan}");
        let mark = world.mark();
        let again = directory.plan(|snapshot| wish(states, snapshot), &(), &Stop::default()).await;
        assert!(again.plan.is_empty() && again.problems.is_empty(), "{}\n{:?}", again.plan, again.problems);
        assert_eq!(world.writes_since(mark), []);
        for snapshot in again.present.snapshots() {
            let mut wanted = of_tenant(states, &snapshot.tenant).clone();
            let mut got = seen(snapshot);
            if snapshot.tenant != "vm" {
                // Only Vulnerability Management has the choice.
                for account in wanted.accounts.iter_mut().chain(&mut got.accounts).flatten() {
                    account.api_keys = false;
                }
            }
            for words in wanted.roles.values_mut() {
                words.sort();
            }
            assert_eq!(got, wanted, "{}", snapshot.tenant);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_requests_are_the_plan_and_the_end_is_the_wish(before in states(), after in states()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(from_one_to_the_other(&before, &after));
    }
}
