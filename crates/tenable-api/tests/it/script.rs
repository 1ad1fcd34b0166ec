use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use tenable_api::Builder;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::{Settings, VulnerabilityManagement};
use tenable_transport::{NoJitter, StackSettings, Transport, TransportError, TransportErrorKind};

/// What a request meets.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Status(u16, &'static str),
    Header(u16, &'static str, &'static str),
    Response(Response<Bytes>),
    Failure(TransportErrorKind),
}

/// Answers requests in order, the last answer again and again, and keeps the requests.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    requests: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.into_iter().collect())), requests: Arc::default() }
    }

    /// A client over this script, with waits that are exact.
    pub(crate) fn client(&self) -> IdentityExposure {
        let mut settings = StackSettings::default();
        settings.jitter = Arc::new(NoJitter);
        IdentityExposure::builder()
            .url("https://tie.example.com")
            .api_key("first-key")
            .stack_settings(settings)
            .transport(tenable_transport::SharedTransport::new(self.clone()))
            .build()
            .unwrap()
    }

    /// A client of Security Center over this script, with an API key and waits that are exact.
    pub(crate) fn security_center(&self) -> SecurityCenter {
        let mut settings = StackSettings::default();
        settings.jitter = Arc::new(NoJitter);
        SecurityCenter::builder()
            .url("https://sc.example.com")
            .api_key("access", "secret")
            .stack_settings(settings)
            .transport(tenable_transport::SharedTransport::new(self.clone()))
            .build()
            .unwrap()
    }

    /// What becomes a client of Vulnerability Management over this script, before it has keys, with waits that are exact.
    pub(crate) fn vulnerability_management_builder(&self) -> Builder<Settings> {
        let mut settings = StackSettings::default();
        settings.jitter = Arc::new(NoJitter);
        let transport = tenable_transport::SharedTransport::new(self.clone());
        VulnerabilityManagement::builder().stack_settings(settings).transport(transport)
    }

    /// A client of Vulnerability Management over this script.
    pub(crate) fn vulnerability_management(&self) -> VulnerabilityManagement {
        self.vulnerability_management_builder().api_key("access-aaaa", "secret-bbbb").build().unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<Request<Bytes>> {
        self.requests.lock().unwrap().clone()
    }

    /// Method, path and body of each request.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests()
            .iter()
            .map(|request| {
                let body = String::from_utf8_lossy(request.body()).into_owned();
                format!("{} {} {body}", request.method(), request.uri().path()).trim_end().to_owned()
            })
            .collect()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.requests.lock().unwrap().push(request);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        match answer.expect("the script has an answer") {
            Answer::Status(status, body) => Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap()),
            Answer::Header(status, name, value) => {
                Ok(Response::builder().status(status).header(name, value).body(Bytes::new()).unwrap())
            }
            Answer::Response(response) => Ok(response),
            Answer::Failure(kind) => Err(TransportError::new(kind)),
        }
    }
}
