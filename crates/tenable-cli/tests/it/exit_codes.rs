//! Each exit code, and one clear line for each kind of mistake.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};
use tenable_emulator::faults::Fault;

use crate::support::{Instance, PASSWORD, Tenable, file};

const CREATE: &str = "ie users create --name Ann --email ann@example.com --password-stdin";

#[test]
fn done() {
    let instance = Instance::start();
    assert_eq!(instance.tenable("ie users list").run().code, 0);
}

#[test]
fn refused_for_a_wrong_key() {
    let instance = Instance::start();
    let run = instance.tenable("ie users list").env("TIE_API_KEY", "sentinel-key").run();
    let line = run.error(1);
    assert!(line.starts_with("error: users.list: the server refused the credentials (401"), "{line}");
    assert!(line.contains("check the API key") && !line.contains("sentinel-key"), "{line}");
}

#[test]
fn refused_for_a_wrong_id() {
    let instance = Instance::start();
    let run = instance.tenable("ie users details 99").run();
    assert!(
        run.error(1).starts_with("error: users.details: not found (404 Not Found): there is no user 99"),
        "{run:?}"
    );
    let run = instance.tenable("ie users details ../roles/1").run();
    assert_eq!(
        run.error(2),
        "error: invalid value '../roles/1' for '[ID]': expected a whole number such as 7; see --help"
    );
}

#[test]
fn refused_for_a_wrong_body() {
    let instance = Instance::start();
    let run = instance.tenable(CREATE).stdin("short").run();
    let line = run.error(1);
    assert!(line.starts_with("error: users.create: the server refused the request as invalid (400"), "{line}");
    assert!(line.contains("[INVALID_PAYLOAD_FORMAT]"), "{line}");
}

#[test]
fn refused_as_a_conflict() {
    let instance = Instance::start();
    let line = "ie users create --name Robin --email robin.active@example.com --password-stdin";
    let run = instance.tenable(line).stdin(PASSWORD).run();
    assert!(run.error(1).contains("conflict with what is there (409"), "{run:?}");
}

#[test]
fn wrong_usage() {
    for line in ["", "nonsense", "ie", "ie users", "ie users lst", "ie users list --nonsense", "ie users details"] {
        assert_eq!(Tenable::new(line.split_whitespace()).run().code, 2, "{line}");
    }
    for (line, text) in [
        ("ie users list", "no API key: set TIE_API_KEY"),
        ("ie users list --timeout soon", "\"soon\" is no time"),
        ("ie users list --emulator", "an emulator has neither --url nor --profile"),
        ("ie users list --set ie.duplicate_email=400", "--set is for an emulator"),
        ("ie users list --ca-file a --only-ca-file b", "exclude each other"),
        ("ie users list --client-key k.pem", "a client certificate needs its key"),
    ] {
        let key = if text.contains("API key") { "" } else { "some-key" };
        let arguments = ["--url", "https://acme.example"].into_iter().chain(line.split(' '));
        let run = Tenable::new(arguments).env("TIE_API_KEY", key).run();
        assert!(run.error(2).contains(text), "{line}: {run:?}");
    }
    let run = Tenable::new(["--emulator", "--set", "ie.nonsense=1", "ie", "users", "list"]).run();
    assert!(run.error(2).starts_with("error: there is no rule \"ie.nonsense\""), "{run:?}");
    let run = Tenable::new("ie users list --api-key-env HOME --url acme.example".split(' ')).run();
    assert!(run.error(2).ends_with("write https:// before it"), "{run:?}");
    let run = Tenable::new("ie users list --api-key-env HOME --url http://acme.example".split(' ')).run();
    assert!(run.error(2).ends_with("use https, or give --allow-plain-http"), "{run:?}");
}

#[test]
fn unreachable_without_an_address() {
    let run = Tenable::new("ie users list".split(' ')).run();
    assert!(run.error(3).starts_with("error: no address of the product: give --url, set TIE_URL"), "{run:?}");
}

#[test]
fn unreachable_at_a_wrong_address() {
    // Bound and let go: nothing listens there.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let run = Tenable::new("ie users list".split(' '))
        .env("TIE_URL", format!("http://{address}"))
        .env("TIE_API_KEY", "sentinel-key")
        .run();
    let line = run.error(3);
    assert!(line.starts_with("error: users.list: the server could not be reached"), "{line}");
    assert!(line.contains(&address.to_string()) && line.contains("nothing was sent"), "{line}");
    assert_eq!(line.matches("nothing was sent").count(), 1, "{line}");
    assert!(!line.contains("sentinel-key"), "{line}");
}

#[test]
fn unreachable_behind_an_unknown_authority() {
    let instance = Instance::with(|builder| builder.tls(true));
    let (_directory, other) =
        file("other.pem", Instance::with(|builder| builder.tls(true)).emulator().ca_pem().unwrap());
    let run = instance.tenable(&format!("ie users list --only-ca-file {other}")).run();
    let line = run.error(3);
    assert!(line.contains("no trusted connection to the server"), "{line}");
    let right = instance.emulator().ca_path().unwrap().to_str().unwrap();
    instance.tenable(&format!("ie users list --only-ca-file {right}")).run().succeeded();
    let any = instance.tenable("ie users list --dangerously-accept-any-certificate").run().succeeded();
    assert!(any.stderr.starts_with("warning: the server is not verified"), "{any:?}");
    let missing = instance.tenable("ie users list --only-ca-file /nowhere/ca.pem").run();
    assert!(missing.error(2).contains("/nowhere/ca.pem could not be read"), "{missing:?}");
}

#[test]
fn unreachable_when_a_page_answers_instead() {
    let instance = Instance::start();
    instance.control().add_fault(Fault::new(tenable_emulator::faults::FaultKind::HtmlPage).always());
    let run = instance.tenable("ie users list").run();
    assert!(run.error(3).contains("not JSON"), "{run:?}");
}

#[test]
fn unknown_when_the_answer_is_lost() {
    let instance = Instance::start();
    instance.control().add_fault(Fault::reset_after_commit().method("POST").path("/api/users"));
    let run = instance.tenable(CREATE).stdin(PASSWORD).run();
    let line = run.error(4);
    assert!(line.contains("it may or may not have been carried out") && line.contains("--if-absent"), "{line}");
    assert_eq!(instance.bodies("POST", "/api/users").len(), 1, "it was sent twice");

    let again = instance.tenable(&format!("{CREATE} --if-absent")).stdin(PASSWORD).run();
    assert_eq!(again.json()["email"], "ann@example.com");
    assert!(again.stderr.contains("is there already"), "{again:?}");
    assert_eq!(instance.bodies("POST", "/api/users").len(), 1);
}

#[test]
fn partly_when_the_roles_are_refused() {
    let instance = Instance::start();
    let run = instance.tenable(&format!("{CREATE} --roles 2,99")).stdin(PASSWORD).run();
    let line = run.error(5);
    assert!(
        line.starts_with("error: user 7 was created, but has not got the roles: users.update_user_roles"),
        "{line}"
    );
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap()["id"], 7);
    assert_eq!(instance.json("ie users details 7")["email"], "ann@example.com");

    let again = instance.tenable(&format!("{CREATE} --roles 2,3 --if-absent")).stdin(PASSWORD).run();
    assert_eq!(again.json()["roles"], json!([2, 3]));
    assert_eq!(instance.json("ie users details 7")["roles"], json!([2, 3]));
}

#[test]
fn a_creation_with_roles() {
    let instance = Instance::start();
    let run = instance.tenable(&format!("{CREATE} --roles 3")).stdin(PASSWORD).run();
    assert_eq!(run.json()["roles"], json!([3]));
    assert_eq!(instance.json("ie users details 7")["roles"], json!([3]));
}

#[test]
fn errors_as_json() {
    let instance = Instance::start();
    let run = instance.tenable("ie users details 99 --error-format json").run();
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    let error: Value = serde_json::from_str(&run.stderr).unwrap();
    let error = &error["error"];
    assert_eq!(error["exit_code"], 1);
    assert_eq!(error["kind"], "not_found");
    assert_eq!(error["effect"], "not_applied");
    assert_eq!(error["operation"], "users.details");
    assert_eq!((&error["method"], &error["path"]), (&json!("GET"), &json!("/api/users/{id}")));
    assert_eq!((&error["status"], &error["server_code"]), (&json!(404), &json!("NOT_FOUND")));

    let usage = Tenable::new(["ie", "users", "nonsense", "--error-format=json"]).run();
    let error: Value = serde_json::from_str(&usage.stderr).unwrap();
    assert_eq!((usage.code, &error["error"]["kind"]), (2, &json!("usage")));
}

/// Between the program and `tenable emulator`: forwards one request, waits for the answer to begin, which is after the change was
/// stored, has the server killed, and cuts the connection without an answer.
fn answer_with_a_kill(listener: &TcpListener, target: &str, kill: impl FnOnce()) {
    let (mut near, _) = listener.accept().unwrap();
    let mut far = TcpStream::connect(target).unwrap();
    let mut request = Vec::new();
    while !is_whole(&request) {
        let mut chunk = [0; 4096];
        let read = near.read(&mut chunk).unwrap();
        assert!(read > 0, "the request ended early");
        request.extend_from_slice(&chunk[..read]);
    }
    far.write_all(&request).unwrap();
    far.read_exact(&mut [0]).unwrap();
    kill();
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    body.len() >= length.trim().parse().unwrap()
}

#[test]
fn a_server_killed_in_the_middle_leaves_one_user() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("people.json");
    let serve = || {
        let (server, line) = Tenable::new(["emulator", "--state", state.to_str().unwrap()]).serve();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let word = |name: &str| ready["identity_exposure"][name].as_str().unwrap().to_owned();
        (server, word("url"), word("api_key"))
    };
    let create = |url: &str, key: &str, more: &str| {
        let line = format!("{CREATE} {more}");
        Tenable::new(line.split_whitespace()).env("TIE_URL", url).env("TIE_API_KEY", key).stdin(PASSWORD).run()
    };

    let (mut server, url, key) = serve();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let between = format!("http://{}", listener.local_addr().unwrap());
    let target = url.strip_prefix("http://").unwrap();
    let run = thread::scope(|scope| {
        scope.spawn(|| answer_with_a_kill(&listener, target, || server.kill()));
        create(&between, &key, "")
    });
    assert!(run.error(4).contains("it may or may not have been carried out"), "{run:?}");

    let (_server, url, key) = serve();
    let again = create(&url, &key, "--if-absent");
    assert_eq!(again.json()["email"], "ann@example.com");
    let list = Tenable::new("ie users list".split(' ')).env("TIE_URL", &url).env("TIE_API_KEY", &key).run().json();
    let there = list.as_array().unwrap().iter().filter(|user| user["email"] == "ann@example.com").count();
    assert_eq!(there, 1);
}
