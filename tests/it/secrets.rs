//! Canaries: every operation with sentinel secrets, everything traced, errors forced; no log, Display or Debug may hold one.

use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tenable_api::{
    Client, Location, Parameter, ParameterKind, UntypedOperation, identity_exposure, security_center,
    vulnerability_management,
};
use tenable_emulator::faults::{Fault, FaultKind};
use tenable_emulator::security_center::SEED_PASSWORD;
use tenable_tests::CoreTransport;
use tracing_subscriber::fmt::MakeWriter;

const UUID: &str = "4bd789d4-0000-4000-8000-000002223302";
const CANARY: &str = "Canary-Secret-4711";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Arguments with all that an operation takes; every secret, and no other text, is a canary.
fn arguments(parameters: &[Parameter]) -> Value {
    fn of(parameter: &Parameter, kind: &ParameterKind) -> Value {
        match kind {
            ParameterKind::Text if parameter.secret => json!(CANARY),
            // Numbers that may also be something else: a UUID, all groups, no asset.
            ParameterKind::Text if parameter.name.ends_with("_uuid") || parameter.name == "role_uuids" => json!(UUID),
            ParameterKind::Text if parameter.location == Location::Path => json!("3"),
            ParameterKind::Text if parameter.name.starts_with("managed") => json!("3"),
            ParameterKind::Text if parameter.name == "responsibleAssetID" => json!("3"),
            ParameterKind::Text => json!(parameter.values.first().unwrap_or(&"text")),
            ParameterKind::Json => json!({}),
            ParameterKind::Integer => json!(5),
            ParameterKind::Id => json!(2),
            ParameterKind::Boolean => json!(false),
            ParameterKind::List(kind) => json!([of(parameter, kind)]),
            ParameterKind::Object(fields) => arguments(fields),
            other => panic!("no sample for {other:?}"),
        }
    }
    parameters
        .iter()
        .filter(|parameter| parameter.name != "picture")
        .map(|parameter| (parameter.name.to_owned(), of(parameter, &parameter.kind)))
        .collect()
}

fn everything_of(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(|error| format!("{error} {error:?} {error:#?}")).collect::<Vec<_>>().join(" ")
}

/// A client of a fresh product, and what must not show besides the canary.
struct Subject {
    client: Client,
    /// What its Debug shows, and that of its parts.
    debug: String,
    credentials: Vec<String>,
}

fn identity_exposure_with(fault: Option<Fault>) -> Subject {
    let product = CoreTransport::with_rules(&[]);
    if let Some(fault) = fault {
        product.core.add_fault(fault.always());
    }
    let client = product.client();
    let debug = format!("{client:?} {:?}", client.users());
    Subject { client: client.client().clone(), debug, credentials: vec![product.core.api_key()] }
}

/// With a session. Signing in succeeds, and what follows does not.
fn security_center_with(fault: Option<Fault>) -> Subject {
    let product = CoreTransport::security_center(&[]);
    if let Some(fault) = fault {
        product.core.add_fault(fault.skip(1).always());
    }
    let client = product.session_of("north.manager");
    let debug =
        format!("{client:?} {:?} {:?}", client.users(), product.builder().login("north.manager", SEED_PASSWORD));
    Subject { client: client.client().clone(), debug, credentials: vec![SEED_PASSWORD.to_owned()] }
}

/// With a key.
fn security_center_by_key_with(fault: Option<Fault>) -> Subject {
    let product = CoreTransport::security_center(&[]);
    if let Some(fault) = fault {
        product.core.add_fault(fault.always());
    }
    let (client, key) = (product.manager(), product.core.api_key(1, 1).unwrap());
    let builder = product.builder().api_key(key.access_key.as_str(), key.secret_key.as_str());
    let debug = format!("{client:?} {builder:?}");
    Subject { client: client.client().clone(), debug, credentials: vec![key.access_key, key.secret_key] }
}

fn vulnerability_management_with(fault: Option<Fault>) -> Subject {
    let product = CoreTransport::vulnerability_management(&[]);
    if let Some(fault) = fault {
        product.core.add_fault(fault.always());
    }
    let (client, keys) = (product.administrator(), product.core.api_keys());
    let builder = product.builder().api_key(keys.access_key.as_str(), keys.secret_key.as_str());
    let debug = format!("{client:?} {builder:?} {:?}", client.as_user("robin.admin@example.com"));
    Subject { client: client.client().clone(), debug, credentials: vec![keys.access_key, keys.secret_key] }
}

async fn no_secret_shows(operations: &[UntypedOperation], subject: impl Fn(Option<Fault>) -> Subject) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut shown = String::new();
    for operation in operations {
        let id = operation.meta().id;
        let arguments = arguments(operation.meta().parameters);
        // The arguments make a request, so that more than a refusal of ours is tried.
        operation.request(arguments.clone()).unwrap_or_else(|error| panic!("{id}: {error}"));
        for fault in [
            None,
            Some(Fault::internal_server_error()),
            Some(Fault::bad_gateway()),
            Some(Fault::new(FaultKind::HtmlPage)),
            Some(Fault::new(FaultKind::TruncatedJson)),
            Some(Fault::reset_after_commit()),
        ] {
            let Subject { client, debug, credentials } = subject(fault);
            let result = client.execute_untyped(operation, arguments.clone()).await;
            if let Err(error) = &result {
                shown.push_str(&everything_of(error));
            }
            shown.push_str(&debug);
            for credential in credentials {
                assert!(!shown.contains(&credential) && !log.text().contains(&credential), "{id}: a credential shows");
            }
        }
    }
    drop(guard);
    let log = log.text();
    assert!(log.contains("users.create") && log.contains("attempt"), "the log is on: {log}");
    for (what, text) in [("log", &log), ("errors", &shown)] {
        assert!(!text.contains(CANARY), "the {what} shows a secret");
        assert!(!text.contains("text@"), "bodies are not in the {what}");
        assert!(!text.contains("TNS_SESSIONID="), "the {what} shows a session cookie");
    }
}

#[tokio::test(start_paused = true)]
async fn no_secret_of_identity_exposure_shows_anywhere() {
    no_secret_shows(identity_exposure::OPERATIONS, identity_exposure_with).await;
}

#[tokio::test(start_paused = true)]
async fn no_secret_of_security_center_shows_anywhere_in_a_session() {
    no_secret_shows(security_center::OPERATIONS, security_center_with).await;
}

#[tokio::test(start_paused = true)]
async fn no_secret_of_security_center_shows_anywhere_with_a_key() {
    no_secret_shows(security_center::OPERATIONS, security_center_by_key_with).await;
}

#[tokio::test(start_paused = true)]
async fn no_secret_of_vulnerability_management_shows_anywhere() {
    no_secret_shows(vulnerability_management::OPERATIONS, vulnerability_management_with).await;
}

#[tokio::test]
async fn the_secrets_were_really_sent() {
    for operations in [identity_exposure::OPERATIONS, security_center::OPERATIONS, vulnerability_management::OPERATIONS]
    {
        let create = operations.iter().find(|operation| operation.meta().id == "users.create").unwrap();
        let body = create.request(arguments(create.meta().parameters)).unwrap().into_body();
        assert!(String::from_utf8_lossy(&body).contains(CANARY));
    }
}
