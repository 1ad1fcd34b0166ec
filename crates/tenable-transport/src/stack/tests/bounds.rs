//! Places, pauses, rates, deadlines and timeouts; and letting go of them.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use TransportErrorKind as Kind;

use super::*;

/// Runs calls at once, in order of their start.
macro_rules! together {
    ($($call:expr),+ $(,)?) => { tokio::join!(biased; $($call),+) };
}

fn once() -> Request<Bytes> {
    request(Idempotency::Once)
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_pauses_all_clones() {
    for idempotency in [Idempotency::Once, Idempotency::Never] {
        let script = Script::new([Step::RetryAfter(429, "10")]);
        let client = script.client(|_| ());
        let clone = client.clone();
        let (throttled, paused) = together!(client.send(request(idempotency)), clone.send(once()));
        paused.unwrap();
        let expected: &[u128] = if idempotency == Idempotency::Never { &[0, 10_000] } else { &[0, 10_000, 10_000] };
        assert_eq!(script.times(), expected, "{idempotency:?}");
        throttled.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_pauses_nobody_else() {
    let script = Script::new([Step::RetryAfter(423, "10")]);
    let client = script.client(|_| ());
    let (refused, other) = together!(client.send(once()), client.send(once()));
    refused.unwrap();
    other.unwrap();
    assert_eq!(script.times(), [0, 0, 10_000]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_past_the_deadline_fails_at_once_and_sends_nothing() {
    let script = Script::new([Step::RetryAfter(429, "90")]);
    let client = script.client(|_| ());
    assert_eq!(client.send(once()).await.unwrap().status(), 429);
    let error = client.send(once()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.elapsed()), (Kind::Deadline, 0, Duration::ZERO));
    assert_eq!(error.retry_after(), Some(SECOND * 90));
    assert!(!error.outcome_unknown());
    assert_eq!(error.to_string(), "requests are held back for another 90.0s, which is past the deadline of the call");

    tokio::time::advance(SECOND * 31).await;
    client.send(once()).await.unwrap();
    assert_eq!(script.times(), [0, 90_000]);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_wish_pauses_for_the_longest_pause_only() {
    for (longest_pause, end) in [(None, 300), (Some(SECOND * 90), 90)] {
        for (wish, said) in [
            ("1767225600", SECOND * 1_767_225_600),
            ("99999999999999999999", SECOND * u32::MAX * u32::MAX),
            ("Fri, 31 Dec 2100 23:59:59 GMT", SECOND * 4_133_980_799),
        ] {
            let script = Script::new([Step::RetryAfter(429, wish)]);
            let client = script.client(|settings| {
                settings.longest_pause = longest_pause.unwrap_or(settings.longest_pause);
            });
            let throttled = client.send(once()).await.unwrap();
            assert_eq!((throttled.status().as_u16(), report(&throttled).elapsed), (429, Duration::ZERO), "{wish}");
            assert!(report(&throttled).retry_after >= Some(said), "the word of the server is passed on: {wish}");

            let held_back = client.send(once()).await.unwrap_err();
            assert_eq!((held_back.kind(), held_back.retry_after()), (Kind::Deadline, Some(SECOND * end)), "{wish}");
            tokio::time::advance(SECOND * (end - 1)).await;
            client.send(once()).await.unwrap();
            assert_eq!(script.times(), [0, u128::from(end) * 1000], "{wish}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_longest_pause_a_throttled_call_pauses_nobody() {
    let script = Script::new([Step::RetryAfter(429, "10")]);
    let client = script.client(|settings| settings.longest_pause = Duration::ZERO);
    let (throttled, other) = together!(client.send(once()), client.send(once()));
    throttled.unwrap();
    other.unwrap();
    assert_eq!(script.times(), [0, 0, 10_000]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_out_a_pause_holds_up_nobody_who_cannot() {
    let script = Script::new([Step::RetryAfter(429, "90")]);
    let client = script.client(|_| ());
    assert_eq!(client.send(once()).await.unwrap().status(), 429);
    let patient = CallContext::new("scan", "/scan", Idempotency::Once).with_deadline(None);
    let (patient, hurried) = together!(client.send(request_with(patient)), client.send(once()));
    assert_eq!(report(&patient.unwrap()).elapsed, SECOND * 90);
    assert_eq!(hurried.unwrap_err().elapsed(), Duration::ZERO);
    assert_eq!(script.times(), [0, 90_000]);
}

#[tokio::test(start_paused = true)]
async fn a_rate_lets_a_burst_out_and_then_one_by_one() {
    let script = Script::new([]);
    let client = script.client(|settings| settings.rate_limit = Some(RateLimit::new(2, SECOND)));
    let send = || client.send(once());
    let results = together!(send(), send(), send(), send(), send());
    for result in [results.0, results.1, results.2, results.3, results.4] {
        result.unwrap();
    }
    assert_eq!(script.times(), [0, 0, 500, 1000, 1500]);
    tokio::time::advance(SECOND * 60).await;
    let results = together!(send(), send(), send());
    for result in [results.0, results.1, results.2] {
        result.unwrap();
    }
    assert_eq!(script.times()[5..], [61_500, 61_500, 62_000]);
}

#[tokio::test(start_paused = true)]
async fn a_rate_gates_every_attempt() {
    let script = Script::new([Step::Fail(Kind::Connect), Step::Fail(Kind::Connect)]);
    let client = script.client(|settings| settings.rate_limit = Some(RateLimit::new(0, SECOND)));
    client.send(once()).await.unwrap();
    assert_eq!(script.times(), [0, 1000, 2000]);
}

#[tokio::test(start_paused = true)]
async fn a_rate_past_the_deadline_fails_at_once() {
    let script = Script::new([]);
    let client = script.client(|settings| settings.rate_limit = Some(RateLimit::new(1, SECOND * 100)));
    client.send(once()).await.unwrap();
    let error = client.send(once()).await.unwrap_err();
    assert_eq!((error.kind(), error.elapsed()), (Kind::Deadline, Duration::ZERO));
    assert!(!error.outcome_unknown());
}

#[tokio::test(start_paused = true)]
async fn calls_wait_for_a_place_outside_of_their_deadline() {
    for places in [0, 1] {
        let script = Script::new([Step::Slow(SECOND * 25), Step::Slow(SECOND * 25), Step::Slow(SECOND * 25)]);
        let client = script.client(|settings| {
            settings.calls_in_flight = places;
            settings.deadline = Some(SECOND * 26);
        });
        let (first, second, third) = together!(client.send(once()), client.send(once()), client.send(once()));
        assert_eq!(script.times(), [0, 25_000, 50_000]);
        assert_eq!(report(&first.unwrap()).elapsed, SECOND * 25);
        second.unwrap();
        assert_eq!(report(&third.unwrap()).elapsed, SECOND * 75);
    }
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_place_has_its_own_limit() {
    let script = Script::new([Step::Slow(SECOND * 20), Step::Slow(SECOND * 5)]);
    let client = script.client(|settings| {
        settings.calls_in_flight = 2;
        settings.wait_limit = Some(SECOND * 4);
    });
    let (_, _, third) = together!(client.send(once()), client.send(once()), client.send(once()));
    let error = third.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.elapsed()), (Kind::Overloaded, 0, SECOND * 4));
    assert!(!error.outcome_unknown());
    assert_eq!(error.to_string(), "2 calls are under way, and none ended within 4s; nothing was sent");
    assert_eq!(script.times(), [0, 0]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_without_an_answer_times_out_and_is_unknown() {
    let script = Script::new([Step::Never, Step::Never]);
    let client = script.client(|_| ());
    let error = client.send(once()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.elapsed()), (Kind::AttemptTimeout, 1, SECOND * 30));
    assert!(error.outcome_unknown());
    assert_eq!(error.to_string(), "no full answer within 30s");

    // A read is sent again, as far as the deadline goes.
    let response = client.send(request(Idempotency::Read)).await.unwrap();
    assert_eq!((report(&response).attempts, report(&response).elapsed.as_millis()), (2, 30_250));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_says_whether_an_attempt_was_under_way() {
    for (idempotency, unknown) in [
        (Idempotency::Read, false),
        (Idempotency::Idempotent, true),
        (Idempotency::Removal, true),
        (Idempotency::Once, true),
        (Idempotency::Never, true),
    ] {
        let script = Script::new([Step::Never]);
        let client = script.client(|settings| settings.attempt_timeout = None);
        let error = client.send(request(idempotency)).await.unwrap_err();
        assert_eq!((error.kind(), error.elapsed()), (Kind::Deadline, SECOND * 60));
        assert_eq!(error.outcome_unknown(), unknown, "{idempotency:?}");
        assert_eq!(error.to_string(), "the deadline of 60s passed while an answer was awaited");
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_was_certainly_not_sent_is_a_connection_timeout() {
    let script = Script::new([Step::Connecting]);
    let response = script.client(|_| ()).send(request(Idempotency::Never)).await.unwrap();
    assert_eq!(report(&response), CallReport::new(2, Duration::from_millis(30_250)));

    let script = Script::new([Step::Connecting]);
    let client = script.client(|settings| settings.retry.max_attempts = 1);
    let error = client.send(once()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (Kind::ConnectTimeout, false));
    assert_eq!(error.to_string(), "the connection was not ready within 30s; nothing was sent");
}

#[tokio::test(start_paused = true)]
async fn a_call_has_its_own_limit_of_an_attempt() {
    for (limit, after) in [(Some(SECOND * 5), SECOND * 5), (None, SECOND * 60)] {
        let client = Script::new([Step::Never]).client(|_| ());
        let context = CallContext::new("users.create", "/users", Idempotency::Once).with_attempt_timeout(limit);
        let error = client.send(request_with(context)).await.unwrap_err();
        assert_eq!(error.elapsed(), after, "{limit:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_during_an_attempt_that_was_certainly_not_sent() {
    // What matters is the attempt under way, and that no earlier one was of unknown outcome.
    for (steps, timeout, unknown, state) in [
        (vec![Step::Connecting], None, false, "while a connection was being made"),
        (vec![Step::Fail(Kind::Connect), Step::Connecting], None, false, "while a connection was being made"),
        (vec![Step::Fail(Kind::Interrupted), Step::Connecting], None, true, "while a connection was being made"),
        (vec![Step::Connecting, Step::Never], Some(SECOND * 40), true, "while an answer was awaited"),
    ] {
        let client = Script::new(steps).client(|settings| settings.attempt_timeout = timeout);
        let error = client.send(request(Idempotency::Idempotent)).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown()), (Kind::Deadline, unknown), "{error}");
        assert!(error.to_string().starts_with(&format!("the deadline of 60s passed {state}")), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_passes_the_deadline_is_not_begun() {
    let script = Script::new(vec![Step::Fail(Kind::Connect); 3]);
    let client = script.client(|settings| {
        settings.deadline = Some(SECOND);
        settings.retry.base_delay = SECOND * 2;
    });
    let error = client.send(once()).await.unwrap_err();
    assert_eq!((error.kind(), error.elapsed()), (Kind::Connect, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_call_sets_its_own_deadline() {
    let context = || CallContext::new("scan", "/scan", Idempotency::Once);
    let client = Script::new([Step::Never]).client(|settings| settings.attempt_timeout = None);
    let error = client.send(request_with(context().with_deadline(Some(SECOND * 3)))).await.unwrap_err();
    assert_eq!((error.kind(), error.elapsed()), (Kind::Deadline, SECOND * 3));

    let client = Script::new([Step::Slow(SECOND * 600)]).client(|settings| settings.attempt_timeout = None);
    let response = client.send(request_with(context().with_deadline(None))).await.unwrap();
    assert_eq!(report(&response).elapsed, SECOND * 600);
}

/// Polls a call once, so that it is under way, and drops it.
fn start_and_drop(call: impl Future) {
    let mut call = pin!(call);
    assert!(matches!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_leaves_its_place() {
    let script = Script::new([Step::Never]);
    let client = script.client(|settings| settings.calls_in_flight = 1);
    start_and_drop(client.send(once()));
    client.send(once()).await.unwrap();
    assert_eq!(script.times(), [0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_in_the_queue_leaves_the_queue() {
    let script = Script::new([Step::Slow(SECOND)]);
    let client = script.client(|settings| settings.calls_in_flight = 1);
    let mut first = pin!(client.send(once()));
    assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    start_and_drop(client.send(once()));
    first.await.unwrap();
    client.send(once()).await.unwrap();
    assert_eq!(script.times(), [0, 1000]);
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_before_its_token_leaves_the_token() {
    let script = Script::new([]);
    let client = script.client(|settings| settings.rate_limit = Some(RateLimit::new(1, SECOND)));
    client.send(once()).await.unwrap();
    start_and_drop(client.send(once()));
    client.send(once()).await.unwrap();
    assert_eq!(script.times(), [0, 1000]);
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_between_attempts_is_not_sent_again() {
    let script = Script::new([Step::Status(503)]);
    start_and_drop(script.client(|_| ()).send(request(Idempotency::Read)));
    tokio::time::advance(SECOND * 60).await;
    assert_eq!(script.times(), [0]);
}
