//! Whom to trust, and who to be.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use secrecy::SecretString;

use super::BuildError;
use super::pem::{Pem, certificates, private_key};
use super::pinned::Pinned;
use super::platform::Platform;

/// Whom to trust over https, and the certificate to show. TLS 1.2 and 1.3.
///
/// The default trusts what the platform trusts. An appliance with a self-signed certificate, or one of a CA of your own,
/// is best served by [`only`](Self::only) with the PEM text of that certificate or of that CA.
///
/// # Examples
///
/// ```no_run
/// use tenable_transport::{HyperTransport, TlsSettings};
///
/// let tls = TlsSettings::only_file("/etc/tenable/ca.pem");
/// let transport = HyperTransport::builder().tls(tls).build()?;
/// # Ok::<(), tenable_transport::BuildError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TlsSettings {
    trust: Trust,
    client: Option<ClientCertificate>,
    accepts_any_certificate: bool,
}

#[derive(Clone, Debug, Default)]
enum Trust {
    #[default]
    Platform,
    PlatformPlus(Pem),
    Only(Pem),
}

#[derive(Clone, Debug)]
struct ClientCertificate {
    chain: Pem,
    key: Pem,
}

/// Who decides, and what there is to load for it yet.
type Verifier = (Arc<dyn ServerCertVerifier>, Option<Arc<Platform>>);

impl TlsSettings {
    /// Trusts what the platform trusts.
    pub fn platform() -> Self {
        Self::default()
    }

    /// Trusts what the platform trusts, and the certificates of a PEM bundle, each as [`only`](Self::only) does.
    pub fn platform_plus(pem: impl Into<Vec<u8>>) -> Self {
        Self { trust: Trust::PlatformPlus(Pem::Text(pem.into())), ..Self::default() }
    }

    /// As [`platform_plus`](Self::platform_plus), from a file that is read when the transport is built.
    pub fn platform_plus_file(path: impl Into<PathBuf>) -> Self {
        Self { trust: Trust::PlatformPlus(Pem::File(path.into())), ..Self::default() }
    }

    /// Trusts the certificates of a PEM bundle, and no others.
    ///
    /// Each stands for two things. As that of a CA, for the servers it issued certificates to. And for the server that
    /// shows exactly this certificate, byte for byte: so the self-signed certificate of an appliance works as it is,
    /// marked as a CA's or not, and so does one whose CA is not at hand. Verification stays on: the certificate must be
    /// within its period, one of its subject alternative names must be the host of the URL (the common name does not
    /// count), and the server must prove that it holds the key. A server that gets a new certificate is refused until
    /// the new one is given.
    ///
    /// Compare the fingerprint on the appliance itself before you trust a certificate that came over the network.
    pub fn only(pem: impl Into<Vec<u8>>) -> Self {
        Self { trust: Trust::Only(Pem::Text(pem.into())), ..Self::default() }
    }

    /// As [`only`](Self::only), from a file that is read when the transport is built.
    pub fn only_file(path: impl Into<PathBuf>) -> Self {
        Self { trust: Trust::Only(Pem::File(path.into())), ..Self::default() }
    }

    /// Shows a client certificate to servers that ask for one: the PEM chain, its own certificate first, and its key.
    #[must_use]
    pub fn client_certificate(mut self, chain_pem: impl Into<Vec<u8>>, key_pem: SecretString) -> Self {
        self.client = Some(ClientCertificate { chain: Pem::Text(chain_pem.into()), key: Pem::Secret(key_pem) });
        self
    }

    /// As [`client_certificate`](Self::client_certificate), from files that are read when the transport is built.
    #[must_use]
    pub fn client_certificate_files(mut self, chain: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.client = Some(ClientCertificate { chain: Pem::File(chain.into()), key: Pem::File(key.into()) });
        self
    }

    /// Accepts every certificate: anyone on the way can read and change everything, credentials included.
    ///
    /// A warning is logged when the transport is built, and `Debug` shows the switch. To talk to an appliance with a
    /// self-signed certificate, give that to [`only`](Self::only) instead.
    #[must_use]
    pub fn dangerous_accept_any_certificate(mut self) -> Self {
        self.accepts_any_certificate = true;
        self
    }

    /// The configuration of rustls, and what there is to load yet. Nothing of the process is touched: the provider is our own.
    pub(super) fn config(&self) -> Result<(ClientConfig, Option<Arc<Platform>>), BuildError> {
        let provider = provider()?;
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| BuildError::new("the crypto provider lacks TLS 1.2 or 1.3").with_source(error))?;
        let (verifier, platform) = self.verifier(provider)?;
        let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
        let Some(client) = &self.client else { return Ok((builder.with_no_client_auth(), platform)) };
        let chain = certificates(&client.chain, "the client certificate")?;
        let config = builder
            .with_client_auth_cert(chain, private_key(&client.key)?)
            .map_err(|error| BuildError::new("the client certificate and its key do not fit").with_source(error))?;
        Ok((config, platform))
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Verifier, BuildError> {
        if self.accepts_any_certificate {
            tracing::warn!("certificates are not verified: anyone on the way can read and change everything");
            return Ok((Arc::new(AcceptAny(provider)), None));
        }
        Ok(match &self.trust {
            Trust::Platform => {
                let platform = Arc::new(Platform::new(Vec::new(), provider));
                (Arc::clone(&platform) as _, Some(platform))
            }
            Trust::PlatformPlus(pem) => {
                let given = certificates(pem, "the CA bundle")?;
                let platform = Arc::new(Platform::new(given.clone(), provider));
                (Arc::new(Pinned { given, others: Arc::clone(&platform) as _ }), Some(platform))
            }
            Trust::Only(pem) => {
                let given = certificates(pem, "the CA bundle")?;
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(given.iter().cloned());
                let others = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
                    .build()
                    .map_err(|error| BuildError::new("the CA bundle cannot be used").with_source(error))?;
                (Arc::new(Pinned { given, others }), None)
            }
        })
    }
}

/// The crypto provider of the enabled feature.
fn provider() -> Result<Arc<CryptoProvider>, BuildError> {
    let enabled: &[fn() -> CryptoProvider] = &[
        #[cfg(feature = "aws-lc-rs")]
        rustls::crypto::aws_lc_rs::default_provider,
        #[cfg(feature = "ring")]
        rustls::crypto::ring::default_provider,
    ];
    let provider = enabled.first().ok_or_else(|| {
        BuildError::new("built without a crypto provider: enable the feature aws-lc-rs or ring of tenable-transport")
    })?;
    Ok(Arc::new(provider()))
}

/// Believes every certificate, but still wants the server to hold its key.
#[derive(Debug)]
struct AcceptAny(Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
