//! Client certificates.

use std::sync::Arc;

use http::{Request, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};
use tenable_emulator::security_center::SEED_PASSWORD;
use tenable_emulator::{ClientCertificate, Emulator, Peer};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::support::{Center, MANAGER, Session, session, to};
use crate::support::{authority, json as json_of, send_over};

fn certificate(center: &Center) -> (ClientCertificate, Peer) {
    let certificate = center.core.issue_client_certificate("someone").unwrap();
    let peer = Peer::default().with_certificate(certificate.der.clone());
    (certificate, peer)
}

#[test]
fn a_certificate_whose_fingerprint_an_administrator_set_logs_in() {
    let center = Center::new();
    let (certificate, peer) = certificate(&center);
    let colons: Vec<_> =
        certificate.fingerprint.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).to_uppercase()).collect();
    for fingerprint in [certificate.fingerprint.clone(), colons.join(":")] {
        let user = center.ok(MANAGER, "PATCH", "/user/4", json!({ "fingerprint": fingerprint }));
        assert_eq!((&user["fingerprint"], &user["authType"]), (&json!(fingerprint), &json!("tns")));
        let system = center.send(to("GET", "/system"), Some(peer.clone()), None);
        assert_eq!(system.response()["version"], "6.5.1");
        let session = session(&system);
        assert_eq!(center.ask_in(&session, "GET", "/currentUser", None).response()["username"], "blake.viewer");
        // The same session again, not another one.
        let again = center.send(session.authorize(to("GET", "/system")), Some(peer.clone()), None);
        assert_eq!((again.response()["token"].as_u64(), again.cookie()), (Some(session.token), None));
    }
}

#[test]
fn without_the_token_a_certificate_opens_nothing() {
    let center = Center::new();
    let (certificate, peer) = certificate(&center);
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "fingerprint": certificate.fingerprint }));
    assert_eq!(center.send(to("GET", "/currentUser"), Some(peer.clone()), None).code(), 12);
    // A locked user's opens nothing either.
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "locked": "true" }));
    let system = center.send(to("GET", "/system"), Some(peer), None);
    assert_eq!((system.status, system.response().get("token")), (200, None));
}

#[test]
fn a_certificate_is_bound_by_its_owner() {
    let center = Center::new();
    let (certificate, peer) = certificate(&center);
    assert_eq!(center.send(to("GET", "/system"), Some(peer.clone()), None).response().get("token"), None);
    let login = json!({ "username": "blake.viewer", "password": SEED_PASSWORD });
    let answer = center.send(to("POST", "/token"), Some(peer.clone()), Some(&login));
    assert_eq!(answer.response()["unassociatedCert"], "true");
    let session = session(&answer);
    let associate = |session: &Session, peer: Option<Peer>| {
        center.send(session.authorize(to("POST", "/currentUser/associateCert")), peer, None)
    };
    assert_eq!(associate(&session, None).code(), 142, "no certificate on this connection");
    let user = associate(&session, Some(peer.clone()));
    assert_eq!(user.response()["fingerprint"], certificate.fingerprint);
    let answer = center.send(to("POST", "/token"), Some(peer.clone()), Some(&login));
    assert_eq!(answer.response()["unassociatedCert"], "false");
    let system = center.send(to("GET", "/system"), Some(peer), None);
    assert!(system.response()["token"].is_u64());
}

#[test]
fn over_tls_the_cookie_is_secure_and_the_address_is_the_peers() {
    let center = Center::new();
    let peer = Peer::default().with_address("192.0.2.7".parse().unwrap()).with_tls();
    let login = json!({ "username": "blake.viewer", "password": SEED_PASSWORD });
    let answer = center.send(to("POST", "/token"), Some(peer), Some(&login));
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; path=/; secure; HttpOnly; SameSite=Strict"), "{cookie}");
    assert_eq!(center.get(MANAGER, "/user/4")["lastLoginIP"], "192.0.2.7");
    let old = Center::with(&[("sc.generation", "5")]);
    let answer = old.send(to("POST", "/token"), Some(Peer::default().with_tls()), Some(&login));
    assert!(answer.headers["set-cookie"].to_str().unwrap().ends_with("; path=/; secure; HttpOnly"));
}

/// Asks over a fresh connection, with the certificate if there is one.
async fn ask(
    emulator: &tenable_emulator::RunningEmulator,
    certificate: Option<&ClientCertificate>,
    request: http::request::Builder,
) -> Result<http::Response<bytes::Bytes>, Box<dyn std::error::Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(emulator.ca_pem().unwrap().as_bytes())?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let config = match certificate {
        Some(certificate) => {
            let chain = vec![CertificateDer::from_pem_slice(certificate.certificate_pem.as_bytes())?];
            config
                .with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(certificate.private_key_pem.as_bytes())?)?
        }
        None => config.with_no_client_auth(),
    };
    let address = authority(&emulator.security_center().url);
    let stream = TcpStream::connect(address).await?;
    let stream = TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("127.0.0.1")?, stream).await?;
    let request: Request<Full<bytes::Bytes>> = request.header("host", address).body(Full::default())?;
    Ok(send_over(stream, request).await?)
}

#[tokio::test]
async fn a_certificate_logs_in_through_a_socket() {
    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    let core = emulator.security_center_core();
    let certificate = core.issue_client_certificate("blake").unwrap();
    let key = core.api_key(1, 1).unwrap();
    let bind = to("PATCH", "/user/4")
        .header("x-apikey", super::support::key_header(&key))
        .header("content-type", "application/json")
        .body(json!({ "fingerprint": certificate.fingerprint }).to_string().into())
        .unwrap();
    assert_eq!(core.handle(bind).response.status(), StatusCode::OK);

    let without = ask(&emulator, None, to("GET", "/system")).await.unwrap();
    assert_eq!(json_of(&without, StatusCode::OK)["response"].get("token"), None);
    let with = ask(&emulator, Some(&certificate), to("GET", "/system")).await.unwrap();
    let token = json_of(&with, StatusCode::OK)["response"]["token"].as_u64().unwrap();
    let cookie = with.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let request = to("GET", "/currentUser").header("X-SecurityCenter", token).header("Cookie", cookie);
    let me = ask(&emulator, Some(&certificate), request).await.unwrap();
    assert_eq!(json_of(&me, StatusCode::OK)["response"]["username"], "blake.viewer");

    // A certificate of another authority is turned away.
    let other = Center::new().core.issue_client_certificate("blake").unwrap();
    assert!(ask(&emulator, Some(&other), to("GET", "/system")).await.is_err());
    emulator.shutdown().await;
}

#[test]
fn a_null_fingerprint_takes_the_certificate_away() {
    let center = Center::new();
    let (certificate, peer) = certificate(&center);
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "fingerprint": certificate.fingerprint }));
    center.ok(MANAGER, "PATCH", "/user/4", json!({ "fingerprint": Value::Null }));
    assert_eq!(center.send(to("GET", "/system"), Some(peer), None).response().get("token"), None);
}
