//! A core with a clock that stands still, and the ways to ask it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use tenable_emulator::Peer;
use tenable_emulator::clock::ManualClock;
use tenable_emulator::security_center::{KeyPair, SEED_PASSWORD, SecurityCenter, Settings};

pub(crate) use crate::support::{each, names, with, without};

/// Organization and id of a user.
pub(crate) type Who = (u64, u64);

pub(crate) const ADMIN: Who = (0, 1);
/// An administrator with a linked user.
pub(crate) const KIT: Who = (0, 2);
/// The first Security Manager of the first organization.
pub(crate) const MANAGER: Who = (1, 1);
pub(crate) const DEPUTY: Who = (1, 2);
/// A Security Analyst in group 1.
pub(crate) const AVERY: Who = (1, 3);
/// A Vulnerability Analyst in group 2.
pub(crate) const BLAKE: Who = (1, 4);
/// Has a role that manages roles and groups, is in group 1 and manages group 2.
pub(crate) const LEAD: Who = (1, 6);
pub(crate) const LOCKED: Who = (1, 7);
pub(crate) const LINKED: Who = (1, 8);
/// Signs in by LDAP.
pub(crate) const FRANKIE: Who = (1, 9);
pub(crate) const SOUTH_MANAGER: Who = (2, 1);

/// A password that is long enough.
pub(crate) const PASSWORD: &str = "Violet-Harbor-42";

pub(crate) struct Center {
    pub(crate) core: SecurityCenter,
    pub(crate) clock: Arc<ManualClock>,
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body as it came.
    pub(crate) text: String,
    /// The envelope; null for anything but JSON.
    pub(crate) envelope: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> u64 {
        self.envelope["error_code"].as_u64().unwrap()
    }

    pub(crate) fn message(&self) -> &str {
        self.envelope["error_msg"].as_str().unwrap()
    }

    pub(crate) fn response(&self) -> &Value {
        &self.envelope["response"]
    }

    /// `200`, or status and code, as in `403/147`.
    pub(crate) fn verdict(&self) -> String {
        if self.status == 200 { "200".to_owned() } else { format!("{}/{}", self.status, self.envelope["error_code"]) }
    }

    /// The value of the last session cookie that is set.
    pub(crate) fn cookie(&self) -> Option<String> {
        let last = self.headers.get_all("set-cookie").iter().next_back()?.to_str().unwrap();
        last.split(';').next()?.strip_prefix("TNS_SESSIONID=").map(ToOwned::to_owned)
    }
}

/// The two parts of a session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) token: u64,
    pub(crate) cookie: String,
}

impl Session {
    pub(crate) fn authorize(&self, request: Builder) -> Builder {
        request.header("X-SecurityCenter", self.token).header("Cookie", format!("TNS_SESSIONID={}", self.cookie))
    }
}

pub(crate) fn key_header(key: &KeyPair) -> String {
    format!("accesskey={}; secretkey={};", key.access_key, key.secret_key)
}

impl Center {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// With rules set from the start.
    pub(crate) fn with(rules: &[(&str, &str)]) -> Self {
        let settings =
            rules.iter().fold(Settings::new(), |settings, (rule, outcome)| settings.set(rule, outcome).unwrap());
        let clock = Arc::new(ManualClock::default());
        Self { core: SecurityCenter::new(settings, Arc::clone(&clock) as _), clock }
    }

    pub(crate) fn set(&self, rule: &str, outcome: &str) {
        self.core.set_rule(rule, outcome).unwrap();
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Sends a request with whatever headers it has; the path goes below `/rest`.
    pub(crate) fn send(&self, request: Builder, peer: Option<Peer>, body: Option<&Value>) -> Answer {
        let mut request = match body {
            Some(body) => request.header("content-type", "application/json").body(Bytes::from(body.to_string())),
            None => request.body(Bytes::new()),
        }
        .unwrap();
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        let response = self.core.handle(request).response;
        let text = String::from_utf8(response.body().to_vec()).unwrap();
        let envelope = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: response.status().as_u16(), headers: response.headers().clone(), text, envelope }
    }

    /// Asks with a user's key.
    pub(crate) fn ask(&self, who: Who, method: &str, path: &str, body: impl Into<Option<Value>>) -> Answer {
        let key = self.core.api_key(who.0, who.1).unwrap();
        let request = to(method, path).header("x-apikey", key_header(&key));
        self.send(request, None, body.into().as_ref())
    }

    /// Asks with a session.
    pub(crate) fn ask_in(&self, session: &Session, method: &str, path: &str, body: impl Into<Option<Value>>) -> Answer {
        self.send(session.authorize(to(method, path)), None, body.into().as_ref())
    }

    /// The `response` of a request that succeeds.
    #[track_caller]
    pub(crate) fn ok(&self, who: Who, method: &str, path: &str, body: impl Into<Option<Value>>) -> Value {
        let answer = self.ask(who, method, path, body);
        assert_eq!((answer.status, answer.code()), (200, 0), "{method} {path}: {}", answer.text);
        answer.response().clone()
    }

    #[track_caller]
    pub(crate) fn get(&self, who: Who, path: &str) -> Value {
        self.ok(who, "GET", path, None)
    }

    /// The message of a request that is refused with status 403 and this code.
    #[track_caller]
    pub(crate) fn refused(
        &self,
        code: u64,
        who: Who,
        method: &str,
        path: &str,
        body: impl Into<Option<Value>>,
    ) -> String {
        let answer = self.ask(who, method, path, body);
        assert_eq!((answer.status, answer.code()), (403, code), "{method} {path}: {}", answer.text);
        assert_eq!(answer.response(), "", "{method} {path}");
        answer.message().to_owned()
    }

    /// Tries to log in, with more in the body if need be.
    pub(crate) fn try_login(&self, username: &str, password: &str, more: &Value) -> Answer {
        let mut body = json!({ "username": username, "password": password });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.send(to("POST", "/token"), None, Some(&body))
    }

    #[track_caller]
    pub(crate) fn login(&self, username: &str) -> Session {
        let answer = self.try_login(username, SEED_PASSWORD, &Value::Null);
        session(&answer)
    }

    /// Creates a user in group 1 of the first organization, as its Security Manager.
    #[track_caller]
    pub(crate) fn create(&self, username: &str) -> Who {
        (1, id(&self.ok(MANAGER, "POST", "/user", new_user(username))))
    }
}

/// The session that an answer starts.
#[track_caller]
pub(crate) fn session(answer: &Answer) -> Session {
    assert_eq!(answer.status, 200, "{}", answer.text);
    Session { token: answer.response()["token"].as_u64().unwrap(), cookie: answer.cookie().unwrap() }
}

/// A request to a path below `/rest`.
pub(crate) fn to(method: &str, path: &str) -> Builder {
    Request::builder().method(method).uri(format!("/rest{path}"))
}

/// The least that a user of organization 1 needs.
pub(crate) fn new_user(username: &str) -> Value {
    json!({
        "username": username, "password": PASSWORD, "authType": "tns", "roleID": 4, "groupID": 1,
        "responsibleAssetID": -1
    })
}

/// The id of an object, which is a string on the wire.
#[track_caller]
pub(crate) fn id(object: &Value) -> u64 {
    object["id"].as_str().unwrap().parse().unwrap()
}
