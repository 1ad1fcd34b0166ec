//! `plan`, `apply` and `export`: a file of people, roles and groups over three products.

use serde_json::{Value, json};
use tempfile::TempDir;
use tenable_emulator::faults::Fault;

use crate::support::{Instance, Run, Tenable, exists, file};

const PEOPLE: &str = "\
version: 1
templates:
  analyst:
    ie: {role: User}
    sc: {user_name: '{local_part}', role: Security Analyst, group: Full Access}
    vm: {role: Standard, groups: [Watch]}
groups:
  vm: [Watch]
people:
  - {name: Ann Lee, email: ann@example.com, template: analyst}
  - {name: Bo Berg, email: bo@example.com, template: analyst}
";

/// A folder with a file of people, and with what else a test keeps.
struct Folder(TempDir);

impl Folder {
    fn new(people: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("people.yaml"), people).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// The program on an instance, where `@name` in the line is a file in the folder, and the state directory is in it too.
    fn tenable(&self, instance: &Instance, line: &str) -> Tenable {
        let words = line.split_whitespace().map(|word| match word.strip_prefix('@') {
            Some(name) => self.path(name),
            None => word.to_owned(),
        });
        instance.with_arguments(words).env("XDG_STATE_HOME", self.path("state"))
    }

    fn run(&self, instance: &Instance, line: &str) -> Run {
        self.tenable(instance, line).run()
    }

    /// The journals that are kept by themselves.
    fn journals(&self) -> usize {
        std::fs::read_dir(self.0.path().join("state/tenable/journals")).map_or(0, Iterator::count)
    }
}

/// How many requests changed something.
fn writes(instance: &Instance) -> usize {
    instance.control().journal().iter().filter(|entry| entry.method != "GET").count()
}

#[test]
fn people_join_three_products_from_one_file() {
    let instance = Instance::start();
    let folder = Folder::new(PEOPLE);
    let plan = folder.run(&instance, "plan @people.yaml --output table");
    assert_eq!(plan.code, 6, "{plan:?}");
    assert!(plan.stdout.contains("sc\n  + user ann: \"Ann Lee\", ann@example.com, roles Security Analyst"), "{plan:?}");
    assert!(plan.stdout.contains(" to make, "), "{plan:?}");
    assert_eq!(writes(&instance), 0);

    let applied = folder.run(&instance, "apply @people.yaml --passwords-file @passwords.csv");
    let report = applied.json();
    assert_eq!((&report["complete"], &report["unread_tenants"]), (&json!(true), &json!([])));
    assert!(report["steps"].as_array().unwrap().iter().all(|step| step["outcome"] != "refused"), "{report}");
    assert_eq!(folder.journals(), 0, "what went well leaves no journal");

    // The passwords are those that open the accounts.
    let passwords = folder.read("passwords.csv");
    let mut reader = csv::Reader::from_reader(passwords.as_bytes());
    let rows: Vec<[String; 3]> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6, "{passwords}");
    for [tenant, user_name, password] in &rows {
        match tenant.as_str() {
            "ie" => assert!(instance.signs_in(user_name, password)),
            "sc" => {
                let run = instance.in_session("sc current-user details").env("TSC_USERNAME", user_name);
                assert_eq!(run.env("TSC_PASSWORD", password).run().json()["username"], **user_name);
            }
            _ => {}
        }
    }
    assert!(!applied.stdout.contains(&rows[0][2]) && !applied.stderr.contains(&rows[0][2]));

    // Twice is the same as once.
    let before = writes(&instance);
    let again = folder.run(&instance, "apply @people.yaml");
    assert_eq!(again.json()["steps"], json!([]));
    let plan = folder.run(&instance, "plan @people.yaml --output table").succeeded();
    assert_eq!(plan.stdout, "Nothing to do: everything is as it should be.\n");
    assert_eq!(writes(&instance), before);
}

#[test]
fn a_plan_is_saved_and_carried_out_later() {
    let instance = Instance::start();
    let folder = Folder::new(PEOPLE);
    let plan = folder.run(&instance, "plan @people.yaml --save @plan.json --output json");
    assert_eq!(plan.code, 6, "{plan:?}");
    assert_eq!(plan.stdout, folder.read("plan.json"));
    let hash = serde_json::from_str::<Value>(&plan.stdout).unwrap()["hash"].as_str().unwrap().to_owned();

    let wrong = folder.run(&instance, "apply @plan.json --plan-hash sha256:0 --quiet");
    assert!(wrong.error(1).contains(&format!("the plan has the hash {hash} now")), "{wrong:?}");
    let rehearsal = folder.run(&instance, "apply @plan.json --dry-run --output json");
    assert_eq!((rehearsal.code, &rehearsal.stdout), (6, &plan.stdout));
    assert_eq!(writes(&instance), 0);
    folder.run(&instance, &format!("apply @plan.json --plan-hash {hash}")).succeeded();
    let again = folder.run(&instance, "apply @plan.json").json();
    assert!(again["steps"].as_array().unwrap().iter().all(|step| step["outcome"] == "already"), "{again}");
    let now = folder.run(&instance, &format!("apply @people.yaml --plan-hash {hash}"));
    assert!(now.error(1).contains("plan again"), "{now:?}");

    let changed = folder.read("plan.json").replace("Ann Lee", "Ann Gray");
    std::fs::write(folder.path("changed.json"), changed).unwrap();
    assert!(folder.run(&instance, "apply @changed.json").error(2).contains("it was changed; plan again"));
    assert!(folder.run(&instance, "plan @plan.json").error(2).contains("this is a plan already"));
}

#[test]
fn a_plan_whose_ground_has_changed_is_refused() {
    let instance = Instance::start();
    let folder = Folder::new(
        "version: 1\npeople:\n  - {email: robin.active@example.com, name: Robin Blue, accounts: {ie: {}}}\n",
    );
    assert_eq!(folder.run(&instance, "plan @people.yaml --save @plan.json").code, 6);
    instance.tenable("ie users update 2 --name Kim").run().succeeded();
    let before = writes(&instance);
    let stale = folder.run(&instance, "apply @plan.json");
    assert!(stale.error(1).ends_with("plan again"), "{stale:?}");
    assert_eq!(writes(&instance), before);
}

#[test]
fn steps_are_records_with_their_tenant() {
    let instance = Instance::start();
    let folder = Folder::new(PEOPLE);
    let lines = folder.run(&instance, "plan @people.yaml --output ndjson");
    let steps: Vec<Value> = lines.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(steps.iter().all(|step| step["tenant"].is_string() && step["change"].is_string()), "{lines:?}");
    let csv = folder.run(&instance, "apply @people.yaml --output csv").succeeded().stdout;
    assert!(
        csv.starts_with(
            "tenant,kind,name,person,change,text,outcome,why\nvm,group,Watch,,create_group,'+ group Watch,done,\n"
        ),
        "{csv}"
    );
    let table = folder.run(&instance, "apply @people.yaml --output table").succeeded().stdout;
    assert_eq!(table, "Nothing to do: everything is as it should be.\n");
}

#[test]
fn what_stands_in_the_way_is_told_with_its_line_before_anything_is_written() {
    let instance = Instance::start();
    let bad_form = Folder::new(
        "version: 1\npeople:\n  - {name: Ann, emial: ann@example.com}\n  - {email: bo@example.com, password: x}\n",
    );
    let run = bad_form.run(&instance, "plan @people.yaml");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("people.yaml:3: ") && run.stderr.contains("people.yaml:4: "), "{run:?}");
    assert!(run.stderr.lines().last().unwrap().ends_with("problems; nothing was changed"), "{run:?}");

    let bad_role = Folder::new(&PEOPLE.replace("Standard", "Standrd"));
    let run = bad_role.run(&instance, "apply @people.yaml --error-format json --quiet");
    assert_eq!(run.code, 2, "{run:?}");
    let error: Value = serde_json::from_str(&run.stderr).unwrap();
    let problems = error["error"]["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 2, "{error}");
    assert_eq!((&problems[0]["tenant"], &problems[0]["place"]["line"]), (&json!("vm"), &json!(10)));
    assert!(problems[0]["what"].as_str().unwrap().contains("do you mean \"Standard\"?"), "{error}");

    let no_tenant = Folder::new("version: 1\npeople:\n  - {email: ann@example.com, accounts: {wm: {}}}\n");
    let run = no_tenant.run(&instance, "plan @people.yaml");
    assert!(run.error(2).contains("people.yaml:3: there is no tenant \"wm\""), "{run:?}");
    assert!(bad_role.run(&instance, "plan @absent.yaml").error(2).contains("cannot be read"));
    assert_eq!(writes(&instance), 0);
}

#[test]
fn guards_refuse() {
    let instance = Instance::start();
    let own = Folder::new("version: 1\npeople:\n  - {email: admin@example.com, accounts: {ie: {enabled: false}}}\n");
    let run = own.run(&instance, "apply @people.yaml");
    assert!(run.stderr.contains("this is the account of the connection"), "{run:?}");
    assert_eq!(run.code, 1, "{run:?}");

    let many = Folder::new(
        "version: 1\nscope: {people: ['*@example.com'], unlisted: disable}\npeople:\n  - {email: ann@example.com, accounts: {ie: {}}}\n",
    );
    let protect = "--protect admin@example.com --protect jules.platform@example.com";
    let run = many.run(&instance, &format!("plan @people.yaml --max-removals 2 {protect} --quiet"));
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("at most 2 may be at once"), "{run:?}");
    let bad = many.run(&instance, "plan @people.yaml --max-removals many");
    assert!(bad.error(2).contains("\"many\" is no limit"), "{bad:?}");
    assert_eq!(writes(&instance), 0);
}

#[test]
fn a_tenant_that_fails_stays_out_and_the_others_are_done() {
    let instance = Instance::start();
    let folder = Folder::new(PEOPLE);
    let away = |line: &str| folder.tenable(&instance, line).env("TSC_URL", "http://127.0.0.1:1").run();
    let plan = away("plan @people.yaml --output json --quiet");
    assert!(plan.error(5).contains("1 of 3 tenants could not be read: sc: "), "{plan:?}");
    let applied = away("apply @people.yaml --quiet");
    applied.error(5);
    let report: Value = serde_json::from_str(&applied.stdout).unwrap();
    assert_eq!((&report["complete"], &report["unread_tenants"][0]["tenant"]), (&json!(false), &json!("sc")));
    // Once it is back, what is missing is added.
    let rest = folder.run(&instance, "apply @people.yaml").json();
    let tenants: Vec<&Value> = rest["steps"].as_array().unwrap().iter().map(|step| &step["tenant"]).collect();
    assert!(!tenants.is_empty() && tenants.iter().all(|tenant| *tenant == "sc"), "{rest}");
}

#[test]
fn a_lost_answer_is_looked_into_and_the_journal_is_named_when_something_is_left() {
    let instance = Instance::start();
    let folder = Folder::new(PEOPLE);
    instance.control().add_fault(Fault::reset_after_commit().method("POST").path("/rest/user"));
    folder.run(&instance, "apply @people.yaml").succeeded();
    let ann = |user: &&Value| user["username"] == "ann";
    assert_eq!(instance.json("sc users list").as_array().unwrap().iter().filter(ann).count(), 1);

    std::fs::write(folder.path("people.yaml"), PEOPLE.replace("Ann Lee", "Ann Gray")).unwrap();
    instance.control().add_fault(Fault::new(tenable_emulator::faults::FaultKind::HtmlPage).method("PATCH").always());
    let run = folder.run(&instance, "apply @people.yaml --journal @journal.jsonl --output table");
    assert_ne!(run.code, 0, "{run:?}");
    assert!(run.stderr.contains(&format!("the journal is {}", folder.path("journal.jsonl"))), "{run:?}");
    assert!(run.stdout.contains('✗') && folder.read("journal.jsonl").lines().count() > 2, "{run:?}");
    assert_eq!(folder.journals(), 0);
    // Nothing is left to be written down, so the journal of the other plan is in nobody's way.
    instance.control().clear_faults();
    folder.run(&instance, "apply @people.yaml").succeeded();
    folder.run(&instance, "apply @people.yaml --journal @journal.jsonl").succeeded();
}

#[test]
fn passwords_go_to_a_new_file() {
    let instance = Instance::start();
    let folder = Folder::new(PEOPLE);
    std::fs::write(folder.path("passwords.csv"), "kept").unwrap();
    let run = folder.run(&instance, "apply @people.yaml --passwords-file @passwords.csv");
    assert!(run.error(2).contains("is there already: passwords go to a new file"), "{run:?}");
    assert_eq!((folder.read("passwords.csv").as_str(), writes(&instance)), ("kept", 0));
    let run = folder.run(&instance, "apply @people.yaml --passwords-file @new.csv --journal @nowhere/journal");
    assert!(run.error(2).contains("the journal "), "{run:?}");
    assert!(!exists(folder.path("new.csv").as_ref()), "it would be in the way of the next run");
    let run = folder.run(&instance, "apply @people.yaml").succeeded();
    assert!(run.stderr.contains("nobody gets them; --passwords-file FILE keeps them"), "{run:?}");
}

#[test]
fn what_is_there_is_exported_and_nothing_is_to_be_done_for_it() {
    let instance = Instance::start();
    let folder = Folder::new("");
    folder.run(&instance, "export --to @all.yaml").succeeded();
    assert!(folder.run(&instance, "export --to @all.yaml").error(2).contains("is there already"));
    let plan = folder.run(&instance, "plan @all.yaml --output table").succeeded();
    assert_eq!(plan.stdout, "Nothing to do: everything is as it should be.\n");
    let piped = folder.tenable(&instance, "plan - --output json").stdin(&folder.run(&instance, "export").stdout).run();
    assert_eq!(piped.json()["steps"], json!([]));
    let away = folder.tenable(&instance, "export --quiet").env("TSC_URL", "http://127.0.0.1:1").run();
    away.error(5);
    assert!(away.stdout.contains("# sc could not be read: "), "{away:?}");
}

#[test]
fn the_form_of_the_file_is_published() {
    let schema = Tenable::new(["schema"]).run().json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn other_names_of_people() {
    let instance = Instance::start();
    let folder =
        Folder::new("version: 1\npeople:\n  - {email: rob@corp.example, name: Robin Blue, accounts: {ie: {}}}\n");
    std::fs::write(folder.path("aliases"), "rob@corp.example: robin.active@example.com\n").unwrap();
    let run = folder.run(&instance, "plan @people.yaml --aliases @aliases --output csv");
    assert!(run.stdout.contains("ie,user,robin.active@example.com,"), "{run:?}");
    let whois = folder.run(&instance, "whois rob@corp.example --aliases @aliases --output csv").succeeded();
    assert!(whois.stdout.contains("ie,ie,ie:2,robin.active@example.com"), "{whois:?}");
    let (_directory, bad) = file("aliases", "nonsense\n");
    let run = instance.tenable(&format!("whois x --aliases {bad}")).run();
    assert!(run.error(2).contains("aliases:1: expected a person"), "{run:?}");
}
