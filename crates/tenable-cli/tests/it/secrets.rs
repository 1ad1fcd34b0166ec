//! Secrets stay where they belong.

use serde_json::json;

use crate::support::{Instance, PASSWORD, Run};

const CANARY: &str = "Canary-Sentinel-99";

#[track_caller]
fn clean(run: &Run) {
    for secret in [CANARY, PASSWORD] {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{run:?}");
    }
}

#[test]
fn a_password_on_the_command_line_is_refused() {
    let instance = Instance::start();
    for option in [vec!["--password", CANARY], vec!["--password=Canary-Sentinel-99"]] {
        let line = [&["ie", "users", "create", "--name", "Ann", "--email", "ann@example.com"][..], &option].concat();
        let run = instance.with_arguments(line).run();
        assert!(run.error(2).contains("--password-stdin"), "{run:?}");
        clean(&run);
    }
    for line in [
        "ie users list --password Canary-Sentinel-99",
        "ie users list --password=Canary-Sentinel-99",
        "--api-key=Canary-Sentinel-99 ie users list",
        "ie users create-many --users [{\"password\":\"Canary-Sentinel-99\"}]",
        "ie raw POST /api/login --data {\"password\":\"Canary-Sentinel-99\"}",
        "--proxy http://me:Canary-Sentinel-99@proxy.example ie users list",
        "--url https://me:Canary-Sentinel-99@acme.example ie users list",
    ] {
        let run = instance.tenable(line).run();
        assert_eq!(run.code, 2, "{line}: {run:?}");
        clean(&run);
    }
    assert_eq!(instance.control().journal(), []);
}

#[test]
fn no_message_holds_a_secret_however_talkative() {
    let instance = Instance::start();
    for line in [
        "-vv ie users create --name Ann --email ann@example.com --password-stdin",
        // Taken by now: refused with a message of the server.
        "-vv ie users create --name Ann --email ann@example.com --password-stdin",
        "-vv ie users update 2 --password-stdin",
        "-vv ie users update 99 --password-stdin",
        "-vv ie users update 2 --password-stdin --dry-run",
        "-vv ie application-settings update --smtp-account-password-stdin",
        "-vv ie ldap-configuration update --search-user-password-stdin",
        "-vv --error-format json ie users retrieve-password --token-env KEY --new-password-stdin",
    ] {
        let run = instance.tenable(line).env("KEY", CANARY).stdin(CANARY).run();
        clean(&run);
        assert!(!run.stderr.contains(instance.api_key()), "{line}: {run:?}");
        assert!(run.stderr.contains("attempt") || line.ends_with("--dry-run"), "nothing was logged: {run:?}");
    }
}

#[test]
fn a_server_that_repeats_a_password_is_not_repeated() {
    let instance = Instance::start();
    // Too short for the rule: the server says what it got.
    let run = instance.tenable("ie users update 2 --password-stdin").stdin("Canary-9").run();
    assert!(!run.error(1).contains("Canary-9"), "{run:?}");
}

#[test]
fn secrets_in_answers_are_masked_unless_they_are_asked_for() {
    let instance = Instance::start();
    let line = "ie application-settings update --smtp-account-password-stdin";
    let run = instance.tenable(line).stdin(CANARY).run().succeeded();
    assert_eq!(run.json()["smtpAccountPassword"], "***");
    for format in ["table", "csv", "ndjson", "raw"] {
        clean(&instance.tenable(&format!("ie application-settings details -o {format}")).run().succeeded());
    }
    let shown = instance.json("ie application-settings details --reveal-secrets");
    assert_eq!(shown["smtpAccountPassword"], CANARY);
    assert_eq!(instance.json("ie raw GET /api/application-settings")["smtpAccountPassword"], "***");
    assert_eq!(instance.json("ie raw GET /api/api-key"), json!({"key": "***"}));
    // These exist to give a key.
    assert_eq!(instance.json("ie api-key read")["key"], instance.api_key());
    let table = instance.tenable("ie api-key read -o table").run().succeeded();
    assert!(table.stdout.contains(instance.api_key()));
}

#[test]
fn several_secrets_on_standard_input() {
    let instance = Instance::start();
    let line = "ie users create --name Ann --email ann@example.com --active --password-stdin --api-key-stdin";
    let stdin = format!("{}\n{PASSWORD}\n", instance.api_key());
    let run = instance.tenable(line).env("TIE_API_KEY", "wrong").stdin(&stdin).run().succeeded();
    clean(&run);
    assert!(instance.signs_in("ann@example.com", PASSWORD));
    let run = instance.tenable(line).stdin(PASSWORD).run();
    assert!(run.error(2).contains("standard input has 1 line where one each is needed for: API key, password"));
    let twice = instance.tenable("ie users create-many --from - --api-key-stdin").stdin(CANARY).run();
    assert!(twice.error(2).contains("can be read only once"), "{twice:?}");
    clean(&twice);
}

#[test]
fn a_missing_password_is_asked_for_only_at_a_terminal() {
    let instance = Instance::start();
    let run = instance.tenable("ie users create --name Ann --email ann@example.com").stdin(PASSWORD).run();
    assert_eq!(run.error(2), "error: the password is missing: give --password-stdin or --password-env VARIABLE");
    let run = instance.tenable("ie users create --name A --email a@example.com --password-env NOWHERE").run();
    assert_eq!(run.error(2), "error: the environment variable NOWHERE is not set");
}
