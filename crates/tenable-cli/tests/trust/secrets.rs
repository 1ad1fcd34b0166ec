//! Every command that takes or gives a secret: it shows in no output, no list of processes, no child, and no file that stays.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::path::Path;

use tenable_api::{identity_exposure, security_center, vulnerability_management};
use tenable_emulator::faults::{Fault, FaultKind};

use crate::gate::{Gates, Side};
use crate::record::Record;
use crate::support::{Instance, file};

const OLD: &str = "Sentinel-Harbor-4711";
const NEW: &str = "Sentinel-Lantern-4712";

/// A command with secrets: the operation, the command line, and what stands on standard input.
type Command = (&'static str, &'static str, &'static str);

/// Every operation that takes a secret, and those whose answers have one.
const COMMANDS: &[Command] = &[
    (
        "ie users.create",
        "ie users create --name Ann --email ann@example.com --password-stdin",
        "Sentinel-Harbor-4711\n",
    ),
    (
        "ie users.create_many",
        "ie users create-many --from -",
        "{\"name\": \"Ann\", \"email\": \"ann@example.com\", \"password\": \"Sentinel-Harbor-4711\"}\n",
    ),
    ("ie users.update", "ie users update 2 --password-stdin", "Sentinel-Harbor-4711\n"),
    (
        "ie users.retrieve_password",
        "ie users retrieve-password --token-stdin --new-password-stdin",
        "Sentinel-Lantern-4712\nSentinel-Harbor-4711\n",
    ),
    (
        "ie users.change_password",
        "ie users change-password --old-password-stdin --new-password-stdin",
        "Sentinel-Harbor-4711\nSentinel-Lantern-4712\n",
    ),
    (
        "ie ldap_configuration.update",
        "ie ldap-configuration update --search-user-password-stdin",
        "Sentinel-Harbor-4711\n",
    ),
    (
        "ie application_settings.update",
        "ie application-settings update --smtp-account-password-stdin",
        "Sentinel-Harbor-4711\n",
    ),
    ("ie application_settings.details", "ie application-settings details", ""),
    ("ie ldap_configuration.details", "ie ldap-configuration details", ""),
    (
        "sc users.create",
        "sc users create --username ann --role-id 4 --group-id 1 --password-stdin",
        "Sentinel-Harbor-4711\n",
    ),
    (
        "sc users.update",
        "sc users update 3 --password-stdin --current-password-stdin",
        "Sentinel-Harbor-4711\nSentinel-Lantern-4712\n",
    ),
    (
        "sc security_managers.create",
        "sc security-managers create --organization-id 1 --username ann --role-id 2 --group-id 0 --password-stdin",
        "Sentinel-Harbor-4711\n",
    ),
    (
        "sc security_managers.update",
        "sc security-managers update 1 1 --password-stdin --current-password-stdin",
        "Sentinel-Harbor-4711\nSentinel-Lantern-4712\n",
    ),
    (
        "sc current_user.change_password",
        "sc current-user change-password --password-stdin --current-password-stdin",
        "Sentinel-Harbor-4711\nSentinel-Lantern-4712\n",
    ),
    ("sc token.create", "sc token create --username north.manager --password-stdin", "Sentinel-Harbor-4711\n"),
    ("vm users.create", "vm users create --username ann@example.com --password-stdin", "Sentinel-Harbor-4711\n"),
    ("vm users.change_password", "vm users change-password 2223302 --password-stdin", "Sentinel-Harbor-4711\n"),
    (
        "vm users.verify_two_factor_code",
        "vm users verify-two-factor-code 2223302 --verification-code-stdin",
        "Sentinel-Harbor-4711\n",
    ),
];

/// Everything that must not show.
fn secrets(instance: &Instance) -> Vec<String> {
    let (center, management) = (instance.emulator().security_center(), instance.emulator().vulnerability_management());
    let keys = [
        instance.api_key(),
        &center.secret_key,
        &center.administrator.secret_key,
        &center.password,
        &management.secret_key,
        OLD,
        NEW,
        "TNS_SESSIONID=",
    ];
    keys.map(str::to_owned).into()
}

/// Where secrets were looked for, how often, and what was found.
#[derive(Default)]
struct Search {
    looked: BTreeMap<&'static str, usize>,
    found: Vec<String>,
}

impl Search {
    fn look(&mut self, place: &'static str, what: &str, bytes: &[u8], secrets: &[String]) {
        *self.looked.entry(place).or_default() += 1;
        let text = String::from_utf8_lossy(bytes);
        if secrets.iter().any(|secret| text.contains(secret.as_str())) {
            self.found.push(format!("{what}: {place} shows a secret: {text}"));
        }
    }

    /// Every file below a folder.
    fn look_into(&mut self, place: &'static str, what: &str, folder: &Path, secrets: &[String]) -> usize {
        let mut files = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files += self.look_into(place, what, &path, secrets);
            } else {
                self.look(place, &format!("{what}, {}", path.display()), &fs::read(&path).unwrap(), secrets);
                files += 1;
            }
        }
        files
    }
}

#[test]
fn every_operation_that_takes_a_secret_is_a_command_here() {
    let all = [
        ("ie", identity_exposure::OPERATIONS),
        ("sc", security_center::OPERATIONS),
        ("vm", vulnerability_management::OPERATIONS),
    ];
    let operations =
        all.into_iter().flat_map(|(word, operations)| operations.iter().map(move |one| (word, one.meta())));
    let taking: BTreeSet<String> =
        operations.filter(|(_, meta)| meta.takes_secrets()).map(|(word, meta)| format!("{word} {}", meta.id)).collect();
    let tried: BTreeSet<String> = COMMANDS
        .iter()
        .filter(|(_, _, stdin)| !stdin.is_empty())
        .map(|(operation, ..)| (*operation).to_owned())
        .collect();
    assert_eq!(tried, taking);
}

#[test]
fn no_secret_shows_in_output_processes_children_and_files() {
    let instance = Instance::start();
    let secrets = secrets(&instance);
    let mut search = Search::default();
    for (operation, line, stdin) in COMMANDS {
        for (number, fault) in
            [None, Some(Fault::internal_server_error()), Some(Fault::reset_after_commit())].into_iter().enumerate()
        {
            instance.control().reset().unwrap();
            if let Some(fault) = fault {
                instance.control().add_fault(fault.always());
            }
            let form = ["", "--error-format json", "--output table"][number];
            let run = instance.tenable(&format!("-vv {form} {line}")).stdin(stdin).run();
            assert!(run.stderr.contains("attempt"), "{operation}: nothing was logged: {run:?}");
            search.look("standard output", operation, run.stdout.as_bytes(), &secrets);
            search.look("standard error with -vv", operation, run.stderr.as_bytes(), &secrets);
        }
        let rehearsal = instance.tenable(&format!("-vv --dry-run {line}")).stdin(stdin).run();
        search.look("standard output", operation, rehearsal.stdout.as_bytes(), &secrets);
        search.look("standard error with -vv", operation, rehearsal.stderr.as_bytes(), &secrets);
    }
    processes_and_files(&instance, &secrets, &mut search);
    children(&instance, &secrets, &mut search);
    other_origins(&instance, &mut search);
    let journal = serde_json::to_vec(&instance.control().journal()).unwrap();
    search.look("the emulator's journal", "the whole run", &journal, &secrets);
    assert!(search.found.is_empty(), "{:#?}", search.found);
    let mut record =
        Record::new("secrets").title("Secrets, at the command line").columns(["Where", "Looked at", "Secrets found"]);
    for (place, count) in &search.looked {
        record = record.row([place, count, &0]);
    }
    record
        .note(&format!(
            "{} commands: every operation that takes a secret, and those that read one; without a fault, with 500, with a reset after the \
             server acted, and as a rehearsal. Looked for are passwords, keys, reset tokens and cookies.",
            COMMANDS.len()
        ))
        .note("In Rust, `tests/it/secrets.rs` does the same for every operation with everything traced: logs, Display, Debug and causes.")
        .note("What a program is given in its environment is in its environment: a key in a variable can be read by the same user.")
        .write();
}

/// An import with passwords, while it runs and after it was killed.
fn processes_and_files(instance: &Instance, secrets: &[String], search: &mut Search) {
    instance.control().reset().unwrap();
    let rows =
        format!("email,role,password,tenant\nann@example.com,Standard,{OLD},vm\nbo@example.com,Standard,{NEW},vm\n");
    let (_directory, path) = file("people.csv", &rows);
    let state = tempfile::tempdir().unwrap();
    for (at, side) in [(0, Side::Before), (1, Side::After), (0, Side::Before)] {
        let (gates, held) = Gates::new(at, side);
        let url = gates.before(&instance.emulator().vulnerability_management().url);
        let line = format!("-vv import {path} --existing update --output json");
        let mut running = instance.tenable(&line).env("TIO_URL", url).env("XDG_STATE_HOME", state.path()).start();
        gates.tell_end_of(&mut running.child);
        assert!(held.recv().unwrap(), "{line}: it ended before: {:?}", running.end());
        let process = format!("/proc/{}", running.child.id());
        search.look("the list of processes", &line, &fs::read(format!("{process}/cmdline")).unwrap(), secrets);
        running.child.kill().unwrap();
        running.child.wait().unwrap();
        gates.settle();
        let files = search.look_into("journals and records of a task", &line, state.path(), secrets);
        assert!(files >= 2, "there are no files to look at");
    }

    // What the process has besides its command line: nothing that came in by standard input.
    let (gates, held) = Gates::new(0, Side::Before);
    let url = gates.before(&instance.emulator().vulnerability_management().url);
    let (_input, input) = file("secrets", &format!("{OLD}\n"));
    let line = "vm users create --username cy@example.com --password-stdin";
    let tenable = instance.tenable(line).env("TIO_URL", url);
    let mut running = tenable.start_with(fs::File::open(input).unwrap());
    gates.tell_end_of(&mut running.child);
    assert!(held.recv().unwrap(), "{line}: it ended before: {:?}", running.end());
    let process = format!("/proc/{}", running.child.id());
    search.look("the list of processes", line, &fs::read(format!("{process}/cmdline")).unwrap(), secrets);
    let given = [OLD, NEW].map(str::to_owned);
    search.look(
        "a process's environment, of what came by standard input",
        line,
        &fs::read(format!("{process}/environ")).unwrap(),
        &given,
    );
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    gates.settle();
}

/// The program that gives a key sees nothing but what it needs.
fn children(instance: &Instance, secrets: &[String], search: &mut Search) {
    instance.control().reset().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (seen, script) = (folder.path().join("seen"), folder.path().join("key.sh"));
    let text = format!("cat /proc/$$/cmdline /proc/$$/environ > {}\necho {}\n", seen.display(), instance.api_key());
    fs::write(&script, text).unwrap();
    let config = folder.path().join("config.toml");
    let profile = format!(
        "[profiles.acme]\nproduct = \"ie\"\nurl = \"{}\"\napi_key_command = [\"sh\", \"{}\"]\n",
        instance.url(),
        script.display()
    );
    fs::write(&config, &profile).unwrap();
    let (_input, input) = file("secrets", &format!("{OLD}\n"));
    let line = "-vv ie --profile acme users create --name Ann --email ann@example.com --password-stdin";
    let mut tenable = instance.tenable(line).env("TENABLE_CONFIG", &config);
    for variable in ["TIE_URL", "TIE_API_KEY", "TSC_SECRET_KEY", "TIO_SECRET_KEY"] {
        tenable = tenable.env(variable, "");
    }
    let run = tenable.start_with(fs::File::open(input).unwrap()).end();
    assert_eq!(run.code, 0, "{run:?}");
    search.look("a child that gives a key: its command line and environment", line, &fs::read(&seen).unwrap(), secrets);
    assert_eq!(fs::read_to_string(&config).unwrap(), profile, "the configuration was changed");
    search.look("the configuration file", line, &fs::read(&config).unwrap(), secrets);
    search.look("standard error with -vv", line, run.stderr.as_bytes(), secrets);
}

/// Keys go to the configured server only, whatever an argument or an answer names.
fn other_origins(instance: &Instance, search: &mut Search) {
    instance.control().reset().unwrap();
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let address = format!("http://{}", elsewhere.local_addr().unwrap());
    let there = address.trim_start_matches("http:");
    for line in [
        format!("ie raw GET {address}/api/users"),
        format!("ie raw GET {there}/api/users"),
        format!("ie raw GET @{}/api/users", there.trim_start_matches('/')),
        format!("vm groups members {address}"),
        format!("vm users details {there}/users"),
        format!("sc users details @{there}"),
    ] {
        let run = instance.tenable(&line).run();
        assert_ne!(run.code, 0, "{line}: {run:?}");
        no_one_called(&elsewhere, &line, search);
    }
    instance.control().add_fault(Fault::new(FaultKind::Redirect { location: format!("{address}/api/users") }).always());
    for line in [
        "ie users list",
        "sc users list",
        "vm users list",
        "vm users create --username ann@example.com --password-stdin",
    ] {
        let run = instance.tenable(line).stdin(OLD).run();
        assert_ne!(run.code, 0, "{line}: {run:?}");
        no_one_called(&elsewhere, line, search);
    }
}

/// The program has ended: a connection that it made would be there by now.
fn no_one_called(elsewhere: &TcpListener, line: &str, search: &mut Search) {
    *search.looked.entry("requests to another origin").or_default() += 1;
    if elsewhere.accept().is_ok() {
        search.found.push(format!("{line}: another origin was called"));
    }
}
