//! Canaries: every operation with sentinel secrets, everything traced, errors forced; no log, Display or Debug may hold one.

use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tenable_api::identity_exposure::OPERATIONS;
use tenable_api::{Parameter, ParameterKind};
use tenable_emulator::faults::{Fault, FaultKind};
use tenable_tests::CoreTransport;
use tracing_subscriber::fmt::MakeWriter;

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
            ParameterKind::Text => json!(parameter.values.first().unwrap_or(&"text")),
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

#[tokio::test(start_paused = true)]
async fn no_secret_shows_anywhere() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut shown = String::new();
    let mut runs = 0;
    for operation in OPERATIONS {
        let arguments = arguments(operation.meta().parameters);
        for fault in [
            None,
            Some(Fault::internal_server_error()),
            Some(Fault::bad_gateway()),
            Some(Fault::new(FaultKind::HtmlPage)),
            Some(Fault::new(FaultKind::TruncatedJson)),
            Some(Fault::reset_after_commit()),
        ] {
            let product = CoreTransport::with_rules(&[]);
            if let Some(fault) = fault {
                product.core.add_fault(fault.always());
            }
            let key = product.core.api_key();
            let client = product.client();
            let result = client.client().execute_untyped(operation, arguments.clone()).await;
            if let Err(error) = &result {
                shown.push_str(&everything_of(error));
            }
            let debug = format!("{client:?} {:?}", client.users());
            shown.push_str(&debug);
            assert!(!shown.contains(&key) && !log.text().contains(&key), "{}: the key shows", operation.meta().id);
            runs += 1;
        }
    }
    drop(guard);
    assert_eq!(runs, OPERATIONS.len() * 6);
    let log = log.text();
    assert!(log.contains("users.create") && log.contains("attempt"), "the log is on: {log}");
    for (what, text) in [("log", &log), ("errors", &shown)] {
        assert!(!text.contains(CANARY), "the {what} shows a secret");
        assert!(!text.contains("text@"), "bodies are not in the {what}");
    }
}

#[tokio::test]
async fn the_journal_proves_that_the_secrets_were_sent() {
    let product = CoreTransport::with_rules(&[]);
    let create = OPERATIONS.iter().find(|operation| operation.meta().id == "users.create").unwrap();
    let body = create.request(arguments(create.meta().parameters)).unwrap().into_body();
    assert!(String::from_utf8_lossy(&body).contains(CANARY));
    product.client().client().execute_untyped(create, arguments(create.meta().parameters)).await.unwrap();
}
