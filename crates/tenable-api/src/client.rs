use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderValue, USER_AGENT};
use http::{Request, StatusCode};
use secrecy::SecretString;
use serde_json::Value;
use tenable_transport::{CallContext, CallReport, Idempotency, SharedTransport, Transport as _};

use crate::base_url::BaseUrl;
use crate::error::Refusal;
use crate::redaction::Redaction;
use crate::response::request_id;
use crate::{Call, Error, Operation, OperationMeta, Response, UntypedOperation};

/// What differs between products in the answers of one and the same HTTP.
pub(crate) trait Dialect: fmt::Debug + Send + Sync {
    /// What the product says when it refuses; `None` for success.
    fn refusal(&self, response: &http::Response<Bytes>) -> Option<Refusal>;

    /// Told before a request is sent; what it gives is held until the call has ended.
    fn started(&self, _meta: &'static OperationMeta) -> Option<Box<dyn Send>> {
        None
    }

    /// Told of every success before its value is given, for what a client must take from it. An error says what is wrong with the
    /// answer.
    fn succeeded(&self, _meta: &'static OperationMeta, _response: &http::Response<Bytes>) -> Result<(), String> {
        Ok(())
    }

    /// What must not be shown of an answer that repeats it.
    fn credentials(&self) -> Vec<SecretString> {
        Vec::new()
    }
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
}

struct Inner {
    base: BaseUrl,
    transport: SharedTransport,
    dialect: Box<dyn Dialect>,
    user_agent: HeaderValue,
}

/// Options of one call.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallOptions {
    /// `None`: the client's; `Some(None)`: no limit.
    #[expect(clippy::option_option, reason = "as in the context of the transport")]
    pub(crate) deadline: Option<Option<Duration>>,
}

impl Client {
    pub(crate) fn new(
        base: BaseUrl,
        transport: SharedTransport,
        dialect: Box<dyn Dialect>,
        user_agent: HeaderValue,
    ) -> Self {
        Self { inner: Arc::new(Inner { base, transport, dialect, user_agent }) }
    }

    pub(crate) fn call<O>(&self, operation: O) -> Call<O> {
        Call::new(self.clone(), operation)
    }

    /// Runs an operation that stands as a value.
    pub async fn execute<O: Operation>(&self, operation: &O) -> Result<Response<O::Output>, Error> {
        self.run(operation, CallOptions::default()).await
    }

    /// Runs an operation on JSON arguments and gives JSON, through the same request struct, layers and reading as a typed call.
    pub async fn execute_untyped(
        &self,
        operation: &UntypedOperation,
        arguments: Value,
    ) -> Result<Response<Value>, Error> {
        let meta = operation.meta();
        let request = operation.request(arguments)?;
        self.send(meta, request, CallOptions::default(), |response| operation.parse(response)).await
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
        if request.uri().scheme().is_some() || !request.uri().path().starts_with('/') {
            return Err(Error::invalid_raw("the URI of a raw request is a path on the product, such as /api/users"));
        }
        let context = CallContext::new("raw", "", idempotency);
        let request = self.addressed(request, context).map_err(Error::invalid_raw)?;
        self.inner.transport.send(request).await.map_err(|error| Error::transport(None, error))
    }

    pub(crate) async fn run<O: Operation>(
        &self,
        operation: &O,
        options: CallOptions,
    ) -> Result<Response<O::Output>, Error> {
        self.send(O::META, operation.request()?, options, O::parse).await
    }

    async fn send<T>(
        &self,
        meta: &'static OperationMeta,
        request: Request<Bytes>,
        options: CallOptions,
        parse: impl Fn(&http::Response<Bytes>) -> Result<T, Error>,
    ) -> Result<Response<T>, Error> {
        let mut context = CallContext::new(meta.id, meta.path, meta.idempotency)
            .with_anonymous(meta.anonymous)
            .with_sensitive(meta.takes_secrets() || meta.reveals);
        context.deadline = options.deadline;
        let body = request.body().clone();
        let request = self.addressed(request, context).map_err(|text| Error::invalid_input(meta, text))?;

        let dialect = &self.inner.dialect;
        let _under_way = dialect.started(meta);
        let response = self.inner.transport.send(request).await.map_err(|error| Error::transport(Some(meta), error))?;
        let shown = || Redaction::new(meta, &body, &dialect.credentials()).apply(meta, &response);
        let report = response.extensions().get::<CallReport>().copied().unwrap_or_default();
        let removed_before = meta.idempotency == Idempotency::Removal
            && response.status() == StatusCode::NOT_FOUND
            && report.earlier_outcome_unknown;
        if dialect.refusal(&response).is_some() && !removed_before {
            let shown = shown();
            let refusal = dialect.refusal(&shown).unwrap_or_default();
            return Err(Error::refused(meta, &shown, refusal));
        }
        let value = if removed_before { parse(&http::Response::default()) } else { parse(&response) };
        // Read once more for the error, which quotes what it could not read.
        let value = value.or_else(|_| {
            let shown = shown();
            parse(&shown).and_then(|_| Err(Error::unexpected(meta, &shown, "the answer cannot be read".to_owned())))
        })?;
        dialect.succeeded(meta, &response).map_err(|text| Error::unexpected(meta, &shown(), text))?;
        let request_id = request_id(response.headers());
        let (parts, _) = response.into_parts();
        Ok(Response { value, status: parts.status, headers: parts.headers, request_id, attempts: report.attempts })
    }

    fn addressed(&self, mut request: Request<Bytes>, context: CallContext) -> Result<Request<Bytes>, String> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() =
            self.inner.base.join(path).map_err(|error| format!("the address is not a URL: {error}"))?;
        request.headers_mut().entry(USER_AGENT).or_insert_with(|| self.inner.user_agent.clone());
        request.extensions_mut().insert(context);
        Ok(request)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.inner.base)
            .field("transport", &self.inner.transport)
            .finish_non_exhaustive()
    }
}
