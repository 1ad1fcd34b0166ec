//! Certificates and keys as text.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use rustls_pki_types::pem::{Error as PemError, PemObject as _, SectionKind};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::BuildError;

/// PEM text, or the file that holds it, read when the transport is built.
#[derive(Clone)]
pub(super) enum Pem {
    Text(Vec<u8>),
    Secret(SecretString),
    File(PathBuf),
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{} bytes", text.len()),
            Self::Secret(_) => f.write_str("[redacted]"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// PEM text in memory, with the words that name it in errors.
struct Bundle {
    text: SecretSlice<u8>,
    name: String,
}

impl Pem {
    fn read(&self, what: &str) -> Result<Bundle, BuildError> {
        Ok(match self {
            Self::Text(text) => Bundle { text: text.clone().into(), name: what.to_owned() },
            Self::Secret(text) => {
                Bundle { text: text.expose_secret().as_bytes().to_vec().into(), name: what.to_owned() }
            }
            Self::File(path) => {
                let name = format!("{what} {}", path.display());
                let text = fs::read(path)
                    .map_err(|error| BuildError::new(format!("{name} could not be read")).with_source(error))?;
                Bundle { text: text.into(), name }
            }
        })
    }
}

impl Bundle {
    /// Every entry of a known kind, in order.
    ///
    /// The parser's own errors quote lines of the text, so they are put in words here and dropped.
    fn entries(&self) -> Result<Vec<(SectionKind, Vec<u8>)>, BuildError> {
        let mut entries = Vec::new();
        for entry in <(SectionKind, Vec<u8>)>::pem_slice_iter(self.text.expose_secret()) {
            entries.push(entry.map_err(|error| {
                let why = match error {
                    PemError::MissingSectionEnd { .. } => "has no END line",
                    PemError::IllegalSectionStart { .. } => "has a malformed BEGIN line",
                    PemError::Base64Decode(_) => "is not valid base64",
                    PemError::SectionTooLarge => "is too large",
                    _ => "is not readable",
                };
                BuildError::new(format!("entry {} of {} {why}", entries.len() + 1, self.name))
            })?);
        }
        if entries.is_empty() {
            return Err(BuildError::new(format!(
                "{} holds no PEM entry; a DER file must be converted to PEM first",
                self.name
            )));
        }
        Ok(entries)
    }
}

/// The certificates of a bundle; anything else in it is an error, as it was not meant to be there.
pub(super) fn certificates(pem: &Pem, what: &str) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let bundle = pem.read(what)?;
    let mut certificates = Vec::new();
    for (kind, der) in bundle.entries()? {
        let number = certificates.len() + 1;
        let found = match kind {
            SectionKind::Certificate => {
                certificates.push(CertificateDer::from(der));
                continue;
            }
            SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey => "a private key",
            SectionKind::Csr => "a certificate request",
            SectionKind::PublicKey => "a public key",
            _ => "something else",
        };
        return Err(BuildError::new(format!("entry {number} of {} is {found}, not a certificate", bundle.name)));
    }
    // A certificate that is no certificate would otherwise be named by no number.
    for (index, certificate) in certificates.iter().enumerate() {
        rustls::RootCertStore::empty().add(certificate.clone()).map_err(|error| {
            BuildError::new(format!("entry {} of {} is not a valid certificate", index + 1, bundle.name))
                .with_source(error)
        })?;
    }
    Ok(certificates)
}

/// The first private key of a text.
pub(super) fn private_key(pem: &Pem) -> Result<PrivateKeyDer<'static>, BuildError> {
    let bundle = pem.read("the client key")?;
    PrivateKeyDer::from_pem_slice(bundle.text.expose_secret()).map_err(|error| {
        let why = match error {
            PemError::NoItemsFound => "holds no private key; an encrypted key must be decrypted first",
            _ => "is not readable PEM",
        };
        BuildError::new(format!("{} {why}", bundle.name))
    })
}
