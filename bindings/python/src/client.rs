//! The one native client behind the clients of all products.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::{PyAttributeError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::model::Product;
use tenable_api::model::secret::{ExposeSecret as _, SecretString};
use tenable_api::security_center::SecurityCenter;
use tenable_api::transport::CallReport;
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_api::{BuildError, CallOptions, Error, Response};

use crate::arguments::{arguments, secret_class};
use crate::errors::{configuration, exception};
use crate::operations::{self, Answer, Operation};
use crate::pages::Pages;
use crate::response::ResponseInfo;
use crate::runtime::{awaitable, is_inherited, wait};
use crate::settings::{Limit, Settings};

/// The client of a product.
#[derive(Clone, Debug)]
pub(crate) enum Connection {
    IdentityExposure(IdentityExposure),
    SecurityCenter(SecurityCenter),
    VulnerabilityManagement(VulnerabilityManagement),
}

impl Connection {
    pub(crate) fn product(&self) -> Product {
        match self {
            Self::IdentityExposure(_) => Product::IdentityExposure,
            Self::SecurityCenter(_) => Product::SecurityCenter,
            Self::VulnerabilityManagement(_) => Product::VulnerabilityManagement,
        }
    }

    pub(crate) fn api(&self) -> &tenable_api::Client {
        match self {
            Self::IdentityExposure(client) => client.client(),
            Self::SecurityCenter(client) => client.client(),
            Self::VulnerabilityManagement(client) => client.client(),
        }
    }

    async fn close(&self) -> Result<(), Error> {
        match self {
            Self::SecurityCenter(client) => client.close().await,
            Self::IdentityExposure(_) | Self::VulnerabilityManagement(_) => Ok(()),
        }
    }
}

/// A client, and how its calls are made. Others made from it share connections, limits, session and end.
#[pyclass(frozen, module = "tenable_api._native")]
#[derive(Debug)]
pub(crate) struct Client {
    connection: Connection,
    options: CallOptions,
    on_response: Option<Arc<Py<PyAny>>>,
    closed: Arc<AtomicBool>,
}

impl Client {
    fn new(connection: Connection) -> Self {
        Self { connection, options: CallOptions::default(), on_response: None, closed: Arc::default() }
    }

    /// The client of the product, unless it is closed.
    pub(crate) fn connection(&self) -> PyResult<&Connection> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(PyRuntimeError::new_err("the client is closed"));
        }
        Ok(&self.connection)
    }

    fn operation(&self, id: &str) -> PyResult<&'static Operation> {
        let product = self.connection.product();
        operations::operation(product, id)
            .ok_or_else(|| PyAttributeError::new_err(format!("{product} has no operation {id:?}")))
    }

    fn sent(&self, on_response: Option<Arc<Py<PyAny>>>) -> Self {
        Self { connection: self.connection.clone(), options: self.options, on_response, closed: self.closed.clone() }
    }

    /// What an answer becomes once the interpreter is attached.
    fn conversion(
        &self,
        operation: &'static Operation,
    ) -> impl FnOnce(Python<'_>, Result<Response<Answer>, Error>) -> PyResult<Py<PyAny>> + Send + use<> {
        let product = self.connection.product();
        let on_response = self.on_response.clone();
        move |py, result| {
            let response = result.map_err(|error| exception(py, product, &error))?;
            let (answer, info) = ResponseInfo::split(operation.meta.id, response);
            if let Some(on_response) = on_response {
                on_response.call1(py, (info,))?;
            }
            Ok(answer(py)?.unbind())
        }
    }

    fn pages(&self, operation: &str, given: &Bound<'_, PyDict>) -> PyResult<Pages> {
        let operation = self.operation(operation)?;
        let pages =
            operation.pages.ok_or_else(|| PyTypeError::new_err(format!("{} does not list", operation.meta.id)))?;
        let stream = pages(arguments(given)?, self.connection()?.api().clone(), self.options);
        Ok(Pages::new(self.connection.product(), stream))
    }
}

#[pymethods]
impl Client {
    #[staticmethod]
    #[pyo3(signature = (url, api_key, settings, on_new_api_key=None))]
    fn identity_exposure(
        py: Python<'_>,
        url: Option<String>,
        api_key: Option<&Bound<'_, PyAny>>,
        settings: Settings,
        on_new_api_key: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let mut builder = settings.apply(IdentityExposure::builder())?;
        if url.is_none() && api_key.is_none() {
            builder = builder.from_env().map_err(|error| configuration(py, Product::IdentityExposure, &error))?;
        }
        if let Some(url) = url {
            builder = builder.url(url);
        }
        if let Some(key) = api_key {
            builder = builder.api_key(secret("api_key", key)?);
        }
        if let Some(store) = on_new_api_key {
            builder = builder.on_new_api_key(move |key| tell_new_key(&store, key));
        }
        finish(py, Product::IdentityExposure, builder.build().map(Connection::IdentityExposure))
    }

    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "as many as the product has ways to sign in")]
    #[pyo3(signature = (url, access_key, secret_key, username, password, client_certificate_login, release_session, enclave_security, settings))]
    fn security_center(
        py: Python<'_>,
        url: Option<String>,
        access_key: Option<&Bound<'_, PyAny>>,
        secret_key: Option<&Bound<'_, PyAny>>,
        username: Option<String>,
        password: Option<&Bound<'_, PyAny>>,
        client_certificate_login: bool,
        release_session: bool,
        enclave_security: bool,
        settings: Settings,
    ) -> PyResult<Self> {
        let mut builder = settings.apply(SecurityCenter::builder())?;
        builder = builder.release_session(release_session).enclave_security(enclave_security);
        if client_certificate_login {
            builder = builder.client_certificate_login();
        }
        if let Some((access_key, secret_key)) = pair("access_key", access_key, "secret_key", secret_key)? {
            builder = builder.api_key(secret("access_key", access_key)?, secret("secret_key", secret_key)?);
        }
        if let Some((username, password)) = pair("username", username, "password", password)? {
            builder = builder.login(username, secret("password", password)?);
        }
        match url {
            Some(url) => builder = builder.url(url),
            None => builder = builder.from_env().map_err(|error| configuration(py, Product::SecurityCenter, &error))?,
        }
        finish(py, Product::SecurityCenter, builder.build().map(Connection::SecurityCenter))
    }

    #[staticmethod]
    #[pyo3(signature = (url, access_key, secret_key, settings))]
    fn vulnerability_management(
        py: Python<'_>,
        url: Option<String>,
        access_key: Option<&Bound<'_, PyAny>>,
        secret_key: Option<&Bound<'_, PyAny>>,
        settings: Settings,
    ) -> PyResult<Self> {
        let mut builder = settings.apply(VulnerabilityManagement::builder())?;
        if let Some(url) = url {
            builder = builder.url(url);
        }
        builder = match pair("access_key", access_key, "secret_key", secret_key)? {
            Some((access_key, secret_key)) => {
                builder.api_key(secret("access_key", access_key)?, secret("secret_key", secret_key)?)
            }
            None => builder.from_env().map_err(|error| configuration(py, Product::VulnerabilityManagement, &error))?,
        };
        finish(py, Product::VulnerabilityManagement, builder.build().map(Connection::VulnerabilityManagement))
    }

    /// Runs an operation, on arguments in wire names.
    fn call<'py>(&self, py: Python<'py>, operation: &str, given: &Bound<'py, PyDict>) -> PyResult<Py<PyAny>> {
        let operation = self.operation(operation)?;
        let given = arguments(given)?;
        let run = (operation.run)(given, self.connection()?.api(), self.options);
        let result = wait(py, run)?;
        self.conversion(operation)(py, result)
    }

    /// The same as a future of asyncio's.
    fn call_async<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        given: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let operation = self.operation(operation)?;
        let given = arguments(given)?;
        let (api, options) = (self.connection()?.api().clone(), self.options);
        awaitable(py, async move { (operation.run)(given, &api, options).await }, self.conversion(operation))
    }

    /// The elements of a list, page by page.
    fn iterate(&self, operation: &str, given: &Bound<'_, PyDict>) -> PyResult<crate::pages::Elements> {
        Ok(crate::pages::Elements::new(self.pages(operation, given)?))
    }

    /// The same for `async for`.
    fn iterate_async(&self, operation: &str, given: &Bound<'_, PyDict>) -> PyResult<crate::pages::AsyncElements> {
        Ok(crate::pages::AsyncElements::new(self.pages(operation, given)?))
    }

    /// A client with other options, on the same connections.
    #[pyo3(signature = (timeout, missing_as_deleted, on_response))]
    fn with_options(
        &self,
        timeout: Limit,
        missing_as_deleted: Option<bool>,
        on_response: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let mut options = self.options;
        options = match timeout {
            Limit::Default => options,
            Limit::None => options.without_deadline(),
            Limit::After(time) => options.with_deadline(time),
        };
        if missing_as_deleted == Some(true) {
            options = options.with_missing_as_deleted();
        }
        if missing_as_deleted == Some(false) {
            return Err(PyValueError::new_err(
                "missing_as_deleted is switched on per client; use the client that has it off",
            ));
        }
        let on_response = on_response.map(Arc::new).or_else(|| self.on_response.clone());
        Ok(Self { options, ..self.sent(on_response) })
    }

    /// A client whose calls are made as another user.
    fn as_user(&self, py: Python<'_>, user_name: &str) -> PyResult<Self> {
        let Connection::VulnerabilityManagement(client) = self.connection()? else {
            return Err(PyTypeError::new_err("only Tenable Vulnerability Management acts as somebody else"));
        };
        let other =
            client.as_user(user_name).map_err(|error| configuration(py, Product::VulnerabilityManagement, &error))?;
        Ok(Self { connection: Connection::VulnerabilityManagement(other), ..self.sent(self.on_response.clone()) })
    }

    /// The key in use. Identity Exposure only.
    fn current_api_key<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Connection::IdentityExposure(client) = &self.connection else {
            return Err(PyTypeError::new_err("only Tenable Identity Exposure has a key that a client may renew"));
        };
        secret_class(py)?.call1((client.current_api_key().expose_secret(),))
    }

    /// Sends any request and gives the answer as it is: status, headers, body.
    fn raw<'py>(&self, py: Python<'py>, request: RawRequest) -> PyResult<Bound<'py, PyTuple>> {
        let product = self.connection.product();
        let (request, idempotency, options) = request.build()?;
        let sent = self.connection()?.api().send_raw_with(request, idempotency, options);
        let response = wait(py, sent)?.map_err(|error| exception(py, product, &error))?;
        raw_response(py, &response)
    }

    /// The same as a future of asyncio's.
    fn raw_async<'py>(&self, py: Python<'py>, request: RawRequest) -> PyResult<Bound<'py, PyAny>> {
        let product = self.connection.product();
        let (request, idempotency, options) = request.build()?;
        let api = self.connection()?.api().clone();
        let convert = move |py: Python<'_>, result: Result<_, Error>| {
            let response = result.map_err(|error| exception(py, product, &error))?;
            Ok(raw_response(py, &response)?.unbind())
        };
        awaitable(py, async move { api.send_raw_with(request, idempotency, options).await }, convert)
    }

    /// Ends the session, if there is one; later calls fail. A second time does nothing.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if self.closed.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        // Nothing to send: no runtime is made for it. A session that a forked child inherited stays open for the parent.
        if !matches!(self.connection, Connection::SecurityCenter(_)) || is_inherited(py) {
            return Ok(());
        }
        let product = self.connection.product();
        wait(py, self.connection.close())?.map_err(|error| exception(py, product, &error))
    }

    /// The same as a future of asyncio's, or `None` where there is nothing to wait for.
    fn close_async<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let first = !self.closed.swap(true, Ordering::Relaxed);
        if is_inherited(py) {
            return Ok(None);
        }
        let (connection, product) = (self.connection.clone(), self.connection.product());
        let close = async move { if first { connection.close().await } else { Ok(()) } };
        awaitable(py, close, move |py, result| result.map_err(|error| exception(py, product, &error))).map(Some)
    }

    #[getter]
    fn closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// The name of the product.
    #[getter]
    fn product(&self) -> String {
        self.connection.product().to_string()
    }

    /// Where the product answers.
    #[getter]
    fn url(&self) -> String {
        self.connection.api().url()
    }
}

fn finish(py: Python<'_>, product: Product, built: Result<Connection, BuildError>) -> PyResult<Client> {
    built.map(Client::new).map_err(|error| configuration(py, product, &error))
}

/// The text of a `str` or a `Secret`.
fn secret(name: &str, value: &Bound<'_, PyAny>) -> PyResult<SecretString> {
    let text =
        if value.is_instance(secret_class(value.py())?)? { value.call_method0("reveal")? } else { value.clone() };
    let text: String = text
        .extract()
        .map_err(|_| PyTypeError::new_err(format!("{name} is text or a Secret, not {}", value.get_type())))?;
    Ok(text.into())
}

/// Two arguments that only make sense together.
fn pair<A, B>(first: &str, one: Option<A>, second: &str, other: Option<B>) -> PyResult<Option<(A, B)>> {
    match (one, other) {
        (Some(one), Some(other)) => Ok(Some((one, other))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(PyValueError::new_err(format!("{first} is given, and {second} is missing"))),
        (None, Some(_)) => Err(PyValueError::new_err(format!("{second} is given, and {first} is missing"))),
    }
}

/// A key that is told is the only copy: a callback that fails is shown as Python shows what it cannot raise.
fn tell_new_key(store: &Py<PyAny>, key: &SecretString) {
    Python::attach(|py| {
        let told = secret_class(py)
            .and_then(|class| class.call1((key.expose_secret(),)))
            .and_then(|key| store.call1(py, (key,)));
        if let Err(error) = told {
            error.write_unraisable(py, Some(store.bind(py)));
        }
    });
}

/// A request that the SDK does not know.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct RawRequest {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    content: Vec<u8>,
    /// `read`, `idempotent`, `once` or `never`.
    idempotency: String,
    attempt_timeout: Limit,
}

impl RawRequest {
    fn build(self) -> PyResult<(http::Request<bytes::Bytes>, tenable_api::transport::Idempotency, CallOptions)> {
        use tenable_api::transport::Idempotency;

        let idempotency = match self.idempotency.as_str() {
            "read" => Idempotency::Read,
            "idempotent" => Idempotency::Idempotent,
            "once" => Idempotency::Once,
            "never" => Idempotency::Never,
            other => {
                return Err(PyValueError::new_err(format!("{other:?} is none of read, idempotent, once and never")));
            }
        };
        let mut request = http::Request::builder().method(self.method.as_str()).uri(self.path.as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(bytes::Bytes::from(self.content))
            .map_err(|error| PyValueError::new_err(format!("the request cannot be made: {error}")))?;
        let options = CallOptions::default();
        let options = match self.attempt_timeout {
            Limit::Default => options,
            Limit::None => options.with_attempt_timeout(None),
            Limit::After(time) => options.with_attempt_timeout(time),
        };
        Ok((request, idempotency, options))
    }
}

fn raw_response<'py>(py: Python<'py>, response: &http::Response<bytes::Bytes>) -> PyResult<Bound<'py, PyTuple>> {
    let headers = PyList::empty(py);
    for (name, value) in response.headers() {
        headers.append((name.as_str(), String::from_utf8_lossy(value.as_bytes())))?;
    }
    let report = response.extensions().get::<CallReport>().copied().unwrap_or_default();
    let (attempts, elapsed) = (report.attempts, report.elapsed.as_secs_f64());
    (response.status().as_u16(), headers, response.body().as_ref(), attempts, elapsed).into_pyobject(py)
}
