use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderValue, USER_AGENT};
use http::{Request, StatusCode};
use serde_json::Value;
use tenable_model::secret::looks_secret;
use tenable_transport::{CallContext, CallReport, Idempotency, SharedTransport, Transport as _};

use crate::base_url::BaseUrl;
use crate::error::Refusal;
use crate::response::request_id;
use crate::{Call, Error, Operation, OperationMeta, Response, UntypedOperation};

/// What differs between products in the answers of one and the same HTTP.
pub(crate) trait Dialect: fmt::Debug + Send + Sync {
    /// What the product says when it refuses; `None` for success.
    fn refusal(&self, response: &http::Response<Bytes>) -> Option<Refusal>;

    /// Told of every success before its value is given, for what a client must take from it.
    fn succeeded(&self, _meta: &'static OperationMeta, _response: &http::Response<Bytes>) {}
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
    /// when it may be sent again; a request that creates is [`Idempotency::Once`].
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
        parse: impl FnOnce(&http::Response<Bytes>) -> Result<T, Error>,
    ) -> Result<Response<T>, Error> {
        let mut context = CallContext::new(meta.id, meta.path, meta.idempotency)
            .with_anonymous(meta.anonymous)
            .with_sensitive(meta.takes_secrets() || meta.reveals);
        context.deadline = options.deadline;
        let body = request.body().clone();
        let request = self.addressed(request, context).map_err(|text| Error::invalid_input(meta, text))?;

        let response = self.inner.transport.send(request).await.map_err(|error| Error::transport(Some(meta), error))?;
        let report = response.extensions().get::<CallReport>().copied().unwrap_or_default();
        let refusal = self.inner.dialect.refusal(&response);
        let removed_before = meta.idempotency == Idempotency::Removal
            && response.status() == StatusCode::NOT_FOUND
            && report.earlier_outcome_unknown;
        if let Some(refusal) = refusal.filter(|_| !removed_before) {
            return Err(Error::refused(Some(meta), &response, refusal).without(&secrets_in(meta, &body)));
        }
        self.inner.dialect.succeeded(meta, &response);
        let value = parse(&response).map_err(|error| error.without(&secrets_in(meta, &body)))?;
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

/// The secrets that a request body holds, so that a server which repeats its input does not put them into an error.
fn secrets_in(meta: &OperationMeta, body: &[u8]) -> Vec<String> {
    fn collect(value: Value, under_secret: bool, secrets: &mut Vec<String>) {
        match value {
            Value::String(text) if under_secret => secrets.push(text),
            Value::Array(elements) => elements.into_iter().for_each(|element| collect(element, under_secret, secrets)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    collect(value, looks_secret(&name), secrets);
                }
            }
            _ => {}
        }
    }

    let mut secrets = Vec::new();
    if meta.takes_secrets()
        && let Ok(body) = serde_json::from_slice(body)
    {
        collect(body, false, &mut secrets);
    }
    secrets
}
