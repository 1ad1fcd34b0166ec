//! Formats, columns, dry runs, help and completion.

use serde_json::{Value, json};

use crate::support::{Instance, PASSWORD, Tenable};

#[test]
fn an_empty_list_is_an_empty_list() {
    let instance = Instance::start();
    instance.tenable("ie application-settings update --no-default-role-ids").run().succeeded();
    let text = |format: &str| instance.tenable(&format!("ie roles default-roles --output {format}")).run().succeeded();
    assert_eq!(text("json").stdout, "[]\n");
    assert_eq!(text("ndjson").stdout, "");
    assert_eq!(text("csv").stdout, "id,name,description\n");
    assert!(text("table").stdout.starts_with(" id   name   description\n"));
}

#[test]
fn a_line_an_element() {
    let instance = Instance::start();
    let run = instance.tenable("ie roles list -o ndjson --columns id,name").run().succeeded();
    let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[1], json!({"id": 2, "name": "User"}));
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_pipe_gets_json_without_colours() {
    let instance = Instance::start();
    let run = instance.tenable("ie users list").run().succeeded();
    assert!(run.stdout.starts_with("[\n  {\n    \"id\": 1,\n    \"name\": \"Default\""), "{}", run.stdout);
    let table = instance.tenable("ie users list --output table").run().succeeded();
    assert!(table.stdout.contains("robin.active@example.com") && !table.stdout.contains('\u{1b}'));
    assert_eq!(table.stderr, "");
}

#[test]
fn a_spreadsheet_runs_nothing() {
    let instance = Instance::start();
    let formula = "=HYPERLINK(\"http://example.com\")";
    let arguments = ["ie", "users", "create", "--name", formula, "--email", "@x", "--password-stdin"];
    instance.with_arguments(arguments).stdin(PASSWORD).run().succeeded();
    let run = instance.tenable("ie users list --output csv --columns name,email").run().succeeded();
    assert_eq!(run.stdout.lines().last(), Some("\"'=HYPERLINK(\"\"http://example.com\"\")\",'@x"));
    assert_eq!(run.stdout.lines().next(), Some("name,email"));
}

#[test]
fn a_terminal_is_not_steered_by_names() {
    let instance = Instance::start();
    let arguments = ["ie", "users", "update", "2", "--department", "\u{1b}[2Jgone"];
    instance.with_arguments(arguments).run().succeeded();
    let run = instance.tenable("ie users list --output table").run().succeeded();
    assert!(run.stdout.contains("\u{fffd}[2Jgone") && !run.stdout.contains('\u{1b}'), "{}", run.stdout);
}

#[test]
fn a_key_alone() {
    let instance = Instance::start();
    let run = instance.tenable("ie api-key read --output raw").run().succeeded();
    assert_eq!(run.stdout, format!("{}\n", instance.api_key()));
}

#[test]
fn a_dry_run_sends_nothing_and_needs_no_connection() {
    let line = "ie users create --name Ann --email ann@example.com --roles 2,3 --dry-run";
    let run = Tenable::new(line.split(' ')).run();
    let body = json!([{"name": "Ann", "email": "ann@example.com", "password": "***"}]);
    assert_eq!(
        run.json(),
        json!([
            {"method": "POST", "path": "/api/users", "body": body},
            {"method": "PUT", "path": "/api/users/{id}/roles", "body": {"roles": [2, 3]}}
        ])
    );
    assert_eq!(run.stderr, "not sent\n");
    let run = Tenable::new("ie users delete 7 --dry-run --output table".split(' ')).run().succeeded();
    assert_eq!(run.stdout, "DELETE /api/users/7\n");
    let run = Tenable::new("ie users update 7 --password-stdin --dry-run".split(' ')).stdin("sentinel").run();
    assert_eq!(run.json(), json!({"method": "PATCH", "path": "/api/users/7", "body": {"password": "***"}}));
}

#[test]
fn raw_requests() {
    let instance = Instance::start();
    assert_eq!(instance.json("ie raw GET /api/users/2")["name"], "Robin");
    let run = instance.tenable("ie raw patch /api/users/2 --data -").stdin(r#"{"department": "Raw"}"#).run();
    assert_eq!(run.json()["department"], "Raw");
    let refused = instance.tenable("ie raw GET /api/nothing").run();
    assert_eq!(refused.error(1), "error: GET /api/nothing: the product answered 404 Not Found");
    assert!(refused.stdout.contains("/api/nothing"), "{refused:?}");
    let elsewhere = instance.tenable("ie raw GET https://elsewhere.example/api/users").run();
    assert!(elsewhere.error(2).contains("a path on the product"), "{elsewhere:?}");
}

#[test]
fn every_reading_command_works() {
    let instance = Instance::start();
    for operation in tenable_api::identity_exposure::OPERATIONS {
        let meta = operation.meta();
        if meta.idempotency != tenable_api::transport::Idempotency::Read {
            continue;
        }
        let id = if meta.parameters.is_empty() { "" } else { " 1" };
        let line = format!("ie {} {}{id}", meta.resource, meta.name).replace('_', "-");
        for format in ["table", "json", "ndjson", "csv", "raw"] {
            let run = instance.tenable(&format!("{line} --output {format}")).run();
            assert!(run.code == 0 && !run.stdout.is_empty() && run.stderr.is_empty(), "{line}: {run:?}");
        }
    }
}

#[test]
fn help_tells_of_exit_codes_and_topics() {
    let help = Tenable::new(["--help"]).run().succeeded().stdout;
    let topic = Tenable::new(["help", "exit-codes"]).run().succeeded().stdout;
    for text in [&help, &topic] {
        assert!(text.contains("  4  Outcome unknown"), "{text}");
    }
    assert!(Tenable::new(["help", "config"]).run().succeeded().stdout.contains("api_key_keyring"));
    assert!(Tenable::new(["help", "secrets"]).run().succeeded().stdout.contains("--reveal-secrets"));
    let command = Tenable::new(["help", "ie", "users", "update"]).run().succeeded().stdout;
    assert!(command.contains("PATCH /api/users/{id}") && command.contains("--unlock"), "{command}");
    Tenable::new(["help", "nonsense"]).run().error(2);
    assert!(Tenable::new(["--version"]).run().succeeded().stdout.starts_with("tenable "));
}

#[test]
fn completion_knows_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Tenable::new(["completion", shell]).run().succeeded().stdout;
        for word in [
            "update-user-roles",
            "add-roles",
            "password-stdin",
            "if-absent",
            "emulator-state",
            "lastLoginIP",
            "own-keys-too",
            "scan_operator",
        ] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(Tenable::new(["completion", "tcsh"]).run().code, 2);
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("man1");
    Tenable::new(["man", into.to_str().unwrap()]).run().succeeded();
    let page = |name: &str| std::fs::read_to_string(into.join(name)).unwrap();
    assert!(page("tenable.1").contains("Administer users, roles and groups"));
    assert!(page("tenable-offboard.1").contains("record"));
    let update = page("tenable-ie-users-update.1");
    assert!(update.starts_with(".ie") && update.contains("PATCH /api/users/{id}"), "{update}");
    // A file stands where the folder should be.
    Tenable::new(["man", into.join("tenable.1").to_str().unwrap()]).run().error(2);
}

#[test]
fn the_rules_of_the_emulator() {
    let run = Tenable::new(["emulator", "--rules", "-o", "json"]).run();
    let rules = run.json();
    let rule = rules.as_array().unwrap().iter().find(|rule| rule["name"] == "ie.duplicate_email").unwrap();
    assert_eq!(rule["outcomes"], json!(["409", "400"]));
}
