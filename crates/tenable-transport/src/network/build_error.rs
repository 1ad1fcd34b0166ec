//! Why a transport could not be built.

use std::error::Error;
use std::fmt;

/// Why a [`HyperTransport`](crate::HyperTransport) could not be built: a setting that does not hold.
///
/// `Display` is one line that names the setting; a file is named by its path, a bad entry of a PEM bundle by its number.
/// Neither it nor the source holds a key or a password.
///
/// # Examples
///
/// ```
/// use tenable_transport::{HyperTransport, TlsSettings};
///
/// let error = HyperTransport::builder().tls(TlsSettings::only("not a certificate")).build().unwrap_err();
/// assert!(error.to_string().starts_with("the CA bundle holds no PEM entry"));
/// ```
pub struct BuildError {
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl BuildError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    pub(super) fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuildError")
            .field("message", &self.message)
            .field("source", &self.source.as_ref().map(ToString::to_string))
            .finish()
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
