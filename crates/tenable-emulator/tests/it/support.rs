//! What the tests share.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tenable_emulator::clock::ManualClock;
use tenable_emulator::identity_exposure::{IdentityExposure, Settings};
use tenable_emulator::{Emulator, RunningEmulator};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A password that fits the rule.
pub(crate) const PASSWORD: &str = "Violet-Harbor-42";

/// A core with a clock that stands still.
pub(crate) struct Instance {
    pub(crate) core: IdentityExposure,
    pub(crate) clock: Arc<ManualClock>,
    key: String,
}

impl Instance {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// With rules set from the start.
    pub(crate) fn with(rules: &[(&str, &str)]) -> Self {
        let settings =
            rules.iter().fold(Settings::new(), |settings, (rule, outcome)| settings.set(rule, outcome).unwrap());
        let clock = Arc::new(ManualClock::default());
        let core = IdentityExposure::new(settings, Arc::clone(&clock) as _);
        Self { key: core.api_key(), core, clock }
    }

    pub(crate) fn set(&self, rule: &str, outcome: &str) {
        self.core.set_rule(rule, outcome).unwrap();
    }

    /// Asks as the default administrator.
    pub(crate) fn ask(&self, method: &str, path: &str, body: impl Into<Option<Value>>) -> (u16, Value) {
        self.ask_with(Some(&self.key), method, path, body)
    }

    /// Asks as a user of the seed data, or one created since.
    pub(crate) fn ask_as(&self, user: u64, method: &str, path: &str, body: impl Into<Option<Value>>) -> (u16, Value) {
        self.ask_with(self.core.api_key_of(user).as_deref(), method, path, body)
    }

    pub(crate) fn ask_with(
        &self,
        key: Option<&str>,
        method: &str,
        path: &str,
        body: impl Into<Option<Value>>,
    ) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        let request = match body.into() {
            Some(body) => request.header("content-type", "application/json").body(Bytes::from(body.to_string())),
            None => request.body(Bytes::new()),
        };
        let response = self.core.handle(request.unwrap()).response;
        let body = match response.body() {
            empty if empty.is_empty() => Value::String(String::new()),
            bytes => serde_json::from_slice(bytes).unwrap(),
        };
        (response.status().as_u16(), body)
    }

    /// Asks as the administrator and expects this status.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16, method: &str, path: &str, body: impl Into<Option<Value>>) -> Value {
        let (found, body) = self.ask(method, path, body);
        assert_eq!(found, status, "{method} {path}: {body}");
        body
    }

    /// Creates a user and gives its id.
    pub(crate) fn create_user(&self, email: &str) -> u64 {
        let body = serde_json::json!([{ "name": "New", "email": email, "password": PASSWORD, "active": true }]);
        self.expect(201, "POST", "/api/users", body)[0]["id"].as_u64().unwrap()
    }

    /// Creates a role and gives its id.
    pub(crate) fn create_role(&self, name: &str) -> u64 {
        let body = serde_json::json!([{ "name": name, "description": "" }]);
        self.expect(201, "POST", "/api/roles", body)[0]["id"].as_u64().unwrap()
    }
}

/// A running emulator with a clock that stands still.
pub(crate) async fn start() -> RunningEmulator {
    Emulator::builder().clock(Arc::new(ManualClock::default())).start().await.unwrap()
}

/// The host and port of a URL.
pub(crate) fn authority(url: &str) -> &str {
    url.split("://").nth(1).unwrap()
}

/// A plain request to a running emulator's Identity Exposure.
pub(crate) fn request(emulator: &RunningEmulator, method: &str, path: &str, body: &str) -> Request<Full<Bytes>> {
    let endpoint = emulator.identity_exposure();
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", authority(&endpoint.url))
        .header("x-api-key", &endpoint.api_key)
        .header("content-type", "application/json")
        .body(Full::from(body.to_owned()))
        .unwrap()
}

/// Sends one request over a fresh plain connection.
pub(crate) async fn send(
    emulator: &RunningEmulator,
    method: &str,
    path: &str,
    body: &str,
) -> Result<Response<Bytes>, hyper::Error> {
    let stream = TcpStream::connect(authority(&emulator.identity_exposure().url)).await.unwrap();
    send_over(stream, request(emulator, method, path, body)).await
}

/// Sends one request over a connection.
pub(crate) async fn send_over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, hyper::Error> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let (head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    drop(sender);
    drop(connection);
    Ok(Response::from_parts(head, body))
}

/// The JSON of an answer that has this status.
#[track_caller]
pub(crate) fn json(response: &Response<Bytes>, status: StatusCode) -> Value {
    assert_eq!(response.status(), status, "{:?}", response.body());
    serde_json::from_slice(response.body()).unwrap()
}

/// What happens in a scene, as text: a status, or what else there is to see.
pub(crate) type Scene<I> = fn(&I) -> String;

/// What is to be seen under an outcome, unless that is the outcome itself.
pub(crate) type Seen = &'static [(&'static str, &'static str)];

/// Plays a scene for each rule, with a fresh instance under each of its outcomes.
pub(crate) fn play<I>(scenes: &[(&str, Scene<I>, Seen)], start: impl Fn(&[(&str, &str)]) -> I) {
    for (rule, scene, words) in scenes {
        let outcomes = tenable_emulator::rules().find(|known| known.name == *rule).unwrap().outcomes;
        for outcome in outcomes {
            let expected = words.iter().find(|(word, _)| word == outcome).map_or(*outcome, |(_, seen)| seen);
            assert_eq!(scene(&start(&[(rule, outcome)])), expected, "{rule}={outcome}");
        }
    }
}

/// Checks that each rule of a product has a scene.
pub(crate) fn check_completeness<I>(prefix: &str, scenes: &[(&str, Scene<I>, Seen)]) {
    let rules: BTreeSet<_> =
        tenable_emulator::rules().map(|rule| rule.name).filter(|name| name.starts_with(prefix)).collect();
    let scenes: BTreeSet<_> = scenes.iter().map(|(rule, ..)| *rule).collect();
    assert_eq!(scenes, rules);
}

/// A body with some fields set anew.
pub(crate) fn with(mut body: Value, fields: &Value) -> Value {
    body.as_object_mut().unwrap().extend(fields.as_object().cloned().unwrap());
    body
}

/// A body without a field.
pub(crate) fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut().unwrap().remove(field);
    body
}

/// A field of each object of a list.
#[track_caller]
pub(crate) fn each(list: &Value, field: &str) -> Vec<String> {
    let texts = list.as_array().unwrap().iter().map(|item| &item[field]);
    texts.map(|value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)).collect()
}

/// The names of an object's fields, sorted.
#[track_caller]
pub(crate) fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
