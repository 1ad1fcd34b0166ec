//! The one native client behind the clients of all products.

use pyo3::exceptions::{PyAttributeError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::model::Product;
use tenable_api::model::secret::{ExposeSecret as _, SecretString};
use tenable_api::security_center::SecurityCenter;
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_api::{BuildError, CallOptions, Error, Response};

use crate::arguments::{arguments, secret_class, text};
use crate::errors::{configuration, exception, unusable};
use crate::life::Life;
use crate::operations::{self, Answer, Operation};
use crate::pages::{AsyncElements, Elements, Pages};
use crate::raw::{RawRequest, raw_response};
use crate::response::{OnResponse, ResponseInfo};
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

    /// The same with other options for all its calls, whoever makes them.
    fn with_options(&self, options: CallOptions) -> Self {
        match self {
            Self::IdentityExposure(client) => Self::IdentityExposure(client.with_options(options)),
            Self::SecurityCenter(client) => Self::SecurityCenter(client.with_options(options)),
            Self::VulnerabilityManagement(client) => Self::VulnerabilityManagement(client.with_options(options)),
        }
    }

    async fn close(&self) -> Result<(), Error> {
        match self {
            Self::SecurityCenter(client) => client.close().await,
            Self::IdentityExposure(_) | Self::VulnerabilityManagement(_) => Ok(()),
        }
    }
}

/// A client, and how its calls are made. Others made from it share connections, limits and session.
#[pyclass(frozen, module = "tenable_api._native")]
#[derive(Debug)]
pub(crate) struct Client {
    connection: Connection,
    on_response: OnResponse,
    life: Life,
}

impl Client {
    fn new(connection: Connection) -> Self {
        Self { connection, on_response: OnResponse::default(), life: Life::default() }
    }

    /// The client of the product, unless it is closed.
    pub(crate) fn connection(&self) -> PyResult<&Connection> {
        if self.life.is_over() {
            return Err(PyRuntimeError::new_err("the client is closed"));
        }
        Ok(&self.connection)
    }

    fn operation(&self, id: &str) -> PyResult<&'static Operation> {
        let product = self.connection.product();
        operations::operation(product, id)
            .ok_or_else(|| PyAttributeError::new_err(format!("{product} has no operation {id:?}")))
    }

    /// A client on another connection of the same session, which is closed with this one.
    fn derived(&self, connection: Connection, on_response: OnResponse) -> Self {
        Self { connection, on_response, life: self.life.derived() }
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
            on_response.tell(py, info)?;
            Ok(answer(py)?.unbind())
        }
    }

    fn pages(&self, operation: &str, given: &Bound<'_, PyDict>) -> PyResult<Pages> {
        let operation = self.operation(operation)?;
        let pages =
            operation.pages.ok_or_else(|| PyTypeError::new_err(format!("{} does not list", operation.meta.id)))?;
        let stream = pages(arguments(given)?, self.connection()?.api().clone());
        Ok(Pages::new(self.connection.product(), operation.meta.id, self.on_response.clone(), stream))
    }
}

#[pymethods]
impl Client {
    #[staticmethod]
    #[pyo3(signature = (url, api_key, settings, on_new_api_key=None))]
    fn identity_exposure(
        py: Python<'_>,
        url: Option<&Bound<'_, PyString>>,
        api_key: Option<&Bound<'_, PyAny>>,
        settings: Settings,
        on_new_api_key: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let mut builder = settings.apply(IdentityExposure::builder())?;
        if url.is_none() && api_key.is_none() {
            builder = builder.from_env().map_err(|error| configuration(py, Product::IdentityExposure, &error))?;
        }
        if let Some(url) = url {
            builder = builder.url(plain("url", url)?);
        }
        if let Some(key) = api_key {
            builder = builder.api_key(secret("api_key", key)?);
        }
        if let Some(store) = on_new_api_key {
            // Found out when a key is renewed, the new one would be lost.
            if !store.bind(py).is_callable() {
                return Err(PyTypeError::new_err("on_new_api_key is no function"));
            }
            builder = builder.on_new_api_key(move |key| tell_new_key(&store, key));
        }
        finish(py, Product::IdentityExposure, builder.build().map(Connection::IdentityExposure))
    }

    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "as many as the product has ways to sign in")]
    #[pyo3(signature = (url, access_key, secret_key, username, password, client_certificate_login, release_session, enclave_security, settings))]
    fn security_center(
        py: Python<'_>,
        url: Option<&Bound<'_, PyString>>,
        access_key: Option<&Bound<'_, PyAny>>,
        secret_key: Option<&Bound<'_, PyAny>>,
        username: Option<&Bound<'_, PyString>>,
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
            builder = builder.login(plain("username", username)?, secret("password", password)?);
        }
        match url {
            Some(url) => builder = builder.url(plain("url", url)?),
            None => builder = builder.from_env().map_err(|error| configuration(py, Product::SecurityCenter, &error))?,
        }
        finish(py, Product::SecurityCenter, builder.build().map(Connection::SecurityCenter))
    }

    #[staticmethod]
    #[pyo3(signature = (url, access_key, secret_key, settings))]
    fn vulnerability_management(
        py: Python<'_>,
        url: Option<&Bound<'_, PyString>>,
        access_key: Option<&Bound<'_, PyAny>>,
        secret_key: Option<&Bound<'_, PyAny>>,
        settings: Settings,
    ) -> PyResult<Self> {
        let mut builder = settings.apply(VulnerabilityManagement::builder())?;
        if let Some(url) = url {
            builder = builder.url(plain("url", url)?);
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
        let run = (operation.run)(given, self.connection()?.api());
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
        let api = self.connection()?.api().clone();
        awaitable(py, async move { (operation.run)(given, &api).await }, self.conversion(operation))
    }

    /// The elements of a list, page by page.
    fn iterate(&self, operation: &str, given: &Bound<'_, PyDict>) -> PyResult<Elements> {
        Ok(Elements::new(self.pages(operation, given)?))
    }

    /// The same for `async for`.
    fn iterate_async(&self, operation: &str, given: &Bound<'_, PyDict>) -> PyResult<AsyncElements> {
        Ok(AsyncElements::new(self.pages(operation, given)?))
    }

    /// A client with other options, on the same connections.
    #[pyo3(signature = (timeout, missing_as_deleted, on_response))]
    fn with_options(
        &self,
        timeout: Limit,
        missing_as_deleted: Option<bool>,
        on_response: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let mut options = CallOptions::default();
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
        let on_response = on_response.map_or_else(|| self.on_response.clone(), OnResponse::new);
        Ok(self.derived(self.connection.with_options(options), on_response))
    }

    /// A client whose calls are made as another user.
    fn as_user(&self, py: Python<'_>, user_name: &Bound<'_, PyString>) -> PyResult<Self> {
        let Connection::VulnerabilityManagement(client) = self.connection()? else {
            return Err(PyTypeError::new_err("only Tenable Vulnerability Management acts as somebody else"));
        };
        let user_name = plain("user_name", user_name)?;
        let other =
            client.as_user(user_name).map_err(|error| configuration(py, Product::VulnerabilityManagement, &error))?;
        Ok(self.derived(Connection::VulnerabilityManagement(other), self.on_response.clone()))
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
        let (request, idempotency, options) = request.build(py)?;
        let sending = self.connection()?.api().send_raw_with(request, idempotency, options);
        let response = wait(py, sending)?.map_err(|error| exception(py, product, &error))?;
        raw_response(py, response, &self.on_response)
    }

    /// The same as a future of asyncio's.
    fn raw_async<'py>(&self, py: Python<'py>, request: RawRequest) -> PyResult<Bound<'py, PyAny>> {
        let product = self.connection.product();
        let (request, idempotency, options) = request.build(py)?;
        let on_response = self.on_response.clone();
        let api = self.connection()?.api().clone();
        let convert = move |py: Python<'_>, result: Result<_, Error>| {
            let response = result.map_err(|error| exception(py, product, &error))?;
            Ok(raw_response(py, response, &on_response)?.unbind())
        };
        awaitable(py, async move { api.send_raw_with(request, idempotency, options).await }, convert)
    }

    /// Later calls of this client, and of those made from it, fail. The first client ends the session, and so does the last one that
    /// is left. A second time does nothing.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if !self.life.end() {
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
        let ends = self.life.end();
        if is_inherited(py) {
            return Ok(None);
        }
        let (connection, product) = (self.connection.clone(), self.connection.product());
        let close = async move { if ends { connection.close().await } else { Ok(()) } };
        awaitable(py, close, move |py, result| result.map_err(|error| exception(py, product, &error))).map(Some)
    }

    #[getter]
    fn closed(&self) -> bool {
        self.life.is_over()
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
    let given =
        if value.is_instance(secret_class(value.py())?)? { value.call_method0("reveal")? } else { value.clone() };
    let given = given
        .cast::<PyString>()
        .map_err(|_| PyTypeError::new_err(format!("{name} is text or a Secret, not {}", value.get_type())))?;
    Ok(plain(name, given)?.into())
}

/// The text of a setting.
fn plain(name: &str, value: &Bound<'_, PyString>) -> PyResult<String> {
    text(value).map(str::to_owned).map_err(|what| unusable(value.py(), &format!("{name} {what}")))
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
