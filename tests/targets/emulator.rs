//! The emulator: any requests, any state file, any faults.

use std::fs;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Method, Request};
use serde_json::Value;
use tenable_emulator::clock::ManualClock;
use tenable_emulator::faults::{Fault, FaultKind};
use tenable_emulator::journal::JournalEntry;
use tenable_emulator::{Reply, StateError, identity_exposure, security_center, vulnerability_management};

use super::{Target, choice, chosen};
use crate::golden::all_fixtures;

pub(super) const REQUESTS: Target = Target {
    name: "emulator_requests",
    about: "series of any requests to the three emulated products; every answer is whole, and the journal shows no key",
    run: requests,
    seeds: seeds_of_requests,
    cost: 16,
};

pub(super) const STATES: Target = Target {
    name: "emulator_states",
    about: "state files of the emulator; one that is refused is left as it is, and one that is taken serves requests",
    run: states,
    seeds: seeds_of_states,
    cost: 64,
};

pub(super) const FAULTS: Target = Target {
    name: "emulator_faults",
    about: "faults as JSON; what was read is written, and read again as the same, and matching takes no long time",
    run: faults,
    seeds: seeds_of_faults,
    cost: 2,
};

/// The three products, alike.
#[derive(Clone, Debug)]
enum Core {
    Exposure(identity_exposure::IdentityExposure),
    Center(security_center::SecurityCenter),
    Management(vulnerability_management::VulnerabilityManagement),
}

const FOLDERS: [&str; 3] = ["identity_exposure", "security_center", "vulnerability_management"];

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_123)))
}

impl Core {
    fn new(product: usize) -> Self {
        match product {
            0 => Self::Exposure(identity_exposure::IdentityExposure::new(identity_exposure::Settings::new(), clock())),
            1 => Self::Center(security_center::SecurityCenter::new(security_center::Settings::new(), clock())),
            _ => {
                let settings = vulnerability_management::Settings::new();
                Self::Management(vulnerability_management::VulnerabilityManagement::new(settings, clock()))
            }
        }
    }

    fn open(product: usize, file: &std::path::Path) -> Result<Self, StateError> {
        Ok(match product {
            0 => Self::Exposure(identity_exposure::IdentityExposure::open(
                identity_exposure::Settings::new(),
                clock(),
                file,
            )?),
            1 => Self::Center(security_center::SecurityCenter::open(security_center::Settings::new(), clock(), file)?),
            _ => {
                let settings = vulnerability_management::Settings::new();
                Self::Management(vulnerability_management::VulnerabilityManagement::open(settings, clock(), file)?)
            }
        })
    }

    fn handle(&self, request: Request<Bytes>) -> Reply {
        match self {
            Self::Exposure(core) => core.handle(request),
            Self::Center(core) => core.handle(request),
            Self::Management(core) => core.handle(request),
        }
    }

    fn journal(&self) -> Vec<JournalEntry> {
        match self {
            Self::Exposure(core) => core.journal(),
            Self::Center(core) => core.journal(),
            Self::Management(core) => core.journal(),
        }
    }

    fn add_fault(&self, fault: Fault) {
        match self {
            Self::Exposure(core) => core.add_fault(fault),
            Self::Center(core) => core.add_fault(fault),
            Self::Management(core) => core.add_fault(fault),
        };
    }

    /// The header with which an administrator calls: its name, its value, and the part of it that is the secret.
    fn credential(&self) -> (&'static str, String, String) {
        match self {
            Self::Exposure(core) => ("x-api-key", core.api_key(), core.api_key()),
            Self::Center(core) => {
                let keys = core.api_key(1, 1).or_else(|| core.api_key(0, 1));
                let (access, secret) = keys.map(|keys| (keys.access_key, keys.secret_key)).unwrap_or_default();
                ("x-apikey", format!("accesskey={access}; secretkey={secret};"), secret)
            }
            Self::Management(core) => ("x-apikeys", core.api_keys().header(), core.api_keys().secret_key),
        }
    }
}

/// Between two requests of one input.
const NEXT: &[u8] = b"\n---\n";

/// A request line without version, headers, an empty line, a body. The line `key` stands for the administrator's key.
fn request(core: &Core, text: &[u8]) -> Option<Request<Bytes>> {
    let end = text.windows(2).position(|two| two == b"\n\n").unwrap_or(text.len());
    let (head, body) = (&text[..end], text.get(end + 2..).unwrap_or_default());
    let mut lines = head.split(|byte| *byte == b'\n');
    let line = lines.next()?;
    let space = line.iter().position(|byte| *byte == b' ')?;
    let method = Method::from_bytes(&line[..space]).ok()?;
    let mut request =
        Request::builder().method(method).uri(&line[space + 1..]).body(Bytes::copy_from_slice(body)).ok()?;
    for line in lines {
        if line == b"key" {
            let (name, value, _) = core.credential();
            request.headers_mut().insert(name, HeaderValue::try_from(value).ok()?);
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default().trim_ascii();
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(value)) {
            request.headers_mut().append(name, value);
        }
    }
    Some(request)
}

/// Sends a series of requests, and looks at each answer.
fn serve(core: &Core, mut rest: &[u8]) {
    for _ in 0..32 {
        let end = rest.windows(NEXT.len()).position(|bytes| bytes == NEXT);
        if let Some(request) = request(core, &rest[..end.unwrap_or(rest.len())]) {
            look_at(&core.handle(request));
        }
        let Some(end) = end else { break };
        rest = &rest[end + NEXT.len()..];
    }
}

fn look_at(reply: &Reply) {
    let (status, body) = (reply.response.status(), reply.response.body());
    let content_type =
        reply.response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.starts_with("application/json") && !body.is_empty() {
        let read = serde_json::from_slice::<Value>(body);
        assert!(read.is_ok(), "{status} with {:?}", String::from_utf8_lossy(body));
    }
    // What the emulator says when something within it went wrong.
    assert_ne!(status.as_u16(), 500, "{:?}", String::from_utf8_lossy(body));
}

fn requests(input: &[u8]) {
    let Some((product, rest)) = choice(input, 3) else { return };
    let core = Core::new(product);
    let (_, _, secret) = core.credential();
    serve(&core, rest);
    let journal = serde_json::to_string(&core.journal()).expect("a journal is JSON");
    // Whoever writes a key into a path has told it; the inputs do not know it.
    assert!(!journal.contains(&secret), "the journal shows a key");
}

fn seeds_of_requests() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (product, folder) in FOLDERS.iter().enumerate() {
        let mut series = String::new();
        for (number, (_, golden)) in all_fixtures(folder, "request").into_iter().enumerate() {
            let text =
                format!("{} {}\nkey\ncontent-type: application/json\n\n{}", golden.method, golden.path, golden.body());
            seeds.push(chosen(product, &text));
            if number % 7 == 0 {
                series = series + &text + "\n---\n";
            }
        }
        seeds.push(chosen(product, series));
    }
    seeds
}

/// A state as a product keeps it after some changes, as JSON.
fn kept(product: usize) -> &'static str {
    static KEPT: [OnceLock<String>; 3] = [const { OnceLock::new() }; 3];
    KEPT[product].get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("state.json");
        let core = Core::open(product, &path).expect("a state can be begun");
        drop(core);
        fs::read_to_string(&path).expect("the state is there")
    })
}

fn states(input: &[u8]) {
    let Some((product, bytes)) = choice(input, 3) else { return };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("state.json");
    fs::write(&path, bytes).expect("the file can be written");
    let core = match Core::open(product, &path) {
        Ok(core) => core,
        Err(StateError::Invalid { .. }) => {
            assert_eq!(fs::read(&path).expect("the file is there"), bytes, "it was refused and changed");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let lists = match core {
        Core::Exposure(_) => {
            "GET /api/users\nkey\n---\nGET /api/roles\nkey\n---\nGET /api/users/whoami\nkey\n---\nDELETE /api/users/2\nkey"
        }
        Core::Center(_) => {
            "GET /rest/user\nkey\n---\nGET /rest/role\nkey\n---\nGET /rest/group\nkey\n---\nGET /rest/currentUser\nkey\n---\nDELETE /rest/user/2\nkey"
        }
        Core::Management(_) => {
            "GET /users\nkey\n---\nGET /groups\nkey\n---\nGET /access-control/v1/roles\nkey\n---\nGET /audit-log/v1/events\nkey\n---\nGET /session\nkey"
        }
    };
    serve(&core, lists.as_bytes());
    drop(core);
    drop(Core::open(product, &path).expect("what was taken can be taken again"));
}

fn seeds_of_states() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = (0..3).map(|product| chosen(product, kept(product))).collect();
    for text in ["{\"format\":1,\"products\":{}}", "{\"format\":2}", "", "[]"] {
        seeds.extend((0..3).map(|product| chosen(product, text)));
    }
    seeds
}

fn faults(input: &[u8]) {
    let Ok(fault) = serde_json::from_slice::<Fault>(input) else { return };
    let written = serde_json::to_vec(&fault).expect("a fault is JSON");
    assert_eq!(serde_json::from_slice::<Fault>(&written).expect("what was written can be read"), fault);
    if matches!(fault.kind, FaultKind::OversizedBody { bytes } if bytes > 1 << 20) {
        return;
    }
    let core = Core::new(0);
    core.add_fault(fault);
    let path = format!("GET /api/users/{}\nkey", "a".repeat(64));
    if let Some(request) = request(&core, path.as_bytes()) {
        let _reply = core.handle(request);
    }
}

fn seeds_of_faults() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"kind":"latency","milliseconds":18446744073709551615}"#,
        r#"{"kind":"redirect","location":"https://elsewhere.example/"}"#,
        r#"{"kind":"oversized_body","bytes":1000}"#,
        r#"{"kind":"reset","after_commit":true,"product":"identity_exposure","path":"/api/**/x*"}"#,
        r#"{"kind":"missing_optional_fields"}"#,
    ];
    texts.map(Into::into).into()
}
