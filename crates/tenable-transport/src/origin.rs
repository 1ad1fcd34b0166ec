//! Where requests may go.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Scheme};

use crate::{TransportError, TransportErrorKind};

/// Scheme, host and port of a server, compared with default ports filled in and host names in lower case.
///
/// # Examples
///
/// ```
/// use tenable_transport::Origin;
///
/// let origin: Origin = "https://Acme.Example/base/path?query".parse()?;
/// assert_eq!(origin, "https://acme.example:443".parse()?);
/// assert_ne!(origin, "http://acme.example".parse()?);
/// assert_eq!(origin.to_string(), "https://acme.example");
/// # Ok::<(), tenable_transport::TransportError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an absolute http or https URI.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](TransportErrorKind::InvalidRequest): no scheme, another scheme, no host, or a user name in
    /// the URI.
    pub fn of(uri: &Uri) -> Result<Self, TransportError> {
        let https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(_) => return Err(refused("the scheme of the URL is neither https nor http")),
            None => return Err(refused("the URL has no scheme; it must start with https://")),
        };
        let authority = uri.authority().ok_or_else(|| refused("the URL has no host"))?;
        if authority.as_str().contains('@') {
            return Err(refused("the URL holds a user name; credentials do not go in the URL"));
        }
        let host = authority.host();
        if host.is_empty() {
            return Err(refused("the URL has no host"));
        }
        let port = port_of(authority, default_port(https))
            .ok_or_else(|| refused("the port of the URL is not a number below 65536"))?;
        Ok(Self { https, host: canonical(host), port })
    }

    /// Whether it is the origin of an absolute http or https URI, of which nearly all are spelt as it is spelt itself.
    pub(crate) fn is_of(&self, uri: &Uri) -> Result<bool, TransportError> {
        let scheme = if self.https { Scheme::HTTPS } else { Scheme::HTTP };
        let same_spelling = |authority: &Authority| {
            authority.as_str().strip_prefix(&self.host).is_some_and(|rest| match rest.strip_prefix(':') {
                None => rest.is_empty() && self.port == default_port(self.https),
                Some(port) => port.parse() == Ok(self.port),
            })
        };
        if uri.scheme() == Some(&scheme) && uri.authority().is_some_and(same_spelling) {
            return Ok(true);
        }
        Ok(Self::of(uri)? == *self)
    }

    /// Whether requests to it are encrypted.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host in lower case; an IPv6 address has its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, the scheme's own if the URI had none.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is this machine: `localhost`, 127.0.0.0/8 or `::1`. Names are not resolved.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || bare(&self.host).parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

/// The host without the brackets of an IPv6 address.
pub(crate) fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// The port of an authority without a user; `None` if there is one that is no port number.
pub(crate) fn port_of(authority: &Authority, default_port: u16) -> Option<u16> {
    match authority.as_str().strip_prefix(authority.host())?.strip_prefix(':') {
        None | Some("") => Some(default_port),
        Some(port) => port.parse().ok(),
    }
}

fn default_port(https: bool) -> u16 {
    if https { 443 } else { 80 }
}

/// One spelling of each host: lower case, and the shortest form of an IPv6 address.
fn canonical(host: &str) -> String {
    // Only these have brackets.
    if bare(host).len() < host.len()
        && let Ok(address) = bare(host).parse::<Ipv6Addr>()
    {
        return format!("[{address}]");
    }
    host.to_ascii_lowercase()
}

fn refused(message: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::InvalidRequest).with_message(message)
}

impl TryFrom<&Uri> for Origin {
    type Error = TransportError;

    fn try_from(uri: &Uri) -> Result<Self, TransportError> {
        Self::of(uri)
    }
}

impl FromStr for Origin {
    type Err = TransportError;

    fn from_str(text: &str) -> Result<Self, TransportError> {
        let uri = text.parse::<Uri>().map_err(|error| refused("the URL is not valid").with_source(error))?;
        Self::of(&uri)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == default_port(self.https) { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        text.parse().unwrap()
    }

    #[test]
    fn equal_and_different() {
        for (left, right, equal) in [
            ("https://a.example", "https://a.example:443/x?y", true),
            ("http://a.example", "http://a.example:80", true),
            ("https://A.Example", "https://a.example", true),
            ("https://a.example:", "https://a.example", true),
            ("https://[::1]", "https://[0:0:0:0:0:0:0:1]:443", true),
            ("https://a.example", "http://a.example", false),
            ("https://a.example", "https://a.example:8443", false),
            ("https://a.example", "https://b.a.example", false),
            ("https://a.example", "https://a.example.", false),
            ("http://a.example:443", "https://a.example:443", false),
        ] {
            assert_eq!(origin(left) == origin(right), equal, "{left} {right}");
            assert_eq!(origin(left).is_of(&right.parse().unwrap()).unwrap(), equal, "{left} {right}");
            assert_eq!(origin(right).is_of(&left.parse().unwrap()).unwrap(), equal, "{right} {left}");
        }
    }

    #[test]
    fn loopback() {
        for (text, expected) in [
            ("http://localhost:1", true),
            ("http://LOCALHOST", true),
            ("http://127.0.0.1", true),
            ("http://127.8.9.1", true),
            ("http://[::1]:8080", true),
            ("http://localhost.example", false),
            ("http://127.0.0.1.example", false),
            ("http://128.0.0.1", false),
            ("http://[::2]", false),
            ("http://0.0.0.0", false),
        ] {
            assert_eq!(origin(text).is_loopback(), expected, "{text}");
        }
    }

    #[test]
    fn refused_urls_say_why_and_keep_the_password() {
        for (text, message) in [
            ("acme.example", "the URL has no scheme; it must start with https://"),
            ("/users", "the URL has no scheme; it must start with https://"),
            ("ftp://acme.example", "the scheme of the URL is neither https nor http"),
            ("https://user:hunter2@acme.example", "the URL holds a user name; credentials do not go in the URL"),
            ("https://acme.example:99999", "the port of the URL is not a number below 65536"),
            ("https://", "the URL is not valid"),
        ] {
            let error = text.parse::<Origin>().unwrap_err();
            assert_eq!(error.to_string(), message, "{text}");
            assert_eq!(error.kind(), TransportErrorKind::InvalidRequest);
            assert!(!format!("{error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn display_leaves_out_the_default_port() {
        assert_eq!(origin("https://acme.example:443/x").to_string(), "https://acme.example");
        assert_eq!(origin("http://[::1]:8080/x").to_string(), "http://[::1]:8080");
    }
}
