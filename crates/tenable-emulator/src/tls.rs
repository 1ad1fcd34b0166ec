//! A certificate authority that lives as long as the emulator.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};

use crate::EmulatorError;

/// What is needed to serve TLS and to trust it.
pub(crate) struct Authority {
    pem: String,
    /// Removed when dropped.
    file: NamedTempFile,
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl fmt::Debug for Authority {
    /// Leaves out the private key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Authority").field("path", &self.path()).finish_non_exhaustive()
    }
}

impl Authority {
    /// A fresh authority, and a certificate of it for the loopback names and `name`.
    pub(crate) fn new(name: Option<&str>) -> Result<Self, EmulatorError> {
        let failed = |error: rcgen::Error| EmulatorError::Tls(error.to_string());

        let mut authority = CertificateParams::default();
        authority.distinguished_name.push(DnType::CommonName, "Tenable emulator authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority_key = KeyPair::generate().map_err(failed)?;
        let pem = authority.self_signed(&authority_key).map_err(failed)?.pem();
        let issuer = Issuer::new(authority, authority_key);

        let names = ["localhost", "127.0.0.1", "::1"].into_iter().chain(name).map(ToOwned::to_owned);
        let mut server = CertificateParams::new(names.collect::<Vec<_>>()).map_err(failed)?;
        server.distinguished_name.push(DnType::CommonName, "Tenable emulator");
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        let server_key = KeyPair::generate().map_err(failed)?;
        let certificate = server.signed_by(&server_key, &issuer).map_err(failed)?;

        let mut file = tempfile::Builder::new().prefix("tenable-emulator-").suffix(".pem").tempfile()?;
        file.write_all(pem.as_bytes())?;
        file.flush()?;
        Ok(Self { pem, file, certificate: certificate.der().clone(), key: server_key.serialize_der() })
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// The server's side of the handshake. The crypto provider is not made the process's own.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, EmulatorError> {
        let failed = |error: tokio_rustls::rustls::Error| EmulatorError::Tls(error.to_string());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_no_client_auth()
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
        let authority = Authority::new(None).unwrap();
        let (text, key) = (format!("{authority:?}"), format!("{:?}", authority.key));
        assert!(text.contains(".pem") && !text.contains(&key), "{text}");
    }
}
