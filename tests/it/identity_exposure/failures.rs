//! Faults on the way, in virtual time.

use std::time::Duration;

use tenable_emulator::faults::{Fault, FaultKind, RetryAfter};
use tenable_tests::CoreTransport;
use tokio::time::Instant;

const PASSWORD: &str = "Violet-Harbor-42";

#[tokio::test(start_paused = true)]
async fn a_creation_cut_after_it_was_done_is_not_done_twice() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    product.core.add_fault(Fault::reset_after_commit().method("POST").times(1));
    let error = tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
    assert_eq!(product.lines(), ["POST /api/users cut"]);

    assert!(tie.users().find_by_email("ann@example.com").await.unwrap().is_some(), "looking settles it");
    let there = tie.users().list().send().await.unwrap();
    assert_eq!(there.iter().filter(|user| user.email == "ann@example.com").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_creation_cut_before_it_was_done_is_not_done_at_all() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    product.core.add_fault(Fault::reset_before_commit().method("POST").times(1));
    let error = tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap_err();
    assert!(error.outcome_unknown(), "from outside it looks the same: {error}");
    assert!(tie.users().find_by_email("ann@example.com").await.unwrap().is_none());
    tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_deletion_cut_after_it_was_done_is_done() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    let ann = tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap();
    product.core.add_fault(Fault::reset_after_commit().method("DELETE").times(1));
    tie.users().delete(ann.id).send().await.unwrap();
    let path = format!("/api/users/{}", ann.id);
    assert_eq!(product.lines()[1..], [format!("DELETE {path} cut"), format!("DELETE {path} 404")]);
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_are_waited_for() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    product.core.add_fault(Fault::too_many_requests(Some(RetryAfter::Seconds(7))).times(5));
    let start = Instant::now();
    tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(35));
    let statuses: Vec<Option<u16>> = product.core.journal().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [[Some(429); 5].as_slice(), &[Some(201)]].concat());

    product.core.add_fault(Fault::too_many_requests(None).times(2));
    tie.users().create("Bo", "bo@example.com", PASSWORD).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_read_outlives_passing_failures() {
    for fault in [
        Fault::bad_gateway(),
        Fault::service_unavailable(None),
        Fault::new(FaultKind::GatewayTimeout),
        Fault::reset_before_commit(),
        Fault::reset_after_commit(),
        Fault::new(FaultKind::TruncatedBody),
        Fault::new(FaultKind::BadChunk),
    ] {
        let product = CoreTransport::with_rules(&[]);
        product.core.add_fault(fault.clone().times(2));
        let response = product.client().users().list().send_with_response().await;
        let response = response.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(response.attempts, 3, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_that_stalls_is_tried_again_until_the_deadline() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    product.core.add_fault(Fault::stall_before_commit().times(1));
    assert_eq!(tie.users().list().send_with_response().await.unwrap().attempts, 2);

    product.core.add_fault(Fault::stall_before_commit().always());
    let error = tie.users().list().send().await.unwrap_err();
    assert!(error.is_timeout() && !error.outcome_unknown(), "{error}");
    assert!(!error.to_string().contains("nothing was sent"), "it was sent: {error}");
}

#[tokio::test(start_paused = true)]
async fn a_creation_stops_at_every_doubt() {
    for fault in [
        Fault::bad_gateway(),
        Fault::service_unavailable(None),
        Fault::internal_server_error(),
        Fault::stall_after_commit(),
        Fault::new(FaultKind::TruncatedBody),
        Fault::new(FaultKind::HtmlPage),
    ] {
        let product = CoreTransport::with_rules(&[]);
        product.core.add_fault(fault.clone().method("POST").times(1));
        let error = product.client().users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap_err();
        assert!(error.outcome_unknown(), "{fault:?}: {error}");
        assert_eq!(product.lines().len(), 1, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn missing_and_unknown_fields_do_not_stop_reading() {
    for kind in [FaultKind::ExtraFields, FaultKind::MissingOptionalFields, FaultKind::OldVersionShapes] {
        let product = CoreTransport::with_rules(&[]);
        product.core.add_fault(Fault::new(kind.clone()).always());
        let tie = product.client();
        let users = tie.users().list().send().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        for user in users {
            tie.users().details(user.id).send().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        }
        tie.users().info().send().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        tie.roles().list().send().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_revoked_in_the_middle_of_a_run_is_told() {
    let product = CoreTransport::with_rules(&[]);
    let tie = product.client();
    product.core.add_fault(Fault::revoke_credential().skip(2).times(1));
    tie.users().list().send().await.unwrap();
    tie.users().list().send().await.unwrap();
    let error = tie.users().list().send().await.unwrap_err();
    assert!(error.is_unauthenticated(), "{error}");
    assert_eq!(product.lines().len(), 3);
}
