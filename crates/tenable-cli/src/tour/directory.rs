//! The chapter on tasks: one file for three products, a review, and somebody leaves everywhere.

use std::fs;
use std::io;
use std::path::PathBuf;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tenable_api::security_center::SecurityCenter;
use tenable_api::transport::{ProxySettings, TlsSettings};
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_directory::plan::{Plan, Planned};
use tenable_directory::wish::Presence;
use tenable_directory::{
    Apply, Clock, Directory, GivenPasswords, Offboarding, PeopleFile, Problems, RandomPasswords, Report as Outcomes,
    Review, ReviewOptions, Stop, Tenant,
};
use tenable_emulator::RunningEmulator;

use super::report::{Report, wrong};
use super::{identity_exposure, vulnerability_management};
use crate::exit::{Exit, Failure, Result};

const ANN: &str = "ann.tasks@example.com";
const BO: &str = "bo.tasks@example.com";
/// Ann's name in Security Center, by the template.
const ANN_THERE: &str = "ann.tasks";

/// Good enough for the rules of all three products, and gone with the emulator.
const PASSWORD: &str = "Violet-Harbor-42";

const FILE: &str = "\
version: 1
templates:
  night shift:
    ie: {role: User}
    sc: {user_name: '{local_part}', role: Security Analyst, group: Night watch}
    vm: {role: Standard, groups: [Night watch]}
groups:
  sc: [Night watch]
  vm: [Night watch]
people:
  - {name: Ann Lee, email: ann.tasks@example.com, template: night shift}
  - {name: Bo Berg, email: bo.tasks@example.com, template: night shift}
";

/// The three products of the emulator, as one directory.
pub(super) fn directory(emulator: &RunningEmulator) -> Result<Directory> {
    let ie = identity_exposure::client(emulator)?;
    let vm = vulnerability_management::client(emulator)?;
    let manager = emulator.security_center();
    let sc = center(emulator).api_key(manager.access_key.as_str(), manager.secret_key.as_str()).build()?;
    of([Tenant::new("ie", ie), Tenant::new("sc", sc), Tenant::new("vm", vm)])
}

pub(super) fn of(tenants: [Tenant; 3]) -> Result<Directory> {
    Directory::new(tenants).map_err(|problem| Failure::problems(Exit::Usage, &[problem]))
}

fn center(emulator: &RunningEmulator) -> tenable_api::Builder<tenable_api::security_center::Settings> {
    SecurityCenter::builder()
        .url(&emulator.security_center().url)
        .tls(TlsSettings::only(emulator.ca_pem().unwrap_or_default()))
        .proxy(ProxySettings::none())
}

/// The chapter.
pub(super) async fn chapter(emulator: &RunningEmulator, directory: Directory, report: &mut Report) -> Result {
    report.chapter("One person, three products");
    let file = PeopleFile::parse(FILE, None).map_err(refused)?;
    let mut chapter = Chapter { emulator, directory, file, report };
    let before = chapter.everybody().await?;
    let plan = chapter.plan().await?;
    chapter.apply(&plan).await?;
    chapter.nothing_more().await?;
    chapter.who_is_ann().await?;
    chapter.review().await?;
    let doors = chapter.ann_opens_doors().await?;
    chapter.ann_leaves(&doors).await?;
    chapter.clean_up(&before).await
}

/// Ann's ways in, before she leaves.
struct Doors {
    /// In a session of hers.
    center: SecurityCenter,
    program: VulnerabilityManagement,
}

struct Chapter<'a> {
    emulator: &'a RunningEmulator,
    directory: Directory,
    file: PeopleFile,
    report: &'a mut Report,
}

impl Chapter<'_> {
    /// The names of all accounts and groups, each with its tenant.
    async fn everybody(&mut self) -> Result<Vec<String>> {
        let present = self.directory.read(&(), &Stop::default()).await;
        if let Some((tenant, why)) = present.failed().next() {
            return Err(wrong(&format!("{tenant} could not be read: {why}")));
        }
        let mut names = Vec::new();
        for snapshot in present.snapshots() {
            let users = snapshot.users.iter().map(|user| user.key.to_string());
            let groups = snapshot.groups.iter().filter_map(|group| group.name.value().cloned());
            names.extend(users.chain(groups).map(|name| format!("{} {name}", snapshot.tenant)));
        }
        names.sort_unstable();
        Ok(names)
    }

    async fn planned(&self) -> Planned {
        self.directory.plan(|snapshot| self.file.wish(snapshot), &(), &Stop::default()).await
    }

    /// How many requests that change something the products have had.
    fn writes(&self) -> usize {
        let journal = self.emulator.control().journal();
        journal.iter().filter(|entry| entry.method != "GET" && entry.path != "/rest/token").count()
    }

    /// Tells the requests that changed something, since a number of them had.
    fn tell_writes(&mut self, since: usize) {
        let journal = self.emulator.control().journal();
        let writes = journal.iter().filter(|entry| entry.method != "GET" && entry.path != "/rest/token");
        for entry in writes.skip(since) {
            let outcome = entry.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let path = entry.route.as_ref().unwrap_or(&entry.path);
            self.report.request(&entry.method, path, &outcome, 1);
        }
    }

    async fn plan(&mut self) -> Result<Plan> {
        self.report
            .step("A file says who should be there, with one template for three products. What is to be done for it?");
        for line in FILE.lines() {
            self.report.note(line);
        }
        self.report.note("");
        let writes = self.writes();
        let planned = self.planned().await;
        let plan = planned.into_plan().map_err(refused)?;
        for line in plan.to_string().lines() {
            self.report.note(line);
        }
        let tenants = |name: &str| plan.steps.iter().any(|step| step.tenant == name);
        self.report.check("the plan", "is about ie, sc, vm", &[true; 3], &["ie", "sc", "vm"].map(tenants));
        self.report.check("the plan", "requests that write", &writes, &self.writes());
        self.report.read_back()?;
        Ok(plan)
    }

    async fn apply(&mut self, plan: &Plan) -> Result {
        self.report.step("The plan is carried out, and every account is read back.");
        let mut passwords = GivenPasswords::or(RandomPasswords);
        for (tenant, name) in [("ie", ANN), ("sc", ANN_THERE), ("vm", ANN)] {
            passwords.give(tenant, name, PASSWORD.into());
        }
        let writes = self.writes();
        let outcomes = self.directory.apply(plan, &Apply::new().passwords(&passwords)).await.map_err(refused)?;
        self.tell_writes(writes);
        self.check_outcomes(&outcomes);
        let present = self.directory.read(&(), &Stop::default()).await;
        for snapshot in present.snapshots() {
            for person in [ANN, BO] {
                let there = snapshot.accounts(person, self.directory.known_aliases()).len();
                self.report.check(person, &format!("accounts in {}", snapshot.tenant), &1, &there);
            }
        }
        self.report.read_back()
    }

    fn check_outcomes(&mut self, outcomes: &Outcomes) {
        for ended in &outcomes.steps {
            let got = if ended.outcome.is_success() { "as asked".to_owned() } else { ended.outcome.to_string() };
            let what = ended.step.change.to_string();
            let what = if what.is_empty() { "is made or gone" } else { &what };
            self.report.check(ended.step.subject.name(), what, &"as asked", &got.as_str());
        }
    }

    async fn nothing_more(&mut self) -> Result {
        self.report.step("The same file again: there is nothing to do, and nothing is sent that changes anything.");
        let writes = self.writes();
        let plan = self.planned().await.into_plan().map_err(refused)?;
        self.report.check("the plan", "steps", &0, &plan.steps.len());
        self.directory.apply(&plan, &Apply::new()).await.map_err(refused)?;
        self.report.check("the products", "requests that write", &writes, &self.writes());
        self.report.read_back()
    }

    async fn who_is_ann(&mut self) -> Result {
        self.report.step("Who is Ann? Her accounts, wherever they are.");
        let whois = self.directory.whois(ANN, &(), &Stop::default()).await;
        let row = |account: &tenable_directory::Account, tenant: &str| {
            json!({
                "tenant": tenant, "name": account.user_name, "enabled": account.enabled, "roles": account.roles,
                "groups": account.groups, "signs in by": account.sign_in.open()
            })
        };
        let rows: Vec<Value> = whois.accounts().map(|(tenant, account)| row(account, &tenant.tenant)).collect();
        self.report.check(ANN, "accounts", &3, &rows.len());
        self.report.check(ANN, "conflicts", &0, &whois.conflicts.len());
        self.report.table(&rows.into());
        self.report.read_back()
    }

    async fn review(&mut self) -> Result {
        self.report
            .step("The access review: everybody in three products, with what somebody should look at, as one page.");
        let options = ReviewOptions::new(Clock::default().now());
        let review = self.directory.review(&options, &(), &Stop::default()).await;
        let mut page = Vec::new();
        let written = review.write_html(&mut page).and_then(|()| keep(&page));
        let path = written.map_err(|error| Failure::io("the page of the review cannot be written", &error))?;
        self.report.note(&format!("{} people, {} findings, such as:", review.people.len(), review.findings.len()));
        for finding in review.findings.iter().take(3) {
            let (severity, subject, what) = (finding.severity, finding.subject(), &finding.what);
            self.report.note(&format!("  {severity}: {subject}: {what}"));
        }
        self.report.note(&format!("The page, for your browser: {}", path.display()));
        self.check_review(&review, &page);
        self.report.read_back()
    }

    fn check_review(&mut self, review: &Review, page: &[u8]) {
        let page = String::from_utf8_lossy(page);
        for (person, name) in [(ANN, "Ann Lee"), (BO, "Bo Berg")] {
            let accounts = review.people.iter().find(|reviewed| reviewed.person == person);
            self.report.check(
                person,
                "accounts in the review",
                &Some(3),
                &accounts.map(|person| person.accounts.len()),
            );
            self.report.check(person, "is on the page", &true, &page.contains(name));
        }
    }

    async fn ann_opens_doors(&mut self) -> Result<Doors> {
        self.report.step("Ann signs in to Security Center by password, and a program of hers uses API keys of Vulnerability Management.");
        let center = center(self.emulator).login(ANN_THERE, PASSWORD).build()?;
        let user = self.report.call(center.current_user().details()).await?;
        self.report.check("the session", "user", &Some(ANN_THERE), &user.username.as_deref());
        let vm = vulnerability_management::client(self.emulator)?;
        let users = self.report.call(vm.users().list()).await?;
        let ann = users.iter().find(|user| user.username == ANN).ok_or_else(|| wrong("Ann is not there"))?;
        let keys = self.report.call(vm.users().generate_keys(ann.id)).await?;
        let program = VulnerabilityManagement::builder()
            .url(&self.emulator.vulnerability_management().url)
            .tls(TlsSettings::only(self.emulator.ca_pem().unwrap_or_default()))
            .proxy(ProxySettings::none())
            .api_key(keys.access_key.expose_secret(), keys.secret_key.expose_secret())
            .build()?;
        let caller = self.report.call(program.session().details()).await?;
        self.report.check("the program", "user", &ANN, &caller.username.as_str());
        self.report.read_back()?;
        Ok(Doors { center, program })
    }

    async fn ann_leaves(&mut self, doors: &Doors) -> Result {
        self.report.step("Ann leaves: every account is closed, everywhere, and a record says whether all of it holds.");
        let offboarding = Offboarding::new(ANN);
        let planned = self.directory.plan_offboarding(&offboarding, &(), &Stop::default()).await;
        let writes = self.writes();
        let record = self.directory.offboard(&planned, &Apply::new()).await.map_err(refused)?;
        self.tell_writes(writes);
        for failure in record.failures() {
            self.report.check(ANN, "is closed", &"", &failure.as_str());
        }
        self.report.check(ANN, "accounts in the record", &3, &record.accounts().count());
        self.report.check(ANN, "all of it holds", &true, &record.holds);
        self.report.note("What opened doors before opens none now:");
        let again = center(self.emulator).login(ANN_THERE, PASSWORD).build()?;
        let error = self.report.refused(again.current_user().details()).await?;
        self.report.check("the password", "is refused", &true, &error.status().is_some());
        let error = self.report.refused(doors.program.session().details()).await?;
        self.report.check("the API keys", "are refused", &true, &error.status().is_some());
        // Whether a session that is open outlives the lock is up to the product; it is ended here.
        let _ended = doors.center.close().await;
        let writes = self.writes();
        let planned = self.directory.plan_offboarding(&offboarding, &(), &Stop::default()).await;
        self.report.check(ANN, "steps left", &0, &planned.planned.plan.steps.len());
        self.report.check(ANN, "requests that write", &writes, &self.writes());
        self.report.read_back()
    }

    async fn clean_up(&mut self, before: &[String]) -> Result {
        self.report
            .step("Everything that the file brought goes: the same wish, with everybody and every group absent.");
        let absent = |snapshot: &tenable_directory::Snapshot| {
            let mut wish = self.file.wish(snapshot);
            for user in &mut wish.users {
                user.presence = Presence::Absent { successor: None };
                (user.full_name, user.roles, user.groups) = (None, None, None);
            }
            for group in &mut wish.groups {
                group.presence = Presence::Absent { successor: None };
            }
            wish
        };
        let plan = self.directory.plan(absent, &(), &Stop::default()).await.into_plan().map_err(refused)?;
        let writes = self.writes();
        let outcomes = self.directory.apply(&plan, &Apply::new()).await.map_err(refused)?;
        self.tell_writes(writes);
        self.check_outcomes(&outcomes);
        let after = self.everybody().await?;
        self.report.check("the products", "accounts and groups", &before, &after.as_slice());
        self.report.read_back()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn refused(problems: Problems) -> Failure {
    Failure::problems(Exit::Refused, problems.all())
}

/// Keeps the page in a folder of its own, which only its owner reads.
fn keep(page: &[u8]) -> io::Result<PathBuf> {
    let path = tempfile::Builder::new().prefix("tenable-tour-").tempdir()?.keep().join("review.html");
    fs::write(&path, page)?;
    Ok(path)
}
