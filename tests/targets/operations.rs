//! Operations: what their arguments become, how their answers are read, and what a whole call makes of any answers.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};
use serde_json::Value;
use tenable_api::identity_exposure::{self, IdentityExposure};
use tenable_api::security_center::{self, SecurityCenter};
use tenable_api::vulnerability_management::{self, VulnerabilityManagement};
use tenable_api::{Client, UntypedOperation};
use tenable_transport::{NoJitter, SharedTransport, StackSettings, Transport, TransportError, TransportErrorKind};

use super::{Target, choice, chosen};
use crate::golden::fixtures;

pub(super) const REQUESTS: Target = Target {
    name: "requests",
    about: "JSON arguments of every operation; no argument leaves its segment of the path, and bodies are JSON",
    run: requests,
    seeds: seeds_of_requests,
    cost: 1,
};

pub(super) const ANSWERS: Target = Target {
    name: "answers",
    about: "answers of every operation, envelopes included; what is read can be written",
    run: answers,
    seeds: seeds_of_answers,
    cost: 1,
};

pub(super) const CALLS: Target = Target {
    name: "calls",
    about: "whole calls of every operation against any answers: refusals, waits, sign-in, cookies; requests go to the client's address only, \
            a credential that the server repeats does not show, and errors stay short",
    run: calls,
    seeds: seeds_of_calls,
    cost: 16,
};

/// What every product's clients hold.
const CREDENTIAL: &str = "Sentinel-Credential-4711";
/// The longest error, whatever a server says.
const LONGEST_ERROR: usize = 16 * 1024;

/// An operation with the folder of its golden documents.
type Row = (&'static str, &'static UntypedOperation);

fn operations() -> &'static [Row] {
    static ALL: OnceLock<Vec<Row>> = OnceLock::new();
    ALL.get_or_init(|| {
        let products = [
            ("identity_exposure", identity_exposure::OPERATIONS),
            ("security_center", security_center::OPERATIONS),
            ("vulnerability_management", vulnerability_management::OPERATIONS),
        ];
        let all = products.into_iter().flat_map(|(folder, operations)| operations.iter().map(move |one| (folder, one)));
        all.collect()
    })
}

fn requests(input: &[u8]) {
    let Some((index, json)) = choice(input, operations().len()) else { return };
    let Ok(arguments) = serde_json::from_slice::<Value>(json) else { return };
    let (_, operation) = operations()[index];
    let meta = operation.meta();
    let Ok(request) = operation.request(arguments) else { return };
    let path = request.uri().path();
    let (template, segments): (Vec<&str>, Vec<&str>) = (meta.path.split('/').collect(), path.split('/').collect());
    assert_eq!(segments.len(), template.len(), "{path} is not of {}", meta.path);
    for (segment, template) in segments.into_iter().zip(template).skip(1) {
        if template.contains('{') {
            assert!(!matches!(segment, "" | "." | ".."), "{path} names nothing");
        } else {
            assert_eq!(segment, template, "{path} is not of {}", meta.path);
        }
    }
    let query = request.uri().query().unwrap_or_default();
    assert!(!query.contains(['#', ' ', '\r', '\n']), "{query:?}");
    let body = request.body();
    assert!(body.is_empty() || serde_json::from_slice::<Value>(body).is_ok(), "the body is no JSON");
}

fn seeds_of_requests() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (index, (folder, operation)) in operations().iter().enumerate() {
        for golden in fixtures(folder, operation.meta().id, "request") {
            seeds.push(chosen(index, golden.arguments.to_string()));
        }
    }
    seeds
}

/// A status, then the body.
fn answers(input: &[u8]) {
    let Some((index, rest)) = choice(input, operations().len()) else { return };
    let Some((success, body)) = choice(rest, 4) else { return };
    let status = [200, 201, 202, 204][success];
    let mut response = Response::new(Bytes::copy_from_slice(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    match operations()[index].1.parse(&response) {
        Ok(value) => assert!(value.to_string().len() <= 64 * body.len() + 4096, "it grew when it was read"),
        Err(error) => bounded(&error),
    }
}

fn bounded(error: &tenable_api::Error) {
    let (shown, debug) = (error.to_string(), format!("{error:?}"));
    let length = shown.len().max(debug.len());
    assert!(length <= LONGEST_ERROR, "an error of {length} bytes");
    // One line, and nothing that a terminal obeys.
    assert!(!shown.contains(char::is_control), "{shown:?}");
}

fn seeds_of_answers() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (index, (folder, operation)) in operations().iter().enumerate() {
        for golden in fixtures(folder, operation.meta().id, "response") {
            seeds.push(chosen(index, chosen(0, golden.body())));
        }
    }
    seeds
}

/// One answer after the other, and then none any more.
#[derive(Clone, Debug)]
struct Script {
    answers: Arc<Mutex<VecDeque<Response<Bytes>>>>,
    /// Authorities that were asked.
    asked: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let authority = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(authority);
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        answer.ok_or_else(|| TransportError::new(TransportErrorKind::Interrupted))
    }
}

/// Between two answers of one input.
const NEXT: &[u8] = b"\n---\n";

/// A status line, headers, an empty line, a body. What is no such thing becomes as much of it as can be.
fn answer(text: &[u8]) -> Response<Bytes> {
    let end = text.windows(2).position(|two| two == b"\n\n").unwrap_or(text.len());
    let (head, body) = (&text[..end], text.get(end + 2..).unwrap_or_default());
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = std::str::from_utf8(lines.next().unwrap_or_default()).ok().and_then(|text| text.trim().parse().ok());
    let mut response = Response::new(Bytes::copy_from_slice(body));
    *response.status_mut() = status.unwrap_or(StatusCode::OK);
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default().trim_ascii();
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// How the client of a call is made.
fn client(folder: &str, by_session: bool, transport: SharedTransport) -> Client {
    let mut settings = StackSettings::default();
    settings.jitter = Arc::new(NoJitter);
    let client = match folder {
        "identity_exposure" => {
            let builder = IdentityExposure::builder().url("https://tie.example.com").api_key(CREDENTIAL);
            builder.stack_settings(settings).transport(transport).build().map(|client| client.client().clone())
        }
        "security_center" => {
            let builder = SecurityCenter::builder().url("https://tie.example.com");
            let builder = if by_session {
                builder.login("north.manager", CREDENTIAL)
            } else {
                builder.api_key("Sentinel-Access-Key-4711", CREDENTIAL)
            };
            builder.stack_settings(settings).transport(transport).build().map(|client| client.client().clone())
        }
        _ => {
            let builder = VulnerabilityManagement::builder().url("https://tie.example.com");
            let builder = builder.api_key("Sentinel-Access-Key-4711", CREDENTIAL);
            builder.stack_settings(settings).transport(transport).build().map(|client| client.client().clone())
        }
    };
    client.expect("the settings are good")
}

/// The arguments of the first golden request of each operation.
fn arguments(index: usize) -> Value {
    static ALL: OnceLock<Vec<Value>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let first = |(folder, operation): &Row| {
            let golden = fixtures(folder, operation.meta().id, "request").into_iter().next();
            golden.expect("there is a golden request").arguments
        };
        operations().iter().map(first).collect()
    });
    all[index].clone()
}

fn calls(input: &[u8]) {
    let Some((index, rest)) = choice(input, operations().len()) else { return };
    let Some((by_session, mut rest)) = choice(rest, 2) else { return };
    let mut answers = VecDeque::new();
    while answers.len() < 16 {
        let end = rest.windows(NEXT.len()).position(|bytes| bytes == NEXT);
        answers.push_back(answer(&rest[..end.unwrap_or(rest.len())]));
        let Some(end) = end else { break };
        rest = &rest[end + NEXT.len()..];
    }
    let script = Script { answers: Arc::new(Mutex::new(answers)), asked: Arc::default() };
    let (folder, operation) = operations()[index];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let result = runtime.expect("a runtime can be made").block_on(async {
        let client = client(folder, by_session == 1, SharedTransport::new(script.clone()));
        client.execute_untyped(operation, arguments(index)).await
    });
    let asked = script.asked.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(asked.iter().all(|authority| authority == "tie.example.com"), "{asked:?}");
    if let Err(error) = result {
        bounded(&error);
        let mut shown = format!("{error} {error:?} {error:#?}");
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            write!(shown, " {error} {error:?}").expect("text can be written");
            source = error.source();
        }
        assert!(!shown.contains(CREDENTIAL), "a credential shows: {shown}");
    }
}

fn seeds_of_calls() -> Vec<Vec<u8>> {
    let signed_in = "200\nSet-Cookie: TNS_SESSIONID=0123456789abcdef; path=/; HttpOnly\n\n{\"type\":\"regular\",\"response\":{\"token\":1478523690,\
                     \"unassociatedCert\":\"false\"},\"error_code\":0,\"error_msg\":\"\",\"warnings\":[],\"timestamp\":1781879306}\n---\n";
    let mut seeds = Vec::new();
    for (index, (folder, operation)) in operations().iter().enumerate() {
        let golden = fixtures(folder, operation.meta().id, "response").into_iter().next();
        let good =
            golden.map(|golden| format!("{}\nContent-Type: application/json\n\n{}", golden.status, golden.body()));
        let good = good.unwrap_or_default();
        let refusal = match *folder {
            "identity_exposure" => format!("{{\"error\":{{\"code\":\"bad\",\"message\":\"no {CREDENTIAL}\"}}}}"),
            "security_center" => format!(
                "{{\"type\":\"regular\",\"response\":\"\",\"error_code\":146,\"error_msg\":\"no {CREDENTIAL}\"}}"
            ),
            _ => format!("{{\"statusCode\":400,\"error\":\"Bad Request\",\"message\":\"no {CREDENTIAL}\"}}"),
        };
        let status = [400, 401, 403, 404, 409, 500][index % 6];
        let texts = [
            good.clone(),
            format!("{status}\nContent-Type: application/json\n\n{refusal}"),
            format!(
                "429\nRetry-After: {}\n\n\n---\n{good}",
                ["1", "Sun, 06 Nov 2094 08:49:37 GMT", "99999999999999999999"][index % 3]
            ),
            format!("502\nContent-Type: text/html\n\n<html><title>{CREDENTIAL}</title></html>\n---\n{good}"),
        ];
        for text in texts {
            seeds.push(chosen(index, chosen(0, &text)));
            if *folder == "security_center" {
                seeds.push(chosen(index, chosen(1, format!("{signed_in}{text}"))));
            }
        }
    }
    seeds
}
