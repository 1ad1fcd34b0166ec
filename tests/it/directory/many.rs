//! Two hundred tenants at once, some slow, some failing: each by itself, within the limits. Time is virtual, and compared by ratio.

mod wire;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use tenable_directory::wish::{GroupWish, SignInWish, UserWish, Wish};
use tenable_directory::{Apply, Directory, Event, Limits, Observer, Outcome, Snapshot, Stop, Tenant};
use tenable_emulator::faults::{Fault, RetryAfter};
use tenable_model::Product;
use tokio::time::Instant;

use super::{apply, complete, good_plan, plan, told};
use wire::{Site, Trouble, Wire};

const TENANTS: usize = 200;
/// Enough for several rounds.
const SOME: usize = 96;
const LATENCY: Duration = Duration::from_millis(100);

fn limits(tenants: usize, people: usize) -> Limits {
    let mut limits = Limits::default();
    (limits.tenants, limits.people) = (tenants, people);
    limits
}

/// Two people, each with what takes several calls.
fn wish(snapshot: &Snapshot) -> Wish {
    people(snapshot, 2)
}

fn people(snapshot: &Snapshot, count: usize) -> Wish {
    let mut wish = Wish::default();
    let product = snapshot.product();
    if product != Product::IdentityExposure {
        wish.groups.push(GroupWish::new("Night shift"));
    }
    for number in 0..count {
        let mut user = UserWish::new(format!("zz{number}@example.com"));
        user.full_name = Some(format!("Zz Number {number}"));
        let role = match product {
            Product::IdentityExposure => "Auditor",
            Product::SecurityCenter => "Executive",
            _ => "Standard",
        };
        user.roles = Some(vec![role.to_owned()]);
        if product != Product::IdentityExposure {
            user.groups = Some(vec!["Night shift".to_owned()]);
        }
        if product == Product::VulnerabilityManagement {
            let mut ways = SignInWish::default();
            ways.api_keys = Some(false);
            user.sign_in = ways;
            user.enabled = Some(false);
        }
        wish.users.push(user);
    }
    wish
}

/// Tenants of all three products in turn.
fn fleet(count: usize) -> Vec<Site> {
    (0..count).map(Site::new).collect()
}

fn directory(sites: &[Site], wire: &Wire) -> Directory {
    Directory::new(sites.iter().map(|site| site.tenant(wire, LATENCY))).unwrap()
}

/// How long reading, planning and applying take.
async fn time_of(directory: &Directory) -> Duration {
    let start = Instant::now();
    let plan = good_plan(directory, wish).await;
    complete(directory, &plan).await;
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn tenants_run_side_by_side_as_many_as_may() {
    let mut alone = Duration::ZERO;
    for number in 0..3 {
        let site = [Site::new(number)];
        alone = alone.max(time_of(&directory(&site, &Wire::default())).await);
    }
    let at_once = 16;
    let (sites, wire) = (fleet(SOME), Wire::default());
    let directory = directory(&sites, &wire).limits(limits(at_once, 8));
    let all = time_of(&directory).await;
    let rounds = u32::try_from(SOME.div_ceil(at_once)).unwrap();
    assert!(all <= alone * rounds, "{all:?} for {SOME}, {alone:?} for one");
    assert!(all >= alone * 2, "{all:?} for {SOME}, {alone:?} for one: more than {at_once} at once");
    assert_eq!(wire.most_tenants(), at_once);
    assert!(good_plan(&directory, wish).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_slow_tenant_costs_its_own_time_and_nobody_elses() {
    let slow = |sites: &[Site]| {
        // The first, which everybody else would wait for if anybody did.
        sites[0].fault(Fault::latency(LATENCY * 100).always());
    };
    let alone = fleet(1);
    slow(&alone);
    let alone = time_of(&directory(&alone, &Wire::default())).await;
    let others = time_of(&directory(&fleet(48), &Wire::default())).await;
    let (sites, wire) = (fleet(48), Wire::default());
    slow(&sites);
    let directory = directory(&sites, &wire);
    // All that is read, then all that is done: nothing is written before the whole plan is known to fit.
    let all = time_of(&directory).await;
    assert!(all <= alone + others, "{all:?} for all, {alone:?} for the slow one, {others:?} for the others");

    // Who is ready does not wait for who is not.
    let plan = good_plan(&directory, |snapshot| {
        let mut wish = wish(snapshot);
        wish.users.iter_mut().for_each(|user| user.full_name = Some("Other".to_owned()));
        wish
    })
    .await;
    let ends = Ends::default();
    directory.apply(&plan, &Apply::new().observer(&ends)).await.unwrap();
    let ends = ends.ends();
    let (slowest, others): (Vec<_>, Vec<_>) = ends.iter().partition(|(tenant, _)| **tenant == sites[0].name());
    let last = others.iter().map(|(_, took)| **took).max().unwrap();
    assert_eq!(others.len(), 47);
    assert!(*slowest[0].1 >= last * 5, "{:?} and {last:?}", slowest[0].1);
}

/// When the last step of each tenant ended, from the first step of all.
#[derive(Default)]
struct Ends(Mutex<(Option<Instant>, BTreeMap<String, Duration>)>);

impl Ends {
    fn ends(self) -> BTreeMap<String, Duration> {
        self.0.into_inner().unwrap().1
    }
}

impl Observer for Ends {
    fn notice(&self, event: &Event<'_>) {
        let (start, ends) = &mut *self.0.lock().unwrap();
        match event {
            Event::Begun { .. } => drop(start.get_or_insert_with(Instant::now)),
            Event::Ended { step, .. } => {
                ends.insert(step.tenant.clone(), start.map_or(Duration::ZERO, |start| start.elapsed()));
            }
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_in_one_tenant_does_not_slow_the_others() {
    let mut ends_of = Vec::new();
    for limited in [false, true] {
        let (sites, wire) = (fleet(12), Wire::default());
        let directory = directory(&sites, &wire);
        let plan = good_plan(&directory, wish).await;
        if limited {
            let wait = Some(RetryAfter::Seconds(20));
            sites[2].fault(Fault::too_many_requests(wait).method("POST").times(2));
        }
        let ends = Ends::default();
        let report = directory.apply(&plan, &Apply::new().observer(&ends)).await.unwrap();
        assert!(report.is_complete(), "{}", told(&report));
        ends_of.push(ends.ends());
    }
    let limited = Site::new(2).name();
    assert!(ends_of[1][&limited] >= ends_of[0][&limited] + Duration::from_secs(40));
    for ends in &mut ends_of {
        ends.remove(&limited);
    }
    assert_eq!(ends_of[0], ends_of[1]);
}

#[tokio::test(start_paused = true)]
async fn the_ones_that_fail_are_listed_with_why_and_the_others_are_complete() {
    let (sites, wire) = (fleet(TENANTS), Wire::default());
    let troubles: HashMap<usize, Trouble> = [
        (0, Trouble::WrongKey),
        (1, Trouble::WrongKey),
        (2, Trouble::WrongKey),
        (30, Trouble::Broken),
        (31, Trouble::Broken),
        (32, Trouble::Broken),
        (60, Trouble::NoConnection),
        (120, Trouble::NoClient),
    ]
    .into();
    let tenants = sites.iter().enumerate().map(|(number, site)| match troubles.get(&number) {
        Some(Trouble::NoClient) => Tenant::unreachable(site.name(), "the profile has no key"),
        Some(trouble) => site.tenant_in_trouble(&wire, LATENCY, *trouble),
        None => site.tenant(&wire, LATENCY),
    });
    let directory = Directory::new(tenants).unwrap();
    for (place, slow) in [(3, 10), (77, 30), (199, 50)] {
        sites[place].fault(Fault::latency(LATENCY * slow).always());
    }
    let planned = plan(&directory, wish).await;
    let failed: BTreeMap<String, String> =
        planned.present.failed().map(|(tenant, why)| (tenant.to_owned(), why.to_string())).collect();
    assert_eq!(failed.len(), troubles.len(), "{failed:#?}");
    for (number, trouble) in &troubles {
        let why = &failed[&sites[*number].name()];
        assert!(why.contains(trouble.sign(sites[*number].product())), "{trouble:?}: {why}");
    }
    // They are in the order of the directory, those that failed among them.
    let names: Vec<&str> = planned.present.readings.iter().map(|reading| reading.tenant.as_str()).collect();
    assert_eq!(names, directory.tenants().iter().map(Tenant::name).collect::<Vec<_>>());

    let plan = planned.into_plan().unwrap();
    let tenants: BTreeSet<&str> = plan.steps.iter().map(|step| step.tenant.as_str()).collect();
    assert_eq!(tenants.len(), TENANTS - troubles.len());
    // Three more fail after the plan was made, of which one at its first write.
    sites[9].fault(Fault::internal_server_error().always());
    sites[10].fault(Fault::internal_server_error().always());
    sites[11].fault(Fault::revoke_credential().method("POST"));
    let report = apply(&directory, &plan).await;
    let later: Vec<&str> = report.failed_tenants.iter().map(|(tenant, _)| tenant.as_str()).collect();
    assert_eq!(later, [sites[9].name(), sites[10].name()]);
    let failing: BTreeSet<&str> = report.failures().map(|ended| ended.step.tenant.as_str()).collect();
    assert_eq!(failing, [9, 10, 11].map(|number| sites[number].name()).iter().map(String::as_str).collect());
    for ended in &report.steps {
        let unread = [9, 10].iter().any(|number| sites[*number].name() == ended.step.tenant);
        let is_refused = matches!(ended.outcome, Outcome::Refused { .. });
        assert!(!unread || is_refused, "{}: {}", ended.step, ended.outcome);
    }
    let again = plan_of_the_well(&directory, &troubles, &sites).await;
    assert_eq!(again, 0, "steps are left to do");
}

/// Steps that are left to do in tenants that nothing is wrong with.
async fn plan_of_the_well(directory: &Directory, troubles: &HashMap<usize, Trouble>, sites: &[Site]) -> usize {
    let ill: BTreeSet<String> =
        troubles.keys().copied().chain([9, 10, 11]).map(|number| sites[number].name()).collect();
    let planned = directory.plan(wish, &(), &Stop::default()).await;
    planned.plan.steps.iter().filter(|step| !ill.contains(&step.tenant)).count()
}

#[tokio::test(start_paused = true)]
async fn people_run_side_by_side_as_many_as_may_and_each_in_order() {
    for at_once in [1, 3, 8] {
        let (sites, wire) = (fleet(3), Wire::default());
        let directory = directory(&sites, &wire).limits(limits(16, at_once));
        let wish = |snapshot: &Snapshot| people(snapshot, 30);
        let plan = good_plan(&directory, wish).await;
        complete(&directory, &plan).await;
        for site in &sites {
            assert_eq!(wire.most_requests(&site.name()), at_once, "{} {at_once}", site.name());
        }
        // Changes of everybody, for which nobody has to be made.
        let others = |snapshot: &Snapshot| {
            let mut wish = wish(snapshot);
            for user in &mut wish.users {
                user.full_name = Some("Other".to_owned());
                user.enabled = (snapshot.product() == Product::VulnerabilityManagement).then_some(true);
                user.groups = None;
                let role = match snapshot.product() {
                    Product::VulnerabilityManagement => "Basic",
                    Product::SecurityCenter => "Auditor",
                    _ => "User",
                };
                user.roles = Some(vec![role.to_owned()]);
            }
            wish
        };
        let plan = good_plan(&directory, others).await;
        assert!(plan.steps.len() >= 3 * 60, "{plan}");
        complete(&directory, &plan).await;
        assert_eq!(wire.overlaps(), Vec::<String>::new());
        for site in &sites {
            assert_eq!(wire.most_requests(&site.name()), at_once, "{} {at_once}", site.name());
        }
    }
}
