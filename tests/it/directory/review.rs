//! The access review of the three products with their seed data.

use std::time::Duration;

use tenable_api::admin::{Admin, GroupAdmin, NewRole, NewUser, UserAdmin};
use tenable_directory::review::{AccountChange, Details, FindingKind, Severity};
use tenable_directory::{Clock, Directory, Review, ReviewOptions, Stop, Tenant};
use tenable_emulator::identity_exposure::SEED_PASSWORD;
use tenable_model::shared::{RoleKey, User};

use super::World;

/// What time it is in the emulated products.
const NOW: u64 = 1_800_000_123;

fn options() -> ReviewOptions {
    ReviewOptions::new(Clock::fixed(NOW).now())
}

async fn review(directory: &Directory, options: &ReviewOptions) -> Review {
    let review = directory.review(options, &(), &Stop::default()).await;
    for tenant in &review.tenants {
        assert_eq!((&tenant.failed, tenant.unread.len()), (&None, 0), "{tenant:?}");
    }
    review
}

/// Each finding of a kind, by its subject and tenants.
fn found(review: &Review, kind: FindingKind) -> Vec<(&str, String)> {
    let findings = review.findings.iter().filter(|finding| finding.kind == kind);
    findings.map(|finding| (finding.subject(), finding.tenants.join(","))).collect()
}

fn plain<'a>(found: &'a [(&str, String)]) -> Vec<(&'a str, &'a str)> {
    found.iter().map(|(subject, tenants)| (*subject, tenants.as_str())).collect()
}

async fn named(admin: &dyn Admin, name: &str) -> User {
    let mut users = admin.find_users(name).await.unwrap();
    assert_eq!(users.len(), 1, "{name}");
    users.remove(0)
}

#[tokio::test(start_paused = true)]
async fn findings_of_the_seed_data() {
    let world = World::new();
    let review = review(&world.directory(), &options()).await;
    for (kind, expected) in [
        (FindingKind::NoSecondFactor, &[("admin@example.com", "vm"), ("robin.admin@example.com", "vm")][..]),
        (FindingKind::LockedOut, &[("kim.locked@example.com", "ie"), ("locked@example.com", "vm")]),
        (FindingKind::SharedAddress, &[("admin@example.com", "ie,vm")]),
        (FindingKind::EmptyGroup, &[("Directory", "vm")]),
        (FindingKind::Companion, &[("jules.platform@example.com", "ie")]),
        (FindingKind::Idle, &[]),
        (FindingKind::UnusedKey, &[]),
        (FindingKind::StrongRole, &[]),
        (FindingKind::UnusedRole, &[]),
        (FindingKind::DisabledElsewhere, &[]),
        (FindingKind::NotListed, &[]),
        (FindingKind::NoAddress, &[]),
    ] {
        assert_eq!(plain(&found(&review, kind)), expected, "{kind}");
    }
    let never = found(&review, FindingKind::NeverSignedIn);
    assert_eq!(never.iter().filter(|(_, tenant)| tenant == "ie").count(), 0, "Identity Exposure does not tell");
    assert!(never.iter().any(|(who, tenant)| *who == "basic@example.com" && tenant == "vm"));
    assert!(!never.iter().any(|(who, _)| *who == "disabled@example.com"));
    let ie = review.untold.iter().find(|one| one.tenant == "ie" && one.kind == FindingKind::NeverSignedIn).unwrap();
    assert_eq!((ie.fact.as_str(), ie.count, ie.never_kept), ("last_sign_in", 5, true), "of all who are active");
    let tenants: Vec<_> =
        review.tenants.iter().map(|one| (one.tenant.as_str(), one.accounts, one.roles, one.groups)).collect();
    assert_eq!(tenants, [("ie", 6, 3, 0), ("sc", 9, 8, 3), ("vm", 13, 7, 4)]);
    assert_eq!(review.tenants[1].asked_by, Some("sc:1".parse().unwrap()));
    let administrators: Vec<&str> = review
        .people
        .iter()
        .filter(|person| person.accounts.iter().any(|account| account.administrator == Some(true)))
        .map(|person| person.person.as_str())
        .collect();
    assert_eq!(
        administrators,
        [
            "admin@example.com",
            "kit.linked@example.com",
            "north.deputy@example.com",
            "north.manager@example.com",
            "robin.admin@example.com"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn details_are_read_of_those_who_are_asked_for() {
    let world = World::new();
    let directory = world.directory();
    let mut words = Vec::new();
    let mut calls = Vec::new();
    for details in [Details::Nobody, Details::Administrators, Details::Everybody] {
        let mark = world.mark();
        let review = review(&directory, &options().details(details)).await;
        let now = world.mark();
        calls.push([0, 1, 2].map(|tenant| now[tenant] - mark[tenant]));
        let finding = review.findings.iter().find(|finding| finding.kind == FindingKind::NoSecondFactor).unwrap();
        words.push(finding.what.clone());
    }
    let plain = "administrator (Administrator) without a second factor";
    assert_eq!(words, [&format!("{plain}; whether a password alone lets the account in is not told"), plain, plain]);
    assert_eq!(calls[0][..2], calls[1][..2], "lists of the other two tell everything");
    assert_eq!(calls[0][..2], calls[2][..2]);
    assert_eq!(calls[1][2] - calls[0][2], 2 * 3, "three calls for each of two administrators");
    assert_eq!(calls[2][2] - calls[0][2], 13 * 3);
}

#[tokio::test(start_paused = true)]
async fn idle_accounts_and_unused_keys() {
    let world = World::new();
    let later = ReviewOptions::new(Clock::fixed(NOW + 91 * 86_400).now());
    let review = review(&world.directory(), &later).await;
    // It signed in in 2025, and uses its keys now; by the clock of the review that was long ago.
    assert_eq!(plain(&found(&review, FindingKind::UnusedKey)), [("admin@example.com", "vm")]);
    assert_eq!(found(&review, FindingKind::Idle), [], "the account of the connection is in use");
    let idle = later.idle(Duration::from_hours(24));
    let robin = Tenant::new("vm", world.vm.client_of(2_223_302));
    let review = self::review(&Directory::new([robin]).unwrap(), &idle).await;
    assert_eq!(
        plain(&found(&review, FindingKind::Idle)),
        [("admin@example.com", "vm")],
        "of another connection it is not"
    );
}

/// A custom role that allows all that the role with this name does.
async fn copy_of(admin: &dyn Admin, name: &str, more: &[&str]) -> RoleKey {
    let roles: Vec<_> = admin.roles().try_collect().await.unwrap();
    let role = roles.into_iter().find(|role| role.name.value().map(String::as_str) == Some(name)).unwrap();
    let mut permissions = role.permissions.into_value().unwrap();
    permissions.extend(more.iter().map(|one| (*one).to_owned()));
    admin.create_role(&NewRole::new("Helper").description("Helps").permissions(permissions)).await.unwrap().key
}

#[tokio::test(start_paused = true)]
async fn custom_roles_as_strong_as_administrator() {
    let world = World::new();
    let (ie, sc, vm) = (world.ie.client(), world.sc.manager(), world.vm.administrator());
    let strong = copy_of(&ie, "Global Administrator", &[]).await;
    let sasha = named(&ie, "noor.directory@example.com").await;
    ie.assign_roles(&sasha.key, &[strong]).await.unwrap();
    copy_of(&sc, "Security Manager", &[]).await;
    let strong = copy_of(&vm, "Auditor", &["TIO_BACKEND.ACCESS_CONTROL.MANAGE"]).await;
    let basic = named(&vm, "basic@example.com").await;
    vm.assign_roles(&basic.key, &[strong]).await.unwrap();
    let review = review(&world.directory(), &options()).await;
    let found: Vec<_> = review
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::StrongRole)
        .map(|finding| (finding.tenants[0].as_str(), finding.severity, finding.what.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("ie", Severity::High, "allows all that Global Administrator allows; 1 account has it"),
            (
                "vm",
                Severity::High,
                "allows to change what every custom role allows, this one included, by \
                 TIO_BACKEND.ACCESS_CONTROL.MANAGE; 1 account has it"
            ),
            ("sc", Severity::Medium, "allows all that Security Manager allows; nobody has it"),
        ]
    );
    let account = |person: &str| {
        let person = review.people.iter().find(|one| one.person == person).unwrap();
        (person.accounts[0].administrator, person.accounts[0].administrator_by.clone())
    };
    let by = "Helper: allows all that Global Administrator allows".to_owned();
    assert_eq!(account("noor.directory@example.com"), (Some(true), vec![by]));
    assert_eq!(account("basic@example.com").0, Some(true));
    assert!(found_of(&review, FindingKind::NoSecondFactor, "basic@example.com"), "as of any administrator");
}

fn found_of(review: &Review, kind: FindingKind, subject: &str) -> bool {
    found(review, kind).iter().any(|(who, _)| *who == subject)
}

#[tokio::test(start_paused = true)]
async fn what_became_of_a_quarter() {
    let world = World::new();
    let directory = world.directory();
    let first = review(&directory, &options()).await;
    let mut file = Vec::new();
    first.write_json(&mut file).unwrap();
    let last = Review::read_json(std::str::from_utf8(&file).unwrap()).unwrap();
    assert_eq!(last, first);

    let (ie, vm) = (world.ie.client(), world.vm.administrator());
    let standard = named(&vm, "standard@example.com").await.key;
    vm.set_enabled(&standard, false).await.unwrap();
    let noor = named(&ie, "noor.directory@example.com").await.key;
    ie.delete_user(&noor, None).await.unwrap();
    let administrator = review_role(&first, "vm", "Administrator");
    let basic = named(&vm, "basic@example.com").await.key;
    vm.assign_roles(&basic, &[administrator]).await.unwrap();
    let group = first.groups.iter().find(|group| group.name == "Directory").unwrap().key.clone();
    vm.delete_group(&group, false).await.unwrap();
    // Gone from one product, and still enabled in the other.
    let robin = named(&ie, "robin.active@example.com").await.key;
    vm.create_user(&NewUser::new("robin.active@example.com", SEED_PASSWORD).full_name("Robin Active")).await.unwrap();
    let second = review(&directory, &options()).await.since(&last).unwrap();
    ie.delete_user(&robin, None).await.unwrap();
    let third = review(&directory, &options()).await.since(&second).unwrap();

    let changes = second.changes.as_ref().unwrap();
    let names = |accounts: &[tenable_directory::review::ChangedAccount]| -> Vec<String> {
        accounts.iter().map(|account| format!("{} {}", account.tenant, account.person)).collect()
    };
    assert_eq!(names(&changes.joined), ["vm robin.active@example.com"]);
    assert_eq!(names(&changes.left), ["ie noor.directory@example.com"]);
    assert_eq!(names(&changes.changed), ["vm basic@example.com", "vm standard@example.com"]);
    assert_eq!(
        changes.changed[0].what,
        [
            AccountChange::BecameAdministrator,
            AccountChange::RoleGained { role: "Administrator".to_owned() },
            AccountChange::RoleLost { role: "Basic".to_owned() }
        ]
    );
    assert_eq!(changes.changed[1].what, [AccountChange::Disabled]);
    assert!(changes.solved_findings.iter().any(|finding| finding.kind == FindingKind::EmptyGroup));
    let new: Vec<FindingKind> = changes
        .new_findings
        .iter()
        .filter(|finding| finding.person.as_deref() == Some("basic@example.com"))
        .map(|finding| finding.kind)
        .collect();
    assert_eq!(new, [FindingKind::NoSecondFactor], "that it never signed in was found before");

    assert_eq!(plain(&found(&second, FindingKind::GoneElsewhere)), []);
    assert_eq!(plain(&found(&third, FindingKind::GoneElsewhere)), [("robin.active@example.com", "vm,ie")]);
}

fn review_role(review: &Review, tenant: &str, name: &str) -> RoleKey {
    review.roles.iter().find(|role| role.tenant == tenant && role.name == name).unwrap().key.clone()
}

#[tokio::test(start_paused = true)]
async fn organizations_as_an_administrator_sees_them() {
    let world = World::new();
    let directory = Directory::new([Tenant::new("sc", world.sc.administrator())]).unwrap();
    let review = directory.review(&options(), &(), &Stop::default()).await;
    let unread: Vec<&str> = review.tenants[0].unread.iter().map(|unread| unread.what.as_str()).collect();
    assert_eq!(
        unread,
        ["groups"],
        "an administrator asks for those of one organization, and the common form has no word for it"
    );
    let keys: Vec<String> = review
        .people
        .iter()
        .flat_map(|person| &person.accounts)
        .map(|account| account.account.key.to_string())
        .collect();
    assert!(keys.iter().any(|key| key == "sc:1") && keys.iter().any(|key| key == "sc:2/1"), "{keys:?}");
    let administrators = review.people.iter().flat_map(|person| &person.accounts);
    let by: Vec<&str> = administrators.flat_map(|account| &account.administrator_by).map(String::as_str).collect();
    assert!(by.contains(&"Administrator") && by.contains(&"Security Manager"), "{by:?}");
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_fails_is_in_the_review() {
    let world = World::new();
    let tenants = [Tenant::new("ie", world.ie.client()), Tenant::unreachable("far", "the name is not known")];
    let directory = Directory::new(tenants).unwrap();
    let review = directory.review(&options(), &(), &Stop::default()).await;
    assert_eq!(review.tenants[1].failed.as_ref().unwrap().message, "the name is not known");
    assert_eq!(review.tenants[0].accounts, 6);
    let stop = Stop::default();
    stop.stop();
    let stopped = world.directory().review(&options(), &(), &stop).await;
    assert!(stopped.tenants.iter().all(|tenant| tenant.failed.is_some()));
}
