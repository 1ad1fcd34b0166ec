//! Ctrl-C: while a task reads, and while it writes.

use crate::support::{Gate, Instance, Running};

const ENSURE: &str = "ensure user ann@example.com --role Standard --more-group Watch --in vm --output json";

/// The program on a server that holds a request of Vulnerability Management.
fn start(instance: &Instance, gate: &Gate, line: &str) -> Running {
    instance.tenable(line).env("TIO_URL", gate.url()).start()
}

fn gate(instance: &Instance, beginning: &'static str) -> Gate {
    Gate::new(&instance.emulator().vulnerability_management().url, beginning)
}

#[test]
fn reading_ends_at_once() {
    let instance = Instance::start();
    let gate = gate(&instance, "GET /users");
    let running = start(&instance, &gate, "whois ann@example.com");
    gate.wait();
    running.interrupt();
    let run = running.end();
    assert_eq!(run.error(130), "error: stopped; nothing was changed");
    assert_eq!(run.stdout, "");
}

#[test]
fn writing_finishes_what_has_begun() {
    let instance = Instance::start();
    instance.json("ensure group Watch --in vm");
    let gate = gate(&instance, "POST /users");
    let mut running = start(&instance, &gate, ENSURE);
    gate.wait();
    running.interrupt();
    running.wait_for(
        "stopping: what has begun is finished and read back, nothing else begins; Ctrl-C again ends it at once",
    );
    gate.open();
    let run = running.end();
    assert_eq!(run.code, 5, "{run:?}");
    assert!(run.stderr.ends_with("error: stopped: 1 of 3 steps are done; run it again to go on\n"), "{run:?}");
    assert_eq!(instance.bodies("POST", "/users").len(), 1);
    // Run again, it goes on.
    assert_eq!(instance.json(ENSURE)[0]["fields"], serde_json::json!(["roles", "groups"]));
    assert_eq!(instance.json(ENSURE)[0]["result"], "unchanged");
    assert_eq!(instance.bodies("POST", "/users").len(), 1);
}

#[test]
fn writing_ends_at_once_when_it_is_interrupted_twice() {
    let instance = Instance::start();
    instance.json("ensure group Watch --in vm");
    let gate = gate(&instance, "POST /users");
    let mut running = start(&instance, &gate, ENSURE);
    gate.wait();
    running.interrupt();
    running.wait_for("stopping: ");
    running.interrupt();
    let run = running.end();
    assert_eq!((run.code, run.stdout.as_str()), (130, ""), "{run:?}");
    assert_eq!(instance.json(ENSURE)[0]["result"], "made");
}
