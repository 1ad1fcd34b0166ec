//! What only a terminal sees: tables, colours and questions.

use std::io::{Read as _, Write as _};
use std::process::Child;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use tempfile::TempDir;

use tenable_emulator::security_center::SEED_PASSWORD;

use crate::support::{Gate, Instance, PASSWORD, file};

struct Terminal {
    pty: Pty,
    child: Child,
    seen: String,
    _home: TempDir,
}

impl Terminal {
    fn run(instance: &Instance, line: &str, environment: &[(&str, &str)]) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(40, 100)).unwrap();
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenable"))
            .args(line.split_whitespace())
            .env_clear()
            .env("HOME", home.path())
            .env("TERM", "xterm")
            .env("TIE_URL", instance.url())
            .env("TIE_API_KEY", instance.api_key())
            .env("TSC_URL", &instance.emulator().security_center().url)
            .env("TSC_ACCESS_KEY", &instance.emulator().security_center().access_key)
            .env("TSC_SECRET_KEY", &instance.emulator().security_center().secret_key);
        for (name, value) in environment {
            command = command.env(name, value);
        }
        let child = command.spawn(pts).unwrap();
        Self { pty, child, seen: String::new(), _home: home }
    }

    /// Reads until this text has appeared.
    fn wait_for(&mut self, text: &str) {
        while !self.seen.contains(text) {
            assert!(self.read(), "ended without {text:?}: {}", self.seen);
        }
    }

    /// Reads something more; false at the end.
    fn read(&mut self) -> bool {
        let mut chunk = [0; 4096];
        // Linux says EIO when the other side is gone.
        let read = self.pty.read(&mut chunk).unwrap_or(0);
        self.seen.push_str(&String::from_utf8_lossy(&chunk[..read]));
        read > 0
    }

    fn type_line(&mut self, text: &str) {
        self.pty.write_all(format!("{text}\n").as_bytes()).unwrap();
    }

    /// Reads to the end, and gives the exit code.
    fn end(&mut self) -> i32 {
        while self.read() {}
        self.child.wait().unwrap().code().unwrap()
    }
}

#[test]
fn a_deletion_is_asked_for() {
    let instance = Instance::start();
    let mut terminal = Terminal::run(&instance, "ie users delete 3", &[]);
    terminal.wait_for("Delete a user: DELETE /api/users/3. Go on? [y/N] ");
    terminal.type_line("n");
    assert_eq!(terminal.end(), 2);
    assert!(terminal.seen.contains("nothing was sent"), "{}", terminal.seen);
    assert_eq!(instance.control().journal(), []);

    let mut terminal = Terminal::run(&instance, "ie users delete 3", &[]);
    terminal.wait_for("[y/N] ");
    terminal.type_line("y");
    assert_eq!(terminal.end(), 0);
    assert_eq!(Terminal::run(&instance, "ie users delete 5 --yes", &[]).end(), 0);
    assert_eq!(instance.json("ie users list").as_array().unwrap().len(), 4);
}

#[test]
fn a_task_that_removes_is_asked_for_and_can_be_interrupted() {
    let instance = Instance::start();
    let line = "ensure user robin.active@example.com --disable --in ie";
    let mut terminal = Terminal::run(&instance, line, &[]);
    terminal.wait_for("Go on? [y/N] ");
    assert!(terminal.seen.contains(" user robin.active@example.com: disabled"), "{}", terminal.seen);
    // What it says then is not looked for: a terminal drops output while it handles Ctrl-C.
    terminal.pty.write_all(b"\x03").unwrap();
    assert_eq!(terminal.end(), 130);
    assert_eq!(instance.json("ie users details 2")["active"], true);

    let mut terminal = Terminal::run(&instance, line, &[]);
    terminal.wait_for("Go on? [y/N] ");
    terminal.type_line("y");
    assert_eq!(terminal.end(), 0, "{}", terminal.seen);
    assert_eq!(instance.json("ie users details 2")["active"], false);
}

#[test]
fn a_plan_is_shown_and_asked_for() {
    let instance = Instance::start();
    let (_directory, path) =
        file("people.yaml", "version: 1\npeople:\n  - {email: ann@example.com, accounts: {ie: {role: User}}}\n");
    let line = format!("apply {path}");
    let mut terminal = Terminal::run(&instance, &line, &[]);
    terminal.wait_for("Apply this plan? [y/N] ");
    assert!(terminal.seen.contains("\u{1b}[32m  + user ann@example.com"), "{}", terminal.seen);
    terminal.type_line("");
    assert_eq!(terminal.end(), 2);
    assert!(terminal.seen.contains("stopped; nothing was changed"), "{}", terminal.seen);
    assert_eq!(instance.bodies("POST", "/api/users").len(), 0);

    let mut terminal = Terminal::run(&instance, &line, &[]);
    terminal.wait_for("Apply this plan? [y/N] ");
    terminal.type_line("yes");
    assert_eq!(terminal.end(), 0, "{}", terminal.seen);
    assert!(terminal.seen.contains("1 done, 1 already so."), "{}", terminal.seen);
    assert_eq!(Terminal::run(&instance, &format!("{line} --yes"), &[]).end(), 0);
    let mut plan = Terminal::run(&instance, &format!("plan {path}"), &[("NO_COLOR", "1")]);
    assert_eq!(plan.end(), 0);
    assert!(plan.seen.contains("Nothing to do: everything is as it should be."), "{}", plan.seen);
}

#[test]
fn a_bar_tells_what_is_waited_for() {
    let instance = Instance::start();
    let gate = Gate::new(instance.url(), "GET /api/users");
    let mut terminal = Terminal::run(&instance, "whois robin.active@example.com", &[("TIE_URL", &gate.url())]);
    gate.wait();
    terminal.wait_for("1/2 tenants");
    terminal.wait_for("waiting for ie (");
    gate.open();
    assert_eq!(terminal.end(), 0, "{}", terminal.seen);
    assert!(terminal.seen.contains("Auditor, User"), "{}", terminal.seen);

    let mut quiet = Terminal::run(&instance, "whois robin.active@example.com --quiet", &[]);
    assert_eq!(quiet.end(), 0);
    assert!(!quiet.seen.contains("tenants"), "{}", quiet.seen);
}

#[test]
fn a_password_is_asked_for_twice() {
    let instance = Instance::start();
    let line = "ie users create --name Ann --email ann@example.com --active";
    let mut terminal = Terminal::run(&instance, line, &[]);
    terminal.wait_for("password: ");
    terminal.type_line(PASSWORD);
    terminal.wait_for("password again: ");
    terminal.type_line(PASSWORD);
    assert_eq!(terminal.end(), 0, "{}", terminal.seen);
    assert!(instance.signs_in("ann@example.com", PASSWORD));

    let mut terminal = Terminal::run(&instance, line, &[]);
    terminal.wait_for("password: ");
    terminal.type_line(PASSWORD);
    terminal.wait_for("password again: ");
    terminal.type_line("something else");
    assert_eq!(terminal.end(), 2);
    assert!(terminal.seen.contains("was not the same both times"), "{}", terminal.seen);
}

#[test]
fn a_new_password_is_asked_for_twice_and_a_known_one_once() {
    let instance = Instance::start();
    let line = "sc users update 3 --password-prompt --current-password-prompt";
    let mut terminal = Terminal::run(&instance, line, &[]);
    for (question, answer) in
        [("password: ", PASSWORD), ("password again: ", PASSWORD), ("current password: ", SEED_PASSWORD)]
    {
        terminal.wait_for(question);
        terminal.type_line(answer);
    }
    assert_eq!(terminal.end(), 0, "{}", terminal.seen);
    let avery = instance.in_session("sc current-user details").env("TSC_USERNAME", "avery.analyst");
    assert_eq!(avery.env("TSC_PASSWORD", PASSWORD).run().json()["username"], "avery.analyst");
}

#[test]
fn a_terminal_gets_a_table_that_fits() {
    let instance = Instance::start();
    let mut terminal = Terminal::run(&instance, "ie users list", &[]);
    assert_eq!(terminal.end(), 0);
    assert!(terminal.seen.contains("\u{1b}[1m") && terminal.seen.contains("robin.active@example.com"));
    assert!(terminal.seen.contains("no room for "), "{}", terminal.seen);

    let mut plain = Terminal::run(&instance, "ie users list", &[("NO_COLOR", "1")]);
    assert_eq!(plain.end(), 0);
    assert!(!plain.seen.contains('\u{1b}'), "{}", plain.seen);
    let table = plain.seen.lines().filter(|line| !line.starts_with("no room"));
    assert!(table.into_iter().all(|line| line.trim_end().chars().count() <= 100), "{}", plain.seen);
}
