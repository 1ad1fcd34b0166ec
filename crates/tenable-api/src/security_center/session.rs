//! Signing in: by key, by name and password, or by client certificate; and the session that the last two open.
//!
//! Sources: vendor's API pages, recorded exchanges, source of existing clients.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{COOKIE, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tenable_model::security_center::Token;
use tenable_transport::{
    Authorize, CallContext, Classify, ClassifyByStatus, Outcome, SharedTransport, Transport as _, TransportError,
    retry_after,
};

use super::envelope::{Head, HeadFound};
use super::gate::Gate;
use super::refusal::{Circumstances, refusal};
use super::{ChangeOwnPassword, CreateToken, DeleteToken, GetSystem, SwitchUser};
use crate::base_url::BaseUrl;
use crate::client::{Dialect, Notes};
use crate::error::{Refusal, SignInError};
use crate::key_pair::KeyPair;
use crate::redaction::Redaction;
use crate::{BuildError, Effect, Error, ErrorKind, Operation, OperationMeta};

const API_KEY: HeaderName = HeaderName::from_static("x-apikey");
const TOKEN: HeaderName = HeaderName::from_static("x-securitycenter");
const COOKIE_NAME: &str = "TNS_SESSIONID";

/// Longest answer that is looked at before its value is read; refusals are short, and lists are gone through once.
const LONGEST_REFUSAL: usize = 4096;

/// How a client proves who it is.
pub(super) enum SignIn {
    /// With each call.
    ApiKey(KeyPair),
    /// Once, for a session.
    Password { username: String, password: Mutex<SecretString>, release_session: bool },
    /// By the connection itself, for a session.
    Certificate,
}

impl SignIn {
    pub(super) fn api_key(access_key: &SecretString, secret_key: &SecretString) -> Result<Self, BuildError> {
        let layout = |access: &str, secret: &str| format!("accesskey={access}; secretkey={secret};");
        KeyPair::new(access_key, secret_key, layout).map(Self::ApiKey)
    }

    pub(super) fn password(
        username: String,
        password: SecretString,
        release_session: bool,
    ) -> Result<Self, BuildError> {
        if username.trim().is_empty() {
            return Err(BuildError::new("the user name is empty"));
        }
        if password.expose_secret().is_empty() {
            return Err(BuildError::new("the password is empty"));
        }
        Ok(Self::Password { username, password: Mutex::new(password), release_session })
    }
}

/// An open session.
struct Open {
    generation: u64,
    token: HeaderValue,
    cookie: HeaderValue,
    secrets: [SecretString; 2],
}

#[derive(Default)]
struct State {
    /// Counts the sessions that were opened.
    generation: u64,
    open: Option<Arc<Open>>,
    /// The session became another account's, or may have.
    switched: bool,
    /// The session that was sent to be switched, until the answer is known.
    switching: Option<u64>,
    /// The newest session that was sent to be ended.
    ending: u64,
    /// Counts the attempts to sign in that have ended.
    attempts: u64,
    /// Why the last one was refused.
    refused: Option<SignInError>,
}

/// The way to sign in, and the session of a client and all its clones.
pub(super) struct Session {
    sign_in: SignIn,
    base: BaseUrl,
    state: Mutex<State>,
    /// One attempt to sign in at a time.
    gate: Gate,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match &self.sign_in {
            SignIn::ApiKey(_) => "API key",
            SignIn::Password { .. } => "password",
            SignIn::Certificate => "client certificate",
        };
        f.debug_struct("Session").field("sign_in", &way).field("open", &self.is_open()).finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn new(sign_in: SignIn, base: BaseUrl) -> Self {
        Self { sign_in, base, state: Mutex::default(), gate: Gate::default() }
    }

    fn is_open(&self) -> bool {
        self.generation().is_some()
    }

    /// Which session is open.
    pub(super) fn generation(&self) -> Option<u64> {
        self.state().open.as_ref().map(|open| open.generation)
    }

    /// That session, and any that was sent to be ended, is not used any more; the next call that needs one opens another.
    ///
    /// One that a call opened meanwhile stays: nobody would end it.
    pub(super) fn forget(&self, generation: u64) {
        let mut state = self.state();
        let newest = generation.max(state.ending);
        if state.open.as_ref().is_some_and(|open| open.generation <= newest) {
            state.open = None;
            state.switched = false;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_api_key(&self) -> bool {
        matches!(self.sign_in, SignIn::ApiKey(_))
    }

    /// A session that is newer than that generation, which is opened if there is none.
    async fn newer_than(&self, generation: u64, context: &Context<'_>) -> Result<Arc<Open>, TransportError> {
        let newer = |state: &State| state.open.clone().filter(|open| open.generation > generation);
        let attempts_before = {
            let state = self.state();
            if let Some(open) = newer(&state) {
                return Ok(open);
            }
            state.attempts
        };
        let _alone = self.gate.enter().await;
        {
            let state = self.state();
            if let Some(open) = newer(&state) {
                return Ok(open);
            }
            if state.switched {
                return Err(SignInError::new(
                    ErrorKind::SessionExpired,
                    "it belonged, or may have belonged, to the account that was switched to, which the client cannot sign in as; close() \
                     and begin anew",
                )
                .into());
            }
            // Whoever waited for an attempt that was refused would be refused as well, and count as another wrong password.
            if let Some(refused) = state.refused.as_ref().filter(|_| state.attempts > attempts_before) {
                return Err(refused.clone().into());
            }
        }
        let signed_in = self.sign_in(context).await;
        let mut state = self.state();
        state.attempts += 1;
        state.refused = signed_in.as_ref().err().and_then(SignInError::of).cloned();
        let (token, cookie) = signed_in?;
        state.generation += 1;
        let secrets = [token.clone(), cookie.clone()];
        let open = Arc::new(Open {
            generation: state.generation,
            token: header(token.expose_secret(), "token")?,
            cookie: header(&format!("{COOKIE_NAME}={}", cookie.expose_secret()), "session cookie")?,
            secrets,
        });
        state.open = Some(open.clone());
        Ok(open)
    }

    /// Token and cookie of a new session.
    async fn sign_in(&self, context: &Context<'_>) -> Result<(SecretString, SecretString), TransportError> {
        match &self.sign_in {
            SignIn::ApiKey(_) => Err(SignInError::new(ErrorKind::Other, "an API key opens no session").into()),
            SignIn::Certificate => {
                let answer = self.ask(&GetSystem::new(), context).await?;
                if answer.token.token.is_none() {
                    return Err(SignInError::new(
                        ErrorKind::Unauthenticated,
                        "the server gave no token for the client certificate: it is bound to no user, was not asked for, or this \
                         version of the server gives none (seen on 6.5.1)",
                    )
                    .into());
                }
                answer.session()
            }
            SignIn::Password { username, password, release_session } => {
                let password = password.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let request = CreateToken::new(username, password);
                let mut answer = self.ask(&request, context).await?;
                if answer.at_the_limit() && *release_session {
                    answer = self.ask(&request.release_session(true), context).await?;
                }
                if answer.at_the_limit() {
                    let message = "signing in would end another session of the account";
                    return Err(SignInError::new(ErrorKind::SessionLimit, message).into());
                }
                answer.session()
            }
        }
    }

    /// Sends a request of signing in, once.
    async fn ask<O: Operation>(&self, operation: &O, context: &Context<'_>) -> Result<Answer, TransportError> {
        let meta = O::META;
        let unusable = |text: String| SignInError::new(ErrorKind::InvalidInput, text);
        let mut request = operation.request().map_err(|error| unusable(error.to_string()))?;
        let path = request.uri().path().to_owned();
        let address = path.try_into().map_err(http::Error::from).and_then(|path| self.base.join(path));
        *request.uri_mut() = address.map_err(|error| unusable(error.to_string()))?;
        if let Some(user_agent) = context.user_agent {
            request.headers_mut().insert(USER_AGENT, user_agent.clone());
        }
        let call = CallContext::new(meta.id, meta.path, meta.idempotency).with_anonymous(true).with_sensitive(true);
        request.extensions_mut().insert(call);
        let body = request.body().clone();
        let response = context.below.send(request).await?;

        let head = Head::read(response.body());
        let circumstances = Circumstances { method: &meta.method, api_key: false, signs_in: true };
        if let Some(as_it_came) = refusal(head.as_ref(), &response, circumstances) {
            let shown = Redaction::new(meta, &body, &self.credentials()).apply(meta, &response);
            let head = Head::read(shown.body());
            let refusal = refusal(head.as_ref(), &shown, circumstances).unwrap_or_default();
            return Err(refused(as_it_came.kind(response.status()), &refusal, &shown).into());
        }
        let token = super::envelope::json::<Token>(meta, &response).map_err(|_| {
            SignInError::new(ErrorKind::Unreadable, "the answer to the sign-in is no answer of Security Center")
        })?;
        Ok(Answer { token, cookie: cookie(response.headers()) })
    }

    fn credentials(&self) -> Vec<SecretString> {
        let mut secrets = match &self.sign_in {
            SignIn::ApiKey(pair) => pair.secrets().to_vec(),
            SignIn::Password { password, .. } => {
                vec![password.lock().unwrap_or_else(PoisonError::into_inner).clone()]
            }
            SignIn::Certificate => Vec::new(),
        };
        if let Some(open) = &self.state().open {
            secrets.extend(open.secrets.iter().cloned());
        }
        secrets
    }
}

/// What a sign-in takes from the call that needs it.
struct Context<'a> {
    below: &'a SharedTransport,
    user_agent: Option<&'a HeaderValue>,
}

/// The answer to a sign-in.
struct Answer {
    token: Token,
    cookie: Option<SecretString>,
}

impl Answer {
    fn at_the_limit(&self) -> bool {
        self.token.token.is_none() && self.token.release_session == Some(true)
    }

    fn session(self) -> Result<(SecretString, SecretString), TransportError> {
        self.token.token.zip(self.cookie).ok_or_else(|| {
            let message = "the server took the credentials and gave no token, or no session cookie";
            SignInError::new(ErrorKind::Unreadable, message).into()
        })
    }
}

/// A sign-in that the server refused.
fn refused(kind: ErrorKind, refusal: &Refusal, response: &Response<Bytes>) -> SignInError {
    let message = refusal.message.clone().unwrap_or_else(|| "the server did not say why".to_owned());
    let message = format!("signing in failed: {message}");
    SignInError {
        kind,
        status: Some(response.status()),
        code: refusal.code.clone(),
        message,
        retry_after: retry_after(response.headers(), SystemTime::now()),
    }
}

/// The session cookie that an answer sets. It may come twice; the last one counts.
fn cookie(headers: &HeaderMap) -> Option<SecretString> {
    let cookies = headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut values = cookies.filter_map(|cookie| {
        let (name, value) = cookie.split(';').next()?.split_once('=')?;
        (name.trim() == COOKIE_NAME).then(|| value.trim())
    });
    values.next_back().filter(|value| !value.is_empty()).map(SecretString::from)
}

fn header(value: &str, name: &str) -> Result<HeaderValue, TransportError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        SignInError::new(ErrorKind::Unreadable, format!("the {name} holds characters that a header cannot hold"))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Which operation a request is for.
fn operation(request: &Request<Bytes>) -> &'static str {
    request.extensions().get::<CallContext>().map_or("", |context| context.operation)
}

/// Attaches the key, or the session.
#[derive(Debug)]
pub(super) struct SessionAuthorization(pub(super) Arc<Session>);

impl SessionAuthorization {
    async fn newer_than(
        &self,
        stale: u64,
        request: &Request<Bytes>,
        below: &SharedTransport,
    ) -> Result<Arc<Open>, TransportError> {
        let context = Context { below, user_agent: request.headers().get(USER_AGENT) };
        self.0.newer_than(stale, &context).await
    }
}

#[async_trait]
impl Authorize for SessionAuthorization {
    async fn authorize(&self, request: &mut Request<Bytes>, below: &SharedTransport) -> Result<u64, TransportError> {
        if let SignIn::ApiKey(pair) = &self.0.sign_in {
            request.headers_mut().insert(API_KEY, pair.header());
            return Ok(0);
        }
        let operation = operation(request);
        if operation == DeleteToken::META.id {
            let state = self.0.state();
            if state.open.is_none() && state.ending > 0 {
                return Err(SignInError::new(ErrorKind::SessionExpired, "it was ended already").into());
            }
        }
        let open = self.newer_than(0, request, below).await?;
        if operation == DeleteToken::META.id {
            let mut state = self.0.state();
            state.ending = state.ending.max(open.generation);
        } else if operation == SwitchUser::META.id {
            self.0.state().switching = Some(open.generation);
        }
        request.headers_mut().insert(TOKEN, open.token.clone());
        request.headers_mut().insert(COOKIE, open.cookie.clone());
        Ok(open.generation)
    }

    async fn refresh(
        &self,
        refused: &Request<Bytes>,
        stale_generation: u64,
        below: &SharedTransport,
    ) -> Result<bool, TransportError> {
        let operation = operation(refused);
        // A session that is over needs no sign-in to be ended.
        if self.0.is_api_key() || operation == DeleteToken::META.id {
            return Ok(false);
        }
        if operation == SwitchUser::META.id {
            self.0.state().switching.take_if(|generation| *generation == stale_generation);
        }
        self.newer_than(stale_generation, refused, below).await.map(|_| true)
    }
}

/// 403 may mean that the session is over, or that the server was busy for a moment.
#[derive(Debug)]
pub(super) struct ClassifySecurityCenter(pub(super) Arc<Session>);

impl Classify for ClassifySecurityCenter {
    fn classify(&self, response: &Response<Bytes>) -> Outcome {
        let (by_status, status) = (ClassifyByStatus.classify(response), response.status());
        if by_status != Outcome::Final || response.body().len() > LONGEST_REFUSAL {
            return by_status;
        }
        let Some(head) = Head::read(response.body()) else { return Outcome::Final };
        let locked = head.error_msg.to_ascii_lowercase().contains("database is locked");
        match head.error_code {
            // Carried out, whatever its text says: to send it again could do it twice.
            Some(0) if status.is_success() => Outcome::Final,
            // Who fails may have acted before.
            _ if locked && status.is_server_error() => Outcome::Unavailable,
            _ if locked => Outcome::Refused,
            Some(12) if !status.is_server_error() && !self.0.is_api_key() => Outcome::SessionExpired,
            _ => Outcome::Final,
        }
    }
}

/// Reads envelopes, and follows what calls do to the session.
#[derive(Debug)]
pub(super) struct SecurityCenterDialect(pub(super) Arc<Session>);

impl SecurityCenterDialect {
    /// The next sign-in takes the password that this request has set.
    fn use_new_password(&self, request: &Bytes) {
        let SignIn::Password { password, .. } = &self.0.sign_in else { return };
        if let Ok(change) = serde_json::from_slice::<NewPassword>(request) {
            *password.lock().unwrap_or_else(PoisonError::into_inner) = change.password;
        }
    }
}

impl Dialect for SecurityCenterDialect {
    fn examine(&self, meta: &'static OperationMeta, response: &Response<Bytes>) -> Result<Notes, Refusal> {
        let head = Head::read(response.body());
        let signs_in = meta.id == CreateToken::META.id;
        let circumstances = Circumstances { method: &meta.method, api_key: self.0.is_api_key() && !signs_in, signs_in };
        match (refusal(head.as_ref(), response, circumstances), head) {
            (Some(refusal), _) => Err(refusal),
            (None, Some(head)) => Ok(Notes { warnings: head.warnings, timestamp: head.timestamp }),
            (None, None) => Ok(Notes::default()),
        }
    }

    fn postpones_examination(&self, response: &mut Response<Bytes>) -> bool {
        let long = response.status().is_success() && response.body().len() > LONGEST_REFUSAL;
        if long {
            response.extensions_mut().insert(HeadFound::default());
        }
        long
    }

    fn found(&self, response: &Response<Bytes>) -> Option<Notes> {
        let head = response.extensions().get::<HeadFound>()?.get().filter(|head| head.error_code == Some(0))?;
        Some(Notes { warnings: head.warnings.clone(), timestamp: head.timestamp })
    }

    fn started(&self, meta: &'static OperationMeta) -> Option<Box<dyn Send>> {
        (meta.id == SwitchUser::META.id).then(|| Box::new(SwitchUnderWay(self.0.clone())) as Box<dyn Send>)
    }

    fn failed(&self, meta: &'static OperationMeta, error: &Error) {
        if meta.id == SwitchUser::META.id && matches!(error.effect(), Effect::NotSent | Effect::NotApplied) {
            self.0.state().switching = None;
        }
    }

    fn succeeded(&self, meta: &'static OperationMeta, request: &Bytes, _: &Response<Bytes>) -> Result<(), String> {
        if meta.id == DeleteToken::META.id {
            self.0.forget(0);
        } else if meta.id == SwitchUser::META.id {
            // Unless it was ended meanwhile: the next one is the first account's again.
            let mut state = self.0.state();
            state.switched = state.open.is_some();
        } else if meta.id == ChangeOwnPassword::META.id && !self.0.state().switched {
            self.use_new_password(request);
        }
        Ok(())
    }

    fn is_gone(&self, meta: &'static OperationMeta, kind: ErrorKind) -> bool {
        // What is removed by signing out is the session itself.
        kind == ErrorKind::NotFound || (meta.id == DeleteToken::META.id && kind == ErrorKind::SessionExpired)
    }

    fn credentials(&self) -> Vec<SecretString> {
        self.0.credentials()
    }
}

/// A switch that nobody refused counts as one at its end, also if it was given up or its answer was lost: to go on as the first account
/// unnoticed would be worse than an error.
struct SwitchUnderWay(Arc<Session>);

impl Drop for SwitchUnderWay {
    fn drop(&mut self) {
        let mut state = self.0.state();
        let switched = state.switching.take();
        if switched.is_some() && switched == state.open.as_ref().map(|open| open.generation) {
            state.switched = true;
        }
    }
}

/// The part of a change of one's own password that the next sign-in needs.
#[derive(Deserialize)]
struct NewPassword {
    #[serde(deserialize_with = "tenable_model::wire::decode::<_, tenable_model::wire::Secret, _>")]
    password: SecretString,
}
