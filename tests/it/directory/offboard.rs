//! After somebody left, nothing that they had opens anything, and the record says so, or what does.

mod guards;
mod interrupted;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use tenable_api::admin::{NewUser, UserAdmin, UserChange};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_directory::{
    Accounts, After, Apply, Clock, Departure, Directory, Offboarding, OffboardingRecord, Outcome, PlannedOffboarding,
    Problems, Stop, Tenant, Verdict,
};
use tenable_emulator::faults::Fault;
use tenable_emulator::security_center as emulated_center;
use tenable_model::Known;
use tenable_model::shared::{GroupKey, RoleKey, UserKey};

use super::World;

const ANN: &str = "ann@example.com";
const PASSWORD: &str = "Violet-Harbor-42";
/// The analyst of the first organization, who owns assets, policies and queries.
const AVERY: u64 = 3;
const STANDARD: &str = "vm:9a0c1e00-0000-4000-8000-000000000032";
const OPERATIONS: &str = "vm:7c1f0b52-0000-4000-8000-000000000001";

/// What Ann has: a password in each product, keys, and an open session of Security Center.
struct Ann {
    ie_key: String,
    ie: IdentityExposure,
    sc_keys: [String; 2],
    sc: SecurityCenter,
    sc_session: SecurityCenter,
    vm_user: u64,
    vm_keys: [String; 2],
    vm: VulnerabilityManagement,
}

fn key<K: std::str::FromStr<Err = impl std::fmt::Debug>>(text: &str) -> K {
    text.parse().unwrap()
}

impl Ann {
    /// Makes her accounts. In Security Center she takes over from Avery, who owns something.
    async fn hired(world: &World) -> Self {
        let name = || NewUser::new(ANN, PASSWORD).full_name("Ann Lee");
        let ie = world.ie.client();
        let user = ie.create_user(&name().roles([key::<RoleKey>("ie:2"), key("ie:3")])).await.unwrap();
        let ie_user: u64 = user.key.to_string().strip_prefix("ie:").unwrap().parse().unwrap();
        let ie_key = world.ie.core.api_key_of(ie_user).unwrap();

        let avery: UserKey = key("sc:3");
        let change = UserChange::new().user_name("ann").email(ANN).full_name("Ann Lee");
        world.sc.manager().change_user(&avery, &change).await.unwrap();
        let sc_session = world.sc.session_of("ann");
        sc_session.current_user().details().send().await.unwrap();
        let pair = world.sc.core.api_key(1, AVERY).unwrap();

        let vm = world.vm.administrator();
        let user = name().roles([key::<RoleKey>(STANDARD)]).groups([key::<GroupKey>(OPERATIONS)]);
        vm.create_user(&user).await.unwrap();
        let vm_user =
            vm.users().list().send().await.unwrap().into_iter().find(|user| user.username == ANN).unwrap().id.get();
        let vm_keys = world.vm.core.api_keys_of(vm_user).unwrap();
        Self {
            ie: world.ie.client_with_key(ie_key.clone()),
            ie_key,
            sc: world.sc.client_of(1, AVERY),
            sc_keys: [pair.access_key, pair.secret_key],
            sc_session,
            vm: world.vm.client_of(vm_user),
            vm_user,
            vm_keys: [vm_keys.access_key, vm_keys.secret_key],
        }
    }

    /// Each of her credentials, and whether it opens anything.
    async fn doors(&self, world: &World) -> Vec<(&'static str, bool)> {
        let login = json!({"email": ANN, "password": PASSWORD}).to_string();
        let login =
            Request::post("/api/login").header("content-type", "application/json").body(Bytes::from(login)).unwrap();
        let sc_login = world.sc.session_of("ann");
        let sc_password = sc_login.current_user().details().send().await.is_ok();
        if sc_password {
            sc_login.close().await.unwrap();
        }
        vec![
            ("ie password", world.ie.core.handle(login).response.status().is_success()),
            ("ie key", self.ie.users().info().send().await.is_ok()),
            ("sc password", sc_password),
            ("sc keys", self.sc.current_user().details().send().await.is_ok()),
            ("sc session", self.sc_session.current_user().details().send().await.is_ok()),
            ("vm password", world.vm.core.sign_in(self.vm_user, PASSWORD)),
            ("vm keys", self.vm.users().list().send().await.is_ok()),
        ]
    }

    /// Everything that must not stand in a record.
    fn secrets(&self) -> Vec<&str> {
        let keys = self.sc_keys.iter().chain(&self.vm_keys).map(String::as_str);
        keys.chain([self.ie_key.as_str(), PASSWORD, emulated_center::SEED_PASSWORD]).collect()
    }
}

fn leaves() -> Offboarding {
    Offboarding::new(ANN).clock(Clock::fixed(1_800_000_000))
}

fn deletion() -> Departure {
    Departure::Delete { successor: None }
}

async fn planned(directory: &Directory, offboarding: &Offboarding) -> PlannedOffboarding {
    directory.plan_offboarding(offboarding, &(), &Stop::default()).await
}

async fn offboard(directory: &Directory, offboarding: &Offboarding) -> Result<OffboardingRecord, Problems> {
    let planned = planned(directory, offboarding).await;
    directory.offboard(&planned, &Apply::new()).await
}

/// A departure that nothing stands in the way of.
async fn left(directory: &Directory, offboarding: &Offboarding) -> OffboardingRecord {
    offboard(directory, offboarding).await.unwrap_or_else(|problems| panic!("{problems}"))
}

fn holds(record: &OffboardingRecord) {
    assert!(record.holds, "{}\n{}", record.failures().join("\n"), record.to_json());
    assert_eq!(record.failures(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn after_it_every_credential_is_refused_in_all_three_products() {
    for departure in [Departure::Disable, deletion()] {
        let world = World::new();
        world.sc.core.set_rule("sc.sessions_of_locked_user", "ended").unwrap();
        let ann = Ann::hired(&world).await;
        let doors = ann.doors(&world).await;
        assert!(doors.iter().all(|(_, open)| *open), "{doors:?}");
        let record = left(&world.directory(), &leaves().departure(departure)).await;
        holds(&record);
        let doors = ann.doors(&world).await;
        assert!(doors.iter().all(|(_, open)| !open), "{doors:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_credential_that_a_product_might_still_accept_allows_nothing() {
    let world = World::new();
    // What the products do here is not documented; these are the unkindest guesses.
    world.ie.core.set_rule("ie.inactive_key", "accepted").unwrap();
    world.ie.core.set_rule("ie.read_permission", "enforced").unwrap();
    world.sc.core.set_rule("sc.locked_key", "accepted").unwrap();
    world.sc.core.set_rule("sc.sessions_of_locked_user", "kept").unwrap();
    let ann = Ann::hired(&world).await;
    ann.ie.users().list().send().await.unwrap();
    ann.sc.roles().create("Mine").send().await.unwrap_err();
    holds(&left(&world.directory(), &leaves()).await);
    ann.ie.users().info().send().await.expect("the key is still one");
    let refused = ann.ie.users().list().send().await.unwrap_err();
    assert!(refused.is_permission_denied(), "{refused}");
    for sc in [&ann.sc, &ann.sc_session] {
        let own = sc.current_user().details().send().await.expect("it is still let in");
        assert_eq!(own.role.unwrap().id.get(), Some(0));
        let refused = sc.groups().create("Mine").send().await.unwrap_err();
        assert!(refused.is_permission_denied(), "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_record_has_who_asked_what_was_what_was_done_and_what_is() {
    let world = World::new();
    let ann = Ann::hired(&world).await;
    let record = left(&world.directory(), &leaves()).await;
    holds(&record);
    assert_eq!((record.version, record.person.as_str(), record.begun.as_str()), (1, ANN, "2027-01-15T08:00:00Z"));
    let asked: Vec<&str> =
        record.tenants.iter().map(|tenant| tenant.asked_by.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(asked, ["admin@example.com", "north.manager", "admin@example.com"]);
    let steps: Vec<String> = record
        .accounts()
        .flat_map(|(tenant, account)| account.steps.iter().map(move |step| format!("{} {}", tenant.tenant, step.text)))
        .collect();
    assert_eq!(
        steps,
        [
            "ie ~ user ann@example.com: roles User, Auditor -> none",
            "ie - user ann@example.com: disabled",
            "sc ~ user ann: roles Security Analyst -> No Role",
            "sc - user ann: disabled",
            "vm ~ user ann@example.com: API keys replaced by others that nobody gets",
            "vm ~ user ann@example.com: sign-in by password closed, sign-in by API keys closed, sign-in by SAML closed",
            "vm ~ user ann@example.com: roles Standard -> Basic",
            "vm ~ user ann@example.com: leaves group Operations",
            "vm - user ann@example.com: disabled",
        ]
    );
    for (tenant, account) in record.accounts() {
        let before = account.before.as_ref().unwrap();
        let After::There { account: after } = &account.after else { panic!("{:?}", account.after) };
        assert_eq!((before.enabled, after.enabled), (Some(true), Some(false)), "{}", tenant.tenant);
        assert_ne!(before.roles, after.roles);
    }
    let limits = |tenant: &str| {
        let account = &record.tenants.iter().find(|record| record.tenant == tenant).unwrap().accounts[0];
        account.not_done.iter().map(|limit| limit.what.clone()).collect::<Vec<_>>()
    };
    assert_eq!(limits("ie"), ["users.set_sign_in_methods", "users.replace_keys"]);
    assert_eq!(limits("sc"), ["users.set_sign_in_methods", "users.replace_keys", "groups.remove_member"]);
    assert_eq!(limits("vm"), [""; 0]);

    let json = record.to_json();
    assert_eq!(serde_json::from_str::<OffboardingRecord>(&json).unwrap(), record);
    for secret in ann.secrets() {
        assert!(!json.contains(secret), "{secret}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_time_nothing_is_sent_and_the_record_holds() {
    for departure in [Departure::Disable, deletion()] {
        let world = World::new();
        Ann::hired(&world).await;
        let directory = world.directory();
        let offboarding = leaves().departure(departure.clone());
        let first = left(&directory, &offboarding).await;
        let mark = world.mark();
        let planned = planned(&directory, &offboarding).await;
        assert!(planned.planned.plan.is_empty(), "{}", planned.planned.plan);
        let second = directory.offboard(&planned, &Apply::new()).await.unwrap();
        holds(&second);
        assert_eq!(world.writes_since(mark), []);
        assert_eq!(second.is_nobody(), departure == deletion());
        if departure == Departure::Disable {
            let after = |record: &OffboardingRecord| {
                record.accounts().map(|(_, account)| account.after.clone()).collect::<Vec<_>>()
            };
            assert_eq!(after(&second), after(&first));
        }
    }
}

/// The owner of the scan in Vulnerability Management.
fn owner_of_scan(world: &World) -> u64 {
    let request = Request::get("/permissions/scan/1").header("x-apikeys", world.vm.core.api_keys().header());
    let reply = world.vm.core.handle(request.body(Bytes::new()).unwrap());
    let body: Value = serde_json::from_slice(reply.response.body()).unwrap();
    let entries = body["acls"].as_array().unwrap();
    entries.iter().find(|entry| entry["owner"] == 1).unwrap()["id"].as_u64().unwrap()
}

/// Whether the assets that Avery made are there, which go with whoever owns them.
fn assets_are_there(world: &World) -> bool {
    let keys = world.sc.core.api_key(1, 1).unwrap();
    let header = format!("accesskey={}; secretkey={};", keys.access_key, keys.secret_key);
    let request = Request::get("/rest/group/1").header("x-apikey", header).body(Bytes::new()).unwrap();
    String::from_utf8_lossy(world.sc.core.handle(request).response.body()).contains("Web servers")
}

#[tokio::test(start_paused = true)]
async fn the_successor_owns_what_the_leaver_owned() {
    let world = World::new();
    let ann = Ann::hired(&world).await;
    let bo = || NewUser::new("bo@example.com", PASSWORD).full_name("Bo Berg");
    let vm = world.vm.administrator();
    vm.create_user(&bo().roles([key::<RoleKey>(STANDARD)])).await.unwrap();
    let bo_vm =
        vm.users().list().send().await.unwrap().into_iter().find(|user| user.username == "bo@example.com").unwrap();
    let change = UserChange::new().email("bo@example.com");
    world.sc.manager().change_user(&key::<UserKey>("sc:4"), &change).await.unwrap();
    let acls = json!({"acls": [{"type": "user", "id": ann.vm_user, "permissions": 128}]}).to_string();
    let request = Request::put("/permissions/scan/1")
        .header("x-apikeys", world.vm.core.api_keys().header())
        .header("content-type", "application/json");
    assert!(world.vm.core.handle(request.body(Bytes::from(acls)).unwrap()).response.status().is_success());
    assert_eq!((owner_of_scan(&world), assets_are_there(&world)), (ann.vm_user, true));

    let departure = Departure::Delete { successor: Some("bo@example.com".to_owned()) };
    let record = left(&world.directory(), &leaves().departure(departure)).await;
    holds(&record);
    assert!(record.accounts().all(|(_, account)| account.after == After::Gone));
    assert_eq!((owner_of_scan(&world), assets_are_there(&world)), (bo_vm.id.get(), true));
    let ie = &record.tenants[0].accounts[0];
    assert!(ie.not_done.iter().any(|limit| limit.what == "users.delete_with_successor"), "{:?}", ie.not_done);
    // They are Bo's now: they go with Bo.
    world.sc.manager().delete_user(&key::<UserKey>("sc:4"), None).await.unwrap();
    assert!(!assets_are_there(&world));
}

#[tokio::test(start_paused = true)]
async fn several_accounts_of_one_person_all_go_once_they_are_confirmed() {
    let world = World::new();
    Ann::hired(&world).await;
    let change = UserChange::new().email(ANN).full_name("Ann Lee");
    world.sc.manager().change_user(&key::<UserKey>("sc:5"), &change).await.unwrap();
    let directory = world.directory();
    let mark = world.mark();
    let plan = planned(&directory, &leaves()).await;
    assert!(plan.planned.plan.steps.iter().any(|step| step.subject.name() == "casey.auditor"), "{}", plan.planned.plan);
    let problems = directory.offboard(&plan, &Apply::new()).await.unwrap_err();
    assert!(problems.to_string().contains(r#"ann (sc:3, "Ann Lee"), casey.auditor (sc:5, "Ann Lee")"#), "{problems}");
    assert_eq!(world.writes_since(mark), []);

    let only = leaves().accounts(Accounts::Only(vec![ANN.to_owned(), "ann".to_owned()]));
    let record = left(&directory, &only).await;
    holds(&record);
    assert_eq!(record.tenants[1].staying, [key("sc:5")]);
    let casey = world.sc.manager().user(&key::<UserKey>("sc:5")).await.unwrap();
    assert_eq!(casey.enabled, Known::Value(true));

    let record = left(&directory, &leaves().accounts(Accounts::All)).await;
    holds(&record);
    assert_eq!(record.tenants[1].accounts.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ignores_a_write_is_told_and_the_record_does_not_hold() {
    let world = World::new();
    Ann::hired(&world).await;
    let directory = world.directory();
    let mark = world.mark();
    left(&directory, &leaves().departure(deletion())).await;
    let writes = world.writes_since(mark);
    assert!(writes.len() > 10, "{writes:?}");
    for (index, (tenant, entry)) in writes.iter().enumerate() {
        let world = World::new();
        Ann::hired(&world).await;
        let directory = world.directory();
        let path = entry.route.as_ref().unwrap();
        let before = writes[..index].iter().filter(|(other, earlier)| {
            (other, &earlier.method, &earlier.route) == (tenant, &entry.method, &entry.route)
        });
        let fault = Fault::swallowed().method(&entry.method).path(pattern(path)).skip(before.count() as u64);
        world.fault(tenant, fault);
        let record = left(&directory, &leaves().departure(deletion())).await;
        let what = format!("{tenant} {} {path}\n{}", entry.method, record.failures().join("\n"));
        if entry.method == "DELETE" && !path.contains("groups") {
            assert!(!record.holds, "{what}");
            assert!(record.accounts().any(|(_, account)| matches!(account.after, After::There { .. })), "{what}");
            assert!(record.failures().iter().any(|failure| failure.contains("it should be deleted")), "{what}");
        } else {
            // Whatever else was ignored went with the account.
            holds(&record);
        }
        let again = left(&directory, &leaves().departure(deletion())).await;
        holds(&again);
    }
}

/// The template of a route as a pattern of paths.
fn pattern(route: &str) -> String {
    let parts = route.split('/').map(|part| if part.starts_with('{') { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ignores_a_write_to_an_account_that_stays_is_told() {
    let world = World::new();
    Ann::hired(&world).await;
    let mark = world.mark();
    left(&world.directory(), &leaves()).await;
    let writes = world.writes_since(mark);
    for (index, (tenant, entry)) in writes.iter().enumerate() {
        let world = World::new();
        Ann::hired(&world).await;
        let directory = world.directory();
        let path = entry.route.as_ref().unwrap();
        let before = writes[..index].iter().filter(|(other, earlier)| {
            (other, &earlier.method, &earlier.route) == (tenant, &entry.method, &entry.route)
        });
        world.fault(tenant, Fault::swallowed().method(&entry.method).path(pattern(path)).skip(before.count() as u64));
        let record = left(&directory, &leaves()).await;
        let what = format!("{tenant} {} {path}\n{}", entry.method, record.to_json());
        let steps = || record.accounts().flat_map(|(_, account)| &account.steps);
        if path.ends_with("/keys") {
            // Nothing tells which keys an account has; that it may use none is told.
            assert!(steps().any(|step| matches!(step.outcome, Outcome::DoneUnseen { .. })), "{what}");
            holds(&record);
        } else {
            assert!(steps().any(|step| matches!(step.outcome, Outcome::NotApplied { .. })), "{what}");
            assert!(!record.holds, "{what}");
            assert_eq!(record.tenants.iter().filter(|record| !record.holds).count(), 1, "{what}");
        }
        holds(&left(&directory, &leaves()).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_cannot_be_read_is_listed_and_the_others_are_done() {
    let world = World::new();
    let ann = Ann::hired(&world).await;
    let directory = Directory::new([
        Tenant::new("ie", world.ie.client()),
        Tenant::unreachable("sc", "no key is configured"),
        Tenant::new("vm", world.vm.administrator()),
    ])
    .unwrap();
    let record = left(&directory, &leaves()).await;
    assert!(!record.holds);
    assert_eq!(record.failures(), ["sc: not read: no key is configured"]);
    let doors = ann.doors(&world).await;
    assert!(doors.iter().all(|(door, open)| *open == door.starts_with("sc")), "{doors:?}");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_a_clear_answer() {
    let world = World::new();
    Ann::hired(&world).await;
    let directory = world.directory();
    let mark = world.mark();
    let planned = planned(&directory, &Offboarding::new("anne@example.com")).await;
    assert!(planned.is_nobody());
    assert_eq!(planned.whois.did_you_mean.as_deref(), Some(ANN));
    let record = directory.offboard(&planned, &Apply::new()).await.unwrap();
    assert!(record.is_nobody() && record.holds, "who is nowhere has no way in");
    assert_eq!(world.writes_since(mark), []);
}

#[tokio::test(start_paused = true)]
async fn an_administrator_of_security_center_closes_what_can_be_closed_and_says_what_stays_open() {
    let world = World::new();
    let directory = Directory::new([Tenant::new("sc", world.sc.administrator())]).unwrap();
    let record = left(&directory, &Offboarding::new("north.deputy")).await;
    let account = &record.tenants[0].accounts[0];
    assert_eq!(account.key, key("sc:1/2"));
    let After::There { account: after } = &account.after else { panic!("{:?}", account.after) };
    assert_eq!(after.enabled, Some(false));
    let Verdict::StillOpen { what } = &account.verdict else { panic!("{:?}", account.verdict) };
    assert!(what.len() == 1 && what[0].starts_with("API keys: "), "the role stays, so the keys may be good: {what:?}");
    assert!(!record.holds);

    let manager = Directory::new([Tenant::new("sc", world.sc.manager())]).unwrap();
    holds(&left(&manager, &Offboarding::new("north.deputy")).await);
}

#[test]
fn the_example_of_the_documentation_is_a_record() {
    let page = include_str!("../../../docs/offboarding.md");
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the page has one");
    let record: OffboardingRecord = serde_json::from_str(example).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&record.to_json()).unwrap(),
        serde_json::from_str::<Value>(example).unwrap()
    );
    assert_eq!(record.version, OffboardingRecord::VERSION);
}
