//! What no plan may do, whatever is wished for: on the accounts that the emulated products have for it.

use tenable_api::admin::{Admin, NewUser, UserAdmin};
use tenable_directory::plan::{Change, Planned};
use tenable_directory::wish::{Presence, RoleWish, SignInWish, UserWish, Wish};
use tenable_directory::{Aliases, Apply, Directory, Problem, Removals, Snapshot, Stop, Tenant, Unlisted};
use tenable_emulator::faults::Fault;
use tenable_model::shared::RoleKey;
use tenable_tests::CoreTransport;

use super::{TENANTS, World, make_so, plan};

/// A wish about one account of one tenant.
fn of(tenant: &'static str, name: &'static str, set: impl Fn(&mut UserWish)) -> impl Fn(&Snapshot) -> Wish {
    move |snapshot| {
        let mut wish = Wish::default();
        if snapshot.tenant == tenant {
            wish.users.push(account(name, &set));
        }
        wish
    }
}

fn account(name: &str, set: impl Fn(&mut UserWish)) -> UserWish {
    let mut user = UserWish::new(name);
    user.user_name = Some(name.to_owned());
    set(&mut user);
    user
}

fn disabled(user: &mut UserWish) {
    user.enabled = Some(false);
}

fn deleted(user: &mut UserWish) {
    user.presence = Presence::Absent { successor: None };
}

fn with_roles(roles: &'static [&'static str]) -> impl Fn(&mut UserWish) {
    move |user| user.roles = Some(roles.iter().map(|&role| role.to_owned()).collect())
}

/// The problems that guards found, one line each.
fn guarded(planned: &Planned) -> Vec<String> {
    assert!(planned.problems.iter().all(|problem| problem.is_guard), "{:?}", planned.problems);
    planned.problems.iter().map(Problem::to_string).collect()
}

/// What is wished of a user.
type Set<'a> = &'a dyn Fn(&mut UserWish);

/// Who the connection is, and a role of less.
const OWN: [(&str, &str, &str); 3] =
    [("ie", "admin@example.com", "User"), ("sc", "north.manager", "Executive"), ("vm", "admin@example.com", "Basic")];

#[tokio::test(start_paused = true)]
async fn the_own_account_loses_nothing() {
    let world = World::new();
    let directory = world.directory();
    let mut second = NewUser::new("second@example.com", "Violet-Harbor-42");
    // Somebody else administers too, so that it is not for that.
    second.roles = vec!["ie:1".parse().unwrap()];
    world.ie.client().create_user(&second).await.unwrap();
    for (tenant, own, less) in OWN {
        let demoted = |user: &mut UserWish| user.roles = Some(vec![less.to_owned()]);
        let changes: [(&str, Set<'_>); 3] = [("disabled", &disabled), ("deleted", &deleted), ("roles ", &demoted)];
        for (word, set) in changes {
            let planned = plan(&directory, of(tenant, own, set)).await;
            let guarded = guarded(&planned);
            assert_eq!(guarded.len(), 1, "{tenant} {word}: {guarded:?}");
            let start = format!("{tenant}: {own}: this is the account of the connection: ");
            assert!(guarded[0].starts_with(&start) && guarded[0].contains(word), "{word}: {guarded:?}");
            assert!(planned.into_plan().is_err());
        }
        let renamed = |user: &mut UserWish| user.full_name = Some("Alex Brown".to_owned());
        let planned = plan(&directory, of(tenant, own, renamed)).await;
        assert_eq!(planned.into_plan().unwrap().steps.len(), 1, "{tenant}: a full name is nothing to lose");
    }
}

#[tokio::test(start_paused = true)]
async fn the_own_ways_to_sign_in_and_groups_stay_too() {
    let world = World::new();
    let directory = world.directory();
    make_so(&directory, of("vm", "admin@example.com", |user| user.more_groups = vec!["Operations".to_owned()])).await;
    let changes: [(&str, Set<'_>); 3] = [
        ("sign-in by API keys closed", &|user| user.sign_in = SignInWish::CLOSED),
        ("API keys replaced", &|user| user.replace_keys = true),
        ("leaves group Operations", &|user| user.groups = Some(Vec::new())),
    ];
    for (word, set) in changes {
        let guarded = guarded(&plan(&directory, of("vm", "admin@example.com", set)).await);
        assert_eq!(guarded.len(), 1, "{guarded:?}");
        assert!(guarded[0].contains("this is the account of the connection: "), "{guarded:?}");
        assert!(guarded[0].contains(word), "{guarded:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_own_account_is_not_told_that_is_said() {
    for (tenant, other) in OTHERS.into_iter().filter(|(tenant, _)| *tenant != "ie") {
        let (directory, ..) = two_administrators(tenant).await;
        let planned = plan(&directory, of(tenant, other, disabled)).await;
        let notes = &planned.plan.notes;
        assert!(notes[0].contains("whose account the connection uses could not be read"), "{notes:?}");
        assert!(planned.into_plan().is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_guarded_again_when_it_is_carried_out() {
    let world = World::new();
    let wish = of("vm", "robin.admin@example.com", disabled);
    let plan = plan(&world.directory(), wish).await.into_plan().unwrap();
    let mark = world.mark();
    // Somebody is protected who was not.
    let directory = world.directory().protected(["robin.admin@example.com"]);
    let problems = directory.apply(&plan, &Apply::new()).await.unwrap_err();
    assert!(problems.to_string().contains("this account is protected"), "{problems}");
    // The connection is that account's.
    let robin = Directory::new([Tenant::new("vm", world.vm.client_of(2_223_302))]).unwrap();
    let problems = robin.apply(&plan, &Apply::new()).await.unwrap_err();
    assert!(problems.to_string().contains("account of the connection"), "{problems}");
    assert_eq!(world.writes_since(mark), []);
}

#[tokio::test(start_paused = true)]
async fn what_an_emergency_account_has_by_its_role_stays() {
    let world = World::new();
    let directory = world.directory().protected(["auditor@example.com"]);
    let role = |set: fn(&mut RoleWish)| {
        move |snapshot: &Snapshot| {
            let mut wish = Wish::default();
            if snapshot.tenant == "vm" {
                let mut role = RoleWish::new("Auditor");
                set(&mut role);
                wish.roles.push(role);
            }
            wish
        }
    };
    let smaller = role(|role| role.permissions = Some(vec!["VM.VM_SCAN.READ".to_owned()]));
    let gone = role(|role| role.presence = Presence::Absent { successor: None });
    for planned in [plan(&directory, smaller).await, plan(&directory, gone).await] {
        assert_eq!(
            guarded(&planned),
            ["vm: Auditor: auditor@example.com has this role, and nothing may be taken from that account"]
        );
    }
    let described = role(|role| role.description = Some("Reads".to_owned()));
    assert_eq!(guarded(&plan(&directory, described).await), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn the_accounts_for_emergencies_lose_nothing_by_any_of_their_names() {
    let world = World::new();
    let key = {
        let present = world.directory().read(&(), &Stop::default()).await;
        let snapshot = present.snapshot("vm").unwrap();
        snapshot.users_named("robin.admin@example.com").next().unwrap().key.to_string()
    };
    let mut aliases = Aliases::default();
    aliases.add("robin@example.org", ["robin.admin@example.com"]).unwrap();
    for name in [" Robin.Admin@example.com", "robin@example.org", &key] {
        let directory = world.directory().aliases(aliases.clone()).protected([name]);
        for set in [disabled, deleted] {
            let guarded = guarded(&plan(&directory, of("vm", "robin.admin@example.com", set)).await);
            assert_eq!(guarded.len(), 1, "{name}: {guarded:?}");
            assert!(guarded[0].starts_with("vm: robin.admin@example.com: this account is protected: "), "{guarded:?}");
        }
        let renamed = |user: &mut UserWish| user.full_name = Some("Robin Brown".to_owned());
        assert_eq!(guarded(&plan(&directory, of("vm", "robin.admin@example.com", renamed)).await), [""; 0]);
    }
    let others = world.directory().protected(["robin"]);
    assert_eq!(guarded(&plan(&others, of("vm", "robin.admin@example.com", disabled)).await), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn accounts_that_another_product_keeps_are_changed_there() {
    let world = World::new();
    let directory = world.directory();
    for set in [disabled, deleted] {
        let found = guarded(&plan(&directory, of("ie", "jules.platform@example.com", set)).await);
        assert_eq!(found.len(), 1, "{found:?}");
        let start = "ie: jules.platform@example.com: this account is kept by another Tenable product";
        assert!(found[0].starts_with(start), "{found:?}");
        // An account that is reached from another of the same product is kept here.
        assert_eq!(guarded(&plan(&directory, of("sc", "kit.linked", set)).await), [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn whom_nobody_may_touch_stays_out_of_what_is_looked_after() {
    let world = World::new();
    let directory = world.directory().protected(["robin.admin@example.com", "north.deputy"]);
    let everybody = |snapshot: &Snapshot| {
        let mut wish = Wish::default();
        wish.scope.people = vec!["*".to_owned()];
        wish.scope.unlisted = Unlisted::Disable;
        wish.scope.most_removals = Removals::Percent(100);
        // Those who administer stay, for that is another guard.
        if snapshot.tenant == "sc" {
            wish.users.push(account("kit.linked", |_| {}));
        }
        wish
    };
    let planned = plan(&directory, everybody).await;
    assert_eq!(guarded(&planned), [""; 0]);
    let stays: Vec<&str> =
        planned.plan.notes.iter().map(String::as_str).filter(|note| note.contains("and stays")).collect();
    assert_eq!(
        stays,
        [
            "ie: admin@example.com is in scope and not listed, and stays: it is the account of the connection",
            "ie: jules.platform@example.com is in scope and not listed, and stays: it is kept by another Tenable product",
            "sc: north.manager is in scope and not listed, and stays: it is the account of the connection",
            "sc: north.deputy is in scope and not listed, and stays: it is protected",
            "vm: admin@example.com is in scope and not listed, and stays: it is the account of the connection",
            "vm: robin.admin@example.com is in scope and not listed, and stays: it is protected",
        ]
    );
    for tenant in TENANTS {
        let snapshot = planned.present.snapshot(tenant).unwrap();
        let disabled = planned.plan.steps.iter().filter(|step| step.tenant == tenant).count();
        let already = snapshot.users.iter().filter(|user| user.enabled.value() == Some(&false)).count();
        let listed = usize::from(tenant == "sc");
        assert_eq!(disabled + already + listed + 2, snapshot.users.len(), "{tenant}");
    }
}

/// Two administrators of whom neither is the account of the connection, in a tenant of this name.
async fn two_administrators(tenant: &'static str) -> (Directory, [&'static str; 2], &'static str) {
    match tenant {
        "ie" => {
            let ie = CoreTransport::with_rules(&[]);
            let second =
                NewUser::new("second@example.com", "Violet-Harbor-42").roles(["ie:1".parse::<RoleKey>().unwrap()]);
            ie.client().create_user(&second).await.unwrap();
            // Robin reads users and roles.
            let robin = ie.client_with_key(ie.core.api_key_of(2).unwrap());
            let directory = Directory::new([Tenant::new(tenant, robin)]).unwrap();
            (directory, ["admin@example.com", "second@example.com"], "Global Administrator")
        }
        "sc" => {
            let sc = CoreTransport::security_center(&[]);
            // The third Security Manager is locked, and administers nothing.
            let linked: Box<dyn Admin> = Box::new(sc.administrator());
            linked.set_enabled(&"sc:1/8".parse().unwrap(), false).await.unwrap();
            // Who sees everybody administers too, unless it is not told who that is.
            sc.core.add_fault(Fault::internal_server_error().path("/rest/currentUser").always());
            let directory = Directory::new([Tenant::new(tenant, sc.manager())]).unwrap();
            (directory, ["north.manager", "north.deputy"], "Security Manager")
        }
        _ => {
            // The call that tells whose keys these are is gone.
            let vm = CoreTransport::vulnerability_management(&[("vm.session", "gone")]);
            let directory = Directory::new([Tenant::new(tenant, vm.administrator())]).unwrap();
            (directory, ["admin@example.com", "robin.admin@example.com"], "Administrator")
        }
    }
}

/// Who else is there, enabled and no administrator.
const OTHERS: [(&str, &str); 3] =
    [("ie", "noor.directory@example.com"), ("sc", "casey.auditor"), ("vm", "auditor@example.com")];

#[tokio::test(start_paused = true)]
async fn somebody_is_left_who_administers() {
    for (tenant, other) in OTHERS {
        let (directory, [first, second], administrator) = two_administrators(tenant).await;
        let less = OWN.iter().find(|(name, ..)| *name == tenant).unwrap().2;
        let demoted = |user: &mut UserWish| user.roles = Some(vec![less.to_owned()]);
        let promoted = |user: &mut UserWish| user.roles = Some(vec![administrator.to_owned()]);
        let cases: [(&[(&str, Set<'_>)], bool); 10] = [
            (&[(first, &disabled)], true),
            (&[(second, &deleted)], true),
            (&[(first, &demoted)], true),
            (&[(first, &disabled), (second, &disabled)], false),
            (&[(first, &disabled), (second, &deleted)], false),
            (&[(first, &demoted), (second, &disabled)], false),
            (&[(first, &demoted), (second, &demoted)], false),
            // Who takes over in the same plan may not come to it: that is a plan of its own.
            (&[(first, &disabled), (second, &demoted), (other, &promoted)], false),
            (&[(first, &disabled), (other, &promoted)], true),
            (&[(first, &disabled), (second, &demoted), ("zz@example.com", &promoted)], false),
        ];
        for (number, (accounts, is_fine)) in cases.into_iter().enumerate() {
            let wish = |snapshot: &Snapshot| {
                let mut wish = Wish::default();
                wish.users = accounts.iter().map(|(name, set)| account(name, set)).collect();
                for user in &mut wish.users {
                    if snapshot.tenant == "sc" && user.person == "zz@example.com" {
                        user.groups = Some(vec!["Full Access".to_owned()]);
                    }
                }
                wish
            };
            let found = guarded(&plan(&directory, wish).await);
            assert_eq!(found.is_empty(), is_fine, "{tenant} {number}: {found:?}");
            for line in found {
                assert!(line.contains(": nobody would be left who administers the tenant: "), "{line}");
                assert!(line.contains(first) && line.contains(second), "{line}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn closing_every_way_to_sign_in_is_as_good_as_disabling() {
    let (directory, [first, second], _) = two_administrators("vm").await;
    let closed = |user: &mut UserWish| user.sign_in = SignInWish::CLOSED;
    let by_keys = |user: &mut UserWish| {
        closed(user);
        user.sign_in.api_keys = Some(true);
    };
    for (set, is_fine) in [(&closed as &dyn Fn(&mut UserWish), false), (&by_keys, true)] {
        let wish = |_: &Snapshot| {
            let mut wish = Wish::default();
            wish.users = vec![account(first, set), account(second, disabled)];
            wish
        };
        let found = guarded(&plan(&directory, wish).await);
        assert_eq!(found.is_empty(), is_fine, "{found:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_custom_role_that_allows_as_much_does_not_count_as_an_administrator() {
    let vm = CoreTransport::vulnerability_management(&[]);
    let directory = Directory::new([Tenant::new("vm", vm.administrator())]).unwrap();
    make_so(&directory, |_: &Snapshot| {
        let mut wish = Wish::default();
        let mut role = RoleWish::new("Master");
        role.permissions = Some(vec!["TIO_BACKEND.ACCESS_CONTROL.MANAGE".to_owned()]);
        wish.roles.push(role);
        wish.users.push(account("standard@example.com", with_roles(&["Master"])));
        wish
    })
    .await;
    let lost = guarded(&plan(&directory, of("vm", "standard@example.com", disabled)).await);
    assert_eq!(lost, [""; 0], "nobody with it is kept from losing it");
    vm.core.set_rule("vm.session", "gone").unwrap();
    let both = |_: &Snapshot| {
        let mut wish = Wish::default();
        wish.users = vec![account("admin@example.com", disabled), account("robin.admin@example.com", disabled)];
        wish
    };
    let found = guarded(&plan(&directory, both).await);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn who_may_come_back_is_told() {
    let world = World::new();
    let directory = world.directory();
    for (tenant, name, way) in [
        ("ie", "noor.directory@example.com", "LDAP"),
        ("sc", "frankie.directory", "LDAP"),
        // Its list does not tell by which ways people sign in.
        ("vm", "standard@example.com", "SAML"),
    ] {
        let planned = plan(&directory, of(tenant, name, deleted)).await;
        let notes = &planned.plan.notes;
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].starts_with(&format!("{tenant}: {name} signs in by {way}: ")), "{notes:?}");
        assert!(planned.into_plan().is_ok(), "a note stops nothing");
    }
    let planned = plan(&directory, of("ie", "robin.active@example.com", deleted)).await;
    assert_eq!(planned.plan.notes, [""; 0], "who has a password does not come back");
}

/// Everybody whose name ends so is looked after, and nobody is listed.
fn clearing(tenant: &'static str, people: &'static str, most: Removals) -> impl Fn(&Snapshot) -> Wish {
    move |snapshot| {
        let mut wish = Wish::default();
        if snapshot.tenant == tenant {
            wish.scope.people = vec![people.to_owned()];
            wish.scope.most_removals = most;
            let keeps = if tenant == "sc" { "north.deputy" } else { "robin.admin@example.com" };
            if snapshot.users_named(keeps).next().is_some() {
                wish.users.push(account(keeps, |_| {}));
            }
        }
        wish
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_goes_at_once_than_was_said() {
    let world = World::new();
    let directory = world.directory();
    for tenant in TENANTS {
        let goes = plan(&directory, clearing(tenant, "*", Removals::Count(100))).await;
        let removals = goes.plan.steps.iter().filter(|step| matches!(step.change, Change::SetEnabled(_))).count();
        assert_eq!(guarded(&goes), [""; 0]);
        assert!(removals >= 3, "{tenant}: {removals}");
        let snapshot = goes.present.snapshot(tenant).unwrap();
        let present = snapshot.users.len() + snapshot.roles.len() + snapshot.groups.len();
        let percent = |count: usize| u8::try_from((100 * count).div_ceil(present)).unwrap();
        for (most, is_fine) in [
            (Removals::Count(removals), true),
            (Removals::Count(removals - 1), false),
            (Removals::Count(0), false),
            (Removals::Percent(percent(removals)), true),
            (Removals::Percent(percent(removals - 1) - 1), false),
            (Removals::Percent(0), false),
        ] {
            let found = guarded(&plan(&directory, clearing(tenant, "*", most)).await);
            assert_eq!(found.is_empty(), is_fine, "{tenant} {most:?}: {found:?}");
            assert!(
                is_fine || found[0].contains(&format!("deletes or disables {removals}, and at most ")),
                "{found:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_made_disabled_is_no_removal() {
    let world = World::new();
    let directory = world.directory();
    let many = |snapshot: &Snapshot| {
        let mut wish = Wish::default();
        if snapshot.tenant == "vm" {
            wish.users = (0..30).map(|n| account(&format!("zz{n}@example.com"), disabled)).collect();
            wish.scope.most_removals = Removals::Count(0);
        }
        wish
    };
    let planned = plan(&directory, many).await;
    assert_eq!(guarded(&planned), [""; 0]);
    let text = planned.plan.to_string();
    assert!(text.ends_with("Plan: 30 to make, 30 to change, 0 to remove.\n"), "{text}");
}
