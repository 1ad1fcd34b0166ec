//! Which proxy to go through, if any.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::net::Ipv6Addr;

use http::uri::{Authority, PathAndQuery};
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Builder, Intercept, Matcher};
use secrecy::{ExposeSecret as _, SecretString};

use super::BuildError;
use crate::origin::{bare, port_of};

/// Which proxy to go through.
///
/// Understood are `http://` and `https://` proxies (CONNECT for https servers, the whole URL in the request line for
/// plain ones), `socks5://` (names are resolved here) and `socks5h://` (names are resolved by the proxy), with
/// `user:password@` if need be. The password appears in no log, error or `Debug`.
///
/// Servers on this machine go through the proxy like any other unless `NO_PROXY` says otherwise.
///
/// # Examples
///
/// ```no_run
/// use tenable_transport::{HyperTransport, ProxySettings};
///
/// let proxy = ProxySettings::explicit("http://proxy.example:3128").no_proxy("localhost,.example,10.0.0.0/8");
/// let transport = HyperTransport::builder().proxy(proxy).build()?;
/// # Ok::<(), tenable_transport::BuildError>(())
/// ```
#[derive(Clone)]
pub struct ProxySettings {
    source: Source,
    no_proxy: Option<String>,
}

#[derive(Clone)]
enum Source {
    Environment,
    Variables(BTreeMap<String, SecretString>),
    Explicit(SecretString),
    None,
}

impl Default for ProxySettings {
    fn default() -> Self {
        Self::from_environment()
    }
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::Environment => "environment".to_owned(),
            Source::Variables(_) => "variables".to_owned(),
            Source::Explicit(url) => {
                parse(url.expose_secret()).map_or_else(|| "not valid".to_owned(), |proxy| proxy.name())
            }
            Source::None => "none".to_owned(),
        };
        f.debug_struct("ProxySettings")
            .field("proxy", &format_args!("{source}"))
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

impl ProxySettings {
    /// What the environment of the process says when the transport is built. The default.
    ///
    /// `HTTPS_PROXY` and `HTTP_PROXY` by the scheme of the server, else `ALL_PROXY`; `NO_PROXY` lists the exceptions.
    /// Each is also read in lower case, if it is not set in upper case. One that is not valid, or not UTF-8, is an
    /// error of the build: to leave it out would send traffic where it was not meant to go. Without a proxy, `NO_PROXY`
    /// is not read. With `REQUEST_METHOD` set, as in a CGI program, all are ignored: a client could have set
    /// `HTTP_PROXY`.
    pub fn from_environment() -> Self {
        Self { source: Source::Environment, no_proxy: None }
    }

    /// As [`from_environment`](Self::from_environment), with these variables in place of the environment.
    pub fn from_variables<N: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let secret = |(name, value): (N, V)| (name.into(), SecretString::from(value.into()));
        Self { source: Source::Variables(variables.into_iter().map(secret).collect()), no_proxy: None }
    }

    /// This proxy for every server; a URL without a scheme is an http proxy.
    pub fn explicit(url: impl Into<String>) -> Self {
        Self { source: Source::Explicit(SecretString::from(url.into())), no_proxy: None }
    }

    /// No proxy, whatever the environment says.
    pub fn none() -> Self {
        Self { source: Source::None, no_proxy: None }
    }

    /// Servers to reach without the proxy, in place of `NO_PROXY`, separated by commas. The entries of both:
    ///
    /// * a host name, which includes its subdomains: `acme.example`, `.acme.example` and `*.acme.example` are the same,
    ///   and so are names with a dot at their end;
    /// * an IP address, with or without the brackets of IPv6;
    /// * a network as `10.0.0.0/8`;
    /// * `*`, which is everything;
    /// * any of these with a port, as `acme.example:8443` or `[::1]:8443`: the server at that port only. A network of
    ///   IPv6 takes none.
    ///
    /// An entry with a colon that is none of these, as a URL or a port that is no number, is an error of the build.
    #[must_use]
    pub fn no_proxy(mut self, list: impl Into<String>) -> Self {
        self.no_proxy = Some(list.into());
        self
    }

    pub(super) fn proxies(&self) -> Result<Proxies, BuildError> {
        match &self.source {
            Source::None => Ok(Proxies(None)),
            Source::Explicit(url) => {
                if parse(url.expose_secret()).is_none() {
                    return Err(BuildError::new("the proxy URL is not valid, or of an unknown scheme"));
                }
                let matcher = Matcher::builder().all(url.expose_secret().to_owned());
                Proxies::new(matcher, self.no_proxy.as_deref().unwrap_or_default())
            }
            Source::Environment => self.look_up(|name| std::env::var_os(name)),
            Source::Variables(variables) => {
                self.look_up(|name| variables.get(name).map(|value| value.expose_secret().into()))
            }
        }
    }

    fn look_up(&self, lookup: impl Fn(&str) -> Option<OsString>) -> Result<Proxies, BuildError> {
        if lookup("REQUEST_METHOD").is_some() {
            return Ok(Proxies(None));
        }
        let either = |name: &str| {
            let value = lookup(name).or_else(|| lookup(&name.to_lowercase())).unwrap_or_default();
            value.into_string().map_err(|_| BuildError::new(format!("the variable {name} is not UTF-8")))
        };
        let url = |name: &str| {
            let value = either(name)?;
            // A proxy that is silently left out would send traffic where it was not meant to go.
            if value.is_empty() || parse(&value).is_some() {
                return Ok(value);
            }
            Err(BuildError::new(format!("the variable {name} holds no valid proxy URL, or one of an unknown scheme")))
        };
        let (all, http, https) = (url("ALL_PROXY")?, url("HTTP_PROXY")?, url("HTTPS_PROXY")?);
        if [&all, &http, &https].iter().all(|url| url.is_empty()) {
            return Ok(Proxies(None));
        }
        let matcher = Matcher::builder().all(all).http(http).https(https);
        match &self.no_proxy {
            Some(list) => Proxies::new(matcher, list),
            None => Proxies::new(matcher, &either("NO_PROXY")?),
        }
    }
}

/// An entry of a list of exceptions as the matcher reads it, and its port; `None` if it is not one.
///
/// The matcher takes `*` for host names only, an IPv6 address without its brackets only, and no dot at the end, neither
/// in the list nor in a URL unless the list has one.
fn exception(entry: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match entry.rsplit_once(':') {
        // More colons are those of an IPv6 address without brackets.
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port.parse().ok()?)),
        _ => (entry, None),
    };
    if host == "*" {
        return Some(("*,0.0.0.0/0,::/0".to_owned(), port));
    }
    let host = bare(host);
    let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() {
        return None;
    }
    if host.contains(':') {
        let (address, prefix) = host.split_once('/').unwrap_or((host, "128"));
        let valid = address.parse::<Ipv6Addr>().is_ok() && prefix.parse().is_ok_and(|bits: u8| bits <= 128);
        return valid.then(|| (host.to_owned(), port));
    }
    Some((format!("{host},{host}."), port))
}

/// The proxy of each server.
#[derive(Debug)]
pub(super) struct Proxies(Option<Rules>);

#[derive(Debug)]
struct Rules {
    matcher: Matcher,
    /// Exceptions at one port only, which the matcher does not know: it catches all but these.
    at_ports: Vec<(u16, Matcher)>,
}

impl Proxies {
    /// The proxies of `matcher`, but for a list of exceptions.
    fn new(matcher: Builder, list: &str) -> Result<Self, BuildError> {
        let (mut everywhere, mut at_ports) = (Vec::new(), Vec::new());
        for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            match exception(entry) {
                Some((host, None)) => everywhere.push(host),
                Some((host, Some(port))) => {
                    at_ports.push((port, Matcher::builder().all("http://proxy.invalid").no(host).build()));
                }
                // To leave it out would send traffic through the proxy that was not meant for it.
                None => {
                    // Should it be a URL with a password, that is not shown.
                    let shown = entry.rsplit_once('@').map_or(entry, |(_, host)| host);
                    return Err(BuildError::new(format!(
                        "the entry {shown:?} of the servers to reach without a proxy (NO_PROXY) is not valid"
                    )));
                }
            }
        }
        Ok(Self(Some(Rules { matcher: matcher.no(everywhere.join(",")).build(), at_ports })))
    }

    pub(super) fn of(&self, target: &Uri) -> Option<Proxy> {
        let Rules { matcher, at_ports } = self.0.as_ref()?;
        let intercept = matcher.intercept(target)?;
        let default_port = if target.scheme_str() == Some("https") { 443 } else { 80 };
        let port = port_of(target.authority()?, default_port);
        let excepted = at_ports.iter().any(|(at, matcher)| Some(*at) == port && matcher.intercept(target).is_none());
        if excepted { None } else { Proxy::new(&intercept) }
    }
}

/// A proxy, without the words that could leak: no `Debug`.
pub(super) struct Proxy {
    /// Scheme, host and port; no user.
    pub(super) uri: Uri,
    pub(super) protocol: Protocol,
}

pub(super) enum Protocol {
    Http { authorization: Option<HeaderValue> },
    Socks5 { resolve_here: bool, login: Option<(String, String)> },
}

impl Proxy {
    fn new(intercept: &Intercept) -> Option<Self> {
        let uri = intercept.uri().clone();
        let protocol = match uri.scheme_str()? {
            "http" | "https" => Protocol::Http { authorization: intercept.basic_auth().cloned() },
            scheme @ ("socks5" | "socks5h") => {
                let login = intercept.raw_auth().map(|(user, password)| (user.to_owned(), password.to_owned()));
                if login.as_ref().is_some_and(|(user, password)| user.len() > 255 || password.len() > 255) {
                    return None;
                }
                Protocol::Socks5 { resolve_here: scheme == "socks5", login }
            }
            _ => return None,
        };
        let default_port = match uri.scheme_str()? {
            "http" => 80,
            "https" => 443,
            _ => 1080,
        };
        Some(Self { uri: with_port(&uri, default_port)?, protocol })
    }

    /// How the proxy is named in errors.
    pub(super) fn name(&self) -> String {
        let authority = self.uri.authority().map_or("", Authority::as_str);
        format!("{}://{authority}", self.uri.scheme_str().unwrap_or_default())
    }
}

/// The same URI with its port spelled out: the proxy protocols would take 443 for a missing one.
pub(super) fn with_port(uri: &Uri, default_port: u16) -> Option<Uri> {
    let port = port_of(uri.authority()?, default_port)?;
    let mut parts = uri.clone().into_parts();
    parts.authority = Some(format!("{}:{port}", uri.host()?).parse().ok()?);
    parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
    Uri::from_parts(parts).ok()
}

/// The proxy of a URL, if it is one we can go through.
fn parse(url: &str) -> Option<Proxy> {
    let matcher = Matcher::builder().all(url.to_owned()).build();
    let proxy = Proxy::new(&matcher.intercept(&Uri::from_static("http://server.invalid/"))?)?;
    proxy.uri.host().is_some_and(|host| !host.is_empty()).then_some(proxy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(settings: &ProxySettings, target: &'static str) -> Option<String> {
        settings.proxies().unwrap().of(&Uri::from_static(target)).map(|proxy| proxy.name())
    }

    #[test]
    fn variables() {
        let settings = |pairs: &[(&'static str, &'static str)]| ProxySettings::from_variables(pairs.iter().copied());
        let https = "https://acme.example/";
        for (variables, target, expected) in [
            (&[][..], https, None),
            (&[("HTTPS_PROXY", "http://p:1")], https, Some("http://p:1")),
            (&[("https_proxy", "http://p:1")], https, Some("http://p:1")),
            (&[("HTTPS_PROXY", "http://p:1"), ("https_proxy", "http://q:1")], https, Some("http://p:1")),
            (&[("HTTPS_PROXY", ""), ("https_proxy", "http://q:1")], https, None),
            (&[("HTTP_PROXY", "http://p:1")], https, None),
            (&[("HTTP_PROXY", "http://p:1")], "http://acme.example/", Some("http://p:1")),
            (&[("ALL_PROXY", "socks5://p")], https, Some("socks5://p:1080")),
            (&[("ALL_PROXY", "socks5h://u:x@p:9")], "http://acme.example/", Some("socks5h://p:9")),
            (&[("ALL_PROXY", "http://a:1"), ("HTTPS_PROXY", "http://p")], https, Some("http://p:80")),
            (&[("HTTPS_PROXY", "p.example:3128")], https, Some("http://p.example:3128")),
            (&[("HTTPS_PROXY", "https://p")], https, Some("https://p:443")),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "acme.example")], https, None),
            (&[("HTTPS_PROXY", "http://p:1"), ("no_proxy", ".example")], https, None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "me.example")], https, Some("http://p:1")),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "*")], https, None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "x, *")], "https://10.1.2.3/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "10.0.0.0/8")], "https://10.1.2.3/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "x, [::1]")], "https://[::1]:9/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "x, ::1")], "https://[::1]:9/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "[::1]")], "https://[::2]/", Some("http://p:1")),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "::/0")], "https://[::1]/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "*.acme.example")], "https://x.acme.example/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "*.acme.example")], https, None),
            (
                &[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "*.acme.example")],
                "https://xacme.example/",
                Some("http://p:1"),
            ),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "acme.example.")], https, None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "*.example.")], https, None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "acme.example")], "https://x.acme.example./", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "acme.example:8443")], "https://acme.example:8443/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "acme.example:8443")], https, Some("http://p:1")),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "acme.example:443")], https, None),
            (&[("HTTP_PROXY", "http://p:1"), ("NO_PROXY", "acme.example:80")], "http://acme.example/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "x, *.example.:443")], https, None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "x:443")], https, Some("http://p:1")),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "10.1.2.3:9")], "https://10.1.2.3:9/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "[::1]:9")], "https://[::1]:9/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "[::1]:9")], "https://[::1]/", Some("http://p:1")),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "*:9")], "https://[::1]:9/", None),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "*:9")], https, Some("http://p:1")),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", ", ,")], https, Some("http://p:1")),
            (&[("HTTP_PROXY", "http://p:1"), ("REQUEST_METHOD", "GET")], "http://acme.example/", None),
            (&[("HTTP_PROXY", "http://p:1")], "http://127.0.0.1:9/", Some("http://p:1")),
        ] {
            assert_eq!(name(&settings(variables), target).as_deref(), expected, "{variables:?} {target}");
        }
    }

    #[test]
    fn an_explicit_proxy_serves_all_but_its_exceptions() {
        let settings = ProxySettings::explicit("http://u:hunter2@p:3128").no_proxy("acme.example,[::1]");
        assert_eq!(name(&settings, "https://other.example/").as_deref(), Some("http://p:3128"));
        assert_eq!(name(&settings, "http://other.example/").as_deref(), Some("http://p:3128"));
        assert_eq!(name(&settings, "https://x.acme.example/"), None);
        assert_eq!(name(&ProxySettings::none(), "https://other.example/"), None);
        assert_eq!(
            format!("{settings:?}"),
            "ProxySettings { proxy: http://p:3128, no_proxy: Some(\"acme.example,[::1]\") }"
        );
    }

    #[test]
    fn a_bad_proxy_is_an_error_that_keeps_the_password() {
        for url in ["ftp://u:hunter2@p", "http://u:hunter2@", "http://u:hunter2@p:port", "socks4://p", ""] {
            let error = ProxySettings::explicit(url).proxies().unwrap_err();
            assert_eq!(error.to_string(), "the proxy URL is not valid, or of an unknown scheme", "{url}");
            assert!(!format!("{error:?}{:?}", ProxySettings::explicit(url)).contains("hunter2"));
        }
        let error = ProxySettings::from_variables([("https_proxy", "ftp://u:hunter2@p")]).proxies().unwrap_err();
        assert_eq!(error.to_string(), "the variable HTTPS_PROXY holds no valid proxy URL, or one of an unknown scheme");
    }

    #[test]
    fn an_exception_that_cannot_be_read_is_an_error() {
        for entry in [
            "acme.example:https",
            "acme.example:",
            "[::1]:99999",
            "https://acme.example",
            "::g",
            "fe80::/10:8443",
            ":443",
            "*.",
        ] {
            let expected =
                format!("the entry {entry:?} of the servers to reach without a proxy (NO_PROXY) is not valid");
            let list = format!("localhost, {entry}");
            let explicit = ProxySettings::explicit("http://p:1").no_proxy(list.as_str());
            let variables = ProxySettings::from_variables([("HTTPS_PROXY", "http://p:1"), ("no_proxy", list.as_str())]);
            for settings in [explicit, variables] {
                assert_eq!(settings.proxies().unwrap_err().to_string(), expected);
            }
        }
        let url = ProxySettings::explicit("http://p:1").no_proxy("http://u:hunter2@acme.example:x");
        assert!(!format!("{:?}", url.proxies().unwrap_err()).contains("hunter2"));
        assert!(
            ProxySettings::from_variables([("NO_PROXY", "::g")]).proxies().is_ok(),
            "there is no proxy to except from"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf_8_is_an_error() {
        use std::os::unix::ffi::OsStringExt as _;
        for variable in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
            for set in [variable.to_owned(), variable.to_lowercase()] {
                let lookup = |name: &str| match name {
                    _ if name == set => Some(OsString::from_vec(b"http://hunter2@p\xff".to_vec())),
                    "HTTPS_PROXY" if variable == "NO_PROXY" => Some("http://p:1".into()),
                    _ => None,
                };
                let error = ProxySettings::from_environment().look_up(lookup).unwrap_err();
                assert_eq!(error.to_string(), format!("the variable {variable} is not UTF-8"));
                assert!(!format!("{error:?}").contains("hunter2"));
            }
        }
        let unread = |name: &str| match name {
            "NO_PROXY" => Some(OsString::from_vec(b"\xff".to_vec())),
            "HTTPS_PROXY" => Some("http://p:1".into()),
            _ => None,
        };
        assert!(ProxySettings::from_environment().no_proxy("acme.example").look_up(unread).is_ok());
    }

    #[test]
    fn a_port_is_always_spelled_out() {
        for (uri, expected) in [
            ("http://a/x?y", Some("http://a:80/x?y")),
            ("https://a:8443/", Some("https://a:8443/")),
            ("https://[::1]/", Some("https://[::1]:80/")),
            ("https://a:port/", None),
        ] {
            let uri = with_port(&Uri::from_static(uri), 80).map(|uri| uri.to_string());
            assert_eq!(uri.as_deref(), expected);
        }
    }

    #[test]
    fn a_socks_login_too_long_for_the_protocol_is_refused() {
        let url = format!("socks5://{}:x@p", "u".repeat(256));
        assert!(ProxySettings::explicit(url).proxies().is_err());
    }
}
