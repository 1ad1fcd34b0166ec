//! What a step comes to that went wrong on the way, and what waits for it.

use tenable_api::admin::{GroupAdmin, NewRole, NewUser, RoleAdmin, UserAdmin};
use tenable_directory::plan::{Change, Named, Plan, Step, Subject};
use tenable_directory::wish::{GroupWish, Presence, RoleWish, UserWish, Wish};
use tenable_directory::{Apply, Directory, Event, Observer, Outcome, Report, Snapshot, Stop};
use tenable_emulator::faults::Fault;
use tenable_model::shared::RoleKey;

use super::{World, apply, complete, good_plan, told};

const ANN: &str = "ann@example.com";

fn user(name: &str, set: impl FnOnce(&mut UserWish)) -> UserWish {
    let mut user = UserWish::new(name);
    set(&mut user);
    user
}

/// A wish of one tenant.
fn of(tenant: &'static str, wish: impl Fn(&mut Wish)) -> impl Fn(&Snapshot) -> Wish {
    move |snapshot| {
        let mut all = Wish::default();
        if snapshot.tenant == tenant {
            wish(&mut all);
        }
        all
    }
}

/// Each step and how it ended, a line each.
fn lines(report: &Report) -> Vec<String> {
    report.steps.iter().map(|ended| format!("{}: {}", ended.step, ended.outcome)).collect()
}

/// How often a call is sent that may be sent again.
const ATTEMPTS: u64 = 3;

/// How often a creation is sent whose outcome is unknown and which, looked for, is not there.
const SENDINGS: u64 = 2;

/// Applies while requests of this method and path break off, so many of them, then without that.
async fn broken_then_whole(
    world: &World,
    directory: &Directory,
    plan: &Plan,
    (tenant, method, path): (&str, &str, &str),
    times: u64,
) -> Report {
    world.fault(tenant, Fault::reset_before_commit().method(method).path(path).times(times));
    let report = apply(directory, plan).await;
    complete(directory, plan).await;
    report
}

/// Ann has the role Old and is to be given another.
async fn with_an_old_role(world: &World) {
    let ie = world.ie.client();
    let old = ie.create_role(&NewRole::new("Old").permissions(["dashboard:read"])).await.unwrap();
    ie.create_user(&NewUser::new(ANN, "Violet-Harbor-42").roles([old.key])).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_role_stays_while_those_who_have_it_did_not_get_another() {
    let world = World::new();
    with_an_old_role(&world).await;
    let directory = world.directory();
    let wish = of("ie", |wish| {
        let mut old = RoleWish::new("Old");
        old.presence = Presence::Absent { successor: None };
        wish.roles.push(old);
        wish.users.push(user(ANN, |ann| ann.roles = Some(vec!["User".to_owned()])));
    });
    let plan = good_plan(&directory, wish).await;
    let mark = world.mark();
    let report = broken_then_whole(&world, &directory, &plan, ("ie", "PUT", "/api/users/*/roles"), ATTEMPTS).await;
    let lines = lines(&report);
    assert!(lines[0].starts_with("~ user ann@example.com: roles Old -> User: unknown: "), "{lines:#?}");
    assert_eq!(lines[1..], ["- role Old: not tried: step 1 failed"]);
    let deletions = world.writes_since(mark).iter().filter(|(_, entry)| entry.method == "DELETE").count();
    assert_eq!(deletions, 1, "by the second run");
}

#[tokio::test(start_paused = true)]
async fn a_role_stays_while_somebody_who_is_to_come_did_not() {
    let world = World::new();
    with_an_old_role(&world).await;
    let directory = world.directory();
    let wish = of("ie", |wish| {
        let mut old = RoleWish::new("Old");
        old.presence = Presence::Absent { successor: None };
        wish.roles.push(old);
        wish.users.push(user("bo@example.com", |_| {}));
    });
    let plan = good_plan(&directory, wish).await;
    let report = broken_then_whole(&world, &directory, &plan, ("ie", "POST", "/api/users"), SENDINGS).await;
    let lines = lines(&report);
    assert!(lines[0].starts_with("+ user bo@example.com: unknown: "), "{lines:#?}");
    assert_eq!(lines.last().unwrap(), "- role Old: not tried: step 1 failed");
}

#[tokio::test(start_paused = true)]
async fn a_group_stays_while_those_who_are_in_it_did_not_come_into_another() {
    let world = World::new();
    world.vm.administrator().create_group("New").await.unwrap();
    let directory = world.directory();
    let wish = of("vm", |wish| {
        let mut old = GroupWish::new("Operations");
        old.presence = Presence::Absent { successor: None };
        wish.groups.push(old);
        wish.users.push(user("standard@example.com", |user| user.more_groups = vec!["New".to_owned()]));
    });
    let plan = good_plan(&directory, wish).await;
    let report = broken_then_whole(&world, &directory, &plan, ("vm", "POST", "/groups/*/users/*"), ATTEMPTS).await;
    let lines = lines(&report);
    assert!(lines[0].starts_with("~ user standard@example.com: joins group New: unknown: "), "{lines:#?}");
    assert_eq!(lines[1], "- group Operations: everybody leaves it first: not tried: step 1 failed");
}

#[tokio::test(start_paused = true)]
async fn who_has_not_lost_a_right_is_not_let_in() {
    let world = World::new();
    let ie = world.ie.client();
    let new = NewUser::new(ANN, "Violet-Harbor-42").roles(["ie:1".parse::<RoleKey>().unwrap()]);
    let ann = ie.create_user(&new).await.unwrap();
    ie.set_enabled(&ann.key, false).await.unwrap();
    let directory = world.directory();
    let wish = of("ie", |wish| {
        wish.users.push(user(ANN, |ann| {
            ann.roles = Some(vec!["User".to_owned()]);
            ann.enabled = Some(true);
        }));
    });
    let plan = good_plan(&directory, wish).await;
    let report = broken_then_whole(&world, &directory, &plan, ("ie", "PUT", "/api/users/*/roles"), ATTEMPTS).await;
    let lines = lines(&report);
    assert!(
        lines[0].starts_with("~ user ann@example.com: roles Global Administrator -> User: unknown: "),
        "{lines:#?}"
    );
    assert_eq!(lines[1..], ["~ user ann@example.com: enabled: not tried: step 1 failed"]);
}

/// The same call as one that may still arrive: it is not said to have been ignored.
#[tokio::test(start_paused = true)]
async fn a_call_that_was_cut_off_is_unknown_although_what_is_there_is_as_before() {
    let world = World::new();
    let directory = world.directory();
    let wish = of("vm", |wish| wish.users.push(user("standard@example.com", |user| user.enabled = Some(false))));
    let plan = good_plan(&directory, wish).await;
    let report = broken_then_whole(&world, &directory, &plan, ("vm", "PUT", "/users/*/enabled"), ATTEMPTS).await;
    let [ended] = &report.steps[..] else { panic!("{}", told(&report)) };
    let Outcome::Unknown { why } = &ended.outcome else { panic!("{}", ended.outcome) };
    assert!(why.message.ends_with("; enabled should be false and is true now"), "{why}");
    assert!(why.may_have_acted, "{why}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_deleted_for_a_successor_who_is_nobody() {
    let world = World::new();
    let directory = world.directory();
    let present = directory.read(&(), &Stop::default()).await;
    let leaving = present.snapshot("vm").unwrap().users_named("standard@example.com").next().unwrap().key.clone();
    // As a plan has somebody whom it makes, and this one makes nobody.
    let successor = Some(Named::new("nobody@example.com", None));
    let subject = Subject::User(Named::new("standard@example.com", leaving));
    let mut plan = Plan::default();
    plan.steps.push(Step::new("vm", subject, Change::DeleteUser { successor }));
    let mark = world.mark();
    let report = apply(&directory, &plan).await;
    let line = r#"- user standard@example.com: deleted, what it owns goes to nobody@example.com: refused: the user "nobody@example.com" is not there"#;
    assert_eq!(lines(&report), [line]);
    assert_eq!(world.writes_since(mark), []);
}

/// Breaks the reading of a tenant as soon as it is read back.
struct Breaking<'a>(&'a World, &'static str);

impl Observer for Breaking<'_> {
    fn notice(&self, event: &Event<'_>) {
        if let Event::Verifying { tenant } = event
            && *tenant == self.1
        {
            self.0.fault(self.1, Fault::internal_server_error().method("GET"));
        }
    }
}

/// One account is read back alone, and many by the list.
#[tokio::test(start_paused = true)]
async fn what_was_made_and_cannot_be_read_back_is_unknown() {
    for count in [1, 17] {
        let world = World::new();
        let directory = world.directory();
        let wish = of("ie", |wish| {
            wish.users = (0..count).map(|number| user(&format!("zz{number}@example.com"), |_| {})).collect();
        });
        let plan = good_plan(&directory, wish).await;
        let mark = world.mark();
        let breaking = Breaking(&world, "ie");
        let report = directory.apply(&plan, &Apply::new().observer(&breaking)).await.unwrap();
        assert_eq!(report.failures().count(), plan.steps.len(), "{}", told(&report));
        for ended in &report.steps {
            let Outcome::Unknown { why } = &ended.outcome else { panic!("{}", ended.outcome) };
            assert!(why.message.starts_with("it was made, and could not be read back: "), "{why}");
            assert!(why.may_have_acted, "{why}");
        }
        let writes = world.writes_since(mark).len();
        let report = complete(&directory, &plan).await;
        assert!(report.steps.iter().all(|ended| ended.outcome == Outcome::Already), "{}", told(&report));
        assert_eq!(world.writes_since(mark).len(), writes, "nobody is made twice");
    }
}
