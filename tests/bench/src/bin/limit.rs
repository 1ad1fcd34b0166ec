//! Creates users at a server that takes 50 requests in any second, in virtual time.
//!
//! `limit --contender learned|told [--tasks N]`; an iteration is a creation. `learned` has the default options and finds the limit out,
//! `told` has it in its options. Counted are `used`, the share of what the limit allows, `refused`, the share of requests that were answered
//! 429, `failed`, the calls that failed, and `amiss`, the users that the server has and nobody created, or the other way round.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};
use async_trait::async_trait;
use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Request, Response};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_bench::arguments::Arguments;
use tenable_bench::worker::{self, Counts};
use tenable_emulator::Delivery;
use tenable_emulator::clock::SystemClock;
use tenable_emulator::identity_exposure::{IdentityExposure as Emulated, Settings};
use tenable_transport::{RateLimit, SharedTransport, StackSettings, Transport, TransportError, TransportErrorKind};
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio::time::Instant;

/// Requests that the server takes in any second.
const A_SECOND: u32 = 50;

fn main() -> Result<()> {
    let arguments = Arguments::of_the_process(&["contender", "tasks"])?;
    let told = match arguments.text("contender")? {
        "learned" => false,
        "told" => true,
        other => bail!("{other:?} is none of learned, told"),
    };
    let tasks = arguments.value_or("tasks", 200)?;
    worker::run(|iterations| {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build()?;
        runtime.block_on(create(told, tasks, iterations))
    })
}

/// A server that takes so many requests in any second, the strictest way to count, and needs 20 ms for each.
#[derive(Clone, Debug)]
struct Limited {
    server: Emulated,
    taken: Arc<Mutex<VecDeque<Instant>>>,
    requests: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
}

impl Limited {
    fn takes(&self) -> bool {
        let now = Instant::now();
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while taken.front().is_some_and(|then| now - *then >= Duration::from_secs(1)) {
            taken.pop_front();
        }
        let free = taken.len() < A_SECOND as usize;
        if free {
            taken.push_back(now);
        }
        free
    }
}

#[async_trait]
impl Transport for Limited {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let takes = self.takes();
        tokio::time::sleep(Duration::from_millis(20)).await;
        if !takes {
            self.refused.fetch_add(1, Ordering::Relaxed);
            let mut refusal = Response::new(Bytes::from_static(b"<html>429 Too Many Requests</html>"));
            *refusal.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
            refusal.headers_mut().insert(RETRY_AFTER, http::HeaderValue::from_static("1"));
            return Ok(refusal);
        }
        let reply = self.server.handle(request);
        match reply.delivery {
            Delivery::Send => Ok(reply.response),
            _ => Err(TransportError::new(TransportErrorKind::Interrupted)),
        }
    }
}

async fn create(told: bool, tasks: u64, iterations: u64) -> Result<Counts> {
    let emulated = Emulated::new(Settings::new(), Arc::new(SystemClock));
    let server =
        Limited { server: emulated.clone(), taken: Arc::default(), requests: Arc::default(), refused: Arc::default() };
    let mut builder = IdentityExposure::builder()
        .url("https://tie.example.com")
        .api_key(emulated.api_key())
        .transport(SharedTransport::new(server.clone()));
    if told {
        let mut settings = StackSettings::default();
        settings.rate_limit = Some(RateLimit::new(A_SECOND, Duration::from_secs(1)));
        builder = builder.stack_settings(settings);
    }
    let client = builder.build()?;
    let before = client.users().list().send().await?.len();
    // The limit has forgotten the request.
    tokio::time::advance(Duration::from_secs(2)).await;
    server.requests.store(0, Ordering::Relaxed);

    let (begin, left, failed) = (Instant::now(), Rc::new(Cell::new(iterations)), Rc::new(Cell::new(0_u64)));
    let local = LocalSet::new();
    for _ in 0..tasks {
        let (client, left, failed) = (client.clone(), left.clone(), failed.clone());
        local.spawn_local(async move {
            while let Some(rest) = left.get().checked_sub(1) {
                left.set(rest);
                let email = format!("limit.{rest}@example.com");
                let user = client.users().create("Limit", email, "Quiet-Meadow-58").send().await;
                failed.set(failed.get() + u64::from(user.is_err()));
            }
        });
    }
    local.await;
    let elapsed = begin.elapsed().as_secs_f64();
    let (requests, refused) = (server.requests.load(Ordering::Relaxed), server.refused.load(Ordering::Relaxed));

    tokio::time::advance(Duration::from_secs(2)).await;
    let created = (client.users().list().send().await?.len() - before) as u64;
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let (used, refused) = (created as f64 / (elapsed * f64::from(A_SECOND)), refused as f64 / requests as f64);
    Ok(Counts::from_iter([
        ("check".to_owned(), iterations.into()),
        ("used".to_owned(), used.into()),
        ("refused".to_owned(), refused.into()),
        ("failed".to_owned(), failed.get().into()),
        ("amiss".to_owned(), created.abs_diff(iterations - failed.get()).into()),
        ("seconds".to_owned(), elapsed.into()),
    ]))
}
