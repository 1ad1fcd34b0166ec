//! `whois`, `ensure`, `import`, `offboard` and `review`.

use serde_json::{Value, json};

use crate::support::{Instance, Tenable, file};

#[test]
fn one_person_everywhere() {
    let instance = Instance::start();
    let table = instance.tenable("whois robin.active@example.com --output table").run().succeeded().stdout;
    assert!(table.contains("roles         Auditor, User") && table.contains("key           ie:2"), "{table}");
    let line = instance.tenable("whois robin.active@example.com --output ndjson").run().succeeded().stdout;
    let account: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&account["tenant"], &account["key"]), (&json!("ie"), &json!("ie:2")));
    let some =
        instance.tenable("whois robin.active@example.com --output csv --columns tenant,enabled").run().succeeded();
    assert_eq!(some.stdout, "tenant,enabled\nie,true\n");
    let both = instance.tenable("whois admin@example.com").run().succeeded();
    assert!(both.stderr.starts_with("conflict: different full names"), "{both:?}");
    let nobody = instance.tenable("whois robin.activ@example.com --output table").run();
    let line = "error: there is no account of robin.activ@example.com in any of 3 tenants; do you mean robin.active@example.com?";
    assert_eq!((nobody.error(1), nobody.stdout.as_str()), (line, ""));
}

#[test]
fn one_thing_is_made_changed_or_left_as_it_is() {
    let instance = Instance::start();
    let results = |line: &str| {
        let results = instance.json(line);
        let result =
            |one: &Value| (one["tenant"].as_str().unwrap().to_owned(), one["result"].as_str().unwrap().to_owned());
        results.as_array().unwrap().iter().map(result).collect::<Vec<_>>()
    };
    let of = |tenant: &str, result: &str| (tenant.to_owned(), result.to_owned());
    let group = "ensure group Watch --in vm,sc";
    assert_eq!(results(group), [of("sc", "made"), of("vm", "made")]);
    assert_eq!(results(group), [of("sc", "unchanged"), of("vm", "unchanged")]);
    let role = "ensure role Reader --description Reads --permission VM.VM_SCAN.READ --in vm";
    assert_eq!(results(role), [of("vm", "made")]);
    assert_eq!(results(&role.replace("Reads", "Looks")), [of("vm", "changed")]);

    let user = "ensure user ann@example.com --role Reader --more-group Watch --in vm";
    let rehearsal = instance.tenable(&format!("{user} --dry-run --output table")).run();
    assert_eq!(rehearsal.code, 6, "{rehearsal:?}");
    assert!(rehearsal.stdout.contains("+ user ann@example.com"), "{rehearsal:?}");
    assert_eq!(results(user), [of("vm", "made")]);
    assert_eq!(results(user), [of("vm", "unchanged")]);
    let closed = instance.json("ensure user ann@example.com --sign-in-api-keys off --disable --in vm");
    assert_eq!(closed[0]["fields"], json!(["sign_in.api_keys", "enabled"]));
    assert_eq!(results("ensure user nobody@example.com --if-present --disable --in ie"), [of("ie", "unchanged")]);

    for (line, text) in [
        ("ensure group Watch", "Tenable Identity Exposure has no groups"),
        ("ensure group Watch --in wm", "there is no tenant wm: there are ie, sc, vm"),
        ("ensure user ann@example.com --role Readr --in vm", "do you mean \"Reader\"?"),
        ("ensure user x@example.com --password-stdin --password-env A --in ie", "exclude each other"),
    ] {
        let run = instance.tenable(line).run();
        assert!(run.error(2).contains(text), "{line}: {run:?}");
    }
    let own = instance.tenable("ensure user admin@example.com --disable --in ie").run();
    assert_eq!(own.code, 1, "{own:?}");
}

#[test]
fn a_first_password_is_given() {
    let instance = Instance::start();
    let line = "ensure user ann@example.com --enable --password-stdin --in ie";
    instance.tenable(line).stdin(crate::support::PASSWORD).run().succeeded();
    assert!(instance.signs_in("ann@example.com", crate::support::PASSWORD));
}

const ROWS: &str = "\
Mail,Full name,Role,Phone
ann@example.com,Ann Lee,User,1
robin.active@example.com,Robin Active,User,2
sasha.inactive@example.com,,,3
";

#[test]
fn rows_become_people() {
    let instance = Instance::start();
    let (_directory, path) = file("people.csv", ROWS);
    let line = format!("import {path} --output csv");
    let only =
        |line: &str| instance.tenable(line).env("TSC_URL", "").env("TSC_ACCESS_KEY", "").env("TSC_SECRET_KEY", "");
    let only = |line: &str| only(line).env("TIO_URL", "").env("TIO_ACCESS_KEY", "").env("TIO_SECRET_KEY", "");
    let rehearsal = only(&format!("{line} --dry-run")).run();
    assert_eq!(rehearsal.code, 6, "{rehearsal:?}");
    assert_eq!(instance.bodies("POST", "/api/users"), [] as [Value; 0]);
    let imported = only(&line).run().succeeded();
    let expected = "line,person,tenant,result,fields,made,why\n2,ann@example.com,ie,created,,,\n\
                    3,robin.active@example.com,ie,changed,roles,,\n4,sasha.inactive@example.com,ie,unchanged,,,\n";
    assert_eq!(imported.stdout, expected);
    assert!(imported.stderr.contains("Phone"), "a column that is not used is named: {imported:?}");
    let again = only(&format!("import {path} --output table --map Phone=")).run().succeeded();
    assert!(again.stdout.ends_with("\n\n3 unchanged.\n") && !again.stderr.contains("Phone"), "{again:?}");
}

#[test]
fn rows_come_from_standard_input() {
    let instance = Instance::start();
    let rows = "email,role,tenant\nann@example.com,User,ie\n";
    let run = instance.tenable("import - --output ndjson --quiet").stdin(rows).run().succeeded();
    let result: Value = serde_json::from_str(run.stdout.trim_end()).unwrap();
    assert_eq!((&result["result"], &result["line"], &result["file"]), (&"created".into(), &2.into(), &Value::Null));
    let object = r#"{"email": "ann@example.com", "name": "Ann Lee", "tenant": "ie"}"#;
    let run = instance.tenable("import - --format jsonl --output ndjson --quiet").stdin(object).run().succeeded();
    let result: Value = serde_json::from_str(run.stdout.trim_end()).unwrap();
    assert_eq!((&result["result"], &result["line"]), (&"changed".into(), &1.into()));
    let run = instance.tenable("import - --quiet").stdin("email,role,tenant\nann@example.com,Userr,ie\n").run();
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("line 2: ") && run.stderr.contains("do you mean \"User\"?"), "{run:?}");
    let once = instance.tenable("import - --api-key-stdin --profile ie").stdin(rows).run();
    assert_eq!(once.code, 2, "{once:?}");
}

#[test]
fn bad_rows_stop_all_unless_they_are_skipped() {
    let instance = Instance::start();
    let text = "email,role,tenant\nann@example.com,Userr,ie\nbo@example.com,Standard,vm\nno address,User,ie\n";
    let (_directory, path) = file("people.csv", text);
    let run = instance.tenable(&format!("import {path} --quiet")).run();
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("people.csv:2: ") && run.stderr.contains("do you mean \"User\"?"), "{run:?}");
    assert!(run.stderr.contains("people.csv:4: "), "{run:?}");
    assert!(instance.control().journal().iter().all(|entry| entry.method == "GET"));
    let run = instance.tenable(&format!("import {path} --skip-bad-rows --output ndjson --quiet")).run();
    assert_eq!(run.code, 5, "{run:?}");
    let results: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let words: Vec<&str> = results.iter().map(|row| row["result"].as_str().unwrap()).collect();
    assert_eq!(words, ["refused", "created", "refused"]);
    let run = instance.tenable("import people.txt --format nonsense").run();
    assert_eq!(run.code, 2, "{run:?}");
    let domain = instance.tenable(&format!("import {path} --domain example.org --quiet")).run();
    assert!(domain.stderr.contains("example.org"), "{domain:?}");
}

#[cfg(unix)]
#[test]
fn an_import_that_was_ended_goes_on() {
    let instance = Instance::start();
    let rows: Vec<String> = (0..30).map(|number| format!("user{number}@example.com,Standard,vm\n")).collect();
    let (directory, path) = file("people.csv", &format!("email,role,tenant\n{}", rows.concat()));
    let state = directory.path().join("state");
    let import = |url: &str| {
        let line = format!("import {path} --existing refuse --output table");
        instance.tenable(&line).env("TIO_URL", url).env("XDG_STATE_HOME", &state)
    };
    let url = &instance.emulator().vulnerability_management().url;
    let gate = crate::support::Gate::new(url, "PUT /access-control/v1/users/");
    let mut running = import(&gate.url()).start();
    gate.wait();
    running.interrupt();
    running.wait_for("stopping: ");
    gate.open();
    let ended = running.end();
    assert_eq!(ended.code, 5, "{ended:?}");
    assert!(ended.stderr.contains("the journal is "), "{ended:?}");

    let rest = import(url).run().succeeded();
    assert!(rest.stderr.contains("going on with an earlier run of this import"), "{rest:?}");
    assert!(rest.stdout.ends_with("\n\n30 created.\n"), "{rest:?}");
    assert_eq!(instance.bodies("POST", "/users").len(), 30, "somebody was made twice");
    // It is done: the same rows are refused now, as the option says.
    assert_eq!(import(url).run().code, 2);
}

#[test]
fn somebody_leaves_everywhere() {
    let instance = Instance::start();
    let directory = tempfile::tempdir().unwrap();
    let record = directory.path().join("record.json").to_str().unwrap().to_owned();
    let line = "offboard robin.active@example.com";
    let rehearsal = instance.tenable(&format!("{line} --dry-run --output table")).run();
    assert_eq!(rehearsal.code, 6, "{rehearsal:?}");
    assert!(rehearsal.stdout.contains(" user robin.active@example.com: disabled"), "{rehearsal:?}");
    let run = instance.tenable(&format!("{line} --record {record} --output table")).run().succeeded();
    assert!(run.stdout.contains("ie: robin.active@example.com (ie:2)\n  ✓ roles User, Auditor -> none\n"), "{run:?}");
    assert!(run.stdout.ends_with("\nAll of it holds for robin.active@example.com.\n"), "{run:?}");
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&record).unwrap()).unwrap();
    assert_eq!((&written["holds"], &written["version"]), (&json!(true), &json!(1)));
    assert_eq!(instance.json("ie users details 2")["active"], false);

    let again = instance.json(line);
    let steps: usize = again["tenants"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|tenant| tenant["accounts"].as_array().unwrap())
        .map(|account| account["steps"].as_array().unwrap().len())
        .sum();
    assert_eq!((&again["holds"], steps), (&json!(true), 0));
    assert_eq!(instance.tenable(&format!("{line} --dry-run")).run().code, 0);

    let there = instance.tenable(&format!("{line} --record {record}")).run();
    assert!(there.error(2).contains("a record goes to a new file"), "{there:?}");
    let nobody = instance.tenable("offboard robin.activ@example.com").run();
    assert!(nobody.error(1).ends_with("do you mean robin.active@example.com?"), "{nobody:?}");
    let successor = instance.tenable(&format!("{line} --successor admin@example.com")).run();
    assert!(successor.error(2).contains("handed over only when the account is deleted"), "{successor:?}");
    let own = instance.tenable("offboard admin@example.com --quiet").run();
    assert_eq!(own.code, 1, "{own:?}");
    let away = instance.tenable("offboard kim.locked@example.com --quiet").env("TSC_URL", "http://127.0.0.1:1").run();
    assert_eq!(away.code, 5, "{away:?}");
    assert!(away.stderr.contains("sc: not read: "), "{away:?}");
}

#[test]
fn an_account_is_deleted_and_what_it_owns_goes_to_another() {
    let instance = Instance::start();
    let line = "offboard standard@example.com --delete-in vm --successor admin@example.com --output csv";
    let run = instance.tenable(line).run().succeeded();
    assert!(run.stdout.contains("vm,vm,vm:") && run.stdout.contains(",deleted,refused_everywhere,true,"), "{run:?}");
    instance.tenable("vm users find standard@example.com").run().error(1);
}

#[test]
fn access_is_reviewed() {
    let instance = Instance::start();
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let files = ["review.html", "review.csv", "review.ndjson", "review.json", "review.parquet"].map(path);
    let line = format!("review --to {} --findings-to {}", files.join(" --to "), path("findings.csv"));
    let run = instance.tenable(&line).run().succeeded();
    assert_eq!((run.stdout.as_str(), run.stderr.lines().count()), ("", 6), "{run:?}");
    let read = |name: &str| std::fs::read(path(name)).unwrap();
    assert!(read("review.html").starts_with(b"<!DOCTYPE html>") || read("review.html").starts_with(b"<!doctype html>"));
    assert!(read("review.parquet").starts_with(b"PAR1"));
    let accounts = String::from_utf8(read("review.csv")).unwrap().lines().count() - 1;
    assert_eq!(String::from_utf8(read("review.ndjson")).unwrap().lines().count(), accounts);
    let review: Value = serde_json::from_slice(&read("review.json")).unwrap();
    assert_eq!(review["tenants"].as_array().unwrap().len(), 3);
    assert_eq!(
        String::from_utf8(read("findings.csv")).unwrap().lines().count() - 1,
        review["findings"].as_array().unwrap().len()
    );

    instance.tenable("ensure user ann@example.com --role User --in ie").run().succeeded();
    let line = format!("review --output table --last {} --idle 30d --details nobody", path("review.json"));
    let table = instance.tenable(&line).run().succeeded().stdout;
    assert!(table.starts_with("3 tenants, ") && table.contains(": 1 joined, 0 left, 0 changed; "), "{table}");
    assert_eq!(instance.tenable("review --format csv").run().succeeded().stdout.lines().count() - 1, accounts + 1);
}

#[test]
fn a_review_says_what_it_cannot_write() {
    let instance = Instance::start();
    let (_directory, list) = file("addresses.txt", "# everybody\nadmin@example.com\n\n");
    let listed = instance.json(&format!("review --listed {list} --output json"));
    let findings = listed["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["kind"] == "not_listed"), "{findings:?}");
    let (_directory, old) = file("old.json", "{\"version\": 0}");
    for (line, text) in [
        ("review --to review.docx", "does not tell a format by its name"),
        ("review --to a.csv --to a.csv", "is named twice"),
        ("review --findings-to a.html", "findings alone are written as"),
        ("review --idle soon", "expected a number of days"),
        ("review --last /nowhere/review.json", "cannot be read for the last review"),
        (&format!("review --last {old}"), "a review of version 0"),
    ] {
        let run = instance.tenable(line).run();
        assert!(run.error(2).contains(text), "{line}: {run:?}");
    }
}

#[test]
fn tasks_have_help_and_are_completed() {
    for topic in ["tasks", "tenants"] {
        let help = Tenable::new(["help", topic]).run().succeeded().stdout;
        assert!(help.lines().all(|line| line.chars().count() <= 140), "{help}");
    }
    for task in ["whois", "plan", "apply", "export", "import", "offboard", "review", "schema"] {
        let help = Tenable::new(["help", task]).run().succeeded().stdout;
        assert!(help.contains("Example"), "{help}");
    }
    let plan = Tenable::new(["plan", "-h"]).run().succeeded().stdout;
    assert!(plan.contains("--profile <NAME>") && plan.contains("--all "), "{plan}");
    for shell in ["bash", "zsh", "fish"] {
        let script = Tenable::new(["completion", shell]).run().succeeded().stdout;
        assert!(script.contains("offboard") && script.contains("passwords-file"), "{shell}");
    }
}
