//! `tenable emulator`, `--emulator` and `tenable tour`.

use serde_json::Value;

use crate::support::{PASSWORD, Tenable, exists};

#[test]
fn an_emulator_for_one_command() {
    let run = Tenable::new("--emulator ie users list".split(' ')).run();
    assert_eq!(run.json().as_array().unwrap().len(), 6);
    let line = "ie users create --name Robin --email robin.active@example.com --password-stdin";
    for (rule, status) in [("ie.duplicate_email=409", "409"), ("ie.duplicate_email=400", "400")] {
        let arguments = ["--emulator", "--set", rule].into_iter().chain(line.split(' '));
        let run = Tenable::new(arguments).stdin(PASSWORD).run();
        assert!(run.error(1).contains(status), "{rule}: {run:?}");
    }
}

#[test]
fn an_emulator_that_remembers() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("people.json");
    let with = |line: &str| {
        let arguments = ["--emulator-state", state.to_str().unwrap()].into_iter().chain(line.split_whitespace());
        Tenable::new(arguments.map(str::to_owned).collect::<Vec<_>>())
    };
    let created =
        with("ie users create --name Ann --email ann@example.com --password-stdin").stdin(PASSWORD).run().json();
    assert!(exists(&state));
    assert_eq!(with("ie users find ann@example.com").run().json(), created);
    // A renewed key is remembered as well.
    let key = with("ie api-key renew").run().json();
    assert_eq!(with("ie api-key read").run().json(), key);
}

#[test]
fn a_broken_state_file_is_refused_and_kept() {
    let (_directory, path) = crate::support::file("people.json", "{ not a state");
    let run = Tenable::new(["--emulator-state", &path, "ie", "users", "list"]).run();
    assert!(run.error(2).starts_with("error: the emulator did not start: "), "{run:?}");
    assert_eq!(std::fs::read_to_string(path).unwrap(), "{ not a state");
}

#[cfg(unix)]
#[test]
fn an_emulator_serves_until_it_is_told_to_stop() {
    let (mut server, line) =
        Tenable::new(["emulator", "--tls", "--api-key-env", "KEY"]).env("KEY", "a-fixed-key").serve();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let product = &ready["identity_exposure"];
    assert_eq!(product["api_key"], "a-fixed-key");
    assert!(product["url"].as_str().unwrap().starts_with("https://127.0.0.1:"));
    assert!(ready["control"]["token"].is_string());
    let ca = product["ca"].as_str().unwrap();
    Tenable::new(["ie", "users", "list", "--only-ca-file", ca, "--url", product["url"].as_str().unwrap()])
        .env("TIE_API_KEY", "a-fixed-key")
        .run()
        .succeeded();
    assert!(server.terminate().success());
    assert!(!exists(ca.as_ref()), "the certificate is left behind");
}

#[cfg(unix)]
#[test]
fn an_emulator_listens_where_it_is_told_to_and_is_steered_from_this_machine() {
    let (mut server, line) = Tenable::new(["emulator", "--listen", "127.0.0.2"]).serve();
    let ready: Value = serde_json::from_str(&line).unwrap();
    for product in ["identity_exposure", "security_center", "vulnerability_management"] {
        assert!(ready[product]["url"].as_str().unwrap().starts_with("http://127.0.0.2:"), "{line}");
    }
    assert!(ready["control"]["url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{line}");
    assert!(server.terminate().success());
    Tenable::new(["emulator", "--listen", "everywhere"]).run().error(2);
}

#[test]
fn the_tour_goes_to_its_end() {
    // The page of the review outlives the tour.
    let folder = tempfile::tempdir().unwrap();
    let tour = |arguments: &[&str]| Tenable::new(arguments).env("TMPDIR", folder.path()).run().succeeded();
    let run = tour(&["tour"]);
    assert!(run.stdout.starts_with("A tour of the main tasks\n═══"), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}') && run.stderr.is_empty(), "{run:?}");
    for text in [
        "POST   /api/users → 201",
        "PUT    /api/users/{id}/roles → 200",
        "POST   /api/users/retrieve-password → 200",
        "GET    /api/users → 200, 2 attempts",
        "POST   /api/users → no answer",
        "PATCH  /rest/role/{id} → 200",
        "GET    /rest/role → 200, 2 attempts",
        "DELETE /rest/token → 200",
        "PUT    /access-control/v1/users/{user_uuid}/roles → not sent",
        "POST   /users → 200, 2 attempts",
        "POST   /users → no answer",
        "Tenable Vulnerability Management: ",
        "  + user ann.tasks@example.com: \"Ann Lee\"",
        "Plan: 8 to make, 6 to change, 0 to remove.",
        "PUT    /users/{user}/authorizations → 200",
        "What opened doors before opens none now:\n    GET    /rest/currentUser → 403\n    GET    /session → 401\n",
        "Everything was read back and is as it was asked for.",
    ] {
        assert!(run.stdout.contains(text), "{text}: {}", run.stdout);
    }
    assert!(!run.stdout.contains('✗'));
    let page = run.stdout.lines().find_map(|line| line.trim().strip_prefix("The page, for your browser: ")).unwrap();
    assert!(std::fs::read_to_string(page).unwrap().contains("Ann Lee"));
    assert_eq!(tour(&["tour", "--quiet"]).stdout, "");
}

#[test]
fn the_tour_copes_with_other_guesses() {
    let rules = ["ie.copy_status=204", "ie.list_order=reverse", "ie.create_order=reverse", "ie.error_body=empty"];
    let security_center = ["sc.session_limit=1", "sc.generation=5", "sc.list_order=reverse"];
    let management = [
        "vm.duplicate_user_name=400",
        "vm.authorizations_success=204",
        "vm.members_enabled=false",
        "vm.empty_label=octet_stream",
        "vm.check_order=existence_first",
        "vm.password_refusal=e2",
        "vm.all_users_listed=no",
    ];
    let folder = tempfile::tempdir().unwrap();
    for rules in [&rules[..], &security_center, &management] {
        let rules = rules.iter().flat_map(|rule| ["--set", rule]);
        Tenable::new(std::iter::once("tour").chain(rules)).env("TMPDIR", folder.path()).run().succeeded();
    }
}

#[test]
fn the_tour_fails_loudly() {
    let run = Tenable::new(["tour", "--set", "ie.legacy_password_endpoints=404"]).run();
    assert!(run.error(1).starts_with("error: users.create_password: not found"), "{run:?}");
    assert!(!run.stdout.contains("Summary"), "{run:?}");
    let run = Tenable::new(["tour", "--set", "sc.duplicate_username=allowed"]).run();
    assert_eq!(run.error(1), "error: users.create was to be refused, and was not");
    let run = Tenable::new(["tour", "--set", "vm.custom_role_number=16"]).run();
    assert!(run.error(1).contains("bo@example.com, what the number says: wanted"), "{run:?}");
}
