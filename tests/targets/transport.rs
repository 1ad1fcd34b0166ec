//! What the network and the settings of it are read from: headers, addresses, proxies, certificates.

use std::sync::OnceLock;
use std::time::{Duration, UNIX_EPOCH};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue};
use secrecy::SecretString;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_transport::{
    HyperTransport, NeverTransport, Origin, ProxySettings, SharedTransport, TlsSettings, retry_after,
};

use super::{Target, choice, chosen};
use crate::CoreTransport;

pub(super) const WAITS: Target = Target {
    name: "retry_after",
    about: "the header Retry-After; a date in the past is no wait, and digits are seconds",
    run: waits,
    seeds: || {
        ["120", "0", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:50:37 GMT", "Sun Nov  6 08:50:37 1994"]
            .map(Into::into)
            .into()
    },
    cost: 1,
};

pub(super) const URLS: Target = Target {
    name: "urls",
    about: "addresses of the products and origins; the client's address is read as itself, and no error repeats what may be a password",
    run: urls,
    seeds: seeds_of_urls,
    cost: 4,
};

pub(super) const PROXIES: Target = Target {
    name: "proxies",
    about: "URLs of proxies, and NO_PROXY; neither errors nor Debug repeat the password",
    run: proxies,
    seeds: seeds_of_proxies,
    cost: 4,
};

pub(super) const CERTIFICATES: Target = Target {
    name: "certificates",
    about: "PEM bundles of certificates, client certificates and keys; no error repeats a line of them",
    run: certificates,
    seeds: seeds_of_certificates,
    cost: 4,
};

fn waits(input: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(input) else { return };
    let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
    let wait = retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value.clone())]), now);
    let text = value.to_str().unwrap_or_default().trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    assert!(wait.is_some() || !is_number, "{text:?} is a number of seconds");
    if let Ok(seconds) = text.parse::<u64>() {
        assert!(!is_number || wait == Some(Duration::from_secs(seconds)), "{text:?} is read as {wait:?}");
    }
}

fn urls(input: &[u8]) {
    let Some((product, text)) = choice(input, 3) else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    if let Ok(origin) = text.parse::<Origin>() {
        assert_eq!(origin.to_string().parse().ok(), Some(origin), "{text:?}");
    }
    let transport = SharedTransport::new(NeverTransport);
    let built = match product {
        0 => IdentityExposure::builder()
            .url(text)
            .api_key("key")
            .transport(transport)
            .build()
            .map(|client| client.client().clone()),
        1 => {
            let builder = SecurityCenter::builder().url(text).api_key("access", "secret").transport(transport);
            builder.build().map(|client| client.client().clone())
        }
        _ => {
            let builder = VulnerabilityManagement::builder().url(text).api_key("access", "secret").transport(transport);
            builder.build().map(|client| client.client().clone())
        }
    };
    match built {
        Ok(client) => {
            let url = client.url();
            let (given, kept) = (text.trim().parse::<Origin>().ok(), url.parse::<Origin>().ok());
            assert!(kept.is_some() && given == kept, "{text:?} becomes {url}");
            assert!(!url.contains(['@', '?', '#']), "{text:?} becomes {url}");
        }
        Err(error) => {
            let (shown, password) = (format!("{error} {error:?}"), password_of(text));
            assert!(password.is_none_or(|password| !shown.contains(password)), "{text:?}: {shown}");
        }
    }
}

/// What stands where a password would, if it can be told from the rest.
fn password_of(url: &str) -> Option<&str> {
    let (user_info, host) = url.rsplit_once('@')?;
    let (_, password) =
        user_info.split_once("://").map_or(("", user_info), |(_, rest)| rest.split_once(':').unwrap_or(("", rest)));
    let known = "the URL cannot be used: …@ it holds credentials; give the API key apart from it neither https nor http \
                 there is an @ in its path: write the scheme once, and leave credentials out";
    (password.len() > 5 && !host.contains(password) && !known.contains(password)).then_some(password)
}

fn seeds_of_urls() -> Vec<Vec<u8>> {
    let urls = [
        "https://acme.tenable.ad",
        "https://acme.tenable.ad/api/",
        "https://gate.example.com:8443/tie/api",
        "HTTPS://ACME.example",
        "http://127.0.0.1:8080",
        "http://[::1]:8080/rest",
        "https://me:Violet-Harbor-42@acme.example",
        "acme.example",
        "ftp://acme.example",
        "https://acme.example/?apikey=x",
        "https://acme.example#x",
        "https://acme.example:99999",
        " https://acme.example/ ",
        "https://",
        "https://[::1",
        "https://b\u{fc}cher.example",
        "https://acme.example/%2e%2e/api",
    ];
    (0..3).flat_map(|product| urls.map(|url| chosen(product, url))).collect()
}

/// Makes a transport that verifies nothing, so that the platform's certificates need not be read.
fn transport(proxy: ProxySettings) -> Result<HyperTransport, tenable_transport::BuildError> {
    HyperTransport::builder().tls(TlsSettings::platform().dangerous_accept_any_certificate()).proxy(proxy).build()
}

/// A URL, and a list of exceptions on the second line.
fn proxies(input: &[u8]) {
    let Some((source, text)) = choice(input, 2) else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let (url, list) = text.split_once('\n').unwrap_or((text, ""));
    let settings = match source {
        0 => ProxySettings::explicit(url).no_proxy(list),
        _ => ProxySettings::from_variables([("HTTPS_PROXY", url), ("NO_PROXY", list)]),
    };
    let shown = format!("{settings:?}");
    let built = match transport(settings) {
        Ok(transport) => format!("{transport:?}"),
        Err(error) => format!("{error} {error:?}"),
    };
    // The list is no secret.
    let password = password_of(url).filter(|password| !list.contains(password));
    if let Some(password) = password {
        assert!(!shown.contains(password) && !built.contains(password), "{url:?}: {shown} {built}");
    }
}

fn seeds_of_proxies() -> Vec<Vec<u8>> {
    let texts = [
        "http://proxy.example:3128\nlocalhost,.example,10.0.0.0/8",
        "https://me:Violet-Harbor-42@proxy.example\n*",
        "socks5://p\n[::1]:8443,::1",
        "socks5h://u:Violet-Harbor-42@[::1]:9\n*.acme.example,acme.example.",
        "proxy.example\nhttp://x",
        "://\n:",
        "http://u%40:p%3a%0aViolet@p:1\n10.0.0.0/33",
        "http://p:99999\nx:y",
        "\n",
    ];
    (0..2).flat_map(|source| texts.map(|text| chosen(source, text))).collect()
}

fn certificates(input: &[u8]) {
    let Some((place, pem)) = choice(input, 3) else { return };
    let tls = match place {
        0 => TlsSettings::only(pem),
        1 => TlsSettings::platform()
            .dangerous_accept_any_certificate()
            .client_certificate(pem, SecretString::from(pair().1.clone())),
        _ => {
            let key = SecretString::from(String::from_utf8_lossy(pem).into_owned());
            TlsSettings::platform().dangerous_accept_any_certificate().client_certificate(pair().0.clone(), key)
        }
    };
    let debug = format!("{tls:?}");
    let error = HyperTransport::builder().tls(tls).proxy(ProxySettings::none()).build().err();
    let shown = error.map(|error| everything_of(&error)).unwrap_or_default() + &debug;
    let text = String::from_utf8_lossy(pem);
    // Base64 of a key or of a certificate, by its look.
    let lines =
        text.lines().map(str::trim).filter(|line| line.len() >= 24 && !line.starts_with('-') && !line.contains(' '));
    for line in lines {
        assert!(!shown.contains(line), "a line of the text shows: {shown}");
    }
}

fn everything_of(error: &(dyn std::error::Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(|error| format!("{error} {error:?}")).collect::<Vec<_>>().join(" ")
}

fn seeds_of_certificates() -> Vec<Vec<u8>> {
    let (certificate, key) = pair();
    let both = format!("{certificate}{key}");
    let texts = [
        certificate.as_str(),
        key,
        &both,
        "",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "Bag Attributes\n",
        "0\u{82}\u{1}",
    ];
    (0..3).flat_map(|place| texts.map(|text| chosen(place, text))).collect()
}

/// A certificate and its key, made anew in each process.
fn pair() -> &'static (String, String) {
    static PAIR: OnceLock<(String, String)> = OnceLock::new();
    PAIR.get_or_init(|| {
        let core = CoreTransport::security_center(&[]).core;
        let certificate = core.issue_client_certificate("localhost").expect("a certificate can be made");
        (certificate.certificate_pem, certificate.private_key_pem)
    })
}
