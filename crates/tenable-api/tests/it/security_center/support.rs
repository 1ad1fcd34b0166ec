//! A scripted server, and the answers it gives.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use tenable_api::Builder;
use tenable_api::security_center::{SecurityCenter, Settings};
use tenable_transport::{NoJitter, SharedTransport, StackSettings, Transport, TransportError, TransportErrorKind};

pub(super) const PASSWORD: &str = "Violet-Harbor-42";
pub(super) const EXPIRED: &str = "The request contains an invalid token.";

/// What a request meets.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Answer(Response<Bytes>),
    /// An answer that takes that many milliseconds.
    Slow(u64, Response<Bytes>),
    Failure(TransportErrorKind),
}

impl From<Response<Bytes>> for Reply {
    fn from(response: Response<Bytes>) -> Self {
        Self::Answer(response)
    }
}

impl Reply {
    /// The same answer after that many milliseconds.
    pub(super) fn after(self, milliseconds: u64) -> Self {
        match self {
            Self::Answer(response) | Self::Slow(_, response) => Self::Slow(milliseconds, response),
            Self::Failure(_) => self,
        }
    }
}

/// Any body, as it is.
pub(super) fn raw(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder().status(status).body(body.into()).unwrap()
}

pub(super) fn envelope(status: u16, code: i64, message: &str, payload: &str) -> Response<Bytes> {
    let message = serde_json::Value::from(message);
    raw(
        status,
        format!(
            r#"{{"type":"regular","response":{payload},"error_code":{code},"error_msg":{message},"warnings":[],"timestamp":1612341234}}"#
        ),
    )
}

pub(super) fn ok(payload: &str) -> Reply {
    envelope(200, 0, "", payload).into()
}

/// Success without a value.
pub(super) fn done() -> Reply {
    ok(r#""""#)
}

/// Success with an empty list.
pub(super) fn none() -> Reply {
    ok("[]")
}

pub(super) fn refusal(status: u16, code: i64, message: &str) -> Response<Bytes> {
    envelope(status, code, message, r#""""#)
}

/// The session is over.
pub(super) fn expired() -> Reply {
    refusal(403, 12, EXPIRED).into()
}

pub(super) fn with_header(mut response: Response<Bytes>, name: &'static str, value: &str) -> Response<Bytes> {
    response.headers_mut().append(name, value.parse().unwrap());
    response
}

/// The answer to a sign-in: this token, and a cookie made from it.
pub(super) fn session(token: u32) -> Reply {
    let response = envelope(200, 0, "", &format!(r#"{{"token":{token}}}"#));
    with_header(response, "set-cookie", &format!("TNS_SESSIONID=5f2b{token}; path=/; secure; HttpOnly")).into()
}

/// The answer to a sign-in of an account that has as many sessions as it may have.
pub(super) fn full() -> Reply {
    ok(r#"{"releaseSession":true}"#)
}

/// Answers sign-ins from one list and everything else from another, and keeps the requests.
pub(super) struct Server {
    sign_ins: Mutex<VecDeque<Reply>>,
    replies: Mutex<VecDeque<Reply>>,
    requests: Mutex<Vec<Request<Bytes>>>,
}

impl fmt::Debug for Server {
    // What came holds secrets, and is none of the client's Debug.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

impl Server {
    pub(super) fn new(
        sign_ins: impl IntoIterator<Item = Reply>,
        replies: impl IntoIterator<Item = Reply>,
    ) -> Arc<Self> {
        let queue = |replies: Vec<Reply>| Mutex::new(VecDeque::from(replies));
        let (sign_ins, replies) = (sign_ins.into_iter().collect(), replies.into_iter().collect());
        Arc::new(Self { sign_ins: queue(sign_ins), replies: queue(replies), requests: Mutex::default() })
    }

    /// A client before it has a way to sign in, with waits that are exact.
    pub(super) fn builder(self: &Arc<Self>) -> Builder<Settings> {
        let mut settings = StackSettings::default();
        settings.jitter = Arc::new(NoJitter);
        let transport: Arc<dyn Transport> = self.clone();
        let builder = SecurityCenter::builder().url("https://sc.example.com").stack_settings(settings);
        builder.transport(SharedTransport::from(transport))
    }

    /// A client that signs in with this password, or with an API key.
    pub(super) fn client(self: &Arc<Self>, password: Option<&str>) -> SecurityCenter {
        let builder = match password {
            Some(password) => self.builder().login("ann", password),
            None => self.builder().api_key("access-aaaa", "secret-bbbb"),
        };
        builder.build().unwrap()
    }

    pub(super) fn requests(&self) -> Vec<Request<Bytes>> {
        self.requests.lock().unwrap().clone()
    }

    /// Method and address of each request, from the path on.
    pub(super) fn lines(&self) -> Vec<String> {
        self.requests().iter().map(|request| format!("{} {}", request.method(), path(request))).collect()
    }

    /// How often this request came.
    pub(super) fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|came| *came == line).count()
    }

    /// The body of each sign-in.
    pub(super) fn sign_in_bodies(&self) -> Vec<String> {
        let requests = self.requests();
        let sign_ins = requests.iter().filter(|request| signs_in(request));
        sign_ins.map(|request| String::from_utf8(request.body().to_vec()).unwrap()).collect()
    }
}

fn path(request: &Request<Bytes>) -> &str {
    request.uri().path_and_query().unwrap().as_str()
}

fn signs_in(request: &Request<Bytes>) -> bool {
    request.method() == "POST" && request.uri().path().ends_with("/rest/token")
}

/// The value of a header, if it is there once.
pub(super) fn header<'a>(request: &'a Request<Bytes>, name: &str) -> Option<&'a str> {
    let mut values = request.headers().get_all(name).iter();
    let value = values.next()?;
    assert!(values.next().is_none(), "{name} comes twice");
    Some(value.to_str().unwrap())
}

#[async_trait]
impl Transport for Server {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let queue = if signs_in(&request) { &self.sign_ins } else { &self.replies };
        let line = format!("{} {}", request.method(), path(&request));
        self.requests.lock().unwrap().push(request);
        let reply = queue.lock().unwrap().pop_front();
        match reply.unwrap_or_else(|| panic!("the script has no answer to {line}")) {
            Reply::Answer(response) => Ok(response),
            Reply::Slow(milliseconds, response) => {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                Ok(response)
            }
            Reply::Failure(kind) => Err(TransportError::new(kind)),
        }
    }
}
