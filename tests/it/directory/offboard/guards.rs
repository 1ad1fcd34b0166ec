//! What is refused before anything is written.

use super::*;

/// Asserts that the departure is refused with this text, and that nothing is written.
async fn refused(world: &World, directory: &Directory, offboarding: &Offboarding, text: &str) {
    let mark = world.mark();
    let problems = offboard(directory, offboarding).await.expect_err("it is refused").to_string();
    assert!(problems.contains(text), "{problems}");
    assert_eq!(world.writes_since(mark), []);
}

#[tokio::test(start_paused = true)]
async fn the_own_account() {
    let world = World::new();
    for (tenant, own) in [("ie", "admin@example.com"), ("sc", "north.manager"), ("vm", "admin@example.com")] {
        let directory = world.directory();
        let offboarding = Offboarding::new(own);
        let planned = planned(&directory, &offboarding).await;
        let problems: Vec<String> = planned.planned.problems.iter().map(ToString::to_string).collect();
        assert!(
            problems.iter().any(|text| text.starts_with(tenant) && text.contains("account of the connection")),
            "{problems:?}"
        );
        refused(&world, &directory, &offboarding, "account of the connection").await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_administrator() {
    let world = World::new();
    // Of an account that is none itself: one's own is refused before.
    let as_robin = world.ie.client_with_key(world.ie.core.api_key_of(2).unwrap());
    let directory = Directory::new([Tenant::new("ie", as_robin)]).unwrap();
    refused(
        &world,
        &directory,
        &Offboarding::new("admin@example.com"),
        "nobody would be left who administers the tenant",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn accounts_for_emergencies() {
    let world = World::new();
    Ann::hired(&world).await;
    for name in [ANN, "sc:3", "ANN"] {
        let directory = world.directory().protected([name]);
        refused(&world, &directory, &leaves(), "this account is protected").await;
    }
}

#[tokio::test(start_paused = true)]
async fn accounts_that_another_product_keeps() {
    let world = World::new();
    let offboarding = Offboarding::new("jules.platform@example.com");
    refused(&world, &world.directory(), &offboarding, "kept by another Tenable product").await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_deleted() {
    let world = World::new();
    let sc = Directory::new([Tenant::new("sc", world.sc.administrator())]).unwrap();
    let offboarding = Offboarding::new("north.manager").departure(deletion());
    refused(&world, &sc, &offboarding, "the first user of an organization cannot be deleted").await;
    let vm = Directory::new([Tenant::new("vm", world.vm.client_of(2_223_302))]).unwrap();
    let offboarding = Offboarding::new("admin@example.com").departure(deletion());
    refused(&world, &vm, &offboarding, "marks this account as one that cannot be deleted").await;
    // Said for one tenant, the rest goes on.
    let kept = offboarding.departure_in("vm", Departure::Disable);
    let record = left(&vm, &kept).await;
    holds(&record);
}

#[tokio::test(start_paused = true)]
async fn successors() {
    let world = World::new();
    Ann::hired(&world).await;
    let directory = world.directory();
    let with = |successor: &str| leaves().departure(Departure::Delete { successor: Some(successor.to_owned()) });
    for (successor, text) in [
        ("nobody@example.com", "vm: ann@example.com: the successor nobody@example.com has no account here"),
        ("emery.locked", "sc: ann: the successor emery.locked is disabled"),
        ("disabled@example.com", "vm: ann@example.com: the successor disabled@example.com is disabled"),
        (ANN, "is who leaves"),
        ("ann", "is who leaves"),
    ] {
        refused(&world, &directory, &with(successor), text).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_ground_that_has_changed_since_the_plan() {
    let world = World::new();
    Ann::hired(&world).await;
    let directory = world.directory();
    let planned = planned(&directory, &leaves()).await;
    world.sc.manager().assign_roles(&key::<UserKey>("sc:3"), &[key("sc:5")]).await.unwrap();
    let mark = world.mark();
    let problems = directory.offboard(&planned, &Apply::new()).await.unwrap_err();
    assert!(problems.to_string().contains("plan again"), "{problems}");
    assert_eq!(world.writes_since(mark), []);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_none() {
    let world = World::new();
    Ann::hired(&world).await;
    let offboarding = leaves().departure_in("elsewhere", deletion());
    refused(&world, &world.directory(), &offboarding, "elsewhere: there is no connection to it").await;
}

#[tokio::test(start_paused = true)]
async fn a_linked_user_is_left_to_its_administrator_and_locked_with_it() {
    let world = World::new();
    let manager = Directory::new([Tenant::new("sc", world.sc.manager())]).unwrap();
    let mark = world.mark();
    let record = left(&manager, &Offboarding::new("kit.linked")).await;
    let account = &record.tenants[0].accounts[0];
    assert!(!record.holds && account.steps.is_empty(), "{account:?}");
    assert!(account.not_done[0].why.starts_with("this is a linked user"), "{:?}", account.not_done);
    assert_eq!(world.writes_since(mark), []);

    let administrator = Directory::new([Tenant::new("sc", world.sc.administrator())]).unwrap();
    let record = left(&administrator, &Offboarding::new("kit.admin")).await;
    let Verdict::StillOpen { what } = &record.tenants[0].accounts[0].verdict else { panic!("{record:?}") };
    assert!(
        what.len() == 1 && what[0].starts_with("API keys"),
        "only the keys of an administrator may be good: {what:?}"
    );
    let linked = world.sc.manager().user(&key::<UserKey>("sc:8")).await.unwrap();
    assert_eq!(linked.enabled, Known::Value(false));
}

#[tokio::test(start_paused = true)]
async fn accounts_of_a_directory_are_closed_and_the_directory_is_named() {
    let world = World::new();
    let directory = world.directory();
    for (person, tenant) in [("noor.directory@example.com", "ie"), ("frankie.directory", "sc")] {
        let planned = planned(&directory, &Offboarding::new(person)).await;
        let notes = planned.planned.plan.notes.join("\n");
        assert!(notes.contains(&format!("{tenant}: ")) && notes.contains("LDAP"), "{notes}");
        let record = left(&directory, &Offboarding::new(person).departure(deletion())).await;
        holds(&record);
        let (_, account) = record.accounts().next().unwrap();
        assert!(account.by_hand.iter().any(|left| left.contains("by LDAP")), "{:?}", account.by_hand);
    }
}
