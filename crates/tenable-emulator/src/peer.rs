//! What the connection says about the caller.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::Request;

/// What the connection says about the caller, beside the request.
///
/// The server adds it to each request as an extension. A test of a core can do the same; without it, the caller is
/// 127.0.0.1 over a plain connection.
///
/// ```
/// use bytes::Bytes;
/// use http::Request;
/// use tenable_emulator::Peer;
///
/// let mut request = Request::get("/rest/system").body(Bytes::new())?;
/// request.extensions_mut().insert(Peer::default().with_certificate(b"a certificate in DER".as_slice()));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Peer {
    /// Where the connection comes from.
    pub address: IpAddr,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// The certificate that the client has shown, in DER.
    pub certificate: Option<Bytes>,
}

impl Default for Peer {
    fn default() -> Self {
        Self { address: Ipv4Addr::LOCALHOST.into(), tls: false, certificate: None }
    }
}

impl Peer {
    /// From this address.
    #[must_use]
    pub fn with_address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// Over TLS, without a client certificate.
    #[must_use]
    pub fn with_tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Over TLS, with this client certificate, in DER.
    #[must_use]
    pub fn with_certificate(mut self, der: impl Into<Bytes>) -> Self {
        self.certificate = Some(der.into());
        self.with_tls()
    }

    /// The peer that the request comes from.
    pub(crate) fn of(request: &Request<Bytes>) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }
}
