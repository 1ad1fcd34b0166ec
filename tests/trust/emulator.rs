//! The emulator itself: who reaches it, what a flood or a malformed request does to it, and its state file under kills.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fmt::Write as _};

use serde_json::Value;
use tenable_emulator::{Emulator, RunningEmulator};

use crate::record::Record;

/// How many times the writing process is killed; a campaign asks for more.
const ROUNDS: &str = "TENABLE_TRUST_EMULATOR_KILLS";

async fn start() -> RunningEmulator {
    Emulator::builder().start().await.unwrap()
}

/// Runs what waits for sockets beside the emulator.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn authority(url: &str) -> String {
    url.split("://").nth(1).unwrap().to_owned()
}

/// The four listeners of an emulator.
fn listeners(emulator: &RunningEmulator) -> [String; 4] {
    [
        &emulator.identity_exposure().url,
        &emulator.security_center().url,
        &emulator.vulnerability_management().url,
        emulator.control().url(),
    ]
    .map(authority)
}

/// Sends bytes as they are and gives all that comes back. The writing side is closed at the end, which no request may hang on.
fn exchange(address: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    // A server that refuses early closes while bytes are still being written.
    let _closed = stream.write_all(bytes).and_then(|()| stream.shutdown(Shutdown::Write));
    all_of(stream)
}

/// Sends a request that closes its connection, and gives the answer.
fn ask(address: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    all_of(stream)
}

fn all_of(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The statuses of all answers in what came back.
fn statuses(answer: &str) -> Vec<u16> {
    answer.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)?.parse().ok()).collect()
}

/// What is wrong with a request, and its bytes.
fn malformed() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let head = |fields: &str| format!("POST /api/users HTTP/1.1\r\nhost: x\r\n{fields}\r\n");
    vec![
        ("nothing", Vec::new()),
        ("bytes that are no text", (0..=255).cycle().take(4_096).collect()),
        ("zeros", vec![0; 100_000]),
        ("a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("the greeting of HTTP/2", text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
        ("half a first line", text("GET /api/us")),
        ("half a head", text("GET /api/users HTTP/1.1\r\nhost: x\r\nx-api")),
        ("no version", text("GET /api/users\r\n\r\n")),
        ("a version of its own", text("GET /api/users HTTP/9.7\r\n\r\n")),
        ("a method with a blank", text("GE T /api/users HTTP/1.1\r\nhost: x\r\n\r\n")),
        ("a method of 70,000 letters", format!("{} / HTTP/1.1\r\n\r\n", "G".repeat(70_000)).into_bytes()),
        (
            "an address of 70,000 letters",
            format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(70_000)).into_bytes(),
        ),
        ("an address with a control character", text("GET /api/\x01users HTTP/1.1\r\nhost: x\r\n\r\n")),
        ("an address that is not UTF-8", b"GET /api/\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()),
        (
            "a broken escape in the address",
            text("GET /api/users/%zz%f HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ),
        ("a field of 100,000 letters", head(&format!("x-long: {}\r\n", "a".repeat(100_000))).into_bytes()),
        ("a thousand fields", head(&"x-many: 1\r\n".repeat(1_000)).into_bytes()),
        ("a field without a colon", head("no colon here\r\n").into_bytes()),
        ("a field with a blank before the colon", head("content-length : 3\r\n").into_bytes()),
        ("a field that goes on in the next line", head("x-folded: a\r\n b\r\n").into_bytes()),
        ("a zero in a field", head("x-zero: a\0b\r\n").into_bytes()),
        (
            "a field that is not UTF-8",
            [b"GET /api/users HTTP/1.1\r\nx-api-key: \xff\xfe\r\nconnection: close\r\n\r\n".to_vec()].concat(),
        ),
        ("a length that is no number", head("content-length: many\r\n").into_bytes()),
        ("a negative length", head("content-length: -1\r\n").into_bytes()),
        ("a length beyond all numbers", head("content-length: 99999999999999999999999\r\n").into_bytes()),
        ("a length of 16 EiB", head("content-length: 18446744073709551614\r\n").into_bytes()),
        ("a longer length than the body", (head("content-length: 100\r\n") + "short").into_bytes()),
        ("two lengths", (head("content-length: 3\r\ncontent-length: 4\r\n") + "abcd").into_bytes()),
        ("two lengths in one field", (head("content-length: 3, 4\r\n") + "abcd").into_bytes()),
        ("an unknown transfer coding", (head("transfer-encoding: rot13\r\n") + "abcd").into_bytes()),
        ("chunked, and then something else", (head("transfer-encoding: chunked, gzip\r\n") + "0\r\n\r\n").into_bytes()),
        (
            "a chunk size that is no number",
            (head("transfer-encoding: chunked\r\n") + "xyz\r\nabc\r\n0\r\n\r\n").into_bytes(),
        ),
        (
            "a chunk size beyond all numbers",
            (head("transfer-encoding: chunked\r\n") + "fffffffffffffffff\r\nabc").into_bytes(),
        ),
        (
            "a chunk that is shorter than its size",
            (head("transfer-encoding: chunked\r\n") + "ff\r\nabc\r\n").into_bytes(),
        ),
        (
            "a chunk that is longer than its size",
            (head("transfer-encoding: chunked\r\n") + "1\r\nabc\r\n0\r\n\r\n").into_bytes(),
        ),
        ("chunks that do not end", (head("transfer-encoding: chunked\r\n") + "3\r\nabc\r\n").into_bytes()),
        (
            "an endless chunk extension",
            (head("transfer-encoding: chunked\r\n") + &format!("1;{}", "a".repeat(100_000))).into_bytes(),
        ),
        (
            "endless trailers",
            (head("transfer-encoding: chunked\r\n") + &format!("0\r\n{}", "x: 1\r\n".repeat(20_000))).into_bytes(),
        ),
        ("JSON of a depth of 100,000", {
            let body = "[".repeat(100_000);
            (head(&format!(
                "content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n",
                body.len()
            )) + &body)
                .into_bytes()
        }),
        ("JSON with a lone surrogate", {
            let body = r#"[{"name":"\ud800"}]"#;
            (head(&format!(
                "content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n",
                body.len()
            )) + body)
                .into_bytes()
        }),
    ]
}

/// The last request of a connection, which the server closes after its answer. To close the writing side instead would be a race: a server
/// may give up an answer that it has not written yet.
const LAST: &str = "GET /last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// Bytes that one reader may take for two requests and another for one, with the number of requests that HTTP sees in them and in [`LAST`]
/// after them. A connection whose framing was doubtful is closed before that.
fn smuggled() -> Vec<(&'static str, Vec<u8>, usize)> {
    let inner = "DELETE /api/users/2 HTTP/1.1\r\nhost: x\r\n\r\n";
    let both =
        |fields: &str, body: &str| format!("POST /api/login HTTP/1.1\r\nhost: x\r\n{fields}\r\n{body}").into_bytes();
    let length = inner.len() + 5;
    vec![
        (
            "length first, then chunked",
            both(&format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"), &format!("0\r\n\r\n{inner}")),
            1,
        ),
        (
            "chunked first, then length",
            both(&format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n"), &format!("0\r\n\r\n{inner}")),
            1,
        ),
        (
            "chunked, spelt with a blank before the colon",
            both(&format!("content-length: {length}\r\ntransfer-encoding : chunked\r\n"), &format!("0\r\n\r\n{inner}")),
            0,
        ),
        (
            "chunked, after a vertical tab",
            both(
                &format!("content-length: {length}\r\ntransfer-encoding:\x0bchunked\r\n"),
                &format!("0\r\n\r\n{inner}"),
            ),
            0,
        ),
        (
            "two different lengths",
            both(&format!("content-length: 0\r\ncontent-length: {length}\r\n"), &format!("0\r\n\r\n{inner}")),
            0,
        ),
        ("a length with a sign", both(&format!("content-length: +{length}\r\n"), &format!("0\r\n\r\n{inner}")), 0),
        (
            "a line that ends in CR alone",
            both(
                &format!("x: 1\rtransfer-encoding: chunked\r\ncontent-length: {length}\r\n"),
                &format!("0\r\n\r\n{inner}"),
            ),
            0,
        ),
        ("a request in the body of another", both(&format!("content-length: {}\r\n", inner.len()), inner), 2),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_requests_hurt_nobody() {
    let emulator = start().await;
    let addresses = listeners(&emulator);
    let before = emulator.control().state();
    let (tried, answers) = beside(move || {
        let mut answers = Vec::new();
        let requests = malformed();
        for address in &addresses {
            for (what, bytes) in &requests {
                let answer = statuses(&exchange(address, bytes));
                // Refused, or cut off without a word; never a success, never a failure of the server, never two answers.
                assert!(
                    answer.len() <= 1 && answer.iter().all(|status| (400..500).contains(status)),
                    "{what}: {answer:?}"
                );
                answers.extend(answer);
            }
        }
        (addresses.len() * requests.len(), answers)
    })
    .await;
    assert_eq!(emulator.control().state(), before);
    let addresses = listeners(&emulator);
    let alive =
        beside(move || addresses.iter().map(|address| statuses(&ask(address, LAST.as_bytes()))).collect::<Vec<_>>())
            .await;
    assert!(alive.iter().all(|answer| answer.len() == 1), "{alive:?}");

    for (what, bytes, requests) in smuggled() {
        let address = authority(&emulator.identity_exposure().url);
        let answer = beside(move || ask(&address, &[&bytes, LAST.as_bytes()].concat())).await;
        let served = statuses(&answer).into_iter().filter(|status| *status != 400).count();
        assert_eq!(served, requests, "{what}: {answer}");
    }
    // What came along had no key of its own, and got none.
    assert_eq!(emulator.control().state(), before);
    Record::new("emulator-malformed")
        .title("Malformed requests to the emulator")
        .columns(["What", "Tried", "Refused with 4xx", "Cut off", "Success", "Status 5xx"])
        .row([&"malformed requests, on four listeners", &tried, &answers.len(), &(tried - answers.len()), &0, &0])
        .row([&"requests that two readers may count differently", &smuggled().len(), &"as RFC 9112 says", &0, &0, &0])
        .write();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_and_many_connections_leave_room_for_others() {
    let emulator = start().await;
    let key = emulator.identity_exposure().api_key.clone();
    let address = authority(&emulator.identity_exposure().url);
    let answer = beside(move || {
        // Each begins a request and never goes on.
        let slow: Vec<_> = (0..200)
            .map(|number| {
                let mut stream = TcpStream::connect(&address).unwrap();
                let begun = ["GET /api/us", "POST /api/users HTTP/1.1\r\ncontent-length: 9\r\n\r\n{", ""][number % 3];
                stream.write_all(begun.as_bytes()).unwrap();
                stream
            })
            .collect();
        let request = format!("GET /api/users HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\r\n");
        let answer = statuses(&ask(&address, request.as_bytes()));
        drop(slow);
        answer
    })
    .await;
    assert_eq!(answer, [200]);
}

#[tokio::test]
async fn what_it_remembers_is_bounded() {
    let limit = 200_000;
    let emulator = Emulator::builder().state_limit(limit).start().await.unwrap();
    let (exposure, center, management) =
        (emulator.identity_exposure(), emulator.security_center(), emulator.vulnerability_management());
    let center_key = format!("accesskey={}; secretkey={};", center.access_key, center.secret_key);
    let management_key = format!("accessKey={}; secretKey={}", management.access_key, management.secret_key);
    let product = |name: &str, number: usize| {
        let long = "x".repeat(5_000);
        let (path, header, key, body) = match name {
            "identity_exposure" => (
                "/api/roles",
                "x-api-key",
                &exposure.api_key,
                format!(r#"[{{"name":"{number}","description":"{long}"}}]"#),
            ),
            "security_center" => {
                ("/rest/group", "x-apikey", &center_key, format!(r#"{{"name":"{number}","description":"{long}"}}"#))
            }
            _ => ("/groups", "x-apikeys", &management_key, format!(r#"{{"name":"{number}{long}"}}"#)),
        };
        let request = http::Request::post(path).header(header, key).header("content-type", "application/json");
        let request = request.body(bytes::Bytes::from(body)).unwrap();
        match name {
            "identity_exposure" => emulator.identity_exposure_core().handle(request),
            "security_center" => emulator.security_center_core().handle(request),
            _ => emulator.vulnerability_management_core().handle(request),
        }
    };
    let mut record = Record::new("emulator-flood")
        .title("A flood of creations, with at most 200,000 bytes to remember for each product")
        .columns(["Product", "Created", "Then refused with 507", "Remembered within the limit"]);
    for name in ["identity_exposure", "security_center", "vulnerability_management"] {
        let answers: Vec<_> = (0..100).map(|number| product(name, number).response.status().as_u16()).collect();
        let created = answers.iter().position(|status| *status == 507).expect("a limit");
        assert!(created > 5 && answers[..created].iter().all(|status| *status < 300), "{name}: {answers:?}");
        assert!(answers[created..].iter().all(|status| *status == 507), "{name}: {answers:?}");
        let size = emulator.control().state()[name].to_string().len();
        assert!(size <= limit && size > limit / 2, "{name}: {size}");
        record = record.row([&name, &created, &(answers.len() - created), &"yes"]);
    }
    // What is in the way can be deleted, and then there is room again.
    let request = http::Request::delete("/api/roles/4").header("x-api-key", &exposure.api_key);
    let deleted = emulator.identity_exposure_core().handle(request.body(bytes::Bytes::new()).unwrap());
    assert_eq!(deleted.response.status(), 204);
    for _ in 0..3 {
        let id =
            emulator.control().state()["identity_exposure"]["roles"].as_object().unwrap().keys().next_back().cloned();
        let request = http::Request::delete(format!("/api/roles/{}", id.unwrap()));
        let request = request.header("x-api-key", &exposure.api_key).body(bytes::Bytes::new()).unwrap();
        emulator.identity_exposure_core().handle(request);
    }
    assert_eq!(product("identity_exposure", 100).response.status(), 201);
    record
        .note("Without another limit it is 256 MiB for each product. Deletions are always taken.")
        .note(
            "Besides: 1,024 connections for each listener, 64 KiB and 100 fields for a head, 16 MiB for a body and 256 MiB for all \
             bodies of a product at a time, 10,000 entries and 64 MiB for the journal, 10,000 messages and 16 MiB for the mail.",
        )
        .write();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_this_machine_reaches_it_and_only_the_token_steers_it() {
    let emulator = start().await;
    let loopback = |address: &String| address.starts_with("127.0.0.1:");
    assert!(listeners(&emulator).iter().all(loopback));
    let address = authority(emulator.control().url());
    let token = emulator.control().token().to_owned();
    assert!(token.len() >= 32 && start().await.control().token() != token);
    let answers = beside(move || {
        let guess = format!("Bearer {}x", &token[..token.len() - 1]);
        let given = ["", "Bearer ", "Bearer x", &token, &format!("bearer {token} x"), &guess].map(ToOwned::to_owned);
        let paths = [
            ("GET", "/journal"), ("DELETE", "/journal"), ("GET", "/faults"), ("POST", "/faults"), ("DELETE", "/faults"),
            ("DELETE", "/faults/1"), ("GET", "/rules"), ("PATCH", "/rules"), ("GET", "/mail"), ("GET", "/clock"),
            ("POST", "/clock"), ("POST", "/sign-in"), ("GET", "/state"), ("POST", "/reset"), ("GET", "/nothing"),
        ];
        let mut answers = Vec::new();
        for (method, path) in paths {
            for given in &given {
                let request = format!(
                    "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: {given}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                answers.extend(statuses(&ask(&address, request.as_bytes())));
            }
        }
        assert_eq!(answers.len(), paths.len() * given.len());
        answers
    })
    .await;
    assert_eq!(answers.iter().collect::<BTreeSet<_>>(), BTreeSet::from([&401]));
    Record::new("emulator-control")
        .title("The emulator's control interface without its token")
        .columns(["Listeners", "Of these on loopback", "Requests without the right token", "Refused with 401"])
        .row([&4, &4, &answers.len(), &answers.len()])
        .write();
}

/// Runs the writer until it has confirmed as many writes, kills it, and gives the last that it confirmed.
fn kill_after(file: &Path, begin: u32, confirmed: u32) -> u32 {
    let mut writer = Command::new(env!("CARGO_BIN_EXE_emulator-writer"))
        .arg(file)
        .arg(begin.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut last = begin - 1;
    for _ in 0..confirmed {
        last = lines.next().expect("it goes on writing").unwrap().parse().unwrap();
    }
    // SIGKILL: nothing of the process runs after it.
    writer.kill().unwrap();
    writer.wait().unwrap();
    // What it still said before it was gone. A line that was cut off counts for nothing.
    for line in lines.map_while(Result::ok) {
        last = line.parse().unwrap_or(last).max(last);
    }
    last
}

/// The numbers that the writer has left in the file.
fn numbers(file: &Path) -> BTreeSet<u32> {
    let state: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).expect("the file is whole");
    let mut found = BTreeSet::new();
    collect(&state, &mut found);
    found
}

/// Users of Identity Exposure by their address, groups of the two others by their name.
fn collect(value: &Value, found: &mut BTreeSet<u32>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(object) => {
            let email = object.get("email").and_then(Value::as_str).and_then(|text| text.strip_suffix("@example.com"));
            let name = object.get("name").and_then(Value::as_str);
            found.extend([email, name].into_iter().flatten().filter_map(|text| text.parse::<u32>().ok()));
            object.values().for_each(|value| collect(value, found));
        }
        _ => {}
    }
}

#[test]
fn its_state_file_survives_kills_at_any_point() {
    let rounds = env::var(ROUNDS).map_or(20, |rounds| rounds.parse().expect("a number"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.json");
    let (mut next, mut confirmed, mut more) = (1, 0, 0);
    let mut random = 7_u32;
    for round in 0..rounds {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let last = kill_after(&file, next, 1 + (random >> 16) % 12);
        let found = numbers(&file);
        let highest = found.last().copied().unwrap_or(0);
        // All that was confirmed and, at most, the one that was being written.
        assert!(highest == last || highest == last + 1, "round {round}: confirmed {last}, found {highest}");
        assert_eq!(found, (1..=highest).collect(), "round {round}");
        confirmed += last + 1 - next;
        more += highest - last;
        next = highest + 1;
    }
    // Whatever the kills left beside it, no more than one file each time.
    let mut left = String::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        write!(left, "{} ", entry.unwrap().file_name().to_string_lossy()).unwrap();
    }
    assert!(left.split_whitespace().count() <= 3, "{left}");
    assert_eq!(confirmed + more, next - 1);
    Record::new("emulator-kills")
        .title("The emulator's state file under SIGKILL")
        .columns(["Kills", "Confirmed changes lost", "Changes doubled", "Files that could not be read"])
        .row([&rounds, &0, &0, &0])
        .note(
            "A process changes all three products all the time and is killed after 1 to 12 confirmed changes, seed 7. The next one goes on \
             with the file: it holds what was confirmed and at most the change that was being written.",
        )
        .note("Not shown: what a power failure leaves. The file and its folder are synced, the disk is trusted.")
        .write();
}
