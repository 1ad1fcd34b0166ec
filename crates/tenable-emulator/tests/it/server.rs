//! The whole emulator behind sockets.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};
use tenable_emulator::security_center::SEED_PASSWORD;
use tenable_emulator::{Emulator, EmulatorError, StateError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::support::{PASSWORD, authority, json, request, send, send_over, start};

#[tokio::test]
async fn a_request_goes_through() {
    let emulator = start().await;
    let body = json!([{ "name": "N", "email": "n@example.com", "password": PASSWORD }]).to_string();
    let created = send(&emulator, "POST", "/api/users", &body).await.unwrap();
    assert_eq!(json(&created, StatusCode::CREATED)[0]["id"], 7);
    let deleted = send(&emulator, "DELETE", "/api/users/7", "").await.unwrap();
    assert_eq!((deleted.status(), deleted.body().len()), (StatusCode::NO_CONTENT, 0));
    emulator.shutdown().await;
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let emulator = start().await;
    let stream = TcpStream::connect(authority(&emulator.identity_exposure().url)).await.unwrap();
    let io = hyper_util::rt::TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..3 {
        let answer = sender.send_request(request(&emulator, "GET", "/api/about", "")).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        http_body_util::BodyExt::collect(answer.into_body()).await.unwrap();
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_and_recorded() {
    let emulator = start().await;
    let mut stream = TcpStream::connect(authority(&emulator.identity_exposure().url)).await.unwrap();
    // The announced length is enough to refuse it.
    let head = "POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-length: 16777217\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let journal = emulator.control().journal();
    let [entry] = journal.as_slice() else { panic!("{journal:?}") };
    assert_eq!((entry.status, entry.route.as_deref(), &entry.body), (Some(413), Some("/api/users"), &None));
}

fn trusting(pem: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    connector(roots)
}

fn connector(roots: RootCertStore) -> TlsConnector {
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[tokio::test]
async fn tls_is_trusted_through_the_authority_and_only_through_it() {
    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    let url = &emulator.identity_exposure().url;
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let pem = emulator.ca_pem().unwrap();
    for name in ["127.0.0.1", "localhost"] {
        let stream = TcpStream::connect(authority(url)).await.unwrap();
        let stream = trusting(pem).connect(ServerName::try_from(name).unwrap(), stream).await.unwrap();
        let answer = send_over(stream, request(&emulator, "GET", "/api/users", "")).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let stream = TcpStream::connect(authority(url)).await.unwrap();
    let other = connector(RootCertStore::empty());
    assert!(other.connect(ServerName::try_from("localhost").unwrap(), stream).await.is_err());
    assert!(crypto::CryptoProvider::get_default().is_none(), "the process keeps its own choice of provider");
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_reset_goes_through_tls() {
    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    emulator.control().add_fault(tenable_emulator::faults::Fault::reset_before_commit());
    let stream = TcpStream::connect(authority(&emulator.identity_exposure().url)).await.unwrap();
    let connector = trusting(emulator.ca_pem().unwrap());
    let stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    assert!(send_over(stream, request(&emulator, "GET", "/api/users", "")).await.is_err());
}

#[tokio::test]
async fn the_authoritys_file_lives_as_long_as_the_emulator() {
    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    let path = emulator.ca_path().unwrap().to_owned();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), emulator.ca_pem().unwrap());
    let ready: Value = serde_json::from_str(&emulator.ready_line()).unwrap();
    assert_eq!(ready["identity_exposure"]["ca"], path.to_str().unwrap());
    assert_eq!(ready["security_center"]["ca"], path.to_str().unwrap());
    assert_eq!(ready["vulnerability_management"]["ca"], path.to_str().unwrap());
    // What the emulator has seen can still be read when it has ended.
    let control = emulator.control().clone();
    emulator.shutdown().await;
    assert!(!path.exists());
    assert!(control.journal().is_empty());
}

#[tokio::test]
async fn the_ready_line_is_one_line_with_all_one_needs() {
    let emulator = Emulator::builder().api_key("given-key").control_token("given-token").start().await.unwrap();
    assert!(emulator.ca_pem().is_none() && emulator.ca_path().is_none());
    let line = emulator.ready_line();
    assert!(!line.contains('\n'));
    let center = emulator.security_center();
    assert!(center.url.starts_with("http://127.0.0.1:") && center.url != emulator.identity_exposure().url);
    let management = emulator.vulnerability_management();
    assert!(management.url.starts_with("http://127.0.0.1:") && management.url != center.url);
    assert_eq!((center.username.as_str(), center.administrator.username.as_str()), ("north.manager", "admin"));
    assert_eq!(
        serde_json::from_str::<Value>(&line).unwrap(),
        json!({
            "identity_exposure": { "url": emulator.identity_exposure().url, "api_key": "given-key" },
            "security_center": {
                "url": center.url, "access_key": center.access_key, "secret_key": center.secret_key,
                "username": "north.manager", "password": SEED_PASSWORD, "organization_id": 1,
                "administrator": {
                    "access_key": center.administrator.access_key, "secret_key": center.administrator.secret_key,
                    "username": "admin", "password": SEED_PASSWORD
                }
            },
            "vulnerability_management": {
                "url": management.url, "access_key": management.access_key, "secret_key": management.secret_key
            },
            "control": { "url": emulator.control().url(), "token": "given-token" }
        })
    );
}

#[tokio::test]
async fn secrets_stay_out_of_debug_output() {
    let builder = Emulator::builder().api_key("sentinel-key").control_token("sentinel-token");
    let before = format!("{builder:?}");
    let emulator = builder.start().await.unwrap();
    let (exposure, center) = (emulator.identity_exposure(), emulator.security_center());
    let core = emulator.security_center_core();
    let text = format!("{before} {emulator:?} {exposure:?} {center:?} {core:?} {:?}", emulator.control());
    let key = core.api_key(1, 1).unwrap();
    assert!(text.contains("north.manager") && !text.contains("sentinel"), "{text}");
    let management = emulator.vulnerability_management();
    let text = format!("{text} {management:?} {:?}", emulator.vulnerability_management_core());
    assert!(text.contains(&management.url), "{text}");
    for secret in [&management.access_key, &management.secret_key] {
        assert!(!text.contains(secret), "{text}");
    }
    for secret in [&center.access_key, &center.secret_key, &center.password, &center.administrator.secret_key] {
        assert!(!text.contains(secret) && !format!("{key:?}").contains(secret), "{text}");
    }
}

#[tokio::test]
async fn each_start_has_a_fresh_key() {
    let (one, two) = (start().await, start().await);
    assert_ne!(one.identity_exposure().api_key, two.identity_exposure().api_key);
    let (one, two) = (one.vulnerability_management(), two.vulnerability_management());
    assert!(one.access_key != two.access_key && one.secret_key != two.secret_key);
}

#[tokio::test]
async fn a_shutdown_frees_the_port() {
    let emulator = start().await;
    let address = authority(&emulator.identity_exposure().url).to_owned();
    emulator.shutdown().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_broken_state_file_keeps_the_emulator_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    std::fs::write(&path, "{}").unwrap();
    let error = Emulator::builder().state_file(&path).start().await.unwrap_err();
    assert!(error.to_string().contains("people.json"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}");
}

#[tokio::test]
async fn a_state_file_has_one_emulator_at_a_time_and_is_free_after_a_shutdown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let first = Emulator::builder().state_file(&path).start().await.unwrap();
    let error = Emulator::builder().state_file(&path).start().await.unwrap_err();
    assert!(matches!(error, EmulatorError::State(StateError::InUse { .. })), "{error:?}");
    assert!(error.to_string().contains("people.json is in use"), "{error}");

    // Whoever still holds on to the first can no longer write.
    let (core, control) = (first.identity_exposure_core().clone(), first.control().clone());
    let connection = TcpStream::connect(authority(first.control().url())).await.unwrap();
    first.shutdown().await;
    let second = Emulator::builder().state_file(&path).start().await.unwrap();
    assert!(control.reset().is_err());
    drop((core, connection));
    assert_eq!(send(&second, "GET", "/api/users", "").await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn an_emulator_that_cannot_listen_leaves_the_state_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    for builder in [
        Emulator::builder().identity_exposure_address(address),
        Emulator::builder().security_center_address(address),
        Emulator::builder().vulnerability_management_address(address),
        Emulator::builder().control_address(address),
    ] {
        let error = builder.state_file(&path).api_key("another").start().await.unwrap_err();
        assert!(matches!(error, EmulatorError::Io(_)), "{error:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_wrong_rule_is_refused_before_anything_starts() {
    let error = Emulator::builder().set("ie.duplicate_email", "500").unwrap_err().to_string();
    assert!(error.contains("409, 400"), "{error}");
    assert!(Emulator::builder().set("duplicate_email", "400").is_err());
}

#[tokio::test]
async fn the_core_tells_the_keys_of_other_users() {
    let emulator = start().await;
    let key = emulator.identity_exposure_core().api_key_of(2).unwrap();
    let mut request = request(&emulator, "PATCH", "/api/users/5", "{}");
    request.headers_mut().insert("x-api-key", key.parse().unwrap());
    let stream = TcpStream::connect(authority(&emulator.identity_exposure().url)).await.unwrap();
    assert_eq!(send_over(stream, request).await.unwrap().status(), StatusCode::FORBIDDEN);
}

/// A request to Vulnerability Management as its administrator.
fn list_of_groups(emulator: &tenable_emulator::RunningEmulator) -> Request<Full<Bytes>> {
    let endpoint = emulator.vulnerability_management();
    let keys = format!("accessKey={}; secretKey={}", endpoint.access_key, endpoint.secret_key);
    let request = Request::get("/groups").header("host", authority(&endpoint.url)).header("X-ApiKeys", keys);
    request.body(Full::default()).unwrap()
}

#[tokio::test]
async fn vulnerability_management_is_reached_with_and_without_tls() {
    let emulator = start().await;
    let stream = TcpStream::connect(authority(&emulator.vulnerability_management().url)).await.unwrap();
    let answer = send_over(stream, list_of_groups(&emulator)).await.unwrap();
    assert_eq!(json(&answer, StatusCode::OK)["groups"][0]["name"], "All Users");

    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    let url = &emulator.vulnerability_management().url;
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let stream = TcpStream::connect(authority(url)).await.unwrap();
    let connector = trusting(emulator.ca_pem().unwrap());
    let stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    let answer = send_over(stream, list_of_groups(&emulator)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(emulator.control().journal()[0].product, "vulnerability_management");
}
