//! Servers that show exactly a certificate that was given.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::server::ParsedCertificate;
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

/// Trusts the given certificates by identity; all others are the matter of another verifier.
///
/// That one takes a given certificate as a root. But it refuses a server that shows a root marked as a CA's, as the
/// self-signed certificates of appliances usually are, and one whose issuer was not given.
///
/// This gives nobody a power they did not have: who holds the key of a root can issue certificates for its hosts.
#[derive(Debug)]
pub(super) struct Pinned {
    pub(super) given: Vec<CertificateDer<'static>>,
    pub(super) others: Arc<dyn ServerCertVerifier>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let given = self.given.iter().any(|given| given == end_entity);
        if !given || !holds_but_for_its_issuer(end_entity, now) {
            return self.others.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.others.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.others.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.others.supported_verify_schemes()
    }
}

/// Whether the certificate is within its period, whoever issued it, and marked as a CA's or made for a server.
///
/// Without a root there is no good end. The verification looks at the period first, then at the mark as a CA, then at
/// the purpose, and for the issuer last: its error tells how far it came. Any other error is left to the verifier of
/// the others, to be told in its words.
fn holds_but_for_its_issuer(certificate: &CertificateDer<'_>, now: UnixTime) -> bool {
    let verdict = EndEntityCert::try_from(certificate).and_then(|certificate| {
        certificate.verify_for_usage(&[], &[], &[], now, KeyUsage::server_auth(), None, None).map(drop)
    });
    matches!(verdict, Err(webpki::Error::CaUsedAsEndEntity | webpki::Error::UnknownIssuer))
}
