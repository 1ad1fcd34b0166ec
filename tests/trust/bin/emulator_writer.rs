//! An emulator with a state file that is written all the time, until the process is killed.
//!
//! The argument is the state file. After each change that was confirmed, a line says how many there have been since the file began.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what a test starts fails by panicking")]

use std::io::Write as _;

use bytes::Bytes;
use http::Request;
use serde_json::json;
use tenable_emulator::{Emulator, RunningEmulator};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (file, begin) = (arguments.next().expect("a file"), arguments.next().expect("a number"));
    let emulator = Emulator::builder().state_file(file).start().await.expect("the file is free and whole");
    let mut output = std::io::stdout().lock();
    for number in begin.parse::<u32>().expect("a number").. {
        write(&emulator, number);
        writeln!(output, "{number}").expect("somebody counts");
        output.flush().expect("somebody counts");
    }
}

/// Creates somebody whose name is the number, in each product in turn.
fn write(emulator: &RunningEmulator, number: u32) {
    let request = match number % 3 {
        0 => {
            let person =
                json!([{ "name": "Nora", "email": format!("{number}@example.com"), "password": "Violet-Harbor-42" }]);
            let key = &emulator.identity_exposure().api_key;
            Request::post("/api/users").header("x-api-key", key).body(person)
        }
        1 => {
            let group = json!({ "name": number.to_string() });
            let keys = emulator.security_center();
            let key = format!("accesskey={}; secretkey={};", keys.access_key, keys.secret_key);
            Request::post("/rest/group").header("x-apikey", key).body(group)
        }
        _ => {
            let group = json!({ "name": number.to_string() });
            let keys = emulator.vulnerability_management();
            let key = format!("accessKey={}; secretKey={}", keys.access_key, keys.secret_key);
            Request::post("/groups").header("x-apikeys", key).body(group)
        }
    };
    let (mut head, body) = request.expect("a request").into_parts();
    head.headers.insert("content-type", http::HeaderValue::from_static("application/json"));
    let request = Request::from_parts(head, Bytes::from(body.to_string()));
    let reply = match number % 3 {
        0 => emulator.identity_exposure_core().handle(request),
        1 => emulator.security_center_core().handle(request),
        _ => emulator.vulnerability_management_core().handle(request),
    };
    assert!(reply.response.status().is_success(), "{number}: {:?}", reply.response);
}
