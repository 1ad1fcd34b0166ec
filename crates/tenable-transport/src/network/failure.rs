//! From the errors of hyper to ours: what failed, and may the server have acted?

use std::error::Error;
use std::io;

use super::connector::{ConnectFailure, Stage};
use super::tls_text::describe;
use crate::{Origin, TransportError, TransportErrorKind};

/// The error of a request to `target`.
pub(super) fn request_failure(error: hyper_util::client::legacy::Error, target: &Origin) -> TransportError {
    if let Some(failure) = find::<ConnectFailure>(&error) {
        return connect_failure(failure.clone(), target);
    }
    if error.is_connect() {
        return TransportError::new(TransportErrorKind::Connect).with_source(error);
    }
    match find::<hyper::Error>(&error) {
        // The request was handed back unsent.
        Some(cause) if cause.is_canceled() => TransportError::new(TransportErrorKind::Connect)
            .with_message(format!("the connection to {target} closed before anything was sent"))
            .with_source(error),
        Some(cause) if cause.is_parse() => TransportError::new(TransportErrorKind::Decode)
            .with_message(format!("{target} answered something that is not HTTP/1.1"))
            .with_source(error),
        _ => interrupted(error, target),
    }
}

/// The error of a connection that ended after the request was sent, in part at least.
///
/// A server that read the request and closed looks the same as one that closed before: the outcome is unknown. The one
/// exception is a server that refuses the client certificate, which with TLS 1.3 comes after our first bytes.
pub(super) fn interrupted(error: impl Error + Send + Sync + 'static, target: &Origin) -> TransportError {
    if let Some(refusal @ rustls::Error::AlertReceived(alert)) = find::<rustls::Error>(&error) {
        if refuses_client(*alert) {
            let message = describe(refusal, target.host());
            return TransportError::new(TransportErrorKind::Tls).with_message(message).with_source(error);
        }
    }
    TransportError::new(TransportErrorKind::Interrupted)
        .with_message(format!("the connection to {target} ended before the full answer"))
        .with_source(error)
}

fn refuses_client(alert: rustls::AlertDescription) -> bool {
    use rustls::AlertDescription as Alert;
    matches!(
        alert,
        Alert::CertificateRequired
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
            | Alert::HandshakeFailure
    )
}

/// Nothing was sent.
fn connect_failure(failure: ConnectFailure, target: &Origin) -> TransportError {
    let tls = failure.cause().and_then(find::<rustls::Error>);
    let (kind, message) = match (&failure.stage, tls) {
        (Stage::TimedOut(limit), _) => {
            let message = format!("the connection to {target} was not ready within {limit:?}; nothing was sent");
            return TransportError::new(TransportErrorKind::ConnectTimeout).with_message(message);
        }
        (Stage::ToProxy(proxy), Some(tls)) => (TransportErrorKind::Tls, describe(tls, &format!("the proxy {proxy}"))),
        (_, Some(tls)) => (TransportErrorKind::Tls, describe(tls, target.host())),
        (Stage::Server, None) => {
            (TransportErrorKind::Connect, format!("could not connect to {target}; nothing was sent"))
        }
        (Stage::ToProxy(proxy), None) => {
            (TransportErrorKind::Connect, format!("could not connect to the proxy {proxy}; nothing was sent"))
        }
        (Stage::ThroughProxy(proxy), None) => {
            (TransportErrorKind::Connect, format!("the proxy {proxy} did not connect us to {target}; nothing was sent"))
        }
    };
    TransportError::new(kind).with_message(message).with_source(failure)
}

/// The first error of a type in the chain.
///
/// An I/O error hides what it wraps from the chain: its `source` is that of the wrapped error.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_io_errors_hide() {
        let error = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, rustls::Error::DecryptError));
        assert_eq!(find::<rustls::Error>(&error), Some(&rustls::Error::DecryptError));
        assert!(find::<rustls::Error>(&io::Error::other("no")).is_none());
    }
}
