//! Read, plan, apply, verify.

use tenable_directory::plan::Change;
use tenable_directory::wish::{GroupWish, Presence, RoleWish, SignInWish, UserWish, Wish};
use tenable_directory::{Outcome, Snapshot};
use tenable_emulator::faults::Fault;

use super::{World, apply, good_plan, make_so, plan, told};

/// Ann in all three products, with a role and a group that are made for it where there are groups.
fn ann(snapshot: &Snapshot) -> Wish {
    let mut wish = Wish::default();
    let mut user = UserWish::new("ann@example.com");
    user.full_name = Some("Ann Lee".to_owned());
    match snapshot.tenant.as_str() {
        "ie" => {
            let mut role = RoleWish::new("Reader");
            role.permissions = Some(vec!["dashboard:read".to_owned()]);
            wish.roles.push(role);
            user.roles = Some(vec!["Reader".to_owned(), "User".to_owned()]);
        }
        "sc" => {
            wish.groups.push(GroupWish::new("Night shift"));
            user.user_name = Some("ann".to_owned());
            user.roles = Some(vec!["Executive".to_owned()]);
            user.groups = Some(vec!["Night shift".to_owned()]);
        }
        _ => {
            let mut role = RoleWish::new("Scan reader");
            role.permissions = Some(vec!["VM.VM_SCAN.READ".to_owned()]);
            role.description = Some("Reads scans".to_owned());
            wish.roles.push(role);
            wish.groups.push(GroupWish::new("Night shift"));
            user.roles = Some(vec!["Scan reader".to_owned()]);
            user.groups = Some(vec!["Night shift".to_owned()]);
            user.sign_in = {
                let mut ways = SignInWish::default();
                ways.api_keys = Some(false);
                ways
            };
        }
    }
    wish.users.push(user);
    wish
}

#[tokio::test(start_paused = true)]
async fn what_is_wished_for_is_made_and_the_second_time_nothing_is_sent() {
    let world = World::new();
    let directory = world.directory();
    let plan = make_so(&directory, ann).await;
    assert!(plan.steps.len() > 10, "{plan}");
    let mark = world.mark();
    let again = good_plan(&directory, ann).await;
    assert!(again.is_empty(), "{again}");
    let report = apply(&directory, &plan).await;
    assert!(report.steps.iter().all(|ended| ended.outcome == Outcome::Already), "{}", told(&report));
    assert_eq!(world.writes_since(mark), []);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_swallows_a_write_is_caught() {
    let world = World::new();
    let directory = world.directory();
    make_so(&directory, ann).await;
    let wish = |snapshot: &Snapshot| {
        let mut wish = ann(snapshot);
        wish.users[0].enabled = Some(false);
        wish
    };
    let plan = good_plan(&directory, wish).await;
    assert_eq!(plan.steps.len(), 3, "{plan}");
    for (tenant, method) in [("ie", "PATCH"), ("sc", "PATCH"), ("vm", "PUT")] {
        world.fault(tenant, Fault::swallowed().method(method));
    }
    let report = apply(&directory, &plan).await;
    for ended in &report.steps {
        let Outcome::NotApplied { field, wanted, got } = &ended.outcome else { panic!("{}", told(&report)) };
        assert_eq!((field.as_str(), wanted.as_str(), got.as_str()), ("enabled", "false", "true"));
    }
    let report = apply(&directory, &plan).await;
    assert!(report.is_complete(), "{}", told(&report));
}

#[tokio::test(start_paused = true)]
async fn a_creation_whose_answer_is_lost_is_looked_for_and_not_repeated() {
    for fault in [Fault::reset_after_commit, Fault::reset_before_commit] {
        let world = World::new();
        let directory = world.directory();
        let plan = good_plan(&directory, ann).await;
        for (tenant, path) in [("ie", "/api/users"), ("sc", "/rest/user"), ("vm", "/users")] {
            world.fault(tenant, fault().method("POST").path(path));
        }
        let report = apply(&directory, &plan).await;
        assert!(report.is_complete(), "{}", told(&report));
        let present = directory.read(&(), &tenable_directory::Stop::default()).await;
        for snapshot in present.snapshots() {
            assert_eq!(snapshot.accounts("ann@example.com", directory.known_aliases()).len(), 1, "{}", snapshot.tenant);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_ground_that_has_changed_stops_the_plan_before_the_first_write() {
    let world = World::new();
    let directory = world.directory();
    make_so(&directory, ann).await;
    let renamed = |to: &'static str| {
        move |snapshot: &Snapshot| {
            let mut wish = ann(snapshot);
            wish.users[0].full_name = Some(to.to_owned());
            wish
        }
    };
    let stale = good_plan(&directory, renamed("Ann One")).await;
    make_so(&directory, renamed("Ann Two")).await;
    let mark = world.mark();
    let problems = directory.apply(&stale, &tenable_directory::Apply::new()).await.unwrap_err();
    assert_eq!(problems.all().len(), 3, "{problems}");
    assert!(problems.to_string().contains("plan again"), "{problems}");
    assert_eq!(world.writes_since(mark), []);
}

#[tokio::test(start_paused = true)]
async fn two_candidates_stop_the_plan() {
    let world = World::new();
    let directory = world.directory();
    make_so(&directory, ann).await;
    let second = |snapshot: &Snapshot| {
        let mut wish = ann(snapshot);
        if snapshot.tenant == "sc" {
            let mut other = wish.users[0].clone();
            other.user_name = Some("ann-admin".to_owned());
            wish.users.push(other);
        }
        wish
    };
    make_so(&directory, second).await;
    let anonymous = |snapshot: &Snapshot| {
        let mut wish = ann(snapshot);
        wish.users[0].user_name = None;
        wish.users[0].enabled = Some(false);
        wish
    };
    let planned = plan(&directory, anonymous).await;
    let problem = &planned.problems[..];
    assert_eq!(problem.len(), 1, "{problem:?}");
    assert!(problem[0].what.contains("ann-admin") && problem[0].what.contains("give the user name"), "{problem:?}");
}

#[tokio::test(start_paused = true)]
async fn nobody_cuts_off_themselves() {
    let world = World::new();
    let directory = world.directory();
    let present = directory.read(&(), &tenable_directory::Stop::default()).await;
    let me = |snapshot: &Snapshot| {
        let own = snapshot.user(snapshot.me.as_ref().expect("it is told")).expect("it is in the list");
        let mut user = UserWish::new(own.user_name.value().expect("it has one"));
        user.user_name = own.user_name.value().cloned();
        user.presence = Presence::Absent { successor: None };
        let mut wish = Wish::default();
        wish.users.push(user);
        wish
    };
    let planned = directory.plan_from(present, me);
    for tenant in ["ie", "sc", "vm"] {
        let own = planned.problems.iter().any(|problem| {
            problem.tenant.as_deref() == Some(tenant) && problem.what.contains("account of the connection")
        });
        assert!(own, "{tenant}: {:?}", planned.problems);
    }
    assert!(planned.plan.steps.iter().all(|step| matches!(step.change, Change::DeleteUser { .. })));
}
