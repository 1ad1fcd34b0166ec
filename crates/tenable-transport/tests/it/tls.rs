//! Certificates, good and bad.

use std::fs;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::crypto::CryptoProvider;
use rustls::server::WantsServerCert;
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ConfigBuilder, RootCertStore, ServerConfig, SupportedProtocolVersion};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use secrecy::SecretString;
use tenable_transport::{
    HyperTransport, ProxySettings, TlsSettings, Transport as _, TransportError, TransportErrorKind,
};
use tokio::io::AsyncReadExt as _;
use tokio_rustls::TlsAcceptor;

use crate::server::{Heard, Server, answer_all, get, transport};

/// The provider of the build under test, for servers.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "aws-lc-rs")]
    return Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(feature = "aws-lc-rs"))]
    return Arc::new(rustls::crypto::ring::default_provider());
}

/// An authority that issues certificates.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) certificate: Certificate,
}

pub(crate) struct Identity {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    fn issue_with(&self, host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Identity { certificate: params.signed_by(&key, &self.issuer).unwrap(), key }
    }

    pub(crate) fn issue(&self, host: &str) -> Identity {
        self.issue_with(host, |_| ())
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    pub(crate) fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone()).unwrap();
        Arc::new(roots)
    }
}

impl Identity {
    fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }

    pub(crate) fn server(&self) -> ServerConfig {
        ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.der().clone()], self.key())
            .unwrap()
    }

    /// A server over one version of TLS.
    fn server_over(&self, version: &'static SupportedProtocolVersion) -> ServerConfig {
        server_over(version).with_single_cert(vec![self.certificate.der().clone()], self.key()).unwrap()
    }

    /// A server that wants a certificate of `clients`, over one version of TLS.
    fn server_for(&self, clients: &Authority, version: &'static SupportedProtocolVersion) -> ServerConfig {
        let verifier = WebPkiClientVerifier::builder_with_provider(clients.roots(), provider()).build().unwrap();
        ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![self.certificate.der().clone()], self.key())
            .unwrap()
    }

    fn secret_key(&self) -> SecretString {
        self.key.serialize_pem().into()
    }
}

fn server_over(version: &'static SupportedProtocolVersion) -> ConfigBuilder<ServerConfig, WantsServerCert> {
    ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[version]).unwrap().with_no_client_auth()
}

/// A server that answers "secure".
pub(crate) async fn tls_server(config: ServerConfig, heard: Heard) -> Server {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Server::start(move |stream| {
        let (acceptor, heard) = (acceptor.clone(), heard.clone());
        async move {
            match acceptor.accept(stream).into_fallible().await {
                Ok(mut stream) => answer_all(&mut stream, &heard, "secure").await,
                // Takes what the client still sends, so that the alert reaches it before the connection goes.
                Err((_, mut stream)) => while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {},
            }
        }
    })
    .await
}

async fn fetch(server: &Server, tls: TlsSettings) -> Result<String, TransportError> {
    let response = transport(|builder| builder.tls(tls)).send(get(format!("https://{}/", server.address))).await?;
    Ok(String::from_utf8(response.body().to_vec()).unwrap())
}

/// The text of a TLS error; nothing may have been heard.
async fn refusal(config: ServerConfig, tls: TlsSettings) -> String {
    let heard = Heard::default();
    let error = fetch(&tls_server(config, heard.clone()).await, tls).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls, "{error:?}");
    assert!(!error.outcome_unknown());
    assert!(heard.all().is_empty());
    error.to_string()
}

#[tokio::test]
async fn the_right_ca() {
    let ca = Authority::new("Acme CA");
    let server = tls_server(ca.issue("127.0.0.1").server(), Heard::default()).await;
    assert_eq!(fetch(&server, TlsSettings::only(ca.pem())).await.unwrap(), "secure");

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ca.pem");
    let bundle = format!("{}\n{}", Authority::new("Other CA").pem(), ca.pem());
    fs::write(&path, bundle.replace('\n', "\r\n")).unwrap();
    assert_eq!(fetch(&server, TlsSettings::only_file(&path)).await.unwrap(), "secure");
    assert_eq!(fetch(&server, TlsSettings::platform_plus_file(&path)).await.unwrap(), "secure");
    assert_eq!(fetch(&server, TlsSettings::platform_plus(ca.pem())).await.unwrap(), "secure");
}

#[tokio::test]
async fn the_wrong_host() {
    let ca = Authority::new("Acme CA");
    let text = refusal(ca.issue("other.example").server(), TlsSettings::only(ca.pem())).await;
    assert_eq!(
        text,
        "the certificate of 127.0.0.1 is for another name: other.example; use a name it was made for, or have it made \
         for this one"
    );
}

#[tokio::test]
async fn an_expired_certificate() {
    let ca = Authority::new("Acme CA");
    let expired = ca.issue_with("127.0.0.1", |params| params.not_after = date_time_ymd(2001, 2, 3));
    let text = refusal(expired.server(), TlsSettings::only(ca.pem())).await;
    assert_eq!(text, "the certificate of 127.0.0.1 expired on Sat, 03 Feb 2001 00:00:00 GMT; renew it on the server");
}

#[tokio::test]
async fn an_unknown_ca() {
    let ca = Authority::new("Acme CA");
    let unknown = "the certificate of 127.0.0.1 was issued by an authority that is not trusted here; add the \
                   certificate of that CA, or the server's own, to the TLS settings";
    for tls in [TlsSettings::platform(), TlsSettings::only(Authority::new("Other CA").pem())] {
        assert_eq!(refusal(ca.issue("127.0.0.1").server(), tls).await, unknown);
    }
}

/// What is told of a server whose certificate is marked as a CA's and was not given.
const A_CA: &str = "127.0.0.1 shows a certificate that is marked as a CA's and not among those given here; add exactly \
                    this one to the TLS settings, or give the server one issued by that CA";

#[tokio::test]
async fn a_ca_that_is_its_own_server() {
    let ca = Authority::new("Acme CA");
    let identity = ca.issue_with("127.0.0.1", |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    assert_eq!(refusal(identity.server(), TlsSettings::only(ca.pem())).await, A_CA);
}

/// The self-signed certificate of an appliance, marked as a CA's as `openssl req -x509` does.
fn appliance(host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "appliance");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    Identity { certificate: params.self_signed(&key).unwrap(), key }
}

/// The two ways to give certificates.
fn given(pem: &str) -> [TlsSettings; 2] {
    [TlsSettings::only(pem), TlsSettings::platform_plus(pem)]
}

#[tokio::test]
async fn a_certificate_that_was_given_is_trusted_by_identity() {
    let marked = appliance("127.0.0.1", |_| ());
    let unmarked = appliance("127.0.0.1", |params| params.is_ca = IsCa::NoCa);
    let of_an_absent_ca = Authority::new("Acme CA").issue("127.0.0.1");
    for identity in [marked, unmarked, of_an_absent_ca] {
        for version in [&TLS12, &TLS13] {
            let server = tls_server(identity.server_over(version), Heard::default()).await;
            let bundle = format!("{}{}", Authority::new("Other CA").pem(), identity.certificate.pem());
            for tls in given(&bundle) {
                assert_eq!(fetch(&server, tls).await.unwrap(), "secure");
            }
        }
    }
}

#[tokio::test]
async fn a_self_signed_certificate_that_was_not_given_is_refused() {
    let server = appliance("127.0.0.1", |_| ());
    // The same names, and another key.
    let twin = appliance("127.0.0.1", |_| ());
    let [only, platform_plus] = given(&twin.certificate.pem());
    assert_eq!(refusal(server.server(), only).await, A_CA);
    // What is told is up to the platform.
    refusal(server.server(), platform_plus).await;
    refusal(server.server(), TlsSettings::platform()).await;
}

#[tokio::test]
async fn a_certificate_that_was_given_still_has_to_hold() {
    let other_host = appliance("other.example", |_| ());
    let nameless = appliance("127.0.0.1", |params| params.subject_alt_names.clear());
    let expired = appliance("127.0.0.1", |params| params.not_after = date_time_ymd(2001, 2, 3));
    let early = appliance("127.0.0.1", |params| params.not_before = date_time_ymd(4001, 2, 3));
    let for_clients = appliance("127.0.0.1", |params| {
        params.is_ca = IsCa::NoCa;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    for (identity, expected) in [
        (other_host, "is for another name: other.example; "),
        (nameless, "is for another name: no name at all; "),
        (expired, "expired on Sat, 03 Feb 2001 00:00:00 GMT; "),
        (early, "is not valid before Sat, 03 Feb 4001 00:00:00 GMT; "),
        (for_clients, "was not made for a server; "),
    ] {
        let [only, platform_plus] = given(&identity.certificate.pem());
        let text = refusal(identity.server(), only).await;
        assert!(text.starts_with(&format!("the certificate of 127.0.0.1 {expected}")), "{text}");
        refusal(identity.server(), platform_plus).await;
    }
}

#[tokio::test]
async fn a_certificate_that_was_given_is_nothing_without_its_key() {
    let identity = appliance("127.0.0.1", |_| ());
    let other_key = appliance("127.0.0.1", |_| ()).key();
    let signing_key = provider().key_provider.load_private_key(other_key).unwrap();
    let stolen = Arc::new(CertifiedKey::new(vec![identity.certificate.der().clone()], signing_key));
    for version in [&TLS12, &TLS13] {
        for tls in given(&identity.certificate.pem()) {
            let config = server_over(version).with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&stolen))));
            assert_eq!(
                refusal(config, tls).await,
                "127.0.0.1 does not hold the key of the certificate it shows, or the authority named there did not \
                 sign it; is it the right server, and the right CA?"
            );
        }
    }
}

#[tokio::test]
async fn a_server_without_tls() {
    let server = Server::start(|mut stream| async move {
        let mut hello = [0; 3];
        stream.read_exact(&mut hello).await.unwrap();
        crate::server::write(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
    })
    .await;
    let error = fetch(&server, TlsSettings::platform()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    assert_eq!(
        error.to_string(),
        "127.0.0.1 does not speak TLS on this port; is the URL http, or the port another one?"
    );
}

#[tokio::test]
async fn a_client_certificate() {
    let (ca, clients) = (Authority::new("Acme CA"), Authority::new("Clients CA"));
    let server = ca.issue("127.0.0.1");
    for version in [&TLS12, &TLS13] {
        let config = server.server_for(&clients, version);
        let trust = || TlsSettings::only(ca.pem());

        let text = refusal(config.clone(), trust()).await;
        assert!(text.starts_with("127.0.0.1 refused the secure connection: "), "{text}");
        assert!(text.contains("client certificate"), "{text}");

        let wrong = Authority::new("Other CA").issue("ann");
        let wrong_tls = trust().client_certificate(wrong.certificate.pem(), wrong.secret_key());
        let text = refusal(config.clone(), wrong_tls).await;
        assert!(text.starts_with("127.0.0.1 refused the secure connection: it does not accept"), "{text}");

        let right = clients.issue("ann");
        let right_tls = trust().client_certificate(right.certificate.pem(), right.secret_key());
        let running = tls_server(config.clone(), Heard::default()).await;
        assert_eq!(fetch(&running, right_tls).await.unwrap(), "secure");

        let directory = tempfile::tempdir().unwrap();
        let (chain, key) = (directory.path().join("ann.pem"), directory.path().join("ann.key"));
        fs::write(&chain, right.certificate.pem()).unwrap();
        fs::write(&key, right.key.serialize_pem()).unwrap();
        assert_eq!(fetch(&running, trust().client_certificate_files(chain, key)).await.unwrap(), "secure");
    }
}

#[tokio::test]
async fn the_insecure_switch_accepts_anything_and_shows() {
    let ca = Authority::new("Acme CA");
    let expired = ca.issue_with("other.example", |params| params.not_after = date_time_ymd(2001, 2, 3));
    for version in [&TLS12, &TLS13] {
        let server = tls_server(expired.server_over(version), Heard::default()).await;
        let tls = TlsSettings::platform().dangerous_accept_any_certificate();
        assert!(format!("{tls:?}").contains("accepts_any_certificate: true"));
        let builder = HyperTransport::builder().proxy(ProxySettings::none()).tls(tls.clone());
        assert!(format!("{:?}", builder.build().unwrap()).contains("accepts_any_certificate: true"));
        assert_eq!(fetch(&server, tls).await.unwrap(), "secure");
    }
}

#[test]
fn the_process_is_left_alone() {
    let ca = Authority::new("Acme CA");
    for tls in [
        TlsSettings::platform(),
        TlsSettings::platform_plus(ca.pem()),
        TlsSettings::only(ca.pem()),
        TlsSettings::platform().dangerous_accept_any_certificate(),
    ] {
        transport(|builder| builder.tls(tls));
        assert!(CryptoProvider::get_default().is_none(), "a library must not choose for the process");
    }
}

#[test]
fn bad_pem_is_named() {
    let (first, second) = (Authority::new("First CA"), Authority::new("Second CA"));
    let key = first.issue("ann").key.serialize_pem();
    let spoiled = second.pem().replacen("MII", "M!I", 1);
    let endless = second.pem().replace("-----END CERTIFICATE-----", "");
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (pem, expected) in [
        (format!("{}{spoiled}", first.pem()), "entry 2 of the CA bundle is not valid base64"),
        (format!("{}{endless}", first.pem()), "entry 2 of the CA bundle has no END line"),
        (format!("{}-----BEGIN CERTIFICATE", first.pem()), "entry 2 of the CA bundle has a malformed BEGIN line"),
        (format!("{}{key}", first.pem()), "entry 2 of the CA bundle is a private key, not a certificate"),
        (format!("{}{no_certificate}", first.pem()), "entry 2 of the CA bundle is not a valid certificate"),
        (String::new(), "the CA bundle holds no PEM entry; a DER file must be converted to PEM first"),
    ] {
        for tls in [TlsSettings::only(pem.clone()), TlsSettings::platform_plus(pem.clone())] {
            let error = HyperTransport::builder().tls(tls).build().unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("bundle.pem");
        fs::write(&path, &pem).unwrap();
        let error = HyperTransport::builder().tls(TlsSettings::only_file(&path)).build().unwrap_err();
        let named = format!("the CA bundle {}", path.display());
        assert_eq!(error.to_string(), expected.replace("the CA bundle", &named));
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("missing.pem");
    let error = HyperTransport::builder().tls(TlsSettings::only_file(&path)).build().unwrap_err();
    assert_eq!(error.to_string(), format!("the CA bundle {} could not be read", path.display()));
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_bad_client_certificate_is_named_without_its_key() {
    let ca = Authority::new("Acme CA");
    let (ann, bo) = (ca.issue("ann"), ca.issue("bo"));
    let key = ann.key.serialize_pem();
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let cut = key.replace("-----END PRIVATE KEY-----", "");
    for (pem, expected) in [
        (bo.key.serialize_pem(), "the client certificate and its key do not fit"),
        (encrypted, "the client key holds no private key; an encrypted key must be decrypted first"),
        (cut, "the client key is not readable PEM"),
    ] {
        let secret = pem.lines().nth(1).unwrap().to_owned();
        let tls = TlsSettings::platform().client_certificate(ann.certificate.pem(), pem.into());
        assert!(!format!("{tls:?}").contains(&secret));
        let error = HyperTransport::builder().tls(tls).build().unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains(&secret));
    }
}
