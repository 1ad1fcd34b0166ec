//! The layers together, over a scripted network and in paused time.

mod authorize;
mod bounds;
mod retry;
mod trace;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{Request, Response};

use super::*;
use crate::layers::progress::Progress;
use crate::{
    CallContext, CallReport, ClassifyByStatus, Idempotency, NoAuthorization, NoJitter, Outcome, PinnedTime, Transport,
    TransportError, TransportErrorKind,
};

const SECOND: Duration = Duration::from_secs(1);

/// What the network does with one attempt.
#[derive(Clone, Debug)]
enum Step {
    Status(u16),
    /// A status with a `Retry-After`.
    RetryAfter(u16, &'static str),
    Fail(TransportErrorKind),
    /// Answers 200 after a while.
    Slow(Duration),
    Never,
    /// As `Never`, by a network that knows that it has not sent anything.
    Connecting,
}

/// Follows a script, then answers 200; remembers what was sent and when.
#[derive(Clone, Debug)]
struct Script(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    time: PinnedTime,
    steps: Mutex<VecDeque<Step>>,
    sent: Mutex<Vec<(Duration, Request<Bytes>)>>,
}

impl Script {
    fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self(Arc::new(Inner {
            time: PinnedTime::new(UNIX_EPOCH),
            steps: Mutex::new(steps.into_iter().collect()),
            sent: Mutex::default(),
        }))
    }

    /// The clock of the script, for the stack above it.
    fn settings(&self) -> StackSettings {
        StackSettings { time: Arc::new(self.0.time), jitter: Arc::new(NoJitter), ..StackSettings::default() }
    }

    /// A stack without credentials over this script.
    fn client(&self, change: impl FnOnce(&mut StackSettings)) -> SharedTransport {
        let mut settings = self.settings();
        change(&mut settings);
        self.client_with(Arc::new(NoAuthorization), Arc::new(BusyIsRefused), settings)
    }

    fn client_with(
        &self,
        authorize: Arc<dyn Authorize>,
        classify: Arc<dyn Classify>,
        settings: StackSettings,
    ) -> SharedTransport {
        stack(
            SharedTransport::new(self.clone()),
            "https://acme.example".parse().unwrap(),
            authorize,
            classify,
            settings,
        )
    }

    /// When each attempt was sent, in milliseconds from the start.
    fn times(&self) -> Vec<u128> {
        self.0.sent.lock().unwrap().iter().map(|(at, _)| at.as_millis()).collect()
    }

    fn sent(&self) -> Vec<Request<Bytes>> {
        self.0.sent.lock().unwrap().iter().map(|(_, request)| request.clone()).collect()
    }
}

#[async_trait::async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let progress = Progress::of(&request);
        self.0.sent.lock().unwrap().push((self.0.time.now(), request));
        let step = self.0.steps.lock().unwrap().pop_front().unwrap_or(Step::Status(200));
        let response = |status| Response::builder().status(status);
        Ok(match step {
            Step::Status(status) => response(status),
            Step::RetryAfter(status, value) => response(status).header("retry-after", value),
            Step::Fail(kind) => return Err(TransportError::new(kind)),
            Step::Slow(wait) => {
                self.0.time.sleep(wait).await;
                response(200)
            }
            Step::Never => std::future::pending().await,
            Step::Connecting => {
                progress.tell_sent(false);
                std::future::pending().await
            }
        }
        .body(Bytes::new())
        .unwrap())
    }
}

/// 423 is a passing refusal, 401 an expired session; the rest by status.
#[derive(Debug)]
struct BusyIsRefused;

impl Classify for BusyIsRefused {
    fn classify(&self, response: &Response<Bytes>) -> Outcome {
        match response.status().as_u16() {
            423 => Outcome::Refused,
            401 => Outcome::SessionExpired,
            _ => ClassifyByStatus.classify(response),
        }
    }
}

fn request(idempotency: Idempotency) -> Request<Bytes> {
    request_with(CallContext::new("users.create", "/api/users/{id}", idempotency))
}

fn request_with(context: CallContext) -> Request<Bytes> {
    let mut request = Request::post("https://acme.example/api/users/7?key=query-secret")
        .header("x-note", "header-secret")
        .body(Bytes::from("body-secret"))
        .unwrap();
    request.extensions_mut().insert(context);
    request
}

fn report(response: &Response<Bytes>) -> CallReport {
    *response.extensions().get().unwrap()
}
