//! One client for many tasks and threads: no call fails for the limit of the server, few see it, all get their share, and memory does
//! not grow.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use allocation_counter::AllocationInfo;
use async_trait::async_trait;
use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Request, Response};
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_emulator::Emulator;
use tenable_emulator::faults::Fault;
use tenable_tests::CoreTransport;
use tenable_transport::{
    NoJitter, PinnedTime, ProxySettings, RateLimit, SharedTransport, StackSettings, Transport, TransportError,
};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::record::Record;

/// Requests that the server takes in any second.
const A_SECOND: u32 = 50;
const TASKS: usize = 200;
const CALLS_OF_A_TASK: usize = 25;

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

fn settings() -> StackSettings {
    let mut settings = StackSettings::default();
    settings.jitter = Arc::new(NoJitter);
    settings.time = Arc::new(PinnedTime::new(UNIX_EPOCH + Duration::from_secs(1_800_000_123)));
    settings
}

/// A server that takes so many requests in any second, the strictest way to count, and needs 20 ms for each.
#[derive(Clone, Debug)]
struct Limited<T> {
    server: T,
    taken: Arc<Mutex<Vec<Instant>>>,
    requests: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

impl<T> Limited<T> {
    fn new(server: T) -> Self {
        Self { server, taken: Arc::default(), requests: Arc::default(), refused: Arc::default() }
    }

    fn takes(&self) -> bool {
        let now = Instant::now();
        let mut taken = self.taken.lock().unwrap();
        taken.retain(|then| now - *then < Duration::from_secs(1));
        let free = taken.len() < A_SECOND as usize;
        if free {
            taken.push(now);
        }
        free
    }
}

#[async_trait]
impl<T: Transport> Transport for Limited<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let takes = self.takes();
        tokio::time::sleep(Duration::from_millis(20)).await;
        if takes {
            return self.server.send(request).await;
        }
        self.refused.fetch_add(1, Ordering::Relaxed);
        let refusal = Response::builder().status(429).header(RETRY_AFTER, "1");
        Ok(refusal.body(Bytes::from_static(b"<html>429 Too Many Requests</html>")).unwrap())
    }
}

/// What came of a run.
#[derive(Debug)]
struct Outcome {
    failed: usize,
    requests: usize,
    refused: usize,
    /// Calls that the first and the last of the tasks had behind them when the first one was done with all of its own.
    most: usize,
    least: usize,
    /// Groups that the server has and nobody created, or the other way round.
    amiss: usize,
}

/// Every task creates a group with its first call and every tenth, and reads with the others.
async fn crowd(rate_limit: Option<RateLimit>) -> Outcome {
    let product = CoreTransport::vulnerability_management(&[]);
    let groups_before = product.administrator().groups().list().send().await.unwrap().len();
    let server = Limited::new(product.clone());
    let keys = product.core.api_keys();
    let mut settings = settings();
    settings.rate_limit = rate_limit;
    let client = VulnerabilityManagement::builder()
        .stack_settings(settings)
        .transport(SharedTransport::new(server.clone()))
        .api_key(keys.access_key, keys.secret_key)
        .build()
        .unwrap();

    let behind: Arc<Vec<AtomicUsize>> = Arc::new((0..TASKS).map(|_| AtomicUsize::new(0)).collect());
    let (over, failed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let share = Arc::new(Mutex::new((0, 0)));
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (client, behind, over, failed, share) =
            (client.clone(), behind.clone(), over.clone(), failed.clone(), share.clone());
        tasks.spawn(async move {
            for call in 0..CALLS_OF_A_TASK {
                let done = if call % 10 == 0 {
                    client.groups().create(format!("Group {task} {call}")).send().await.map(drop)
                } else {
                    client.session().details().send().await.map(drop)
                };
                failed.fetch_add(usize::from(done.is_err()), Ordering::Relaxed);
                behind[task].fetch_add(1, Ordering::Relaxed);
            }
            if !over.swap(true, Ordering::Relaxed) {
                let counts: Vec<_> = behind.iter().map(|count| count.load(Ordering::Relaxed)).collect();
                *share.lock().unwrap() = (*counts.iter().max().unwrap(), *counts.iter().min().unwrap());
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    let created = product.administrator().groups().list().send().await.unwrap().len() - groups_before;
    let (most, least) = *share.lock().unwrap();
    Outcome {
        failed: failed.load(Ordering::Relaxed),
        requests: server.requests.load(Ordering::Relaxed),
        refused: server.refused.load(Ordering::Relaxed),
        most,
        least,
        amiss: created.abs_diff(TASKS * CALLS_OF_A_TASK.div_ceil(10)),
    }
}

/// Threads with a runtime each, and tasks on them, share one client over sockets; some requests meet a 429.
fn threads() -> (usize, usize, usize, usize) {
    const THREADS: usize = 4;
    const TASKS_OF_A_THREAD: usize = 8;
    const CALLS: usize = 20;
    let main = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let emulator = main.block_on(Emulator::builder().start()).unwrap();
    for at in [100, 250, 400, 550] {
        emulator.control().add_fault(Fault::too_many_requests(None).skip(at).times(1));
    }
    let endpoint = emulator.vulnerability_management();
    let mut settings = StackSettings::default();
    settings.jitter = Arc::new(NoJitter);
    settings.retry.base_delay = Duration::from_millis(1);
    let client = VulnerabilityManagement::builder()
        .url(&endpoint.url)
        .api_key(endpoint.access_key.as_str(), endpoint.secret_key.as_str())
        .proxy(ProxySettings::none())
        .stack_settings(settings)
        .build()
        .unwrap();
    let before = main.block_on(client.groups().list().send()).unwrap().len();
    let together = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (client, together) = (client.clone(), &together);
            scope.spawn(move || {
                together.wait();
                Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
                    let mut tasks = JoinSet::new();
                    for task in 0..TASKS_OF_A_THREAD {
                        let client = client.clone();
                        tasks.spawn(async move {
                            for call in 0..CALLS {
                                let name = format!("Group {thread} {task} {call}");
                                client.groups().create(name).send().await.unwrap();
                            }
                        });
                    }
                    while let Some(task) = tasks.join_next().await {
                        task.unwrap();
                    }
                });
            });
        }
    });
    let calls = THREADS * TASKS_OF_A_THREAD * CALLS;
    let journal = emulator.control().journal();
    let refused = journal.iter().filter(|entry| entry.status == Some(429)).count();
    let created = main.block_on(client.groups().list().send()).unwrap().len() - before;
    assert_eq!(created, calls, "each group is there once");
    main.block_on(emulator.shutdown());
    (calls, journal.len() - 1, refused, THREADS)
}

/// Answers without a memory of its own; every fiftieth time with a 429.
#[derive(Debug, Default)]
struct Forgetful(AtomicUsize);

#[async_trait]
impl Transport for Forgetful {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if self.0.fetch_add(1, Ordering::Relaxed) % 50 == 49 {
            let refusal = Response::builder().status(429).header(RETRY_AFTER, "1");
            return Ok(refusal.body(Bytes::new()).unwrap());
        }
        let group = r#"{"id":7,"uuid":"7f0c2d1e-93a4-4b7c-8e21-5d6f0a1b2c3d","name":"Blue team","permissions":64}"#;
        Ok(Response::new(Bytes::from_static(group.as_bytes())))
    }
}

/// The memory of so many calls by eight tasks: what is left of them, and the most at any time.
fn memory(calls: usize) -> AllocationInfo {
    const AT_ONCE: usize = 8;
    let runtime = paused();
    let client = runtime.block_on(async {
        let mut settings = settings();
        settings.rate_limit = Some(RateLimit::new(A_SECOND, Duration::from_secs(1)));
        VulnerabilityManagement::builder()
            .stack_settings(settings)
            .transport(SharedTransport::new(Forgetful::default()))
            .api_key("access", "secret")
            .build()
            .unwrap()
    });
    let run = |calls: usize| {
        runtime.block_on(async {
            let tasks = (0..AT_ONCE).map(|_| async {
                for _ in 0..calls / AT_ONCE {
                    client.groups().create("Blue team").send().await.unwrap();
                }
            });
            futures_util::future::join_all(tasks).await;
        });
    };
    // What is made once, such as the timers of the runtime.
    run(400);
    allocation_counter::measure(|| run(calls))
}

#[test]
fn one_client_for_many() {
    let calls = TASKS * CALLS_OF_A_TASK;
    let per_second = RateLimit::new(A_SECOND, Duration::from_secs(1));
    let limited = paused().block_on(crowd(Some(per_second)));
    let unlimited = paused().block_on(crowd(None));
    for outcome in [&limited, &unlimited] {
        assert_eq!((outcome.failed, outcome.amiss), (0, 0), "{outcome:?}");
        assert!(outcome.refused * 100 < outcome.requests, "under 1 % of the requests are refused: {outcome:?}");
        assert!(outcome.most <= outcome.least + outcome.least / 4, "no task is far ahead of another: {outcome:?}");
    }

    let (thread_calls, thread_requests, thread_refused, threads) = threads();
    assert_eq!((thread_requests, thread_refused), (thread_calls + thread_refused, 4));

    let (short, long) = (memory(1_000), memory(10_000));
    assert_eq!(long.bytes_current, short.bytes_current, "nothing is left of the calls: {short:?} {long:?}");
    assert!(long.bytes_max <= short.bytes_max + short.bytes_max / 10, "{short:?} {long:?}");

    let share = |outcome: &Outcome| {
        // In hundredths of a percent, so that no number is rounded twice.
        let hundredths = outcome.refused * 10_000 / outcome.requests;
        format!("{} ({}.{:02} %)", outcome.refused, hundredths / 100, hundredths % 100)
    };
    let ratio = |outcome: &Outcome| format!("{} to {}", outcome.most, outcome.least);
    Record::new("load")
        .title("One client shared by many")
        .columns(["Run", "Calls", "Failed", "Requests", "Answered 429", "Calls done by the first and the last task"])
        .row([&format!("{TASKS} tasks, the client's rate limit set to the server's"), &calls, &limited.failed, &limited.requests,
            &share(&limited), &ratio(&limited)])
        .row([&format!("{TASKS} tasks, no rate limit in the client: it learns from the first refusals"), &calls, &unlimited.failed, &unlimited.requests,
            &share(&unlimited), &ratio(&unlimited)])
        .row([&format!("{threads} threads with a runtime and 8 tasks each, over sockets"), &thread_calls, &0, &thread_requests,
            &thread_refused, &"not counted"])
        .note(&format!(
            "The server takes {A_SECOND} requests in any second and answers 429 to the others; time is one that nobody waits for. \
             One call in ten creates something, and in the end everything is there exactly once. The last column counts at the \
             moment when the first task is done with its {CALLS_OF_A_TASK} calls."
        ))
        .note(
            "Memory: of 10,000 calls by eight tasks, one answer in fifty a 429, as many bytes are left as of 1,000, and the most at \
             any time is at most a tenth more. Counted are the allocations of the thread.",
        )
        .write();
}
