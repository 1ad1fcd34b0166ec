use std::fmt;
use std::time::Duration;

use http::StatusCode;
use tenable_transport::{TransportError, TransportErrorKind};

use super::ErrorKind;

/// Why signing in failed, on its way through the transport to the call that needed it.
///
/// It holds no credential: what the server said has been looked through for them.
#[derive(Clone, Debug)]
pub(crate) struct SignInError {
    pub(crate) kind: ErrorKind,
    pub(crate) status: Option<StatusCode>,
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) retry_after: Option<Duration>,
}

impl SignInError {
    /// A failure that has no answer of the server behind it.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, status: None, code: None, message: message.into(), retry_after: None }
    }

    /// The one in an error of the transport.
    pub(crate) fn of(error: &TransportError) -> Option<&Self> {
        let first: &dyn std::error::Error = error;
        std::iter::successors(Some(first), |error| error.source()).find_map(|error| error.downcast_ref())
    }
}

impl From<SignInError> for TransportError {
    fn from(error: SignInError) -> Self {
        Self::new(TransportErrorKind::Authorize).with_source(error)
    }
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SignInError {}
