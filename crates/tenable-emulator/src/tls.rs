//! A certificate authority that lives as long as the emulator.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use ring::digest;
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto};

use crate::{EmulatorError, secrets};

/// What is needed to serve TLS and to trust it.
pub(crate) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

/// A certificate for a client, of the emulator's own authority.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct ClientCertificate {
    /// The certificate, as PEM.
    pub certificate_pem: String,
    /// Its private key, PKCS #8 as PEM.
    pub private_key_pem: String,
    /// The certificate, in DER.
    pub der: Bytes,
    /// SHA-256 of the certificate in hexadecimal, for the `fingerprint` of a user.
    pub fingerprint: String,
}

impl fmt::Debug for ClientCertificate {
    /// Leaves out the private key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientCertificate").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

/// The digest of a certificate in hexadecimal.
pub(crate) fn fingerprint(algorithm: &'static digest::Algorithm, der: &[u8]) -> String {
    secrets::hex(digest::digest(algorithm, der).as_ref())
}

fn failed(error: impl fmt::Display) -> EmulatorError {
    EmulatorError::Tls(error.to_string())
}

impl fmt::Debug for Authority {
    /// Leaves out the private key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Authority").field("pem", &self.pem).finish_non_exhaustive()
    }
}

impl Authority {
    /// A fresh authority, and a certificate of it for the loopback names and `names`.
    pub(crate) fn new(names: &[String]) -> Result<Self, EmulatorError> {
        let mut authority = CertificateParams::default();
        authority.distinguished_name.push(DnType::CommonName, "Tenable emulator authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority_key = KeyPair::generate().map_err(failed)?;
        let root = authority.self_signed(&authority_key).map_err(failed)?;
        let issuer = Issuer::new(authority, authority_key);

        let loopback = ["localhost", "127.0.0.1", "::1"].map(ToOwned::to_owned);
        let names: BTreeSet<_> = loopback.into_iter().chain(names.iter().cloned()).collect();
        let mut server = CertificateParams::new(names.into_iter().collect::<Vec<_>>()).map_err(failed)?;
        server.distinguished_name.push(DnType::CommonName, "Tenable emulator");
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        let server_key = KeyPair::generate().map_err(failed)?;
        let certificate = server.signed_by(&server_key, &issuer).map_err(failed)?;

        let pem = root.pem();
        let (root, certificate) = (root.der().clone(), certificate.der().clone());
        Ok(Self { pem, issuer, root, certificate, key: server_key.serialize_der() })
    }

    /// A temporary file with the authority's certificate, removed when dropped.
    pub(crate) fn write_file(&self) -> io::Result<NamedTempFile> {
        let mut file = tempfile::Builder::new().prefix("tenable-emulator-").suffix(".pem").tempfile()?;
        file.write_all(self.pem.as_bytes())?;
        file.flush()?;
        Ok(file)
    }

    /// A certificate for a client of this name.
    pub(crate) fn issue_client(&self, name: &str) -> Result<ClientCertificate, EmulatorError> {
        let mut client = CertificateParams::default();
        client.distinguished_name.push(DnType::CommonName, name);
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        client.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = client.signed_by(&key, &self.issuer).map_err(failed)?;
        Ok(ClientCertificate {
            certificate_pem: certificate.pem(),
            private_key_pem: key.serialize_pem(),
            der: Bytes::copy_from_slice(certificate.der()),
            fingerprint: fingerprint(&digest::SHA256, certificate.der()),
        })
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// The server's side of the handshake. The crypto provider is not made the process's own.
    ///
    /// Where clients may show certificates, only those of this authority are taken; to show none is fine.
    pub(crate) fn acceptor(&self, client_certificates: bool) -> Result<TlsAcceptor, EmulatorError> {
        let provider = Arc::new(crypto::ring::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let verifier = if client_certificates {
            let mut roots = RootCertStore::empty();
            roots.add(self.root.clone()).map_err(failed)?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
            verifier.allow_unauthenticated().build().map_err(failed)?
        } else {
            WebPkiClientVerifier::no_client_auth()
        };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![self.certificate.clone()], key)
            .map_err(failed)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_private_key_stays_out_of_debug_output() {
        let authority = Authority::new(&[]).unwrap();
        let (text, key) = (format!("{authority:?}"), format!("{:?}", authority.key));
        assert!(text.contains("BEGIN CERTIFICATE") && !text.contains(&key), "{text}");
        let client = authority.issue_client("someone").unwrap();
        let text = format!("{client:?}");
        assert!(text.contains(&client.fingerprint) && !text.contains("PRIVATE KEY"), "{text}");
    }
}
