//! What is sent again, when, and what is said of it.

use TransportErrorKind as Kind;

use super::*;

const ALL: [Idempotency; 5] =
    [Idempotency::Read, Idempotency::Idempotent, Idempotency::Removal, Idempotency::Once, Idempotency::Never];

/// Every cell of the table: how the first attempt ends, for which kinds of call it is sent again, and whether the
/// first attempt may have been carried out.
#[tokio::test(start_paused = true)]
async fn the_whole_table() {
    use Idempotency::{Idempotent, Once, Read, Removal};
    let all = &ALL[..];
    let but_never = &[Read, Idempotent, Removal, Once][..];
    let repeatable = &[Read, Idempotent, Removal][..];
    let none = &[][..];
    for (step, resent, may_have_acted) in [
        (Step::Fail(Kind::Connect), all, false),
        (Step::Fail(Kind::ConnectTimeout), all, false),
        (Step::Status(429), but_never, false),
        (Step::Status(423), but_never, false),
        (Step::Status(502), repeatable, true),
        (Step::Status(503), repeatable, true),
        (Step::Status(504), repeatable, true),
        (Step::Fail(Kind::AttemptTimeout), repeatable, true),
        (Step::Fail(Kind::Interrupted), repeatable, true),
        (Step::Fail(Kind::BodyTooLarge), none, true),
        (Step::Fail(Kind::Decode), none, true),
        (Step::Fail(Kind::Tls), none, false),
        (Step::Fail(Kind::Redirect), none, false),
        (Step::Fail(Kind::InvalidRequest), none, false),
        (Step::Fail(Kind::Authorize), none, false),
        (Step::Fail(Kind::Overloaded), none, false),
        (Step::Fail(Kind::Deadline), none, false),
        (Step::Status(200), none, false),
        (Step::Status(400), none, false),
        (Step::Status(401), none, false),
        (Step::Status(408), none, false),
        (Step::Status(500), none, false),
    ] {
        for idempotency in ALL {
            let cell = format!("{step:?} {idempotency:?}");
            let script = Script::new([step.clone()]);
            let result = script.client(|_| ()).send(request(idempotency)).await;
            let again = resent.contains(&idempotency);
            let unknown = may_have_acted && idempotency != Read;
            assert_eq!(script.times().len(), if again { 2 } else { 1 }, "{cell}");
            match result {
                Ok(response) => {
                    let report = report(&response);
                    assert_eq!(report.attempts, if again { 2 } else { 1 }, "{cell}");
                    assert_eq!(response.status() == 200, again || matches!(step, Step::Status(200)), "{cell}");
                    assert_eq!(report.earlier_outcome_unknown, again && unknown, "{cell}");
                    assert_eq!(report.outcome_unknown, unknown, "{cell}");
                }
                Err(error) => {
                    assert!(!again, "{cell}");
                    assert!(matches!(step, Step::Fail(kind) if kind == error.kind()), "{cell}");
                    assert_eq!(error.outcome_unknown(), unknown, "{cell}");
                    assert_eq!(error.attempts(), 1, "{cell}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_answer_is_given_back_when_attempts_are_exhausted() {
    let script = Script::new([Step::Status(503), Step::Fail(Kind::Interrupted), Step::Status(504), Step::Status(200)]);
    let response = script.client(|_| ()).send(request(Idempotency::Idempotent)).await.unwrap();
    assert_eq!(response.status(), 504);
    let report = report(&response);
    assert_eq!((report.attempts, report.earlier_outcome_unknown, report.outcome_unknown), (3, true, true));
    assert_eq!(report.elapsed, Duration::from_millis(250 + 500));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_to_the_end_has_nothing_unknown() {
    let script = Script::new(vec![Step::Status(503); 3]);
    let response = script.client(|_| ()).send(request(Idempotency::Read)).await.unwrap();
    let report = report(&response);
    assert_eq!((report.attempts, report.earlier_outcome_unknown, report.outcome_unknown), (3, false, false));
}

#[tokio::test(start_paused = true)]
async fn an_earlier_unknown_outcome_outlives_a_known_one() {
    for (idempotency, unknown) in [(Idempotency::Removal, true), (Idempotency::Read, false)] {
        let steps = [Step::Fail(Kind::Interrupted), Step::Fail(Kind::Connect), Step::Fail(Kind::Connect)];
        let error = Script::new(steps).client(|_| ()).send(request(idempotency)).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Connect);
        assert_eq!(error.outcome_unknown(), unknown, "{idempotency:?}");
        assert_eq!(error.to_string(), "could not connect; nothing was sent (after 3 attempts in 0.8s)");
    }
}

#[tokio::test(start_paused = true)]
async fn waits_double_up_to_the_cap() {
    let script = Script::new(vec![Step::Status(503); 9]);
    let client = script.client(|settings| {
        settings.retry =
            RetrySettings { max_attempts: 6, base_delay: SECOND, max_delay: SECOND * 5, ..RetrySettings::default() };
    });
    client.send(request(Idempotency::Read)).await.unwrap();
    assert_eq!(script.times(), [0, 1000, 3000, 7000, 12000, 17000]);
}

#[tokio::test(start_paused = true)]
async fn one_attempt_is_one_attempt() {
    for max_attempts in [0, 1] {
        let script = Script::new([Step::Status(503)]);
        let client = script.client(|settings| settings.retry.max_attempts = max_attempts);
        assert_eq!(client.send(request(Idempotency::Read)).await.unwrap().status(), 503);
        assert_eq!(script.times(), [0]);
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_is_bounded_by_the_deadline_and_not_by_attempts() {
    let script = Script::new(vec![Step::RetryAfter(429, "5"); 11]);
    let response = script.client(|_| ()).send(request(Idempotency::Once)).await.unwrap();
    assert_eq!((response.status().as_u16(), report(&response).attempts), (200, 12));
    assert_eq!(script.times().last(), Some(&55_000));

    // The thirteenth would leave at the deadline itself, so it is not waited for.
    let script = Script::new(vec![Step::RetryAfter(429, "5"); 20]);
    let response = script.client(|_| ()).send(request(Idempotency::Once)).await.unwrap();
    assert_eq!((response.status().as_u16(), report(&response).attempts), (429, 12));
    assert_eq!(report(&response).elapsed, SECOND * 55);
    assert!(!report(&response).outcome_unknown);
}

#[tokio::test(start_paused = true)]
async fn throttling_is_bounded_by_attempts_when_they_are_counted() {
    let steps = [Step::RetryAfter(429, "5"), Step::Status(503), Step::Status(429), Step::Status(429)];
    let script = Script::new(steps);
    let client = script.client(|settings| settings.retry.count_throttled = true);
    let response = client.send(patient()).await.unwrap();
    assert_eq!((response.status().as_u16(), report(&response).attempts), (429, 3));
    assert_eq!(script.times(), [0, 5000, 5500], "the waits grow with all attempts");
}

#[tokio::test(start_paused = true)]
async fn throttled_attempts_do_not_use_up_the_others() {
    let throttled = Step::RetryAfter(429, "1");
    let script = Script::new([throttled.clone(), Step::Status(503), throttled, Step::Status(503), Step::Status(503)]);
    let response = script.client(|_| ()).send(request(Idempotency::Read)).await.unwrap();
    assert_eq!((response.status().as_u16(), report(&response).attempts), (503, 5));
    assert_eq!(script.times(), [0, 1000, 1250, 2250, 2750]);
}

#[tokio::test(start_paused = true)]
async fn without_a_deadline_throttling_is_waited_out() {
    let script = Script::new(vec![Step::RetryAfter(429, "240"); 50]);
    let response = script.client(|_| ()).send(patient()).await.unwrap();
    assert_eq!((response.status().as_u16(), report(&response).attempts), (200, 51));
    assert_eq!(report(&response).elapsed, SECOND * 240 * 50);
}

/// A read without a deadline.
fn patient() -> Request<Bytes> {
    request_with(CallContext::new("users.list", "/users", Idempotency::Read).with_deadline(None))
}

#[tokio::test(start_paused = true)]
async fn without_a_deadline_no_wish_is_waited_for_longer_than_the_longest_pause() {
    for status in [429, 423, 503] {
        for wish in ["301", "1767225600", "99999999999999999999", "Fri, 31 Dec 2100 23:59:59 GMT"] {
            let script = Script::new([Step::RetryAfter(status, wish)]);
            script.client(|_| ()).send(patient()).await.unwrap();
            assert_eq!(script.times(), [0, 300_000], "{status} {wish}");
        }
    }
    for (longest_pause, expected) in [(SECOND * 7, 7000), (Duration::ZERO, 250), (SECOND * 9000, 3_600_000)] {
        let script = Script::new([Step::RetryAfter(429, "3600")]);
        script.client(|settings| settings.longest_pause = longest_pause).send(patient()).await.unwrap();
        assert_eq!(script.times(), [0, expected], "{longest_pause:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn with_a_deadline_the_wish_itself_is_waited_for_if_it_fits() {
    for (deadline, expected) in [(601, vec![0, 600_000]), (600, vec![0])] {
        let script = Script::new([Step::RetryAfter(429, "600")]);
        let client = script.client(|settings| settings.deadline = Some(SECOND * deadline));
        let response = client.send(request(Idempotency::Read)).await.unwrap();
        assert_eq!(script.times(), expected, "{deadline}");
        if expected.len() == 1 {
            assert_eq!((response.status().as_u16(), report(&response).retry_after), (429, Some(SECOND * 600)));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wish_to_wait_in_each_form() {
    for (step, expected) in [
        (Step::RetryAfter(429, "7"), 7000),
        (Step::RetryAfter(429, "Thu, 01 Jan 1970 00:00:09 GMT"), 9000),
        (Step::RetryAfter(503, "7"), 7000),
        (Step::RetryAfter(503, "Thu, 01 Jan 1970 00:00:09 GMT"), 9000),
        (Step::RetryAfter(423, "7"), 7000),
        // Nothing to go by: the usual wait, never none.
        (Step::Status(429), 250),
        (Step::RetryAfter(429, "soon"), 250),
        (Step::RetryAfter(429, "0"), 250),
        (Step::RetryAfter(429, "Wed, 31 Dec 1969 23:59:00 GMT"), 250),
        (Step::RetryAfter(503, "0"), 250),
    ] {
        let script = Script::new([step.clone()]);
        script.client(|_| ()).send(request(Idempotency::Read)).await.unwrap();
        assert_eq!(script.times(), [0, expected], "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wish_past_the_deadline_is_not_waited_for() {
    for step in [
        Step::RetryAfter(429, "60"),
        Step::RetryAfter(429, "99999999999999999999"),
        Step::RetryAfter(429, "Fri, 31 Dec 2100 23:59:59 GMT"),
        Step::RetryAfter(503, "61"),
    ] {
        let script = Script::new([step.clone()]);
        let response = script.client(|_| ()).send(request(Idempotency::Read)).await.unwrap();
        assert_ne!(response.status(), 200, "{step:?}");
        assert!(response.headers().contains_key("retry-after"));
        assert_eq!(report(&response).elapsed, Duration::ZERO, "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_copy_is_the_same_request() {
    let script = Script::new([Step::Status(503)]);
    script.client(|_| ()).send(request(Idempotency::Idempotent)).await.unwrap();
    let [first, second] = &script.sent()[..] else { panic!("two attempts") };
    assert_eq!((first.method(), first.uri(), first.body()), (second.method(), second.uri(), second.body()));
    assert_eq!(first.headers(), second.headers());
    assert_eq!(second.extensions().get::<CallContext>().unwrap().operation, "users.create");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_sent_again_by_hand_is_a_new_call() {
    let script = Script::new([Step::Fail(Kind::Interrupted)]);
    let client = script.client(|_| ());
    let request = request(Idempotency::Once);
    assert!(client.send(request.clone()).await.unwrap_err().outcome_unknown());
    let response = client.send(request).await.unwrap();
    assert_eq!(report(&response).attempts, 1);
    assert!(!report(&response).earlier_outcome_unknown);
}
