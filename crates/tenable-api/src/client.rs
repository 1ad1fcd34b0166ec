use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::uri::PathAndQuery;
use secrecy::SecretString;
use serde_json::Value;
use tenable_model::Timestamp;
use tenable_transport::{CallContext, Idempotency, SharedTransport, Transport as _};

use crate::base_url::BaseUrl;
use crate::error::Refusal;
use crate::exchange::{Asked, Exchange};
use crate::{Call, Error, ErrorKind, Operation, OperationMeta, Response, UntypedOperation};

/// What differs between products in the answers of one and the same HTTP.
pub(crate) trait Dialect: fmt::Debug + Send + Sync {
    /// Looks at an answer: what it says besides the value if it is a success, what the product says if it refuses.
    fn examine(&self, meta: &'static OperationMeta, response: &http::Response<Bytes>) -> Result<Notes, Refusal>;

    /// Has an answer that is too long to be gone through twice examined by what the reading of its value finds. Whether it is such a one.
    fn postpones_examination(&self, _response: &mut http::Response<Bytes>) -> bool {
        false
    }

    /// What whoever read the value of such an answer has found besides. `None` where that does not show a success.
    fn found(&self, _response: &http::Response<Bytes>) -> Option<Notes> {
        None
    }

    /// Told before a request is sent; what it gives is held until the call has ended, or was given up.
    fn started(&self, _meta: &'static OperationMeta) -> Option<Box<dyn Send>> {
        None
    }

    /// Told of every error before it is given.
    fn failed(&self, _meta: &'static OperationMeta, _error: &Error) {}

    /// Told of every success before its value is given, with the body of the request, for what a client must take from them; also of one
    /// whose value cannot be read. An error says what is wrong with the answer.
    fn succeeded(
        &self,
        _meta: &'static OperationMeta,
        _request: &Bytes,
        _response: &http::Response<Bytes>,
    ) -> Result<(), String> {
        Ok(())
    }

    /// Whether a refusal of this kind says that what was to be removed is not there.
    fn is_gone(&self, _meta: &'static OperationMeta, kind: ErrorKind) -> bool {
        kind == ErrorKind::NotFound
    }

    /// What must not be shown of an answer that repeats it.
    fn credentials(&self) -> Vec<SecretString> {
        Vec::new()
    }
}

/// What an answer says besides its value.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) warnings: Vec<Value>,
    pub(crate) timestamp: Option<Timestamp>,
}

/// Runs operations of one product: puts the address before the path, sends through the layer stack, reads answer or refusal.
///
/// The product clients are built around it; it is public for operations as values and for what the SDK does not know yet.
///
/// # Pooling and cloning
///
/// A clone shares connections, limits and credentials with its origin. Keep one client per account and clone it freely.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    /// On whose behalf the account calls, when it is not its own.
    acting_as: Option<Arc<ActingAs>>,
    /// For calls that say nothing else.
    options: CallOptions,
}

/// Somebody else on whose behalf calls are made.
#[derive(Debug)]
pub(crate) struct ActingAs {
    pub(crate) user_name: String,
    pub(crate) header: (HeaderName, HeaderValue),
}

struct Inner {
    base: BaseUrl,
    transport: SharedTransport,
    dialect: Box<dyn Dialect>,
    user_agent: HeaderValue,
    /// Whether operations go to the other edition of the product, where they have a path there.
    twins: bool,
}

/// Options of one call.
///
/// ```
/// use std::time::Duration;
/// use tenable_api::CallOptions;
///
/// let options = CallOptions::default().with_deadline(Duration::from_secs(5)).with_missing_as_deleted();
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CallOptions {
    /// `None`: the client's; `Some(None)`: no limit.
    #[expect(clippy::option_option, reason = "as in the context of the transport")]
    deadline: Option<Option<Duration>>,
    /// As the deadline.
    #[expect(clippy::option_option, reason = "as in the context of the transport")]
    attempt_timeout: Option<Option<Duration>>,
    missing_as_deleted: bool,
}

impl CallOptions {
    /// Limits the call, retries and waits included, instead of the client's limit. Of an operation that takes several requests, each
    /// of them.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(Some(deadline));
        self
    }

    /// Takes the limit off the call.
    #[must_use]
    pub fn without_deadline(mut self) -> Self {
        self.deadline = Some(None);
        self
    }

    /// Limits each attempt, instead of the client's limit; `None` takes it off.
    #[must_use]
    pub fn with_attempt_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = Some(limit.into());
        self
    }

    /// Takes a deletion of what is not there as done.
    ///
    /// Of no effect on other calls, and on a deletion that names something besides, such as who gets the objects: that may be what is
    /// missing.
    #[must_use]
    pub fn with_missing_as_deleted(mut self) -> Self {
        self.missing_as_deleted = true;
        self
    }

    /// These, and those of another where these say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            deadline: self.deadline.or(other.deadline),
            attempt_timeout: self.attempt_timeout.or(other.attempt_timeout),
            missing_as_deleted: self.missing_as_deleted || other.missing_as_deleted,
        }
    }
}

impl Client {
    pub(crate) fn new(
        base: BaseUrl,
        transport: SharedTransport,
        dialect: Box<dyn Dialect>,
        user_agent: HeaderValue,
        twins: bool,
    ) -> Self {
        Self {
            inner: Arc::new(Inner { base, transport, dialect, user_agent, twins }),
            acting_as: None,
            options: CallOptions::default(),
        }
    }

    /// The same client with options for all its calls, also for those that its origin had, where the new ones say nothing. What a call
    /// says itself comes before both.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tenable_api::{CallOptions, identity_exposure::IdentityExposure};
    ///
    /// let tie = IdentityExposure::builder().url("https://acme.tenable.ad").api_key("key").build()?;
    /// let patient = tie.with_options(CallOptions::default().with_deadline(Duration::from_secs(300)));
    /// assert_eq!(patient.client().url(), tie.client().url());
    /// # Ok::<(), tenable_api::BuildError>(())
    /// ```
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { options: options.or(self.options), ..self.clone() }
    }

    /// The same client, whose calls are made on behalf of somebody else; `None` for the account itself.
    pub(crate) fn acting_as(&self, somebody: Option<ActingAs>) -> Self {
        Self { inner: self.inner.clone(), acting_as: somebody.map(Arc::new), options: self.options }
    }

    /// On whose behalf calls are made, when it is not the account itself.
    pub(crate) fn acts_as(&self) -> Option<&str> {
        self.acting_as.as_ref().map(|somebody| somebody.user_name.as_str())
    }

    pub(crate) fn call<O>(&self, operation: O) -> Call<O> {
        Call::new(self.clone(), operation)
    }

    /// Where the product answers, without a trailing slash.
    ///
    /// ```
    /// use tenable_api::identity_exposure::IdentityExposure;
    ///
    /// let tie = IdentityExposure::builder().url("https://acme.tenable.ad/api/").api_key("key").build()?;
    /// assert_eq!(tie.client().url(), "https://acme.tenable.ad");
    /// # Ok::<(), tenable_api::BuildError>(())
    /// ```
    pub fn url(&self) -> String {
        self.inner.base.as_text()
    }

    /// Runs an operation that stands as a value.
    pub async fn execute<O: Operation>(&self, operation: &O) -> Result<Response<O::Output>, Error> {
        operation.run(self, CallOptions::default()).await
    }

    /// Runs an operation on JSON arguments and gives JSON, through the same request struct, layers and reading as a typed call.
    pub async fn execute_untyped(
        &self,
        operation: &UntypedOperation,
        arguments: Value,
    ) -> Result<Response<Value>, Error> {
        self.execute_untyped_with(operation, arguments, CallOptions::default()).await
    }

    /// [`execute_untyped`](Self::execute_untyped) with options.
    pub async fn execute_untyped_with(
        &self,
        operation: &UntypedOperation,
        arguments: Value,
        options: CallOptions,
    ) -> Result<Response<Value>, Error> {
        operation.run(arguments, self, options).await
    }

    /// Sends any request to the product through the same layers, for what the SDK does not know yet.
    ///
    /// The request's URI is path and query, such as `/api/alerts/1`. The answer comes as it is, whatever its status. `idempotency` says
    /// when it may be sent again; a request that creates is [`Idempotency::Once`]. The client takes nothing from the answer: a key that
    /// is renewed this way is not used.
    pub async fn send_raw(
        &self,
        request: Request<Bytes>,
        idempotency: Idempotency,
    ) -> Result<http::Response<Bytes>, Error> {
        self.send_raw_with(request, idempotency, CallOptions::default()).await
    }

    /// [`send_raw`](Self::send_raw) with options.
    pub async fn send_raw_with(
        &self,
        request: Request<Bytes>,
        idempotency: Idempotency,
        options: CallOptions,
    ) -> Result<http::Response<Bytes>, Error> {
        if request.uri().scheme().is_some() || !request.uri().path().starts_with('/') {
            return Err(Error::invalid_raw("the URI of a raw request is a path on the product, such as /api/users"));
        }
        let options = options.or(self.options);
        let mut context = CallContext::new("raw", "", idempotency);
        (context.deadline, context.attempt_timeout) = (options.deadline, options.attempt_timeout);
        let request = self.addressed(request, context).map_err(Error::invalid_raw)?;
        self.inner.transport.send(request).await.map_err(|error| Error::transport(None, error))
    }

    /// The one request of an operation.
    pub(crate) async fn exchange<O: Operation + ?Sized>(
        &self,
        operation: &O,
        options: CallOptions,
    ) -> Result<Response<O::Output>, Error> {
        let exchange = self.ask(O::META, operation.request()?, options).await?;
        let value = O::parse(exchange.answer());
        let exchange = exchange.examine_rest()?;
        // Read once more for the error, which quotes what it could not read.
        let error = value.as_ref().err().map(|_| exchange.unreadable(O::parse(&exchange.shown()).err()));
        let around = exchange.end(error)?;
        let value = value?;
        Ok(around.map(|()| value))
    }

    /// All of an exchange but the reading of its value, so that it is there once and not for every operation.
    async fn ask(
        &self,
        meta: &'static OperationMeta,
        request: Request<Bytes>,
        options: CallOptions,
    ) -> Result<Exchange<'_>, Error> {
        let options = options.or(self.options);
        let (path, request) = self.edition(meta, request);
        let under_way = self.inner.dialect.started(meta);
        let mut context = CallContext::new(meta.id, path, meta.idempotency)
            .with_anonymous(meta.anonymous)
            .with_sensitive(meta.takes_secrets() || meta.reveals);
        (context.deadline, context.attempt_timeout) = (options.deadline, options.attempt_timeout);
        let (body, address) = (request.body().clone(), request.uri().clone());
        let failed = |error| self.failed(meta, path, error);
        let request = self.addressed(request, context).map_err(|text| failed(Error::invalid_input(meta, text)))?;
        let sent = self.inner.transport.send(request).await;
        let answer = sent.map_err(|error| failed(Error::transport(Some(meta), error)))?;
        let asked = Asked { client: self, meta, path, body, _under_way: under_way };
        Exchange::new(asked, address.query().unwrap_or_default(), options.missing_as_deleted, answer)
    }

    pub(crate) fn dialect(&self) -> &dyn Dialect {
        self.inner.dialect.as_ref()
    }

    /// What the caller is told of an error.
    pub(crate) fn failed(&self, meta: &'static OperationMeta, path: &'static str, error: Error) -> Error {
        self.dialect().failed(meta, &error);
        error.at(path).acting_as(self.acts_as())
    }

    /// The request as it goes to the chosen edition of the product, and the path it has there, with its parameters unfilled.
    fn edition(&self, meta: &'static OperationMeta, mut request: Request<Bytes>) -> (&'static str, Request<Bytes>) {
        let Some(twin) = meta.twin.filter(|_| self.inner.twins) else { return (meta.path, request) };
        let fixed = |path: &'static str| path.split('{').next().unwrap_or_default();
        let rest = request.uri().path_and_query().and_then(|path| path.as_str().strip_prefix(fixed(meta.path)));
        if let Some(Ok(uri)) = rest.map(|rest| format!("{}{rest}", fixed(twin)).parse()) {
            *request.uri_mut() = uri;
        }
        (twin, request)
    }

    fn addressed(&self, mut request: Request<Bytes>, context: CallContext) -> Result<Request<Bytes>, String> {
        let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        *request.uri_mut() =
            self.inner.base.join(path).map_err(|error| format!("the address is not a URL: {error}"))?;
        request.headers_mut().entry(USER_AGENT).or_insert_with(|| self.inner.user_agent.clone());
        if let Some(somebody) = &self.acting_as {
            let (name, value) = &somebody.header;
            request.headers_mut().insert(name, value.clone());
        }
        request.extensions_mut().insert(context);
        Ok(request)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.inner.base)
            .field("transport", &self.inner.transport)
            .field("acting_as", &self.acts_as())
            .finish_non_exhaustive()
    }
}
