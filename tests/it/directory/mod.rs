//! Tasks over people, judged by the emulated products: what the engine promises, and each task on top of it.

mod engine;
mod ensure;
mod file;
mod guards;
mod import;
mod killed;
mod many;
mod offboard;
mod outcomes;
mod random;
mod review;
mod untold;
mod whois;

use tenable_directory::plan::{Plan, Planned};
use tenable_directory::wish::Wish;
use tenable_directory::{Apply, Directory, Report, Snapshot, Stop, Tenant};
use tenable_emulator::faults::Fault;
use tenable_emulator::identity_exposure as emulated_exposure;
use tenable_emulator::journal::JournalEntry;
use tenable_emulator::security_center as emulated_center;
use tenable_emulator::vulnerability_management as emulated_management;
use tenable_tests::CoreTransport;

/// The three products with their seed data, as the tenants `ie`, `sc` and `vm`.
struct World {
    ie: CoreTransport<emulated_exposure::IdentityExposure>,
    /// As the Security Manager of the first organization.
    sc: CoreTransport<emulated_center::SecurityCenter>,
    vm: CoreTransport<emulated_management::VulnerabilityManagement>,
}

impl World {
    fn new() -> Self {
        Self {
            ie: CoreTransport::with_rules(&[]),
            sc: CoreTransport::security_center(&[]),
            vm: CoreTransport::vulnerability_management(&[]),
        }
    }

    fn directory(&self) -> Directory {
        let tenants = [
            Tenant::new("ie", self.ie.client()),
            Tenant::new("sc", self.sc.manager()),
            Tenant::new("vm", self.vm.administrator()),
        ];
        Directory::new(tenants).unwrap()
    }

    /// Does something to requests to come, of the product of this tenant.
    fn fault(&self, tenant: &str, fault: Fault) {
        match tenant {
            "ie" => self.ie.core.add_fault(fault),
            "sc" => self.sc.core.add_fault(fault),
            _ => self.vm.core.add_fault(fault),
        };
    }

    fn journal(&self, tenant: &str) -> Vec<JournalEntry> {
        match tenant {
            "ie" => self.ie.core.journal(),
            "sc" => self.sc.core.journal(),
            _ => self.vm.core.journal(),
        }
    }

    /// How many requests there were so far, in each tenant.
    fn mark(&self) -> [usize; 3] {
        TENANTS.map(|tenant| self.journal(tenant).len())
    }

    /// The requests since then that may have changed something, with their tenant.
    fn writes_since(&self, mark: [usize; 3]) -> Vec<(&'static str, JournalEntry)> {
        let of = |(tenant, then): (&'static str, usize)| {
            let entries = self.journal(tenant).into_iter().skip(then);
            entries.filter(|entry| entry.method != "GET").map(move |entry| (tenant, entry))
        };
        TENANTS.into_iter().zip(mark).flat_map(of).collect()
    }
}

const TENANTS: [&str; 3] = ["ie", "sc", "vm"];

async fn plan(directory: &Directory, wish: impl Fn(&Snapshot) -> Wish) -> Planned {
    directory.plan(wish, &(), &Stop::default()).await
}

/// The plan, which nothing stands in the way of.
async fn good_plan(directory: &Directory, wish: impl Fn(&Snapshot) -> Wish) -> Plan {
    let planned = plan(directory, wish).await;
    assert_eq!(planned.present.failed().count(), 0, "{:?}", planned.present.failed().collect::<Vec<_>>());
    planned.into_plan().unwrap_or_else(|problems| panic!("{problems}"))
}

async fn apply(directory: &Directory, plan: &Plan) -> Report {
    directory.apply(plan, &Apply::new()).await.unwrap_or_else(|problems| panic!("{problems}"))
}

/// Plans and applies, all of which succeeds.
async fn make_so(directory: &Directory, wish: impl Fn(&Snapshot) -> Wish) -> Plan {
    let plan = good_plan(directory, wish).await;
    complete(directory, &plan).await;
    plan
}

/// Applies, all of which succeeds.
async fn complete(directory: &Directory, plan: &Plan) -> Report {
    let report = apply(directory, plan).await;
    assert!(report.is_complete(), "{}", told(&report));
    report
}

/// A report as text, for messages.
fn told(report: &Report) -> String {
    let lines = report.steps.iter().map(|ended| format!("{} {}: {}", ended.step.tenant, ended.step, ended.outcome));
    lines
        .chain(report.failed_tenants.iter().map(|(tenant, why)| format!("{tenant}: {why}")))
        .collect::<Vec<_>>()
        .join("\n")
}
