//! What a client is told besides its credentials.

use std::path::PathBuf;
use std::time::Duration;

use pyo3::exceptions::{PyOverflowError, PyTypeError, PyUnicodeEncodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBool;
use tenable_api::Builder;
use tenable_api::transport::{ProxySettings, RateLimit, StackSettings, TlsSettings};

use crate::arguments::{HALF_OF_A_PAIR, unset};
use crate::errors::unusable;

/// A time that may be left out, taken off (`None`), or given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    Default,
    None,
    After(Duration),
}

impl Limit {
    fn set(self, limit: &mut Option<Duration>) {
        match self {
            Self::Default => {}
            Self::None => *limit = None,
            Self::After(time) => *limit = Some(time),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Limit {
    type Error = PyErr;

    /// From `UNSET`, `None`, seconds, or a `datetime.timedelta`.
    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is(unset(value.py())?) {
            return Ok(Self::Default);
        }
        if value.is_none() {
            return Ok(Self::None);
        }
        let wanted = || PyTypeError::new_err("a time limit is seconds, a timedelta, or None for no limit");
        if value.is_instance_of::<PyBool>() {
            return Err(wanted());
        }
        let seconds: f64 = match value.call_method0("total_seconds") {
            Ok(seconds) => seconds.extract()?,
            Err(_) => value.extract().map_err(|_| wanted())?,
        };
        match Duration::try_from_secs_f64(seconds) {
            Ok(time) if !time.is_zero() => Ok(Self::After(time)),
            _ => Err(PyValueError::new_err(format!(
                "a time limit of {seconds:?} seconds cannot be kept; None is no limit"
            ))),
        }
    }
}

/// A number of things: whole, and not a truth value, which Python counts as 0 or 1.
#[derive(Debug)]
struct Count<T>(T);

impl<'py, T: FromPyObjectOwned<'py>> FromPyObject<'_, 'py> for Count<T> {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyBool>() {
            return Err(PyTypeError::new_err("a whole number is wanted, not a truth value"));
        }
        value.extract().map(Self).map_err(|error: T::Error| {
            let error: PyErr = error.into();
            if !error.is_instance_of::<PyOverflowError>(value.py()) {
                return error;
            }
            PyValueError::new_err(format!("{value:?} is out of range"))
        })
    }
}

/// Which proxy is used.
#[derive(Debug)]
pub(crate) enum Proxy {
    Environment,
    None,
    Url(String),
}

impl<'py> FromPyObject<'_, 'py> for Proxy {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is(unset(value.py())?) {
            return Ok(Self::Environment);
        }
        Ok(value.extract::<Option<String>>()?.map_or(Self::None, Self::Url))
    }
}

/// The options that all clients share, as `tenable_api._client` hands them over.
#[derive(Debug)]
pub(crate) struct Settings {
    timeout: Limit,
    attempt_timeout: Limit,
    connect_timeout: Limit,
    max_attempts: Option<u32>,
    count_throttled: bool,
    retry_delay: Limit,
    calls_in_flight: Option<usize>,
    requests_per_second: Option<f64>,
    max_response_bytes: Option<u64>,
    user_agent: Option<String>,
    allow_plain_http: bool,
    proxy: Proxy,
    no_proxy: Option<String>,
    ca_file: Option<PathBuf>,
    only_ca_file: Option<PathBuf>,
    client_certificate: Option<PathBuf>,
    client_key: Option<PathBuf>,
    dangerously_accept_any_certificate: bool,
}

impl<'py> FromPyObject<'_, 'py> for Settings {
    type Error = PyErr;

    /// By hand: what is derived would turn every error into one of type, and hide what it says.
    fn extract(settings: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self {
            timeout: field(&settings, "timeout")?,
            attempt_timeout: field(&settings, "attempt_timeout")?,
            connect_timeout: field(&settings, "connect_timeout")?,
            max_attempts: count(&settings, "max_attempts")?,
            count_throttled: field(&settings, "count_throttled")?,
            retry_delay: field(&settings, "retry_delay")?,
            calls_in_flight: count(&settings, "calls_in_flight")?,
            requests_per_second: field(&settings, "requests_per_second")?,
            max_response_bytes: count(&settings, "max_response_bytes")?,
            user_agent: field(&settings, "user_agent")?,
            allow_plain_http: field(&settings, "allow_plain_http")?,
            proxy: field(&settings, "proxy")?,
            no_proxy: field(&settings, "no_proxy")?,
            ca_file: field(&settings, "ca_file")?,
            only_ca_file: field(&settings, "only_ca_file")?,
            client_certificate: field(&settings, "client_certificate")?,
            client_key: field(&settings, "client_key")?,
            dangerously_accept_any_certificate: field(&settings, "dangerously_accept_any_certificate")?,
        })
    }
}

fn count<'py, T: FromPyObjectOwned<'py>>(settings: &Bound<'py, PyAny>, name: &str) -> PyResult<Option<T>> {
    Ok(field::<Option<Count<T>>>(settings, name)?.map(|Count(number)| number))
}

/// One of several values that Python hands over, with an error that says what is wrong with it.
pub(crate) fn field<'py, T>(settings: &Bound<'py, PyAny>, name: &str) -> PyResult<T>
where
    T: for<'a> FromPyObject<'a, 'py>,
{
    let value = settings.get_item(name)?;
    value.extract().map_err(|error: <T as FromPyObject<'_, 'py>>::Error| {
        let (error, py): (PyErr, _) = (error.into(), settings.py());
        if error.is_instance_of::<PyUnicodeEncodeError>(py) {
            return unusable(py, &format!("{name} {HALF_OF_A_PAIR}"));
        }
        let text = format!("{name}: {}", error.value(py));
        if error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyOverflowError>(py) {
            PyValueError::new_err(text)
        } else {
            PyTypeError::new_err(text)
        }
    })
}

impl Settings {
    /// Tells a builder all of it. `ValueError` for what excludes each other.
    pub(crate) fn apply<P: Default>(self, builder: Builder<P>) -> PyResult<Builder<P>> {
        let tls = self.tls()?;
        let proxy = self.proxy()?;
        let mut stack = StackSettings::default();
        self.timeout.set(&mut stack.deadline);
        self.attempt_timeout.set(&mut stack.attempt_timeout);
        if let Some(attempts) = self.max_attempts {
            stack.retry.max_attempts = at_least_one("max_attempts", attempts)?;
        }
        stack.retry.count_throttled = self.count_throttled;
        if let Limit::After(delay) = self.retry_delay {
            stack.retry.base_delay = delay;
            stack.retry.max_delay = stack.retry.max_delay.max(delay);
        }
        if let Some(calls) = self.calls_in_flight {
            stack.calls_in_flight = at_least_one("calls_in_flight", calls)?;
        }
        if let Some(rate) = self.requests_per_second {
            stack.rate_limit = Some(rate_limit(rate)?);
        }
        let mut builder = builder.stack_settings(stack).allow_plain_http(self.allow_plain_http).tls(tls).proxy(proxy);
        builder = match self.connect_timeout {
            Limit::Default => builder,
            Limit::None => builder.connect_timeout(None),
            Limit::After(time) => builder.connect_timeout(time),
        };
        if let Some(bytes) = self.max_response_bytes {
            builder = builder.max_response_bytes(bytes);
        }
        Ok(match self.user_agent {
            Some(name) => builder.user_agent(name),
            None => builder,
        })
    }

    fn tls(&self) -> PyResult<TlsSettings> {
        let tls = match (&self.ca_file, &self.only_ca_file) {
            (None, None) => TlsSettings::platform(),
            (Some(file), None) => TlsSettings::platform_plus_file(file),
            (None, Some(file)) => TlsSettings::only_file(file),
            (Some(_), Some(_)) => {
                return Err(PyValueError::new_err(
                    "ca_file and only_ca_file exclude each other: the first is trusted besides the platform's authorities, the second instead",
                ));
            }
        };
        let tls = match (&self.client_certificate, &self.client_key) {
            (None, None) => tls,
            (Some(certificate), Some(key)) => tls.client_certificate_files(certificate, key),
            _ => {
                return Err(PyValueError::new_err(
                    "client_certificate and client_key go together: the files of the certificate and of its key",
                ));
            }
        };
        Ok(if self.dangerously_accept_any_certificate { tls.dangerous_accept_any_certificate() } else { tls })
    }

    fn proxy(&self) -> PyResult<ProxySettings> {
        let proxy = match &self.proxy {
            Proxy::Environment => ProxySettings::from_environment(),
            Proxy::Url(url) => ProxySettings::explicit(url),
            Proxy::None if self.no_proxy.is_some() => {
                return Err(PyValueError::new_err("proxy=None is no proxy at all, so no_proxy has nothing to say"));
            }
            Proxy::None => ProxySettings::none(),
        };
        Ok(match &self.no_proxy {
            Some(list) => proxy.no_proxy(list),
            None => proxy,
        })
    }
}

fn at_least_one<N: PartialOrd + From<u8>>(name: &str, number: N) -> PyResult<N> {
    if number < N::from(1) { Err(PyValueError::new_err(format!("{name} must be at least 1"))) } else { Ok(number) }
}

/// A rate that may be below one a second.
fn rate_limit(rate: f64) -> PyResult<RateLimit> {
    let refused = || PyValueError::new_err(format!("requests_per_second cannot be {rate:?}"));
    if !(rate.is_finite() && rate > 0.0) {
        return Err(refused());
    }
    // Whole requests in as short a time as gives the rate.
    let burst = rate.ceil();
    let per = Duration::try_from_secs_f64(burst / rate).map_err(|_| refused())?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive; what is more than a u32 is as good as no limit"
    )]
    Ok(RateLimit::new(burst as u32, per))
}
