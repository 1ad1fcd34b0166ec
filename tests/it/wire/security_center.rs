//! Security Center over real sockets: self-signed TLS, client certificates, faults of the connection.

use tenable_api::security_center::{SecurityCenter, Settings};
use tenable_api::{Builder, ErrorKind};
use tenable_emulator::faults::Fault;
use tenable_emulator::{Emulator, RunningEmulator};
use tenable_model::secret::SecretString;
use tenable_model::security_center::{UserAddress, UserId};
use tenable_transport::{ProxySettings, TlsSettings};

fn builder(emulator: &RunningEmulator) -> Builder<Settings> {
    SecurityCenter::builder().url(&emulator.security_center().url).proxy(ProxySettings::none())
}

async fn over_tls(rules: &[(&str, &str)]) -> (RunningEmulator, String) {
    let builder = Emulator::builder().tls(true);
    let builder = rules.iter().fold(builder, |builder, (rule, outcome)| builder.set(rule, outcome).unwrap());
    let emulator = builder.start().await.unwrap();
    let ca = emulator.ca_pem().expect("it speaks TLS").to_owned();
    (emulator, ca)
}

#[tokio::test]
async fn self_signed_tls_with_only_that_authority_by_key_and_by_session() {
    let (emulator, ca) = over_tls(&[]).await;
    let endpoint = emulator.security_center();
    let by_key = builder(&emulator)
        .api_key(endpoint.access_key.as_str(), endpoint.secret_key.as_str())
        .tls(TlsSettings::only(ca.clone()))
        .build()
        .unwrap();
    let me = by_key.current_user().details().send().await.unwrap();
    assert_eq!(me.username.as_deref(), Some(endpoint.username.as_str()));
    assert_eq!(me.organization_id(), Some(endpoint.organization_id.into()));

    let administrator = &endpoint.administrator;
    let by_session = builder(&emulator)
        .login(administrator.username.as_str(), administrator.password.as_str())
        .tls(TlsSettings::only(ca))
        .build()
        .unwrap();
    assert_eq!(by_session.current_user().details().send().await.unwrap().is_administrator(), Some(true));
    by_session.close().await.unwrap();
    emulator.shutdown().await;
}

#[tokio::test]
async fn verification_is_on_unless_it_is_switched_off() {
    let (emulator, _) = over_tls(&[]).await;
    let endpoint = emulator.security_center();
    let signing_in = || builder(&emulator).login(endpoint.username.as_str(), endpoint.password.as_str());
    let error = signing_in().build().unwrap().users().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{}", error.report());
    assert!(emulator.control().journal().is_empty(), "no password goes to a server that nobody vouches for");
    let insecure = signing_in().tls(TlsSettings::platform().dangerous_accept_any_certificate()).build().unwrap();
    insecure.users().list().send().await.unwrap();
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_client_certificate_signs_in_once_it_is_bound_to_a_user() {
    let (emulator, ca) = over_tls(&[]).await;
    let endpoint = emulator.security_center();
    let certificate = emulator.security_center_core().issue_client_certificate("avery").unwrap();
    let tls = || {
        let key = SecretString::from(certificate.private_key_pem.clone());
        TlsSettings::only(ca.clone()).client_certificate(certificate.certificate_pem.clone(), key)
    };
    let by_certificate = || builder(&emulator).client_certificate_login().tls(tls()).build().unwrap();
    let error = by_certificate().current_user().details().send().await.unwrap_err();
    assert!(error.is_unauthenticated() && error.to_string().contains("certificate"), "{}", error.report());

    // By the user, signed in by password with the certificate presented.
    let avery = builder(&emulator).login("avery.analyst", endpoint.password.as_str()).tls(tls()).build().unwrap();
    avery.current_user().associate_certificate().send().await.unwrap();
    avery.close().await.unwrap();
    let signed_in = by_certificate();
    let me = signed_in.current_user().details().send().await.unwrap();
    assert_eq!(me.username.as_deref(), Some("avery.analyst"));
    signed_in.close().await.unwrap();

    // By an administrator of the users, who sets the fingerprint.
    let other = emulator.security_center_core().issue_client_certificate("blake").unwrap();
    let manager = builder(&emulator)
        .api_key(endpoint.access_key.as_str(), endpoint.secret_key.as_str())
        .tls(TlsSettings::only(ca.clone()))
        .build()
        .unwrap();
    manager.users().update(UserAddress::own(4)).fingerprint(other.fingerprint.as_str()).send().await.unwrap();
    let key = SecretString::from(other.private_key_pem.clone());
    let blake = builder(&emulator)
        .client_certificate_login()
        .tls(TlsSettings::only(ca.clone()).client_certificate(other.certificate_pem.clone(), key))
        .build()
        .unwrap();
    assert_eq!(blake.current_user().details().send().await.unwrap().id, UserId(4));
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_server_that_gives_no_token_for_a_certificate_is_a_clear_error() {
    let (emulator, ca) = over_tls(&[("sc.certificate_login", "no_token")]).await;
    let endpoint = emulator.security_center();
    let certificate = emulator.security_center_core().issue_client_certificate("avery").unwrap();
    let tls = || {
        let key = SecretString::from(certificate.private_key_pem.clone());
        TlsSettings::only(ca.clone()).client_certificate(certificate.certificate_pem.clone(), key)
    };
    let avery = builder(&emulator).login("avery.analyst", endpoint.password.as_str()).tls(tls()).build().unwrap();
    avery.current_user().associate_certificate().send().await.unwrap();
    let by_certificate = builder(&emulator).client_certificate_login().tls(tls()).build().unwrap();
    let error = by_certificate.users().list().send().await.unwrap_err();
    assert!(error.is_unauthenticated() && error.to_string().contains("no token"), "{}", error.report());
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_creation_cut_after_it_was_done_leaves_exactly_one_user() {
    let emulator = Emulator::builder().start().await.unwrap();
    let endpoint = emulator.security_center();
    let sc = builder(&emulator).login(endpoint.username.as_str(), endpoint.password.as_str()).build().unwrap();
    sc.users().list().send().await.unwrap();
    emulator.control().add_fault(Fault::reset_after_commit().method("POST").times(1));
    let error = sc.users().create("ann", 4).password("Violet-Harbor-42").group_id(2).send().await.unwrap_err();
    assert!(error.outcome_unknown(), "{}", error.report());
    let users = sc.users().list().send().await.unwrap();
    assert_eq!(users.iter().filter(|user| user.username.as_deref() == Some("ann")).count(), 1);
    sc.close().await.unwrap();
    emulator.shutdown().await;
}
