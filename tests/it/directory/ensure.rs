//! One user, role or group, made or changed to be as it is said to be.

use tenable_api::admin::{RoleAdmin, UserAdmin, UserChange};
use tenable_directory::{Apply, Directory, Ensure, EnsureResult, Ensured, Tenant};
use tenable_emulator::faults::Fault;
use tenable_model::shared::{RoleKey, UserKey};

use super::World;

async fn ensure(directory: &Directory, what: &Ensure) -> Vec<Ensured> {
    directory.ensure(what, &Apply::new()).await.unwrap_or_else(|problems| panic!("{problems}"))
}

fn words(ensured: &[Ensured]) -> Vec<String> {
    ensured.iter().map(|ensured| format!("{} {}", ensured.tenant, ensured.result.word())).collect()
}

fn ann() -> Vec<Ensure> {
    let ann = || Ensure::user("ann@example.com").full_name("Ann Lee");
    vec![
        ann().roles(["User", "Auditor"]).in_tenants(["ie"]),
        ann().user_name("ann").roles(["Executive"]).groups(["Analysts"]).in_tenants(["sc"]),
        ann().roles(["Standard"]).more_groups(["Operations"]).enabled(true).in_tenants(["vm"]),
    ]
}

fn roles() -> Vec<Ensure> {
    let reader = || Ensure::role("Reader").description("Reads");
    vec![
        reader().permissions(["dashboard:read"]).in_tenants(["ie"]),
        reader().permissions(["permViewOrgLogs"]).in_tenants(["sc"]),
        reader().permissions(["VM.VM_SCAN.READ"]).in_tenants(["vm"]),
    ]
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_made_and_the_second_time_nothing_is_sent() {
    let world = World::new();
    let directory = world.directory();
    for what in ann().into_iter().chain(roles()).chain([Ensure::group("Night shift").in_tenants(["sc", "vm"])]) {
        let made = ensure(&directory, &what).await;
        assert!(!made.is_empty() && made.iter().all(|ensured| ensured.result == EnsureResult::Made), "{made:?}");
        let mark = world.mark();
        let again = ensure(&directory, &what).await;
        assert!(again.iter().all(|ensured| ensured.result == EnsureResult::Unchanged), "{again:?}");
        assert_eq!(world.writes_since(mark), []);
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_tenants_that_are_meant_are_read() {
    let world = World::new();
    let mark = world.mark();
    assert_eq!(words(&ensure(&world.directory(), &Ensure::group("Night shift").in_tenants(["vm"])).await), ["vm made"]);
    assert_eq!(world.mark()[..2], mark[..2]);
}

#[tokio::test(start_paused = true)]
async fn what_differs_is_changed_and_named() {
    let world = World::new();
    let directory = world.directory();
    for what in ann().iter().chain(&roles()) {
        ensure(&directory, what).await;
    }
    let fields = |ensured: Vec<Ensured>| match &ensured[..] {
        [Ensured { result: EnsureResult::Changed { fields }, .. }] => fields.join(" "),
        other => panic!("{other:?}"),
    };
    let user = Ensure::user("ann@example.com")
        .full_name("Ann van der Lee")
        .roles(["Basic"])
        .groups(["Analysts"])
        .enabled(false);
    assert_eq!(fields(ensure(&directory, &user.in_tenants(["vm"])).await), "full_name roles groups enabled");
    let role = Ensure::role("Reader").permissions(["VM.VM_SCAN.READ", "VM.VM_EXPLORE.READ"]).in_tenants(["vm"]);
    assert_eq!(fields(ensure(&directory, &role).await), "permissions");
    let role = Ensure::role("Reader").description("Reads all").permissions(["dashboard:read"]).in_tenants(["ie"]);
    assert_eq!(fields(ensure(&directory, &role).await), "description");
    // What was not said stayed.
    let ie = world.ie.client();
    let reader = ie.role(&"ie:4".parse::<RoleKey>().unwrap()).await.unwrap();
    assert_eq!(reader.permissions.value().unwrap(), &["dashboard:read"]);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_there_is_not_made_if_only_changes_are_asked_for() {
    let world = World::new();
    let what = Ensure::user("ann@example.com").enabled(false).if_present().into();
    assert_eq!(words(&ensure(&world.directory(), &what).await), ["ie unchanged", "sc unchanged", "vm unchanged"]);
}

#[tokio::test(start_paused = true)]
async fn what_stands_in_the_way_is_told_before_anything_is_written() {
    let world = World::new();
    let directory = world.directory();
    let mark = world.mark();
    for (what, text) in [
        (Ensure::user("ann@example.com").roles(["Auditr"]).in_tenants(["ie"]), "do you mean \"Auditor\"?"),
        (Ensure::group("Night shift").in_tenants(["ie"]), "has no groups"),
        (Ensure::group("Night shift").in_tenants(["elsewhere"]), "elsewhere: there is no connection to it"),
    ] {
        let problems = directory.ensure(&what, &Apply::new()).await.unwrap_err().to_string();
        assert!(problems.contains(text), "{problems}");
    }
    assert_eq!(world.writes_since(mark), []);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_ignored_and_a_tenant_that_is_not_read_are_failures() {
    let world = World::new();
    let change = UserChange::new().email("ann@example.com");
    world.sc.manager().change_user(&"sc:4".parse::<UserKey>().unwrap(), &change).await.unwrap();
    let directory =
        Directory::new([Tenant::new("sc", world.sc.manager()), Tenant::unreachable("vm", "no key is configured")])
            .unwrap();
    world.fault("sc", Fault::swallowed().method("PATCH"));
    let what = Ensure::user("ann@example.com").enabled(false).if_present().into();
    let failed = ensure(&directory, &what).await;
    assert_eq!(words(&failed), ["sc failed", "vm failed"]);
    let EnsureResult::Failed { steps, .. } = &failed[0].result else { panic!("{failed:?}") };
    assert!(steps[0].outcome.to_string().starts_with("not applied: enabled"), "{steps:?}");
    let EnsureResult::Failed { why: Some(why), .. } = &failed[1].result else { panic!("{failed:?}") };
    assert_eq!(why.message, "no key is configured");
    assert_eq!(words(&ensure(&directory, &what).await), ["sc changed", "vm failed"]);
}
