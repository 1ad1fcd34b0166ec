//! The client and the emulator over real sockets: TLS, faults of the connection, what a wrong setting reads like.

use std::time::Duration;

use tenable_api::ErrorKind;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_emulator::faults::{Fault, FaultKind};
use tenable_emulator::{Emulator, RunningEmulator};
use tenable_model::identity_exposure::NewUser;
use tenable_transport::{ProxySettings, TlsSettings};

const PASSWORD: &str = "Violet-Harbor-42";

async fn plain() -> RunningEmulator {
    Emulator::builder().start().await.unwrap()
}

fn client(emulator: &RunningEmulator) -> IdentityExposure {
    let endpoint = emulator.identity_exposure();
    IdentityExposure::builder()
        .url(&endpoint.url)
        .api_key(endpoint.api_key.as_str())
        .proxy(ProxySettings::none())
        .build()
        .unwrap()
}

#[tokio::test]
async fn over_tls_with_only_the_emulators_authority() {
    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    let endpoint = emulator.identity_exposure();
    let ca = emulator.ca_pem().expect("it speaks TLS").to_owned();
    let tie = IdentityExposure::builder()
        .url(format!("{}/api/", endpoint.url))
        .api_key(endpoint.api_key.as_str())
        .proxy(ProxySettings::none())
        .tls(TlsSettings::only(ca))
        .build()
        .unwrap();
    let ann = tie.users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap();
    assert_eq!(tie.users().details(ann.id).send().await.unwrap(), ann);
    emulator.shutdown().await;
}

#[tokio::test]
async fn an_unknown_authority_is_refused_before_anything_is_sent() {
    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    let error = client(&emulator).users().create("Ann", "ann@example.com", PASSWORD).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(!error.outcome_unknown());
    let line = error.report();
    assert!(line.contains("nothing was sent") && line.contains("add the authority"), "{line}");
    assert!(emulator.control().journal().is_empty());
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_creation_cut_after_it_was_done_leaves_exactly_one_user() {
    let emulator = plain().await;
    let tie = client(&emulator);
    for fault in [Fault::reset_after_commit(), Fault::new(FaultKind::TruncatedBody), Fault::new(FaultKind::BadChunk)] {
        let email = format!("{}@example.com", fault.kind.name());
        emulator.control().add_fault(fault.method("POST").times(1));
        let error = tie.users().create("Ann", email.as_str(), PASSWORD).send().await.unwrap_err();
        assert!(error.outcome_unknown(), "{email}: {}", error.report());
        let users = tie.users().list().send().await.unwrap();
        assert_eq!(users.iter().filter(|user| user.email == email).count(), 1, "{email}");
    }
    let posts = emulator.control().journal().iter().filter(|entry| entry.method == "POST").count();
    assert_eq!(posts, 3, "each was sent once");
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_stalled_answer_ends_at_the_deadline() {
    let emulator = plain().await;
    let tie = client(&emulator);
    emulator.control().add_fault(Fault::stall_after_commit().method("POST").times(1));
    let call = tie.users().create("Ann", "ann@example.com", PASSWORD).with_deadline(Duration::from_millis(300));
    let error = call.send().await.unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown(), "{}", error.report());
    assert!(tie.users().find_by_email("ann@example.com").await.unwrap().is_some());
    emulator.shutdown().await;
}

#[tokio::test]
async fn an_oversized_answer_is_refused() {
    let emulator = plain().await;
    let endpoint = emulator.identity_exposure();
    let tie = IdentityExposure::builder()
        .url(&endpoint.url)
        .api_key(endpoint.api_key.as_str())
        .proxy(ProxySettings::none())
        .max_response_bytes(64 * 1024)
        .build()
        .unwrap();
    tie.users().list().send().await.unwrap();
    emulator.control().add_fault(Fault::new(FaultKind::OversizedBody { bytes: 1024 * 1024 }).times(1));
    let error = tie.users().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge, "{}", error.report());
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let (emulator, elsewhere) = (plain().await, plain().await);
    let location = format!("{}/api/users", elsewhere.identity_exposure().url);
    emulator.control().add_fault(Fault::new(FaultKind::Redirect { location }).times(1));
    let error = client(&emulator).users().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirected, "{}", error.report());
    assert!(elsewhere.control().journal().is_empty(), "the key went nowhere else");
    emulator.shutdown().await;
    elsewhere.shutdown().await;
}

#[tokio::test]
async fn a_page_instead_of_json_is_told() {
    let emulator = plain().await;
    emulator.control().add_fault(Fault::new(FaultKind::HtmlPage).times(1));
    let error = client(&emulator).users().list().send().await.unwrap_err();
    assert!(error.is_unreadable() && error.report().contains("text/html, not JSON"), "{}", error.report());
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_wrong_address_key_id_and_body_each_give_one_clear_line() {
    let emulator = plain().await;
    let endpoint = emulator.identity_exposure().clone();
    let with = |url: &str, key: &str| {
        let builder = IdentityExposure::builder().url(url).api_key(key).proxy(ProxySettings::none());
        builder.max_attempts(1).build().unwrap()
    };

    let error = with(&endpoint.url, "wrong").users().list().send().await.unwrap_err();
    assert!(
        error.report().starts_with("users.list: the server refused the credentials (401 Unauthorized)"),
        "{}",
        error.report()
    );

    let error =
        with(&format!("{}/elsewhere", endpoint.url), &endpoint.api_key).users().list().send().await.unwrap_err();
    assert!(error.report().starts_with("users.list: not found (404 Not Found)"), "{}", error.report());

    let error = with(&endpoint.url, &endpoint.api_key).users().details(999).send().await.unwrap_err();
    assert!(error.report().starts_with("users.details: not found (404 Not Found)"), "{}", error.report());

    let create = with(&endpoint.url, &endpoint.api_key).users().create("Ann", "ann@example.com", "weak").send().await;
    let shown = create.unwrap_err().report();
    assert!(shown.starts_with("users.create: the server refused the request as invalid (400 Bad Request)"), "{shown}");
    assert!(shown.contains("password") && !shown.contains("weak"), "{shown}");

    emulator.shutdown().await;
    let error = with(&endpoint.url, &endpoint.api_key).users().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let shown = error.report();
    assert!(shown.contains("could not be reached") && shown.contains("nothing was sent"), "{shown}");
    assert!(!shown.contains('\n'));
}

#[tokio::test]
async fn many_users_over_the_wire() {
    let emulator = plain().await;
    let tie = client(&emulator);
    let people = (0..10_000).map(|n| NewUser::new(format!("User {n}"), format!("user{n}@example.com"), PASSWORD));
    assert_eq!(tie.users().create_many(people).send().await.unwrap().len(), 10_000);
    assert!(tie.users().list().send().await.unwrap().len() >= 10_000);
    emulator.shutdown().await;
}

#[tokio::test]
async fn concurrent_calls_share_the_limits() {
    let emulator = plain().await;
    let tie = client(&emulator);
    let calls = (0..200).map(|n| {
        let tie = tie.clone();
        async move { tie.users().create(format!("User {n}"), format!("user{n}@example.com"), PASSWORD).send().await }
    });
    let results = futures_util::future::join_all(calls).await;
    let mut ids: Vec<u64> = results.into_iter().map(|user| user.unwrap().id.get()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 200);
    emulator.shutdown().await;
}
