//! One person in the three products.

use std::collections::BTreeSet;

use tenable_api::admin::{UserAdmin, UserChange};
use tenable_directory::{Aliases, Directory, Stop, Tenant, Whois};
use tenable_emulator::faults::Fault;
use tenable_model::shared::UserKey;

use super::World;

/// `barred@example.com`.
const BARRED: u64 = 2_223_312;
/// The account of the connection.
const OWN: u64 = 2_223_301;

async fn whois(directory: &Directory, name: &str) -> Whois {
    directory.whois(name, &(), &Stop::default()).await
}

fn key(text: &str) -> UserKey {
    text.parse().unwrap()
}

/// Robin of Identity Exposure has an account in each product.
async fn robin(world: &World) -> Directory {
    let change = UserChange::new().email("robin.active@example.com").full_name("Robin Active");
    world.sc.manager().change_user(&key("sc:4"), &change).await.unwrap();
    let mut aliases = Aliases::default();
    aliases.add("robin.active@example.com", ["barred@example.com"]).unwrap();
    world.directory().aliases(aliases)
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_told_of_a_person() {
    let world = World::new();
    let directory = robin(&world).await;
    let whois = whois(&directory, "barred@example.com").await;
    assert_eq!(whois.person, "robin.active@example.com", "by an alias");
    let [ie, sc, vm] = [0, 1, 2].map(|tenant| &whois.tenants[tenant].accounts[0]);
    assert_eq!(ie.roles.as_ref().unwrap(), &["Auditor", "User"], "by their names");
    assert_eq!((ie.groups.as_ref(), ie.enabled, ie.sign_in.open()), (None, Some(true), vec!["password"]));
    assert_eq!(
        (sc.roles.as_ref().unwrap().as_slice(), sc.name().as_str()),
        (&["Vulnerability Analyst".to_owned()][..], "blake.viewer")
    );
    assert_eq!(
        (sc.groups.as_ref().unwrap().as_slice(), sc.last_sign_in.as_deref()),
        (&["Analysts".to_owned()][..], Some("never"))
    );
    assert_eq!(vm.roles.as_ref().unwrap(), &["Standard"]);
    assert_eq!(vm.groups.as_ref().unwrap(), &["All Users", "Analysts", "Operations"]);
    assert_eq!(vm.sign_in.open(), ["password", "SAML"], "the list does not tell the ways: the account was read alone");
    assert_eq!((vm.sign_in.api_keys, vm.second_factor), (Some(false), Some(false)));
    assert!(
        whois.conflicts.iter().any(|conflict| conflict.to_string().contains("different full names")),
        "{:?}",
        whois.conflicts
    );
}

#[tokio::test(start_paused = true)]
async fn only_the_accounts_of_the_person_are_read_one_by_one() {
    let world = World::new();
    let directory = robin(&world).await;
    let mark = world.mark();
    whois(&directory, "robin.active@example.com").await;
    assert_eq!(world.writes_since(mark), []);
    let entries = world.journal("vm").into_iter().skip(mark[2]);
    let single = entries.filter(|entry| entry.route.as_deref().is_some_and(|route| route.contains("/users/{")));
    let paths: BTreeSet<String> = single.map(|entry| entry.path).collect();
    let of = |id: u64| {
        let user = format!("/users/4bd789d4-0000-4000-8000-{id:012}");
        [user.clone(), format!("{user}/authorizations"), format!("/access-control/v1{user}/roles")]
    };
    let expected: BTreeSet<String> = of(BARRED).into_iter().chain(of(OWN)).collect();
    assert_eq!(paths, expected, "of the person, and of the account of the connection");
}

#[tokio::test(start_paused = true)]
async fn a_lock_out_and_a_second_factor_are_told() {
    let world = World::new();
    let directory = world.directory();
    for (name, locked_out, second_factor, enabled) in [
        ("locked@example.com", true, false, true),
        ("two.factor@example.com", false, true, true),
        ("disabled@example.com", false, false, false),
    ] {
        let whois = whois(&directory, name).await;
        let (_, account) = whois.accounts().next().unwrap();
        let told = (account.locked_out, account.second_factor, account.enabled);
        assert_eq!(told, (Some(locked_out), Some(second_factor), Some(enabled)), "{name}");
    }
    let whois = whois(&directory, "kim.locked@example.com").await;
    assert_eq!(whois.accounts().next().unwrap().1.locked_out, Some(true));
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_read_is_told_with_the_reason() {
    let world = World::new();
    let directory = robin(&world).await;
    world.fault("ie", Fault::internal_server_error().path("/api/users").always());
    world.fault("vm", Fault::internal_server_error().path("/users/*").always());
    let whois = whois(&directory, "robin.active@example.com").await;
    let failed: Vec<&str> = whois.failed().map(|(tenant, _)| tenant).collect();
    assert_eq!(failed, ["ie"]);
    let vm = &whois.tenants[2];
    let account = &vm.accounts[0];
    assert_eq!(vm.unread.iter().map(|unread| unread.what.clone()).collect::<Vec<_>>(), [account.key.to_string()]);
    assert_eq!((account.enabled, account.sign_in.password), (Some(true), None), "what the list tells is kept");
    assert!(account.not_told.contains(&"sign_in.password".to_owned()), "{:?}", account.not_told);
}

#[tokio::test(start_paused = true)]
async fn an_administrator_of_security_center_sees_a_person_in_every_organization() {
    let world = World::new();
    let change = UserChange::new().email("pat@example.com");
    world.sc.manager().change_user(&key("sc:4"), &change).await.unwrap();
    world.sc.client_of(2, 1).change_user(&key("sc:2"), &change).await.unwrap();
    let directory = Directory::new([Tenant::new("sc", world.sc.administrator())]).unwrap();
    let whois = whois(&directory, "pat@example.com").await;
    let keys: Vec<String> = whois.accounts().map(|(_, account)| account.key.to_string()).collect();
    assert_eq!(keys, ["sc:1/4", "sc:2/2"]);
    assert!(
        whois.conflicts.iter().any(|conflict| conflict.to_string().starts_with("sc: 2 accounts")),
        "{:?}",
        whois.conflicts
    );
}
